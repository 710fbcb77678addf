import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

// The import walls that src/README.md prints. A wall that has to fall falls there first, with its reason.

const ROOT = join(import.meta.dirname, '../../src');

interface Import {
  readonly from: string;
  readonly to: string;
}

const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const SOURCES = FILES.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
const IMPORTS: readonly Import[] = SOURCES.flatMap(({ file, text }) =>
  [...text.matchAll(/(?:\bfrom|import\()\s*'([^']+)'/g)].map(([, target = '']) => ({
    from: file,
    to: target.startsWith('.') ? relative(ROOT, normalize(join(ROOT, dirname(file), target))) : target,
  })),
);

const offenders = (wrong: (each: Import) => boolean) =>
  IMPORTS.filter(wrong).map((each) => `${each.from} → ${each.to}`);

describe('the import walls', () => {
  it('the core imports only the core, and date-fns only in date.ts', () => {
    expect(
      offenders(
        ({ from, to }) =>
          from.startsWith('core/') &&
          !to.startsWith('core/') &&
          !(from === 'core/date.ts' && to.startsWith('date-fns')) &&
          !(from === 'core/text.ts' && to === 'get-east-asian-width'),
      ),
    ).toEqual([]);
  });

  it('the core has no clock, no randomness, no console and no process', () => {
    const words = /\bnew Date\b|\bDate\.now\b|\bMath\.random\b|\bconsole\.|\bprocess\./;
    expect(
      SOURCES.filter(({ file, text }) => file.startsWith('core/') && words.test(text)).map(
        ({ file }) => file,
      ),
    ).toEqual([]);
  });

  it('storage sees the core, its own files and Failure, and nothing of commands or rendering', () => {
    expect(
      offenders(
        ({ from, to }) => from.startsWith('storage/') && /^(commands|render|prompt|app\.ts|cli\.ts)/.test(to),
      ),
    ).toEqual([]);
  });

  it('rendering sees the core only, besides its packages and itself', () => {
    expect(
      offenders(
        ({ from, to }) => from.startsWith('render/') && /^(commands|storage|prompt|app\.ts|cli\.ts)/.test(to),
      ),
    ).toEqual([]);
  });

  it('only notify opens the network, and only commands ask it to', () => {
    expect(
      offenders(
        ({ from, to }) => /^(node:(https?|net|tls|dgram)|undici)$/.test(to) && !from.startsWith('notify/'),
      ),
    ).toEqual([]);
    expect(
      offenders(({ from, to }) => to.startsWith('notify/') && !/^(notify|commands)\//.test(from)),
    ).toEqual([]);
  });

  it('each third-party package is imported in one place', () => {
    const places = new Map<string, Set<string>>();
    for (const { from, to } of IMPORTS) {
      if (!/^[a-z@]/.test(to) || to.startsWith('node:') || FILES.includes(to)) continue;
      const name = to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/');
      // commander's types also stand in the file that builds the program; a package used across one folder counts as one place.
      const place = name === 'inquirer' || name.startsWith('@inquirer') ? dirname(from) : from;
      places.set(name, (places.get(name) ?? new Set()).add(place));
    }
    const several = [...places]
      .filter(([, files]) => files.size > 1)
      .map(([name, files]) => `${name}: ${[...files].join(', ')}`);
    expect(several).toEqual([]);
  });

  it('only main.ts and the fast path in start.ts say process', () => {
    const says = SOURCES.filter(({ text }) =>
      /\bprocess\.(?!platform\b)/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
    );
    expect(says.map(({ file }) => file).sort()).toEqual(['main.ts', 'start.ts']);
  });

  it('a command is used only by the list of commands', () => {
    expect(
      offenders(
        ({ from, to }) =>
          /^commands\/(?!command|deal-argument|date-option|index)/.test(to) &&
          !from.startsWith('commands/') &&
          !['cli.ts', 'program.ts'].includes(from),
      ),
    ).toEqual([]);
  });
});
