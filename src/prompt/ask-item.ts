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
import { askChain, askStepLine, BACK_CHOICE, type ChainStep } from './chain.ts';
import { amountMeaning, checkAmount, checkDate, dateMeaning } from './checks.ts';
import { type Choice, chooseMany, chooseOne, isBack, showText } from './question.ts';

/**
 * Asks for everything a gate misses, item by item, as records for one save. Nothing is filled in beforehand: evidence is
 * what a person says. `on` is null where no date was asked for. `keep` is told the answers so far, as records.
 */
export async function fillItems(
  session: Session,
  missing: readonly MissingItem[],
  reading: Reading,
  keep: (records: readonly ItemRecord[]) => void,
): Promise<readonly ItemRecord[]> {
  const items = missing.map(({ item: key, fields, problem }): ItemQuestions => {
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
    return { item, flags, needsOn: example('--on') !== undefined, raised, problem };
  });
  return askItems(session, items, reading, keep);
}

/** What is asked of one checklist item. */
export interface ItemQuestions {
  readonly item: ItemInfo;
  readonly flags: readonly ItemFlag[];
  /** Its date must be given. */
  readonly needsOn: boolean;
  /** The objection that is answered. */
  readonly raised?: string | undefined;
  /** What is wrong with what is on file; said first. */
  readonly problem?: Message | null;
}

/** What was answered, item by item: values by flag as `record` takes them (a switch as an empty text, a date as YYYY-MM-DD). */
type Answers = readonly ReadonlyMap<string, string>[];

/** Asks for the flags of these items, forth and back, as records. `keep` is told the answers so far. */
export async function askItems(
  session: Session,
  items: readonly ItemQuestions[],
  reading: Reading,
  keep: (records: readonly ItemRecord[]) => void,
): Promise<readonly ItemRecord[]> {
  const recordsOf = (answers: Answers) =>
    items.map((questions, index) => recordOf(questions, answers[index] ?? new Map(), reading));
  const steps = items.flatMap((questions, index) =>
    itemSteps({ session, reading, questions }).map(({ when, ask }): ChainStep<Answers> => {
      const own = (answers: Answers) => answers[index] ?? new Map();
      return {
        when: (answers) => when?.(own(answers)) !== false,
        async ask(answers) {
          const values = await ask(own(answers));
          return values && answers.with(index, values);
        },
      };
    }),
  );
  if (steps.length > 1) showText(session, HOW_TO);
  const nothing: Answers = items.map(() => new Map());
  const answers = await askChain(session, steps, nothing, (known) =>
    keep(recordsOf(known).filter((_, index) => known[index]?.size)),
  );
  return recordsOf(answers);
}

const HOW_TO: Message = {
  zh: '< 回上一项,Ctrl-C 放弃(没写入的会列出来)',
  en: '< goes back, Ctrl-C leaves (what was answered is listed, nothing is written)',
};

function recordOf(
  { item, flags, raised }: ItemQuestions,
  answers: ReadonlyMap<string, string>,
  reading: Reading,
): ItemRecord {
  const { '--on': on, ...values } = Object.fromEntries(answers);
  // An answer that led elsewhere before somebody went back and changed it is none any more.
  const open = flags.filter((flag) => isAsked(item, flag, flags, answers, reading)).map(flagKey);
  return {
    item: item.key,
    values: new Map([
      ...(raised === undefined ? [] : [['--objection', raised] as const]),
      ...Object.entries(values).filter(([key]) => open.includes(key)),
    ]),
    on: on === undefined ? null : parseIsoDay(on),
    evidence: '',
    reason: '',
  };
}

interface Asking {
  readonly session: Session;
  readonly reading: Reading;
  readonly questions: ItemQuestions;
}

/** Its date where that must be given, what stands in for the rest (无异议, 未答复), then flag after flag. */
function itemSteps(asking: Asking): readonly ChainStep<ReadonlyMap<string, string>>[] {
  const { session, reading, questions } = asking;
  const { item, flags, needsOn, problem } = questions;
  const date: Message = { zh: `${item.name.zh} · 日期`, en: `${item.name.en} · date` };
  const switches = flags.filter(({ kind }) => kind === 'switch');
  const others = flags.filter(({ kind }) => kind !== 'switch');
  const steps = [
    ...(needsOn ? [stepOf('--on', (before) => askDate(asking, date, 'past', true, before))] : []),
    ...[...switches, ...others].map((flag) => ({
      ...stepOf(flagKey(flag), (before) => askFlag(asking, flag, before)),
      when: (values: ReadonlyMap<string, string>) => isAsked(item, flag, flags, values, reading),
    })),
  ];
  const [first, ...rest] = steps;
  if (!first || !problem) return steps;
  return [
    {
      ...first,
      ask(values) {
        showText(session, { zh: `${item.name.zh}:${problem.zh}`, en: `${item.name.en}: ${problem.en}` });
        return first.ask(values);
      },
    },
    ...rest,
  ];
}

/** Keeps an answer by its key; an empty one takes it away. */
function stepOf(
  key: string,
  ask: (before: string | null) => Promise<{ readonly value: string | null } | null>,
): ChainStep<ReadonlyMap<string, string>> {
  return {
    async ask(values) {
      const answer = await ask(values.get(key) ?? null);
      if (answer === null) return null;
      const others = [...values].filter(([each]) => each !== key);
      return new Map(answer.value === null ? others : [...others, [key, answer.value]]);
    },
  };
}

/** 无异议 or 未答复 stands in for all others; 改进措施 and what belongs to it are asked below the mark only. */
function isAsked(
  item: ItemInfo,
  flag: ItemFlag,
  flags: readonly ItemFlag[],
  values: ReadonlyMap<string, string>,
  { book }: Reading,
): boolean {
  if (flag.kind === 'switch') return true;
  if (flags.some((each) => each.kind === 'switch' && values.has(each.flag))) return false;
  return (
    !isMeasure(item, flag) || Number(normalizeWidth(values.get('--score') ?? '')) < book.settings.poolScore
  );
}

function isMeasure(item: ItemInfo, flag: ItemFlag): boolean {
  return item.key === 'satisfaction' && !flag.required;
}

type Given = { readonly value: string | null } | null;

async function askFlag(asking: Asking, flag: ItemFlag, before: string | null): Promise<Given> {
  const { session, reading, questions } = asking;
  const { item } = questions;
  const { settings } = reading.book;
  const message = titleOf(item, flag);
  const required = flag.required || isMeasure(item, flag);
  switch (flag.kind) {
    case 'switch': {
      const question = { zh: `${message.zh}?`, en: `${message.en}?` };
      const chosen = await chooseOne(session, question, [...YES_NO, BACK_CHOICE], {
        none: null,
        initial: before === null ? 'no' : 'yes',
      });
      return isBack(chosen) ? null : { value: chosen === 'yes' ? '' : null };
    }
    case 'choice': {
      const words = item.key === 'first-contact' ? settings.firstContactKinds : flag.words;
      const chosen = await chooseOne(session, message, [...words.map(wordChoice), BACK_CHOICE], {
        none: required ? null : SKIP,
        ...(before === null ? {} : { initial: before }),
      });
      return isBack(chosen) ? null : { value: chosen };
    }
    case 'parts': {
      const parts = partsOf(item, settings).map(wordChoice);
      const ticked = await chooseMany(session, message, parts, before?.split(',') ?? []);
      return ticked && { value: ticked.join(',') };
    }
    case 'date':
      return askDate(asking, message, 'coming', required, before);
    default: {
      const text = await askStepLine(session, message, {
        needed: required,
        initial: before ?? '',
        check: (typed) => checkText(flag, typed),
        ...(flag.kind === 'amount' ? { means: amountMeaning } : {}),
      });
      return text === null ? null : { value: text || null };
    }
  }
}

async function askDate(
  { session, reading }: Asking,
  message: Message,
  sense: 'past' | 'coming',
  required: boolean,
  before: string | null,
): Promise<Given> {
  const when = { today: reading.today, sense, calendar: reading.calendar };
  const text = await askStepLine(session, message, {
    needed: required,
    initial: before ?? '',
    check: (typed) => checkDate(typed, when),
    means: (typed) => dateMeaning(typed, when),
  });
  if (text === null) return null;
  const day = parseDateWords(text, when);
  return { value: day === null ? null : formatDay(day) };
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
const YES_NO: readonly Choice[] = [
  { value: 'no', label: { zh: '否', en: 'no' }, keys: ['n', '0', '不', '不是', '没有'] },
  { value: 'yes', label: { zh: '是', en: 'yes' }, keys: ['y', '是的'] },
];
