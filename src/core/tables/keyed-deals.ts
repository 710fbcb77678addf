import { type Book, dealsOf } from '../book.ts';
import type { Deal, DealRow } from '../deal.ts';
import type { DealEvent } from '../event.ts';
import { compareEvents } from '../fold.ts';

/** A 商机 with a name that is its own within the team, and all its events in order. */
export interface KeyedDeal {
  /** 商机编号; of a row without one, or with one that an earlier row has, the row's place in the sheet beside it. */
  readonly key: string;
  /** Null: only the events are left, the row was deleted. */
  readonly deal: Deal | null;
  readonly row: DealRow | null;
  readonly id: string;
  readonly customer: string;
  readonly events: readonly DealEvent[];
}

/** Everything a report may count: the rows of the table, then what only the log remembers. */
export function keyedDeals(book: Book): readonly KeyedDeal[] {
  const taken = new Set<string>();
  const rows = dealsOf(book).map((deal): KeyedDeal => {
    const id = deal.row.id ?? '';
    const key = id === '' || taken.has(id) ? `${id}#${deal.row.row}` : id;
    taken.add(key);
    return { key, deal, row: deal.row, id, customer: deal.row.customer, events: deal.events };
  });
  return [...rows, ...deletedDeals(book)];
}

function deletedDeals({ orphans }: Book): KeyedDeal[] {
  const byId = new Map<string, DealEvent[]>();
  for (const event of orphans) {
    const known = byId.get(event.dealId);
    if (known) known.push(event);
    else if (event.dealId !== '') byId.set(event.dealId, [event]);
  }
  return [...byId].map(([id, events]) => ({
    key: id,
    deal: null,
    row: null,
    id,
    customer: events.at(-1)?.customer ?? '',
    events: events.sort(compareEvents),
  }));
}
