import type { Book } from '../book.ts';
import type { Calendar } from '../calendar.ts';
import type { Day } from '../date.ts';
import { type DeadlineRule, singleDeadlinesOf } from '../deadlines.ts';
import type { Deal } from '../deal.ts';
import { foldDeal } from '../fold.ts';

/** How many deadlines of a rule fell due in a period, and how many of them were met in time. */
export interface Punctuality {
  readonly rule: DeadlineRule;
  readonly due: number;
  readonly onTime: number;
}

/** Those that leave one deadline each: D3 is a duty of every week, D5 a forecast. */
const RULES: readonly DeadlineRule[] = ['D1', 'D2', 'D4'];

/**
 * 按时完成率 (1.8) of the deadlines that fell due in [from, asOf], as they stood at the end of that day. What adoption
 * assumed to be met counts for nothing. `look` takes one deal after another; those of which nothing is dated
 * from `since` on need not be among them.
 */
export function countPunctuality(
  book: Book,
  calendar: Calendar,
  from: Day,
  asOf: Day,
): {
  readonly look: (deal: Deal) => void;
  readonly result: () => readonly Punctuality[];
  readonly since: Day;
} {
  const context = { book, calendar, settings: book.settings, today: asOf };
  const counts = new Map(RULES.map((rule) => [rule, { due: 0, onTime: 0 }]));
  const { firstContactDays, materialsDays, surveyDays } = book.settings;
  // Even over the longest holidays a period of working days ends within this many natural ones.
  const reach = 3 * Math.max(firstContactDays, materialsDays, surveyDays) + 20;
  const since = from - reach;
  return {
    since,
    look(deal) {
      if (!isTouched(deal, since, asOf)) return;
      const isLater = (deal.events.at(-1)?.date ?? asOf) > asOf;
      // A hand edit of the stage is of today: the log speaks here as it does in the table.
      const then = { ...(isLater ? foldDeal(deal.row, deal.events, asOf) : deal), drift: null };
      if (then.stage === null || then.assumed) return;
      for (const { rule, due, met, open } of singleDeadlinesOf(then, context)) {
        const count = counts.get(rule);
        if (!count || due < from || due > asOf || (met === null && !open)) continue;
        count.due += 1;
        if (met !== null && met <= due) count.onTime += 1;
      }
    },
    result: () => [...counts].map(([rule, count]) => ({ rule, ...count })),
  };
}

/** Something happened between two days: only then can a deadline have begun. Spares the others, which is most of a big book. */
function isTouched({ row, events }: Deal, from: Day, to: Day): boolean {
  const isWithin = (day: Day | null) => day !== null && day >= from && day <= to;
  return isWithin(row.leadDate) || isWithin(row.deliveryDate) || events.some(({ date }) => isWithin(date));
}
