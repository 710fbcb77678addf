import { crcBetween, findPoints, inflateBetween } from './deflate-points.ts';
import {
  findStretches,
  type SplicedStream,
  type StreamPoints,
  type Stretch,
  spliceStream,
} from './deflate-splice.ts';
import { type Entry, type Package, packedBytes } from './package.ts';
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
  readonly points: StreamPoints;
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
  const ranges = panes.map(({ at, length }) => ({ start: at, end: at + length }));
  const points = await findPoints(pkg, entry, ranges);
  if (!points) return null;
  const stretches = findStretches(points, ranges).map((stretch) => {
    const content = inflateBetween(packed, points, stretch.first, stretch.behind);
    if (!content) throw BEYOND_WINDOW;
    return { stretch, content };
  });
  const bytes = panes.map(({ at, length }) => {
    const open = stretches.find(({ stretch }) => stretch.start <= at && at + length <= stretch.end);
    if (!open) throw BEYOND_WINDOW;
    return open.content.subarray(at - open.stretch.start, at - open.stretch.start + length);
  });
  const part = openXml(pkg.file, entry.name, Buffer.concat(bytes));
  return { part, panes, entry, packed, points, stretches };
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
export interface ExtendedPart extends SplicedStream {
  readonly window: SheetWindow;
  readonly splices: readonly Splice[];
  readonly crc: number;
  readonly size: number;
}

/** The stream of the part with splices (of the whole part, in order) applied: only the stretches they fall into are deflated. */
export function extendPart(window: SheetWindow, splices: readonly Splice[]): ExtendedPart {
  const { packed, points, stretches, entry } = window;
  const changed: OpenStretch[] = [];
  let rest = splices;
  for (const { stretch, content } of stretches) {
    const isLast = stretch.end === entry.size;
    const inside = rest.filter(({ start, end }) => start < stretch.end || (isLast && end <= stretch.end));
    rest = rest.slice(inside.length);
    if (inside.some(({ start, end }) => start < stretch.start || end > stretch.end)) throw BEYOND_WINDOW;
    if (inside.length > 0) changed.push({ stretch, content: applySplices(content, stretch.start, inside) });
  }
  if (rest.length > 0) throw BEYOND_WINDOW;
  const spliced = spliceStream(packed, points, changed);
  const { bytes, crcs } = spliced.points;
  return {
    ...spliced,
    window,
    splices,
    crc: crcBetween(spliced.points, 0, crcs.length),
    size: bytes.at(-1) ?? 0,
  };
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

/** The window's part with splices of the whole part applied. */
export function splicedWindow({ part, panes }: SheetWindow, splices: readonly Splice[]): Buffer {
  const inside = splices.map(({ start, end, text }) => {
    const pane = panes.find(({ at, length }) => at <= start && end <= at + length);
    if (!pane) throw BEYOND_WINDOW;
    return { start: start - pane.at + pane.from, end: end - pane.at + pane.from, text };
  });
  return applySplices(part.bytes, 0, inside);
}
