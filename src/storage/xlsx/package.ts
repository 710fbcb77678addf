import { crc32, createInflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { Failure } from '../../failure.ts';
import { broken, isOle, notZip, tooBig, truncated } from './bad-file.ts';
import { type HeldBytes, holdBytes } from './held-bytes.ts';
import { type Bytes, joinBytes } from './joined-bytes.ts';

/** A zip package: where each entry's bytes are. Nothing is inflated yet. */
export interface Package {
  readonly file: string;
  readonly held: HeldBytes;
  /** The whole file; whoever wants one entry asks for `packedBytes`. */
  readonly bytes: Bytes;
  /** In the order of the central directory. */
  readonly entries: readonly Entry[];
  /** By part key (see `partKey`); of two entries with one name the later one. */
  readonly parts: ReadonlyMap<string, Entry>;
  /** What the offsets in the directory count from: bytes may stand before the first entry. */
  readonly base: number;
  readonly directoryStart: number;
  /** Position of the end record (`PK\5\6`); its comment and whatever follows it are kept. */
  readonly endRecord: number;
  readonly zip64: boolean;
}

export interface Entry {
  /** As people see it: `/` between folders, none in front. */
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Position of the local header. */
  readonly start: number;
  /** Where the next entry (or the directory) begins: a data descriptor lies before it. */
  readonly end: number;
  /** The central directory record, as it stands. */
  readonly record: Buffer;
  /** Another entry has the same name. */
  readonly duplicate: boolean;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

// A part is held as one string; V8 allows 512 MB of them. Beyond 64 MB real sheets inflate to 5–60 times, never 400.
const MAX_PART = 500 * 1024 * 1024;
const FREE_SIZE = 64 * 1024 * 1024;
const MAX_RATIO = 400;

/** Reads the directory of a zip file. Throws Failure('file') for what is no zip, is damaged or cut off. */
export function openPackage(file: string, given: Uint8Array): Package {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  // Excel puts a zip of its own (the theme) into an old .xls.
  const directory = isOle(bytes) ? null : findDirectory(bytes);
  if (!directory) throw notZip(file, bytes);
  return readPackage(file, bytes, directory);
}

/** The same for a package that lies in pieces, as `writePackage` makes them. */
export function openPieces(file: string, pieces: readonly Uint8Array[]): Package {
  const bytes = joinBytes(pieces);
  const directory = findDirectory(bytes);
  if (!directory) throw truncated(file);
  return readPackage(file, bytes, directory);
}

function readPackage(file: string, bytes: Bytes, directory: Directory): Package {
  // A copy: what is read of it must not keep the whole file in memory.
  const records = Buffer.from(bytes.subarray(directory.start, directory.endRecord));
  const raw = readRecords(file, records, directory);
  const keys = new Map<string, number>();
  for (const { name } of raw) keys.set(partKey(name), (keys.get(partKey(name)) ?? 0) + 1);
  const order = [...raw].sort((a, b) => a.start - b.start);
  const ends = new Map(order.map((entry, index) => [entry, order[index + 1]?.start ?? directory.start]));
  const entries = raw.map((entry) => ({
    ...entry,
    end: ends.get(entry) ?? directory.start,
    duplicate: (keys.get(partKey(entry.name)) ?? 0) > 1,
  }));
  for (const entry of entries) checkExtent(file, bytes, entry);
  const held = holdBytes(bytes);
  return {
    file,
    held,
    get bytes() {
      return held.all();
    },
    entries,
    parts: new Map(entries.map((entry) => [partKey(entry.name), entry])),
    base: directory.base,
    directoryStart: directory.start,
    endRecord: directory.endRecord,
    zip64: directory.zip64,
  };
}

/** Part names are equal whatever their case, with `\` for `/`, and percent-encoded or not. */
export function partKey(name: string): string {
  const path = name.replaceAll('\\', '/').replace(/^\/+/, '');
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    return path.toLowerCase();
  }
}

/** The inflated bytes of a part. Refuses an absent, encrypted or damaged one, and one that inflates without end. */
export function readPart(pkg: Package, name: string): Buffer {
  return readEntry(pkg, partEntry(pkg, name));
}

/** The entry of a part. Refuses an absent one. */
export function partEntry(pkg: Package, name: string): Entry {
  const entry = pkg.parts.get(partKey(name));
  if (entry) return entry;
  throw broken(pkg.file, name, { zh: '包里没有这个部件', en: 'it is missing from the package' });
}

/** The inflated bytes of an entry, checked against its size and CRC. */
export function readEntry(pkg: Package, entry: Entry): Buffer {
  const packed = packedBytes(pkg, entry);
  return checkSum(pkg, entry, entry.method === 0 ? packed : inflate(pkg.file, entry, packed));
}

/** Refuses contents that have not the size or the CRC that the directory says. `sum` gives the CRC. */
function checkSum(
  { file }: Package,
  entry: Entry,
  content: Buffer,
  sum: (content: Buffer, before: number) => number = crc32,
): Buffer {
  if (content.length !== entry.size || sum(content, 0) !== entry.crc) throw wrongSum(file, entry);
  return content;
}

/** Parts larger than this are inflated beside the work on them. */
export const STREAMED = 1024 * 1024;

/**
 * The inflated bytes of an entry, piece by piece, a few pieces ahead; the end is reached only if size and CRC are right.
 * A small one comes as one piece. `sum` gives the CRC of all that has come.
 */
export async function* inflateEntry(
  pkg: Package,
  entry: Entry,
  sum: (piece: Buffer, before: number) => number = crc32,
): AsyncGenerator<Buffer> {
  if (entry.method === 0 || entry.size < STREAMED) {
    const packed = packedBytes(pkg, entry);
    yield checkSum(pkg, entry, entry.method === 0 ? packed : inflate(pkg.file, entry, packed), sum);
    return;
  }
  let size = 0;
  let crc = 0;
  try {
    for await (const piece of inflatePieces(packedBytes(pkg, entry))) {
      size += piece.length;
      if (size > entry.size) throw wrongSum(pkg.file, entry);
      crc = sum(piece, crc);
      yield piece;
    }
  } catch (error) {
    if (isZlibError(error)) throw notInflated(pkg.file, entry);
    throw error;
  }
  if (size !== entry.size || crc !== entry.crc) throw wrongSum(pkg.file, entry);
}

/** What a raw deflate stream inflates to, piece by piece. Throws what zlib says. */
export function inflatePieces(packed: Uint8Array): AsyncIterable<Buffer> {
  const stream = createInflateRaw({ chunkSize: PIECE, readableHighWaterMark: PIECE } as ZlibOptions);
  stream.end(packed);
  return stream;
}

/** No piece is larger. */
export const PIECE = 1024 * 1024;

/** Whether zlib could not go on. */
export function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** The compressed bytes of an entry. Refuses what cannot be inflated or would inflate beyond all measure. */
export function packedBytes({ file, held }: Package, entry: Entry): Buffer {
  if ((entry.flags & 0x41) !== 0) {
    throw new Failure(
      'file',
      {
        zh: `${file} 里的 ${entry.name} 加了密。请在 Excel 或 WPS 里去掉密码后再试。`,
        en: `${file}: ${entry.name} is encrypted. Remove the password in Excel or WPS and try again.`,
      },
      { file, value: entry.name },
    );
  }
  if (entry.method !== 0 && entry.method !== 8) {
    throw broken(file, entry.name, {
      zh: `压缩方式 ${entry.method} 不支持`,
      en: `compression method ${entry.method} is not supported`,
    });
  }
  const limit = Math.min(MAX_PART, Math.max(FREE_SIZE, entry.compressedSize * MAX_RATIO));
  if (entry.size > limit) throw tooBig(file, entry.name);
  const own = held.own(entry);
  const bytes = own ?? held.all();
  const start = dataStart(bytes, own ? { start: 0 } : entry);
  return bytes.subarray(start, start + entry.compressedSize);
}

/** Where the compressed bytes of an entry begin (name and extra field of the local header lie before). */
export function dataStart(bytes: Bytes, { start }: Pick<Entry, 'start'>): number {
  return start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
}

function inflate(file: string, entry: Entry, packed: Buffer): Buffer {
  try {
    return inflateRawSync(packed, inflateOptions(entry));
  } catch (error) {
    throw inflateFailure(file, entry, error);
  }
}

/**
 * What is said in the directory is the most there may be: a longer stream is a bomb or damaged. It comes in one piece then,
 * not in many that are joined.
 */
function inflateOptions(entry: Entry): ZlibOptions {
  const chunkSize = Math.max(FEW_BYTES, mostBytes(entry) + 1);
  return { maxOutputLength: Math.max(1, entry.size), chunkSize };
}

/** How many bytes an entry can hold, whatever the directory says: no stream gives more than 1032 for one. */
export function mostBytes({ size, compressedSize }: Entry): number {
  return Math.min(size, compressedSize * 1032);
}

/** zlib takes no smaller chunks. */
const FEW_BYTES = 64;

function inflateFailure(file: string, entry: Entry, error: unknown): Failure {
  return error instanceof RangeError ? tooBig(file, entry.name) : notInflated(file, entry);
}

export function notInflated(file: string, entry: Entry): Failure {
  return broken(file, entry.name, { zh: '解不开压缩,已损坏', en: 'it cannot be decompressed' });
}

export function wrongSum(file: string, entry: Entry): Failure {
  return broken(file, entry.name, {
    zh: '内容与校验和不符,已损坏',
    en: 'its contents do not match its checksum',
  });
}

interface Directory {
  readonly start: number;
  readonly count: number;
  readonly base: number;
  readonly zip64: boolean;
  readonly endRecord: number;
}

/** The last end record that leads to a directory: a comment may hold something that looks like one. */
function findDirectory(bytes: Bytes): Directory | null {
  // The comment may have 65,535 bytes, and some programs leave more behind it.
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 22 - 0x20000; at--) {
    if (bytes.readUInt32LE(at) !== END) continue;
    const directory = readEndRecord(bytes, at);
    if (directory) return directory;
  }
  return null;
}

function readEndRecord(bytes: Bytes, endRecord: number): Directory | null {
  let count = bytes.readUInt16LE(endRecord + 10);
  let size = bytes.readUInt32LE(endRecord + 12);
  let offset = bytes.readUInt32LE(endRecord + 16);
  let stop = endRecord;
  const zip64 = endRecord >= 20 && bytes.readUInt32LE(endRecord - 20) === LOCATOR64;
  if (zip64) {
    // Bytes may stand before the first entry, so the record is looked for where it must lie, too.
    const said = Number(bytes.readBigUInt64LE(endRecord - 12));
    const at = [said, endRecord - 20 - 56].find(
      (place) => place >= 0 && place + 56 <= endRecord && bytes.readUInt32LE(place) === END64,
    );
    if (at === undefined) return null;
    count = Number(bytes.readBigUInt64LE(at + 32));
    size = Number(bytes.readBigUInt64LE(at + 40));
    offset = Number(bytes.readBigUInt64LE(at + 48));
    stop = at;
  }
  const direct = offset + size <= stop && isRecord(bytes, offset, count);
  const start = direct ? offset : stop - size;
  if (start < 0 || !isRecord(bytes, start, count)) return null;
  return { start, count, base: start - offset, zip64, endRecord };
}

function isRecord(bytes: Bytes, at: number, count: number): boolean {
  return count === 0 || (at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL);
}

/** `bytes`: from the start of the directory up to the end record. */
function readRecords(file: string, bytes: Buffer, directory: Directory): Omit<Entry, 'end' | 'duplicate'>[] {
  const entries: Omit<Entry, 'end' | 'duplicate'>[] = [];
  let at = 0;
  for (let index = 0; index < directory.count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw truncated(file);
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw truncated(file);
    const record = bytes.subarray(at, next);
    const sizes = readSizes(record, nameLength, extraLength);
    entries.push({
      name: decodeName(record.subarray(46, 46 + nameLength)),
      flags: record.readUInt16LE(8),
      method: record.readUInt16LE(10),
      crc: record.readUInt32LE(16),
      compressedSize: sizes.compressedSize,
      size: sizes.size,
      start: sizes.offset + directory.base,
      record,
    });
    at = next;
  }
  return entries;
}

/** Sizes and offset; those that read FFFFFFFF stand in the zip64 extra field, in this order. */
function readSizes(record: Buffer, nameLength: number, extraLength: number) {
  let size = record.readUInt32LE(24);
  let compressedSize = record.readUInt32LE(20);
  let offset = record.readUInt32LE(42);
  let at = zip64Field(record, nameLength, extraLength);
  const next = () => {
    if (at < 0 || at + 8 > record.length) return Number.MAX_SAFE_INTEGER;
    at += 8;
    return Number(record.readBigUInt64LE(at - 8));
  };
  if (size === 0xffffffff) size = next();
  if (compressedSize === 0xffffffff) compressedSize = next();
  if (offset === 0xffffffff) offset = next();
  return { size, compressedSize, offset };
}

/** Position of the zip64 extra field's values in a central record; −1 where it has none. */
export function zip64Field(record: Buffer, nameLength: number, extraLength: number): number {
  const end = 46 + nameLength + extraLength;
  for (let at = 46 + nameLength; at + 4 <= end; at += 4 + record.readUInt16LE(at + 2)) {
    if (record.readUInt16LE(at) === 1) return at + 4;
  }
  return -1;
}

function decodeName(raw: Buffer): string {
  // Names without the UTF-8 flag are UTF-8 all the same in what Office and the web write.
  return raw.toString('utf8').replaceAll('\\', '/').replace(/^\/+/, '');
}

function checkExtent(file: string, bytes: Bytes, entry: Omit<Entry, 'duplicate'>): void {
  const fits =
    entry.start >= 0 &&
    entry.start + 30 <= entry.end &&
    bytes.readUInt32LE(entry.start) === LOCAL &&
    dataStart(bytes, entry) + entry.compressedSize <= entry.end;
  if (!fits) {
    throw broken(file, entry.name, {
      zh: '在包里的位置不对,文件被截断或已损坏',
      en: 'its place in the package is wrong: cut off or damaged',
    });
  }
}
