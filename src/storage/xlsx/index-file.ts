import { crc32 } from 'node:zlib';

/** Named arrays in one file: a line of JSON that says what lies where, and the arrays one behind the other. */
export interface Sections {
  readonly head: unknown;
  readonly arrays: ReadonlyMap<string, Buffer>;
}

/** The file as pieces to be written in order, and the sum it is known by. `spare`: so many bytes stay free behind an array. */
export function packSections(
  head: unknown,
  arrays: readonly {
    readonly name: string;
    readonly data: NodeJS.ArrayBufferView;
    readonly spare?: number;
  }[],
): { readonly pieces: readonly Buffer[]; readonly sum: number } {
  const pieces: Buffer[] = [];
  const places: [string, number][] = [];
  let sum = 0;
  for (const { name, data, spare = 0 } of arrays) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const length = bytes.length + spare;
    const padding = Buffer.alloc(paddedTo8(length) - bytes.length);
    places.push([name, length]);
    for (const piece of [bytes, padding]) {
      // Of no bytes at all zlib says 0, whatever came before.
      if (piece.length === 0) continue;
      sum = crc32(piece, sum);
      pieces.push(piece);
    }
  }
  const line = Buffer.from(JSON.stringify({ head, places, order: ORDER, sum }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(line.length);
  const gap = Buffer.alloc(paddedTo8(line.length) - line.length);
  return { pieces: [length, line, gap, ...pieces], sum: crc32(line) };
}

/** Null for whatever is not the whole file with that sum, as this machine writes it. */
export function openSections(bytes: Buffer, sum: number): Sections | null {
  if (bytes.length < 8) return null;
  const length = bytes.readUInt32LE(0);
  const line = bytes.subarray(8, 8 + length);
  if (line.length !== length || crc32(line) !== sum) return null;
  const { head, places, order, sum: own } = JSON.parse(line.toString());
  const start = 8 + paddedTo8(length);
  if (order !== ORDER || crc32(bytes.subarray(start)) !== own) return null;
  const arrays = new Map<string, Buffer>();
  let at = start;
  for (const [name, size] of places) {
    arrays.set(name, bytes.subarray(at, at + size));
    at += paddedTo8(size);
  }
  return at === bytes.length ? { head, arrays } : null;
}

function paddedTo8(length: number): number {
  return (length + 7) & ~7;
}

/** Numbers stand in the file as this machine keeps them: 1 in the byte that comes first, or in the last one. */
const ORDER = new Uint8Array(Uint32Array.of(1).buffer)[0];
