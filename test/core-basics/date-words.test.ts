import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import {
  addMonthsTo,
  civilOf,
  dayOf,
  formatDay,
  mondayOf,
  parseIsoDay,
  weekdayOf,
} from '../../src/core/date.ts';
import { parseDateWords } from '../../src/core/date-words.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;
const calendar = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });
const read = (text: string, sense: 'past' | 'coming', today = day('2026-11-24')) => {
  const found = parseDateWords(text, { today, sense, calendar });
  return found === null ? null : formatDay(found);
};

describe('dates people type, on Tuesday 2026-11-24', () => {
  it.each([
    ['2026-11-23', 'past', '2026-11-23'],
    ['2026/11/23', 'past', '2026-11-23'],
    ['2026.11.23', 'past', '2026-11-23'],
    ['2026年11月23日', 'past', '2026-11-23'],
    ['20261123', 'past', '2026-11-23'],
    ['2026-1-5', 'past', '2026-01-05'],
    ['11-30', 'past', '2025-11-30'],
    ['11-30', 'coming', '2026-11-30'],
    ['11/23', 'past', '2026-11-23'],
    ['11.23', 'coming', '2027-11-23'],
    ['11月24日', 'past', '2026-11-24'],
    ['11月24号', 'coming', '2026-11-24'],
    ['2-29', 'past', '2024-02-29'],
    ['2-29', 'coming', '2028-02-29'],
    ['今天', 'past', '2026-11-24'],
    ['today', 'past', '2026-11-24'],
    ['昨天', 'past', '2026-11-23'],
    ['Yesterday', 'past', '2026-11-23'],
    ['前天', 'past', '2026-11-22'],
    ['明天', 'coming', '2026-11-25'],
    ['tomorrow', 'coming', '2026-11-25'],
    ['后天', 'coming', '2026-11-26'],
    ['周五', 'past', '2026-11-20'],
    ['周五', 'coming', '2026-11-27'],
    ['周二', 'past', '2026-11-24'],
    ['周二', 'coming', '2026-11-24'],
    ['星期五', 'coming', '2026-11-27'],
    ['礼拜天', 'coming', '2026-11-29'],
    ['fri', 'coming', '2026-11-27'],
    ['Friday', 'past', '2026-11-20'],
    ['thurs', 'coming', '2026-11-26'],
    ['tue', 'coming', '2026-11-24'],
    ['next tue', 'coming', '2026-12-01'],
    ['next fri', 'coming', '2026-12-04'],
    ['下周三', 'coming', '2026-12-02'],
    ['下下周三', 'coming', '2026-12-09'],
    ['下个星期三', 'coming', '2026-12-02'],
    ['上周五', 'coming', '2026-11-20'],
    ['本周五', 'past', '2026-11-27'],
    ['这周一', 'coming', '2026-11-23'],
    ['月底', 'coming', '2026-11-30'],
    ['下月底', 'coming', '2026-12-31'],
    ['季度末', 'coming', '2026-12-31'],
    ['下季度末', 'coming', '2027-03-31'],
    ['年底', 'coming', '2026-12-31'],
    ['10天后', 'coming', '2026-12-04'],
    ['10天前', 'past', '2026-11-14'],
    ['三天后', 'coming', '2026-11-27'],
    ['两周后', 'coming', '2026-12-08'],
    ['3个月后', 'coming', '2027-02-24'],
    ['+10d', 'coming', '2026-12-04'],
    ['+3工作日', 'coming', '2026-11-27'],
    ['3个工作日后', 'coming', '2026-11-27'],
    ['+3wd', 'coming', '2026-11-27'],
    ['＋３ｗｄ', 'coming', '2026-11-27'],
    ['２０２６－１１－２３', 'past', '2026-11-23'],
  ] as const)('%s (%s) is %s', (text, sense, iso) => {
    expect(read(text, sense)).toBe(iso);
  });

  it.each([
    ['2026-09-28', '2026-10-08', 'before 国庆节'],
    ['2026-10-03', '2026-10-08', 'in the middle of it'],
    ['2026-10-07', '2026-10-08', 'on its last day'],
    ['2026-10-08', '2027-01-04', 'behind it: 元旦 is next, on a Friday'],
  ])('节后 on %s is %s (%s)', (today, iso) => {
    expect(read('节后', 'coming', day(today))).toBe(iso);
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '13-01',
    '11-31',
    '很快',
    '',
    '周八',
    '10天',
    'may',
    '-',
    '3',
    '11-23-24',
  ])('「%s」 is no date', (text) => {
    expect(read(text, 'past')).toBeNull();
    expect(read(text, 'coming')).toBeNull();
  });
});

describe('day numbers', () => {
  it('agree with UTC dates on every day from 1890 to 2110', () => {
    const different: number[] = [];
    for (let time = Date.UTC(1890, 0, 1), n = time / 86_400_000; n < 51_135; n++, time += 86_400_000) {
      const date = new Date(time);
      const { year, month, date: of } = civilOf(n);
      const same =
        formatDay(n) === date.toISOString().slice(0, 10) &&
        dayOf(year, month, of) === n &&
        weekdayOf(n) === (date.getUTCDay() || 7) &&
        weekdayOf(mondayOf(n)) === 1;
      if (!same) different.push(n);
    }
    expect(different).toEqual([]);
  });

  it('the same day of another month, or its last', () => {
    expect(formatDay(addMonthsTo(day('2026-01-31'), 1))).toBe('2026-02-28');
    expect(formatDay(addMonthsTo(day('2024-03-31'), -1))).toBe('2024-02-29');
    expect(formatDay(addMonthsTo(day('2026-11-24'), 14))).toBe('2028-01-24');
  });
});
