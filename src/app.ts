import type { Book } from './core/book.ts';
import { parseIsoDay } from './core/date.ts';
import type { Deal } from './core/deal.ts';
import { type BadInput, type Decision, isDecision, type Refusal } from './core/decision.ts';
import { backdate } from './core/draft.ts';
import { encodeDecision } from './core/encode.ts';
import { relieveFullCells } from './core/full-cells.ts';
import { adoptNewRows } from './core/ids.ts';
import type { TableSpec } from './core/kept-table.ts';
import { counted, type Message } from './core/message.ts';
import { commandText, UNNAMED } from './core/paste.ts';
import { joinDecisions } from './core/simulate.ts';
import { visible } from './core/text.ts';
import { writtenTables } from './core/written.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import { readKeptTables } from './kept-tables.ts';
import { agreeToLarge, findLargeChange, type LargeChange, largeNote } from './large-change.ts';
import { writingText } from './progress.ts';
import {
  type Applied,
  applyQueue,
  exceptWritten,
  keepCommands,
  lastingName,
  lookAhead,
  mayQueue,
} from './queue.ts';
import { type Reading, readBook } from './read-book.ts';
import type { QueuedRun, Session } from './session.ts';
import { isHeld } from './storage/lock.ts';
import { saveBook, withLock } from './storage/save.ts';
import type { Plan } from './storage/store.ts';
import { recordedAtText } from './today.ts';
import {
  addedHeaders,
  changeJson,
  changeLine,
  missingJson,
  refusalText,
  writtenPlaces,
} from './write-words.ts';

/** Instead of answers: nothing is to be written after all. */
export const LEFT: unique symbol = Symbol('left');

export interface Writing<Answers, Made extends Decision = Decision> {
  /** What is chosen or asked on what was read, before the lock. */
  ask(reading: Reading): Promise<Answers | typeof LEFT>;
  /** Pure: called on what stands in the file once the lock is held. */
  decide(reading: Reading, answers: Answers): Made | Refusal | BadInput;
  /** Writes what must be on the disk when the book is saved (not for --dry-run); gives what takes it back if the save fails. */
  beforeSave?(reading: Reading, made: Made): Promise<() => Promise<void>>;
  /** What is said instead of the usual words. */
  show?(written: Written<Made>): void;
  /** Tables `decide` looks at besides the book's own. */
  readonly tables?: readonly TableSpec[];
  /** What is shown beside the usual words. */
  beside?(made: Made): Beside;
  /**
   * The command as it is queued: whole command lines that ask nothing, a deal called what `nameOf` says. Null: it cannot
   * wait (what it reads from stdin is gone by then). Absent: as it was typed, which is right where `ask` asks nothing.
   */
  queued?(answers: Answers, nameOf: (deal: Deal) => string): readonly (readonly string[])[] | null;
  /** What the command lines of `queued` read from stdin; absent: nothing. */
  queuedStdin?(answers: Answers, nameOf: (deal: Deal) => string): string;
}

/** `text` (where there is any) stands above the line that says what was written (not for --dry-run), the rest in the JSON. */
export interface Beside {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly notes: readonly Message[];
}

/** What was written, or would be (--dry-run). */
export interface Written<Made extends Decision> {
  readonly reading: Reading;
  readonly made: Made;
  readonly plan: Plan;
  readonly dryRun: boolean;
}

/**
 * One writing command, whole: read, ask, lock, read again (where the files are no longer those that were read), decide, encode, plan, save, say what changed and how to
 * undo it. --dry-run stops after the plan. A Refusal ends as exit 4 with every missing item, a BadInput as exit 2.
 */
export async function writeBook<A, Made extends Decision = Decision>(
  session: Session,
  writing: Writing<A, Made>,
): Promise<ExitCode> {
  if (session.queued) return writeQueued(session, session.queued, writing);
  const read = () => readWith(session, writing);
  const disk = await read();
  refuseUnadopted(disk);
  if (session.options.dryRun) {
    const answers = await writing.ask(named(disk));
    if (answers !== LEFT) await write(session, disk, writing, { answers, save: false, agreed: 0 });
    return EXIT.done;
  }
  // What waits will be written first: one may log a deal whose lead is still in the queue.
  const { reading: first } = await lookAhead(session, disk);
  const answers = await writing.ask(named(first));
  if (answers === LEFT) return EXIT.done;
  const { yes, wait, ignoreLock } = session.options;
  const { book, files } = first.store;
  const applied: Applied[] = [];
  // How many rows are touched shows under the lock; a question is asked without one, and the book is read again.
  const save = async (agreed: number): Promise<ExitCode> => {
    const large = await withLock(
      { book, files, wait, ignoreLock, io: session.io, waiting: session.progress.waiting },
      async () => {
        await applyQueue(session, first.store, (each) => applied.push(each));
        const reading = (await first.store.isUnchanged?.()) ? first : await read();
        return write(session, reading, writing, { answers, save: true, agreed });
      },
    );
    if (large === null) return EXIT.done;
    await agreeToLarge(session, first, large);
    return save(large.rows);
  };
  try {
    return await save(yes ? Number.POSITIVE_INFINITY : 0);
  } catch (error) {
    if (!isHeld(error) || !(await mayQueue(session, first, error))) throw exceptWritten(error, applied);
    return queueWriting(session, { disk, first }, writing, answers, error);
  }
}

async function readWith<A, Made extends Decision>(
  session: Session,
  writing: Writing<A, Made>,
): Promise<Reading> {
  return withTables(await readBook(session, session.queued?.path, true), writing);
}

async function withTables<A, Made extends Decision>(
  reading: Reading,
  { tables }: Writing<A, Made>,
): Promise<Reading> {
  const { store, book } = reading;
  return { ...reading, tables: await readKeptTables(store, tables ?? [], book.shape.sheet) };
}

/** Plans, saves and says what was written. Null: done. Else nothing was: it touches more rows than were agreed to. */
async function write<A, Made extends Decision>(
  session: Session,
  reading: Reading,
  writing: Writing<A, Made>,
  { answers, save, agreed }: { readonly answers: A; readonly save: boolean; readonly agreed: number },
): Promise<LargeChange | null> {
  const { made, decision, plan } = await planWriting(session, reading, writing, answers);
  const large = findLargeChange(reading, plan.changes);
  if (large && save && large.rows > agreed) return large;
  if (large && !save) session.note(largeNote(large));
  if (save) {
    const { store, by } = reading;
    session.progress.step(writingText(store.path));
    const takeBack = (await writing.beforeSave?.(reading, made)) ?? (async () => {});
    const { queued } = session;
    try {
      await saveBook({
        store,
        plan,
        io: queued ? { ...session.io, ...queued.home } : session.io,
        user: by,
        command: session.io.argv,
        tables: writtenTables(reading.book, plan.changes),
        ...(queued ? { queued: queued.command.id } : {}),
      });
    } catch (error) {
      await takeBack();
      throw error;
    }
  }
  if (session.queued) session.queued.wrote?.(decision.ids, plan);
  else if (writing.show) writing.show({ reading, made, plan, dryRun: !save });
  else showWritten(session, reading, { decision, plan, beside: writing.beside?.(made) ?? null }, !save);
  return null;
}

/** A command of the queue: decided on what stands there now, and written or only looked at. */
async function writeQueued<A, Made extends Decision>(
  session: Session,
  { look, command }: QueuedRun,
  writing: Writing<A, Made>,
): Promise<ExitCode> {
  const as = { today: parseIsoDay(command.day) ?? 0, by: command.user };
  const reading = look
    ? await withTables({ ...look.reading, ...as }, writing)
    : await readWith(session, writing);
  refuseUnadopted(reading);
  const answers = await writing.ask(named(reading));
  if (answers === LEFT) return EXIT.done;
  if (look) look.take(decideWriting(session, reading, writing, answers).decision);
  else {
    const agreed = session.options.yes ? Number.POSITIVE_INFINITY : 0;
    const large = await write(session, reading, writing, { answers, save: true, agreed });
    if (large) await agreeToLarge(session, reading, large);
  }
  return EXIT.done;
}

/** Keeps the command for later. What is refused on the table as it will be is refused at once. */
async function queueWriting<A, Made extends Decision>(
  session: Session,
  { disk, first }: { readonly disk: Reading; readonly first: Reading },
  writing: Writing<A, Made>,
  answers: A,
  held: Failure,
): Promise<ExitCode> {
  const { decision } = decideWriting(session, first, writing, answers);
  const { sheet } = first.book.shape;
  const large = findLargeChange(
    first,
    decision.fields.map(({ row }) => ({ sheet, row })),
  );
  if (large && !session.options.yes) await agreeToLarge(session, first, large);
  const nameOf = (deal: Deal) => lastingName(disk, named(first), deal);
  const lines = writing.queued ? writing.queued(answers, nameOf) : [session.words()];
  if (lines === null) throw held;
  for (const note of decision.notes) session.note(note);
  const stdin = writing.queuedStdin?.(answers, nameOf) ?? '';
  await keepCommands(session, first, { lines, stdin, ids: decision.ids, held });
  return EXIT.done;
}

/** Every row has its 商机编号: what a decision is made on. */
function named(reading: Reading): Reading {
  return { ...reading, book: adoptNewRows(reading.book).book };
}

/** Writing is for adopted tables only: the commitment is the user's to make. */
export function refuseUnadopted({ store, book }: Reading): void {
  if (book.adopted) return;
  if (book.events.length > 0) throw idColumnGone(store.path, book.shape.sheet);
  const [plan, adopt] = [['--dry-run'], []].map((more) => commandText(UNNAMED, 'adopt', store.path, ...more));
  throw new Failure(
    'refused',
    {
      zh: `${store.path} 还没有接管,只能查看。先看计划: ${plan}\n再接管: ${adopt}`,
      en: `${store.path} has not been adopted; it can only be read. See the plan: ${plan}\nThen: ${adopt}`,
    },
    { file: store.path },
  );
}

/** The log is there, the column that says whose its records are is not: renamed or deleted by hand. */
function idColumnGone(path: string, sheet: string): Failure {
  const adopt = commandText(UNNAMED, 'adopt', path, '--map', '现在的表头=商机编号');
  return new Failure(
    'refused',
    {
      zh: `${path} 有过程记录,但「${sheet}」里没有「商机编号」这一列,不知道哪条记录是哪一行的;没有写入。列改了名就指出来: ${adopt}\n删掉了就从旧文件复制回来`,
      en: `${path} has a log, but “${sheet}” has no column 商机编号, so nobody knows whose its records are; nothing was written. If it was renamed, say so: ${adopt}\nIf it was deleted, copy it back from an older file`,
    },
    { file: path, sheet, expected: '商机编号' },
  );
}

interface Planned {
  readonly decision: Decision;
  readonly plan: Plan;
}

async function planWriting<A, Made extends Decision>(
  session: Session,
  reading: Reading,
  writing: Writing<A, Made>,
  answers: A,
): Promise<Planned & { readonly made: Made }> {
  const { book, made, decision } = decideWriting(session, reading, writing, answers);
  const recordedAt = recordedAtText(session.io.now(), book.settings.timeZone);
  const plan = await reading.store.plan(encodeDecision(book, decision, { by: reading.by, recordedAt }));
  return { made, decision, plan };
}

/** What is to be done to the book: the command's own decision, and what rows without 商机编号 need beside it. */
function decideWriting<A, Made extends Decision>(
  session: Session,
  reading: Reading,
  writing: Writing<A, Made>,
  answers: A,
): { readonly book: Book; readonly made: Made; readonly decision: Decision } {
  const { book, extra } = adoptNewRows(reading.book);
  const made = writing.decide({ ...reading, book }, answers);
  if (!isDecision(made)) throw outcomeFailure(session, reading, made);
  const joined = joinDecisions(extra, made);
  // Given before the end of a quarter, written behind it: the quarter's report changes, and says why.
  const { events } = backdate(joined.events, reading.book.asOf, '');
  const decision = relieveFullCells(book, { ...joined, events, ids: made.ids });
  return { book, made, decision };
}

/** A refusal or an unusable value of the core, as the Failure it ends as. */
function outcomeFailure(session: Session, reading: Reading, outcome: Refusal | BadInput): Failure {
  if ('badInput' in outcome) {
    return new Failure('usage', outcome.text, { value: outcome.value, expected: outcome.expected });
  }
  const { missing } = outcome;
  return new Failure(
    'refused',
    refusalText(reading.book, outcome),
    { file: reading.store.path },
    missing.length > 0 ? { missing: missing.map((item) => missingJson(item, session.lang)) } : {},
  );
}

/** A line with more ids than this is read by nobody. */
const MOST_IDS = 10;

/** What changed, in which cell, and how to undo it; or the whole list for --dry-run and --json. */
function showWritten(
  session: Session,
  reading: Reading,
  { decision, plan, beside }: Planned & { readonly beside: Beside | null },
  dryRun: boolean,
): void {
  const { ids, notes } = decision;
  const added = addedHeaders(reading, plan.changes);
  const count = plan.changes.length;
  for (const note of notes) session.note(note);
  if (session.options.json) {
    session.json({
      ...beside?.json,
      // A lead screened out at entry makes no 商机: the key is there all the same.
      ...(ids.length > 1 ? {} : { id: ids[0] ?? null }),
      ...(ids.length === 1 ? {} : { ids }),
      changes: plan.changes.map((change) => changeJson(reading, change, added)),
      undo: dryRun || count === 0 ? null : commandText(reading.book, 'undo'),
      ...(dryRun ? { dryRun: true } : {}),
      notes: [...(beside?.notes ?? []), ...notes].map((note) => session.say(note)),
    });
    return;
  }
  if (beside?.text && !dryRun && !session.options.quiet) session.print(beside.text);
  if (dryRun || session.options.verbose)
    for (const change of plan.changes) session.print(changeLine(reading, change, added));
  if (dryRun) {
    session.print(
      session.say({
        zh: `试运行:以上 ${count} 格会改,没有写入任何内容。`,
        en: `Dry run: ${counted(count, 'cell')} would change; nothing was written.`,
      }),
    );
    return;
  }
  // Nothing to change: a note has said so.
  if (count === 0) return;
  const where = writtenPlaces(plan.changes);
  const named = ids.length > MOST_IDS ? [...ids.slice(0, MOST_IDS), '…', `(${ids.length})`] : ids;
  session.print(
    visible(
      session.say({
        zh: `${['已写入', ...named].join(' ')}:${where.zh}。撤销: ${commandText(reading.book, 'undo')}`,
        en: `${['Written', ...named].join(' ')}: ${where.en}. To undo: ${commandText(reading.book, 'undo')}`,
      }),
    ),
  );
}
