import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SheetRow } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { fileFailure, lookAt, readOrFail } from '../look.ts';
import type { Store } from '../store.ts';
import { sheetNameOf } from './bad-csv.ts';
import { cellOf } from './draft.ts';
import { type CsvFile, openCsv, recordTexts } from './records.ts';

/** A cell in XML takes about four times the bytes it takes here. */
const XML_PER_CSV = 4;

/** A sheet is held as bytes and taken apart record by record. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Names of files that are sheets of the CSV store in whose folder they lie. */
export function isSheetName(name: string): boolean {
  return /\.csv$/i.test(name) && !/^(~\$|\.)/.test(name);
}

/** The CSV files of a folder by sheet name, sorted by it. */
export async function listSheetFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter(isSheetName).sort();
  return new Map(names.map((name) => [sheetNameOf(name), join(folder, name)]));
}

/** A folder as a store: one sheet per CSV file. */
export async function openCsvFolder(path: string): Promise<Store> {
  return openCsvSheets(path, await realpath(path), await listSheetFiles(path));
}

/** One CSV file as a store of one sheet: for what others made (import). */
export async function openCsvFile(path: string): Promise<Store> {
  return openCsvSheets(path, dirname(await realpath(path)), new Map([[sheetNameOf(path), path]]));
}

/** Files as a store, by sheet name. `book` is the real folder where its lock, its journal and new sheets go. */
export async function openCsvSheets(
  path: string,
  book: string,
  paths: ReadonlyMap<string, string>,
): Promise<Store> {
  const targets = new Map<string, string>();
  let bytes = 0;
  for (const [sheet, file] of paths) {
    targets.set(sheet, await realpath(file));
    bytes += (await stat(file)).size * XML_PER_CSV;
  }
  const opened = new Map<string, CsvFile>();
  // A sheet is read when it is asked for: a broken file that happens to lie in the folder is nobody's concern.
  const open = async (sheet: string): Promise<CsvFile> => {
    const known = opened.get(sheet);
    if (known) return known;
    const file = paths.get(sheet);
    if (file === undefined) throw noSheet(path, sheet, [...paths.keys()]);
    if (!(await lookAt(file, undefined, MAX_BYTES)).isFile()) throw noFile(file);
    const read = openCsv(file, await readOrFail(file, () => readFile(file)));
    opened.set(sheet, read);
    return read;
  };
  return {
    format: 'csv',
    path,
    book,
    files: [...targets.values()],
    sheets: [...paths.keys()].map((name) => ({ name, kind: 'worksheet', hidden: false })),
    bytes,
    isOutput: false,
    dates1904: false,
    async readRows(sheet, visit) {
      readCsvRows(await open(sheet), visit);
    },
    async plan(patches) {
      const { planPatches } = await import('./plan.ts');
      const read = async (sheet: string) => ({ file: await open(sheet), target: targets.get(sheet) ?? '' });
      return planPatches({ folder: book, names: [...paths.keys()], read }, patches);
    },
    async verify({ changes, files }) {
      const { verifySheet } = await import('./verify.ts');
      for (const { path: target, baseHash, pieces } of files) {
        const known = [...targets].find(([, file]) => file === target)?.[0];
        const sheet = known ?? sheetNameOf(target);
        const before = baseHash === null ? null : await open(sheet);
        const own = changes.filter((change) => change.sheet === sheet);
        if (pieces) verifySheet(target, before, own, pieces);
      }
    },
  };
}

/** Records that hold a value; a cell is text, and `row` counts records as Excel counts rows. */
export function readCsvRows(file: CsvFile, visit: (row: SheetRow) => boolean | undefined): void {
  for (const [index, record] of file.records.entries()) {
    const cells = recordTexts(file, record).map((text) => cellOf(text) ?? undefined);
    if (cells.every((cell) => cell === undefined)) continue;
    if (visit({ row: index + 1, cells, hidden: false, line: record.line }) === false) return;
  }
}

/** A folder or a pipe that is called .csv would be waited on, or end in an error of the system. */
function noFile(path: string): Failure {
  return fileFailure(path, {
    zh: '不是普通文件(文件夹、管道或设备),不能作为一张表',
    en: 'is no ordinary file (a folder, a pipe or a device) and cannot be a sheet',
  });
}

function noSheet(path: string, sheet: string, names: readonly string[]): Failure {
  return new Failure(
    'file',
    {
      zh: `${path} 里没有 ${sheet}.csv;有:${names.join('、')}`,
      en: `${path} has no ${sheet}.csv; it has: ${names.join(', ')}`,
    },
    { file: path, sheet },
  );
}
