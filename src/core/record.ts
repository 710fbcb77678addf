import type { Book } from './book.ts';
import { type InputContext, inputText } from './cell-input.ts';
import { columnText } from './columns.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal } from './deal.ts';
import { type Decision, isDecision, type Outcome } from './decision.ts';
import {
  badInput,
  type Draft,
  dealName,
  finishDraft,
  joinDrafts,
  newEvent,
  recordDrift,
  refuse,
  refuseFuture,
  setField,
  stageNow,
} from './draft.ts';
import type { NewEvent } from './event.ts';
import { fieldInfo } from './fields.ts';
import { createdOn } from './fold.ts';
import { flagKey, flagsOf, isFilled, itemEvents } from './gates.ts';
import { editedEvent, ITEM_EFFECTS } from './item-effects.ts';
import { readFlag } from './item-input.ts';
import { type ItemFlag, type ItemInfo, type ItemKey, itemInfo } from './items.ts';
import { commandText, dealArgument } from './paste.ts';
import type { Settings } from './settings.ts';
import { joinDecisions, simulateDeal } from './simulate.ts';
import { normalizeWidth } from './text.ts';

/** One item to be recorded, as the command line gives it: values by flag (`--note`), a switch as an empty text. */
export interface ItemRecord {
  readonly item: ItemKey;
  readonly values: ReadonlyMap<string, string>;
  /** Null: today. */
  readonly on: Day | null;
  readonly evidence: string;
  readonly reason: string;
}

/** The flags an item still needs, given what is there: switches and empty columns considered, `--on` first. */
export function neededFlags(
  deal: Deal,
  item: ItemInfo,
  given: ReadonlyMap<string, string>,
  on: Day | null,
  settings: Settings,
): readonly string[] {
  if (given.has('--none') || given.has('--no-reply')) return [];
  const isLow =
    given.has('--score') && Number(normalizeWidth(given.get('--score') ?? '')) < settings.poolScore;
  const required = flagsOf(item, settings).filter((flag) => {
    if (isFilled(deal, item, flag, settings)) return false;
    if (item.key === 'objections' && flag.flag === '--answer') return false;
    return flag.required || (isLow && ['--measure', '--responsible', '--next'].includes(flag.flag));
  });
  return [
    ...(item.needsOn && on === null ? ['--on'] : []),
    ...required.filter((flag) => (given.get(flagKey(flag)) ?? '').trim() === '').map(flagName),
  ];
}

/** A flag as messages name it; one of the team's questions with the question. */
export function flagName({ flag, label }: ItemFlag): string {
  return flag === '--question' ? `--question "${label.zh}=…"` : flag;
}

/** `问题=回答` as the key and the value of its flag; null where 设置 has no such question. */
export function readQuestion(
  text: string,
  { surveyQuestions }: Settings,
): { readonly key: string; readonly answer: string } | null {
  const [, asked = '', answer = ''] = /^([^=＝]*)[=＝]([\s\S]*)$/.exec(text) ?? [];
  const plainly = (each: string) => normalizeWidth(each).replace(/[\s?]+/g, '');
  const question = surveyQuestions.find((each) => plainly(each) === plainly(asked));
  return question === undefined || answer.trim() === '' ? null : { key: `--question ${question}`, answer };
}

/** Records one checklist item: its event, its columns, and what it does to 当前阶段. Refuses what 1.10 forbids. */
export function recordItem(book: Book, deal: Deal, record: ItemRecord, context: InputContext): Outcome {
  const item = itemInfo(record.item);
  const on = record.on ?? context.today;
  const refused = refuseFuture(on, context.today) ?? refuseItem(book, deal, item, on);
  if (refused) return refused;
  const needed = neededFlags(deal, item, record.values, record.on, book.settings);
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
  const drift = recordDrift(book, deal, context.today);
  const read = readValues(book, drift.deal, item, record, on, context);
  if (!('events' in read)) return read;
  return finishDraft(book, deal, joinDrafts(drift.draft, read), context.today, record.reason);
}

/** Several items of one deal, each on the book as the one before leaves it: one decision, one save. */
export function recordItems(
  book: Book,
  deal: Deal,
  records: readonly ItemRecord[],
  context: InputContext,
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

function refuseItem(book: Book, deal: Deal, item: ItemInfo, on: Day): Outcome | null {
  const stage = stageNow(deal);
  if (stage === 'lost' || stage === 'invalid') {
    return refuse({
      zh: `${dealName(deal)} 已流失,不再记录推进条件;先重启: ${commandText(book, 'reopen', dealArgument(deal), '--to', '阶段', '--reason', '原因')}`,
      en: `${dealName(deal)} is lost; reopen it first: ${commandText(book, 'reopen', dealArgument(deal), '--to', 'STAGE', '--reason', 'TEXT')}`,
    });
  }
  const created = createdOn(deal);
  // Where 录入日期 is empty, the day given is just that.
  const setsEntry = item.key === 'lead-form' && deal.row.leadDate === null;
  if (item.key !== 'first-contact' && !setsEntry && created !== null && on < created) {
    return refuse({
      zh: `${formatDay(on)} 早于录入日期 ${formatDay(created)};只有首次接触和跟进可以早于录入`,
      en: `${formatDay(on)} is before the lead was entered (${formatDay(created)}); only a first contact or a follow-up may be`,
    });
  }
  const { deliveryDate } = deal.row;
  if (item.key === 'satisfaction' && (deliveryDate === null || on < deliveryDate)) {
    return refuse({
      zh: `满意度调研不能早于交付${deliveryDate === null ? '(还没有交付日期)' : ` ${formatDay(deliveryDate)}`};先: ${commandText(book, 'record', dealArgument(deal), 'delivery')}`,
      en: `The survey cannot come before delivery${deliveryDate === null ? ' (none recorded)' : ` on ${formatDay(deliveryDate)}`}; first: ${commandText(book, 'record', dealArgument(deal), 'delivery')}`,
    });
  }
  return null;
}

/** The events, cells and notes of one item. */
function readValues(
  book: Book,
  deal: Deal,
  item: ItemInfo,
  record: ItemRecord,
  on: Day,
  context: InputContext,
): Draft | Outcome {
  const values = new Map<string, string>();
  const fields: Draft['fields'][number][] = [];
  for (const flag of flagsOf(item, book.settings)) {
    const given = record.values.get(flagKey(flag));
    if (given === undefined) continue;
    const read = readFlag(book, item, flag, given, on, context);
    if ('badInput' in read) return read;
    // What is on file already is no news: neither the cell nor the log takes it.
    if (flag.column !== null && isFilled(deal, item, flag, book.settings)) continue;
    if (flag.column !== null) fields.push(setField(deal, flag.column, read.input));
    if (flag.flag !== '--note') values.set(flag.label.zh, read.text);
  }
  const event = newEvent(deal, {
    date: on,
    type: 'item',
    item: item.key,
    values,
    note: (record.values.get('--note') ?? '').trim(),
    evidence: record.evidence,
  });
  const draft: Draft = { events: [event], fields, notes: [] };
  const done =
    ITEM_EFFECTS[item.key]?.(draft, { book, deal, on, event, today: context.today, values: record.values }) ??
    draft;
  return 'fields' in done && 'events' in done
    ? { ...done, events: [...done.events, ...replacedValues(deal, item, on, done)] }
    : done;
}

/**
 * A 修改 for each older value that the item overwrites and that no record of the item accounts for (typed by hand, or
 * entered with the lead): a past day is looked at with it. 预计成交日期 always: postponements are counted by their 修改.
 */
function replacedValues(deal: Deal, item: ItemInfo, on: Day, { fields }: Draft): readonly NewEvent[] {
  const isRecorded = itemEvents(deal, item.key).length > 0;
  return fields.flatMap(({ field, input }) => {
    if (typeof field !== 'string' || ['stage', 'followUps'].includes(field)) return [];
    const [before, after] = [columnText(deal.row, field), inputText(input)];
    if (before === '' || before === after || (isRecorded && field !== 'expectedClose')) return [];
    return [editedEvent(deal, on, fieldInfo(field).header.zh, before, after)];
  });
}
