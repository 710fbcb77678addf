import { type Book, firstEvent } from './book.ts';
import { type BriefTerm, briefTerm, type Calendar, type Term } from './calendar.ts';
import { runningStage } from './clocks.ts';
import { type Day, formatDay, parseIsoDay } from './date.ts';
import type { Deal } from './deal.ts';
import { createdOn } from './fold.ts';
import { hasContract, isAssumed, isCompleteDelivery, itemEvents } from './gates.ts';
import type { Message } from './message.ts';
import type { Settings } from './settings.ts';
import { weeklySync } from './weekly-sync.ts';

/** What every clock needs: the day, the team's numbers, the calendar, and the book for what is known of all. */
export interface RuleContext {
  readonly today: Day;
  readonly settings: Settings;
  readonly calendar: Calendar;
  readonly book: Book;
}

export type DeadlineRule = 'D1' | 'D2' | 'D3' | 'D4' | 'D5';

/** One deadline of one deal, met or not. Never stored: counted anew each time. */
export interface Deadline {
  readonly rule: DeadlineRule;
  /** The day the period began (not counted itself); null where only the due day is given (D5). */
  readonly start: Day | null;
  readonly due: Day;
  /** The day it was met; null while it is open, and where it counts as met on an unknown day. */
  readonly met: Day | null;
  /** It still waits to be met: not met, and the deal's clocks run. */
  readonly open: boolean;
  /** 暂定: a day of the period lies in a year without an official arrangement. */
  readonly provisional: boolean;
  /** How the days were counted, where days were counted; listed when it is asked for. */
  readonly term: (() => Term) | null;
  /** 历史遗留: open, and already overdue on the day the table was adopted. */
  readonly legacy: boolean;
  /** What must be said beside the dates: what met it, what else is owed. */
  readonly note: Message | null;
}

/** A deadline before the deal's own state is looked at: whether its clocks run, and when the table was adopted. */
export type Counted = Deadline & { readonly legacy: false };

/** Every deadline of a deal as of `context.today`: D1–D5, one D2 for each demo, D3 as its present state. Source: L44, L60, L92, L94, L72. */
export function deadlinesOf(deal: Deal, context: RuleContext): readonly Deadline[] {
  if (!deal.born) return [];
  const running = runningStage(deal) !== null;
  const adopted = deal.assumed ? adoptionDay(context) : null;
  const deadlines: Deadline[] = [];
  for (const count of COUNTS) {
    for (const counted of count(deal, context)) {
      const open = counted.open && running;
      const legacy = open && counted.rule !== 'D5' && adopted !== null && counted.due < adopted;
      deadlines.push(open === counted.open && !legacy ? counted : { ...counted, open, legacy });
    }
  }
  return deadlines;
}

const COUNTS = [firstContact, materials, weeklySync, satisfaction, expectedClose];

/** D1, D2 and D4 alone, those that leave one deadline each: what a period's 按时完成率 counts. */
export function singleDeadlinesOf(deal: Deal, context: RuleContext): readonly Counted[] {
  const running = runningStage(deal) !== null;
  return [firstContact, materials, satisfaction]
    .flatMap((count) => count(deal, context))
    .map((counted) => ({ ...counted, open: counted.open && running }));
}

/**
 * The day the table was taken over: the first event of its log is then a 推定 creation that says 接管日 (else 记录时间
 * tells). Today for a table never adopted; null for a book that was begun with `init`.
 */
function adoptionDay({ book, today }: RuleContext): Day | null {
  const first = firstEvent(book);
  if (!book.adopted) return today;
  return first?.type === 'created' && first.marks.has('assumed')
    ? parseIsoDay(first.values.get('接管日') ?? first.recordedAt.slice(0, 10))
    : null;
}

/** D1 (L44): a first contact within 3 working days of entry, or of a reopening if there was none before. */
function firstContact(deal: Deal, { settings, calendar }: RuleContext): Counted[] {
  const entered = deal.row.leadDate ?? createdOn(deal);
  if (entered === null) return [];
  const contact = earliestContact(deal, settings);
  const start = restartedAt(deal, entered, contact?.date ?? null);
  const term = briefTerm(calendar, start, settings.firstContactDays, 'working');
  const assumed = contact === null && isAssumed(deal, 'lead');
  const note = assumed
    ? { zh: '推定:接管时已过线索阶段', en: 'assumed: past the lead stage when adopted' }
    : null;
  return [
    {
      ...countedBy('D1', term, contact?.date ?? null),
      open: contact === null && !assumed,
      note: contact?.note ?? note,
    },
  ];
}

/** The earliest contact of a kind that counts; a hand-typed entry counts too, its kind unknown. */
function earliestContact(
  deal: Deal,
  settings: Settings,
): { readonly date: Day; readonly note: Message | null } | null {
  let first: Day | null = null;
  let byHand = false;
  for (const { item, date } of deal.events)
    if (item === 'first-contact' && (first === null || date < first)) first = date;
  for (const { kind, date } of deal.followUps) {
    if (kind !== null && !settings.firstContactKinds.includes(kind)) continue;
    // Of one day, what is on file speaks.
    if (first === null || date < first) [first, byHand] = [date, kind === null];
    else if (date === first && kind !== null) byHand = false;
  }
  if (first === null) return null;
  const note = byHand
    ? {
        zh: `按手写的跟进记录 ${formatDay(first)} 计,方式未知`,
        en: `by the hand-typed follow-up of ${formatDay(first)}, its kind unknown`,
      }
    : null;
  return { date: first, note };
}

/** D2 (L60): all documents within 3 working days of each demo; one complete delivery settles every demo before it. */
function materials(deal: Deal, { settings, calendar }: RuleContext): Counted[] {
  const demonstrated = itemEvents(deal, 'demo');
  if (demonstrated.length === 0) return [];
  const demos = [...new Set(demonstrated.map(({ date }) => date))];
  const delivered = itemEvents(deal, 'materials')
    .filter((event) => isCompleteDelivery(event, settings))
    .map(({ date }) => date);
  return demos.map((demo) => {
    const met = earliest(delivered.filter((date) => date >= demo));
    const term = briefTerm(calendar, restartedAt(deal, demo, met), settings.materialsDays, 'working');
    return countedBy('D2', term, met);
  });
}

/** D4 (L94): a survey within 7 natural days of the last delivery; a low score and 未答复 meet it too. */
function satisfaction(deal: Deal, { settings, calendar, today }: RuleContext): Counted[] {
  const { deliveryDate, satisfaction: score } = deal.row;
  if (deliveryDate === null || deliveryDate > today) return [];
  const surveys = itemEvents(deal, 'satisfaction');
  const survey = surveys.find(({ date }) => date >= deliveryDate) ?? null;
  const typed = surveys.length === 0 && score !== null;
  const start = restartedAt(deal, deliveryDate, survey?.date ?? null);
  const term = briefTerm(calendar, start, settings.surveyDays, 'natural');
  const note = survey?.values.has('未答复')
    ? { zh: '客户未答复', en: 'no reply' }
    : typed
      ? { zh: `满意度 ${score} 写在表里,日期未知`, en: `score ${score} stands in the sheet, its day unknown` }
      : null;
  return [{ ...countedBy('D4', term, survey?.date ?? null), open: survey === null && !typed, note }];
}

/** D5 (L72): 预计成交日期 itself, not rolled off a day off; stops at the contract. */
function expectedClose(deal: Deal, { today }: RuleContext): Counted[] {
  const { row, postponements } = deal;
  if (row.expectedClose === null) return [];
  const signed =
    hasContract(row) && row.contractDate !== null && row.contractDate <= today ? row.contractDate : null;
  const note =
    postponements === 0 ? null : { zh: `已推迟 ${postponements} 次`, en: `postponements: ${postponements}` };
  return [
    {
      rule: 'D5',
      start: null,
      due: row.expectedClose,
      met: signed,
      open: signed === null && !isAssumed(deal, 'closing'),
      provisional: false,
      term: null,
      legacy: false,
      note,
    },
  ];
}

/** A period that began before the deal was reopened begins anew then, unless it had been met by that time. */
function restartedAt(deal: Deal, start: Day, met: Day | null): Day {
  if (deal.reopened === null) return start;
  const reopenings = deal.events.filter(
    ({ type, date }) => type === 'reopened' && (met === null || date <= met),
  );
  return Math.max(start, ...reopenings.map(({ date }) => date));
}

function countedBy(
  rule: DeadlineRule,
  { start, due, provisional, term }: BriefTerm,
  met: Day | null,
): Counted {
  return { rule, start, due, met, open: met === null, provisional, term, legacy: false, note: null };
}

function earliest(days: readonly Day[]): Day | null {
  return days.length === 0 ? null : Math.min(...days);
}
