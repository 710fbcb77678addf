import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { errnoOf } from './files.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a small UTF-8 file that a command was given, `-` for stdin. Throws Failure('file') for what cannot be read. */
export async function readInputText(io: Pick<Io, 'cwd' | 'readStdin'>, file: string): Promise<string> {
  const bytes = file === '-' ? await io.readStdin() : await readBytes(resolve(io.cwd, file), file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(
      'file',
      { zh: `${file} 不是 UTF-8 文本`, en: `${file} is no UTF-8 text` },
      { file, expected: 'UTF-8' },
    );
  }
}

async function readBytes(path: string, file: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (stats.isFile() && stats.size <= MAX_BYTES) return await readFile(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    throw new Failure(
      'file',
      code === 'ENOENT'
        ? { zh: `没有 ${file} 这个文件`, en: `There is no file ${file}` }
        : { zh: `${file} 读不了(系统报告 ${code})`, en: `${file} cannot be read (the system says ${code})` },
      { file },
    );
  }
  throw new Failure(
    'file',
    { zh: `${file} 不是普通文件,或大于 16 MB`, en: `${file} is no ordinary file, or larger than 16 MB` },
    { file },
  );
}
