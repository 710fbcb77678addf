import type { OptionValues } from './commands/command.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { safeJson, visible } from './core/text.ts';
import type { ExitCode } from './exit.ts';
import { FAILURE_EXIT, Failure } from './failure.ts';
import type { Io } from './io.ts';
import { askedLang } from './lang.ts';
import { wantsColor } from './render/color.ts';

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
  say(message: Message): string;
  /** The team's language (设置): from here on, unless the command line or FUNNEL_LANG asked for one. */
  speak(lang: Lang | null): void;
  /** Data: one line (or several) to stdout. */
  print(text: string): void;
  /** A remark to stderr; silent under --quiet. */
  note(message: Message): void;
  /** The one JSON document of --json to stdout, with everything a terminal could misread escaped. */
  json(value: unknown): void;
}

export interface GlobalOptions {
  readonly file: string | null;
  readonly json: boolean;
  readonly asOf: string | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly ignoreLock: boolean;
  /** Seconds to wait for a lock. */
  readonly wait: number;
}

/** The session of one command line; `given` are the conventions' options as commander read them. */
export function openSession(io: Io, first: Lang, given: OptionValues, command: string): Session {
  const options = readGlobals(given);
  let lang = first;
  return {
    io,
    get lang() {
      return lang;
    },
    command,
    options,
    interactive: io.stdinIsTerminal && io.stdoutIsTerminal && !options.json && !options.yes,
    color: wantsColor(io, given.color !== false),
    say: (message) => say(message, lang),
    speak: (own) => {
      if (own !== null && askedLang(io.argv, io.env) === null) lang = own;
    },
    print: (text) => io.out(`${text}\n`),
    note: (message) => {
      if (!options.quiet) io.err(`${visible(say(message, lang), { newlines: true })}\n`);
    },
    json: (value) => io.out(`${safeJson(value)}\n`),
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

function readGlobals(given: OptionValues): GlobalOptions {
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
  return {
    file: text('file'),
    asOf: text('asOf'),
    json: given.json === true,
    dryRun: given.dryRun === true,
    yes: given.yes === true,
    quiet: given.quiet === true,
    verbose: given.verbose === true,
    ignoreLock: given.ignoreLock === true,
    wait: wait === null ? 5 : Number(wait),
  };
}
