import { formatDay, parseIsoDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import type { MissingItem } from '../core/decision.ts';
import { flagKey, flagsOf, partsOf } from '../core/gates.ts';
import { type ItemFlag, type ItemInfo, itemInfo } from '../core/items.ts';
import type { Message } from '../core/message.ts';
import type { ItemRecord } from '../core/record.ts';
import { normalizeWidth } from '../core/text.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { amountMeaning, checkAmount, checkDate, dateMeaning } from './checks.ts';
import { askConfirm, askText, type Choice, chooseMany, chooseOne } from './question.ts';

/**
 * Asks for everything a gate misses, item by item, as records for one save. Nothing is filled in beforehand: evidence is
 * what a person says. `on` is null where no date was asked for.
 */
export async function fillItems(
  session: Session,
  missing: readonly MissingItem[],
  reading: Reading,
): Promise<readonly ItemRecord[]> {
  const records: ItemRecord[] = [];
  for (const { item: key, fields, problem } of missing) {
    const item = itemInfo(key);
    const example = (flag: string) => fields.find((field) => field.flag === flag)?.example;
    // An objection that was raised before only wants its answer.
    const raised = key === 'objections' && problem ? example('--objection') : undefined;
    const flags = flagsOf(item, reading.book.settings).filter(({ flag, kind, example: question }) =>
      flag === '--question'
        ? fields.some((field) => field.example === question)
        : kind === 'switch'
          ? raised === undefined
          : example(flag) !== undefined && (raised === undefined || flag !== '--objection'),
    );
    if (problem) session.note({ zh: `${item.name.zh}:${problem.zh}`, en: `${item.name.en}: ${problem.en}` });
    const { '--on': on, ...values } = Object.fromEntries(
      await askItemValues(session, item, flags, reading, example('--on') !== undefined),
    );
    records.push({
      item: key,
      values: new Map([
        ...(raised === undefined ? [] : [['--objection', raised] as const]),
        ...Object.entries(values),
      ]),
      on: on === undefined ? null : parseIsoDay(on),
      evidence: '',
      reason: '',
    });
  }
  return records;
}

/**
 * Asks for `flags` of one checklist item, and for its date (`--on`) where that must be given: the values by flag, as
 * `record` takes them (a switch as an empty text, a date as YYYY-MM-DD).
 */
export async function askItemValues(
  session: Session,
  item: ItemInfo,
  flags: readonly ItemFlag[],
  reading: Reading,
  needsOn = item.needsOn,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const asking: Asking = { session, item, reading };
  const { settings } = reading.book;
  if (needsOn)
    values.set(
      '--on',
      await askDate(asking, { zh: `${item.name.zh} · 日期`, en: `${item.name.en} · date` }, 'past', true),
    );
  // 无异议 or 未答复 stands in for all others.
  const substitute = flags.find((flag) => flag.kind === 'switch');
  if (substitute) {
    const title = titleOf(item, substitute);
    if (await askConfirm(session, { zh: `${title.zh}?`, en: `${title.en}?` }, false))
      return values.set(substitute.flag, '');
  }
  for (const flag of flags) {
    // 改进措施 and what belongs to it are asked below the mark only, and then they are needed.
    const isMeasure = item.key === 'satisfaction' && !flag.required;
    if (flag.kind === 'switch' || (isMeasure && Number(values.get('--score')) >= settings.poolScore))
      continue;
    const value = await askFlag(asking, flag, flag.required || isMeasure);
    if (value !== '') values.set(flagKey(flag), value);
  }
  return values;
}

interface Asking {
  readonly session: Session;
  readonly item: ItemInfo;
  readonly reading: Reading;
}

async function askFlag(asking: Asking, flag: ItemFlag, required: boolean): Promise<string> {
  const { session, item, reading } = asking;
  const message = titleOf(item, flag);
  const { settings } = reading.book;
  switch (flag.kind) {
    case 'choice': {
      const words = item.key === 'first-contact' ? settings.firstContactKinds : flag.words;
      return (
        (await chooseOne(session, message, words.map(wordChoice), { none: required ? null : SKIP })) ?? ''
      );
    }
    case 'parts':
      return (await chooseMany(session, message, partsOf(item, settings).map(wordChoice))).join(',');
    case 'date':
      return askDate(asking, message, 'coming', required);
    default:
      return askText(session, {
        message: required ? message : { zh: `${message.zh}(可留空)`, en: `${message.en} (optional)` },
        validate: (text) => (text === '' ? (required ? NEEDED : null) : checkText(flag, text)),
        ...(flag.kind === 'amount' ? { means: amountMeaning } : {}),
      });
  }
}

async function askDate(
  { session, reading }: Asking,
  message: Message,
  sense: 'past' | 'coming',
  required: boolean,
): Promise<string> {
  const when = { today: reading.today, sense, calendar: reading.calendar };
  const text = await askText(session, {
    message,
    validate: (answer) => (answer === '' ? (required ? NEEDED : null) : checkDate(answer, when)),
    means: (answer) => dateMeaning(answer, when),
  });
  const day = parseDateWords(text, when);
  return day === null ? '' : formatDay(day);
}

function checkText(flag: ItemFlag, text: string): Message | null {
  if (flag.kind === 'amount') return checkAmount(text);
  if (flag.kind === 'score' && !/^[1-5]$/.test(normalizeWidth(text)))
    return { zh: '请打 1 到 5 分', en: 'A score from 1 to 5' };
  return null;
}

/** 首次接触 · 方式. */
function titleOf(item: ItemInfo, flag: ItemFlag): Message {
  return { zh: `${item.name.zh} · ${flag.label.zh}`, en: `${item.name.en} · ${flag.label.en}` };
}

function wordChoice(word: string): Choice {
  return { value: word, label: { zh: word, en: word } };
}

const SKIP: Message = { zh: '(不填)', en: '(leave empty)' };
const NEEDED: Message = {
  zh: '不能留空(Ctrl-C 放弃,不写入)',
  en: 'Needed (Ctrl-C leaves, nothing is written)',
};
