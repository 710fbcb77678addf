import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { errnoOf, flushFolder, hashFile, ownershipOf, writeFlushed } from './files.ts';
import { confirmEntry, dropEntry, type JournalEntry, type JournalFile, readPending } from './journal.ts';
import { lockPath } from './lock.ts';
import { type StateFolder, tempPrefix } from './state-folder.ts';

/**
 * Renames the temporary files of an entry over the files: all or none. Until the first rename everything may still
 * fail; one that fails later puts back what was moved, so that a thrown error always means: nothing was written.
 */
export async function renameAll(state: StateFolder, entry: JournalEntry, platform: string): Promise<void> {
  const moved: JournalFile[] = [];
  for (const file of entry.files) {
    try {
      await moveFile(state, file, platform);
      moved.push(file);
    } catch (error) {
      await putAllBack(state, moved);
      throw error;
    }
  }
  await flushFolders(state, entry);
}

/** Puts the new file in place of the old one, or takes the old one away. */
async function moveFile(state: StateFolder, file: JournalFile, platform: string): Promise<void> {
  if (file.hashAfter === null) return rm(targetOf(state, file));
  await renamePatiently(tempOf(state, file), targetOf(state, file), platform);
}

async function flushFolders(state: StateFolder, { files }: JournalEntry): Promise<void> {
  for (const folder of new Set(files.map((file) => dirname(targetOf(state, file)))))
    await flushFolder(folder);
}

/** Whether an error leaves a store of several files half written, for the next run to finish: then nothing may be cleared. */
export function isHalfWritten(error: unknown): boolean {
  return error instanceof Failure && error.detail.halfWritten === true;
}

/**
 * Clears what an earlier run left when it was killed: finishes or takes back an entry that nobody confirmed, then
 * removes stray temporary files. Called with the lock held; the journal comes first, it needs those files.
 */
export async function settleLeftovers(state: StateFolder, platform: string): Promise<void> {
  for (const entry of await readPending(state)) {
    await settleEntry(state, entry, platform);
    // Beside the target of a link they lie in a folder that is not swept.
    for (const file of entry.files) await rm(tempOf(state, file), { force: true });
  }
  const prefix = tempPrefix(state.book);
  const lock = basename(lockPath(state.book));
  for (const name of await readdir(state.home)) {
    if (name.startsWith(prefix) && name !== lock) await rm(join(state.home, name), { force: true });
  }
}

async function settleEntry(state: StateFolder, entry: JournalEntry, platform: string): Promise<void> {
  const moved = await Promise.all(entry.files.map((file) => wasMoved(state, file)));
  if (moved.every((each) => !each)) return dropEntry(state, entry);
  for (const [index, file] of entry.files.entries()) {
    if (moved[index]) continue;
    const ready =
      (file.hashAfter === null || (await hashFile(tempOf(state, file))) === file.hashAfter) &&
      (await hashFile(targetOf(state, file))) === file.hashBefore;
    if (!ready) {
      await putAllBack(
        state,
        entry.files.filter((_, other) => moved[other]),
      );
      return dropEntry(state, entry);
    }
    await moveFile(state, file, platform);
  }
  await flushFolders(state, entry);
  await confirmEntry(state, entry);
}

/** A rename takes the temporary file away; where somebody else took it, the contents tell. */
async function wasMoved(state: StateFolder, file: JournalFile): Promise<boolean> {
  const now = await hashFile(targetOf(state, file));
  if (now === file.hashAfter) return true;
  return (
    file.hashAfter !== null && now !== file.hashBefore && (await ownershipOf(tempOf(state, file))) === null
  );
}

async function putAllBack(state: StateFolder, files: readonly JournalFile[]): Promise<void> {
  try {
    for (const file of files) await putBack(state, file);
  } catch (error) {
    const names = files.map(({ name }) => name).join(', ');
    const code = errnoOf(error) ?? String(error);
    throw new Failure(
      'file',
      {
        zh: `${names} 已写入,其余文件没有(${code})。请排除故障后再执行任一写命令,它会补完或退回;原文件在 ${state.kept}`,
        en: `${names} was written, the other files were not (${code}). Remove the cause and run any writing command: it finishes or takes back. The old files are in ${state.kept}`,
      },
      { file: state.book },
      { halfWritten: true },
    );
  }
}

/** Puts the kept contents back in place of what was moved there. What somebody else has saved since stays. */
async function putBack(state: StateFolder, file: JournalFile): Promise<void> {
  const target = targetOf(state, file);
  if ((await hashFile(target)) !== file.hashAfter) return;
  if (file.kept === null) return rm(target);
  const kept = join(state.kept, file.kept);
  const temp = tempOf(state, file);
  await rm(temp, { force: true });
  await writeFlushed(temp, [await readFile(kept)], (await ownershipOf(target)) ?? (await ownershipOf(kept)));
  await rename(temp, target);
}

/** On Windows a file that a virus scanner or an indexer holds for a moment cannot be replaced: try for a second. */
export async function renamePatiently(from: string, to: string, platform: string): Promise<void> {
  for (let wait = 50; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '');
      if (platform !== 'win32' || !busy || wait > 800) throw error;
      await pause(wait);
    }
  }
}

/** Where a file of an entry stands. */
export function targetOf(state: StateFolder, { name }: Pick<JournalFile, 'name'>): string {
  return join(state.home, name);
}

function tempOf(state: StateFolder, { temp }: JournalFile): string {
  return join(state.home, temp);
}
