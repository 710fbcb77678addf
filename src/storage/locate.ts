import { readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { SHEETS } from '../core/book.ts';
import { findHeader, HEADER_ROWS } from '../core/header.ts';
import type { SheetRow } from '../core/sheet.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { readConfig } from './config.ts';
import { isCopyName } from './copies.ts';
import { isSheetName } from './csv/open.ts';
import { errnoOf } from './files.ts';
import { isWorkbookName, openStore } from './open.ts';
import { bookPath, type Expanded, expandBooks, isStore, keepStores } from './several.ts';
import type { Store } from './store.ts';

export interface LocateOptions {
  /** `--file`. */
  readonly fileOption: string | null;
  readonly env: Io['env'];
  readonly cwd: string;
}

/**
 * Which workbook: `--file`, else FUNNEL_FILE, else `file` in the nearest funnel.config.json upward, else the only
 * workbook in the working folder that has a tracking table. A CSV store may be the working folder itself. Several are Failure('usage') naming them, none is
 * Failure('file'). The path is absolute; it need not exist where somebody named it.
 */
export async function locateBook({ fileOption, env, cwd }: LocateOptions): Promise<string> {
  const named = namedBook({ fileOption, env, cwd });
  if (named) return onlyBook(named.paths);
  const { paths: candidates, copies } = await listCandidates(cwd);
  // One workbook is not looked into here: whoever opens it says what it lacks, in full.
  const found = candidates.length > 1 ? await keepTracking(candidates) : candidates;
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  throw second === undefined ? noneFailure(cwd, candidates, copies) : severalFailure(cwd, found);
}

/** What printed commands call the book at `path`: null where they find it without being told, else `given`. */
export async function nameFor(
  path: string,
  given: string,
  where: Pick<Io, 'env' | 'cwd'>,
): Promise<string | null> {
  try {
    const found = await locateBook({ ...where, fileOption: null });
    return (await bookPath(resolve(where.cwd, path))) === found ? null : given;
  } catch (error) {
    if (error instanceof Failure) return given;
    throw error;
  }
}

/** What somebody named, absolute, and where; null where the working folder decides. `first`: where funnel.config.json has both. */
export function namedBook(
  { fileOption, env, cwd }: LocateOptions,
  first: 'file' | 'files' = 'file',
): { readonly paths: readonly string[]; readonly by: string } | null {
  if (fileOption !== null) return { paths: [resolve(cwd, fileOption)], by: '--file' };
  if (env.FUNNEL_FILE) return { paths: [resolve(cwd, env.FUNNEL_FILE)], by: 'FUNNEL_FILE' };
  const config = readConfig(cwd);
  if (!config) return null;
  const one = config.file === null ? null : [config.file];
  const paths = first === 'file' ? (one ?? config.files) : (config.files ?? one);
  return paths && { paths, by: config.path };
}

/**
 * Every book that was named where they are several, a pattern, or a folder of workbooks; the path of one that was named
 * plainly; null: none was, and `locateBook` finds it.
 */
export async function locateBooks(
  files: readonly string[],
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
): Promise<Expanded | string | null> {
  const paths =
    files.length > 0
      ? files.map((file) => resolve(cwd, file))
      : (namedBook({ fileOption: null, env, cwd }, 'files')?.paths ?? []);
  const [only] = paths;
  return only === undefined ? null : ((await expandBooks(paths)) ?? bookPath(only));
}

/** Of what was named the one book; Failure('usage') where a pattern or a folder holds several, Failure('file') where one matches nothing. */
async function onlyBook(named: readonly string[]): Promise<string> {
  const expanded = await expandBooks(named);
  const [missing] = expanded?.missing ?? [];
  const [only = '', second] = expanded?.paths ?? named;
  if (second !== undefined) throw oneBookOnly(expanded?.paths ?? named);
  if (missing) throw missing;
  return bookPath(only);
}

/** A command that reads or writes one book, and several were named. */
export function oneBookOnly(files: readonly string[]): Failure {
  const some = files.slice(0, 5).map((path) => basename(path));
  const [zh, en] = [some.join('、'), some.join(', ')];
  return new Failure(
    'usage',
    {
      zh: `这个命令一次只用一本客户表,给了 ${files.length} 本:${zh}${files.length > 5 ? ' …' : ''}。请用 --file 指定一本`,
      en: `This command works on one workbook, and ${files.length} were given: ${en}${files.length > 5 ? ' …' : ''}. Name one with --file`,
    },
    { expected: '--file' },
  );
}

/** What may be the book, and what is passed over because it is called like a copy. */
interface Candidates {
  readonly paths: readonly string[];
  readonly copies: readonly string[];
}

async function listCandidates(cwd: string): Promise<Candidates> {
  const names = (await listNames(cwd)).filter((name) => !/^(~\$|\.)/.test(name));
  const books = names.filter(isWorkbookName);
  // Who works in the folder of a store means that store, whatever lies in folders below.
  const isHere = isStore(names);
  const below = isHere ? [] : names.filter((name) => !isWorkbookName(name)).map((name) => join(cwd, name));
  const folders = await keepStores(below);
  const inside = [...books, ...folders.map((path) => basename(path))];
  const paths = inside
    .filter((name) => !isCopyName(name, inside))
    .sort()
    .map((name) => join(cwd, name));
  if (isHere) paths.push(cwd);
  // CSV files of any kind lie about: one that only looks like a table is asked where there is nothing else.
  else if (paths.length === 0 && names.some(isSheetName) && (await hasTracking(cwd))) paths.push(cwd);
  // Two names of one file (symbolic links) are one workbook.
  const targets = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return {
    paths: paths.filter((_, index) => targets.indexOf(targets[index] ?? '') === index),
    copies: inside.filter((name) => isCopyName(name, inside)),
  };
}

async function listNames(cwd: string): Promise<readonly string[]> {
  try {
    return await readdir(cwd);
  } catch (error) {
    throw new Failure(
      'file',
      {
        zh: `读不了文件夹 ${cwd}(${errnoOf(error)})。请用 --file 指定工作簿`,
        en: `The folder ${cwd} cannot be read (${errnoOf(error)}). Name the workbook with --file`,
      },
      { file: cwd },
    );
  }
}

async function keepTracking(paths: readonly string[]): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const path of paths) if (await hasTracking(path)) kept.push(path);
  return kept;
}

/** A workbook that cannot be read is none of the team's: naming it with --file says why. */
async function hasTracking(path: string): Promise<boolean> {
  try {
    const store = await openStore(path);
    if (store.isOutput) return false;
    // One that was taken over may have a table and headers under other names.
    if (store.sheets.some(({ name }) => name === SHEETS.log)) return true;
    for (const { name, kind } of store.sheets) {
      if (kind !== 'worksheet') continue;
      if (name === SHEETS.tracking) return true;
      if (await looksLikeTracking(store, name)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Whether the headers of a sheet are those of a tracking table. */
export async function looksLikeTracking(store: Store, sheet: string): Promise<boolean> {
  const rows: SheetRow[] = [];
  try {
    await store.readRows(sheet, (row) => rows.push(row) < HEADER_ROWS);
  } catch (error) {
    // One broken CSV file says nothing about those beside it.
    if (store.format === 'csv' && error instanceof Failure) return false;
    throw error;
  }
  return findHeader(rows)?.missing.length === 0;
}

function severalFailure(cwd: string, paths: readonly string[]): Failure {
  const names = paths.map((path) => relative(cwd, path) || '.');
  return new Failure(
    'usage',
    {
      zh: `这里有 ${names.length} 本客户表:${names.join('、')}。请用 --file 指定一本,或写进 funnel.config.json`,
      en: `There are ${names.length} workbooks with a tracking table here: ${names.join(', ')}. Choose one with --file, or in funnel.config.json`,
    },
    { expected: '--file' },
  );
}

function noneFailure(cwd: string, candidates: readonly string[], copies: readonly string[]): Failure {
  const seen = candidates.map((path) => basename(path));
  const [zh, en] =
    copies.length === 0
      ? ['', '']
      : [`;副本不算:${copies.join('、')}`, `; copies do not count: ${copies.join(', ')}`];
  return new Failure(
    'file',
    {
      zh: `${cwd} 里没有带客户信息跟踪表的工作簿${seen.length > 0 ? `(看过 ${seen.join('、')})` : ''}${zh}。新建一本:funnel init;接管已有的表:funnel adopt 客户表.xlsx --dry-run;或用 --file 指定`,
      en: `No workbook with a tracking table in ${cwd}${seen.length > 0 ? ` (looked into ${seen.join(', ')})` : ''}${en}. Start one: funnel init; take over a table: funnel adopt customers.xlsx --dry-run; or name one with --file`,
    },
    { file: cwd },
  );
}
