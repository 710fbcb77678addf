import { constants } from 'node:fs';
import { access, copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { CellChange } from '../core/sheet.ts';
import type { WrittenEvent, WrittenTable } from '../core/written.ts';
import { errnoOf, exists, flushFolder, hashFile, hashPieces, type Ownership, replaceText } from './files.ts';
import { packChanges, unpackChanges } from './journal-cells.ts';
import { type StateFolder, stateFailure } from './state-folder.ts';

/** What one writing command did to one file. Names are relative: a moved folder keeps its history. */
export interface JournalFile {
  /** Of the file, from the home of the book. */
  readonly name: string;
  /** Of the temporary file beside it. While it is there, the rename has not happened. None where the file goes. */
  readonly temp: string;
  /** Of the replaced file, in `kept/`; null where the file was new. */
  readonly kept: string | null;
  readonly hashBefore: string | null;
  /** Null: the file goes. */
  readonly hashAfter: string | null;
}

/** The trace of one writing command. */
export interface JournalEntry {
  readonly n: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly user: string;
  readonly host: string;
  /** The command line, without the leading `funnel`. */
  readonly command: string;
  /** The entry that this one took back; null for every command but `undo`. */
  readonly undoes: number | null;
  /** The queued command (queue.ts) that it was; absent: it was given and written at once. */
  readonly queued?: string;
  /** Entries whose overwritten events this one has written again, or given up. */
  readonly restores?: readonly number[];
  /** It erased somebody's data: nothing up to here is taken back, and the file it replaced is not kept. */
  readonly forgets?: true;
  readonly changes: readonly CellChange[];
  /** What the changed cells are called; absent: `undo` and its like, which write no events. */
  readonly tables?: readonly WrittenTable[];
  readonly files: readonly JournalFile[];
}

/** Words as one line, so that a shell would read them again. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/[\s"]/.test(word) || word === '' ? `"${word}"` : word)).join(' ');
}

const KEPT_BOOKS = 20;
const KEPT_BYTES = 500 * 1024 * 1024;
const JOURNAL_ENTRIES = 5000;

/** The number of the next entry. */
export async function nextEntryNumber(state: StateFolder): Promise<number> {
  return (await lastEntryNumber(state)) + 1;
}

/** The number of the newest entry, confirmed or not; 0: there is none. */
export async function lastEntryNumber(state: StateFolder): Promise<number> {
  return (await listEntries(state))[0]?.n ?? 0;
}

/**
 * Writes an entry before its files are renamed, flushed. It is `pending` until `confirmEntry`: a run that finds it so
 * asks the files what happened.
 */
export async function writePending(
  state: StateFolder,
  entry: JournalEntry,
  owner: Ownership | null,
): Promise<void> {
  await replaceText(pendingPath(state, entry.n), entryText(entry), owner);
}

export async function confirmEntry(state: StateFolder, entry: JournalEntry): Promise<void> {
  if (entry.forgets) await dropKept(state, entry);
  await rename(pendingPath(state, entry.n), entryPath(state, entry.n));
}

/** Writes a confirmed entry anew. */
export async function rewriteEntry(
  state: StateFolder,
  entry: JournalEntry,
  owner: Ownership | null,
): Promise<void> {
  await replaceText(entryPath(state, entry.n), entryText(entry), owner);
}

/** Removes an entry that came to nothing, and what was kept for it. */
export async function dropEntry(
  state: StateFolder,
  entry: Pick<JournalEntry, 'n'> & { readonly files: readonly Pick<JournalFile, 'kept'>[] },
): Promise<void> {
  await rm(pendingPath(state, entry.n), { force: true });
  await dropKept(state, entry);
}

/** Removes the kept files of an entry: their contents stand in the workbook again, or never left it. */
export async function dropKept(
  state: StateFolder,
  { files }: { readonly files: readonly Pick<JournalFile, 'kept'>[] },
): Promise<void> {
  for (const { kept } of files) if (kept) await rm(join(state.kept, kept), { force: true });
}

/** Entries that no run has confirmed: what crashes left. At most one, unless locks were ignored. */
export async function readPending(state: StateFolder): Promise<readonly JournalEntry[]> {
  const pending = (await listEntries(state)).filter(({ done }) => !done);
  const entries = await Promise.all(
    pending.map(async ({ n }) => {
      const path = pendingPath(state, n);
      // Who may not read it must not clear away what it needs.
      await access(path, constants.R_OK).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw stateFailure(path, error);
      });
      return readEntry(path);
    }),
  );
  return entries.filter((entry) => entry !== null);
}

/** Confirmed entries, the newest first, read one at a time: a journal may be long. Unreadable ones are passed over. */
export async function* readJournal(state: StateFolder): AsyncGenerator<JournalEntry> {
  for (const { n, done } of await listEntries(state)) {
    const entry = done ? await readEntry(entryPath(state, n)) : null;
    if (entry) yield entry;
  }
}

/**
 * Commands that nobody has taken back, the newest first. `undo` itself is in the journal, but is none of them; what lies
 * behind a `forget` is gone.
 */
export async function* readUndoable(state: StateFolder): AsyncGenerator<JournalEntry> {
  const undone = new Set<number>();
  for await (const entry of readJournal(state)) {
    if (entry.forgets) return;
    if (entry.undoes !== null) undone.add(entry.undoes);
    // One without files changed nothing: it gave up what was overwritten.
    else if (!undone.has(entry.n) && entry.files.length > 0) yield entry;
  }
}

/** A command whose events the log has no more. */
export interface Overwritten {
  readonly entry: JournalEntry;
  readonly lost: readonly WrittenEvent[];
}

/** So many commands whose events are all there end a quick look. */
const LOOK_BACK = 20;

/**
 * Commands that nobody has taken back and whose events are lost, the oldest first: a sync client or an old window saved
 * over them. `lostOf` looks into the book as it is now. Quick: only as far back as twenty commands that stand.
 */
export async function findOverwritten(
  state: StateFolder,
  lostOf: (entry: JournalEntry) => readonly WrittenEvent[],
  quick: boolean,
): Promise<readonly Overwritten[]> {
  const found: Overwritten[] = [];
  const settled = new Set<number>();
  let standing = 0;
  for await (const entry of readJournal(state)) {
    if (entry.undoes !== null) settled.add(entry.undoes);
    if (entry.undoes !== null || settled.has(entry.n)) continue;
    for (const n of entry.restores ?? []) settled.add(n);
    const lost = lostOf(entry);
    if (lost.length > 0) found.push({ entry, lost });
    else if (quick && ++standing >= LOOK_BACK) break;
  }
  return found.reverse();
}

/** Keeps an entry that changes no file; called with the book locked. */
export async function addEntry(
  state: StateFolder,
  entry: Omit<JournalEntry, 'n'>,
  owner: Ownership | null,
): Promise<void> {
  const numbered = { ...entry, n: await nextEntryNumber(state) };
  await writePending(state, numbered, owner);
  await confirmEntry(state, numbered);
}

/**
 * The exact bytes that stood in an entry's files before it, in their order (null for a file that it made); null where
 * one of them is not kept any more, or not what it was (a program wrote on into the old file).
 */
export async function readKept(
  state: StateFolder,
  { files }: JournalEntry,
): Promise<readonly (Uint8Array | null)[] | null> {
  const pieces: (Uint8Array | null)[] = [];
  for (const { kept, hashBefore } of files) {
    if (kept === null && hashBefore === null) {
      pieces.push(null);
      continue;
    }
    if (kept === null) return null;
    const path = join(state.kept, kept);
    try {
      if ((await hashFile(path)) !== hashBefore) return null;
      pieces.push(await readFile(path));
    } catch (error) {
      throw stateFailure(path, error);
    }
  }
  return pieces;
}

/** The name of a kept file: its entry's number, and its ending so that a person can open it. */
export function keptName(n: number, index: number, name: string): string {
  return `${pad(n)}${index > 0 ? `-${index + 1}` : ''}${extname(name)}`;
}

/** Keeps the file at `path` under `kept`: a second name for the same bytes, or a copy where links fail. */
export async function keepFile(path: string, kept: string): Promise<void> {
  await rm(kept, { force: true });
  try {
    await link(path, kept);
  } catch (error) {
    if (errnoOf(error) === null || errnoOf(error) === 'ENOENT') throw error;
    await copyFile(path, kept, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const handle = await open(kept, 'r+');
    await handle.sync().finally(() => handle.close());
  }
  await flushFolder(dirname(kept));
}

/** Of the kept workbooks the last 20 stay, at most 500 MB of them; the very last one always. */
export async function pruneKept(
  state: StateFolder,
  bounds = { books: KEPT_BOOKS, bytes: KEPT_BYTES },
): Promise<void> {
  const names = (await readdir(state.kept)).filter((name) => /^\d+/.test(name));
  const numbers = [...new Set(names.map((name) => Number.parseInt(name, 10)))].sort((a, b) => b - a);
  // What was learned of a large book lies beside them, and within the same bound.
  let bytes = await sizeOfIndex(state);
  for (const [index, n] of numbers.entries()) {
    const paths = names
      .filter((name) => Number.parseInt(name, 10) === n)
      .map((name) => join(state.kept, name));
    for (const path of paths) bytes += (await stat(path)).size;
    if (index > 0 && (index >= bounds.books || bytes > bounds.bytes))
      for (const path of paths) await rm(path);
  }
}

/** Of the journal the last 5,000 commands stay. */
export async function pruneJournal(state: StateFolder, most = JOURNAL_ENTRIES): Promise<void> {
  const old = (await listEntries(state)).slice(most).filter(({ done }) => done);
  for (const { n } of old) await rm(entryPath(state, n), { force: true });
}

/** Whether everything that a command replaced is still kept: without it nothing can be taken back. */
export async function isKept(state: StateFolder, { files }: JournalEntry): Promise<boolean> {
  for (const { kept } of files) if (kept !== null && !(await exists(join(state.kept, kept)))) return false;
  return true;
}

async function sizeOfIndex({ index }: StateFolder): Promise<number> {
  const names = await readdir(index).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(index, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

interface Listed {
  readonly n: number;
  readonly done: boolean;
}

/** Newest first; empty where nothing was ever written. */
async function listEntries(state: StateFolder): Promise<readonly Listed[]> {
  const names = await readdir(state.journal).catch((error: unknown) => {
    // ENOTDIR: a file stands where the state folder should be, so there is none of ours.
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw stateFailure(state.journal, error);
  });
  return names
    .flatMap((name) => {
      const match = /^(\d+)(\.pending)?\.json$/.exec(name);
      return match ? [{ n: Number(match[1]), done: match[2] === undefined }] : [];
    })
    .sort((a, b) => b.n - a.n);
}

/** Three lines: what was done, its cells, and the sum of both: what a disk has altered would be put into the book by `undo`. */
function entryText({ changes, ...head }: JournalEntry): string {
  const [done, cells] = [JSON.stringify(head), JSON.stringify(packChanges(changes))];
  return `${done}\n${cells}\n${sumOf(done, cells)}\n`;
}

function sumOf(head: string, cells: string): string {
  return hashPieces([Buffer.from(`${head}\n${cells}`)]);
}

/** Its cells are taken apart when they are asked for: most of a journal is only looked through. */
async function readEntry(path: string): Promise<JournalEntry | null> {
  try {
    const [head = '', cells = '', sum = ''] = (await readFile(path, 'utf8')).split('\n');
    const entry: JournalEntry | null = JSON.parse(head);
    if (!Array.isArray(entry?.files) || typeof entry.command !== 'string') return null;
    // As earlier versions wrote it: in one line, or in two without their sum.
    if (Array.isArray(entry.changes)) return entry;
    if (sum !== '' && sum !== sumOf(head, cells)) return null;
    let changes = sum === '' ? unpackChanges(JSON.parse(cells)) : undefined;
    return {
      ...entry,
      get changes() {
        changes ??= unpackChanges(JSON.parse(cells));
        return changes;
      },
    };
  } catch {
    // Unreadable, or cells without a sum that are none: whatever it says cannot be relied upon.
    return null;
  }
}

/** Where a confirmed entry lies. */
export function entryPath({ journal }: StateFolder, n: number): string {
  return join(journal, `${pad(n)}.json`);
}

function pendingPath({ journal }: StateFolder, n: number): string {
  return join(journal, `${pad(n)}.pending.json`);
}

function pad(n: number): string {
  return String(n).padStart(6, '0');
}
