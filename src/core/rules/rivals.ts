import { type AwakeName, awakeNames, type Book } from '../book.ts';
import { runningStage } from '../clocks.ts';
import { plainName } from '../customer-name.ts';
import type { Deal } from '../deal.ts';
import type { TeamDeal } from './rule.ts';

/**
 * Running deals of one customer (spelt in any way) that have more than one owner between them: each, by its row in the
 * sheet, with all of them. Names are compared first, and deals made of those only that may be rivals.
 */
export function findRivals(book: Book): ReadonlyMap<number, readonly Deal[]> {
  const rivals = new Map<number, readonly Deal[]>();
  for (const names of repeated(owned(book))) {
    if (names.every(({ owner }) => owner === names[0]?.owner)) continue;
    const group = names
      .map(({ deal }) => deal())
      .filter((deal) => deal !== undefined && deal.row.owner !== '' && runningStage(deal) !== null) as Deal[];
    if (group.every(({ row }) => row.owner === group[0]?.row.owner)) continue;
    for (const { row } of group) rivals.set(row.row, group);
  }
  return rivals;
}

function* owned(book: Book): Generator<AwakeName> {
  for (const name of awakeNames(book)) if (name.owner !== '') yield name;
}

/** The names that several have in common, spelt in any way. Most stand alone, and no list is made of them. */
function repeated<T extends { readonly customer: string }>(names: Iterable<T>): Iterable<readonly T[]> {
  const firsts = new Map<string, T>();
  const groups = new Map<string, T[]>();
  for (const name of names) {
    const plain = plainName(name.customer);
    if (plain === '') continue;
    const first = firsts.get(plain);
    const group = groups.get(plain);
    if (!first) firsts.set(plain, name);
    else if (group) group.push(name);
    else groups.set(plain, [first, name]);
  }
  return groups.values();
}

/** Running deals of one customer (spelt in any way) in the books of more than one team: each, by its book and row, with the other teams'. */
export function findShared(
  books: readonly Book[],
): ReadonlyMap<Book, ReadonlyMap<number, readonly TeamDeal[]>> {
  const names = books.flatMap((book) => [...awakeNames(book)].map((name) => ({ ...name, book })));
  const shared = new Map(books.map((book) => [book, new Map<number, readonly TeamDeal[]>()]));
  for (const same of repeated(names)) {
    if (same.every(({ book }) => book.team === same[0]?.book.team)) continue;
    const running = same.flatMap(({ book, deal }): TeamDeal[] => {
      const made = deal();
      return made?.born && runningStage(made) !== null ? [{ book, deal: made }] : [];
    });
    for (const { book, deal } of running) {
      const others = running.filter((other) => other.book.team !== book.team);
      if (others.length > 0) shared.get(book)?.set(deal.row.row, others);
    }
  }
  return shared;
}
