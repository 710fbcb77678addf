import { readdir } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { isSheetName } from './csv/open.ts';
import type { Store } from './store.ts';

/** Whether a name looks like a copy that a sync client, a file manager or a careful person made of another one. */
export function isCopyName(name: string, neighbours: readonly string[]): boolean {
  const base = basename(name, extname(name));
  if (/副本|备份|備份|backup|(?<![a-z])copy(?![a-z])|[(（]\d{1,2}[)）]\s*$/i.test(base)) return true;
  return isConflictName(name, neighbours);
}

/** Whether a name is one that a sync client gives where two people have saved at once: both may hold what the other lacks. */
function isConflictName(name: string, neighbours: readonly string[]): boolean {
  const base = basename(name, extname(name));
  if (/冲突|衝突|conflict/i.test(base)) return true;
  // 销售漏斗-LAPTOP-7.xlsx beside 销售漏斗.xlsx: OneDrive adds the computer's name.
  return neighbours.some(
    (other) =>
      name.startsWith(`${basename(other, extname(other))}-`) &&
      /^[A-Z][A-Z0-9-]{2,}$/.test(base.slice(other.length - extname(other).length + 1)),
  );
}

/** What the names in and around a book say of copies. */
export interface Copies {
  /** The book itself is called like a copy of another one. */
  readonly itself: boolean;
  /** Conflict copies of the book, or of the sheets of a CSV store. Backups are nobody's concern. */
  readonly conflicts: readonly string[];
}

/** Reads names only. A folder that cannot be listed says nothing. */
export async function findCopies({
  path,
  book,
  format,
}: Pick<Store, 'path' | 'book' | 'format'>): Promise<Copies> {
  const name = basename(path);
  const own = basename(name, extname(name));
  const around = await readdir(dirname(path)).catch(() => []);
  const inside = format === 'csv' ? (await readdir(book).catch(() => [])).filter(isSheetName) : [];
  return {
    itself: isCopyName(name, around),
    conflicts: [
      ...around.filter(
        (each) =>
          each !== name &&
          !/^(~\$|\.)/.test(each) &&
          each.startsWith(own) &&
          extname(each) === extname(name) &&
          isConflictName(each, [name]),
      ),
      ...inside.filter((each) => isConflictName(each, inside)),
    ],
  };
}
