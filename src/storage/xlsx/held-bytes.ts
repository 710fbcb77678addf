import type { Bytes } from './joined-bytes.ts';
import type { Entry } from './package.ts';

/** The bytes of a package, as long as somebody will ask for them. */
export interface HeldBytes {
  /** The whole file; read anew where it was let go of. */
  all(): Bytes;
  /** Nothing was let go of. */
  isWhole(): boolean;
  /** From the local header of an entry up to the next one, where that was kept. */
  own(entry: Pick<Entry, 'start'>): Buffer | undefined;
  /**
   * Keeps what lies in `ranges` and lets go of the rest: a file of 30 MB need not lie in memory once its large sheets are
   * read. `again` gives the file anew should all of it be asked for; it refuses one that is another by now.
   */
  letGo(ranges: readonly Pick<Entry, 'start' | 'end'>[], again: () => Bytes): void;
}

/** Holds the bytes of a file. */
export function holdBytes(bytes: Bytes): HeldBytes {
  let held: Bytes | null = bytes;
  let reread: (() => Bytes) | null = null;
  const kept = new Map<number, Buffer>();
  const all = () => {
    // Without `again` they were never let go of.
    held ??= reread?.() ?? Buffer.alloc(0);
    return held;
  };
  return {
    all,
    isWhole: () => held !== null,
    own: ({ start }) => kept.get(start),
    letGo(ranges, again) {
      for (const { start, end } of ranges) kept.set(start, Buffer.from(all().subarray(start, end)));
      reread = again;
      held = null;
    },
  };
}
