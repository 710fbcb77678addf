import { formatDay } from './core/date.ts';
import type { Deal } from './core/deal.ts';
import type { Decision } from './core/decision.ts';
import { findDeals } from './core/find-deal.ts';
import { type Message, plain } from './core/message.ts';
import { commandText } from './core/paste.ts';
import { DEFAULT_SETTINGS } from './core/settings.ts';
import { simulateBook } from './core/simulate.ts';
import { truncateTo, visible, wrapText } from './core/text.ts';
import type { Waiting } from './core/waiting.ts';
import { Failure } from './failure.ts';
import { interruption, isInterrupt } from './interrupt.ts';
import type { Reading } from './read-book.ts';
import type { Session } from './session.ts';
import { actingUser } from './storage/config.ts';
import { errnoOf } from './storage/files.ts';
import { commandLine } from './storage/journal.ts';
import {
  addToQueue,
  changeQueue,
  findWritten,
  type QueuedCommand,
  type QueuePlace,
  readQueue,
  settleQueue,
} from './storage/queue.ts';
import { isHalfWritten } from './storage/replace.ts';
import { stateFolderOf } from './storage/state-folder.ts';
import type { Plan, Store } from './storage/store.ts';
import { recordedAtText } from './today.ts';
import { writtenPlaces } from './write-words.ts';

/**
 * The book as it will be once the queued commands are written. Reads only. One that would be refused as things stand
 * changes nothing here; it still counts as waiting.
 */
export async function lookAhead(
  session: Session,
  reading: Reading,
): Promise<{ readonly reading: Reading; readonly waiting: Waiting }> {
  const commands = await readWaiting(session, reading.store).catch((error: unknown) => {
    // Looking on is better than looking at nothing.
    if (!(error instanceof Failure)) throw error;
    session.note(error.text);
    return [];
  });
  const ofDeal = new Map<string, number>();
  let { book } = reading;
  for (const command of commands) {
    const recordedAt = recordedAtText(Date.parse(command.time), book.settings.timeZone);
    const take = (decision: Decision) => {
      book = simulateBook(book, decision, { by: command.user, recordedAt });
      for (const id of decision.ids) ofDeal.set(id, (ofDeal.get(id) ?? 0) + 1);
    };
    const look = { reading: { ...reading, book }, take };
    await replay(session, reading.store, command, { look }).catch((error: unknown) => {
      if (!(error instanceof Failure)) session.note(plain(`${command.n}: ${error}`));
    });
  }
  return { reading: { ...reading, book }, waiting: { n: commands.length, ofDeal } };
}

/** What came of a queued command: what was written, or why it was refused. */
export interface Applied {
  readonly command: QueuedCommand;
  readonly ids: readonly string[];
  readonly plan: Plan | null;
  readonly refused: Message | null;
}

/**
 * Writes what waits, in order of time, each decided on the table as it then is; called with the book locked. A command
 * is written once: its number stands in the journal with what it wrote, so that one that is still in the queue after a
 * crash is known. What is refused stays with its reason. Failure('busy') where the book cannot be written: the rest waits,
 * as it does where a folder is left half written: the next run finishes that and knows it from the journal. `done` is
 * told of each as it comes: what is thrown then says nothing of them (exceptWritten does).
 */
export async function applyQueue(
  session: Session,
  store: Store,
  done: (applied: Applied) => void,
): Promise<void> {
  const place = placeOf(session, store);
  await settleQueue(place);
  const all = (await readQueue(place.state)).filter(({ reason }) => reason === null);
  const written = await findWritten(place.state, all);
  await changeQueue(place, written, () => null);
  for (const command of all.filter(({ id }) => !written.has(id))) {
    const result = await applyOne(session, store, command);
    done(result);
    const leave = new Set([command.id]);
    if (result.refused) await changeQueue(place, leave, () => ({ ...command, reason: result.refused }));
    // Written: where this fails the journal knows it.
    else await changeQueue(place, leave, () => null).catch(() => undefined);
    session.note(appliedText(session, result));
  }
}

/** What says that nothing was written, of a run that had written queued commands before: they are named. */
export function exceptWritten(error: unknown, applied: readonly Applied[]): unknown {
  const written = applied.filter(({ plan }) => plan !== null && plan.changes.length > 0);
  if (written.length === 0) return error;
  const numbers = written.map(({ command: { n } }) => n).join('、');
  const except = {
    zh: `(但排队的第 ${numbers} 条在这之前已经写入)`,
    en: ` (but queued no. ${numbers} had been written before that)`,
  };
  if (isInterrupt(error)) return interruption(except);
  if (!(error instanceof Failure) || !['busy', 'file'].includes(error.code)) return error;
  const { code, text, place, detail } = error;
  return new Failure(code, { zh: text.zh + except.zh, en: text.en + except.en }, place, detail);
}

async function applyOne(session: Session, store: Store, command: QueuedCommand): Promise<Applied> {
  let applied: Applied = { command, ids: [], plan: null, refused: null };
  try {
    await replay(session, store, command, {
      look: null,
      wrote: (ids, plan) => {
        applied = { ...applied, ids, plan };
      },
    });
    return applied;
  } catch (error) {
    const isOurs = errnoOf(error) === null && !isInterrupt(error);
    if (!isOurs || (error instanceof Failure && error.code === 'busy') || isHalfWritten(error)) throw error;
    // A fault of ours in one command must not stop everybody's.
    return { ...applied, refused: error instanceof Failure ? error.text : plain(String(error)) };
  }
}

function replay(
  session: Session,
  store: Store,
  command: QueuedCommand,
  how: Pick<Parameters<Session['replay']>[0], 'look' | 'wrote'>,
): Promise<void> {
  const { cwd } = session.io;
  return session.replay({ command, path: store.path, named: session.options.file, home: { cwd }, ...how });
}

/** Whether a command that met the book in use is to wait: --queue, 占用时=排队, or asked in a terminal. */
export async function mayQueue(session: Session, { book }: Reading, held: Failure): Promise<boolean> {
  const isWanted = session.options.queue || book.settings.queueWhenBusy;
  if (!isWanted && !session.interactive) return false;
  session.note(held.text);
  if (isWanted) return true;
  const { askConfirm } = await import('./prompt/ask.ts');
  return askConfirm(session, { zh: '先排队,等它空出来再写?', en: 'Queue it, and write it once it is free?' });
}

/**
 * What a queued command calls a deal: its id where the file has it. One whose lead still waits has none for sure yet (a
 * row that somebody types in meanwhile may take the number): then the customer, where only one is called so.
 */
export function lastingName(disk: Reading, { book }: Reading, { row }: Deal): string {
  if (row.id !== null && disk.book.deals.some((deal) => deal.row.id === row.id)) return row.id;
  if (findDeals(book, row.customer).length === 1) return row.customer;
  throw new Failure(
    'busy',
    {
      zh: `${row.customer} 自己还在排队,又不止一个商机叫这个名字,不能再排队;请等表空出来再执行`,
      en: `${row.customer} is itself still in the queue, and several deals are called so: this command cannot be queued. Run it once the book is free`,
    },
    { value: row.customer },
  );
}

/** Keeps commands for later and says so. */
export async function keepCommands(
  session: Session,
  { store, book, today, by }: Reading,
  {
    lines,
    stdin,
    ids,
    held,
  }: {
    readonly lines: readonly (readonly string[])[];
    readonly stdin: string;
    readonly ids: readonly string[];
    readonly held: Failure;
  },
): Promise<void> {
  const { options, io } = session;
  const day = formatDay(today);
  const common = [
    ...(options.asOf === null ? [] : ['--as-of', day]),
    // What was to be agreed to has been agreed to.
    ...(options.yes || session.interactive ? ['--yes'] : []),
  ];
  const kept = await addToQueue(
    placeOf(session, store),
    lines.map((words) => ({
      day,
      user: by,
      cwd: io.cwd,
      argv: [...words.slice(0, 1), ...common, ...words.slice(1)],
      ...(stdin === '' ? {} : { stdin }),
    })),
  );
  const [first] = kept;
  const drop = commandText(book, 'pending', '--drop', String(first?.n ?? 0));
  if (session.options.json) {
    session.json({
      ...(ids.length === 1 ? { id: ids[0] } : { ids }),
      changes: [],
      undo: drop,
      queued: true,
      n: first?.n,
      reason: session.say(held.text),
    });
    return;
  }
  const numbers = kept.map(({ n }) => n).join('、');
  const sync = commandText(book, 'sync');
  session.print(
    session.say({
      zh: `已排队(第 ${numbers} 条),还没有写进表里;表空出来后,下一条写命令或 ${sync} 会写入。取消: ${drop}`,
      en: `Queued (no. ${numbers}), not in the table yet: the next writing command, or ${sync}, writes it once the book is free. To drop it: ${drop}`,
    }),
  );
}

/** Commands that wait and are not in the journal yet. */
export async function readWaiting(
  session: Session,
  store: Pick<Store, 'book' | 'files'>,
): Promise<readonly QueuedCommand[]> {
  const { state } = placeOf(session, store);
  const all = (await readQueue(state)).filter(({ reason }) => reason === null);
  const written = await findWritten(state, all);
  return all.filter(({ id }) => !written.has(id));
}

/** Where the queue of a book is, for the person who runs funnel here. */
export function placeOf({ io }: Session, { book, files }: Pick<Store, 'book' | 'files'>): QueuePlace {
  return { state: stateFolderOf(book, io.cwd), files, user: actingUser(io), io };
}

/** The command as people typed it; behind it what it read from stdin, on the same line. */
function typedCommand({ argv, stdin }: QueuedCommand): string {
  return [commandLine(argv), ...(stdin === undefined ? [] : [`< ${stdin.replaceAll('\n', ' ')}`])].join(' ');
}

/** One command of the queue in the words of the JSON contract. */
export function queuedJson(session: Session, command: QueuedCommand) {
  const { n, time, user, reason } = command;
  return { n, time, user, command: typedCommand(command), reason: reason && session.say(reason) };
}

/** `2  2026-11-23 10:00  王芳  log L20261123-001 打了电话 --type 电话  没有写入:…`. */
export function queuedLine(session: Session, command: QueuedCommand): string {
  const { n, time, user, reason } = command;
  const when = recordedAtText(Date.parse(time), DEFAULT_SETTINGS.timeZone).slice(0, 16);
  const state = reason
    ? session.say({ zh: `没有写入: ${reason.zh}`, en: `not written: ${reason.en}` })
    : session.say({ zh: '待写', en: 'waiting' });
  return visible(`${n}  ${when}  ${user}  ${typedCommand(command)}  ${state}`, { newlines: true });
}

/** The same in a list: what goes on from the screen's width stands a little deeper. */
export function queuedEntry(session: Session, command: QueuedCommand): string {
  return wrapText(queuedLine(session, command), session.io.columns - 3).join('\n   ');
}

function appliedText(session: Session, { command, plan, refused }: Applied): Message {
  const who = `${command.user} ${command.n}「${truncateTo(visible(typedCommand(command)), 60)}」`;
  if (refused) {
    const look = commandText({ named: session.options.file }, 'pending');
    return {
      zh: `排队的命令没有写入,仍留着(${look}): ${who}\n  ${refused.zh}`,
      en: `A queued command was not written and stays (${look}): ${who}\n  ${refused.en}`,
    };
  }
  const where = plan && plan.changes.length > 0 ? writtenPlaces(plan.changes) : null;
  return {
    zh: `已补写排队的命令 ${who}:${where?.zh ?? '没有变化'}`,
    en: `Wrote the queued command ${who}: ${where?.en ?? 'no change'}`,
  };
}
