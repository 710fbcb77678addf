import type { Book } from '../book.ts';
import type { Calendar } from '../calendar.ts';
import type { Day } from '../date.ts';
import { type DeadlineRule, deadlinesOf } from '../deadlines.ts';
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
 * assumed to be met counts for nothing.
 */
export function measurePunctuality(
  book: Book,
  calendar: Calendar,
  from: Day,
  asOf: Day,
): readonly Punctuality[] {
  const context = { book, calendar, settings: book.settings, today: asOf };
  const counts = new Map(RULES.map((rule) => [rule, { due: 0, onTime: 0 }]));
  for (const deal of book.deals) {
    // A hand edit of the stage is of today: the log speaks here as it does in the table.
    const then = { ...(asOf < book.asOf ? foldDeal(deal.row, deal.events, asOf) : deal), drift: null };
    if (then.stage === null || then.assumed) continue;
    for (const { rule, due, met, open } of deadlinesOf(then, context)) {
      const count = counts.get(rule);
      if (!count || due < from || due > asOf || (met === null && !open)) continue;
      count.due += 1;
      if (met !== null && met <= due) count.onTime += 1;
    }
  }
  return [...counts].map(([rule, count]) => ({ rule, ...count }));
}
