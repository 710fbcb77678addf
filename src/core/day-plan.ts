import { addWorkingDays } from './calendar.ts';
import { type CheckResult, checkBook } from './check.ts';
import { type CheckEntry, mergeDeals } from './check-order.ts';
import type { Day } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import { type DueDay, listDueDays } from './due-days.ts';
import type { Finding } from './finding.ts';

/** The parts of a day, in the order they are worked through. */
export const DAY_PARTS = ['due', 'late', 'stalled', 'data'] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/** One salesperson's day (or the team's). */
export interface DayPlan extends Pick<CheckResult, 'counts' | 'movable' | 'held' | 'agreed'> {
  readonly asOf: Day;
  /** What to do, one entry per deal by its foremost finding; within a part by what is at stake. */
  readonly parts: Readonly<Record<DayPart, readonly CheckEntry[]>>;
  /** What is due or agreed within the next five working days. */
  readonly coming: readonly DueDay[];
}

const DAYS_AHEAD = 5;

/** `owner` null: the whole team's. Reads only. */
export function planDay(context: RuleContext, owner: string | null): DayPlan {
  const { today, calendar } = context;
  const { entries, counts, movable, held, agreed } = checkBook(context, owner);
  const until = addWorkingDays(calendar, today, DAYS_AHEAD).due;
  const merged = mergeDeals(entries);
  const part = (wanted: DayPart) => merged.filter(({ findings: [first] }) => partOf(first, today) === wanted);
  return {
    asOf: today,
    counts,
    movable,
    held,
    agreed,
    parts: { due: part('due'), late: part('late'), stalled: part('stalled'), data: part('data') },
    coming: listDueDays(context, owner).filter(({ day }) => day > today && day <= until),
  };
}

/** Null: near, but not today: it is among what is coming. */
function partOf({ level, due }: Finding, today: Day): DayPart | null {
  if (level === 'dueSoon') return due === today ? 'due' : null;
  return level === 'severe' || level === 'overdue' ? 'late' : level;
}
