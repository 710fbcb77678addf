import { addCell, endRow, KIND, newPacker, type Packer, reserveRow } from '../../core/packed-sheet.ts';
import { type CellSpan, scanCell } from './cell-scan.ts';
import { inflateNoting } from './deflate-points.ts';
import { type Entry, type Package, readEntry, STREAMED } from './package.ts';
import { takePieces } from './pieces.ts';
import { type RowScan, scanRow } from './row-scan.ts';
import type { SharedTexts } from './shared-texts.ts';
import {
  type CellContext,
  cellsOf,
  eachRow,
  isHidden,
  MAX_COLUMN,
  openSheet,
  readValue,
  type SheetXml,
} from './sheet.ts';
import { keepFacts, type RowMark, type SheetFacts } from './sheet-facts.ts';
import {
  attributeOf,
  findTag,
  hasMarkup,
  isUtf8,
  localName,
  openStretch,
  openXml,
  prefixOf,
  rootTag,
  type XmlPart,
} from './xml.ts';

/** What the cells of a workbook refer to. */
export interface StreamContext extends CellContext {
  readonly texts: SharedTexts;
}

/**
 * Packs the rows of a worksheet as they are inflated; the part is never held as a whole. `onRow` is called after each
 * row that holds a value and may take it out of the packer; where it returns false, the reading stops.
 */
export async function packSheet(
  pkg: Package,
  entry: Entry,
  sheet: string,
  context: StreamContext,
  onRow?: (packer: Packer) => boolean,
): Promise<Packer> {
  const scan: Scan = {
    pkg,
    entry,
    context,
    onRow,
    // A cell takes 36 bytes of XML at least, in all that was met.
    packer: newPacker(sheet, context.texts, Math.max(1024, Math.ceil(entry.size / 36))),
    formats: new Uint8Array(1024),
    prefix: '',
    state: 'head',
    lastRow: 0,
    lastCol: 0,
    visited: 0,
    lastValue: 0,
    offset: 0,
    marks: [],
    isAscending: true,
    hasFormulas: false,
    hasArrays: false,
  };
  await takePieces(inflateNoting(pkg, entry), {
    take: (bytes) => (scan.state === 'ended' ? bytes.length : scanPiece(scan, bytes)),
    joint(piece) {
      const close = `</${scan.prefix}row>`;
      const end = scan.state === 'rows' ? piece.indexOf(close, 0, 'latin1') : -1;
      return end < 0 ? 0 : end + close.length;
    },
    isDone: () => scan.state === 'stopped' || scan.state === 'whole',
  });
  if (scan.state === 'stopped') return scan.packer;
  if (scan.state !== 'ended') packWhole(scan);
  else if (entry.size >= STREAMED) keepFacts(entry, factsFrom(scan));
  return scan.packer;
}

function factsFrom({ marks, isAscending, hasFormulas, hasArrays, lastValue }: Scan): SheetFacts {
  return { marks, lastRow: lastValue, isAscending, hasFormulas, hasArrays };
}

interface Scan {
  readonly pkg: Package;
  readonly entry: Entry;
  readonly context: StreamContext;
  readonly onRow: ((packer: Packer) => boolean) | undefined;
  readonly packer: Packer;
  /** Kind of a number by its style; 0: not looked up yet. */
  readonly formats: Uint8Array;
  prefix: string;
  /** `whole`: it holds comments, CDATA or another encoding, and is read as one text. */
  state: 'head' | 'rows' | 'ended' | 'stopped' | 'whole';
  lastRow: number;
  lastCol: number;
  /** Rows that were given to `onRow`. */
  visited: number;
  /** Where the bytes that are scanned stand in the part. */
  offset: number;
  readonly marks: RowMark[];
  /** The last row that holds a value. */
  lastValue: number;
  isAscending: boolean;
  hasFormulas: boolean;
  hasArrays: boolean;
}

/** Packs the rows that are complete in `bytes`: how many bytes are done with. */
function scanPiece(scan: Scan, bytes: Buffer): number {
  const start = scan.state === 'head' ? openHead(scan, bytes) : 0;
  if (scan.state !== 'rows') return start;
  if (hasMarkup(bytes, start)) {
    scan.state = 'whole';
    return start;
  }
  const from = scan.offset + start;
  if (from >= (scan.marks.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + MARK_EVERY)
    scan.marks.push({ after: scan.lastRow, at: from });
  const close = `</${scan.prefix}row>`;
  const lastClose = bytes.lastIndexOf(close, undefined, 'latin1');
  const closed = lastClose < start ? start : lastClose + close.length;
  const done = scanTo(scan, bytes, start, closed);
  if (scan.state !== 'rows') return finish(scan, done);
  const dataEnd = bytes.indexOf(`</${scan.prefix}sheetData`, closed, 'latin1');
  if (dataEnd < 0) return finish(scan, done);
  const end = scanTo(scan, bytes, closed, dataEnd);
  if (scan.state === 'rows') scan.state = 'ended';
  return finish(scan, end);
}

/** Places where a row begins are kept at least so many bytes apart. */
const MARK_EVERY = 32 * 1024;

function finish(scan: Scan, done: number): number {
  scan.offset += done;
  return done;
}

/** Scans rows up to `limit`, where none is left open; stops at the end of the rows. */
function scanTo(scan: Scan, bytes: Buffer, start: number, limit: number): number {
  const close = `</${scan.prefix}row>`;
  let dataEnd: number | undefined;
  for (let at = start; ; ) {
    // Excel, WPS and nearly all libraries write no prefix.
    if (scan.prefix === '') at = scanRows(scan, bytes, at, limit);
    if (at >= limit || scan.state !== 'rows') return at;
    dataEnd ??= bytes.indexOf(`</${scan.prefix}sheetData`, at, 'latin1');
    const end = dataEnd >= 0 && dataEnd < limit ? dataEnd : limit;
    // A few rows only: those behind an odd one are usual again, in most sheets.
    const lastClose = bytes.lastIndexOf(
      close,
      Math.max(at, Math.min(end, at + SLOW_BYTES) - close.length),
      'latin1',
    );
    const to = lastClose < at || lastClose >= end ? end : lastClose + close.length;
    scanSlowly(scan, openStretch(scan.pkg.file, scan.entry.name, bytes.subarray(at, to)));
    if (to === end && end < limit && scan.state === 'rows') scan.state = 'ended';
    at = to;
    if (scan.state !== 'rows') return at;
  }
}

const SLOW_BYTES = 32 * 1024;

/** Reads what stands before the rows: where they begin, 0 where that has not come yet. */
function openHead(scan: Scan, bytes: Buffer): number {
  const mark = bytes.indexOf('sheetData', 0, 'latin1');
  const close = mark < 0 ? -1 : bytes.indexOf(62, mark);
  if (close < 0) return 0;
  const head = openXml(scan.pkg.file, scan.entry.name, bytes.subarray(0, close + 1));
  const data = findTag(head, 'sheetData');
  const isPlain = isUtf8(head.encoding) && head.isPlain;
  if (!data || !isPlain || localName(rootTag(head).name) !== 'worksheet') {
    scan.state = 'whole';
    return 0;
  }
  scan.prefix = prefixOf(data.name);
  scan.state = data.selfClosed ? 'ended' : 'rows';
  return data.end;
}

/** Rows in any shape, through the scanner that reads every shape. */
function scanSlowly(scan: Scan, part: XmlPart): void {
  const dataTag = {
    start: 0,
    end: 0,
    name: `${scan.prefix}sheetData`,
    selfClosed: false,
    names: [],
    values: [],
  };
  packRows(scan, { part, prefix: scan.prefix, dataTag, dataStart: 0, dataEnd: part.masked.length });
}

/** The part as one text; rows that were given out already are passed over. */
function packWhole(scan: Scan): void {
  const { pkg, entry, packer } = scan;
  packer.count = 0;
  packer.cells = 0;
  packer.hidden.clear();
  scan.lastRow = 0;
  scan.visited = scan.onRow ? -scan.visited : 0;
  packRows(scan, openSheet(openXml(pkg.file, entry.name, readEntry(pkg, entry))));
}

function packRows(scan: Scan, sheet: SheetXml): void {
  const { packer, context } = scan;
  eachRow(
    sheet,
    (span) => {
      for (const cell of cellsOf(sheet, span)) {
        const value = readValue(sheet, cell, context);
        noteFormula(scan, cell);
        reserveRow(packer, 1);
        if (value) addCell(packer, cell.col, value);
      }
      noteRow(scan, span.row);
      return finishRow(scan, span.row, isHidden(span));
    },
    scan.lastRow,
  );
}

function noteRow(scan: Scan, row: number): void {
  if (row <= scan.lastRow) scan.isAscending = false;
  scan.lastRow = row;
}

function noteFormula(scan: Scan, { formula }: CellSpan): void {
  if (!formula) return;
  scan.hasFormulas = true;
  if (/^(array|dataTable)$/.test(attributeOf(formula.tag, 't') ?? '')) scan.hasArrays = true;
}

/** False: the reading stops. */
function finishRow(scan: Scan, row: number, hidden: boolean): boolean {
  const { packer } = scan;
  const { count } = packer;
  endRow(packer, row, hidden);
  if (packer.count === count) return true;
  scan.lastValue = row;
  scan.visited += 1;
  if (scan.visited <= 0) {
    // Given out before the part was read anew.
    packer.count = count;
    packer.cells = packer.starts[count] ?? 0;
    return true;
  }
  if (!scan.onRow || scan.onRow(packer)) return true;
  scan.state = 'stopped';
  return false;
}

const [LT, SLASH] = [60, 47];

/**
 * Rows in the shape that nearly everybody writes, straight from the bytes. Returns `limit`, or where a row in another shape
 * begins (nothing of it is packed then).
 */
function scanRows(scan: Scan, bytes: Buffer, start: number, limit: number): number {
  const { packer, formats } = scan;
  const { shared, empty } = scan.context.texts;
  const rows: RowScan = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    limit,
    packer,
    shared,
    empty,
    formats,
    kindOf: (style) => numberKind(scan, style),
    packCell(cell, last) {
      const end = scanOneCell(scan, bytes, cell, limit, last);
      rows.col = scan.lastCol;
      return end;
    },
    row: 0,
    hidden: false,
    isEmpty: false,
    width: 0,
    col: 0,
    tailStart: 0,
    tailLength: 0,
    tailHidden: false,
  };
  let at = start;
  let nextMark = start + MARK_EVERY;
  for (;;) {
    while (at < limit && (bytes[at] ?? 0) <= 32) at++;
    if (at >= limit) return limit;
    if (at >= nextMark) {
      scan.marks.push({ after: scan.lastRow, at: scan.offset + at });
      nextMark = at + MARK_EVERY;
    }
    if (bytes[at] === LT && bytes[at + 1] === SLASH && bytes[at + 7] === 68) {
      // </sheetData: what stands behind it is no row, whatever it looks like.
      scan.state = 'ended';
      return at;
    }
    const end = scanRow(rows, at, scan.lastRow);
    if (end < 0) return at;
    at = end;
    noteRow(scan, rows.row);
    if (!finishRow(scan, rows.row, rows.hidden)) return limit;
  }
}

/** Where the cell ends; −1 where it lies outside the sheet. */
function scanOneCell(scan: Scan, bytes: Buffer, start: number, limit: number, last: number): number {
  const { pkg, entry, packer, context } = scan;
  const close = bytes.indexOf('</c>', start, 'latin1');
  const end = close < 0 || close >= limit ? limit : close + 4;
  const part = openStretch(pkg.file, entry.name, bytes.subarray(start, end));
  const cell = scanCell(part.masked, 0, 0, part.masked.length, last);
  if (cell.col > MAX_COLUMN) return -1;
  const value = readValue({ part }, cell, context);
  noteFormula(scan, cell);
  if (value) addCell(packer, cell.col, value);
  scan.lastCol = cell.col;
  return start + cell.end;
}

function numberKind({ formats, context }: Scan, style: number): number {
  const kind = KIND[style < 0 ? 'plain' : context.formats().formatOf(style)];
  if (style + 1 < formats.length) formats[style + 1] = kind;
  return kind;
}
