import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import { errnoOf } from './files.ts';

/** What the system refuses on the way, as Failure('busy'): nothing has been written yet. */
export async function orBusy<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    const where = error instanceof Error && 'path' in error ? ` ${error.path}` : '';
    const { fact, next } = REASONS[code] ?? {
      fact: { zh: `系统报告 ${code}${where}`, en: `the system says ${code}${where}` },
      next: IN_THE_WAY.has(code) ? MOVE : undefined,
    };
    throw busyFailure(path, fact, next);
  }
}

/** A file, or a broken link, where a folder of ours should be. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR']);

const MOVE: Message = {
  zh: '那里应当是文件夹:请移走同名的文件或断开的链接后再试',
  en: 'A folder should be there: move the file or broken link of that name away and try again',
};

const REASONS: Readonly<Record<string, { readonly fact: Message; readonly next: Message }>> = {
  ENOSPC: {
    fact: { zh: '磁盘已满', en: 'the disk is full' },
    next: { zh: '请腾出空间后再试', en: 'Free some space and try again' },
  },
  EDQUOT: {
    fact: { zh: '磁盘配额已用完', en: 'the disk quota is used up' },
    next: { zh: '请腾出空间后再试', en: 'Free some space and try again' },
  },
  EROFS: {
    fact: { zh: '磁盘是只读的', en: 'the disk is read-only' },
    next: { zh: '请把文件放到可写的地方', en: 'Move the file to where it can be written' },
  },
  EACCES: {
    fact: { zh: '没有写入权限', en: 'writing is not permitted' },
    next: { zh: '请检查文件和文件夹的权限', en: 'Check the permissions of the file and its folder' },
  },
  EPERM: {
    fact: { zh: '没有写入权限', en: 'writing is not permitted' },
    next: { zh: '请检查文件和文件夹的权限', en: 'Check the permissions of the file and its folder' },
  },
  EBUSY: {
    fact: { zh: '文件正被别的程序占用', en: 'another program is using the file' },
    next: { zh: '请关闭后再试', en: 'Close it and try again' },
  },
  EIO: {
    fact: { zh: '磁盘读写出错', en: 'the disk reports an error' },
    next: { zh: '请检查磁盘', en: 'Check the disk' },
  },
};

/** Nothing was written: the fact, and what to do. */
export function busyFailure(
  path: string,
  fact: Message,
  next: Message = { zh: '请检查后再试', en: 'Check and try again' },
): Failure {
  return new Failure(
    'busy',
    {
      zh: `${path} 没有写入任何内容:${fact.zh}。${next.zh}`,
      en: `${path}: nothing was written: ${fact.en}. ${next.en}`,
    },
    { file: path },
  );
}
