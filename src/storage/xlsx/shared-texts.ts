import type { Texts } from '../../core/packed-sheet.ts';
import { inflateNoting } from './deflate-points.ts';
import { type ItemScan, jointOf, newItemScan, plainEnd, scanItems, textStart } from './item-scan.ts';
import { type Entry, mostBytes, type Package, readEntry } from './package.ts';
import { takePieces } from './pieces.ts';
import { readSharedStrings, refuseCutOff, richText, type SharedStrings } from './shared-strings.ts';
import { decodeEscapes } from './text.ts';
import {
  decodeUtf8,
  findClose,
  hasMarkup,
  isUtf8,
  openStretch,
  openXml,
  prefixOf,
  readTag,
  rootTag,
} from './xml.ts';

/** The shared strings of a workbook as texts by their number; texts of other cells get keys below 0. */
export interface SharedTexts extends Texts {
  /** How many shared strings there are. */
  readonly shared: number;
  /** Numbers of those that are empty: their cells show nothing. */
  readonly empty: ReadonlySet<number>;
  /** Numbers of those that hold nothing but blanks, the empty ones among them. */
  readonly blank: ReadonlySet<number>;
  /** Texts of other cells: key −1 first. */
  readonly own: readonly string[];
  /** Where the shared strings lie in their part; null where nobody asked for it, or it has a shape that is read as a whole. */
  readonly layout: StringsLayout | null;
  /** The shared strings that were decoded so far, by a 1. */
  readonly asked: Uint8Array;
}

/** Where each shared string begins in the inflated part, and the last one ends at the latest. */
export interface StringsLayout {
  readonly starts: Uint32Array;
  /** Length of the prefix of its tags. */
  readonly prefix: number;
}

/** Decoded texts that are remembered: the words of a few columns are asked for again and again. */
const REMEMBERED = 4096;

/**
 * Finds where each shared string begins; decodes none. `entry` null: the workbook has no shared strings. `forIndex`: an index
 * of the workbook may be kept, which needs the `layout`.
 */
export async function readSharedTexts(
  pkg: Package,
  entry: Entry | null,
  forIndex: boolean,
): Promise<SharedTexts> {
  return makeTexts(entry ? await openStrings(pkg, entry, forIndex) : NO_STRINGS, []);
}

/**
 * Shared strings that were read before, by their layout. `read` gives bytes [from, to) of the inflated part, `kept` those
 * that need not be read: as bytes, or decoded.
 */
export function reopenTexts(
  pkg: Package,
  entry: Entry | null,
  known: {
    readonly layout: StringsLayout;
    readonly empty: ReadonlySet<number>;
    readonly blank: ReadonlySet<number>;
    readonly own: readonly string[];
  },
  read: (from: number, to: number) => Buffer,
  kept: RawTexts & { decoded(key: number): string | undefined },
): SharedTexts {
  const { starts, prefix } = known.layout;
  const textOf = (index: number) => {
    const end = kept.endOf(index);
    if (end >= 0) return decodeUtf8(kept.bytes, kept.beginOf(index), end);
    const text = kept.decoded(index);
    if (text !== undefined || !entry) return text;
    const bytes = read(starts[index] ?? 0, starts[index + 1] ?? 0);
    const to = plainEnd(bytes, 0, bytes.length, prefix);
    return to < 0 ? itemText(pkg, entry, bytes) : plainText(bytes, textStart(0, prefix), to);
  };
  return makeTexts({ ...known, ...kept, count: starts.length - 1, textOf }, known.own);
}

function makeTexts(strings: Strings, known: readonly string[]): SharedTexts {
  const own = [...known];
  const keys = new Map<string, number>();
  const remembered: string[] = new Array(REMEMBERED);
  const rememberedKeys = new Int32Array(REMEMBERED).fill(-1);
  const asked = new Uint8Array(strings.count);
  return {
    shared: strings.count,
    empty: strings.empty,
    blank: strings.blank,
    layout: strings.layout,
    own,
    asked,
    look(key, look) {
      const end = key < 0 ? -1 : strings.endOf(key);
      if (end < 0) return null;
      asked[key] = 1;
      return look(strings.bytes, strings.beginOf(key), end);
    },
    textOf(key) {
      if (key < 0) return own[-1 - key] ?? '';
      const slot = key % REMEMBERED;
      const known = rememberedKeys[slot] === key ? remembered[slot] : undefined;
      if (known !== undefined) return known;
      const text = strings.textOf(key) ?? '';
      asked[key] = 1;
      rememberedKeys[slot] = key;
      remembered[slot] = text;
      return text;
    },
    isBlank: (key) => (key < 0 ? (own[-1 - key] ?? '').trim() === '' : strings.blank.has(key)),
    keyOf(text) {
      const known = keys.get(text);
      if (known !== undefined) return known;
      const key = -own.push(text);
      keys.set(text, key);
      return key;
    },
  };
}

/** The texts that lie in one piece without markup: from `beginOf` up to `endOf` (−1: not so). */
export interface RawTexts {
  readonly bytes: Buffer;
  beginOf(index: number): number;
  endOf(index: number): number;
}

interface Strings extends SharedStrings, RawTexts {
  readonly empty: ReadonlySet<number>;
  readonly blank: ReadonlySet<number>;
  readonly layout: StringsLayout | null;
}

const NO_BYTES: RawTexts = {
  bytes: Buffer.alloc(0),
  beginOf: () => 0,
  endOf: () => -1,
};

const NO_STRINGS: Strings = {
  ...NO_BYTES,
  count: 0,
  empty: new Set(),
  blank: new Set(),
  layout: { starts: new Uint32Array(1), prefix: 0 },
  textOf: () => undefined,
};

/**
 * The items of the part, found as it is inflated; of the tags around them, more than half of the part, nothing is kept. One
 * with comments or in another encoding is opened as a whole.
 */
async function openStrings(pkg: Package, entry: Entry, forIndex: boolean): Promise<Strings> {
  let scan: ItemScan | null = null;
  let isWhole = false;
  let isClosed = false;
  await takePieces(inflateNoting(pkg, entry), {
    take(bytes, isEnd) {
      let start = 0;
      if (!scan) {
        if (bytes.length < HEAD && !isEnd) return 0;
        const head = openXml(pkg.file, entry.name, bytes.subarray(0, HEAD));
        start = head.source.indexOf('?>') + 1;
        isWhole = !isUtf8(head.encoding);
        scan = newItemScan(`<${prefixOf(rootTag(head).name)}si`, mostBytes(entry), forIndex);
      }
      isWhole ||= hasMarkup(bytes, start);
      isClosed = isEnd && bytes.includes(`</${scan.mark.slice(1, -2)}sst`);
      return isWhole ? bytes.length : scanItems(scan, bytes, isEnd);
    },
    joint: (piece) => (scan ? jointOf(scan, piece) : 0),
    isDone: () => isWhole,
  });
  const found = scan as ItemScan | null;
  if (isWhole || !found) return openWhole(pkg, entry, readEntry(pkg, entry));
  const { mark, bytes, starts, places, count } = found;
  const prefix = mark.length - 3;
  refuseCutOff({ file: pkg.file, name: entry.name }, count, isClosed);
  const isText = (index: number) => bytes[starts[index] ?? 0] !== 60;
  const textOf = (index: number) => {
    const [from, to] = [starts[index] ?? 0, starts[index + 1] ?? 0];
    return isText(index) ? plainText(bytes, from, to) : itemText(pkg, entry, bytes.subarray(from, to));
  };
  if (places) places[count] = found.offset;
  return {
    count,
    textOf,
    bytes,
    beginOf: (index) => starts[index] ?? 0,
    endOf(index) {
      if (index >= count || !isText(index)) return -1;
      const end = starts[index + 1] ?? 0;
      for (let at = starts[index] ?? 0; at < end; at++) {
        const byte = bytes[at] ?? 0;
        if (byte === 38 || byte === 95 || byte < 32) return -1;
      }
      return end;
    },
    layout: places && { starts: places.subarray(0, count + 1), prefix },
    ...findBlank(count, textOf, (index) => MAY_BE_BLANK[bytes[starts[index] ?? 0] ?? 0] === 1),
  };
}

/** The declaration and the tag of the root stand within so many bytes. */
const HEAD = 4096;

/** A text as it lies between its tags. */
function plainText(bytes: Buffer, from: number, to: number): string {
  return decodeEscapes(decodeUtf8(bytes, from, to));
}

function itemText({ file }: Package, { name }: Entry, bytes: Buffer): string {
  const part = openStretch(file, name, bytes);
  const tag = readTag(part.masked, 0);
  return tag.selfClosed ? '' : richText(part, tag.end, findClose(part.masked, tag.name, tag.end));
}

function openWhole(pkg: Package, entry: Entry, bytes: Buffer): Strings {
  const strings = readSharedStrings(openXml(pkg.file, entry.name, bytes));
  return { ...strings, ...NO_BYTES, layout: null, ...findBlank(strings.count, strings.textOf, () => true) };
}

/**
 * By its first byte: an item that may be a text without anything to see. It begins with what `trim` takes away, with an entity,
 * an escape or markup. A table, for it is looked at for every item.
 */
const MAY_BE_BLANK = Uint8Array.from({ length: 256 }, (_, byte) => (byte <= 32 ? 1 : 0));
for (const byte of Buffer.from('&<_')) MAY_BE_BLANK[byte] = 1;
for (const char of '\u00A0\u1680\u2000\u3000\uFEFF') MAY_BE_BLANK[Buffer.from(char)[0] ?? 0] = 1;

function findBlank(
  count: number,
  textOf: (index: number) => string | undefined,
  mayBe: (index: number) => boolean,
): Pick<Strings, 'empty' | 'blank'> {
  const [empty, blank] = [new Set<number>(), new Set<number>()];
  for (let index = 0; index < count; index++) {
    const text = mayBe(index) ? textOf(index) : null;
    if (text === '') empty.add(index);
    if (text?.trim() === '') blank.add(index);
  }
  return { empty, blank };
}
