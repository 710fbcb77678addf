import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { errnoOf } from './files.ts';

/** 100,000 deals and 500,000 events are 50 MB; a file is held in memory as a whole. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Looks before opening: a FIFO would be waited on for ever. Throws Failure('file') for what is not there (`missing` says
 * what to do then) and for files of more than `most` bytes.
 */
export async function lookAt(
  path: string,
  missing: Message = MISSING,
  most: number = MAX_BYTES,
): Promise<Stats> {
  const stats = await readOrFail(path, () => stat(path), missing);
  if (stats.size <= most) return stats;
  const size = `${most / 1024 / 1024} MB`;
  throw fileFailure(path, {
    zh: `大于 ${size},不像客户表。请检查是不是选错了文件,或删掉多余的内容后另存再试`,
    en: `is larger than ${size}: hardly a table of customers. Check that it is the right file, or delete what it need not hold`,
  });
}

/** Does some reading; an error of the system ends as Failure('file') with the next step. */
export async function readOrFail<T>(
  path: string,
  work: () => Promise<T>,
  missing: Message = MISSING,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw readFailure(path, error, missing);
  }
}

/** An error of the system as the Failure it ends as; anything else as it is. */
export function readFailure(path: string, error: unknown, missing: Message = MISSING): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return fileFailure(path, missing);
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
  ELOOP: { zh: '是循环的符号链接,请改用真正的路径', en: 'is a cycle of symbolic links; give the real path' },
  EACCES: { zh: '没有读取权限,请检查文件权限', en: 'may not be read; check its permissions' },
  EPERM: { zh: '没有读取权限,请检查文件权限', en: 'may not be read; check its permissions' },
  EBUSY: { zh: '正被别的程序独占,请关闭后再试', en: 'is held by another program; close it and try again' },
  EIO: { zh: '磁盘读取出错,请检查磁盘', en: 'cannot be read from the disk; check the disk' },
  ENAMETOOLONG: { zh: '文件名太长', en: 'has too long a name' },
};

/** What is wrong with a file, where nothing more exact is known than its path. */
export function fileFailure(path: string, fact: Message): Failure {
  return new Failure(
    'file',
    { zh: `${path} ${fact.zh}`, en: `${path} ${fact.en}` },
    { file: path, expected: '.xlsx' },
  );
}
