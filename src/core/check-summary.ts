import { countWorkingDays, isWorkingDay } from './calendar.ts';
import { isAgreed } from './clocks.ts';
import { civilOf, mondayOf } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Finding } from './finding.ts';
import { gateComplete } from './gates.ts';
import { itemInfo } from './items.ts';
import type { Fen } from './money.ts';
import { commandOn, dealArgument } from './paste.ts';
import type { Subject } from './rules/rule.ts';

export interface OwnerSum {
  readonly owner: string | null;
  readonly n: number;
  readonly amount: Fen;
}

/** 历史遗留 by owner, the largest amount first. */
export function sumByOwner(legacy: readonly Finding[]): readonly OwnerSum[] {
  const owners = new Map<string | null, { n: number; amount: Fen }>();
  for (const { owner, amount } of legacy) {
    const sum = owners.get(owner) ?? { n: 0, amount: 0 };
    owners.set(owner, { n: sum.n + 1, amount: sum.amount + (amount ?? 0) });
  }
  return [...owners]
    .map(([owner, sum]) => ({ owner, ...sum }))
    .sort((a, b) => b.amount - a.amount || b.n - a.n);
}

/** 搁置: how many running deals, and their amount. */
export function sumHeld(subjects: readonly Subject[]): { readonly n: number; readonly amount: Fen } {
  const held = subjects.filter(({ held: isOn, clocks }) => isOn && clocks !== null);
  const amounts = held.map(({ deal: { row } }) => (row.contractAmount ?? row.amount)?.low ?? 0);
  return { n: held.length, amount: amounts.reduce((sum, amount) => sum + amount, 0) };
}

/** A command line with more deals than this is no longer read before it is run. */
const MOST_TO_ADVANCE = 5;

/** 可推进: the gate is complete and nothing has moved for a working day; the command moves the first of them. */
export function findMovable(
  subjects: readonly Subject[],
  { settings, calendar, today, book }: RuleContext,
): { readonly n: number; readonly next: string | null } {
  const movable = subjects.filter(({ deal, clocks, held }) => {
    const unclear = deal.drift !== null || deal.row.stage === null;
    if (!clocks || held || unclear || !gateComplete(deal, settings)) return false;
    const recorded = deal.events.filter(({ item }) => item !== null && itemInfo(item).stage === clocks.stage);
    const since = Math.max(clocks.staySince, ...recorded.map(({ date }) => date));
    return countWorkingDays(calendar, since, today) >= 1;
  });
  const names = movable.slice(0, MOST_TO_ADVANCE).map(({ deal }) => dealArgument(deal));
  return {
    n: movable.length,
    next: book.adopted && names.length > 0 ? commandOn(book, 'advance', ...names) : null,
  };
}

/** Years without an official arrangement that a running deadline, or today, depends on. */
export function findMissingYears(
  subjects: readonly Subject[],
  { today, book }: RuleContext,
): readonly number[] {
  const open = subjects.flatMap(({ deadlines }) => deadlines.filter((deadline) => deadline.open));
  const { year } = civilOf(today);
  const years = open.flatMap(({ term, provisional, due }) =>
    term ? term.missingYears : provisional ? [civilOf(due).year] : [],
  );
  return [...new Set([...years, ...(book.holidays.years.has(year) ? [] : [year])])].sort((a, b) => a - b);
}

/** From 1 December: next year, where its arrangement is not known yet (the notice comes in November). */
export function findYearToImport({ today, book }: RuleContext): number | null {
  const { year, month } = civilOf(today);
  return month === 12 && !book.holidays.years.has(year + 1) ? year + 1 : null;
}

/** Whether 资料待补 is pushed today: once a week, on Monday, or the first working day of a week whose Monday is off. */
export function isDataDay({ calendar, today }: Pick<RuleContext, 'calendar' | 'today'>): boolean {
  return isWorkingDay(calendar, today) && countWorkingDays(calendar, mondayOf(today) - 1, today) === 1;
}

/** 已约定: deals whose 未跟进 keeps quiet until a day to come. */
export function countAgreed(subjects: readonly Subject[], context: RuleContext): number {
  return subjects.filter(
    ({ deal, clocks, held }) =>
      clocks !== null && !held && deal.row.nextFollowUp !== context.today && isAgreed(deal, clocks, context),
  ).length;
}
