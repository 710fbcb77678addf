import type { Book } from './book.ts';
import { type Day, parseIsoDay } from './date.ts';
import type { Deal, DealRow } from './deal.ts';
import { readIntent } from './intent.ts';
import { type PastValues, readPastValues } from './reports/past-values.ts';

/**
 * The deals as of a past day, their cells too: what the later 修改 and item events say stood there on that day. Cells no
 * event changed since hold what they hold.
 */
export function dealsAsOf(book: Book, today: Day): readonly Deal[] {
  const changed = new Set(book.events.filter(({ date }) => date > today).map(({ dealId }) => dealId));
  if (changed.size === 0) return book.deals;
  const past = readPastValues(book, ({ date }) => date > today);
  return book.deals.map((deal) =>
    deal.row.id !== null && changed.has(deal.row.id) ? { ...deal, row: pastRow(deal.row, past) } : deal,
  );
}

function pastRow(row: DealRow, past: PastValues): DealRow {
  const dayIn = (column: 'expectedClose' | 'nextFollowUp' | 'contractDate' | 'deliveryDate') =>
    parseIsoDay(past.text(row, column));
  const amount = past.amount(row);
  const isSame = amount === (row.contractAmount ?? row.amount)?.low;
  return {
    ...row,
    ...(isSame
      ? {}
      : { amount: amount === null ? null : { low: amount, high: amount }, contractAmount: null }),
    owner: past.text(row, 'owner'),
    priority: past.text(row, 'priority'),
    intent: readIntent(past.text(row, 'intent')),
    expectedClose: dayIn('expectedClose'),
    nextFollowUp: dayIn('nextFollowUp'),
    contractDate: dayIn('contractDate'),
    deliveryDate: dayIn('deliveryDate'),
  };
}
