import { dayOf, formatDay } from './date.ts';
import { fieldInfo } from './fields.ts';
import type { ImportColumns } from './import-columns.ts';
import type { Message } from './message.ts';
import { type CellValue, cellText, type SheetRow } from './sheet.ts';
import { normalizeWidth } from './text.ts';

const DATES = ['leadDate', 'expectedClose', 'nextFollowUp'] as const;

/** A row whose dates can be read like any others, and why one of them cannot. */
export interface DatedRow {
  readonly row: SheetRow;
  readonly reasons: readonly Message[];
}

interface YearLast {
  readonly text: string;
  readonly first: number;
  readonly second: number;
  readonly year: number;
  /** 20 or 2020: with two digits it is as likely the year that stands first (24/3/15). */
  readonly short: boolean;
}

const ORDERS = ['month first', 'day first'] as const;
type Order = (typeof ORDERS)[number];

/**
 * Dates with the year last, as programs in English export them (11/20/2026, 11/20/2026 3:45 PM): month/day or day/month
 * is known by a cell of the column that holds a day after the 12th; where none does, or one of each, a cell that could be
 * either is a reason, never a guess. `notes` say how a column was read.
 */
export function readYearLastDates({ header, shape }: ImportColumns, rows: readonly SheetRow[]) {
  const notes: Message[] = [];
  const orders = DATES.flatMap((key) => {
    const col = shape.columns.get(key);
    if (col === undefined) return [];
    const dates = rows.flatMap(({ row, cells }) =>
      row > header.headerRow ? (splitYearLast(cells[col - 1]) ?? []) : [],
    );
    const known = ORDERS.filter((order) => dates.some((date) => ownOrder(date) === order));
    const sure = known.length === 1 ? (known[0] ?? null) : null;
    const example = dates.find((date) => ownOrder(date) !== null);
    if (sure && example)
      notes.push({
        zh: `「${header.headers.get(col) ?? ''}」按 ${sure === 'month first' ? '月/日/年' : '日/月/年'} 读:${example.text} 即 ${isoText(example, sure)}`,
        en: `“${header.headers.get(col) ?? ''}” is read as ${sure === 'month first' ? 'month/day/year' : 'day/month/year'}: ${example.text} is ${isoText(example, sure)}`,
      });
    return dates.length > 0 ? [{ key, col, sure }] : [];
  });
  const readRow = (row: SheetRow): DatedRow => {
    const cells = [...row.cells];
    const reasons = orders.flatMap(({ key, col, sure }): Message[] => {
      const date = splitYearLast(row.cells[col - 1]);
      const order = date && (ownOrder(date) ?? sure ?? (date.first === date.second ? 'month first' : null));
      // 24/3/15 is read as the year first, as everywhere else, unless the column says otherwise.
      if (!date || (date.short && (order === null || sure === null))) return [];
      const iso = order && isoText(date, order);
      cells[col - 1] = iso === null ? undefined : { kind: 'text', text: iso };
      const name = fieldInfo(key).header;
      if (order === null)
        return [
          {
            zh: `${name.zh}「${date.text}」是 月/日 还是 日/月 说不准,这一列的其他行也没有说明;请写成 2026-11-23 这样`,
            en: `${name.en} “${date.text}” may be month/day or day/month, and no other row of the column tells; write it like 2026-11-23`,
          },
        ];
      if (iso !== null) return [];
      return [
        {
          zh: `${name.zh}「${date.text}」不是日历上的一天;请写成 2026-11-23 这样`,
          en: `${name.en} “${date.text}” is no day of the calendar; write it like 2026-11-23`,
        },
      ];
    });
    return { row: { ...row, cells }, reasons };
  };
  return { notes, readRow };
}

/** 11/20/2026, 20.11.2026, 11/20/26, with a time behind it or not. */
function splitYearLast(cell: CellValue | undefined): YearLast | null {
  if (cell?.kind !== 'text') return null;
  const text = cellText(cell).trim();
  const [, first, , second, year = ''] =
    /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s.*)?$/.exec(normalizeWidth(text)) ?? [];
  if (first === undefined) return null;
  const short = year.length === 2;
  return {
    text,
    first: Number(first),
    second: Number(second),
    year: Number(year) + (short ? 2000 : 0),
    short,
  };
}

/** What the date says by itself. With a short year the first number may be the year, so only a day in the middle tells. */
function ownOrder({ first, second, short }: YearLast): Order | null {
  if (first <= 12 && second > 12) return 'month first';
  return first > 12 && second <= 12 && !short ? 'day first' : null;
}

function isoText({ first, second, year }: YearLast, order: Order): string | null {
  const day = order === 'month first' ? dayOf(year, first, second) : dayOf(year, second, first);
  return day === null ? null : formatDay(day);
}
