import { type Book, dealNames } from './book.ts';
import type { Deal } from './deal.ts';
import { holds, type Look } from './raw-text.ts';
import { normalizeWidth } from './text.ts';

/**
 * The deals that `query` names: an id, else a unique id ending (at least two characters), else the customers whose name
 * holds it (one whose name is exactly it wins over longer ones). Several may be returned: never the first match. With
 * `isBorn` false those that had not been entered on the day of the book, which nobody is offered.
 */
export function findDeals(book: Book, query: string, isBorn = true): readonly Deal[] {
  const wanted = squeeze(query);
  if (wanted === '') return [];
  const isEnding = wanted.length >= 2 && /\d$/.test(wanted);
  const ways: readonly ((named: Named) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ id }) => isEnding && id.endsWith(wanted),
    ({ customer }) => customer === wanted,
    ({ customer }) => customer.includes(wanted),
  ];
  const found: (() => Deal | undefined)[][] = ways.map(() => []);
  for (const { id, customer, deal } of dealNames(book, namedLike(query))) {
    const named = { id: squeeze(id), customer: squeeze(customer) };
    // Whichever way it is: most rows are none of them.
    if (!named.id.includes(wanted) && !named.customer.includes(wanted)) continue;
    found[ways.findIndex((is) => is(named))]?.push(deal);
  }
  for (const deals of found) {
    const named = deals.map((deal) => deal()).filter((deal) => deal?.born === isBorn) as Deal[];
    if (named.length > 0) return named;
  }
  return [];
}

/** Tells the rows whose id or customer may hold `query` without decoding the others. */
export function namedLike(query: string): readonly (readonly ['id' | 'customer', Look])[] {
  const look = holds(squeeze(query));
  return [
    ['id', look],
    ['customer', look],
  ];
}

/** Whether `query` may be pinyin: letters of which there are at least two, and perhaps digits. */
export function isPinyinLike(query: string): boolean {
  return /^(?=.*[a-zü].*[a-zü])[a-z\dü']+$/.test(squeeze(query));
}

/** The deals whose customer's name passes. */
export function findByName(book: Book, isMeant: (customer: string) => boolean): readonly Deal[] {
  return [...dealNames(book)]
    .filter(({ customer }) => isMeant(customer))
    .map(({ deal }) => deal())
    .filter((deal) => deal?.born) as Deal[];
}

/** What a deal is found by, as it is compared. */
interface Named {
  readonly id: string;
  readonly customer: string;
}

/** Most names are as they are compared, and ids but for their capital: every row is looked at. */
const IS_SQUEEZED = /^[^\s！-～\u2010-\u2015\u2212\u3000\u00a0\p{Lu}]*$/u;
const IS_NARROW = /^[!-~]*$/;

function squeeze(text: string): string {
  if (IS_NARROW.test(text)) return text.toLowerCase();
  if (IS_SQUEEZED.test(text)) return text;
  return normalizeWidth(text).replace(/\s+/g, '').toLowerCase();
}
