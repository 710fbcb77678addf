import { type Book, textsIn } from './book.ts';
import type { Day } from './date.ts';
import type { Deal } from './deal.ts';
import type { Decision } from './decision.ts';
import { finishDraft, setField, stageNow } from './draft.ts';
import { fieldInfo } from './fields.ts';
import { editedEvent } from './item-effects.ts';
import type { Message } from './message.ts';
import { joinAll } from './simulate.ts';
import { nearest } from './text.ts';

/** Every 销售负责人 of the book, in the order of the table. */
export function ownersOf(book: Book): readonly string[] {
  return [...textsIn(book, 'owner')].filter((owner) => owner !== '');
}

/**
 * What a leaver hands over: everything that is not lost or invalid, customers of 老客户池 included. What is lost stays
 * with whoever lost it: nobody works on it, and its statistics keep their owner.
 */
export function bookOfOwner(
  { deals }: Book,
  owner: string,
): { readonly deals: readonly Deal[]; readonly closed: readonly Deal[] } {
  const own = deals.filter(({ born, row }) => born && row.owner === owner);
  const isClosed = (deal: Deal) => ['lost', 'invalid'].includes(stageNow(deal) ?? '');
  return { deals: own.filter((deal) => !isClosed(deal)), closed: own.filter(isClosed) };
}

/**
 * Gives every deal to `owner`, or (empty) back to 公海: a 修改 event each, so that closed periods keep the owner of their
 * day. No clock starts anew. Deals that are there already are left as they are.
 */
export function assignDeals(book: Book, deals: readonly Deal[], owner: string, today: Day): Decision {
  const column = fieldInfo('owner').header.zh;
  const moving = deals.filter(({ row }) => row.owner !== owner || row.unread.has('owner'));
  const decisions = moving.map((deal) =>
    finishDraft(
      book,
      deal,
      {
        events: [editedEvent(deal, today, column, deal.row.owner, owner)],
        fields: [setField(deal, 'owner', owner === '' ? { kind: 'blank' } : { kind: 'text', text: owner })],
        notes: [],
      },
      today,
      '',
    ),
  );
  const same = deals.length - moving.length;
  const joined = joinAll(decisions);
  return {
    ...joined,
    // Where nothing changes, the deals are still what it was about.
    ids: (moving.length > 0 ? moving : deals).flatMap(({ row }) => row.id ?? []),
    notes: [...newOwnerNote(book, owner), ...joined.notes, ...(same === 0 ? [] : [sameNote(same, owner)])],
  };
}

/** Somebody new may be a colleague of today, or a slip of the fingers: said. */
function newOwnerNote(book: Book, owner: string): readonly Message[] {
  const owners = ownersOf(book);
  if (owner === '' || owners.length === 0 || owners.includes(owner)) return [];
  const close = nearest(owner, owners);
  const [zh, en] = close.length > 0 ? [';相近的有 ', '; near: '] : [',已有 ', '; there are '];
  const names = (close.length > 0 ? close : owners.slice(0, 10)).join('、');
  return [
    {
      zh: `「${owner}」是新的负责人${zh}${names}`,
      en: `“${owner}” is a new owner${en}${names}`,
    },
  ];
}

function sameNote(n: number, owner: string): Message {
  return owner === ''
    ? { zh: `${n} 个本来就没有负责人,没有改动`, en: `${n} had no owner; not changed` }
    : { zh: `${n} 个本来就归 ${owner},没有改动`, en: `${n} belonged to ${owner} already; not changed` };
}
