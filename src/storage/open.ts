import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { sheetNameOf } from './csv/bad-csv.ts';
import { isSheetName, listSheetFiles, openCsvFile, openCsvFolder, openCsvSheets } from './csv/open.ts';
import { readWhole } from './files.ts';
import type { JournalEntry } from './journal.ts';
import { fileFailure, lookAt, readOrFail } from './look.ts';
import { type StateFolder, stateFolderOf } from './state-folder.ts';
import type { Store } from './store.ts';
import { INDEXED, readIndex } from './xlsx/book-index.ts';
import { startInflater } from './xlsx/inflate-apart.ts';
import { openXlsx } from './xlsx/open.ts';

/** A storage format: what it takes and how it is opened. `path` has been looked at and exists. */
interface Format {
  takes(path: string, stats: Stats): boolean | Promise<boolean>;
  open(path: string, use: BookUse | null): Promise<Store>;
}

/** What a book is opened for. */
export interface BookUse {
  /** Where the search for funnel.config.json begins: it may say where the state folder is. */
  readonly cwd: string;
  /** It is likely to be written. */
  readonly writes: boolean;
}

/** The formats a book may have. To add one: a folder with a `Store`, and one line here. */
const FORMATS: readonly Format[] = [
  { takes: (path, stats) => stats.isFile() && isWorkbookName(path), open: openWorkbook },
  { takes: async (path, stats) => stats.isDirectory() && (await hasSheets(path)), open: openCsvFolder },
  { takes: (path, stats) => stats.isFile() && /\.csv$/i.test(path), open: openCsvFile },
];

/**
 * Opens the book at `path` for reading and planning; nothing is locked or written. Throws Failure('file') with the
 * next step for what is missing, unreadable, or no workbook. With `use` a large workbook is read through the index that the
 * last writing command left in its state folder, where that fits its bytes (`xlsx/book-index.ts`): reading and writing
 * commands alike then need not inflate the sheets. It is only looked for; nothing is written.
 */
export async function openStore(path: string, use: BookUse | null = null): Promise<Store> {
  const stats = await lookAt(path);
  return readOrFail(path, async () => {
    const format = await findFormat(path, stats);
    if (format === null) throw notAWorkbook(path, stats);
    return format.open(path, use);
  });
}

/**
 * A book as a command found it: from what was kept of the files that the command changed, and for a CSV store the other
 * files of the folder as they are now.
 */
export async function openBefore(store: Store, state: StateFolder, { files }: JournalEntry): Promise<Store> {
  if (store.format === 'xlsx') return openStore(join(state.kept, files[0]?.kept ?? ''));
  const paths = new Map(await listSheetFiles(store.book));
  for (const { name, kept } of files) {
    if (kept === null) paths.delete(sheetNameOf(name));
    else paths.set(sheetNameOf(name), join(state.kept, kept));
  }
  return openCsvSheets(store.path, store.book, paths);
}

/** Names that are read as a workbook, whatever is inside. */
export function isWorkbookName(path: string): boolean {
  return /\.xls[xm]$/i.test(path);
}

async function findFormat(path: string, stats: Stats): Promise<Format | null> {
  for (const format of FORMATS) if (await format.takes(path, stats)) return format;
  return null;
}

async function hasSheets(folder: string): Promise<boolean> {
  return (await readdir(folder)).some(isSheetName);
}

async function openWorkbook(path: string, use: BookUse | null): Promise<Store> {
  const target = await realpath(path);
  const { size } = await stat(target);
  const index = use && size >= INDEXED ? indexOf(target, use.cwd) : null;
  const hash = createHash('sha256');
  // Which workbook it is shows at its end; by then its index has been read too.
  const known = index === null ? null : readIndex(index, size);
  void known?.then((learned) => learned ?? startInflater());
  const [bytes, learned] = await Promise.all([readWhole(target, (piece) => hash.update(piece)), known]);
  return openXlsx(path, bytes, hash.digest('hex'), target, { index, learned, writes: use?.writes === true });
}

/** A config that cannot be read is said by whoever needs it. */
function indexOf(book: string, cwd: string): string | null {
  try {
    return stateFolderOf(book, cwd).index;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function notAWorkbook(path: string, stats: Stats): Failure {
  if (stats.isDirectory()) {
    return fileFailure(path, {
      zh: '是一个文件夹,里面没有 CSV 表。请指出其中的工作簿(.xlsx 或 .xlsm),或用 funnel init 名字 --format csv 新建',
      en: 'is a folder without CSV files. Name the workbook in it (.xlsx or .xlsm), or start one: funnel init NAME --format csv',
    });
  }
  if (!stats.isFile()) {
    return fileFailure(path, {
      zh: '不是普通文件(管道或设备),请指定 .xlsx 工作簿或 CSV 文件夹',
      en: 'is no ordinary file (a pipe or a device); name an .xlsx workbook or a folder of CSV files',
    });
  }
  if (/^\.(xls|xlsb|et|ods|numbers)$/i.test(extname(path))) {
    return fileFailure(path, {
      zh: `是 ${extname(path)} 格式,funnel 不读写它。请在 Excel/WPS 里另存为 .xlsx`,
      en: `is in the ${extname(path)} format, which funnel does not read or write. Save it as .xlsx in Excel or WPS`,
    });
  }
  return fileFailure(path, {
    zh: '不是 .xlsx 或 .xlsm 工作簿。请在 Excel/WPS 里另存为 .xlsx',
    en: 'is no .xlsx or .xlsm workbook. Save it as .xlsx in Excel or WPS',
  });
}
