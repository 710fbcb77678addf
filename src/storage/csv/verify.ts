import { parse } from 'csv-parse/sync';
import type { CellChange } from '../../core/sheet.ts';
import { cellName } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { type CsvField, type CsvFile, fieldsOf, fieldText, openCsv, recordTexts } from './records.ts';

/** Stretches of changed records up to this size are also parsed by another reader than the one that edited them. */
const SECOND_OPINION = 1024 * 1024;

/**
 * Reads planned bytes back and compares them with what was read before: the listed cells show what was intended, every
 * other field has the bytes it had, and csv-parse reads the same texts. Throws Failure('file') if not. `before` null: the file is new.
 */
export function verifySheet(
  path: string,
  before: CsvFile | null,
  changes: readonly CellChange[],
  pieces: readonly Uint8Array[],
): void {
  const after = openCsv(path, Buffer.concat(pieces));
  if (before && before.bytes.length > 0 && !sameHabits(before, after))
    throw mismatch(path, null, '文件的编码或分隔符变了', 'the encoding or the delimiter changed');
  const wanted = new Map(changes.map(({ row, col, after: value }) => [`${row} ${col}`, value]));
  const rows = new Set(changes.map(({ row }) => row));
  const count = Math.max(before?.records.length ?? 0, after.records.length);
  // Records below an inserted one moved: what shows the same need not be the same field.
  const mayMove = before?.records.length !== after.records.length;
  for (let row = 1; row <= count; row++) {
    if (!rows.has(row) && sameRecord(before, after, row)) continue;
    const [old, now] = [fieldsIn(before, row), fieldsIn(after, row)];
    for (let col = 1; col <= Math.max(old.length, now.length); col++) {
      const change = wanted.get(`${row} ${col}`);
      const [a, b] = [old[col - 1], now[col - 1]];
      const text = b === undefined ? '' : fieldText(after, b);
      const intended =
        change === undefined
          ? before && a
            ? b !== undefined &&
              (rawOf(before, a).equals(rawOf(after, b)) || (mayMove && text === fieldText(before, a)))
            : text === ''
          : text === (change?.kind === 'text' ? change.text : '');
      if (!intended) throw mismatch(path, cellName(row, col), '与预期不同', 'is not what was intended');
      wanted.delete(`${row} ${col}`);
    }
  }
  for (const [place, value] of wanted)
    if (value !== null) throw mismatch(path, place, '没有写进去', 'is missing');
  const inOrder = [...rows].sort((a, b) => a - b);
  compareReaders(after, inOrder[0] ?? 1, inOrder.at(-1) ?? 0);
}

/**
 * Has csv-parse read the records from `first` to `last`, and the ones beside them, where their bytes lie, and compares every
 * text with our own reading. Throws Failure('file') where the two differ: some program would read the file otherwise.
 */
export function compareReaders(file: CsvFile, first: number, last: number): void {
  const records = file.records.slice(Math.max(first - 2, 0), last + 1);
  const [start, end] = [records[0]?.start ?? 0, records.at(-1)?.next ?? 0];
  if (end - start > SECOND_OPINION) return;
  const theirs = readWithLibrary(file, file.bytes.subarray(start, end));
  for (const [index, record] of records.entries()) {
    const ours = recordTexts(file, record);
    const texts = theirs[index] ?? [];
    const col =
      ours.findIndex((text, each) => text !== texts[each]) + 1 ||
      (texts.length > ours.length ? ours.length + 1 : 0);
    if (col > 0) {
      const place = cellName(file.records.indexOf(record) + 1, col);
      throw mismatch(file.path, place, '别的程序会读成别的内容', 'another program would read something else');
    }
  }
  if (theirs.length !== records.length)
    throw mismatch(
      file.path,
      null,
      '别的程序会读出别的行数',
      'another program would read another number of records',
    );
}

function sameHabits(before: CsvFile, after: CsvFile): boolean {
  // With its last Chinese character gone, a GB18030 file is one in UTF-8 too.
  const isSameEncoding = before.encoding === after.encoding || after.bytes.every((byte) => byte < 0x80);
  return (
    isSameEncoding &&
    before.bom === after.bom &&
    (before.records.length === 0 || before.delimiter === after.delimiter)
  );
}

function sameRecord(before: CsvFile | null, after: CsvFile, row: number): boolean {
  const [a, b] = [before?.records[row - 1], after.records[row - 1]];
  if (!before || !a || !b) return false;
  return rawOf(before, a).equals(rawOf(after, b));
}

function fieldsIn(file: CsvFile | null, row: number): readonly CsvField[] {
  const record = file?.records[row - 1];
  return file && record ? fieldsOf(file, record) : [];
}

function rawOf({ bytes }: CsvFile, { start, end }: Pick<CsvField, 'start' | 'end'>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

function readWithLibrary({ path, encoding, delimiter }: CsvFile, bytes: Uint8Array): readonly string[][] {
  try {
    return parse(new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes), {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      // A quote that does not open its field is text.
      relax_quotes: true,
    });
  } catch {
    throw mismatch(path, null, '别的程序读不了', 'another program cannot read it');
  }
}

function mismatch(path: string, cell: string | null, zh: string, en: string): Failure {
  const place = cell === null ? '' : ` ${cell}`;
  return new Failure(
    'file',
    {
      zh: `${path}${place}:写入前核对没有通过:${zh}。没有写入,原文件没有变。请报告这个问题`,
      en: `${path}${place}: the check before writing failed: ${en}. Nothing was written; the file is as it was. Report this, please`,
    },
    { file: path, ...(cell === null ? {} : { cell }) },
  );
}
