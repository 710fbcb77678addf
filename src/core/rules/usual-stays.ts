import type { Book } from '../book.ts';
import { countStallDays } from '../clocks.ts';
import type { Day } from '../date.ts';
import type { RuleContext } from '../deadlines.ts';
import type { Stay } from '../deal.ts';
import { lastFourQuarters } from '../period.ts';
import { quantile } from '../reports/measures.ts';
import type { StageKey } from '../stages.ts';
import type { TeamContext } from './rule.ts';

/**
 * The team's own median stay by stage, over the stays that ended in the last four quarters (assumed history left
 * out), in the days stalls are counted in.
 */
export function findUsualStays(context: RuleContext): TeamContext['usualStays'] {
  const { from, to } = lastFourQuarters(context.today);
  const lengths = new Map<StageKey, number[]>();
  for (const stays of staysMoved(context.book, from, to + 1)) {
    for (const stay of stays) {
      if (stay.assumed || stay.to === null || stay.to < from || stay.to > to) continue;
      const own = lengths.get(stay.stage) ?? [];
      own.push(countStallDays(stay.from, stay.to, context));
      lengths.set(stay.stage, own);
    }
  }
  return new Map(
    [...lengths].flatMap(([stage, days]) => {
      const median = quantile(days, 0.5);
      return days.length < context.settings.slowSample || median === null
        ? []
        : [[stage, { median, n: days.length }] as const];
    }),
  );
}

/** The stays of the deals, of a big book only of those that moved in [from, to). */
function staysMoved(book: Book, from: Day, to: Day): Iterable<readonly Stay[]> {
  return book.table?.staysMoved(from, to) ?? book.deals.map(({ stays }) => stays);
}
