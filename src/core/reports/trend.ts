import type { Day } from '../date.ts';
import type { Stay } from '../deal.ts';
import type { Grid } from '../grid.ts';
import type { Message } from '../message.ts';
import { yuanNumber } from '../money.ts';
import { type Period, previousPeriod, quarterOf } from '../period.ts';
import { worth } from './conversion-text.ts';
import { ratio } from './measures.ts';
import type { Population, Subject } from './population.ts';
import { rateCell } from './review.ts';
import { type StageTally, tallyStages } from './tally.ts';
import { outcomesOf, sumAmounts, type Totals } from './totals.ts';

interface Quarter extends Pick<Totals, 'won' | 'lost'> {
  readonly period: Period;
  /** Only up to this day; the quarter's last one unless it still runs. */
  readonly end: Day;
  /** 线索获取. */
  readonly lead: StageTally['cells'];
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
): { readonly grids: readonly Grid[]; readonly json: readonly unknown[] } {
  const everybody = [...subjects, ...earlierOnly];
  const all: Quarter[] = [];
  for (let period = quarterOf(asOf); all.length < QUARTERS; period = previousPeriod(period)) {
    const seen = all.length === 0 ? subjects : everybody;
    const end = Math.min(period.to, asOf);
    const ended = seen.filter((subject) => mayHaveEnded(subject, period.from, end));
    const [lead] = tallyStages(seen, period.from, end, ['lead']);
    if (!lead) continue;
    const outcomes = outcomesOf(
      ended.flatMap((subject) => cutAt(subject, end)),
      period.from,
    );
    all.unshift({ period, end, lead: lead.cells, ...outcomes });
  }
  const first = all.findIndex(({ period: { from }, end }) =>
    everybody.some((subject) => isCounted(subject, from, end)),
  );
  const quarters = all.slice(first);
  return {
    grids: quarters.length < 2 ? [] : [trendGrid(quarters)],
    json: quarters.map(({ period, lead, won, lost }) => ({
      label: period.label,
      newLeads: lead.entered.length,
      leadRate: ratio(lead.converted.length, leadsOf(lead)),
      won: won.length,
      lost: lost.length,
      winRate: ratio(won.length, won.length + lost.length),
      wonAmount: yuanNumber(sumAmounts(won)),
    })),
  };
}

/** The first day of the first quarter that is looked back upon. */
export function trendStart(asOf: Day): Day {
  let period = quarterOf(asOf);
  for (let back = 1; back < QUARTERS; back++) period = previousPeriod(period);
  return period.from;
}

/** It has a contract, or a loss of these days: the others are neither won nor lost. */
function mayHaveEnded({ stays, dealBy }: Subject, from: Day, end: Day): boolean {
  const isLoss = ({ stage, from: on }: Stay) =>
    (stage === 'lost' || stage === 'invalid') && on >= from && on <= end;
  return dealBy !== null || stays.some(isLoss);
}

/** As it was seen at the end of an earlier day; nothing where it came later. */
function cutAt(subject: Subject, end: Day): readonly Subject[] {
  const stays = subject.stays.filter(({ from }) => from <= end);
  return stays.length === 0 ? [] : [{ ...subject, stays, ...subject.dealBy?.(end) }];
}

/** It was in the table of the period: 期初 or 新增 of some stage. */
function isCounted(subject: Subject, from: Day, end: Day): boolean {
  const tallies = tallyStages([subject], from, end);
  return tallies.some(({ cells }) => cells.opening.length + cells.entered.length > 0);
}

function trendGrid(quarters: readonly Quarter[]): Grid {
  return {
    title: { zh: '各季走势', en: 'Quarter by quarter' },
    columns: [
      { title: { zh: '季度', en: 'Quarter' }, align: 'left' },
      ...HEADS.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: quarters.map(({ period, end, lead, won, lost }) => [
      {
        kind: 'text',
        text: {
          zh: end < period.to ? `${period.label} (未完)` : period.label,
          en: end < period.to ? `${period.label} (running)` : period.label,
        },
      },
      { kind: 'count', value: lead.entered.length },
      rateCell(ratio(lead.converted.length, leadsOf(lead)), leadsOf(lead)),
      { kind: 'count', value: won.length },
      { kind: 'count', value: lost.length },
      rateCell(ratio(won.length, won.length + lost.length), won.length + lost.length),
      worth(won),
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

function leadsOf({ opening, entered }: Quarter['lead']): number {
  return opening.length + entered.length;
}
