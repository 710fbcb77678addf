import { civilOf, type Day, formatDay, parseIsoDay } from '../date.ts';
import type { Message } from '../message.ts';

/** One day off, or one make-up working day, by name. */
export interface NamedDay {
  readonly day: Day;
  readonly name: string;
  readonly working: boolean;
}

/** What a file says about public holidays: the years it supplies, and every day under its own date. */
export interface Arrangement {
  readonly years: readonly number[];
  readonly days: readonly NamedDay[];
}

/** What in a file cannot be used, and what is expected there. */
export interface BadArrangement {
  readonly bad: Message;
  readonly value: string;
  readonly expected: string;
}

/** An event of an .ics file, reduced to whole days. */
export interface CalendarEvent {
  readonly summary: string;
  readonly from: Day;
  /** The last day, itself included. */
  readonly to: Day;
  /** It begins or ends in the middle of a day. */
  readonly timed: boolean;
  /** Categories and Apple's X-APPLE-SPECIAL-DAY, joined. */
  readonly kinds: string;
}

/**
 * A yearly file of holiday-cn: `{year, days: [{name, date, isOffDay}]}`. The year is that of the *notice*: 2022-12-31
 * stands in 2023.json, so every day counts under its own date. A file without days supplies no year.
 */
export function readHolidayFile(value: unknown): Arrangement | BadArrangement {
  const { year, days } = isObject(value) ? value : {};
  if (typeof year !== 'number' || !Number.isInteger(year) || !Array.isArray(days)) {
    return bad(
      {
        zh: '要有 "year"(年份)和 "days"(日期的列表)',
        en: 'needs "year" (a number) and "days" (a list of dates)',
      },
      JSON.stringify(value)?.slice(0, 60) ?? '',
      '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}',
    );
  }
  const read: NamedDay[] = [];
  for (const [index, each] of days.entries()) {
    const { name, date, isOffDay } = isObject(each) ? each : {};
    const day = typeof date === 'string' ? parseIsoDay(date) : null;
    if (day === null || typeof name !== 'string' || typeof isOffDay !== 'boolean') {
      return bad(
        {
          zh: `"days" 的第 ${index + 1} 项要有 name、date(YYYY-MM-DD)和 isOffDay(true/false)`,
          en: `entry ${index + 1} of "days" needs name, date (YYYY-MM-DD) and isOffDay (true/false)`,
        },
        JSON.stringify(each)?.slice(0, 80) ?? '',
        '{"name": "元旦", "date": "2027-01-01", "isOffDay": true}',
      );
    }
    read.push({ day, name: name.trim(), working: !isOffDay });
  }
  return noContradiction(read) ?? { years: read.length === 0 ? [] : [year], days: read };
}

/**
 * The events of an .ics file. 班, 补班, 调休 are make-up working days, 休, 假, 放假 days off (Apple's marks too); where
 * days off are not marked at all, an event that bears the name of a public holiday is one. Everything else in the
 * calendar (solar terms, birthdays) is passed over. A year is supplied where its 10-01 is a day off.
 */
export function readHolidayEvents(events: readonly CalendarEvent[]): Arrangement | BadArrangement {
  const marked = events.some((event) => kindOf(event) === 'off');
  const read: NamedDay[] = [];
  for (const event of events) {
    const named = !marked && PUBLIC_HOLIDAY.test(event.summary) ? 'off' : null;
    const kind = kindOf(event) ?? named;
    if (kind === null) continue;
    if (event.timed || event.to < event.from || event.to - event.from > MOST_DAYS_OFF) {
      return bad(
        {
          zh: `「${event.summary}」(${formatDay(event.from)})要是整天的事件,不超过 ${MOST_DAYS_OFF} 天`,
          en: `“${event.summary}” (${formatDay(event.from)}) must last whole days, at most ${MOST_DAYS_OFF}`,
        },
        event.summary,
        'DTSTART;VALUE=DATE:20271001',
      );
    }
    const name = holidayName(event.summary);
    for (let day = event.from; day <= event.to; day++) read.push({ day, name, working: kind === 'work' });
  }
  const years = new Set(read.map(({ day }) => civilOf(day).year));
  const hasNationalDay = (year: number) =>
    read.some(({ day, working }) => !working && formatDay(day) === `${year}-10-01`);
  return (
    noContradiction(read) ?? { years: [...years].filter(hasNationalDay).sort((a, b) => a - b), days: read }
  );
}

/** Longer than any holiday: a subscription that runs for ever is no arrangement. */
const MOST_DAYS_OFF = 31;
const PUBLIC_HOLIDAY = /元旦|春节|除夕|清明|劳动节|五一|端午|中秋|国庆/;
const WORK_MARK = /班|调休(?!.*[假休])|ALTERNATE-WORKDAY|make-?up|working day|workday/i;
const OFF_MARK = /假|休(?!.*班)|WORK-HOLIDAY|public holiday|day off/i;
/** What stands around a holiday's name: 国庆节（休）, 上班(补春节假期), 国庆节 假期 第1天/共8天. */
const AROUND_NAME = /第\s*\d+\s*天.*$|[（(][休班][)）]|放假|假期|休假|补班|上班|调休|补|[（()）]/g;

function kindOf({ summary, kinds }: CalendarEvent): 'off' | 'work' | null {
  const text = `${summary} ${kinds}`;
  if (WORK_MARK.test(text)) return 'work';
  return OFF_MARK.test(text) ? 'off' : null;
}

function holidayName(summary: string): string {
  return summary.replace(AROUND_NAME, '').trim() || summary.trim();
}

/** Null where no day is both off and worked. */
function noContradiction(days: readonly NamedDay[]): BadArrangement | null {
  const known = new Map<Day, boolean>();
  for (const { day, name, working } of days) {
    if (known.get(day) === !working) {
      return bad(
        {
          zh: `${formatDay(day)} 既写成放假又写成上班`,
          en: `${formatDay(day)} is written as a day off and as a working day`,
        },
        `${formatDay(day)} ${name}`,
        '每天只有一种',
      );
    }
    known.set(day, working);
  }
  return null;
}

function bad(text: Message, value: string, expected: string): BadArrangement {
  return { bad: text, value, expected };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
