import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, chown } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { readConfig } from './config.ts';
import { errnoOf, makeFolder, type Ownership } from './files.ts';

/** Where a book's journal, kept files and marks lie. Nothing here exists until a command writes. */
export interface StateFolder {
  /** The real workbook, or the real folder of a CSV store. */
  readonly book: string;
  /** The folder its files lie in: names in the journal are relative to it. */
  readonly home: string;
  /** `.funnel/NAME/` beside the workbook or in the folder, or where funnel.config.json says. */
  readonly folder: string;
  readonly journal: string;
  readonly kept: string;
  /** Made when the first command is queued. */
  readonly queue: string;
  /** What was learned of a large book: made by commands that write one, and always free to be deleted. */
  readonly index: string;
}

/** The state folder of a book (its real path); `cwd` is where the search for funnel.config.json begins. */
export function stateFolderOf(book: string, cwd: string): StateFolder {
  const home = homeOf(book);
  const name = basename(book);
  const told = [cwd, home]
    .map(readConfig)
    .find((config) => config?.state && (config.file === null || basename(config.file) === name));
  const folder = told?.state ? join(told.state, name) : join(home, '.funnel', nameIn(home, book));
  const [journal, kept, queue, index] = ['journal', 'kept', 'queue', 'index'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  return { book: resolve(book), home, folder, journal, kept, queue, index };
}

/** Where the files of a book, its lock and its temporary files lie: beside a workbook, in a CSV folder. */
export function homeOf(book: string): string {
  return statSync(book, { throwIfNoEntry: false })?.isDirectory() ? resolve(book) : dirname(resolve(book));
}

/** A CSV folder keeps its history when it is renamed. */
function nameIn(home: string, book: string): string {
  return home === resolve(book) ? 'csv' : basename(book);
}

/** Creates it, as open or closed as the workbook itself: it holds the same customers; `more` folders in it too. */
export async function createStateFolder(
  state: StateFolder,
  owner: Ownership | null,
  ...more: readonly string[]
): Promise<void> {
  for (const folder of [dirname(state.folder), state.folder, state.journal, state.kept, ...more]) {
    const created = await makeFolder(folder);
    if (!created || owner === null) continue;
    await chown(folder, -1, owner.gid).catch(() => undefined);
    // Whoever may read a file may enter its folder: r becomes r and x.
    const mode = owner.mode & 0o777;
    await chmod(folder, mode | ((mode & 0o444) >> 2) | 0o700).catch(() => undefined);
  }
}

/** What was thrown when a file of a state folder was read: in words, where the system refused it. */
export function stateFailure(path: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  return new Failure(
    'file',
    {
      zh: `${path} 读不了(${code}):撤销和排队要用它。请检查它的权限(读写工作簿的人都要能读写它);它若不是 funnel 写的,请移走`,
      en: `${path} cannot be read (${code}), and undo and the queue need it. Check its permissions (whoever works with the book must be able to); if it is nothing that funnel wrote, move it away`,
    },
    { file: path },
  );
}

/**
 * The beginning of the names of a book's temporary files, by which a later run knows them for its own. Sync clients
 * leave `.~` names alone; the workbook's own name may be too long to be carried.
 */
export function tempPrefix(book: string): string {
  const name = nameIn(homeOf(book), book);
  return `.~funnel-${createHash('sha256').update(name).digest('hex').slice(0, 12)}-`;
}
