import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { encodeText } from '../../src/storage/csv/encoding.ts';
import { type CsvFile, openCsv } from '../../src/storage/csv/records.ts';
import { compareReaders, verifySheet } from '../../src/storage/csv/verify.ts';

// The second reader is csv-parse: what the scanner that edits gets wrong must not be verified by itself.

const open = (text: string): CsvFile => openCsv('表.csv', Buffer.from(text));
const wholly = (file: CsvFile) => compareReaders(file, 1, file.records.length);

describe('what is read back before a save is read by a second reader too', () => {
  const wrong: readonly { readonly why: string; readonly file: CsvFile; readonly cell: string }[] = [
    {
      why: 'a record begins a byte late',
      file: shift(open('a,b\n1,2\n3,4\n'), 1, { start: 5 }),
      cell: 'A2',
    },
    { why: 'a record ends early', file: shift(open('a,b\n1,2\n3,4\n'), 1, { end: 5 }), cell: 'B2' },
    { why: 'two records taken for one', file: drop(open('a,b\n1,2\n3,4\n'), 1), cell: 'A2' },
  ];
  it.each(wrong)('$why', ({ file, cell }) => {
    expect(failureOf(() => wholly(file))).toMatchObject({ code: 'file', place: { file: '表.csv', cell } });
  });

  it('a delimiter that changed, which both would follow, is found by what was there before', () => {
    const before = openCsv('表.csv', Buffer.from('a;b\n1;2\n'));
    expect(failureOf(() => verifySheet('表.csv', before, [], [Buffer.from('a,b\n1,2\n')]))).toMatchObject({
      code: 'file',
    });
  });

  it('a GB18030 file whose last Chinese character goes is no other encoding; one with others is', () => {
    const before = openCsv('表.csv', encodeText('gb18030', 'a,b\n甲,x\n') ?? new Uint8Array());
    const changes = [
      { sheet: '表', cell: 'A2', row: 2, col: 1, before: null, after: { kind: 'text', text: 'y' } },
    ] as const;
    expect(() => verifySheet('表.csv', before, changes, [Buffer.from('a,b\ny,x\n')])).not.toThrow();
    const other = [{ ...changes[0], after: { kind: 'text', text: '乙' } }] as const;
    expect(failureOf(() => verifySheet('表.csv', before, other, [Buffer.from('a,b\n乙,x\n')]))).toMatchObject(
      {
        code: 'file',
      },
    );
  });

  it('of a big file the changed records and the ones beside them', () => {
    const file = shift(open(`a,b\n${'1,2\n'.repeat(400_000)}`), 200_000, { start: 4 });
    expect(() => compareReaders(file, 2, 3)).not.toThrow();
    expect(failureOf(() => compareReaders(file, 200_002, 200_002))).toMatchObject({ code: 'file' });
  });

  it('as many changed records as a file may have', () => {
    const count = 150_000;
    const changes = Array.from({ length: count }, (_, index) => ({
      sheet: '表',
      row: index + 2,
      col: 2,
      cell: `B${index + 2}`,
      column: 'b',
      before: null,
      after: { kind: 'text', text: 'x' } as const,
    }));
    const before = open(`a,b\n${'1,\n'.repeat(count)}`);
    const after = Buffer.from(`a,b\n${'1,x\n'.repeat(count)}`);
    expect(() => verifySheet('表.csv', before, changes, [after])).not.toThrow();
  });

  it('both read any file alike, whatever its encoding, delimiter, line ends and stray quotes', () => {
    const piece = fc.constantFrom(
      'a',
      '客',
      ',',
      ';',
      '\t',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '𠀀',
      '\uFEFF',
    );
    const encoding = fc.constantFrom('utf-8', 'gb18030', 'utf-16le', 'utf-16be');
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), encoding, (pieces, name) => {
        const text = `${name.startsWith('utf-16') ? '\uFEFF' : ''}x,y\n${pieces.join('')}`;
        const file = opened(encodeText(name, text));
        if (!file) return;
        read += 1;
        wholly(file);
      }),
      { numRuns: 3000 },
    );
    // Ragged ones and the like are refused before anybody asks.
    expect(read).toBeGreaterThan(200);
  });
});

function shift(file: CsvFile, index: number, part: Partial<CsvFile['records'][number]>): CsvFile {
  return { ...file, records: file.records.map((each, at) => (at === index ? { ...each, ...part } : each)) };
}

function drop(file: CsvFile, index: number): CsvFile {
  return { ...file, records: file.records.filter((_, at) => at !== index) };
}

function opened(bytes: Uint8Array | null): CsvFile | null {
  try {
    return bytes && openCsv('表.csv', bytes);
  } catch {
    return null;
  }
}

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof Failure ? error : null;
  }
  return null;
}
