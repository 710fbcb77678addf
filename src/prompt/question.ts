import inquirer from 'inquirer';
import type { Message } from '../core/message.ts';
import { visible } from '../core/text.ts';
import type { Session } from '../session.ts';
import { openKeyboard } from './keyboard.ts';

/** Questions of a terminal. Callers look at `session.interactive` first; Ctrl-C throws what `isInterrupt` knows. */

export interface TextQuestion {
  readonly message: Message;
  /** Taken by Enter alone; Tab puts it into the line to be changed. */
  readonly initial?: string;
  /** What is wrong with the answer (asked again at once), or null. */
  readonly validate?: (text: string) => Message | null;
}

export interface Choice {
  readonly value: string;
  readonly label: Message;
}

/** One line of text, trimmed; empty where nothing was typed and `validate` allows it. */
export async function askText(
  session: Session,
  { message, initial, validate }: TextQuestion,
): Promise<string> {
  const answer = await ask(session, {
    type: 'input',
    message: shown(session, message),
    ...(initial ? { default: initial } : {}),
    validate: (text: string) => {
      const problem = validate?.(text.trim());
      return problem ? shown(session, problem) : true;
    },
  });
  return String(answer).trim();
}

export async function askConfirm(session: Session, message: Message, initial = true): Promise<boolean> {
  const words = session.say({ zh: '是/否', en: 'Yes/No' }).split('/');
  const answer = await ask(session, {
    type: 'confirm',
    message: `${shown(session, message)} ${initial ? '(Y/n)' : '(y/N)'}`,
    default: initial,
    transformer: (yes: boolean) => words[yes ? 0 : 1],
  });
  return answer === true;
}

/** One of `choices`, or null for `none` (the last line; null leaves it out). */
export async function chooseOne(
  session: Session,
  message: Message,
  choices: readonly Choice[],
  more: { readonly none?: Message | null; readonly initial?: string } = {},
): Promise<string | null> {
  const none = more.none === undefined ? { zh: '都不是', en: 'none of these' } : more.none;
  const answer = await ask(session, {
    type: 'select',
    message: shown(session, message),
    choices: [
      ...choices.map(({ value, label }) => ({ value, name: shown(session, label) })),
      ...(none ? [{ value: null, name: shown(session, none) }] : []),
    ],
    pageSize: 12,
    loop: false,
    ...(more.initial === undefined ? {} : { default: more.initial }),
  });
  return typeof answer === 'string' ? answer : null;
}

/** Any of `choices` but at least one, none ticked beforehand. */
export async function chooseMany(
  session: Session,
  message: Message,
  choices: readonly Choice[],
): Promise<readonly string[]> {
  const answer = await ask(session, {
    type: 'checkbox',
    message: shown(session, message),
    choices: choices.map(({ value, label }) => ({ value, name: shown(session, label) })),
    validate: (ticked: readonly unknown[]) =>
      ticked.length > 0 ||
      session.say({ zh: '至少选一项(按空格勾选)', en: 'Tick at least one (with the space bar)' }),
    pageSize: 12,
    loop: false,
  });
  return Array.isArray(answer) ? answer.map(String) : [];
}

type Question = Record<string, unknown> & {
  readonly type: 'input' | 'confirm' | 'select' | 'checkbox';
  readonly message: string;
};

async function ask(session: Session, question: Question): Promise<unknown> {
  const { terminal } = session.io;
  if (!terminal) throw new Error('a question without a terminal');
  const keyboard = openKeyboard(terminal.input);
  try {
    const prompt = inquirer.createPromptModule({
      input: keyboard.input,
      output: terminal.output,
      signal: keyboard.signal,
    });
    const answers: Readonly<Record<string, unknown>> = await prompt([
      { ...question, name: 'answer', theme: themeOf(session, question.type) },
    ]);
    return answers.answer;
  } finally {
    keyboard.close();
  }
}

function shown(session: Session, message: Message): string {
  return visible(session.say(message), { newlines: true });
}

const KEY_HINTS: Readonly<Record<string, string>> = {
  space: '空格',
  navigate: '移动',
  select: '选定',
  all: '全选',
  invert: '反选',
  submit: '确定',
};

/** Inquirer's own words in the language, and no colour where none is wanted. */
function themeOf(session: Session, type: Question['type']): unknown {
  const zh = session.lang === 'zh';
  const uncolored = (text: string) => text;
  return {
    ...(session.color ? {} : { prefix: { idle: '?', done: '✔' } }),
    keywords: zh
      ? { yes: '是', no: '否', error: () => '请按 y(是)或 n(否)' }
      : { yes: 'Yes', no: 'No', error: () => 'Please answer y or n' },
    indexMode: 'number',
    style: {
      ...(session.color
        ? {}
        : {
            answer: uncolored,
            message: uncolored,
            highlight: uncolored,
            disabled: uncolored,
            description: uncolored,
            help: uncolored,
            key: uncolored,
            error: (text: string) => `> ${text}`,
            defaultAnswer: (text: string) => `(${text})`,
          }),
      // The hint stands in the message: y and n, which no input method need be switched off for.
      ...(type === 'confirm' ? { defaultAnswer: () => '' } : {}),
      keysHelpTip: (keys: readonly (readonly [string, string])[]) =>
        keys
          .map((words) => words.map((word) => (zh ? KEY_HINTS[word] : undefined) ?? word).join(' '))
          .join(' · '),
    },
  };
}
