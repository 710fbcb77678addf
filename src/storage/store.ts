import type { PackedSheet } from '../core/packed-sheet.ts';
import type { CellChange, Patch, SheetRow } from '../core/sheet.ts';
import type { Ownership } from './files.ts';

/** A sheet of the book, in the book's order. */
export interface SheetInfo {
  readonly name: string;
  /** Only `worksheet` can be read and written; the others are kept. */
  readonly kind: 'worksheet' | 'other';
  readonly hidden: boolean;
}

/** One file of a planned write. `path` is the real target (links resolved). */
export interface PlannedFile {
  readonly path: string;
  /** SHA-256 (hex) of the bytes the plan was made from; null where the file is new. */
  readonly baseHash: string | null;
  /** Those bytes themselves, where they are at hand: comparing is quicker than a hash. */
  readonly base?: Uint8Array;
  /** The new contents, as pieces written in order; null: the file goes (undo of a command that made it). */
  readonly pieces: readonly Uint8Array[] | null;
}

/** What a list of patches would do: nothing is written yet. */
export interface Plan {
  readonly changes: readonly CellChange[];
  readonly files: readonly PlannedFile[];
  /** Texts that no cell shows any more were removed too (`forget`). */
  readonly scrubbed?: boolean;
}

/** How patches are applied. */
export interface PlanOptions {
  /**
   * Leave nothing of texts that no cell shows any more, nor, where the format keeps something beside its cells, of these
   * (names, phones); null: leave all that as it is.
   */
  readonly scrub: readonly string[] | null;
}

/**
 * The storage port. One opened book, as it was when it was read; every format gives the same cells.
 * Opening and reading throw Failure('file', …) for what cannot be read, with file, sheet and cell.
 */
export interface Store {
  readonly format: 'xlsx' | 'csv';
  /** The path people named, for messages. */
  readonly path: string;
  /** What stands for all of it, links resolved: the workbook, or the folder of a CSV store. Lock and journal go by it. */
  readonly book: string;
  /** The real files behind it (links resolved). */
  readonly files: readonly string[];
  readonly sheets: readonly SheetInfo[];
  /** Bytes of all its sheets as inflated XML, about, as known before they are read: memory goes by them. */
  readonly bytes: number;
  /** Made by funnel for others (a report, a hand-over list): never the team's own book. */
  readonly isOutput: boolean;
  /** Serial dates count from 1904-01-01. */
  readonly dates1904: boolean;
  /** Rows that hold a value, top to bottom, one at a time; `visit` returning false stops the reading. */
  readRows(sheet: string, visit: (row: SheetRow) => boolean | undefined): Promise<void>;
  /**
   * All rows that hold a value, packed; absent where a format has no quicker way than `readRows`. `isAppended`: what is
   * likely to be written there are rows behind the last one.
   */
  readPacked?(sheet: string, isAppended?: boolean): Promise<PackedSheet>;
  /** All of the book has been read: what only reading needed goes, and what may be had again from the disk need not be held in memory. */
  letGo?(): Promise<void>;
  /** Whether the files still hold the bytes that were read: then nothing need be read again under the lock. */
  isUnchanged?(): Promise<boolean>;
  /** Applies patches to what was read. Refuses (Failure) before anything is written what it cannot do losslessly. */
  plan(patches: readonly Patch[], options?: PlanOptions): Promise<Plan>;
  /** Reads the planned bytes back and compares: the intended cells changed, all else equal. Throws Failure if not. */
  verify(plan: Plan): Promise<void>;
  /**
   * Called with the lock held once a plan was saved, `hash` being the SHA-256 of the (one) file now: may keep in `folder`,
   * as `owner` says, what spares the next command reading all of a large book. What it throws loses nothing.
   */
  saved?(
    plan: Plan,
    where: { readonly folder: string; readonly owner: Ownership | null; readonly hash: string },
  ): Promise<void>;
  /** What a plan leaves of `texts` outside the cells, by the names of the parts; absent where a format has nothing but cells. */
  findOutsideCells?(plan: Plan, texts: readonly string[]): Promise<readonly string[]>;
}
