import type { Book } from './book.ts';
import type { Deal } from './deal.ts';
import { normalizeWidth } from './text.ts';

/**
 * The deals that `query` names: an id, else a unique id ending (at least two characters), else the customers whose name
 * holds it (one whose name is exactly it wins over longer ones). Several may be returned: never the first match.
 */
export function findDeals(book: Book, query: string): readonly Deal[] {
  const wanted = squeeze(query);
  if (wanted === '') return [];
  const born = book.deals.filter((deal) => deal.born);
  const byId = born.filter(({ row }) => row.id !== null && squeeze(row.id) === wanted);
  if (byId.length > 0) return byId;
  const byEnding =
    wanted.length < 2 || !/\d$/.test(wanted)
      ? []
      : born.filter(({ row }) => row.id !== null && squeeze(row.id).endsWith(wanted));
  if (byEnding.length > 0) return byEnding;
  const exact = born.filter(({ row }) => squeeze(row.customer) === wanted);
  return exact.length > 0 ? exact : born.filter(({ row }) => squeeze(row.customer).includes(wanted));
}

function squeeze(text: string): string {
  return normalizeWidth(text).replace(/\s+/g, '').toLowerCase();
}
