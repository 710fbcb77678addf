import { cellName } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { type CsvDraft, fieldsAt, recordAt } from './draft.ts';
import { type CsvEncoding, encodeText } from './encoding.ts';
import { type CsvField, type CsvFile, type CsvRecord, fieldsOf, fieldText, type LineEnd } from './records.ts';

/**
 * The new contents of a sheet's file, as pieces. Records that nobody touched are copied byte for byte, and so are the
 * untouched fields of the others. Encoding, BOM, delimiter, line ends and quoting are the file's; a new file is UTF-8 with
 * BOM, comma and CRLF, so that Excel opens it right. Throws Failure('file') for a character the encoding does not have.
 */
export function writeSheet(draft: CsvDraft): readonly Uint8Array[] {
  const { file, edits, inserted } = draft;
  const habits = habitsOf(file);
  const pieces: Uint8Array[] = file ? [] : [Buffer.from('\uFEFF')];
  const rows = Math.max((file?.records.length ?? 0) + (inserted?.count ?? 0), draft.lastFilled);
  const widened = file !== null && draft.width > file.width;
  let copied = 0;
  const copyUntil = (end: number) => {
    if (file && end > copied) pieces.push(file.bytes.subarray(copied, end));
    copied = Math.max(copied, end);
  };
  for (let row = 1; row <= rows; row++) {
    const record = recordAt(draft, row);
    const touched = edits.has(row) || (widened && record !== undefined && record.end > record.start);
    const isEnded = record !== undefined && (record.next > record.end || row === rows);
    if (!touched && isEnded) continue;
    const below = inserted ? recordAt(draft, inserted.at + inserted.count) : undefined;
    copyUntil(
      record?.start ??
        (row < (inserted?.at ?? 0) + (inserted?.count ?? 0) ? below?.start : null) ??
        file?.bytes.length ??
        0,
    );
    pieces.push(...join(writeFields(draft, habits, row), habits.delimiter));
    pieces.push(lineEndOf(file, habits, record, row === rows));
    copied = record?.next ?? copied;
  }
  copyUntil(file?.bytes.length ?? 0);
  return pieces.filter(({ length }) => length > 0);
}

/** How a file is written. */
interface Habits {
  readonly encoding: CsvEncoding;
  readonly delimiter: Uint8Array;
  readonly lineEnd: Uint8Array;
  /** Which fields are quoted that need not be: none, all, or all but numbers and empty ones. */
  readonly quotes: 'needed' | 'all' | 'texts';
  /** What makes quotes needed. */
  readonly special: RegExp;
}

/** Records that are looked at for what the file quotes. */
const SAMPLE = 100;
const NUMBER = /^[-+]?\d+(\.\d+)?$/;

function habitsOf(file: CsvFile | null): Habits {
  const encoding = file?.encoding ?? 'utf-8';
  const delimiter = file?.delimiter ?? ',';
  const lineEnd: LineEnd = file?.lineEnd ?? '\r\n';
  return {
    encoding,
    delimiter: encodeText(encoding, delimiter) ?? new Uint8Array(),
    lineEnd: encodeText(encoding, lineEnd) ?? new Uint8Array(),
    quotes: file ? quotesOf(file) : 'needed',
    special: new RegExp(`[${delimiter}"\\r\\n]`),
  };
}

function quotesOf(file: CsvFile): Habits['quotes'] {
  const rows = file.records.slice(0, SAMPLE).filter(({ start, end }) => end > start);
  const fields = rows.flatMap((record) => fieldsOf(file, record));
  if (fields.length === 0) return 'needed';
  if (fields.every(({ quoted }) => quoted)) return 'all';
  const mayBeBare = (field: CsvField) => NUMBER.test(fieldText(file, field)) || field.start === field.end;
  const [header] = rows;
  const headed = header !== undefined && fieldsOf(file, header).every(({ quoted }) => quoted);
  return headed && fields.every((field) => field.quoted || mayBeBare(field)) ? 'texts' : 'needed';
}

function writeFields(draft: CsvDraft, habits: Habits, row: number): readonly Uint8Array[] {
  const { file, edits, width } = draft;
  const old = fieldsAt(draft, row);
  return Array.from({ length: Math.max(width, old.length) }, (_, index) => {
    const field = old[index];
    const typed = edits.get(row)?.get(index + 1);
    if (file && field && (typed === undefined || fieldText(file, field) === typed))
      return file.bytes.subarray(field.start, field.end);
    return writeField(draft, habits, row, index + 1, typed ?? '');
  });
}

function writeField(draft: CsvDraft, habits: Habits, row: number, col: number, text: string): Uint8Array {
  const { encoding, quotes, special } = habits;
  const quoted =
    special.test(text) || quotes === 'all' || (quotes === 'texts' && text !== '' && !NUMBER.test(text));
  const bytes = text.includes('\0')
    ? null
    : encodeText(encoding, quoted ? `"${text.replaceAll('"', '""')}"` : text);
  if (bytes === null) throw unwritable(draft, encoding, row, col, text);
  return bytes;
}

function* join(fields: readonly Uint8Array[], delimiter: Uint8Array): Generator<Uint8Array> {
  for (const [index, field] of fields.entries()) {
    if (index > 0) yield delimiter;
    yield field;
  }
}

/** A record keeps its own line end; the last one has one if the file ended with one. */
function lineEndOf(
  file: CsvFile | null,
  { lineEnd }: Habits,
  record: CsvRecord | undefined,
  isLast: boolean,
): Uint8Array {
  if (file && record && record.next > record.end) return file.bytes.subarray(record.end, record.next);
  const last = file?.records.at(-1);
  return isLast && last && last.next === last.end ? new Uint8Array() : lineEnd;
}

/** A character that would have to become another one is refused. */
function unwritable(
  { path, sheet }: CsvDraft,
  encoding: CsvEncoding,
  row: number,
  col: number,
  text: string,
): Failure {
  const character = [...text].find((each) => each === '\0' || encodeText(encoding, each) === null) ?? '';
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const cell = cellName(row, col);
  const name = encoding.toUpperCase();
  return new Failure(
    'file',
    {
      zh: `${path} 的 ${sheet}!${cell}:${name} 文件存不下字符 ${code},不会用别的字符代替。没有写入。请去掉这个字符`,
      en: `${path}: ${sheet}!${cell}: a ${name} file cannot hold the character ${code}, and no other is put in its place. Nothing was written. Remove the character`,
    },
    { file: path, sheet, cell, value: text },
  );
}
