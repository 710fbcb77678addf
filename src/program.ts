import { type Argument, Command, CommanderError, Option } from 'commander';
import type { CommandSpec, OptionSpec, OptionValues } from './commands/command.ts';
import { COMMON, optionsOf } from './commands/conventions.ts';
import { helpTopic, TOPIC_NAMES, TOPICS } from './commands/help-topics.ts';
import { COMMANDS } from './commands/index.ts';
import { CHINESE_VERBS } from './commands/verbs.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { displayWidth, nearest, padEndTo, wrapText } from './core/text.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Runs a command with what commander read: its arguments, its options, those of every command. */
export type Runner = (
  spec: CommandSpec,
  args: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
  globals: OptionValues,
) => Promise<void>;

/** The commander program of every command, with its help, in the language. */
export function buildProgram(io: Io, lang: Lang, runner: Runner): Command {
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

/**
 * What a thrown thing ends as: commander's complaint in our words, with the nearest right word; null where it only printed
 * help or the version; anything else as it is.
 */
export function usageFailure(error: unknown, program: Command, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error;
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
