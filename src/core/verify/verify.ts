import { checkBook } from '../check.ts';
import type { RuleContext } from '../deadlines.ts';
import type { Finding, RuleId } from '../finding.ts';
import type { KeptTable } from '../kept-table.ts';
import { commandOn } from '../paste.ts';
import { findUnbalanced } from './balance.ts';
import { findDeletedRows, findDisorder } from './log-order.ts';

/** Where the events of the log stand in its sheet, by 序号. */
export type LogRows = ReadonlyMap<number, number>;

/** What `check` says of the book itself; the rest of it is about people's work. */
const READING_RULES: ReadonlySet<RuleId> = new Set([
  'duplicate-id',
  'drift',
  'unknown-stage',
  'unread',
  'no-unit',
  'bad-setting',
  'future-entry',
]);

/** What `verify --fix` mends (fix.ts). */
const MENDED: ReadonlySet<RuleId> = new Set(['duplicate-id', 'drift']);

/**
 * The integrity of a book (1.6 of the specification: `verify`): ids, hand-made moves, words and cells that nobody can
 * read, deleted rows, the order of events, and whether 销售阶段转化率统计表 balances.
 */
export function verifyBook(
  context: RuleContext,
  rows: LogRows,
  conversion: KeptTable | null,
): readonly Finding[] {
  const { book } = context;
  const mending = book.adopted ? commandOn(book, 'verify', '--fix') : null;
  return [
    ...checkBook(context)
      .findings.filter(({ rule }) => READING_RULES.has(rule))
      .map((finding) => (MENDED.has(finding.rule) ? { ...finding, next: mending } : finding)),
    ...findDeletedRows(book, rows),
    ...findDisorder(context, rows),
    ...(conversion ? findUnbalanced(book, conversion) : []),
  ];
}
