import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { SHEETS } from '../core/book.ts';
import { Failure } from '../failure.ts';
import { isCopyName } from './copies.ts';
import { statOrNull } from './create.ts';
import { sheetNameOf } from './csv/bad-csv.ts';
import { isSheetName } from './csv/open.ts';
import { isWorkbookName } from './open.ts';

/** The books behind what was named, absolute, each once and in order; and what is called like a copy and was passed over. */
export interface Expanded {
  readonly paths: readonly string[];
  readonly copies: readonly string[];
  /** Patterns that nothing matches. */
  readonly missing: readonly Failure[];
}

/**
 * The books that several paths, a pattern (`*` and `?` in any part of a path that does not exist as it stands) or a
 * folder of workbooks mean; null where one path means one book. Copies and lock files are books only where they are
 * named in full. A CSV file means the folder it lies in.
 */
export async function expandBooks(named: readonly string[]): Promise<Expanded | null> {
  const found = await Promise.all(named.map(booksAt));
  if (named.length === 1 && found[0] === null) return null;
  const paths = await Promise.all(
    found.flatMap((each, index) => each?.paths ?? named[index] ?? []).map(bookPath),
  );
  const targets = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return {
    paths: paths.filter((_, index) => targets.indexOf(targets[index] ?? '') === index),
    copies: found.flatMap((each) => each?.copies ?? []),
    missing: found.flatMap((each) => each?.missing ?? []),
  };
}

/** The book that a path means: a CSV file means the folder it lies in, everything else itself. */
export async function bookPath(path: string): Promise<string> {
  const isFile = isSheetName(basename(path)) && (await statOrNull(path, stat))?.isFile();
  return isFile ? dirname(path) : path;
}

/** Whether these file names are those of a CSV store: the template's table, or what `adopt` adds to a team's own. */
export function isStore(names: readonly string[]): boolean {
  const sheets = names.filter(isSheetName).map(sheetNameOf);
  return (
    sheets.includes(SHEETS.tracking) || [SHEETS.log, SHEETS.settings].every((name) => sheets.includes(name))
  );
}

/** Those of `paths` that are folders with a CSV store in them. */
export async function keepStores(paths: readonly string[]): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const path of paths) if (isStore(await readdir(path).catch(() => []))) kept.push(path);
  return kept;
}

/** Null: the path stands for itself, whatever is there. */
async function booksAt(path: string): Promise<Expanded | null> {
  const stats = await statOrNull(path, stat);
  if (stats) return stats.isDirectory() ? booksIn(path) : null;
  if (!isPattern(path)) return null;
  const matches = await matchPattern(path);
  const inside = await Promise.all(
    matches.map(async (each) => (isWorkbookName(each) ? null : ((await booksIn(each)) ?? keepOne(each)))),
  );
  const books = splitCopies(matches.filter(isWorkbookName));
  const paths = [...books.paths, ...inside.flatMap((each) => each?.paths ?? [])].sort();
  const copies = [...books.copies, ...inside.flatMap((each) => each?.copies ?? [])];
  return { paths, copies, missing: paths.length > 0 ? [] : [noMatch(path, copies)] };
}

function noMatch(path: string, copies: readonly string[]): Failure {
  const [zh, en] =
    copies.length === 0
      ? ['', '']
      : [`;副本不算:${copies.join('、')}`, `; copies do not count: ${copies.join(', ')}`];
  return new Failure(
    'file',
    { zh: `没有符合 ${path} 的工作簿${zh}`, en: `No workbook matches ${path}${en}` },
    { file: path },
  );
}

/** The workbooks and CSV stores in a folder; null where it is a store itself, or has none. */
async function booksIn(folder: string): Promise<Expanded | null> {
  const names = await readdir(folder).catch(() => []);
  if (isStore(names)) return null;
  const at = (name: string) => join(folder, name);
  const stores = await keepStores(names.filter((name) => !isWorkbookName(name)).map(at));
  const books = splitCopies([...names.filter(isWorkbookName).map(at), ...stores]);
  return books.paths.length === 0 ? null : { ...books, paths: [...books.paths].sort() };
}

async function keepOne(path: string): Promise<Expanded> {
  return { paths: await keepStores([path]), copies: [], missing: [] };
}

/** Of names in one folder, or that a shell made of a pattern, those that are books. Lock files (~$) and hidden ones are nobody's books and not worth a word. */
export function splitCopies(paths: readonly string[]): Expanded {
  const seen = paths.filter((path) => !/^(~\$|\.)/.test(basename(path)));
  const names = seen.map((path) => basename(path));
  const isCopy = (path: string) => isCopyName(basename(path), names);
  return {
    paths: seen.filter((path) => !isCopy(path)),
    copies: seen.filter(isCopy).map((path) => basename(path)),
    missing: [],
  };
}

function isPattern(part: string): boolean {
  return /[*?]/.test(part);
}

/** Everything that an absolute pattern matches. What cannot be listed matches nothing. */
async function matchPattern(pattern: string): Promise<readonly string[]> {
  const [root = '', ...parts] = pattern.split(sep);
  let paths = [`${root}${sep}`];
  for (const part of parts) {
    if (!isPattern(part)) {
      paths = paths.map((path) => join(path, part));
      continue;
    }
    const shape = part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const matches = new RegExp(`^${shape}$`, 'u');
    const lists = paths.map(async (path) =>
      (await readdir(path).catch(() => []))
        .filter((name) => !name.startsWith('.') && matches.test(name))
        .map((name) => join(path, name)),
    );
    paths = (await Promise.all(lists)).flat();
  }
  return paths;
}
