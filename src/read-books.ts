import { basename, relative } from 'node:path';
import { plain } from './core/message.ts';
import { visible } from './core/text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import { type Reading, readBook, readStore } from './read-book.ts';
import type { Session } from './session.ts';
import { locateBooks } from './storage/locate.ts';
import { openStore } from './storage/open.ts';

/** A book that could not be read while others could. */
export interface Incomplete {
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

/** Books that are read at a time: more are no quicker, since what takes time is done by one processor. */
const AT_ONCE = 4;

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
  if (!located)
    return { made: [await make(await readBook(session), session)], several: false, incomplete: [] };
  const { paths } = located;
  const copies = [...located.copies];
  const made = new Map<string, Made>();
  const incomplete: Incomplete[] = [];
  const progress = startProgress(session, paths.length);
  const waiting = [...paths];
  const takeTurns = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const file = relative(io.cwd, path) || path;
      try {
        const store = await openStore(path);
        if (store.isOutput) copies.push(basename(path));
        else {
          // What commands are printed for a deal goes to its own book; the page keeps the reader's language.
          const own = { ...session, options: { ...options, file }, speak: () => {} };
          made.set(path, await make(await readStore(own, store), own));
        }
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        incomplete.push({ file, failure: error });
      }
      progress.step();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
  progress.end();
  if (copies.length > 0)
    session.note({
      zh: `副本和 funnel 写的报表不算:${copies.join('、')}`,
      en: `Copies and reports by funnel do not count: ${copies.join(', ')}`,
    });
  const [first, ...others] = paths.flatMap((path) => (made.has(path) ? [made.get(path) as Made] : []));
  if (first === undefined) throw noneRead(incomplete);
  for (const { file, failure } of incomplete) {
    const { zh, en } = failure.text;
    io.err(`${visible(session.say({ zh: `未计入 ${file}: ${zh}`, en: `Left out ${file}: ${en}` }))}\n`);
  }
  return { made: [first, ...others], several: true, incomplete };
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

function noneRead(incomplete: readonly Incomplete[]): Failure {
  const [first, ...others] = incomplete.map(({ failure }) => failure);
  if (!first)
    return new Failure('file', {
      zh: '没有一本是客户表:都是副本或 funnel 写的报表',
      en: 'None of these is a workbook of a team: they are copies or reports by funnel',
    });
  if (others.length === 0) return first;
  return new Failure(
    'file',
    {
      zh: `${incomplete.length} 本都读不了:\n${incomplete.map(({ failure }) => failure.text.zh).join('\n')}`,
      en: `None of the ${incomplete.length} workbooks can be read:\n${incomplete.map(({ failure }) => failure.text.en).join('\n')}`,
    },
    first.place,
  );
}

/** After a second, in a terminal, a line that counts the books; it is gone at the end. */
function startProgress({ io, say, options }: Session, total: number) {
  const start = io.now();
  let done = 0;
  let isShown = false;
  const show = (text: string) => io.err(`\r\u001b[K${text}`);
  return {
    step() {
      done += 1;
      if (!io.stderrIsTerminal || options.quiet || io.now() - start < 1000) return;
      isShown = true;
      show(say(plain(`${done}/${total}`)));
    },
    end() {
      if (isShown) show('');
    },
  };
}
