import { type Calendar, type DayInfo, dayInfo } from '../calendar.ts';
import { civilOf, type Day, dayOf } from '../date.ts';
import { column, type TableShape, teamColumn } from './table.ts';

interface DayRow {
  readonly team: string;
  readonly info: DayInfo;
  /** Working days from the first day of the table up to and including this one. */
  readonly worked: number;
}

/** The team's calendar: the official arrangement with its own days. */
export const DAYS: TableShape<DayRow> = {
  name: 'days',
  about: {
    zh: '每一天是不是工作日、为什么;(a, b] 之间的工作日数 = worked(b) − worked(a)',
    en: 'every day, working or not and why; working days in (a, b] = worked(b) − worked(a)',
  },
  columns: [
    teamColumn(),
    column('on_date', 'date', { zh: '日期', en: 'the day' }, ({ info }) => info.day),
    column('is_working', 'flag', { zh: '工作日', en: 'a working day' }, ({ info }) => info.working),
    column(
      'kind',
      'text',
      { zh: 'workday weekend holiday makeup own', en: 'workday weekend holiday makeup own' },
      ({ info }) => info.kind,
    ),
    column(
      'day_name',
      'text',
      { zh: '国庆节、调休上班、周六 ……;平常的工作日为空', en: 'its name; empty for an ordinary working day' },
      ({ info }) => info.name,
    ),
    column(
      'provisional',
      'flag',
      { zh: '暂定:当年没有官方安排', en: 'provisional: a year without the official arrangement' },
      ({ info }) => info.provisional,
    ),
    column(
      'worked',
      'whole',
      {
        zh: '从表的第一天到这天的工作日数',
        en: 'working days from the first day of the table up to this one',
      },
      ({ worked }) => worked,
    ),
  ],
};

/** Whole years around `days` (at least that of `today` and the next), in order. */
export function dayRows(
  team: string,
  calendar: Calendar,
  days: Iterable<Day>,
  today: Day,
): readonly DayRow[] {
  let [first, last] = [today, today + 366];
  for (const day of days) {
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  const from = dayOf(civilOf(first).year, 1, 1) ?? first;
  const to = dayOf(civilOf(last).year, 12, 31) ?? last;
  let worked = 0;
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const info = dayInfo(calendar, from + index);
    if (info.working) worked += 1;
    return { team, info, worked };
  });
}
