import { groupBy } from './series.ts';
import { type CellChange, type CellValue, cellText, type SheetRow } from './sheet.ts';
import { isSumLabel } from './sum-row.ts';

/** What a sheet is to funnel; `other`: rows have no identity but their number. */
export type TableRole = 'tracking' | 'log' | 'leads' | 'settings' | 'other';

/** One sheet of a book as undo looks at it. */
export interface UndoTable {
  readonly role: TableRole;
  readonly sheet: string;
  readonly headerRow: number;
  readonly headers: ReadonlyMap<number, string>;
  /** Headers of the columns that tell one row from another; none: the row's number does. */
  readonly keys: readonly string[];
  /** Header of the column that holds 商机编号, if there is one. */
  readonly deal: string | null;
  /** Headers of the cells without which an event makes no sense: 当前阶段 and 跟进记录. */
  readonly anchors: readonly string[];
  readonly rows: ReadonlyMap<number, SheetRow>;
}

/** One cell the command wrote, found again. */
export interface WrittenCell {
  readonly change: CellChange;
  readonly header: string;
  /** Its column now; null where there is none of that header, or several. */
  readonly col: number | null;
  readonly now: CellValue | null;
  /** It still shows what the command wrote. */
  readonly holds: boolean;
}

/** One row the command wrote in, found again by its key: people sort, insert and delete. */
export interface WrittenRow {
  readonly role: TableRole;
  /** The table as it is now; null where the sheet is gone. */
  readonly table: UndoTable | null;
  readonly isHeader: boolean;
  /** The command made the row. */
  readonly appended: boolean;
  readonly deal: string | null;
  /** Null: gone, or no longer to be told from another. */
  readonly row: SheetRow | null;
  readonly cells: readonly WrittenCell[];
}

/** The rows that `changes` touched, in the book as it is now. `before` is the book that the command found. */
export function findWrittenRows(
  changes: readonly CellChange[],
  before: readonly UndoTable[],
  now: readonly UndoTable[],
): readonly WrittenRow[] {
  return [...groupBy(changes, ({ sheet }) => sheet)].flatMap(([sheet, group]) => {
    const then = before.find((table) => table.sheet === sheet);
    const role = (then ?? now.find((table) => table.sheet === sheet))?.role ?? 'other';
    const table =
      now.find((each) => each.role === role && (role !== 'other' || each.sheet === sheet)) ?? null;
    const written = applyChanges(then ?? (table && { ...table, headers: new Map(), rows: new Map() }), group);
    const rowsNow = [...(table?.rows.values() ?? [])].filter(({ row }) => row > (table?.headerRow ?? 0));
    const index = groupBy(rowsNow, (row) => keyOf(table ?? written, row));
    return [...groupBy(group, ({ row }) => row)].map(([number, cells]): WrittenRow => {
      const left = written.rows.get(number) ?? null;
      const old = then?.rows.get(number);
      // A new row took the place of totals, which stepped down: what they showed there is not to come back.
      const tookTotals = old !== undefined && isTotals(old) && keyOf(written, left) !== '';
      const row = table === null ? null : findAgain(keyOf(written, left), table, number, index);
      return {
        role,
        table,
        isHeader: number <= written.headerRow,
        appended: old === undefined || tookTotals,
        deal: textUnder(written, left, written.deal) || null,
        row,
        cells: cells.map((change) =>
          findCell(tookTotals ? withoutBefore(change) : change, written, table, row),
        ),
      };
    });
  });
}

function isTotals({ cells }: SheetRow): boolean {
  return isSumLabel(cellText(cells.find((cell) => cellText(cell).trim() !== '')).trim());
}

function withoutBefore({ formula: _, ...change }: CellChange): CellChange {
  return { ...change, before: null };
}

/** Text of the cell under `header`; empty where there is no such column. */
export function textUnder(table: UndoTable, row: SheetRow | null, header: string | null): string {
  const col = header === null ? undefined : columnsOf(table.headers).get(header);
  return col === undefined ? '' : cellText(row?.cells[col - 1]).trim();
}

/** The first column of each header; looked up for every row of a long log. */
function columnsOf(headers: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  const known = COLUMNS.get(headers);
  if (known) return known;
  const columns = new Map([...headers].reverse().map(([col, header]) => [header, col]));
  COLUMNS.set(headers, columns);
  return columns;
}

const COLUMNS = new WeakMap<ReadonlyMap<number, string>, ReadonlyMap<string, number>>();

/** The same value, however the file is written: a format or a kind of line end is no difference. */
export function sameValue(a: CellValue | null | undefined, b: CellValue | null | undefined): boolean {
  const [first, second] = [a ?? null, b ?? null];
  if (first?.kind === 'number' && second?.kind === 'number') return first.value === second.value;
  return (
    (first?.kind ?? null) === (second?.kind ?? null) &&
    cellText(first).replace(/\r\n?/g, '\n') === cellText(second).replace(/\r\n?/g, '\n')
  );
}

/** The table as the command left it. A sheet it added has its headers among the changes, in row 1. */
function applyChanges(found: UndoTable | null, changes: readonly CellChange[]): UndoTable {
  const base: UndoTable = found ?? {
    role: 'other',
    sheet: '',
    headerRow: 1,
    headers: new Map(),
    keys: [],
    deal: null,
    anchors: [],
    rows: new Map(),
  };
  const headers = new Map(base.headers);
  const rows = new Map(base.rows);
  for (const { row, col, after } of changes) {
    if (row === base.headerRow) headers.set(col, cellText(after).trim());
    const cells = [...(rows.get(row)?.cells ?? [])];
    cells[col - 1] = after ?? undefined;
    rows.set(row, { row, cells, hidden: false });
  }
  return { ...base, headers, rows };
}

/** What tells a row from the others: the texts under the table's key headers, blank where all are. */
function keyOf(table: UndoTable, row: SheetRow | null): string {
  return table.keys
    .map((header) => textUnder(table, row, header))
    .join('\n')
    .trim();
}

/** The one row that has the key now. A row without a key cannot be told from others. */
function findAgain(
  key: string,
  table: UndoTable,
  number: number,
  index: ReadonlyMap<string, readonly SheetRow[]>,
): SheetRow | null {
  if (table.keys.length === 0) return table.rows.get(number) ?? { row: number, cells: [], hidden: false };
  const [first, second] = key === '' ? [] : (index.get(key) ?? []);
  return second === undefined ? (first ?? null) : null;
}

function findCell(
  change: CellChange,
  written: UndoTable,
  table: UndoTable | null,
  row: SheetRow | null,
): WrittenCell {
  const header = written.headers.get(change.col) ?? '';
  const col = table === null ? null : findColumn(table, header, change.col);
  const now = col === null ? null : (row?.cells[col - 1] ?? null);
  return { change, header, col, now, holds: row !== null && col !== null && sameValue(now, change.after) };
}

function findColumn(table: UndoTable, header: string, col: number): number | null {
  if (header === '' || table.headers.get(col) === header) return col;
  const [first, second] = [...table.headers].filter(([, text]) => text === header);
  return first !== undefined && second === undefined ? first[0] : null;
}
