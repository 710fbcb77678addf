import type { Book } from './book.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision } from './decision.ts';
import { assumedEvents, foldDeal, hasHistory } from './fold.ts';

/** The next free 商机编号 of a day of entry: `L20261123-001`. Never reused: rows, events and 线索信息表 are all looked at. */
export function nextDealId(taken: Set<string>, day: Day): string {
  const prefix = `L${formatDay(day).replaceAll('-', '')}-`;
  let highest = 0;
  for (const id of taken)
    if (id.startsWith(prefix)) highest = Math.max(highest, Number(id.slice(prefix.length)) || 0);
  const id = `${prefix}${String(highest + 1).padStart(3, '0')}`;
  taken.add(id);
  return id;
}

/** Every id that was ever given out in this book. */
export function takenIds(book: Book): Set<string> {
  return new Set([
    ...book.deals.flatMap(({ row }) => row.id ?? []),
    ...book.events.map((event) => event.dealId),
    ...book.leadIds,
  ]);
}

/**
 * Rows without 商机编号 (new since the last write) get one, and rows without events their 推定 history: the book as it
 * then is, and what must be written for it beside the command's own decision.
 */
export function adoptNewRows(book: Book): { readonly book: Book; readonly extra: Decision } {
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
  return { book: { ...book, deals }, extra: { ids: [], events, fields, newRows: [], leads: [], notes } };
}
