import { type Book, SHEETS } from './core/book.ts';
import { buildCalendar, type Calendar } from './core/calendar.ts';
import type { Day } from './core/date.ts';
import { parseDateWords } from './core/date-words.ts';
import { type BadInput, type Decision, isDecision, type MissingItem, type Outcome, type Refusal } from './core/decision.ts';
import { decodeBook, findHeader, type RawSheet } from './core/decode.ts';
import { encodeDecision } from './core/encode.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { type CellChange, type CellValue, cellText, type SheetRow } from './core/sheet.ts';
import { type Settings, readSettings } from './core/settings.ts';
import { visible } from './core/text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { FAILURE_EXIT, Failure } from './failure.ts';
import type { Io } from './io.ts';
import { wantsColor } from './render/color.ts';
import { officialHolidays } from './storage/holidays.ts';
import { actingUser, locateBook } from './storage/locate.ts';
import { openStore } from './storage/open.ts';
import { saveBook, withLock } from './storage/save.ts';
import type { Plan, Store } from './storage/store.ts';
import { recordedAtText, teamToday } from './today.ts';

/** What one run of the program knows before it opens a book. */
export interface Session {
  readonly io: Io;
  readonly lang: Lang;
  /** The verb. */
  readonly command: string;
  readonly options: GlobalOptions;
  /** Questions may be asked: a terminal on both sides, no --json, no --yes. */
  readonly interactive: boolean;
  readonly color: boolean;
  say(message: Message): string;
  /** Data: one line (or several) to stdout. */
  print(text: string): void;
  /** A remark to stderr; silent under --quiet. */
  note(message: Message): void;
  /** The one JSON document of --json to stdout, with everything a terminal could misread escaped. */
  json(value: unknown): void;
}

export interface GlobalOptions {
  readonly file: string | null;
  readonly json: boolean;
  readonly asOf: string | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly ignoreLock: boolean;
  /** Seconds to wait for a lock. */
  readonly wait: number;
}

/** An opened book and the day it is looked at. */
export interface Reading {
  readonly store: Store;
  readonly book: Book;
  readonly calendar: Calendar;
  /** The team's day, or --as-of. */
  readonly today: Day;
  /** 操作人. */
  readonly by: string;
}

export interface Writing<Answers> {
  /** Questions, asked on what was read, before the lock. */
  ask?(reading: Reading): Promise<Answers>;
  /** Pure: called on what stands in the file once the lock is held. */
  decide(reading: Reading, answers: Answers | undefined): Outcome;
}

/** The session of one command line; `given` are the conventions' options as commander read them. */
export function openSession(io: Io, lang: Lang, given: OptionValues, command: string): Session {
  const options = readGlobals(given);
  return {
    io,
    lang,
    command,
    options,
    interactive: io.stdinIsTerminal && io.stdoutIsTerminal && !options.json && !options.yes,
    color: wantsColor(io, given.color !== false),
    say: (message) => say(message, lang),
    print: (text) => io.out(`${text}\n`),
    note: (message) => {
      if (!options.quiet) io.err(`${say(message, lang)}\n`);
    },
    json: (value) => io.out(`${safeJson(value)}\n`),
  };
}

/**
 * Opens the workbook that the options name (or `path`) and decodes it as of the team's day or --as-of.
 * Nothing is written, not even a state folder. Throws Failure for what cannot be found or read.
 */
export async function readBook(session: Session, path?: string): Promise<Reading> {
  const { io, options } = session;
  const store = await openStore(path ?? (await locateBook({ fileOption: options.file, env: io.env, cwd: io.cwd })));
  const settingsSheet = await rowsOf(store, SHEETS.settings);
  const settings = readSettings(settingsSheet);
  const holidays = officialHolidays();
  const calendar = buildCalendar(holidays, settings.ownDays);
  const today = readToday(session, settings.timeZone, calendar);
  const tracking = await pickTracking(store, settings);
  const book = decodeBook(
    { tracking, log: await rowsOf(store, SHEETS.log), leads: await rowsOf(store, SHEETS.leads), settings: settingsSheet },
    { asOf: today, holidays, dates1904: store.dates1904 },
  );
  return { store, book, calendar, today, by: actingUser(io) };
}

/**
 * One writing command, whole: read, ask, lock, read again, decide, encode, plan, save, say what changed and how to
 * undo it. --dry-run stops after the plan. A Refusal ends as exit 4 with every missing item, a BadInput as exit 2.
 */
export async function writeBook<A>(session: Session, writing: Writing<A>): Promise<ExitCode> {
  const first = await readBook(session);
  refuseUnadopted(session, first);
  const answers = await writing.ask?.(first);
  if (session.options.dryRun) {
    const { decision, plan } = await planWriting(session, first, writing, answers);
    showWritten(session, decision, plan, true);
    return EXIT.done;
  }
  return withLock({ files: first.store.files, wait: session.options.wait, ignoreLock: session.options.ignoreLock, io: session.io }, async () => {
    const reading = await readBook(session);
    const { decision, plan } = await planWriting(session, reading, writing, answers);
    await saveBook({ store: reading.store, plan, io: session.io, user: reading.by, command: session.io.argv });
    showWritten(session, decision, plan, false);
    return EXIT.done;
  });
}

/** Prints a Failure for people (stderr) or as the error document of --json (stdout); its exit code. */
export function printFailure(io: Io, lang: Lang, failure: Failure, json: boolean): ExitCode {
  const message = say(failure.text, lang);
  if (json) io.out(`${safeJson({ error: { code: failure.code, message, ...failure.place, ...failure.detail } })}\n`);
  else io.err(`${visible(message, { newlines: true })}\n`);
  return FAILURE_EXIT[failure.code];
}

interface Planned {
  readonly decision: Decision;
  readonly plan: Plan;
}

async function planWriting<A>(session: Session, reading: Reading, writing: Writing<A>, answers: A | undefined): Promise<Planned> {
  const outcome = writing.decide(reading, answers);
  if (!isDecision(outcome)) throw outcomeFailure(session, reading, outcome);
  const recordedAt = recordedAtText(session.io.now(), reading.book.settings.timeZone);
  const plan = await reading.store.plan(encodeDecision(reading.book, outcome, { by: reading.by, recordedAt }));
  return { decision: outcome, plan };
}

/** A refusal or an unusable value of the core, as the Failure it ends as. */
function outcomeFailure(session: Session, reading: Reading, outcome: Refusal | BadInput): Failure {
  if ('badInput' in outcome) {
    return new Failure('usage', outcome.text, { value: outcome.value, expected: outcome.expected });
  }
  const { missing } = outcome;
  return new Failure('refused', refusalText(outcome), { file: reading.store.path }, missing.length > 0 ? { missing: missing.map((item) => missingJson(item, session.lang)) } : {});
}

/** The reason, then one line per missing item with the command that records it (without values: it asks for them). */
function refusalText({ text, missing }: Refusal): Message {
  const lines = (lang: Lang) =>
    missing.map((item) => {
      const problem = item.problem ? `${say({ zh: '：', en: ': ' }, lang)}${say(item.problem, lang)}` : '';
      return `  ✗ ${say(item.name, lang)}${problem} (${item.source})\n    funnel ${item.argv.join(' ')}`;
    });
  return {
    zh: [text.zh, ...lines('zh')].join('\n'),
    en: [text.en, ...lines('en')].join('\n'),
  };
}

function missingJson(item: MissingItem, lang: Lang): unknown {
  const { name, problem, ...rest } = item;
  return { ...rest, name: say(name, lang), problem: problem && say(problem, lang) };
}

/** What changed, in which cell, and how to undo it; or the whole list for --dry-run and --json. */
function showWritten(session: Session, decision: Decision, plan: Plan, dryRun: boolean): void {
  const { ids, notes } = decision;
  for (const note of notes) session.note(note);
  if (session.options.json) {
    session.json({
      ...(ids.length === 1 ? { id: ids[0] } : { ids }),
      changes: plan.changes.map(changeJson),
      undo: dryRun ? null : 'funnel undo',
      ...(dryRun ? { dryRun: true } : {}),
      notes: notes.map((note) => session.say(note)),
    });
    return;
  }
  if (dryRun) {
    for (const change of plan.changes) session.print(changeLine(change));
    session.print(session.say({ zh: `试运行:以上 ${plan.changes.length} 格会改,没有写入。`, en: `Dry run: ${plan.changes.length} cells would change; nothing was written.` }));
    return;
  }
  const places = [...new Set(plan.changes.map(({ sheet, row }) => `${sheet} ${row}`))];
  const where = places.slice(0, 3).map((place) => place.replace(' ', session.say({ zh: ' 第 ', en: ' row ' })) + session.say({ zh: ' 行', en: '' })).join('、');
  const more = places.length > 3 ? session.say({ zh: ` 等 ${places.length} 行`, en: ` … ${places.length} rows` }) : '';
  session.print(visible(session.say({ zh: `已写入 ${ids.join(' ')}:${where}${more}。撤销: funnel undo`, en: `Written ${ids.join(' ')}: ${where}${more}. To undo: funnel undo` })));
  if (session.options.verbose) for (const change of plan.changes) session.print(changeLine(change));
}
