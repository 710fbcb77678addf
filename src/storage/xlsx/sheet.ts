import type { CellValue, SheetRow } from '../../core/sheet.ts';
import type { Formats } from './formats.ts';
import { broken } from './package.ts';
import { richText, type SharedStrings } from './shared-strings.ts';
import { decodeEscapes } from './text.ts';
import {
  afterTag,
  attributeOf,
  decodeXml,
  elementEnd,
  findClose,
  findTag,
  localName,
  prefixOf,
  readTag,
  rootTag,
  type Tag,
  type XmlPart,
} from './xml.ts';

/** A worksheet part and the stretch that holds its rows. Scans never leave [dataStart, dataEnd). */
export interface SheetXml {
  readonly part: XmlPart;
  /** `x:` or nothing. */
  readonly prefix: string;
  readonly dataTag: Tag;
  readonly dataStart: number;
  readonly dataEnd: number;
}

/** A `<row>` element: its start tag, and where its end tag and the element end. */
export interface RowSpan {
  readonly row: number;
  readonly tag: Tag;
  readonly close: number;
  readonly end: number;
}

/** A `<c>` element. Stretches that are absent are null. */
export interface CellSpan {
  readonly col: number;
  readonly tag: Tag;
  readonly end: number;
  readonly value: Stretch | null;
  readonly inline: Stretch | null;
  readonly formula: { readonly tag: Tag; readonly text: string } | null;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What the cells of a workbook refer to; each is loaded when a cell first needs it. */
export interface CellContext {
  formats(): Formats;
  strings(): SharedStrings;
}

export const MAX_ROW = 1_048_576;
export const MAX_COLUMN = 16_384;

/** Finds the rows of a worksheet part. Refuses a part that is no worksheet. */
export function openSheet(part: XmlPart): SheetXml {
  const root = rootTag(part);
  const dataTag = findTag(part, 'sheetData');
  if (localName(root.name) !== 'worksheet' || !dataTag) {
    throw broken(part.file, part.name, {
      zh: '不是工作表（没有 sheetData）',
      en: 'it is no worksheet (it has no sheetData)',
    });
  }
  const dataEnd = dataTag.selfClosed ? dataTag.end : findClose(part.masked, dataTag.name, dataTag.end);
  if (dataEnd >= part.masked.length && !dataTag.selfClosed) {
    throw broken(part.file, part.name, { zh: '行数据没有结束，已损坏', en: 'its rows never end: damaged' });
  }
  return { part, prefix: prefixOf(dataTag.name), dataTag, dataStart: dataTag.end, dataEnd };
}

/** Visits the rows that hold a value, in the order of the file. */
export function readSheetRows(
  sheet: SheetXml,
  context: CellContext,
  visit: (row: SheetRow) => boolean | undefined,
): void {
  eachRow(sheet, (span) => {
    const cells: (CellValue | undefined)[] = [];
    for (const cell of cellsOf(sheet, span)) {
      const value = readValue(sheet, cell, context);
      if (value) cells[cell.col - 1] = value;
    }
    if (cells.length === 0) return true;
    return visit({
      row: span.row,
      cells,
      hidden: /^(1|true|on)$/.test(attributeOf(span.tag, 'hidden') ?? ''),
    });
  });
}

/** Visits every row element; one without a number follows the one before it. */
export function eachRow(sheet: SheetXml, visit: (span: RowSpan) => boolean | undefined): void {
  const { masked } = sheet.part;
  let last = 0;
  for (let at = masked.indexOf('<', sheet.dataStart); at >= 0 && at < sheet.dataEnd; ) {
    const tag = readTag(masked, at);
    if (tag.name !== `${sheet.prefix}row`) {
      // Something else between the rows (an autoFilter has been seen there).
      at = masked.indexOf('<', tag.name.startsWith('/') ? tag.end : elementEnd(masked, tag));
      continue;
    }
    last = readNumber(attributeOf(tag, 'r')) ?? last + 1;
    if (last > MAX_ROW) {
      throw broken(sheet.part.file, sheet.part.name, {
        zh: `行号 ${last} 超出范围`,
        en: `row ${last} is out of range`,
      });
    }
    const span = rowSpan(sheet, tag, last);
    if (visit(span) === false) return;
    at = masked.indexOf('<', span.end);
  }
}

/** The row element that `tag` opens. */
export function rowSpan(sheet: SheetXml, tag: Tag, row: number): RowSpan {
  if (tag.selfClosed) return { row, tag, close: tag.end, end: tag.end };
  const { masked } = sheet.part;
  const close = Math.min(findClose(masked, tag.name, tag.end), sheet.dataEnd);
  return { row, tag, close, end: close === sheet.dataEnd ? close : afterTag(masked, close) };
}

/** The cell elements of a row, in the order of the file; one without an address follows the one before it. */
export function cellsOf(sheet: SheetXml, row: RowSpan): readonly CellSpan[] {
  const { masked } = sheet.part;
  const name = `${sheet.prefix}c`;
  const cells: CellSpan[] = [];
  let last = 0;
  for (
    let at = row.tag.selfClosed ? row.close : masked.indexOf('<', row.tag.end);
    at >= 0 && at < row.close;
  ) {
    const tag = readTag(masked, at);
    if (tag.name !== name) {
      at = masked.indexOf('<', elementEnd(masked, tag));
      continue;
    }
    last = columnOf(attributeOf(tag, 'r')) ?? last + 1;
    if (last > MAX_COLUMN) {
      throw broken(sheet.part.file, sheet.part.name, {
        zh: `第 ${row.row} 行有超出范围的列`,
        en: `row ${row.row} has a column out of range`,
      });
    }
    const cell = readCell(masked, tag, last, row.close);
    cells.push(cell);
    at = masked.indexOf('<', cell.end);
  }
  return cells;
}

/** What a cell shows; undefined where it holds nothing (a formula that shows nothing included). */
export function readValue(sheet: SheetXml, cell: CellSpan, context: CellContext): CellValue | undefined {
  const { part } = sheet;
  const type = attributeOf(cell.tag, 't') ?? 'n';
  if (type === 'inlineStr') {
    return cell.inline ? textValue(richText(part, cell.inline.from, cell.inline.to)) : undefined;
  }
  const raw = cell.value ? part.masked.slice(cell.value.from, cell.value.to) : '';
  if (cell.value === null || (raw === '' && type !== 'str')) {
    return cell.formula ? { kind: 'error', text: `=${decodeXml(part, cell.formula.text)}` } : undefined;
  }
  const text = decodeXml(part, raw);
  switch (type) {
    case 's': {
      const shared = context.strings().textOf(Number(text));
      return shared === undefined ? { kind: 'error', text: `#REF! (${text})` } : textValue(shared);
    }
    case 'str':
      return textValue(decodeEscapes(text));
    case 'b':
      return { kind: 'boolean', value: text.trim() === '1' || text.trim() === 'true' };
    case 'e':
      return { kind: 'error', text };
    case 'd':
      return { kind: 'isoDate', text: text.trim() };
    default: {
      const value = Number(text);
      if (!Number.isFinite(value)) return textValue(text);
      const style = attributeOf(cell.tag, 's');
      return { kind: 'number', value, format: style ? context.formats().formatOf(Number(style)) : 'plain' };
    }
  }
}

function readCell(masked: string, tag: Tag, col: number, limit: number): CellSpan {
  if (tag.selfClosed) return { col, tag, end: tag.end, value: null, inline: null, formula: null };
  let value: Stretch | null = null;
  let inline: Stretch | null = null;
  let formula: CellSpan['formula'] = null;
  let end = limit;
  for (let at = masked.indexOf('<', tag.end); at >= 0 && at < limit; ) {
    const child = readTag(masked, at);
    if (child.name.charCodeAt(0) === 47) {
      end = child.end;
      break;
    }
    const from = child.end;
    const to = child.selfClosed ? from : findClose(masked, child.name, from);
    const local = localName(child.name);
    if (local === 'v') value = { from, to };
    else if (local === 'is') inline = { from, to };
    else if (local === 'f') formula = { tag: child, text: masked.slice(from, to) };
    at = masked.indexOf('<', child.selfClosed ? from : afterTag(masked, to));
  }
  return { col, tag, end, value, inline, formula };
}

function textValue(text: string): CellValue | undefined {
  return text === '' ? undefined : { kind: 'text', text };
}

function readNumber(raw: string | undefined): number | undefined {
  return raw !== undefined && /^\d+$/.test(raw) && Number(raw) > 0 ? Number(raw) : undefined;
}

/** `AB12` → 28. */
function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let col = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & 0xdf;
    if (letter < 65 || letter > 90) break;
    col = col * 26 + letter - 64;
  }
  return col > 0 ? col : undefined;
}
