import type { Day } from '../date.ts';
import type { Stay } from '../deal.ts';
import { OPEN_STAGES, type OpenStage, stageRank } from '../stages.ts';
import type { Subject } from './population.ts';
import type { Entry } from './report.ts';

/** Columns of the conversion table, each a list of 商机. */
export const TALLY_COLUMNS = [
  'opening',
  'entered',
  'reentered',
  'converted',
  'skipped',
  'lost',
  'invalid',
  'back',
  'closing',
  'stay',
] as const;
export type TallyColumn = (typeof TALLY_COLUMNS)[number];

/** One stage in a period: who was, came, went and stays, by the state at the end of each day. */
export interface StageTally {
  readonly stage: OpenStage;
  readonly cells: Readonly<Record<TallyColumn, readonly Entry[]>>;
  /** Natural days of the stays that ended in the period; assumed history left out. */
  readonly days: readonly number[];
}

/**
 * Counts a period [from, end] of whole days, every 商机 once per cell, so that for each stage
 * opening + entered = converted + lost + back + closing. An exit counts by where the last one led; a loss that was
 * reopened within the period led nowhere: the exit is then to the stage where the deal was reopened.
 * @param stages whose counts are wanted
 */
export function tallyStages(
  subjects: readonly Subject[],
  from: Day,
  end: Day,
  stages: readonly OpenStage[] = OPEN_STAGES,
): readonly StageTally[] {
  const tallies = stages.map((stage) => ({ stage, ...emptyTally() }));
  for (const subject of subjects) {
    let visits: readonly Stay[] | undefined;
    for (const { stage, cells, days } of tallies) {
      if (!wasAt(stage, subject.stays, from, end)) continue;
      visits ??= visitsOf(subject.stays, from, end);
      countVisits(visits, stage, from, (column, date) => cells[column].push({ subject, date }));
      for (const { stage: own, from: since, to, assumed } of subject.stays) {
        if (own !== stage || to === null || to < from || to > end || assumed) continue;
        cells.stay.push({ subject, date: to });
        days.push(to - since);
      }
    }
  }
  return tallies;
}

/** A loss that began and ended (reopened) within [from, end]. */
export function isUndoneLoss({ stage, from: since, to }: Stay, from: Day, end: Day): boolean {
  return (stage === 'lost' || stage === 'invalid') && since >= from && to !== null && to <= end;
}

/** It stood there on some day of [from, end] or left on the first: else nothing counts. Most of a big book is passed over here. */
function wasAt(stage: OpenStage, stays: readonly Stay[], from: Day, end: Day): boolean {
  for (const stay of stays)
    if (stay.stage === stage && stay.from <= end && (stay.to === null || stay.to >= from)) return true;
  return false;
}

/** The stays that began by the end of the period, without losses undone in it: each led to the next. */
function visitsOf(stays: readonly Stay[], from: Day, end: Day): readonly Stay[] {
  const isKept = (stay: Stay) => stay.from <= end && !isUndoneLoss(stay, from, end);
  return stays.every(isKept) ? stays : stays.filter(isKept);
}

/** Says every column in which a 商机 counts at a stage, with the day that put it there. */
function countVisits(
  visits: readonly Stay[],
  stage: OpenStage,
  from: Day,
  count: (column: TallyColumn, date: Day) => void,
): void {
  const first = visits.findIndex((visit) => visit.stage === stage);
  if (first < 0) return;
  const before = visits.findLast((visit) => visit.from < from);
  if (before?.stage === stage) count('opening', before.from);
  else {
    const entry = visits.find((visit) => visit.stage === stage && visit.from >= from);
    if (!entry) return;
    count('entered', entry.from);
    const again = entry !== visits[first] || entry.entry === 'back' || entry.entry === 'reopened';
    if (again) count('reentered', entry.from);
  }
  const last = visits.findLastIndex((visit) => visit.stage === stage);
  const on = visits[last]?.to ?? null;
  const next = visits[last + 1];
  if (last === visits.length - 1) count('closing', visits[last]?.from ?? from);
  else if (on !== null && next) {
    const steps = (stageRank(next.stage) ?? Number.NEGATIVE_INFINITY) - (stageRank(stage) ?? 0);
    const isLost = next.stage === 'lost' || next.stage === 'invalid';
    count(isLost ? 'lost' : steps > 0 ? 'converted' : 'back', on);
    if (steps > 1) count('skipped', on);
    if (next.stage === 'invalid') count('invalid', on);
  }
}

function emptyTally(): { readonly cells: Record<TallyColumn, Entry[]>; readonly days: number[] } {
  return {
    cells: {
      opening: [],
      entered: [],
      reentered: [],
      converted: [],
      skipped: [],
      lost: [],
      invalid: [],
      back: [],
      closing: [],
      stay: [],
    },
    days: [],
  };
}
