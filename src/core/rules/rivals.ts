import type { Book } from '../book.ts';
import { runningStage } from '../clocks.ts';
import { plainName } from '../customer-name.ts';
import type { Deal } from '../deal.ts';
import { groupBy } from '../duplicates.ts';

/** Running deals of one customer (spelt in any way) that have more than one owner between them: each with all of them. */
export function findRivals({ deals }: Book): ReadonlyMap<Deal, readonly Deal[]> {
  const owned = deals.filter((deal) => deal.row.owner !== '' && runningStage(deal) !== null);
  const rivals = new Map<Deal, readonly Deal[]>();
  for (const group of groupBy(owned, ({ row }) => [plainName(row.customer)]).values()) {
    const [first] = group;
    if (group.every(({ row }) => row.owner === first?.row.owner)) continue;
    for (const deal of group) rivals.set(deal, group);
  }
  return rivals;
}
