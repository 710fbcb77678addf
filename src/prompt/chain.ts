import { joinMessages, type Message, plain } from '../core/message.ts';
import type { Session } from '../session.ts';
import { askText, isBack, showText, type TextQuestion } from './question.ts';

/** One question of a chain; what is known so far is its `Known`. */
export interface ChainStep<Known> {
  /** Whether it is asked, as things stand; absent: always. */
  readonly when?: (known: Known) => boolean;
  /** What is known with its answer; null: back to the question before. An answer given before stands ready. */
  ask(known: Known): Promise<Known | null>;
  /** Whether that was its last answer (else it is asked again); absent: always. */
  readonly isDone?: (known: Known) => boolean;
}

/**
 * Question after question, and back by `<`. `keep` is told what is known after every answer. Throws what `isInterrupt`
 * knows when the person leaves.
 */
export async function askChain<Known>(
  session: Session,
  steps: readonly ChainStep<Known>[],
  first: Known,
  keep: (known: Known) => void = () => {},
): Promise<Known> {
  let known = first;
  const answered: number[] = [];
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (!step || step.when?.(known) === false) {
      at += 1;
      continue;
    }
    const next = await step.ask(known);
    if (next === null) {
      const before = answered.pop();
      if (before === undefined) showText(session, FIRST);
      at = before ?? at;
      continue;
    }
    known = next;
    keep(known);
    if (step.isDone?.(known) === false) continue;
    answered.push(at);
    at += 1;
  }
  return known;
}

const FIRST: Message = { zh: '  已是第一项', en: '  This is the first question' };

/** The last line of a list that leads back. */
export const BACK_CHOICE = { value: '<', label: { zh: '上一步', en: 'back' } };

export interface StepLine extends Pick<TextQuestion, 'means'> {
  readonly needed?: boolean;
  /** What was answered before; empty: nothing. */
  readonly initial: string;
  readonly check?: (text: string) => Message | null;
}

/** One line that may be led back from (null); `-` empties what need not be there. */
export async function askStepLine(
  session: Session,
  label: Message,
  { needed, check, means, initial }: StepLine,
): Promise<string | null> {
  const text = await askText(session, {
    message: needed ? label : joinMessages([label, initial === '' ? OPTIONAL : CLEARABLE], plain('')),
    initial,
    validate: (typed) => {
      if (isBack(typed) || (!needed && (typed === '' || typed === CLEAR))) return null;
      return typed === '' ? NEEDED : (check?.(typed) ?? null);
    },
    means: (typed) => {
      if (isBack(typed)) return BACK_CHOICE.label;
      if (typed === '' || typed === CLEAR) return needed || typed === '' ? null : { zh: '空', en: 'empty' };
      const said = means?.(typed) ?? null;
      return said?.zh === typed ? null : said;
    },
  });
  if (isBack(text)) return null;
  return !needed && text === CLEAR ? '' : text;
}

const CLEAR = '-';
const OPTIONAL = { zh: '(可留空)', en: ' (optional)' };
const CLEARABLE = { zh: '(- 清空)', en: ' (- empties it)' };
const NEEDED: Message = { zh: '不能留空', en: 'This one is needed' };
