import type { GridCell } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { maskPhones, visible } from '../core/text.ts';
import type { FormatOptions } from './format.ts';
import { cellWords } from './grid-cell.ts';

/** What one cell of a workbook holds at most. */
const MAX_TEXT = 32767;
const FORMATS = { count: '#,##0', rate: '0.0%', money: '#,##0.00', days: '0.0' } as const;

/** A value in its kind, with its number format; `@` keeps text text, also when somebody edits the cell. */
export function cellContent(
  cell: GridCell,
  options: FormatOptions,
): { readonly value: string | number | null; readonly format: string } {
  const words = { value: safeText(cellWords(cell, options.lang), options) || null, format: '@' };
  switch (cell.kind) {
    case 'count':
      return {
        value: cell.value,
        format: cell.some === undefined ? FORMATS.count : `${FORMATS.count}"(${cell.some})"`,
      };
    case 'change':
      return changeContent(cell) ?? words;
    case 'rate':
      return cell.value === null ? words : { value: cell.value, format: cell.small ? '0.0%"*"' : '0.0%' };
    case 'money':
      return cell.fen === null ? words : { value: yuanNumber(cell.fen), format: FORMATS.money };
    case 'days':
      return cell.value === null ? words : { value: cell.value, format: FORMATS.days };
    case 'date':
      // Excel's serial of 1970-01-01 is 25569; a Date of exceljs would pass through a time zone.
      return cell.day === null ? words : { value: cell.day + 25_569, format: 'yyyy-mm-dd' };
    case 'text':
      // Not `words`: a terminal's ⏎ is a line break here.
      return { ...words, value: safeText(textOf(cell, options.lang), options) || null };
    case 'empty':
      return words;
  }
}

/** How a column of numbers shows them. */
export function formatOf(cell: GridCell | undefined): string {
  return cell && cell.kind in FORMATS ? FORMATS[cell.kind as keyof typeof FORMATS] : 'General';
}

/** A difference as a number that shows its sign; a rate's in percentage points. */
function changeContent({ of, value }: Extract<GridCell, { kind: 'change' }>) {
  if (value === null) return null;
  if (of === 'money') return { value: yuanNumber(value), format: '+#,##0.00;-#,##0.00;0' };
  return of === 'rate'
    ? { value: value * 100, format: '+0.0;-0.0;0' }
    : { value, format: of === 'days' ? '+0.0;-0.0;0' : '+0;-0;0' };
}

function textOf({ text }: Extract<GridCell, { kind: 'text' }>, lang: Lang): string {
  return typeof text === 'string' ? text : text[lang];
}

/** Control characters as visible escapes (line breaks stay), phones masked, cut to what a cell holds. */
export function safeText(text: string, { withPhones }: FormatOptions): string {
  const shown = visible(text, { newlines: true });
  const masked = withPhones ? shown : maskPhones(shown);
  return masked.length <= MAX_TEXT ? masked : `${masked.slice(0, MAX_TEXT - 1)}…`;
}

/** What a cell shows in a workbook: an amount in full, not in 万. */
export function shownIn(cell: GridCell, lang: Lang): string {
  const fen =
    cell.kind === 'money' ? cell.fen : cell.kind === 'change' && cell.of === 'money' ? cell.value : null;
  if (fen === null) return cellWords(cell, lang);
  return `${yuanNumber(fen).toLocaleString('en-US', { minimumFractionDigits: 2 })}${cell.kind === 'change' ? '+' : ''}`;
}
