import { commandText } from '../core/paste.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type Applied, applyQueue, exceptWritten, queuedEntry, queuedJson, readWaiting } from '../queue.ts';
import { noteOrphans } from '../read-book.ts';
import type { Session } from '../session.ts';
import { locateBook } from '../storage/locate.ts';
import { openStore } from '../storage/open.ts';
import { withLock } from '../storage/save.ts';
import type { Store } from '../storage/store.ts';
import type { CommandSpec } from './command.ts';

export const syncCommand: CommandSpec = {
  name: 'sync',
  args: '',
  summary: { zh: '把排队的命令写进表里', en: 'write the queued commands into the table' },
  writes: true,
  queues: false,
  options: [],
  examples: ['sync', 'sync --quiet', 'sync --wait 60', 'sync --dry-run'],
  async run(session) {
    const { options, io } = session;
    const store = await openStore(await locateBook({ fileOption: options.file, env: io.env, cwd: io.cwd }));
    await noteOrphans(session, store);
    return writeWaiting(session, store);
  },
};

/** Writes what waits; exit 4 where one of them was refused, which is said under --quiet too. Nothing waits: nothing is done. */
export async function writeWaiting(
  session: Session,
  store: Store,
): Promise<typeof EXIT.done | typeof EXIT.refused> {
  const { io, options } = session;
  const waiting = await readWaiting(session, store);
  if (waiting.length === 0) session.note({ zh: '没有排队的命令', en: 'No command is queued' });
  if (options.dryRun && !options.json) {
    for (const command of waiting) session.print(queuedEntry(session, command));
    return EXIT.done;
  }
  const { book, files } = store;
  const { wait, ignoreLock } = options;
  const applied: Applied[] = [];
  if (waiting.length > 0 && !options.dryRun)
    await withLock({ book, files, wait, ignoreLock, io, waiting: session.progress.waiting }, () =>
      applyQueue(session, store, (each) => applied.push(each)),
    ).catch((error: unknown) => {
      throw exceptWritten(error, applied);
    });
  const written = applied.filter(({ refused }) => refused === null);
  const refused = applied.filter((each) => each.refused !== null);
  if (options.json) {
    session.json({
      written: written.map(({ command, ids, plan }) => ({
        ...queuedJson(session, command),
        ids,
        cells: plan?.changes.length ?? 0,
      })),
      refused: refused.map(({ command, refused: reason }) => queuedJson(session, { ...command, reason })),
      ...(options.dryRun ? { dryRun: true, waiting: waiting.map((each) => queuedJson(session, each)) } : {}),
    });
    return refused.length > 0 ? EXIT.refused : EXIT.done;
  }
  if (written.length > 0)
    session.print(
      session.say({
        zh: `已补写 ${written.length} 条排队的命令`,
        en: `Wrote ${written.length} queued command${written.length === 1 ? '' : 's'}`,
      }),
    );
  if (refused.length === 0) return EXIT.done;
  const look = commandText({ named: options.file }, 'pending');
  const numbers = refused.map(({ command: { n } }) => n).join('、');
  throw new Failure(
    'refused',
    {
      zh: `排队的第 ${numbers} 条没有写入,仍留着;原因见 ${look}`,
      en: `Queued command ${numbers} was not written and stays; for the reason see ${look}`,
    },
    { file: store.path },
  );
}
