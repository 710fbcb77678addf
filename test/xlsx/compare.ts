import { execFileSync } from 'node:child_process';
import { inflateRawSync } from 'node:zlib';

// A comparer that knows nothing of the editor: its own zip reading, its own idea of rows.

export interface RawEntry {
  readonly name: string;
  /** Local header, compressed bytes and what follows them up to the next entry. */
  readonly local: Buffer;
  /** Where the local header stands. */
  readonly start: number;
  /** The record of the central directory. */
  readonly record: Buffer;
  /** Inflated when it is asked for. */
  readonly content: Buffer;
}

export interface Comparison {
  readonly entries: number;
  /** Entries whose local record is the same, byte for byte. */
  readonly identical: number;
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface SheetComparison {
  readonly rows: number;
  /** Row elements that stand in both, byte for byte. */
  readonly identicalRows: number;
  readonly changedRows: readonly number[];
  readonly addedRows: readonly number[];
  /** What stands before and after the rows, with ranges blanked: must be the same. */
  readonly frameSame: boolean;
  /** Ranges outside the rows that changed: `K2:K7 → K2:K8`. */
  readonly ranges: readonly string[];
}

export function comparePackages(before: Buffer, after: Buffer): Comparison {
  const old = readEntries(before);
  const now = new Map(readEntries(after).map((entry) => [entry.name, entry]));
  const same = old.filter(({ name, local }) => now.get(name)?.local.equals(local));
  const names = new Set(old.map(({ name }) => name));
  return {
    entries: old.length,
    identical: same.length,
    changed: old.filter((entry) => now.has(entry.name) && !same.includes(entry)).map(({ name }) => name),
    added: [...now.keys()].filter((name) => !names.has(name)),
    removed: old.filter(({ name }) => !now.has(name)).map(({ name }) => name),
  };
}

export function compareSheets(before: string, after: string): SheetComparison {
  const old = splitSheet(before);
  const now = splitSheet(after);
  const rows = [...old.rows.keys()];
  const changedRows = rows.filter((row) => old.rows.get(row) !== now.rows.get(row));
  const oldRanges = rangesOf(old.frame);
  const nowRanges = rangesOf(now.frame);
  return {
    rows: rows.length,
    identicalRows: rows.length - changedRows.length,
    changedRows,
    addedRows: [...now.rows.keys()].filter((row) => !old.rows.has(row)),
    frameSame: blankRanges(old.frame) === blankRanges(now.frame),
    ranges: oldRanges.flatMap((range, index) =>
      range === nowRanges[index] ? [] : `${range} → ${nowRanges[index]}`,
    ),
  };
}

export function contentOf(zip: Buffer, name: string): string {
  const entry = readEntries(zip).find((each) => each.name === name);
  if (!entry) throw new Error(`no ${name}`);
  return entry.content.toString('utf8');
}

/** The entries in the order of the central directory: any zip that is met in the wild, zip64 and bytes in front included. */
export function readEntries(zip: Buffer): readonly RawEntry[] {
  const { count, directory, base } = findDirectory(zip);
  const found: { name: string; start: number; size: number; method: number; record: Buffer }[] = [];
  for (let index = 0, at = directory; index < count; index++) {
    const nameLength = zip.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const record = zip.subarray(at, next);
    const [, size = 0, start = 0] = longFields(record);
    found.push({
      name: record.subarray(46, 46 + nameLength).toString('utf8'),
      start: start + base,
      size,
      method: record.readUInt16LE(10),
      record,
    });
    at = next;
  }
  const starts = [...found.map(({ start }) => start), directory].sort((a, b) => a - b);
  return found.map(({ name, start, size, method, record }) => {
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const packed = zip.subarray(data, data + size);
    const next = starts.find((each) => each > start) ?? directory;
    let content: Buffer | undefined;
    return {
      name,
      start,
      record,
      local: zip.subarray(start, next),
      get content() {
        content ??= method === 0 ? packed : inflateRawSync(packed);
        return content;
      },
    };
  });
}

/** Where the directory lies, and what its offsets count from. */
function findDirectory(zip: Buffer): {
  readonly count: number;
  readonly directory: number;
  readonly base: number;
} {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const locator = end - 20;
  const isLong = locator >= 0 && zip.readUInt32LE(locator) === 0x07064b50;
  const record = isLong ? zip.lastIndexOf('PK\x06\x06', locator, 'latin1') : end;
  const long = (at: number) => Number(zip.readBigUInt64LE(record + at));
  const count = isLong ? long(32) : zip.readUInt16LE(end + 10);
  const size = isLong ? long(40) : zip.readUInt32LE(end + 12);
  const said = isLong ? long(48) : zip.readUInt32LE(end + 16);
  const isThere = said + 4 <= zip.length && zip.readUInt32LE(said) === 0x02014b50;
  const directory = isThere ? said : record - size;
  return { count, directory, base: directory - said };
}

/** Size, compressed size and offset of a central record: those that are all ones stand in the zip64 field, in this order. */
function longFields(record: Buffer): readonly number[] {
  const from = 46 + record.readUInt16LE(28);
  const to = from + record.readUInt16LE(30);
  let field = -1;
  for (let at = from; at + 4 <= to; at += 4 + record.readUInt16LE(at + 2))
    if (record.readUInt16LE(at) === 1) field = at + 4;
  return [24, 20, 42].map((at) => {
    const short = record.readUInt32LE(at);
    if (short !== 0xffffffff || field < 0) return short;
    field += 8;
    return Number(record.readBigUInt64LE(field - 8));
  });
}

/** What `unzip -t` of the machine says; null where it is not installed. */
export function testWithUnzip(path: string): boolean | null {
  try {
    execFileSync('unzip', ['-tqq', path], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : false;
  }
}

function splitSheet(xml: string): { readonly frame: string; readonly rows: ReadonlyMap<number, string> } {
  const rows = new Map<number, string>();
  let last = 0;
  const frame = xml.replace(/<(\w+:)?row\b[^>]*?(?:\/>|>[\s\S]*?<\/(?:\w+:)?row>)/g, (row) => {
    const number = Number(/^[^>]*\sr=["'](\d+)/.exec(row)?.[1] ?? last + 1);
    rows.set(number, row);
    last = number;
    return '';
  });
  return { frame, rows };
}

const RANGE = /((?:\bref|sqref)=["']|sqref>)([A-Z]+\d+(?:[: ][A-Z]+\d+)*)/g;

function rangesOf(frame: string): readonly string[] {
  return [...frame.matchAll(RANGE)].map((match) => match[2] ?? '');
}

function blankRanges(frame: string): string {
  return frame.replace(RANGE, '$1');
}
