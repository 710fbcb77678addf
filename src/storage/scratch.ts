import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { interruption } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { hasEnded, markProcess, type ProcessMark } from './process-mark.ts';

/** What a new file or folder is made with that is no change of a book. */
export type ScratchIo = Pick<Io, 'pid' | 'hostname' | 'now' | 'platform' | 'stops'>;

/**
 * Does `work` with the path of a temporary file or folder in `folder`, which is gone afterwards whatever happens. What
 * earlier runs left there when they were killed is cleared first. While it works a request to stop is only noted;
 * `proceed` is called before the work is put in place, and throws where there was one: then nothing has been written.
 */
export async function withScratch<T>(
  folder: string,
  io: ScratchIo,
  work: (temp: string, proceed: () => void) => Promise<T>,
): Promise<T> {
  const letGo = io.stops?.hold();
  try {
    const me = await markProcess(io);
    await clearScratch(folder, me, io.now());
    const temp = join(folder, scratchName(me));
    try {
      return await work(temp, () => {
        if (io.stops?.asked()) throw interruption();
      });
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
  } finally {
    letGo?.();
  }
}

/** Where nobody can tell whether its process still runs (another computer's, on a shared drive) it is left for a day. */
const DAY_MS = 24 * 60 * 60 * 1000;

const SCRATCH = /^\.~funnel-new-([0-9a-f]{12})-(\d+)-(\d*)-[0-9a-f-]{36}\.tmp$/;

/** Removes what processes that run no more left in a folder; a folder that cannot be read or changed keeps it. */
async function clearScratch(folder: string, me: ProcessMark, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, place, pid, started] = SCRATCH.exec(name) ?? [];
    if (place === undefined) continue;
    const path = join(folder, name);
    const isHere = place === placeOf(me);
    const isLeft = isHere
      ? await hasEnded({ ...me, pid: Number(pid), started: started || null }, me)
      : await stat(path).then(
          ({ mtimeMs }) => now - mtimeMs > DAY_MS,
          () => false,
        );
    if (isLeft) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Sync clients leave `.~` names alone. */
function scratchName(me: ProcessMark): string {
  return `.~funnel-new-${placeOf(me)}-${me.pid}-${me.started ?? ''}-${randomUUID()}.tmp`;
}

/** Host and namespace, which may hold anything, in twelve letters. */
function placeOf({ host, space }: ProcessMark): string {
  return createHash('sha256').update(`${host}\n${space}`).digest('hex').slice(0, 12);
}
