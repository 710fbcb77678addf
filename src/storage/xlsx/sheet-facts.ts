import type { Entry } from './package.ts';

/** What reading a large worksheet told about its part: so that writing need not look at all of it again. */
export interface SheetFacts {
  /** Where rows begin, every few hundred kilobytes: all rows from `at` on have numbers above `after`. Ascending. */
  readonly marks: readonly RowMark[];
  /** The last row that holds a value. */
  readonly lastRow: number;
  /** Row numbers ascend: none stands twice, none out of order. */
  readonly isAscending: boolean;
  readonly hasFormulas: boolean;
  /** Array formulas or data tables, which reach over other cells. */
  readonly hasArrays: boolean;
}

export interface RowMark {
  readonly after: number;
  readonly at: number;
}

const FACTS = new WeakMap<Entry, SheetFacts>();

/** Keeps what was learned of an entry as long as its package is in use. */
export function keepFacts(entry: Entry, facts: SheetFacts): void {
  FACTS.set(entry, facts);
}

/** Null where the entry was not read to its end, is small, or has a shape that must be looked at as a whole. */
export function factsOf(entry: Entry): SheetFacts | null {
  return FACTS.get(entry) ?? null;
}
