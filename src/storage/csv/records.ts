import type { Failure } from '../../failure.ts';
import { badCsv, refuseForeign } from './bad-csv.ts';
import { type CsvEncoding, decodeText, detectEncoding } from './encoding.ts';

export type Delimiter = ',' | ';' | '\t';
export type LineEnd = '\r\n' | '\n' | '\r';

/** A CSV file taken apart: its habits, and where its records are. Nothing is decoded before it is asked for. */
export interface CsvFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly encoding: CsvEncoding;
  /** Bytes of the BOM. */
  readonly bom: 0 | 2 | 3;
  readonly delimiter: Delimiter;
  /** Of its first record; CRLF where it has none. */
  readonly lineEnd: LineEnd;
  /** Fields of the header. */
  readonly width: number;
  /** In order; the first is the header. Blank lines are records of one empty field. */
  readonly records: readonly CsvRecord[];
}

/** Where one record is, in bytes. */
export interface CsvRecord {
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
  readonly start: number;
  /** Behind its last field. */
  readonly end: number;
  /** Behind its line end: where the next record begins. */
  readonly next: number;
}

/** One field of a record, its quotes included, in bytes. */
export interface CsvField {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/**
 * Takes the bytes of a CSV file apart. Throws Failure('file') with line and column for a NUL, a byte that is no text, a
 * record with more or fewer fields than the header, something behind a closing quote, a quote that is never closed.
 * Fields behind the header's last are allowed where they are empty (Excel leaves such), and so are blank lines.
 */
export function openCsv(path: string, bytes: Uint8Array): CsvFile {
  refuseForeign(path, bytes);
  const { encoding, bom, badAt } = detectEncoding(bytes);
  if (badAt !== null) throw badCsv({ path, bytes, encoding, bom }, badAt, { fault: 'undecodable' });
  const text: CsvText = { path, bytes, encoding, bom, units: unitsOf(bytes, encoding, bom) };
  const nul = text.units.indexOf(0);
  if (nul >= 0) throw badCsv(text, byteOf(text, nul), { fault: 'nul' });
  const delimiter = findDelimiter(text);
  return { path, bytes, encoding, bom, delimiter, ...scanRecords(text, delimiter) };
}

/** The fields of a record. */
export function fieldsOf(file: CsvFile, { start, end }: CsvRecord): readonly CsvField[] {
  const { bytes, encoding, delimiter } = file;
  const units = unitsOf(bytes.subarray(start, end), encoding, 0);
  const scale = isWide(encoding) ? 2 : 1;
  return scanRecord(units, 0, delimiter.charCodeAt(0)).fields.map((field) => ({
    start: start + field.start * scale,
    end: start + field.end * scale,
    quoted: field.quoted,
  }));
}

/** What a field says, without its quotes. */
export function fieldText({ bytes, encoding }: CsvFile, { start, end, quoted }: CsvField): string {
  if (!quoted) return start === end ? '' : decodeText(encoding, bytes.subarray(start, end));
  const quote = isWide(encoding) ? 2 : 1;
  return decodeText(encoding, bytes.subarray(start + quote, end - quote)).replaceAll('""', '"');
}

/** One record's texts, in order. */
export function recordTexts(file: CsvFile, record: CsvRecord): readonly string[] {
  return fieldsOf(file, record).map((field) => fieldText(file, field));
}

interface CsvText {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly encoding: CsvEncoding;
  readonly bom: 0 | 2 | 3;
  /** What is scanned, behind the BOM: bytes, or the two-byte units of UTF-16. */
  readonly units: Units;
}

type Units = Uint8Array | Uint16Array;

/** As in Excel. */
const MAX_COLUMNS = 16_384;
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

// No byte of a longer character is a delimiter, a quote or a line end, in UTF-8 as in GB18030.
function unitsOf(bytes: Uint8Array, encoding: CsvEncoding, bom: number): Units {
  const body = bytes.subarray(bom);
  if (!isWide(encoding)) return body;
  const copy = Buffer.from(body);
  if (encoding === 'utf-16be') copy.swap16();
  return new Uint16Array(copy.buffer, copy.byteOffset, copy.length / 2);
}

function isWide(encoding: CsvEncoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

function byteOf({ encoding, bom }: CsvText, unit: number): number {
  return bom + unit * (isWide(encoding) ? 2 : 1);
}

/** The one of `,` `;` and tab that the header has most of, outside quotes; the first of equals. */
function findDelimiter({ units }: CsvText): Delimiter {
  const counts = new Map<number, number>();
  let quoted = false;
  for (const unit of units) {
    if (unit === QUOTE) quoted = !quoted;
    else if (!quoted && (unit === CR || unit === LF)) break;
    else if (!quoted) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const count = (delimiter: Delimiter) => counts.get(delimiter.charCodeAt(0)) ?? 0;
  return ([',', ';', '\t'] as const).reduce((best, each) => (count(each) > count(best) ? each : best));
}

function scanRecords(text: CsvText, delimiter: Delimiter): Pick<CsvFile, 'width' | 'records' | 'lineEnd'> {
  const { units } = text;
  const records: CsvRecord[] = [];
  let lineEnd: LineEnd | null = null;
  let width = 0;
  let line = 1;
  for (let at = 0; at < units.length; ) {
    const { fields, end, next, fault } = scanRecord(units, at, delimiter.charCodeAt(0));
    if (fault) throw badCsv(text, byteOf(text, fault.at), fault);
    if (fields.length > MAX_COLUMNS)
      throw badCsv(text, byteOf(text, at), { fault: 'wide', found: fields.length });
    if (records.length === 0) width = fields.length;
    else refuseRagged(text, records.length + 1, fields, width);
    records.push({ line, start: byteOf(text, at), end: byteOf(text, end), next: byteOf(text, next) });
    lineEnd ??= next - end === 2 ? '\r\n' : next === end ? null : units[end] === CR ? '\r' : '\n';
    line += countLines(units, at, next);
    at = next;
  }
  return { records, width, lineEnd: lineEnd ?? '\r\n' };
}

interface ScannedRecord {
  readonly fields: readonly CsvField[];
  readonly end: number;
  readonly next: number;
  readonly fault: { readonly fault: 'unclosed' | 'behind-quote'; readonly at: number } | null;
}

/** One record from `start` on, in units. A quote opens a quoted field only at its beginning; elsewhere it is text. */
function scanRecord(units: Units, start: number, delimiter: number): ScannedRecord {
  const fields: CsvField[] = [];
  const { length } = units;
  for (let at = start; ; at++) {
    const first = at;
    const quoted = units[at] === QUOTE;
    if (quoted) {
      at = closingQuote(units, at + 1) + 1;
      if (at === 0) return { fields, end: first, next: length, fault: { fault: 'unclosed', at: first } };
    }
    const behind = at;
    while (at < length && units[at] !== delimiter && units[at] !== LF && units[at] !== CR) at++;
    if (quoted && at > behind)
      return { fields, end: at, next: length, fault: { fault: 'behind-quote', at: behind } };
    fields.push({ start: first, end: at, quoted });
    if (units[at] === delimiter) continue;
    const ending = at >= length ? 0 : units[at] === CR && units[at + 1] === LF ? 2 : 1;
    return { fields, end: at, next: at + ending, fault: null };
  }
}

/** Where the quoted field that began before `from` closes; −1: nowhere. A doubled quote is text. */
function closingQuote(units: Units, from: number): number {
  for (let at = units.indexOf(QUOTE, from); ; at = units.indexOf(QUOTE, at + 2)) {
    if (at < 0 || units[at + 1] !== QUOTE) return at;
  }
}

function countLines(units: Units, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) {
    if (units[at] === LF || (units[at] === CR && units[at + 1] !== LF)) lines++;
  }
  return lines;
}

function refuseRagged(text: CsvText, row: number, fields: readonly CsvField[], width: number): void {
  const [only] = fields;
  const isBlank = fields.length === 1 && only?.start === only?.end;
  if (fields.length === width || isBlank) return;
  const last = fields.at(-1);
  const surplus = fields.slice(width).find(({ start, end }) => end > start);
  if (fields.length > width && surplus === undefined) return;
  const at = surplus?.start ?? last?.end ?? 0;
  throw raggedFailure(text, at, row, fields.length, width);
}

function raggedFailure(text: CsvText, at: number, row: number, found: number, width: number): Failure {
  return badCsv(text, byteOf(text, at), { fault: 'ragged', row, found, width });
}
