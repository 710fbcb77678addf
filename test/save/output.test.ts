import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { chooseOutput } from '../../src/output-file.ts';
import { openSession } from '../../src/session.ts';
import { writeBeside, writeOutput } from '../../src/storage/output.ts';
import type { Store } from '../../src/storage/store.ts';
import { freshBook } from './support.ts';
import { testIo, writeText } from './write-text.ts';

const NEW = Buffer.from('new');

/** What a command with --out NAME does: look first, write at the end. */
async function writeOut(folder: string, store: Pick<Store, 'files' | 'format'>, name: string, yes = false) {
  const session = openSession(testIo(folder), 'zh', yes ? { yes } : {}, 'report');
  const target = await chooseOutput(session, store as Store, name);
  await writeOutput(target, NEW, session.io);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'written',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );

const xlsx = (book: string) => ({ book, files: [book], format: 'xlsx' }) as const;

describe('a file made for others', () => {
  it('is written whole, and nothing else is left beside it', async () => {
    const { folder, book } = freshBook();
    await writeOut(folder, xlsx(book), 'report.csv');
    expect(readFileSync(join(folder, 'report.csv'), 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['report.csv', '销售漏斗.xlsx']);
  });

  it('replaces an existing file with --yes only, and keeps its mode', async () => {
    const { folder, book } = freshBook();
    const path = join(folder, 'report.csv');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    expect(await codeOf(writeOut(folder, xlsx(book), 'report.csv'))).toBe('refused');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(await codeOf(writeOut(folder, xlsx(book), 'report.csv', true))).toBe('written');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640]);
    expect(readdirSync(folder).sort()).toEqual(['report.csv', '销售漏斗.xlsx']);
  });

  it('is refused where a file came between the look and the writing', async () => {
    const { folder } = freshBook();
    const path = join(folder, 'report.csv');
    writeFileSync(path, 'theirs');
    expect(await codeOf(writeOutput({ path, exists: false }, NEW, testIo(folder)))).toBe('refused');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(folder).sort()).toEqual(['report.csv', '销售漏斗.xlsx']);
  });

  it('follows a symbolic link and replaces what it leads to', async () => {
    const { folder, book } = freshBook();
    writeFileSync(join(folder, 'real.csv'), 'old');
    symlinkSync('real.csv', join(folder, 'link.csv'));
    await writeOut(folder, xlsx(book), 'link.csv', true);
    expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toBe('new');
  });

  const OWN: readonly (readonly [string, (folder: string, book: string) => string])[] = [
    ['the book itself', () => '销售漏斗.xlsx'],
    ['the book by another way', () => './x/../销售漏斗.xlsx'],
    [
      'a symbolic link to it',
      (folder, book) => {
        symlinkSync(book, join(folder, 'link.xlsx'));
        return 'link.xlsx';
      },
    ],
    [
      'a hard link to it',
      (folder, book) => {
        linkSync(book, join(folder, 'hard.xlsx'));
        return 'hard.xlsx';
      },
    ],
    ['a new file in the state folder', () => '.funnel/销售漏斗.xlsx/journal/000009.json'],
  ];
  it.each(OWN)('never is %s, not even with --yes', async (_why, prepare) => {
    const { folder, book } = freshBook();
    await writeText(book, folder, 'book');
    mkdirSync(join(folder, 'x'));
    const name = prepare(folder, book);
    expect(await codeOf(writeOut(folder, xlsx(book), name, true))).toBe('refused');
    expect(readFileSync(book, 'utf8')).toBe('book');
  });

  it('never becomes one more sheet of a CSV book', async () => {
    const { folder } = freshBook();
    const sheet = join(folder, '客户信息跟踪表.csv');
    writeFileSync(sheet, 'rows');
    const store = { book: folder, files: [sheet], format: 'csv' } as const;
    expect(await codeOf(writeOut(folder, store, '交接.CSV'))).toBe('refused');
    expect(await codeOf(writeOut(folder, store, '交接.xlsx'))).toBe('written');
  });

  it('that nobody named takes the first free name, and none that holds the same already', async () => {
    const { folder, book } = freshBook();
    const options = { store: xlsx(book), io: testIo(folder) };
    const write = async (text: string) => {
      const { path, made } = await writeBeside([folder], '名单-未导入.csv', Buffer.from(text), options);
      return [basename(path), made];
    };
    expect(await write('a')).toEqual(['名单-未导入.csv', true]);
    expect(await write('b')).toEqual(['名单-未导入-2.csv', true]);
    expect(await write('a')).toEqual(['名单-未导入.csv', false]);
    mkdirSync(join(folder, '名单-未导入-3.csv'));
    expect(await write('c')).toEqual(['名单-未导入-4.csv', true]);
  });

  it('that nobody named stands above a CSV book, never in it', async () => {
    const { folder } = freshBook();
    mkdirSync(join(folder, '客户'));
    const store = {
      book: join(realpathSync(folder), '客户'),
      files: [join(realpathSync(folder), '客户', '客户信息跟踪表.csv')],
      format: 'csv',
    } as const;
    const { path } = await writeBeside([join(folder, '客户'), folder], 'x.csv', NEW, {
      store,
      io: testIo(folder),
    });
    expect(path).toBe(join(realpathSync(folder), 'x.csv'));
  });

  const UNUSABLE: readonly (readonly [string, string, string, (folder: string) => void])[] = [
    ['a missing folder', 'none/report.csv', 'file', () => {}],
    ['a folder of that name', 'there', 'file', (folder) => mkdirSync(join(folder, 'there'))],
    ['a broken link', 'broken', 'file', (folder) => symlinkSync('nowhere', join(folder, 'broken'))],
    ['a device', '/dev/null', 'file', () => {}],
    ['a folder that takes no files', '/proc/report.csv', 'busy', () => {}],
  ];
  it.each(UNUSABLE)('%s is said with its code, nothing written', async (_why, name, code, prepare) => {
    const { folder, book } = freshBook();
    prepare(folder);
    expect(await codeOf(writeOut(folder, xlsx(book), name, true))).toBe(code);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
