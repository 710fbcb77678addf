import type { Book } from '../book.ts';
import type { Deal } from '../deal.ts';
import { foldDeal } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import { type Period, previousPeriod, quarterOf } from '../period.ts';
import { expectedAmount, forecastDeals } from './forecast.ts';

/** How far off the forecast of one past quarter would have been, made on its first day. */
export interface BacktestQuarter {
  readonly label: string;
  readonly weighted: Fen;
  /** Contracts signed in it. */
  readonly actual: Fen;
  /** Of these, by deals that were open and dated when it began. */
  readonly foreseen: Fen;
  readonly n: number;
}

/** The last four whole quarters, the latest first. */
export function backtest(book: Book): readonly BacktestQuarter[] {
  const quarters: Period[] = [];
  for (let period = quarterOf(book.asOf); quarters.length < 4; ) {
    period = previousPeriod(period);
    quarters.push(period);
  }
  return quarters.map(({ label, from, to }) => {
    const then = book.deals
      .map((deal) => foldDeal(deal.row, deal.events, from - 1))
      .filter(({ born }) => born);
    const made = forecastDeals(then, book, from).periods.find((each) => each.label === label);
    const signed = book.deals.filter(
      (deal) =>
        hasContract(deal.row) && (deal.row.contractDate ?? 0) >= from && (deal.row.contractDate ?? 0) <= to,
    );
    const known = new Set(
      then
        .filter(
          (deal) => !hasContract(deal.row) && deal.row.expectedClose !== null && deal.row.expectedClose <= to,
        )
        .map(({ row }) => row.row),
    );
    const sum = (deals: readonly Deal[]) =>
      deals.reduce((total, deal) => total + (expectedAmount(deal) ?? 0), 0);
    return {
      label,
      weighted: made?.weighted ?? 0,
      actual: sum(signed),
      foreseen: sum(signed.filter(({ row }) => known.has(row.row))),
      n: made?.n ?? 0,
    };
  });
}

/** The back-tests of several books as one. */
export function joinBacktests(each: readonly (readonly BacktestQuarter[])[]): readonly BacktestQuarter[] {
  const labels = [...new Set(each.flat().map(({ label }) => label))];
  return labels.map((label) => {
    const own = each.flat().filter((quarter) => quarter.label === label);
    const sum = (key: 'weighted' | 'actual' | 'foreseen' | 'n') =>
      own.reduce((total, quarter) => total + quarter[key], 0);
    return {
      label,
      weighted: sum('weighted'),
      actual: sum('actual'),
      foreseen: sum('foreseen'),
      n: sum('n'),
    };
  });
}
