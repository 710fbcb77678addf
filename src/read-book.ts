import { basename, extname } from 'node:path';
import type { TableAnswers } from './core/adopt.ts';
import { type Book, SHEETS } from './core/book.ts';
import { buildCalendar, type Calendar, mergeHolidays } from './core/calendar.ts';
import { type Day, parseIsoDay } from './core/date.ts';
import { parseDateWords } from './core/date-words.ts';
import { decodeBook, decodeSettings, type RawSheet } from './core/decode.ts';
import { fieldInfo } from './core/fields.ts';
import { findHeader, type Header, headRows } from './core/header.ts';
import type { KeptTable, TableSpec } from './core/kept-table.ts';
import type { Message } from './core/message.ts';
import { type PackedSheet, packRows } from './core/packed-sheet.ts';
import { pasteCommand } from './core/paste.ts';
import type { Settings } from './core/settings.ts';
import { cellName, type SheetRow } from './core/sheet.ts';
import { Failure } from './failure.ts';
import { noteOverwritten, toldIn } from './overwritten.ts';
import { type OwnSheets, refuseOwnSheets } from './own-sheets.ts';
import type { Session } from './session.ts';
import { actingUser } from './storage/config.ts';
import { findCopies, isCopyName } from './storage/copies.ts';
import { exists } from './storage/files.ts';
import { officialHolidays } from './storage/holidays.ts';
import { locateBook, looksLikeTracking, oneBookOnly } from './storage/locate.ts';
import { openStore } from './storage/open.ts';
import { findOrphans } from './storage/orphans.ts';
import { stateFolderOf } from './storage/state-folder.ts';
import type { Store } from './storage/store.ts';
import { teamToday } from './today.ts';

/** An opened book and the day it is looked at. */
export interface Reading {
  readonly store: Store;
  readonly book: Book;
  readonly calendar: Calendar;
  /** The team's day, or --as-of; of a queued command the day on which it was given. */
  readonly today: Day;
  /** 操作人. */
  readonly by: string;
  /** Tables besides the book's own that the command asked for and the book has. */
  readonly tables?: ReadonlyMap<TableSpec, KeptTable>;
}

/**
 * Opens the workbook that the options name (or `path`) and decodes it as of the team's day or --as-of.
 * Nothing is written, not even a state folder. Throws Failure for what cannot be found or read.
 */
export async function readBook(session: Session, path?: string, writes = false): Promise<Reading> {
  const { io, options } = session;
  // Of several that were named nobody may guess the one that is meant.
  if (path === undefined && options.files.length > 1) throw oneBookOnly(options.files);
  const found = path ?? (await locateBook({ fileOption: options.file, env: io.env, cwd: io.cwd }));
  session.progress.step(readingText(found));
  const store = await openStore(found, { cwd: io.cwd, writes });
  const reading = await readStore(session, store);
  await noteDamage(session, reading);
  return reading;
}

/** Says what other programs have done to a book: records saved over, copies that a sync client left. Once in a run. */
export async function noteDamage(session: Session, reading: Reading): Promise<void> {
  await noteOverwritten(session, reading);
  await noteCopies(session, reading.store);
  await noteOrphans(session, reading.store);
}

/** What is said while a file is read. */
export function readingText(path: string, count = ''): Message {
  const name = basename(path);
  return { zh: `正在读取 ${name}${count}…`, en: `Reading ${name}${count}…` };
}

/** Says that the book is called like a copy, or that a sync client has left one of it. */
async function noteCopies(session: Session, store: Store): Promise<void> {
  const [told, about] = [toldIn(session.io), `copies ${store.book}`];
  if (session.queued || told.has(about)) return;
  told.add(about);
  const { itself, conflicts } = await findCopies(store);
  const [name, list] = [basename(store.path), conflicts.join('、')];
  if (itself)
    session.note({
      zh: `${name} 看名字是一份副本:请确认团队用的不是另一本`,
      en: `${name} is called like a copy: make sure that the team does not use another one`,
    });
  if (conflicts.length > 0)
    session.note({
      zh: `同步冲突留下了副本 ${list}:别人写的内容可能只在里面,对照之后请移走`,
      en: `A sync conflict left copies (${list}): what somebody wrote may be only there; compare, then move them away`,
    });
}

/** Says that a workbook's history and queue lie under a name that is no more: what was queued would wait for ever. */
export async function noteOrphans(
  session: Session,
  { path, book }: Pick<Store, 'path' | 'book'>,
): Promise<void> {
  const [told, about] = [toldIn(session.io), `orphans ${book}`];
  if (session.queued || told.has(about)) return;
  told.add(about);
  const state = stateFolderOf(book, session.io.cwd);
  const hasOwn = await exists(state.folder).catch(() => true);
  for (const { name, folder, queued } of await findOrphans(state, session.io.cwd)) {
    // A book with a history of its own is another one, unless it was renamed and written to since.
    if (hasOwn && queued === 0) continue;
    const [own, n] = [basename(path), queued];
    const waiting = {
      zh: n === 0 ? '' : `,其中 ${n} 条排队的命令还没有写入`,
      en: n === 0 ? '' : `, with ${n} queued command${n === 1 ? '' : 's'} not written yet`,
    };
    session.note(
      hasOwn
        ? {
            zh: `${folder} 是 ${name} 的${waiting.zh},而 ${name} 已不在。若 ${own} 就是它改了名:先把工作簿改回 ${name},执行 funnel sync,再改名`,
            en: `${folder} belongs to ${name}${waiting.en}, and ${name} is not there. If ${own} is that workbook, renamed: give it the name ${name} again, run funnel sync, then rename it`,
          }
        : {
            zh: `${folder} 是 ${name} 的${waiting.zh},而 ${name} 已不在。若 ${own} 就是它改了名:把这个文件夹也改名为 ${own},撤销和排队就接上了`,
            en: `${folder} belongs to ${name}${waiting.en}, and ${name} is not there. If ${own} is that workbook, renamed: rename this folder to ${own} too, and undo and the queue go on`,
          },
    );
  }
}

/** Decodes an opened store as of the team's day or --as-of. */
export async function readStore(session: Session, store: Store): Promise<Reading> {
  const named = session.queued ? session.queued.named : session.options.file;
  return (await readTracked(session, store, NO_ANSWERS, named)).reading;
}

const NO_ANSWERS: TableAnswers = { sheet: null, columns: new Map(), stages: new Map(), amountUnit: null };

/** Finds the tracking table of an opened store and decodes the book as of the day. `named`: what printed commands call it. */
export async function readTracked(
  session: Session,
  store: Store,
  answers: TableAnswers,
  named: string | null,
): Promise<{ readonly tracking: Tracking; readonly reading: Reading; readonly own: OwnSheets }> {
  const raw = await rowsOf(store, SHEETS.settings);
  const { settings: kept } = decodeSettings(raw, store.dates1904);
  session.speak(kept.language);
  const settings: Settings = {
    ...kept,
    columnMap: new Map([...kept.columnMap, ...answers.columns]),
    stageWords: new Map([...kept.stageWords, ...answers.stages]),
    amountUnit: answers.amountUnit ?? kept.amountUnit,
  };
  const tracking = await pickTracking(store, settings, answers.sheet);
  const holidays = officialHolidays();
  const calendar = buildCalendar(mergeHolidays(holidays, settings.imported), settings.ownDays);
  const today = readToday(session, settings.timeZone, calendar);
  const log = await packedOf(store, SHEETS.log, true);
  if (tracking.header.columns.has('id')) refuseOwnSheets(store, { log, settings: raw });
  const leads = await rowsOf(store, SHEETS.leads);
  await store.letGo?.();
  const book = decodeBook(
    {
      tracking: tracking.raw,
      header: tracking.header,
      log,
      leads,
      settings: raw,
    },
    { named, team: fileTeam(store), asOf: today, holidays, dates1904: store.dates1904, settings },
  );
  // A queued command is decided on the table as it is now, its dates counted from the day it was given.
  const given = session.queued && parseIsoDay(session.queued.command.day);
  return {
    tracking,
    reading: { store, book, calendar, today: given ?? today, by: actingUser(session.io) },
    own: { log, settings: raw },
  };
}

/** A book whose 设置 do not name the team is called like its file. */
function fileTeam({ path }: Store): string {
  return basename(path, extname(path));
}

/** A tracking sheet and its header; the rows are read once, here. */
export interface Tracking {
  readonly raw: PackedSheet;
  readonly header: Header;
  /** The other sheets that are not ours. */
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
  // A sync client's copy of the table is no table of its own, where there is one that is none.
  const files = names.map((name) => `${name}.csv`);
  const theirs = names.filter((name) => name !== named && !OURS.has(name));
  const originals = theirs.filter((name) => store.format !== 'csv' || !isCopyName(`${name}.csv`, files));
  const others = originals.length > 0 ? originals : theirs;
  const candidates: Tracking[] = [];
  const broken: Failure[] = [];
  for (const name of named === null ? others : [named]) {
    const raw = await packedOf(store, name).catch((error: unknown) => {
      // A broken CSV file that happens to lie in the folder is a matter only where no other is the table.
      if (named !== null || store.format !== 'csv' || !(error instanceof Failure)) throw error;
      broken.push(error);
      return null;
    });
    const header = raw && findHeader(headRows(raw), settings.columnMap);
    if (raw && header && (named !== null || header.missing.length === 0))
      candidates.push({ raw, header, others: [] });
  }
  const [found, second] = candidates;
  if (!found) throw broken[0] ?? noTracking(store, named, others);
  if (second) {
    const list = candidates.map(({ raw }) => raw.sheet);
    const choose =
      pasteCommand('adopt', store.path, '--sheet', found.raw.sheet, '--dry-run') ?? 'funnel adopt --sheet …';
    throw new Failure(
      'usage',
      {
        zh: `${store.path} 有几张表都像客户信息跟踪表:${list.join('、')};请指明一张,先看计划: ${choose}`,
        en: `Several sheets of ${store.path} look like the tracking table: ${list.join(', ')}; choose one, and see the plan: ${choose}`,
      },
      { file: store.path, expected: list.join(' / ') },
    );
  }
  refuseHeader(store, found);
  return { ...found, others: others.filter((name) => name !== found.raw.sheet) };
}

/** Those of `sheets` that look like a tracking table too (one per salesperson, one per year). */
export async function alikeSheets(store: Store, sheets: readonly string[]): Promise<readonly string[]> {
  const alike: string[] = [];
  for (const sheet of sheets) {
    if (await looksLikeTracking(store, sheet)) alike.push(sheet);
  }
  return alike;
}

/** Sheets of ours that are never the tracking table. */
const OURS: ReadonlySet<string> = new Set([
  SHEETS.leads,
  SHEETS.log,
  SHEETS.conversion,
  SHEETS.targets,
  SHEETS.settings,
]);

/** A sheet whose rows may be very many; null where the book has none of that name. */
async function packedOf(store: Store, sheet: string, isAppended = false): Promise<PackedSheet | null> {
  if (!store.readPacked) {
    const raw = await rowsOf(store, sheet);
    return raw && packRows(sheet, raw.rows);
  }
  return hasSheet(store, sheet) ? store.readPacked(sheet, isAppended) : null;
}

/** All rows of a small sheet; null where the book has none of that name. */
async function rowsOf(store: Store, sheet: string): Promise<RawSheet | null> {
  if (!hasSheet(store, sheet)) return null;
  const rows: SheetRow[] = [];
  await store.readRows(sheet, (row) => {
    rows.push(row);
    return undefined;
  });
  return { sheet, rows };
}

function hasSheet(store: Store, sheet: string): boolean {
  return store.sheets.some(({ name, kind }) => name === sheet && kind === 'worksheet');
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
  const found = [...header.headers.values()].map((text) => text.replace(/\s+/g, ' ')).join('、');
  const place = { file: store.path, sheet: raw.sheet, cell: cellName(header.headerRow, 1) };
  const [twice] = header.duplicates;
  if (twice !== undefined) {
    throw new Failure(
      'file',
      {
        zh: `${store.path} 的 ${raw.sheet} 第 ${header.headerRow} 行有两列表头都是「${twice}」,不知道用哪一列;请改名其中一列。表头有:${found}`,
        en: `${store.path}: row ${header.headerRow} of ${raw.sheet} has two columns “${twice}”; rename one of them. Headers found: ${found}`,
      },
      { ...place, value: twice },
    );
  }
  if (header.missing.length === 0) return;
  const names = header.missing.map((key) => fieldInfo(key).header);
  throw new Failure(
    'file',
    {
      zh: `${store.path} 的 ${raw.sheet} 第 ${header.headerRow} 行的表头里缺 ${names.map(({ zh }) => zh).join('、')};表头有:${found}。叫别的名字时用 funnel adopt --map 列=字段`,
      en: `${store.path}: the header in row ${header.headerRow} of ${raw.sheet} lacks ${names.map(({ en }) => en).join(', ')}; headers found: ${found}. Where one is called otherwise: funnel adopt --map COLUMN=FIELD`,
    },
    { ...place, expected: names.map(({ zh }) => zh).join(' / ') },
  );
}

/** --as-of, else the team's day. */
export function readToday({ io, options }: Session, timeZone: string, calendar: Calendar): Day {
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
