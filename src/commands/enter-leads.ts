import { LEFT, type Writing, writeBook } from '../app.ts';
import { addLead, type LeadInput, REQUIRED_LEAD } from '../core/add-lead.ts';
import { isDecision } from '../core/decision.ts';
import type { Message } from '../core/message.ts';
import { pasteCommand } from '../core/paste.ts';
import { visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { interruption, isInterrupt } from '../interrupt.ts';
import type { AskedLead, KnownInstead } from '../prompt/ask.ts';
import type { Session } from '../session.ts';
import type { OptionValues } from './command.ts';
import { commandWords, flagWords } from './command-words.ts';
import { logCommand } from './log.ts';
import { repurchaseCommand } from './repurchase.ts';

/**
 * Lead after lead, as a stack of cards is entered: each is written as soon as it is confirmed; channel, owner and date stay
 * for the next. Whoever leaves, or is refused, hears what was written and how to go on with what was not. `first` is what
 * is known of the first one, `all` what holds for those behind it; `examples` are usable values of what must be given.
 */
export async function enterLeads(
  session: Session,
  { first, all }: { readonly first: LeadInput; readonly all: LeadInput },
  examples: Partial<LeadInput>,
): Promise<ExitCode> {
  const done: string[] = [];
  const draft: Draft = { input: null };
  // Between two questions Ctrl-C is a signal: a card that is being saved is saved, or told as it was entered.
  let isStopped = false;
  const forget = session.io.terminal?.onInterrupt(() => {
    isStopped = true;
  });
  try {
    for (let card = first; ; ) {
      const entered = await enterLead(session, { card, number: done.length + 1, examples, draft });
      if (entered === null) return EXIT.done;
      done.push(entered.line);
      draft.input = null;
      if (isStopped || session.io.stops?.asked()) throw interruption();
      const { askConfirm, showText } = await import('../prompt/ask.ts');
      if (!(await askConfirm(session, { zh: '再录一条?', en: 'Another one?' }, done.length > 1))) {
        if (done.length > 1) showText(session, enteredText(done));
        return EXIT.done;
      }
      const { source, priority, owner, on } = entered.input;
      card = { ...all, ...NEXT_CARD, source, priority, owner, on };
    }
  } catch (error) {
    const isLeft = isInterrupt(error);
    if (!isLeft && !(error instanceof Failure)) throw error;
    const say = (text: Message) => session.io.err(`${visible(session.say(text), { newlines: true })}\n`);
    if (draft.input) say(unfinishedText(session, draft.input));
    if (done.length > 0) say(enteredText(done, isLeft));
    if (isLeft && done.length > 0) return EXIT.interrupted;
    throw error;
  } finally {
    forget?.();
  }
}

/** What was answered of a lead that is not written yet. */
interface Draft {
  input: LeadInput | null;
}

interface Card {
  readonly card: LeadInput;
  /** Which one of the stack. */
  readonly number: number;
  readonly examples: Partial<LeadInput>;
  readonly draft: Draft;
}

/** What a card never shares with the one before it; other flags were given for all of them. */
const NEXT_CARD = { customer: '', contact: '', phone: '' };

/** One lead asked for and written, or what is better done instead. Null: nothing was to be written (--dry-run). */
async function enterLead(
  session: Session,
  { card, number, examples, draft }: Card,
): Promise<{ readonly input: LeadInput; readonly line: string } | null> {
  const { askLead, showText } = await import('../prompt/ask.ts');
  const got: { asked: AskedLead | KnownInstead | null; ids: readonly string[] | null } = {
    asked: null,
    ids: null,
  };
  const writing = writingOf(session, async (reading) => {
    // What was given must be usable before anything is asked: one that is not fails in `decide` at once.
    const missing = REQUIRED_LEAD.filter((name) => card[name].trim() === '');
    const probe = { ...card, ...Object.fromEntries(missing.map((name) => [name, examples[name]])) };
    if (!isDecision(addLead(reading.book, probe, reading))) return { input: probe, said: [] };
    showText(session, number === 1 ? HOW_TO : nextText(number, card));
    const asked = await askLead(session, reading, card, (input) => {
      draft.input = input;
    });
    got.asked = asked;
    return 'command' in asked ? LEFT : asked;
  });
  const beforeSave: Writing<AskedLead>['beforeSave'] = async (_, { ids }) => {
    got.ids = ids;
    return async () => {};
  };
  await writeBook(session, { ...writing, beforeSave });
  const { asked, ids } = got;
  if (asked === null || (session.options.dryRun && 'input' in asked)) return null;
  if ('command' in asked) return { input: card, line: await runInstead(session, asked, card.on) };
  const { customer, invalid } = asked.input;
  if (ids === null) return { input: asked.input, line: `${customer}${session.say(QUEUED)}` };
  const line = invalid === '' ? `${ids.join(' ')} ${customer}` : `${customer}${session.say(KEPT)}`;
  return { input: asked.input, line };
}

const QUEUED: Message = { zh: '(排队中)', en: ' (queued)' };
const KEPT: Message = { zh: '(已剔除)', en: ' (screened out)' };

/** Runs the command that puts it down at the 商机 that is there, in words for the list of what was done. */
async function runInstead(session: Session, { command, id }: KnownInstead, on: string): Promise<string> {
  const spec = command === 'log' ? logCommand : repurchaseCommand;
  const options: OptionValues = on === '' ? {} : { on };
  const args = command === 'log' ? [id, []] : [id];
  const words: Session['words'] = (others = args, more = {}) =>
    commandWords(spec, others, { ...options, ...more });
  await spec.run({ ...session, words }, args, options);
  return `${id}${session.say(command === 'log' ? { zh: '(跟进)', en: ' (follow-up)' } : { zh: '(复购)', en: ' (repurchase)' })}`;
}

/** What is written of a lead, however it was asked for. */
export function writingOf(session: Session, ask: Writing<AskedLead>['ask']): Writing<AskedLead> {
  return {
    ask,
    queued: ({ input }) => [leadWords(session, input)],
    decide(reading, { input, said }) {
      const outcome = addLead(reading.book, input, reading);
      if (!isDecision(outcome)) return outcome;
      return {
        ...outcome,
        notes: outcome.notes.filter(({ zh }) => said.every((message) => message.zh !== zh)),
      };
    },
  };
}

/** The command that enters this lead without a question; with `ask`, the one that goes on asking. */
function leadWords(session: Session, { set, ...texts }: LeadInput, ask = false): readonly string[] {
  const asked = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
  return session.words([], { ...asked, set, ask });
}

const HOW_TO: Message = {
  zh: '录入新线索:回车跳过可留空的项,< 回上一项,Ctrl-C 结束(没确认的不写入)',
  en: 'A new lead: Enter skips what is optional, < goes back, Ctrl-C leaves (what is not confirmed is not written)',
};

function nextText(number: number, { source, owner, on }: LeadInput): Message {
  const kept = [source, owner, on].filter((text) => text !== '').join(' · ');
  return { zh: `— 第 ${number} 条 · 沿用 ${kept}`, en: `— No. ${number} · as before: ${kept}` };
}

function enteredText(done: readonly string[], isLeft = false): Message {
  return {
    zh: `${isLeft ? '已中断。' : ''}已录入 ${done.length} 条:${done.join('、')}`,
    en: `${isLeft ? 'Interrupted. ' : ''}Entered: ${done.length} (${done.join(', ')})`,
  };
}

/** The answers so far as a command that asks for the rest; as they are where a shell would not take them. */
function unfinishedText(session: Session, input: LeadInput): Message {
  const { file } = session.options;
  const words = [...leadWords(session, input, true), ...(file === null ? [] : flagWords('--file', file))];
  const texts = Object.values({ ...input, set: input.set.join(' ') }).filter((text) => text !== '');
  const command = pasteCommand(...words) ?? texts.join(' · ');
  return {
    zh: `没写入的一条,接着录: ${command}`,
    en: `The one that is not written; to go on with it: ${command}`,
  };
}
