import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashPieces } from '../../src/storage/files.ts';
import { type JournalEntry, readJournal, readPending } from '../../src/storage/journal.ts';
import { renameAll } from '../../src/storage/replace.ts';
import { saveBook, withLock } from '../../src/storage/save.ts';
import { stateFolderOf, tempPrefix } from '../../src/storage/state-folder.ts';
import { freshBook, freshFolder } from './support.ts';
import { planOf, testIo, writeFiles, writeText } from './write-text.ts';

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

describe('a killed run that made a file, or took one away', () => {
  const [oldA, newA, oldB, newB] = ['old a', 'new a', 'old b', 'new b'].map(hashOf) as [
    string,
    string,
    string,
    string,
  ];
  const cases: readonly {
    readonly why: string;
    readonly a: {
      readonly before: string | null;
      readonly after: string | null;
      readonly now: string | null;
    };
    readonly b: string;
    readonly after: readonly (string | null)[];
    readonly journal: readonly string[];
  }[] = [
    {
      why: 'made, and the other can follow: it does',
      a: { before: null, after: newA, now: 'new a' },
      b: 'old b',
      after: ['new a', 'new b'],
      journal: ['000001.json'],
    },
    {
      why: 'made, and the other cannot follow: it goes',
      a: { before: null, after: newA, now: 'new a' },
      b: 'by hand',
      after: [null, 'by hand'],
      journal: [],
    },
    {
      why: 'taken away, and the other can follow: it does',
      a: { before: oldA, after: null, now: null },
      b: 'old b',
      after: [null, 'new b'],
      journal: ['000001.json'],
    },
    {
      why: 'taken away, and the other cannot follow: it comes back',
      a: { before: oldA, after: null, now: null },
      b: 'by hand',
      after: ['old a', 'by hand'],
      journal: [],
    },
    {
      why: 'not yet taken away, the other done: it goes',
      a: { before: oldA, after: null, now: 'old a' },
      b: 'new b',
      after: [null, 'new b'],
      journal: ['000001.json'],
    },
    {
      why: 'nothing done yet: nothing happened',
      a: { before: oldA, after: null, now: 'old a' },
      b: 'old b',
      after: ['old a', 'old b'],
      journal: [],
    },
  ];
  it.each(cases)('$why', async ({ a, b, after, journal }) => {
    const folder = freshFolder();
    const files = [join(folder, 'a.csv'), join(folder, 'b.csv')] as const;
    if (a.now !== null) writeFileSync(files[0], a.now);
    writeFileSync(files[1], b);
    const temp = `${tempPrefix(folder)}2.tmp`;
    if (b !== 'new b') writeFileSync(join(folder, temp), 'new b');
    leaveEntry(folder, folder, [
      {
        name: 'a.csv',
        temp: `${tempPrefix(folder)}1.tmp`,
        kept: a.before === null ? null : '000001.csv',
        hashBefore: a.before,
        hashAfter: a.after,
      },
      { name: 'b.csv', temp, kept: '000001-2.csv', hashBefore: oldB, hashAfter: newB },
    ]);
    const state = stateFolderOf(folder, folder);
    if (a.before !== null) writeFileSync(join(state.kept, '000001.csv'), 'old a');
    writeFileSync(join(state.kept, '000001-2.csv'), 'old b');
    await withLock({ book: folder, files, wait: 0, ignoreLock: false, io: testIo(folder) }, async () => {});
    expect(files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : null))).toEqual(after);
    expect(readdirSync(state.journal)).toEqual(journal);
    expect(readdirSync(folder).filter((name) => name.startsWith('.~'))).toEqual([]);
  });
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

describe('a rename that fails half-way', () => {
  it('restores what it moved: the files are as they were, and the next run writes', async () => {
    const folder = freshFolder();
    const files = [join(folder, 'a.csv'), join(folder, 'b.csv')] as const;
    for (const file of files) writeFileSync(file, 'old');
    const state = stateFolderOf(folder, folder);
    const entry = (name: string) => ({
      name,
      temp: `${tempPrefix(folder)}${name}.tmp`,
      kept: `000001-${name}`,
      hashBefore: hashOf('old'),
      hashAfter: hashOf('new'),
    });
    leaveEntry(folder, folder, [entry('a.csv'), entry('b.csv')]);
    for (const name of ['a.csv', 'b.csv']) writeFileSync(join(state.kept, `000001-${name}`), 'old');
    writeFileSync(join(folder, entry('a.csv').temp), 'new');
    // The temporary file of b.csv is gone: the second rename fails.
    const [pending] = await readPending(state);
    if (!pending) throw new Error('no entry');
    await expect(renameAll(state, pending, 'linux')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['old', 'old']);
    await writeFiles(folder, files, 'new');
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['new', 'new']);
    expect(readdirSync(folder).sort()).toEqual(['.funnel', 'a.csv', 'b.csv']);
  });
});

describe('killed at any moment', () => {
  let script = '';
  beforeAll(async () => {
    const bundle = await build({
      stdin: {
        contents: `import { writeFiles, writeText } from './write-text.ts';
          const [folder, ...files] = process.argv.slice(2);
          // Renames take a while where several files are written: the moments between them are what is looked for.
          const fs = require('node:fs/promises');
          const rename = fs.rename;
          if (files.length > 1)
            fs.rename = async (...paths) => (await new Promise((go) => setTimeout(go, 10)), rename(...paths));
          const write = (text) => files.length > 1 ? writeFiles(folder, files, text) : writeText(files[0], folder, text);
          process.stdout.write('.');
          (async () => { for (let n = 1; ; n++) await write('text ' + n + ' '.repeat(200000) + n); })();`,
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
      const child = spawn(process.execPath, [runner, folder, book]);
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

  it('several files are all old or all new once the next run begins, and the journal tells the truth', async () => {
    const folder = freshFolder();
    const files = ['a.csv', 'b.csv', 'c.csv'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, 'text 0 0');
    const runner = join(freshFolder(), 'write.cjs');
    writeFileSync(runner, script);
    let torn = 0;
    // On a busy machine few kills fall between two renames: on until some did.
    const until = Date.now() + 90_000;
    for (let round = 0; round < 12 || (torn === 0 && Date.now() < until); round++) {
      const child = spawn(process.execPath, [runner, folder, ...files]);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, (round * 7) % 90));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const read = () => files.map((file) => readFileSync(file, 'utf8'));
      if (new Set(read()).size > 1) torn++;
      await withLock({ book: folder, files, wait: 0, ignoreLock: false, io: testIo(folder) }, async () => {});
      const [text = '', ...others] = read();
      expect(others).toEqual([text, text]);
      expect(/^text (\d+) +\1$/.test(text)).toBe(true);
      expect(readdirSync(folder).filter((name) => name !== '.funnel')).toEqual(['a.csv', 'b.csv', 'c.csv']);
      for await (const entry of readJournal(stateFolderOf(folder, folder))) {
        expect(entry.files.map(({ hashAfter }) => hashAfter)).toEqual(files.map(() => hashOf(text)));
        break;
      }
    }
    // Otherwise nothing was tried.
    expect(torn).toBeGreaterThan(0);
  }, 120_000);
});
