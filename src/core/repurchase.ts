import type { Book } from './book.ts';
import { type InputContext, readColumnInput } from './cell-input.ts';
import { type Day, formatDay } from './date.ts';
import type { Deal, DealRow } from './deal.ts';
import type { Outcome } from './decision.ts';
import { badInput, dealName, refuse, refuseFuture } from './draft.ts';
import type { FieldKey } from './fields.ts';
import { hasContract, isAssumed } from './gates.ts';
import { takenIds } from './ids.ts';
import { agreedNotes, enterLead } from './lead-entry.ts';
import { commandText, dealArgument } from './paste.ts';
import type { CellInput } from './sheet.ts';

/** How a customer buys again (L88, L96): the same once more, or something in addition. */
export const REPURCHASE_KINDS = ['复购', '增购'] as const;

/** The channel every one of them comes from; its priority stands in 设置. */
const SOURCE = '老客户复购';

/** What `repurchase` was given; empty: not given. */
export interface Repurchase {
  readonly tags: string;
  readonly kind: string;
  readonly on: Day;
  readonly amount: string;
  readonly close: string;
  readonly owner: string;
  readonly next: string;
}

/** Who the customer is does not change with what is bought. */
const KEPT = [
  'customer',
  'contact',
  'phone',
  'industry',
  'size',
  'owner',
] as const satisfies readonly (FieldKey & keyof DealRow)[];

/**
 * A new 商机 of a customer who has a contract (L88, L96): in 线索获取, from 老客户复购, 关联商机 naming the old one, with its
 * customer and owner. The old row is not touched: nothing goes back from 6 to 2. Refuses a deal without a contract, and
 * a day before it was signed.
 */
export function repurchaseDeal(book: Book, deal: Deal, given: Repurchase, context: InputContext): Outcome {
  const { row } = deal;
  if (!hasContract(row) && !isAssumed(deal, 'closing'))
    return refuse({
      zh: `${dealName(deal)} 还没有签合同,不是复购;客户另有需求请新建线索: funnel add-lead。合同已签请先记录: ${commandText(book, 'record', dealArgument(deal), 'contract')}`,
      en: `${dealName(deal)} has no contract, so nothing is bought again. For another need enter a lead: funnel add-lead. Where the contract is signed, record it first: ${commandText(book, 'record', dealArgument(deal), 'contract')}`,
    });
  const kind = REPURCHASE_KINDS.find((each) => each === (given.kind || REPURCHASE_KINDS[0]));
  if (!kind) {
    const kinds = REPURCHASE_KINDS.join(' / ');
    const text = {
      zh: `--kind「${given.kind}」不能用,应为 ${kinds}`,
      en: `--kind “${given.kind}” cannot be used; expected ${kinds}`,
    };
    return badInput(text, given.kind, kinds);
  }
  const future = refuseFuture(given.on, context.today);
  if (future) return future;
  if (row.contractDate !== null && given.on < row.contractDate)
    return refuse({
      zh: `${formatDay(given.on)} 早于 ${dealName(deal)} 的合同签订日期 ${formatDay(row.contractDate)},那时还不是老客户`,
      en: `${formatDay(given.on)} is before the contract of ${dealName(deal)} was signed on ${formatDay(row.contractDate)}`,
    });
  const cells = new Map<FieldKey, CellInput>();
  for (const field of KEPT) if (row[field] !== '') cells.set(field, { kind: 'text', text: row[field] });
  const typed: readonly (readonly [FieldKey, string])[] = [
    ['tags', given.tags],
    ['amount', given.amount],
    ['expectedClose', given.close],
    ['owner', given.owner],
    ['nextFollowUp', given.next],
  ];
  for (const [field, text] of typed) {
    if (text.trim() === '') continue;
    const read = readColumnInput(field, text, context);
    if ('badInput' in read) return read;
    cells.set(field, read);
  }
  if (!cells.has('tags'))
    return badInput(
      {
        zh: '缺少 --tags:这次要买什么,如 --tags 增购5个用户',
        en: '--tags is missing: what is wanted this time?',
      },
      '',
      '--tags',
    );
  const id = row.id ?? '';
  cells.set('source', { kind: 'text', text: SOURCE });
  cells.set('linked', { kind: 'text', text: id });
  const lead = { cells, own: new Map<string, CellInput>(), on: given.on, screened: null, invalid: '' };
  const entered = enterLead(book, lead, takenIds(book), context.today);
  const values = new Map([
    ['类型', kind],
    ['关联商机', id],
  ]);
  const note = {
    zh: `${kind}:新商机 ${entered.ids[0]},关联 ${dealName(deal)};原来的行没有改动`,
    en: `${kind}: new deal ${entered.ids[0]}, linked to ${dealName(deal)}; the old row stays as it is`,
  };
  return {
    ...entered,
    events: entered.events.map((event) => (event.type === 'created' ? { ...event, values } : event)),
    notes: [note, ...agreedNotes(given.next, cells, context.today), ...entered.notes],
  };
}
