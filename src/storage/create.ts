import type { Stats } from 'node:fs';
import { lstat, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { orBusy } from './busy.ts';
import { createExclusive, errnoOf, flushFolder, writeFlushed } from './files.ts';
import { type ScratchIo, withScratch } from './scratch.ts';

/**
 * Creates a new workbook with `pieces`, whole or not at all. Whatever already bears the name, a broken link too, is
 * refused (Failure 'refused') and untouched. A missing folder is Failure('file'), one that cannot be written to 'busy'.
 */
export async function createBook(path: string, pieces: readonly Uint8Array[], io: ScratchIo): Promise<void> {
  await refuseExisting(path);
  const created = await orBusy(path, () =>
    withScratch(dirname(path), io, async (temp, proceed) => {
      proceed();
      return createExclusive(path, temp, pieces, null);
    }),
  );
  if (!created) throw existsFailure(path);
  await flushFolder(dirname(path));
}

/**
 * Creates a new folder with these files, whole or not at all; refuses what `createBook` refuses. An empty folder of that
 * name that appears meanwhile is taken for it.
 */
export async function createFolder(
  path: string,
  files: ReadonlyMap<string, readonly Uint8Array[]>,
  io: ScratchIo,
): Promise<void> {
  await refuseExisting(path);
  await orBusy(path, () =>
    withScratch(dirname(path), io, async (temp, proceed) => {
      await mkdir(temp);
      for (const [name, pieces] of files) await writeFlushed(join(temp, name), pieces, null);
      await flushFolder(temp);
      await refuseExisting(path);
      proceed();
      await rename(temp, path);
    }),
  );
  await flushFolder(dirname(path));
}

/** Throws where `path` cannot be a new file: something is there, or its folder is not. */
export async function refuseExisting(path: string): Promise<void> {
  await refuseMissingFolder(path);
  if (await statOrNull(path, lstat)) throw existsFailure(path);
}

/** Throws Failure('file') where the folder of `path` is not there. */
export async function refuseMissingFolder(path: string): Promise<void> {
  const folder = await statOrNull(dirname(path), stat);
  if (!folder?.isDirectory()) {
    throw new Failure(
      'file',
      {
        zh: `没有文件夹 ${dirname(path)}。请先建好它`,
        en: `There is no folder ${dirname(path)}. Make it first`,
      },
      { file: path },
    );
  }
}

/** What `look` (stat or lstat) says; null where the system refuses to say. */
export async function statOrNull(
  path: string,
  look: (path: string) => Promise<Stats>,
): Promise<Stats | null> {
  try {
    return await look(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

function existsFailure(path: string): Failure {
  const another = (name: string) => (/\.xlsx$/i.test(path) ? `${name}.xlsx` : `${name} --format csv`);
  return new Failure(
    'refused',
    {
      zh: `${path} 已存在,不会覆盖。换个名字:funnel init ${another('新名字')};若那就是你的客户表:funnel adopt "${path}" --dry-run`,
      en: `${path} exists and is not overwritten. Give another name: funnel init ${another('another')}; if it is your table: funnel adopt "${path}" --dry-run`,
    },
    { file: path },
  );
}
