import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { orBusy } from './busy.ts';
import { errnoOf, ownershipOf, replaceText } from './files.ts';
import { lastEntryNumber, readJournal } from './journal.ts';
import { acquireLock } from './lock.ts';
import { createStateFolder, type StateFolder, stateFailure } from './state-folder.ts';

/** A command that met the book in use: kept as it was given, to be decided anew once the book is free. */
export interface QueuedCommand {
  /** Its number: the one people name it by. Counted over all users, never given twice. */
  readonly n: number;
  /** Its name in the journal once it is written. */
  readonly id: string;
  /** When it was given: ISO 8601, UTC. */
  readonly time: string;
  /** The team's day then, `YYYY-MM-DD`: 昨天 and +3wd count from it. */
  readonly day: string;
  readonly user: string;
  /** Where it was given: files it names are found from there. */
  readonly cwd: string;
  /** The command line without the leading `funnel`, complete: it asks nothing. */
  readonly argv: readonly string[];
  /** What it reads from stdin (the deals of `log -`); absent: nothing. */
  readonly stdin?: string;
  /** The newest journal entry at that time: what this command came to is behind it. */
  readonly after: number;
  /** Why it was refused; null: it waits. */
  readonly reason: Message | null;
}

/** Everybody's queued commands in order of time, refused ones too. Failure('file') for a file that cannot be read. */
export async function readQueue(state: StateFolder): Promise<readonly QueuedCommand[]> {
  const files = await readFiles(state);
  // A sync client may lay a second copy of a file beside it: what stands in both is one command.
  const byId = new Map(files.flatMap(({ commands }) => commands.map((command) => [command.id, command])));
  return [...byId.values()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.n - b.n));
}

/** What there is to queue a command: the book's state folder, its real files, who runs funnel here. */
export interface QueuePlace {
  readonly state: StateFolder;
  readonly files: readonly string[];
  readonly user: string;
  readonly io: Pick<Io, 'hostname' | 'pid' | 'now' | 'stops'>;
}

/**
 * Keeps commands, all or none, flushed before it returns. Failure('busy') where the state folder cannot be written:
 * then nothing is kept.
 */
export async function addToQueue(
  place: QueuePlace,
  commands: readonly Pick<QueuedCommand, 'day' | 'user' | 'cwd' | 'argv' | 'stdin'>[],
): Promise<readonly QueuedCommand[]> {
  const { state, user, io } = place;
  return withQueue(place, async (files) => {
    const last = Math.max(0, ...files.map((file) => file.last));
    const after = await lastEntryNumber(state);
    const time = new Date(io.now()).toISOString();
    const added = commands.map(
      (command, index): QueuedCommand => ({
        ...command,
        n: last + 1 + index,
        id: randomUUID(),
        time,
        after,
        reason: null,
      }),
    );
    const path = fileOf(state, user);
    const own = files.find((file) => file.path === path)?.commands ?? [];
    await writeFile(place, { path, last: last + added.length, commands: [...own, ...added] });
    return added;
  });
}

/** Changes what is kept of some commands, found by their id; `change` giving null takes one out. */
export async function changeQueue(
  place: QueuePlace,
  ids: ReadonlySet<string>,
  change: (command: QueuedCommand) => QueuedCommand | null,
): Promise<void> {
  if (ids.size === 0) return;
  await withQueue(place, async (files) => {
    for (const { path, last, commands } of files) {
      if (!commands.some(({ id }) => ids.has(id))) continue;
      const changed = commands.map((command) => (ids.has(command.id) ? change(command) : command));
      await writeFile(place, { path, last, commands: changed.filter((each) => each !== null) });
    }
  });
}

/** Those of `commands` that are in the journal: a crash came between their write and their leaving the queue. */
export async function findWritten(
  state: StateFolder,
  commands: readonly QueuedCommand[],
): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  if (commands.length === 0) return written;
  const ids = new Set(commands.map(({ id }) => id));
  const after = Math.min(...commands.map((command) => command.after));
  for await (const { n, queued } of readJournal(state)) {
    if (n <= after) break;
    if (queued !== undefined && ids.has(queued)) written.add(queued);
  }
  return written;
}

interface QueueFile {
  readonly path: string;
  /** The highest number it has ever given. */
  readonly last: number;
  readonly commands: readonly QueuedCommand[];
}

const LOCK = 'lock';
/** Seconds; the lock is held for one small write. */
const WAIT = 5;

/** Clears what a run left in the folder that was killed while it queued something. */
export async function settleQueue(place: QueuePlace): Promise<void> {
  const names = await listNames(place.state);
  if (names.some((name) => !isQueueFile(name))) await withQueue(place, async () => {});
}

/** Runs `work` on the files as they are while nobody else changes them. */
async function withQueue<T>(
  { state, files, user, io }: QueuePlace,
  work: (files: readonly QueueFile[]) => Promise<T>,
): Promise<T> {
  return orBusy(state.queue, async () => {
    await createStateFolder(state, await ownershipOf(files[0] ?? state.book), state.queue);
    const path = join(state.queue, LOCK);
    const release = await acquireLock({
      book: state.book,
      files: [],
      user,
      wait: WAIT,
      ignoreLock: false,
      path,
      io,
    });
    try {
      for (const name of await listNames(state))
        if (!isQueueFile(name) && name !== LOCK) await rm(join(state.queue, name), { force: true });
      return await work(await readFiles(state));
    } finally {
      await release().catch(() => undefined);
    }
  });
}

async function listNames({ queue }: StateFolder): Promise<readonly string[]> {
  return readdir(queue).catch((error: unknown) => {
    // ENOTDIR: a file stands where the state folder should be, so nothing was ever queued.
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw stateFailure(queue, error);
  });
}

function isQueueFile(name: string): boolean {
  return name.endsWith('.json');
}

async function readFiles(state: StateFolder): Promise<readonly QueueFile[]> {
  const files: QueueFile[] = [];
  for (const name of (await listNames(state)).filter(isQueueFile).sort()) {
    const path = join(state.queue, name);
    try {
      const { last, commands } = JSON.parse(await readFile(path, 'utf8')) ?? {};
      if (typeof last !== 'number' || !Array.isArray(commands) || !commands.every(isCommand))
        throw brokenFile(path);
      files.push({ path, last, commands });
    } catch (error) {
      if (error instanceof SyntaxError) throw brokenFile(path);
      throw stateFailure(path, error);
    }
  }
  return files;
}

function isCommand(value: unknown): value is QueuedCommand {
  const { n, id, time, day, user, cwd, argv, stdin, after }: Partial<QueuedCommand> = value ?? {};
  return (
    [n, after].every((each) => typeof each === 'number') &&
    [id, time, day, user, cwd, stdin ?? ''].every((each) => typeof each === 'string') &&
    Array.isArray(argv) &&
    argv.every((word) => typeof word === 'string')
  );
}

async function writeFile({ files, state }: QueuePlace, { path, last, commands }: QueueFile): Promise<void> {
  const owner = await ownershipOf(files[0] ?? state.book);
  await replaceText(path, `${JSON.stringify({ last, commands }, null, 1)}\n`, owner);
}

/** One file per user. The name is for people to see, the digits tell two users of one spelling apart. */
function fileOf({ queue }: StateFolder, user: string): string {
  const seen = user.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 40);
  return join(queue, `${seen}-${createHash('sha256').update(user).digest('hex').slice(0, 8)}.json`);
}

function brokenFile(path: string): Failure {
  return new Failure(
    'file',
    {
      zh: `排队的命令读不了:${path} 不是 funnel 写的样子。请移走它(里面的命令要重新执行)`,
      en: `The queued commands cannot be read: ${path} is not as funnel wrote it. Move it away (the commands in it must be given again)`,
    },
    { file: path },
  );
}
