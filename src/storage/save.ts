import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Message } from '../core/message.ts';
import type { WrittenTable } from '../core/written.ts';
import { interruption } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { busyFailure, orBusy } from './busy.ts';
import { actingUser } from './config.ts';
import { hashFile, hashPieces, holdsPieces, type Ownership, ownershipOf, writeHashed } from './files.ts';
import {
  commandLine,
  confirmEntry,
  dropEntry,
  dropKept,
  type JournalEntry,
  type JournalFile,
  keepFile,
  keptName,
  nextEntryNumber,
  pruneJournal,
  pruneKept,
  writePending,
} from './journal.ts';
import { acquireLock } from './lock.ts';
import { isHalfWritten, renameAll, settleLeftovers, targetOf } from './replace.ts';
import { createStateFolder, type StateFolder, stateFolderOf, tempPrefix } from './state-folder.ts';
import type { Plan, PlannedFile, Store } from './store.ts';

export interface LockOptions {
  /** What stands for the store: the real workbook, or the real folder of a CSV store. */
  readonly book: string;
  /** Its real files: each may be open in an office program. */
  readonly files: readonly string[];
  /** Seconds. */
  readonly wait: number;
  readonly ignoreLock: boolean;
  readonly io: Io;
  /** Told, while it waits, who has it. */
  readonly waiting?: ((message: Message) => void) | undefined;
}

/**
 * Runs `work` with the workbook locked. What an earlier run left when it was killed is cleared first, so that `work`
 * reads a workbook that is the old or the new one, never between. Throws Failure('busy') where somebody has it.
 */
export async function withLock<T>(
  { book, files, wait, ignoreLock, io, waiting }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const user = actingUser(io);
  const release = await orBusy(book, () => acquireLock({ book, files, user, wait, ignoreLock, io, waiting }));
  try {
    await orBusy(book, () => settleLeftovers(stateFolderOf(book, io.cwd), io.platform));
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

export interface SaveRequest {
  readonly store: Pick<Store, 'path' | 'book' | 'verify' | 'saved'>;
  readonly plan: Plan;
  readonly io: Pick<Io, 'now' | 'hostname' | 'cwd' | 'platform' | 'stops'>;
  /** 操作人. */
  readonly user: string;
  /** The command line, without the leading `funnel`. */
  readonly command: readonly string[];
  /** The journal entry that this write takes back. */
  readonly undoes?: number;
  /** The entry whose kept files stand in the book again: they go before others have to. */
  readonly releases?: JournalEntry;
  /** The queued command that this write is. */
  readonly queued?: string;
  /** The journal entries that this write writes again. */
  readonly restores?: readonly number[];
  /** What the changed cells are called. */
  readonly tables?: readonly WrittenTable[];
  /** It erases somebody's data: neither the cells nor the replaced file are kept. */
  readonly forgets?: true;
}

/** An entry before its files are written: what they hold is summed up on the way. */
interface DraftEntry extends Omit<JournalEntry, 'files'> {
  readonly files: readonly Omit<JournalFile, 'hashAfter'>[];
}

/**
 * Writes a plan: check, write beside, verify, keep the old, rename, all or none. Called inside `withLock`. Throws
 * Failure('busy') where the file has changed since it was read or cannot be written; thrown always means that nothing
 * was written; so it is where the program was asked to stop before the first rename. A plan that changes no byte leaves
 * no trace.
 */
export async function saveBook(request: SaveRequest): Promise<void> {
  const { store, plan, io } = request;
  const files = plan.files.filter((file) => !isAsBefore(file));
  if (files.length === 0) return;
  const state = stateFolderOf(store.book, io.cwd);
  await store.verify(plan);
  const entry = await orBusy(store.path, async () => {
    await refuseChanged(files, store.path);
    const owner = await ownerLike(store.book, files);
    await createStateFolder(state, owner);
    const draft = await describeEntry(request, files, state);
    try {
      const made = { ...draft, files: await stageFiles(state, draft, files, owner) };
      await writePending(state, made, owner);
      // What forget has erased already is not kept anywhere: it goes on.
      if (io.stops?.asked() && !request.forgets) throw interruption();
      await refuseChanged(files, store.path);
      await renameAll(state, made, io.platform);
      return made;
    } catch (error) {
      if (isHalfWritten(error)) throw error;
      for (const { temp } of draft.files) await rm(join(state.home, temp), { force: true });
      await dropEntry(state, draft);
      throw error;
    }
  });
  // Written. What still fails is made good by the next run and must not look like a refusal to write.
  await confirmEntry(state, entry).catch(() => undefined);
  if (request.releases) await dropKept(state, request.releases).catch(() => undefined);
  if (!request.forgets) await learn(request, state, entry, files).catch(() => undefined);
  await pruneKept(state).catch(() => undefined);
  await pruneJournal(state).catch(() => undefined);
}

/** Keeps what the next command need not read again. */
async function learn(
  { store, plan }: SaveRequest,
  state: StateFolder,
  entry: JournalEntry,
  files: readonly PlannedFile[],
): Promise<void> {
  const hash = entry.files[0]?.hashAfter;
  if (!store.saved || !hash) return;
  const owner = await ownerLike(store.book, files);
  await createStateFolder(state, owner, state.index);
  await store.saved(plan, { folder: state.index, owner, hash });
}

/**
 * What is kept beside the book is as open or closed as the book: as the first file that is there already, else as any
 * file of its folder would be.
 */
async function ownerLike(book: string, files: readonly PlannedFile[]): Promise<Ownership | null> {
  for (const { path } of files) {
    const owner = await ownershipOf(path);
    if (owner) return owner;
  }
  const owner = await ownershipOf(book);
  return owner && { ...owner, mode: owner.mode & 0o666 };
}

async function describeEntry(
  request: SaveRequest,
  files: readonly PlannedFile[],
  state: StateFolder,
): Promise<DraftEntry> {
  const { plan, io, user, command, undoes, queued, forgets, restores, tables } = request;
  const n = await nextEntryNumber(state);
  return {
    n,
    time: new Date(io.now()).toISOString(),
    user,
    host: io.hostname,
    command: commandLine(command),
    undoes: undoes ?? null,
    ...(queued === undefined ? {} : { queued }),
    ...(forgets ? { forgets } : {}),
    ...(restores === undefined ? {} : { restores }),
    changes: forgets ? [] : plan.changes,
    ...(tables === undefined ? {} : { tables }),
    files: files.map((file, index) => ({
      name: relative(state.home, file.path),
      temp: relative(state.home, join(dirname(file.path), `${tempPrefix(state.book)}${randomUUID()}.tmp`)),
      kept: file.baseHash === null ? null : keptName(n, index, file.path),
      hashBefore: file.baseHash,
    })),
  };
}

/** Whether a file would hold what it holds already. */
function isAsBefore({ base, baseHash, pieces }: PlannedFile): boolean {
  if (!base || !pieces) return baseHash === (pieces && hashPieces(pieces));
  // What is longer or shorter is another text.
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return length === base.length && baseHash === hashPieces(pieces);
}

/** Writes the new contents beside the files, reads them back, and keeps the old ones. Gives the files with their new hash. */
async function stageFiles(
  state: StateFolder,
  draft: DraftEntry,
  files: readonly PlannedFile[],
  like: Ownership | null,
): Promise<readonly JournalFile[]> {
  const staged: JournalFile[] = [];
  for (const [index, file] of draft.files.entries()) {
    const { name, temp, kept } = file;
    const pieces = files[index]?.pieces ?? null;
    const target = targetOf(state, { name });
    const owner = await ownershipOf(target);
    // A rename needs no permission on the file itself; one that is marked read-only is meant to stay.
    if (owner) await open(target, 'r+').then((handle) => handle.close());
    const path = join(state.home, temp);
    const hashAfter = pieces && (await writeHashed(path, pieces, owner ?? like));
    if (pieces && !(await holdsPieces(path, pieces))) {
      throw busyFailure(target, {
        zh: '写出的内容读回来不一样(磁盘可能有故障)',
        en: 'what was written reads back differently (the disk may be failing)',
      });
    }
    if (kept) await keepFile(target, join(state.kept, kept));
    staged.push({ ...file, hashAfter });
  }
  return staged;
}

/** The bytes the plan was made from must still be there. */
async function refuseChanged(files: readonly PlannedFile[], name: string): Promise<void> {
  for (const { path, base, baseHash } of files) {
    if (base ? await holdsPieces(path, [base]) : (await hashFile(path)) === baseHash) continue;
    throw busyFailure(
      name,
      { zh: '读取之后文件被别的程序改过', en: 'another program changed the file after it was read' },
      { zh: '请再执行一次', en: 'Run the command again' },
    );
  }
}
