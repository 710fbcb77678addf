import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { comparePackages, compareSheets, contentOf } from '../xlsx/compare.ts';

// `report --write` on whole workbooks: what it changes, and that it changes nothing else.

const SHEET = '销售阶段转化率统计表';
const folderOf = () => mkdtempSync(join(tmpdir(), 'funnel-write-'));
const funnel = (folder: string, line: string) => runIn(folder, splitWords(line));
const jsonOf = async (folder: string, line: string) =>
  JSON.parse((await funnel(folder, `${line} --json`)).out);
const bytesOf = (folder: string, name = '销售漏斗.xlsx') => readFileSync(join(folder, name));
const journalOf = (folder: string) => readdirSync(join(folder, '.funnel', '销售漏斗.xlsx', 'journal')).length;

const sample = folderOf();
beforeAll(async () => {
  await funnel(sample, 'init --sample');
});
function copyOfSample(): string {
  const folder = folderOf();
  cpSync(join(sample, '销售漏斗.xlsx'), join(folder, '销售漏斗.xlsx'));
  return folder;
}
/** The part of the sheet with 表2, and of every other entry. */
function partOf(zip: Buffer): string {
  const sheets = [...contentOf(zip, 'xl/workbook.xml').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(
    ([, name]) => name,
  );
  return `xl/worksheets/sheet${sheets.indexOf(SHEET) + 1}.xml`;
}

function gridOf(sheet: ExcelJS.Worksheet | undefined): ExcelJS.CellValue[][] {
  const rows: ExcelJS.CellValue[][] = [];
  sheet?.eachRow((row) => {
    rows.push(Array.from({ length: sheet.columnCount }, (_, col) => row.getCell(col + 1).value));
  });
  return rows;
}

describe('report --write', () => {
  it('puts the period into the sheet, once: the second run changes no byte and leaves no trace', async () => {
    const folder = copyOfSample();
    const first = await funnel(folder, 'report --quarter last --write');
    expect(first.code).toBe(0);
    expect(first.out).toContain('阶段转化率统计 2026Q3');
    expect(first.out).toMatch(/已写入:销售阶段转化率统计表 A2…\w+7。撤销: funnel undo/);
    const after = bytesOf(folder);
    const second = await funnel(folder, 'report --quarter last --write');
    expect(second).toMatchObject({ code: 0 });
    expect(second.err).toContain('2026Q3 已经是这些数,没有写入');
    expect(second.out).not.toContain('已写入');
    expect(bytesOf(folder).equals(after)).toBe(true);
    expect(journalOf(folder)).toBe(1);
  });

  it('writes values, and 转化率 as a formula with its cached value', async () => {
    const folder = copyOfSample();
    const { rows } = await jsonOf(folder, 'report --quarter last');
    await funnel(folder, 'report --quarter last --write');
    const xml = contentOf(bytesOf(folder), partOf(bytesOf(folder)));
    const row2 = /<row r="2".*?<\/row>/s.exec(xml)?.[0] ?? '';
    expect(row2).toContain(`<f>IF(C2+D2=0,&quot;—&quot;,E2/(C2+D2))</f><v>${rows[0].rate}</v>`);
    expect(row2.match(/<f>/g)).toHaveLength(1);
    expect(/<c r="D2"[^>]*><v>(\d+)<\/v>/.exec(row2)?.[1]).toBe(String(rows[0].entered));
  });

  it('changes its block and nothing else in a sheet with colours, notes and another table', async () => {
    const folder = copyOfSample();
    await funnel(folder, 'report --quarter 2026Q2 --write');
    await funnel(folder, 'report --quarter this --write');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const sheet = book.getWorksheet(SHEET);
    if (!sheet) throw new Error('no sheet');
    const yellow: ExcelJS.Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFFF00' } };
    for (const cell of ['A3', 'E9', 'I10']) sheet.getCell(cell).fill = yellow;
    sheet.getCell('F3').note = '这几家是价格原因';
    sheet.getCell('F9').note = '本季的注';
    sheet.getCell('X3').value = '旁边的话';
    sheet.getCell('X9').value = '旁边的话,本季';
    sheet.getCell('B16').value = '下面是王芳自己的表';
    sheet.getCell('B17').value = 12;
    sheet.getCell('C17').value = { formula: 'SUM(D2:D7)', result: 15 };
    const xlsx = Buffer.from(await book.xlsx.writeBuffer());
    writeFileSync(join(folder, '销售漏斗.xlsx'), xlsx);

    // A new lead changes the current quarter and not the one that is closed.
    await funnel(
      folder,
      'add-lead --customer 新来机械有限公司 --contact 李总 --phone 13800009999 --tags 需要CRM系统 --source 官网表单 --yes',
    );
    const before = bytesOf(folder);
    const { changes } = await jsonOf(folder, 'report --quarter this --write');
    const after = bytesOf(folder);
    const compared = comparePackages(before, after);
    expect(compared.changed).toEqual([partOf(after)]);
    expect(compared).toMatchObject({ added: [], removed: [], identical: compared.entries - 1 });
    const part = partOf(after);
    // Only the current quarter's first row: a lead came in.
    expect(compareSheets(contentOf(before, part), contentOf(after, part))).toMatchObject({
      changedRows: [8],
      addedRows: [],
      frameSame: true,
      ranges: [],
    });
    expect(changes.map(({ column }: { column: string }) => column)).toEqual(
      expect.arrayContaining(['新增', '期末客户数', '转化率']),
    );
    expect(changes.every(({ sheet: name }: { sheet: string }) => name === SHEET)).toBe(true);

    // A period that is new goes behind everything people wrote below.
    await funnel(folder, 'report --quarter 2026Q3 --write');
    const last = bytesOf(folder);
    expect(compareSheets(contentOf(after, part), contentOf(last, part))).toMatchObject({
      changedRows: [],
      addedRows: [18, 19, 20, 21, 22, 23],
    });
  });

  it('puts new rows above a 合计 row, each with a rate of its own figures, and leaves 说明 of the other rows to people', async () => {
    const folder = copyOfSample();
    const file = join(folder, '销售漏斗.xlsx');
    await funnel(folder, 'report --quarter 2026Q2 --write');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(file);
    const sheet = book.getWorksheet(SHEET);
    const notes = sheet?.getRow(1).values;
    const said = Array.isArray(notes) ? notes.indexOf('说明') : -1;
    if (sheet) {
      sheet.getCell(3, said).value = '展会线索太少';
      sheet.getCell('B8').value = '合计';
      sheet.getCell('C8').value = { formula: 'SUM(C2:C7)', result: 0 };
      sheet.getCell('A9').value = '第二行合计之下';
    }
    writeFileSync(file, Buffer.from(await book.xlsx.writeBuffer()));

    await funnel(folder, 'report --quarter 2026Q3 --write');
    await funnel(folder, 'report --quarter 2026Q2 --write');
    const after = new ExcelJS.Workbook();
    await after.xlsx.readFile(file);
    const written = after.getWorksheet(SHEET);
    // Six rows came in: 8 to 13. A rate that spoke of the totals would follow them.
    expect([8, 9, 13].map((row) => written?.getCell(row, 9).formula)).toEqual(
      [8, 9, 13].map((row) => `IF(C${row}+D${row}=0,"—",E${row}/(C${row}+D${row}))`),
    );
    expect(written?.getCell('B14').value).toBe('合计');
    expect(written?.getCell('A15').value).toBe('第二行合计之下');
    expect(written?.getCell(3, said).value).toBe('展会线索太少');
  });

  it('keeps the styles of its cells when their figures change', async () => {
    const folder = copyOfSample();
    await funnel(folder, 'report --quarter 2026Q3 --write');
    const style = () => /<c r="D2" s="(\d+)"/.exec(contentOf(bytesOf(folder), partOf(bytesOf(folder))))?.[1];
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const cell = book.getWorksheet(SHEET)?.getCell('D2');
    if (!cell) throw new Error('no cell');
    cell.value = 999;
    cell.font = { color: { argb: 'FFFF0000' } };
    await book.xlsx.writeFile(join(folder, '销售漏斗.xlsx'));
    const red = style();
    const { changes } = await jsonOf(folder, 'report --quarter 2026Q3 --write');
    expect(
      changes.map(({ cell: name, before }: { cell: string; before: unknown }) => [name, before]),
    ).toEqual([['D2', 999]]);
    expect(style()).toBe(red);
  });

  it('lists every cell for --dry-run, writes nothing, and is undone to the byte', async () => {
    const folder = copyOfSample();
    const before = bytesOf(folder);
    const dry = await funnel(folder, 'report --quarter last --write --dry-run');
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/^销售阶段转化率统计表!A2 统计周期: ∅ → 2026Q3$/m);
    expect(dry.out).toMatch(/^销售阶段转化率统计表!I2 转化率: ∅ → \d+\.\d%$/m);
    expect(dry.out).toMatch(/^销售阶段转化率统计表!\w+2 截至: ∅ → 2026-09-30$/m);
    expect(dry.out).not.toContain('阶段转化率统计 2026Q3');
    expect(bytesOf(folder).equals(before)).toBe(true);
    expect(existsSync(join(folder, '.funnel'))).toBe(false);
    const { changes, undo } = await jsonOf(folder, 'report --quarter last --write');
    expect(dry.out.trim().split('\n').length).toBe(changes.length + 1);
    expect(undo).toBe('funnel undo');
    await funnel(folder, 'undo');
    expect(bytesOf(folder).equals(before)).toBe(true);
  });

  it('has the report and what was written in one JSON document', async () => {
    const folder = copyOfSample();
    const report = await jsonOf(folder, 'report --quarter last');
    const written = await jsonOf(folder, 'report --quarter last --write');
    expect(written).toMatchObject({ ...report, ids: [] });
    expect(written.changes.length).toBeGreaterThan(100);
    expect(written.changes[0]).toEqual({
      sheet: SHEET,
      cell: 'A2',
      column: '统计周期',
      before: null,
      after: '2026Q3',
    });
    expect((await jsonOf(folder, 'report --quarter last --write')).changes).toEqual([]);
  });

  it('writes the groups beside the whole, and each of them balances in the sheet', async () => {
    const folder = copyOfSample();
    const { groups } = await jsonOf(folder, 'report --quarter last --by owner --write --amounts');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const [heads = [], ...table] = gridOf(book.getWorksheet(SHEET));
    const rows = table.map((cells) =>
      Object.fromEntries(heads.map((head, col) => [String(head), cells[col]])),
    );
    expect(rows).toHaveLength(6 * (groups.length + 1));
    for (const row of rows) {
      const n = (head: string) => Number(row[head]);
      expect(n('期初客户数') + n('新增')).toBe(n('转化') + n('流失') + n('退回') + n('期末客户数'));
    }
    const sum = (owners: boolean, head: string) =>
      rows.filter((row) => Boolean(row.组别) === owners).reduce((total, row) => total + Number(row[head]), 0);
    for (const head of ['期初客户数', '新增', '转化', '期末金额(元)'])
      expect(sum(true, head)).toBe(sum(false, head));
  });

  it('keeps the views apart in the sheet, each in its own columns', async () => {
    const folder = copyOfSample();
    for (const line of ['--quarter last', '--quarter last --cohort --by owner', '--snapshot']) {
      expect((await funnel(folder, `report ${line} --write`)).code).toBe(0);
      const after = bytesOf(folder);
      expect((await funnel(folder, `report ${line} --write`)).err).toContain('没有写入');
      expect(bytesOf(folder).equals(after)).toBe(true);
    }
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const [heads = [], ...rows] = gridOf(book.getWorksheet(SHEET));
    const at = (head: string) => heads.indexOf(head);
    const scopes = rows.map((cells) => cells[at('口径')]);
    expect(new Set(scopes)).toEqual(new Set(['期间(按商机)', '批次(按创建)', '快照(按当日)']));
    const cohort = rows.filter((cells) => cells[at('口径')] === '批次(按创建)');
    expect(cohort.every((cells) => cells[at('期初客户数')] === null && cells[at('曾到达')] !== null)).toBe(
      true,
    );
    const snapshot = rows.filter((cells) => cells[at('口径')] === '快照(按当日)');
    expect(snapshot.map((cells) => cells[at('统计周期')])).toEqual(Array(6).fill('2026-11-23'));
  });

  it('does the same in a folder of CSV files', async () => {
    const folder = folderOf();
    await funnel(folder, 'init 漏斗 --sample --format csv');
    const read = () => readFileSync(join(folder, '漏斗', `${SHEET}.csv`), 'utf8');
    const lines = ['--quarter last', '--quarter last --cohort --by owner', '--snapshot'];
    for (const line of lines) expect((await funnel(folder, `report ${line} --write`)).code).toBe(0);
    const after = read();
    const [head = '', first = ''] = after.split('\r\n');
    expect(head).toMatch(/^\ufeff统计周期,阶段名称,期初客户数,新增,转化,流失,退回,期末客户数,转化率,/);
    // A value, no formula: people read it, and no spreadsheet works it out.
    expect(first).toMatch(/^2026Q3,线索获取,(\d+,){6}\d+\.\d%,/);
    for (const line of lines)
      expect((await funnel(folder, `report ${line} --write`)).err).toContain('没有写入');
    expect(read()).toBe(after);
    await funnel(folder, 'undo');
    expect(read().length).toBeLessThan(after.length);
  });

  it('adds the sheet to a book that has none', async () => {
    const folder = folderOf();
    cpSync(join(import.meta.dirname, '../../fixtures/sample-row.xlsx'), join(folder, '客户表.xlsx'));
    await funnel(folder, 'adopt 客户表.xlsx');
    const run = await funnel(folder, 'report --quarter 2024Q1 --write');
    expect(run.code).toBe(0);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '客户表.xlsx'));
    const sheet = book.getWorksheet(SHEET);
    expect(sheet?.getCell('A2').value).toBe('2024Q1');
    expect(sheet?.getCell('I2').numFmt).toBe('0.0%');
    const after = bytesOf(folder, '客户表.xlsx');
    await funnel(folder, 'report --quarter 2024Q1 --write');
    expect(bytesOf(folder, '客户表.xlsx').equals(after)).toBe(true);
  });

  it('finds the sheet the team keeps under another name', async () => {
    const folder = copyOfSample();
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    book.removeWorksheet(SHEET);
    const sheet = book.addWorksheet('漏斗统计');
    sheet.addRow(['2026 年各季转化']);
    sheet.addRow(['阶段名称', '期初客户数', '新增', '转化', '流失', '期末客户数', '转化率']);
    for (const stage of ['线索获取', '需求挖掘', '方案呈现', '谈判推进', '成交签约', '售后维护'])
      sheet.addRow([stage]);
    await book.xlsx.writeFile(join(folder, '销售漏斗.xlsx'));
    const { changes } = await jsonOf(folder, 'report --quarter last --write');
    expect(new Set(changes.map(({ sheet: name }: { sheet: string }) => name))).toEqual(new Set(['漏斗统计']));
    expect(changes.find(({ cell }: { cell: string }) => cell === 'C3')).toMatchObject({
      column: '新增',
      before: null,
    });
    expect(changes.some(({ cell }: { cell: string }) => cell === 'A3')).toBe(false);
  });
});

describe('report --write is refused', () => {
  it.each([
    {
      why: 'with --explain',
      line: 'report --write --explain 方案呈现.流失',
      code: 2,
      says: '--write 和 --explain',
    },
    { why: '--dry-run alone', line: 'report --dry-run', code: 2, says: '--dry-run 要和 --write 一起用' },
    { why: '--amounts alone', line: 'report --amounts', code: 2, says: '--amounts 要和 --write 一起用' },
  ])('$why', async ({ line, code, says }) => {
    const run = await funnel(sample, line);
    expect(run.code).toBe(code);
    expect(run.err).toContain(says);
  });

  it('on a table nobody has adopted, with the command to paste', async () => {
    const folder = folderOf();
    cpSync(join(import.meta.dirname, '../../fixtures/old-200.xlsx'), join(folder, 'old-200.xlsx'));
    const run = await funnel(folder, 'report --write');
    expect(run.code).toBe(4);
    expect(run.err).toContain('funnel adopt');
  });

  it('where the sheet of that name has lost its headers', async () => {
    const folder = copyOfSample();
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const sheet = book.getWorksheet(SHEET);
    if (sheet) sheet.getCell('B1').value = '随便';
    await book.xlsx.writeFile(join(folder, '销售漏斗.xlsx'));
    const before = bytesOf(folder);
    const run = await funnel(folder, 'report --write');
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/销售阶段转化率统计表 里找不到表头:要有 阶段名称、期初客户数、新增/);
    expect(bytesOf(folder).equals(before)).toBe(true);
  });
});

describe('undo of report --write after the book has been written again', () => {
  it('gives 转化率 its formula back, for the row in which it then stands', async () => {
    const folder = copyOfSample();
    await funnel(folder, 'report --quarter last --write');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const cell = book.getWorksheet(SHEET)?.getCell('I3');
    if (!cell) throw new Error('no cell');
    // Somebody's own formula, by which the rate is another one.
    cell.value = { formula: 'E3/D3', result: 0.1 };
    await book.xlsx.writeFile(join(folder, '销售漏斗.xlsx'));
    await funnel(folder, 'report --quarter last --write');
    const rowOf = () =>
      /<row r="3".*?<\/row>/s.exec(contentOf(bytesOf(folder), partOf(bytesOf(folder))))?.[0] ?? '';
    expect(rowOf()).toContain('<f>IF(C3+D3=0,');
    const list = await jsonOf(folder, 'list --limit 1');
    await funnel(folder, `edit ${list[0].id} --set 客户规模=很大`);
    // The report's write, and not the edit after it.
    const undone = await funnel(folder, 'undo --number 2 --yes');
    expect(undone).toMatchObject({ code: 0 });
    expect(rowOf()).toContain('<f>E3/D3</f><v>0.1</v>');
  });
});
