import { type Book, dealNames } from './book.ts';
import { mayBe, plainName } from './customer-name.ts';
import type { Deal } from './deal.ts';
import { mailsIn, ownDomainsIn } from './mail.ts';
import { parseAmount } from './money.ts';
import { holds, type Look } from './raw-text.ts';
import { normalizeWidth } from './text.ts';

/** Deals by what they are recognised by; made once, asked often. */
export interface KnownDeals {
  readonly byCustomer: ReadonlyMap<string, readonly Deal[]>;
  readonly byContact: ReadonlyMap<string, readonly Deal[]>;
  readonly byDomain: ReadonlyMap<string, readonly Deal[]>;
}

/** A deal that a new lead may repeat, and by what it was recognised. */
export interface Known {
  readonly deal: Deal;
  readonly by: 'customer' | 'phone' | 'domain';
}

export function indexDeals(deals: readonly Deal[]): KnownDeals {
  return {
    byCustomer: groupBy(deals, ({ row }) => [plainName(row.customer)]),
    byContact: groupBy(deals, ({ row }) => contactsIn(row.phone)),
    byDomain: groupBy(deals, ({ row }) => ownDomainsIn(row.phone)),
  };
}

/**
 * Deals of the same customer (spelt in any way), with one of the same phones, mail addresses or WeChat accounts, or with
 * mail at the same domain of a customer's own, in the order of the table. Closed ones too.
 */
export function knownBefore(
  { byCustomer, byContact, byDomain }: KnownDeals,
  lead: { readonly customer: string; readonly phone: string },
): readonly Known[] {
  const same = byCustomer.get(plainName(lead.customer)) ?? [];
  const sharing = contactsIn(lead.phone).flatMap((contact) => byContact.get(contact) ?? []);
  const near = ownDomainsIn(lead.phone).flatMap((domain) => byDomain.get(domain) ?? []);
  return [...new Set([...same, ...sharing, ...near])]
    .sort((a, b) => a.row.row - b.row.row)
    .map((deal) => ({
      deal,
      by: same.includes(deal) ? 'customer' : sharing.includes(deal) ? 'phone' : 'domain',
    }));
}

/** The first `most` of them, for one lead: without an index of all deals, and without making those that are none of them. */
export function knownIn(
  book: Book,
  lead: { readonly customer: string; readonly phone: string },
  most: number,
): readonly Known[] {
  const name = plainName(lead.customer);
  const contacts = contactsIn(lead.phone);
  const domains = ownDomainsIn(lead.phone);
  const knownBy = (customer: string, phone: () => string): Known['by'] | null => {
    if (name !== '' && mayBe(customer, name) && plainName(customer) === name) return 'customer';
    if (contacts.length === 0) return null;
    const text = phone();
    if (contactsIn(text).some((each) => contacts.includes(each))) return 'phone';
    return domains.length > 0 && ownDomainsIn(text).some((each) => domains.includes(each)) ? 'domain' : null;
  };
  const looks = [
    ...(name === '' ? [] : [['customer', holds(name, true)] as const]),
    ...(contacts.length === 0 ? [] : [['phone', isNoOtherMobile(contacts)] as const]),
  ];
  const found: Known[] = [];
  for (const { customer, phone, deal } of dealNames(book, looks)) {
    const by = knownBy(customer, phone);
    const known = by === null ? undefined : deal();
    if (known && by) found.push({ deal: known, by });
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

/** Whatever in a 联系方式 belongs to one person or desk: phones, mail addresses, WeChat accounts. */
export function contactsIn(text: string): readonly string[] {
  if (PLAIN_MOBILE.test(text)) return [text];
  const accounts = [...normalizeWidth(text).toLowerCase().matchAll(WECHAT)].map(
    ([, name]) => `wechat:${name}`,
  );
  return [...phonesIn(text), ...mailsIn(text), ...accounts];
}

const WECHAT = /(?:微信号?|wechat|wx)[:\s]*([a-z][\w-]{5,19})(?![\w-]|@)/g;

/** Every phone in a cell (several are kept as typed and all count): digits, seven or more, mobiles without +86. */
export function phonesIn(text: string): readonly string[] {
  if (PLAIN_MOBILE.test(text)) return [text];
  const plain = normalizeWidth(text);
  const mobiles = [...plain.matchAll(MOBILE)].map(([, number = '']) => number);
  const others = plain.replace(MOBILE, ' ').match(/\d[\d-]{5,}\d/g) ?? [];
  return [...new Set([...mobiles, ...others].map((number) => number.replace(/\D/g, '')))];
}

/** 138 0000 0000, 138-0000-0000, +86 13800000000. */
const MOBILE = /(?<!\d)(?:(?:\+|00)?86[\s-]?)?(1[3-9]\d(?:[\s-]?\d){8})(?!\d)/g;

/** Most cells hold just one: every row is looked at when a lead is added. */
const PLAIN_MOBILE = /^1[3-9]\d{9}$/;

/** Only of another mobile number alone it is sure, without decoding it, that it shares none of `contacts`. */
function isNoOtherMobile(contacts: readonly string[]): Look {
  const wanted = new Set(contacts.map(Number));
  return (bytes, from, to) => {
    if (from === to) return false;
    if (to - from !== 11 || bytes[from] !== 49 || (bytes[from + 1] ?? 0) < 51) return true;
    let number = 0;
    for (let at = from; at < to; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) return true;
      number = number * 10 + digit;
    }
    return wanted.has(number);
  };
}

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
