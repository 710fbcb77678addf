import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip to be made, in any of the shapes that are met in the wild. */
export interface ZipPart {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly stored?: boolean;
  /** Sizes and CRC follow the data (`true`: with signature; 'bare': without). */
  readonly descriptor?: boolean | 'bare';
  readonly flags?: number;
  readonly localExtra?: Uint8Array;
  /** Sizes and offset stand in the zip64 extra field of the directory. */
  readonly zip64?: boolean;
  readonly crc?: number;
  readonly sizeSaid?: number;
}

export interface ZipShape {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: string;
  /** Offsets count from the first entry although bytes stand before it. */
  readonly relative?: boolean;
  readonly zip64?: boolean;
}

/** A zip file made to measure. It shares no code with the program. */
export function makeZip(parts: readonly ZipPart[], shape: ZipShape = {}): Buffer {
  const before = Buffer.from(shape.before ?? []);
  const base = shape.relative ? before.length : 0;
  const pieces: Buffer[] = [before];
  const central: Buffer[] = [];
  let at = before.length;
  for (const part of parts) {
    const { local, record } = makeEntry(part, at - base);
    pieces.push(local);
    central.push(record);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const comment = Buffer.from(shape.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(shape.zip64 ? 0xffff : parts.length, 8);
  end.writeUInt16LE(shape.zip64 ? 0xffff : parts.length, 10);
  end.writeUInt32LE(shape.zip64 ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(shape.zip64 ? 0xffffffff : at - base, 16);
  end.writeUInt16LE(comment.length, 20);
  const end64 = shape.zip64 ? makeEnd64(parts.length, directory.length, at - base) : Buffer.alloc(0);
  return Buffer.concat([...pieces, directory, end64, end, comment, Buffer.from(shape.after ?? [])]);
}

function makeEntry(part: ZipPart, offset: number): { readonly local: Buffer; readonly record: Buffer } {
  const name = Buffer.from(part.name);
  const content = Buffer.from(part.content);
  const packed = part.stored ? content : deflateRawSync(content);
  const size = part.sizeSaid ?? content.length;
  const crc = part.crc ?? crc32(content);
  const flags = (part.flags ?? 0x0800) | (part.descriptor ? 8 : 0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(part.stored ? 0 : 8, 8);
  head.writeUInt16LE(0x21, 12);
  if (!part.descriptor) {
    head.writeUInt32LE(crc, 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(size, 22);
  }
  const localExtra = Buffer.from(part.localExtra ?? []);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(localExtra.length, 28);
  const descriptor = Buffer.alloc(part.descriptor === true ? 16 : part.descriptor ? 12 : 0);
  if (part.descriptor) {
    const from = descriptor.length - 12;
    if (from > 0) descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc, from);
    descriptor.writeUInt32LE(packed.length, from + 4);
    descriptor.writeUInt32LE(size, from + 8);
  }
  const extra = Buffer.alloc(part.zip64 ? 28 : 0);
  if (part.zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(size), 4);
    extra.writeBigUInt64LE(BigInt(packed.length), 12);
    extra.writeBigUInt64LE(BigInt(offset), 20);
  }
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(20, 4);
  head.copy(record, 6, 4, 14);
  record.writeUInt32LE(crc, 16);
  record.writeUInt32LE(part.zip64 ? 0xffffffff : packed.length, 20);
  record.writeUInt32LE(part.zip64 ? 0xffffffff : size, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(part.zip64 ? 0xffffffff : offset, 42);
  return {
    local: Buffer.concat([head, name, localExtra, packed, descriptor]),
    record: Buffer.concat([record, name, extra]),
  };
}

function makeEnd64(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
