import { civilOf, type Day, dayOf, mondayOf, weekdayOf } from './date.ts';

/** Public holidays and make-up working days of the years for which an arrangement is known. */
export interface HolidayTable {
  readonly years: ReadonlyMap<number, string>; // year → where it comes from
  readonly holidays: ReadonlyMap<Day, string>; // day off → 国庆节
  readonly makeup: ReadonlyMap<Day, string>; // 调休上班 → 国庆节
}

/** The team's own days (设置); they win over the law's. */
export interface OwnDays {
  readonly off: ReadonlyMap<Day, string>;
  readonly work: ReadonlyMap<Day, string>;
}

export type DayKind = 'workday' | 'weekend' | 'holiday' | 'makeup' | 'own';

export interface DayInfo {
  readonly day: Day;
  readonly working: boolean;
  readonly kind: DayKind;
  /** 国庆节, 调休上班, 周六, the team's own word; empty for an ordinary working day. */
  readonly name: string;
  /** 暂定: the day lies in a year without an official arrangement. */
  readonly provisional: boolean;
}

export interface CountedDay {
  readonly day: Day;
  /** 调休上班, the team's own word; empty for a day that needs no reason. */
  readonly name: string;
}

export interface SkippedDay extends CountedDay {
  readonly kind: 'holiday' | 'weekend' | 'own';
}

/** A period that was counted, with every day it took to count it. The start day is in neither list. */
export interface Term {
  readonly unit: 'working' | 'natural';
  readonly start: Day;
  readonly due: Day;
  /** 暂定: a day in (start, due] lies in one of `missingYears`. */
  readonly provisional: boolean;
  readonly missingYears: readonly number[];
  readonly counted: readonly CountedDay[];
  readonly skipped: readonly SkippedDay[];
}

/** Working days as the State Council arranges them, corrected by the team's own. */
export interface Calendar {
  readonly table: HolidayTable;
  readonly own: OwnDays;
  /** Filled as years are asked for. */
  readonly years: Map<number, YearDays>;
}

interface YearDays {
  readonly first: Day;
  readonly days: readonly DayInfo[];
  /** Working days from 1 January up to and including the day of the index. */
  readonly worked: Uint16Array;
}

/** Holidays that stand on the same date every year by law (全国年节及纪念日放假办法), for years without an arrangement. */
const FIXED: readonly {
  readonly month: number;
  readonly date: number;
  readonly name: string;
  readonly since: number;
}[] = [
  { month: 1, date: 1, name: '元旦', since: 0 },
  { month: 5, date: 1, name: '劳动节', since: 0 },
  { month: 5, date: 2, name: '劳动节', since: 2025 },
  { month: 10, date: 1, name: '国庆节', since: 0 },
  { month: 10, date: 2, name: '国庆节', since: 0 },
  { month: 10, date: 3, name: '国庆节', since: 0 },
];

export const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

/** A calendar of the official table and the team's own days; cheap, years are filled when asked for. */
export function buildCalendar(table: HolidayTable, own: OwnDays): Calendar {
  return { table, own, years: new Map() };
}

/** The official arrangement with the years that were imported; an imported year replaces the official one whole. */
export function mergeHolidays(official: HolidayTable, imported: HolidayTable): HolidayTable {
  const isImported = (day: Day) =>
    imported.years.has(civilOf(day).year) || imported.holidays.has(day) || imported.makeup.has(day);
  const merge = (before: ReadonlyMap<Day, string>, after: ReadonlyMap<Day, string>) =>
    new Map([...[...before].filter(([day]) => !isImported(day)), ...after]);
  return {
    years: new Map([...official.years, ...imported.years]),
    holidays: merge(official.holidays, imported.holidays),
    makeup: merge(official.makeup, imported.makeup),
  };
}

/** What kind of day it is, and by what name. The team's own days win over the law's, the law's over the weekday. */
export function dayInfo(calendar: Calendar, day: Day): DayInfo {
  const { first, days } = yearDays(calendar, civilOf(day).year);
  return days[day - first] ?? judgeDay(calendar, day);
}

export function isWorkingDay(calendar: Calendar, day: Day): boolean {
  return dayInfo(calendar, day).working;
}

/**
 * The due day `n` working days after `start` (n a whole number ≥ 0; 0 gives `start` itself). The start day is not
 * counted, only working days count, due at the end of the last one. Source: 民法典 201–203.
 */
export function addWorkingDays(calendar: Calendar, start: Day, n: number): Term {
  const counted: CountedDay[] = [];
  const skipped: SkippedDay[] = [];
  let due = start;
  while (counted.length < n) {
    due += 1;
    const info = dayInfo(calendar, due);
    if (info.working) counted.push({ day: due, name: info.name });
    else skipped.push(skippedDay(info));
  }
  return { unit: 'working', start, due, ...missingIn(calendar, start, due), counted, skipped };
}

/**
 * The due day `n` natural days after `start`; ending on a day off it moves to the next working day (民法典 203).
 * `skipped` are the days it moved over.
 */
export function addNaturalDays(calendar: Calendar, start: Day, n: number): Term {
  const end = start + n;
  const due = isWorkingDay(calendar, end) ? end : nextWorkingDay(calendar, end);
  const counted: CountedDay[] = [];
  const skipped: SkippedDay[] = [];
  for (let day = start + 1; day <= due; day++) {
    if (day < end || day === due) counted.push({ day, name: '' });
    else skipped.push(skippedDay(dayInfo(calendar, day)));
  }
  return { unit: 'natural', start, due, ...missingIn(calendar, start, due), counted, skipped };
}

/** A term by its due day; every day it took is listed when it is asked for. */
export interface BriefTerm extends Pick<Term, 'start' | 'due' | 'provisional'> {
  readonly term: () => Term;
}

/** `addWorkingDays` or `addNaturalDays` in brief. */
export function briefTerm(calendar: Calendar, start: Day, n: number, unit: Term['unit']): BriefTerm {
  const due = dueDay(calendar, start, n, unit);
  return {
    start,
    due,
    provisional: missingIn(calendar, start, due).provisional,
    term: () => (unit === 'natural' ? addNaturalDays : addWorkingDays)(calendar, start, n),
  };
}

/** The due day of `addWorkingDays` or `addNaturalDays` alone. */
export function dueDay(calendar: Calendar, start: Day, n: number, unit: Term['unit']): Day {
  if (unit === 'natural') {
    const end = start + n;
    return isWorkingDay(calendar, end) ? end : nextWorkingDay(calendar, end);
  }
  let { year } = civilOf(start);
  for (let left = n + workedUpTo(calendar, start); n > 0; year++) {
    const { first, worked } = yearDays(calendar, year);
    const inYear = worked[worked.length - 1] ?? 0;
    if (left <= inYear) return first + firstAtLeast(worked, left);
    left -= inYear;
  }
  return start;
}

/** Working days in (from, to]; 0 where `to` is not after `from`. Fast at any distance: nothing is listed. */
export function countWorkingDays(calendar: Calendar, from: Day, to: Day): number {
  if (to <= from) return 0;
  const lastYear = civilOf(to).year;
  let total = workedUpTo(calendar, to) - workedUpTo(calendar, from);
  for (let year = civilOf(from).year; year < lastYear; year++) {
    const { worked } = yearDays(calendar, year);
    total += worked[worked.length - 1] ?? 0;
  }
  return total;
}

/** The first working day after `day`. */
export function nextWorkingDay(calendar: Calendar, day: Day): Day {
  let next = day + 1;
  while (!isWorkingDay(calendar, next)) next += 1;
  return next;
}

/** The last working day of the ISO week that holds `day`; null for a week without one. */
export function lastWorkingDayOfWeek(calendar: Calendar, day: Day): Day | null {
  const monday = mondayOf(day);
  for (let each = monday + 6; each >= monday; each--) if (isWorkingDay(calendar, each)) return each;
  return null;
}

function skippedDay({ day, name, kind }: DayInfo): SkippedDay {
  return { day, name, kind: kind === 'own' || kind === 'holiday' ? kind : 'weekend' };
}

/** The years without an arrangement that (start, due] touches. */
function missingIn(calendar: Calendar, start: Day, due: Day): Pick<Term, 'provisional' | 'missingYears'> {
  const missingYears: number[] = [];
  for (let { year } = civilOf(start + 1); due > start && year <= civilOf(due).year; year++)
    if (!calendar.table.years.has(year)) missingYears.push(year);
  return { provisional: missingYears.length > 0, missingYears };
}

/** The first index whose number is at least `least`; numbers ascend. */
function firstAtLeast(numbers: Uint16Array, least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function workedUpTo(calendar: Calendar, day: Day): number {
  const { first, worked } = yearDays(calendar, civilOf(day).year);
  return worked[day - first] ?? 0;
}

function yearDays(calendar: Calendar, year: number): YearDays {
  const known = calendar.years.get(year);
  if (known) return known;
  const first = dayOf(year, 1, 1) ?? 0;
  const next = dayOf(year + 1, 1, 1) ?? first;
  const days = Array.from({ length: next - first }, (_, index) => judgeDay(calendar, first + index));
  let total = 0;
  const worked = Uint16Array.from(days, ({ working }) => (working ? ++total : total));
  const filled = { first, days, worked };
  calendar.years.set(year, filled);
  return filled;
}

function judgeDay({ table, own }: Calendar, day: Day): DayInfo {
  const provisional = !table.years.has(civilOf(day).year);
  const weekday = weekdayOf(day);
  const off = own.off.get(day);
  if (off !== undefined) return { day, working: false, kind: 'own', name: off || '团队放假', provisional };
  const work = own.work.get(day);
  if (work !== undefined) return { day, working: true, kind: 'own', name: work || '团队上班', provisional };
  const holiday = table.holidays.get(day) ?? (provisional ? fixedHoliday(day) : undefined);
  if (holiday !== undefined) return { day, working: false, kind: 'holiday', name: holiday, provisional };
  if (table.makeup.has(day)) return { day, working: true, kind: 'makeup', name: '调休上班', provisional };
  if (weekday >= 6)
    return { day, working: false, kind: 'weekend', name: WEEKDAYS[weekday - 1] ?? '', provisional };
  return { day, working: true, kind: 'workday', name: '', provisional };
}

function fixedHoliday(day: Day): string | undefined {
  const { year, month, date } = civilOf(day);
  return FIXED.find((fixed) => fixed.month === month && fixed.date === date && year >= fixed.since)?.name;
}
