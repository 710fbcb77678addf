import { type Book, dealNames, textsIn } from '../core/book.ts';
import { FOLLOW_UP_KINDS } from '../core/event.ts';
import { LEVELS } from '../core/finding.ts';
import { INTENT_WORDS } from '../core/intent.ts';
import { ITEMS } from '../core/items.ts';
import { type Lang, say } from '../core/message.ts';
import { STAGES } from '../core/stages.ts';
import { truncateTo, visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { pickLang } from '../lang.ts';
import { readBook } from '../read-book.ts';
import { openSession } from '../session.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { SHELLS } from './completion.ts';
import { COMMON, optionsOf } from './conventions.ts';
import { TOPICS } from './help-topics.ts';
import { COMMANDS } from './index.ts';
import { CHINESE_VERBS } from './verbs.ts';

/** The verb by which the scripts of `completion` ask. */
export const COMPLETE = '__complete';

/** What may stand where the cursor is. */
interface Candidate {
  readonly value: string;
  readonly text?: string;
}

/** Of a list on one screen; more letters find the rest. */
const MOST = 200;

/**
 * `__complete SHELL INDEX WORD…`: what fits at word INDEX (0 is `funnel`), one a line, with a tab and an explanation
 * where the shell shows one. Takes no lock; whatever goes wrong is silence, and then the shell offers files.
 */
export async function completeLine(io: Io): Promise<ExitCode> {
  const [, shell = '', at = '', ...raw] = io.argv;
  try {
    const isBash = shell === 'bash';
    const words = raw.slice(1, Number(at) + 1);
    const typed = words.pop() ?? '';
    const before = isBash ? words.map(plainWord) : words;
    const word = isBash ? plainWord(typed) : typed;
    const lang = pickLang(before, io.env);
    const found = fitting(await candidates({ ...io, err: () => {} }, lang, before, word), word);
    // A value with a line break or an escape cannot be typed; the id names the same deal.
    for (const { value, text } of found.filter((each) => visible(each.value) === each.value).slice(0, MOST)) {
      const quoted = isBash ? bashWord(value, typed) : shell === 'powershell' ? powershellWord(value) : value;
      io.out(isBash || !text ? `${quoted}\n` : `${quoted}\t${truncateTo(visible(text), 60)}\n`);
    }
  } catch {
    // Nobody who presses Tab wants to read why.
  }
  return EXIT.done;
}

/** Those that begin with what was typed; where there is none, the only one that holds it. */
function fitting(all: readonly Candidate[], word: string): readonly Candidate[] {
  const wanted = word.toLowerCase();
  const begin = all.filter(({ value }) => value.toLowerCase().startsWith(wanted));
  if (begin.length > 0) return begin;
  const hold = all.filter(({ value }) => value.toLowerCase().includes(wanted));
  return hold.length === 1 ? hold : [];
}

async function candidates(
  io: Io,
  lang: Lang,
  before: readonly string[],
  word: string,
): Promise<readonly Candidate[]> {
  const [verb, ...rest] = before.filter((_, index) => !isCommon(before, index));
  const spec = COMMANDS.find(({ name }) => name === verb || CHINESE_VERBS[name]?.includes(verb ?? ''));
  const options = [...(spec ? optionsOf(spec) : []), ...COMMON];
  const open = options.find((option) => takesValue(option) && flagsOf(option).includes(before.at(-1) ?? ''));
  if (open) return valuesOf(io, open, before);
  if (verb === undefined)
    return word.startsWith('-') ? flagCandidates(COMMON, lang) : verbCandidates(lang, word);
  if (verb === 'help' || CHINESE_VERBS.help?.includes(verb))
    return [...verbCandidates(lang, word), ...TOPICS.map(({ name }) => ({ value: name }))];
  if (!spec) return [];
  if (word.startsWith('-')) return flagCandidates(options, lang);
  return argumentCandidates(io, lang, spec, positionals(rest, options), before);
}

/** Whether a word belongs to an option that may stand before the verb. */
function isCommon(words: readonly string[], index: number): boolean {
  const isFlag = (word: string | undefined) => COMMON.some((option) => flagsOf(option).includes(word ?? ''));
  const earlier = COMMON.find((option) => flagsOf(option).includes(words[index - 1] ?? ''));
  return isFlag(words[index]) || (earlier !== undefined && takesValue(earlier));
}

/** The words that are no options and no values of options. */
function positionals(words: readonly string[], options: readonly OptionSpec[]): readonly string[] {
  return words.filter((word, index) => {
    if (word.startsWith('-') && word !== '-') return false;
    const earlier = options.find((option) => flagsOf(option).includes(words[index - 1] ?? ''));
    return !(earlier && takesValue(earlier));
  });
}

function flagsOf({ flags }: OptionSpec): readonly string[] {
  return flags.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? [];
}

function takesValue({ flags }: OptionSpec): boolean {
  return /[<[]/.test(flags);
}

function flagCandidates(options: readonly OptionSpec[], lang: Lang): readonly Candidate[] {
  return options.flatMap((option) =>
    flagsOf(option)
      .filter((flag) => flag.startsWith('--'))
      .map((value) => ({ value, text: say(option.text, lang) })),
  );
}

/** English verbs, and the Chinese ones once a Chinese letter stands there. */
function verbCandidates(lang: Lang, word: string): readonly Candidate[] {
  const isChinese = /\p{Script=Han}/u.test(word);
  return [
    ...COMMANDS.map(({ name, summary }) => ({ value: name, text: say(summary, lang) })),
    { value: 'help' },
  ].flatMap((each) =>
    isChinese ? (CHINESE_VERBS[each.value] ?? []).map((value) => ({ ...each, value })) : [each],
  );
}

const words = (...values: readonly string[]): readonly Candidate[] => values.map((value) => ({ value }));

const STAGE_WORDS: readonly Candidate[] = STAGES.flatMap(({ key, name }) => [
  { value: name.zh, text: name.en },
  { value: key, text: name.zh },
]);

/** The values of an option that are known beforehand; none: the shell's files. */
async function valuesOf(
  io: Io,
  option: OptionSpec,
  before: readonly string[],
): Promise<readonly Candidate[]> {
  switch (flagsOf(option).at(-1)) {
    case '--stage':
    case '--to':
      return STAGE_WORDS;
    case '--owner':
    case '--from': {
      const book = await openBook(io, before);
      return words(...textsIn(book, 'owner'));
    }
    case '--source':
      return words(...(await openBook(io, before)).settings.channels.keys());
    case '--type':
      return words(...FOLLOW_UP_KINDS);
    case '--level':
      return words(...LEVELS);
    case '--intent':
      return words(...Object.keys(INTENT_WORDS));
    case '--quarter':
      return words('this', 'last');
    case '--lang':
      return words('zh', 'en');
    default:
      return [];
  }
}

/** What an argument may be, by its name in the command's own list. */
async function argumentCandidates(
  io: Io,
  lang: Lang,
  spec: CommandSpec,
  given: readonly string[],
  before: readonly string[],
): Promise<readonly Candidate[]> {
  const names = spec.args.match(/[a-z]+(?:\.\.\.)?/g) ?? [];
  const last = names.at(-1) ?? '';
  const name = names[given.length] ?? (last.endsWith('...') ? last : '');
  switch (name.replace('...', '')) {
    case 'deal':
    case 'deals':
    case 'keep':
    case 'drops':
    case 'query':
      return dealCandidates(await openBook(io, before));
    case 'item':
      return ITEMS.map((item) => ({ value: item.key, text: say(item.name, lang) }));
    case 'owner':
      return words(...textsIn(await openBook(io, before), 'owner'));
    case 'shell':
      return words(...SHELLS);
    case 'action':
      return spec.name === 'target' ? words('set', 'show') : words('show', 'add', 'import', 'years');
    default:
      return [];
  }
}

/** Customers by name and deals by id; a name that two deals bear is no name for one. */
function dealCandidates(book: Book): readonly Candidate[] {
  const ids: Candidate[] = [];
  const byName = new Map<string, { readonly id: string; n: number }>();
  for (const { id, customer } of dealNames(book)) {
    if (id !== '') ids.push({ value: id, text: customer });
    const known = byName.get(customer);
    if (known) known.n += 1;
    else if (customer !== '') byName.set(customer, { id, n: 1 });
  }
  const names = [...byName].flatMap(([value, { id, n }]) => (n === 1 ? [{ value, text: id }] : []));
  return [...names, ...ids];
}

async function openBook(io: Io, before: readonly string[]): Promise<Book> {
  const at = before.lastIndexOf('--file');
  const file = before[at + 1]?.replace(/^~(?=[/\\])/, io.env.HOME ?? '~');
  const given = at >= 0 && file !== undefined ? { file } : {};
  return (await readBook(openSession(io, 'zh', { ...given, quiet: true }, COMPLETE))).book;
}

/** A word of COMP_WORDS, which bash hands over as it was typed, quotes and backslashes and all. */
function plainWord(typed: string): string {
  const quote = /^["']/.exec(typed)?.[0];
  if (quote === "'") return typed.replace(/^'|'$/g, '');
  if (quote === '"') return typed.replace(/^"|"$/g, '').replace(/\\(["\\$`])/g, '$1');
  return typed.replace(/\\(.)/g, '$1');
}

/** A value as it goes into a bash line: within the quote that was opened, else with backslashes. */
function bashWord(value: string, typed: string): string {
  if (typed.startsWith("'")) return value.replaceAll("'", "'\\''");
  if (typed.startsWith('"')) return value.replace(/["\\$`]/g, '\\$&');
  return value.replace(/[\s"'\\$`!&|;<>()[\]{}*?#~^]/g, '\\$&');
}

function powershellWord(value: string): string {
  return /^[\p{L}\p{N}_.:/+=-]+$/u.test(value) ? value : `'${value.replace(/['‘’‚‛]/g, '$&$&')}'`;
}
