import type { Book } from './book.ts';
import { inputText } from './cell-input.ts';
import type { Day } from './date.ts';
import type { Decision, Refusal } from './decision.ts';
import { readUnits } from './decode.ts';
import type { RowContext } from './decode-row.ts';
import { refuse } from './draft.ts';
import type { FieldKey } from './fields.ts';
import { takenIds } from './ids.ts';
import { type ImportColumns, REJECT_HEADERS } from './import-columns.ts';
import { readYearLastDates } from './import-dates.ts';
import {
  type Earlier,
  findParallel,
  findRepeated,
  knownDeals,
  knownScreened,
  remember,
} from './import-known.ts';
import { isImportRow, type LeadDefaults, readImportRow } from './import-row.ts';
import { enterLead, type ReadLead } from './lead-entry.ts';
import { type Message, plain } from './message.ts';
import type { SheetRow } from './sheet.ts';
import { unguardFormula } from './text.ts';

/** One sheet of one import file. */
export interface ImportTable {
  /** The file as people named it. */
  readonly file: string;
  readonly columns: ImportColumns;
  /** All rows, the header among them. */
  readonly rows: readonly SheetRow[];
  readonly dates1904: boolean;
}

export type ImportResult = 'added' | 'duplicate' | 'rejected' | 'invalid';

/** What became of one row; `row` is its number in the source, as people see it. */
export interface RowReport {
  readonly table: ImportTable;
  readonly source: SheetRow;
  readonly result: ImportResult;
  readonly reason: Message | null;
  /** What was read; null: it was rejected. */
  readonly lead: ReadLead | null;
  /** The new 商机, or the one it repeats. */
  readonly id: string | null;
}

/** The decision for all rows together, and what became of each. */
export interface Imported extends Decision {
  readonly rows: readonly RowReport[];
}

export interface ImportOptions {
  readonly defaults: LeadDefaults;
  /** All or nothing: any rejected row refuses the whole. */
  readonly atomic: boolean;
  /** Told after each row how many of how many have been read: for a person who waits. */
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Every row of the files as a lead, as `add-lead` enters one: added, a duplicate (of the book or of an earlier row),
 * rejected with every reason, or screened out (kept in 线索信息表 only). Linear in rows and book. Refused with `atomic`
 * where any row is rejected.
 */
export function importLeads(
  book: Book,
  tables: readonly ImportTable[],
  options: ImportOptions,
  today: Day,
): Imported | Refusal {
  const taken = takenIds(book);
  const [deals, screened] = [knownDeals(book), knownScreened(book)];
  const decisions: Decision[] = [];
  const inferred: Message[] = [];
  const reports: RowReport[] = [];
  const total = tables.reduce((sum, { rows }) => sum + rows.length, 0);
  let seen = 0;
  for (const table of tables) {
    const context = rowContext(book, table, today);
    const dates = readYearLastDates(table.columns, table.rows);
    inferred.push(
      ...dates.notes.map(({ zh, en }) => ({ zh: `${table.file} ${zh}`, en: `${table.file}: ${en}` })),
    );
    for (const source of table.rows.map(plainRow(table))) {
      options.progress?.(++seen, total);
      if (source.row <= table.columns.header.headerRow || !isImportRow(source, table.columns)) continue;
      const dated = dates.readRow(source);
      const read = readImportRow(dated.row, table.columns, context, options.defaults);
      const reasons = [...dated.reasons, ...('reasons' in read ? read.reasons : [])];
      if ('reasons' in read || reasons.length > 0) {
        reports.push({
          table,
          source,
          result: 'rejected',
          reason: joinReasons(reasons),
          lead: null,
          id: null,
        });
        continue;
      }
      const { lead, row } = read;
      const report = (result: ImportResult, reason: Message | null, id: string | null) =>
        reports.push({ table, source, result, reason, lead, id });
      const known = lead.invalid === '' ? deals : screened;
      const owner = inputText(lead.cells.get('owner') ?? { kind: 'blank' });
      const repeated = findRepeated(known, row);
      if (repeated) {
        const { earlier, why } = repeated;
        const rival = rivalNote(earlier, owner);
        const reason = {
          zh: `与 ${earlier.name.zh} 重复(${why.zh})${rival.zh}`,
          en: `repeats ${earlier.name.en} (${why.en})${rival.en}`,
        };
        report('duplicate', reason, earlier.id);
        continue;
      }
      const parallel = lead.invalid === '' ? findParallel(deals, row) : null;
      const decision = enterLead(book, lead, taken, today);
      const [id = null] = decision.ids;
      decisions.push(decision);
      inferred.push(...read.inferred);
      remember(known, row, { id, name: placeOf(table, source), owner });
      if (lead.invalid === '') report('added', parallel && parallelNote(parallel, owner), id);
      else report('invalid', plain(lead.invalid), null);
    }
  }
  const rejected = reports.filter(({ result }) => result === 'rejected');
  if (options.atomic && rejected.length > 0) return refuseAll(rejected);
  return {
    ids: decisions.flatMap(({ ids }) => ids),
    events: decisions.flatMap(({ events }) => events),
    fields: [],
    newRows: decisions.flatMap(({ newRows }) => newRows),
    leads: decisions.flatMap(({ leads }) => leads),
    notes: countNotes([...decisions.flatMap(({ notes }) => notes), ...inferred]),
    rows: reports,
  };
}

/** Rows of a rejects file of ours: the apostrophes that guarded its cells are no part of them. */
function plainRow({ columns }: ImportTable): (row: SheetRow) => SheetRow {
  const headers = [...columns.header.headers.values()];
  if (!REJECT_HEADERS.every((header) => headers.includes(header))) return (row) => row;
  return (row) => ({
    ...row,
    cells: row.cells.map((cell) =>
      cell?.kind === 'text' ? { kind: 'text', text: unguardFormula(cell.text) } : cell,
    ),
  });
}

/** `名单.csv 第 7 行`. */
export function placeOf({ file }: ImportTable, { row }: SheetRow): Message {
  return { zh: `${file} 第 ${row} 行`, en: `${file}, row ${row}` };
}

/**
 * Amounts: the header's unit holds; else bare numbers are yuan, unless all of a column are below 1,000: then 金额单位 of
 * 设置 says, and without it they cannot be read.
 */
function rowContext(book: Book, { columns, rows, dates1904 }: ImportTable, today: Day): RowContext {
  const { shape, header } = columns;
  const data = rows.filter(({ row }) => row > header.headerRow);
  const { units } = readUnits(shape, { ...book.settings, amountUnit: null }, (col) =>
    data.flatMap(({ cells }) => (col === undefined ? [] : (cells[col - 1] ?? []))),
  );
  return {
    shape,
    settings: book.settings,
    today,
    dates1904,
    units: new Map<FieldKey, number | null>(
      [...units].map(([key, unit]) => [key, unit ?? book.settings.amountUnit]),
    ),
  };
}

function parallelNote({ earlier, by }: NonNullable<ReturnType<typeof findParallel>>, owner: string): Message {
  const { zh, en } = earlier.name;
  const rival = rivalNote(earlier, owner);
  if (by === 'domain')
    return {
      zh: `邮箱与 ${zh} 同一企业域名,可能是同一客户${rival.zh}`,
      en: `the mail is at the domain of ${en}: the same customer, perhaps${rival.en}`,
    };
  return {
    zh: `同一客户已有 ${zh},需求不同,作为另一个商机${rival.zh}`,
    en: `the customer is known from ${en}; other needs, so a deal of its own${rival.en}`,
  };
}

/** 撞单: somebody else works on what was there before. */
function rivalNote(earlier: Earlier, owner: string): Message {
  if (owner === '' || earlier.owner === '' || earlier.owner === owner) return { zh: '', en: '' };
  return {
    zh: `;撞单:已由 ${earlier.owner} 跟进,本行写的是 ${owner}`,
    en: `; two owners: ${earlier.owner} works on it, this row says ${owner}`,
  };
}

function joinReasons(reasons: readonly Message[]): Message {
  return { zh: reasons.map(({ zh }) => zh).join('；'), en: reasons.map(({ en }) => en).join('; ') };
}

/** Each note once, with the number of rows it is about. */
function countNotes(notes: readonly Message[]): Message[] {
  const counts = new Map<string, { readonly note: Message; readonly rows: number }>();
  for (const note of notes) counts.set(note.zh, { note, rows: (counts.get(note.zh)?.rows ?? 0) + 1 });
  return [...counts.values()].map(({ note, rows }) =>
    rows === 1 ? note : { zh: `${note.zh}(${rows} 行)`, en: `${note.en} (${rows} rows)` },
  );
}

function refuseAll(rejected: readonly RowReport[]): Refusal {
  const lines = (lang: 'zh' | 'en') =>
    rejected.map(({ table, source, reason }) => `  ${placeOf(table, source)[lang]}: ${reason?.[lang] ?? ''}`);
  return refuse({
    zh: [`--atomic:${rejected.length} 行不能导入,什么也没有写入`, ...lines('zh')].join('\n'),
    en: [
      `--atomic: ${rejected.length} row${rejected.length === 1 ? '' : 's'} cannot be imported; nothing was written`,
      ...lines('en'),
    ].join('\n'),
  });
}
