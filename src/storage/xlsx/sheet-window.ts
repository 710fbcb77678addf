import { crc32 } from 'node:zlib';
import { cutCrcEnd, cutCrcStart, joinCrc } from './crc.ts';
import { type DeflateBlocks, findBlocks } from './deflate-blocks.ts';
import { findStretches, type StreamPiece, type Stretch, spliceStream } from './deflate-splice.ts';
import { type Entry, inflateEntry, type Package, packedBytes } from './package.ts';
import type { Splice } from './rewrite.ts';
import { factsOf, type RowMark, type SheetFacts } from './sheet-facts.ts';
import { openXml, type XmlPart } from './xml.ts';

/**
 * The parts of a large worksheet that an edit looks at: its beginning with the headers, the rows that change with their
 * neighbours, and its end. Read as one small part; positions in it are brought back to those of the whole.
 */
export interface SheetWindow {
  readonly part: XmlPart;
  readonly panes: readonly Pane[];
  readonly entry: Entry;
  readonly packed: Buffer;
  readonly blocks: DeflateBlocks;
  readonly stretches: readonly OpenStretch[];
}

/** Bytes [at, at + length) of the whole part, which stand at `from` in the window. It holds all rows in (after, last]. */
interface Pane {
  readonly from: number;
  readonly at: number;
  readonly length: number;
  readonly after: number;
  readonly last: number;
}

interface OpenStretch {
  readonly stretch: Stretch;
  readonly content: Buffer;
  /** CRC of what stands between the stretch before and this one. */
  readonly gap: number;
}

/** Thrown where an edit looks beyond its window: the sheet is then opened as a whole. */
export const BEYOND_WINDOW = new Error('beyond the window');

/** Rows among which headers, frozen panes and the like are looked for. */
const HEAD_ROWS = 60;
/** Rows at the end among which a typed total may stand. */
const FOOT_ROWS = 16;

/** A window on the given rows and the end of a worksheet; null where it must be opened as a whole. */
export async function openWindow(
  pkg: Package,
  entry: Entry,
  rows: readonly number[],
): Promise<SheetWindow | null> {
  const facts = factsOf(entry);
  if (!facts || entry.method !== 8 || entry.duplicate || !facts.isAscending || facts.hasArrays) return null;
  const panes = placePanes(facts, entry.size, rows);
  // Where most of a sheet changes, a window saves nothing.
  if (panes.length < 2 || panes.reduce((sum, { length }) => sum + length, 0) * 2 > entry.size) return null;
  const packed = packedBytes(pkg, entry);
  const blocks = findBlocks(packed);
  if (blocks.bytes.at(-1) !== entry.size) return null;
  const ranges = panes.map(({ at, length }) => ({ start: at, end: at + length }));
  const stretches = await readStretches(pkg, entry, findStretches(blocks, ranges), facts);
  const bytes = panes.map(({ at, length }) => {
    const open = stretches.find(({ stretch }) => stretch.start <= at && at + length <= stretch.end);
    if (!open) throw BEYOND_WINDOW;
    return open.content.subarray(at - open.stretch.start, at - open.stretch.start + length);
  });
  const part = openXml(pkg.file, entry.name, Buffer.concat(bytes));
  return { part, panes, entry, packed, blocks, stretches };
}

/** Whether the window holds the row, or would if the sheet had it. */
export function isInWindow({ panes }: SheetWindow, row: number): boolean {
  return panes.some(({ after, last }) => after < row && row <= last);
}

/** Whether two rows stand in one pane: then every row between them is known. */
export function isOnePane({ panes }: SheetWindow, a: number, b: number): boolean {
  return panes.some(({ after, last }) => after < a && a <= last && after < b && b <= last);
}

/** Splices of the window's part as splices of the whole part. */
export function toWhole({ panes }: SheetWindow, splices: readonly Splice[]): readonly Splice[] {
  return splices.map(({ start, end, text }) => {
    // An insertion between two panes belongs behind the first one.
    const pane = panes.find(({ from, length }) => from <= start && end <= from + length);
    if (!pane) throw BEYOND_WINDOW;
    const offset = pane.at - pane.from;
    return { start: start + offset, end: end + offset, text };
  });
}

/** The part as it will be: its stream in pieces, and what the directory says of it. */
export interface ExtendedPart {
  readonly window: SheetWindow;
  readonly splices: readonly Splice[];
  readonly pieces: readonly StreamPiece[];
  readonly crc: number;
  readonly size: number;
}

/** The stream of the part with splices (of the whole part, in order) applied: only the stretches they fall into are deflated. */
export function extendPart(window: SheetWindow, splices: readonly Splice[]): ExtendedPart {
  const { packed, blocks, stretches, entry } = window;
  const changed: { stretch: Stretch; content: Buffer }[] = [];
  let crc = 0;
  let size = 0;
  let done = 0;
  let rest = splices;
  for (const { stretch, content, gap } of stretches) {
    const isLast = stretch.end === entry.size;
    const inside = rest.filter(({ start, end }) => start < stretch.end || (isLast && end <= stretch.end));
    rest = rest.slice(inside.length);
    if (inside.some(({ start, end }) => start < stretch.start || end > stretch.end)) throw BEYOND_WINDOW;
    const next = inside.length === 0 ? content : applySplices(content, stretch.start, inside);
    if (inside.length > 0) changed.push({ stretch, content: next });
    crc = joinCrc(joinCrc(crc, gap, stretch.start - done), crc32(next), next.length);
    size += stretch.start - done + next.length;
    done = stretch.end;
  }
  if (rest.length > 0 || done !== entry.size) throw BEYOND_WINDOW;
  return { window, splices, pieces: spliceStream(packed, blocks, changed), crc, size };
}

function applySplices(content: Buffer, offset: number, splices: readonly Splice[]): Buffer {
  const pieces: Buffer[] = [];
  let done = 0;
  for (const { start, end, text } of splices) {
    pieces.push(content.subarray(done, start - offset), Buffer.from(text, 'latin1'));
    done = end - offset;
  }
  return Buffer.concat([...pieces, content.subarray(done)]);
}

/** Head, the rows with their neighbours, foot: each from a place where a row begins to another. */
function placePanes({ marks, lastRow }: SheetFacts, size: number, rows: readonly number[]): readonly Pane[] {
  const wanted = [
    { first: 1, last: HEAD_ROWS },
    ...rows.map((row) => ({ first: row - 1, last: row + 1 })),
    { first: lastRow - FOOT_ROWS, last: Number.POSITIVE_INFINITY },
  ].sort((a, b) => a.first - b.first);
  const spans: { first: number; behind: number }[] = [];
  for (const { first, last } of wanted) {
    const from = first <= 1 ? -1 : lastMarkBefore(marks, first);
    const behind = marks.findIndex(({ after }) => after >= last);
    const to = behind < 0 ? marks.length : behind;
    const known = spans.at(-1);
    if (known && from <= known.behind) known.behind = Math.max(known.behind, to);
    else spans.push({ first: from, behind: to });
  }
  let from = 0;
  return spans.map(({ first, behind }) => {
    const at = marks[first]?.at ?? 0;
    const length = (marks[behind]?.at ?? size) - at;
    const pane = {
      from,
      at,
      length,
      after: marks[first]?.after ?? 0,
      last: marks[behind]?.after ?? Number.POSITIVE_INFINITY,
    };
    from += length;
    return pane;
  });
}

function lastMarkBefore(marks: readonly RowMark[], row: number): number {
  return Math.max(
    0,
    marks.findLastIndex(({ after }) => after < row),
  );
}

/**
 * The contents of stretches, and the CRC of what lies between them. The part is inflated up to the last stretch that the
 * remembered end does not hold; the one gap that is then not read follows from the CRC of the whole.
 */
async function readStretches(
  pkg: Package,
  entry: Entry,
  stretches: readonly Stretch[],
  { tail }: SheetFacts,
): Promise<readonly OpenStretch[]> {
  const last = stretches.at(-1);
  const isKept = last !== undefined && last.start >= tail.at && last.end === entry.size;
  const toRead = isKept ? stretches.slice(0, -1) : stretches;
  const open: OpenStretch[] = [];
  const source = pieceReader(pkg, entry);
  let done = 0;
  for (const stretch of toRead) {
    const gap = await source.skip(stretch.start - done);
    open.push({ stretch, gap, content: await source.take(stretch.end - stretch.start) });
    done = stretch.end;
  }
  await source.close();
  if (!isKept || !last) return open;
  const content = tail.bytes.subarray(last.start - tail.at);
  const before = open.reduce(
    (crc, { stretch, gap, content: bytes }, index) =>
      joinCrc(
        joinCrc(crc, gap, stretch.start - (open[index - 1]?.stretch.end ?? 0)),
        crc32(bytes),
        bytes.length,
      ),
    0,
  );
  const gap = cutCrcStart(cutCrcEnd(entry.crc, crc32(content), content.length), before, last.start - done);
  return [...open, { stretch: last, gap, content }];
}

/** The inflated bytes of an entry, taken or passed over in turn. */
function pieceReader(pkg: Package, entry: Entry) {
  const pieces = inflateEntry(pkg, entry);
  let held: Buffer = Buffer.alloc(0);
  const next = async (most: number): Promise<Buffer> => {
    while (held.length === 0) {
      const { value, done } = await pieces.next();
      if (done || !value) throw BEYOND_WINDOW;
      held = value;
    }
    const part = held.subarray(0, most);
    held = held.subarray(part.length);
    return part;
  };
  return {
    /** The CRC of the next `length` bytes. */
    async skip(length: number): Promise<number> {
      let crc = 0;
      for (let left = length; left > 0; ) {
        const part = await next(left);
        crc = crc32(part, crc);
        left -= part.length;
      }
      return crc;
    },
    async take(length: number): Promise<Buffer> {
      const parts: Buffer[] = [];
      for (let left = length; left > 0; ) {
        const part = await next(left);
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts, length);
    },
    async close(): Promise<void> {
      await pieces.return(undefined);
    },
  };
}

/** The window's part with splices of the whole part applied. */
export function splicedWindow({ part, panes }: SheetWindow, splices: readonly Splice[]): Buffer {
  const inside = splices.map(({ start, end, text }) => {
    const pane = panes.find(({ at, length }) => at <= start && end <= at + length);
    if (!pane) throw BEYOND_WINDOW;
    return { start: start - pane.at + pane.from, end: end - pane.at + pane.from, text };
  });
  return applySplices(part.bytes, 0, inside);
}
