import { resolve } from 'node:path';
import { columnNames } from '../core/columns.ts';
import { fieldInfo } from '../core/fields.ts';
import { HEADER_ROWS } from '../core/header.ts';
import type { ImportTable } from '../core/import.ts';
import {
  columnsRead,
  headerText,
  type ImportColumns,
  ignoredText,
  type LeadColumn,
  readImportColumns,
  readImportMap,
} from '../core/import-columns.ts';
import type { Message } from '../core/message.ts';
import { cellName, cellText, type SheetRow } from '../core/sheet.ts';
import { nearest } from '../core/text.ts';
import { Failure } from '../failure.ts';
import { type Reading, readingText } from '../read-book.ts';
import type { Session } from '../session.ts';
import {
  type ImportMemory,
  printOfRow,
  readImportMemory,
  writeImportMemory,
} from '../storage/import-memory.ts';
import { readSourceBytes, readSourceFile, type SourceSheet } from '../storage/import-source.ts';
import type { OptionValues } from './command.ts';
import { listOption, textOption } from './option-values.ts';

/** The name under which stdin is imported. */
export const STDIN = '-';

type ColumnMap = ReadonlyMap<string, LeadColumn | null>;

/**
 * Reads every file once, finds its table and header, and says which columns are left out. Failure('file') for what
 * cannot be read or has no header of a list of leads, Failure('usage') for --map and --sheet that fit nothing.
 */
export async function readTables(
  session: Session,
  reading: Reading,
  files: readonly string[],
  options: OptionValues,
): Promise<ReadTables> {
  const map = readMap(listOption(options, 'map'), reading);
  const memory = await readImportMemory(reading.store, session.io);
  const tables: PickedTable[] = [];
  for (const [index, file] of files.entries()) {
    session.progress.step(readingText(file, files.length > 1 ? ` (${index + 1}/${files.length})` : ''));
    const sheets =
      file === STDIN
        ? readSourceBytes(file, await session.io.readStdin())
        : await readSourceFile(resolve(session.io.cwd, file));
    tables.push(pickTable(file, sheets, textOption(options, 'sheet'), { map, memory }, reading));
  }
  const headers = tables.flatMap(({ columns }) => [...columns.header.headers.values()]);
  const typed = [...map.keys()].find((name) => !headers.some((header) => headerText(header) === name));
  if (typed !== undefined)
    throw notUsable(typed, headers, {
      zh: `名单里没有「${typed}」这一列`,
      en: `the list has no column “${typed}”`,
    });
  for (const table of tables) {
    noteMapping(session, table);
    noteColumns(session, table, options);
  }
  const maps = [
    ...new Set([...tables.flatMap(({ remembered }) => remembered), ...listOption(options, 'map')]),
  ];
  return { tables, maps };
}

export interface ReadTables {
  readonly tables: readonly ImportTable[];
  /** Every 列=字段 that was said, now or an earlier time: what a command needs to read these lists anywhere. */
  readonly maps: readonly string[];
}

interface PickedTable extends ImportTable {
  /** 列=字段 of an earlier import of a list with these headers, as far as --map does not say otherwise. */
  readonly remembered: readonly string[];
}

/** Keeps what --map said, for the next list with the same headers. It is never needed: where it cannot be kept, that is said. */
export async function rememberMaps(
  session: Session,
  { store, book }: Reading,
  tables: readonly ImportTable[],
  options: OptionValues,
): Promise<void> {
  const given = listOption(options, 'map');
  // What looks like somebody's number or address is no header.
  const usable = given.filter((text) => !/\d{7}|@/.test(text));
  if (usable.length === 0) return;
  const memory = new Map(await readImportMemory(store, session.io));
  for (const { columns, rows } of tables) {
    const header = rows.find(({ row }) => row === columns.header.headerRow);
    if (!header) continue;
    const texts = [...columns.header.headers.values()].map(headerText);
    const said = new Map(
      [...(memory.get(printOfRow(header)) ?? []), ...usable].flatMap((text) => {
        const name = readImportMap(text, book.shape)?.header;
        return name !== undefined && texts.includes(name) ? [[name, text] as const] : [];
      }),
    );
    // Last in, last to be dropped.
    memory.delete(printOfRow(header));
    memory.set(printOfRow(header), [...said.values()]);
  }
  const problem = await writeImportMemory(store, session.io, memory);
  if (problem === null) return;
  session.note({
    zh: `这次的列对应没能记下(状态文件夹不可写,${problem});下次请再给 --map`,
    en: `The mapping could not be kept (the state folder is not writable, ${problem}); give --map again next time`,
  });
}

/** What an earlier import said of a list with the header of one of these rows. */
function rememberedFor(rows: readonly SheetRow[], memory: ImportMemory): readonly string[] {
  if (memory.size === 0) return [];
  const prints = rows.slice(0, HEADER_ROWS).map(printOfRow);
  return prints.map((print) => memory.get(print)).find((maps) => maps !== undefined) ?? [];
}

/** How the columns that are called otherwise were understood, and what an earlier --map said. */
function noteMapping(session: Session, { file, columns, remembered }: PickedTable): void {
  const read = columnsRead(columns).filter(({ header, field }) => headerText(header) !== field.zh);
  if (read.length > 0) {
    const list = (lang: 'zh' | 'en') => read.map(({ header, field }) => `${header}→${field[lang]}`);
    session.note({
      zh: `${file} 列对应:${list('zh').join('、')}(要改: --map 列=字段)`,
      en: `${file}, columns read as: ${list('en').join(', ')} (to change one: --map COLUMN=FIELD)`,
    });
  }
  const guessed = [...columns.guessed];
  if (guessed.length > 0)
    session.note({
      zh: `${file} 按内容认出的列:${guessed.join('、')};请核对`,
      en: `${file}, known by what they hold: ${guessed.join(', ')}; please check`,
    });
  if (remembered.length > 0)
    session.note({
      zh: `${file} 用了上次同样表头的 --map:${remembered.join('、')}(不导入某列: --map 列=-)`,
      en: `${file}, as --map said for the same headers last time: ${remembered.join(', ')} (to leave one out: --map COLUMN=-)`,
    });
}

function readMap(texts: readonly string[], { book }: Reading): ColumnMap {
  return new Map(
    texts.map((text) => {
      const read = readImportMap(text, book.shape);
      if (read) return [read.header, read.target] as const;
      throw notUsable(text.replace(/^.*[=＝]/, '').trim(), columnNames(book.shape), {
        zh: `--map「${text}」不能用;应为 列=字段,如 单位=客户名称(字段是线索的一列、筛选结果、无效原因,或表里团队自己的列)`,
        en: `--map “${text}” cannot be used; expected COLUMN=FIELD, like 单位=客户名称 (a field of a lead, 筛选结果, 无效原因, or a column of your own in the table)`,
      });
    }),
  );
}

/** The one sheet that has the header of a list of leads: the named one, else the only visible one. */
function pickTable(
  file: string,
  sheets: readonly SourceSheet[],
  named: string | null,
  { map, memory }: { readonly map: ColumnMap; readonly memory: ImportMemory },
  { book }: Reading,
): PickedTable {
  const looked =
    sheets.length > 1
      ? sheets.filter(({ name, hidden }) => (named === null ? !hidden : name === named))
      : sheets;
  if (looked.length === 0)
    throw new Failure(
      'usage',
      {
        zh: `${file} 里没有工作表「${named}」;有:${namesOf(sheets)}`,
        en: `${file} has no sheet “${named}”; it has: ${namesOf(sheets)}`,
      },
      { file, value: named ?? '', expected: sheets.map(({ name }) => name).join(' / ') },
    );
  const read = looked.flatMap((sheet) => {
    const { shape, settings } = book;
    const before = rememberedFor(sheet.rows, memory).flatMap((text) => {
      const read = readImportMap(text, shape);
      return read && !map.has(read.header) ? [{ text, ...read }] : [];
    });
    const said = new Map([...before.map(({ header, target }) => [header, target] as const), ...map]);
    const columns = readImportColumns(sheet.name, sheet.rows, said, {
      tracking: shape,
      columnMap: settings.columnMap,
      stageWords: settings.stageWords,
    });
    return columns ? [{ sheet, columns, remembered: before.map(({ text }) => text) }] : [];
  });
  const usable = read.filter(({ columns }) => columns.shape.columns.has('customer'));
  const [found, second] = usable;
  if (!found) throw noHeader(file, looked, read[0]?.columns ?? null);
  if (second) {
    const names = namesOf(usable.map(({ sheet }) => sheet));
    throw new Failure(
      'usage',
      {
        zh: `${file} 有几张表都像线索名单:${names};请用 --sheet 指明一张`,
        en: `Several sheets of ${file} look like a list of leads: ${names}; choose one with --sheet`,
      },
      { file, expected: names },
    );
  }
  const { sheet, columns, remembered } = found;
  refuseDuplicates(file, columns);
  return { file, columns, rows: sheet.rows, dates1904: sheet.dates1904, remembered };
}

function namesOf(sheets: readonly SourceSheet[]): string {
  return sheets.map(({ name }) => name).join('、');
}

/** No header, or one without 客户名称: what was found instead. */
function noHeader(file: string, sheets: readonly SourceSheet[], columns: ImportColumns | null): Failure {
  const rows = sheets.flatMap((sheet) => sheet.rows);
  const [first] = rows;
  const texts = columns
    ? [...columns.header.headers.values()]
    : (first?.cells ?? []).map((cell) => cellText(cell).trim()).filter((text) => text !== '');
  const told = (separator: string) => texts.join(separator).replace(/\s+/g, ' ').slice(0, 300);
  const found =
    texts.length > 0
      ? { zh: `表头是:${told('、')}`, en: `found: ${told(', ')}` }
      : { zh: '文件是空的', en: 'the file is empty' };
  return new Failure(
    'file',
    {
      zh: `${file} 里找不到线索名单的表头:至少要有「客户名称」一列和另一列认识的列。${found.zh}。表头不同名时: --map 列=字段,如 --map 单位=客户名称`,
      en: `${file} has no header of a list of leads: it needs 客户名称 (Customer) and one more known column; ${found.en}. Where they are called otherwise: --map COLUMN=FIELD, like --map Organisation=Customer`,
    },
    {
      file,
      ...(columns ? { sheet: columns.shape.sheet, cell: cellName(columns.header.headerRow, 1) } : {}),
      value: texts.join('、').slice(0, 300),
      expected: '客户名称',
    },
  );
}

function refuseDuplicates(file: string, { header, shape }: ImportColumns): void {
  const [twice] = header.duplicates;
  if (twice === undefined) return;
  throw new Failure(
    'file',
    {
      zh: `${file} 第 ${header.headerRow} 行有两列表头都是「${twice}」,不知道用哪一列;请改名其中一列`,
      en: `Row ${header.headerRow} of ${file} has two columns “${twice}”; rename one of them`,
    },
    { file, sheet: shape.sheet, cell: cellName(header.headerRow, 1), value: twice },
  );
}

/** What is left out, and what every row will lack. */
function noteColumns(session: Session, { file, columns }: ImportTable, options: OptionValues): void {
  const { ignored, header } = columns;
  if (ignored.length > 0) {
    const texts = ignored.map((text) => ignoredText(columns, text));
    session.note({
      zh: `${file} 未导入的列:${texts.map(({ zh }) => zh).join('、')}(要导入: --map 列=字段,或先在客户信息跟踪表加同名的列)`,
      en: `${file}, columns left out: ${texts.map(({ en }) => en).join(', ')} (to take one: --map COLUMN=FIELD, or add a column of that name to 客户信息跟踪表)`,
    });
  }
  const missing = header.missing.filter((key) => textOption(options, key) === null);
  if (missing.length === 0) return;
  const names = missing.map((key) => fieldInfo(key).header);
  session.note({
    zh: `${file} 没有这些必填的列:${names.map(({ zh }) => zh).join('、')};每行都会因此被拒绝${missing.includes('source') ? '(来源渠道可用 --source 补)' : ''}${missing.includes('tags') ? '(需求标签可用 --tags 补)' : ''}`,
    en: `${file} has no column for ${names.map(({ en }) => en).join(', ')}, which are required: every row will be rejected${missing.includes('source') ? ' (--source gives the source channel)' : ''}${missing.includes('tags') ? ' (--tags gives the tags)' : ''}`,
  });
}

function notUsable(wanted: string, words: readonly string[], fact: Message): Failure {
  const close = nearest(wanted, words);
  const names = close.length > 0 ? close : [...new Set(words)];
  const hint =
    close.length > 0
      ? { zh: `。是不是 ${close.join('、')}?`, en: `. Did you mean ${close.join(', ')}?` }
      : { zh: `。有:${names.join('、')}`, en: `. There are: ${names.join(', ')}` };
  return new Failure(
    'usage',
    { zh: `${fact.zh}${hint.zh}`, en: `${fact.en}${hint.en}` },
    { value: wanted, expected: names.join(' / ') },
  );
}
