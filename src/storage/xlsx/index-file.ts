import { crc32 } from 'node:zlib';
import { readWhole } from '../files.ts';

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
  for (const { name, data, spare = 0 } of arrays) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const length = bytes.length + spare;
    const padding = Buffer.alloc(paddedTo8(length) - bytes.length);
    places.push([name, length]);
    pieces.push(bytes, padding);
  }
  const line = Buffer.from(JSON.stringify({ head, places, order: ORDER }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(line.length);
  const gap = Buffer.alloc(paddedTo8(line.length) - line.length);
  const all = [length, line, gap, ...pieces];
  return { pieces: all, sum: all.reduce((sum, piece) => addToSum(sum, piece), 0) };
}

/** Null for whatever is not the whole file with that sum, as this machine writes it. Throws what the system says. */
export async function readSections(path: string, sum: number): Promise<Sections | null> {
  let own = 0;
  const bytes = await readWhole(path, (piece) => {
    own = addToSum(own, piece);
  });
  if (own !== sum || bytes.length < 8) return null;
  const length = bytes.readUInt32LE(0);
  const { head, places, order } = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  if (order !== ORDER) return null;
  const arrays = new Map<string, Buffer>();
  let at = 8 + paddedTo8(length);
  for (const [name, size] of places) {
    arrays.set(name, bytes.subarray(at, at + size));
    at += paddedTo8(size);
  }
  return at === bytes.length ? { head, arrays } : null;
}

/** Of no bytes at all zlib says 0, whatever came before. */
function addToSum(sum: number, piece: Buffer): number {
  return piece.length === 0 ? sum : crc32(piece, sum);
}

function paddedTo8(length: number): number {
  return (length + 7) & ~7;
}

/** Numbers stand in the file as this machine keeps them: 1 in the byte that comes first, or in the last one. */
const ORDER = new Uint8Array(Uint32Array.of(1).buffer)[0];
