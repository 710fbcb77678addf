import type { Message } from './message.ts';
import { groupBy } from './series.ts';
import {
  type CellChange,
  type CellInput,
  type CellValue,
  cellName,
  type Patch,
  type PlainInput,
  type SheetRow,
} from './sheet.ts';
import {
  findWrittenRows,
  textUnder,
  type UndoTable,
  type WrittenCell,
  type WrittenRow,
} from './undo-rows.ts';

/** A cell that the command wrote and that is not taken back. */
export interface LeftCell {
  readonly change: CellChange;
  readonly header: string;
  /** Where it is now; null where it is gone. */
  readonly cell: string | null;
  readonly now: CellValue | null;
  readonly reason: Message;
}

export interface UndoPlan {
  readonly patches: readonly Patch[];
  readonly left: readonly LeftCell[];
}

/**
 * Takes back the cells of one command in a book that has been written since: only those that still show what it wrote,
 * wherever their row and column have gone. A row that it added goes whole, or stays whole if anything else is in it or
 * recorded about it; an event stays where its deal moved on, or where its 当前阶段 or 跟进记录 cannot be taken back. Headers
 * and sheets stay. Empty `patches`: nothing can be taken back.
 */
export function planUndo(
  changes: readonly CellChange[],
  before: readonly UndoTable[],
  now: readonly UndoTable[],
): UndoPlan {
  const rows = findWrittenRows(changes, before, now);
  const log = now.find(({ role }) => role === 'log');
  const book: Written = {
    rows,
    log,
    events: groupBy(
      rows.filter((row) => row.role === 'log' && !row.isHeader),
      ({ deal }) => deal,
    ),
    logged: groupBy(log?.rows.values() ?? [], (row) =>
      log && row.row > log.headerRow ? textUnder(log, row, log.deal) : null,
    ),
  };
  const keptDeals = new Set(rows.flatMap((row) => (row.deal !== null && isKept(row, book) ? row.deal : [])));
  const patches: Patch[] = [];
  const left: LeftCell[] = [];
  for (const row of rows) {
    const stays =
      rowReason(row, book) ??
      (row.role !== 'tracking' && keptDeals.has(row.deal ?? '') ? REASONS.belongs : null);
    for (const cell of row.cells) {
      const undone = stays ?? undoCell(row, cell, book);
      if ('op' in undone) patches.push(undone);
      else
        left.push({
          change: cell.change,
          header: cell.header,
          cell: placeNow(row, cell),
          now: cell.now,
          reason: undone,
        });
    }
  }
  return { patches, left };
}

/** Everything the command wrote, and what the log holds now, by deal. */
interface Written {
  readonly rows: readonly WrittenRow[];
  readonly log: UndoTable | undefined;
  readonly events: ReadonlyMap<string | null, readonly WrittenRow[]>;
  readonly logged: ReadonlyMap<string | null, readonly SheetRow[]>;
}

/** Of 过程记录: filled in by every move between stages. */
const NEW_STAGE = '新阶段';

export const REASONS = {
  header: { zh: '表头保留,不影响使用', en: 'headers stay; they do no harm' },
  noSheet: { zh: '工作表已不在', en: 'the sheet is gone' },
  noRow: { zh: '这一行已不在,或与别的行分不开', en: 'the row is gone, or cannot be told from another' },
  changed: { zh: '之后又改过', en: 'changed since' },
  rowChanged: {
    zh: '这一行之后又写过别的内容,整行保留',
    en: 'something else was written in the row since; it stays whole',
  },
  recorded: { zh: '这条商机之后又有新的记录', en: 'more was recorded about the deal since' },
  belongs: { zh: '与上面保留的内容是一件事,一并保留', en: 'belongs to what stays above' },
  special: {
    zh: '原值是公式错误或特殊值,写不回去',
    en: 'the old value is an error or special and cannot be written',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** The patch that takes a cell back, or why it stays. */
function undoCell(row: WrittenRow, cell: WrittenCell, book: Written): Patch | Message {
  const reason = cellReason(row, cell, book);
  if (reason !== null) return reason;
  const { before, formula } = cell.change;
  const value = inputOf(before);
  if (value === null) return REASONS.special;
  const input: CellInput = formula === undefined ? value : { kind: 'formula', formula, shows: value };
  return {
    op: 'set',
    place: { sheet: row.table?.sheet ?? '', row: row.row?.row ?? 0, col: cell.col ?? 0 },
    input,
  };
}

/** Why a whole row stays; null: it need not. */
function rowReason(row: WrittenRow, book: Written): Message | null {
  if (row.isHeader) return REASONS.header;
  if (row.table === null) return REASONS.noSheet;
  if (row.row === null) return REASONS.noRow;
  if (!row.appended) return null;
  const mine = new Set(row.cells.map(({ col }) => col));
  const foreign = row.row.cells.some((value, index) => value !== undefined && !mine.has(index + 1));
  if (foreign || row.cells.some(({ holds }) => !holds)) return REASONS.rowChanged;
  return row.role === 'tracking' && recordedSince(row, book).length > 0 ? REASONS.recorded : null;
}

function cellReason(row: WrittenRow, cell: WrittenCell, book: Written): Message | null {
  if (!cell.holds) return REASONS.changed;
  return isAnchor(row, cell) && movedSince(row, book) ? REASONS.recorded : null;
}

/** Whether a deal's events must stay: its row stays, or the cell they speak of does. */
function isKept(row: WrittenRow, book: Written): boolean {
  if (row.role !== 'tracking' || row.isHeader) return false;
  return (
    rowReason(row, book) !== null ||
    row.cells.some((cell) => isAnchor(row, cell) && cellReason(row, cell, book) !== null)
  );
}

function isAnchor({ role, table }: WrittenRow, { header }: WrittenCell): boolean {
  return role === 'tracking' && table?.anchors.includes(header) === true;
}

/** The command moved the deal, and somebody has moved it again. */
function movedSince(row: WrittenRow, book: Written): boolean {
  const mine = book.events.get(row.deal) ?? [];
  const movedByMe = mine.some(({ cells }) =>
    cells.some(({ header, change }) => header === NEW_STAGE && change.after !== null),
  );
  const last = Math.max(0, ...mine.map((event) => event.row?.row ?? 0));
  return (
    movedByMe &&
    recordedSince(row, book).some(
      (event) => event.row > last && book.log && textUnder(book.log, event, NEW_STAGE) !== '',
    )
  );
}

/** Events of the row's deal that the command did not write. */
function recordedSince(row: WrittenRow, book: Written): readonly SheetRow[] {
  const mine = new Set((book.events.get(row.deal) ?? []).map((event) => event.row?.row));
  return row.deal === null ? [] : (book.logged.get(row.deal) ?? []).filter((event) => !mine.has(event.row));
}

/** What puts a value back; null where no input does. A date goes back as its serial number: the cell keeps its format. */
export function inputOf(value: CellValue | null): PlainInput | null {
  if (value === null) return { kind: 'blank' };
  if (value.kind === 'number') return { kind: 'number', value: value.value };
  return value.kind === 'text' ? { kind: 'text', text: value.text } : null;
}

function placeNow(row: WrittenRow, cell: WrittenCell): string | null {
  return row.row === null || cell.col === null ? null : cellName(row.row.row, cell.col);
}
