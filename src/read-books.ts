import { basename, relative } from 'node:path';
import { getHeapStatistics } from 'node:v8';
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

/** What becomes of a book once something was made of it: `keep` holds on to it, and all of them must fit into memory. */
type Use = 'keep' | 'let go';

/**
 * Reads every book that `--file`, FUNNEL_FILE or "files" name, each with its own settings and calendar, and makes
 * something of each, in the order they were named. One that cannot be read is said and left out; Failure where none can.
 * Where one book is named it is read as `readBook` reads it. `refuse` is asked once it is known that there are several,
 * and before any is read: it throws what goes with one only.
 */
export async function fromBooks<Made>(
  session: Session,
  use: Use,
  make: (reading: Reading, session: Session) => Promise<Made>,
  refuse: () => void = () => {},
): Promise<FromBooks<Made>> {
  const { io, options } = session;
  const located = await locateBooks(options.files, io);
  if (located === null || typeof located === 'string') {
    const reading = await readBook(session, located ?? undefined);
    return { made: [await make(reading, session)], several: false, incomplete: [] };
  }
  refuse();
  const { paths } = located;
  const nameOf = (path: string) => relative(io.cwd, path) || path;
  const copies = [...located.copies];
  const made: Made[] = [];
  const incomplete: Incomplete[] = located.missing.map((failure) => {
    const { file: path = '' } = failure.place;
    return { path, file: nameOf(path), failure };
  });
  let held = 0;
  let fit = paths.length;
  // One after another: docs/scale.md has what more at a time would gain.
  for (const [index, path] of paths.entries()) {
    const file = nameOf(path);
    const at = `${index + 1}/${paths.length} ${basename(path)}`;
    session.progress.step({ zh: `正在读取 ${at}…`, en: `Reading ${at}…` });
    try {
      const store = await openStore(path, { cwd: io.cwd, writes: false });
      if (use === 'keep') held += store.isOutput ? 0 : store.bytes;
      if (held > mostBytes()) {
        fit = index;
        break;
      }
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
  if (fit < paths.length) throw tooMany(fit, paths.length);
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

/**
 * What books that are held together may have inflated. `check` held three quarters of its heap (every deal with findings,
 * --json) without running out; this leaves room for longer texts.
 */
function mostBytes(): number {
  return getHeapStatistics().heap_size_limit / 2;
}

function tooMany(fit: number, all: number): Failure {
  const memory = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  return new Failure(
    'usage',
    {
      zh: `这 ${all} 本一起超过了能用的内存(${memory} MB),前 ${fit} 本放得下。分几次读;或导出后让引擎来数: funnel export 导出(见 docs/scale.md);或用 NODE_OPTIONS=--max-old-space-size=MB 给它更多内存`,
      en: `These ${all} workbooks together need more memory than there is (${memory} MB); the first ${fit} fit. Read them in parts, or export them and let an engine count: funnel export DIR (docs/scale.md), or give it more memory with NODE_OPTIONS=--max-old-space-size=MB`,
    },
    { expected: 'funnel export' },
  );
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
  return fromBooks(session, 'keep', async (reading) => reading);
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
  books: FromBooks<unknown>,
): Page {
  const [note] = incompleteNotes(books);
  if (!note) return page;
  const { zh, en } = page.title;
  const title = { zh: `${zh} (不完整)`, en: `${en} (incomplete)` };
  return { ...page, title, notes: [note, ...page.notes] };
}

/** The same as a line below what was found; none where every book was read. */
export function incompleteNotes({ made, incomplete }: FromBooks<unknown>): readonly Message[] {
  const files = incomplete.map(({ file }) => visible(file));
  return files.length === 0
    ? []
    : [
        {
          zh: `不完整:${made.length} 本计入,${files.length} 本没有读到(${files.join('、')})`,
          en: `Incomplete: counted ${made.length}, could not be read ${files.length} (${files.join(', ')})`,
        },
      ];
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
