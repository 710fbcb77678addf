/**
 * Cells as they cross the storage port: plain values with their address, nothing interpreted.
 * Rows and columns count from 1, as people see them.
 */

/** What one cell shows. A date-formatted number is still a number: the column's kind decides how it is read. */
export type CellValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number; readonly format: 'plain' | 'date' | 'percent' }
  /** An ISO 8601 date cell (`t="d"`). */
  | { readonly kind: 'isoDate'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** `#REF!` and its like, or a formula that has no cached result. */
  | { readonly kind: 'error'; readonly text: string };

/** One row that holds at least one value. `cells` is sparse: index = column − 1. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly (CellValue | undefined)[];
  readonly hidden: boolean;
  /** CSV only: the line of the file on which the record begins. Quoted line breaks make it run ahead of `row`. */
  readonly line?: number;
}

export interface CellPlace {
  readonly sheet: string;
  readonly row: number;
  readonly col: number;
}

/** What is to be put into a cell. Text stays text (leading zeros too); a date is a day number, see date.ts. */
export type PlainInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  /** A share: 0.75 shows as 75.0 %, in a CSV file as the text `75.0%`. */
  | { readonly kind: 'percent'; readonly value: number }
  /** Yuan with two decimals, given in 分. */
  | { readonly kind: 'money'; readonly fen: number }
  | { readonly kind: 'date'; readonly day: number }
  | { readonly kind: 'blank' };

/**
 * A formula of ours (never a person's text) goes without its `=`; `{row}` in it is the row of its cell. `shows` is what
 * it comes to now: the cached value, and all that is written where a format knows no formulas.
 */
export type CellInput =
  | PlainInput
  | { readonly kind: 'formula'; readonly formula: string; readonly shows: PlainInput };

/** One change to a workbook. A plan is a list of these, applied in order, all or none. */
export type Patch =
  | { readonly op: 'set'; readonly place: CellPlace; readonly input: CellInput }
  /** A new row after the last row with data; `cells` by column number. Styles come from the row above. */
  | { readonly op: 'append'; readonly sheet: string; readonly cells: ReadonlyMap<number, CellInput> }
  /** A new header in `headerRow` at column `col` (the first free one to the right). */
  | {
      readonly op: 'addColumn';
      readonly sheet: string;
      readonly headerRow: number;
      readonly col: number;
      readonly header: string;
    }
  /** A new sheet after all others, with one header row. */
  | { readonly op: 'addSheet'; readonly sheet: string; readonly headers: readonly string[] };

/** One cell as it was and as it is, in words: what `--dry-run` prints and the journal keeps. */
export interface CellChange {
  readonly sheet: string;
  readonly cell: string;
  readonly row: number;
  readonly col: number;
  readonly before: CellValue | null;
  readonly after: CellValue | null;
  /** The cell's own formula before, where it had one (without its `=`; `{row}` is the row): undo puts it back. */
  readonly formula?: string;
}

/** `1` → `A`, `27` → `AA`. */
export function columnLetters(col: number): string {
  let letters = '';
  for (let rest = col; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** `{row: 7, col: 2}` → `B7`. */
export function cellName(row: number, col: number): string {
  return `${columnLetters(col)}${row}`;
}

/** `客户信息跟踪表!B7`. */
export function placeName(place: CellPlace): string {
  return `${place.sheet}!${cellName(place.row, place.col)}`;
}

/** What a person sees in the cell, roughly: for messages and change lists, never for a decision. */
export function cellText(value: CellValue | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (value.kind === 'number') return String(value.value);
  if (value.kind === 'boolean') return value.value ? 'TRUE' : 'FALSE';
  return value.text;
}
