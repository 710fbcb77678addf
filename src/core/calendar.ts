import { civilOf, type Day, dayOf, formatDay, mondayOf, weekdayOf } from './date.ts';
import type { Message } from './message.ts';

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

/** A period that was counted, with every day it took to count it. */
export interface Term {
  readonly start: Day;
  readonly due: Day;
  readonly provisional: boolean;
  readonly missingYears: readonly number[];
  readonly counted: readonly { readonly day: Day; readonly name: string }[];
  readonly skipped: readonly {
    readonly day: Day;
    readonly name: string;
    readonly kind: 'holiday' | 'weekend' | 'own';
  }[];
}

/** Working days as the State Council arranges them, corrected by the team's own. */
export interface Calendar {
  readonly table: HolidayTable;
  readonly own: OwnDays;
  /** Working days before each day of a year, by year: filled as years are asked for. */
  readonly sums: Map<number, Uint16Array>;
}

const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

/** Holidays that stand on the same date every year by law, for years whose arrangement is not known (全国年节及纪念日放假办法). */
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

/** The official arrangement with the years that were imported; what was imported wins. */
export function mergeHolidays(official: HolidayTable, imported: HolidayTable): HolidayTable {
  return {
    years: new Map([...official.years, ...imported.years]),
    holidays: new Map([...official.holidays, ...imported.holidays]),
    makeup: new Map([...official.makeup, ...imported.makeup]),
  };
}

export function buildCalendar(table: HolidayTable, own: OwnDays): Calendar {
  return { table, own, sums: new Map() };
}

/** What kind of day it is, and by what name. The team's own days win over the law's, the law's over the weekday. */
export function dayInfo(calendar: Calendar, day: Day): DayInfo {
  const { table, own } = calendar;
  const weekday = weekdayOf(day);
  const weekdayName = WEEKDAYS[weekday - 1] ?? '';
  const provisional = !table.years.has(civilOf(day).year);
  const ownOff = own.off.get(day);
  if (ownOff !== undefined)
    return { day, working: false, kind: 'own', name: ownOff || '自定放假', provisional };
  const ownWork = own.work.get(day);
  if (ownWork !== undefined)
    return { day, working: true, kind: 'own', name: ownWork || '自定上班', provisional };
  const holiday = table.holidays.get(day) ?? (provisional ? fixedHoliday(day) : undefined);
  if (holiday !== undefined) return { day, working: false, kind: 'holiday', name: holiday, provisional };
  if (table.makeup.has(day)) return { day, working: true, kind: 'makeup', name: '调休上班', provisional };
  if (weekday >= 6) return { day, working: false, kind: 'weekend', name: weekdayName, provisional };
  return { day, working: true, kind: 'workday', name: '', provisional };
}

export function isWorkingDay(calendar: Calendar, day: Day): boolean {
  return dayInfo(calendar, day).working;
}

/**
 * The due day `n` working days after `start` (n a whole number ≥ 0; 0 gives `start` itself). The start day is not
 * counted, only working days count, due at the end of the last one. Source: 民法典 201–203.
 */
export function addWorkingDays(calendar: Calendar, start: Day, n: number): Term {
  return walk(calendar, start, (_day, counted) => counted >= n);
}

/** The due day `n` natural days after `start`; ending on a day off it moves to the next working day (民法典 203). */
export function addNaturalDays(calendar: Calendar, start: Day, n: number): Term {
  const end = start + n;
  return walk(calendar, start, (day) => day >= end && isWorkingDay(calendar, day));
}

/** Working days in (from, to]; 0 where `to` is not after `from`. */
export function countWorkingDays(calendar: Calendar, from: Day, to: Day): number {
  return to <= from ? 0 : workingDaysUpTo(calendar, to) - workingDaysUpTo(calendar, from);
}

/** The first working day after `day`. */
export function nextWorkingDay(calendar: Calendar, day: Day): Day {
  return addWorkingDays(calendar, day, 1).due;
}

/** The last working day of the ISO week that holds `day`; null for a week without one. */
export function lastWorkingDayOfWeek(calendar: Calendar, day: Day): Day | null {
  const monday = mondayOf(day);
  for (let each = monday + 6; each >= monday; each--) if (isWorkingDay(calendar, each)) return each;
  return null;
}

/** How it was counted, by name: 计 3 天: 09-30, 10-08, 10-09; 跳过 10-01…10-07 国庆节 放假. */
export function explainTerm(term: Term): Message {
  const skipped = groupDays(
    term.skipped.map(({ day, name, kind }) => ({ day, name: kind === 'weekend' ? '周末' : `${name} 放假` })),
  );
  const makeup = term.counted.filter(({ name }) => name !== '');
  const makeupZh = makeup.map(({ day, name }) => `${shortDay(day)} ${WEEKDAYS[weekdayOf(day) - 1]} ${name}`);
  const provisionalZh = term.provisional ? `;暂定(缺 ${term.missingYears.join('、')} 年放假安排)` : '';
  const provisionalEn = term.provisional
    ? `; provisional (no holiday arrangement for ${term.missingYears.join(', ')})`
    : '';
  const zh = [
    `${formatDay(term.start)} 起算,${formatDay(term.due)} 到期`,
    skipped.length > 0 ? `跳过 ${skipped.join('、')}` : '',
    ...makeupZh,
  ];
  const en = [
    `from ${formatDay(term.start)}, due ${formatDay(term.due)}`,
    skipped.length > 0 ? `skipping ${skipped.join(', ')}` : '',
    ...makeup.map(({ day, name }) => `${shortDay(day)} is a working day (${name})`),
  ];
  return {
    zh: zh.filter(Boolean).join(';') + provisionalZh,
    en: en.filter(Boolean).join('; ') + provisionalEn,
  };
}

function walk(calendar: Calendar, start: Day, isEnd: (day: Day, counted: number) => boolean): Term {
  const counted: { day: Day; name: string }[] = [];
  const skipped: { day: Day; name: string; kind: 'holiday' | 'weekend' | 'own' }[] = [];
  const missing = new Set<number>();
  let day = start;
  while (!isEnd(day, counted.length)) {
    day += 1;
    const info = dayInfo(calendar, day);
    if (info.provisional) missing.add(civilOf(day).year);
    if (info.working) counted.push({ day, name: info.name });
    else
      skipped.push({
        day,
        name: info.name,
        kind: info.kind === 'own' ? 'own' : info.kind === 'holiday' ? 'holiday' : 'weekend',
      });
  }
  return { start, due: day, provisional: missing.size > 0, missingYears: [...missing], counted, skipped };
}

/** Working days from 1970-01-01 to `day`: whole years are counted once, then looked up. */
function workingDaysUpTo(calendar: Calendar, day: Day): number {
  const { year } = civilOf(day);
  const first = dayOf(year, 1, 1) ?? day;
  return workingDaysBeforeYear(calendar, year) + (sumsOf(calendar, year)[day - first] ?? 0);
}

const ANCHOR_YEAR = 1990;

function workingDaysBeforeYear(calendar: Calendar, year: number): number {
  let total = 0;
  for (let each = ANCHOR_YEAR; each < year; each++) total += sumsOf(calendar, each).at(-1) ?? 0;
  for (let each = year; each < ANCHOR_YEAR; each++) total -= sumsOf(calendar, each).at(-1) ?? 0;
  return total;
}

function sumsOf(calendar: Calendar, year: number): Uint16Array {
  const known = calendar.sums.get(year);
  if (known) return known;
  const first = dayOf(year, 1, 1) ?? 0;
  const length = (dayOf(year + 1, 1, 1) ?? first) - first;
  const sums = new Uint16Array(length);
  for (let index = 0, total = 0; index < length; index++) {
    if (isWorkingDay(calendar, first + index)) total += 1;
    sums[index] = total;
  }
  calendar.sums.set(year, sums);
  return sums;
}

function fixedHoliday(day: Day): string | undefined {
  const { year, month, date } = civilOf(day);
  return FIXED.find((fixed) => fixed.month === month && fixed.date === date && year >= fixed.since)?.name;
}

/** 10-01…10-07 国庆节 放假: neighbours of one name as one range. */
function groupDays(days: readonly { readonly day: Day; readonly name: string }[]): string[] {
  const groups: { from: Day; to: Day; name: string }[] = [];
  for (const { day, name } of days) {
    const last = groups.at(-1);
    if (last && last.name === name && day === last.to + 1) last.to = day;
    else groups.push({ from: day, to: day, name });
  }
  return groups.map(
    ({ from, to, name }) => `${shortDay(from)}${to > from ? `…${shortDay(to)}` : ''} ${name}`,
  );
}

/** `10-01`. */
function shortDay(day: Day): string {
  return formatDay(day).slice(5);
}
