import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packedRows } from '../../src/core/packed-sheet.ts';
import type { CellInput, Patch, SheetRow } from '../../src/core/sheet.ts';
import { hashPieces } from '../../src/storage/files.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { INDEX_VERSION, openIndex, readIndex } from '../../src/storage/xlsx/book-index.ts';
import { openPackage, readEntry } from '../../src/storage/xlsx/package.ts';
// @ts-expect-error: a script that prints and makes, written in JavaScript
import { makeBigBook } from '../bench/big-book.mjs';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

/** A book of over 1 MB: the least that has an index. */
const DEALS = 3500;
let original = '';
/** After a first command, with its index; and what is in the book after a second one that has none. */
let written = '';
let expected: readonly string[] = [];

beforeAll(async () => {
  original = join(mkdtempSync(join(tmpdir(), 'funnel-index-')), 'book.xlsx');
  await makeBigBook(original, DEALS, DEALS * 5);
  expect(statSync(original).size).toBeGreaterThan(1024 * 1024);
  const folder = dirname(original);
  await run({ folder, book: original }, 'log', '001700', '打了电话');
  written = join(folder, 'written');
  mkdirSync(written);
  for (const name of ['book.xlsx', '.funnel'])
    cpSync(join(folder, name), join(written, name), { recursive: true });
  rmSync(join(folder, '.funnel/book.xlsx/index'), { recursive: true });
  await run({ folder, book: original }, 'log', '001702', '又一个');
  expected = contentsOf(original);
  await makeBigBook(original, DEALS, DEALS * 5);
}, 60_000);

afterAll(() => rmSync(dirname(original), { recursive: true, force: true }));

interface Team {
  readonly folder: string;
  readonly book: string;
  readonly index: string;
}

function team(from: string | null = null): Team {
  const folder = freshFolder();
  const book = join(folder, 'book.xlsx');
  if (from === null) copyFileSync(original, book);
  else cpSync(from, folder, { recursive: true });
  return { folder, book, index: join(folder, '.funnel/book.xlsx/index') };
}

async function run({ folder, book }: Pick<Team, 'folder' | 'book'>, ...words: string[]) {
  const ran = await runIn(folder, [...words, '--file', book], { now: Date.parse('2026-11-26T02:00:00Z') });
  expect({ words, code: ran.code, err: ran.err }).toEqual({ words, code: 0, err: ran.err });
  return ran.out;
}

/** Whether the next command can use it. */
async function isUsed({ book, index }: Team): Promise<boolean> {
  const bytes = readFileSync(book);
  const files = await readIndex(index, bytes.length);
  return openIndex(files, hashPieces([bytes]), openPackage(book, bytes)) !== null;
}

const LEAD = [
  'add-lead',
  '--customer',
  '新客户测试有限公司',
  '--contact',
  '李总',
  '--phone',
  '13900001111',
  '--tags',
  '需要CRM系统',
  '--source',
  '行业展会',
];
const WORK: readonly (readonly string[])[] = [
  ['log', '001700', '打了电话'],
  ['log', '001700', '又打了电话'],
  ['log', '000001', '第一行'],
  ['edit', '003500', '--set', '客户规模=100人', '--set', '客户关注点=价格'],
  LEAD,
  ['log', '新客户', '约好下周见面'],
  ['log', '001701', '下一行', '--on', '2026-11-25'],
];

/** What commands say of a book, without its name. */
async function everything(at: Pick<Team, 'folder' | 'book'>): Promise<string> {
  const said: string[] = [];
  for (const words of [
    ['check'],
    ['list'],
    ['show', '001700'],
    ['show', '新客户'],
    ['report', '--quarter'],
  ]) {
    const { code, out } = await runIn(at.folder, [...words, '--json', '--file', at.book], {
      now: Date.parse('2026-11-26T02:00:00Z'),
    });
    expect([0, 10]).toContain(code);
    said.push(out);
  }
  return said.join('').replaceAll(at.book, 'BOOK');
}

describe('the index of a large book', () => {
  it('gives the same book, command after command, as reading all of it', async () => {
    const [quick, slow] = [team(), team()];
    for (const words of WORK) {
      await run(quick, ...words);
      expect(await isUsed(quick)).toBe(true);
      rmSync(slow.index, { recursive: true, force: true });
      await run(slow, ...words);
    }
    expect(contentsOf(quick.book)).toEqual(contentsOf(slow.book));
    const withIndex = await everything(quick);
    rmSync(quick.index, { recursive: true });
    expect(await everything(quick)).toBe(withIndex);
  }, 120_000);

  it('is written anew when its changed rows are many, and no file of it stays behind', async () => {
    const own = team();
    await append(own, 450);
    const before = fileOf(own, 'base');
    await append(own, 1);
    expect(fileOf(own, 'base')).not.toBe(before);
    for (const name of ['now.json', 'base', 'texts'])
      expect(readdirSync(own.index).filter((each) => each.startsWith(name))).toHaveLength(1);
    const again = fileOf(own, 'base');
    const rows = await append(own, 1);
    expect(fileOf(own, 'base')).toBe(again);
    rmSync(own.index, { recursive: true });
    expect(rows).toEqual((await rowsOf(await openStore(own.book), '过程记录')).slice(0, -1));
  }, 60_000);
});

describe('an index that does not fit is as if it were not there', () => {
  const SPOILT: readonly { readonly why: string; spoil(own: Team): void }[] = [
    { why: 'a byte of the rows differs', spoil: (own) => flip(own, 'base', 0.5) },
    { why: 'a byte of the texts differs', spoil: (own) => flip(own, 'texts', 0.7) },
    { why: 'the first byte differs', spoil: (own) => flip(own, 'base', 0) },
    { why: 'what holds now is cut off, as by a full disk', spoil: (own) => cut(own, 'now.json') },
    { why: 'the rows are cut off', spoil: (own) => cut(own, 'base') },
    { why: 'the rows are gone', spoil: (own) => rmSync(fileOf(own, 'base')) },
    {
      why: 'it was killed before the last file was named',
      spoil: (own) => rmSync(join(own.index, 'now.json')),
    },
    {
      why: 'a folder stands where a file should',
      spoil: (own) => {
        rmSync(fileOf(own, 'texts'));
        mkdirSync(join(own.index, 'texts-x'));
      },
    },
    {
      why: 'another version wrote it',
      spoil: (own) => rewriteNow(own, (now) => ({ ...now, version: `${INDEX_VERSION}0` })),
    },
    {
      why: 'it says nothing that can be read',
      spoil: (own) => writeFileSync(join(own.index, 'now.json'), '{}'),
    },
    {
      why: 'it names a sheet that the book does not have',
      spoil: (own) => rewriteNow(own, (now) => ({ ...now, sheets: [] })),
    },
  ];

  it.each(SPOILT)(
    '$why',
    async ({ spoil }) => {
      const own = team(written);
      expect(await isUsed(own)).toBe(true);
      spoil(own);
      expect(await isUsed(own)).toBe(false);
      await run(own, 'log', '001702', '又一个');
      expect(contentsOf(own.book)).toEqual(expected);
      expect(await isUsed(own)).toBe(true);
    },
    60_000,
  );

  it('the book was saved by another program, or is another one of the same name', async () => {
    const own = team(written);

    copyFileSync(original, own.book);
    expect(await isUsed(own)).toBe(false);
    const out = await run(own, 'show', '001700', '--json');
    expect(out).not.toContain('打了电话');
  }, 60_000);

  it('and where it says something else than the book, with every sum right, nothing is written', async () => {
    const own = team(written);

    // The row of 001700 as another customer's.
    rewriteNow(own, (now) => ({
      ...now,
      sheets: now.sheets.map((sheet: { rows: [number, [number, unknown][]][] }) => ({
        ...sheet,
        rows: sheet.rows.map(([row, cells]) => [
          row,
          cells.map(([col, value]) =>
            row === 1701 && col === 2 ? [col, { kind: 'text', text: '别人' }] : [col, value],
          ),
        ]),
      })),
    }));
    const bytes = readFileSync(own.book);
    const ran = await runIn(own.folder, ['log', '001700', '又打了电话', '--file', own.book], {
      now: Date.parse('2026-11-26T02:00:00Z'),
    });
    expect(ran.code).toBe(5);
    expect(readFileSync(own.book).equals(bytes)).toBe(true);
    await run(own, 'log', '001700', '又打了电话');
    expect(await run(own, 'show', '001700')).not.toContain('别人');
  }, 60_000);
});

describe('the index in its folder', () => {
  it('is as open or closed as the workbook', async () => {
    const own = team();
    chmodSync(own.book, 0o640);
    await run(own, 'log', '001700', '打了电话');
    for (const name of readdirSync(own.index))
      expect({ name, mode: statSync(join(own.index, name)).mode & 0o777 }).toEqual({ name, mode: 0o640 });
    expect(statSync(own.index).mode & 0o777).toBe(0o750);
  }, 60_000);

  it('fails no command where it cannot be written', async () => {
    const own = team();
    mkdirSync(join(own.folder, '.funnel/book.xlsx'), { recursive: true });
    writeFileSync(own.index, 'a file where the folder should be');
    await run(own, 'log', '001700', '打了电话');
    expect(await run(own, 'show', '001700')).toContain('打了电话');
  }, 60_000);

  it('is made by no command that only reads, and for no small book', async () => {
    const own = team();
    await run(own, 'show', '001700');
    expect(existsSync(join(own.folder, '.funnel'))).toBe(false);
    const small = join(own.folder, 'small.xlsx');
    await makeBigBook(small, 20, 100);
    await run({ ...own, book: small }, 'log', '000010', '打了电话');
    expect(existsSync(join(own.folder, '.funnel/small.xlsx/index'))).toBe(false);
  }, 60_000);

  it('lets a row in the middle of the log change, of which the command before looked at the ends only', async () => {
    const folder = freshFolder();
    const book = join(folder, 'book.xlsx');
    const own = { folder, book, index: join(folder, '.funnel/book.xlsx/index') };
    await makeBigBook(book, 14_000, 70_000);
    await run(own, 'log', '001700', '打了电话');
    const longest = () => {
      const [, line = ''] = readFileSync(join(own.index, 'now.json'), 'utf8').split('\n');
      const spans = (JSON.parse(line).sheets as { points: { bytes: number[] } }[]).flatMap(({ points }) =>
        points.bytes.slice(1).map((byte, index) => byte - (points.bytes[index] ?? 0)),
      );
      return Math.max(...spans);
    };
    expect(longest()).toBeGreaterThan(5 * 1024 * 1024);
    const row = 30_000;
    for (const text of ['改了一次', '又改了']) {
      const store = await openLog(own);
      const input = { kind: 'text', text } as const;
      await save(own, store, [{ op: 'set', place: { sheet: '过程记录', row, col: 9 }, input }]);
      expect(longest()).toBeLessThan(5 * 1024 * 1024);
    }
    await run(own, 'log', '001701', '打了电话');
    expect(await isUsed(own)).toBe(true);
    const through = await rowsOf(await openLog(own), '过程记录');
    rmSync(own.index, { recursive: true });
    expect(await rowsOf(await openLog(own), '过程记录')).toEqual(through);
    expect(through[row - 1]?.cells[8]).toEqual({ kind: 'text', text: '又改了' });
  }, 120_000);

  it('holds cells far to the right, and knows which rows have nothing but a blank for 商机编号', async () => {
    const own = team();
    const text = (words: string): CellInput => ({ kind: 'text', text: words });
    const place = (row: number, col: number) => ({ sheet: '过程记录', row, col });
    await save(own, await openLog(own), [
      { op: 'set', place: place(5, 5000), input: text('远') },
      { op: 'set', place: place(6, 3), input: text(' ') },
    ]);
    // What the next command keeps is made of the workbook alone.
    rmSync(own.index, { recursive: true });
    await run(own, 'log', '001700', '打了电话');
    expect(await isUsed(own)).toBe(true);
    const check = () => runIn(own.folder, ['check', '--json', '--file', own.book]);
    const [rows, said] = [await rowsOf(await openLog(own), '过程记录'), await check()];
    rmSync(own.index, { recursive: true });
    expect(await rowsOf(await openLog(own), '过程记录')).toEqual(rows);
    expect(await check()).toEqual(said);
    expect(rows[4]?.cells[4999]).toEqual(text('远'));
    expect(said.out).toContain('过程记录!C6');
  }, 60_000);

  it('holds nothing of a customer that was forgotten', async () => {
    const own = team(written);

    const [, customer = '', id = ''] = /^(\S+) {2}(L\S+)/.exec(await run(own, 'show', '001700')) ?? [];
    await run(own, 'forget', id, '--name', customer);
    expect(existsSync(own.index)).toBe(false);
    await run(own, 'log', '001701', '打了电话');
    for (const name of readdirSync(own.index)) {
      const bytes = readFileSync(join(own.index, name));
      expect(bytes.includes(customer) || bytes.includes(Buffer.from(customer, 'utf16le'))).toBe(false);
    }
  }, 60_000);
});

/** Appends events without a command: what the sheet then holds, by the index. */
async function append(own: Team, count: number): Promise<readonly SheetRow[]> {
  const store = await openLog(own);
  const rows = await rowsOf(store, '过程记录');
  const cells = new Map<number, CellInput>([
    [1, { kind: 'number', value: 99_999 }],
    [9, { kind: 'text', text: '补记' }],
  ]);
  await save(
    own,
    store,
    Array.from({ length: count }, () => ({ op: 'append', sheet: '过程记录', cells })),
  );
  return rows;
}

/** The book as a writing command reads it. */
async function openLog({ folder, book }: Team): Promise<Store> {
  const store = await openStore(book, { cwd: folder, writes: true });
  await store.readPacked?.('客户信息跟踪表');
  await store.readPacked?.('过程记录', true);
  return store;
}

async function save({ book, index }: Team, store: Store, patches: readonly Patch[]): Promise<void> {
  const plan = await store.plan(patches);
  await store.verify(plan);
  const pieces = plan.files[0]?.pieces ?? [];
  writeFileSync(book, Buffer.concat(pieces));
  mkdirSync(index, { recursive: true });
  await store.saved?.(plan, { folder: index, owner: null, hash: hashPieces(pieces) });
}

async function rowsOf(store: Store, sheet: string): Promise<readonly SheetRow[]> {
  const packed = await store.readPacked?.(sheet);
  return packed ? [...packedRows(packed)] : [];
}

/** Every part, inflated and its sum checked, in the order of the package. */
function contentsOf(book: string): readonly string[] {
  const pkg = openPackage(book, readFileSync(book));
  return pkg.entries.map((entry) => `${entry.name} ${hashPieces([readEntry(pkg, entry)])}`);
}

function fileOf({ index }: Team, name: string): string {
  return join(index, readdirSync(index).find((each) => each.startsWith(name)) ?? name);
}

function flip(own: Team, name: string, where: number): void {
  const bytes = readFileSync(fileOf(own, name));
  const at = Math.floor(bytes.length * where);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(fileOf(own, name), bytes);
}

function cut(own: Team, name: string): void {
  truncateSync(fileOf(own, name), statSync(fileOf(own, name)).size >> 1);
}

// biome-ignore lint/suspicious/noExplicitAny: what a test puts into a file is not what the program would
function rewriteNow(own: Team, change: (now: any) => unknown): void {
  const [, line = ''] = readFileSync(join(own.index, 'now.json'), 'utf8').split('\n');
  const next = JSON.stringify(change(JSON.parse(line)));
  writeFileSync(join(own.index, 'now.json'), `${crc32(next)}\n${next}`);
}

describe('a book that was read and let go of', () => {
  it('gives all of its sheets once more, and says whether the file is still the same', async () => {
    const { folder, book } = team();
    const store = await openStore(book, { cwd: folder, writes: false });
    const log = await rowsOf(store, '过程记录');
    store.letGo?.();
    expect(await store.isUnchanged?.()).toBe(true);
    // Row by row, for what was read packed is kept.
    const again: SheetRow[] = [];
    await store.readRows('过程记录', (row) => again.push(row) > 0);
    expect(again).toEqual(log);
  });

  it('is never mixed with what another program saved meanwhile', async () => {
    const { folder, book } = team();
    const store = await openStore(book, { cwd: folder, writes: false });
    store.letGo?.();
    // The same file, written over in its place: a byte of the name of a part.
    const bytes = readFileSync(book);
    bytes[bytes.length - 30] = 0;
    writeFileSync(book, bytes);
    expect(await store.isUnchanged?.()).toBe(false);
    await expect(rowsOf(store, '过程记录')).rejects.toMatchObject({ code: 'busy' });
  });

  it.each([
    ['moved away', (book: string) => rmSync(book), 'busy'],
    [
      'a folder by now',
      (book: string) => {
        rmSync(book);
        mkdirSync(book);
      },
      'file',
    ],
  ])('%s: says so in words', async (_why, change, code) => {
    const { folder, book } = team();
    const store = await openStore(book, { cwd: folder, writes: false });
    store.letGo?.();
    change(book);
    await expect(rowsOf(store, '过程记录')).rejects.toMatchObject({ code });
  });

  it.each([true, false])(
    'what stands there by now cannot be read: nothing was written (let go of: %s)',
    async (lets) => {
      const { folder, book } = team();
      const store = await openStore(book, { cwd: folder, writes: !lets });
      store.letGo?.();
      rmSync(book);
      mkdirSync(book);
      await expect(store.isUnchanged?.()).rejects.toMatchObject({ code: 'busy' });
    },
  );
});
