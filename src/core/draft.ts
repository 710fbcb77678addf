import type { Book } from './book.ts';
import { addMonthsTo, civilOf, type Day, dayOf, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { BadInput, Decision, FieldChange, Refusal } from './decision.ts';
import type { EventMark, NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { moveType } from './fold.ts';
import { appendFollowUp, looksLikeEntries, parseFollowUps } from './follow-ups.ts';
import { statusWord } from './gates.ts';
import type { Message } from './message.ts';
import type { CellInput } from './sheet.ts';
import { simulateDeal } from './simulate.ts';
import { type StageKey, stageInfo } from './stages.ts';

/** What a decision about one deal gathers before it is finished. */
export interface Draft {
  readonly events: readonly NewEvent[];
  readonly fields: readonly FieldChange[];
  readonly notes: readonly Message[];
}

export const EMPTY_DECISION: Decision = {
  ids: [],
  events: [],
  fields: [],
  newRows: [],
  leads: [],
  notes: [],
};

/** An event of `deal` with everything that is usual left out. */
export function newEvent(deal: Deal, event: Pick<NewEvent, 'date' | 'type'> & Partial<NewEvent>): NewEvent {
  return {
    dealId: deal.row.id ?? '',
    customer: deal.row.customer,
    from: null,
    to: null,
    item: null,
    values: new Map(),
    note: '',
    evidence: '',
    marks: new Set(),
    ...event,
  };
}

/** A cell of the deal's row. */
export function setField(deal: Deal, field: FieldKey, input: CellInput): FieldChange {
  return { row: deal.row.row, field, input };
}

/** One more entry in the 跟进记录 cell. */
export function followUpField(deal: Deal, day: Day, text: string, today: Day): FieldChange {
  const { followUpsText, leadDate } = deal.row;
  const { newestFirst } = parseFollowUps(followUpsText, { leadDate, today });
  return setField(deal, 'followUps', {
    kind: 'text',
    text: appendFollowUp(followUpsText, day, text, newestFirst),
  });
}

/** What is written into the cell otherwise than it was said: a date behind a `;` would begin an entry of its own. */
export function followUpNotes(text: string): readonly Message[] {
  if (!looksLikeEntries(text)) return [];
  return [
    {
      zh: '内容里的「;日期」会被读成另一条跟进,单元格里改用逗号连接;过程记录里照原样。另一天的跟进请用 --on 另记一条',
      en: 'A “;DATE” in the text would read as another entry: in the cell it is joined with a comma, in the log it stays as said. Log the other day by itself with --on',
    },
  ];
}

/**
 * Makes a draft whole: a stage changed by hand is recorded first (人工, dated today unless the draft did so itself),
 * events of a closed quarter are marked 补录, and 当前阶段 follows where the stage or the gate's state changed (the
 * team's own wording stays otherwise, and a hand edit is never taken back).
 */
export function finishDraft(book: Book, deal: Deal, given: Draft, today: Day, reason: string): Decision {
  const hasDrift = given.events.some((event) => event.marks.has('manual'));
  const draft = hasDrift ? given : joinDrafts(recordDrift(book, deal, today).draft, given);
  const before = recordDrift(book, deal, today).deal;
  const { events, notes } = backdate(draft.events, today, reason);
  const after = simulateDeal(book, deal, events, draft.fields);
  const word = newStatus(book, before, after);
  return {
    ids: deal.row.id === null ? [] : [deal.row.id],
    events,
    fields: [
      ...draft.fields,
      ...(word === null ? [] : [setField(deal, 'stage', { kind: 'text', text: word })]),
    ],
    newRows: [],
    leads: [],
    notes: [...draft.notes, ...notes],
  };
}

/** Events of a closed quarter carry 补录 (with the reason, if one was given), and that is said. */
export function backdate(
  events: readonly NewEvent[],
  today: Day,
  reason: string,
): { readonly events: readonly NewEvent[]; readonly notes: readonly Message[] } {
  const first = events.find((event) => isClosedQuarter(event.date, today));
  if (!first) return { events, notes: [] };
  const note = {
    zh: `${formatDay(first.date)} 属于已结束的季度,记为补录`,
    en: `${formatDay(first.date)} lies in a closed quarter: marked as back-dated (补录)`,
  };
  return {
    events: events.map((event) =>
      isClosedQuarter(event.date, today) ? markBackdated(event, reason) : event,
    ),
    notes: [note],
  };
}

/** The deal with a hand-made stage change recorded: what every further event builds on. Empty where there is none. */
export function recordDrift(book: Book, deal: Deal, on: Day): { readonly deal: Deal; readonly draft: Draft } {
  if (deal.drift === null || deal.stage === null)
    return { deal, draft: { events: [], fields: [], notes: [] } };
  const event = newEvent(deal, {
    date: Math.max(on, deal.stays.at(-1)?.from ?? on),
    type: moveType(deal.stage, deal.drift),
    from: deal.stage,
    to: deal.drift,
    marks: new Set<EventMark>(['manual']),
  });
  const note = {
    zh: `表里的阶段是手工改的(${deal.row.stageWord}),先记为 人工`,
    en: `The stage in the sheet was changed by hand (${deal.row.stageWord}); recorded first, marked 人工`,
  };
  return {
    deal: simulateDeal(book, deal, [event], []),
    draft: { events: [event], fields: [], notes: [note] },
  };
}

export function joinDrafts(first: Draft, second: Draft): Draft {
  return {
    events: [...first.events, ...second.events],
    fields: [...first.fields, ...second.fields],
    notes: [...first.notes, ...second.notes],
  };
}

export function refuse(text: Message, missing: Refusal['missing'] = []): Refusal {
  return { refused: true, text, missing };
}

export function badInput(text: Message, value: string, expected: string): BadInput {
  return { badInput: true, text, value, expected };
}

/** Events in the future are refused: a plan is a 下次跟进日期. */
export function refuseFuture(on: Day, today: Day): Refusal | null {
  if (on <= today) return null;
  return refuse({
    zh: `${formatDay(on)} 在今天(${formatDay(today)})之后,未来的事不能记录;约好的事请用 --next 记为下次跟进日期`,
    en: `${formatDay(on)} is after today (${formatDay(today)}); the future cannot be recorded. Use --next for what is agreed`,
  });
}

/** How a deal is called in a message. */
export function dealName({ row }: Deal): string {
  return row.id === null ? row.customer : `${row.customer} ${row.id}`;
}

/** A day before the first of the running quarter. */
function isClosedQuarter(day: Day, today: Day): boolean {
  const { year, month } = civilOf(today);
  const firstOfMonth = dayOf(year, month, 1) ?? today;
  return day < addMonthsTo(firstOfMonth, -((month - 1) % 3));
}

function markBackdated(event: NewEvent, reason: string): NewEvent {
  return {
    ...event,
    marks: new Set([...event.marks, 'backdated' as const]),
    values:
      reason === '' || event.values.has('原因')
        ? event.values
        : new Map(event.values).set('补录原因', reason),
  };
}

/** What 当前阶段 is to say, or null where it may stay: the stage and its status are as before, or the wording is the team's own. */
function newStatus({ settings }: Book, before: Deal, after: Deal): string | null {
  // A word that nobody can read is the team's: it stays, and the finding about it stays.
  if (after.stage === null || (before.row.stage === null && before.row.stageWord !== '')) return null;
  const word = statusWord(after, settings);
  if (word === before.row.stageWord) return null;
  const changed = after.stage !== before.stage || word !== statusWord(before, settings);
  // Values typed into their columns may have completed the gate since our own word was written.
  const { name, completeWord, statusWords } = stageInfo(after.stage);
  const ours = [name.zh, ...statusWords, completeWord];
  const [said, due] = [ours.indexOf(before.row.stageWord), ours.indexOf(word)];
  return changed || (said >= 0 && said < due) ? word : null;
}

/** Where a deal stands once hand edits count. */
export function stageNow(deal: Deal): StageKey | null {
  return deal.drift ?? deal.stage;
}
