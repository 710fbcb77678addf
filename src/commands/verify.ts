import { basename } from 'node:path';
import { writeBook } from '../app.ts';
import { dealsOf, eventsOf } from '../core/book.ts';
import { homeOf } from '../core/check.ts';
import { type Finding, LEVELS } from '../core/finding.ts';
import { homeJson } from '../core/finding-json.ts';
import { commandText } from '../core/paste.ts';
import { CONVERSION_TABLE } from '../core/reports/block-columns.ts';
import { cellName, cellText } from '../core/sheet.ts';
import { visible } from '../core/text.ts';
import { fixBook } from '../core/verify/fix.ts';
import { type Verified, verifyBook } from '../core/verify/verify.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readKeptTables } from '../kept-tables.ts';
import { overwrittenFindings } from '../overwritten.ts';
import type { Reading } from '../read-book.ts';
import { exitOf, fromBooks, incompleteJson, incompleteNotes } from '../read-books.ts';
import { renderVerify } from '../render/verify-text.ts';
import type { Session } from '../session.ts';
import type { CommandSpec } from './command.ts';
import { levelOption } from './option-values.ts';

export const verifyCommand: CommandSpec = {
  name: 'verify',
  args: '',
  summary: {
    zh: '核对工作簿: 编号、手工改的阶段、读不懂的格、被删的行、记录的顺序、统计表是否平(只读;有问题时退出码 10)',
    en: 'is the workbook sound: IDs, hand-made moves, unreadable cells, deleted rows, the order of records, the table’s balance (reads only; exit code 10 if not)',
  },
  brief: {
    zh: '核对工作簿(只读;有问题时退出码 10)',
    en: 'is the workbook sound (reads only; exit code 10 if not)',
  },
  writes: true,
  several: true,
  pages: true,
  options: [
    {
      flags: '--level <level>',
      text: {
        zh: `只看这一级及以上:${LEVELS.join('、')}`,
        en: `only this level and above: ${LEVELS.join(', ')}`,
      },
    },
    {
      flags: '--fix',
      text: {
        zh: '修复不用问人的(重复的编号、手工改的阶段);先只列出,加 --yes 才写',
        en: 'mend what needs no decision (IDs that stand twice, hand-made moves); lists only, --yes writes',
      },
    },
  ],
  examples: ['verify', 'verify --json', 'verify --fix', 'verify --fix --yes'],
  async run(session, _args, options) {
    const level = levelOption(options);
    if (options.fix === true) return mend(session);
    const books = await fromBooks(session, 'let go', async (reading, own) => ({
      // Not the book itself: the next one takes its room.
      team: reading.book.team,
      home: homeOf(reading.book),
      size: { deals: dealsOf(reading.book).length, events: eventsOf(reading.book).length },
      found: (await verifyReading(own, reading)).filter(
        (finding) => LEVELS.indexOf(finding.level) <= LEVELS.indexOf(level),
      ),
    }));
    const n = books.made.reduce((sum, { found }) => sum + found.length, 0);
    if (session.options.json) {
      const findings = books.made.flatMap(({ home, found }) =>
        found.map((each) => verifyJson(session, books.several ? { ...each, ...home } : each)),
      );
      session.json({ findings, ...incompleteJson(books, session) });
    } else if (n > 0 || !session.options.quiet) {
      const style = { lang: session.lang, columns: session.io.columns, color: session.color };
      const pages = books.made.map(({ team, size, found }) => {
        const page = renderVerify(found, size, style);
        return books.several ? `${visible(team)}\n${page}` : page;
      });
      session.print([...pages, ...incompleteNotes(books).map(session.say)].join('\n\n'));
    }
    return exitOf(books, n > 0 ? EXIT.findings : EXIT.done);
  },
};

async function verifyReading(session: Session, reading: Reading): Promise<readonly Finding[]> {
  const { book, today, calendar, store } = reading;
  session.progress.step({
    zh: `正在核对 ${basename(store.path)}…`,
    en: `Verifying ${basename(store.path)}…`,
  });
  const context = { today, calendar, book, settings: book.settings };
  const tables = await readKeptTables(store, [CONVERSION_TABLE], book.shape.sheet);
  return [
    ...(await placeInLog(reading, verifyBook(context, tables.get(CONVERSION_TABLE) ?? null))),
    ...(await overwrittenFindings(session, reading)),
  ];
}

/** Without --yes it is a dry run. */
function mend(session: Session): Promise<ExitCode> {
  const { dryRun, yes, file } = session.options;
  const isTrial = dryRun || !yes;
  const command = commandText({ named: file }, 'verify', '--fix', '--yes');
  const hint = { zh: `写入: ${command}`, en: `To write it: ${command}` };
  return writeBook(
    { ...session, options: { ...session.options, dryRun: isTrial } },
    {
      ask: async () => undefined,
      decide({ book, today }) {
        const made = fixBook(book, today);
        return isTrial && made.fields.length + made.events.length > 0
          ? { ...made, notes: [...made.notes, hint] }
          : made;
      },
    },
  );
}

/** Each finding with its cell: that of the log is where the 序号 stands (the first row of one that stands twice). */
async function placeInLog({ store, book }: Reading, all: readonly Verified[]): Promise<readonly Finding[]> {
  const wanted = new Set(all.flatMap(({ seq }) => seq ?? []));
  const rows = new Map<number, number>();
  const { sheet = '', columns } = book.logShape ?? {};
  const col = columns?.get('序号');
  if (wanted.size > 0 && col !== undefined) {
    await store.readRows(sheet, ({ row, cells }) => {
      const seq = Number(cellText(cells[col - 1]));
      if (wanted.has(seq) && !rows.has(seq)) rows.set(seq, row);
      return rows.size < wanted.size;
    });
  }
  return all.map(({ finding, seq }) => {
    const row = rows.get(seq ?? 0);
    return row === undefined || col === undefined ? finding : { ...finding, place: { sheet, row, col } };
  });
}

function verifyJson({ lang }: Session, finding: Finding) {
  const { rule, level, place, id } = finding;
  const { explain, next } = finding.words();
  return {
    rule,
    level,
    ...homeJson(finding),
    sheet: place?.sheet ?? null,
    cell: place && cellName(place.row, place.col),
    id,
    message: explain[lang],
    fix: next,
  };
}
