import { lstat, open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { orBusy } from './busy.ts';
import { refuseMissingFolder, statOrNull } from './create.ts';
import { createExclusive, flushFolder, hashFile, hashPieces, ownershipOf, writeFlushed } from './files.ts';
import { renamePatiently } from './replace.ts';
import { type ScratchIo, withScratch } from './scratch.ts';
import { stateFolderOf } from './state-folder.ts';
import type { Store } from './store.ts';

/** Where a file made for others (a report, a hand-over list, rejected rows) is to stand. */
export interface OutputTarget {
  /** The real path: a symbolic link is followed. */
  readonly path: string;
  /** A file is there: to be replaced only where somebody said so (output-file.ts asks). */
  readonly exists: boolean;
}

/**
 * Looks at `path` (absolute) before any work is done. Failure('file') for a missing folder, a folder or a device under
 * the name; Failure('refused') for the book itself, a file of the store, a new .csv among a store's .csv files and
 * whatever lies in the state folder: these are never written to.
 */
export async function findOutput(
  path: string,
  store: Pick<Store, 'book' | 'files' | 'format'>,
  cwd: string,
): Promise<OutputTarget> {
  await refuseMissingFolder(path);
  const there = await statOrNull(path, lstat);
  const stats = there && (await statOrNull(path, stat));
  if (stats?.isDirectory() && (await realpath(path)) === store.book) throw ownFile(path);
  if (there && !stats?.isFile()) throw notAFile(path);
  const { folder } = stateFolderOf(store.book, cwd);
  const real = stats ? await realpath(path) : join(await realpath(dirname(path)), basename(path));
  for (const file of store.files) {
    const own = await statOrNull(file, stat);
    const isSame = real === file || (own && stats && own.ino === stats.ino && own.dev === stats.dev);
    const isNeighbour =
      store.format === 'csv' && dirname(real) === dirname(file) && extname(real).toLowerCase() === '.csv';
    if (isSame || real.startsWith(`${folder}${sep}`)) throw ownFile(path);
    if (isNeighbour) throw oneMoreSheet(path);
  }
  return { path: real, exists: stats !== null };
}

/**
 * Writes a file made for others, whole or not at all: beside it, flushed, then put under the name. Where `target` was
 * there when it was looked at (and somebody agreed), it is replaced, its mode and owner kept; one that came since is
 * Failure('refused'). Not writable: Failure('busy'). Thrown always means that nothing was written.
 */
export async function writeOutput(
  { path, exists }: OutputTarget,
  bytes: Uint8Array,
  io: ScratchIo,
): Promise<void> {
  const folder = dirname(path);
  await orBusy(path, () =>
    withScratch(folder, io, async (temp, proceed) => {
      if (!exists) {
        proceed();
        if (!(await createExclusive(path, temp, [bytes], null))) throw outputExists(path);
      } else {
        // A rename needs no permission on the file itself; one that is marked read-only is meant to stay.
        await open(path, 'r+').then((handle) => handle.close());
        await writeFlushed(temp, [bytes], await ownershipOf(path));
        proceed();
        await renamePatiently(temp, path, io.platform);
      }
      await flushFolder(folder);
    }),
  );
}

/**
 * Writes a file that nobody named under the first free of `name.csv`, `name-2.csv` …, in the first of `folders` where
 * it may stand (the folder of a CSV store takes none); one that holds these bytes already is left as it is. The path.
 */
export async function writeBeside(
  folders: readonly string[],
  name: string,
  bytes: Uint8Array,
  options: {
    readonly store: Pick<Store, 'book' | 'files' | 'format'>;
    readonly io: ScratchIo & Pick<Io, 'cwd'>;
  },
): Promise<{ readonly path: string; readonly made: boolean }> {
  const { store, io } = options;
  const real = await Promise.all(folders.map((each) => realpath(each)));
  const taken = store.format === 'csv' ? store.files.map((file) => dirname(file)) : [];
  const folder = real.find((each) => !taken.includes(each)) ?? io.cwd;
  const ending = extname(name);
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${basename(name, ending)}-${n}${ending}`);
    if (await statOrNull(path, lstat)) {
      if ((await hashFile(path).catch(() => null)) === hashPieces([bytes])) return { path, made: false };
      continue;
    }
    await writeOutput(await findOutput(path, store, io.cwd), bytes, io);
    return { path, made: true };
  }
}

/** Takes back a file that was made for a command which then came to nothing. */
export async function removeOutput(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** A file is there and nobody said that it may go. */
export function outputExists(path: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${path} 已存在,没有覆盖。换个名字,或加 --yes 覆盖它`,
      en: `${path} exists and was not replaced. Give another name, or --yes to replace it`,
    },
    { file: path },
  );
}

function ownFile(path: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${path} 是客户表自己的文件,不能当作输出;请换个名字`,
      en: `${path} belongs to the workbook itself and cannot be written as an output; give another name`,
    },
    { file: path },
  );
}

function oneMoreSheet(path: string): Failure {
  return new Failure(
    'refused',
    {
      zh: `${path} 在 CSV 客户表的文件夹里,会被当成其中一张表;请写到别的文件夹,或用 .xlsx`,
      en: `${path} lies in the folder of the CSV workbook and would be one of its sheets; write it elsewhere, or as .xlsx`,
    },
    { file: path },
  );
}

function notAFile(path: string): Failure {
  return new Failure(
    'file',
    {
      zh: `${path} 不是普通文件(文件夹、设备或断开的链接),不能写成输出;请换个名字`,
      en: `${path} is no ordinary file (a folder, a device or a broken link); give another name for the output`,
    },
    { file: path },
  );
}
