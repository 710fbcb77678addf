import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { findRowIndex, type Packer, replaceRow } from '../../core/packed-sheet.ts';
import type { CellValue } from '../../core/sheet.ts';
import { VERSION } from '../../version.ts';
import { inflateBetween, keepPoints, pointsOf } from './deflate-points.ts';
import type { StreamPoints } from './deflate-splice.ts';
import { readSections, type Sections } from './index-file.ts';
import { type Entry, type Package, packedBytes, readEntry } from './package.ts';
import { reopenTexts, type SharedTexts } from './shared-texts.ts';
import { keepFacts, type RowMark, type SheetFacts } from './sheet-facts.ts';

/**
 * What one command learned of a large workbook, kept for the next one in `index/` of the state folder: its big sheets as
 * they are packed, where their streams can be entered, and the texts that are looked for in every command. A cache and
 * nothing else: it holds for the very bytes whose hash it names; what is missing, broken, of other bytes or of another
 * version is as if it were not there. `now.json` says what holds now, and which rows changed since the arrays in `base-…`
 * (the sheets) and `texts-…` were written.
 */
export interface BookIndex {
  readonly now: Now;
  /** By part key. */
  readonly sheets: ReadonlyMap<string, IndexedSheet>;
  readonly texts: SharedTexts;
  /** Whether a shared string is among the kept texts. */
  isKept(key: number): boolean;
}

/** A sheet of the index; `packed` has the rows as they stand now. */
export interface IndexedSheet {
  readonly packed: Packer;
  /** What its points may refer back into, as numbered in the base. */
  readonly windows: readonly Uint8Array[];
  /** Rows that differ from those in the base, as [row, [column, value] …]. */
  readonly changed: ReadonlyMap<number, readonly (readonly [number, CellValue])[]>;
}

export interface Now {
  readonly version: string;
  /** Of the workbook, and of how many bytes it is. */
  readonly hash: string;
  readonly size: number;
  readonly base: FileOf;
  readonly texts: FileOf;
  readonly sheets: readonly SheetNow[];
}

export interface FileOf {
  readonly name: string;
  readonly sum: number;
}

export interface SheetNow {
  readonly part: string;
  readonly facts: Omit<SheetFacts, 'marks'> & { readonly marks: readonly (readonly [number, number])[] };
  readonly points: PointsNow;
  readonly rows: readonly (readonly [number, readonly (readonly [number, CellValue])[]])[];
}

/** Of each point the number of its window in the file of the sheet or texts; −1: none. */
export interface PointsNow {
  readonly bits: readonly number[];
  readonly bytes: readonly number[];
  readonly crcs: readonly number[];
  readonly windows: readonly number[];
}

export interface SheetHead {
  readonly part: string;
  readonly count: number;
  readonly cells: number;
  /** Its `heads` have 16 bits each. */
  readonly isNarrow: boolean;
  readonly reals: number;
  readonly hidden: number;
  /** Lengths of its windows. */
  readonly windows: readonly number[];
}

export interface TextsHead {
  /** Part key of the shared strings; null where the workbook has none. */
  readonly part: string | null;
  readonly prefix: number;
  readonly empty: readonly number[];
  readonly blank: readonly number[];
  readonly points: PointsNow | null;
  readonly windows: readonly number[];
}

/** Workbooks smaller than this are read as fast as their index would be. */
export const INDEXED = 1024 * 1024;
/** Of the program and of these files: to be counted up when what they hold, or what reading a sheet gives, changes. */
export const INDEX_VERSION = `${VERSION} 5`;

/** The files of an index as they were read. */
export interface IndexFiles {
  readonly now: Now;
  readonly base: Sections;
  readonly kept: Sections;
}

/**
 * Reads the index in `folder` of a workbook of so many bytes, before it is known which workbook that is; null where there is
 * none that may be of it. Never throws.
 */
export async function readIndex(folder: string, size: number): Promise<IndexFiles | null> {
  try {
    const text = await readFile(join(folder, 'now.json'), 'utf8');
    const end = text.indexOf('\n');
    const line = text.slice(end + 1);
    if (text.slice(0, end) !== String(crc32(line))) return null;
    const now: Now = JSON.parse(line);
    if (now.version !== INDEX_VERSION || now.size !== size) return null;
    const read = ({ name, sum }: FileOf) => readSections(join(folder, name), sum);
    const [base, kept] = await Promise.all([read(now.base), read(now.texts)]);
    return base && kept && { now, base, kept };
  } catch {
    // Whatever is wrong with it: the workbook itself is read.
    return null;
  }
}

/** The index of the workbook with that hash; null where these are not its files. */
export function openIndex(files: IndexFiles | null, hash: string, pkg: Package): BookIndex | null {
  if (files?.now.hash !== hash) return null;
  const { now, base, kept } = files;
  try {
    const { texts, isKept } = openTexts(pkg, kept);
    const heads = base.head as readonly SheetHead[];
    const sheets = new Map<string, IndexedSheet>();
    for (const [number, head] of heads.entries()) {
      const sheet = now.sheets.find(({ part }) => part === head.part);
      const entry = pkg.parts.get(head.part);
      if (!sheet || !entry) return null;
      const packed = openPacked(base, number, head, texts);
      for (const [row, cells] of sheet.rows) {
        const values: (CellValue | undefined)[] = [];
        for (const [col, value] of cells) values[col - 1] = value;
        const at = findRowIndex(packed, row);
        const hidden = at < packed.count && packed.hidden.has(at);
        if (!replaceRow(packed, { row, cells: values, hidden })) return null;
      }
      const marks = sheet.facts.marks.map(([after, at]): RowMark => ({ after, at }));
      keepFacts(entry, { ...sheet.facts, marks });
      const windows = splitWindows(base, `${number}windows`, head.windows);
      keepPoints(entry, openPoints(sheet.points, windows));
      sheets.set(head.part, { packed, windows, changed: new Map(sheet.rows) });
    }
    return { now, sheets, texts, isKept };
  } catch {
    return null;
  }
}

function openPacked(base: Sections, number: number, head: SheetHead, texts: SharedTexts): Packer {
  const ints = (name: string) => {
    const { buffer, byteOffset, length } = arrayOf(base, `${number}${name}`);
    return new Int32Array(buffer, byteOffset, length >> 2);
  };
  const shorts = (name: string) => {
    const { buffer, byteOffset, length } = arrayOf(base, `${number}${name}`);
    return new Uint16Array(buffer, byteOffset, length >> 1);
  };
  const reals = arrayOf(base, `${number}reals`);
  return {
    sheet: '',
    texts,
    count: head.count,
    cells: head.cells,
    rows: ints('rows'),
    starts: ints('starts'),
    heads: head.isNarrow ? shorts('heads') : ints('heads'),
    values: ints('values'),
    reals: Array.from(new Float64Array(reals.buffer, reals.byteOffset, head.reals)),
    hidden: new Set(ints('hidden').subarray(0, head.hidden)),
  };
}

/** A copy where the bytes do not stand where numbers may. */
function arrayOf({ arrays }: Sections, name: string): Buffer {
  const bytes = arrays.get(name) ?? Buffer.alloc(0);
  return bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}

function splitWindows(sections: Sections, name: string, lengths: readonly number[]): readonly Uint8Array[] {
  const bytes = arrayOf(sections, name);
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
}

function openPoints({ windows, ...rest }: PointsNow, kept: readonly Uint8Array[]): StreamPoints {
  return { ...rest, windows: windows.map((number) => kept[number] ?? null) };
}

function openTexts(pkg: Package, kept: Sections): Pick<BookIndex, 'texts' | 'isKept'> {
  const { prefix, empty, blank, points, windows, part } = kept.head as TextsHead;
  const uints = (name: string) => {
    const { buffer, byteOffset, length } = arrayOf(kept, name);
    return new Uint32Array(buffer, byteOffset, length >> 2);
  };
  const entry = part === null ? null : (pkg.parts.get(part) ?? null);
  const starts = uints('starts');
  const [keys, ends, ownEnds] = [uints('keys'), uints('ends'), uints('ownEnds')];
  const [rawKeys, rawEnds, raw] = [uints('rawKeys'), uints('rawEnds'), arrayOf(kept, 'raw')];
  const text = arrayOf(kept, 'text').toString('utf16le');
  const ownText = arrayOf(kept, 'ownText').toString('utf16le');
  /** Where a text is kept, counted from 1: above 0 in `raw`, below 0 in `text`. */
  const places = new Int32Array(starts.length);
  for (let index = 0; index < rawKeys.length; index++) places[rawKeys[index] ?? 0] = index + 1;
  for (let index = 0; index < keys.length; index++) places[keys[index] ?? 0] = -1 - index;
  const own = Array.from(ownEnds, (end, index) => ownText.slice(ownEnds[index - 1] ?? 0, end));
  const decoded = (key: number) => {
    const place = -(places[key] ?? 0);
    return place <= 0 ? undefined : text.slice(ends[place - 2] ?? 0, ends[place - 1]);
  };
  const asBytes = {
    bytes: raw,
    beginOf: (key: number) => rawEnds[(places[key] ?? 0) - 2] ?? 0,
    endOf: (key: number) => ((places[key] ?? 0) > 0 ? (rawEnds[(places[key] ?? 0) - 1] ?? -1) : -1),
  };
  if (entry && points) keepPoints(entry, openPoints(points, splitWindows(kept, 'windows', windows)));
  const read = entry ? partReader(pkg, entry) : () => Buffer.alloc(0);
  const layout = { starts, prefix };
  const texts = reopenTexts(pkg, entry, { layout, empty: new Set(empty), blank: new Set(blank), own }, read, {
    ...asBytes,
    decoded,
  });
  return { texts, isKept: (key) => (places[key] ?? 0) !== 0 };
}

/** Bytes of an inflated part, of which only the pieces that are asked for are inflated. */
function partReader(pkg: Package, entry: Entry): (from: number, to: number) => Buffer {
  const pieces = new Map<number, Buffer>();
  let whole: Buffer | null = null;
  const pieceAt = (points: StreamPoints, index: number): Buffer | null => {
    const known = pieces.get(index);
    if (known) return known;
    const piece = inflateBetween(packedBytes(pkg, entry), points, index, index + 1);
    if (piece) pieces.set(index, piece);
    return piece;
  };
  return (from, to) => {
    const points = pointsOf(entry);
    if (points && !whole) {
      const first = points.bytes.findLastIndex((at) => at <= from);
      const start = points.bytes[first] ?? 0;
      const found: Buffer[] = [];
      for (let index = first; index < points.crcs.length && (points.bytes[index] ?? 0) < to; index++) {
        const piece = pieceAt(points, index);
        if (!piece) break;
        found.push(piece);
      }
      const bytes = found.length === 1 && found[0] ? found[0] : Buffer.concat(found);
      if (start + bytes.length >= to) return bytes.subarray(from - start, to - start);
    }
    whole ??= readEntry(pkg, entry);
    return whole.subarray(from, to);
  };
}
