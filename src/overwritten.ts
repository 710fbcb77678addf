import type { Book } from './core/book.ts';
import { dataFinding, type Finding } from './core/finding.ts';
import { commandOn, commandText } from './core/paste.ts';
import { readTextCell } from './core/values.ts';
import { lostEvents, textOf, type WrittenEvent, writtenEvents } from './core/written.ts';
import { Failure } from './failure.ts';
import type { Reading } from './read-book.ts';
import type { Session } from './session.ts';
import { errnoOf } from './storage/files.ts';
import { findOverwritten, type JournalEntry, type Overwritten } from './storage/journal.ts';
import { stateFolderOf } from './storage/state-folder.ts';

/** Every command of the journal whose records are lost, the oldest first. */
export function overwrittenEntries(
  session: Session,
  { store, book }: Reading,
  quick = false,
): Promise<readonly Overwritten[]> {
  return findOverwritten(stateFolderOf(store.book, session.io.cwd), (entry) => lostOf(book, entry), quick);
}

function lostOf(book: Book, { changes, tables }: JournalEntry): readonly WrittenEvent[] {
  return tables ? lostEvents(book, writtenEvents({ changes, tables })) : [];
}

const told = new WeakMap<Session['io'], Set<string>>();

/** What was said in this run, to be said once: a run may read its book more than once. */
export function toldIn(io: Session['io']): Set<string> {
  const known = told.get(io) ?? new Set();
  told.set(io, known);
  return known;
}

/** Commands that name every one of them. */
const NAMING: ReadonlySet<string> = new Set(['verify', 'restore']);

/** Says how many records of ours another program has saved over. A journal that cannot be read is passed over. */
export async function noteOverwritten(session: Session, reading: Reading): Promise<void> {
  const [told, about] = [toldIn(session.io), `overwritten ${reading.store.book}`];
  if (session.queued || NAMING.has(session.command) || told.has(about)) return;
  const found = await overwrittenEntries(session, reading, true).catch((error: unknown) => {
    if (errnoOf(error) === null && !(error instanceof Failure)) throw error;
    return [];
  });
  const n = found.reduce((sum, { lost }) => sum + lost.length, 0);
  if (n === 0) return;
  told.add(about);
  const look = commandText(reading.book, 'restore', '--dry-run');
  session.note({
    zh: `${n} 条记录被别的程序覆盖。看看能写回什么: ${look}`,
    en: `${n} record${n === 1 ? ' was' : 's were'} overwritten by another program. To see what can be written again: ${look}`,
  });
}

/** A finding for each lost record: of which command it was. */
export async function overwrittenFindings(session: Session, reading: Reading): Promise<readonly Finding[]> {
  const next = commandOn(reading.book, 'restore', '--dry-run');
  return (await overwrittenEntries(session, reading)).flatMap(({ entry: { n, time, user, command }, lost }) =>
    lost.map((event) => {
      const day = readTextCell(event.cells.get('日期') ?? undefined, reading.store.dates1904);
      const what = [day, textOf(event, '类型'), textOf(event, '内容')]
        .filter((text) => text !== '')
        .join(' ');
      return dataFinding('overwritten', {
        id: textOf(event, '商机编号'),
        customer: textOf(event, '客户名称') || null,
        next,
        explain: {
          zh: `${textOf(event, '客户名称')} ${textOf(event, '商机编号')} 的记录「${what}」不见了:${user} ${time.slice(0, 10)} 的第 ${n} 条命令(${command})写过,被别的程序覆盖`,
          en: `The record “${what}” of ${textOf(event, '客户名称')} ${textOf(event, '商机编号')} is gone: ${user}'s command ${n} of ${time.slice(0, 10)} (${command}) wrote it, another program saved over it`,
        },
      });
    }),
  );
}
