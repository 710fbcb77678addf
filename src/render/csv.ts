import type { Grid, GridCell } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { guardFormula, maskPhones, visible } from '../core/text.ts';
import { cellWords } from './grid-cell.ts';

/**
 * Records as a new CSV file made for people: UTF-8 with BOM and CRLF, so that Excel opens it right. Control characters
 * become visible escapes (line breaks stay), and no cell begins a formula.
 */
export function renderCsv(records: readonly (readonly string[])[]): Uint8Array {
  const lines = records.map((record) => record.map(quoteField).join(','));
  return new TextEncoder().encode(`\ufeff${lines.map((line) => `${line}\r\n`).join('')}`);
}

/**
 * A grid as such a file: its header and its rows, without title and notes, so that a spreadsheet can sort it. Amounts
 * in yuan, phones masked unless asked for.
 */
export function renderGridCsv(
  { columns, rows }: Grid,
  { lang, withPhones }: { readonly lang: Lang; readonly withPhones: boolean },
): Uint8Array {
  const words = (cell: GridCell): string => {
    if (cell.kind === 'money') return cell.fen === null ? '' : String(yuanNumber(cell.fen));
    if (cell.kind !== 'text') return cellWords(cell, lang);
    const text = typeof cell.text === 'string' ? cell.text : cell.text[lang];
    return withPhones ? text : maskPhones(text);
  };
  return renderCsv([columns.map(({ title }) => title[lang]), ...rows.map((cells) => cells.map(words))]);
}

function quoteField(text: string): string {
  const safe = guardFormula(visible(text, { newlines: true }));
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
