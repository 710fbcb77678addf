import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, exists } from './files.ts';

/** A mark by which another program says that it has the workbook open. */
export interface OfficeMark {
  readonly path: string;
  /** Excel and WPS leave the same mark. */
  readonly program: 'Excel/WPS' | 'LibreOffice';
  /** The user the mark names, if it names one. */
  readonly user: string | null;
}

/** The mark of a program that has `book` (a real path) open; null where nobody says so. */
export async function findOfficeMark(book: string): Promise<OfficeMark | null> {
  const name = basename(book);
  const libre = await readMark(join(dirname(book), `.~lock.${name}#`));
  if (libre) return { path: libre.path, program: 'LibreOffice', user: readLibreUser(libre.bytes) };
  for (const cut of [0, 1, 2]) {
    const rest = [...name].slice(cut).join('');
    // The cut name of one book may be the whole name of its neighbour: then the mark is the neighbour's.
    if (rest.startsWith('.') || (cut > 0 && (await exists(join(dirname(book), rest))))) continue;
    for (const start of ['~$', '.~']) {
      const mark = await readMark(join(dirname(book), start + rest));
      if (mark) return { path: mark.path, program: 'Excel/WPS', user: readExcelUser(mark.bytes) };
    }
  }
  return null;
}

interface ReadMark {
  readonly path: string;
  /** Empty where Excel on Windows keeps the mark to itself. */
  readonly bytes: Buffer;
}

async function readMark(path: string): Promise<ReadMark | null> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code === 'EBUSY' || code === 'EACCES' || code === 'EPERM'
      ? { path, bytes: Buffer.alloc(0) }
      : null;
  }
}

/**
 * Excel's owner file: a length and the name in the system's code page in 55 bytes, then a length and the name in
 * UTF-16. WPS writes the same shape.
 */
function readExcelUser(bytes: Buffer): string | null {
  const wide = bytes.length >= 57 ? bytes.readUInt16LE(55) : 0;
  if (wide > 0 && wide <= 54 && bytes.length >= 57 + wide * 2) {
    return bytes.toString('utf16le', 57, 57 + wide * 2).trim() || null;
  }
  const narrow = bytes[0] ?? 0;
  if (narrow === 0 || narrow > 54 || bytes.length <= narrow) return null;
  return new TextDecoder('gb18030').decode(bytes.subarray(1, 1 + narrow)).trim() || null;
}

/** LibreOffice: `name,login,host,time,profile;` with `\,` for a comma in a name. */
function readLibreUser(bytes: Buffer): string | null {
  const [name = '', login = '', host = ''] = bytes
    .toString('utf8')
    .split(/(?<!\\),/)
    .map((part) => part.replaceAll('\\,', ',').trim());
  const user = name || login;
  return user && host ? `${user}(${host})` : user || host || null;
}
