import { addPacked, KIND, type Packer, reserveRow } from '../../core/packed-sheet.ts';
import { MAX_COLUMN, MAX_ROW } from './sheet.ts';

/** A piece of a sheet whose rows are scanned, and what was found in the row that was scanned last. */
export interface RowScan {
  readonly bytes: Readonly<Record<number, number>>;
  readonly view: DataView;
  /** No row is left open here. */
  readonly limit: number;
  readonly packer: Packer;
  /** How many shared strings there are, and the numbers of those that are empty. */
  readonly shared: number;
  readonly empty: ReadonlySet<number>;
  /** Kind of a number by its style + 1; 0: `kindOf` has not been asked yet. */
  readonly formats: Uint8Array;
  kindOf(style: number): number;
  /** Packs a cell of any shape and sets `col`: where it ends; −1 where it lies outside the sheet. */
  packCell(start: number, last: number): number;
  row: number;
  hidden: boolean;
  /** The tag of the row closes itself. */
  isEmpty: boolean;
  /** How many digits the row's number has in its tag; 0 where it has none there. */
  width: number;
  /** The column of the cell that was read last; −1: the row ended there. */
  col: number;
  /** What stood behind the number in the tag of a row, and what it says: nearly always the same. */
  tailStart: number;
  tailLength: number;
  tailHidden: boolean;
}

const [LT, GT, SLASH, EQUALS, QUOTE] = [60, 62, 47, 61, 34];
const [LETTER_C, LETTER_N, LETTER_R, LETTER_S, LETTER_T, LETTER_V] = [99, 110, 114, 115, 116, 118];

/** The usual cell surely ends within so many bytes: they are looked at without asking whether they are there. */
const CELL_BYTES = 64;

/** Four or two characters as a view gives them. */
const [ROW, NUMBERED] = [wordOf('<row'), wordOf(' r="')];
const [CELL, IS, STYLE, TYPE] = [wordOf('<c r'), wordOf('="'), wordOf(' s="'), wordOf(' t="')];
const [SHARED, VALUE, NUMBER] = [wordOf('s"><'), wordOf('v>'), wordOf('><v>')];
const [END_VALUE, END_CELL, END_ROW, CLOSE] = [wordOf('</v>'), wordOf('</c>'), wordOf('</ro'), wordOf('w>')];

function wordOf(text: string): number {
  return [...text].reduceRight((word, char) => word * 256 + char.charCodeAt(0), 0);
}

/**
 * Packs the row that begins at `start`, in the shape that nearly everybody writes, straight from the bytes: where it ends.
 * −1: it has another shape, and nothing is packed. All reading waits for this loop; it stands alone because an engine
 * takes the longer to compile a function the more is in it.
 */
export function scanRow(scan: RowScan, start: number, lastRow: number): number {
  const { bytes: b, view, packer, formats, shared, empty } = scan;
  let at = openRow(scan, start, lastRow);
  if (at < 0 || scan.isEmpty) return at;
  const { width } = scan;
  const safe = width > 0 ? view.byteLength - CELL_BYTES : 0;
  reserveRow(packer, 64);
  const firstCell = packer.cells;
  let cells = firstCell;
  let { heads, values } = packer;
  let last = 0;
  for (;;) {
    if (cells === heads.length) {
      packer.cells = cells;
      reserveRow(packer, 64);
      ({ heads, values } = packer);
    }
    if (at < safe) {
      const word = view.getUint32(at, true);
      if (word === CELL) {
        // `<c r="AB12" s="3" t="s"><v>456</v></c>`, with a style or without, a number or a shared string.
        let to = at + 6;
        let col = (b[to] as number) - 64;
        let c = b[++to] as number;
        if (c >= 65) {
          col = col * 26 + c - 64;
          c = b[++to] as number;
        }
        to += width;
        const isAddress = view.getUint16(at + 4, true) === IS && col > 0 && c <= 57 && b[to++] === QUOTE;
        let style = -1;
        let isStyled = true;
        if (view.getUint32(to, true) === STYLE) {
          style = (b[to + 4] as number) - 48;
          to += 5;
          for (c = b[to] as number; c >= 48 && c <= 57 && style < 100; c = b[++to] as number)
            style = style * 10 + c - 48;
          isStyled = style >= 0 && b[to++] === QUOTE;
        }
        const isText =
          view.getUint32(to, true) === TYPE &&
          view.getUint32(to + 4, true) === SHARED &&
          view.getUint16(to + 8, true) === VALUE;
        const isUsual = isAddress && isStyled && (isText || view.getUint32(to, true) === NUMBER);
        to += isText ? 10 : 4;
        const from = to;
        let number = 0;
        for (c = b[to] as number; c >= 48 && c <= 57; c = b[++to] as number) number = number * 10 + c - 48;
        if (
          isUsual &&
          to > from &&
          to < from + 10 &&
          (!isText || number < shared) &&
          view.getUint32(to, true) === END_VALUE &&
          view.getUint32(to + 4, true) === END_CELL
        ) {
          at = to + 8;
          last = col;
          if (isText && empty.size > 0 && empty.has(number)) continue;
          // Two letters stay within 16 bits.
          heads[cells] = (col << 4) | (isText ? KIND.text : formats[style + 1] || scan.kindOf(style));
          values[cells++] = number;
          continue;
        }
      } else if (word === END_ROW && view.getUint16(at + 4, true) === CLOSE) {
        packer.cells = cells;
        return at + 6;
      }
    }
    packer.cells = cells;
    at = scanCellInParts(scan, at, last);
    if (at < 0) {
      packer.cells = firstCell;
      return -1;
    }
    if (scan.col < 0) return at;
    last = scan.col;
    ({ cells, heads, values } = packer);
  }
}

/** Reads the tag of a row into `scan`: where it ends, −1 where it is in another shape. */
function openRow(scan: RowScan, start: number, lastRow: number): number {
  const { bytes: b, view, limit } = scan;
  scan.width = 0;
  scan.isEmpty = false;
  scan.hidden = false;
  if (start + CELL_BYTES < view.byteLength && view.getUint32(start, true) === ROW) {
    let at = start + 8;
    let row = 0;
    for (let c = b[at] as number; c >= 48 && c <= 57; c = b[++at] as number) row = row * 10 + c - 48;
    const { tailStart, tailLength } = scan;
    const isUsual = view.getUint32(start + 4, true) === NUMBERED && row > 0 && row <= MAX_ROW;
    if (isUsual && b[at] === QUOTE && tailLength > 0 && isSame(view, tailStart, at, tailLength)) {
      scan.row = row;
      scan.width = at - start - 8;
      scan.hidden = scan.tailHidden;
      return at + tailLength;
    }
  }
  if (b[start] !== LT || b[start + 1] !== LETTER_R || b[start + 2] !== 111 || b[start + 3] !== 119) return -1;
  let at = start + 4;
  let row = 0;
  let tail = 0;
  for (;;) {
    let c = b[at] as number;
    if (c === GT) break;
    if (c <= 32 || c === SLASH) {
      scan.isEmpty = c === SLASH;
      at++;
      continue;
    }
    const name = at;
    while (c !== EQUALS && c > 32 && c !== GT) c = b[++at] as number;
    if (c !== EQUALS || b[at + 1] !== QUOTE) return -1;
    const length = at - name;
    at += 2;
    if (length === 1 && b[name] === LETTER_R) {
      const digits = at;
      for (c = b[at] as number; c >= 48 && c <= 57; c = b[++at] as number) row = row * 10 + c - 48;
      if (c !== QUOTE || row === 0) return -1;
      scan.width = at - digits;
      if (name === start + 5) tail = at;
    } else {
      if (length === 6 && b[name] === 104) scan.hidden = b[at] === 49 || b[at] === LETTER_T || b[at] === 111;
      while (at < limit && b[at] !== QUOTE) at++;
    }
    at++;
  }
  scan.row = row || lastRow + 1;
  if (scan.row > MAX_ROW) return -1;
  if (tail > 0 && !scan.isEmpty) {
    scan.tailStart = tail;
    scan.tailLength = at + 1 - tail;
    scan.tailHidden = scan.hidden;
  }
  return at + 1;
}

/** Whether two stretches hold the same bytes; false where the second one is cut off. */
export function isSame(view: DataView, a: number, b: number, length: number): boolean {
  if (b + length > view.byteLength) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (view.getUint32(a + at, true) !== view.getUint32(b + at, true)) return false;
  for (; at < length; at++) if (view.getUint8(a + at) !== view.getUint8(b + at)) return false;
  return true;
}

/** A cell with its attributes in any order, or the end of the row (`col` is −1 then): where it ends, −1 where it is neither. */
function scanCellInParts(scan: RowScan, start: number, last: number): number {
  const { bytes: b, packer, formats, shared, empty } = scan;
  let at = start;
  while ((b[at] as number) <= 32) at++;
  if (b[at] !== LT) return -1;
  if (b[at + 1] === SLASH) {
    scan.col = -1;
    return b[at + 2] === LETTER_R && b[at + 5] === GT ? at + 6 : -1;
  }
  const cell = at;
  if (b[at + 1] !== LETTER_C || (b[at + 2] as number) > GT) return -1;
  at += 2;
  let c = b[at] as number;
  let col = 0;
  let style = -1;
  let type = LETTER_N;
  while (c === 32 && b[at + 2] === EQUALS && b[at + 3] === QUOTE) {
    const name = b[at + 1];
    at += 4;
    c = b[at] as number;
    if (name === LETTER_R) {
      for (; c >= 65 && c <= 90; c = b[++at] as number) col = col * 26 + c - 64;
      while (c >= 48 && c <= 57) c = b[++at] as number;
    } else if (name === LETTER_S) {
      for (style = 0; c >= 48 && c <= 57; c = b[++at] as number) style = style * 10 + c - 48;
    } else if (name === LETTER_T) {
      type = c;
      c = b[++at] as number;
    }
    if (c !== QUOTE) break;
    c = b[++at] as number;
  }
  scan.col = col || last + 1;
  if (c === SLASH && b[at + 1] === GT) return at + 2;
  const isNumber = type === LETTER_N;
  if (c === GT && (isNumber || type === LETTER_S) && b[at + 2] === LETTER_V && b[at + 3] === GT) {
    at += 4;
    const from = at;
    let number = 0;
    for (c = b[at] as number; c >= 48 && c <= 57; c = b[++at] as number) number = number * 10 + c - 48;
    const digits = at - from;
    const isClosed =
      c === LT &&
      b[at + 1] === SLASH &&
      b[at + 2] === LETTER_V &&
      b[at + 4] === LT &&
      b[at + 5] === SLASH &&
      b[at + 6] === LETTER_C &&
      b[at + 7] === GT;
    const isKnown = digits > 0 && digits < 10 && (isNumber || number < shared);
    if (isClosed && isKnown && scan.col <= MAX_COLUMN) {
      if (!isNumber && empty.size > 0 && empty.has(number)) return at + 8;
      reserveRow(packer, 1);
      addPacked(packer, scan.col, isNumber ? formats[style + 1] || scan.kindOf(style) : KIND.text, number);
      return at + 8;
    }
  }
  // Every other cell: a decimal, an inline text, a formula …
  return scan.packCell(cell, last);
}
