import type { Grid, GridCell } from '../grid.ts';
import type { Message } from '../message.ts';
import { formatAmount } from '../money.ts';
import { type StageKey, stageInfo } from '../stages.ts';
import type { Conversion, ConversionRow } from './conversion.ts';
import { ratio } from './measures.ts';
import type { Entry, ReportCell } from './report.ts';
import { TALLY_COLUMNS, type TallyColumn } from './tally.ts';
import { countCustomers, sumAmounts } from './totals.ts';

/** What people call each column; the first Chinese word heads it. */
const COLUMN_NAMES: Readonly<Record<TallyColumn, readonly string[]>> = {
  opening: ['期初', 'opening', '期初客户数'],
  entered: ['新增', 'entered'],
  reentered: ['回流', 'reentered'],
  converted: ['转化', 'converted'],
  skipped: ['跳级', 'skipped'],
  lost: ['流失', 'lost'],
  invalid: ['无效', 'invalid'],
  back: ['退回', 'back'],
  closing: ['期末', 'closing', '期末客户数'],
  stay: ['停留', 'stay', '平均停留'],
};

const BRACKETS: Message = {
  zh: '括号内:新增中的回流、转化中的跳级、流失中的无效',
  en: 'In brackets: re-entries among New, skips among Conv., invalid leads among Lost',
};

/** 表2 as a table of counts, and one of what the counts are worth; under a group's name where it is one. */
export function conversionGrids(group: Message | null, { rows }: Conversion): readonly Grid[] {
  const bracketed = rows.some(
    ({ cells }) => cells.reentered.length + cells.skipped.length + cells.invalid.length > 0,
  );
  const counts: Grid = {
    title: group,
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      ...NUMBER_TITLES.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: rows.map(({ stage, cells, rate, customers, stay }) => [
      stageCell(stage),
      count(cells.opening),
      countWith(cells.entered, cells.reentered),
      countWith(cells.converted, cells.skipped),
      countWith(cells.lost, cells.invalid),
      count(cells.back),
      count(cells.closing),
      { kind: 'rate', value: rate },
      { kind: 'days', value: stay.mean },
      { kind: 'count', value: customers },
    ]),
    notes: bracketed && group === null ? [BRACKETS] : [],
  };
  return group === null ? [counts, worthGrid(rows)] : [counts];
}

const NUMBER_TITLES: readonly Message[] = [
  { zh: '期初', en: 'Start' },
  { zh: '新增', en: 'New' },
  { zh: '转化', en: 'Conv.' },
  { zh: '流失', en: 'Lost' },
  { zh: '退回', en: 'Back' },
  { zh: '期末', en: 'End' },
  { zh: '转化率', en: 'Rate' },
  { zh: '停留(天)', en: 'Days' },
  { zh: '客户', en: 'Cust.' },
];

function worthGrid(rows: readonly ConversionRow[]): Grid {
  const titles: readonly Message[] = [
    { zh: '转化金额', en: 'Conv.' },
    { zh: '流失金额', en: 'Lost' },
    { zh: '期末金额', en: 'End' },
    { zh: '停留中位', en: 'Median days' },
    { zh: '段数', en: 'Stays' },
  ];
  return {
    title: null,
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      ...titles.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: rows.map(({ stage, cells, stay }) => [
      stageCell(stage),
      ...[cells.converted, cells.lost, cells.closing].map(worth),
      { kind: 'days', value: stay.median },
      { kind: 'count', value: stay.n },
    ]),
    notes: [],
  };
}

/** 线索转化率, 赢单率 and 成交周期. */
export function summaryLines({ rows, totals }: Conversion): readonly Message[] {
  const lead = rows.find(({ stage }) => stage === 'lead');
  const there = (lead?.cells.opening.length ?? 0) + (lead?.cells.entered.length ?? 0);
  const valid = ratio(lead?.cells.converted.length ?? 0, there - (lead?.cells.invalid.length ?? 0));
  const { won, lost, winRate, wonAmount, cycle, opportunities } = totals;
  const customers = countCustomers(opportunities);
  const days = (value: number | null) => (value === null ? '—' : String(Math.round(value * 10) / 10));
  const cycleZh =
    cycle.n === 0
      ? ''
      : `;成交周期 中位 ${days(cycle.median)} 天、P75 ${days(cycle.p75)}、平均 ${days(cycle.mean)} (n=${cycle.n})`;
  const cycleEn =
    cycle.n === 0
      ? ''
      : `; cycle median ${days(cycle.median)} days, P75 ${days(cycle.p75)}, mean ${days(cycle.mean)} (n=${cycle.n})`;
  return [
    {
      zh: `商机 ${opportunities.length} 个,其中客户 ${customers} 家;线索转化率 ${percent(lead?.rate ?? null)},有效线索转化率 ${percent(valid)}`,
      en: `${opportunities.length} opportunities of ${customers} customers; lead conversion ${percent(lead?.rate ?? null)}, of valid leads ${percent(valid)}`,
    },
    {
      zh: `赢单 ${won.length} (${formatAmount(wonAmount, 'zh')}),输单 ${lost.length},赢单率 ${percent(winRate)}${cycleZh}`,
      en: `Won ${won.length} (${formatAmount(wonAmount, 'en')}), lost ${lost.length}, win rate ${percent(winRate)}${cycleEn}`,
    },
  ];
}

/** Every cell with its list, under all the names its row and column have. */
export function conversionCells(
  { rows, totals }: Conversion,
  stageWords: ReadonlyMap<string, StageKey>,
): readonly ReportCell[] {
  const stageCells = rows.flatMap(({ stage, cells }) => {
    const { name, aliases, completeWord } = stageInfo(stage);
    const own = [...stageWords].filter(([, meant]) => meant === stage).map(([word]) => word);
    const rowNames = [stage, name.zh, name.en, ...aliases, ...(completeWord ? [completeWord] : []), ...own];
    return TALLY_COLUMNS.map((column): ReportCell => {
      const [zh = column] = COLUMN_NAMES[column];
      const title = { zh: `${name.zh} · ${zh}`, en: `${name.en} (${name.zh}) · ${column}` };
      return {
        row: stage,
        rowNames,
        column,
        columnNames: COLUMN_NAMES[column],
        title,
        entries: cells[column],
      };
    });
  });
  return [
    ...stageCells,
    totalCell('opportunities', '商机', totals.opportunities),
    totalCell('won', '赢单', totals.won),
    totalCell('lost', '输单', totals.lost),
  ];
}

function totalCell(column: string, zh: string, entries: readonly Entry[]): ReportCell {
  return {
    row: 'totals',
    rowNames: ['totals', '合计'],
    column,
    columnNames: [column, zh],
    title: { zh: `合计 · ${zh}`, en: `totals · ${column}` },
    entries,
  };
}

function stageCell(stage: ConversionRow['stage']): GridCell {
  const { zh, en } = stageInfo(stage).name;
  return { kind: 'text', text: { zh, en: `${en} (${zh})` } };
}

function count(entries: readonly Entry[]): GridCell {
  return { kind: 'count', value: entries.length };
}

/** Nothing where no amount is known: a missing amount is not 0. */
function worth(entries: readonly Entry[]): GridCell {
  const known = entries.some(({ subject }) => subject.amount !== null);
  return { kind: 'money', fen: known ? sumAmounts(entries) : null };
}

/** `4(1)`: four, one of them a special case. */
function countWith(entries: readonly Entry[], some: readonly Entry[]): GridCell {
  return some.length === 0 ? count(entries) : { kind: 'text', text: `${entries.length}(${some.length})` };
}

function percent(value: number | null): string {
  return value === null ? '—' : `${(value * 100).toFixed(1)}%`;
}
