import { resolve } from 'node:path';
import { type Adoption, encodeAdoption, planAdoption, type TableAnswers } from '../core/adopt.ts';
import type { Book } from '../core/book.ts';
import { findingJson } from '../core/finding-json.ts';
import { counted, type Message, plain } from '../core/message.ts';
import { commandText, pasteCommand } from '../core/paste.ts';
import { columnLetters } from '../core/sheet.ts';
import { visible } from '../core/text.ts';
import { writtenTables } from '../core/written.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { refuseOwnSheets } from '../own-sheets.ts';
import { writingText } from '../progress.ts';
import { alikeSheets, type Reading, readingText, readTracked } from '../read-book.ts';
import { adoptionLines } from '../render/adopt-text.ts';
import type { Session } from '../session.ts';
import { sheetNameOf } from '../storage/csv/bad-csv.ts';
import { locateBook, nameFor } from '../storage/locate.ts';
import { openStore } from '../storage/open.ts';
import { saveBook, withLock } from '../storage/save.ts';
import { bookPath } from '../storage/several.ts';
import type { Plan } from '../storage/store.ts';
import { recordedAtText } from '../today.ts';
import { addedHeaders, changeJson, changeLine } from '../write-words.ts';
import { askAnswers, chooseSheet, notUsable, readAnswers } from './adopt-answers.ts';
import type { CommandSpec } from './command.ts';

export const adoptCommand: CommandSpec = {
  name: 'adopt',
  args: '[path]',
  summary: {
    zh: '接管团队已有的表(先加 --dry-run 看计划)',
    en: "take over the team's existing table (--dry-run first)",
  },
  writes: true,
  queues: false,
  options: [
    { flags: '--sheet <name>', text: { zh: '哪张工作表', en: 'which sheet' } },
    {
      flags: '--map <column=field>',
      text: {
        zh: '列=字段(字段写表头名;列=- 表示团队自己的列),可多次',
        en: 'COLUMN=FIELD (COLUMN=- keeps it as your own); repeatable',
      },
      repeat: true,
    },
    {
      flags: '--map-stage <word=stage>',
      text: { zh: '词=阶段,如 跟进中=需求挖掘,可多次', en: 'WORD=STAGE, like 跟进中=需求挖掘; repeatable' },
      repeat: true,
    },
    {
      flags: '--unit <unit>',
      text: {
        zh: '金额列里不带单位的数字:元 或 万元',
        en: 'what bare numbers in amount columns mean: 元 or 万元',
      },
    },
  ],
  examples: [
    'adopt 客户表.xlsx --dry-run',
    'adopt 客户表.xlsx',
    'adopt 客户表.xlsx --sheet 2026年 --map 公司=客户名称 --map-stage 跟进中=需求挖掘',
  ],
  async run(session, [path], options) {
    const { io, options: globals } = session;
    const file =
      typeof path === 'string'
        ? path
        : await locateBook({ fileOption: globals.file, env: io.env, cwd: io.cwd });
    const given = await chooseSheet(session, file, readAnswers(options));
    const found = await readAdoptable(session, file, given);
    const answers = await askAnswers(session, found, given);
    refuseAgain(file, found, answers);
    const planned = await planIt(session, file, answers);
    if (session.options.dryRun) return showPlan(session, planned);
    if (session.interactive) {
      // Data is printed when the program ends; this must be read before the answer.
      for (const line of planLines(session, planned)) session.note(line);
      const { askConfirm } = await import('../prompt/ask.ts');
      const question = planned.reading.book.adopted
        ? { zh: '现在写入?', en: 'Write it now?' }
        : { zh: '现在接管?', en: 'Take it over now?' };
      if (!(await askConfirm(session, question))) {
        session.note({ zh: '没有写入任何内容。', en: 'Nothing was written.' });
        return EXIT.done;
      }
    }
    const { wait, ignoreLock } = session.options;
    const { book, files } = planned.reading.store;
    return withLock(
      { book, files, wait, ignoreLock, io: session.io, waiting: session.progress.waiting },
      async () => {
        const current = await planIt(session, file, answers);
        const { store, by, book: found } = current.reading;
        session.progress.step(writingText(store.path));
        await saveBook({
          store,
          plan: current.plan,
          io: session.io,
          user: by,
          command: session.io.argv,
          tables: writtenTables(found, current.plan.changes),
        });
        return showAdopted(session, file, current);
      },
    );
  },
};

interface Adoptable {
  readonly reading: Reading;
  readonly adoption: Adoption;
  /** Other sheets that look like the tracking table. */
  readonly alike: readonly string[];
}

interface Planned extends Adoptable {
  readonly plan: Plan;
  readonly sheetsAdded: readonly string[];
}

async function readAdoptable(session: Session, path: string, answers: TableAnswers): Promise<Adoptable> {
  const given = resolve(session.io.cwd, path);
  // A CSV file becomes a sheet of the store that its folder is, under its own name.
  const store = await openStore(await bookPath(given));
  const sheet = answers.sheet ?? (store.path === given ? null : sheetNameOf(given));
  session.progress.step(readingText(path));
  const named = await nameFor(path, path, session.io);
  const { tracking, reading, own } = await readTracked(session, store, { ...answers, sheet }, named);
  refuseOwnSheets(store, own);
  const { book } = reading;
  refuseOtherSheet(path, book);
  const headers = [...book.shape.headers.values()];
  const unknown = [...answers.columns.keys()].find((header) => !headers.includes(header));
  if (unknown !== undefined) throw notUsable('--map', unknown, headers, plain(headers.join(' / ')));
  return { reading, adoption: planAdoption(book), alike: await alikeSheets(store, tracking.others) };
}

/** One table is followed: beside another, the records of the first would have no rows. */
function refuseOtherSheet(path: string, book: Book): void {
  if (book.adopted || book.events.length === 0) return;
  const logged = new Set(book.events.map(({ customer }) => customer));
  // The log speaks of the customers of this very table: only its 商机编号 is called something else now.
  const isSame = book.deals.some(({ row }) => logged.has(row.customer));
  const hint = isSame
    ? {
        zh: '。如果就是这张表,只是「商机编号」列改了名,请加 --map 现在的表头=商机编号',
        en: '. If it is this very table and its column 商机编号 was renamed, add --map ITS-HEADER-NOW=商机编号',
      }
    : plain('');
  throw new Failure(
    'refused',
    {
      zh: `${path} 的过程记录属于另一张已接管的工作表,「${book.shape.sheet}」不能再接管${hint.zh}`,
      en: `The log of ${path} belongs to another sheet that was adopted; “${book.shape.sheet}” cannot be adopted too${hint.en}`,
    },
    { file: path, sheet: book.shape.sheet },
  );
}

/** To a table that was taken over there is nothing left to say but the answers it still lacks. */
function refuseAgain(path: string, { adoption, reading }: Adoptable, answers: TableAnswers): void {
  const { book } = reading;
  const isAnswered = answers.columns.size + answers.stages.size > 0 || answers.amountUnit !== null;
  if (!book.adopted || isAnswered) return;
  const [unknown] = adoption.unknownWords;
  const unclear = book.findings.some(({ rule }) => rule === 'no-unit');
  const answer = unknown
    ? commandText(book, 'adopt', '--map-stage', `${unknown.word}=需求挖掘`)
    : unclear
      ? commandText(book, 'adopt', '--unit', '万元')
      : null;
  throw new Failure(
    'refused',
    {
      zh: `${path} 已经接管过了,直接用即可: ${commandText(book, 'check')}${answer === null ? '' : `\n还没说明的可以补上,例如: ${answer}`}`,
      en: `${path} has been adopted already; just use it: ${commandText(book, 'check')}${answer === null ? '' : `\nWhat is still unclear can be answered, for example: ${answer}`}`,
    },
    { file: path, sheet: book.shape.sheet },
  );
}

async function planIt(session: Session, path: string, answers: TableAnswers): Promise<Planned> {
  const adoptable = await readAdoptable(session, path, answers);
  const { book, store, by } = adoptable.reading;
  const recordedAt = recordedAtText(session.io.now(), book.settings.timeZone);
  session.progress.step({ zh: '正在计划要写的单元格…', en: 'Planning the cells to write…' });
  const patches = encodeAdoption(book, adoptable.adoption, answers, { by, recordedAt });
  return {
    ...adoptable,
    plan: await store.plan(patches),
    sheetsAdded: patches.flatMap((patch) => (patch.op === 'addSheet' ? patch.sheet : [])),
  };
}

/**
 * Every cell that changes in the sheets that are there (with --dry-run; those of new sheets with --verbose), then what
 * it means: the last lines are what a person reads.
 */
function showPlan(session: Session, planned: Planned): ExitCode {
  if (session.options.json) return printJson(session, planned);
  const { reading, plan } = planned;
  const { dryRun, verbose } = session.options;
  const added = addedHeaders(reading, plan.changes);
  const listed = plan.changes.filter(
    ({ sheet }) => verbose || (dryRun && !planned.sheetsAdded.includes(sheet)),
  );
  for (const change of listed) session.print(changeLine(reading, change, added));
  for (const line of planLines(session, planned)) session.print(visible(session.say(line)));
  if (!dryRun) return EXIT.done;
  const command = pasteCommand(...commandWords(session)) ?? 'funnel adopt';
  session.print(
    visible(
      session.say({
        zh: `试运行:会写入 ${plan.changes.length} 格(新工作表里的用 --verbose 逐格列出),原有单元格不动;没有写入任何内容。接管: ${command}`,
        en: `Dry run: ${counted(plan.changes.length, 'cell')} would be written (--verbose lists those of the new sheets), none of yours touched; nothing was written. To adopt: ${command}`,
      }),
    ),
  );
  return EXIT.done;
}

function planLines(session: Session, planned: Planned): readonly Message[] {
  return adoptionLines({ command: commandWords(session), book: planned.reading.book, ...planned });
}

/** The command as given, to be run again for good. */
function commandWords({ io }: Session): readonly string[] {
  return io.argv.filter((word) => word !== '--dry-run');
}

function showAdopted(session: Session, path: string, planned: Planned): ExitCode {
  if (session.options.json) return printJson(session, planned);
  // In a terminal it was shown before the question.
  if (!session.interactive && !session.options.quiet) showPlan(session, planned);
  const count = planned.plan.changes.length;
  const { book } = planned.reading;
  session.print(
    visible(
      session.say({
        zh: `${book.adopted ? `已补上 ${path} 的说明` : `已接管 ${path}`},写入 ${count} 格,原有单元格未动。撤销: ${commandText(book, 'undo')}`,
        en: `${book.adopted ? `Answers kept in ${path}` : `Adopted ${path}`}: ${count} cells written, none of yours touched. To undo: ${commandText(book, 'undo')}`,
      }),
    ),
  );
  return EXIT.done;
}

function printJson(session: Session, { reading, adoption, plan, sheetsAdded, alike }: Planned): ExitCode {
  const { book } = reading;
  const added = addedHeaders(reading, plan.changes);
  session.json({
    sheet: book.shape.sheet,
    headerRow: book.shape.headerRow,
    columns: adoption.columns.map(({ col, header, field }) => ({
      column: columnLetters(col),
      header,
      field,
    })),
    rows: book.deals.length,
    ids: adoption.ids,
    assumed: adoption.assumed,
    sheetsAdded,
    alike,
    findings: book.findings.map((finding) => findingJson(finding, session.lang)),
    changes: plan.changes.map((change) => changeJson(reading, change, added)),
    undo: session.options.dryRun ? null : commandText(book, 'undo'),
  });
  return EXIT.done;
}
