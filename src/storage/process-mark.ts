import { readFile, readlink } from 'node:fs/promises';
import { kill } from 'node:process';
import type { Io } from '../io.ts';
import { errnoOf } from './files.ts';

/** What a process leaves with its files, so that a later one can tell whether it still runs. */
export interface ProcessMark {
  readonly host: string;
  readonly pid: number;
  /** When it began (Linux: ticks since boot), so that another one with its number is not taken for it. */
  readonly started: string | null;
  /** The namespace of the pid: the same number in another container of the host is another process. */
  readonly space: string | null;
}

export async function markProcess(io: Pick<Io, 'hostname' | 'pid'>): Promise<ProcessMark> {
  return {
    host: io.hostname,
    pid: io.pid,
    started: await processStart(io.pid),
    space: await readlink('/proc/self/ns/pid').catch(() => null),
  };
}

/** Whether a process runs no more; null where this one cannot know: it was on another host, or in another container. */
export async function hasEnded(other: ProcessMark, me: ProcessMark): Promise<boolean | null> {
  if (other.host !== me.host || other.space !== me.space) return null;
  if (!isRunning(other.pid)) return true;
  const started = await processStart(other.pid);
  return started !== null && other.started !== null && started !== other.started;
}

/** Signal 0 asks for the process without touching it; EPERM means it is there and somebody else's. */
function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, counted after the name (which may hold spaces); null on other systems. */
async function processStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
