import { countWorkingDays, isWorkingDay } from './calendar.ts';
import { isAgreed } from './clocks.ts';
import { civilOf, mondayOf } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Finding } from './finding.ts';
import { gateComplete } from './gates.ts';
import { itemInfo } from './items.ts';
import type { Fen } from './money.ts';
import { commandOn, dealArgument, type Named } from './paste.ts';
import type { Subject } from './rules/rule.ts';

export interface OwnerSum {
  /** Only where several books are checked together. */
  readonly team?: string;
  readonly owner: string | null;
  readonly n: number;
  readonly amount: Fen;
}

/** 历史遗留 by owner, the largest amount first. */
export function sumByOwner(legacy: readonly Finding[]): readonly OwnerSum[] {
  const owners = new Map<string, OwnerSum>();
  for (const { team, owner, amount } of legacy) {
    const key = JSON.stringify([team, owner]);
    const { n, amount: sum } = owners.get(key) ?? { n: 0, amount: 0 };
    const own = team === undefined ? { owner } : { team, owner };
    owners.set(key, { ...own, n: n + 1, amount: sum + (amount ?? 0) });
  }
  return [...owners.values()].sort((a, b) => b.amount - a.amount || b.n - a.n);
}

/** What is said below the findings, of all deals together. */
export interface CheckSummary {
  /** 搁置: how many running deals, and their amount. */
  readonly held: { readonly n: number; readonly amount: Fen };
  /** 已约定: deals whose 未跟进 keeps quiet until a day to come. */
  readonly agreed: number;
  /** 可推进: the gate is complete and nothing has moved for a working day; the command moves the first of them. */
  readonly movable: { readonly n: number; readonly next: string | null };
  /** Years without an official arrangement that a running deadline, or today, depends on. */
  readonly missingYears: readonly number[];
}

/** A command line with more deals than this is no longer read before it is run. */
const MOST_TO_ADVANCE = 5;

/** Takes deals one at a time, so that none of them need be kept. */
export function newSummary(context: RuleContext): {
  add(subject: Subject): void;
  result(): CheckSummary;
} {
  const { today, book } = context;
  const { year } = civilOf(today);
  const years = new Set(book.holidays.years.has(year) ? [] : [year]);
  const movable: string[] = [];
  let held = { n: 0, amount: 0 };
  let agreed = 0;
  let n = 0;
  return {
    add(subject) {
      const { deal, clocks, deadlines } = subject;
      const { row } = deal;
      for (const { open, term, provisional, due } of deadlines) {
        if (!open) continue;
        if (provisional) for (const each of term?.().missingYears ?? [civilOf(due).year]) years.add(each);
      }
      if (clocks === null) return;
      if (subject.held) {
        held = { n: held.n + 1, amount: held.amount + ((row.contractAmount ?? row.amount)?.low ?? 0) };
        return;
      }
      if (row.nextFollowUp !== today && isAgreed(deal, clocks, context)) agreed += 1;
      if (!isMovable(subject, context)) return;
      n += 1;
      if (movable.length < MOST_TO_ADVANCE) movable.push(dealArgument(deal));
    },
    result: () => ({
      held,
      agreed,
      movable: {
        n,
        next: book.adopted && movable.length > 0 ? commandOn(book, 'advance', ...movable) : null,
      },
      missingYears: [...years].sort((a, b) => a - b),
    }),
  };
}

function isMovable({ deal, clocks }: Subject, { settings, calendar, today }: RuleContext): boolean {
  const unclear = deal.drift !== null || deal.row.stage === null;
  if (!clocks || unclear || !gateComplete(deal, settings)) return false;
  const recorded = deal.events.filter(({ item }) => item !== null && itemInfo(item).stage === clocks.stage);
  const since = Math.max(clocks.staySince, ...recorded.map(({ date }) => date));
  return countWorkingDays(calendar, since, today) >= 1;
}

/** What is said of several books together; a command moves the deals of one book only. */
export function joinSummaries(summaries: readonly CheckSummary[]): CheckSummary {
  const sum = (of: (each: CheckSummary) => number) => summaries.reduce((total, each) => total + of(each), 0);
  const movable = summaries.filter((each) => each.movable.n > 0);
  return {
    held: { n: sum(({ held }) => held.n), amount: sum(({ held }) => held.amount) },
    agreed: sum(({ agreed }) => agreed),
    movable: {
      n: sum((each) => each.movable.n),
      next: movable.length === 1 ? (movable[0]?.movable.next ?? null) : null,
    },
    missingYears: [...new Set(summaries.flatMap(({ missingYears }) => missingYears))].sort((a, b) => a - b),
  };
}

/** From 1 December: next year, where its arrangement is not known yet (the notice comes in November). */
export function findYearToImport({ today, book }: RuleContext): (Named & { readonly year: number }) | null {
  const { year, month } = civilOf(today);
  return month === 12 && !book.holidays.years.has(year + 1) ? { year: year + 1, named: book.named } : null;
}

/** Whether 资料待补 is pushed today: once a week, on Monday, or the first working day of a week whose Monday is off. */
export function isDataDay({ calendar, today }: Pick<RuleContext, 'calendar' | 'today'>): boolean {
  return isWorkingDay(calendar, today) && countWorkingDays(calendar, mondayOf(today) - 1, today) === 1;
}
