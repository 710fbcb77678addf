import { constants, crc32, deflateRawSync } from 'node:zlib';
import { CODE_ORDER, type DeflateBlocks } from './deflate-blocks.ts';
import { type Bytes, holdAt } from './joined-bytes.ts';

/** Places at which a raw deflate stream can be entered, so that a piece of it is inflated or replaced alone. */
export interface StreamPoints extends DeflateBlocks {
  /** CRC of what stands between a point and the next one; one fewer than there are points, the last being the end. */
  readonly crcs: readonly number[];
  /** What a piece may refer back into: up to 32 KB before its point; null where it refers to nothing. */
  readonly windows: readonly (Uint8Array | null)[];
}

/** How many inflated bytes points of a stream lie apart at least: some dozens of them, 1 MB apart in a large stream. */
export function pointDistance(size: number): number {
  return Math.min(1024 * 1024, Math.max(RENEWED, size >> 5));
}

/** What was written before is written often: its points lie closer. */
const RENEWED = 128 * 1024;

/** A stretch of what a stream inflates to, cut at block boundaries: nothing behind it refers into what changes in it. */
export interface Stretch {
  /** Index of the first block, and of the first one behind it. */
  readonly first: number;
  readonly behind: number;
  /** Where it begins and ends in the inflated bytes. */
  readonly start: number;
  readonly end: number;
}

/** How far back a deflate stream may refer. */
export const REACH = 32 * 1024;

/** The stretches that must be deflated anew when bytes in `ranges` change; in order, not touching each other. */
export function findStretches(
  { bytes }: DeflateBlocks,
  ranges: readonly { readonly start: number; readonly end: number }[],
): readonly Stretch[] {
  const size = bytes.at(-1) ?? 0;
  const stretches: Stretch[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const first = Math.max(
      0,
      bytes.findLastIndex((at, index) => at <= start && index < bytes.length - 1),
    );
    const reach = bytes.findIndex((at) => at >= end + REACH);
    const behind = reach < 0 ? bytes.length - 1 : reach;
    const last = stretches.at(-1);
    const made = {
      first,
      behind,
      start: bytes[first] ?? 0,
      end: reach < 0 ? size : (bytes[behind] ?? size),
    };
    if (last && made.first <= last.behind) {
      if (made.behind > last.behind)
        stretches[stretches.length - 1] = { ...last, behind: made.behind, end: made.end };
    } else stretches.push(made);
  }
  return stretches;
}

/** One piece of the new stream: bits that are copied, or contents that were deflated anew. */
export type StreamPiece =
  | {
      readonly kind: 'copied';
      readonly from: number;
      readonly to: number;
      readonly bytes: readonly Uint8Array[];
    }
  | { readonly kind: 'deflated'; readonly content: Buffer; readonly bytes: readonly Uint8Array[] };

/** A stream in pieces to be written one after the other, and where it can be entered. */
export interface SplicedStream {
  readonly pieces: readonly StreamPiece[];
  readonly points: StreamPoints;
  /** The points between which everything was deflated anew. */
  readonly renewed: readonly { readonly first: number; readonly behind: number }[];
}

/**
 * The stream with the contents of stretches replaced. What stands between them is copied as it is: every run begins at
 * the bit of a byte where it began before (stored blocks in it count on that), behind empty blocks of the right lengths,
 * and ends with an empty stored block, which brings the stream to a whole byte again. A point behind a stretch stays one:
 * the last 32 KB before it did not change (`findStretches`).
 */
export function spliceStream(
  packed: Uint8Array,
  points: StreamPoints,
  changed: readonly { readonly stretch: Stretch; readonly content: Buffer }[],
): SplicedStream {
  const last = points.bits.length - 1;
  const pieces: StreamPiece[] = [];
  const made = {
    bits: [] as number[],
    bytes: [] as number[],
    crcs: [] as number[],
    windows: [] as (Uint8Array | null)[],
  };
  const renewed: { first: number; behind: number }[] = [];
  let [written, size, done] = [0, 0, 0];
  let end = 0;
  const add = (piece: StreamPiece) => {
    pieces.push(piece);
    for (const { length } of piece.bytes) written += length;
    end = written * 8;
  };
  const addPoint = (bit: number, length: number, crc: number, window: Uint8Array | null) => {
    made.bits.push(bit);
    made.bytes.push(size);
    made.crcs.push(crc);
    made.windows.push(window);
    size += length;
  };
  const copyTo = (behind: number) => {
    if (behind <= done) return;
    const [from, to] = [points.bits[done] ?? 0, points.bits[behind] ?? 0];
    const shift = (written + (paddingTo(from & 7).length >>> 3) - (from >>> 3)) * 8;
    for (let index = done; index < behind; index++)
      addPoint(
        (points.bits[index] ?? 0) + shift,
        (points.bytes[index + 1] ?? 0) - (points.bytes[index] ?? 0),
        points.crcs[index] ?? 0,
        points.windows[index] ?? null,
      );
    add(copyRun(packed, from, to, behind === last));
    if (behind === last) end = to + shift;
  };
  for (const { stretch, content } of changed) {
    copyTo(stretch.first);
    done = stretch.behind;
    const first = made.bits.length;
    for (const part of chunksOf(content)) {
      const isEnd = done === last && part.byteOffset + part.length === content.byteOffset + content.length;
      const bytes = deflateRawSync(part, {
        finishFlush: isEnd ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      });
      addPoint(written * 8, part.length, crc32(part), null);
      add({ kind: 'deflated', content: part, bytes: [bytes] });
    }
    renewed.push({ first, behind: made.bits.length });
  }
  copyTo(last);
  return {
    pieces,
    renewed,
    points: { ...made, bits: [...made.bits, end], bytes: [...made.bytes, size] },
  };
}

/** New contents in pieces that refer to nothing before them: the next change need not deflate more than one. */
function chunksOf(content: Buffer): readonly Buffer[] {
  const count = Math.max(1, Math.round(content.length / RENEWED));
  const length = Math.ceil(content.length / count);
  return Array.from({ length: count }, (_, index) => content.subarray(index * length, (index + 1) * length));
}

/** Whether what stands in `copy` from `start` on holds the bits [from, to) of `packed` at the same place of a byte. */
export function isCopy(copy: Bytes, start: number, packed: Buffer, from: number, to: number): boolean {
  const begin = start + (paddingTo(from & 7).length >>> 3);
  const first = from >>> 3;
  const last = to >>> 3;
  const lowBits = (1 << (from & 7)) - 1;
  const highBits = (1 << (to & 7)) - 1;
  const isSame = (at: number, mask: number) =>
    ((copy.subarray(begin + at - first, begin + at - first + 1)[0] ?? 0) & mask) ===
    ((packed[at] ?? 0) & mask);
  if (first === last) return isSame(first, highBits & ~lowBits);
  return (
    isSame(first, 0xff & ~lowBits) &&
    isSame(last, highBits) &&
    holdAt(copy, begin + 1, packed.subarray(first + 1, last))
  );
}

/** The bits [from, to) of a stream as a piece of its own. */
export function copyRun(
  packed: { subarray(from: number, to: number): Uint8Array },
  from: number,
  to: number,
  isEnd: boolean,
): StreamPiece {
  const shift = from & 7;
  const first = from >>> 3;
  const last = to >>> 3;
  const run = packed.subarray(first, last + 1);
  const bytes: Uint8Array[] = [];
  let at = first;
  let low = 0;
  if (shift > 0) {
    const padding = paddingTo(shift);
    bytes.push(Uint8Array.from({ length: padding.length >>> 3 }, (_, index) => byteOf(padding, index * 8)));
    low = byteOf(padding, padding.length - shift) & ((1 << shift) - 1);
    if (last > first) {
      bytes.push(Uint8Array.of(low | ((run[0] ?? 0) & ~((1 << shift) - 1) & 0xff)));
      at = first + 1;
      low = 0;
    }
  }
  bytes.push(run.subarray(at - first, last - first));
  const used = to & 7;
  const from8 = last === first ? shift : 0;
  const rest = low | ((run[last - first] ?? 0) & ((1 << used) - 1) & ~((1 << from8) - 1));
  if (!isEnd) bytes.push(alignment(rest, used));
  else if (used > 0) bytes.push(Uint8Array.of(rest));
  return { kind: 'copied', from, to, bytes };
}

/** An empty stored block behind `used` bits of the byte `last`: its header, zeros to the end of the byte, two lengths. */
function alignment(last: number, used: number): Uint8Array {
  const lengths = [0, 0, 0xff, 0xff];
  return Uint8Array.from(used + 3 <= 8 ? [last, ...lengths] : [last, 0, ...lengths]);
}

/** Empty blocks, bit by bit, that take a stream from a whole byte to bit `shift` of one. */
function paddingTo(shift: number): readonly number[] {
  const bits: number[] = [];
  if (shift % 2 === 1) bits.push(...EMPTY_DYNAMIC);
  while (bits.length % 8 !== shift) bits.push(...EMPTY_FIXED);
  return bits;
}

function byteOf(bits: readonly number[], at: number): number {
  let byte = 0;
  for (let index = 0; index < 8; index++) byte |= (bits[at + index] ?? 0) << index;
  return byte;
}

/** `value` in `count` bits, the lowest first. */
function bitsOf(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => (value >> index) & 1);
}

/** A block of fixed codes that ends at once: ten bits. */
const EMPTY_FIXED = [...bitsOf(0, 1), ...bitsOf(1, 2), ...bitsOf(0, 7)];

/**
 * A block of codes of its own that ends at once: 95 bits, an odd number. It has two literals and two distances of one bit
 * each, so that its codes are complete; 18 (many zeros) and 1 are the lengths it is told in.
 */
const EMPTY_DYNAMIC = [
  ...bitsOf(0, 1),
  ...bitsOf(2, 2),
  ...bitsOf(0, 5),
  ...bitsOf(1, 5),
  ...bitsOf(15, 4),
  ...CODE_ORDER.flatMap((code) => bitsOf(code === 18 || code === 1 ? 1 : 0, 3)),
  ...[1, ...bitsOf(138 - 11, 7)],
  ...[1, ...bitsOf(117 - 11, 7)],
  ...[0, 0, 0, 0],
  // The second literal is the end of the block.
  1,
];
