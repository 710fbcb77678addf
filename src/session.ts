import type { OptionValues } from './commands/command.ts';
import type { Decision } from './core/decision.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { safeJson, visible } from './core/text.ts';
import type { ExitCode } from './exit.ts';
import { FAILURE_EXIT, Failure } from './failure.ts';
import type { Io } from './io.ts';
import { askedLang } from './lang.ts';
import { openProgress, type Progress } from './progress.ts';
import type { Reading } from './read-book.ts';
import { wantsColor } from './render/color.ts';
import type { GridStyle } from './render/terminal.ts';
import type { QueuedCommand } from './storage/queue.ts';
import type { Plan } from './storage/store.ts';

/** What one run of the program knows before it opens a book. */
export interface Session {
  readonly io: Io;
  readonly lang: Lang;
  /** The verb. */
  readonly command: string;
  readonly options: GlobalOptions;
  /** Questions may be asked: a terminal on both sides, no --json, no --yes. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** How tables and pages are laid out. */
  readonly style: GridStyle;
  say(message: Message): string;
  /** The team's language (设置): from here on, unless the command line or FUNNEL_LANG asked for one. */
  speak(lang: Lang | null): void;
  /** Data: one line (or several) to stdout. */
  print(text: string): void;
  /** A remark to stderr; silent under --quiet. */
  note(message: Message): void;
  /** What is going on, for a person who waits. */
  readonly progress: Progress;
  /** This command line, complete, in words: with other arguments than were given, and further options. */
  words(args?: CommandArgs, more?: OptionValues): readonly string[];
  /** This is a command of the queue, run inside another one; null: somebody has just typed it. */
  readonly queued: QueuedRun | null;
  /** Runs a command of the queue inside this one. Throws what it ends as, where it is not done. */
  replay(run: QueuedRun): Promise<void>;
  /** The one JSON document of --json to stdout, with everything a terminal could misread escaped. */
  json(value: unknown): void;
}

/** A command of the queue on its way: it asks and says nothing, and needs no lock of its own. */
export interface QueuedRun {
  readonly command: Pick<QueuedCommand, 'id' | 'day' | 'user' | 'cwd' | 'argv' | 'stdin'>;
  /** The path of the book, and what the command that runs this one called it (`--file`). */
  readonly path: string;
  readonly named: string | null;
  /** Where its state folder is looked for. */
  readonly home: Pick<Io, 'cwd'>;
  /** What it is decided on instead of the book as it stands in the file, and who takes the decision; null: it is written. */
  readonly look: { readonly reading: Reading; take(decision: Decision): void } | null;
  /** Told what was written. */
  wrote?(ids: readonly string[], plan: Plan): void;
}

export type CommandArgs = readonly (string | readonly string[] | undefined)[];

export interface GlobalOptions {
  /** The one workbook that was named. */
  readonly file: string | null;
  /** Every `--file`. */
  readonly files: readonly string[];
  readonly json: boolean;
  readonly asOf: string | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** For screen readers: nothing side by side, nothing drawn, questions in lines. */
  readonly plain: boolean;
  readonly ignoreLock: boolean;
  /** Keep the command where the book is in use. */
  readonly queue: boolean;
  /** Seconds to wait for a lock. */
  readonly wait: number;
}

/** What only the program itself knows of a command line: how it is written, and how the queue is run. */
type Within = Pick<Session, 'words' | 'queued' | 'replay'>;

const ALONE: Within = { words: () => [], queued: null, replay: async () => {} };

/** The session of one command line; `given` are the conventions' options as commander read them. */
export function openSession(
  io: Io,
  first: Lang,
  given: OptionValues,
  command: string,
  within: Within = ALONE,
): Session {
  const options = readGlobals(given, io.env);
  let lang = first;
  const color = wantsColor(io, given.color !== false);
  const progress = openProgress(io, options, () => lang);
  return {
    io,
    get lang() {
      return lang;
    },
    command,
    options,
    interactive: io.stdinIsTerminal && io.stdoutIsTerminal && !options.json && !options.yes,
    color,
    get style() {
      return { lang, columns: io.columns, color, plain: options.plain };
    },
    say: (message) => say(message, lang),
    speak: (own) => {
      if (own !== null && askedLang(io.argv, io.env) === null) lang = own;
    },
    progress,
    print: (text) => io.out(`${text}\n`),
    note: (message) => {
      progress.clear();
      if (!options.quiet) io.err(`${visible(say(message, lang), { newlines: true })}\n`);
    },
    json: (value) => io.out(`${safeJson(value)}\n`),
    ...within,
  };
}

/** Prints a Failure for people (stderr) or as the error document of --json (stdout); its exit code. */
export function printFailure(io: Io, lang: Lang, failure: Failure, json: boolean): ExitCode {
  const message = say(failure.text, lang);
  if (json) {
    const missing = failure.code === 'refused' ? { missing: [] } : {};
    const error = {
      code: failure.code,
      message,
      ...NOWHERE,
      ...failure.place,
      ...missing,
      ...failure.detail,
    };
    io.out(`${safeJson({ error })}\n`);
  } else io.err(`${visible(message, { newlines: true })}\n`);
  return FAILURE_EXIT[failure.code];
}

/** The keys of the contract are always there. */
const NOWHERE = { file: null, sheet: null, cell: null, value: null, expected: null };

function readGlobals(given: OptionValues, env: Io['env']): GlobalOptions {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : null);
  const lang = text('lang');
  if (lang !== null && lang !== 'zh' && lang !== 'en') {
    throw new Failure(
      'usage',
      { zh: `--lang「${lang}」不能用;可用 zh、en`, en: `--lang “${lang}” cannot be used; use zh or en` },
      { value: lang, expected: 'zh / en' },
    );
  }
  const wait = text('wait');
  if (wait !== null && !/^\d+(\.\d+)?$/.test(wait)) {
    throw new Failure(
      'usage',
      { zh: `--wait「${wait}」要是秒数`, en: `--wait “${wait}” must be a number of seconds` },
      { value: wait, expected: '5' },
    );
  }
  const { file } = given;
  const files = typeof file === 'string' ? [file] : Array.isArray(file) ? file : [];
  return {
    file: files.length === 1 ? (files[0] ?? null) : null,
    files,
    asOf: text('asOf'),
    json: given.json === true,
    dryRun: given.dryRun === true,
    yes: given.yes === true,
    quiet: given.quiet === true,
    verbose: given.verbose === true,
    plain: given.plain === true || Boolean(env.FUNNEL_PLAIN),
    ignoreLock: given.ignoreLock === true,
    queue: given.queue === true,
    wait: wait === null ? 5 : Number(wait),
  };
}
