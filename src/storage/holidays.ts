import table from 'chinese-days/dist/chinese-days.json';
import type { HolidayTable } from '../core/calendar.ts';
import { type Day, parseIsoDay } from '../core/date.ts';

/**
 * The State Council's arrangements as chinese-days has them. Only its table is used: its functions go through a local
 * Date. A year counts as known when its whole arrangement is there (国庆 included), not when a neighbouring year's
 * notice left a day of New Year in it.
 */
export function officialHolidays(): HolidayTable {
  const holidays = readDays(table.holidays);
  const makeup = readDays(table.workdays);
  const years = new Map<number, string>();
  for (const iso of Object.keys(table.holidays)) {
    if (iso.endsWith('-10-01')) years.set(Number(iso.slice(0, 4)), 'chinese-days');
  }
  return { years, holidays, makeup };
}

/** `"2026-10-01": "National Day,国庆节,3"` → the day and the Chinese name. */
function readDays(entries: Readonly<Record<string, string>>): ReadonlyMap<Day, string> {
  const days = new Map<Day, string>();
  for (const [iso, names] of Object.entries(entries)) {
    const day = parseIsoDay(iso);
    if (day !== null) days.set(day, names.split(',')[1] ?? names);
  }
  return days;
}
