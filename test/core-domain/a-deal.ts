import type { Book } from '../../src/core/book.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { type Day, formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { Deal } from '../../src/core/deal.ts';
import type { Outcome } from '../../src/core/decision.ts';
import type { ItemKey } from '../../src/core/items.ts';
import { recordItem } from '../../src/core/record.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import { type Memory, newMemory, readMemory, writeMemory } from './memory-book.ts';

export const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;
export const CALENDAR = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });
export const ID = 'L20260511-001';

/** An adopted book of one deal, 华东机械, entered on 2026-05-11; `more` sets or adds columns. */
export function bookOf(
  more: Readonly<Record<string, string | number>> = {},
  others: readonly Readonly<Record<string, string | number>>[] = [],
): Memory {
  const values = {
    客户名称: '华东机械',
    线索录入日期: '2026-05-11',
    当前阶段: '线索获取',
    商机编号: ID,
    ...more,
  };
  const head = [...new Set([values, ...others].flatMap((row) => Object.keys(row)))];
  const rows = [values, ...others].map((row: Readonly<Record<string, string | number>>) =>
    head.map((header) => row[header] ?? null),
  );
  const memory = newMemory([head, ...rows]);
  writeMemory(memory, day('2026-05-11'), () => ({
    ids: [],
    events: [],
    fields: [],
    newRows: [],
    leads: [],
    notes: [],
  }));
  return memory;
}

export function dealOf(memory: Memory, today: Day, id = ID): Deal {
  const deal = readMemory(memory, today).deals.find(({ row }) => row.id === id);
  if (!deal) throw new Error(`no deal ${id}`);
  return deal;
}

export interface Recording {
  readonly item: ItemKey;
  readonly values?: Readonly<Record<string, string>>;
  readonly on?: string;
  readonly reason?: string;
}

/** Decides to record an item; nothing is written. */
export function decideItem(
  book: Book,
  today: Day,
  { item, values = {}, on, reason = '' }: Recording,
): Outcome {
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  const record = {
    item,
    values: new Map(Object.entries(values)),
    on: on === undefined ? null : day(on),
    evidence: '',
    reason,
  };
  return recordItem(book, deal, record, { today, calendar: CALENDAR });
}

/** Records an item and writes it; throws where it is refused. */
export function writeItem(memory: Memory, today: Day, recording: Recording) {
  return writeMemory(memory, today, (book) => decideItem(book, today, recording));
}

/** What a sheet holds, cell by cell, as text: dates as dates. */
export function cellsOf(memory: Memory, sheet: string): string[][] {
  return (memory.get(sheet) ?? []).map(({ cells }) =>
    Array.from(cells, (cell) =>
      cell === undefined
        ? ''
        : cell.kind === 'number'
          ? cell.format === 'date'
            ? formatDay(cell.value - 25569)
            : String(cell.value)
          : String('text' in cell ? cell.text : cell.value),
    ),
  );
}

/** A cell of the first deal's row, by header. */
export function cellOf(memory: Memory, header: string): string {
  const [head = [], row = []] = cellsOf(memory, '客户信息跟踪表');
  return row[head.indexOf(header)] ?? '';
}
