import { createHash } from 'node:crypto';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readConfig } from './config.ts';
import type { Ownership } from './files.ts';

/** Where a workbook's journal, kept workbooks and marks lie. Nothing here exists until a command writes. */
export interface StateFolder {
  /** The real workbook. */
  readonly book: string;
  /** `.funnel/NAME/` beside it, or where funnel.config.json says. */
  readonly folder: string;
  readonly journal: string;
  readonly kept: string;
}

/** The state folder of a workbook (its real path); `cwd` is where the search for funnel.config.json begins. */
export function stateFolderOf(book: string, cwd: string): StateFolder {
  const name = basename(book);
  const told = [cwd, dirname(book)]
    .map(readConfig)
    .find((config) => config?.state && (config.file === null || basename(config.file) === name));
  const folder = join(told?.state ?? join(dirname(book), '.funnel'), name);
  return { book: resolve(book), folder, journal: join(folder, 'journal'), kept: join(folder, 'kept') };
}

/** Creates it, as open or closed as the workbook itself: it holds the same customers. */
export async function createStateFolder(state: StateFolder, owner: Ownership | null): Promise<void> {
  for (const folder of [dirname(state.folder), state.folder, state.journal, state.kept]) {
    const created = await mkdir(folder, { recursive: true });
    if (created === undefined || owner === null) continue;
    await chown(folder, -1, owner.gid).catch(() => undefined);
    // Whoever may read a file may enter its folder: r becomes r and x.
    const mode = owner.mode & 0o777;
    await chmod(folder, mode | ((mode & 0o444) >> 2) | 0o700).catch(() => undefined);
  }
}

/**
 * The beginning of the names of temporary files beside `path`, by which a later run knows them for its own. Sync
 * clients leave `.~` names alone; the workbook's own name may be too long to be carried.
 */
export function tempPrefix(path: string): string {
  return `.~funnel-${createHash('sha256').update(basename(path)).digest('hex').slice(0, 12)}-`;
}
