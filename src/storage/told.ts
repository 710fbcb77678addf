import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../core/date.ts';
import { formatDay, parseIsoDay } from '../core/date.ts';
import { LEVELS, type Level } from '../core/finding.ts';
import type { Told } from '../core/told.ts';
import type { Io } from '../io.ts';
import { errnoOf, ownershipOf, replaceText } from './files.ts';
import { createStateFolder, stateFolderOf } from './state-folder.ts';
import type { Store } from './store.ts';

/** What an earlier run showed or sent, and when. */
export interface ToldRun {
  readonly asOf: Day;
  readonly told: Told;
}

/**
 * What the run before remembered under `name` in the workbook's state folder; null where there was none, or where its
 * file cannot be read any more (then everything is news once more, which is better than silence).
 */
export async function readTold(
  store: Pick<Store, 'book'>,
  io: Pick<Io, 'cwd'>,
  name: string,
): Promise<ToldRun | null> {
  try {
    const value: unknown = JSON.parse(await readFile(toldPath(store, io, name).path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('asOf' in value) || !('told' in value)) return null;
    const asOf = parseIsoDay(String(value.asOf));
    if (asOf === null || typeof value.told !== 'object' || value.told === null) return null;
    const told = Object.entries(value.told).flatMap(([key, word]): [string, Level][] => {
      const level = LEVELS.find((each) => each === word);
      return level ? [[key, level]] : [];
    });
    return { asOf, told: new Map(told) };
  } catch {
    return null;
  }
}

/** Keeps it for the next run. Null: kept; else the system's word for why not (a read-only folder, a full disk). */
export async function writeTold(
  store: Pick<Store, 'book'>,
  io: Pick<Io, 'cwd'>,
  name: string,
  { asOf, told }: ToldRun,
): Promise<string | null> {
  const { path, state } = toldPath(store, io, name);
  try {
    const owner = await ownershipOf(state.book);
    await createStateFolder(state, owner);
    const text = JSON.stringify({ asOf: formatDay(asOf), told: Object.fromEntries(told) }, null, 1);
    await replaceText(path, `${text}\n`, owner);
    return null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code;
  }
}

function toldPath({ book }: Pick<Store, 'book'>, { cwd }: Pick<Io, 'cwd'>, name: string) {
  const state = stateFolderOf(book, cwd);
  return { path: join(state.folder, `${name}.json`), state };
}
