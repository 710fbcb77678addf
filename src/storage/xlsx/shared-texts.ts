import type { Texts } from '../../core/packed-sheet.ts';
import { readNoting } from './deflate-points.ts';
import type { Entry, Package } from './package.ts';
import { isSame } from './row-scan.ts';
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
  /** Texts of other cells: key −1 first. */
  readonly own: readonly string[];
  /** Where the shared strings lie in their part; null where it has a shape that is read as a whole. */
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

/** Finds where each shared string begins; decodes none. `entry` null: the workbook has no shared strings. */
export async function readSharedTexts(pkg: Package, entry: Entry | null): Promise<SharedTexts> {
  return makeTexts(entry ? await openStrings(pkg, entry) : NO_STRINGS, []);
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
    return plainItem(bytes, 0, bytes.length, prefix) ?? itemText(pkg, entry, bytes);
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
  layout: { starts: new Uint32Array(1), prefix: 0 },
  textOf: () => undefined,
};

/** The part as bytes and where its items begin; one with comments or in another encoding is opened as a whole. */
async function openStrings(pkg: Package, entry: Entry): Promise<Strings> {
  const bytes = await readNoting(pkg, entry);
  const head = openXml(pkg.file, entry.name, bytes.subarray(0, Math.min(bytes.length, 4096)));
  const start = head.source.indexOf('?>') + 1;
  if (!isUtf8(head.encoding) || hasMarkup(bytes, start)) return openWhole(pkg, entry, bytes);
  const mark = `<${prefixOf(rootTag(head).name)}si`;
  const starts = findItems(bytes, start, mark);
  const count = starts.length - 1;
  const prefix = mark.length - 3;
  const close = `</${mark.slice(1, -2)}sst`;
  refuseCutOff({ file: pkg.file, name: entry.name }, count, bytes.includes(close, starts[count - 1] ?? 0));
  const textOf = (index: number) => {
    const from = starts[index] ?? 0;
    const to = starts[index + 1] ?? 0;
    return plainItem(bytes, from, to, prefix) ?? itemText(pkg, entry, bytes.subarray(from, to));
  };
  return {
    count,
    textOf,
    bytes,
    beginOf: (index) => (starts[index] ?? 0) + 7 + 2 * prefix,
    endOf: (index) => (index < count ? plainEnd(bytes, starts[index] ?? 0, prefix) : -1),
    layout: { starts, prefix },
    empty: findEmpty(count, textOf, (index) => startsWithText(bytes, starts[index] ?? 0, prefix)),
  };
}

/** Where each item begins, and at the end where the part ends. `mark` is what an item begins with. */
function findItems(bytes: Buffer, from: number, mark: string): Uint32Array {
  const b: Readonly<Record<number, number>> = bytes;
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const nextItem = (start: number) => {
    for (let at = bytes.indexOf(mark, start, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1')) {
      const next = b[at + mark.length] ?? 0;
      if (next === 62 || next <= 32 || next === 47) return at;
    }
    return -1;
  };
  let starts = new Uint32Array(1024);
  let count = 0;
  /** What stood between the text of an item and the next one: nearly always the same, and then told at once. */
  let [tail, tailLength] = [0, 0];
  for (let at = nextItem(from); at >= 0; ) {
    if (count + 1 === starts.length) starts = resized(starts, 2 * count);
    starts[count++] = at;
    if (mark !== '<si' || b[at + 3] !== 62 || b[at + 5] !== 116 || b[at + 6] !== 62) {
      at = nextItem(at + mark.length);
      continue;
    }
    let to = at + 7;
    while (to < length && b[to] !== 60) to++;
    const next = to + tailLength;
    if (
      tailLength > 0 &&
      next + 4 <= length &&
      view.getUint32(next) === ITEM &&
      isSame(view, tail, to, tailLength)
    ) {
      at = next;
      continue;
    }
    at = nextItem(to);
    tail = to;
    tailLength = at < 0 ? 0 : at - to;
  }
  starts = resized(starts, count + 1);
  starts[count] = length;
  return starts;
}

/** `<si>` */
const ITEM = 0x3c73693e;

function resized(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const made = new Uint32Array(length);
  made.set(array.length > length ? array.subarray(0, length) : array);
  return made;
}

/** The text of `<si><t>…</t></si>`, phonetic settings behind it or not; null for every other item. */
function plainItem(bytes: Buffer, start: number, end: number, prefix: number): string | null {
  if (!startsWithText(bytes, start, prefix)) return null;
  const from = start + 7 + 2 * prefix;
  let to = from;
  while (to < end && bytes[to] !== 60) to++;
  const next = to + 4 + prefix;
  const isLast = bytes[next] === 60 && (bytes[next + 1] === 47 || bytes[next + 1 + prefix] === 112);
  return bytes[to + 1] === 47 && isLast ? decodeEscapes(decodeUtf8(bytes, from, to)) : null;
}

/** Where the text of `<si><t>…</t></si>` ends; −1 for every other item, and for one with entities, escapes or line breaks. */
function plainEnd(bytes: Readonly<Record<number, number>>, start: number, prefix: number): number {
  if (!startsWithText(bytes, start, prefix)) return -1;
  let to = start + 7 + 2 * prefix;
  for (let byte = bytes[to]; byte !== 60; byte = bytes[++to])
    if (byte === undefined || byte === 38 || byte === 95 || byte < 32) return -1;
  const next = to + 4 + prefix;
  const isLast = bytes[next] === 60 && (bytes[next + 1] === 47 || bytes[next + 1 + prefix] === 112);
  return bytes[to + 1] === 47 && isLast ? to : -1;
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

function itemText({ file }: Package, { name }: Entry, bytes: Buffer): string {
  const part = openStretch(file, name, bytes);
  const tag = readTag(part.masked, 0);
  return tag.selfClosed ? '' : richText(part, tag.end, findClose(part.masked, tag.name, tag.end));
}

function openWhole(pkg: Package, entry: Entry, bytes: Buffer): Strings {
  const strings = readSharedStrings(openXml(pkg.file, entry.name, bytes));
  return {
    ...strings,
    ...NO_BYTES,
    layout: null,
    empty: findEmpty(strings.count, strings.textOf, () => false),
  };
}

function findEmpty(
  count: number,
  textOf: (index: number) => string | undefined,
  isFilled: (index: number) => boolean,
): ReadonlySet<number> {
  const empty = new Set<number>();
  for (let index = 0; index < count; index++) if (!isFilled(index) && textOf(index) === '') empty.add(index);
  return empty;
}
