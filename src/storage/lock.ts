import { readFile, readlink, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { kill } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { createExclusive, errnoOf, ownershipOf, writeFlushed } from './files.ts';
import { findOfficeMark, type OfficeMark } from './office-marks.ts';
import { tempPrefix } from './state-folder.ts';

export interface LockRequest {
  /** The real workbook. */
  readonly book: string;
  readonly user: string;
  /** Seconds to wait while somebody has it. */
  readonly wait: number;
  /** Passes over the marks of Excel, WPS and LibreOffice, and over the lock of a funnel on another machine. */
  readonly ignoreLock: boolean;
  readonly io: Pick<Io, 'hostname' | 'pid' | 'now'>;
}

/** Who holds a lock, as its file says. */
interface LockOwner {
  readonly token: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** When that process began (Linux: ticks since boot), so that another one with its number is not taken for it. */
  readonly started: string | null;
  /** The pid's namespace: the same number in another container of the host is another process. */
  readonly space: string | null;
  readonly time: string;
}

const POLL_MS = 200;

/**
 * Takes the workbook for one write and returns what gives it back. Waits while another funnel or an office program has
 * it, then throws Failure('busy') naming who. The lock of a process of this host that no longer runs is taken over.
 */
export async function acquireLock(request: LockRequest): Promise<() => Promise<void>> {
  const path = lockPath(request.book);
  const me = await describeMe(request);
  for (let tries = Math.ceil((request.wait * 1000) / POLL_MS); ; tries--) {
    const holder = await tryLock(path, me, request);
    if (holder === null) return () => releaseLock(path, me);
    if (tries <= 0) throw heldFailure(holder, request, path);
    await pause(POLL_MS);
  }
}

/** The lock file of a workbook: beside it, under a name that sync clients leave alone. */
export function lockPath(book: string): string {
  return join(dirname(book), `${tempPrefix(book)}lock`);
}

type Holder = { readonly mark: OfficeMark } | { readonly owner: LockOwner | null };

/** Null: the lock is mine. */
async function tryLock(path: string, me: LockOwner, { book, ignoreLock, io }: LockRequest): Promise<Holder | null> {
  const mark = ignoreLock ? null : await findOfficeMark(book);
  if (mark) return { mark };
  const bytes = Buffer.from(JSON.stringify(me));
  const ownership = await ownershipOf(book);
  const create = () => createExclusive(path, `${path}-${me.token}`, bytes, ownership);
  if (await create()) return null;
  const owner = await readOwner(path);
  const gone = owner === 'none' || (owner !== null && (await isDead(owner, me))) || (ignoreLock && isElsewhere(owner, me));
  if (!gone) return { owner: owner === 'none' ? null : owner };
  // Two who find the same dead lock must not both replace it: one at a time, and only what was found dead.
  const turn = `${path}-takeover`;
  if (!(await createExclusive(turn, `${turn}-${me.token}`, bytes, ownership))) {
    const other = await readOwner(turn);
    if (other !== null && other !== 'none' && (await isDead(other, me))) await rm(turn, { force: true });
    return { owner: other === 'none' ? null : other };
  }
  try {
    const now = await readOwner(path);
    if (tokenOf(now) !== tokenOf(owner)) return { owner: now === 'none' ? null : now };
    if (now === 'none') return (await create()) ? null : { owner: null };
    const mine = `${path}-${me.token}`;
    await writeFlushed(mine, [bytes], ownership);
    await rename(mine, path);
    return null;
  } finally {
    await rm(turn, { force: true });
  }

  function isElsewhere(found: LockOwner | null | 'none', self: LockOwner): boolean {
    return found === null || (found !== 'none' && !sameMachine(found, self) && io.pid > 0);
  }
}
