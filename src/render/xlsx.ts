import ExcelJS from 'exceljs';
import type { Grid, GridCell } from '../core/grid.ts';
import type { Lang, Message } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { displayWidth, maskPhones, OUTPUT_MARK, truncateTo, visible } from '../core/text.ts';
import type { FormatOptions, GridDocument } from './format.ts';
import { cellWords } from './grid-cell.ts';

/** One sheet of a new workbook: its grids one below the other. */
export interface XlsxSheet {
  readonly name: string;
  readonly grids: readonly Grid[];
  /** It is to be printed on one page. */
  readonly onePage?: boolean;
}

/**
 * A new workbook made for others: numbers, amounts (yuan) and dates as such, text as text that no spreadsheet takes for
 * a formula. Loaded by `await import('…/render/xlsx.ts')` only: exceljs is heavy.
 */
export async function renderXlsx(sheets: readonly XlsxSheet[], options: FormatOptions): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  for (const { name, grids, onePage } of sheets) {
    const pageSetup = onePage ? { ...PAGE, fitToHeight: 1 } : PAGE;
    const sheet = book.addWorksheet(sheetName(name, book), { pageSetup });
    for (const grid of grids) addGrid(sheet, grid, options);
    fitColumns(sheet, grids, options);
    const [only, second] = grids;
    if (only && !second) freezeHeader(sheet, only);
  }
  // So that a list of customers beside the workbook is not taken for the workbook.
  const [first] = book.worksheets;
  if (first) first.getCell('A1').name = OUTPUT_MARK;
  return new Uint8Array(await book.xlsx.writeBuffer());
}

/** A document on one sheet, called as its heading; or on a sheet for each of its pages. */
export async function renderDocument(
  { heading, grids, notes }: GridDocument,
  options: FormatOptions,
): Promise<Uint8Array> {
  const [title] = heading;
  const remarks = (messages: readonly Message[]): Grid[] =>
    messages.length === 0 ? [] : [{ title: null, columns: [], rows: [], notes: messages }];
  const name = title?.[options.lang] ?? 'funnel';
  const pages = grids.reduce<{ readonly name: string; readonly grids: Grid[] }[]>((some, grid) => {
    if (grid.page) some.push({ name: grid.page[options.lang], grids: [] });
    some.at(-1)?.grids.push(grid);
    return some;
  }, []);
  if (pages.length > 0)
    return renderXlsx(
      pages.map((page) => ({ ...page, onePage: true })),
      options,
    );
  return renderXlsx([{ name, grids: [...remarks(heading), ...grids, ...remarks(notes)] }], options);
}

const FONT = '微软雅黑';
const HEAD = 'FF1F4E78';
const LINE: Partial<ExcelJS.Border> = { style: 'thin', color: { argb: 'FFBFBFBF' } };
const BORDERS = { top: LINE, bottom: LINE, left: LINE, right: LINE };
const PAGE: Partial<ExcelJS.PageSetup> = {
  paperSize: 9,
  orientation: 'landscape',
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
};
/** What one cell of a workbook holds at most. */
const MAX_TEXT = 32767;
const WIDEST = 60;
const NARROWEST = 8;

/** Excel takes at most 31 characters, none of `: \ / ? * [ ]`, and no name twice. */
function sheetName(name: string, book: ExcelJS.Workbook): string {
  const plain =
    visible(name)
      .replace(/[:\\/?*[\]]/g, '-')
      .replace(/^'|'$/g, '-')
      .slice(0, 31) || 'Sheet';
  const isTaken = (each: string) =>
    book.worksheets.some((sheet) => sheet.name.toLowerCase() === each.toLowerCase());
  for (let n = 2, free = plain; ; n++) {
    if (!isTaken(free)) return free;
    free = `${plain.slice(0, 27)} (${n})`;
  }
}

function addGrid(sheet: ExcelJS.Worksheet, grid: Grid, options: FormatOptions): void {
  const text = (value: string) => safeText(value, options);
  if (grid.title) {
    const title = sheet.addRow([text(grid.title[options.lang])]);
    title.font = { name: FONT, size: 14, bold: true };
  }
  const head = sheet.addRow(grid.columns.map((column) => text(column.title[options.lang])));
  head.eachCell((cell) => {
    cell.font = { name: FONT, bold: true, color: { argb: 'FFFFFFFF' } };
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: HEAD } };
    cell.alignment = { vertical: 'middle', horizontal: 'center', wrapText: true };
    cell.border = BORDERS;
  });
  for (const cells of grid.rows) {
    const row = sheet.addRow([]);
    grid.columns.forEach(({ align }, index) => {
      const cell = row.getCell(index + 1);
      const { value, format } = cellContent(cells[index] ?? { kind: 'empty' }, options);
      cell.value = value;
      cell.numFmt = format;
      cell.font = { name: FONT };
      cell.alignment = { vertical: 'top', horizontal: align, wrapText: true };
      cell.border = BORDERS;
    });
  }
  for (const note of grid.notes) sheet.addRow([text(note[options.lang])]).font = { name: FONT, italic: true };
  sheet.addRow([]);
}

/** A value in its kind, with its number format; `@` keeps text text, also when somebody edits the cell. */
function cellContent(
  cell: GridCell,
  options: FormatOptions,
): { readonly value: string | number | null; readonly format: string } {
  const words = { value: safeText(cellWords(cell, options.lang), options) || null, format: '@' };
  switch (cell.kind) {
    case 'count':
      return { value: cell.value, format: cell.some === undefined ? '#,##0' : `#,##0"(${cell.some})"` };
    case 'change':
      return changeContent(cell) ?? words;
    case 'rate':
      return cell.value === null ? words : { value: cell.value, format: cell.small ? '0.0%"*"' : '0.0%' };
    case 'money':
      return cell.fen === null ? words : { value: yuanNumber(cell.fen), format: '#,##0.00' };
    case 'days':
      return cell.value === null ? words : { value: cell.value, format: '0.0' };
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
function safeText(text: string, { withPhones }: FormatOptions): string {
  const shown = visible(text, { newlines: true });
  const masked = withPhones ? shown : maskPhones(shown);
  return masked.length <= MAX_TEXT ? masked : `${masked.slice(0, MAX_TEXT - 1)}…`;
}

/** As wide as their longest line, within reason. */
function fitColumns(sheet: ExcelJS.Worksheet, grids: readonly Grid[], { lang }: FormatOptions): void {
  const width = Math.max(0, ...grids.map(({ columns }) => columns.length));
  for (let index = 0; index < width; index++) {
    const texts = grids.flatMap(({ columns, rows }) => [
      columns[index]?.title[lang] ?? '',
      ...rows.map((cells) => cellWords(cells[index] ?? { kind: 'empty' }, lang)),
    ]);
    const longest = texts.reduce((most, text) => Math.max(most, displayWidth(truncateTo(text, WIDEST))), 0);
    sheet.getColumn(index + 1).width = Math.max(NARROWEST, longest) + 2;
  }
}

/** A list of its own: the header stays in sight and has the filter's buttons. */
function freezeHeader(sheet: ExcelJS.Worksheet, { title, columns, rows }: Grid): void {
  const head = title ? 2 : 1;
  sheet.views = [{ state: 'frozen', ySplit: head }];
  if (columns.length > 0)
    sheet.autoFilter = {
      from: { row: head, column: 1 },
      to: { row: head + rows.length, column: columns.length },
    };
}
