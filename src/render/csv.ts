import type { Grid, GridCell } from '../core/grid.ts';
import type { Message } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { guardFormula, maskPhones, visible } from '../core/text.ts';
import type { FormatOptions, OutputFormat } from './format.ts';
import { cellWords } from './grid-cell.ts';

/** Tables one below the other with what belongs to them, every record as wide as the widest. */
export const csvFormat: OutputFormat = {
  key: 'csv',
  isText: true,
  async render({ heading, grids, notes }, options) {
    const lines = (messages: readonly Message[]) =>
      messages.map((message) => [shownText(message[options.lang], options)]);
    const blocks = [
      lines(heading),
      ...grids.map((grid) => [
        ...lines(grid.title ? [grid.title] : []),
        ...gridRecords(grid, options),
        ...lines(grid.notes),
      ]),
      lines(notes),
    ].filter((block) => block.length > 0);
    const records = blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block]));
    const width = records.reduce((most, record) => Math.max(most, record.length), 0);
    return renderCsv(
      records.map((record) => Array.from({ length: width }, (_, index) => record[index] ?? '')),
    );
  },
};

/** A grid as such a file: its header and its rows, without title and notes, so that a spreadsheet can sort it. */
export function renderGridCsv(grid: Grid, options: FormatOptions): Uint8Array {
  return renderCsv(gridRecords(grid, options));
}

/**
 * Records as a new CSV file made for people: UTF-8 with BOM and CRLF, so that Excel opens it right. Control characters
 * become visible escapes (line breaks stay), and no cell begins a formula.
 */
export function renderCsv(records: readonly (readonly string[])[]): Uint8Array {
  const lines = records.map((record) => record.map(quoteField).join(','));
  return new TextEncoder().encode(`\ufeff${lines.map((line) => `${line}\r\n`).join('')}`);
}

/** Header and rows: amounts in yuan, rates and days as plain numbers, nothing where nothing is known, phones masked unless asked for. */
function gridRecords({ columns, rows }: Grid, options: FormatOptions): readonly (readonly string[])[] {
  return [
    columns.map(({ title }) => shownText(title[options.lang], options)),
    ...rows.map((cells) => cells.map((cell) => cellValue(cell, options))),
  ];
}

function cellValue(cell: GridCell, options: FormatOptions): string {
  const { lang } = options;
  switch (cell.kind) {
    case 'text':
      return shownText(typeof cell.text === 'string' ? cell.text : cell.text[lang], options);
    case 'money':
      return cell.fen === null ? '' : String(yuanNumber(cell.fen));
    case 'rate':
    case 'days':
      return cell.value === null ? '' : String(Number(cell.value.toFixed(4)));
    default:
      return cellWords(cell, lang);
  }
}

function shownText(text: string, { withPhones }: FormatOptions): string {
  return withPhones ? text : maskPhones(text);
}

function quoteField(text: string): string {
  const safe = guardFormula(visible(text, { newlines: true }));
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
