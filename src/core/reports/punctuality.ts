import type { Book } from '../book.ts';
import type { Calendar } from '../calendar.ts';
import type { Day } from '../date.ts';
import { type DeadlineRule, singleDeadlinesOf } from '../deadlines.ts';
import type { Deal } from '../deal.ts';
import type { DealOutline } from '../deal-glance.ts';
import { foldDeal } from '../fold.ts';
import { countSyncWeeks } from '../weekly-sync.ts';

/** How many deadlines of a rule fell due in a period, and how many of them were met in time. */
export interface Punctuality {
  readonly rule: DeadlineRule;
  readonly due: number;
  readonly onTime: number;
}

/** D3 counts once for every week; D5 is a forecast. */
const RULES: readonly DeadlineRule[] = ['D1', 'D2', 'D3', 'D4'];

/**
 * 按时完成率 (1.8) of the deadlines that fell due in [from, asOf], as they stood at the end of that day. What adoption
 * assumed to be met counts for nothing. `look` takes one deal after another; those that it does not want by their outline, and
 * those of which nothing is dated from `since` on, need not be among them.
 */
export function countPunctuality(
  book: Book,
  calendar: Calendar,
  from: Day,
  asOf: Day,
): {
  readonly wants: (outline: DealOutline) => boolean;
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
  const put = (rule: DeadlineRule, onTime: boolean) => {
    const count = counts.get(rule);
    if (!count) return;
    count.due += 1;
    if (onTime) count.onTime += 1;
  };
  return {
    since,
    wants({ leadDate, deliveryDate, lastStart, kickedOff }) {
      const isWithin = (day: Day | null) => day !== null && day >= since && day <= asOf;
      const owesSyncs = kickedOff && (deliveryDate === null || deliveryDate >= from);
      return [lastStart, leadDate, deliveryDate].some(isWithin) || owesSyncs;
    },
    look(deal) {
      if (!isTouched(deal, since, asOf) && !owesSyncs(deal, from, asOf)) return;
      const isLater = (deal.events.at(-1)?.date ?? asOf) > asOf;
      // A hand edit of the stage is of today: the log speaks here as it does in the table.
      const then = { ...(isLater ? foldDeal(deal.row, deal.events, asOf) : deal), drift: null };
      if (then.stage === null || then.assumed) return;
      for (const { rule, due, met, open } of singleDeadlinesOf(then, context)) {
        if (due < from || due > asOf || (met === null && !open)) continue;
        put(rule, met !== null && met <= due);
      }
      for (const isSynced of countSyncWeeks(then, calendar, from, asOf)) put('D3', isSynced);
    },
    result: () => [...counts].map(([rule, count]) => ({ rule, ...count })),
  };
}

/** Of several books: every team's by its own terms and calendar. */
export function sumPunctuality(books: readonly (readonly Punctuality[])[]): readonly Punctuality[] {
  const sum = (rule: DeadlineRule, key: 'due' | 'onTime') =>
    books.flat().reduce((total, each) => total + (each.rule === rule ? each[key] : 0), 0);
  return books.length === 0
    ? []
    : RULES.map((rule) => ({ rule, due: sum(rule, 'due'), onTime: sum(rule, 'onTime') }));
}

/** Something happened between two days: only then can a deadline have begun. Spares the others, which is most of a big book. */
function isTouched({ row, events }: Deal, from: Day, to: Day): boolean {
  const isWithin = (day: Day | null) => day !== null && day >= from && day <= to;
  return isWithin(row.leadDate) || isWithin(row.deliveryDate) || events.some(({ date }) => isWithin(date));
}

/** Between kickoff and delivery every week owes something (D3), most of all where nothing happened. */
function owesSyncs({ row, events }: Deal, from: Day, to: Day): boolean {
  const isDelivered = row.deliveryDate !== null && row.deliveryDate < from;
  return !isDelivered && events.some(({ item, date }) => item === 'kickoff' && date <= to);
}
