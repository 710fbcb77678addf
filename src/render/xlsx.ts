import ExcelJS from 'exceljs';
import type { PlacedChart } from '../core/chart.ts';
import type { Grid } from '../core/grid.ts';
import type { Message } from '../core/message.ts';
import { displayWidth, OUTPUT_MARK, truncateTo, visible, wrapText } from '../core/text.ts';
import type { FormatOptions, GridDocument } from './format.ts';
import { cellNumber } from './grid-cell.ts';
import { cellContent, safeText, shownIn } from './xlsx-cell.ts';
import { chartRows, hasCharts, placeCharts } from './xlsx-charts.ts';

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
      if (options.drawCharts && hasCharts(grid)) {
        const place = { sheet: sheet.name, head: first, top: sheet.rowCount + 1, widths };
        charts.push(...placeCharts(grid, place, options));
        for (let n = chartRows(grid); n > 0; n--) sheet.addRow([]).height = 15;
      }
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
  const lines = rest.reduce((sum, { rows, notes: own }) => sum + rows.length + own.length + 3, 0);
  const held = lines <= PAGE_LINES ? { onePage: 'portrait' as const } : {};
  const details: XlsxSheet[] =
    rest.length === 0 ? [] : [{ name: DETAILS[options.lang], grids: rest, ...held }];
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
/** Lines that can still be read where all of them are put on one page. */
const PAGE_LINES = 70;
const CHARTS_WIDTH = 105;
const FAINT = 'FF7F7F7F';
const WIDEST = 60;
/** Points that a row of a sheet is high at most. */
const HIGHEST = 409;
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
  row.height = Math.min(HIGHEST, wrapText(text, room).length * 17 * scale);
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
