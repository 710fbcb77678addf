import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { CHINESE_VERBS } from '../../src/commands/verbs.ts';
import { playPage } from './play-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const TEXTS = ['README.md', ...PAGES];
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const PLAYED = PAGES.filter((name) => /^```console/m.test(read(name)));

describe('what docs/ shows is what the program prints (UPDATE=1 writes it anew; read the difference)', () => {
  it('there are pages that show something', () => expect(PLAYED.length).toBeGreaterThan(4));

  it.each(PLAYED)(
    '%s',
    async (name) => {
      const page = read(name);
      const played = await playPage(page);
      if (process.env.UPDATE === '1') writeFileSync(join(ROOT, name), played);
      else expect(played).toBe(page);
    },
    120_000,
  );
});

describe.each(TEXTS)('%s', (name) => {
  it('links to files that are there', () => {
    const links = [...read(name).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(name), link)))).toEqual([]);
  });

  it('names no command that does not exist', () => {
    const known = new Set([
      ...COMMANDS.map((each) => each.name),
      ...Object.values(CHINESE_VERBS).flat(),
      'help',
    ]);
    const said = [
      ...read(name).matchAll(/(?:`|\$ |^|→ | \| )funnel(?:\.cmd)? ([a-z\u4e00-\u9fff][\w\u4e00-\u9fff-]*)/gm),
    ];
    expect(said.map(([, word = '']) => word).filter((word) => !known.has(word))).toEqual([]);
  });
});
