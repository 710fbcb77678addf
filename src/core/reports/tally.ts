import type { Day } from '../date.ts';
import type { EntryKind, Stay } from '../deal.ts';
import { isOpenStage, OPEN_STAGES, type OpenStage, type StageKey, stageRank } from '../stages.ts';
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
 */
export function tallyStages(subjects: readonly Subject[], from: Day, end: Day): readonly StageTally[] {
  const tallies = new Map(OPEN_STAGES.map((stage) => [stage, emptyTally()]));
  for (const subject of subjects) {
    const last = subject.stays.at(-1);
    if (!last || (!isOpenStage(last.stage) && last.from < from)) continue;
    const visits = visitsOf(subject.stays, from, end);
    for (const [stage, { cells }] of tallies) {
      for (const { column, date } of countVisits(visits, stage, from)) cells[column].push({ subject, date });
    }
    for (const { stage, from: since, to, assumed } of subject.stays) {
      if (to === null || to < from || to > end || assumed || !isOpenStage(stage)) continue;
      const tally = tallies.get(stage);
      tally?.cells.stay.push({ subject, date: to });
      tally?.days.push(to - since);
    }
  }
  return [...tallies].map(([stage, tally]) => ({ stage, ...tally }));
}

/** A loss that began and ended (reopened) within [from, end]. */
export function isUndoneLoss({ stage, from: since, to }: Stay, from: Day, end: Day): boolean {
  return (stage === 'lost' || stage === 'invalid') && since >= from && to !== null && to <= end;
}

/** A stay up to the end of the period, with the stage it led to; null while it lasts. */
interface Visit {
  readonly stage: StageKey;
  readonly since: Day;
  readonly entry: EntryKind;
  readonly left: { readonly on: Day; readonly to: StageKey } | null;
}

function visitsOf(stays: readonly Stay[], from: Day, end: Day): readonly Visit[] {
  const kept = stays.filter((stay) => stay.from <= end && !isUndoneLoss(stay, from, end));
  return kept.map(({ stage, from: since, entry, to }, index) => {
    const next = kept[index + 1];
    return { stage, since, entry, left: to !== null && next ? { on: to, to: next.stage } : null };
  });
}

function countVisits(
  visits: readonly Visit[],
  stage: OpenStage,
  from: Day,
): readonly { readonly column: TallyColumn; readonly date: Day }[] {
  const here = visits.filter((visit) => visit.stage === stage);
  if (here.length === 0) return [];
  const counted: { column: TallyColumn; date: Day }[] = [];
  const before = visits.findLast(({ since }) => since < from);
  const entry = here.find(({ since }) => since >= from);
  if (before?.stage === stage) counted.push({ column: 'opening', date: before.since });
  else if (entry) {
    counted.push({ column: 'entered', date: entry.since });
    const again = entry !== here[0] || entry.entry === 'back' || entry.entry === 'reopened';
    if (again) counted.push({ column: 'reentered', date: entry.since });
  } else return [];
  const last = visits.at(-1);
  const exit = here.at(-1)?.left;
  if (last?.stage === stage) counted.push({ column: 'closing', date: last.since });
  else if (exit) {
    const steps = (stageRank(exit.to) ?? Number.NEGATIVE_INFINITY) - (stageRank(stage) ?? 0);
    const column = exit.to === 'lost' || exit.to === 'invalid' ? 'lost' : steps > 0 ? 'converted' : 'back';
    counted.push({ column, date: exit.on });
    if (steps > 1) counted.push({ column: 'skipped', date: exit.on });
    if (exit.to === 'invalid') counted.push({ column: 'invalid', date: exit.on });
  }
  return counted;
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
