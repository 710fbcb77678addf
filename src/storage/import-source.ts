import { extname } from 'node:path';
import type { SheetRow } from '../core/sheet.ts';
import { openCsvFile, readCsvRows } from './csv/open.ts';
import { openCsv } from './csv/records.ts';
import { fileFailure, lookAt } from './look.ts';
import { openStore } from './open.ts';

/** One sheet of a file to be imported. */
export interface SourceSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: readonly SheetRow[];
  readonly dates1904: boolean;
}

/** The sheets of a workbook or the one of a CSV file (.csv, .tsv, .txt). Failure('file') for what is neither. */
export async function readSourceFile(path: string): Promise<readonly SourceSheet[]> {
  const stats = await lookAt(path, {
    zh: '没有这个文件,请检查名字和文件夹',
    en: 'does not exist; check its name and folder',
  });
  if (!stats.isFile())
    throw fileFailure(path, {
      zh: '不是普通文件(文件夹、管道或设备);请给出 .csv 或 .xlsx 文件,管道请用 -',
      en: 'is no ordinary file (a folder, a pipe or a device); name a .csv or .xlsx file, for a pipe give -',
    });
  const isText = /^\.(csv|tsv|txt)$/i.test(extname(path));
  const store = isText ? await openCsvFile(path) : await openStore(path);
  const sheets: SourceSheet[] = [];
  for (const { name, kind, hidden } of store.sheets) {
    if (kind !== 'worksheet') continue;
    const rows: SheetRow[] = [];
    await store.readRows(name, (row) => {
      rows.push(row);
      return undefined;
    });
    sheets.push({ name, hidden, rows, dates1904: store.dates1904 });
  }
  return sheets;
}

/**
 * CSV from stdin, as bytes: its encoding is found as a file's is. Failure('file') for text that a pipe on the way has
 * already destroyed (PowerShell puts ? or U+FFFD for what its console does not know).
 */
export function readSourceBytes(name: string, bytes: Uint8Array): readonly SourceSheet[] {
  const rows: SheetRow[] = [];
  readCsvRows(openCsv(name, bytes), (row) => {
    rows.push(row);
    return undefined;
  });
  const holds = (row: SheetRow | undefined, pattern: RegExp) =>
    row?.cells.some((cell) => cell?.kind === 'text' && pattern.test(cell.text)) ?? false;
  // A header may have come through (English) where the cells have not; a person's own ?? is not in every other row.
  const marked = rows.slice(1).filter((row) => holds(row, /^\?{2,}/));
  const isMost = marked.length > 0 && marked.length * 2 >= rows.length - 1;
  if (isMost || holds(rows[0], /\?{2,}/) || rows.some((row) => holds(row, /\ufffd/)))
    throw fileFailure(name, {
      zh: '从管道来的文字已经损坏(? 或 �),读不回来。请直接给出文件名,如 funnel import 名单.csv',
      en: 'brings text that the pipe has destroyed (? or �). Name the file itself, like funnel import list.csv',
    });
  return [{ name: 'stdin', hidden: false, rows, dates1904: false }];
}
