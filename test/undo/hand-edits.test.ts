import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { cellText } from '../../src/core/sheet.ts';
import { openStore } from '../../src/storage/open.ts';
import { freshFolder } from '../save/support.ts';
import { bytesOf, STORES } from '../store/stores.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

const TABLE = [
  ['客户名称', '联系人', '联系方式', '当前阶段', '线索录入日期', '销售负责人', '跟进记录', '备注'],
  ['甲方机械', '张总', '13800000001', '线索获取', '2026-11-20', '王芳', '', '老朋友'],
  ['乙方电子', '李总', '13800000002', '需求挖掘', '2026-11-20', '王芳', '2026-11-20:来电', ''],
  ['丙方物流', '周总', '13800000003', '线索获取', '2026-11-20', '赵六', '', '加急'],
];
const [ONE, TWO, THREE] = ['L20261120-001', 'L20261120-002', 'L20261120-003'];

type Cell = ExcelJS.CellValue;
type Rows = Cell[][];

/** Another program changes the rows of 客户信息跟踪表 and saves it. */
async function editByHand(book: string, change: (rows: Rows) => Rows): Promise<void> {
  if (statSync(book).isDirectory()) {
    const path = join(book, `${SHEETS.tracking}.csv`);
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((line): Cell[] => line.split(','));
    const changed = change(rows);
    const width = Math.max(...changed.map((row) => row.length));
    const lines = changed.map((row) =>
      Array.from({ length: width }, (_, at) => String(row[at] ?? '')).join(','),
    );
    writeFileSync(path, `\uFEFF${lines.join('\r\n')}\r\n`);
    return;
  }
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(book);
  const sheet = workbook.getWorksheet(SHEETS.tracking);
  if (!sheet) throw new Error('no such sheet');
  const rows = change(
    sheet
      .getSheetValues()
      .slice(1)
      .map((row) => (row as Cell[]).slice(1)),
  );
  for (let row = 1; row <= Math.max(rows.length, sheet.rowCount); row++)
    for (let col = 1; col <= 20; col++) sheet.getCell(row, col).value = rows[row - 1]?.[col - 1] ?? null;
  await workbook.xlsx.writeFile(book);
}

/** The rows as texts, by header, in the order of the table. */
async function tableOf(book: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const rows: string[][] = [];
  await (await openStore(book)).readRows(SHEETS.tracking, ({ cells }) => {
    rows.push(Array.from(cells, cellText));
    return undefined;
  });
  const [headers = [], ...body] = rows;
  return body.map((row) => Object.fromEntries(headers.map((header, at) => [header, row[at] ?? ''])));
}

const at = (rows: Rows, header: string) => rows[0]?.indexOf(header) ?? -1;
/** Sets the cell of a customer under a header. */
const set = (customer: string, header: string, value: Cell) => (rows: Rows) => {
  for (const row of rows) if (row[0] === customer) row[at(rows, header)] = value;
  return rows;
};

interface Case {
  readonly why: string;
  readonly change: (rows: Rows) => Rows;
  /** What `verify` finds: rule, place and some of the words. */
  readonly found?: readonly [rule: string, place: string, words: string];
  /** What the next write says of it besides. */
  readonly said?: string;
  /** What the table then holds: a customer, a header, the text. */
  readonly kept?: readonly [customer: string, header: string, text: string];
}

const CASES: readonly Case[] = [
  { why: 'sorting tears nothing apart', change: ([head = [], ...rows]) => [head, ...rows.reverse()] },
  {
    why: 'a blank row is no row',
    change: ([head = [], first = [], ...rest]) => [head, first, [''], ...rest],
  },
  {
    why: 'a row typed in between is new and gets its number with the next write, whichever that is for',
    change: ([head = [], ...rows]) => [head, ['丁方化工', '吴工', '13800000004', '线索获取'], ...rows],
    said: '新行已编号:丁方化工 L20261123-001',
    kept: ['丁方化工', '商机编号', 'L20261123-001'],
  },
  {
    why: 'a column put in moves the others: they are known by their headers',
    change: (rows) =>
      rows.map((row, index) => [row[0] ?? '', index === 0 ? '部门' : '一部', ...row.slice(1)]),
    kept: ['丙方物流', '部门', '一部'],
  },
  {
    why: 'a column called by another name that people use is the same column',
    change: (rows) =>
      rows.map((row, index) =>
        index === 0 ? row.map((cell) => (cell === '联系方式' ? '手机' : cell)) : row,
      ),
    kept: ['甲方机械', '手机', '13800000001'],
  },
  {
    why: "the team's own column may be called anything",
    change: (rows) =>
      rows.map((row, index) => (index === 0 ? row.map((cell) => (cell === '备注' ? '说明' : cell)) : row)),
    kept: ['丙方物流', '说明', '加急'],
  },
  {
    why: 'a deleted row is named by what was recorded of it',
    change: (rows) => rows.filter((row) => row[0] !== '甲方机械'),
    found: ['deleted-row', '过程记录!A2', ONE],
  },
  {
    why: 'a copied row bears the number of another: both are named',
    change: (rows) => [
      ...rows,
      [...(rows[1] ?? [])].map((cell, index) => (index === 0 ? '甲方分公司' : cell)),
    ],
    found: ['duplicate-id', '客户信息跟踪表!', ONE],
    kept: ['甲方分公司', '商机编号', ONE],
  },
  {
    why: 'a row whose number was cut away is new, and what was recorded of the old one is named',
    change: (rows) => set('甲方机械', '商机编号', '')(rows),
    found: ['deleted-row', '过程记录!A2', ONE],
    said: '新行已编号:甲方机械 L20261120-004',
  },
  {
    why: 'a stage changed by hand stays, and is drift',
    change: set('甲方机械', '当前阶段', '方案呈现'),
    found: ['drift', '客户信息跟踪表!D2', '方案呈现'],
    kept: ['甲方机械', '当前阶段', '方案呈现'],
  },
  {
    why: 'a stage nobody knows is named and left',
    change: set('甲方机械', '当前阶段', '再说吧'),
    found: ['unknown-stage', '客户信息跟踪表!D2', '再说吧'],
    kept: ['甲方机械', '当前阶段', '再说吧'],
  },
  {
    why: 'a broken date is named and left',
    change: set('甲方机械', '线索录入日期', '2026-13-45'),
    found: ['unread', '客户信息跟踪表!E2', '2026-13-45'],
    kept: ['甲方机械', '线索录入日期', '2026-13-45'],
  },
];

describe.each(STORES.slice(0, 2))('what people do to the table of $name', (store) => {
  const adopted = async () => {
    const folder = freshFolder();
    const book = await store.make(folder, { [SHEETS.tracking]: TABLE });
    expect((await runIn(folder, ['adopt', book])).code).toBe(0);
    return { book, run: (line: string) => runIn(folder, [...splitWords(line), '--file', book]) };
  };

  it.each(CASES)('$why', async ({ change, found, said, kept }) => {
    const { book, run } = await adopted();
    await editByHand(book, change);
    const verify = async () => JSON.parse((await run('verify --json')).out).findings;
    const expected = found
      ? [
          expect.objectContaining({
            rule: found[0],
            message: expect.stringContaining(found[2]),
          }),
        ]
      : [];
    const findings = await verify();
    expect(findings).toEqual(expected);
    if (found) expect(`${findings[0].sheet}!${findings[0].cell}`).toContain(found[1]);
    expect([0, 10]).toContain((await run('check')).code);
    const typed = await tableOf(book);
    const written = await run('log 丙方 打了电话');
    expect([written.code, written.err]).toEqual([0, expect.stringContaining(said ?? '')]);
    // Everything that was typed stands where it stood, but for the log of 丙方 and new numbers.
    const after = await tableOf(book);
    const isOurs = (header: string) => header === '跟进记录' || header === '商机编号';
    for (const [index, row] of typed.entries())
      for (const [header, text] of Object.entries(row))
        if (!isOurs(header)) expect([header, after[index]?.[header]]).toEqual([header, text]);
    const logged = after.filter((row) => row.跟进记录?.includes('打了电话'));
    expect(logged.map((row) => [row.客户名称, row.商机编号])).toEqual([['丙方物流', THREE]]);
    if (kept) expect(after.find((row) => row.客户名称 === kept[0])?.[kept[1]]).toBe(kept[2]);
    expect(await verify()).toEqual(expected);
  });

  it('a stage changed by hand is recorded as 人工 by the next write to that deal', async () => {
    const { book, run } = await adopted();
    await editByHand(book, set('甲方机械', '当前阶段', '需求挖掘'));
    const { err } = await run('log 甲方 打了电话');
    expect(err).toContain('人工');
    const { events } = JSON.parse((await run(`show ${ONE} --json`)).out);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'advanced', from: 'lead', to: 'discovery' }),
    );
    expect((await run('verify')).code).toBe(0);
  });

  it('without the column 商机编号 nothing is written, and saying what it is called now mends it', async () => {
    const { book, run } = await adopted();
    await editByHand(book, (rows) =>
      rows.map((row, index) =>
        index === 0 ? row.map((cell) => (cell === '商机编号' ? '序列号' : cell)) : row,
      ),
    );
    const before = bytesOf(book);
    expect((await run('verify')).code).toBe(10);
    const { code, err } = await run(`log ${TWO} 打了电话`);
    expect([code, err]).toEqual([4, expect.stringContaining('--map 现在的表头=商机编号')]);
    expect((await run(`adopt ${book}`)).code).toBe(4);
    expect(bytesOf(book)).toBe(before);
    expect((await run(`adopt ${book} --map 序列号=商机编号`)).code).toBe(0);
    expect((await run(`log ${TWO} 打了电话`)).code).toBe(0);
    expect((await run('verify')).code).toBe(0);
  });

  it.each([
    ['当前阶段', 3],
    ['客户名称', 3],
  ])(
    'without the column %s nothing is guessed: the failure lists what was found, and nothing is written',
    async (header, code) => {
      const { book, run } = await adopted();
      await editByHand(book, (rows) => {
        if (rows[0]) rows[0][at(rows, header)] = '改了名';
        return rows;
      });
      const before = bytesOf(book);
      for (const line of ['check', 'verify', `log ${TWO} 打了电话`]) {
        const { code: ended, err } = await run(line);
        expect([line, ended, err]).toEqual([line, code, expect.stringContaining('改了名')]);
      }
      expect(bytesOf(book)).toBe(before);
    },
  );
});
