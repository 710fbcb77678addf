import type { OptionValues } from './commands/command.ts';
import { type Book, SHEETS } from './core/book.ts';
import { buildCalendar, type Calendar, mergeHolidays } from './core/calendar.ts';
import { type Day, formatDay } from './core/date.ts';
import { parseDateWords } from './core/date-words.ts';
import {
  type BadInput,
  type Decision,
  isDecision,
  type MissingItem,
  type Outcome,
  type Refusal,
} from './core/decision.ts';
import { decodeBook, decodeSettings, type RawSheet } from './core/decode.ts';
import { LOG_HEADERS } from './core/decode-log.ts';
import { encodeDecision } from './core/encode.ts';
import { type FieldKey, fieldInfo } from './core/fields.ts';
import { findHeader, type Header } from './core/header.ts';
import { adoptNewRows } from './core/ids.ts';
import { type Lang, type Message, say } from './core/message.ts';
import type { Settings } from './core/settings.ts';
import { type CellChange, type CellValue, cellName, type SheetRow } from './core/sheet.ts';
import { joinDecisions } from './core/simulate.ts';
import type { StageKey } from './core/stages.ts';
import { safeJson, visible } from './core/text.ts';
import { readDateCell } from './core/values.ts';
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
  /** What is chosen or asked on what was read, before the lock. */
  ask(reading: Reading): Promise<Answers>;
  /** Pure: called on what stands in the file once the lock is held. */
  decide(reading: Reading, answers: Answers): Outcome;
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
  const store = await openStore(
    path ?? (await locateBook({ fileOption: options.file, env: io.env, cwd: io.cwd })),
  );
  return (await readTracked(session, store, NO_ANSWERS)).reading;
}

/** What people said about a table that its own words do not tell: the sheet, columns by header, stage words. */
export interface TableAnswers {
  readonly sheet: string | null;
  readonly columns: ReadonlyMap<string, FieldKey | null>;
  readonly stages: ReadonlyMap<string, StageKey>;
}

const NO_ANSWERS: TableAnswers = { sheet: null, columns: new Map(), stages: new Map() };

/** Finds the tracking table of an opened store and decodes the book as of the day. */
export async function readTracked(
  session: Session,
  store: Store,
  answers: TableAnswers,
): Promise<{ readonly tracking: Tracking; readonly reading: Reading }> {
  const raw = await rowsOf(store, SHEETS.settings);
  const { settings: kept } = decodeSettings(raw, store.dates1904);
  const settings: Settings = {
    ...kept,
    columnMap: new Map([...kept.columnMap, ...answers.columns]),
    stageWords: new Map([...kept.stageWords, ...answers.stages]),
  };
  const tracking = await pickTracking(store, settings, answers.sheet);
  const holidays = officialHolidays();
  const calendar = buildCalendar(mergeHolidays(holidays, settings.imported), settings.ownDays);
  const today = readToday(session, settings.timeZone, calendar);
  const book = decodeBook(
    {
      tracking: tracking.raw,
      header: tracking.header,
      log: await rowsOf(store, SHEETS.log),
      leads: await rowsOf(store, SHEETS.leads),
      settings: raw,
    },
    { asOf: today, holidays, dates1904: store.dates1904, settings },
  );
  return { tracking, reading: { store, book, calendar, today, by: actingUser(session.io) } };
}

/** A tracking sheet and its header; the rows are read once, here. */
export interface Tracking {
  readonly raw: RawSheet;
  readonly header: Header;
  /** Other sheets that look like one (one per salesperson, one per year). */
  readonly others: readonly string[];
}

/**
 * 客户信息跟踪表: by `sheet` if given, by 设置, by its name, else by its headers. Several that match without one of
 * these is a usage error naming them; a header that lacks a required column, or has one twice, is a file error.
 */
async function pickTracking(store: Store, settings: Settings, sheet: string | null): Promise<Tracking> {
  const names = store.sheets.filter(({ kind }) => kind === 'worksheet').map(({ name }) => name);
  const named =
    sheet ??
    ([settings.trackingSheet, SHEETS.tracking].find((name) => name !== '' && names.includes(name)) || null);
  if (named !== null && !names.includes(named)) {
    throw new Failure(
      'usage',
      {
        zh: `${store.path} 里没有工作表「${named}」;有:${names.join('、')}`,
        en: `${store.path} has no sheet “${named}”; it has: ${names.join(', ')}`,
      },
      { file: store.path, sheet: named, expected: names.join(' / ') },
    );
  }
  const others = names.filter((name) => name !== named && !OURS.has(name));
  const candidates: Tracking[] = [];
  for (const name of named === null ? others : [named]) {
    const raw = await rowsOf(store, name);
    const header = raw && findHeader(raw.rows, settings.columnMap);
    if (raw && header && (named !== null || header.missing.length === 0))
      candidates.push({ raw, header, others: [] });
  }
  const [found, second] = candidates;
  if (!found) throw noTracking(store, named, others);
  if (second) {
    const list = candidates.map(({ raw }) => raw.sheet);
    throw new Failure(
      'usage',
      {
        zh: `${store.path} 有几张表都像客户信息跟踪表:${list.join('、')};请用 funnel adopt --sheet 指明`,
        en: `Several sheets of ${store.path} look like the tracking table: ${list.join(', ')}; choose one with funnel adopt --sheet`,
      },
      { file: store.path, expected: list.join(' / ') },
    );
  }
  refuseHeader(store, found);
  return { ...found, others };
}

/** Sheets of ours that are never the tracking table. */
const OURS: ReadonlySet<string> = new Set([
  SHEETS.leads,
  SHEETS.log,
  SHEETS.conversion,
  SHEETS.targets,
  SHEETS.settings,
]);

/** All rows of a sheet; null where the book has none of that name. */
async function rowsOf(store: Store, sheet: string): Promise<RawSheet | null> {
  if (!store.sheets.some(({ name, kind }) => name === sheet && kind === 'worksheet')) return null;
  const rows: SheetRow[] = [];
  await store.readRows(sheet, (row) => {
    rows.push(row);
    return undefined;
  });
  return { sheet, rows };
}

function noTracking(store: Store, named: string | null, others: readonly string[]): Failure {
  const where = named ?? others.join('、');
  return new Failure(
    'file',
    {
      zh: `${store.path}(${where})里找不到客户信息跟踪表的表头:至少要有「客户名称」和「当前阶段」两列。表头不同名时用 funnel adopt --map 列=字段`,
      en: `${store.path} (${where}) has no header row of a tracking table: it needs at least 客户名称 (Customer) and 当前阶段 (Stage). Where they are called otherwise: funnel adopt --map COLUMN=FIELD`,
    },
    { file: store.path, ...(named === null ? {} : { sheet: named }), expected: '客户名称, 当前阶段' },
  );
}

function refuseHeader(store: Store, { raw, header }: Tracking): void {
  const found = [...header.headers.values()].join('、');
  const place = { file: store.path, sheet: raw.sheet, cell: cellName(header.headerRow, 1) };
  const [twice] = header.duplicates;
  if (twice !== undefined) {
    throw new Failure(
      'file',
      {
        zh: `${raw.sheet} 第 ${header.headerRow} 行有两列表头都是「${twice}」,不知道用哪一列;请改名其中一列。表头有:${found}`,
        en: `Row ${header.headerRow} of ${raw.sheet} has two columns “${twice}”; rename one of them. Headers found: ${found}`,
      },
      { ...place, value: twice },
    );
  }
  if (header.missing.length === 0) return;
  const names = header.missing.map((key) => fieldInfo(key).header);
  throw new Failure(
    'file',
    {
      zh: `${raw.sheet} 第 ${header.headerRow} 行的表头里缺 ${names.map(({ zh }) => zh).join('、')};表头有:${found}。叫别的名字时用 funnel adopt --map 列=字段`,
      en: `The header in row ${header.headerRow} of ${raw.sheet} lacks ${names.map(({ en }) => en).join(', ')}; headers found: ${found}. Where one is called otherwise: funnel adopt --map COLUMN=FIELD`,
    },
    { ...place, expected: names.map(({ zh }) => zh).join(' / ') },
  );
}

/** --as-of, else the team's day. */
function readToday({ io, options }: Session, timeZone: string, calendar: Calendar): Day {
  const today = teamToday(io.now(), timeZone);
  if (options.asOf === null) return today;
  const asOf = parseDateWords(options.asOf, { today, sense: 'past', calendar });
  if (asOf !== null) return asOf;
  throw new Failure(
    'usage',
    {
      zh: `--as-of「${options.asOf}」不是日期;请写成 2026-11-23`,
      en: `--as-of “${options.asOf}” is not a date; write 2026-11-23`,
    },
    { value: options.asOf, expected: '2026-11-23' },
  );
}

/**
 * One writing command, whole: read, ask, lock, read again, decide, encode, plan, save, say what changed and how to
 * undo it. --dry-run stops after the plan. A Refusal ends as exit 4 with every missing item, a BadInput as exit 2.
 */
export async function writeBook<A>(session: Session, writing: Writing<A>): Promise<ExitCode> {
  const first = await readBook(session);
  refuseUnadopted(first);
  const answers = await writing.ask(named(first));
  const write = async (reading: Reading, save: boolean) => {
    const { decision, plan } = await planWriting(session, reading, writing, answers);
    if (save)
      await saveBook({
        store: reading.store,
        plan,
        io: session.io,
        user: reading.by,
        command: session.io.argv,
      });
    showWritten(session, reading, { decision, plan }, !save);
    return EXIT.done;
  };
  if (session.options.dryRun) return write(first, false);
  const { wait, ignoreLock } = session.options;
  return withLock({ files: first.store.files, wait, ignoreLock, io: session.io }, async () =>
    write(await readBook(session), true),
  );
}

/** Every row has its 商机编号: what a decision is made on. */
function named(reading: Reading): Reading {
  return { ...reading, book: adoptNewRows(reading.book).book };
}

/** Writing is for adopted tables only: the commitment is the user's to make. */
function refuseUnadopted({ store, book }: Reading): void {
  if (book.adopted) return;
  throw new Failure(
    'refused',
    {
      zh: `${store.path} 还没有接管,只能查看。先看计划: funnel adopt "${store.path}" --dry-run\n再接管: funnel adopt "${store.path}"`,
      en: `${store.path} has not been adopted; it can only be read. See the plan: funnel adopt "${store.path}" --dry-run\nThen: funnel adopt "${store.path}"`,
    },
    { file: store.path },
  );
}

/** Prints a Failure for people (stderr) or as the error document of --json (stdout); its exit code. */
export function printFailure(io: Io, lang: Lang, failure: Failure, json: boolean): ExitCode {
  const message = say(failure.text, lang);
  if (json)
    io.out(`${safeJson({ error: { code: failure.code, message, ...failure.place, ...failure.detail } })}\n`);
  else io.err(`${visible(message, { newlines: true })}\n`);
  return FAILURE_EXIT[failure.code];
}

interface Planned {
  readonly decision: Decision;
  readonly plan: Plan;
}

async function planWriting<A>(
  session: Session,
  reading: Reading,
  writing: Writing<A>,
  answers: A,
): Promise<Planned> {
  const { book, extra } = adoptNewRows(reading.book);
  const outcome = writing.decide({ ...reading, book }, answers);
  if (!isDecision(outcome)) throw outcomeFailure(session, reading, outcome);
  const decision = { ...joinDecisions(extra, outcome), ids: outcome.ids };
  const recordedAt = recordedAtText(session.io.now(), book.settings.timeZone);
  const plan = await reading.store.plan(encodeDecision(book, decision, { by: reading.by, recordedAt }));
  return { decision, plan };
}

/** A refusal or an unusable value of the core, as the Failure it ends as. */
function outcomeFailure(session: Session, reading: Reading, outcome: Refusal | BadInput): Failure {
  if ('badInput' in outcome) {
    return new Failure('usage', outcome.text, { value: outcome.value, expected: outcome.expected });
  }
  const { missing } = outcome;
  return new Failure(
    'refused',
    refusalText(outcome),
    { file: reading.store.path },
    missing.length > 0 ? { missing: missing.map((item) => missingJson(item, session.lang)) } : {},
  );
}

/** The reason, then one line per missing item with the command that records it (without values: it asks for them). */
export function refusalText({ text, missing }: Refusal): Message {
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

export function missingJson(item: MissingItem, lang: Lang): unknown {
  const { name, problem, ...rest } = item;
  return { ...rest, name: say(name, lang), problem: problem && say(problem, lang) };
}

/** What changed, in which cell, and how to undo it; or the whole list for --dry-run and --json. */
function showWritten(session: Session, reading: Reading, { decision, plan }: Planned, dryRun: boolean): void {
  const { ids, notes } = decision;
  for (const note of notes) session.note(note);
  if (session.options.json) {
    session.json({
      ...(ids.length === 1 ? { id: ids[0] } : { ids }),
      changes: plan.changes.map((change) => changeJson(reading, change)),
      undo: dryRun ? null : 'funnel undo',
      ...(dryRun ? { dryRun: true } : {}),
      notes: notes.map((note) => session.say(note)),
    });
    return;
  }
  if (dryRun || session.options.verbose)
    for (const change of plan.changes) session.print(changeLine(reading, change));
  const count = plan.changes.length;
  if (dryRun) {
    session.print(
      session.say({
        zh: `试运行:以上 ${count} 格会改,没有写入任何内容。`,
        en: `Dry run: ${count} cells would change; nothing was written.`,
      }),
    );
    return;
  }
  const where = {
    zh: placesText(plan.changes, (sheet, cells) => `${sheet} ${cells}`, '、'),
    en: placesText(plan.changes, (sheet, cells) => `${sheet} ${cells}`, ', '),
  };
  session.print(
    visible(
      session.say({
        zh: `已写入 ${ids.join(' ')}:${where.zh}。撤销: funnel undo`,
        en: `Written ${ids.join(' ')}: ${where.en}. To undo: funnel undo`,
      }),
    ),
  );
}

/** `客户信息跟踪表 I2 M2、过程记录 A7…M7`: cells of one row that follow each other as a range. */
function placesText(
  changes: readonly CellChange[],
  word: (sheet: string, cells: string) => string,
  separator: string,
): string {
  const rows = new Map<string, CellChange[]>();
  for (const change of changes)
    rows.set(`${change.sheet} ${change.row}`, [...(rows.get(`${change.sheet} ${change.row}`) ?? []), change]);
  const texts = [...rows.values()].map((cells) => {
    const names =
      cells.length > 3 ? `${cells[0]?.cell}…${cells.at(-1)?.cell}` : cells.map(({ cell }) => cell).join(' ');
    return word(cells[0]?.sheet ?? '', names);
  });
  return texts.length > 4
    ? `${texts.slice(0, 3).join(separator)} … (+${texts.length - 3})`
    : texts.join(separator);
}

/** `客户信息跟踪表!I2 当前阶段: 线索获取 → 需求挖掘`. */
export function changeLine(reading: Reading, change: CellChange): string {
  const { sheet, cell, before, after } = changeJson(reading, change);
  const show = (value: unknown) => (value === null ? '∅' : String(value));
  const header = columnName(reading, change);
  return visible(`${sheet}!${cell}${header ? ` ${header}` : ''}: ${show(before)} → ${show(after)}`);
}

export function changeJson(reading: Reading, change: CellChange) {
  const value = (cell: CellValue | null): string | number | boolean | null => {
    if (cell === null) return null;
    const date =
      cell.kind === 'number' && cell.format === 'date'
        ? readDateCell(cell, reading.store.dates1904, reading.today)
        : null;
    if (date) return formatDay(date.day);
    return cell.kind === 'number' || cell.kind === 'boolean' ? cell.value : cell.text;
  };
  const { sheet, cell, before, after } = change;
  return { sheet, cell, column: columnName(reading, change), before: value(before), after: value(after) };
}

/** The header of the changed cell's column; empty where it has none (yet). */
function columnName({ book }: Reading, { sheet, col }: CellChange): string {
  if (sheet === book.shape.sheet) return book.shape.headers.get(col) ?? '';
  const shape = [book.logShape, book.leadsShape, book.settingsShape].find((each) => each?.sheet === sheet);
  const fallback = sheet === SHEETS.log ? LOG_HEADERS[col - 1] : undefined;
  return [...(shape?.columns ?? [])].find(([, at]) => at === col)?.[0] ?? fallback ?? '';
}

function readGlobals(given: OptionValues): GlobalOptions {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : null);
  const wait = text('wait');
  if (wait !== null && !/^\d+(\.\d+)?$/.test(wait)) {
    throw new Failure(
      'usage',
      { zh: `--wait「${wait}」要是秒数`, en: `--wait “${wait}” must be a number of seconds` },
      { value: wait, expected: '5' },
    );
  }
  return {
    file: text('file'),
    asOf: text('asOf'),
    json: given.json === true,
    dryRun: given.dryRun === true,
    yes: given.yes === true,
    quiet: given.quiet === true,
    verbose: given.verbose === true,
    ignoreLock: given.ignoreLock === true,
    wait: wait === null ? 5 : Number(wait),
  };
}
