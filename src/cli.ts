import type { CommandSpec, OptionValues } from './commands/command.ts';
import { commandWords } from './commands/command-words.ts';
import { COMPLETE, completeLine } from './commands/complete.ts';
import { COMMANDS } from './commands/index.ts';
import { CHINESE_VERBS } from './commands/verbs.ts';
import { type Lang, say } from './core/message.ts';
import { visible } from './core/text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import { readFullWidth } from './full-width.ts';
import { exceptOf, isInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import { pickLang } from './lang.ts';
import { runMenu } from './menu.ts';
import { buildProgram, usageFailure } from './program.ts';
import { copiesText } from './read-books.ts';
import { type CommandArgs, openSession, printFailure, type QueuedRun, type Session } from './session.ts';
import { errnoOf } from './storage/files.ts';
import { oneBookOnly } from './storage/locate.ts';
import { isWorkbookName } from './storage/open.ts';
import { splitCopies } from './storage/several.ts';

/** Runs one command line: the exit code. The one catch of the program; what neither it nor the system says is a bug and goes on up. */
export async function run(io: Io): Promise<ExitCode> {
  if (io.argv[0] === COMPLETE) return completeLine(io);
  if (io.argv.length === 0 && io.terminal) return openMenu(io);
  const { argv: words, read } = readFullWidth(io.argv);
  const { argv, copies } = spreadFiles(words.length === 0 ? ['--help'] : words);
  const lang = pickLang(argv, io.env);
  let code: ExitCode = EXIT.done;
  let session: Session | null = null;
  const replay = (queued: QueuedRun) => replayCommand(io, lang, queued);
  const program = buildProgram(io, lang, async (spec, args, options, globals) => {
    const words = wordsOf(spec, args, options);
    session = openSession(io, lang, { ...options, ...globals }, spec.name, { words, queued: null, replay });
    if (!spec.several && session.options.files.length > 1) throw oneBookOnly(session.options.files);
    code = await spec.run(session, args, options);
    session.progress.clear();
    if (spec.pages && options.pager !== false && !session.options.json && !session.options.plain) io.page?.();
  });
  try {
    if (!argv.some((word) => word === '--quiet' || word === '-q')) {
      const pairs = read.map(({ typed, meant }) => visible(`${typed} → ${meant}`)).join(', ');
      if (read.length > 0)
        io.err(`${say({ zh: '全角字符读作半角', en: 'Full-width characters read as' }, lang)}: ${pairs}\n`);
      if (copies.length > 0) io.err(`${visible(say(copiesText(copies), lang))}\n`);
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    clearProgress(session);
    if (isInterrupt(error)) {
      const { zh, en } = exceptOf(error);
      const text = { zh: `已中断,没有写入任何内容${zh}。`, en: `Interrupted: nothing was written${en}.` };
      io.err(`${say(text, lang)}\n`);
      return EXIT.interrupted;
    }
    const failure = systemFailure(usageFailure(error, program, argv));
    if (failure === null) return EXIT.done;
    if (!(failure instanceof Failure)) throw failure;
    return printFailure(io, spoken(session, lang), failure, argv.includes('--json'));
  }
}

/**
 * `--file *.xlsx` that the shell has spread into words, for commands that read several books; copies among them are left
 * out, unless there is nothing else: then somebody named them.
 */
function spreadFiles(words: readonly string[]): {
  readonly argv: readonly string[];
  readonly copies: readonly string[];
} {
  const at = words.indexOf('--file');
  const takes = COMMANDS.some(
    ({ name, several }) =>
      several && words.some((word) => word === name || CHINESE_VERBS[name]?.includes(word)),
  );
  const spread = words.slice(at + 1);
  const end = spread.findIndex((word) => !isWorkbookName(word));
  const files = end < 0 ? spread : spread.slice(0, end);
  if (at < 0 || !takes || files.length < 2) return { argv: words, copies: [] };
  const split = splitCopies(files);
  const { paths, copies } = split.paths.length > 0 ? split : { paths: files, copies: [] };
  const flags = paths.flatMap((file) => ['--file', file]);
  return { argv: [...words.slice(0, at), ...flags, ...spread.slice(files.length)], copies };
}

/** The menu, whose every command is a run of its own. Ctrl-C in a question of the menu leaves it. */
async function openMenu(io: Io): Promise<ExitCode> {
  const lang = pickLang(io.argv, io.env);
  const session = openSession(io, lang, {}, 'menu');
  try {
    return await runMenu(session, (argv) => run({ ...io, argv }));
  } catch (error) {
    if (isInterrupt(error)) return EXIT.interrupted;
    if (!(error instanceof Failure)) throw error;
    return printFailure(io, lang, error, false);
  }
}

/** A command of the queue, as the person it is from: silent, without a terminal. */
async function replayCommand(outer: Io, lang: Lang, queued: QueuedRun): Promise<void> {
  const { argv, user, cwd, stdin } = queued.command;
  const { terminal: _, ...rest } = outer;
  const io: Io = {
    ...rest,
    argv,
    cwd,
    env: { ...outer.env, FUNNEL_USER: user },
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    out: () => {},
    err: () => {},
    readStdin: async () => new TextEncoder().encode(stdin ?? ''),
  };
  const program = buildProgram(io, lang, async (spec, args, options, globals) => {
    const within = { words: wordsOf(spec, args, options), queued, replay: async () => {} };
    await spec.run(openSession(io, lang, { ...options, ...globals }, spec.name, within), args, options);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    throw usageFailure(error, program, argv) ?? error;
  }
}

function wordsOf(spec: CommandSpec, args: CommandArgs, options: OptionValues): Session['words'] {
  return (others = args, more = {}) => commandWords(spec, others, { ...options, ...more });
}

/** Whatever ends a command is said on a line of its own. */
function clearProgress(session: Session | null): void {
  session?.progress.clear();
}

/** What the system refused and nobody on the way had better words for; anything else as it is. */
function systemFailure(error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return new Failure(
    'file',
    {
      zh: `${path} 系统报告 ${code}。请检查这个文件和它的权限后再试`.trim(),
      en: `${path} The system says ${code}. Check that file and its permissions, and try again`.trim(),
    },
    path === '' ? {} : { file: path },
  );
}

/** What the session came to speak, where there was one. */
function spoken(session: Session | null, lang: Lang): Lang {
  return session?.lang ?? lang;
}
