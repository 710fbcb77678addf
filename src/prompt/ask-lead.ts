import { knownNote, knownNotes, type LeadInput } from '../core/add-lead.ts';
import { newestDeals, textsIn } from '../core/book.ts';
import { formatDay } from '../core/date.ts';
import type { Deal } from '../core/deal.ts';
import { type Known, knownIn } from '../core/duplicates.ts';
import { hasContract } from '../core/gates.ts';
import { type Lang, type Message, plain, say } from '../core/message.ts';
import { padEndTo, wrapText } from '../core/text.ts';
import { interruption } from '../interrupt.ts';
import type { Reading } from '../read-book.ts';
import type { Session } from '../session.ts';
import { askChain, BACK_CHOICE, type ChainStep } from './chain.ts';
import { amountMeaning } from './checks.ts';
import { type Call, LEAD_QUESTIONS, type LeadField, type LeadQuestion } from './lead-questions.ts';
import { askText, chooseOne, isBack, readYesNo, showText } from './question.ts';

export interface AskedLead {
  readonly input: LeadInput;
  /** What was said on the way and need not be said again. */
  readonly said: readonly Message[];
}

/** The customer is known, and that is better put down at the 商机 that is there. */
export interface KnownInstead {
  readonly command: 'log' | 'repurchase';
  readonly id: string;
}

/**
 * Asks for what `given` lacks, in the order of a phone call, then shows the whole and asks once whether to write it;
 * on no, one answer after the other can be changed. A known customer or phone is said as soon as it is typed, with what
 * to do. `keep` is told every answer. Throws what `isInterrupt` knows when the person leaves.
 */
export async function askLead(
  session: Session,
  reading: Reading,
  given: LeadInput,
  keep: (input: LeadInput) => void = () => {},
): Promise<AskedLead | KnownInstead> {
  const isOwner = textsIn(reading.book, 'owner').has(reading.by);
  const input = given.owner === '' && isOwner ? { ...given, owner: reading.by } : given;
  const told = new Set<Deal>();
  const call: Call = { session, reading, input, usual: usualOf(session, reading) };
  const met = await meetKnown(call, input, told, false);
  if (met !== 'go-on' && met !== 'again') return met;
  const steps = [...LEAD_QUESTIONS.map((question) => leadStep(question, given, told)), confirmStep(told)];
  const { call: last, end } = await askChain(session, steps, { call, end: null }, (known) =>
    keep(known.call.input),
  );
  if (end !== null && end !== 'written') return end;
  return { input: last.input, said: knownNotes(reading.book, last.input, last.input.owner) };
}

/** What is known of the lead, and what came of it; null: it is still asked for. */
interface Asking {
  readonly call: Call;
  readonly end: KnownInstead | 'written' | null;
}

/** A question, unless the command line has answered it (`given`); `told`: deals that were named as known. */
function leadStep(question: LeadQuestion, given: LeadInput, told: Set<Deal>): ChainStep<Asking> {
  return {
    when: ({ call, end }) =>
      end === null && question.when?.(call) === true && question.fields.every((field) => given[field] === ''),
    ask: async ({ call }) => asked(call, await answer(question, call, told)),
  };
}

/** The whole, shown anew until it is written or led back from. */
function confirmStep(told: Set<Deal>): ChainStep<Asking> {
  return {
    when: ({ end }) => end === null,
    ask: async ({ call }) => asked(call, await confirm(call, told)),
    isDone: ({ end }) => end !== null,
  };
}

function asked(call: Call, step: Step): Asking | null {
  if (step === 'back') return null;
  if (step === 'written' || 'command' in step) return { call, end: step };
  return { call: { ...call, input: step }, end: null };
}

/** What comes of a question: the lead as it is now, or the way on. */
type Step = LeadInput | KnownInstead | 'back' | 'written';

/** Asks one question, until its answer is no known customer or phone that is to be changed. */
async function answer(question: LeadQuestion, call: Call, told: Set<Deal>): Promise<Step> {
  for (;;) {
    const given = await question.ask(call, question.label);
    if (given === null) return 'back';
    const blank = Object.fromEntries(question.fields.map((field) => [field, '']));
    const input = { ...call.input, ...blank, ...given };
    const met = await meetKnown(
      call,
      { customer: given.customer ?? '', phone: given.phone ?? '' },
      told,
      true,
    );
    if (met === 'go-on') return input;
    if (met !== 'again') return met;
  }
}

/** Names the deals that the customer or the phone is known from, and asks what to do about them. */
async function meetKnown(
  { session, reading }: Call,
  lead: Pick<LeadInput, 'customer' | 'phone'>,
  told: Set<Deal>,
  mayChange: boolean,
): Promise<KnownInstead | 'go-on' | 'again'> {
  const fresh = knownIn(reading.book, lead, 3).filter(({ deal }) => !told.has(deal));
  if (fresh.length === 0) return 'go-on';
  for (const known of fresh) {
    told.add(known.deal);
    showText(session, knownNote(known));
  }
  const chosen = await chooseOne(
    session,
    { zh: '怎么办?', en: 'What now?' },
    [
      { value: 'new', label: { zh: '仍然新建(另一个需求)', en: 'enter it all the same (another need)' } },
      ...fresh.flatMap(waysFor),
      ...(mayChange
        ? [{ value: BACK_CHOICE.value, label: { zh: '改刚才的回答', en: 'change the answer' } }]
        : []),
    ],
    { none: null },
  );
  if (isBack(chosen)) {
    for (const { deal } of fresh) told.delete(deal);
    return 'again';
  }
  const [command, id = ''] = (chosen ?? '').split(' ');
  return command === 'log' || command === 'repurchase' ? { command, id } : 'go-on';
}

function waysFor({ deal: { row } }: Known) {
  const name = `${row.id ?? ''} ${row.customer}`;
  const log = {
    value: `log ${row.id}`,
    label: { zh: `不新建,给 ${name} 记一次跟进`, en: `no new one: log a follow-up on ${name}` },
  };
  const again = {
    value: `repurchase ${row.id}`,
    label: { zh: `复购/增购:新商机关联 ${name}`, en: `a repurchase: a new deal linked to ${name}` },
  };
  if (row.id === null) return [];
  return [
    ...(row.stage === 'lost' || row.stage === 'invalid' ? [] : [log]),
    ...(hasContract(row) ? [again] : []),
  ];
}

/** Shows the whole and asks once; on no, or at a field's name, one answer is changed. */
async function confirm(call: Call, told: Set<Deal>): Promise<Step> {
  const { session, input } = call;
  showText(session, summary(call));
  const typed = await askText(session, {
    message: {
      zh: '写入? (Y/n;打项名可改一项,< 上一步)',
      en: 'Write it? (Y/n; a field’s name changes it, < goes back)',
    },
    validate: (text) =>
      text === '' || isBack(text) || readYesNo(text) !== null || fieldNamed(text)
        ? null
        : {
            zh: '请答 y(是)或 n(否),或打一个项名,如 联系人',
            en: 'Answer y or n, or the name of a field, like contact',
          },
  });
  if (isBack(typed)) return 'back';
  const yes = typed === '' || readYesNo(typed);
  if (yes === true) return 'written';
  const question = fieldNamed(typed) ?? (await chooseField(session));
  if (question === 'back') return input;
  const step = await answer(question, call, told);
  return step === 'back' ? input : step;
}

/** The one question whose label begins so, in either language. */
function fieldNamed(text: string): LeadQuestion | undefined {
  const word = text.toLowerCase();
  const isNamed = (label: string) =>
    label.toLowerCase().startsWith(word) || (word.length > 1 && label.includes(word));
  const named = LEAD_QUESTIONS.filter(({ label }) => isNamed(label.zh) || isNamed(label.en));
  return named.find(({ label }) => label.zh === text) ?? (named.length === 1 ? named[0] : undefined);
}

async function chooseField(session: Session): Promise<LeadQuestion | 'back'> {
  const choices = LEAD_QUESTIONS.map(({ label }, index) => ({ value: String(index), label }));
  const chosen = await chooseOne(
    session,
    { zh: '改哪一项?', en: 'Change which?' },
    [...choices, BACK_CHOICE],
    {
      none: { zh: '放弃,不写入', en: 'Leave; write nothing' },
    },
  );
  if (isBack(chosen)) return 'back';
  const question = LEAD_QUESTIONS[Number(chosen ?? Number.NaN)];
  if (!question) throw interruption();
  return question;
}

/** Everything that was said, one line each, and what may still be said. */
function summary({ session, reading, input }: Call): Message {
  const lines = (lang: Lang) => {
    const labels = LEAD_QUESTIONS.map(({ fields, label }) => {
      const field = fields.find((each) => input[each] !== '') ?? fields[0];
      return { label: say(label, lang), value: field ? say(valueText(field, { reading, input }), lang) : '' };
    });
    const own = input.set.map((assignment) => {
      const [label = '', ...value] = assignment.split('=');
      return { label, value: value.join('=') };
    });
    const filled = [...labels, ...own].filter(({ value }) => value !== '');
    const open = labels.filter(({ value }) => value === '').map(({ label }) => label);
    const width = Math.max(20, session.io.columns - INDENT - 1);
    const rows = filled.flatMap(({ label, value }) =>
      wrapText(value, width).map(
        (piece, index) => `  ${padEndTo(index === 0 ? label : '', INDENT - 2)}${piece}`,
      ),
    );
    const rest = say({ zh: `未填:${open.join('、')}`, en: `Not filled in: ${open.join(', ')}` }, lang);
    return [
      ...rows,
      ...(open.length === 0 ? [] : wrapText(rest, session.io.columns - 3).map((piece) => `  ${piece}`)),
    ];
  };
  return {
    zh: ['新线索', ...lines('zh')].join('\n'),
    en: ['New lead', ...lines('en')].join('\n'),
  };
}

/** An answer as the summary shows it: as it was understood, and what follows where nothing was said. */
function valueText(field: LeadField, { reading, input }: Pick<Call, 'reading' | 'input'>): Message {
  const text = input[field];
  const channel = reading.book.settings.channels.get(input.source) ?? '';
  switch (field) {
    case 'invalid':
      return { zh: `无效线索:${text}`, en: `invalid: ${text}` };
    case 'amount':
    case 'budget':
      return amountMeaning(text) ?? plain(text);
    case 'priority':
      return plain(text || channel);
    case 'on': {
      const today = formatDay(reading.today);
      return text === '' ? { zh: `${today}(今天)`, en: `${today} (today)` } : plain(text);
    }
    default:
      return plain(text);
  }
}

/** Columns before a value of the summary. */
const INDENT = 18;

/** The channel and the owner of the newest lead, one's own before others'. */
function usualOf({ io }: Session, { book, by }: Reading): Call['usual'] {
  const newest = newestDeals(book, 50);
  const last = newest.find(({ row }) => row.owner === by) ?? newest[0];
  // A system's user is nobody's name until somebody says so.
  return { source: last?.row.source ?? '', owner: newest[0]?.row.owner || (by === io.user ? '' : by) };
}
