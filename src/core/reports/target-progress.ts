import type { Book } from '../book.ts';
import { type Calendar, countWorkingDays } from '../calendar.ts';
import type { Day } from '../date.ts';
import type { Deal } from '../deal.ts';
import { foldDeal } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import type { Period } from '../period.ts';
import { isOpenStage } from '../stages.ts';
import { gatherPopulation } from './population.ts';
import { tallyStages } from './tally.ts';
import { samePeriod, type TargetRow } from './target.ts';
import {
  expectedYield,
  type Needs,
  PLANNED_STAGES,
  type PlanBasis,
  planNeeds,
  workingDaysIn,
} from './target-plan.ts';

/** The day, and the calendar that counts up to it. */
export interface Context {
  readonly today: Day;
  readonly calendar: Calendar;
}

/** One period of the year with its target, what it needs and what came. */
export interface Line {
  readonly period: Period;
  readonly amount: Fen | null;
  readonly needs: Needs | null;
  readonly actual: Fen;
}

/** `amount`: null where the period has no target. */
export function lineOf(book: Book, period: Period, amount: Fen | null, basis: PlanBasis): Line {
  return {
    period,
    amount,
    needs: amount === null ? null : planNeeds(amount, basis),
    actual: signedIn(book.deals, period),
  };
}

/** Contracts signed in a period, in 分; without an amount a contract adds nothing. */
function signedIn(deals: readonly Deal[], { from, to }: Period): Fen {
  return deals.reduce((sum, { row }) => {
    const on = hasContract(row) ? row.contractDate : null;
    return on !== null && on >= from && on <= to ? sum + ((row.contractAmount ?? row.amount)?.low ?? 0) : sum;
  }, 0);
}

/** How far the year has come, and how far it should have. */
export interface Pace {
  readonly actual: Fen;
  readonly expected: Fen;
  readonly elapsed: number;
  readonly workingDays: number;
  readonly target: Fen;
}

/** What should have come by the end of today: each quarter's target by the share of its working days that are over. */
export function paceOf(
  { period, amount, actual }: Line,
  quarters: readonly Line[],
  { today, calendar }: Context,
): Pace {
  const elapsedIn = ({ from, to }: Period) => countWorkingDays(calendar, from - 1, Math.min(to, today));
  const share = (of: Period) => elapsedIn(of) / Math.max(1, workingDaysIn(of, calendar));
  const known = quarters.filter((each) => each.amount !== null);
  const expected =
    known.length === quarters.length
      ? quarters.reduce((sum, each) => sum + (each.amount ?? 0) * share(each.period), 0)
      : (amount ?? 0) * share(period);
  return {
    actual,
    expected: Math.round(expected / 100) * 100,
    elapsed: elapsedIn(period),
    workingDays: workingDaysIn(period, calendar),
    target: amount ?? 0,
  };
}

/** What the running month needs, and what it has. */
export interface MonthNeeds {
  readonly period: Period;
  readonly amount: Fen;
  /** Contracts that those already open when the month began should yield. */
  readonly stock: number;
  readonly needs: Needs;
  readonly rows: readonly {
    readonly stage: (typeof PLANNED_STAGES)[number];
    readonly wanted: number | null;
    readonly entered: number;
    readonly missing: number | null;
  }[];
}

/**
 * What the month still lacks, stage by stage: what its target needs beyond the opening stock (those expected to close by
 * its end), less what has come so far.
 */
export function monthNeeds(book: Book, month: Period, amount: Fen, basis: PlanBasis, today: Day): MonthNeeds {
  const opening = book.deals
    .map((deal) => foldDeal(deal.row, deal.events, month.from - 1))
    .filter(
      ({ born, stage, hold, row }) =>
        born &&
        stage !== null &&
        isOpenStage(stage) &&
        hold === null &&
        !hasContract(row) &&
        row.expectedClose !== null &&
        row.expectedClose <= month.to,
    );
  const stock = expectedYield(opening, basis.rates);
  const needs = planNeeds(amount, basis, stock);
  const { subjects } = gatherPopulation(book, { end: today, hides: null, onlyRecorded: false });
  const tallies = tallyStages(subjects, month.from, today);
  return {
    period: month,
    amount,
    stock,
    needs,
    rows: PLANNED_STAGES.map((stage) => {
      const wanted = needs.stages[stage];
      const entered = tallies.find((tally) => tally.stage === stage)?.cells.entered.length ?? 0;
      return { stage, wanted, entered, missing: wanted === null ? null : Math.max(0, wanted - entered) };
    }),
  };
}

/** An owner's target of the year, and what came. */
export interface OwnerLine {
  readonly owner: string;
  readonly amount: Fen;
  readonly actual: Fen;
}

/** The owners who have a target of the year. */
export function ownersOf(book: Book, rows: readonly TargetRow[], year: Period): readonly OwnerLine[] {
  return rows
    .filter(({ period, owner, amount }) => samePeriod(period, year) && owner !== '' && amount !== null)
    .map(({ owner, amount }) => ({
      owner,
      amount: amount ?? 0,
      actual: signedIn(
        book.deals.filter(({ row }) => row.owner === owner),
        year,
      ),
    }));
}
