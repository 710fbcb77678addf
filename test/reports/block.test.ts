import { describe, expect, it } from 'vitest';
import { findKeptTable, type KeptTable } from '../../src/core/kept-table.ts';
import { type Period, parsePeriodText, periodCellText } from '../../src/core/period.ts';
import { type BlockRow, type ReportBlock, writeBlock } from '../../src/core/reports/block.ts';
import { type BlockKey, CONVERSION_TABLE } from '../../src/core/reports/block-columns.ts';
import { type CellInput, cellText } from '../../src/core/sheet.ts';
import { OPEN_STAGES, type OpenStage } from '../../src/core/stages.ts';
import { day } from '../commands/support.ts';
import { applyPatches, type Memory, newMemory, readMemory } from '../core-domain/memory-book.ts';

// Where a block goes in a sheet that people keep: every case is written twice, and the second time there is nothing to do.

const SHEET = '销售阶段转化率统计表';
const BOOK = readMemory(newMemory(), day('2026-07-05'));
const Q2 = parsePeriodText('2026Q2') as Period;
type Cells = readonly (string | number | null)[];

/** 期初 of the stages is 1…6 plus `more`, 新增 is 0: enough to see what went where. */
function rowsOf(group: string | null, more: number): readonly BlockRow[] {
  return OPEN_STAGES.map((stage: OpenStage, index) => ({
    stage,
    group,
    cells: new Map<BlockKey, CellInput>([
      ['opening', { kind: 'number', value: index + 1 + more }],
      ['entered', { kind: 'number', value: 0 }],
      ['converted', { kind: 'number', value: 0 }],
      [
        'rate',
        {
          kind: 'formula',
          formula: 'IF({opening}+{entered}=0,"—",{converted}/({opening}+{entered}))',
          shows: { kind: 'percent', value: 0 },
        },
      ],
      ['closingAmount', { kind: 'money', fen: 15_000_000 }],
      ['asOf', { kind: 'date', day: day('2026-06-30') }],
    ]),
  }));
}
const block = (more = 0, groups: readonly string[] = [], period = Q2): ReportBlock => ({
  period,
  scope: '期间(按商机)',
  by: groups.length > 0 ? '销售负责人' : null,
  rows: [...rowsOf(null, more), ...groups.flatMap((group, index) => rowsOf(group, 10 * (index + 1)))],
});

function sheetOf(rows: readonly Cells[]): Memory {
  const memory = newMemory(rows);
  return new Map([[SHEET, memory.get('客户信息跟踪表') ?? []]]);
}
function tableOf(memory: Memory): KeptTable | null {
  const rows = memory.get(SHEET);
  return rows ? findKeptTable(SHEET, rows, CONVERSION_TABLE, false) : null;
}
/** Writes, and holds that writing again has nothing to do. */
function write(memory: Memory, given: ReportBlock, amounts = false): Memory {
  applyPatches(memory, writeBlock(BOOK, tableOf(memory), given, amounts).patches ?? []);
  const again = writeBlock(BOOK, tableOf(memory), given, amounts);
  expect(again.patches).toEqual([]);
  expect(again.notes[0]?.zh).toContain('没有写入');
  return memory;
}
function textsOf(memory: Memory): string[] {
  return (memory.get(SHEET) ?? []).map(({ cells }) =>
    Array.from({ length: cells.length }, (_, index) => cellText(cells[index])).join('|'),
  );
}
/** 阶段 and 期初 of the rows that hold `marker` somewhere. */
function openings(memory: Memory, marker: string): string[] {
  const table = tableOf(memory);
  const at = (key: BlockKey) => (table?.columns.get(key) ?? 0) - 1;
  return (table?.rows ?? [])
    .filter(({ cells }) => cells.some((cell) => cellText(cell) === marker))
    .map(({ cells }) => `${cellText(cells[at('stage')])} ${cellText(cells[at('opening')])}`);
}
const ALL = ['线索获取 1', '需求挖掘 2', '方案呈现 3', '谈判推进 4', '成交签约 5', '售后维护 6'];

describe('a block in a new sheet', () => {
  it('has a row per stage that says of which period it is', () => {
    const memory = write(new Map(), block());
    expect(openings(memory, '2026Q2')).toEqual(ALL);
    expect(textsOf(memory)[0]).toMatch(
      /^统计周期\|阶段名称\|期初客户数\|新增\|转化\|流失\|退回\|期末客户数\|转化率\|/,
    );
  });

  it('works 转化率 out from the cells of its own row', () => {
    const patches = writeBlock(BOOK, null, block(), false).patches ?? [];
    const first = patches.find(({ op }) => op === 'append');
    expect(first?.op === 'append' && first.cells.get(9)).toMatchObject({
      formula: 'IF(C{row}+D{row}=0,"—",E{row}/(C{row}+D{row}))',
    });
  });

  it('has amounts and groups only where they are asked for', () => {
    expect(textsOf(write(new Map(), block()))[0]).not.toMatch(/金额|分组/);
    expect(textsOf(write(new Map(), block(), true))[0]).toContain('期末金额(元)');
    const grouped = write(new Map(), block(0, ['王芳', '李强']));
    expect(openings(grouped, '王芳')).toEqual(ALL.map((text, index) => `${text.slice(0, 5)}${index + 11}`));
    expect(openings(grouped, '2026Q2')).toHaveLength(18);
  });

  it('tells a new period from the one that is there', () => {
    const memory = write(write(new Map(), block()), block(100, [], parsePeriodText('2026Q3') as Period));
    expect(openings(memory, '2026Q2')).toEqual(ALL);
    expect(openings(memory, '2026Q3')[0]).toBe('线索获取 101');
  });
});

const HEAD: Cells = [
  '阶段名称',
  '期初客户数',
  '新增',
  '转化',
  '流失',
  '期末客户数',
  '转化率',
  '平均停留(天)',
];
const written = (rows: Memory) => textsOf(rows);

describe('a block in the sheet a team keeps', () => {
  it('goes into the columns by their headers, in any order; what is missing comes right of everything', () => {
    const memory = write(
      sheetOf([
        ['2026 年销售漏斗'],
        ['转化率', '阶段', '备注', '新增', '期初'],
        [null, null, null, null, null, null, '旁注'],
      ]),
      block(),
    );
    // H: one past 旁注 in G3.
    expect(tableOf(memory)?.columns.get('period')).toBe(8);
    expect(written(memory)[1]).toMatch(/^转化率\|阶段\|备注\|新增\|期初\|\|\|统计周期\|转化\|/);
    expect(written(memory)[2]).toBe('||||||旁注');
    expect(openings(memory, '2026Q2')).toEqual(ALL);
  });

  it('fills a form that nobody has filled in yet', () => {
    const form = ['线索', '需求挖掘', '方案呈现', '谈判推进', '成交', '售后维护'];
    const memory = write(sheetOf([HEAD, ...form.map((stage) => [stage])]), block());
    expect(memory.get(SHEET)).toHaveLength(7);
    expect(openings(memory, '2026Q2').map((text) => text.split(' ')[0])).toEqual(form);
    expect(openings(memory, '2026Q2').map((text) => text.split(' ')[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
  });

  it('leaves rows alone that people filled in without a period', () => {
    const theirs: Cells = ['线索获取', 9, 9, 9, 9, 9, 9, 9];
    const memory = write(sheetOf([HEAD, theirs]), block());
    expect(written(memory)[1]).toBe(theirs.join('|'));
    expect(openings(memory, '2026Q2')).toEqual(ALL);
  });

  it.each([
    { why: 'the quarter in Chinese', period: '2026年第二季度' },
    { why: 'with a dash', period: '2026-Q2' },
    { why: 'full width', period: '２０２６Ｑ２' },
    { why: 'by its days', period: '2026-04-01…2026-06-30' },
  ])('replaces a block named otherwise: $why', ({ period }) => {
    const memory = write(
      sheetOf([
        ['季度', ...HEAD],
        ...OPEN_STAGES.map((_, index): Cells => [period, ALL[index]?.split(' ')[0] ?? '', 70 + index]),
      ]),
      block(),
    );
    expect(memory.get(SHEET)).toHaveLength(7);
    expect(openings(memory, period)).toEqual(ALL);
  });

  it('reads a period once for the rows below it, as merged cells leave it, and keeps those blank', () => {
    const memory = write(
      sheetOf([
        ['周期', ...HEAD],
        ...OPEN_STAGES.map(
          (_, index): Cells => [index === 0 ? '2026Q2' : null, ALL[index]?.split(' ')[0] ?? '', 0],
        ),
        ['说明:以上由王芳核对'],
        [null, '线索获取', 5],
      ]),
      block(),
    );
    const texts = written(memory);
    expect(texts.slice(1, 7).map((text) => text.split('|').slice(0, 3).join(' '))).toEqual([
      '2026Q2 线索获取 1',
      ' 需求挖掘 2',
      ' 方案呈现 3',
      ' 谈判推进 4',
      ' 成交签约 5',
      ' 售后维护 6',
    ]);
    expect(texts.slice(7)).toEqual(['说明:以上由王芳核对', '|线索获取|5']);
  });

  it('finds its rows again after people sorted them and wrote between them', () => {
    const memory = write(new Map(), block());
    const rows = memory.get(SHEET) ?? [];
    const [head, ...body] = rows;
    const sorted = [...body].reverse().map((row, index) => ({ ...row, row: 10 + 3 * index }));
    const note = { row: 11, hidden: false, cells: [{ kind: 'text' as const, text: '这一行是备注' }] };
    memory.set(
      SHEET,
      [...(head ? [head] : []), ...sorted, note].sort((a, b) => a.row - b.row),
    );
    write(memory, block(40));
    expect(memory.get(SHEET)).toHaveLength(8);
    expect(openings(memory, '2026Q2')).toEqual(
      [...ALL].reverse().map((text) => text.replace(/\d/, (n) => String(Number(n) + 40))),
    );
    expect(written(memory)).toContain('这一行是备注');
  });

  it('gives zeros to a group that has nobody any more', () => {
    const memory = write(new Map(), block(0, ['王芳', '李强']));
    write(memory, block(0, ['王芳']));
    expect(openings(memory, '李强').map((text) => text.split(' ')[1])).toEqual([
      '0',
      '0',
      '0',
      '0',
      '0',
      '0',
    ]);
    expect(openings(memory, '王芳')[0]).toBe('线索获取 11');
  });

  it('leaves a second copy of a block that somebody pasted', () => {
    const memory = write(new Map(), block());
    const rows = memory.get(SHEET) ?? [];
    memory.set(SHEET, [...rows, ...rows.slice(1).map((row) => ({ ...row, row: row.row + 20 }))]);
    write(memory, block(40));
    expect(openings(memory, '2026Q2').slice(6)).toEqual(ALL);
  });

  it('takes what a spreadsheet made of a CSV file for the same', () => {
    const memory = write(new Map(), block());
    const texts = new Map([
      [8, '0.00%'],
      [16, '2026/6/30'],
    ]);
    for (const { cells } of memory.get(SHEET)?.slice(1) ?? [])
      for (const [index, text] of texts) (cells as unknown[])[index] = { kind: 'text', text };
    expect(writeBlock(BOOK, tableOf(memory), block(), false).patches).toEqual([]);
  });

  it('writes money in the unit of the header', () => {
    const memory = write(sheetOf([[...HEAD, '期末金额(万元)']]), block());
    expect(written(memory)[1]?.split('|')[8]).toBe('15');
  });

  it('knows a month that a spreadsheet made a day of', () => {
    const june = parsePeriodText('2026年6月') as Period;
    const memory = write(new Map(), block(0, [], june));
    for (const { cells } of memory.get(SHEET)?.slice(1) ?? [])
      (cells as unknown[])[0] = { kind: 'number', value: 46_174, format: 'date' };
    write(memory, block(40, [], june));
    expect(memory.get(SHEET)).toHaveLength(7);
  });
});

describe('a period as a cell says it', () => {
  it.each([
    { text: '2026Q2', from: '2026-04-01', to: '2026-06-30', said: '2026Q2' },
    { text: '2026年二季度', from: '2026-04-01', to: '2026-06-30', said: '2026Q2' },
    { text: '2026-06', from: '2026-06-01', to: '2026-06-30', said: '2026年6月' },
    { text: '2026年12月', from: '2026-12-01', to: '2026-12-31', said: '2026年12月' },
    { text: '2026', from: '2026-01-01', to: '2026-12-31', said: '2026年' },
    { text: '2026年', from: '2026-01-01', to: '2026-12-31', said: '2026年' },
    { text: '2026-06-30', from: '2026-06-30', to: '2026-06-30', said: '2026-06-30' },
    { text: '2026/6/30', from: '2026-06-30', to: '2026-06-30', said: '2026-06-30' },
    { text: '2026-04-10…2026-05-09', from: '2026-04-10', to: '2026-05-09', said: '2026-04-10…2026-05-09' },
  ])('$text', ({ text, from, to, said }) => {
    const period = parsePeriodText(text) as Period;
    expect(period).toMatchObject({ from: day(from), to: day(to) });
    expect(periodCellText(period)).toBe(said);
    expect(parsePeriodText(said)).toMatchObject({ from: day(from), to: day(to) });
  });

  it.each(['', '本季度', 'Q2', '6月', '合计', '2026-06-31', '2026Q5'])('is none in %j', (text) => {
    expect(parsePeriodText(text)).toBeNull();
  });
});
