import ExcelJS from 'exceljs';
import type { PlacedChart } from '../core/chart.ts';
import type { Grid, GridCell } from '../core/grid.ts';
import type { Lang, Message } from '../core/message.ts';
import { yuanNumber } from '../core/money.ts';
import { columnLetters } from '../core/sheet.ts';
import { displayWidth, maskPhones, OUTPUT_MARK, truncateTo, visible, wrapText } from '../core/text.ts';
import type { FormatOptions, GridDocument } from './format.ts';
import { cellNumber, cellWords } from './grid-cell.ts';

/** One sheet of a new workbook: its grids one below the other, their charts under them. */
export interface XlsxSheet {
  readonly name: string;
  readonly grids: readonly Grid[];
  /** All of it on one page of A4, held so. */
  readonly onePage?: 'portrait' | 'landscape';
}

/**
 * A new workbook made for others: numbers, amounts (yuan) and dates as such, text as text that no spreadsheet takes for
 * a formula. Loaded by `await import('…/render/xlsx.ts')` only: exceljs is heavy.
 */
export async function renderXlsx(sheets: readonly XlsxSheet[], options: FormatOptions): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const charts: PlacedChart[] = [];
  for (const { name, grids, onePage } of sheets) {
    const pageSetup = onePage ? { ...PAGE, orientation: onePage, fitToHeight: 1 } : PAGE;
    const sheet = book.addWorksheet(sheetName(name, book), { pageSetup });
    const widths = fitColumns(sheet, grids, options);
    for (const grid of grids) {
      const first = addGrid(sheet, grid, options, widths);
      if (options.drawCharts && hasCharts(grid))
        charts.push(...placeCharts(sheet, grid, first, options, widths));
      sheet.addRow([]);
    }
    const [only, second] = grids;
    if (only && !second) freezeHeader(sheet, only);
  }
  // So that a list of customers beside the workbook is not taken for the workbook.
  const [first] = book.worksheets;
  if (first) first.getCell('A1').name = OUTPUT_MARK;
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  return options.drawCharts && charts.length > 0 ? options.drawCharts(bytes, charts) : bytes;
}

/**
 * A document on one sheet, called as its heading; or on a sheet for each of its pages; or, where there are charts, they
 * and their tables on one page, and the other tables on a sheet behind it.
 */
export async function renderDocument(
  { heading, grids, notes }: GridDocument,
  options: FormatOptions,
): Promise<Uint8Array> {
  const [title, ...under] = heading;
  const remarks = (above: Message | null, messages: readonly Message[]): Grid[] =>
    above === null && messages.length === 0 ? [] : [{ title: above, columns: [], rows: [], notes: messages }];
  const name = title?.[options.lang] ?? 'funnel';
  const pages = grids.reduce<{ readonly name: string; readonly grids: Grid[] }[]>((some, grid) => {
    if (grid.page) some.push({ name: grid.page[options.lang], grids: [] });
    some.at(-1)?.grids.push(grid);
    return some;
  }, []);
  if (pages.length > 0)
    return renderXlsx(
      pages.map((page) => ({ ...page, onePage: 'landscape' })),
      options,
    );
  const drawn = options.drawCharts ? grids.filter(hasCharts) : [];
  const withRemarks = (some: readonly Grid[]) => [
    ...remarks(title ?? null, under),
    ...some,
    ...remarks(null, notes),
  ];
  if (drawn.length === 0) return renderXlsx([{ name, grids: withRemarks(grids) }], options);
  const rest = grids.filter((grid) => !drawn.includes(grid));
  const details: XlsxSheet[] = rest.length === 0 ? [] : [{ name: DETAILS[options.lang], grids: rest }];
  const short = name.replace(/ \(.*/, '');
  return renderXlsx([{ name: short, grids: withRemarks(drawn), onePage: 'portrait' }, ...details], options);
}

const DETAILS: Message = { zh: '明细', en: 'Details' };
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
  margins: { left: 0.5, right: 0.5, top: 0.5, bottom: 0.5, header: 0.3, footer: 0.3 },
};
/** What one cell of a workbook holds at most. */
const MAX_TEXT = 32767;
/** Rows that a chart stands over. */
const CHART_ROWS = 14;
const CHARTS_WIDTH = 105;
const FAINT = 'FF7F7F7F';
const FORMATS = { count: '#,##0', rate: '0.0%', money: '#,##0.00', days: '0.0' } as const;
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

/** Title, header, rows and notes below what is there; the row of its header. */
function addGrid(
  sheet: ExcelJS.Worksheet,
  grid: Grid,
  options: FormatOptions,
  widths: readonly number[],
): number {
  if (grid.title) addLine(sheet, grid.title, { name: FONT, size: 14, bold: true }, options, widths);
  const first = sheet.rowCount + 1;
  if (grid.columns.length > 0) {
    const head = sheet.addRow(grid.columns.map((column) => safeText(column.title[options.lang], options)));
    head.eachCell((cell) => {
      cell.font = { name: FONT, bold: true, color: { argb: 'FFFFFFFF' } };
      cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: HEAD } };
      cell.alignment = { vertical: 'middle', horizontal: 'center', wrapText: true };
      cell.border = BORDERS;
    });
  }
  const drawn = new Set(grid.charts?.flatMap(({ series }) => series));
  for (const cells of grid.rows) {
    const row = sheet.addRow([]);
    grid.columns.forEach(({ align }, index) => {
      const cell = row.getCell(index + 1);
      const content = cells[index] ?? { kind: 'empty' };
      const { value, format } = cellContent(content, options);
      // A chart would draw a dash as 0; an empty cell is a gap.
      cell.value = drawn.has(index) && cellNumber(content) === null ? null : value;
      cell.numFmt = format;
      cell.font =
        content.kind === 'rate' && content.small ? { name: FONT, color: { argb: FAINT } } : { name: FONT };
      cell.alignment = { vertical: 'top', horizontal: align, wrapText: true };
      cell.border = BORDERS;
    });
  }
  for (const note of grid.notes) addLine(sheet, note, { name: FONT, italic: true }, options, widths);
  return first;
}

/** A sentence over the whole width of the sheet, as high as it must be: paper shows no more than that. */
function addLine(
  sheet: ExcelJS.Worksheet,
  message: Message,
  font: Partial<ExcelJS.Font>,
  options: FormatOptions,
  widths: readonly number[],
): void {
  const text = safeText(message[options.lang], options);
  const row = sheet.addRow([text]);
  row.font = font;
  if (widths.length === 0) return;
  row.getCell(1).alignment = { vertical: 'top', wrapText: true };
  if (widths.length > 1) sheet.mergeCells(row.number, 1, row.number, widths.length);
  const scale = (font.size ?? 11) / 11;
  const room = widths.reduce((sum, width) => sum + width, 0) / scale - 2;
  row.height = wrapText(text, room).length * 17 * scale;
}

/** Charts of a grid two in a row under it, over rows that are left empty for them. */
function placeCharts(
  sheet: ExcelJS.Worksheet,
  grid: Grid,
  first: number,
  options: FormatOptions,
  widths: readonly number[],
): readonly PlacedChart[] {
  const { lang } = options;
  const range = (col: number, from: number, to: number) =>
    `'${sheet.name.replaceAll("'", "''")}'!$${columnLetters(col + 1)}$${from}${to === from ? '' : `:$${columnLetters(col + 1)}$${to}`}`;
  const [top, bottom] = [first + 1, first + grid.rows.length];
  const total = widths.reduce((sum, width) => sum + width, 0);
  // The column edge nearest to the middle.
  let [middle, left] = [0, 0];
  while (middle < widths.length - 1 && left + (widths[middle] ?? 0) / 2 < total / 2)
    left += widths[middle++] ?? 0;
  const charts = grid.charts ?? [];
  return charts.map(({ kind, title, series }, index) => {
    if (index % 2 === 0) for (let n = 0; n < CHART_ROWS; n++) sheet.addRow([]).height = 15;
    const isRight = index % 2 === 1;
    const isAlone = !isRight && index === charts.length - 1;
    return {
      kind,
      title: title[lang],
      labels: grid.rows.map(([cell]) => safeText(cellWords(cell ?? { kind: 'empty' }, lang), options)),
      labelsRef: range(0, top, bottom),
      series: series.map((col) => ({
        name: grid.columns[col]?.title[lang] ?? '',
        nameRef: range(col, first, first),
        values: grid.rows.map((cells) => cellNumber(cells[col])),
        valuesRef: range(col, top, bottom),
        format: formatOf(grid.rows[0]?.[col]),
      })),
      place: {
        sheet: sheet.name,
        top: sheet.rowCount - CHART_ROWS + 1,
        bottom: sheet.rowCount,
        left: isRight ? middle + 1 : 1,
        right: isRight || isAlone ? widths.length : middle,
      },
    };
  });
}

/** A value in its kind, with its number format; `@` keeps text text, also when somebody edits the cell. */
function cellContent(
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
function formatOf(cell: GridCell | undefined): string {
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
function safeText(text: string, { withPhones }: FormatOptions): string {
  const shown = visible(text, { newlines: true });
  const masked = withPhones ? shown : maskPhones(shown);
  return masked.length <= MAX_TEXT ? masked : `${masked.slice(0, MAX_TEXT - 1)}…`;
}

/** Columns as wide as their longest line, within reason, and where charts stand wide enough for two: their widths. */
function fitColumns(
  sheet: ExcelJS.Worksheet,
  grids: readonly Grid[],
  { lang }: FormatOptions,
): readonly number[] {
  const width = Math.max(0, ...grids.map(({ columns }) => columns.length));
  const fits = Array.from({ length: width }, (_, index) => {
    const texts = grids.flatMap(({ columns, rows }) => [
      columns[index]?.title[lang] ?? '',
      ...rows.map((cells) => shownIn(cells[index] ?? { kind: 'empty' }, lang)),
    ]);
    const longest = texts.reduce((most, text) => Math.max(most, displayWidth(truncateTo(text, WIDEST))), 0);
    return Math.max(NARROWEST, longest) + 2;
  });
  const total = fits.reduce((sum, fit) => sum + fit, 0);
  const scale = grids.some(hasCharts) ? Math.max(1, CHARTS_WIDTH / total) : 1;
  return fits.map((fit, index) => {
    sheet.getColumn(index + 1).width = fit * scale;
    return fit * scale;
  });
}

/** What a cell shows there: an amount in full, not in 万. */
function shownIn(cell: GridCell, lang: Lang): string {
  const fen =
    cell.kind === 'money' ? cell.fen : cell.kind === 'change' && cell.of === 'money' ? cell.value : null;
  if (fen === null) return cellWords(cell, lang);
  return `${yuanNumber(fen).toLocaleString('en-US', { minimumFractionDigits: 2 })}${cell.kind === 'change' ? '+' : ''}`;
}

function hasCharts({ charts, rows }: Grid): boolean {
  return charts !== undefined && charts.length > 0 && rows.length > 0;
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
