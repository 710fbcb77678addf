import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type CellChange, cellText } from '../core/sheet.ts';
import { errnoOf, type Ownership } from './files.ts';
import { entryPath, type JournalEntry, readJournal, rewriteEntry } from './journal.ts';
import { type StateFolder, stateFailure } from './state-folder.ts';

/** What the traces of a customer are known by. */
export interface Forgotten {
  readonly ids: ReadonlySet<string>;
  readonly names: readonly string[];
  /** The sheet whose rows the journal keeps: what it says of other deals in it is needed to see what was overwritten. */
  readonly logSheet: string;
}

/** How much was taken out of the state folder. */
export interface ForgottenTraces {
  /** Journal entries written anew. */
  readonly entries: number;
  /** Kept files removed. */
  readonly kept: number;
}

/**
 * Removes a customer's data from the journal and every kept file: they are whole books, and the commands before this
 * one cannot be taken back any more. Done again it does nothing: a run killed half-way is simply repeated. Called
 * inside the lock.
 */
export async function forgetTraces(
  state: StateFolder,
  forgotten: Forgotten,
  owner: Ownership | null,
): Promise<ForgottenTraces> {
  const kept = await listFiles(state.kept);
  for (const path of kept) await rm(path, { force: true });
  await rm(state.index, { recursive: true, force: true });
  let entries = 0;
  const readable = new Set<string>();
  for await (const entry of readJournal(state)) {
    readable.add(entryPath(state, entry.n));
    const clean = withoutTraces(entry, forgotten);
    if (clean === entry) continue;
    await rewriteEntry(state, clean, owner);
    entries++;
  }
  // What is no entry (a sync client's second copy, one that broke) is read by nobody, but would be found.
  for (const path of await listFiles(state.journal)) if (!readable.has(path)) await rm(path, { force: true });
  return { entries, kept: kept.length };
}

/** Other files of the state folder that name the customer, and queued commands about its deals; relative to its home. */
export async function findNamingFiles(state: StateFolder, { ids, names }: Forgotten): Promise<string[]> {
  const naming: string[] = [];
  for (const path of await listFiles(state.folder)) {
    if ([state.kept, state.journal, state.index].some((folder) => path.startsWith(folder))) continue;
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw stateFailure(path, error);
    });
    // What `check --since` remembers are ids, and they say nothing of the person.
    const words = path.startsWith(state.queue) ? [...ids, ...names] : names;
    if (words.some((each) => text.includes(JSON.stringify(each).slice(1, -1))))
      naming.push(relative(state.home, path));
  }
  return naming;
}

/** Of an entry that speaks of the customer only who, when and which verb, and its rows about others. */
function withoutTraces(entry: JournalEntry, { ids, names, logSheet }: Forgotten): JournalEntry {
  const isNaming = (text: string) => ids.has(text) || names.some((name) => text.includes(name));
  // Whose a row is, is said by the 商机编号 among its new cells, else by the one it had.
  const dealAt = ({ sheet, row }: CellChange) =>
    entry.tables?.find((table) => table.sheet === sheet)?.ids[row] ?? '';
  const namedRows = new Set(
    entry.changes.flatMap((change) =>
      [cellText(change.before), cellText(change.after), dealAt(change)].some(isNaming) ? rowKey(change) : [],
    ),
  );
  const words = entry.command.split(' ');
  const inCommand = isNaming(entry.command) || words.some((word) => ids.has(word));
  if (namedRows.size === 0 && !inCommand) return entry;
  // Where nothing says whose it is, it goes: an event always says so.
  const changes = entry.changes.filter(
    (change) => !namedRows.has(rowKey(change)) && (change.sheet === logSheet || entry.tables !== undefined),
  );
  return { ...entry, command: `${words[0]} …`, changes };
}

function rowKey({ sheet, row }: CellChange): string {
  return `${sheet}\n${row}`;
}

/** Every file under a folder; none where it is missing. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw stateFailure(folder, error);
  });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}
