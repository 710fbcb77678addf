import type { Message } from '../core/message.ts';
import { normalizeWidth, visible, wrapText } from '../core/text.ts';
import { meantWord } from '../full-width.ts';
import { painter } from '../render/color.ts';
import type { Session } from '../session.ts';
import { askScreen, type ScreenChoice } from './inquire.ts';
import { askLine } from './lines.ts';

/**
 * Questions of a terminal. Callers look at `session.interactive` first; Ctrl-C throws what `isInterrupt` knows. Full-width
 * letters, digits, spaces and dashes are read as meant. In a terminal that cannot draw (TERM=dumb), and with --plain, every
 * question is a line and an answer.
 */

export interface TextQuestion {
  readonly message: Message;
  /** Taken by Enter alone; Tab puts it into the line to be changed. */
  readonly initial?: string;
  /** What is wrong with the answer (asked again at once), or null. */
  readonly validate?: (text: string) => Message | null;
  /** What the answer was understood as, shown behind it; null: as it stands. */
  readonly means?: (text: string) => Message | null;
}

export interface Choice {
  readonly value: string;
  readonly label: Message;
  /** Typed alone, each of these picks it, whatever else it would fit. */
  readonly keys?: readonly string[];
}

/** One line of text, trimmed; empty where nothing was typed and `validate` allows it. */
export async function askText(session: Session, question: TextQuestion): Promise<string> {
  const { message, initial = '', validate, means } = question;
  const check = (text: string) => {
    const problem = validate?.(readMeant(text));
    return problem ? shown(session, problem) : null;
  };
  const echo = (text: string) => {
    const meant = readMeant(text);
    const said = means?.(meant);
    return said ? shown(session, said) : meant === text.trim() ? '' : visible(meant);
  };
  const asked = { message: shown(session, message), initial, check };
  if (isDumb(session)) {
    const text = await askLine(session, asked);
    const said = echo(text);
    if (said !== '') terminalOf(session).output.write(`  → ${said}\n`);
    return readMeant(text);
  }
  const { cyan, dim } = painter(session.color);
  const text = await askScreen(session, {
    ...asked,
    type: 'input',
    transformer: (typed, isFinal) => {
      const said = isFinal ? echo(typed) : '';
      return `${isFinal ? cyan(typed) : typed}${said === '' ? '' : ` ${dim(`→ ${said}`)}`}`;
    },
  });
  return readMeant(text);
}

/** 是, 好, y, yes, 1 and their like are yes; 否, 不, n, no, 0 are no; Enter alone is `initial`. */
export async function askConfirm(session: Session, message: Message, initial = true): Promise<boolean> {
  const hint = initial ? '(Y/n)' : '(y/N)';
  const answer = await askText(session, {
    message: { zh: `${message.zh} ${hint}`, en: `${message.en} ${hint}` },
    validate: (text) =>
      text === '' || readYesNo(text) !== null
        ? null
        : { zh: '请答 y(是)或 n(否)', en: 'Please answer y (yes) or n (no)' },
    means: (text) => ((readYesNo(text) ?? initial) ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }),
  });
  return readYesNo(answer) ?? initial;
}

/** Null: neither. */
export function readYesNo(text: string): boolean | null {
  const word = normalizeWidth(text).trim().toLowerCase();
  if (/^(?:y|yes|ok|1|是的?|好的?|对的?|行|可以|嗯|要|确[认定])$/.test(word)) return true;
  return /^(?:n|no|0|否|不|不是|不要|不用|不行|不对|别)$/.test(word) ? false : null;
}

/**
 * One of `choices`, or null for `none` (the last line; null leaves it out). By arrows, by number, or by typing a part of
 * it or its pinyin. `other` says what a text that fits none of them would be: then that text is the answer.
 */
export async function chooseOne(
  session: Session,
  message: Message,
  choices: readonly Choice[],
  more: {
    readonly none?: Message | null;
    /** What stands ready; null: `none`. */
    readonly initial?: string | null;
    readonly other?: (typed: string) => Message;
  } = {},
): Promise<string | null> {
  const none = more.none === undefined ? { zh: '都不是', en: 'none of these' } : more.none;
  const lines = [...choices, ...(none ? [{ value: null, label: none }] : [])].map(
    ({ value, label }, index) => ({
      value,
      name: `${index + 1}. ${shown(session, label)}`,
      short: shown(session, label),
    }),
  );
  const { other } = more;
  const keyed = (term: string) =>
    lines.filter((_, index) => choices[index]?.keys?.includes(term.toLowerCase()));
  const { isSpelled } = await import('../pinyin.ts');
  const known = (term: string) => {
    if (lines[Number(term) - 1]) return lines.slice(Number(term) - 1, Number(term));
    const picked = keyed(term);
    if (picked.length > 0) return picked;
    return lines.filter(({ short, value }) =>
      [short, value ?? ''].some((word) => isPartOf(term, word) || isSpelled(word, term)),
    );
  };
  const asNew = (term: string): readonly ScreenChoice[] =>
    other && !lines.some(({ value }) => value === term)
      ? [{ value: term, name: shown(session, other(term)), short: term }]
      : [];
  const find = (typed: string): readonly ScreenChoice[] => {
    const term = readMeant(typed);
    return term === '' ? lines : [...known(term), ...asNew(term)];
  };
  const ready = more.initial === undefined ? (lines[0]?.value ?? null) : more.initial;
  if (!isDumb(session))
    return askScreen(session, {
      type: 'search',
      message: shown(session, message),
      find,
      ...(lines.some(({ value }) => value === ready) ? { ready } : {}),
    });
  const number =
    1 +
    Math.max(
      0,
      lines.findIndex(({ value }) => value === ready),
    );
  terminalOf(session).output.write(
    `${[shown(session, message), ...lines.map(({ name }) => `  ${name}`)].join('\n')}\n`,
  );
  // What fits a line is that line: there is no arrow to choose between it and a new one.
  const read = (typed: string): readonly ScreenChoice[] => {
    const term = readMeant(typed);
    const found = known(term);
    const exact = found.filter(({ short }) => short === term);
    return exact.length > 0 ? exact : found.length > 0 ? found : asNew(term);
  };
  const typed = await askLine(session, {
    message: session.say({ zh: '编号或文字', en: 'Number or words' }),
    initial: String(number),
    check: (text) => {
      const found = read(text).map(({ name }) => name);
      if (found.length === 1) return null;
      return found.length > 1
        ? session.say({ zh: `是哪一个? ${found.join('、')}`, en: `Which one? ${found.join(', ')}` })
        : session.say({ zh: '列表里没有,请打编号', en: 'Not in the list; type its number' });
    },
  });
  const [chosen] = read(typed);
  terminalOf(session).output.write(`  → ${chosen?.name}\n`);
  return chosen?.value ?? null;
}

/** Any of `choices` but at least one, `before` ticked beforehand; null: back to the question before. */
export async function chooseMany(
  session: Session,
  message: Message,
  choices: readonly Choice[],
  before: readonly string[] = [],
): Promise<readonly string[] | null> {
  const lines = choices.map(({ value, label }) => ({
    value,
    name: shown(session, label),
    checked: before.includes(value),
  }));
  if (!isDumb(session))
    return askScreen(session, {
      type: 'checkbox',
      message: shown(session, message),
      choices: lines,
      tooFew: session.say({ zh: '至少选一项(按空格勾选)', en: 'Tick at least one (with the space bar)' }),
    });
  terminalOf(session).output.write(
    `${[shown(session, message), ...lines.map(({ name }, index) => `  ${index + 1}. ${name}`)].join('\n')}\n`,
  );
  const read = (typed: string) => {
    const words = readMeant(typed)
      .split(/[\s,，、;；]+/)
      .filter((word) => word !== '');
    const all = words.length === 1 && /^(?:a|all|全部)$/i.test(words[0] ?? '');
    const found = words.map(
      (word) => (lines[Number(word) - 1] ?? lines.find(({ name }) => name === word))?.value,
    );
    return all ? lines.map(({ value }) => value) : found;
  };
  const typed = await askLine(session, {
    message: session.say({
      zh: '编号,逗号分隔;a 全部,< 上一步',
      en: 'Numbers with commas between; a for all, < goes back',
    }),
    initial: lines.flatMap(({ checked }, index) => (checked ? [index + 1] : [])).join(','),
    check: (text) => {
      if (isBack(text)) return null;
      const values = read(text);
      if (values.length > 0 && values.every((value) => value !== undefined)) return null;
      return session.say({
        zh: `请打 1 到 ${lines.length} 的编号`,
        en: `Type numbers from 1 to ${lines.length}`,
      });
    },
  });
  if (isBack(typed)) return null;
  const ticked = new Set(read(typed));
  return lines.flatMap(({ value }) => (ticked.has(value) ? [value] : []));
}

/** `<`, 上一步 or back, and what a Chinese keyboard makes of `<`. */
export function isBack(text: string | null): boolean {
  return text !== null && /^(?:[<＜《〈]|上一步|back)$/i.test(text.trim());
}

/** Says something between two questions, under --quiet too: it belongs to them. */
export function showText(session: Session, message: Message): void {
  const { flush, output } = terminalOf(session);
  flush();
  output.write(`${wrapText(shown(session, message), session.io.columns).join('\n')}\n`);
}

/** In any case and width. */
function isPartOf(term: string, word: string): boolean {
  return normalizeWidth(word).toLowerCase().includes(normalizeWidth(term).toLowerCase());
}

/** What was meant by an answer: its full-width letters and digits as on the command line, no spaces around it. */
function readMeant(text: string): string {
  return meantWord(text.trim()).trim();
}

/** Nothing is drawn again: the terminal cannot (TERM=dumb), or a screen reader would read it all anew (--plain). */
function isDumb({ io, options }: Session): boolean {
  return io.env.TERM === 'dumb' || options.plain;
}

function terminalOf({ io }: Session) {
  if (!io.terminal) throw new Error('a question without a terminal');
  return io.terminal;
}

function shown(session: Session, message: Message): string {
  return visible(session.say(message), { newlines: true });
}
