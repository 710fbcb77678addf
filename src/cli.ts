import { type Argument, Command, CommanderError, Option } from 'commander';
import type { CommandSpec, OptionSpec, OptionValues } from './commands/command.ts';
import { commandWords } from './commands/command-words.ts';
import { COMPLETE, completeLine } from './commands/complete.ts';
import { COMMON, optionsOf } from './commands/conventions.ts';
import { helpTopic, TOPIC_NAMES, TOPICS } from './commands/help-topics.ts';
import { COMMANDS } from './commands/index.ts';
import { CHINESE_VERBS } from './commands/verbs.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { displayWidth, nearest, padEndTo, visible, wrapText } from './core/text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import { readFullWidth } from './full-width.ts';
import { exceptOf, isInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import { pickLang } from './lang.ts';
import { runMenu } from './menu.ts';
import { copiesText } from './read-books.ts';
import { type CommandArgs, openSession, printFailure, type QueuedRun, type Session } from './session.ts';
import { oneBookOnly } from './storage/locate.ts';
import { isWorkbookName } from './storage/open.ts';
import { splitCopies } from './storage/several.ts';
import { VERSION } from './version.ts';

/** Runs one command line: the exit code. The one catch of the program; what is not a Failure is a bug and goes on up. */
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
    const failure = error instanceof CommanderError ? usageFailure(error, program, argv) : error;
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
    throw error instanceof CommanderError ? (usageFailure(error, program, argv) ?? error) : error;
  }
}

function wordsOf(spec: CommandSpec, args: CommandArgs, options: OptionValues): Session['words'] {
  return (others = args, more = {}) => commandWords(spec, others, { ...options, ...more });
}

/** Whatever ends a command is said on a line of its own. */
function clearProgress(session: Session | null): void {
  session?.progress.clear();
}

/** What the session came to speak, where there was one. */
function spoken(session: Session | null, lang: Lang): Lang {
  return session?.lang ?? lang;
}

type Runner = (
  spec: CommandSpec,
  args: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
  globals: OptionValues,
) => Promise<void>;

function buildProgram(io: Io, lang: Lang, runner: Runner): Command {
  const program = new Command('funnel');
  program
    .description(
      say(
        {
          zh: '用团队自己的 Excel 工作簿管理销售漏斗',
          en: "Runs a sales team's funnel out of its own Excel workbook",
        },
        lang,
      ),
    )
    .version(VERSION, '-V, --version', say({ zh: '版本', en: 'version' }, lang))
    .usage(say({ zh: '<命令> [选项]', en: '<command> [options]' }, lang))
    .helpCommand(false);
  dress(program, io, lang);
  addOptions(program, COMMON, lang);
  for (const spec of COMMANDS) {
    const also = CHINESE_VERBS[spec.name] ?? [];
    const command = program
      .command(`${spec.name} ${spec.args}`.trim())
      .aliases([...also])
      .usage(`[${say({ zh: '选项', en: 'options' }, lang)}] ${spec.args}`.trim())
      .description(
        also.length === 0
          ? say(spec.summary, lang)
          : `${say(spec.summary, lang)}\n${say({ zh: '也可写', en: 'Also' }, lang)}: ${also.join('、')}`,
      )
      .summary(say(spec.brief ?? spec.summary, lang));
    dress(command, io, lang);
    addOptions(command, optionsOf(spec), lang);
    command.configureHelp({ ...command.configureHelp(), showGlobalOptions: true });
    command.addHelpText(
      'after',
      `\n${say({ zh: '例:', en: 'Examples:' }, lang)}\n${spec.examples.map((line) => `  funnel ${line}`).join('\n')}`,
    );
    command.action(async () => {
      const args = command.processedArgs as (string | string[] | undefined)[];
      await runner(spec, args, command.opts(), program.opts());
    });
  }
  addHelpCommand(program, io, lang);
  program.addHelpText(
    'after',
    wrapText(
      say(
        {
          zh: '\n先试: funnel init --sample\n然后: funnel check\n接管自己的表: funnel adopt 客户表.xlsx --dry-run\n退出码: 0 完成 · 2 用法 · 3 文件 · 4 被规则拒绝 · 5 占用或不可写 · 6 通知未送达 · 10 check、verify 有发现 · 130 中断',
          en: '\nTry: funnel init --sample\nThen: funnel check\nTake over your own table: funnel adopt customers.xlsx --dry-run\nExit codes: 0 done · 2 usage · 3 file · 4 refused by a rule · 5 busy or not writable · 6 not delivered · 10 check or verify found something · 130 interrupted',
        },
        lang,
      ),
      Math.min(io.columns, 100),
    ).join('\n'),
  );
  return program;
}

/** `help`, `help COMMAND`, `help TOPIC`. Throws Failure('usage') for what is neither. */
function addHelpCommand(program: Command, io: Io, lang: Lang): void {
  const topics = TOPICS.map(({ name }) => name).join(say({ zh: '、', en: ', ' }, lang));
  const command = program
    .command('help [topic]')
    .aliases([...(CHINESE_VERBS.help ?? [])])
    .description(
      say(
        { zh: `命令的帮助,或一个主题: ${topics}`, en: `help for a command, or on a topic: ${topics}` },
        lang,
      ),
    );
  dress(command, io, lang);
  command.action((word?: string) => {
    if (word === undefined) return program.outputHelp();
    const named = program.commands.find((each) => [each.name(), ...each.aliases()].includes(word));
    if (named) return named.outputHelp();
    const text = helpTopic(word);
    if (text) return io.out(`${wrapPage(say(text, lang), Math.min(io.columns, 100))}\n`);
    const close = nearest(word, [...commandNames(program), ...TOPIC_NAMES]);
    throw new Failure(
      'usage',
      close.length > 0
        ? {
            zh: `没有「${word}」这个命令或主题。是不是 ${close.join('、')}?`,
            en: `There is no command or topic “${word}”. Did you mean ${close.join(', ')}?`,
          }
        : {
            zh: `没有「${word}」这个命令或主题。主题有 ${topics};命令见 funnel --help`,
            en: `There is no command or topic “${word}”. Topics: ${topics}; commands: funnel --help`,
          },
      { value: word, expected: TOPICS.map(({ name }) => name).join(' / ') },
    );
  });
}

/** What goes on from an indented line stands a little deeper than it. */
function wrapPage(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const deeper = line.startsWith(' ') ? '    ' : '';
      return wrapText(line, width - deeper.length).map((piece, at) => (at === 0 ? piece : deeper + piece));
    })
    .join('\n');
}

/** `<deal>`, `[text...]`, as commander writes it. */
function readableArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Every word that is a command: verbs and their Chinese words. */
function commandNames(program: Command): readonly string[] {
  return program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
}

/** Commander's own words and widths, in the language and by display width. */
function dress(command: Command, io: Io, lang: Lang): void {
  const titles: Readonly<Record<string, string>> =
    lang === 'zh'
      ? {
          'Usage:': '用法:',
          'Arguments:': '参数:',
          'Options:': '选项:',
          'Global Options:': '通用选项:',
          'Commands:': '命令:',
        }
      : {};
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .helpOption('-h, --help', say({ zh: '帮助', en: 'help' }, lang))
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => Math.min(io.columns, 100),
    })
    .configureHelp({
      displayWidth,
      // 新增 beside add-lead for those who read Chinese; further words stand in the command's own help.
      subcommandTerm: (each) =>
        [
          each.name(),
          ...(lang === 'zh' ? each.aliases().slice(0, 1) : []),
          ...each.registeredArguments.map(readableArgument),
        ].join(' '),
      commandUsage: (each) => [...(each.parent ? ['funnel'] : []), each.name(), each.usage()].join(' '),
      styleTitle: (title) => titles[title] ?? title,
      padWidth: (cmd, helper) =>
        Math.max(
          helper.longestOptionTermLength(cmd, helper),
          helper.longestGlobalOptionTermLength(cmd, helper),
          helper.longestSubcommandTermLength(cmd, helper),
          helper.longestArgumentTermLength(cmd, helper),
        ),
      formatItem: (term, width, description) => {
        const lines = wrapText(description, Math.max(20, Math.min(io.columns, 100) - width - 4));
        return lines
          .map((line, index) => `  ${padEndTo(index === 0 ? term : '', width)}  ${line}`)
          .join('\n');
      },
      boxWrap: (text, width) =>
        text
          .split('\n')
          .flatMap((line) => wrapText(line, width))
          .join('\n'),
    });
}

function addOptions(command: Command, options: readonly OptionSpec[], lang: Lang): void {
  for (const { flags, text, repeat } of options) {
    const option = new Option(flags, say(text, lang));
    if (repeat)
      option.argParser((value: string, earlier: string[] | undefined) => [...(earlier ?? []), value]);
    command.addOption(option);
  }
}

/** Commander's complaint in our words, with the nearest right word; null where it only printed help or the version. */
function usageFailure(error: CommanderError, program: Command, argv: readonly string[]): Failure | null {
  if (error.exitCode === 0) return null;
  const { code } = error;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const command =
    program.commands.find((each) => [each.name(), ...each.aliases()].some((word) => argv.includes(word))) ??
    null;
  const help = command ? `funnel ${command.name()} --help` : 'funnel --help';
  const known = {
    'commander.unknownCommand': commandNames(program),
    'commander.unknownOption': [...(command?.options ?? []), ...program.options].map(
      (option) => option.long ?? '',
    ),
  };
  const close = nearest(quoted, known[code as keyof typeof known] ?? []);
  const hint: Message =
    close.length > 0
      ? { zh: `是不是 ${close.join('、')}?`, en: `Did you mean ${close.join(', ')}?` }
      : { zh: `见 ${help}`, en: `See ${help}` };
  const text = COMPLAINTS[code]?.(quoted) ?? {
    zh: `命令行有误:${error.message.replace(/^error: /, '')}`,
    en: error.message,
  };
  return new Failure(
    'usage',
    { zh: `${text.zh}。${hint.zh}`, en: `${text.en}. ${hint.en}` },
    { value: quoted },
  );
}

const COMPLAINTS: Readonly<Record<string, (quoted: string) => Message>> = {
  'commander.help': () => ({ zh: '没有给出命令', en: 'No command given' }),
  'commander.unknownCommand': (word) => ({
    zh: `没有「${word}」这个命令`,
    en: `There is no command “${word}”`,
  }),
  'commander.unknownOption': (word) => ({
    zh: `没有「${word}」这个选项`,
    en: `There is no option “${word}”`,
  }),
  'commander.missingArgument': (word) => ({ zh: `缺少参数 <${word}>`, en: `Argument <${word}> is missing` }),
  'commander.optionMissingArgument': (word) => ({
    zh: `选项 ${word} 后面要有值`,
    en: `Option ${word} needs a value`,
  }),
  'commander.excessArguments': () => ({
    zh: '参数多了;有空格的文字请用双引号括起来',
    en: 'Too many arguments; put a text with spaces into double quotes',
  }),
};
