import { refuseUnadopted } from '../app.ts';
import { takenIds } from '../core/ids.ts';
import { counted } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { planRestore } from '../core/restore.ts';
import { visible } from '../core/text.ts';
import type { LeftCell } from '../core/undo.ts';
import { type WrittenCells, writtenTables } from '../core/written.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { overwrittenEntries } from '../overwritten.ts';
import { writingText } from '../progress.ts';
import { type Reading, readBook } from '../read-book.ts';
import type { Session } from '../session.ts';
import { orBusy } from '../storage/busy.ts';
import { ownershipOf } from '../storage/files.ts';
import { addEntry, commandLine, type Overwritten } from '../storage/journal.ts';
import { saveBook, withLock } from '../storage/save.ts';
import { createStateFolder, stateFolderOf } from '../storage/state-folder.ts';
import type { Plan } from '../storage/store.ts';
import { changeJson, changeLine, writtenPlaces } from '../write-words.ts';
import type { CommandSpec } from './command.ts';
import { tablesOf } from './undo-plan.ts';
import { entryJson, leftJson, leftLine } from './undo-words.ts';

export const restoreCommand: CommandSpec = {
  name: 'restore',
  args: '',
  summary: {
    zh: '把被同步盘或旧窗口覆盖掉的记录写回去(先 --dry-run)',
    en: 'write again what a sync client or an old window saved over (look first: --dry-run)',
  },
  writes: true,
  queues: false,
  options: [
    {
      flags: '--dismiss',
      text: { zh: '不写回,以后也不再提', en: 'write nothing, and speak of it no more' },
    },
  ],
  examples: ['restore --dry-run', 'restore', 'restore --dismiss'],
  async run(session, _args, options) {
    const { io, options: globals } = session;
    const first = await readBook(session);
    const found = await overwrittenEntries(session, first);
    if (found.length === 0) return showNothing(session);
    if (options.dismiss !== true) refuseUnadopted(first);
    if (globals.dryRun) {
      const restoring = options.dismiss === true ? null : await planIt(first, found);
      return show(session, first, found, restoring);
    }
    const { book, files } = first.store;
    const { wait, ignoreLock } = globals;
    return withLock({ book, files, wait, ignoreLock, io, waiting: session.progress.waiting }, async () => {
      const reading = await readBook(session, first.store.path);
      const again = await overwrittenEntries(session, reading);
      if (again.length === 0) return showNothing(session);
      if (options.dismiss === true) {
        await dismiss(session, reading, again);
        return show(session, reading, again, null);
      }
      const restoring = await planIt(reading, again);
      session.progress.step(writingText(reading.store.path));
      await saveBook({
        store: reading.store,
        plan: restoring.plan,
        io,
        user: reading.by,
        command: io.argv,
        restores: again.map(({ entry }) => entry.n),
        tables: writtenTables(reading.book, restoring.plan.changes),
      });
      return show(session, reading, again, restoring);
    });
  },
};

interface Restoring {
  readonly plan: Plan;
  readonly left: readonly LeftCell[];
}

async function planIt(reading: Reading, found: readonly Overwritten[]): Promise<Restoring> {
  const { book, store } = reading;
  const { patches, left } = planRestore(found.map(cellsOf), await tablesOf(reading, new Set()), {
    taken: takenIds(book),
    nextSeq: book.nextSeq,
    dates1904: store.dates1904,
    customer: book.shape.headers.get(book.shape.columns.get('customer') ?? 0) ?? '',
  });
  return { plan: await store.plan(patches), left };
}

/** What the command wrote, without those of its events that are still there. */
function cellsOf({ entry: { changes, tables = [] }, lost }: Overwritten): WrittenCells {
  const log = tables.find(({ role }) => role === 'log');
  const gone = new Set(lost.map(({ row }) => row));
  return {
    tables,
    changes: changes.filter(
      ({ sheet, row }) => sheet !== log?.sheet || row <= log.headerRow || gone.has(row),
    ),
  };
}

/** The journal takes note; the book stays as it is. */
async function dismiss(
  { io }: Session,
  { store, by }: Reading,
  found: readonly Overwritten[],
): Promise<void> {
  const state = stateFolderOf(store.book, io.cwd);
  const owner = await ownershipOf(store.files[0] ?? store.book);
  await orBusy(state.folder, async () => {
    await createStateFolder(state, owner);
    const entry = {
      time: new Date(io.now()).toISOString(),
      user: by,
      host: io.hostname,
      command: commandLine(io.argv),
      undoes: null,
      restores: found.map(({ entry: { n } }) => n),
      changes: [],
      files: [],
    };
    await addEntry(state, entry, owner);
  });
}

function showNothing(session: Session): ExitCode {
  if (session.options.json) session.json({ restored: [], changes: [], left: [], undo: null });
  else session.note({ zh: '没有被覆盖的记录', en: 'No record was overwritten' });
  return EXIT.done;
}

/** `restoring` null: they were dismissed. */
function show(
  session: Session,
  reading: Reading,
  found: readonly Overwritten[],
  restoring: Restoring | null,
): ExitCode {
  const { dryRun, json, verbose } = session.options;
  const { plan, left } = restoring ?? { plan: { changes: [], files: [] }, left: [] };
  const undo = dryRun || plan.changes.length === 0 ? null : commandText(reading.book, 'undo');
  if (json) {
    session.json({
      restored: restoring
        ? found.map(({ entry, lost }) => ({ ...entryJson(entry), events: lost.length }))
        : [],
      ...(restoring ? {} : { dismissed: found.map(({ entry }) => entryJson(entry)) }),
      changes: plan.changes.map((change) => changeJson(reading, change)),
      left: left.map((cell) => leftJson(session, reading, cell)),
      undo,
      ...(dryRun ? { dryRun } : {}),
    });
    return EXIT.done;
  }
  for (const { entry, lost } of found)
    session.print(
      visible(
        session.say({
          zh: `第 ${entry.n} 条 ${entry.user}「${entry.command}」:${lost.length} 条记录被覆盖`,
          en: `Command ${entry.n}, ${entry.user}'s “${entry.command}”: ${counted(lost.length, 'record')} overwritten`,
        }),
      ),
    );
  if (dryRun || verbose) for (const change of plan.changes) session.print(changeLine(reading, change));
  for (const cell of left) session.print(leftLine(session, cell));
  session.print(
    visible(session.say(resultText(plan, { left, dryRun, undo, dismissed: restoring === null }))),
  );
  return EXIT.done;
}

function resultText(
  { changes }: Plan,
  {
    left,
    dryRun,
    undo,
    dismissed,
  }: {
    readonly left: readonly LeftCell[];
    readonly dryRun: boolean;
    readonly undo: string | null;
    readonly dismissed: boolean;
  },
) {
  const n = changes.length;
  if (dismissed)
    return dryRun
      ? {
          zh: '试运行:不会写回,以后也不再提。',
          en: 'Dry run: nothing would be written, and nothing said again.',
        }
      : { zh: '没有写回,以后不再提。', en: 'Nothing was written; it will not be mentioned again.' };
  const kept =
    left.length === 0 ? { zh: '', en: '' } : { zh: `,保留 ${left.length} 格`, en: `, ${left.length} left` };
  if (dryRun)
    return {
      zh: `试运行:会写回 ${n} 格${kept.zh},没有写入任何内容。`,
      en: `Dry run: ${counted(n, 'cell')} would be written again${kept.en}; nothing was written.`,
    };
  const where = writtenPlaces(changes);
  return {
    zh: `已写回 ${n} 格${kept.zh}:${where.zh}。撤销: ${undo}`,
    en: `Wrote ${counted(n, 'cell')} again${kept.en}: ${where.en}. To undo: ${undo}`,
  };
}
