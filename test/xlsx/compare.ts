import { execFileSync } from 'node:child_process';
import { inflateRawSync } from 'node:zlib';

// A comparer that knows nothing of the editor: its own zip reading, its own idea of rows.

export interface RawEntry {
  readonly name: string;
  /** Local header, compressed bytes and what follows them up to the next entry. */
  readonly local: Buffer;
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

export function readEntries(zip: Buffer): readonly RawEntry[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const count = zip.readUInt16LE(end + 10);
  const directory = zip.readUInt32LE(end + 16);
  const found: { name: string; start: number; size: number; method: number }[] = [];
  for (let index = 0, at = directory; index < count; index++) {
    const nameLength = zip.readUInt16LE(at + 28);
    found.push({
      name: zip.subarray(at + 46, at + 46 + nameLength).toString('utf8'),
      start: zip.readUInt32LE(at + 42),
      size: zip.readUInt32LE(at + 20),
      method: zip.readUInt16LE(at + 10),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  const starts = [...found.map(({ start }) => start), directory].sort((a, b) => a - b);
  return found.map(({ name, start, size, method }) => {
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const packed = zip.subarray(data, data + size);
    const next = starts.find((each) => each > start) ?? directory;
    return {
      name,
      local: zip.subarray(start, next),
      content: method === 0 ? packed : inflateRawSync(packed),
    };
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
