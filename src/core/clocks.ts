import { type BriefTerm, briefTerm, countWorkingDays, dueDay } from './calendar.ts';
import type { Day } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { createdOn, enteredStage, lastRealFollowUp } from './fold.ts';
import type { Message } from './message.ts';
import type { Settings } from './settings.ts';
import { isOpenStage, type OpenStage } from './stages.ts';

/** The two clocks of a deal (1.6 of the specification: 未跟进 and 停留) and what they run from. */
export interface Clocks {
  /** 老客户池 has the 未跟进 clock too. */
  readonly stage: OpenStage | 'pool';
  /** The last real follow-up, if there was one. */
  readonly lastFollowUp: Day | null;
  /** 未跟进 runs from here: the last real follow-up, else the entry of the lead; a reopening and the end of a hold restart it. */
  readonly idleSince: Day;
  /** 停留 runs from here: the latest entry into the stage. */
  readonly staySince: Day;
}

/** The stage in which the deal's clocks run; null where it is closed, by the log or by a hand edit, or not known. */
export function runningStage({ born, stage, drift }: Deal): OpenStage | null {
  const closedByHand = drift !== null && !isOpenStage(drift);
  return born && stage !== null && isOpenStage(stage) && !closedByHand ? stage : null;
}

/** Null where no clock runs: lost, invalid, not known. */
export function clocksOf(deal: Deal): Clocks | null {
  const stage = deal.born && deal.stage === 'pool' && deal.drift === null ? 'pool' : runningStage(deal);
  const staySince = enteredStage(deal);
  if (stage === null || staySince === null) return null;
  const lastFollowUp = lastRealFollowUp(deal);
  const entered = deal.row.leadDate ?? createdOn(deal) ?? staySince;
  const restarts = [lastFollowUp, deal.reopened, deal.heldUntil].map((day) => day ?? entered);
  const idleSince = Math.max(entered, ...restarts);
  return { stage, lastFollowUp, idleSince, staySince };
}

/** 搁置 and its date has not passed: no stall and no D5 until then. */
export function isHeld({ hold }: Pick<Deal, 'hold'>, today: Day): boolean {
  return hold !== null && today <= hold.until;
}

/** 下次跟进日期 is still to come, at most 22 (设置) working days after the last follow-up: 未跟进 keeps quiet until then. */
export function isAgreed(
  deal: Deal,
  { idleSince }: Clocks,
  { today, settings, calendar }: RuleContext,
): boolean {
  const { nextFollowUp } = deal.row;
  if (nextFollowUp === null || nextFollowUp < today) return false;
  return today <= dueDay(calendar, idleSince, settings.maxQuietDays, 'working');
}

/** Days in (from, to] as stalls count them: working days, or natural ones where 设置 says so. */
export function countStallDays(from: Day, to: Day, { settings, calendar }: RuleContext): number {
  return settings.stallsInNaturalDays ? Math.max(0, to - from) : countWorkingDays(calendar, from, to);
}

/** The term of `limit` such days from `start` where it has run out by today; null where it has not, or there is no limit. */
export function ranOut(start: Day, limit: number | null, context: RuleContext): BriefTerm | null {
  const { settings, calendar, today } = context;
  // Counting first: most clocks have not run out, and walking a term day by day is the dearer of the two.
  if (limit === null || countStallDays(start, today, context) < limit) return null;
  const term = briefTerm(calendar, start, limit, settings.stallsInNaturalDays ? 'natural' : 'working');
  return today > term.due ? term : null;
}

/** What `countStallDays` counts, in words. */
export function stallDayWord({ stallsInNaturalDays }: Settings): Message {
  return stallsInNaturalDays ? { zh: '自然日', en: 'days' } : { zh: '工作日', en: 'working days' };
}
