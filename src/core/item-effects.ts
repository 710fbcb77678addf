import { type Book, dealsOf, textsIn } from './book.ts';
import { plainName } from './customer-name.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { Outcome, Refusal } from './decision.ts';
import { type Draft, dealName, followUpField, followUpNotes, newEvent, refuse, setField } from './draft.ts';
import type { FollowUpKind, NewEvent } from './event.ts';
import { createdOn } from './fold.ts';
import { itemEvents, openObjections, partsOf } from './gates.ts';
import { gradeIntent, INTENT_WORDS } from './intent.ts';
import { type ItemKey, itemInfo } from './items.ts';
import type { Message } from './message.ts';
import { commandText, dealArgument } from './paste.ts';
import { normalizeWidth, splitTags } from './text.ts';

/** What an item's effect is decided on. `values` by flag. */
export interface ItemEffectContext {
  readonly book: Book;
  readonly deal: Deal;
  readonly on: Day;
  readonly event: NewEvent;
  readonly today: Day;
  readonly values: ReadonlyMap<string, string>;
}

type ItemEffect = (draft: Draft, context: ItemEffectContext) => Draft | Outcome;

/** What some items do beyond putting their flags into columns and 内容. */
export const ITEM_EFFECTS: Readonly<Partial<Record<ItemKey, ItemEffect>>> = {
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
  'lead-form': (draft, { deal, on, event }) =>
    deal.row.leadDate === null
      ? {
          ...draft,
          events: [{ ...event, date: Math.max(on, createdOn(deal) ?? on) }],
          fields: [...draft.fields, setField(deal, 'leadDate', { kind: 'date', day: on })],
        }
      : draft,
  'first-contact': (draft, { book, deal, on, event, today }) => {
    const kind = event.values.get('方式') ?? '';
    if (!book.settings.firstContactKinds.includes(kind as FollowUpKind)) {
      return refuse({
        zh: `${kind}不算首次接触(设置:${book.settings.firstContactKinds.join('、')});可记为跟进: ${commandText(book, 'log', dealArgument(deal))}`,
        en: `${kind} does not count as a first contact (设置: ${book.settings.firstContactKinds.join(', ')}); record it as a follow-up: ${commandText(book, 'log', dealArgument(deal))}`,
      });
    }
    return {
      ...draft,
      events: [{ ...event, type: 'followup' }],
      fields: [...draft.fields, followUpField(deal, on, event.note, today)],
      notes: [...draft.notes, ...followUpNotes(event.note)],
    };
  },
  intent: (draft, { deal, event }) => {
    const get = (label: string) => event.values.get(label) ?? '';
    const grade = gradeIntent(get('需求明确度'), get('预算匹配度'), get('决策周期'));
    if (!grade) return draft;
    const word = INTENT_WORDS[grade.intent].zh;
    return {
      events: [{ ...event, note: [grade.reason.zh, event.note].filter(Boolean).join(';') }],
      fields: [...draft.fields, setField(deal, 'intent', { kind: 'text', text: word })],
      notes: [
        ...draft.notes,
        { zh: `意向等级:${word}(${grade.reason.zh})`, en: `Intent: ${grade.intent} (${grade.reason.en})` },
      ],
    };
  },
  proposal: sayMissingParts,
  materials: sayMissingParts,
  terms: sayMissingParts,
  handover: sayMissingParts,
  objections: (draft, { deal, values }) => {
    const answered = values.has('--answer') ? values.get('--objection')?.trim() : undefined;
    const raised =
      values.has('--objection') && answered === undefined ? [values.get('--objection') ?? ''] : [];
    const open = [...new Set([...openObjections(deal).filter((each) => each !== answered), ...raised])];
    if (open.length === 0) return draft;
    const list = open.map((each) => `「${each}」`).join('、');
    const note = { zh: `还没有答复的异议:${list}`, en: `Objections without an answer: ${list}` };
    return { ...draft, notes: [...draft.notes, note] };
  },
  satisfaction: (draft, { deal, on }) => {
    const newer = itemEvents(deal, 'satisfaction').find(
      ({ date, values }) => date > on && values.has('满意度'),
    );
    if (!newer) return draft;
    const note = {
      zh: `${formatDay(newer.date)} 已有更新的满意度,单元格不改`,
      en: `There is a newer score of ${formatDay(newer.date)}; the cell stays`,
    };
    return {
      ...draft,
      fields: draft.fields.filter(({ field }) => field !== 'satisfaction'),
      notes: [...draft.notes, note],
    };
  },
  contract: (draft, { book, deal, on, values }) => {
    const number = values.get('--number') ?? '';
    const repeats = checkContractNumber(book, deal.row, number);
    if ('refused' in repeats) return repeats;
    return {
      ...draft,
      fields: [...draft.fields, setField(deal, 'contractDate', { kind: 'date', day: on })],
      notes: [...draft.notes, ...repeats],
    };
  },
  // The last delivery counts: an earlier one recorded later does not move the date back.
  delivery: (draft, { deal, on }) => {
    const known = deal.row.deliveryDate;
    if (known === null || on >= known) {
      return {
        ...draft,
        fields: [...draft.fields, setField(deal, 'deliveryDate', { kind: 'date', day: on })],
      };
    }
    const kept = {
      zh: `已有更晚的交付日期 ${formatDay(known)},单元格不改`,
      en: `A later delivery on ${formatDay(known)} is on file; the cell stays`,
    };
    return { ...draft, notes: [...draft.notes, kept] };
  },
};

/** HT－2026－001 and ht-2026-001 are one number. */
function contractKey(number: string): string {
  return normalizeWidth(number)
    .replace(/[\s–—]/g, (char) => (char.trim() === '' ? '' : '-'))
    .toUpperCase();
}

/**
 * 合同编号 of another customer is refused; a repeat within one customer, spelt in any way, is only said (框架合同). `own` is
 * the row that is to bear it, null while there is none yet.
 */
export function checkContractNumber(
  book: Book,
  own: { readonly row: number | null; readonly customer: string },
  number: string,
): Refusal | readonly Message[] {
  const wanted = contractKey(number);
  // The numbers themselves first: hardly ever does one repeat, and then only are deals looked at.
  const isKnown =
    wanted !== '' && [...textsIn(book, 'contractNumber')].some((each) => contractKey(each) === wanted);
  // As the cells have them now: what is recorded of a day before takes no number that was given since.
  const numberOf = ({ row }: Deal, index: number) =>
    book.table?.columnTextAt(index, 'contractNumber') ?? row.contractNumber;
  const others = isKnown
    ? dealsOf(book).filter(
        (deal, index) => deal.row.row !== own.row && contractKey(numberOf(deal, index)) === wanted,
      )
    : [];
  const customer = plainName(own.customer);
  const foreign = others.find(({ row }) => plainName(row.customer) !== customer);
  if (foreign) {
    return refuse({
      zh: `合同编号 ${number} 已属于 ${dealName(foreign)};请核对编号`,
      en: `Contract number ${number} belongs to ${dealName(foreign)}; check the number`,
    });
  }
  if (others.length === 0) return [];
  return [
    {
      zh: `合同编号 ${number} 本客户已用过(框架合同?),仍照记`,
      en: `Contract number ${number} is used by this customer already (a framework contract?); recorded all the same`,
    },
  ];
}

/** Of each value a 修改 keeps so much: both must fit into one cell. */
const MOST_SAID = 15_000;

function said(text: string): string {
  if (text.length <= MOST_SAID) return text;
  return `${text.slice(0, MOST_SAID).replace(/[\uD800-\uDBFF]$/, '')}…(共 ${text.length} 字)`;
}

/** A 修改 of one column, with what stood there before: postponements and past days are read from it. */
export function editedEvent(deal: Deal, on: Day, header: string, before: string, after: string): NewEvent {
  return newEvent(deal, {
    date: on,
    type: 'edited',
    values: new Map([
      ['列', header],
      ['原值', said(before)],
      ['新值', said(after)],
    ]),
  });
}

/** Part of the documents is recorded all the same; what still lacks is said. */
function sayMissingParts(draft: Draft, { book, event }: ItemEffectContext): Draft {
  const given = splitTags(event.values.get('内容') ?? '');
  const lacking =
    event.item === null
      ? []
      : partsOf(itemInfo(event.item), book.settings).filter((part) => !given.includes(part));
  if (lacking.length === 0) return draft;
  const list = lacking.join('、');
  return {
    ...draft,
    notes: [...draft.notes, { zh: `已记录;还缺 ${list}`, en: `Recorded; still missing: ${list}` }],
  };
}
