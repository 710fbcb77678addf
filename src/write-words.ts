import type { Book } from './core/book.ts';
import { inputText } from './core/cell-input.ts';
import { formatDay } from './core/date.ts';
import type { MissingItem, Refusal } from './core/decision.ts';
import { LOG_HEADERS } from './core/decode-log.ts';
import { FIELDS } from './core/fields.ts';
import { type Lang, type Message, say } from './core/message.ts';
import { commandText } from './core/paste.ts';
import { type CellChange, type CellValue, cellText } from './core/sheet.ts';
import { visible } from './core/text.ts';
import { readDateCell } from './core/values.ts';
import type { Reading } from './read-book.ts';

/** The reason, then one line per missing item with the command that records it (without values: it asks for them). */
export function refusalText(book: Book, { text, missing }: Refusal): Message {
  const lines = (lang: Lang) =>
    missing.map((item) => {
      const problem = item.problem ? `${say({ zh: '：', en: ': ' }, lang)}${say(item.problem, lang)}` : '';
      const [verb = '', ...words] = item.argv;
      return `  ✗ ${say(item.name, lang)}${problem} (${item.source})\n    ${commandText(book, verb, ...words)}`;
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

/** Headers of columns that a plan adds, by sheet and column. */
export type AddedHeaders = ReadonlyMap<string, string>;

/** The headers among `changes`: what the cells below them are called, since the book as read does not know them. */
export function addedHeaders({ book, tables }: Reading, changes: readonly CellChange[]): AddedHeaders {
  const shapes = [
    book.shape,
    book.logShape,
    book.leadsShape,
    book.settingsShape,
    ...(tables?.values() ?? []),
  ];
  return new Map(
    changes
      .filter(({ sheet, row }) => row === (shapes.find((shape) => shape?.sheet === sheet)?.headerRow ?? 1))
      .map(({ sheet, col, after }) => [`${sheet} ${col}`, cellText(after)]),
  );
}

/** `客户信息跟踪表!I2 当前阶段: 线索获取 → 需求挖掘`. */
export function changeLine(reading: Reading, change: CellChange, added: AddedHeaders = new Map()): string {
  const { sheet, cell, column, before, after } = changeJson(reading, change, added);
  const show = (shown: CellValue | null, value: unknown) =>
    shown?.kind === 'number' && shown.format === 'percent'
      ? inputText({ kind: 'percent', value: shown.value })
      : value === null
        ? '∅'
        : String(value);
  const [old, now] = [show(change.before, before), show(change.after, after)];
  return visible(`${sheet}!${cell}${column ? ` ${column}` : ''}: ${old} → ${now}`);
}

export function changeJson(reading: Reading, change: CellChange, added: AddedHeaders = new Map()) {
  const column = columnName(reading, change) || (added.get(`${change.sheet} ${change.col}`) ?? '');
  const value = (cell: CellValue | null): string | number | boolean | null => {
    if (cell === null) return null;
    const date =
      cell.kind === 'number' && cell.format === 'date'
        ? readDateCell(cell, reading.store.dates1904, reading.today)
        : null;
    if (date) return formatDay(date.day);
    if (cell.kind === 'text' && isNumberText(reading, change, column, cell.text)) return Number(cell.text);
    return cell.kind === 'number' || cell.kind === 'boolean' ? cell.value : cell.text;
  };
  const { sheet, cell, before, after } = change;
  return { sheet, cell, column, before: value(before), after: value(after) };
}

/** In CSV a number is text too: where the column holds numbers it is one, as in a workbook. */
function isNumberText(
  { store, book }: Reading,
  { sheet, col }: CellChange,
  column: string,
  text: string,
): boolean {
  if (store.format !== 'csv' || !/^-?\d{1,15}(\.\d+)?$/.test(text)) return false;
  if (sheet !== book.shape.sheet) return column === LOG_HEADERS[0];
  const known = [...book.shape.columns].find(([, at]) => at === col)?.[0];
  const field = FIELDS.find(({ key, header }) => (known ? key === known : header.zh === column));
  return field?.kind === 'amount' || field?.kind === 'score';
}

/** The header of the changed cell's column; empty where it has none yet. */
function columnName({ book, tables }: Reading, { sheet, col }: CellChange): string {
  const table = [...(tables?.values() ?? [])].find((each) => each.sheet === sheet);
  if (table) return table.headers.get(col) ?? '';
  if (sheet === book.shape.sheet) return book.shape.headers.get(col) ?? '';
  const shape = [book.logShape, book.leadsShape, book.settingsShape].find((each) => each?.sheet === sheet);
  return [...(shape?.columns ?? [])].find(([, at]) => at === col)?.[0] ?? '';
}

/** Every place that changed, in words. */
export function writtenPlaces(changes: readonly CellChange[]): Message {
  return {
    zh: placesText(changes, (sheet, cells) => `${sheet} ${cells}`, '、'),
    en: placesText(changes, (sheet, cells) => `${sheet} ${cells}`, ', '),
  };
}

/** `客户信息跟踪表 I2 M2、过程记录 A7…M7`: cells of one row that follow each other as a range. */
export function placesText(
  changes: readonly CellChange[],
  word: (sheet: string, cells: string) => string,
  separator: string,
): string {
  const rows = new Map<string, CellChange[]>();
  for (const change of changes)
    rows.set(`${change.sheet} ${change.row}`, [...(rows.get(`${change.sheet} ${change.row}`) ?? []), change]);
  const isLong = rows.size > 4;
  const blocks: CellChange[][] = [];
  for (const cells of rows.values()) {
    const block = blocks.at(-1);
    const [last, first] = [block?.at(-1), cells[0]];
    const follows = last?.sheet === first?.sheet && last?.row === (first?.row ?? 0) - 1;
    // In a long list whole rows that follow each other are one block.
    if (isLong && block && follows && block.length > 3 && cells.length > 3) block.push(...cells);
    else blocks.push([...cells]);
  }
  const texts = blocks.map((cells) => {
    const names =
      cells.length > 3 ? `${cells[0]?.cell}…${cells.at(-1)?.cell}` : cells.map(({ cell }) => cell).join(' ');
    return word(cells[0]?.sheet ?? '', names);
  });
  return texts.length > 4
    ? `${texts.slice(0, 3).join(separator)} … (+${texts.length - 3})`
    : texts.join(separator);
}
