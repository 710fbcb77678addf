import inquirer from 'inquirer';
import type { Session } from '../session.ts';
import { BACK, openKeyboard } from './keyboard.ts';

/** One line of a list. */
export interface ScreenChoice {
  readonly value: string | null;
  readonly name: string;
  /** What stands behind the question once it is chosen. */
  readonly short: string;
}

interface InputScreen {
  readonly type: 'input';
  readonly message: string;
  readonly initial: string;
  readonly check: (text: string) => string | null;
  readonly transformer: (text: string, isFinal: boolean) => string;
}
interface SearchScreen {
  readonly type: 'search';
  readonly message: string;
  /** The lines that a typed text leaves. */
  readonly find: (typed: string) => readonly ScreenChoice[];
  readonly ready?: string | null;
}
interface CheckboxScreen {
  readonly type: 'checkbox';
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly name: string; readonly checked: boolean }[];
  readonly tooFew: string;
}

/** Asks one question on a screen that can be drawn again; words are ready to be shown. Null of a checkbox: back. */
export async function askScreen(session: Session, screen: InputScreen): Promise<string>;
export async function askScreen(session: Session, screen: SearchScreen): Promise<string | null>;
export async function askScreen(session: Session, screen: CheckboxScreen): Promise<readonly string[] | null>;
export async function askScreen(
  session: Session,
  screen: InputScreen | SearchScreen | CheckboxScreen,
): Promise<string | null | readonly string[]> {
  const { type, message } = screen;
  const answer = await ask(session, { type, message, ...configOf(screen) });
  if (Array.isArray(answer)) return answer.map(String);
  return answer === null ? null : String(answer);
}

function configOf(screen: InputScreen | SearchScreen | CheckboxScreen): Record<string, unknown> {
  switch (screen.type) {
    case 'input':
      return {
        ...(screen.initial === '' ? {} : { default: screen.initial }),
        validate: (text: string) => screen.check(text) ?? true,
        transformer: (text: string, { isFinal }: { isFinal: boolean }) => screen.transformer(text, isFinal),
      };
    case 'search':
      return {
        source: async (typed: string | undefined) => screen.find(typed ?? ''),
        pageSize: LINES,
        ...(screen.ready === undefined ? {} : { default: screen.ready }),
      };
    case 'checkbox':
      return {
        choices: screen.choices,
        validate: (ticked: readonly unknown[]) => ticked.length > 0 || screen.tooFew,
        pageSize: LINES,
        loop: false,
      };
  }
}

/** Of a list at once: it fits a terminal of 24 lines. */
const LINES = 12;

type Config = Record<string, unknown> & { readonly type: string; readonly message: string };

async function ask(session: Session, config: Config): Promise<unknown> {
  const { terminal } = session.io;
  if (!terminal) throw new Error('a question without a terminal');
  session.progress.clear();
  terminal.flush();
  const keyboard = openKeyboard(terminal.input, config.type === 'checkbox');
  try {
    const prompt = inquirer.createPromptModule({
      input: keyboard.input,
      output: terminal.output,
      signal: keyboard.signal,
    });
    // Its types know the questions by their literal types only.
    const question = { ...config, name: 'answer', theme: themeOf(session) } as unknown as {
      type: 'input';
      message: string;
      name: 'answer';
    };
    const answers: Readonly<Record<string, unknown>> = await prompt([question]);
    return answers.answer;
  } catch (error) {
    if (keyboard.signal.reason === BACK) return null;
    throw error;
  } finally {
    keyboard.close();
  }
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
function themeOf(session: Session): unknown {
  const zh = session.lang === 'zh';
  const uncolored = (text: string) => text;
  return {
    ...(session.color ? {} : { prefix: { idle: '?', done: '✔' } }),
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
            searchTerm: uncolored,
            defaultAnswer: (text: string) => `(${text})`,
          }),
      ...(zh || !session.color
        ? { error: (text: string) => `> ${text === 'No results found' && zh ? '没有这一项' : text}` }
        : {}),
      keysHelpTip: (keys: readonly (readonly [string, string])[]) => {
        // Two keys are a list's, which can be searched; a checkbox has more.
        const own = keys.length === 2 ? [session.say(TYPE), session.say(FIND)] : ['<', session.say(GO_BACK)];
        const all = [...keys, own];
        return all
          .map((words) => words.map((word) => (zh ? KEY_HINTS[word] : undefined) ?? word).join(' '))
          .join(' · ');
      },
    },
  };
}

/** Behind the keys of a list that can be searched. */
const TYPE = { zh: '打字', en: 'type' };
const FIND = { zh: '查找', en: 'to find' };
const GO_BACK = { zh: '上一步', en: 'back' };
