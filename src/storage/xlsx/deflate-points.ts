import { constants, crc32, inflateRawSync } from 'node:zlib';
import { joinCrc } from './crc.ts';
import { type DeflateBlocks, findBlocks } from './deflate-blocks.ts';
import { copyRun, pointDistance, REACH, type StreamPoints } from './deflate-splice.ts';
import { type Entry, inflateEntry, type Package, packedBytes, readEntry, STREAMED } from './package.ts';

const POINTS = new WeakMap<Entry, StreamPoints>();
const WANTED = new WeakSet<Entry>();

/** Keeps the points of an entry as long as its package is in use. */
export function keepPoints(entry: Entry, points: StreamPoints): void {
  POINTS.set(entry, points);
}

/** Null where none are known. */
export function pointsOf(entry: Entry): StreamPoints | null {
  return POINTS.get(entry) ?? null;
}

/** Has the next full reading of the entry (`inflateNoting`) find its points on the way: it is going to be written. */
export function wantPoints(entry: Entry): void {
  if (entry.method === 8 && entry.size >= STREAMED) WANTED.add(entry);
}

/** `inflateEntry`, that finds points on the way where they are wanted. */
export function inflateNoting(pkg: Package, entry: Entry): AsyncGenerator<Buffer> {
  return inflateEntry(pkg, entry, notingSum(pkg, entry));
}

/** `readEntry`, that finds points on the way where they are wanted. */
export function readNoting(pkg: Package, entry: Entry): Buffer {
  return readEntry(pkg, entry, notingSum(pkg, entry));
}

/** Sums up an entry as it comes and keeps its points at the end; undefined where none are wanted. */
function notingSum(pkg: Package, entry: Entry): ((piece: Buffer, before: number) => number) | undefined {
  const blocks = WANTED.has(entry) && !POINTS.has(entry) ? sparseBlocks(pkg, entry) : null;
  if (!blocks) return undefined;
  const { bytes } = blocks;
  const crcs: number[] = [];
  const windows: (Uint8Array | null)[] = [null];
  let [before, at, sum, crc]: [Buffer, number, number, number] = [Buffer.alloc(0), 0, 0, 0];
  return (piece) => {
    let from = 0;
    for (;;) {
      const next = bytes[crcs.length + 1];
      if (next === undefined || next > at + piece.length) break;
      const cut = next - at;
      crc = crc32(piece.subarray(from, cut), crc);
      sum = joinCrc(sum, crc, next - (bytes[crcs.length] ?? 0));
      crcs.push(crc);
      if (next < entry.size) windows.push(lastBytes(before, piece.subarray(0, cut)));
      else keepPoints(entry, { ...blocks, crcs, windows });
      crc = 0;
      from = cut;
    }
    crc = crc32(piece.subarray(from), crc);
    before = piece.length >= REACH ? piece : lastBytes(before, piece);
    at += piece.length;
    return sum;
  };
}

/** The points of an entry, inflated for them where they are not known. Null where its stream has none or is not its own. */
export async function findPoints(pkg: Package, entry: Entry): Promise<StreamPoints | null> {
  if (!POINTS.has(entry)) {
    wantPoints(entry);
    for await (const _ of inflateNoting(pkg, entry));
  }
  return pointsOf(entry);
}

/** The CRC of everything between two points. */
export function crcBetween({ bytes, crcs }: StreamPoints, first: number, behind: number): number {
  let crc = 0;
  for (let index = first; index < behind; index++)
    crc = joinCrc(crc, crcs[index] ?? 0, (bytes[index + 1] ?? 0) - (bytes[index] ?? 0));
  return crc;
}

/** What stands between two points; null where the stream does not hold what the points say. */
export function inflateBetween(
  packed: Uint8Array,
  points: StreamPoints,
  first: number,
  behind: number,
): Buffer | null {
  const { bits, bytes, windows } = points;
  const size = (bytes[behind] ?? 0) - (bytes[first] ?? 0);
  const isEnd = behind === bits.length - 1;
  const run = copyRun(packed, bits[first] ?? 0, bits[behind] ?? 0, isEnd);
  const dictionary = windows[first];
  try {
    const content = inflateRawSync(Buffer.concat(run.bytes), {
      maxOutputLength: Math.max(1, size),
      ...(isEnd ? {} : { finishFlush: constants.Z_SYNC_FLUSH }),
      ...(dictionary ? { dictionary } : {}),
    });
    return content.length === size && crc32(content) === crcBetween(points, first, behind) ? content : null;
  } catch {
    return null;
  }
}

/** The blocks of an entry's stream, those left out that lie near another one. */
function sparseBlocks(pkg: Package, entry: Entry): DeflateBlocks | null {
  const bits: number[] = [];
  const bytes: number[] = [];
  try {
    const blocks = findBlocks(packedBytes(pkg, entry));
    const last = blocks.bits.length - 1;
    if (blocks.bytes[last] !== entry.size) return null;
    const distance = pointDistance(entry.size);
    for (let index = 0; index < last; index++) {
      const at = blocks.bytes[index] ?? 0;
      if (index > 0 && at < (bytes.at(-1) ?? 0) + distance) continue;
      bits.push(blocks.bits[index] ?? 0);
      bytes.push(at);
    }
    return { bits: [...bits, blocks.bits[last] ?? 0], bytes: [...bytes, entry.size] };
  } catch (error) {
    // It cannot be inflated either, and that says what is wrong.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A copy of the last bytes of `a` followed by `b`, as many as a stream may refer back. */
function lastBytes(a: Buffer, b: Buffer): Buffer {
  if (b.length >= REACH) return Buffer.from(b.subarray(b.length - REACH));
  return Buffer.concat([a.subarray(Math.max(0, a.length + b.length - REACH)), b]);
}
