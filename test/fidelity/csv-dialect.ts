import { type CsvEncoding, encodeText } from '../../src/storage/csv/encoding.ts';

/** How a program saves CSV. */
export interface Dialect {
  readonly encoding: CsvEncoding;
  readonly hasBom: boolean;
  readonly delimiter: string;
  readonly lineEnd: string;
  /** Puts quotes round what needs none. */
  readonly quotes: 'what must be' | 'all' | 'some';
  readonly endsLastLine: boolean;
}

/** One record, by a reader that shares nothing with the program's. */
export interface RawRecord {
  /** As it stands in the file, without its line end. */
  readonly raw: string;
  readonly lineEnd: string;
  readonly cells: readonly string[];
}

export type Random = () => number;

/** One of `from`, which is not empty. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

const DIALECTS = [
  { encoding: 'utf-8', hasBom: true },
  { encoding: 'utf-8', hasBom: false },
  { encoding: 'gb18030', hasBom: false },
  { encoding: 'utf-16le', hasBom: true },
  { encoding: 'utf-16be', hasBom: true },
] as const;

/** Any dialect there is. */
export function anyDialect(random: Random): Dialect {
  return {
    ...pick(random, DIALECTS),
    delimiter: pick(random, [',', ';', '\t']),
    lineEnd: pick(random, ['\r\n', '\n', '\r']),
    quotes: pick(random, ['what must be', 'all', 'some']),
    endsLastLine: random() < 0.8,
  };
}

/** A table as a program of that dialect saves it; `mixed`: line ends of other programs among its own. */
export function writeTable(
  rows: readonly (readonly string[])[],
  dialect: Dialect,
  random: Random,
  mixed = false,
): Buffer {
  const { encoding, hasBom, delimiter, lineEnd, quotes, endsLastLine } = dialect;
  const cell = (text: string) => {
    const isQuoted =
      /["\r\n]/.test(text) ||
      text.includes(delimiter) ||
      quotes === 'all' ||
      (quotes === 'some' && random() < 0.3);
    return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row, index) => {
    const isLast = index === rows.length - 1;
    const end = mixed && index > 0 && random() < 0.3 ? pick(random, ['\r\n', '\n']) : lineEnd;
    return row.map(cell).join(delimiter) + (isLast && !endsLastLine ? '' : end);
  });
  const bytes = encodeText(encoding, (hasBom ? '\uFEFF' : '') + text.join(''));
  if (!bytes) throw new Error(`${encoding} has no bytes for ${JSON.stringify(rows)}`);
  return Buffer.from(bytes);
}

/** The records of a file; null where it is none of that dialect. */
export function readTable(
  bytes: Uint8Array,
  { encoding, delimiter }: Pick<Dialect, 'encoding' | 'delimiter'>,
): readonly RawRecord[] | null {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  const records: RawRecord[] = [];
  for (let at = 0; at < text.length; ) {
    const start = at;
    const cells: string[] = [];
    for (;;) {
      const end = endOfCell(text, at, delimiter);
      if (end === null) return null;
      const cell = text.slice(at, end);
      cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      at = end;
      if (text[at] !== delimiter) break;
      at++;
    }
    const [lineEnd = ''] = /^(?:\r\n|\r|\n)?/.exec(text.slice(at, at + 2)) ?? [];
    if (lineEnd === '' && at < text.length) return null;
    records.push({ raw: text.slice(start, at), lineEnd, cells });
    at += lineEnd.length;
  }
  return records;
}

/** Behind the cell that begins at `from`; null where its quote is never closed. */
function endOfCell(text: string, from: number, delimiter: string): number | null {
  let at = from;
  if (text[at] !== '"') {
    while (at < text.length && text[at] !== delimiter && text[at] !== '\r' && text[at] !== '\n') at++;
    return at;
  }
  for (;;) {
    const quote = text.indexOf('"', at + 1);
    if (quote < 0) return null;
    if (text[quote + 1] !== '"') return quote + 1;
    at = quote + 1;
  }
}
