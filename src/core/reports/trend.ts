import type { Day } from '../date.ts';
import type { Grid } from '../grid.ts';
import type { Message } from '../message.ts';
import { yuanNumber } from '../money.ts';
import { type Period, previousPeriod, quarterOf } from '../period.ts';
import type { Conversion, ConversionRow } from './conversion.ts';
import { worth } from './conversion-text.ts';
import type { Population, Subject } from './population.ts';
import { rateCell } from './review.ts';

interface Quarter {
  readonly period: Period;
  /** Only up to this day; the quarter's last one unless it still runs. */
  readonly end: Day;
  readonly table: Conversion;
}

/** Quarters looked back upon, the last one among them. */
const QUARTERS = 8;

/**
 * The quarters up to the one that holds `asOf` (cut there), each as its own report has it: stages, contracts and amounts
 * at the quarter's own end. Quarters before anybody came are left out. No table where there is only one.
 */
export function trendOf(
  { subjects, earlierOnly }: Population,
  asOf: Day,
  count: (subjects: readonly Subject[], from: Day, end: Day) => Conversion,
): { readonly grids: readonly Grid[]; readonly json: readonly unknown[] } {
  const all: Quarter[] = [];
  let seen = subjects;
  let later = earlierOnly;
  for (let period = quarterOf(asOf); all.length < QUARTERS; period = previousPeriod(period)) {
    const end = Math.min(period.to, asOf);
    seen = seen.flatMap((subject) => cutAt(subject, end));
    all.unshift({ period, end, table: count(seen, period.from, end) });
    [seen, later] = [[...seen, ...later], []];
  }
  const quarters = all.slice(all.findIndex(({ table }) => table.totals.opportunities.length > 0));
  return {
    grids: quarters.length < 2 ? [] : [trendGrid(quarters)],
    json: quarters.map(({ period, table: { rows, totals } }) => ({
      label: period.label,
      newLeads: rows[0]?.cells.entered.length ?? 0,
      leadRate: rows[0]?.rate ?? null,
      won: totals.won.length,
      lost: totals.lost.length,
      winRate: totals.winRate,
      wonAmount: yuanNumber(totals.wonAmount),
    })),
  };
}

/** The first day of the first quarter that is looked back upon. */
export function trendStart(asOf: Day): Day {
  let period = quarterOf(asOf);
  for (let back = 1; back < QUARTERS; back++) period = previousPeriod(period);
  return period.from;
}

/** As it was seen at the end of an earlier day; nothing where it came later. */
function cutAt(subject: Subject, end: Day): readonly Subject[] {
  const { stays, dealBy } = subject;
  if ((stays[0]?.from ?? end) > end) return [];
  if (dealBy === null && (stays.at(-1)?.from ?? end) <= end) return [subject];
  return [{ ...subject, stays: stays.filter(({ from }) => from <= end), ...dealBy?.(end) }];
}

function trendGrid(quarters: readonly Quarter[]): Grid {
  return {
    title: { zh: '各季走势', en: 'Quarter by quarter' },
    columns: [
      { title: { zh: '季度', en: 'Quarter' }, align: 'left' },
      ...HEADS.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: quarters.map(({ period, end, table: { rows, totals } }) => [
      {
        kind: 'text',
        text: {
          zh: end < period.to ? `${period.label} (未完)` : period.label,
          en: end < period.to ? `${period.label} (running)` : period.label,
        },
      },
      { kind: 'count', value: rows[0]?.cells.entered.length ?? 0 },
      rateCell(rows[0]?.rate ?? null, leadsOf(rows)),
      { kind: 'count', value: totals.won.length },
      { kind: 'count', value: totals.lost.length },
      rateCell(totals.winRate, totals.won.length + totals.lost.length),
      worth(totals.won),
    ]),
    notes: [],
    charts: [
      { kind: 'columns', title: { zh: '各季赢单和输单', en: 'Won and lost by quarter' }, series: [3, 4] },
      { kind: 'lines', title: { zh: '各季转化率', en: 'Rates by quarter' }, series: [2, 5] },
    ],
  };
}

const HEADS: readonly Message[] = [
  { zh: '新线索', en: 'New leads' },
  { zh: '线索转化率', en: 'Lead rate' },
  { zh: '赢单', en: 'Won' },
  { zh: '输单', en: 'Lost' },
  { zh: '赢单率', en: 'Win rate' },
  { zh: '赢单金额', en: 'Amount won' },
];

function leadsOf([lead]: readonly ConversionRow[]): number {
  return (lead?.cells.opening.length ?? 0) + (lead?.cells.entered.length ?? 0);
}
