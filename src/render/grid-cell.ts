import { formatDay } from '../core/date.ts';
import type { GridCell } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { formatAmount, yuanNumber } from '../core/money.ts';
import { visible } from '../core/text.ts';

/** What stands where there is nothing to divide or to average: never 0 % or NaN. */
const NOTHING = '—';

/** One cell as people read it, the same in every format made for people. Text is made safe for a terminal. */
export function cellWords(cell: GridCell, lang: Lang): string {
  switch (cell.kind) {
    case 'text':
      return visible(typeof cell.text === 'string' ? cell.text : cell.text[lang]);
    case 'count':
      return cell.some === undefined ? String(cell.value) : `${cell.value}(${cell.some})`;
    case 'change':
      return changeWords(cell, lang);
    case 'rate':
      return cell.value === null ? NOTHING : `${(cell.value * 100).toFixed(1)}%${cell.small ? '*' : ''}`;
    case 'money':
      return cell.fen === null ? '' : formatAmount(cell.fen, lang);
    case 'days':
      return cell.value === null ? NOTHING : String(Math.round(cell.value * 10) / 10);
    case 'date':
      return cell.day === null ? '' : formatDay(cell.day);
    case 'empty':
      return '';
  }
}

/** As `cellWords`, but line breaks of a text stay line breaks. */
export function cellLines(cell: GridCell, lang: Lang): string {
  if (cell.kind !== 'text') return cellWords(cell, lang);
  return visible(typeof cell.text === 'string' ? cell.text : cell.text[lang], { newlines: true });
}

/** The number a picture shows: amounts in yuan; null where there is none. */
export function cellNumber(cell: GridCell | undefined): number | null {
  switch (cell?.kind) {
    case 'count':
    case 'rate':
    case 'days':
      return cell.value;
    case 'money':
      return cell.fen === null ? null : yuanNumber(cell.fen);
    default:
      return null;
  }
}

/** `+3`, `−12.5 点`, `+20万`; nothing where nothing changed. */
function changeWords({ of, value }: Extract<GridCell, { readonly kind: 'change' }>, lang: Lang): string {
  if (value === null) return NOTHING;
  const size = Math.abs(value);
  const words =
    of === 'money'
      ? formatAmount(size, lang)
      : of === 'rate'
        ? `${(size * 100).toFixed(1)}${lang === 'zh' ? '点' : 'pp'}`
        : String(Math.round(size * 10) / 10);
  return /^0(\.0)?\D*$/.test(words) ? '0' : `${value < 0 ? '−' : '+'}${words}`;
}
