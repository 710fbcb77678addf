import { describe, expect, it } from 'vitest';
import type { Grid, GridCell } from '../../src/core/grid.ts';
import { displayWidth } from '../../src/core/text.ts';
import { painter, wantsColor } from '../../src/render/color.ts';
import { cellWords } from '../../src/render/grid-cell.ts';
import { renderReport, renderReportCell } from '../../src/render/report-text.ts';
import { renderGrid } from '../../src/render/terminal.ts';
import { bookOf, moves, reportOn, type Story } from '../reports/history.ts';

const ESC = String.fromCharCode(27);
const text = (words: string): GridCell => ({ kind: 'text', text: words });
const gridOf = (rows: readonly (readonly GridCell[])[]): Grid => ({
  title: null,
  columns: [
    { title: { zh: '客户名称', en: 'Customer' }, align: 'left' },
    { title: { zh: '金额', en: 'Amount' }, align: 'right' },
  ],
  rows,
  notes: [],
});
const widths = (printed: string) => printed.split('\n').map(displayWidth);

describe('a grid in the terminal', () => {
  it('lines Chinese up by its width, numbers to the right', () => {
    const grid = gridOf([
      [text('华东机械'), { kind: 'money', fen: 15000000 }],
      [text('ABC'), { kind: 'money', fen: 850000 }],
    ]);
    expect(renderGrid(grid, { lang: 'zh', columns: 80, color: false, plain: false })).toBe(
      ['客户名称     金额', '─────────────────', '华东机械     15万', 'ABC       8,500元'].join('\n'),
    );
  });

  it('wraps the text column, never a word out of the terminal', () => {
    const grid = gridOf([
      [text('华东机械制造股份有限公司第二分公司采购部'), { kind: 'money', fen: 15000000 }],
    ]);
    const printed = renderGrid(grid, { lang: 'zh', columns: 24, color: false, plain: false });
    expect(Math.max(...widths(printed))).toBeLessThanOrEqual(24);
    expect(printed.replace(/[^\p{Script=Han}]/gu, '')).toContain(
      '华东机械制造股份有万限公司第二分公司采购部',
    );
  });

  describe('with bars', () => {
    const count = (value: number): GridCell => ({ kind: 'count', value });
    const title = (words: string) => ({ zh: words, en: words });
    const grid: Grid = {
      title: null,
      columns: ['阶段', '转化', '流失'].map((each, index) => ({
        title: title(each),
        align: index === 0 ? 'left' : 'right',
      })),
      rows: [
        [text('线索获取'), count(6), count(2)],
        [text('需求挖掘'), count(3), count(1)],
        [text('方案呈现'), count(0), count(0)],
      ],
      notes: [],
      charts: [{ kind: 'bars', title: title('漏斗'), series: [1, 2] }],
    };
    const print = (columns: number, color = false) =>
      renderGrid(grid, { lang: 'zh', columns, color, plain: false });

    it('draws them as long as their sums where the terminal has room, and says what they are', () => {
      expect(print(38).split('\n')).toEqual([
        '阶段      转化  流失',
        '────────────────────',
        '线索获取     6     2  ████████████▒▒▒▒',
        '需求挖掘     3     1  ██████▒▒',
        '方案呈现     0     0',
        '█ 转化  ▒ 流失',
      ]);
    });

    it.each([29, 30, 38, 62, 80, 120])('never leaves %i columns', (columns) => {
      const printed = print(columns);
      expect(Math.max(...widths(printed))).toBeLessThanOrEqual(columns);
      expect(printed.includes('█')).toBe(columns >= 30);
    });

    it('are no wider than a reader wants, and coloured where colour is', () => {
      expect(print(300)).toBe(print(62));
      expect(print(38, true)).toContain(`${ESC}[32m████████████${ESC}[39m${ESC}[31m▒▒▒▒${ESC}[39m`);
    });
  });

  it('prints a long grid as a plain aligned list, in no time', () => {
    const rows = Array.from({ length: 20_000 }, (_, index): GridCell[] => [
      text(`客户${index}`),
      { kind: 'count', value: index },
    ]);
    const before = performance.now();
    const lines = renderGrid(gridOf(rows), { lang: 'zh', columns: 80, color: false, plain: false }).split(
      '\n',
    );
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(lines).toHaveLength(20_001);
    expect(new Set(lines.map(displayWidth)).size).toBe(1);
  });

  it('shows what a cell holds and no escape sequence of it', () => {
    const printed = renderGrid(gridOf([[text(`${ESC}[31m红${ESC}]8;;x\u0007\u202e`), text('')]]), {
      lang: 'zh',
      columns: 80,
      color: true,
      plain: false,
    });
    expect(printed.replaceAll(`${ESC}[1m`, '').replaceAll(`${ESC}[22m`, '')).not.toContain(ESC);
    expect(printed).toContain('\\x1b[31m红\\x1b]8;;x\\x07\\u202e');
  });

  it('prints no colour into a pipe', () => {
    expect(
      renderGrid(gridOf([[text('a'), text('b')]]), { lang: 'en', columns: 80, color: false, plain: false }),
    ).not.toContain(ESC);
  });

  it.each([
    { cell: { kind: 'rate', value: 0.75 }, zh: '75.0%', why: 'one decimal' },
    { cell: { kind: 'rate', value: null }, zh: '—', why: 'no denominator is no 0 %' },
    { cell: { kind: 'days', value: 7 / 3 }, zh: '2.3', why: 'one decimal' },
    { cell: { kind: 'days', value: null }, zh: '—', why: 'nothing to average' },
    { cell: { kind: 'money', fen: null }, zh: '', why: 'a missing amount is not 0' },
    { cell: { kind: 'date', day: 20599 }, zh: '2026-05-26', why: 'a date as it is written' },
    { cell: { kind: 'empty' }, zh: '', why: 'nothing' },
  ] satisfies readonly { cell: GridCell; zh: string; why: string }[])(
    '$cell.kind as $zh: $why',
    ({ cell, zh }) => {
      expect(cellWords(cell, 'zh')).toBe(zh);
    },
  );
});

describe('the conversion table in a terminal of 80 columns', () => {
  const stories: readonly Story[] = [
    ...Array.from(
      { length: 120 },
      (_, index): Story => ({
        id: `L20260511-${index}`,
        moves: moves('05-11 lead, 05-14 discovery, 06-02 negotiation'),
        cells: { 预计金额: '15万' },
      }),
    ),
    { id: 'L20260511-900', moves: moves('05-11 lead, 05-14 invalid') },
    {
      id: 'L20260511-901',
      moves: moves('05-11 lead, 05-14 discovery, 05-20 lost, 05-21 discovery, 05-22 lead'),
    },
  ];
  const report = reportOn(bookOf(stories, '2026-11-23'), { quarter: '2026Q2' });

  it.each(['zh', 'en'] as const)('fits, in %s', (lang) => {
    const printed = renderReport(report, { lang, columns: 80, color: false, plain: false });
    expect(Math.max(...widths(printed))).toBeLessThanOrEqual(80);
    expect(printed).toContain(lang === 'zh' ? '谈判推进' : 'Negotiation (谈判推进)');
    if (lang === 'en') expect(printed).not.toContain('万');
  });

  it('lists the 商机 of an opened cell with their ids', () => {
    const cell = report.cells.find(({ row, column }) => row === 'lead' && column === 'lost');
    const printed = cell
      ? renderReportCell(report, cell, { lang: 'zh', columns: 80, color: false, plain: false })
      : '';
    expect(printed).toContain('线索获取 · 流失:1');
    expect(printed).toContain('L20260511-900');
  });
});

describe('colour', () => {
  it.each([
    { env: {}, terminal: true, allowed: true, is: true, why: 'a terminal' },
    { env: {}, terminal: false, allowed: true, is: false, why: 'a pipe' },
    { env: { NO_COLOR: '1' }, terminal: true, allowed: true, is: false, why: 'NO_COLOR' },
    { env: { NO_COLOR: '' }, terminal: true, allowed: true, is: true, why: 'an empty NO_COLOR says nothing' },
    { env: {}, terminal: true, allowed: false, is: false, why: '--no-color' },
    { env: { TERM: 'dumb' }, terminal: true, allowed: true, is: false, why: 'a dumb terminal' },
  ])('$why: $is', ({ env, terminal, allowed, is }) => {
    expect(wantsColor({ env, stdoutIsTerminal: terminal }, allowed)).toBe(is);
  });

  it('leaves text as it is where there is none', () => {
    expect(painter(false).red('逾期')).toBe('逾期');
    expect(painter(true).red('逾期')).toBe(`${ESC}[31m逾期${ESC}[39m`);
  });
});
