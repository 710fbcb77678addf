import { checkBook } from '../check.ts';
import type { RuleContext } from '../deadlines.ts';
import type { Finding, RuleId } from '../finding.ts';
import type { KeptTable } from '../kept-table.ts';
import { commandOn } from '../paste.ts';
import { findUnbalanced } from './balance.ts';
import { findDeletedRows, findDisorder } from './log-order.ts';

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
export function verifyBook(context: RuleContext, conversion: KeptTable | null): readonly Verified[] {
  const { book } = context;
  const mending = book.adopted ? commandOn(book, 'verify', '--fix') : null;
  return [
    ...checkBook(context)
      .findings.filter(({ rule }) => READING_RULES.has(rule))
      .map((finding) =>
        MENDED.has(finding.rule)
          ? { ...finding, words: () => ({ ...finding.words(), next: mending }) }
          : finding,
      )
      .map(inPlace),
    ...findDeletedRows(book),
    ...findDisorder(context),
    ...(conversion ? findUnbalanced(book, conversion) : []).map(inPlace),
  ];
}

/** A finding; one about the log has its event's 序号 instead of a place: only the sheet knows in which row that stands. */
export interface Verified {
  readonly finding: Finding;
  readonly seq: number | null;
}

function inPlace(finding: Finding): Verified {
  return { finding, seq: null };
}
