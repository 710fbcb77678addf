import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { findRowIndex, type Packer, rowAt } from '../../core/packed-sheet.ts';
import type { CellChange, CellValue } from '../../core/sheet.ts';
import { type Ownership, writeUnflushed } from '../files.ts';
import {
  type BookIndex,
  type FileOf,
  INDEX_VERSION,
  type IndexedSheet,
  type Now,
  type PointsNow,
  type SheetHead,
  type SheetNow,
  type TextsHead,
} from './book-index.ts';
import { pointsOf } from './deflate-points.ts';
import type { StreamPoints } from './deflate-splice.ts';
import { packSections } from './index-file.ts';
import type { Entry, Package } from './package.ts';
import type { Splice } from './rewrite.ts';
import type { SharedTexts, StringsLayout } from './shared-texts.ts';
import { factsOf, type SheetFacts } from './sheet-facts.ts';
import type { ExtendedPart } from './sheet-window.ts';

/** What a command leaves: what it read, and what it wrote. */
export interface Learned {
  readonly pkg: Package;
  /** The index it was read through; null: the workbook itself was read. */
  readonly index: BookIndex | null;
  /** The sheets that were read to their end, by part key. */
  readonly packed: ReadonlyMap<string, Packer>;
  readonly texts: SharedTexts;
  /** Part key of the shared strings; null where the workbook has none. */
  readonly stringsPart: string | null;
  readonly changes: readonly CellChange[];
  readonly extended: readonly ExtendedPart[];
  /** Entries that were rewritten in any way. */
  readonly rewritten: ReadonlySet<Entry>;
  /** The workbook as it was written. */
  readonly pieces: readonly Uint8Array[];
  readonly hash: string;
}

/** When more rows changed, the arrays are written anew. */
const MOST_ROWS = 400;
/** When more texts than these had to be looked up in the workbook, the kept texts are written anew. */
const MOST_LOOKUPS = 1000;
/** A larger index is not kept. */
const MOST_BYTES = 200 * 1024 * 1024;
/** Cells that stay free behind the last row, so that rows can be added in place. */
const SPARE_CELLS = 32 * 1024;

/**
 * Keeps in `folder` what a command learned, for the workbook as it was written. Called with the lock held, after the
 * workbook was replaced: killed at any moment it leaves an index that fits or one that is not used. What cannot be told
 * without reading the workbook again is not kept at all. Throws what the disk says; that loses nothing.
 */
export async function keepIndex(folder: string, learned: Learned, owner: Ownership | null): Promise<void> {
  const { index, texts, pieces, hash } = learned;
  const sheets = learnSheets(learned);
  const { layout } = texts;
  if (!sheets || !layout) return rm(join(folder, 'now.json'), { force: true });
  const rows = sheets.reduce((sum, { changed }) => sum + changed.size, 0);
  const known =
    index !== null && index.sheets.size === sheets.length && rows <= MOST_ROWS && hasWindows(index, sheets)
      ? index
      : null;
  const isKnown = (key: number) => known?.isKept(key) === true;
  let lookups = 0;
  const { asked } = texts;
  for (let key = 0; key < asked.length; key++) if (asked[key] === 1 && !isKnown(key)) lookups++;
  const files: { file: FileOf; pieces: readonly Buffer[] }[] = [];
  const write = (name: string, packed: ReturnType<typeof packSections>): FileOf => {
    const file = { name: `${name}-${hash.slice(0, 16)}`, sum: packed.sum };
    files.push({ file, pieces: packed.pieces });
    return file;
  };
  const base = known?.now.base ?? write('base', packSheets(sheets));
  const textsFile =
    known && lookups <= MOST_LOOKUPS ? known.now.texts : write('texts', packTexts(learned, layout, isKnown));
  const bytes = files.reduce(
    (sum, { pieces }) => sum + pieces.reduce((size, { length }) => size + length, 0),
    0,
  );
  if (bytes > MOST_BYTES) return rm(join(folder, 'now.json'), { force: true });
  for (const { file, pieces } of files) {
    await rm(join(folder, file.name), { force: true });
    await writeUnflushed(join(folder, file.name), pieces, owner);
  }
  const now: Now = {
    version: INDEX_VERSION,
    hash,
    size: pieces.reduce((sum, { length }) => sum + length, 0),
    base,
    texts: textsFile,
    sheets: sheets.map((sheet) => sheetNow(sheet, known?.sheets.get(sheet.part))),
  };
  const line = JSON.stringify(now);
  const temp = join(folder, 'now.tmp');
  await rm(temp, { force: true });
  await writeUnflushed(temp, [Buffer.from(`${crc32(line)}\n${line}`)], owner);
  await rename(temp, join(folder, 'now.json'));
  const kept = new Set(['now.json', base.name, textsFile.name]);
  for (const name of await readdir(folder))
    if (!kept.has(name)) await rm(join(folder, name), { force: true });
}

/** Whether all that the points refer back into is in its base: it is not where they were found anew. */
function hasWindows(index: BookIndex, sheets: readonly LearnedSheet[]): boolean {
  return sheets.every(({ part, windows }) => {
    const kept = new Set(index.sheets.get(part)?.windows);
    return windows.every((window) => kept.has(window));
  });
}

type Cells = readonly (readonly [number, CellValue])[];

interface LearnedSheet {
  readonly part: string;
  readonly packed: Packer;
  readonly facts: SheetFacts;
  readonly points: StreamPoints;
  /** Those of `points` are among them. */
  readonly windows: readonly Uint8Array[];
  /** Rows that differ from the base of the index. */
  readonly changed: ReadonlyMap<number, Cells>;
  /** Rows that this command changed: `packed` does not have them yet. */
  readonly written: ReadonlyMap<number, Cells>;
}

/** Null where what became of a sheet cannot be told from what was read and written. */
function learnSheets(learned: Learned): readonly LearnedSheet[] | null {
  const { pkg, index, packed, changes, extended, rewritten } = learned;
  const sheets: LearnedSheet[] = [];
  for (const [part, sheet] of packed) {
    const entry = pkg.parts.get(part);
    const [facts, points] = entry ? [factsOf(entry), pointsOf(entry)] : [null, null];
    // Small sheets are read as fast as an index.
    if (!entry || !facts || !points) continue;
    if (!facts.isAscending || facts.hasArrays) return null;
    const own = changes.filter((change) => change.sheet === sheet.sheet);
    const extension = extended.find(({ window }) => window.entry === entry);
    if (!extension && (rewritten.has(entry) || own.length > 0)) return null;
    const written = changedRows(sheet, own);
    if (!written) return null;
    sheets.push({
      part,
      packed: sheet,
      facts: extension ? movedFacts(facts, extension.splices, written) : facts,
      points: extension ? extension.points : points,
      windows: points.windows.flatMap((window) => window ?? []),
      changed: new Map([...(index?.sheets.get(part)?.changed ?? []), ...written]),
      written,
    });
  }
  return sheets.length > 0 ? sheets : null;
}

/** The rows that a command changed, whole. Null where a row came between others, or went. */
function changedRows(packed: Packer, changes: readonly CellChange[]): ReadonlyMap<number, Cells> | null {
  const rows = new Map<number, (CellValue | undefined)[]>();
  for (const { row, col, after } of changes) {
    const index = findRowIndex(packed, row);
    if (index < packed.count && packed.rows[index] !== row) return null;
    const cells = rows.get(row) ?? (index < packed.count ? [...rowAt(packed, index).cells] : []);
    cells[col - 1] = after ?? undefined;
    rows.set(row, cells);
  }
  const whole = new Map<number, Cells>();
  for (const [row, cells] of [...rows].sort(([a], [b]) => a - b)) {
    const filled = cells.flatMap((value, at) => (value ? [[at + 1, value] as const] : []));
    if (filled.length === 0) return null;
    whole.set(row, filled);
  }
  return whole;
}

/** Where rows begin once stretches before them became longer or shorter. */
function movedFacts(
  facts: SheetFacts,
  splices: readonly Splice[],
  written: ReadonlyMap<number, Cells>,
): SheetFacts {
  const marks = facts.marks.flatMap(({ after, at }) => {
    let moved = at;
    for (const { start, end, text } of splices) {
      // A row that begins where something is put in: that comes behind the mark.
      if (at <= start) continue;
      if (at < end) return [];
      moved += text.length - (end - start);
    }
    return { after, at: moved };
  });
  return { ...facts, marks, lastRow: Math.max(facts.lastRow, ...written.keys()) };
}

function sheetNow(
  { part, facts, points, windows, changed, written }: LearnedSheet,
  known: IndexedSheet | undefined,
): SheetNow {
  return {
    part,
    facts: { ...facts, marks: facts.marks.map(({ after, at }) => [after, at] as const) },
    points: pointsNow(points, known?.windows ?? windows),
    rows: [...(known ? changed : written)],
  };
}

function pointsNow({ bits, bytes, crcs, windows }: StreamPoints, kept: readonly Uint8Array[]): PointsNow {
  const numbers = new Map(kept.map((window, number) => [window, number]));
  return { bits, bytes, crcs, windows: windows.map((window) => (window && numbers.get(window)) ?? -1) };
}

function packSheets(sheets: readonly LearnedSheet[]) {
  const heads = sheets.map(({ part, packed, windows }): SheetHead => {
    const { count, cells, heads, reals, hidden } = packed;
    const isNarrow = heads instanceof Uint16Array;
    const lengths = windows.map(({ length }) => length);
    return { part, count, cells, isNarrow, reals: reals.length, hidden: hidden.size, windows: lengths };
  });
  const arrays = sheets.flatMap(({ packed, windows }, number) => {
    const { count, cells, rows, starts, heads, values, reals, hidden } = packed;
    const spare = 4 * SPARE_CELLS;
    return [
      { name: `${number}rows`, data: rows.subarray(0, count), spare },
      { name: `${number}starts`, data: starts.subarray(0, count + 1), spare },
      { name: `${number}heads`, data: heads.subarray(0, cells), spare },
      { name: `${number}values`, data: values.subarray(0, cells), spare },
      { name: `${number}reals`, data: Float64Array.from(reals) },
      { name: `${number}hidden`, data: Int32Array.from(hidden) },
      { name: `${number}windows`, data: Buffer.concat(windows) },
    ];
  });
  return packSections(heads, arrays);
}

/** Where the shared strings lie, those that commands look at, and the texts of other cells. */
function packTexts(
  { pkg, texts, stringsPart }: Learned,
  layout: StringsLayout,
  isKnown: (key: number) => boolean,
) {
  const entry = stringsPart === null ? undefined : pkg.parts.get(stringsPart);
  const points = entry ? pointsOf(entry) : null;
  const windows = points?.windows.flatMap((window) => window ?? []) ?? [];
  const asked = texts.asked.slice();
  const keys: number[] = [];
  const raw = newRawTexts();
  for (let key = 0; key < asked.length; key++) {
    if (asked[key] !== 1 && !isKnown(key)) continue;
    if (texts.look?.(key, raw.add) == null) keys.push(key);
    else raw.keys.push(key);
  }
  const shared = joinTexts(keys.map(texts.textOf));
  const own = joinTexts(texts.own);
  const head: TextsHead = {
    part: stringsPart,
    prefix: layout.prefix,
    empty: [...texts.empty],
    blank: [...texts.blank],
    points: points && pointsNow(points, windows),
    windows: windows.map(({ length }) => length),
  };
  return packSections(head, [
    { name: 'starts', data: layout.starts },
    { name: 'windows', data: Buffer.concat(windows) },
    { name: 'rawKeys', data: Uint32Array.from(raw.keys) },
    { name: 'rawEnds', data: Uint32Array.from(raw.ends) },
    { name: 'raw', data: raw.bytes() },
    { name: 'keys', data: Uint32Array.from(keys) },
    { name: 'ends', data: shared.ends },
    { name: 'text', data: shared.text },
    { name: 'ownEnds', data: own.ends },
    { name: 'ownText', data: own.text },
  ]);
}

/** Texts as they lie, one behind the other. */
function newRawTexts() {
  const keys: number[] = [];
  const ends: number[] = [];
  let bytes = Buffer.allocUnsafe(8 * 1024 * 1024);
  let length = 0;
  return {
    keys,
    ends,
    bytes: () => bytes.subarray(0, length),
    add(from: Uint8Array, start: number, end: number): number {
      if (length + end - start > bytes.length)
        bytes = Buffer.concat([bytes, bytes], 2 * bytes.length + end - start);
      copyBytes(from, start, end, bytes, length);
      length += end - start;
      return ends.push(length);
    },
  };
}

/** Hundreds of thousands of short texts: each call of the platform's own copy would take longer than the copy. */
function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  const shift = at - start;
  for (let index = start; index < end; index++) to[index + shift] = from[index] as number;
}

function joinTexts(texts: readonly string[]) {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text.length;
    ends[index] = end;
  }
  return { ends, text: Buffer.from(texts.join(''), 'utf16le') };
}
