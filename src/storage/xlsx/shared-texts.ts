import type { Texts } from '../../core/packed-sheet.ts';
import { type Entry, inflateEntry, type Package, readEntry } from './package.ts';
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
}

/** Decoded texts that are remembered: the words of a few columns are asked for again and again. */
const REMEMBERED = 4096;

/** Finds where each shared string begins; decodes none. `entry` null: the workbook has no shared strings. */
export async function readSharedTexts(pkg: Package, entry: Entry | null): Promise<SharedTexts> {
  const strings = entry ? await openStrings(pkg, entry) : NO_STRINGS;
  const own: string[] = [];
  const keys = new Map<string, number>();
  const remembered: string[] = new Array(REMEMBERED);
  const rememberedKeys = new Int32Array(REMEMBERED).fill(-1);
  return {
    shared: strings.count,
    empty: strings.empty,
    textOf(key) {
      if (key < 0) return own[-1 - key] ?? '';
      const slot = key % REMEMBERED;
      const known = rememberedKeys[slot] === key ? remembered[slot] : undefined;
      if (known !== undefined) return known;
      const text = strings.textOf(key) ?? '';
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

interface Strings extends SharedStrings {
  readonly empty: ReadonlySet<number>;
}

const NO_STRINGS: Strings = { count: 0, empty: new Set(), textOf: () => undefined };

/** The part as bytes and where its items begin; one with comments or in another encoding is opened as a whole. */
async function openStrings(pkg: Package, entry: Entry): Promise<Strings> {
  const bytes = Buffer.allocUnsafe(entry.size);
  let starts = new Uint32Array(1024);
  let count = 0;
  let filled = 0;
  let scanned = 0;
  let mark = '';
  for await (const piece of inflateEntry(pkg, entry)) {
    piece.copy(bytes, filled);
    filled += piece.length;
    if (mark === '') {
      const head = openXml(pkg.file, entry.name, bytes.subarray(0, Math.min(filled, 4096)));
      if (!isUtf8(head.encoding)) return openWhole(pkg, entry);
      mark = `<${prefixOf(rootTag(head).name)}si`;
      scanned = head.source.indexOf('?>') + 1;
    }
    if (hasMarkup(bytes.subarray(scanned, filled))) return openWhole(pkg, entry);
    const text = bytes.toString('latin1', scanned, filled);
    let at = text.indexOf(mark);
    for (; at >= 0 && at + mark.length < text.length; at = text.indexOf(mark, at + mark.length)) {
      const next = text.charCodeAt(at + mark.length);
      if (next !== 62 && next > 32 && next !== 47) continue;
      if (count === starts.length) {
        const larger = new Uint32Array(count * 2);
        larger.set(starts);
        starts = larger;
      }
      starts[count++] = scanned + at;
    }
    // What may begin at the very end is looked at with the next piece.
    scanned = at >= 0 ? scanned + at : Math.max(scanned, filled - mark.length);
  }
  const prefix = mark.length - 3;
  const close = `</${mark.slice(1, -2)}sst`;
  refuseCutOff({ file: pkg.file, name: entry.name }, count, bytes.includes(close, starts[count - 1] ?? 0));
  const textOf = (index: number) => {
    const from = starts[index] ?? 0;
    const to = index + 1 < count ? (starts[index + 1] ?? 0) : filled;
    return plainItem(bytes, from, to, prefix) ?? itemText(pkg, entry, bytes.subarray(from, to));
  };
  return {
    count,
    textOf,
    empty: findEmpty(count, textOf, (index) => startsWithText(bytes, starts[index] ?? 0, prefix)),
  };
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

/** `<si><t>` and then a character: the usual item. */
function startsWithText(bytes: Buffer, start: number, prefix: number): boolean {
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

function openWhole(pkg: Package, entry: Entry): Strings {
  const strings = readSharedStrings(openXml(pkg.file, entry.name, readEntry(pkg, entry)));
  return { ...strings, empty: findEmpty(strings.count, strings.textOf, () => false) };
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
