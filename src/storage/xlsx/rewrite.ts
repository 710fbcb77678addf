import { crc32, deflateRawSync } from 'node:zlib';
import { type Entry, type Package, readEntry, zip64Field } from './package.ts';
import { type ExtendedPart, extendPart, type SheetWindow } from './sheet-window.ts';

/** One replaced stretch of a part: [start, end) of its bytes becomes `text` (one character per byte). */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What becomes of a package. Keys are entries of it; everything else is copied byte for byte. */
export interface PackageChange {
  readonly rewritten: ReadonlyMap<Entry, readonly Splice[]>;
  /** Of rewritten entries, those of which only a window is open. */
  readonly windows: ReadonlyMap<Entry, SheetWindow>;
  readonly dropped: ReadonlySet<Entry>;
  /** New parts, appended after the others: name and contents. */
  readonly added: readonly { readonly name: string; readonly content: Buffer }[];
}

interface NewRecord {
  readonly local: readonly Uint8Array[];
  readonly central: Buffer;
}

/**
 * The new package as pieces to be written in order. Untouched entries keep their local record (header, compressed bytes,
 * data descriptor) and their directory record but for the offset; bytes before the first entry, the archive comment and
 * what follows it are kept. No change gives the very bytes that were read.
 */
export function writePackage(
  pkg: Package,
  change: PackageChange,
): { readonly pieces: readonly Uint8Array[]; readonly extended: readonly ExtendedPart[] } {
  const { bytes, base } = pkg;
  const extended: ExtendedPart[] = [];
  if (change.rewritten.size === 0 && change.dropped.size === 0 && change.added.length === 0)
    return { pieces: [bytes.subarray(0)], extended };
  const order = [...pkg.entries].sort((a, b) => a.start - b.start);
  const first = order[0]?.start ?? pkg.directoryStart;
  const pieces: Uint8Array[] = first > 0 ? [bytes.subarray(0, first)] : [];
  let at = first;
  const centrals = new Map<Entry, Buffer>();
  for (const entry of order) {
    if (change.dropped.has(entry)) continue;
    const splices = change.rewritten.get(entry);
    const window = change.windows.get(entry);
    const part = splices && window ? extendPart(window, splices) : null;
    if (part) extended.push(part);
    const { local, central } = part
      ? extendedRecord(part, at - base)
      : splices
        ? rewritePart(pkg, entry, splices, at - base)
        : { local: [bytes.subarray(entry.start, entry.end)], central: moveRecord(entry, at - base) };
    centrals.set(entry, central);
    pieces.push(...local);
    at += totalLength(local);
  }
  const directory = pkg.entries.flatMap((entry) => centrals.get(entry) ?? []);
  for (const { name, content } of change.added) {
    const { local, central } = packPart(Buffer.from(name), content, newHeader(), at - base);
    pieces.push(...local);
    directory.push(central);
    at += totalLength(local);
  }
  return { pieces: [...pieces, ...directory, ...endRecords(pkg, directory, at)], extended };
}

/**
 * The one place where a part's new contents become compressed bytes: `splices` in order of position, not overlapping.
 * `offset` is where its local header will stand.
 */
export function rewritePart(
  pkg: Package,
  entry: Entry,
  splices: readonly Splice[],
  offset: number,
): NewRecord {
  const old = readEntry(pkg, entry);
  const pieces: Buffer[] = [];
  let done = 0;
  for (const { start, end, text } of splices) {
    pieces.push(old.subarray(done, start), Buffer.from(text, 'latin1'));
    done = end;
  }
  pieces.push(old.subarray(done));
  const nameLength = entry.record.readUInt16LE(28);
  return packPart(entry.record.subarray(46, 46 + nameLength), Buffer.concat(pieces), entry.record, offset);
}

/** Local and central record of deflated contents; version, time and attributes come from `model`, a central record. */
function packPart(name: Buffer, content: Buffer, model: Buffer, offset: number): NewRecord {
  const packed = deflateRawSync(content);
  return makeRecord(name, { packed: [packed], crc: crc32(content), size: content.length }, model, offset);
}

/** A large part of which only what changed was deflated anew. */
function extendedRecord({ window: { entry }, pieces, crc, size }: ExtendedPart, offset: number): NewRecord {
  const name = entry.record.subarray(46, 46 + entry.record.readUInt16LE(28));
  return makeRecord(name, { packed: pieces.flatMap(({ bytes }) => bytes), crc, size }, entry.record, offset);
}

function makeRecord(
  name: Buffer,
  {
    packed,
    crc,
    size,
  }: { readonly packed: readonly Uint8Array[]; readonly crc: number; readonly size: number },
  model: Buffer,
  offset: number,
): NewRecord {
  const central = Buffer.alloc(46 + name.length);
  model.copy(central, 0, 0, 46);
  // Bit 3 (sizes follow the data) no longer holds; bit 11 says that the name is UTF-8.
  central.writeUInt16LE(model.readUInt16LE(8) & 0x0800, 8);
  central.writeUInt16LE(Math.max(20, model.readUInt16LE(6)), 6);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(crc, 16);
  central.writeUInt32LE(totalLength(packed), 20);
  central.writeUInt32LE(size, 24);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(0, 30);
  central.writeUInt16LE(0, 32);
  central.writeUInt32LE(offset, 42);
  name.copy(central, 46);
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  // Version, flags, method, time, date, CRC and both sizes stand in the same order in both records.
  central.copy(local, 4, 6, 28);
  local.writeUInt16LE(name.length, 26);
  name.copy(local, 30);
  return { local: [local, ...packed], central };
}

/** A central record for a new part: deflated, dated 1980-01-01 (no clock, so that the same change gives the same bytes). */
function newHeader(): Buffer {
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(20, 4);
  record.writeUInt16LE(20, 6);
  record.writeUInt16LE(0x0800, 8);
  record.writeUInt16LE(0x21, 14);
  return record;
}

/** The directory record of a copied entry with its new offset. */
function moveRecord({ record }: Entry, offset: number): Buffer {
  const moved = Buffer.from(record);
  if (moved.readUInt32LE(42) !== 0xffffffff) {
    moved.writeUInt32LE(offset, 42);
    return moved;
  }
  const field = zip64Field(moved, moved.readUInt16LE(28), moved.readUInt16LE(30));
  const before = [24, 20].filter((at) => moved.readUInt32LE(at) === 0xffffffff).length;
  moved.writeBigUInt64LE(BigInt(offset), field + 8 * before);
  return moved;
}

function endRecords(pkg: Package, directory: readonly Buffer[], start: number): readonly Buffer[] {
  const size = totalLength(directory);
  const offset = start - pkg.base;
  const end = Buffer.from(pkg.bytes.subarray(pkg.endRecord));
  end.writeUInt16LE(Math.min(directory.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(directory.length, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  if (!pkg.zip64) return [end];
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(directory.length), 24);
  record.writeBigUInt64LE(BigInt(directory.length), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator, end];
}

function totalLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
