import type { Book } from './book.ts';
import type { Calendar } from './calendar.ts';
import { type Day, formatDay } from './date.ts';
import { parseDateWords } from './date-words.ts';
import type { Deal } from './deal.ts';
import { type Decision, isDecision, type Outcome } from './decision.ts';
import {
  badInput,
  type Draft,
  dealName,
  finishDraft,
  followUpField,
  joinDrafts,
  newEvent,
  recordDrift,
  refuse,
  refuseFuture,
  setField,
} from './draft.ts';
import type { FollowUpKind, NewEvent } from './event.ts';
import { fieldInfo } from './fields.ts';
import { createdOn } from './fold.ts';
import { partsOf } from './gates.ts';
import { gradeIntent, INTENT_WORDS } from './intent.ts';
import { type ItemFlag, type ItemInfo, type ItemKey, itemInfo } from './items.ts';
import type { Message } from './message.ts';
import { parseAmount } from './money.ts';
import type { CellInput } from './sheet.ts';
import { joinDecisions, simulateDeal } from './simulate.ts';
import { nearest, normalizeWidth, splitTags } from './text.ts';

/** One item to be recorded, as the command line gives it: values by flag (`--note`), a switch as an empty text. */
export interface ItemRecord {
  readonly item: ItemKey;
  readonly values: ReadonlyMap<string, string>;
  /** Null: today. */
  readonly on: Day | null;
  readonly evidence: string;
  readonly reason: string;
}

export interface RecordContext {
  readonly today: Day;
  readonly calendar: Calendar;
}

/** The flags an item still needs, given what is there: switches and empty columns considered, `--on` first. */
export function neededFlags(
  deal: Deal,
  item: ItemInfo,
  given: ReadonlyMap<string, string>,
  on: Day | null,
  poolScore: number,
): readonly string[] {
  if (given.has('--none') || given.has('--no-reply')) return [];
  const isLow = given.has('--score') && Number(normalizeWidth(given.get('--score') ?? '')) < poolScore;
  const required = item.flags.filter((flag) => {
    if (item.key === 'lead-form' && flag.column !== null && isFilled(deal, flag)) return false;
    if (item.key === 'objections' && flag.flag === '--answer') return false;
    return flag.required || (isLow && ['--measure', '--responsible', '--next'].includes(flag.flag));
  });
  return [
    ...(item.needsOn && on === null ? ['--on'] : []),
    ...required.map(({ flag }) => flag).filter((flag) => (given.get(flag) ?? '') === ''),
  ];
}

/** Records one checklist item: its event, its columns, and what it does to 当前阶段. Refuses what 1.10 forbids. */
export function recordItem(book: Book, deal: Deal, record: ItemRecord, context: RecordContext): Outcome {
  const item = itemInfo(record.item);
  const on = record.on ?? context.today;
  const refused = refuseFuture(on, context.today) ?? refuseItem(deal, item, on);
  if (refused) return refused;
  const needed = neededFlags(deal, item, record.values, record.on, book.settings.poolScore);
  if (needed.length > 0) {
    const names = needed.join(' ');
    return badInput(
      {
        zh: `记录「${item.name.zh}」还要给出:${names}`,
        en: `Recording “${item.name.en}” also needs: ${names}`,
      },
      '',
      names,
    );
  }
  const drift = recordDrift(book, deal, on);
  const read = readValues(book, drift.deal, item, record, on, context);
  if (!('events' in read)) return read;
  return finishDraft(book, deal, joinDrafts(drift.draft, read), context.today, record.reason);
}

/** Several items of one deal, each on the book as the one before leaves it: one decision, one save. */
export function recordItems(
  book: Book,
  deal: Deal,
  records: readonly ItemRecord[],
  context: RecordContext,
): Outcome & { readonly deal?: Deal } {
  let decision: Decision | null = null;
  let current = deal;
  for (const record of records) {
    const outcome = recordItem(book, current, record, context);
    if (!isDecision(outcome)) return outcome;
    decision = decision ? joinDecisions(decision, outcome) : outcome;
    current = simulateDeal(book, deal, decision.events, decision.fields);
  }
  return decision
    ? { ...decision, deal: current }
    : refuse({ zh: '没有要记录的内容', en: 'Nothing to record' });
}

function refuseItem(deal: Deal, item: ItemInfo, on: Day): Outcome | null {
  const { stage } = deal;
  if (stage === 'lost' || stage === 'invalid') {
    return refuse({
      zh: `${dealName(deal)} 已流失,不再记录推进条件;先重启: funnel reopen ${deal.row.id ?? ''} --to 阶段 --reason 原因`,
      en: `${dealName(deal)} is lost; reopen it first: funnel reopen ${deal.row.id ?? ''} --to STAGE --reason TEXT`,
    });
  }
  const created = createdOn(deal);
  if (item.key !== 'first-contact' && created !== null && on < created) {
    return refuse({
      zh: `${formatDay(on)} 早于录入日期 ${formatDay(created)};只有首次接触和跟进可以早于录入`,
      en: `${formatDay(on)} is before the lead was entered (${formatDay(created)}); only a first contact or a follow-up may be`,
    });
  }
  const { deliveryDate } = deal.row;
  if (item.key === 'satisfaction' && (deliveryDate === null || on < deliveryDate)) {
    return refuse({
      zh: `满意度调研不能早于交付${deliveryDate === null ? '(还没有交付日期)' : ` ${formatDay(deliveryDate)}`};先: funnel record ${deal.row.id ?? ''} delivery`,
      en: `The survey cannot come before delivery${deliveryDate === null ? ' (none recorded)' : ` on ${formatDay(deliveryDate)}`}; first: funnel record ${deal.row.id ?? ''} delivery`,
    });
  }
  return null;
}

function isFilled({ row }: Deal, flag: ItemFlag): boolean {
  if (flag.column === 'tags') return row.tags.length > 0;
  const value = flag.column === null ? '' : row[flag.column];
  return typeof value === 'string' && value !== '';
}

/** The events, cells and notes of one item. */
function readValues(
  book: Book,
  deal: Deal,
  item: ItemInfo,
  record: ItemRecord,
  on: Day,
  context: RecordContext,
): Draft | Outcome {
  const values = new Map<string, string>();
  const fields: Draft['fields'][number][] = [];
  const notes: Message[] = [];
  for (const flag of item.flags) {
    const given = record.values.get(flag.flag);
    if (given === undefined) continue;
    const read = readFlag(book, item, flag, given, context);
    if ('badInput' in read) return read;
    if (flag.column !== null && !(flag.flag === '--note' && item.key !== 'concerns')) {
      if (item.key !== 'lead-form' || !isFilled(deal, flag))
        fields.push(setField(deal, flag.column, read.input));
    }
    if (flag.flag !== '--note') values.set(flag.label.zh, read.text);
  }
  const event = newEvent(deal, {
    date: on,
    type: 'item',
    item: item.key,
    values,
    note: record.values.get('--note') ?? '',
    evidence: record.evidence,
  });
  const draft: Draft = { events: [event], fields, notes };
  return (SPECIAL[item.key] ?? ((each) => each))(draft, {
    book,
    deal,
    on,
    event,
    context,
    values: record.values,
  });
}

interface Special {
  readonly book: Book;
  readonly deal: Deal;
  readonly on: Day;
  readonly event: NewEvent;
  readonly context: RecordContext;
  readonly values: ReadonlyMap<string, string>;
}

/** What some items do beyond their flags. */
const SPECIAL: Partial<Record<ItemKey, (draft: Draft, special: Special) => Draft | Outcome>> = {
  source: (draft, { book, deal, values }) => {
    const priority = book.settings.channels.get(values.get('--source') ?? '');
    if (priority === undefined) {
      const note = {
        zh: '这个渠道还没有优先级,可用 record … priority 补上,或写进 设置',
        en: 'This channel has no priority yet: record it, or add it to 设置',
      };
      return { ...draft, notes: [...draft.notes, note] };
    }
    return deal.row.priority === ''
      ? { ...draft, fields: [...draft.fields, setField(deal, 'priority', { kind: 'text', text: priority })] }
      : draft;
  },
  'lead-form': (draft, { deal, on }) =>
    deal.row.leadDate === null
      ? { ...draft, fields: [...draft.fields, setField(deal, 'leadDate', { kind: 'date', day: on })] }
      : draft,
  'first-contact': (draft, { book, deal, on, event, context }) => {
    const kind = event.values.get('方式') ?? '';
    if (!book.settings.firstContactKinds.includes(kind as FollowUpKind)) {
      return refuse({
        zh: `${kind}不算首次接触(设置:${book.settings.firstContactKinds.join('、')});可用 funnel log 记为跟进`,
        en: `${kind} does not count as a first contact (设置: ${book.settings.firstContactKinds.join(', ')}); use funnel log for a follow-up`,
      });
    }
    return {
      ...draft,
      events: [{ ...event, type: 'followup' }],
      fields: [...draft.fields, followUpField(deal, on, event.note, context.today)],
    };
  },
  intent: (draft, { deal, event }) => {
    const get = (label: string) => event.values.get(label) ?? '';
    const grade = gradeIntent(get('需求明确度'), get('预算匹配度'), get('决策周期'));
    if (!grade) return draft;
    const word = INTENT_WORDS[grade.intent].zh;
    return {
      events: [{ ...event, note: grade.reason.zh }],
      fields: [...draft.fields, setField(deal, 'intent', { kind: 'text', text: word })],
      notes: [
        ...draft.notes,
        { zh: `意向等级:${word}(${grade.reason.zh})`, en: `Intent: ${grade.intent} (${grade.reason.en})` },
      ],
    };
  },
  'deal-figures': (draft, { deal, on }) => {
    const before = deal.row.expectedClose;
    const change = draft.fields.find(({ field }) => field === 'expectedClose')?.input;
    if (before === null || change?.kind !== 'date' || change.day === before) return draft;
    return {
      ...draft,
      events: [
        ...draft.events,
        editedEvent(deal, on, '预计成交日期', formatDay(before), formatDay(change.day)),
      ],
    };
  },
  contract: (draft, { book, deal, on, values }) => {
    const number = (values.get('--number') ?? '').trim();
    const others = book.deals.filter(
      (other) => other.row.row !== deal.row.row && other.row.contractNumber === number,
    );
    const foreign = others.find((other) => other.row.customer !== deal.row.customer);
    if (foreign) {
      return refuse({
        zh: `合同编号 ${number} 已属于 ${dealName(foreign)};请核对编号`,
        en: `Contract number ${number} belongs to ${dealName(foreign)}; check the number`,
      });
    }
    const repeat = {
      zh: `合同编号 ${number} 本客户已用过(框架合同?),仍照记`,
      en: `Contract number ${number} is used by this customer already (a framework contract?); recorded all the same`,
    };
    return {
      ...draft,
      fields: [...draft.fields, setField(deal, 'contractDate', { kind: 'date', day: on })],
      notes: others.length > 0 ? [...draft.notes, repeat] : draft.notes,
    };
  },
  delivery: (draft, { deal, on }) => ({
    ...draft,
    fields: [...draft.fields, setField(deal, 'deliveryDate', { kind: 'date', day: on })],
  }),
};

/** A 修改 of one column, with what stood there before: postponements and past days are read from it. */
export function editedEvent(deal: Deal, on: Day, header: string, before: string, after: string): NewEvent {
  return newEvent(deal, {
    date: on,
    type: 'edited',
    values: new Map([
      ['列', header],
      ['原值', before],
      ['新值', after],
    ]),
  });
}

/** One flag's text as a cell and as it stands in 内容. */
function readFlag(
  book: Book,
  item: ItemInfo,
  flag: ItemFlag,
  given: string,
  { today, calendar }: RecordContext,
): { readonly input: CellInput; readonly text: string } | ReturnType<typeof badInput> {
  const text = given.trim();
  const asText = (value: string) => ({ input: { kind: 'text', text: value } as const, text: value });
  const wrong = (expected: string) =>
    badInput(
      {
        zh: `${flag.flag}「${text}」不能用,应为 ${expected}`,
        en: `${flag.flag} “${text}” cannot be used; expected ${expected}`,
      },
      text,
      expected,
    );
  switch (flag.kind) {
    case 'date': {
      const day = parseDateWords(text, { today, sense: 'coming', calendar });
      return day === null
        ? wrong('2026-11-30 / 月底 / +3wd')
        : { input: { kind: 'date', day }, text: formatDay(day) };
    }
    case 'amount': {
      const read = parseAmount(text, 1);
      if (read?.kind !== 'amount' || read.low !== read.high) return wrong('15万 / 150000');
      return { input: { kind: 'money', fen: read.low }, text };
    }
    case 'score': {
      const score = Number(normalizeWidth(text));
      return Number.isInteger(score) && score >= 1 && score <= 5
        ? { input: { kind: 'number', value: score }, text: String(score) }
        : wrong('1–5');
    }
    case 'choice': {
      const word = readChoice(text, flag.words);
      return word === null ? wrong(flag.words.join(' / ')) : asText(word);
    }
    case 'parts': {
      const all = partsOf(item, book.settings);
      const parts = ['全部', 'all'].includes(text) ? [...all] : splitTags(text);
      const unknown = parts.find((part) => !all.includes(part));
      if (unknown === undefined) return asText(parts.join(','));
      const close = nearest(unknown, all);
      return wrong(`全部 / ${(close.length > 0 ? close : all).join(',')}`);
    }
    case 'switch':
      return { input: { kind: 'text', text: flag.label.zh }, text: '是' };
    default:
      return flag.column !== null && fieldInfo(flag.column).kind === 'tags'
        ? asText(splitTags(text).join(','))
        : asText(text);
  }
}

/** A word of a list; ≤, <=, 1个月以内 and the like are read as meant. */
function readChoice(text: string, words: readonly string[]): string | null {
  const word = normalizeWidth(text)
    .replace('<=', '≤')
    .replace(/[–—~至到]/g, '-')
    .toUpperCase();
  return words.find((each) => each.toUpperCase() === word) ?? null;
}
