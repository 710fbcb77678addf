import { open } from 'node:fs/promises';
import { errnoOf } from './files.ts';

/**
 * Appends text to a log. A new log on Windows begins with a BOM: without one its editors read UTF-8 as ANSI. Null:
 * written; else the system's word for why not.
 */
export async function appendLog(path: string, text: string, platform: string): Promise<string | null> {
  try {
    const handle = await open(path, 'a');
    try {
      const isNew = (await handle.stat()).size === 0;
      await handle.appendFile(`${isNew && platform === 'win32' ? '\uFEFF' : ''}${text}`);
      return null;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code;
  }
}
