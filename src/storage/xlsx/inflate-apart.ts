import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StreamPoints } from './deflate-splice.ts';
import type { Wanted } from './note-points.ts';
import { type Entry, notInflated, type Package, packedBytes, wrongSum } from './package.ts';

/** What the thread is asked: to inflate a stream, or to go on with a buffer that has been read. */
export type Asked = Stream | { readonly done: ArrayBuffer };

export interface Stream {
  readonly packed: Uint8Array;
  /** What it must inflate to, in bytes. */
  readonly size: number;
  readonly wanted: Wanted | undefined;
}

/** What it gives: the next piece, and at the end what came of it. */
export type Given = { readonly buffer: ArrayBuffer; readonly length: number } | Ended;

export interface Ended {
  readonly isInflated: boolean;
  readonly size: number;
  readonly crc: number;
  readonly points: StreamPoints | null;
}

/** A thread that inflates beside the program: one stream at a time. */
export interface Inflater {
  isTaken: boolean;
  ask(asked: Asked, moved: readonly ArrayBuffer[]): void;
  /** Waits for what it gives next; throws what it died of. */
  next(): Promise<Given>;
  /** The program need not wait for it any more; it may be asked again. */
  rest(): void;
  end(): void;
}

let started: Promise<Inflater | null> | undefined;

/** Starts the thread, if it is not there: while a file is read it comes up beside that. */
export function startInflater(script = join(__dirname, 'inflate-worker.cjs')): void {
  started ??= existsSync(script) && availableParallelism() > 1 ? start(script) : Promise.resolve(null);
}

/**
 * The thread for one stream; null where there is none to be had: it is taken, the machine has one core, or the program is
 * run from its source.
 */
export async function takeInflater(script?: string): Promise<Inflater | null> {
  startInflater(script);
  const asked = started;
  const inflater = (await asked) ?? null;
  // It may have been ended meanwhile.
  if (!inflater || inflater.isTaken || started !== asked) return null;
  inflater.isTaken = true;
  return inflater;
}

/** Ends the thread, unless it is taken, and gives back what memory it took; the next large entry starts another. */
export async function endInflater(): Promise<void> {
  const inflater = await started;
  if (inflater?.isTaken) return;
  started = undefined;
  inflater?.end();
}

function start(script: string): Promise<Inflater | null> {
  const given: Given[] = [];
  let died: Error | null = null;
  let wake = () => {};
  let worker: Worker;
  try {
    worker = new Worker(script);
  } catch {
    // A system that lets no thread start is no reason to read nothing.
    return Promise.resolve(null);
  }
  const die = (error: Error) => {
    died ??= error;
    wake();
  };
  worker.on('error', die);
  worker.on('exit', () => die(new Error('the thread that inflates has ended')));
  const inflater: Inflater = {
    isTaken: false,
    ask(asked, moved) {
      worker.ref();
      worker.postMessage(asked, moved);
    },
    async next() {
      for (;;) {
        const each = given.shift();
        if (each) return each;
        if (died) throw died;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    rest() {
      inflater.isTaken = false;
      worker.unref();
    },
    end: () => void worker.terminate(),
  };
  const ready = new Promise<Inflater | null>((resolve) => {
    // Its first word is that it is there; a script that cannot be run comes to nothing.
    worker.once('message', () => {
      worker.on('message', (each: Given) => {
        given.push(each);
        wake();
      });
      // Until it is asked for something nobody waits for it.
      worker.unref();
      resolve(inflater);
    });
    worker.once('exit', () => {
      if (started === ready) started = undefined;
      resolve(null);
    });
  });
  return ready;
}

/**
 * The inflated bytes of an entry from the thread, as `inflateEntry` gives them; at the end its points, where they are
 * wanted. A piece is there until the next one is asked for.
 */
export async function* inflateApart(
  pkg: Package,
  entry: Entry,
  inflater: Inflater,
  wanted: Wanted | undefined,
): AsyncGenerator<Buffer, StreamPoints | null> {
  let ended: Ended | null = null;
  try {
    const packed = packedBytes(pkg, entry);
    // A copy is moved: of what is sent otherwise the whole file would be copied. Bytes behind it spare the walk another copy.
    const copy = new Uint8Array(packed.length + 8);
    copy.set(packed);
    const stream = { packed: copy.subarray(0, packed.length), size: entry.size, wanted };
    inflater.ask(stream, [copy.buffer]);
    while (!ended) {
      const given = await inflater.next();
      if ('buffer' in given) {
        yield Buffer.from(given.buffer, 0, given.length);
        inflater.ask({ done: given.buffer }, [given.buffer]);
      } else ended = given;
    }
  } finally {
    // What was not read to its end would still come: that thread is of no use any more.
    if (!ended) {
      started = undefined;
      inflater.end();
    } else inflater.rest();
  }
  if (!ended.isInflated) throw notInflated(pkg.file, entry);
  if (ended.size !== entry.size || ended.crc !== entry.crc) throw wrongSum(pkg.file, entry);
  return ended.points;
}
