import { isSame } from './row-scan.ts';

/** The items of the shared strings as they are found. */
export interface ItemScan {
  /** What an item begins with: `<si`, or the same with a prefix. */
  readonly mark: string;
  /** The items one behind the other: the text alone of one that is nothing else, any other whole, from its `<` on. */
  readonly bytes: Buffer;
  /** Where each begins in `bytes`; behind the last one, where the next would. */
  starts: Uint32Array;
  /** Where each begins in the part; null where nobody will ask. */
  places: Uint32Array | null;
  count: number;
  /** How many bytes of the part have been done with. */
  offset: number;
}

/** `size`: what the part may hold at the most; what is not used of it takes no memory. `hasPlaces`: `places` are wanted. */
export function newItemScan(mark: string, size: number, hasPlaces: boolean): ItemScan {
  // An item takes 16 bytes at least with the usual tags.
  const room = Math.ceil(size / 16) + 2;
  return {
    mark,
    bytes: Buffer.allocUnsafeSlow(size),
    starts: new Uint32Array(room),
    places: hasPlaces ? new Uint32Array(room) : null,
    count: 0,
    offset: 0,
  };
}

/**
 * Takes the items that are complete in `bytes`, the next stretch of the part: how many bytes are done with. An item ends where
 * the next one begins, the last one where the part ends (`isEnd`).
 */
export function scanItems(scan: ItemScan, bytes: Buffer, isEnd: boolean): number {
  const { mark } = scan;
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const prefix = mark.length - 3;
  /** What stood between the text of an item and the next one: nearly always the same, and then told at once. */
  let [tail, tailLength] = [0, 0];
  let at = nextItem(bytes, mark, 0, isEnd);
  // What begins an item may be cut off at the end.
  let done = at < 0 ? Math.max(0, length - mark.length) : at;
  while (at >= 0) {
    if (tailLength > 0) at = takeTexts(scan, bytes, view, at, tail, tailLength);
    done = at;
    const start = at;
    at = nextItem(bytes, mark, start + mark.length, isEnd);
    if (at < 0 && !isEnd) break;
    const behind = at < 0 ? length : at;
    const found = plainEnd(bytes, start, behind, prefix);
    [tail, tailLength] = found >= 0 && prefix === 0 ? [found, behind - found] : [0, 0];
    const [from, to] = found < 0 ? [start, behind] : [textStart(start, prefix), found];
    if (scan.count + 2 > scan.starts.length) makeRoom(scan);
    if (scan.places) scan.places[scan.count] = scan.offset + start;
    const end = scan.starts[scan.count] ?? 0;
    scan.count++;
    scan.starts[scan.count] = end + bytes.copy(scan.bytes, end, from, to);
  }
  if (isEnd) done = length;
  scan.offset += done;
  return done;
}

/**
 * Takes the items from `at` on that are a text and nothing else, with the same bytes behind it up to the next item: where the
 * first other one begins. A big book has millions; it stands alone for the reason that `scanRow` does.
 */
function takeTexts(
  scan: ItemScan,
  bytes: Readonly<Record<number, number>>,
  view: DataView,
  from: number,
  tail: number,
  tailLength: number,
): number {
  const { starts, places, offset } = scan;
  const out: Record<number, number> = scan.bytes;
  const words = new DataView(scan.bytes.buffer, scan.bytes.byteOffset, scan.bytes.length);
  // Up to here nothing that is looked at lies behind the bytes.
  const safe = view.byteLength - tailLength - 8;
  const most = starts.length - 1;
  let { count } = scan;
  let end = starts[count] as number;
  let at = from;
  while (count < most && at < safe && view.getUint32(at) === ITEM && view.getUint32(at + 3) === TEXT) {
    let to = at + 7;
    let textEnd = end;
    // Four bytes at once, up to those with a `<` among them: a byte less one has its highest bit set then, the byte had not.
    for (; to + 4 <= safe; to += 4, textEnd += 4) {
      const word = view.getUint32(to);
      const differs = word ^ FOUR_LT;
      if (((differs - 0x01010101) & ~differs & 0x80808080) !== 0) break;
      words.setUint32(textEnd, word);
    }
    for (let c = bytes[to] as number; c !== 60 && to < safe; c = bytes[++to] as number) out[textEnd++] = c;
    if (to >= safe || textEnd === end) break;
    if (view.getUint32(to + tailLength) !== ITEM || !isSame(view, tail, to, tailLength)) break;
    if (places) places[count] = offset + at;
    count++;
    end = textEnd;
    starts[count] = end;
    at = to + tailLength;
  }
  scan.count = count;
  return at;
}

/** `<si>` and `><t>`, and four `<`. */
const [ITEM, TEXT, FOUR_LT] = [0x3c73693e, 0x3e3c743e, 0x3c3c3c3c];

/** Where the next item begins; −1 where none does, or that cannot be told yet. */
function nextItem(bytes: Buffer, mark: string, from: number, isEnd: boolean): number {
  for (let at = bytes.indexOf(mark, from, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1')) {
    const next = bytes[at + mark.length] ?? (isEnd ? 0 : 255);
    if (next === 62 || next <= 32 || next === 47) return at;
  }
  return -1;
}

/** How much of a piece is needed to see where the next item begins; 0: all of it. */
export function jointOf({ mark }: ItemScan, piece: Buffer): number {
  const at = nextItem(piece, mark, 0, false);
  return at < 0 ? 0 : at + mark.length + 1;
}

function makeRoom(scan: ItemScan): void {
  const grown = (array: Uint32Array) => {
    const larger = new Uint32Array(2 * array.length);
    larger.set(array);
    return larger;
  };
  scan.starts = grown(scan.starts);
  scan.places = scan.places && grown(scan.places);
}

/** Where the text of `<si><t>…</t></si>` ends, phonetic settings behind it or not; −1 for every other item. */
export function plainEnd(
  bytes: Readonly<Record<number, number>>,
  start: number,
  end: number,
  prefix: number,
): number {
  if (!startsWithText(bytes, start, prefix)) return -1;
  let to = textStart(start, prefix);
  while (to < end && bytes[to] !== 60) to++;
  const next = to + 4 + prefix;
  const isLast = bytes[next] === 60 && (bytes[next + 1] === 47 || bytes[next + 1 + prefix] === 112);
  return bytes[to + 1] === 47 && isLast ? to : -1;
}

/** Where the text of an item begins that starts with one. */
export function textStart(start: number, prefix: number): number {
  return start + 7 + 2 * prefix;
}

/** `<si><t>` and then a character: the usual item. */
function startsWithText(bytes: Readonly<Record<number, number>>, start: number, prefix: number): boolean {
  const at = start + 4 + prefix;
  return (
    bytes[at - 1] === 62 &&
    bytes[at] === 60 &&
    bytes[at + 1 + prefix] === 116 &&
    bytes[at + 2 + prefix] === 62 &&
    bytes[at + 3 + prefix] !== 60
  );
}
