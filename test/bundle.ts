import { build } from 'esbuild';

/** A script with the program itself in it, as one file to be run by a process of its own. What it does not need there stays outside. */
export async function bundleScript(entry: string): Promise<string> {
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    define: { FUNNEL_VERSION: '"test"' },
    external: ['exceljs', 'inquirer', 'undici', 'ical.js'],
  });
  return bundle.outputFiles[0]?.text ?? '';
}
