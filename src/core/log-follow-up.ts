import type { Book } from './book.ts';
import { inputText } from './cell-input.ts';
import { columnText } from './columns.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import type { Outcome } from './decision.ts';
import {
  finishDraft,
  followUpField,
  followUpNotes,
  newEvent,
  recordDrift,
  refuse,
  refuseFuture,
  setField,
} from './draft.ts';
import { FOLLOW_UP_KINDS, type FollowUpKind } from './event.ts';
import { fieldInfo } from './fields.ts';
import { gateItems } from './gates.ts';
import type { Message } from './message.ts';
import type { CellInput } from './sheet.ts';
import { decideEach, joinAll } from './simulate.ts';
import { agreedText } from './term-text.ts';
import { nearest } from './text.ts';

export interface FollowUpInput {
  readonly text: string;
  readonly kind: FollowUpKind;
  readonly on: Day;
  /** 下次跟进日期; null: not given (an agreed date that is not later is then cleared). */
  readonly next: Day | null;
  readonly evidence: string;
  readonly reason: string;
}

/** Words that tell the kind. */
const KIND_WORDS: readonly (readonly [RegExp, FollowUpKind])[] = [
  [/微信|wechat/i, '微信'],
  [/邮件|邮箱|e-?mail/i, '邮件'],
  [/拜访|上门|登门|visit/i, '拜访'],
  [/会议|开会|视频会|线上会|演示|讲解|meeting/i, '会议'],
  [/电话|致电|通话|来电|call/i, '电话'],
  [/同步|周会|sync/i, '同步'],
  [/推送|群发/, '推送'],
];
const NOT_REACHED =
  /未接(?!受|触|到过)|没接(?!受|触|着|到过)|打不通|无人接|没人接|占线|已关机|手机关机|电话关机|no answer/i;
/** A plan says nothing about how this contact was made: 约周五拜访. */
const PLAN = /(?:(?<![合大契])约(?:好|定|了)?|下次|计划|准备|打算|安排|明天|后天|下周)[^,，;；。、]{0,6}$/;

/**
 * The kind a text speaks of: that of the first word that tells one and is no plan (打了电话,约下周拜访 is 电话); an
 * attempt wherever it is said. Null where it does not say.
 */
export function inferKind(text: string): FollowUpKind | null {
  if (NOT_REACHED.test(text)) return '未接通';
  const found = KIND_WORDS.flatMap(([words, kind]) => {
    const at = text.search(words);
    return at < 0 || PLAN.test(text.slice(0, at)) ? [] : [{ at, kind }];
  });
  return found.sort((a, b) => a.at - b.at)[0]?.kind ?? null;
}

/** `--type`: one of the kinds; null with near words otherwise. */
export function readKind(word: string): FollowUpKind | { readonly near: readonly string[] } {
  const kind = FOLLOW_UP_KINDS.find((each) => each === word.trim());
  return kind ?? { near: nearest(word, FOLLOW_UP_KINDS) };
}

/**
 * A follow-up: the entry in the 跟进记录 cell and the 跟进 event. One of a kind in 首次接触方式 with text also ticks
 * `first-contact` while that is open. 未接通 is an attempt: it meets and resets nothing. May be dated before the entry
 * of the lead, never in the future.
 */
export function logFollowUp(book: Book, deal: Deal, input: FollowUpInput, today: Day): Outcome {
  const refused = refuseFuture(input.on, today) ?? refuseNext(input, today);
  if (refused) return refused;
  const { kind, on, next, text } = input;
  const ticks =
    book.settings.firstContactKinds.includes(kind) && isOpen(recordDrift(book, deal, today).deal, book);
  const agreed = agreedChange(deal, input);
  const event = newEvent(deal, {
    date: on,
    type: 'followup',
    item: ticks ? 'first-contact' : null,
    values: new Map([['方式', kind], ...changeValues(deal, agreed)]),
    note: text,
    evidence: input.evidence,
  });
  const notes: Message[] = [
    ...followUpNotes(text),
    ...(ticks ? [{ zh: '同时记为 首次接触', en: 'Also recorded as the first contact' }] : []),
    ...(kind === '未接通'
      ? [{ zh: '未接通只记为尝试,不算跟进', en: 'Not reached: an attempt, not a follow-up' }]
      : []),
    ...(next === null ? [] : [agreedText(next, today)]),
  ];
  const draft = {
    events: [event],
    fields: [
      followUpField(deal, on, text, today),
      ...(agreed ? [setField(deal, 'nextFollowUp', agreed)] : []),
    ],
    notes,
  };
  return finishDraft(book, deal, draft, today, input.reason);
}

/** The same follow-up of several deals (a mailing, a fair), or of none. */
export function logFollowUps(book: Book, deals: readonly Deal[], input: FollowUpInput, today: Day): Outcome {
  const each = decideEach(deals, (deal) => logFollowUp(book, deal, input, today));
  return 'decisions' in each ? joinAll(each.decisions) : each;
}

function refuseNext({ next, on }: FollowUpInput, today: Day): Outcome | null {
  if (next === null || next >= Math.min(on, today)) return null;
  return refuse({
    zh: `--next ${formatDay(next)} 早于这次跟进;下次跟进日期要在以后`,
    en: `--next ${formatDay(next)} is before this follow-up; it must lie ahead`,
  });
}

function isOpen(deal: Deal, book: Book): boolean {
  const { stage } = deal;
  if (stage !== 'lead' && stage !== 'discovery') return false;
  return gateItems(deal, 'discovery', book.settings).some(
    ({ item, state }) => item.key === 'first-contact' && state === 'missing',
  );
}

/**
 * What becomes of 下次跟进日期: as given; without one, an agreed date that is not after this follow-up is cleared (what is
 * no real follow-up, 未接通 and 推送 outside 老客户池, clears nothing). Null: it stays.
 */
function agreedChange(deal: Deal, { next, on, kind }: FollowUpInput): CellInput | null {
  const agreed = deal.row.nextFollowUp;
  if (next !== null) return next === agreed ? null : { kind: 'date', day: next };
  const isReal = kind !== '未接通' && (kind !== '推送' || deal.stage === 'pool');
  return agreed !== null && agreed <= on && isReal ? { kind: 'blank' } : null;
}

/** The change as 修改 events say theirs, in the same row: a past day is looked at with the date that was agreed then. */
function changeValues({ row }: Deal, change: CellInput | null): readonly (readonly [string, string])[] {
  if (change === null) return [];
  return [
    ['列', fieldInfo('nextFollowUp').header.zh],
    ['原值', columnText(row, 'nextFollowUp')],
    ['新值', inputText(change)],
  ];
}
