import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thirdPartyText } from '../../licences/third-party.mjs';

const ROOT = join(import.meta.dirname, '../..');
const MB = 1024 * 1024;
/** Everything the package may hold; whatever else gets in is an oversight. */
const EXPECTED = [
  /^(README|CHANGELOG)\.md$|^LICENSE$|^package\.json$/,
  /^bin\/funnel\.cjs$/,
  /^dist\/([a-z-]+\.cjs|main\.cache|help\.(zh|en)\.txt|THIRD_PARTY\.txt)$/,
  /^templates\/(funnel|charts)\.xlsx$/,
  /^docs\/[a-z-]+\.md$/,
];

/** A checkout of its own is built, packed and installed as `npm i -g` does it, without network. */
describe('the package', { timeout: 120_000 }, () => {
  const top = mkdtempSync(join(tmpdir(), 'funnel-pack-'));
  const prefix = join(top, '安装 prefix');
  const installed = join(prefix, 'lib/node_modules/funnel');
  let tarball = '';
  beforeAll(() => {
    const checkout = join(top, 'checkout');
    const left = new Set(['node_modules', 'dist', '.git', 'test', 'fixtures']);
    for (const name of readdirSync(ROOT))
      if (!left.has(name)) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    const npm = (...args: readonly string[]) =>
      execFileSync('npm', args, {
        cwd: checkout,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, npm_config_cache: join(top, 'cache'), npm_config_update_notifier: 'false' },
      });
    npm('pack', '--pack-destination', top);
    tarball = join(top, readdirSync(top).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
    npm('install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, tarball);
    chmodSync(top, 0o755);
  }, 120_000);
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  /** One command line of the installed program, in a folder with a space and Chinese in its name. */
  const desk = join(top, '桌面 desk');
  const funnel = (args: readonly string[], uid?: number) => {
    mkdirSync(desk, { recursive: true });
    const { FUNNEL_BUILD_CACHE: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(join(prefix, 'bin/funnel'), args, {
      cwd: desk,
      encoding: 'utf8',
      env: { ...env, FUNNEL_LANG: 'zh', FUNNEL_USER: '王芳' },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    return { status, stdout, stderr };
  };

  it('holds what is meant to be in it and nothing else, and installs within 20 packages and 20 MB', () => {
    const files = filesUnder(installed);
    expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
    for (const pattern of EXPECTED) expect(files.some((file) => pattern.test(file))).toBe(true);
    const all = filesUnder(prefix).map((file) => join(prefix, file));
    const packages = all.filter((file) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file));
    const bytes = all.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.length).toBeLessThanOrEqual(20);
    expect(bytes).toBeLessThan(20 * MB);
    console.log(`${statSync(tarball).size} bytes packed, ${bytes} installed, ${packages.length} package`);
  });

  it('runs from a folder with a space and Chinese in its name', () => {
    expect(funnel(['init', '--sample'])).toMatchObject({ status: 0, stderr: '' });
    expect(funnel(['check'])).toMatchObject({ status: 10, stdout: expect.stringContaining('→ funnel ') });
    expect(funnel(['report', '--quarter', 'last'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('线索获取'),
    });
  });

  it('loads every bundle of its own: workbook reports, HTML, Parquet, pinyin', () => {
    for (const name of ['季报.xlsx', '季报.html'])
      expect(funnel(['report', '--quarter', 'last', '--out', name]), name).toMatchObject({ status: 0 });
    expect(funnel(['export', '导出'])).toMatchObject({ status: 0 });
    expect(funnel(['list', 'ysjm']).stdout).not.toBe('');
    expect(existsSync(join(desk, '导出'))).toBe(true);
  });

  it.each([
    { why: 'none', write: null },
    { why: 'empty', write: Buffer.alloc(0) },
    { why: 'no cache at all', write: Buffer.from('not made by V8') },
    { why: 'cut off half-way', write: 'half' },
    { why: "another Node's (its version is in the head)", write: 'other' },
  ])('works all the same where main.cache is of no use: $why', ({ write }) => {
    const path = join(installed, 'dist/main.cache');
    const cache = readFileSync(path);
    const whole = funnel(['check']);
    try {
      if (write === null) rmSync(path);
      else if (write === 'half') writeFileSync(path, cache.subarray(0, cache.length / 2));
      else if (write === 'other')
        writeFileSync(
          path,
          cache.map((byte, i) => (i >= 4 && i < 8 ? byte ^ 0xff : byte)),
        );
      else writeFileSync(path, write);
      expect(funnel(['check'])).toEqual(whole);
    } finally {
      writeFileSync(path, cache);
    }
  });

  it('writes nothing into its own folder, and needs no right to', () => {
    const before = filesUnder(prefix).map((file) => [file, statSync(join(prefix, file)).mtimeMs]);
    const whole = funnel(['check']);
    chmodTree(prefix, (mode) => mode & ~0o222);
    try {
      // Root may write anywhere: then somebody else runs it.
      const uid = process.getuid?.() === 0 ? 65_534 : undefined;
      expect(funnel(['check'], uid)).toEqual(whole);
      expect(funnel(['--version'], uid)).toMatchObject({ status: 0, stderr: '' });
    } finally {
      chmodTree(prefix, (mode) => mode | 0o200);
    }
    expect(filesUnder(prefix).map((file) => [file, statSync(join(prefix, file)).mtimeMs])).toEqual(before);
  });

  it('lists every package that the source imports, in its installed version, with the text of its licence', () => {
    const text = readFileSync(join(installed, 'dist/THIRD_PARTY.txt'), 'utf8');
    const source = filesUnder(join(ROOT, 'src'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
      .join('\n');
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const imported = Object.keys(devDependencies).filter((name) =>
      new RegExp(`(from|import\\(|import) ?'${name}(/[^']*)?'`).test(source),
    );
    expect(imported).toContain('exceljs');
    expect(imported.length).toBeGreaterThan(8);
    for (const name of imported) {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
      expect(text).toContain(`\n${name} ${version} · `);
    }
    for (const block of text.split(`\n${'='.repeat(80)}\n`).slice(1))
      expect(block).toMatch(/permission|redistribut|public domain|rights granted|license/i);
  });
});

describe('the licences of what is bundled', () => {
  const bundled = (folder: string, bytesInOutput: number) => ({
    outputs: { 'dist/main.cjs': { inputs: { [`${folder}/index.js`]: { bytesInOutput } } } },
  });

  it('refuse a package without a licence text, unless nothing of it is bundled', () => {
    const top = mkdtempSync(join(tmpdir(), 'funnel-licence-'));
    const folder = join(top, 'node_modules/nameless');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name": "nameless", "version": "1.2.3", "license": "MIT"}');
    writeFileSync(join(folder, 'README.md'), '# nameless\n\n## License\n\nMIT\n');
    expect(() => thirdPartyText(bundled(folder, 5))).toThrow('nameless 1.2.3 has no licence text');
    expect(thirdPartyText(bundled(folder, 0))).not.toContain('nameless');
    writeFileSync(join(folder, 'LICENSE'), 'Permission is granted to everybody.');
    expect(thirdPartyText(bundled(folder, 5))).toMatch(
      /nameless 1\.2\.3 · MIT\n\nPermission is granted to everybody\./,
    );
    rmSync(top, { recursive: true });
  });
});

/** Paths below `folder`, links not followed. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function chmodTree(folder: string, change: (mode: number) => number): void {
  for (const path of ['', ...readdirSync(folder, { encoding: 'utf8', recursive: true })]) {
    const full = join(folder, path);
    chmodSync(full, change(statSync(full).mode));
  }
}
