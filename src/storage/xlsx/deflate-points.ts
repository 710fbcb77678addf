import { constants, crc32, inflateRawSync } from 'node:zlib';
import { joinCrc } from './crc.ts';
import { type BlockWalk, startWalk, walkBlocks } from './deflate-blocks.ts';
import { copyRun, pointDistance, REACH, type StreamPoints } from './deflate-splice.ts';
import { type Entry, inflateEntry, type Package, packedBytes, STREAMED } from './package.ts';

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

/**
 * Sums up an entry as it comes and keeps its points at the end; undefined where none are wanted. The blocks of its stream
 * are walked as far as it has come, so that both is done beside the inflating.
 */
function notingSum(pkg: Package, entry: Entry): ((piece: Buffer, before: number) => number) | undefined {
  if (!WANTED.has(entry) || POINTS.has(entry)) return undefined;
  const walk = startWalk(packedBytes(pkg, entry));
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
      // Some of the blocks are enough.
      if (block > 0 && byte < last + distance) continue;
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

/** A copy of the last bytes of `a` followed by `b`, as many as a stream may refer back. */
function lastBytes(a: Buffer, b: Buffer): Buffer {
  if (b.length >= REACH) return Buffer.from(b.subarray(b.length - REACH));
  return Buffer.concat([a.subarray(Math.max(0, a.length + b.length - REACH)), b]);
}
