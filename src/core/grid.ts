import type { Day } from './date.ts';
import type { Message } from './message.ts';

/** One typed cell of something to be shown. Renderers decide how each kind looks in their format. */
export type GridCell =
  | { readonly kind: 'text'; readonly text: string | Message }
  /** `some` of them are special: 4(1). */
  | { readonly kind: 'count'; readonly value: number; readonly some?: number }
  /** 0.75 shows as 75.0 %; null (no denominator) shows as —. `small`: of few, marked and greyed. */
  | { readonly kind: 'rate'; readonly value: number | null; readonly small?: true }
  | { readonly kind: 'money'; readonly fen: number | null }
  | { readonly kind: 'days'; readonly value: number | null }
  | { readonly kind: 'date'; readonly day: Day | null }
  /** A difference, with its sign; a rate's is in percentage points. Null: one side is not known. */
  | {
      readonly kind: 'change';
      readonly of: 'count' | 'rate' | 'money' | 'days';
      readonly value: number | null;
    }
  | { readonly kind: 'empty' };

export interface GridColumn {
  readonly title: Message;
  readonly align: 'left' | 'right';
}

/**
 * A picture of some columns of a grid, drawn by the formats that can; every number in it stands in the grid. `bars` lie
 * end to end, a row each; `columns` stand side by side; `lines` run from row to row. The first column names the rows.
 */
export interface GridChart {
  readonly kind: 'bars' | 'columns' | 'lines';
  readonly title: Message;
  /** Columns of numbers, by index. */
  readonly series: readonly number[];
}

/** A table as a value: made by the core, shown by render/. */
export interface Grid {
  readonly title: Message | null;
  /** It begins a page of its own, called so: a sheet of a workbook that prints on one page. */
  readonly page?: Message;
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly GridCell[])[];
  /** Lines below the table. */
  readonly notes: readonly Message[];
  /** What of it is worth a picture. */
  readonly charts?: readonly GridChart[];
}
