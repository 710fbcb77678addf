import type { Book } from './book.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision } from './decision.ts';
import { EMPTY_DECISION } from './draft.ts';
import { assumedEvents, foldDeal, hasHistory } from './fold.ts';
import type { Look } from './raw-text.ts';

/** The highest running number given out so far, by the part before it (`L20261123-`). */
export type TakenIds = Map<string, number>;

/** The next free 商机编号 of a day of entry: `L20261123-001`. Never reused: rows, events and 线索信息表 are all looked at. */
export function nextDealId(taken: TakenIds, day: Day): string {
  const prefix = `L${formatDay(day).replaceAll('-', '')}-`;
  const number = (taken.get(prefix) ?? 0) + 1;
  taken.set(prefix, number);
  return `${prefix}${String(number).padStart(3, '0')}`;
}

/** What was ever given out in this book. */
export function takenIds(book: Book): TakenIds {
  const taken: TakenIds = new Map();
  const take = (id: string) => {
    const prefix = id.slice(0, PREFIX);
    taken.set(prefix, Math.max(taken.get(prefix) ?? 0, Number(id.slice(PREFIX)) || 0));
  };
  if (book.table) for (const id of book.table.ids(takeAlike(taken))) take(id);
  else {
    for (const { row } of book.deals) if (row.id !== null) take(row.id);
    for (const { dealId } of book.events) take(dealId);
  }
  for (const id of book.leadIds) take(id);
  return taken;
}

/** Length of `L20261123-`. */
const PREFIX = 10;

/** Takes an id of the same day as the one before it by its bytes; passes all others. */
function takeAlike(taken: TakenIds): Look {
  let before: Uint8Array = new Uint8Array();
  let prefix = '';
  return (bytes, from, to) => {
    let same = 0;
    while (same < PREFIX && bytes[from + same] === before[same]) same++;
    let number = 0;
    let at = from + PREFIX;
    for (; at < to && isDigit(bytes[at] ?? 0); at++) number = number * 10 + (bytes[at] ?? 0) - 48;
    if (at < to || at === from + PREFIX || at > from + PREFIX + 9) return true;
    if (same < PREFIX) {
      before = bytes.slice(from, from + PREFIX);
      // A blank may be none of the id, another character is not one byte: decoded, as are all like it.
      if (before.some((byte) => byte <= 32 || byte >= 128)) before = new Uint8Array();
      prefix = String.fromCharCode(...before);
      if (before.length === 0) return true;
    }
    taken.set(prefix, Math.max(taken.get(prefix) ?? 0, number));
    return false;
  };
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/**
 * Rows without 商机编号 (new since the last write) get one, and rows without events their 推定 history: the book as it
 * then is, and what must be written for it beside the command's own decision.
 */
export function adoptNewRows(book: Book): { readonly book: Book; readonly extra: Decision } {
  if (book.table?.hasUnnamed === false) return { book, extra: EMPTY_DECISION };
  const taken = takenIds(book);
  const logged = new Set(book.events.filter((event) => hasHistory([event])).map((event) => event.dealId));
  const events: Decision['events'][number][] = [];
  const fields: Decision['fields'][number][] = [];
  const names: string[] = [];
  const deals = book.deals.map((deal) => {
    const { row } = deal;
    if (row.id !== null && (logged.has(row.id) || row.stage === null)) return deal;
    const id = row.id ?? nextDealId(taken, row.leadDate ?? book.asOf);
    const named = { ...row, id };
    if (row.id === null) {
      fields.push({ row: row.row, field: 'id', input: { kind: 'text', text: id } });
      names.push(`${row.customer} ${id}`);
    }
    events.push(...assumedEvents(named, book.asOf));
    return foldDeal(
      named,
      row.id === null ? [] : book.events.filter((event) => event.dealId === id),
      book.asOf,
    );
  });
  const notes =
    names.length === 0
      ? []
      : [
          {
            zh: `新行已编号:${names.slice(0, 5).join('、')}${names.length > 5 ? ` 等 ${names.length} 行` : ''}`,
            en: `New rows got an ID: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` … ${names.length} rows` : ''}`,
          },
        ];
  return {
    book: { ...book, deals, table: null },
    extra: { ids: [], events, fields, newRows: [], leads: [], notes },
  };
}
