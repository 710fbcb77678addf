import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

// Scripts that run the program from its source lack what the build puts in. The suite never runs them, so nothing else says so.

const ROOT = join(import.meta.dirname, '../..');
const PUT_IN = ['src/version.ts', 'src/templates.ts'];
const GIVEN = 'test/from-source.ts';

describe('a script that is run from source (npx tsx)', () => {
  it('gives what the build puts in before anything else', async () => {
    const scripts = ['test', 'fixtures', 'templates']
      .flatMap((folder) =>
        readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
          .map((file) => join(ROOT, folder, file)),
      )
      .filter((file) => /^\/\/.*(?:npx tsx|npm run) /m.test(readFileSync(file, 'utf8')))
      .filter((file) => !file.endsWith('.test.ts'));
    expect(scripts.length).toBeGreaterThan(10);
    const lacking: string[] = [];
    for (const script of scripts) {
      const { metafile } = await build({
        entryPoints: [script],
        absWorkingDir: ROOT,
        bundle: true,
        platform: 'node',
        format: 'esm',
        packages: 'external',
        metafile: true,
        write: false,
      });
      const read = Object.keys(metafile.inputs);
      const isFirst = metafile.inputs[relative(ROOT, script)]?.imports[0]?.path === GIVEN;
      if (PUT_IN.some((file) => read.includes(file)) && !isFirst) lacking.push(relative(ROOT, script));
    }
    expect(lacking).toEqual([]);
  }, 60_000);
});
