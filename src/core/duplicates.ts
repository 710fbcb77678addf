import type { Book } from './book.ts';
import type { Deal } from './deal.ts';
import { normalizeWidth } from './text.ts';

/** A deal that a new lead may repeat, and by what it was recognised. */
export interface Known {
  readonly deal: Deal;
  readonly by: 'customer' | 'phone';
}

/** Deals of the same customer (name without legal form and punctuation) or with one of the same phones. Closed ones too. */
export function knownBefore(
  book: Book,
  lead: { readonly customer: string; readonly phone: string },
): readonly Known[] {
  const name = plainName(lead.customer);
  const phones = phonesIn(lead.phone);
  return book.deals.flatMap((deal): Known[] => {
    if (name !== '' && plainName(deal.row.customer) === name) return [{ deal, by: 'customer' }];
    return phonesIn(deal.row.phone).some((phone) => phones.includes(phone)) ? [{ deal, by: 'phone' }] : [];
  });
}

const LEGAL_FORMS =
  /(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|公司|股份|co\.?,?ltd\.?|inc\.?|llc)$/i;

/** A company's name without its legal form, spaces and punctuation; the whole name where less than two characters would be left. */
export function plainName(customer: string): string {
  const text = normalizeWidth(customer)
    .toLowerCase()
    .replace(/[\s()【】[\]·,.，。、“”"'-]+/g, '');
  const short = text.replace(LEGAL_FORMS, '');
  return short.length >= 2 ? short : text;
}

/** Every phone in a cell (several are kept as typed and all count): digits, seven or more, mobiles without +86. */
function phonesIn(text: string): readonly string[] {
  const plain = normalizeWidth(text);
  const mobiles = [...plain.matchAll(MOBILE)].map(([, number = '']) => number);
  const others = plain.replace(MOBILE, ' ').match(/\d[\d-]{5,}\d/g) ?? [];
  return [...mobiles, ...others].map((number) => number.replace(/\D/g, ''));
}

/** 138 0000 0000, 138-0000-0000, +86 13800000000. */
const MOBILE = /(?<!\d)(?:(?:\+|00)?86[\s-]?)?(1[3-9]\d(?:[\s-]?\d){8})(?!\d)/g;
