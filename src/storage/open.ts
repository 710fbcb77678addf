import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { errnoOf, hashPieces } from './files.ts';
import type { Store } from './store.ts';
import { openXlsx } from './xlsx/open.ts';

/** A storage format: what it takes and how it is opened. `path` has been looked at and exists. */
interface Format {
  takes(path: string, stats: Stats): boolean;
  open(path: string): Promise<Store>;
}

/** The formats a book may have. To add one: a folder with a `Store`, and one line here. */
const FORMATS: readonly Format[] = [
  { takes: (path, stats) => stats.isFile() && isWorkbookName(path), open: openWorkbook },
];

const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Opens the book at `path` for reading and planning; nothing is locked or written. Throws Failure('file') with the
 * next step for what is missing, unreadable, or no workbook.
 */
export async function openStore(path: string): Promise<Store> {
  const stats = await lookAt(path);
  const format = FORMATS.find((each) => each.takes(path, stats));
  if (format === undefined) throw notAWorkbook(path, stats);
  if (stats.size > MAX_BYTES) {
    throw fileFailure(path, {
      zh: '大于 1 GB,不像客户表',
      en: 'is larger than 1 GB: hardly a table of customers',
    });
  }
  try {
    return await format.open(path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** Names that are read as a workbook, whatever is inside. */
export function isWorkbookName(path: string): boolean {
  return /\.xls[xm]$/i.test(path);
}

async function openWorkbook(path: string): Promise<Store> {
  const target = await realpath(path);
  const bytes = await readFile(target);
  return openXlsx(path, bytes, hashPieces([bytes]), target);
}

/** Looks before opening: a FIFO would be waited on for ever. */
async function lookAt(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** An error of the system as the Failure it ends as; anything else as it is. */
function readFailure(path: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  return fileFailure(
    path,
    READ_ERRORS[code] ?? { zh: `读不了(系统报告 ${code})`, en: `cannot be read (the system says ${code})` },
  );
}

const MISSING: Message = {
  zh: '没有这个文件。新建一本:funnel init;接管已有的表:funnel adopt 客户表.xlsx --dry-run',
  en: 'does not exist. Start one: funnel init; take over a table: funnel adopt customers.xlsx --dry-run',
};
const READ_ERRORS: Readonly<Record<string, Message>> = {
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  ELOOP: { zh: '是循环的符号链接,请改用真正的路径', en: 'is a cycle of symbolic links; give the real path' },
  EACCES: { zh: '没有读取权限,请检查文件权限', en: 'may not be read; check its permissions' },
  EPERM: { zh: '没有读取权限,请检查文件权限', en: 'may not be read; check its permissions' },
  EBUSY: { zh: '正被别的程序独占,请关闭后再试', en: 'is held by another program; close it and try again' },
  EIO: { zh: '磁盘读取出错,请检查磁盘', en: 'cannot be read from the disk; check the disk' },
  ENAMETOOLONG: { zh: '文件名太长', en: 'has too long a name' },
};

function notAWorkbook(path: string, stats: Stats): Failure {
  if (stats.isDirectory()) {
    return fileFailure(path, {
      zh: '是一个文件夹。请指出其中的工作簿(.xlsx 或 .xlsm)',
      en: 'is a folder. Name the workbook in it (.xlsx or .xlsm)',
    });
  }
  if (!stats.isFile()) {
    return fileFailure(path, {
      zh: '不是普通文件(管道或设备),请指定 .xlsx 工作簿',
      en: 'is no ordinary file (a pipe or a device); name an .xlsx workbook',
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

function fileFailure(path: string, fact: Message): Failure {
  return new Failure(
    'file',
    { zh: `${path} ${fact.zh}`, en: `${path} ${fact.en}` },
    { file: path, expected: '.xlsx' },
  );
}
