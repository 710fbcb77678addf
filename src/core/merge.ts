import type { Book } from './book.ts';
import { type InputContext, inputText, readColumnInput } from './cell-input.ts';
import { type ColumnRef, columnHeader, columnText } from './columns.ts';
import type { Deal } from './deal.ts';
import type { Decision, FieldChange, Outcome, Refusal } from './decision.ts';
import { isDecision } from './decision.ts';
import { dealName, finishDraft, refuse, setField, stageNow } from './draft.ts';
import type { NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import { hasContract } from './gates.ts';
import { editedEvent } from './item-effects.ts';
import { linksOf } from './links.ts';
import { formatAmount } from './money.ts';
import { loseDeal, refuseNotRunning } from './move.ts';
import { commandText, dealArgument } from './paste.ts';
import { joinAll } from './simulate.ts';
import { stageLabel } from './stages.ts';

/** Why the drop is lost, in the words of 设置. */
const REASON = '重复';

/**
 * What a blank of the kept deal takes from a duplicate. Not what says when something happened (录入日期, contract,
 * delivery, survey, follow-ups): no history moves.
 */
const FILLED: readonly FieldKey[] = [
  'contact',
  'phone',
  'industry',
  'size',
  'tags',
  'source',
  'priority',
  'expectedClose',
  'amount',
  'owner',
  'intent',
  'clarity',
  'budgetFit',
  'cycle',
  'budget',
  'concerns',
  'nextFollowUp',
  'contractAmount',
  'deliveryOwner',
  'linked',
];

/**
 * Takes `drops` for duplicates of `keep`: each is lost today to 无效 (重复) and names `keep` in 关联商机; what `keep` leaves
 * blank is filled from them (修改 events), the first that says something counting. Stages and closed periods stay as they
 * were. Refuses a deal with itself, closed drops, a drop with a contract, and a lost `keep`.
 */
export function mergeDeals(
  book: Book,
  keep: Deal,
  drops: readonly Deal[],
  reason: string,
  context: InputContext,
): Outcome {
  const refused = drops.map((drop) => refuseDrop(book, keep, drop)).find((each) => each !== null);
  const problem = refuseKeep(book, keep) ?? refused;
  if (problem) return problem;
  const { events, fields } = fillBlanks(book, keep, drops, context);
  const kept = finishDraft(book, keep, { events, fields, notes: [] }, context.today, '');
  const lost: Decision[] = [];
  for (const drop of drops) {
    const outcome = dropDeal(book, keep, drop, reason, context);
    if (!isDecision(outcome)) return outcome;
    lost.push(outcome);
  }
  const names = { zh: drops.map(dealName).join('、'), en: drops.map(dealName).join(', ') };
  const filled = events.map(({ values }) => values.get('列') ?? '').join('、');
  const note = {
    zh: `${names.zh} 并入 ${dealName(keep)},记为无效(${REASON})${filled === '' ? ',没有空白要补' : `;补上 ${filled}`}`,
    en: `${names.en} merged into ${dealName(keep)}, lost as invalid (${REASON})${filled === '' ? '; nothing was blank' : `; filled: ${filled}`}`,
  };
  const joined = joinAll([...(events.length === 0 ? [] : [kept]), ...lost]);
  return {
    ...joined,
    ids: [keep, ...drops].flatMap(({ row }) => row.id ?? []),
    notes: [note, ...joined.notes],
  };
}

function refuseKeep(book: Book, keep: Deal): Refusal | null {
  const stage = stageNow(keep);
  // A customer of 老客户池 may be kept: what was entered again as a lead is a duplicate of the row, not of a sale.
  return stage === 'pool' ? null : refuseNotRunning(book, keep);
}

function refuseDrop(book: Book, keep: Deal, drop: Deal): Refusal | null {
  if (drop === keep || (drop.row.id !== null && drop.row.id === keep.row.id))
    return refuse({
      zh: `${dealName(drop)} 不能和自己合并;请给出两个不同的商机`,
      en: `${dealName(drop)} cannot be merged with itself; name two deals`,
    });
  const stage = stageNow(drop);
  if (stage === 'lost' || stage === 'invalid')
    return refuse({
      zh: `${dealName(drop)} 已是「${stageLabel(stage).zh}」,不用合并`,
      en: `${dealName(drop)} is ${stageLabel(stage).en} already; there is nothing to merge`,
    });
  if (isWon(drop)) {
    if (isWon(keep))
      return refuse({
        zh: `${dealName(keep)} 和 ${dealName(drop)} 都已成交,是两个商机,不合并`,
        en: `${dealName(keep)} and ${dealName(drop)} have both been won: two deals, not one`,
      });
    const command = commandText(book, 'merge', dealArgument(drop), dealArgument(keep));
    return refuse({
      zh: `${dealName(drop)} 是已成交的客户,不能当作重复去掉;要合并请反过来: ${command}`,
      en: `${dealName(drop)} has been won and cannot be dropped as a duplicate; the other way round: ${command}`,
    });
  }
  return refuseNotRunning(book, drop);
}

function isWon(deal: Deal): boolean {
  return stageNow(deal) === 'pool' || hasContract(deal.row);
}

/** Every blank of `keep` that a drop can fill, as an edit of today. */
function fillBlanks(
  book: Book,
  keep: Deal,
  drops: readonly Deal[],
  context: InputContext,
): { readonly events: readonly NewEvent[]; readonly fields: readonly FieldChange[] } {
  const columns: readonly ColumnRef[] = [...FILLED, ...book.shape.own.map(({ header }) => ({ own: header }))];
  const events: NewEvent[] = [];
  const fields: FieldChange[] = [];
  for (const column of columns) {
    const isUnread = typeof column === 'string' && keep.row.unread.has(column);
    if (columnText(keep.row, column) !== '' || isUnread) continue;
    const text = drops.map((drop) => fillingText(drop, column, keep, context)).find((each) => each !== '');
    if (text === undefined) continue;
    const input = readColumnInput(column, text, context);
    if ('badInput' in input) continue;
    fields.push({ row: keep.row.row, field: column, input });
    events.push(editedEvent(keep, context.today, columnHeader(column), '', inputText(input)));
  }
  return { events, fields };
}

/** What a drop says in a column; empty where it says nothing worth taking. */
function fillingText(drop: Deal, column: ColumnRef, keep: Deal, { today }: InputContext): string {
  const { nextFollowUp } = drop.row;
  // A day that has passed was agreed with the other row; it would make this one late.
  if (column === 'nextFollowUp' && (nextFollowUp === null || nextFollowUp < today)) return '';
  if (column === 'linked')
    return linksOf(drop)
      .filter((id) => id !== keep.row.id)
      .join('、');
  const amount =
    column === 'amount' || column === 'budget' || column === 'contractAmount' ? drop.row[column] : null;
  return amount && amount.high > amount.low
    ? `${formatAmount(amount.low, 'zh')}-${formatAmount(amount.high, 'zh')}`
    : columnText(drop.row, column);
}

function dropDeal(book: Book, keep: Deal, drop: Deal, reason: string, { today }: InputContext): Outcome {
  const outcome = loseDeal(
    book,
    drop,
    { on: today, reason: REASON, invalid: true, note: reason.trim() },
    today,
  );
  const id = keep.row.id;
  if (!isDecision(outcome) || id === null) return outcome;
  const linked = [...new Set([...linksOf(drop), id])].join('、');
  return {
    ...outcome,
    events: outcome.events.map((event) =>
      event.to === 'invalid' ? { ...event, values: new Map(event.values).set('关联商机', id) } : event,
    ),
    fields: [...outcome.fields, setField(drop, 'linked', { kind: 'text', text: linked })],
  };
}
