import { type Book, dealOfRow, eventsFrom, SHEETS, type TableShape } from './book.ts';
import { LOG_HEADERS } from './decode-log.ts';
import { groupBy } from './series.ts';
import { type CellChange, type CellValue, cellText } from './sheet.ts';
import type { TableRole } from './undo-rows.ts';

/** What the cells of a command's changes are called: kept with them, so that they are found again without the old book. */
export interface WrittenTable {
  readonly role: TableRole;
  readonly sheet: string;
  readonly headerRow: number;
  /** Header by column, of the columns that were touched. */
  readonly headers: Readonly<Record<number, string>>;
  /** 商机编号 of rows of 客户信息跟踪表 that stood there already, by row. */
  readonly ids: Readonly<Record<number, string>>;
}

/** The tables that `changes` touch, as the command leaves them. */
export function writtenTables(book: Book, changes: readonly CellChange[]): readonly WrittenTable[] {
  const shapes: readonly (readonly [TableRole, string, Pick<TableShape, 'headerRow' | 'columns'> | null])[] =
    [
      ['tracking', book.shape.sheet, book.shape],
      ['log', SHEETS.log, book.logShape],
      ['leads', SHEETS.leads, book.leadsShape],
      ['settings', SHEETS.settings, book.settingsShape],
    ];
  return shapes.flatMap(([role, sheet, shape]): WrittenTable[] => {
    const own = changes.filter((change) => change.sheet === sheet);
    if (own.length === 0) return [];
    const headerRow = shape?.headerRow ?? 1;
    const known =
      role === 'tracking'
        ? book.shape.headers
        : new Map([...(shape?.columns ?? [])].map(([header, col]) => [col, String(header)]));
    const added = own.flatMap(({ row, col, after }) =>
      row === headerRow ? [[col, cellText(after).trim()] as const] : [],
    );
    const touched = new Set(own.map(({ col }) => col));
    const headers = [...known, ...added].filter(([col]) => touched.has(col));
    const ids =
      role !== 'tracking'
        ? []
        : [...new Set(own.map(({ row }) => row))].flatMap((row) => {
            const id = dealOfRow(book, row)?.row.id;
            return id ? [[row, id] as const] : [];
          });
    return [{ role, sheet, headerRow, headers: Object.fromEntries(headers), ids: Object.fromEntries(ids) }];
  });
}

/** What a command wrote: its cells, and what they are called. */
export interface WrittenCells {
  readonly changes: readonly CellChange[];
  readonly tables: readonly WrittenTable[];
}

/** One event that a command wrote into 过程记录: the row it was given, and its cells by header. */
export interface WrittenEvent {
  readonly row: number;
  readonly cells: ReadonlyMap<string, CellValue | null>;
}

/** The events a command wrote, in order; none where the journal does not say what its cells are called. */
export function writtenEvents({ changes, tables }: WrittenCells): readonly WrittenEvent[] {
  const log = tables.find(({ role }) => role === 'log');
  if (!log) return [];
  const rows = new Map<number, Map<string, CellValue | null>>();
  for (const { sheet, row, col, before, after } of changes) {
    if (sheet !== log.sheet || row <= log.headerRow || before !== null) continue;
    const cells = rows.get(row) ?? new Map<string, CellValue | null>();
    rows.set(row, cells.set(log.headers[col] ?? '', after));
  }
  return [...rows]
    .map(([row, cells]) => ({ row, cells }))
    .filter((event) => textOf(event, SEQ) !== '' && textOf(event, DEAL) !== '');
}

/** Those of `events` that the log of `book` lacks. */
export function lostEvents(book: Book, events: readonly WrittenEvent[]): readonly WrittenEvent[] {
  if (events.length === 0) return [];
  const least = Math.min(...events.map((event) => Number(textOf(event, SEQ))));
  const there = groupBy(eventsFrom(book, least), ({ seq, dealId }) => `${seq} ${dealId}`);
  return events.filter((event) => {
    const mine = minuteOf(textOf(event, RECORDED));
    const same = there.get([SEQ, DEAL].map((header) => textOf(event, header)).join(' ')) ?? [];
    return !same.some(({ recordedAt }) => [mine, null].includes(minuteOf(recordedAt)));
  });
}

/** 记录时间 to the minute, however it is written: Excel makes `2026/11/23 10:00` of it when it saves a CSV file. Null: unreadable. */
function minuteOf(recordedAt: string): string | null {
  const numbers = (recordedAt.match(/\d+/g) ?? []).slice(0, 5).map(Number);
  return numbers.length < 5 ? null : numbers.join(' ');
}

const [SEQ, , DEAL] = LOG_HEADERS;
const RECORDED = '记录时间';

export function textOf({ cells }: WrittenEvent, header: string): string {
  return cellText(cells.get(header)).trim();
}
