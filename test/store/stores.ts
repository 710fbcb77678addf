import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { encodeText } from '../../src/storage/csv/encoding.ts';
import { openPackage } from '../../src/storage/xlsx/package.ts';

/** Rows of texts and numbers by sheet name. */
export type Sheets = Readonly<Record<string, readonly (readonly (string | number)[])[]>>;

/** A storage format as the contract looks at it. */
export interface StoreKind {
  readonly name: string;
  /** Makes a book of these sheets in `folder`; its path. */
  make(folder: string, sheets: Sheets): Promise<string>;
  /** What lies in the book, byte for byte, in the pieces that a change may touch or not: zip entries, lines of files. */
  pieces(book: string): readonly string[];
  /** Where a program that has the book open leaves its mark. */
  mark(book: string): string;
  /** Another program saves something into the book. */
  disturb(book: string): void;
}

const XLSX: StoreKind = {
  name: 'xlsx',
  async make(folder, sheets) {
    const workbook = new ExcelJS.Workbook();
    for (const [name, rows] of Object.entries(sheets)) {
      const sheet = workbook.addWorksheet(name);
      for (const row of rows) sheet.addRow(row.map((cell) => (cell === '' ? null : cell)));
    }
    const book = join(folder, '漏斗.xlsx');
    await workbook.xlsx.writeFile(book);
    return book;
  },
  pieces(book) {
    const { bytes, entries } = openPackage(book, readFileSync(book));
    return entries.map(({ name, start, end }) => `${name}\n${bytes.subarray(start, end).toString('base64')}`);
  },
  mark: (book) => join(book, '..', '~$漏斗.xlsx'),
  disturb: (book) => writeFileSync(book, Buffer.concat([readFileSync(book), Buffer.from(' ')])),
};

function csvKind(name: string, encode: (text: string) => Uint8Array): StoreKind {
  return {
    name,
    async make(folder, sheets) {
      const book = join(folder, '漏斗');
      mkdirSync(book);
      for (const [sheet, rows] of Object.entries(sheets)) {
        const width = Math.max(0, ...rows.map((row) => row.length));
        const lines = rows.map((row) =>
          Array.from({ length: width }, (_, index) => csvField(String(row[index] ?? ''))).join(','),
        );
        writeFileSync(join(book, `${sheet}.csv`), encode(lines.map((line) => `${line}\r\n`).join('')));
      }
      return book;
    },
    pieces: (book) =>
      sheetFiles(book).flatMap((file) =>
        readFileSync(file)
          .toString('latin1')
          .split('\n')
          .map((line, index) => `${file} ${index}\n${line}`),
      ),
    mark: (book) => join(book, '.~lock.客户信息跟踪表.csv#'),
    disturb: (book) => {
      const file = join(book, '客户信息跟踪表.csv');
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x,y,z\r\n')]));
    },
  };
}

export const STORES: readonly StoreKind[] = [
  XLSX,
  csvKind('csv in UTF-8 with BOM', (text) => Buffer.from(`\uFEFF${text}`)),
  csvKind('csv in GB18030', (text) => encodeText('gb18030', text) ?? new Uint8Array()),
];

/** All bytes of a book. */
export function bytesOf(book: string): string {
  const files = statSync(book).isDirectory() ? sheetFiles(book) : [book];
  return files.map((file) => `${file}\n${readFileSync(file).toString('base64')}`).join('\n');
}

function sheetFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.csv$/i.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
