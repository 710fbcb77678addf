import { buildCalendar } from '../../src/core/calendar.ts';
import { type Day, parseIsoDay } from '../../src/core/date.ts';
import type { Deal } from '../../src/core/deal.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import { type Memory, newMemory, readMemory } from '../core-domain/memory-book.ts';

export const calendar = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });
export const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;

/** A book of these rows, by header, under every header of ours and `more`. */
export function bookOf(
  rows: readonly Readonly<Record<string, string>>[],
  more: readonly string[] = [],
): Memory {
  const head = [...FIELDS.map(({ header }) => header.zh), ...more];
  return newMemory([head, ...rows.map((row) => head.map((header) => row[header] ?? null))]);
}

/** The deal in the given place, as of a day. */
export function dealAt(memory: Memory, today: Day, index = 0): Deal {
  const deal = readMemory(memory, today).deals[index];
  if (!deal) throw new Error(`no deal ${index}`);
  return deal;
}
