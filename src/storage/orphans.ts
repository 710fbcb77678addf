import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { exists } from './files.ts';
import { isWorkbookName } from './open.ts';
import { readQueue } from './queue.ts';
import { type StateFolder, stateFolderOf } from './state-folder.ts';

/** A state folder whose workbook is there no more: it was renamed, perhaps to the one beside it, or moved away. */
export interface Orphan {
  /** The name that the workbook had. */
  readonly name: string;
  readonly folder: string;
  /** Queued commands in it, refused ones too. */
  readonly queued: number;
}

/** Those beside a book's own. Where funnel.config.json says where they lie nobody can tell: other folders' books have theirs there. */
export async function findOrphans({ book, home, folder }: StateFolder, cwd: string): Promise<Orphan[]> {
  const place = dirname(folder);
  if (place !== join(home, '.funnel')) return [];
  const orphans: Orphan[] = [];
  for (const name of await readdir(place).catch(() => [])) {
    if (
      !isWorkbookName(name) ||
      name === basename(book) ||
      (await exists(join(home, name)).catch(() => true))
    )
      continue;
    const state = stateFolderOf(join(home, name), cwd);
    const queue = await readQueue(state).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      return [];
    });
    orphans.push({ name, folder: state.folder, queued: queue.length });
  }
  return orphans;
}
