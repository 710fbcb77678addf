import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { actingUser } from './config.ts';
import { errnoOf, ownershipOf } from './files.ts';
import { acquireLock } from './lock.ts';
import { createStateFolder, stateFolderOf } from './state-folder.ts';
import type { Store } from './store.ts';

/**
 * Takes the right to be the one check that is at it by night, or that remembers what it told; returns what gives it back. It is a lock of its own
 * in the state folder: nobody's writing waits for it. Throws Failure('busy') while another check has it; where the
 * folder cannot be written nothing can be remembered either, and nothing is locked.
 */
export async function lockNight({ book }: Pick<Store, 'book'>, io: Io): Promise<() => Promise<void>> {
  const state = stateFolderOf(book, io.cwd);
  try {
    await createStateFolder(state, await ownershipOf(state.book));
    const night = join(state.folder, 'night');
    // What is sent may take long to be answered: who asks it to stop is obeyed at once, and the next check takes over.
    const { stops: _, ...quick } = io;
    return await acquireLock({
      book: night,
      files: [],
      user: actingUser(io),
      wait: 0,
      ignoreLock: false,
      io: quick,
    });
  } catch (error) {
    if (error instanceof Failure && error.code === 'busy') {
      throw new Failure(
        'busy',
        {
          zh: '同一本工作簿的另一次检查(--nightly、--since 或 --notify)还在进行,这一次没有检查',
          en: 'Another check of this workbook (--nightly, --since or --notify) is still running; this one did not check',
        },
        { file: state.book },
      );
    }
    if (errnoOf(error) === null) throw error;
    return async () => undefined;
  }
}
