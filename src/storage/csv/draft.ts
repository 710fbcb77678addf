import { type CellChange, type CellValue, cellName, cellText } from '../../core/sheet.ts';
import { type CsvField, type CsvFile, type CsvRecord, fieldsOf, fieldText } from './records.ts';

/** One sheet as it is to become: what stands in its file, and what is typed into it. */
export interface CsvDraft {
  readonly sheet: string;
  /** Where it is, or is to be. */
  readonly path: string;
  /** What stands there; null: a new file, or one without a byte. */
  readonly file: CsvFile | null;
  /** Texts by row and column, as rows will be. */
  readonly edits: Map<number, Map<number, string>>;
  /** Fields that every record needs. */
  width: number;
  /** The last row that holds a value. */
  lastFilled: number;
  /** Rows put in before the 合计 row, which stood at `at`. */
  inserted: { readonly at: number; readonly count: number } | null;
}

export function draftSheet(sheet: string, path: string, file: CsvFile | null): CsvDraft {
  const filled = file?.records.findLastIndex((record) => !isBlank(file, record)) ?? -1;
  return {
    sheet,
    path,
    file,
    edits: new Map(),
    width: file?.width ?? 0,
    lastFilled: filled + 1,
    inserted: null,
  };
}

/** Puts a text into a cell; records and columns that are not there yet come to be. */
export function typeText(draft: CsvDraft, row: number, col: number, text: string): void {
  const line = draft.edits.get(row) ?? new Map<number, string>();
  draft.edits.set(row, line.set(col, text));
  if (text === '') return;
  draft.width = Math.max(draft.width, col);
  draft.lastFilled = Math.max(draft.lastFilled, row);
}

/** Moves the rows from `row` on down by one: nothing in CSV refers to them. */
export function insertRow(draft: CsvDraft, row: number): void {
  const { at, count } = draft.inserted ?? { at: row, count: 0 };
  draft.inserted = { at, count: count + 1 };
  const below = [...draft.edits].filter(([number]) => number >= row);
  for (const [number] of below) draft.edits.delete(number);
  for (const [number, line] of below) draft.edits.set(number + 1, line);
  draft.lastFilled += 1;
}

/** The record of the file that stands at a row of the draft; undefined where the row is new. */
export function recordAt({ file, inserted }: CsvDraft, row: number): CsvRecord | undefined {
  if (inserted === null || row < inserted.at) return file?.records[row - 1];
  return row < inserted.at + inserted.count ? undefined : file?.records[row - 1 - inserted.count];
}

/** The fields that a row of the draft has in the file. A blank line has none. */
export function fieldsAt(draft: CsvDraft, row: number): readonly CsvField[] {
  const record = recordAt(draft, row);
  return draft.file && record && record.end > record.start ? fieldsOf(draft.file, record) : [];
}

/** What a cell of the draft says. */
export function draftText(draft: CsvDraft, row: number, col: number): string {
  const typed = draft.edits.get(row)?.get(col);
  if (typed !== undefined) return typed;
  const field = fieldsAt(draft, row)[col - 1];
  return draft.file && field ? fieldText(draft.file, field) : '';
}

/** The texts of a row of the draft, as many as the record is to have. */
export function rowTexts(draft: CsvDraft, row: number): readonly string[] {
  const { file, edits, width } = draft;
  const fields = fieldsAt(draft, row);
  const typed = edits.get(row);
  return Array.from({ length: Math.max(width, fields.length) }, (_, index) => {
    const field = fields[index];
    return typed?.get(index + 1) ?? (file && field ? fieldText(file, field) : '');
  });
}

/** Every cell that is to show something else than it does, row by row. */
export function changesOf(draft: CsvDraft): readonly CellChange[] {
  const before = draftSheet(draft.sheet, draft.path, draft.file);
  const { inserted, lastFilled, edits } = draft;
  const moved = inserted === null ? [] : range(inserted.at, lastFilled);
  const rows = [...new Set([...edits.keys(), ...moved])].sort((a, b) => a - b);
  return rows.flatMap((row) => {
    const [old, now] = [rowTexts(before, row), rowTexts(draft, row)];
    return range(1, Math.max(old.length, now.length)).flatMap((col): CellChange | readonly [] => {
      const place = { sheet: draft.sheet, cell: cellName(row, col), row, col };
      const change = { ...place, before: cellOf(old[col - 1]), after: cellOf(now[col - 1]) };
      return cellText(change.before) === cellText(change.after) ? [] : change;
    });
  });
}

/** A cell of CSV is text, or there is none. */
export function cellOf(text: string | undefined): CellValue | null {
  return text === undefined || text === '' ? null : { kind: 'text', text };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function isBlank(file: CsvFile, record: CsvRecord): boolean {
  return fieldsOf(file, record).every((field) => fieldText(file, field) === '');
}
