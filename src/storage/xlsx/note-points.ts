import { crc32 } from 'node:zlib';
import { joinCrc } from './crc.ts';
import { type BlockWalk, startWalk, walkBlocks } from './deflate-blocks.ts';
import { pointDistance, REACH, type StreamPoints } from './deflate-splice.ts';
import { findLastBlocks } from './deflate-tail.ts';

/** Of a sheet to which rows are only added, points at both `ends` are enough. */
export type Wanted = 'all' | 'ends';

/** What is noted of a stream while it is inflated. */
export interface PointNotes {
  /** Takes the next piece: the CRC of all that has come. */
  sum(piece: Buffer): number;
  /** The points, once all has come; null where its blocks cannot be walked. */
  points(): StreamPoints | null;
}

/**
 * Notes the points of a stream of `size` inflated bytes. Its blocks are walked as far as it has come, so that both is done
 * beside the inflating; those at its ends before.
 */
export function notePoints(packed: Buffer, size: number, wanted: Wanted): PointNotes {
  const walk = (wanted === 'ends' ? walkEnds(packed, size) : null) ?? startWalk(packed);
  const distance = pointDistance(size);
  let found: StreamPoints | null = null;
  const points = {
    bits: [] as number[],
    bytes: [] as number[],
    crcs: [] as number[],
    windows: [] as (Uint8Array | null)[],
  };
  let isSound = true;
  let [before, at, sum, crc]: [Buffer, number, number, number] = [Buffer.alloc(0), 0, 0, 0];
  let [block, last] = [0, 0];
  const add = (piece: Buffer): number => {
    isSound &&= canWalk(walk, at + piece.length);
    let from = 0;
    for (; isSound && block < walk.bytes.length; block++) {
      const byte = walk.bytes[block] ?? 0;
      if (byte > at + piece.length || byte >= size) break;
      // Some of the blocks are enough, but where most is written: there each spares deflating more than need be.
      const isAtEnd = byte < END_BYTES || byte > size - END_BYTES;
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
    if (at < size) return sum;
    const end = walk.bits.at(-1) ?? 0;
    if (isSound && walk.isDone && walk.bytes.at(-1) === size)
      found = {
        bits: [...points.bits, end],
        bytes: [...points.bytes, size],
        crcs: [...points.crcs, crc],
        windows: points.windows,
      };
    return joinCrc(sum, crc, at - last);
  };
  return { sum: add, points: () => found };
}

/** What is looked at in a large stream of which the ends are enough: inflated at its beginning, deflated at its end. */
const END_BYTES = 1024 * 1024;
const END_PACKED = 256 * 1024;
/** So many blocks the end has at least: what is written there must not lie beside what was not looked at. */
const END_BLOCKS = 4;

/** No block of zlib holds as much: a longer piece was passed over. */
export const MIDDLE = 5 * 1024 * 1024;

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

/** A copy of the last bytes of `a` followed by `b`, as many as a stream may refer back. */
function lastBytes(a: Buffer, b: Buffer): Buffer {
  if (b.length >= REACH) return Buffer.from(b.subarray(b.length - REACH));
  return Buffer.concat([a.subarray(Math.max(0, a.length + b.length - REACH)), b]);
}
