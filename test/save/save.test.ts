import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { pruneJournal, pruneKept, readJournal } from '../../src/storage/journal.ts';
import { saveBook } from '../../src/storage/save.ts';
import { stateFolderOf } from '../../src/storage/state-folder.ts';
import { freshBook, freshFolder } from './support.ts';
import { planOf, testIo, writeText } from './write-text.ts';

describe('saving', () => {
  it('replaces the file, keeps the old one and leaves a journal entry', async () => {
    const { folder, book } = freshBook();
    await writeText(book, folder, 'new');
    const state = stateFolderOf(book, folder);
    expect(readFileSync(book, 'utf8')).toBe('new');
    expect(readFileSync(join(state.kept, '000001.xlsx'), 'utf8')).toBe('old');
    expect(readdirSync(state.journal)).toEqual(['000001.json']);
    expect(readdirSync(folder).sort()).toEqual(['.funnel', '销售漏斗.xlsx']);
    for await (const entry of readJournal(state)) {
      expect(entry).toMatchObject({
        n: 1,
        user: '王芳',
        command: 'log 华东 "电话 沟通"',
        time: '2026-11-23T02:00:00.000Z',
        undoes: null,
      });
    }
  });

  it('leaves no trace of a plan that changes no byte', async () => {
    const { folder, book } = freshBook();
    await writeText(book, folder, 'old');
    expect(readdirSync(folder)).toEqual(['销售漏斗.xlsx']);
  });

  it('keeps mode and owner, and closes the state folder as the workbook is closed', async () => {
    const { folder, book } = freshBook();
    chmodSync(book, 0o660);
    chownSync(book, 1234, 4321);
    await writeText(book, folder, 'new');
    const state = stateFolderOf(book, folder);
    expect(statSync(book)).toMatchObject({ uid: 1234, gid: 4321, mode: 0o100660 });
    expect(statSync(join(state.kept, '000001.xlsx'))).toMatchObject({ gid: 4321, mode: 0o100660 });
    expect(statSync(join(state.journal, '000001.json'))).toMatchObject({ gid: 4321, mode: 0o100660 });
    expect(statSync(state.kept).mode & 0o777).toBe(0o770);
    expect(statSync(state.kept).gid).toBe(4321);
  });

  it('follows a symbolic link: the target is replaced, the link stays, the state lies beside the target', async () => {
    const { folder, book } = freshBook();
    const elsewhere = freshFolder();
    const link = join(elsewhere, '我的.xlsx');
    symlinkSync(book, link);
    const io = testIo(elsewhere);
    await saveBook({
      store: { path: link, book, verify: async () => {} },
      plan: planOf([book], 'new'),
      io,
      user: '王芳',
      command: ['log'],
    });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(link, 'utf8')).toBe('new');
    expect(readdirSync(elsewhere)).toEqual(['我的.xlsx']);
    expect(existsSync(join(folder, '.funnel/销售漏斗.xlsx/kept/000001.xlsx'))).toBe(true);
  });

  it('puts the state where funnel.config.json says', async () => {
    const { folder, book } = freshBook();
    const state = join(freshFolder(), 'deep/state');
    writeFileSync(join(folder, 'funnel.config.json'), JSON.stringify({ file: '销售漏斗.xlsx', state }));
    await writeText(book, folder, 'new');
    expect(readdirSync(folder).sort()).toEqual(['funnel.config.json', '销售漏斗.xlsx']);
    expect(existsSync(join(state, '销售漏斗.xlsx/kept/000001.xlsx'))).toBe(true);
  });

  it('keeps the last twenty workbooks, within the limit of bytes, and always the last', async () => {
    const { folder, book } = freshBook();
    const state = stateFolderOf(book, folder);
    for (let n = 1; n <= 23; n++) await writeText(book, folder, `text ${n}`);
    expect(readdirSync(state.kept)).toHaveLength(20);
    expect(readdirSync(state.kept)[0]).toBe('000004.xlsx');
    expect(readdirSync(state.journal)).toHaveLength(23);
    await pruneKept(state, { books: 20, bytes: 15 });
    expect(readdirSync(state.kept)).toEqual(['000022.xlsx', '000023.xlsx']);
    await pruneKept(state, { books: 20, bytes: 1 });
    expect(readdirSync(state.kept)).toEqual(['000023.xlsx']);
  });

  it('keeps at most 500 MB of workbooks', async () => {
    const { folder, book } = freshBook();
    const state = stateFolderOf(book, folder);
    await writeText(book, folder, 'new');
    // Sparse: they only look large.
    for (const [name, megabytes] of [
      ['000002.xlsx', 240],
      ['000003-2.csv', 200],
      ['000003.csv', 100],
      ['000004.xlsx', 199],
    ] as const) {
      writeFileSync(join(state.kept, name), '');
      truncateSync(join(state.kept, name), megabytes * 1024 * 1024);
    }
    await pruneKept(state);
    expect(readdirSync(state.kept)).toEqual(['000003-2.csv', '000003.csv', '000004.xlsx']);
  });

  it('keeps the newest entries of the journal; numbers go on', async () => {
    const { folder, book } = freshBook();
    const state = stateFolderOf(book, folder);
    for (let n = 1; n <= 5; n++) await writeText(book, folder, `text ${n}`);
    await pruneJournal(state, 3);
    expect(readdirSync(state.journal)).toEqual(['000003.json', '000004.json', '000005.json']);
    // As many as there may be, each as small as can be: the next write lets the oldest go.
    for (let n = 6; n <= 5003; n++)
      writeFileSync(join(state.journal, `${String(n).padStart(6, '0')}.json`), '');
    await writeText(book, folder, 'text 6');
    const names = readdirSync(state.journal);
    expect([names[0], names.at(-1), names.length]).toEqual(['000005.json', '005004.json', 5000]);
  });

  it.each(['', 'null', '[]', '{"files":null}', '{"files":[]}\n[[1'])(
    'an entry of the journal that reads %j is passed over',
    async (text) => {
      const { folder, book } = freshBook();
      const state = stateFolderOf(book, folder);
      await writeText(book, folder, 'new');
      writeFileSync(join(state.journal, '000002.json'), text);
      writeFileSync(join(state.journal, '000003.pending.json'), text);
      await writeText(book, folder, 'newer');
      const numbers: number[] = [];
      for await (const { n } of readJournal(state)) numbers.push(n);
      expect(numbers).toEqual([4, 1]);
    },
  );
});

describe('a save that cannot be done changes nothing and says so', () => {
  const cases: readonly { readonly why: string; readonly spoil: (folder: string, book: string) => void }[] = [
    { why: 'the file was changed after it was read', spoil: (_, book) => writeFileSync(book, 'by hand') },
    { why: 'the file is gone', spoil: (_, book) => rmSync(book) },
    {
      why: 'the file has become a folder',
      spoil: (_, book) => {
        rmSync(book);
        mkdirSync(book);
      },
    },
    {
      why: 'the state folder cannot be made: a file bears its name',
      spoil: (folder) => writeFileSync(join(folder, '.funnel'), ''),
    },
    {
      why: 'the kept file cannot be made: a file stands where the folder should be',
      spoil: (folder) => {
        mkdirSync(join(folder, '.funnel/销售漏斗.xlsx'), { recursive: true });
        writeFileSync(join(folder, '.funnel/销售漏斗.xlsx/kept'), '');
      },
    },
    {
      why: 'the journal entry cannot be written: a folder stands in its place',
      spoil: (folder) => {
        mkdirSync(join(folder, '.funnel/销售漏斗.xlsx/journal/000001.pending.json.tmp/x'), {
          recursive: true,
        });
      },
    },
  ];
  for (const { why, spoil } of cases) {
    it(why, async () => {
      const { folder, book } = freshBook();
      const io = testIo(folder);
      const plan = planOf([book], 'new');
      spoil(folder, book);
      const before = listing(folder);
      const saving = saveBook({
        store: { path: book, book, verify: async () => {} },
        plan,
        io,
        user: '王芳',
        command: ['log'],
      });
      await expect(saving).rejects.toSatisfy(
        (error) =>
          error instanceof Failure && error.code === 'busy' && error.text.zh.includes('没有写入任何内容'),
      );
      expect(listing(folder).filter(([name]) => !name?.startsWith('.funnel'))).toEqual(
        before.filter(([name]) => !name?.startsWith('.funnel')),
      );
      expect(listing(folder).some(([name]) => /kept.*xlsx$/.test(name ?? ''))).toBe(false);
    });
  }

  it('a store that finds its own bytes wrong stops before anything is touched', async () => {
    const { folder, book } = freshBook();
    const verify = async () => {
      throw new Failure('file', { zh: '核对不符', en: 'does not match' });
    };
    await expect(writeText(book, folder, 'new', { store: { path: book, book, verify } })).rejects.toThrow(
      'does not match',
    );
    expect(listing(folder)).toEqual([['销售漏斗.xlsx', 'old']]);
  });

  it.each([
    { by: 'its hash', base: undefined },
    { by: 'its bytes', base: Buffer.from('old') },
  ])(
    'a change that comes while the new file is being written is found before the rename by $by',
    async ({ base }) => {
      const { folder, book } = freshBook();
      const pieces = [Buffer.from('new')];
      const plan = planOf([book], 'new');
      // The pieces are taken one by one: the second is taken while the temporary file is half written.
      const slow = [
        {
          ...plan.files[0],
          path: book,
          baseHash: plan.files[0]?.baseHash ?? null,
          ...(base ? { base } : {}),
          pieces: trapped(pieces, () => writeFileSync(book, 'by hand')),
        },
      ];
      const saving = saveBook({
        store: { path: book, book, verify: async () => {} },
        plan: { changes: [], files: slow },
        io: testIo(folder),
        user: '王芳',
        command: ['log'],
      });
      await expect(saving).rejects.toMatchObject({ code: 'busy' });
      expect(readFileSync(book, 'utf8')).toBe('by hand');
      expect(readdirSync(folder).sort()).toEqual(['.funnel', '销售漏斗.xlsx']);
    },
  );
});

/** Pieces that spring `trap` when they are gone through for the last time (hashed, then written). */
function trapped(pieces: readonly Buffer[], trap: () => void): readonly Buffer[] {
  let rounds = 0;
  return new Proxy(pieces, {
    get(target, key, receiver) {
      if (key === Symbol.iterator && ++rounds === 2) trap();
      return Reflect.get(target, key, receiver);
    },
  });
}

function listing(folder: string): readonly (readonly string[])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [
      name,
      statSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), 'utf8') : '/',
    ]);
}
