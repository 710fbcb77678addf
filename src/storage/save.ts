import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { actingUser } from './config.ts';
import { errnoOf, hashFile, hashPieces, type Ownership, ownershipOf, writeFlushed } from './files.ts';
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

/** What the system refuses on the way, as Failure('busy'): nothing has been written yet. */
async function orBusy<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    const { fact, next } = REASONS[code] ?? {
      fact: { zh: `系统报告 ${code}`, en: `the system says ${code}` },
      next: undefined,
    };
    throw busyFailure(path, fact, next);
  }
}

const REASONS: Readonly<Record<string, { readonly fact: Message; readonly next: Message }>> = {
  ENOSPC: {
    fact: { zh: '磁盘已满', en: 'the disk is full' },
    next: { zh: '请腾出空间后再试', en: 'Free some space and try again' },
  },
  EDQUOT: {
    fact: { zh: '磁盘配额已用完', en: 'the disk quota is used up' },
    next: { zh: '请腾出空间后再试', en: 'Free some space and try again' },
  },
  EROFS: {
    fact: { zh: '磁盘是只读的', en: 'the disk is read-only' },
    next: { zh: '请把文件放到可写的地方', en: 'Move the file to where it can be written' },
  },
  EACCES: {
    fact: { zh: '没有写入权限', en: 'writing is not permitted' },
    next: { zh: '请检查文件和文件夹的权限', en: 'Check the permissions of the file and its folder' },
  },
  EPERM: {
    fact: { zh: '没有写入权限', en: 'writing is not permitted' },
    next: { zh: '请检查文件和文件夹的权限', en: 'Check the permissions of the file and its folder' },
  },
  EBUSY: {
    fact: { zh: '文件正被别的程序占用', en: 'another program is using the file' },
    next: { zh: '请关闭后再试', en: 'Close it and try again' },
  },
  EIO: {
    fact: { zh: '磁盘读写出错', en: 'the disk reports an error' },
    next: { zh: '请检查磁盘', en: 'Check the disk' },
  },
};

function busyFailure(
  path: string,
  fact: Message,
  next: Message = { zh: '请检查后再试', en: 'Check and try again' },
): Failure {
  return new Failure(
    'busy',
    {
      zh: `${path} 没有写入任何内容:${fact.zh}。${next.zh}`,
      en: `${path}: nothing was written: ${fact.en}. ${next.en}`,
    },
    { file: path },
  );
}
