import type { Day } from './date.ts';
import { formatDay, parseIsoDay } from './date.ts';
import type { Deal, DealRow, EntryKind, ExitKind, FollowUp, FollowUpEntry, Hold, Stay } from './deal.ts';
import { type DealEvent, FOLLOW_UP_KINDS, type FollowUpKind, type NewEvent } from './event.ts';
import { rowAsOf } from './row-as-of.ts';
import { type StageKey, stageRank } from './stages.ts';

/** Order of a deal's events: by date, same-day ones by number. */
export function compareEvents(a: DealEvent, b: DealEvent): number {
  return a.date - b.date || a.seq - b.seq;
}

/** Some event says where the deal stood: a row whose log holds only items or follow-ups still needs its 推定 history. */
export function hasHistory(events: readonly DealEvent[]): boolean {
  return events.some((event) => event.type === 'created' || event.to !== null);
}

/**
 * One row and its events, as of a day. Stage and holds come from the events; a row without a history gets a 推定 one
 * (1.9), in memory only. For a past day the columns say what they said then (row-as-of.ts).
 */
export function foldDeal(row: DealRow, ownEvents: readonly DealEvent[], asOf: Day): Deal {
  const assumedOnly = !hasHistory(ownEvents);
  const all = inOrder(
    assumedOnly ? [...inMemory(assumedEvents(row, asOf), ownEvents), ...ownEvents] : ownEvents,
    compareEvents,
  );
  const events = all.every((event) => event.date <= asOf) ? all : all.filter((event) => event.date <= asOf);
  const stays = foldStays(events);
  const stage = stays.at(-1)?.stage ?? null;
  const stageNow = events.length === all.length ? stage : (foldStays(all).at(-1)?.stage ?? null);
  return {
    row: rowAsOf(row, all, asOf),
    events,
    stage,
    stays,
    followUps: followUpsOf(row, events, asOf),
    attempts: attemptsOf(row, events),
    hold: holdOf(events),
    heldUntil: heldUntilOf(events, asOf),
    reopened: events.findLast((event) => event.type === 'reopened')?.date ?? null,
    drift:
      !assumedOnly && row.stage !== null && stageNow !== null && row.stage !== stageNow ? row.stage : null,
    assumed: all.find((event) => event.type === 'created')?.marks.has('assumed') ?? true,
    born: events.length > 0 || all.length === 0,
    assumedTo: assumedProgress(events),
    postponements: events.filter(isPostponement).length,
  };
}

/** Mostly they are: then nothing is copied. */
function inOrder<T>(items: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  const isSorted = items.every((item, index) => index === 0 || compare(items[index - 1] as T, item) <= 0);
  return isSorted ? items : [...items].sort(compare);
}

/**
 * History for a row that has none: a creation at 线索录入日期 (else the first follow-up, else `day`), and for a later
 * stage one entry at the last 跟进记录 date (else `day`). The status word is kept: it says whether the gate was complete.
 */
export function assumedEvents(row: DealRow, day: Day): NewEvent[] {
  const { stage } = row;
  if (stage === null) return [];
  const dates = row.followUps.map((entry) => entry.date).sort((a, b) => a - b);
  const created = Math.min(row.leadDate ?? dates[0] ?? day, day);
  const base = {
    dealId: row.id ?? '',
    customer: row.customer,
    item: null,
    note: '',
    evidence: '',
    marks: new Set(['assumed'] as const),
  };
  const creation: NewEvent = {
    ...base,
    date: created,
    type: 'created',
    from: null,
    to: 'lead',
    values: new Map(),
  };
  if (stage === 'lead') return [creation];
  const entered = Math.max(created, dates.at(-1) ?? day);
  return [
    creation,
    {
      ...base,
      date: entered,
      type: moveType('lead', stage),
      from: 'lead',
      to: stage,
      values: new Map(row.complete ? [['状态', row.stageWord.trim()]] : []),
    },
  ];
}

/** The type of the event that takes a deal from one stage to another. */
export function moveType(
  from: StageKey,
  to: StageKey,
): 'advanced' | 'skipped' | 'back' | 'lost' | 'pooled' | 'reopened' {
  if (to === 'lost' || to === 'invalid') return 'lost';
  if (from === 'lost' || from === 'invalid' || from === 'pool') return 'reopened';
  if (to === 'pool') return 'pooled';
  const step = (stageRank(to) ?? 0) - (stageRank(from) ?? 0);
  return step < 0 ? 'back' : step > 1 ? 'skipped' : 'advanced';
}

/** The latest entry into the present stage; null where the stage is not known. */
export function enteredStage(deal: Deal): Day | null {
  return deal.stays.at(-1)?.from ?? null;
}

/** 录入: the creation's date; null for a row whose stage word is not known. */
export function createdOn(deal: Deal): Day | null {
  return deal.stays[0]?.from ?? deal.row.leadDate;
}

const REAL_ITEMS = new Set(['first-contact', 'demo', 'kickoff', 'satisfaction']);

/** Days of every *real* follow-up (1.6), ascending: every kind but 未接通 (推送 only in the pool), every hand-typed entry, four items. */
export function realFollowUpDays(deal: Deal): readonly Day[] {
  const logged = deal.followUps.filter((each) => isReal(each, deal)).map(({ date }) => date);
  const items = deal.events.filter(isRealItem).map(({ date }) => date);
  return [...logged, ...items].sort((a, b) => a - b);
}

function isRealItem({ item, values }: DealEvent): boolean {
  return item !== null && REAL_ITEMS.has(item) && !values.has('未答复');
}

/** The last of them; null if there was none. */
export function lastRealFollowUp(deal: Deal): Day | null {
  const logged = deal.followUps.findLast((each) => isReal(each, deal))?.date ?? null;
  const item = deal.events.findLast(isRealItem)?.date ?? null;
  return logged === null || item === null ? (logged ?? item) : Math.max(logged, item);
}

function isReal({ kind }: FollowUp, { stage }: Deal): boolean {
  return kind === null || (kind !== '未接通' && (kind !== '推送' || stage === 'pool'));
}

/** 方式 of a follow-up event; null where it is none of the known kinds. */
export function kindOf(event: Pick<DealEvent, 'values'>): FollowUpKind | null {
  const kind = event.values.get('方式');
  return FOLLOW_UP_KINDS.find((each) => each === kind) ?? null;
}

/** The stages a deal walked, of events in their order. */
export function foldStays(events: readonly Pick<DealEvent, 'date' | 'type' | 'to' | 'marks'>[]): Stay[] {
  const stays: Stay[] = [];
  for (const event of events) {
    const target = event.type === 'created' ? (event.to ?? 'lead') : event.to;
    const isMove =
      event.type !== 'item' && event.type !== 'followup' && event.type !== 'held' && event.type !== 'edited';
    const last = stays.at(-1);
    if (!isMove || target === null || (event.type === 'created' && last) || last?.stage === target) continue;
    const assumed = event.marks.has('assumed');
    if (last) {
      stays[stays.length - 1] = {
        ...last,
        to: event.date,
        exit: exitKind(last.stage, target),
        assumed: last.assumed || assumed,
      };
    }
    stays.push({
      stage: target,
      from: event.date,
      entry: last ? (event.type === 'reopened' ? 'reopened' : exitKind(last.stage, target)) : 'created',
      to: null,
      exit: null,
      assumed,
      forced: event.marks.has('forced'),
    });
  }
  return stays;
}

function exitKind(from: StageKey, to: StageKey): ExitKind & EntryKind {
  if (to === 'lost' || to === 'invalid') return to;
  if (to === 'pool') return 'pooled';
  const step = (stageRank(to) ?? 0) - (stageRank(from) ?? -1);
  return step < 0 ? 'back' : step > 1 ? 'skip' : 'forward';
}

/** From the cell and from the log; the same day and text counts once (the log knows its kind). */
function followUpsOf(row: DealRow, events: readonly DealEvent[], asOf: Day): readonly FollowUp[] {
  const all: FollowUp[] = [];
  for (const event of events)
    if (event.type === 'followup') all.push({ date: event.date, text: event.note, kind: kindOf(event) });
  const logged = all.length;
  let keys: ReadonlySet<string> | null = null;
  const isLogged = ({ date, text }: FollowUpEntry) => {
    let isSameDay = false;
    for (let at = 0; at < logged; at++) {
      if (all[at]?.date !== date) continue;
      if (all[at]?.text === text) return true;
      isSameDay = true;
    }
    if (!isSameDay) return false;
    keys ??= new Set(all.slice(0, logged).map((each) => followUpKey(each.date, each.text)));
    return keys.has(followUpKey(date, text));
  };
  for (const typed of row.followUps)
    if (typed.date <= asOf && !isLogged(typed)) all.push({ date: typed.date, text: typed.text, kind: null });
  return inOrder(all, (a, b) => a.date - b.date);
}

/** What one follow-up is known by, in the cell and in the log: its day and text (separators and spaces may differ). */
export function followUpKey(date: Day, text: string): string {
  return `${date} ${text.replace(/[\s;；，,]+/g, '')}`;
}

/** 未接通 since the last real follow-up, whether logged, typed into the cell or an item. */
function attemptsOf(row: DealRow, events: readonly DealEvent[]): number {
  const missed: DealEvent[] = [];
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at] as DealEvent;
    const kind = kindOf(event);
    if (event.type === 'followup' ? kind !== '未接通' && kind !== '推送' : isRealItem(event)) break;
    if (kind === '未接通') missed.push(event);
  }
  if (missed.length === 0) return 0;
  const lastTyped = Math.max(Number.NEGATIVE_INFINITY, ...row.followUps.map(({ date }) => date));
  return missed.filter(({ date }) => date >= lastTyped).length;
}

/** The hold in force: ended by any stage move, or by a later one whose date is the day it was said. */
function holdOf(events: readonly DealEvent[]): Hold | null {
  const last = events.findLast((event) => event.type === 'held' || event.to !== null);
  if (last?.type !== 'held') return null;
  const until = parseIsoDay(last.values.get('至') ?? '');
  return until === null || until <= last.date
    ? null
    : { since: last.date, until, reason: last.values.get('原因') ?? last.note };
}

/** A hold ends on its day, or where a move or another hold comes first. */
function heldUntilOf(events: readonly DealEvent[], asOf: Day): Day | null {
  const at = events.findLastIndex(({ type, date, values }) => {
    return type === 'held' && (parseIsoDay(values.get('至') ?? '') ?? date) > date;
  });
  const hold = events[at];
  if (!hold) return null;
  const next = events.slice(at + 1).find((event) => event.type === 'held' || event.to !== null);
  const until = parseIsoDay(hold.values.get('至') ?? '') ?? hold.date;
  const last = Math.min(until, next?.date ?? until);
  return last < asOf ? last : null;
}

function isPostponement(event: DealEvent): boolean {
  if (event.type !== 'edited' || event.values.get('列') !== '预计成交日期') return false;
  const [before, after] = [
    parseIsoDay(event.values.get('原值') ?? ''),
    parseIsoDay(event.values.get('新值') ?? ''),
  ];
  return before !== null && after !== null && after > before;
}

function assumedProgress(events: readonly DealEvent[]): Deal['assumedTo'] {
  const last = events.findLast((event) => event.marks.has('assumed') && event.to !== null);
  return last?.to ? { stage: last.to, complete: last.values.has('状态') } : null;
}

/** Numbered so that they stand before everything of the same day that the log holds. */
function inMemory(events: readonly NewEvent[], logged: readonly DealEvent[]): DealEvent[] {
  const end = Math.min(events.length + 1, ...logged.map(({ seq }) => seq));
  return events.map((event, index) => ({
    ...event,
    seq: end - events.length + index,
    by: '',
    recordedAt: formatDay(event.date),
  }));
}
