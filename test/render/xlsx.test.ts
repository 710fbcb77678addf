import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import type { PlacedChart } from '../../src/core/chart.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import type { Grid, GridCell } from '../../src/core/grid.ts';
import { plain } from '../../src/core/message.ts';
import { renderXlsx } from '../../src/render/xlsx.ts';

const HIDDEN = { lang: 'zh', withPhones: false } as const;

const text = (value: string): GridCell => ({ kind: 'text', text: value });
const gridOf = (...cells: GridCell[]): Grid => ({
  title: { zh: '交接清单', en: 'Hand-over' },
  columns: cells.map((_, index) => ({ title: plain(`列${index + 1}`), align: 'left' })),
  rows: [cells],
  notes: [],
});

async function reopen(grids: readonly Grid[], options = HIDDEN as Parameters<typeof renderXlsx>[1]) {
  const book = new ExcelJS.Workbook();
  const bytes = await renderXlsx([{ name: '清单', grids }], options);
  await book.xlsx.load(bytes.buffer as ArrayBuffer);
  const sheet = book.getWorksheet('清单');
  if (!sheet) throw new Error('no sheet');
  return sheet;
}

describe('a grid as a new workbook', () => {
  const KINDS: readonly (readonly [GridCell, string | number | null, string, string])[] = [
    [{ kind: 'count', value: 1200 }, 1200, '#,##0', 'a count is a number'],
    [{ kind: 'rate', value: 0.75 }, 0.75, '0.0%', 'a rate is a percent'],
    [{ kind: 'rate', value: null }, '—', '@', 'no denominator is never 0 %'],
    [{ kind: 'money', fen: 1234567 }, 12345.67, '#,##0.00', '分 become yuan'],
    [{ kind: 'money', fen: null }, null, '@', 'no amount is empty, never 0'],
    [{ kind: 'days', value: 2.5 }, 2.5, '0.0', 'days keep their half'],
    [
      { kind: 'date', day: parseIsoDay('2026-11-26') },
      46352,
      'yyyy-mm-dd',
      'a date is its serial, in no zone',
    ],
    [{ kind: 'text', text: plain('00123') }, '00123', '@', 'leading zeros stay'],
    [{ kind: 'empty' }, null, '@', 'nothing is nothing'],
  ];
  it.each(KINDS)('%j', async (cell, value, format, _why) => {
    const sheet = await reopen([gridOf(cell)]);
    const made = sheet.getCell('A3');
    const shown = made.value instanceof Date ? made.value.getTime() / 86_400_000 + 25_569 : made.value;
    expect([shown, made.numFmt]).toEqual([value, format]);
  });

  it.each(['=HYPERLINK("http://x")', '+1+1', '-2', '@SUM(A1)', '\t=1'])(
    'never makes a formula of %j',
    async (risky) => {
      const cell = (await reopen([gridOf(text(risky))])).getCell('A3');
      expect([cell.type, cell.formula, cell.numFmt]).toEqual([ExcelJS.ValueType.String, undefined, '@']);
    },
  );

  it('shows control characters, and keeps line breaks', async () => {
    const sheet = await reopen([gridOf(text('a\u001b[31m\u202eb\nc'))]);
    expect(sheet.getCell('A3').value).toBe('a\\x1b[31m\\u202eb\nc');
  });

  it('masks phones wherever they stand, unless asked for', async () => {
    const grid = { ...gridOf(text('李总 13812345678')), notes: [plain('010-82345678')] };
    const [hidden, open] = [await reopen([grid]), await reopen([grid], { lang: 'zh', withPhones: true })];
    expect([hidden.getCell('A3').value, hidden.getCell('A4').value]).toEqual([
      '李总 138****5678',
      '010-****5678',
    ]);
    expect([open.getCell('A3').value, open.getCell('A4').value]).toEqual([
      '李总 13812345678',
      '010-82345678',
    ]);
  });

  it('cuts what no cell holds', async () => {
    const value = String((await reopen([gridOf(text('长'.repeat(40_000)))])).getCell('A3').value);
    expect([value.length, value.at(-1)]).toEqual([32_767, '…']);
  });

  it('freezes the header of a single grid under its title, with a filter over all its rows', async () => {
    const sheet = await reopen([gridOf(text('a'), text('b'))]);
    expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 2 });
    expect(sheet.autoFilter).toBe('A2:B3');
  });

  it('makes an amount’s column as wide as the amount in full: ### is no number', async () => {
    const sheet = await reopen([gridOf({ kind: 'money', fen: 123_456_789_00 })]);
    // 123,456,789.00 in a terminal is 12,345.7万.
    expect(sheet.getColumn(1).width).toBeGreaterThan('123,456,789.00'.length);
  });

  it('spreads a sentence over the whole table, as high as it must be', async () => {
    const grid = { ...gridOf(text('a'), text('b'), text('c')), notes: [plain('说明'.repeat(60))] };
    const sheet = await reopen([grid]);
    expect(sheet.getCell('C4').master.address).toBe('A4');
    expect(sheet.getRow(4).height).toBeGreaterThan(4 * 17);
  });

  it('leaves empty what a chart would draw as 0, and greys a rate of few', async () => {
    const rate = (value: number | null): GridCell => ({ kind: 'rate', value, small: true });
    const [cells] = [[text('a'), rate(null), rate(null), rate(0.5)]];
    const grid: Grid = { ...gridOf(...cells), charts: [{ kind: 'lines', title: plain('图'), series: [1] }] };
    const sheet = await reopen([grid]);
    expect([sheet.getCell('B3').value, sheet.getCell('C3').value]).toEqual([null, '—']);
    expect([sheet.getCell('D3').numFmt, sheet.getCell('D3').font.color?.argb]).toEqual([
      '0.0%"*"',
      'FF7F7F7F',
    ]);
  });

  it('hands every chart over with the cells it draws, two beside each other under their table', async () => {
    const grid: Grid = {
      ...gridOf(text('线索'), { kind: 'count', value: 3 }, { kind: 'rate', value: 0.5 }),
      charts: [
        { kind: 'bars', title: plain('左'), series: [1] },
        { kind: 'lines', title: plain('右'), series: [2] },
        { kind: 'columns', title: plain('下'), series: [1, 2] },
      ],
    };
    const handed: PlacedChart[] = [];
    await renderXlsx([{ name: "it's", grids: [grid] }], {
      ...HIDDEN,
      async drawCharts(workbook, charts) {
        handed.push(...charts);
        return workbook;
      },
    });
    expect(handed.map(({ kind, title, labelsRef }) => [kind, title, labelsRef])).toEqual([
      ['bars', '左', "'it''s'!$A$3"],
      ['lines', '右', "'it''s'!$A$3"],
      ['columns', '下', "'it''s'!$A$3"],
    ]);
    expect(handed[2]?.series).toEqual([
      { name: '列2', nameRef: "'it''s'!$B$2", values: [3], valuesRef: "'it''s'!$B$3", format: '#,##0' },
      { name: '列3', nameRef: "'it''s'!$C$2", values: [0.5], valuesRef: "'it''s'!$C$3", format: '0.0%' },
    ]);
    const [left, right, below] = handed.map(({ place }) => place);
    expect([left?.top, left?.left, right?.top, right?.right]).toEqual([4, 1, 4, 3]);
    expect(right?.left).toBe((left?.right ?? 0) + 1);
    expect([below?.top, below?.left, below?.right]).toEqual([(left?.bottom ?? 0) + 1, 1, 3]);
  });

  it('gives every sheet a name that Excel takes', async () => {
    const bytes = await renderXlsx(
      [
        { name: '2026Q3: 转化/流失', grids: [] },
        { name: '2026Q3- 转化-流失', grids: [] },
        { name: '名'.repeat(40), grids: [] },
      ],
      HIDDEN,
    );
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes.buffer as ArrayBuffer);
    expect(book.worksheets.map(({ name }) => name)).toEqual([
      '2026Q3- 转化-流失',
      '2026Q3- 转化-流失 (2)',
      '名'.repeat(31),
    ]);
  });
});
