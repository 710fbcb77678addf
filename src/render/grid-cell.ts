import { formatDay } from '../core/date.ts';
import type { GridCell } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { formatAmount } from '../core/money.ts';
import { visible } from '../core/text.ts';

/** What stands where there is nothing to divide or to average: never 0 % or NaN. */
const NOTHING = '—';

/** One cell as people read it, the same in every format made for people. Text is made safe for a terminal. */
export function cellWords(cell: GridCell, lang: Lang): string {
  switch (cell.kind) {
    case 'text':
      return visible(typeof cell.text === 'string' ? cell.text : cell.text[lang]);
    case 'count':
      return String(cell.value);
    case 'rate':
      return cell.value === null ? NOTHING : `${(cell.value * 100).toFixed(1)}%`;
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
