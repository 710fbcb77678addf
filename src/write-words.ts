import { SHEETS } from './core/book.ts';
import { formatDay } from './core/date.ts';
import type { MissingItem, Refusal } from './core/decision.ts';
import { LOG_HEADERS } from './core/decode-log.ts';
import { type Lang, type Message, say } from './core/message.ts';
import type { CellChange, CellValue } from './core/sheet.ts';
import { visible } from './core/text.ts';
import { readDateCell } from './core/values.ts';
import type { Reading } from './read-book.ts';

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

/** `客户信息跟踪表 I2 M2、过程记录 A7…M7`: cells of one row that follow each other as a range. */
export function placesText(
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
