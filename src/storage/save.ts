import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import { busyFailure, orBusy } from './busy.ts';
import { actingUser } from './config.ts';
import { hashFile, hashPieces, type Ownership, ownershipOf, writeFlushed } from './files.ts';
import {
  confirmEntry,
  dropEntry,
  type JournalEntry,
  keepFile,
  keptName,
  nextEntryNumber,
  pruneKept,
  writePending,
} from './journal.ts';
import { acquireLock } from './lock.ts';
import { isHalfWritten, renameAll, settleLeftovers, targetOf } from './replace.ts';
import { createStateFolder, type StateFolder, stateFolderOf, tempPrefix } from './state-folder.ts';
import type { Plan, PlannedFile, Store } from './store.ts';

export interface LockOptions {
  /** The real files of the store; the first stands for all. */
  readonly files: readonly string[];
  /** Seconds. */
  readonly wait: number;
  readonly ignoreLock: boolean;
  readonly io: Io;
}

/**
 * Runs `work` with the workbook locked. What an earlier run left when it was killed is cleared first, so that `work`
 * reads a workbook that is the old or the new one, never between. Throws Failure('busy') where somebody has it.
 */
export async function withLock<T>(
  { files, wait, ignoreLock, io }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const [book = ''] = files;
  const release = await orBusy(book, () => acquireLock({ book, user: actingUser(io), wait, ignoreLock, io }));
  try {
    await orBusy(book, () => settleLeftovers(stateFolderOf(book, io.cwd), io.platform));
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

export interface SaveRequest {
  readonly store: Pick<Store, 'path' | 'verify'>;
  readonly plan: Plan;
  readonly io: Pick<Io, 'now' | 'hostname' | 'cwd' | 'platform'>;
  /** 操作人. */
  readonly user: string;
  /** The command line, without the leading `funnel`. */
  readonly command: readonly string[];
  /** The journal entry that this write takes back. */
  readonly undoes?: number;
}

/**
 * Writes a plan: check, write beside, verify, keep the old, rename, all or none. Called inside `withLock`. Throws
 * Failure('busy') where the file has changed since it was read or cannot be written; thrown always means that nothing
 * was written. A plan that changes no byte leaves no trace.
 */
export async function saveBook(request: SaveRequest): Promise<void> {
  const { store, plan, io } = request;
  const files = plan.files.filter((file) => file.baseHash !== hashPieces(file.pieces));
  const [first] = files;
  if (first === undefined) return;
  const state = stateFolderOf(first.path, io.cwd);
  await store.verify(plan);
  const entry = await orBusy(store.path, async () => {
    await refuseChanged(files, store.path);
    const owner = await ownershipOf(first.path);
    await createStateFolder(state, owner);
    const made = await describeEntry(request, files, state);
    try {
      await stageFiles(state, made, files);
      await writePending(state, made, owner);
      await refuseChanged(files, store.path);
      await renameAll(state, made, io.platform);
      return made;
    } catch (error) {
      if (isHalfWritten(error)) throw error;
      for (const { temp } of made.files) await rm(join(dirname(state.book), temp), { force: true });
      await dropEntry(state, made);
      throw error;
    }
  });
  // Written. What still fails is made good by the next run and must not look like a refusal to write.
  await confirmEntry(state, entry.n).catch(() => undefined);
  await pruneKept(state).catch(() => undefined);
}

async function describeEntry(
  request: SaveRequest,
  files: readonly PlannedFile[],
  state: StateFolder,
): Promise<JournalEntry> {
  const { plan, io, user, command, undoes } = request;
  const n = await nextEntryNumber(state);
  return {
    n,
    time: new Date(io.now()).toISOString(),
    user,
    host: io.hostname,
    command: command.map((word) => (/[\s"]/.test(word) || word === '' ? `"${word}"` : word)).join(' '),
    undoes: undoes ?? null,
    changes: plan.changes,
    files: files.map(({ path, baseHash, pieces }, index) => ({
      name: basename(path),
      temp: `${tempPrefix(state.book)}${randomUUID()}.tmp`,
      kept: baseHash === null ? null : keptName(n, index, path),
      hashBefore: baseHash,
      hashAfter: hashPieces(pieces),
    })),
  };
}

/** Writes the new contents beside the files, reads them back, and keeps the old ones. */
async function stageFiles(
  state: StateFolder,
  entry: JournalEntry,
  files: readonly PlannedFile[],
): Promise<void> {
  for (const [index, { name, temp, kept, hashAfter }] of entry.files.entries()) {
    const target = targetOf(state, { name });
    const owner: Ownership | null = await ownershipOf(target);
    // A rename needs no permission on the file itself; one that is marked read-only is meant to stay.
    if (owner) await open(target, 'r+').then((handle) => handle.close());
    const path = join(dirname(target), temp);
    await writeFlushed(path, files[index]?.pieces ?? [], owner);
    if ((await hashFile(path)) !== hashAfter) {
      throw busyFailure(target, {
        zh: '写出的内容读回来不一样(磁盘可能有故障)',
        en: 'what was written reads back differently (the disk may be failing)',
      });
    }
    if (kept) await keepFile(target, join(state.kept, kept));
  }
}

/** The bytes the plan was made from must still be there. */
async function refuseChanged(files: readonly PlannedFile[], name: string): Promise<void> {
  for (const { path, baseHash } of files) {
    if ((await hashFile(path)) === baseHash) continue;
    throw busyFailure(
      name,
      { zh: '读取之后文件被别的程序改过', en: 'another program changed the file after it was read' },
      { zh: '请再执行一次', en: 'Run the command again' },
    );
  }
}
