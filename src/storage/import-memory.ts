import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cellText, type SheetRow } from '../core/sheet.ts';
import { normalizeWidth } from '../core/text.ts';
import type { Io } from '../io.ts';
import { errnoOf, ownershipOf, replaceText } from './files.ts';
import { createStateFolder, stateFolderOf } from './state-folder.ts';
import type { Store } from './store.ts';

/**
 * What `--map` said of lists, by the print of their header row: 列=字段, as it was typed. Headers and fields only, nothing
 * of the rows below.
 */
export type ImportMemory = ReadonlyMap<string, readonly string[]>;

/** Lists that are remembered; the oldest go first. */
const MOST = 50;

/** The print of a header row: two lists with the same headers have the same one. */
export function printOfRow({ cells }: SheetRow): string {
  const texts = cells.map((cell) => normalizeWidth(cellText(cell)).trim()).join('\n');
  return createHash('sha256').update(texts.trim()).digest('hex');
}

/** Empty where nothing is remembered, or where the file cannot be read any more: then `--map` says it again. */
export async function readImportMemory(
  store: Pick<Store, 'book'>,
  io: Pick<Io, 'cwd'>,
): Promise<ImportMemory> {
  try {
    const value: unknown = JSON.parse(await readFile(memoryPath(store, io), 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).flatMap(([print, maps]) =>
        Array.isArray(maps) ? [[print, maps.filter((each) => typeof each === 'string')] as const] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

/** Keeps it. Null: kept; else the system's word for why not (a read-only folder, a full disk). */
export async function writeImportMemory(
  store: Pick<Store, 'book'>,
  io: Pick<Io, 'cwd'>,
  memory: ImportMemory,
): Promise<string | null> {
  const state = stateFolderOf(store.book, io.cwd);
  try {
    const owner = await ownershipOf(state.book);
    await createStateFolder(state, owner);
    const kept = Object.fromEntries([...memory].slice(-MOST));
    await replaceText(memoryPath(store, io), `${JSON.stringify(kept, null, 1)}\n`, owner);
    return null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code;
  }
}

function memoryPath({ book }: Pick<Store, 'book'>, { cwd }: Pick<Io, 'cwd'>): string {
  return join(stateFolderOf(book, cwd).folder, 'import-columns.json');
}
