import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashPieces } from '../../src/storage/files.ts';
import { type JournalEntry, readJournal } from '../../src/storage/journal.ts';
import { saveBook, withLock } from '../../src/storage/save.ts';
import { stateFolderOf, tempPrefix } from '../../src/storage/state-folder.ts';
import { freshBook, freshFolder } from './support.ts';
import { planOf, testIo, writeText } from './write-text.ts';

const hashOf = (text: string) => hashPieces([Buffer.from(text)]);

/** What a run left that was killed: the entry it had written, and files as the table of a test says. */
function leaveEntry(book: string, folder: string, files: JournalEntry['files']): void {
  const state = stateFolderOf(book, folder);
  mkdirSync(state.journal, { recursive: true });
  mkdirSync(state.kept, { recursive: true });
  const entry: JournalEntry = {
    n: 1,
    time: '2026-11-23T02:00:00.000Z',
    user: '王芳',
    host: 'h',
    command: 'log',
    undoes: null,
    changes: [],
    files,
  };
  writeFileSync(join(state.journal, '000001.pending.json'), JSON.stringify(entry));
}

describe('what a killed run left', () => {
  const cases: readonly {
    readonly why: string;
    readonly now: string;
    readonly temp: string | null;
    readonly journal: readonly string[];
  }[] = [
    { why: 'killed before the rename: it never happened', now: 'old', temp: 'new', journal: [] },
    {
      why: 'killed before the rename, its temporary file swept by somebody else',
      now: 'old',
      temp: null,
      journal: [],
    },
    { why: 'killed before the rename, then edited by hand', now: 'by hand', temp: 'new', journal: [] },
    { why: 'killed after the rename: it happened', now: 'new', temp: null, journal: ['000001.json'] },
    {
      why: 'killed after the rename, then edited by hand: it happened all the same',
      now: 'by hand',
      temp: null,
      journal: ['000001.json'],
    },
  ];
  for (const { why, now, temp, journal } of cases) {
    it(`${why}`, async () => {
      const { folder, book } = freshBook(now);
      const name = `${tempPrefix(book)}1.tmp`;
      if (temp !== null) writeFileSync(join(folder, name), temp);
      leaveEntry(book, folder, [
        {
          name: '销售漏斗.xlsx',
          temp: name,
          kept: '000001.xlsx',
          hashBefore: hashOf('old'),
          hashAfter: hashOf('new'),
        },
      ]);
      const state = stateFolderOf(book, folder);
      writeFileSync(join(state.kept, '000001.xlsx'), 'old');
      await withLock({ book, files: [book], wait: 0, ignoreLock: false, io: testIo(folder) }, async () => {});
      expect(readFileSync(book, 'utf8')).toBe(now);
      expect(readdirSync(folder).sort()).toEqual(['.funnel', '销售漏斗.xlsx']);
      expect(readdirSync(state.journal)).toEqual(journal);
      expect(readdirSync(state.kept)).toHaveLength(journal.length);
    });
  }

  it('stray files of other workbooks in the folder are left alone', async () => {
    const { folder, book } = freshBook();
    const other = `${tempPrefix(join(folder, '别的.xlsx'))}1.tmp`;
    writeFileSync(join(folder, other), '');
    writeFileSync(join(folder, `${tempPrefix(book)}1.tmp`), '');
    await writeText(book, folder, 'new');
    expect(readdirSync(folder).sort()).toEqual([other, '.funnel', '销售漏斗.xlsx'].sort());
  });

  const pairs: readonly {
    readonly why: string;
    readonly second: string;
    readonly temp: string;
    readonly after: readonly string[];
  }[] = [
    {
      why: 'of two files one was renamed: the other follows',
      second: 'old b',
      temp: 'new b',
      after: ['new a', 'new b'],
    },
    {
      why: 'of two files one was renamed, the other cannot follow: the first goes back',
      second: 'b by hand',
      temp: 'new b',
      after: ['old a', 'b by hand'],
    },
  ];
  for (const { why, second, temp, after } of pairs) {
    it(why, async () => {
      const folder = freshFolder();
      const [a, b] = [join(folder, 'a.csv'), join(folder, 'b.csv')];
      writeFileSync(a, 'new a');
      writeFileSync(b, second);
      const names = [`${tempPrefix(folder)}1.tmp`, `${tempPrefix(folder)}2.tmp`] as const;
      writeFileSync(join(folder, names[1]), temp);
      leaveEntry(folder, folder, [
        {
          name: 'a.csv',
          temp: names[0],
          kept: '000001.csv',
          hashBefore: hashOf('old a'),
          hashAfter: hashOf('new a'),
        },
        {
          name: 'b.csv',
          temp: names[1],
          kept: '000001-2.csv',
          hashBefore: hashOf('old b'),
          hashAfter: hashOf('new b'),
        },
      ]);
      writeFileSync(join(stateFolderOf(folder, folder).kept, '000001.csv'), 'old a');
      await withLock(
        { book: folder, files: [a, b], wait: 0, ignoreLock: false, io: testIo(folder) },
        async () => {},
      );
      expect([readFileSync(a, 'utf8'), readFileSync(b, 'utf8')]).toEqual(after);
      expect(readdirSync(folder).sort()).toEqual(['.funnel', 'a.csv', 'b.csv']);
    });
  }
});

describe('several files in one write', () => {
  it('are all written, and all kept', async () => {
    const folder = freshFolder();
    const files = [join(folder, 'a.csv'), join(folder, 'b.csv')];
    for (const file of files) writeFileSync(file, 'old');
    await saveBook({
      store: { path: folder, book: folder, verify: async () => {} },
      plan: planOf(files, 'new'),
      io: testIo(folder),
      user: '王芳',
      command: ['log'],
    });
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['new', 'new']);
    expect(readdirSync(join(folder, '.funnel/csv/kept'))).toEqual(['000001-2.csv', '000001.csv']);
  });
});

describe('killed at any moment', () => {
  let script = '';
  beforeAll(async () => {
    const bundle = await build({
      stdin: {
        contents: `import { writeText } from './write-text.ts';
          const [book, folder] = process.argv.slice(2);
          process.stdout.write('.');
          (async () => { for (let n = 1; ; n++) await writeText(book, folder, 'text ' + n + ' '.repeat(200000) + n); })();`,
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    });
    script = bundle.outputFiles[0]?.text ?? '';
  });

  it('the file is whole, the next run writes, and the journal tells the truth', async () => {
    const { folder, book } = freshBook('text 0 0');
    const state = stateFolderOf(book, folder);
    const runner = join(freshFolder(), 'write.cjs');
    writeFileSync(runner, script);
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, [runner, book, folder]);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, round * 7));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const text = readFileSync(book, 'utf8');
      const [, first, last] = /^text (\d+) +(\d+)$/.exec(text) ?? [];
      expect(first).toBe(last);
      await withLock({ book, files: [book], wait: 0, ignoreLock: false, io: testIo(folder) }, async () => {});
      expect(readFileSync(book, 'utf8')).toBe(text);
      expect(readdirSync(folder).filter((name) => name !== '.funnel')).toEqual(['销售漏斗.xlsx']);
      for await (const entry of readJournal(state)) {
        expect(entry.files[0]?.hashAfter).toBe(hashOf(text));
        break;
      }
    }
  });
});
