import type { CellValue, SheetRow } from '../../core/sheet.ts';
import { broken } from './bad-file.ts';
import { type CellSpan, scanCell } from './cell-scan.ts';
import type { Formats } from './formats.ts';
import { richText, type SharedStrings } from './shared-strings.ts';
import { decodeEscapes } from './text.ts';
import {
  afterTag,
  attributeOf,
  decodeStretch,
  elementEnd,
  findClose,
  findTag,
  isTag,
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
      zh: '不是工作表(没有 sheetData)',
      en: 'it is no worksheet (it has no sheetData)',
    });
  }
  const dataEnd = dataTag.selfClosed ? dataTag.end : findClose(part.masked, dataTag.name, dataTag.end);
  if (dataEnd >= part.masked.length && !dataTag.selfClosed) {
    throw broken(part.file, part.name, { zh: '行数据没有结束,已损坏', en: 'its rows never end: damaged' });
  }
  return { part, prefix: prefixOf(dataTag.name), dataTag, dataStart: dataTag.end, dataEnd };
}

/** Visits the rows that hold a value, in the order of the file; those that are not wanted are not looked into. */
export function readSheetRows(
  sheet: SheetXml,
  context: CellContext,
  visit: (row: SheetRow) => boolean | undefined,
  isWanted: (span: RowSpan) => boolean = () => true,
): void {
  eachRow(sheet, (span) => {
    if (!isWanted(span)) return true;
    const cells: (CellValue | undefined)[] = [];
    for (const cell of cellsOf(sheet, span)) {
      const value = readValue(sheet, cell, context);
      if (value) cells[cell.col - 1] = value;
    }
    if (cells.length === 0) return true;
    return visit({ row: span.row, cells, hidden: isHidden(span) });
  });
}

export function isHidden({ tag }: RowSpan): boolean {
  return /^(1|true|on)$/.test(attributeOf(tag, 'hidden') ?? '');
}

/** Visits every row element; one without a number follows the one before it, the first one row `before`. */
export function eachRow(sheet: SheetXml, visit: (span: RowSpan) => boolean | undefined, before = 0): void {
  const { masked } = sheet.part;
  const name = `${sheet.prefix}row`;
  let last = before;
  for (let at = masked.indexOf('<', sheet.dataStart); at >= 0 && at < sheet.dataEnd; ) {
    const tag = readTag(masked, at);
    if (tag.name !== name) {
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
  let at = row.tag.selfClosed ? row.close : masked.indexOf('<', row.tag.end);
  while (at >= 0 && at < row.close) {
    if (!isTag(masked, at, name)) {
      at = masked.indexOf('<', elementEnd(masked, readTag(masked, at)));
      continue;
    }
    const cell = scanCell(masked, sheet.prefix.length, at, row.close, last);
    last = cell.col;
    if (last > MAX_COLUMN) {
      throw broken(sheet.part.file, sheet.part.name, {
        zh: `第 ${row.row} 行有超出范围的列`,
        en: `row ${row.row} has a column out of range`,
      });
    }
    cells.push(cell);
    at = masked.indexOf('<', cell.end);
  }
  return cells;
}

/** What a cell shows; undefined where it holds nothing (a formula that shows nothing included). */
export function readValue(
  sheet: Pick<SheetXml, 'part'>,
  cell: CellSpan,
  context: CellContext,
): CellValue | undefined {
  const { part } = sheet;
  const { type, formula, valueFrom, valueTo } = cell;
  if (type === 'inlineStr') {
    return cell.inlineFrom < 0 ? undefined : textValue(richText(part, cell.inlineFrom, cell.inlineTo));
  }
  if (valueFrom < 0 || (valueFrom === valueTo && type !== 'str')) {
    return formula ? { kind: 'error', text: `=${decodeStretch(part, formula.from, formula.to)}` } : undefined;
  }
  switch (type) {
    case 's': {
      const index = part.masked.slice(valueFrom, valueTo);
      const shared = context.strings().textOf(Number(index));
      return shared === undefined ? { kind: 'error', text: `#REF! (${index})` } : textValue(shared);
    }
    case 'str':
      return textValue(decodeEscapes(decodeStretch(part, valueFrom, valueTo)));
    case 'b':
      return { kind: 'boolean', value: /^\s*(1|true)\s*$/.test(part.masked.slice(valueFrom, valueTo)) };
    case 'e':
      return { kind: 'error', text: decodeStretch(part, valueFrom, valueTo) };
    case 'd':
      return { kind: 'isoDate', text: decodeStretch(part, valueFrom, valueTo).trim() };
    default:
      return readNumberValue(sheet, cell, context);
  }
}

function readNumberValue(
  sheet: Pick<SheetXml, 'part'>,
  cell: CellSpan,
  context: CellContext,
): CellValue | undefined {
  const { part } = sheet;
  let value = Number(part.masked.slice(cell.valueFrom, cell.valueTo));
  if (!Number.isFinite(value)) {
    const text = decodeStretch(part, cell.valueFrom, cell.valueTo);
    value = Number(text);
    if (!Number.isFinite(value)) return textValue(text);
  }
  const format = cell.style < 0 ? 'plain' : context.formats().formatOf(cell.style);
  return { kind: 'number', value, format };
}

function textValue(text: string): CellValue | undefined {
  return text === '' ? undefined : { kind: 'text', text };
}

function readNumber(raw: string | undefined): number | undefined {
  return raw !== undefined && /^\d+$/.test(raw) && Number(raw) > 0 ? Number(raw) : undefined;
}
