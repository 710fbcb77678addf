import type { CellChange } from '../../core/sheet.ts';
import { cellName } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { type CsvField, type CsvFile, fieldsOf, fieldText, openCsv } from './records.ts';

/**
 * Reads planned bytes back and compares them with what was read before: the listed cells show what was intended, every
 * other field has the bytes it had. Throws Failure('file') if not. `before` null: the file is new.
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
}

function sameHabits(before: CsvFile, after: CsvFile): boolean {
  const keys = ['encoding', 'bom'] as const;
  return (
    keys.every((key) => before[key] === after[key]) &&
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
