import { type Calendar, countWorkingDays } from '../calendar.ts';
import { addMonthsTo, civilOf, type Day } from '../date.ts';
import type { Deal } from '../deal.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import { lastFourQuarters, type Period, parsePeriodText, quarterOfYear, yearOf } from '../period.ts';
import type { Settings } from '../settings.ts';
import { type OpenStage, stageRank } from '../stages.ts';
import { quantile } from './measures.ts';

/** The stages a target is broken down to, from the contract back. */
export const PLANNED_STAGES = [
  'lead',
  'discovery',
  'proposal',
  'negotiation',
  'closing',
] as const satisfies readonly OpenStage[];
export type PlannedStage = (typeof PLANNED_STAGES)[number];

/** A year as the team counts it, its quarters and its months. */
export interface PlanYear {
  readonly year: Period;
  readonly quarters: readonly { readonly period: Period; readonly months: readonly Period[] }[];
}

/** The year that begins in month `start` of `year`. */
export function planYear(year: number, start: number): PlanYear {
  const quarters = [1, 2, 3, 4].map((number) => {
    const period = quarterOfYear(year, number, start);
    return { period, months: [0, 1, 2].map((month) => monthOf(addMonthsTo(period.from, month))) };
  });
  return { year: yearOf(year, start), quarters };
}

/**
 * Parts of a whole by weight, in whole yuan: largest remainder, so that they sum to the whole (what is below a yuan goes
 * to the last part). Weights of nothing share alike.
 */
export function splitAmount(total: Fen, weights: readonly number[]): readonly Fen[] {
  const units = Math.floor(total / 100);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (sum === 0 ? units / weights.length : (units * weight) / sum));
  const parts = exact.map(Math.floor);
  const order = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  const left = units - parts.reduce((all, part) => all + part, 0);
  for (const { index } of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts.map((part, index) => part * 100 + (index === parts.length - 1 ? total - units * 100 : 0));
}

/** Amounts of the quarters and of their months: by the given weights, else by working days; months by working days. */
export function splitYear(
  total: Fen,
  { quarters }: PlanYear,
  weights: readonly number[] | null,
  calendar: Calendar,
): readonly { readonly amount: Fen; readonly months: readonly Fen[] }[] {
  const amounts = splitAmount(
    total,
    weights ?? quarters.map(({ period }) => workingDaysIn(period, calendar)),
  );
  return quarters.map(({ months }, index) => {
    const amount = amounts[index] ?? 0;
    return {
      amount,
      months: splitAmount(
        amount,
        months.map((month) => workingDaysIn(month, calendar)),
      ),
    };
  });
}

export function workingDaysIn({ from, to }: Period, calendar: Calendar): number {
  return countWorkingDays(calendar, from - 1, to);
}

/** What the breakdown is made with. */
export interface PlanBasis {
  /** Null: nothing to go by. */
  readonly average: {
    readonly fen: Fen;
    readonly n: number;
    readonly from: 'setting' | 'contracts' | 'amounts';
  } | null;
  readonly rates: readonly StageRate[];
  readonly cycle: { readonly days: number; readonly n: number } | null;
}

/** r(i): the share of those that reached a stage and went on; at 谈判推进 that signed. */
export interface StageRate {
  readonly stage: PlannedStage;
  /** The team's own, of the last four quarters; null where nothing was decided. */
  readonly own: number | null;
  readonly n: number;
  /** 目标率 in 设置. */
  readonly target: number | null;
  /** What is planned with. Signing from 成交签约 counts whole unless set. */
  readonly used: number | null;
}

/** 平均合同额, 转化率 and 成交周期 of the twelve months that end on `today`, with what 设置 says instead. */
export function planBasis(deals: readonly Deal[], settings: Settings, today: Day): PlanBasis {
  const { from } = lastFourQuarters(today);
  const inYear = (day: Day | null): day is Day => day !== null && day >= from && day <= today;
  const signed = deals.filter(({ row }) => hasContract(row) && inYear(row.contractDate));
  const cycles = signed.flatMap(({ row }) =>
    row.leadDate === null || row.contractDate === null || row.leadDate > row.contractDate
      ? []
      : [row.contractDate - row.leadDate],
  );
  return {
    average: averageOf(deals, signed, settings),
    rates: PLANNED_STAGES.map((stage, rank) => {
      const outcomes = deals.flatMap((deal) => outcomeAt(deal, rank)).filter(({ on }) => inYear(on));
      const own =
        outcomes.length === 0
          ? null
          : outcomes.filter(({ on: _, wentOn }) => wentOn).length / outcomes.length;
      const target = settings.targetRates.get(stage) ?? null;
      return { stage, own, n: outcomes.length, target, used: target ?? (stage === 'closing' ? 1 : own) };
    }),
    cycle: cycles.length === 0 ? null : { days: quantile(cycles, 0.5) ?? 0, n: cycles.length },
  };
}

/** How it went on from a stage that was reached, once that is decided: to a later one (at 谈判推进 a contract), or lost. */
function outcomeAt(
  { row, stays }: Deal,
  rank: number,
): readonly { readonly on: Day; readonly wentOn: boolean }[] {
  const last = stays.at(-1);
  const won = hasContract(row) ? row.contractDate : null;
  const isLost = won === null && (last?.stage === 'lost' || last?.stage === 'invalid');
  const visits = stays.flatMap(({ stage, from }) => {
    const at = stageRank(stage);
    return at === null ? [] : [{ at, from }];
  });
  const beyond = visits.find(({ at }) => at > rank)?.from ?? null;
  const isReached = visits.some(({ at }) => at === rank) || (!isLost && beyond !== null);
  if (!isReached) return [];
  const on = rank >= 3 ? won : beyond;
  if (on !== null) return [{ on, wentOn: true }];
  return isLost && last ? [{ on: last.from, wentOn: false }] : [];
}

function averageOf(
  deals: readonly Deal[],
  signed: readonly Deal[],
  { averageContract }: Settings,
): PlanBasis['average'] {
  if (averageContract !== null) return { fen: averageContract, n: 0, from: 'setting' };
  const amounts = (some: readonly Deal[]) =>
    some.flatMap(({ row }) => (row.contractAmount ?? row.amount)?.low ?? []).filter((fen) => fen > 0);
  const [own, all] = [amounts(signed), amounts(deals)];
  const from = own.length > 0 ? own : all;
  if (from.length === 0) return null;
  const mean = Math.round(from.reduce((sum, fen) => sum + fen, 0) / from.length);
  return { fen: mean, n: from.length, from: own.length > 0 ? 'contracts' : 'amounts' };
}

/** What a target needs: contracts, and how many must come to each stage. Null: nothing to reckon with. */
export interface Needs {
  readonly deals: number | null;
  readonly stages: Readonly<Record<PlannedStage, number | null>>;
}

/** 签约数 = ⌈目标 ÷ 平均合同额⌉ less what comes of itself; N(i) = ⌈N(i+1) ÷ r(i)⌉ back through the stages. */
export function planNeeds(amount: Fen, { average, rates }: PlanBasis, already = 0): Needs {
  const deals =
    average === null ? null : Math.max(0, roundUp(amount / average.fen) - Math.floor(already + 1e-9));
  const stages: Record<PlannedStage, number | null> = {
    lead: null,
    discovery: null,
    proposal: null,
    negotiation: null,
    closing: null,
  };
  let next = deals;
  for (const { stage, used } of [...rates].reverse()) {
    next = next === null || used === null || used === 0 ? null : roundUp(next / used);
    stages[stage] = next;
  }
  return { deals, stages };
}

/** How many contracts those that are open already should yield: each the product of the rates from its stage on. */
export function expectedYield(open: readonly Deal[], rates: readonly StageRate[]): number {
  return open.reduce((sum, { stage }) => {
    const rank = rates.findIndex((each) => each.stage === stage);
    return rank < 0 ? sum : sum + rates.slice(rank).reduce((chance, { used }) => chance * (used ?? 0), 1);
  }, 0);
}

/** 3 ÷ 0.3 must not come to 11 for the sake of a last binary digit. */
function roundUp(value: number): number {
  return Math.ceil(value - 1e-9);
}

function monthOf(first: Day): Period {
  const { year, month } = civilOf(first);
  const read = parsePeriodText(`${year}-${String(month).padStart(2, '0')}`);
  if (read === null) throw new Error(`no month of ${first}`);
  return read;
}
