import type { Grid, GridCell } from '../grid.ts';
import { counted, type Message } from '../message.ts';
import { formatAmount } from '../money.ts';
import type { StageKey } from '../stages.ts';
import type { Conversion } from './conversion.ts';
import { stageCells, stageGrid, totalCell } from './frame.ts';
import { ratio } from './measures.ts';
import type { Entry, ReportCell } from './report.ts';
import type { TallyColumn } from './tally.ts';
import { sumAmounts } from './totals.ts';

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
  const counts = stageGrid(
    group,
    rows,
    [
      [{ zh: '期初', en: 'Start' }, ({ cells }) => count(cells.opening)],
      [{ zh: '新增', en: 'New' }, ({ cells }) => countWith(cells.entered, cells.reentered)],
      [{ zh: '转化', en: 'Conv.' }, ({ cells }) => countWith(cells.converted, cells.skipped)],
      [{ zh: '流失', en: 'Lost' }, ({ cells }) => countWith(cells.lost, cells.invalid)],
      [{ zh: '退回', en: 'Back' }, ({ cells }) => count(cells.back)],
      [{ zh: '期末', en: 'End' }, ({ cells }) => count(cells.closing)],
      [{ zh: '转化率', en: 'Rate' }, ({ rate }) => ({ kind: 'rate', value: rate })],
      [{ zh: '停留(天)', en: 'Days' }, ({ stay }) => ({ kind: 'days', value: stay.mean })],
      [{ zh: '客户', en: 'Cust.' }, ({ customers }) => ({ kind: 'count', value: customers })],
    ],
    bracketed && group === null ? [BRACKETS] : [],
  );
  if (group !== null) return [counts];
  const charts: Grid['charts'] = [
    {
      kind: 'bars',
      title: {
        zh: '各阶段的商机:转化、流失、退回、期末',
        en: 'Each stage: converted, lost, back, still there',
      },
      series: [3, 4, 5, 6],
    },
    { kind: 'columns', title: { zh: '平均停留(天)', en: 'Mean stay (days)' }, series: [8] },
  ];
  const amounts = stageGrid(null, rows, [
    [{ zh: '转化金额', en: 'Conv.' }, ({ cells }) => worth(cells.converted)],
    [{ zh: '流失金额', en: 'Lost' }, ({ cells }) => worth(cells.lost)],
    [{ zh: '期末金额', en: 'End' }, ({ cells }) => worth(cells.closing)],
    [{ zh: '停留中位', en: 'Median days' }, ({ stay }) => ({ kind: 'days', value: stay.median })],
    [{ zh: '段数', en: 'Stays' }, ({ stay }) => ({ kind: 'count', value: stay.n })],
  ]);
  return [{ ...counts, charts }, amounts];
}

/** 线索转化率, 赢单率 and 成交周期. */
export function summaryLines({ rows, totals }: Conversion): readonly Message[] {
  const lead = rows.find(({ stage }) => stage === 'lead');
  const there = (lead?.cells.opening.length ?? 0) + (lead?.cells.entered.length ?? 0);
  const valid = ratio(lead?.cells.converted.length ?? 0, there - (lead?.cells.invalid.length ?? 0));
  const { won, lost, winRate, wonAmount, cycle, opportunities, customers } = totals;
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
      en: `${counted(opportunities.length, 'opportunity', 'opportunities')} of ${counted(customers, 'customer')}; lead conversion ${percent(lead?.rate ?? null)}, of valid leads ${percent(valid)}`,
    },
    {
      zh: `赢单 ${won.length} (${formatAmount(wonAmount, 'zh')}),输单 ${lost.length},赢单率 ${percent(winRate)}${cycleZh}`,
      en: `Won ${won.length} (${formatAmount(wonAmount, 'en')}), lost ${lost.length}, win rate ${percent(winRate)}${cycleEn}`,
    },
  ];
}

/** Every cell with its list. */
export function conversionCells(
  { rows, totals }: Conversion,
  stageWords: ReadonlyMap<string, StageKey>,
): readonly ReportCell[] {
  return [
    ...stageCells(rows, COLUMN_NAMES, stageWords),
    totalCell('opportunities', '商机', totals.opportunities),
    totalCell('won', '赢单', totals.won),
    totalCell('lost', '输单', totals.lost),
  ];
}

export function count(entries: readonly Entry[]): GridCell {
  return { kind: 'count', value: entries.length };
}

/** Nothing where no amount is known: a missing amount is not 0. */
export function worth(entries: readonly Entry[]): GridCell {
  const known = entries.some(({ subject }) => subject.amount !== null);
  return { kind: 'money', fen: known ? sumAmounts(entries) : null };
}

/** Four, one of them a special case. */
function countWith(entries: readonly Entry[], some: readonly Entry[]): GridCell {
  return some.length === 0 ? count(entries) : { kind: 'count', value: entries.length, some: some.length };
}

export function percent(value: number | null): string {
  return value === null ? '—' : `${(value * 100).toFixed(1)}%`;
}
