import type { Book } from './book.ts';
import { plainName } from './customer-name.ts';
import { contactsIn, needsOf } from './duplicates.ts';
import { ownDomainsIn } from './mail.ts';
import type { Message } from './message.ts';
import { isOpenStage } from './stages.ts';

/** Who a lead is: by what a repetition is recognised. */
export interface Identity {
  readonly customer: string;
  readonly phone: string;
  readonly tags: readonly string[];
}

/** What was there before a row: a deal of the book, or an earlier row of the files. */
export interface Earlier {
  readonly id: string | null;
  readonly name: Message;
  /** Who works on it; empty: nobody, or it is closed. */
  readonly owner: string;
}

/** Leads by what they are recognised by: one look-up for each row, however long book and files are. */
export interface KnownLeads {
  readonly byNeeds: Map<string, Earlier>;
  readonly byContact: Map<string, Earlier>;
  readonly byCustomer: Map<string, Earlier>;
  readonly byDomain: Map<string, Earlier>;
}

/** Every deal of the book, closed ones too: a lead that was lost is no new one. */
export function knownDeals({ deals }: Book): KnownLeads {
  const known = newKnown();
  for (const { row } of deals) {
    const name = `${row.customer} ${row.id ?? ''}`.trim();
    const owner = row.stage !== null && isOpenStage(row.stage) ? row.owner : '';
    remember(known, row, { id: row.id, name: { zh: name, en: name }, owner });
  }
  return known;
}

/** Leads that 线索信息表 keeps as screened out. */
export function knownScreened({ screenedOut }: Book): KnownLeads {
  const known = newKnown();
  for (const lead of screenedOut)
    remember(known, lead, {
      id: null,
      name: {
        zh: `线索信息表里已剔除的 ${lead.customer}`,
        en: `${lead.customer}, screened out in 线索信息表`,
      },
      owner: '',
    });
  return known;
}

/** The lead that this one repeats (the same customer with the same needs, or a shared phone, mail or WeChat), and why it is taken for it. */
export function findRepeated(
  known: KnownLeads,
  lead: Identity,
): { readonly earlier: Earlier; readonly why: Message } | null {
  const same = known.byNeeds.get(needsKey(lead));
  if (same) return { earlier: same, why: { zh: '同一客户、同样的需求标签', en: 'same customer, same tags' } };
  for (const contact of contactsIn(lead.phone)) {
    const sharing = known.byContact.get(contact);
    if (sharing) return { earlier: sharing, why: { zh: '同一联系方式', en: 'same phone' } };
  }
  return null;
}

/** Another 商机 of the same customer, or of one whose mail is at the same domain: a person decides whether it is one. */
export function findParallel(
  known: KnownLeads,
  { customer, phone }: Identity,
): { readonly earlier: Earlier; readonly by: 'customer' | 'domain' } | null {
  const same = known.byCustomer.get(plainName(customer));
  if (same) return { earlier: same, by: 'customer' };
  const near = ownDomainsIn(phone).map((domain) => known.byDomain.get(domain));
  const earlier = near.find((each) => each !== undefined);
  return earlier ? { earlier, by: 'domain' } : null;
}

/** The first that bears a customer's name, needs or phone stays the one that later rows are compared with. */
export function remember(known: KnownLeads, lead: Identity, earlier: Earlier): void {
  const keep = (map: Map<string, Earlier>, key: string) => {
    if (key !== '' && !map.has(key)) map.set(key, earlier);
  };
  const name = plainName(lead.customer);
  keep(known.byCustomer, name);
  if (name !== '') keep(known.byNeeds, needsKey(lead));
  for (const contact of contactsIn(lead.phone)) keep(known.byContact, contact);
  for (const domain of ownDomainsIn(lead.phone)) keep(known.byDomain, domain);
}

export function newKnown(): KnownLeads {
  return { byNeeds: new Map(), byContact: new Map(), byCustomer: new Map(), byDomain: new Map() };
}

function needsKey({ customer, tags }: Identity): string {
  return [plainName(customer), ...[...needsOf(tags)].sort()].join('\n');
}
