import { commandText } from '../core/paste.ts';
import { normalizeWidth } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { placeOf, queuedEntry, queuedJson, queuedLine } from '../queue.ts';
import { noteOrphans } from '../read-book.ts';
import type { Session } from '../session.ts';
import { actingUser } from '../storage/config.ts';
import { locateBook } from '../storage/locate.ts';
import { openStore } from '../storage/open.ts';
import { changeQueue, findWritten, type QueuedCommand, readQueue } from '../storage/queue.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { textOption } from './option-values.ts';
import { writeWaiting } from './sync.ts';

export const pendingCommand: CommandSpec = {
  name: 'pending',
  args: '',
  summary: {
    zh: '排队的命令:列出、取消、重试',
    en: 'the queued commands: list them, drop one, try one again',
  },
  writes: true,
  pages: true,
  queues: false,
  options: [
    { flags: '--drop <n>', text: { zh: '取消第 n 条', en: 'drop the command of this number' } },
    {
      flags: '--retry <n>',
      text: { zh: '被拒绝的第 n 条再试一次', en: 'try the refused command of this number again' },
    },
  ],
  examples: ['pending', 'pending --json', 'pending --drop 2', 'pending --retry 2'],
  async run(session, _args, options) {
    const { io, options: globals } = session;
    const store = await openStore(await locateBook({ fileOption: globals.file, env: io.env, cwd: io.cwd }));
    await noteOrphans(session, store);
    const place = placeOf(session, store);
    const all = await readQueue(place.state);
    const written = await findWritten(place.state, all);
    const queue = all.filter(({ id }) => !written.has(id));
    const wanted = readNumbers(options);
    if (wanted === null) return listQueue(session, queue);
    const command = queue.find(({ n }) => n === wanted.n);
    if (!command) throw noSuch(session, wanted.n);
    if (!globals.dryRun) {
      await refuseColleagues(session, command);
      const waits = (each: QueuedCommand) => ({ ...each, reason: null });
      await changeQueue(place, new Set([command.id]), wanted.drop ? () => null : waits);
    }
    if (!wanted.drop) return writeWaiting(session, store);
    if (globals.json)
      session.json({ dropped: queuedJson(session, command), ...(globals.dryRun ? { dryRun: true } : {}) });
    else {
      const line = queuedLine(session, command);
      session.print(session.say({ zh: `取消排队: ${line}`, en: `Dropped: ${line}` }));
    }
    return EXIT.done;
  },
};

function listQueue(session: Session, queue: readonly QueuedCommand[]): ExitCode {
  if (session.options.json) {
    session.json(queue.map((command) => queuedJson(session, command)));
    return EXIT.done;
  }
  for (const command of queue) session.print(queuedEntry(session, command));
  if (queue.length === 0) session.note({ zh: '没有排队的命令', en: 'No command is queued' });
  return EXIT.done;
}

interface Wanted {
  readonly n: number;
  readonly drop: boolean;
}

/** `--drop` or `--retry`; null: neither. */
function readNumbers(options: OptionValues): Wanted | null {
  const [drop, retry] = [textOption(options, 'drop'), textOption(options, 'retry')];
  if (drop !== null && retry !== null)
    throw new Failure('usage', {
      zh: '--drop 和 --retry 只能给一个',
      en: 'Give only one of --drop and --retry',
    });
  const given = drop ?? retry;
  if (given === null) return null;
  if (/^\d{1,9}$/.test(normalizeWidth(given)))
    return { n: Number(normalizeWidth(given)), drop: drop !== null };
  const flag = drop === null ? '--retry' : '--drop';
  throw new Failure(
    'usage',
    {
      zh: `${flag}「${given}」要是 pending 列出的编号`,
      en: `${flag} “${given}” must be a number that pending lists`,
    },
    { value: given, expected: '2' },
  );
}

/** What somebody else has queued is theirs: it is named, and agreed to first. */
async function refuseColleagues(session: Session, command: QueuedCommand): Promise<void> {
  const { user } = command;
  if (user === actingUser(session.io) || session.options.yes) return;
  const question = {
    zh: `这是 ${user} 排队的命令: ${queuedLine(session, command)}`,
    en: `This is ${user}'s command: ${queuedLine(session, command)}`,
  };
  if (session.interactive) {
    const { askConfirm } = await import('../prompt/ask.ts');
    if (await askConfirm(session, { zh: `${question.zh}\n继续?`, en: `${question.en}\nGo on?` }, false))
      return;
  }
  throw new Failure('refused', {
    zh: `${question.zh}\n确实要动它就加 --yes`,
    en: `${question.en}\nTo go on, add --yes`,
  });
}

function noSuch(session: Session, n: number): Failure {
  const list = commandText({ named: session.options.file }, 'pending');
  return new Failure(
    'usage',
    {
      zh: `没有排队的第 ${n} 条命令(也许已经写入);见 ${list}`,
      en: `No command ${n} is queued (it may have been written); see ${list}`,
    },
    { value: String(n) },
  );
}
