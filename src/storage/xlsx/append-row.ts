import { isSumLabel } from '../../core/sum-row.ts';
import { type Area, holds } from './areas.ts';
import type { Edit, PatchOf } from './edit-state.ts';
import type { Footer, Growth } from './growth.ts';
import { moveFooter } from './move-footer.ts';
import {
  type CellModel,
  putCell,
  type RowModel,
  rowAttributes,
  setRowAttributes,
  writeCell,
} from './row-model.ts';
import { columnStyle, putInput, usualStyle } from './set-cell.ts';
import { MAX_COLUMN, MAX_ROW } from './sheet.ts';
import { ensureRow, findRow, rowsUpward, type SheetDraft, sheetFailure } from './sheet-draft.ts';
import { dataRows, type TableDraft } from './tables.ts';

/** Where a new row goes, and the block of columns that grows by it. */
interface RowPlace {
  readonly row: number;
  /** The last data row so far. */
  readonly last: number;
  readonly left: number;
  readonly right: number;
  /** First and last row of the totals that must step down. */
  readonly footer: Footer | null;
  /** The table whose range grows. */
  readonly table: TableDraft | null;
}

/**
 * Adds a row after the last one with data: inside the table that holds these columns, before its totals row (or a typed
 * 合计 row), which steps down. Cells take the styles of the row above, never those of a header.
 */
export function appendRow(edit: Edit, draft: SheetDraft, { cells }: PatchOf<'append'>): void {
  const place = findPlace(draft, [...cells.keys()]);
  if (place.row > MAX_ROW) {
    throw sheetFailure(
      draft.file,
      draft.name,
      { row: MAX_ROW, col: 1 },
      { zh: '工作表已经满了', en: 'the sheet is full' },
    );
  }
  if (place.footer) moveFooter(draft, place.footer, place);
  if (place.table) place.table.area = { ...place.table.area, bottom: place.table.area.bottom + 1 };
  const above = place.last > draft.headerBottom ? findRow(draft, place.last) : null;
  const model = ensureRow(draft, place.row);
  if (above && model.cells.length === 0) copyRowFormat(model, above);
  const usual = above && usualStyle(above);
  const styleOf = (col: number) =>
    styleIn(model, col) ?? (above ? styleIn(above, col) : null) ?? columnStyle(draft, col) ?? usual;
  for (const { col, style } of above?.cells ?? []) {
    const taken = col < place.left || col > place.right || model.cells.some((cell) => cell.col === col);
    if (style === null || taken) continue;
    putCell(
      model,
      writeCell(draft.sheet, { row: place.row, col }, style, { type: null, inner: '', value: undefined }),
    );
  }
  for (const [col, input] of cells) putInput(edit, draft, { row: place.row, col }, input, styleOf(col));
  for (const table of draft.tables)
    table.filled ||= table.area.top < place.row && place.row <= table.area.bottom;
  recordGrowth(draft, place);
}

/** The last row, at or above `limit`, that holds data (a value that is no formula) in columns left…right; 0 if none. */
function lastDataRow(
  draft: SheetDraft,
  { left, right }: Pick<Area, 'left' | 'right'>,
  limit = MAX_ROW,
): number {
  for (const row of rowsUpward(draft)) {
    if (row > limit) continue;
    if (cellsIn(draft, row, left, right).some(({ value, formula }) => value && !formula)) return row;
  }
  return 0;
}

function findPlace(draft: SheetDraft, columns: readonly number[]): RowPlace {
  const table = tableFor(draft, columns);
  if (!table) return placeInSheet(draft, { left: 1, right: MAX_COLUMN });
  const { left, right, bottom } = table.area;
  const { first, last: end } = dataRows(table);
  const last = Math.max(first - 1, knownLast(draft, { left, right }, end));
  const place = { row: last + 1, last, left, right, footer: null, table: null };
  if (last < end) return place;
  if (table.totalsRows > 0) {
    return {
      ...place,
      footer: { first: end + 1, last: Math.max(bottom, lastValueRow(draft, left, right)) },
      table,
    };
  }
  const below = lastValueRow(draft, left, right);
  if (below <= bottom) return { ...place, table };
  // Something stands below the table: rows typed there without it growing, or a 合计 row.
  const sheetPlace = placeInSheet(draft, { left, right });
  return sheetPlace.footer?.first === bottom + 1 ? { ...sheetPlace, table } : sheetPlace;
}

function placeInSheet(draft: SheetDraft, columns: Pick<Area, 'left' | 'right'>): RowPlace {
  const last = knownLast(draft, columns);
  const footer = last > draft.headerBottom ? typedFooter(draft, last, columns) : null;
  if (footer) {
    const above = lastDataRow(draft, columns, footer.first - 1);
    return { row: footer.first, last: above, ...columns, footer, table: null };
  }
  const merged = draft.merges
    .filter(({ top, bottom }) => top <= last && last < bottom)
    .map(({ bottom }) => bottom);
  return { row: Math.max(last, ...merged) + 1, last, ...columns, footer: null, table: null };
}

/** `lastDataRow`, remembered: a plan may append thousands of rows. */
function knownLast(draft: SheetDraft, columns: Pick<Area, 'left' | 'right'>, limit?: number): number {
  const known = draft.lastRows.get(`${columns.left}-${columns.right}`);
  return known ?? lastDataRow(draft, columns, limit);
}

/** A 合计 row typed by hand among the last rows with a value, and what stands below it. */
function typedFooter(draft: SheetDraft, lastData: number, { left, right }: Pick<Area, 'left' | 'right'>) {
  const last = Math.max(lastData, lastValueRow(draft, left, right));
  for (let row = last; row > Math.max(draft.headerBottom, last - 5); row--) {
    const first = cellsIn(draft, row, left, right).find(({ value }) => value);
    if (first?.value?.kind === 'text' && isSumLabel(first.value.text)) return { first: row, last };
  }
  return null;
}

/** The last row with anything to see in it, formulas included. */
function lastValueRow(draft: SheetDraft, left: number, right: number): number {
  for (const row of rowsUpward(draft)) {
    if (cellsIn(draft, row, left, right).some(({ value }) => value)) return row;
  }
  return 0;
}

function tableFor(draft: SheetDraft, columns: readonly number[]): TableDraft | null {
  const shared = ({ area }: TableDraft) =>
    columns.filter((col) => area.left <= col && col <= area.right).length;
  const best = [...draft.tables].sort((a, b) => shared(b) - shared(a))[0];
  return best && shared(best) > 0 ? best : null;
}

/** The cells of a row in columns left…right. Those of a pivot table are no data of the sheet. */
function cellsIn(draft: SheetDraft, row: number, left: number, right: number): readonly CellModel[] {
  const { pivots } = draft;
  return (findRow(draft, row)?.cells ?? []).filter(
    ({ col }) => left <= col && col <= right && !pivots.some((pivot) => holds(pivot, row, col)),
  );
}

function styleIn(model: RowModel, col: number): string | null {
  const style = model.cells.find((cell) => cell.col === col)?.style ?? null;
  return style === '0' ? null : style;
}

/** Height and row style; outline and hidden state are not inherited. */
function copyRowFormat(model: RowModel, above: RowModel): void {
  const { names, values } = rowAttributes(above);
  const wanted = names.flatMap((name, index) =>
    /^(s|customFormat|ht|customHeight|[^:]+:dyDescent)$/.test(name)
      ? [[name, values[index] ?? null] as const]
      : [],
  );
  setRowAttributes(model, {
    s: null,
    customFormat: null,
    ht: null,
    customHeight: null,
    ...Object.fromEntries(wanted),
  });
}

function recordGrowth(draft: SheetDraft, { left, right, row, last, footer }: RowPlace): void {
  draft.lastRows.set(`${left}-${right}`, row);
  const known = draft.growths.find((each) => each.left === left && each.right === right && each.to === last);
  const growth: Growth = known ?? { left, right, from: last, to: row, footer: null };
  if (!known) draft.growths.push(growth);
  growth.to = row;
  if (!footer) return;
  if (growth.footer) growth.footer.moved += 1;
  else growth.footer = { first: footer.first, last: footer.last, moved: 1 };
}
