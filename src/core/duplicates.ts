import { type Book, dealNames } from './book.ts';
import { mayBe, plainName } from './customer-name.ts';
import type { Deal } from './deal.ts';
import { parseAmount } from './money.ts';
import { normalizeWidth } from './text.ts';

/** Deals by what they are recognised by; made once, asked often. */
export interface KnownDeals {
  readonly byCustomer: ReadonlyMap<string, readonly Deal[]>;
  readonly byPhone: ReadonlyMap<string, readonly Deal[]>;
}

/** A deal that a new lead may repeat, and by what it was recognised. */
export interface Known {
  readonly deal: Deal;
  readonly by: 'customer' | 'phone';
}

export function indexDeals(deals: readonly Deal[]): KnownDeals {
  return {
    byCustomer: groupBy(deals, ({ row }) => [plainName(row.customer)]),
    byPhone: groupBy(deals, ({ row }) => phonesIn(row.phone)),
  };
}

/** Deals of the same customer (spelt in any way) or with one of the same phones, in the order of the table. Closed ones too. */
export function knownBefore(
  { byCustomer, byPhone }: KnownDeals,
  lead: { readonly customer: string; readonly phone: string },
): readonly Known[] {
  const same = byCustomer.get(plainName(lead.customer)) ?? [];
  const sharing = phonesIn(lead.phone).flatMap((phone) => byPhone.get(phone) ?? []);
  return [...new Set([...same, ...sharing])]
    .sort((a, b) => a.row.row - b.row.row)
    .map((deal) => ({ deal, by: same.includes(deal) ? 'customer' : 'phone' }));
}

/** The first `most` of them, for one lead: without an index of all deals, and without making those that are none of them. */
export function knownIn(
  book: Book,
  lead: { readonly customer: string; readonly phone: string },
  most: number,
): readonly Known[] {
  const name = plainName(lead.customer);
  const phones = phonesIn(lead.phone);
  const found: Known[] = [];
  for (const { customer, phone, deal } of dealNames(book)) {
    const by = name !== '' && mayBe(customer, name) && plainName(customer) === name ? 'customer' : null;
    const isShared =
      by === null && phones.length > 0 && phonesIn(phone()).some((each) => phones.includes(each));
    const known = by !== null || isShared ? deal() : undefined;
    if (known) found.push({ deal: known, by: by ?? 'phone' });
    if (found.length === most) break;
  }
  return found;
}

/** What the needs of two deals have in common: parallel 商机 of one customer differ in them. Amounts (预算10-20万) are no need. */
export function needsOf(tags: readonly string[]): readonly string[] {
  const needs = tags.map((tag) => normalizeWidth(tag).toLowerCase());
  return [...new Set(needs)].filter(
    (tag) => !tag.startsWith('预算') && parseAmount(tag, 1)?.kind !== 'amount',
  );
}

/** Every phone in a cell (several are kept as typed and all count): digits, seven or more, mobiles without +86. */
export function phonesIn(text: string): readonly string[] {
  const plain = normalizeWidth(text);
  const mobiles = [...plain.matchAll(MOBILE)].map(([, number = '']) => number);
  const others = plain.replace(MOBILE, ' ').match(/\d[\d-]{5,}\d/g) ?? [];
  return [...new Set([...mobiles, ...others].map((number) => number.replace(/\D/g, '')))];
}

/** 138 0000 0000, 138-0000-0000, +86 13800000000. */
const MOBILE = /(?<!\d)(?:(?:\+|00)?86[\s-]?)?(1[3-9]\d(?:[\s-]?\d){8})(?!\d)/g;

/** Every deal under each of its keys, the empty one left out. */
export function groupBy<T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else if (key !== '') groups.set(key, [item]);
    }
  }
  return groups;
}
