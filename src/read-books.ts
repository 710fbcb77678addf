import { basename, relative } from 'node:path';
import type { Message } from './core/message.ts';
import type { ReportPage } from './core/reports/report.ts';
import { visible } from './core/text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import { noteDamage, type Reading, readBook, readStore } from './read-book.ts';
import type { Session } from './session.ts';
import { locateBooks } from './storage/locate.ts';
import { openStore } from './storage/open.ts';

/** A book that could not be read while others could. */
export interface Incomplete {
  readonly path: string;
  /** As the command line would name it. */
  readonly file: string;
  readonly failure: Failure;
}

/** What was made of every book. */
export interface FromBooks<Made> {
  readonly made: readonly [Made, ...Made[]];
  /** Several books were asked for (there may be one all the same): rows say whose they are. */
  readonly several: boolean;
  readonly incomplete: readonly Incomplete[];
}

/**
 * Reads every book that `--file`, FUNNEL_FILE or "files" name, each with its own settings and calendar, and makes
 * something of each, in the order they were named. One that cannot be read is said and left out; Failure where none can.
 * Where one book is named it is read as `readBook` reads it.
 */
export async function fromBooks<Made>(
  session: Session,
  make: (reading: Reading, session: Session) => Promise<Made>,
): Promise<FromBooks<Made>> {
  const { io, options } = session;
  const located = await locateBooks(options.files, io);
  if (located === null || typeof located === 'string') {
    const reading = await readBook(session, located ?? undefined);
    return { made: [await make(reading, session)], several: false, incomplete: [] };
  }
  const { paths } = located;
  const nameOf = (path: string) => relative(io.cwd, path) || path;
  const copies = [...located.copies];
  const made: Made[] = [];
  const incomplete: Incomplete[] = located.missing.map((failure) => {
    const { file: path = '' } = failure.place;
    return { path, file: nameOf(path), failure };
  });
  // One after another: reading is the work of one processor, and four at a time took longer.
  for (const [index, path] of paths.entries()) {
    const file = nameOf(path);
    const at = `${index + 1}/${paths.length} ${basename(path)}`;
    session.progress.step({ zh: `正在读取 ${at}…`, en: `Reading ${at}…` });
    try {
      const store = await openStore(path);
      if (store.isOutput) copies.push(basename(path));
      else {
        // What commands are printed for a deal goes to its own book; the page keeps the reader's language.
        const own = { ...session, options: { ...options, file }, speak: () => {} };
        const reading = await readStore(own, store);
        await noteDamage(own, reading);
        made.push(await make(reading, own));
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      incomplete.push({ path, file, failure: error });
    }
  }
  session.progress.clear();
  if (copies.length > 0) session.note(copiesText(copies));
  const [first, ...others] = made;
  if (first === undefined) throw noneRead(incomplete);
  for (const { file, failure } of incomplete) {
    const { zh, en } = failure.text;
    io.err(`${visible(session.say({ zh: `未计入 ${file}: ${zh}`, en: `Left out ${file}: ${en}` }))}\n`);
  }
  return { made: [first, ...others], several: true, incomplete };
}

/** What was passed over because of its name, or because funnel made it for others. */
export function copiesText(copies: readonly string[]): Message {
  return {
    zh: `副本和 funnel 写的报表不算:${copies.join('、')}`,
    en: `Copies and reports by funnel do not count: ${copies.join(', ')}`,
  };
}

/** Every book at once, for what is counted over all of them. */
export function readBooks(session: Session): Promise<FromBooks<Reading>> {
  return fromBooks(session, async (reading) => reading);
}

/** What a command ends as: 3 where a book is missing from what it says, whatever else it found. */
export function exitOf({ incomplete }: Pick<FromBooks<unknown>, 'incomplete'>, code: ExitCode): ExitCode {
  return incomplete.length > 0 ? EXIT.file : code;
}

/** `incomplete` of the JSON; no key where one book was named. */
export function incompleteJson(
  { several, incomplete }: Pick<FromBooks<unknown>, 'several' | 'incomplete'>,
  { say }: Session,
): { readonly incomplete?: readonly unknown[] } {
  if (!several) return {};
  return {
    incomplete: incomplete.map(({ file, failure: { code, text, place } }) => ({
      file,
      error: { code, message: say(text), ...place },
    })),
  };
}

/** Says that a page of figures is not whole, and which books it does not count. */
export function incompletePage<Page extends Pick<ReportPage, 'title' | 'notes'>>(
  page: Page,
  { made, incomplete }: FromBooks<unknown>,
): Page {
  if (incomplete.length === 0) return page;
  const files = incomplete.map(({ file }) => file);
  const { zh, en } = page.title;
  const note = {
    zh: `不完整:${made.length} 本计入,${files.length} 本没有读到(${files.join('、')})`,
    en: `Incomplete: counted ${made.length}, could not be read ${files.length} (${files.join(', ')})`,
  };
  const title = { zh: `${zh} (不完整)`, en: `${en} (incomplete)` };
  return { ...page, title, notes: [note, ...page.notes] };
}

function noneRead(incomplete: readonly Incomplete[]): Failure {
  // What is wrong with the command line is wrong for every book, and said once.
  const [first, ...others] = incomplete
    .map(({ failure }) => failure)
    .filter(({ text }, index, all) => all.findIndex((each) => each.text.zh === text.zh) === index);
  if (!first)
    return new Failure('file', {
      zh: '没有一本是客户表:都是副本或 funnel 写的报表',
      en: 'None of these is a workbook of a team: they are copies or reports by funnel',
    });
  if (others.length === 0) return first;
  return new Failure(
    first.code,
    {
      zh: `${incomplete.length} 本都读不了:\n${[first, ...others].map(({ text }) => text.zh).join('\n')}`,
      en: `None of the ${incomplete.length} workbooks can be read:\n${[first, ...others].map(({ text }) => text.en).join('\n')}`,
    },
    first.place,
  );
}
