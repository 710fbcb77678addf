import { constants, crc32, inflateRawSync } from 'node:zlib';
import { joinCrc } from './crc.ts';
import { copyRun, findStretches, type StreamPoints, type Stretch } from './deflate-splice.ts';
import { inflateApart, takeInflater } from './inflate-apart.ts';
import { MIDDLE, notePoints, type Wanted } from './note-points.ts';
import { type Entry, inflateEntry, type Package, packedBytes, STREAMED } from './package.ts';

const POINTS = new WeakMap<Entry, StreamPoints>();
const WANTED = new WeakMap<Entry, Wanted>();

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

/**
 * `inflateEntry`, that finds points on the way where they are wanted; a large entry in a thread of its own. A piece is
 * there until the next one is asked for.
 */
export async function* inflateNoting(pkg: Package, entry: Entry): AsyncGenerator<Buffer> {
  const wanted = POINTS.has(entry) ? undefined : WANTED.get(entry);
  const isLarge = entry.method === 8 && entry.size >= APART;
  const inflater = isLarge ? await takeInflater() : null;
  if (!inflater) {
    const notes = wanted && notePoints(packedBytes(pkg, entry), entry.size, wanted);
    yield* inflateEntry(pkg, entry, notes?.sum);
    const points = notes?.points();
    if (points) keepPoints(entry, points);
    return;
  }
  const points = yield* inflateApart(pkg, entry, inflater, wanted);
  if (points) keepPoints(entry, points);
}

/** Starting a thread takes as long as inflating some megabytes. */
const APART = 8 * 1024 * 1024;

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
