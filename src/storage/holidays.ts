import {
  holidays as packagedHolidays,
  workdays as packagedWorkdays,
} from 'chinese-days/dist/chinese-days.json';
import type { HolidayTable } from '../core/calendar.ts';
import { type Day, parseIsoDay } from '../core/date.ts';

/** Days by ISO date, each named `National Day,国庆节,3`. */
interface PackagedTable {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
}

/**
 * The State Council's arrangements as chinese-days has them. Only its table is used: its functions go through a local
 * Date. A year counts as known when its whole arrangement is there (国庆 included), not when a neighbouring year's
 * notice left a day of New Year in it.
 */
export function officialHolidays(
  table: PackagedTable = { holidays: packagedHolidays, workdays: packagedWorkdays },
): HolidayTable {
  const whole = Object.keys(table.holidays).filter((iso) => iso.endsWith('-10-01'));
  return {
    years: new Map(whole.map((iso) => [Number(iso.slice(0, 4)), 'chinese-days'])),
    holidays: readDays(table.holidays),
    makeup: readDays(table.workdays),
  };
}

function readDays(entries: PackagedTable['holidays']): ReadonlyMap<Day, string> {
  const days = new Map<Day, string>();
  for (const [iso, names] of Object.entries(entries)) {
    const day = parseIsoDay(iso);
    if (day !== null) days.set(day, names.split(',')[1] ?? names);
  }
  return days;
}
