import type { Book } from './book.ts';
import type { Deal } from './deal.ts';
import { splitTags } from './text.ts';

/** The 商机 that a row names in 关联商机: what a repurchase follows, what a duplicate was merged into. */
export function linksOf({ row }: Pick<Deal, 'row'>): readonly string[] {
  return splitTags(row.linked);
}

/** Those, and the ones that name this 商机, in the order of the table. */
export function linkedDeals({ deals }: Book, deal: Deal): readonly Deal[] {
  const named = linksOf(deal);
  const { id } = deal.row;
  if (id === null) return [];
  return deals.filter(
    (other) =>
      other !== deal &&
      other.born &&
      other.row.id !== null &&
      (named.includes(other.row.id) || linksOf(other).includes(id)),
  );
}
