/** Where the blocks of a deflate stream begin: in the stream, in bits, and in what it inflates to, in bytes. */
export interface DeflateBlocks {
  /** Position of each block's header; the last number is where the stream ends. */
  readonly bits: readonly number[];
  /** How many bytes come before each block; the last number is how many come at all. */
  readonly bytes: readonly number[];
}

/** A stream that is being walked: its blocks so far. */
export interface BlockWalk extends DeflateBlocks {
  readonly bits: number[];
  readonly bytes: number[];
  /** The last numbers are those of the end. */
  isDone: boolean;
  readonly reader: Reader;
  readonly size: number;
}

/**
 * Walks a raw deflate stream block by block without inflating it: codes are read, nothing is put out. The stream must
 * be a sound one; throws RangeError where it is not, or where its blocks are so many that walking them takes long.
 */
export function findBlocks(packed: Uint8Array): DeflateBlocks {
  const walk = startWalk(packed);
  walkBlocks(walk, Number.POSITIVE_INFINITY);
  return walk;
}

/** The beginning of a walk over the stream, or over what follows a bit of it. */
export function startWalk(packed: Uint8Array, bit = 0): BlockWalk {
  const reader = { view: padded(packed), bit, length: 0 };
  return { bits: [], bytes: [], isDone: false, reader, size: packed.length };
}

/** Walks on until all blocks are known that begin within the first `upTo` inflated bytes; throws as `findBlocks` does. */
export function walkBlocks(walk: BlockWalk, upTo: number): void {
  const { bits, bytes, reader, size } = walk;
  const most = FEW_BLOCKS + size / BLOCK_SIZE;
  while (!walk.isDone && reader.length <= upTo) {
    if (bits.length > most) throw new RangeError('too many blocks');
    bits.push(reader.bit);
    bytes.push(reader.length);
    walk.isDone = take(reader, 1) === 1;
    const type = take(reader, 2);
    if (type === 0) skipStored(reader);
    else if (type === 1) {
      fixed ??= fixedTables();
      skipCodes(reader, fixed.symbols, fixed.distances);
    } else if (type === 2) {
      const { symbols, distances } = readTables(reader);
      skipCodes(reader, symbols, distances);
    } else throw new RangeError('no such block');
    if (reader.bit > size * 8) throw new RangeError('the stream is cut off');
    if (!walk.isDone) continue;
    bits.push(reader.bit);
    bytes.push(reader.length);
  }
}

/**
 * Even zlib with the least memory makes blocks of 250 bytes, and all others of kilobytes. Tables for millions of empty ones
 * would take minutes: a stream of those is inflated as a whole.
 */
const BLOCK_SIZE = 128;
const FEW_BLOCKS = 1000;

/** The bytes with eight more behind them, so that four can be looked at anywhere: those of the file, or zeros. */
function padded(packed: Uint8Array): DataView {
  const { buffer, byteOffset, length } = packed;
  if (buffer.byteLength >= byteOffset + length + 8) return new DataView(buffer, byteOffset, length + 8);
  const copy = new Uint8Array(length + 8);
  copy.set(packed);
  return new DataView(copy.buffer);
}

interface Reader {
  /** The stream and at least eight bytes behind it. */
  readonly view: DataView;
  /** The next bit. */
  bit: number;
  /** What has come so far would inflate to so many bytes. */
  length: number;
}

/** Codes up to `QUICK` bits by their bits, the longer ones by length. */
interface Table {
  readonly quick: Int32Array;
  readonly counts: Uint16Array;
  readonly sorted: Uint16Array;
  /** What an entry of `quick` holds for a symbol, without the length of its code. */
  readonly meaning: Int32Array;
}

const QUICK = 11;
const QUICK_MASK = (1 << QUICK) - 1;
const MOST_BITS = 15;
/** In a meaning: bits 4–7 the number of extra bits, bits 8–16 the bytes it stands for, and these. */
const [MATCH, END] = [1 << 17, 1 << 18];

function take(reader: Reader, n: number): number {
  const { bit, view } = reader;
  if (bit > view.byteLength * 8 - 32) throw new RangeError('the stream is cut off');
  reader.bit = bit + n;
  return (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & ((1 << n) - 1);
}

function skipStored(reader: Reader): void {
  reader.bit += (8 - (reader.bit & 7)) & 7;
  const length = take(reader, 16);
  if ((take(reader, 16) ^ 0xffff) !== length) throw new RangeError('a stored block of two lengths');
  reader.bit += length * 8;
  reader.length += length;
}

/** The loop that everything waits for: symbols to the end of the block. */
function skipCodes(reader: Reader, symbols: Table, distances: Table): void {
  const { view } = reader;
  const { quick } = symbols;
  const quickDistances = distances.quick;
  const limit = view.byteLength * 8 - 32;
  let { bit, length } = reader;
  for (;;) {
    if (bit > limit) throw new RangeError('the stream is cut off');
    // 25 bits at least: a code and the extra bits of a length.
    const held = view.getUint32(bit >>> 3, true) >>> (bit & 7);
    const entry = (quick[held & QUICK_MASK] as number) || decodeLong(symbols, held);
    const used = entry & 15;
    bit += used;
    if ((entry & (MATCH | END)) === 0) {
      length += 1;
      continue;
    }
    if (entry & END) break;
    const extra = (entry >> 4) & 15;
    length += ((entry >> 8) & 511) + ((held >>> used) & ((1 << extra) - 1));
    bit += extra;
    const next = view.getUint32(bit >>> 3, true) >>> (bit & 7);
    const distance = (quickDistances[next & QUICK_MASK] as number) || decodeLong(distances, next);
    bit += (distance & 15) + ((distance >> 4) & 15);
  }
  reader.bit = bit;
  reader.length = length;
}

/** A code longer than `QUICK` bits, bit by bit (the canonical way: RFC 1951, 3.2.2). */
function decodeLong({ counts, sorted, meaning }: Table, held: number): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let bits = 1; bits <= MOST_BITS; bits++) {
    code |= (held >>> (bits - 1)) & 1;
    const count = counts[bits] ?? 0;
    if (code - count < first) return (meaning[sorted[index + code - first] ?? 0] ?? 0) | bits;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw new RangeError('no such code');
}

function buildTable(lengths: Uint8Array, meaning: Int32Array): Table {
  const counts = new Uint16Array(MOST_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const offsets = new Uint16Array(MOST_BITS + 2);
  const nextCode = new Uint16Array(MOST_BITS + 2);
  for (let bits = 1; bits <= MOST_BITS; bits++) {
    offsets[bits + 1] = (offsets[bits] ?? 0) + (counts[bits] ?? 0);
    nextCode[bits + 1] = ((nextCode[bits] ?? 0) + (counts[bits] ?? 0)) << 1;
  }
  const sorted = new Uint16Array(lengths.length);
  const quick = new Int32Array(1 << QUICK);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = offsets[length] ?? 0;
    offsets[length] = place + 1;
    sorted[place] = symbol;
    const code = nextCode[length] ?? 0;
    nextCode[length] = code + 1;
    if (length > QUICK) return;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
    const entry = (meaning[symbol] ?? 0) | length;
    for (let at = reversed; at < quick.length; at += 1 << length) quick[at] = entry;
  });
  return { quick, counts, sorted, meaning };
}

/** Order in which a dynamic block gives the lengths of its lengths' codes (RFC 1951, 3.2.7). */
export const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const PLAIN = new Int32Array(19).map((_, symbol) => symbol << 8);

function readTables(reader: Reader): { readonly symbols: Table; readonly distances: Table } {
  const [literals, distances, codes] = [take(reader, 5) + 257, take(reader, 5) + 1, take(reader, 4) + 4];
  const own = new Uint8Array(19);
  for (let index = 0; index < codes; index++) own[CODE_ORDER[index] ?? 0] = take(reader, 3);
  const table = buildTable(own, PLAIN);
  const lengths = new Uint8Array(literals + distances);
  for (let index = 0; index < lengths.length; ) {
    const symbol = takeSymbol(reader, table);
    if (symbol < 16) {
      lengths[index++] = symbol;
      continue;
    }
    const repeated = symbol === 16 ? (lengths[index - 1] ?? 0) : 0;
    const times =
      symbol === 16 ? 3 + take(reader, 2) : symbol === 17 ? 3 + take(reader, 3) : 11 + take(reader, 7);
    lengths.fill(repeated, index, index + times);
    index += times;
  }
  const symbols = buildTable(lengths.subarray(0, literals), SYMBOLS);
  if (lengths[256] === 0 || !isComplete(symbols)) throw new RangeError('codes that cannot be');
  return { symbols, distances: buildTable(lengths.subarray(literals), DISTANCES) };
}

/** Whatever the bits, they are a code, and of one symbol; or there is but one code. */
function isComplete({ counts }: Table): boolean {
  let free = 1;
  for (let bits = 1; bits <= MOST_BITS; bits++) free = 2 * free - (counts[bits] ?? 0);
  return free === 0 || counts.reduce((sum, count) => sum + count, 0) === 1;
}

function takeSymbol(reader: Reader, table: Table): number {
  const { bit, view } = reader;
  const held = view.getUint32(bit >>> 3, true) >>> (bit & 7);
  const entry = table.quick[held & QUICK_MASK] || decodeLong(table, held);
  reader.bit += entry & 15;
  return entry >> 8;
}

/** Literals, the end of the block, and lengths with their extra bits (RFC 1951, 3.2.5). */
const SYMBOLS = Int32Array.from({ length: 288 }, (_, symbol) => {
  if (symbol < 256) return 1 << 8;
  if (symbol === 256) return END;
  const index = symbol - 257;
  if (index === 28) return MATCH | (258 << 8);
  const extra = index < 8 ? 0 : (index >> 2) - 1;
  const base = index < 8 ? 3 + index : 3 + ((4 + (index & 3)) << extra);
  return MATCH | (extra << 4) | (base << 8);
});
/** Of a distance only the number of its extra bits matters here. */
const DISTANCES = Int32Array.from(
  { length: 32 },
  (_, symbol) => MATCH | ((symbol < 4 ? 0 : (symbol >> 1) - 1) << 4),
);

/** Made when a stream first has such a block: few have. */
let fixed: ReturnType<typeof fixedTables> | undefined;

function fixedTables() {
  const lengths = Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  );
  return {
    symbols: buildTable(lengths, SYMBOLS),
    distances: buildTable(new Uint8Array(32).fill(5), DISTANCES),
  };
}
