import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { interruption } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { createExclusive, errnoOf, ownershipOf, writeFlushed } from './files.ts';
import { findOfficeMark, type OfficeMark } from './office-marks.ts';
import { hasEnded, markProcess, type ProcessMark } from './process-mark.ts';
import { homeOf, tempPrefix } from './state-folder.ts';

export interface LockRequest {
  /** The real workbook, or the real folder of a CSV store. */
  readonly book: string;
  /** The real files beside which office programs leave their marks. */
  readonly files: readonly string[];
  readonly user: string;
  /** Seconds to wait while somebody has it. */
  readonly wait: number;
  /** Passes over the marks of Excel, WPS and LibreOffice, and over the lock of a funnel on another machine. */
  readonly ignoreLock: boolean;
  /** The lock file; absent: that of the book. */
  readonly path?: string;
  readonly io: Pick<Io, 'hostname' | 'pid' | 'now' | 'stops'>;
  /** Told, while it waits, who has it and for how many seconds more it will. */
  readonly waiting?: ((message: Message) => void) | undefined;
}

/** Who holds a lock, as its file says. */
interface LockOwner extends ProcessMark {
  readonly token: string;
  readonly user: string;
  /** When the lock was made. */
  readonly time: string;
}

/** Null: its lock file cannot be read (yet). */
type Holder = { readonly mark: OfficeMark; readonly file: string } | { readonly owner: LockOwner | null };

const POLL_MS = 200;

/**
 * Takes the workbook for one write and returns what gives it back. Waits while another funnel or an office program has
 * it, then throws Failure('busy') naming who. The lock of a process of this host that no longer runs is taken over. From
 * here until it is given back a request to stop is only noted (io.stops): who waits for the lock stops at once.
 */
export async function acquireLock(request: LockRequest): Promise<() => Promise<void>> {
  const { stops } = request.io;
  const letGo = stops?.hold();
  try {
    const path = request.path ?? lockPath(request.book);
    const me = await describeMe(request);
    for (let tries = Math.ceil((request.wait * 1000) / POLL_MS); ; tries--) {
      const held = request.ignoreLock ? null : await findMark(request.files);
      const holder = held ?? (await takeLock(path, me, request));
      if (holder === null) return () => releaseLock(path, me).finally(letGo);
      if (tries <= 0) throw heldFailure(holder, request, path);
      request.waiting?.(waitingText(holder, request, Math.ceil((tries * POLL_MS) / 1000)));
      await pause(POLL_MS);
      if (stops?.asked()) throw interruption();
    }
  } catch (error) {
    letGo?.();
    throw error;
  }
}

/** The lock file of a book: beside the workbook, in the folder of a CSV store. */
export function lockPath(book: string): string {
  return join(homeOf(book), `${tempPrefix(book)}lock`);
}

async function findMark(files: readonly string[]): Promise<Extract<Holder, { mark: OfficeMark }> | null> {
  for (const file of files) {
    const mark = await findOfficeMark(file);
    if (mark) return { mark, file };
  }
  return null;
}

/** Null: the lock is mine. */
async function takeLock(path: string, me: LockOwner, request: LockRequest): Promise<Holder | null> {
  const bytes = Buffer.from(JSON.stringify(me));
  const ownership = await ownershipOf(request.files[0] ?? request.book);
  const mine = `${path}-${me.token}`;
  for (;;) {
    if (await createExclusive(path, mine, [bytes], ownership)) return null;
    const owner = await readOwner(path);
    if (owner === 'none') continue;
    if (!(await mayReplace(owner, me, request.ignoreLock))) return { owner };
    // Of two who find the same dead lock one may replace it: who holds the lock on succeeding it.
    const right = `${path}-after-${tokenOf(owner)}`;
    const rival = await takeLock(right, me, request);
    if (rival) return rival;
    try {
      if (tokenOf(await readOwner(path)) !== tokenOf(owner)) continue;
      await writeFlushed(mine, [bytes], ownership);
      await rename(mine, path);
      return null;
    } finally {
      await rm(right, { force: true });
    }
  }
}

async function mayReplace(owner: LockOwner | null, me: LockOwner, ignoreLock: boolean): Promise<boolean> {
  return owner === null ? ignoreLock : ((await hasEnded(owner, me)) ?? ignoreLock);
}

async function releaseLock(path: string, me: LockOwner): Promise<void> {
  if (tokenOf(await readOwner(path)) === me.token) await rm(path, { force: true });
}

async function readOwner(path: string): Promise<LockOwner | null | 'none'> {
  try {
    const { token, user, host, pid, started, space, time } = JSON.parse(await readFile(path, 'utf8'));
    return typeof token === 'string' && typeof pid === 'number'
      ? { token, user, host, pid, started, space, time }
      : null;
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'none' : null;
  }
}

function tokenOf(owner: LockOwner | null | 'none'): string {
  return owner === null || owner === 'none' ? String(owner) : owner.token;
}

async function describeMe({ user, io }: LockRequest): Promise<LockOwner> {
  return {
    token: randomUUID(),
    user,
    ...(await markProcess(io)),
    time: new Date(io.now()).toISOString(),
  };
}

function heldFailure(holder: Holder, { book, wait }: LockRequest, path: string): Failure {
  const name = basename(book);
  const text =
    'mark' in holder ? markText(basename(holder.file), holder.mark) : ownerText(name, holder.owner, path);
  return new Failure(
    'busy',
    {
      zh: `${text.zh}(等了 ${wait} 秒,没有写入任何内容)`,
      en: `${text.en} (waited ${wait} s; nothing was written)`,
    },
    { file: 'mark' in holder ? holder.file : book },
    { holder: 'mark' in holder ? holder.mark : holder.owner },
  );
}

function waitingText(holder: Holder, { book }: LockRequest, seconds: number): Message {
  const name = basename('mark' in holder ? holder.file : book);
  const user = 'mark' in holder ? holder.mark.user : (holder.owner?.user ?? null);
  const program = 'mark' in holder ? holder.mark.program : 'funnel';
  return {
    zh: `${name} 正被 ${user ?? program} ${'mark' in holder ? '打开' : '写入'},最多再等 ${seconds} 秒…`,
    en: `${name} is ${'mark' in holder ? 'open' : 'being written'} (${user ?? program}); waiting ${seconds} s at most…`,
  };
}

/** Whether a failure says that somebody has the book: it will be free again. */
export function isHeld(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'busy' && 'holder' in error.detail;
}

function markText(name: string, { path, program, user }: OfficeMark): Message {
  return {
    zh: `${name} 正在 ${program} 里打开着${user ? `,使用人:${user}` : ''}。请对方保存并关闭后再试;若确知没有人打开,加 --ignore-lock(标记:${basename(path)})`,
    en: `${name} is open in ${program}${user ? `, by ${user}` : ''}. Have it saved and closed, then try again; if nobody has it open, add --ignore-lock (mark: ${basename(path)})`,
  };
}

function ownerText(name: string, owner: LockOwner | null, path: string): Message {
  if (owner === null) {
    return {
      zh: `${name} 旁边有一个读不懂的占用标记 ${basename(path)}。若确知没有别的 funnel 在写,加 --ignore-lock`,
      en: `Beside ${name} lies a lock that cannot be read, ${basename(path)}. If no other funnel is writing, add --ignore-lock`,
    };
  }
  const { user, host, pid, time } = owner;
  return {
    zh: `${name} 正被 ${user} 的 funnel 写入(主机 ${host},进程 ${pid},始于 ${time})。请稍后再试;若是别的主机且确知已不在运行,加 --ignore-lock`,
    en: `${name} is being written by ${user}'s funnel (host ${host}, process ${pid}, since ${time}). Try again later; if that is another host and it no longer runs, add --ignore-lock`,
  };
}
