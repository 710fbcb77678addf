import { createHash } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Mode and owner of a workbook: what is kept beside it (kept workbooks, journal, lock) carries them too. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** SHA-256 of pieces written one after the other, in hex. */
export function hashPieces(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256 of a file's bytes, in hex; null where there is no such file. */
export async function hashFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  return (await readPieces(path, (piece) => hash.update(piece) !== null)) === null
    ? null
    : hash.digest('hex');
}

/** All bytes of a file. `beside` is given each piece of it while the next one is read. Throws what the system says. */
export async function readWhole(path: string, beside: (piece: Buffer) => void): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    // Room for one more byte: without it the end would not be seen.
    let bytes = Buffer.allocUnsafe((await handle.stat()).size + 1);
    let length = 0;
    for (let reading = handle.read(bytes, 0, Math.min(STRIDE, bytes.length), null); ; ) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
      if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
      reading = handle.read(bytes, length, Math.min(STRIDE, bytes.length - length), null);
      beside(bytes.subarray(length - bytesRead, length));
    }
  } finally {
    await handle.close();
  }
}

/** What is read at once where all is kept anyway: every call costs a turn. */
const STRIDE = 4 * 1024 * 1024;

/** Whether a file holds just these pieces, one after the other; false where there is no such file. */
export async function holdsPieces(path: string, pieces: readonly Uint8Array[]): Promise<boolean> {
  let [index, at] = [0, 0];
  const isSame = await readPieces(path, (read) => {
    for (let done = 0; done < read.length; ) {
      const piece = pieces[index];
      if (!piece) return false;
      const length = Math.min(piece.length - at, read.length - done);
      if (Buffer.compare(piece.subarray(at, at + length), read.subarray(done, done + length)) !== 0)
        return false;
      done += length;
      at += length;
      if (at < piece.length) continue;
      index++;
      at = 0;
    }
    return true;
  });
  return isSame === true && pieces.slice(index).every((piece) => piece.length === 0);
}

/**
 * Reads a file in pieces that are only lent, until `take` returns false: whether it took them all; null where there is no
 * such file. A large file is read several times in a command, and must not be held as often.
 */
async function readPieces(path: string, take: (piece: Buffer) => boolean): Promise<boolean | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const size = Math.min(PIECE, (await handle.stat()).size + 1);
      let [buffer, other] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
      let reading = handle.read(buffer, 0, size, null);
      for (;;) {
        const { bytesRead } = await reading;
        if (bytesRead === 0) return true;
        // The next piece comes while this one is looked at.
        reading = handle.read(other, 0, size, null);
        const goesOn = take(buffer.subarray(0, bytesRead));
        [buffer, other] = [other, buffer];
        if (goesOn) continue;
        await reading;
        return false;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

const PIECE = 1024 * 1024;

/** `ENOSPC` and the like, where the error is the operating system's; else null. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : null;
}

/** Writes pieces to a new file and waits until they are on the disk; a failed one is removed. The file must not exist. */
export async function writeFlushed(
  path: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
): Promise<void> {
  await writeNew(path, pieces, owner, true);
}

/** The same; gives the SHA-256 of the pieces, in hex, summed up while the disk is busy. */
export async function writeHashed(
  path: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
): Promise<string> {
  const hash = createHash('sha256');
  await writeNew(path, pieces, owner, true, (piece) => hash.update(piece));
  return hash.digest('hex');
}

/** The same for what may be lost with the power: without waiting. */
export async function writeUnflushed(
  path: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
): Promise<void> {
  await writeNew(path, pieces, owner, false);
}

async function writeNew(
  path: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
  flush: boolean,
  beside: (piece: Uint8Array) => void = () => {},
): Promise<void> {
  const handle = await open(path, 'wx', owner ? owner.mode & 0o777 : 0o666);
  try {
    for (const piece of pieces) {
      for (const slice of slicesOf(piece)) {
        const writing = handle.writeFile(slice);
        beside(slice);
        await writing;
      }
    }
    if (owner) {
      // The owner first: a change of owner clears bits of the mode. Who may not give files away keeps the group at least.
      await handle
        .chown(owner.uid, owner.gid)
        .catch(() => handle.chown(-1, owner.gid).catch(() => undefined));
      await handle.chmod(owner.mode & 0o7777);
    }
    if (flush) await handle.sync();
  } catch (error) {
    // A full disk still creates empty files: none of them stays beside the workbook.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

/** As much as goes to the disk in one call. */
const SLICE = 512 * 1024;

function slicesOf(piece: Uint8Array): readonly Uint8Array[] {
  if (piece.length <= SLICE) return [piece];
  return Array.from({ length: Math.ceil(piece.length / SLICE) }, (_, index) =>
    piece.subarray(index * SLICE, (index + 1) * SLICE),
  );
}

/** Puts `text` under `path` whole or not at all, flushed; a file already there is replaced. */
export async function replaceText(path: string, text: string, owner: Ownership | null): Promise<void> {
  const temp = `${path}.tmp`;
  await rm(temp, { force: true });
  await writeFlushed(temp, [Buffer.from(text)], owner);
  try {
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(dirname(path));
}

/**
 * Makes a folder, and those it lies in; false where it is there. Not by mkdir's own `recursive`: where the system refuses a
 * folder with ENOENT though the one around it is there (/proc, some network drives), Node 20 tries for ever.
 */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((await stat(path).catch(() => null))?.isDirectory()) return false;
    const around = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || around === path || (await exists(around))) throw error;
  }
  await makeFolder(dirname(path));
  return makeFolder(path);
}

/** Makes a rename in `folder` last. Folders are opened for reading: `r+` is EISDIR; Windows cannot do it at all. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // A file system that cannot flush a folder (SMB, Windows) gives no way to do more.
  }
}

/**
 * Creates `path` with `pieces` only if nothing is there; false where something is. Others see it whole or not at all:
 * the temporary file `temp` is linked under the name. Where links are refused (SMB, exFAT) it is created exclusively
 * instead, and may be seen unfinished.
 */
export async function createExclusive(
  path: string,
  temp: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
): Promise<boolean> {
  await writeFlushed(temp, pieces, owner);
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    return await writeExclusive(path, pieces, owner);
  } finally {
    // Linked or not is decided: a second name that stays is swept by the next run.
    await rm(temp, { force: true }).catch(() => undefined);
  }
}

async function writeExclusive(
  path: string,
  pieces: readonly Uint8Array[],
  owner: Ownership | null,
): Promise<boolean> {
  try {
    await writeFlushed(path, pieces, owner);
    return (await hashFile(path)) === hashPieces(pieces);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Who owns `path` and how it may be used; null where it does not exist. */
export async function ownershipOf(path: string): Promise<Ownership | null> {
  try {
    const { mode, uid, gid } = await stat(path);
    return { mode, uid, gid };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await ownershipOf(path)) !== null;
}
