import { dayOf } from './date.ts';
import { nextDealId, type TakenIds } from './ids.ts';
import { groupBy } from './series.ts';
import {
  type CellChange,
  type CellInput,
  type CellValue,
  cellText,
  type Patch,
  type SheetRow,
} from './sheet.ts';
import { inputOf, type LeftCell, REASONS } from './undo.ts';
import { findWrittenRows, sameValue, textUnder, type UndoTable, type WrittenRow } from './undo-rows.ts';
import { serialToDay } from './values.ts';
import type { WrittenCells, WrittenTable } from './written.ts';

export interface RestorePlan {
  readonly patches: readonly Patch[];
  /** What stays as it is now. */
  readonly left: readonly LeftCell[];
}

export interface RestoreContext {
  readonly taken: TakenIds;
  readonly nextSeq: number;
  readonly dates1904: boolean;
  /** Header of 客户名称 in the tracking table. */
  readonly customer: string;
}

/**
 * Writes again what was overwritten, command by command, the oldest first: rows that are gone, events under new numbers,
 * and cells that hold what the command found there. A cell that says something else by now stays, and is told; to a
 * 跟进记录 that has grown meanwhile the entry is added. A lead whose 商机编号 another customer has got meanwhile takes a new
 * one.
 */
export function planRestore(
  commands: readonly WrittenCells[],
  now: readonly UndoTable[],
  context: RestoreContext,
): RestorePlan {
  const book: Restoring = {
    ...context,
    now: new Map(now.map((table) => [table.role, { ...table, rows: new Map(table.rows) }])),
    left: [],
    sets: new Map(),
    added: new Map(),
    columns: [],
    renamed: new Map(),
    seq: context.nextSeq,
  };
  for (const command of commands) restoreCommand(book, command);
  return {
    patches: [
      ...book.columns,
      ...book.sets.values(),
      ...[...book.added.values()].map(
        ({ sheet, cells }): Patch => ({ op: 'append', sheet, cells: new Map(cells) }),
      ),
    ],
    left: book.left,
  };
}

interface Restoring {
  readonly taken: TakenIds;
  readonly dates1904: boolean;
  readonly customer: string;
  /** The tables as they will be, by role: rows and headers are added as commands are gone through. */
  readonly now: Map<UndoTable['role'], UndoTable & { readonly rows: Map<number, SheetRow> }>;
  readonly left: LeftCell[];
  /** One patch per cell, by place. */
  readonly sets: Map<string, Patch>;
  /** Rows to be appended, by sheet and the number they have here. */
  readonly added: Map<string, { readonly sheet: string; readonly cells: Map<number, CellInput> }>;
  readonly columns: Patch[];
  /** 商机编号 that another customer has by now, and what the lead is called instead. */
  readonly renamed: Map<string, string>;
  seq: number;
}

const SEQ = '序号';

function restoreCommand(book: Restoring, { changes, tables }: WrittenCells): void {
  const known = changes.filter(({ sheet }) => tables.some((table) => table.sheet === sheet));
  for (const change of changes) if (!known.includes(change)) leave(book, change, REASONS.noSheet);
  renameTaken(book, known, tables);
  const renamed = known.map((change) => rename(book, change, tables));
  const then = tables.map((table) => tableThen(book, table));
  const now = [...book.now.values()];
  for (const row of findWrittenRows(renamed, then, now)) restoreRow(book, row);
}

/** A lost lead whose number has been given again gets another one, and so do its events. */
function renameTaken(book: Restoring, changes: readonly CellChange[], tables: readonly WrittenTable[]): void {
  const tracking = tables.find(({ role }) => role === 'tracking');
  const table = book.now.get('tracking');
  if (!tracking || !table) return;
  const own = changes.filter(({ sheet, row }) => sheet === tracking.sheet && !(row in tracking.ids));
  for (const cells of groupBy(own, ({ row }) => row).values()) {
    const said = (header: string) =>
      cellText(cells.find(({ col }) => tracking.headers[col] === header)?.after).trim();
    const [id, customer] = [said(table.deal ?? ''), said(book.customer)];
    const holder = [...table.rows.values()].find((row) => textUnder(table, row, table.deal) === id);
    if (id === '' || !holder || textUnder(table, holder, book.customer) === customer) continue;
    const [, year, month, date] = /^L(\d{4})(\d\d)(\d\d)-/.exec(id) ?? [];
    const day = dayOf(Number(year), Number(month), Number(date));
    if (day !== null) book.renamed.set(id, nextDealId(book.taken, day));
  }
}

/** The change with the lead's new number, and for an event a new 序号. */
function rename(book: Restoring, change: CellChange, tables: readonly WrittenTable[]): CellChange {
  const table = tables.find(({ sheet }) => sheet === change.sheet);
  const header = table?.headers[change.col];
  const isId = table !== undefined && header === book.now.get(table.role)?.deal;
  const id = isId ? book.renamed.get(cellText(change.after).trim()) : undefined;
  if (id !== undefined) return { ...change, after: { kind: 'text', text: id } };
  if (table?.role === 'log' && header === SEQ && change.before === null && change.row > table.headerRow) {
    const value = book.seq++;
    const after: CellValue =
      change.after?.kind === 'number'
        ? { kind: 'number', value, format: 'plain' }
        : { kind: 'text', text: String(value) };
    return { ...change, after };
  }
  return change;
}

/** The table as the command found it: its headers, and of its rows what they were called. */
function tableThen(book: Restoring, { role, sheet, headerRow, headers, ids }: WrittenTable): UndoTable {
  const now = book.now.get(role);
  const columns = new Map(Object.entries(headers).map(([col, header]) => [Number(col), header]));
  const idCol =
    [...columns].find(([, header]) => header === now?.deal)?.[0] ?? Math.max(0, ...columns.keys()) + 1;
  if (role === 'tracking') columns.set(idCol, now?.deal ?? '');
  const rows = Object.entries(ids).map(([row, id]): [number, SheetRow] => {
    const cells: (CellValue | undefined)[] = [];
    cells[idCol - 1] = { kind: 'text', text: book.renamed.get(id) ?? id };
    return [Number(row), { row: Number(row), cells, hidden: false }];
  });
  return {
    role,
    sheet,
    headerRow,
    headers: columns,
    keys: now?.keys ?? [],
    deal: now?.deal ?? null,
    anchors: [],
    rows: new Map(rows),
  };
}

function restoreRow(book: Restoring, written: WrittenRow): void {
  const { role, table, isHeader, appended, cells } = written;
  const own = book.now.get(role);
  if (!table || !own) {
    for (const { change } of cells) leave(book, change, REASONS.noSheet);
    return;
  }
  if (isHeader) {
    for (const { change, col } of cells) if (col === null) addColumn(book, role, cellText(change.after));
    return;
  }
  // Headers may have come with this very command.
  const columnOf = (header: string, col: number | null) =>
    col ?? [...own.headers].find(([, text]) => text === header)?.[0] ?? null;
  if (written.row === null && !appended) {
    for (const { change, header } of cells) leave(book, change, REASONS.noRow, header);
    return;
  }
  const at = written.row?.row ?? lastRow(own) + 1;
  if (written.row === null) book.added.set(`${own.sheet} ${at}`, { sheet: own.sheet, cells: new Map() });
  for (const { change, header, col } of cells) {
    const column = columnOf(header, col);
    const now = column === null ? null : (own.rows.get(at)?.cells[column - 1] ?? null);
    if (column === null) leave(book, change, REASONS.noRow, header);
    else if (!sameValue(now, change.after)) {
      const value = valueFor(change, now, header === own.anchors.at(-1));
      if (value === undefined) leave(book, change, REASONS.changed, header, now);
      else put(book, own, { row: at, col: column, value });
    }
  }
}

function lastRow({ headerRow, rows }: UndoTable): number {
  let last = headerRow;
  for (const row of rows.keys()) last = Math.max(last, row);
  return last;
}

/** What the cell is to say (`grows`: it is 跟进记录); undefined: somebody has said something else there. */
function valueFor(change: CellChange, now: CellValue | null, grows: boolean): CellValue | null | undefined {
  if (sameValue(now, change.before)) return change.after;
  if (!grows || now?.kind !== 'text' || change.after?.kind !== 'text') return undefined;
  const [before, after] = [cellText(change.before), change.after.text];
  if (after.startsWith(before)) {
    // Where it was the first entry, there is another by now.
    const added = before === '' ? `;${after}` : after.slice(before.length);
    if (now.text.includes(added.replace(/^[;；\n]/, ''))) return now;
    return { kind: 'text', text: now.text + added };
  }
  if (after.endsWith(before))
    return { kind: 'text', text: after.slice(0, after.length - before.length) + now.text };
  return undefined;
}

function put(
  book: Restoring,
  table: UndoTable & { readonly rows: Map<number, SheetRow> },
  { row, col, value }: { readonly row: number; readonly col: number; readonly value: CellValue | null },
): void {
  const input = inputAt(book, value);
  if (input === null) return;
  const cells = [...(table.rows.get(row)?.cells ?? [])];
  cells[col - 1] = value ?? undefined;
  table.rows.set(row, { row, cells, hidden: false });
  const place = { sheet: table.sheet, row, col };
  const added = book.added.get(`${table.sheet} ${row}`);
  if (added) added.cells.set(col, input);
  else book.sets.set(`${table.sheet} ${row} ${col}`, { op: 'set', place, input });
}

/** In a new row nothing says yet that a number is a date. */
function inputAt({ dates1904 }: Restoring, value: CellValue | null): CellInput | null {
  if (value?.kind !== 'number' || value.format === 'plain') return inputOf(value);
  if (value.format === 'percent') return { kind: 'percent', value: value.value };
  const day = serialToDay(value.value, dates1904);
  return day === null ? inputOf(value) : { kind: 'date', day };
}

function addColumn(book: Restoring, role: UndoTable['role'], header: string): void {
  const table = book.now.get(role);
  if (!table) return;
  const col = Math.max(0, ...table.headers.keys()) + 1;
  book.columns.push({ op: 'addColumn', sheet: table.sheet, headerRow: table.headerRow, col, header });
  book.now.set(role, { ...table, headers: new Map(table.headers).set(col, header) });
}

function leave(
  book: Restoring,
  change: CellChange,
  reason: LeftCell['reason'],
  header = '',
  now: CellValue | null = null,
): void {
  book.left.push({ change, header, cell: null, now, reason });
}
