import type { LeadInput } from '../core/add-lead.ts';
import { textsIn } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import { type Message, plain } from '../core/message.ts';
import { checkPhone, phoneMeaning } from '../core/phone.ts';
import { normalizeWidth, splitTags } from '../core/text.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { askStepLine, BACK_CHOICE, type StepLine } from './chain.ts';
import { amountMeaning, checkAmount, checkDate, dateMeaning } from './checks.ts';
import { chooseOne, isBack } from './question.ts';

/** Where the call stands: what is known of the lead so far. */
export interface Call {
  readonly session: Session;
  readonly reading: Reading;
  readonly input: LeadInput;
  /** What stands ready where nothing was said yet. */
  readonly usual: { readonly source: string; readonly owner: string };
}

export type LeadField = Exclude<keyof LeadInput, 'set'>;

export interface LeadQuestion {
  /** What it answers; every one of them is empty before. */
  readonly fields: readonly LeadField[];
  readonly label: Message;
  /** Whether it is asked unbidden; absent: only where somebody wants to fill it in. */
  readonly when?: (call: Call) => boolean;
  /** Null: back to the question before. */
  ask(call: Call, label: Message): Promise<Partial<LeadInput> | null>;
}

const ALWAYS = () => true;

/**
 * In the order of a phone call: who, how to reach them, what they want, where they come from, whether it is worth it, what
 * next. Size and budget are what a screening looks at, so they are asked where it passes.
 */
export const LEAD_QUESTIONS: readonly LeadQuestion[] = [
  line('customer', { zh: '客户名称', en: 'Customer' }, { needed: true, when: ALWAYS }),
  line('contact', { zh: '联系人', en: 'Contact' }, { needed: true, when: ALWAYS }),
  {
    fields: ['phone'],
    label: { zh: '联系方式', en: 'Phone' },
    when: ALWAYS,
    ask: askPhone,
  },
  line('tags', { zh: '需求标签', en: 'Needs (tags)' }, { needed: true, when: ALWAYS, means: tagsMeaning }),
  {
    fields: ['source'],
    label: { zh: '来源渠道', en: 'Source channel' },
    when: ALWAYS,
    ask: askSource,
  },
  {
    fields: ['priority'],
    label: { zh: '来源优先级', en: 'Source priority' },
    // A channel of the list brings its own.
    when: ({ reading, input }) => !reading.book.settings.channels.get(input.source),
    ask: async ({ session, input }, label) => {
      const choices = [...['A', 'B', 'C'].map((value) => ({ value, label: plain(value) })), BACK_CHOICE];
      const none = { zh: '以后再定', en: 'later' };
      const chosen = await chooseOne(session, label, choices, { none, initial: input.priority || null });
      return isBack(chosen) ? null : { priority: chosen ?? '' };
    },
  },
  {
    fields: ['owner'],
    label: { zh: '销售负责人', en: 'Owner' },
    when: ({ reading }) => !textsIn(reading.book, 'owner').has(reading.by),
    ask: askOwner,
  },
  {
    fields: ['screened', 'invalid'],
    label: { zh: '初步筛选', en: 'Screening' },
    // A wrong phone has screened it out already.
    when: ({ input }) => checkPhone(input.phone) === null,
    ask: askScreening,
  },
  line('industry', { zh: '所属行业', en: 'Industry' }, { when: isScreened }),
  line('size', { zh: '客户规模', en: 'Size' }, { when: isScreened }),
  amount('budget', { zh: '预算范围', en: 'Budget' }, (call) => isScreened(call) && !hasBudgetTag(call)),
  date('next', { zh: '下次跟进日期', en: 'Next follow-up' }, 'coming', ({ input }) => input.invalid === ''),
  amount('amount', { zh: '预计金额', en: 'Amount' }),
  date('close', { zh: '预计成交日期', en: 'Expected close' }, 'coming'),
  date('on', { zh: '录入日期', en: 'Date of entry' }, 'past'),
];

/** The tags told apart; null: it is one. */
function tagsMeaning(text: string): Message | null {
  const tags = splitTags(text);
  return tags.length < 2 ? null : { zh: tags.join('、'), en: tags.join(', ') };
}

interface LineOptions extends Omit<StepLine, 'initial'> {
  readonly when?: (call: Call) => boolean;
}

function line(field: LeadField, label: Message, { when, ...more }: LineOptions = {}): LeadQuestion {
  return {
    fields: [field],
    label,
    ...(when ? { when } : {}),
    ask: async ({ session, input }) => {
      const text = await askStepLine(session, label, { ...more, initial: input[field] });
      return text === null ? null : { [field]: text };
    },
  };
}

function amount(field: LeadField, label: Message, when?: LeadQuestion['when']): LeadQuestion {
  return line(field, label, { check: checkAmount, means: amountMeaning, ...(when ? { when } : {}) });
}

function date(
  field: LeadField,
  label: Message,
  sense: 'past' | 'coming',
  when?: LeadQuestion['when'],
): LeadQuestion {
  return {
    fields: [field],
    label,
    ...(when ? { when } : {}),
    ask: async ({ session, reading: { today, calendar }, input }) => {
      const near = { today, sense, calendar };
      const text = await askStepLine(session, label, {
        initial: input[field],
        check: (typed) => checkDate(typed, near),
        means: (typed) => dateMeaning(typed, near),
      });
      if (text === null) return null;
      const day = parseDateWords(text, near);
      return { [field]: day === null ? '' : formatDay(day) };
    },
  };
}

/** A number that is wrong may be all there is: the same answer once more screens the lead out for it. */
async function askPhone(
  { session, reading, input }: Call,
  label: Message,
): Promise<Partial<LeadInput> | null> {
  let wrong = '';
  const text = await askStepLine(session, label, {
    needed: true,
    initial: input.phone,
    check: (typed) => {
      const problem = checkPhone(typed);
      if (problem === null || wrong === typed) return null;
      wrong = typed;
      return {
        zh: `${problem.zh}\n  确实只有这个:再答一次,按「${WRONG_PHONE}」剔除`,
        en: `${problem.en}\n  If that is all there is, give it once more: the lead is then screened out (${WRONG_PHONE})`,
      };
    },
    means: phoneMeaning,
  });
  if (text === null) return null;
  const phone = normalizeWidth(text);
  const reason =
    reading.book.settings.invalidReasons.find((each) => each.includes('联系方式')) ?? WRONG_PHONE;
  if (checkPhone(phone) !== null) return { phone, invalid: reason, screened: '' };
  return { phone, ...(checkPhone(input.phone) === null ? {} : { invalid: '' }) };
}

const WRONG_PHONE = '联系方式错误';

async function askSource({ session, reading, input, usual }: Call, label: Message) {
  const channels = [...reading.book.settings.channels].map(([channel, priority]) => ({
    value: channel,
    label:
      priority === '' ? plain(channel) : { zh: `${channel}(${priority})`, en: `${channel} (${priority})` },
  }));
  const ready = input.source || usual.source;
  const own =
    ready === '' || channels.some(({ value }) => value === ready)
      ? []
      : [{ value: ready, label: plain(ready) }];
  const chosen = await chooseOne(session, label, [...channels, ...own, BACK_CHOICE], {
    none: null,
    ...(ready === '' ? {} : { initial: ready }),
    other: (typed) => ({ zh: `新渠道「${typed}」`, en: `a new channel “${typed}”` }),
  });
  if (isBack(chosen)) return null;
  const source = chosen ?? '';
  // The priority of another channel is not this one's.
  return { source, ...(input.source === '' || source === input.source ? {} : { priority: '' }) };
}

async function askOwner({ session, reading, input, usual }: Call, label: Message) {
  const owners = [...new Set([...textsIn(reading.book, 'owner'), reading.by, input.owner])].filter(
    (name) => name !== '',
  );
  const choices = [...owners.map((name) => ({ value: name, label: plain(name) })), BACK_CHOICE];
  const chosen = await chooseOne(session, label, choices, {
    none: { zh: '暂无', en: 'nobody yet' },
    initial: input.owner || usual.owner || null,
    other: (typed) => ({ zh: `新负责人「${typed}」`, en: `a new owner “${typed}”` }),
  });
  return isBack(chosen) ? null : { owner: chosen ?? '' };
}

async function askScreening(
  { session, reading, input }: Call,
  label: Message,
): Promise<Partial<LeadInput> | null> {
  const outcomes = [
    { value: 'later', label: { zh: '以后再筛', en: 'later' } },
    { value: 'screened', label: { zh: '通过(行业、规模、预算相符)', en: 'passed (industry, size, budget)' } },
    { value: 'invalid', label: { zh: '不通过:无效线索', en: 'not passed: an invalid lead' } },
    BACK_CHOICE,
  ];
  const initial = input.screened !== '' ? 'screened' : input.invalid !== '' ? 'invalid' : 'later';
  for (;;) {
    const outcome = await chooseOne(session, label, outcomes, { none: null, initial });
    if (isBack(outcome)) return null;
    if (outcome === 'later') return { screened: '', invalid: '' };
    if (outcome === 'screened') {
      const why = { zh: '筛选说明', en: 'Why it passed' };
      const screened = await askStepLine(session, why, { needed: true, initial: input.screened });
      if (screened !== null) return { screened, invalid: '' };
      continue;
    }
    const reasons = reading.book.settings.invalidReasons.map((value) => ({ value, label: plain(value) }));
    const invalid = await chooseOne(
      session,
      { zh: '无效原因', en: 'Why it is invalid' },
      [...reasons, BACK_CHOICE],
      {
        none: null,
        ...(input.invalid === '' ? {} : { initial: input.invalid }),
        other: (typed) => ({ zh: `新的原因「${typed}」`, en: `a new reason “${typed}”` }),
      },
    );
    if (!isBack(invalid)) return { invalid: invalid ?? '', screened: '' };
  }
}

function isScreened({ input }: Call): boolean {
  return input.screened !== '';
}

/** 预算10-20万 among the tags fills 预算范围. */
function hasBudgetTag({ input }: Call): boolean {
  return splitTags(input.tags).some((tag) => tag.startsWith('预算'));
}
