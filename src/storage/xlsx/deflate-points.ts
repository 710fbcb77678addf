import { constants, crc32, inflateRawSync } from 'node:zlib';
import { joinCrc } from './crc.ts';
import { type BlockWalk, startWalk, walkBlocks } from './deflate-blocks.ts';
import {
  copyRun,
  findStretches,
  pointDistance,
  REACH,
  type StreamPoints,
  type Stretch,
} from './deflate-splice.ts';
import { findLastBlocks } from './deflate-tail.ts';
import { type Entry, inflateEntry, type Package, packedBytes, STREAMED } from './package.ts';

const POINTS = new WeakMap<Entry, StreamPoints>();
const WANTED = new WeakMap<Entry, Wanted>();

/** Of a sheet to which rows are only added, points at both `ends` are enough. */
export type Wanted = 'all' | 'ends';

/** Keeps the points of an entry as long as its package is in use. */
export function keepPoints(entry: Entry, points: StreamPoints): void {
  POINTS.set(entry, points);
}

/** Null where none are known. */
export function pointsOf(entry: Entry): StreamPoints | null {
  return POINTS.get(entry) ?? null;
}

/** Has the next full reading of the entry (`inflateNoting`) find its points on the way: it is going to be written. */
export function wantPoints(entry: Entry, wanted: Wanted = 'all'): void {
  if (entry.method === 8 && entry.size >= STREAMED) WANTED.set(entry, wanted);
}

/** `inflateEntry`, that finds points on the way where they are wanted. */
export function inflateNoting(pkg: Package, entry: Entry): AsyncGenerator<Buffer> {
  return inflateEntry(pkg, entry, notingSum(pkg, entry));
}

/**
 * Sums up an entry as it comes and keeps its points at the end; undefined where none are wanted. The blocks of its stream
 * are walked as far as it has come, so that both is done beside the inflating; those at its ends before.
 */
function notingSum(pkg: Package, entry: Entry): ((piece: Buffer, before: number) => number) | undefined {
  const wanted = WANTED.get(entry);
  if (!wanted || POINTS.has(entry)) return undefined;
  const packed = packedBytes(pkg, entry);
  const walk = (wanted === 'ends' ? walkEnds(packed, entry.size) : null) ?? startWalk(packed);
  const distance = pointDistance(entry.size);
  const points = {
    bits: [] as number[],
    bytes: [] as number[],
    crcs: [] as number[],
    windows: [] as (Uint8Array | null)[],
  };
  let isSound = true;
  let [before, at, sum, crc]: [Buffer, number, number, number] = [Buffer.alloc(0), 0, 0, 0];
  let [block, last] = [0, 0];
  return (piece) => {
    isSound &&= canWalk(walk, at + piece.length);
    let from = 0;
    for (; isSound && block < walk.bytes.length; block++) {
      const byte = walk.bytes[block] ?? 0;
      if (byte > at + piece.length || byte >= entry.size) break;
      // Some of the blocks are enough, but where most is written: there each spares deflating more than need be.
      const isAtEnd = byte < END_BYTES || byte > entry.size - END_BYTES;
      if (block > 0 && !isAtEnd && byte < last + distance) continue;
      const cut = byte - at;
      if (block > 0) {
        crc = crc32(piece.subarray(from, cut), crc);
        sum = joinCrc(sum, crc, byte - last);
        points.crcs.push(crc);
      }
      points.bits.push(walk.bits[block] ?? 0);
      points.bytes.push(byte);
      points.windows.push(block > 0 ? lastBytes(before, piece.subarray(0, cut)) : null);
      [crc, from, last] = [0, cut, byte];
    }
    crc = crc32(piece.subarray(from), crc);
    before = piece.length >= REACH ? piece : lastBytes(before, piece);
    at += piece.length;
    if (at < entry.size) return sum;
    const end = walk.bits.at(-1) ?? 0;
    if (isSound && walk.isDone && walk.bytes.at(-1) === entry.size)
      keepPoints(entry, {
        bits: [...points.bits, end],
        bytes: [...points.bytes, entry.size],
        crcs: [...points.crcs, crc],
        windows: points.windows,
      });
    return joinCrc(sum, crc, at - last);
  };
}

/** What is looked at in a large stream of which the ends are enough: inflated at its beginning, deflated at its end. */
const END_BYTES = 1024 * 1024;
const END_PACKED = 256 * 1024;
/** So many blocks the end has at least: what is written there must not lie beside what was not looked at. */
const END_BLOCKS = 4;

/** No block of zlib holds as much: a longer piece was passed over. */
const MIDDLE = 5 * 1024 * 1024;

/** A walk that has passed over the middle; null where the ends are not much less than all. */
function walkEnds(packed: Buffer, size: number): BlockWalk | null {
  if (packed.length < 8 * END_PACKED) return null;
  const walk = startWalk(packed);
  if (!canWalk(walk, END_BYTES)) return null;
  const last = findLastBlocks(packed, END_PACKED);
  const skipped = size - (last?.bytes.at(-1) ?? size);
  if (!last || last.bytes.length <= END_BLOCKS || skipped < (walk.bytes.at(-1) ?? 0) + MIDDLE) return null;
  walk.bits.push(...last.bits);
  walk.bytes.push(...last.bytes.map((byte) => skipped + byte));
  return { ...walk, isDone: true };
}

/** False: it cannot be inflated either, and that says what is wrong, or it has too many blocks. */
function canWalk(walk: BlockWalk, upTo: number): boolean {
  try {
    walkBlocks(walk, upTo);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The points of an entry that `ranges` of what it inflates to are entered by; it is inflated for them where they are not
 * known. Null where its stream has none or is not its own.
 */
export async function findPoints(
  pkg: Package,
  entry: Entry,
  ranges: readonly { readonly start: number; readonly end: number }[],
): Promise<StreamPoints | null> {
  const known = pointsOf(entry);
  const isPassedOver = ({ first, behind }: Stretch) =>
    known?.bytes.some(
      (at, index) => first <= index && index < behind && (known.bytes[index + 1] ?? at) - at > MIDDLE,
    );
  if (!known || findStretches(known, ranges).some(isPassedOver)) {
    POINTS.delete(entry);
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
  packed: { subarray(from: number, to: number): Uint8Array },
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

/** A copy of the last bytes of `a` followed by `b`, as many as a stream may refer back. */
function lastBytes(a: Buffer, b: Buffer): Buffer {
  if (b.length >= REACH) return Buffer.from(b.subarray(b.length - REACH));
  return Buffer.concat([a.subarray(Math.max(0, a.length + b.length - REACH)), b]);
}
