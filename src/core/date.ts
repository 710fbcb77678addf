import { addMonths } from 'date-fns/addMonths';
import { formatISO } from 'date-fns/formatISO';
import { parseISO } from 'date-fns/parseISO';

/**
 * A calendar date as the number of days since 1970-01-01 (proleptic Gregorian). It has no time and no zone:
 * "the team's day" is decided once, outside the core.
 */
export type Day = number;

/** The day number of a year, month (1–12) and day of the month; null where the calendar has no such day. */
export function dayOf(year: number, month: number, date: number): Day | null {
  const day = daysFromCivil(year, month, date);
  // Every month has these.
  if (
    date >= 1 &&
    date <= 28 &&
    Number.isInteger(month) &&
    month >= 1 &&
    month <= 12 &&
    Number.isInteger(day)
  )
    return day;
  const back = civilOf(day);
  return back.year === year && back.month === month && back.date === date ? day : null;
}

/** Year, month (1–12) and day of the month. */
export function civilOf(day: Day): { readonly year: number; readonly month: number; readonly date: number } {
  // Days since 0000-03-01, in 400-year eras: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  const shifted = day + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1,
  };
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The Monday of the ISO week that holds `day`. */
export function mondayOf(day: Day): Day {
  return day - weekdayOf(day) + 1;
}

/** `2026-11-23`. */
export function formatDay(day: Day): string {
  const { year, month, date } = civilOf(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** Reads exactly `YYYY-MM-DD`; null for anything else, 2026-02-30 included. */
export function parseIsoDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

/** The same day of the month `months` later (earlier if negative), or that month's last day. */
export function addMonthsTo(day: Day, months: number): Day {
  const moved = parseIsoDay(
    formatISO(addMonths(parseISO(formatDay(day)), months), { representation: 'date' }),
  );
  return moved ?? day;
}

/** The latest such month and day that is not after `near`; null where there is none (02-30). */
export function latestOccurrence(month: number, date: number, near: Day): Day | null {
  const { year } = civilOf(near);
  // Eight years back: 02-29 is missing from 1897 to 1903 and its like.
  for (let each = year; each >= year - 8; each--) {
    const day = dayOf(each, month, date);
    if (day !== null && day <= near) return day;
  }
  return null;
}

/** The first such month and day that is not before `near`; null where there is none. */
export function comingOccurrence(month: number, date: number, near: Day): Day | null {
  const { year } = civilOf(near);
  for (let each = year; each <= year + 8; each++) {
    const day = dayOf(each, month, date);
    if (day !== null && day >= near) return day;
  }
  return null;
}

function daysFromCivil(year: number, month: number, date: number): Day {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
