import { counted, type Message, plain } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { normalizeWidth, visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { writingText } from '../progress.ts';
import type { Session } from '../session.ts';
import { actingUser } from '../storage/config.ts';
import { type JournalEntry, readPending, readUndoable } from '../storage/journal.ts';
import { locateBook } from '../storage/locate.ts';
import { openStore } from '../storage/open.ts';
import { saveBook, withLock } from '../storage/save.ts';
import { type StateFolder, stateFolderOf } from '../storage/state-folder.ts';
import { changeLine } from '../write-words.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { textOption } from './option-values.ts';
import { planTakingBack, type TakingBack } from './undo-plan.ts';
import { leftJson, leftLine, listUndoable, shownCommand, shownTime, showTakenBack } from './undo-words.ts';

export const undoCommand: CommandSpec = {
  name: 'undo',
  args: '',
  summary: { zh: '撤销自己的上一条写命令', en: 'take back your own last writing command' },
  writes: true,
  queues: false,
  options: [
    {
      flags: '--list',
      text: {
        zh: '列出可以撤销的命令,新的在前',
        en: 'list the commands that can be taken back, newest first',
      },
    },
    {
      flags: '--number <n>',
      text: { zh: '撤销 --list 里的这一条', en: 'the command of this number in --list' },
    },
    {
      flags: '--any',
      text: { zh: '也撤销同事的(先说明是谁的)', en: "a colleague's too (it is named first)" },
    },
  ],
  examples: ['undo', 'undo --dry-run', 'undo --list', 'undo --number 12 --dry-run', 'undo --any --yes'],
  run: undo,
};

async function undo(session: Session, _: readonly unknown[], options: OptionValues): Promise<ExitCode> {
  const { io, options: globals } = session;
  const path = await locateBook({ fileOption: globals.file, env: io.env, cwd: io.cwd });
  const { book, files } = await openStore(path);
  const state = stateFolderOf(book, io.cwd);
  if (options.list === true) return listUndoable(session, state);
  const wanted = { any: options.any === true, number: readNumber(options) };
  const { waiting } = session.progress;
  const lock = { book, files, wait: globals.wait, ignoreLock: globals.ignoreLock, io, waiting };
  // What a crash left in doubt is decided first: it may be the command to take back.
  if (!globals.dryRun && (await readPending(state)).length > 0) await withLock(lock, async () => {});
  const entry = await pickEntry(session, state, wanted);
  nameEntry(session, entry);
  const first = await planTakingBack(session, path, state, entry);
  if (globals.dryRun) {
    showTakenBack(session, entry, first, true);
    return EXIT.done;
  }
  if (first.plan.changes.length === 0) throw await nothingFailure(session, state, entry, first);
  await confirm(session, entry, first);
  return withLock(lock, async () => {
    // What was agreed to is what is done: anything that happened since is looked at anew.
    const again = await pickEntry(session, state, wanted);
    const isSame = again.n === entry.n && (await first.reading.store.isUnchanged?.()) === true;
    const now = isSame ? first : await planTakingBack(session, path, state, again);
    if (again.n !== entry.n || !isAgreed(now.agreed, first.agreed)) throw changedFailure(path);
    const { store, plan, exact } = now;
    session.progress.step(writingText(store.path));
    await saveBook({
      store,
      plan,
      io,
      user: actingUser(io),
      command: io.argv,
      undoes: entry.n,
      ...(exact ? { releases: entry } : {}),
    });
    showTakenBack(session, entry, now, false);
    return EXIT.done;
  });
}

/** Patch by patch: of a large import the texts of all of them would be one very long one. */
function isAgreed(now: readonly unknown[], first: readonly unknown[]): boolean {
  if (now === first) return true;
  return (
    now.length === first.length &&
    now.every((each, index) => JSON.stringify(each) === JSON.stringify(first[index]))
  );
}

/** Which command is to be taken back. */
interface Wanted {
  /** A colleague's too. */
  readonly any: boolean;
  /** Of `--list`; null: the last. */
  readonly number: number | null;
}

function readNumber(options: OptionValues): number | null {
  const given = textOption(options, 'number');
  if (given === null) return null;
  if (/^\d+$/.test(normalizeWidth(given))) return Number(normalizeWidth(given));
  throw new Failure(
    'usage',
    {
      zh: `--number「${given}」要是 undo --list 里的编号`,
      en: `--number “${given}” must be a number of undo --list`,
    },
    { value: given, expected: '12' },
  );
}

/** My own last command, or anybody's, or the one of a number. */
async function pickEntry(
  session: Session,
  state: StateFolder,
  { any, number }: Wanted,
): Promise<JournalEntry> {
  const me = actingUser(session.io);
  let colleague: JournalEntry | null = null;
  for await (const entry of readUndoable(state)) {
    if (number !== null && entry.n !== number) continue;
    if (any || entry.user === me) return entry;
    colleague ??= entry;
  }
  const named = { named: session.options.file };
  if (number !== null && colleague === null) {
    const list = commandText(named, 'undo', '--list');
    throw new Failure(
      'usage',
      {
        zh: `没有可以撤销的第 ${number} 条命令;见 ${list}`,
        en: `There is no command ${number} to take back; see ${list}`,
      },
      { file: state.book, value: String(number) },
    );
  }
  const again = commandText(named, 'undo', ...(number === null ? [] : ['--number', String(number)]), '--any');
  throw new Failure(
    'refused',
    colleague === null
      ? {
          zh: '没有可以撤销的命令(init、forget 和 forget 之前的不能撤销)',
          en: 'There is no command to take back (init, forget and what was done before a forget cannot be)',
        }
      : {
          zh: `你(${me})没有可以撤销的命令。最近一条是 ${colleague.user} 的:${shownCommand(colleague)}。要撤销它: ${again}`,
          en: `You (${me}) have no command to take back. The last one is ${colleague.user}'s: ${shownCommand(colleague)}. To take it back: ${again}`,
        },
    { file: state.book },
  );
}

/** Says whose command it is before anything is done to a colleague's. */
function nameEntry(session: Session, entry: JournalEntry): void {
  const { user, time } = entry;
  if (user === actingUser(session.io)) return;
  const when = shownTime(time);
  session.note({
    zh: visible(`这是 ${user} 在 ${when} 的命令:${shownCommand(entry)}`),
    en: visible(`This is ${user}'s command of ${when}: ${shownCommand(entry)}`),
  });
}

/** Exactly the old bytes again, and one's own: done without a question. Everything else is agreed to first. */
async function confirm(session: Session, entry: JournalEntry, taking: TakingBack): Promise<void> {
  const { plan, left, exact, reading } = taking;
  const foreign = entry.user !== actingUser(session.io);
  if (session.options.yes || (exact && (!foreign || !session.interactive))) return;
  const question: Message = exact
    ? { zh: `撤销 ${entry.user} 的这条命令?`, en: `Take back ${entry.user}'s command?` }
    : {
        zh: `文件在这条命令之后又改过:能撤销 ${plan.changes.length} 格,${left.length} 格保留`,
        en: `The file was changed after this command: ${counted(plan.changes.length, 'cell')} can be taken back, ${left.length} stay`,
      };
  if (!session.interactive) {
    const look = commandText(reading.book, 'undo', '--dry-run');
    throw new Failure(
      'usage',
      {
        zh: `${question.zh}。先看清楚: ${look};同意就加 --yes`,
        en: `${question.en}. Look first: ${look}; to agree, add --yes`,
      },
      { file: reading.store.path, expected: '--yes' },
      { left: left.map((cell) => leftJson(session, reading, cell)) },
    );
  }
  // To stderr: what goes to stdout is written when the command has ended.
  for (const change of plan.changes) session.note(plain(changeLine(reading, change)));
  for (const cell of left) session.note(plain(leftLine(session, cell)));
  const { askConfirm } = await import('../prompt/ask.ts');
  if (await askConfirm(session, question, false)) return;
  throw new Failure(
    'refused',
    { zh: '没有撤销,什么都没改', en: 'Not taken back; nothing was changed' },
    { file: reading.store.path },
  );
}

/** Nothing of the command stands any more: said with what became of its cells, and with the command before it. */
async function nothingFailure(
  session: Session,
  state: StateFolder,
  entry: JournalEntry,
  { left, reading }: TakingBack,
): Promise<Failure> {
  const lines = left.map((cell) => leftLine(session, cell));
  const shown = [...lines.slice(0, 10), ...(lines.length > 10 ? ['…'] : [])].join('\n');
  const rest = plain(shown === '' ? '' : `\n${shown}`);
  const before = await entryBefore(state, entry);
  const command = before && commandText(reading.book, 'undo', '--number', String(before.n));
  const earlier: Message = before
    ? {
        zh: `\n要撤销更早的一条(${shownCommand(before)}): ${command}`,
        en: `\nTo take back the one before it (${shownCommand(before)}): ${command}`,
      }
    : plain('');
  return new Failure(
    'refused',
    {
      zh: `文件之后又改过,这条命令写的内容已不能撤销${rest.zh}${earlier.zh}`,
      en: `The file was changed since; nothing of this command can be taken back${rest.en}${earlier.en}`,
    },
    { file: reading.store.path },
    { left: left.map((cell) => leftJson(session, reading, cell)) },
  );
}

/** The same person's command before this one. */
async function entryBefore(state: StateFolder, { n, user }: JournalEntry): Promise<JournalEntry | null> {
  for await (const entry of readUndoable(state)) if (entry.n < n && entry.user === user) return entry;
  return null;
}

function changedFailure(path: string): Failure {
  return new Failure(
    'busy',
    {
      zh: `${path} 刚刚又有改动,没有撤销任何内容。请再执行一次`,
      en: `${path} changed just now; nothing was taken back. Run the command again`,
    },
    { file: path },
  );
}
