import type { Book } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { Deal } from '../deal.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import { quarterOf } from '../period.ts';
import { stageRank } from '../stages.ts';
import { type Probability, winProbabilities } from './win-probability.ts';

/** What one month or quarter is expected to bring. Only `weighted` is weighted. */
export interface ForecastPeriod {
  readonly label: string;
  readonly weighted: Fen;
  readonly committed: Fen;
  readonly likely: Fen;
  readonly possible: Fen;
  readonly n: number;
}

export interface Forecast {
  /** Quarters, then months, each in order; those without a date last. */
  readonly periods: readonly ForecastPeriod[];
  readonly probabilities: readonly Probability[];
  /** In the forecast but for their amount. */
  readonly unpriced: readonly Deal[];
  readonly held: readonly Deal[];
  readonly leads: readonly Deal[];
  /** 预计成交日期 has passed: they count in the running month. */
  readonly late: readonly Deal[];
}

/**
 * 加权预测 (1.8) over deals as they stand on a day: open ones of stages 2–5 that are not put aside, by 预计成交日期, and
 * contracts signed in the running quarter. committed = signed or stage 5, likely = stage 4, possible = stages 2–3.
 */
export function forecastDeals(deals: readonly Deal[], book: Book, today: Day): Forecast {
  const probabilities = winProbabilities(deals, book, today);
  const quarter = quarterOf(today);
  const open = deals.filter(
    (deal) => deal.born && !hasContract(deal.row) && (rankOf(deal) ?? 9) <= 4 && deal.stage !== null,
  );
  const held = open.filter(({ hold }) => hold !== null);
  const leads = open.filter((deal) => deal.stage === 'lead');
  const counted = open.filter((deal) => deal.hold === null && deal.stage !== 'lead');
  const signed = deals.filter(
    (deal) =>
      deal.born &&
      hasContract(deal.row) &&
      (deal.row.contractDate ?? 0) >= quarter.from &&
      (deal.row.contractDate ?? 0) <= today,
  );
  const pOf = ({ stage }: Deal) => probabilities.find((each) => each.stage === stage)?.p ?? 0;
  const sums = new Map<string, ForecastPeriod>();
  for (const label of [quarter.label, monthLabel(today)]) sums.set(label, emptyPeriod(label));
  const put = (deal: Deal, labels: readonly string[], p: number, isSigned: boolean) => {
    const worth = expectedAmount(deal) ?? 0;
    const rank = rankOf(deal) ?? 0;
    for (const label of labels) {
      const sum = sums.get(label) ?? emptyPeriod(label);
      sums.set(label, {
        label,
        weighted: sum.weighted + Math.round(worth * p),
        committed: sum.committed + (isSigned || rank === 4 ? worth : 0),
        likely: sum.likely + (!isSigned && rank === 3 ? worth : 0),
        possible: sum.possible + (!isSigned && (rank === 1 || rank === 2) ? worth : 0),
        n: sum.n + 1,
      });
    }
  };
  for (const deal of signed) put(deal, labelsOf(deal.row.contractDate ?? today), 1, true);
  for (const deal of counted) {
    const { expectedClose } = deal.row;
    put(
      deal,
      expectedClose === null ? [UNDATED] : labelsOf(Math.max(expectedClose, today)),
      pOf(deal),
      false,
    );
  }
  return {
    periods: sortPeriods([...sums.values()]),
    probabilities,
    unpriced: counted.filter((deal) => expectedAmount(deal) === null),
    held,
    leads,
    late: counted.filter(({ row }) => row.expectedClose !== null && row.expectedClose < today),
  };
}

/** Sums of what each team's own probabilities give. */
export function joinPeriods(each: readonly (readonly ForecastPeriod[])[]): readonly ForecastPeriod[] {
  const sums = new Map<string, ForecastPeriod>();
  for (const period of each.flat()) {
    const sum = sums.get(period.label) ?? emptyPeriod(period.label);
    sums.set(period.label, {
      label: period.label,
      weighted: sum.weighted + period.weighted,
      committed: sum.committed + period.committed,
      likely: sum.likely + period.likely,
      possible: sum.possible + period.possible,
      n: sum.n + period.n,
    });
  }
  return sortPeriods([...sums.values()]);
}

function sortPeriods(periods: readonly ForecastPeriod[]): readonly ForecastPeriod[] {
  return [...periods].sort((a, b) => orderOf(a.label) - orderOf(b.label) || (a.label < b.label ? -1 : 1));
}

/** Called so instead of a period: no 预计成交日期. */
export const UNDATED = 'undated';

/** 合同金额, else 预计金额. */
export function expectedAmount({ row }: Deal): Fen | null {
  return (row.contractAmount ?? row.amount)?.low ?? null;
}

function rankOf({ stage }: Deal): number | null {
  return stage === null ? null : stageRank(stage);
}

function labelsOf(day: Day): readonly string[] {
  return [quarterOf(day).label, monthLabel(day)];
}

function monthLabel(day: Day): string {
  return formatDay(day).slice(0, 7);
}

/** Quarters, months, then what has no date. */
export function orderOf(label: string): number {
  return label === UNDATED ? 2 : label.includes('Q') ? 0 : 1;
}

export function emptyPeriod(label: string): ForecastPeriod {
  return { label, weighted: 0, committed: 0, likely: 0, possible: 0, n: 0 };
}
