// Builds dist/: one CommonJS bundle, with what is heavy and rarely used (exceljs, inquirer) in bundles of their own
// that are loaded when first needed, the licences of what is bundled, and the text of --help, printed by the program itself.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { thirdPartyText } from './licences/third-party.mjs';

const HEAVY = [
  'src/pinyin.ts',
  'src/prompt/ask.ts',
  'src/render/html.ts',
  'src/render/parquet.ts',
  'src/render/xlsx.ts',
  'src/storage/ics.ts',
  'src/storage/xlsx/inflate-worker.ts',
  'src/notify/post.ts',
];
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** `await import('…/ask.ts')` of a heavy file becomes a require of its own bundle at run time. */
const heavyBundles = {
  name: 'heavy-bundles',
  setup(builder) {
    builder.onResolve({ filter: /^\./ }, (args) => {
      const heavy = HEAVY.find((file) => resolve(file) === resolve(args.resolveDir, args.path));
      if (args.kind !== 'dynamic-import' || !heavy) return undefined;
      return { path: `./${basename(heavy, '.ts')}.cjs`, external: true };
    });
  },
};

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
const { metafile } = await build({
  entryPoints: ['src/start.ts', 'src/main.ts', ...HEAVY],
  entryNames: '[name]',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // What dynamic imports are left as: require(), so that Node's ESM loader is never started.
  supported: { 'dynamic-import': false },
  define: { FUNNEL_VERSION: JSON.stringify(version) },
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  plugins: [heavyBundles],
  logLevel: 'warning',
});
writeFileSync('dist/THIRD_PARTY.txt', thirdPartyText(metafile));
for (const lang of ['zh', 'en']) {
  const help = spawnSync(process.execPath, ['bin/funnel.cjs', 'help', '--lang', lang], { encoding: 'utf8' });
  if (help.status !== 0) throw new Error(`funnel help --lang ${lang}: ${help.stderr}`);
  writeFileSync(`dist/help.${lang}.txt`, help.stdout);
}

// What V8 made of the program, taken after a run of the command that runs most often: start.ts gives it back to V8.
const folder = mkdtempSync(join(tmpdir(), 'funnel-build-'));
const book = join(folder, 'book.xlsx');
const quiet = { stdio: 'ignore' };
spawnSync(process.execPath, ['bin/funnel.cjs', 'init', book, '--sample'], quiet);
spawnSync(process.execPath, ['bin/funnel.cjs', 'check', '--file', book], {
  ...quiet,
  env: { ...process.env, FUNNEL_BUILD_CACHE: '1' },
});
rmSync(folder, { recursive: true, force: true });
if (!existsSync('dist/main.cache')) throw new Error('dist/main.cache was not made');
