import { knownNotes, type LeadInput } from '../core/add-lead.ts';
import { formatDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import { checkPhone } from '../core/phone.ts';
import { padEndTo } from '../core/text.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { checkAmount, checkDate } from './checks.ts';
import { interruption } from './interrupt.ts';
import { askConfirm, askText, chooseOne } from './question.ts';

export interface AskedLead {
  readonly input: LeadInput;
  /** What was said on the way and need not be said again. */
  readonly said: readonly Message[];
}

/**
 * Asks for what `given` lacks, in the order of a phone call, then shows the whole and asks once whether to write it;
 * on no, one answer after the other can be changed. Throws what `isInterrupt` knows when the person leaves.
 */
export async function askLead(session: Session, reading: Reading, given: LeadInput): Promise<AskedLead> {
  let asked: AskedLead = { input: given, said: [] };
  for (const question of QUESTIONS) {
    if (question.fields.every((field) => given[field] === ''))
      asked = await answer(question, { session, reading, ...asked });
  }
  while (!(await askConfirm(session, summary(asked.input)))) {
    const choices = QUESTIONS.map(({ label }, index) => ({ value: String(index), label }));
    const none = { zh: '放弃,不写入', en: 'Leave; write nothing' };
    const question =
      QUESTIONS[
        Number(
          (await chooseOne(session, { zh: '改哪一项?', en: 'Change which?' }, choices, { none })) ??
            Number.NaN,
        )
      ];
    if (!question) throw interruption();
    asked = await answer(question, { session, reading, ...asked });
  }
  return asked;
}

interface Call extends AskedLead {
  readonly session: Session;
  readonly reading: Reading;
}

type Field = Exclude<keyof LeadInput, 'set'>;

interface Question {
  /** What it answers; every one of them is empty before. */
  readonly fields: readonly Field[];
  readonly label: Message;
  ask(call: Call, label: Message): Promise<Partial<LeadInput>>;
}

/** Asks one question; a known customer or phone is said as soon as it is typed (it may be added all the same). */
async function answer(question: Question, call: Call): Promise<AskedLead> {
  const { session, reading } = call;
  const given = await question.ask(call, question.label);
  const blank = Object.fromEntries(question.fields.map((field) => [field, '']));
  const fresh = knownNotes(reading.book, { customer: given.customer ?? '', phone: given.phone ?? '' }).filter(
    ({ zh }) => call.said.every((message) => message.zh !== zh),
  );
  for (const message of fresh) session.note(message);
  return { input: { ...call.input, ...blank, ...given }, said: [...call.said, ...fresh] };
}

/** In the order of a phone call: who, how to reach them, what they are, what they want, where they come from, what next. */
const QUESTIONS: readonly Question[] = [
  line('customer', { zh: '客户名称', en: 'Customer' }, { needed: true }),
  line('contact', { zh: '联系人', en: 'Contact' }, { needed: true }),
  line('phone', { zh: '联系方式', en: 'Phone' }, { needed: true, check: checkPhone }),
  line('industry', { zh: '所属行业', en: 'Industry' }),
  line('size', { zh: '客户规模', en: 'Size' }),
  line('tags', { zh: '需求标签', en: 'Needs (tags)' }, { needed: true }),
  line('budget', { zh: '预算范围', en: 'Budget' }, { check: checkAmount }),
  {
    fields: ['source'],
    label: { zh: '来源渠道', en: 'Source channel' },
    ask: async ({ session, reading, input }, label) => {
      const choices = [...reading.book.settings.channels].map(([channel, priority]) => ({
        value: channel,
        label: { zh: `${channel}(${priority})`, en: `${channel} (${priority})` },
      }));
      const chosen = await chooseOne(session, label, choices, {
        none: { zh: '其他…', en: 'another …' },
        ...(input.source === '' ? {} : { initial: input.source }),
      });
      return { source: chosen ?? (await askText(session, { message: label, validate: needed })) };
    },
  },
  {
    fields: ['priority'],
    label: { zh: '来源优先级', en: 'Source priority' },
    ask: async ({ session, reading, input }, label) => {
      // A channel of the list brings its own.
      if (reading.book.settings.channels.has(input.source)) return {};
      const choices = ['A', 'B', 'C'].map((value) => ({ value, label: { zh: value, en: value } }));
      const chosen = await chooseOne(session, label, choices, { none: { zh: '(以后再定)', en: '(later)' } });
      return { priority: chosen ?? '' };
    },
  },
  line('amount', { zh: '预计金额', en: 'Amount' }, { check: checkAmount }),
  line(
    'owner',
    { zh: '销售负责人', en: 'Owner' },
    { initial: ({ reading }) => (isOwner(reading) ? reading.by : '') },
  ),
  date('next', { zh: '下次跟进日期', en: 'Next follow-up' }, 'coming'),
  {
    fields: ['screened', 'invalid'],
    label: { zh: '初步筛选', en: 'Screening' },
    ask: async ({ session, reading }, label) => {
      const outcome = await chooseOne(
        session,
        { zh: `${label.zh}(行业、规模、预算)`, en: `${label.en} (industry, size, budget)` },
        [
          { value: 'screened', label: { zh: '通过', en: 'passed' } },
          { value: 'invalid', label: { zh: '不通过:无效线索', en: 'not passed: an invalid lead' } },
        ],
        { none: { zh: '以后再筛', en: 'later' } },
      );
      if (outcome === 'screened')
        return {
          screened: await askText(session, {
            message: { zh: '筛选说明', en: 'Why it passed' },
            validate: needed,
          }),
        };
      if (outcome === null) return {};
      const reasons = reading.book.settings.invalidReasons.map((value) => ({
        value,
        label: { zh: value, en: value },
      }));
      return {
        invalid:
          (await chooseOne(session, { zh: '无效原因', en: 'Why it is invalid' }, reasons, { none: null })) ??
          '',
      };
    },
  },
  date('on', { zh: '录入日期', en: 'Date of entry' }, 'past', '今天'),
];

function line(
  field: Field,
  label: Message,
  more: { needed?: true; check?: (text: string) => Message | null; initial?: (call: Call) => string } = {},
): Question {
  return {
    fields: [field],
    label,
    ask: async (call) => {
      const text = await askText(call.session, {
        message: more.needed ? label : optional(label),
        initial: call.input[field] || (more.initial?.(call) ?? ''),
        validate: (typed) =>
          typed === '' ? (more.needed ? needed(typed) : null) : (more.check?.(typed) ?? null),
      });
      return { [field]: text };
    },
  };
}

function date(field: Field, label: Message, sense: 'past' | 'coming', initial = ''): Question {
  return {
    fields: [field],
    label,
    ask: async ({ session, reading: { today, calendar }, input }) => {
      const when = { today, sense, calendar };
      const text = await askText(session, {
        message: initial === '' ? optional(label) : label,
        initial: input[field] || initial,
        validate: (typed) => (typed === '' ? null : checkDate(typed, when)),
      });
      const day = parseDateWords(text, when);
      return { [field]: day === null ? '' : formatDay(day) };
    },
  };
}

/** Everything that was said, one line each, and the question. */
function summary(input: LeadInput): Message {
  const lines = (lang: Lang) =>
    QUESTIONS.flatMap(({ fields, label }) => {
      const field = fields.find((each) => input[each] !== '');
      if (field === undefined) return [];
      const verdict = field === 'invalid' ? say({ zh: '无效线索:', en: 'invalid: ' }, lang) : '';
      return `  ${padEndTo(say(label, lang), 16)}${verdict}${input[field]}`;
    });
  return {
    zh: ['新线索', ...lines('zh'), '写入?'].join('\n'),
    en: ['New lead', ...lines('en'), 'Write it?'].join('\n'),
  };
}

/** 操作人 is one of the team's 销售负责人. */
function isOwner({ book, by }: Reading): boolean {
  return book.deals.some(({ row }) => row.owner === by);
}

function needed(text: string): Message | null {
  return text === ''
    ? { zh: '不能留空(Ctrl-C 放弃,不写入)', en: 'Needed (Ctrl-C leaves, nothing is written)' }
    : null;
}

function optional(label: Message): Message {
  return { zh: `${label.zh}(可留空)`, en: `${label.en} (optional)` };
}
