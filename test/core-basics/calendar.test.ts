import table from 'chinese-days/dist/chinese-days.json';
import { describe, expect, it } from 'vitest';
import {
  addNaturalDays,
  addWorkingDays,
  buildCalendar,
  countWorkingDays,
  dayInfo,
  dueDay,
  lastWorkingDayOfWeek,
  mergeHolidays,
  nextWorkingDay,
  type OwnDays,
} from '../../src/core/calendar.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import { explainTerm } from '../../src/core/term-text.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

const NO_OWN: OwnDays = { off: new Map(), work: new Map() };
const calendar = buildCalendar(officialHolidays(), NO_OWN);
const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;
const withOwn = (off: Record<string, string>, work: Record<string, string> = {}) => {
  const days = (record: Record<string, string>) =>
    new Map(Object.entries(record).map(([iso, name]) => [day(iso), name]));
  return buildCalendar(officialHolidays(), { off: days(off), work: days(work) });
};

describe('working days', () => {
  it.each([
    { from: '2024-03-15', n: 3, due: '2024-03-20', why: 'the template sample row: Friday, then Mon Tue Wed' },
    { from: '2024-03-20', n: 3, due: '2024-03-25', why: 'the sample row again: over a weekend' },
    { from: '2024-02-08', n: 3, due: '2024-02-19', why: '02-09 worked, 春节 02-10…17, make-up Sunday 02-18' },
    { from: '2025-09-30', n: 3, due: '2025-10-11', why: '国庆 and 中秋 10-01…08, make-up Saturday 10-11' },
    { from: '2026-02-13', n: 3, due: '2026-02-25', why: 'make-up Saturday 02-14, 春节 02-15…23' },
    { from: '2026-02-18', n: 3, due: '2026-02-26', why: 'a start on a day off is fine' },
    { from: '2026-04-30', n: 3, due: '2026-05-08', why: '劳动节 05-01…05' },
    { from: '2026-09-30', n: 3, due: '2026-10-10', why: '国庆 10-01…07, make-up Saturday 10-10' },
    { from: '2026-09-30', n: 0, due: '2026-09-30', why: 'N = 0 gives the start day itself' },
    { from: '2026-10-01', n: 0, due: '2026-10-01', why: 'N = 0 does so on a day off too' },
  ])('$from + $n = $due ($why)', ({ from, n, due }) => {
    const term = addWorkingDays(calendar, day(from), n);
    expect(formatDay(term.due)).toBe(due);
    expect(term.counted).toHaveLength(n);
    expect(term.provisional).toBe(false);
  });

  it('names every skipped day, a weekend inside a holiday as holiday, and a counted make-up day', () => {
    const term = addWorkingDays(calendar, day('2026-09-30'), 3);
    expect(term.skipped.map(({ name, kind }) => `${name}/${kind}`)).toEqual(Array(7).fill('国庆节/holiday'));
    expect(term.counted.map(({ name }) => name)).toEqual(['', '', '调休上班']);
    const weekend = addWorkingDays(calendar, day('2024-03-15'), 1).skipped;
    expect(weekend.map(({ name, kind }) => `${name}/${kind}`)).toEqual(['周六/weekend', '周日/weekend']);
  });

  it("the team's own days win over the law's", () => {
    const own = withOwn(
      { '2026-03-02': '厂庆', '2026-03-03': '' },
      { '2026-10-01': '值班', '2026-11-28': '' },
    );
    expect(dayInfo(own, day('2026-03-02'))).toMatchObject({ working: false, kind: 'own', name: '厂庆' });
    expect(dayInfo(own, day('2026-03-03'))).toMatchObject({ working: false, kind: 'own', name: '团队放假' });
    expect(dayInfo(own, day('2026-10-01'))).toMatchObject({ working: true, kind: 'own', name: '值班' });
    expect(dayInfo(own, day('2026-11-28')).working).toBe(true);
    expect(addWorkingDays(own, day('2026-02-28'), 1).skipped.map(({ kind }) => kind)).toEqual([
      'weekend',
      'own',
      'own',
    ]);
  });

  it('a natural-day period that ends on a day off moves to the next working day', () => {
    expect(formatDay(addNaturalDays(calendar, day('2026-11-16'), 7).due)).toBe('2026-11-23');
    const moved = addNaturalDays(calendar, day('2026-09-25'), 7);
    expect(formatDay(moved.due)).toBe('2026-10-08');
    expect(moved.counted).toHaveLength(7);
    expect(moved.skipped.map((each) => formatDay(each.day))).toEqual(
      ['02', '03', '04', '05', '06', '07'].map((date) => `2026-10-${date}`),
    );
  });

  it('finds the next working day and the last one of a week, a make-up Sunday and a week without any included', () => {
    expect(formatDay(nextWorkingDay(calendar, day('2026-09-30')))).toBe('2026-10-08');
    expect(lastWorkingDayOfWeek(calendar, day('2026-02-11'))).toBe(day('2026-02-14'));
    expect(lastWorkingDayOfWeek(calendar, day('2024-02-12'))).toBe(day('2024-02-18'));
    expect(lastWorkingDayOfWeek(calendar, day('2026-02-18'))).toBeNull();
  });
});

describe('a year without an arrangement', () => {
  it.each([
    { iso: '2031-01-01', working: false, why: '元旦 is fixed' },
    { iso: '2031-05-01', working: false, why: '劳动节' },
    { iso: '2031-05-02', working: false, why: 'the second day, by law since 2025' },
    { iso: '2031-10-03', working: false, why: '国庆节 has three days' },
    { iso: '2031-10-06', working: true, why: 'nothing is shifted' },
    { iso: '2031-11-22', working: false, why: 'a Saturday' },
    { iso: '2001-05-02', working: true, why: 'the second day of May was none by law before 2025' },
  ])('$iso: working $working ($why)', ({ iso, working }) => {
    expect(dayInfo(calendar, day(iso))).toMatchObject({ working, provisional: true });
  });

  it.each([
    { from: '2031-04-30', n: 1, due: '2031-05-05', missing: [2031], why: 'all of it lies there' },
    {
      from: '2026-12-28',
      n: 3,
      due: '2026-12-31',
      missing: [],
      why: 'the next day would, but is not counted',
    },
    { from: '2026-12-28', n: 4, due: '2027-01-04', missing: [2027], why: 'one day does' },
    {
      from: '2026-12-31',
      n: 250,
      due: '2027-12-20',
      missing: [2027],
      why: 'the start day itself does not count',
    },
    { from: '2003-12-31', n: 1, due: '2004-01-02', missing: [], why: 'nor does a start in such a year' },
  ])('$from + $n is $due, missing $missing ($why)', ({ from, n, due, missing }) => {
    const term = addWorkingDays(calendar, day(from), n);
    expect({ due: formatDay(term.due), missing: term.missingYears }).toEqual({ due, missing });
    expect(term.provisional).toBe(missing.length > 0);
  });

  it('is one of which only a neighbour’s notice tells a day', () => {
    const { years } = officialHolidays({
      holidays: { '2026-10-01': 'National Day,国庆节,3', '2027-01-01': "New Year's Day,元旦,1" },
      workdays: {},
    });
    expect([...years.keys()]).toEqual([2026]);
  });

  it('and the package covers 2004 to 2026', () => {
    expect([...officialHolidays().years.keys()].sort()).toEqual(
      Array.from({ length: 23 }, (_, i) => 2004 + i),
    );
  });

  it('is known once it was imported; an imported year replaces the official one whole', () => {
    const imported = {
      years: new Map([
        [2027, '导入'],
        [2026, '导入'],
      ]),
      holidays: new Map([
        [day('2027-02-08'), '春节'],
        [day('2026-12-31'), '元旦'],
      ]),
      makeup: new Map([[day('2025-12-27'), '元旦']]),
    };
    const merged = buildCalendar(mergeHolidays(officialHolidays(), imported), NO_OWN);
    expect(dayInfo(merged, day('2027-02-08'))).toMatchObject({ kind: 'holiday', provisional: false });
    expect(dayInfo(merged, day('2026-10-01')).working).toBe(true);
    expect(dayInfo(merged, day('2025-12-27')).kind).toBe('makeup');
    expect(dayInfo(merged, day('2025-10-01')).kind).toBe('holiday');
  });
});

describe('how it was counted, in words', () => {
  const holiday = addWorkingDays(calendar, day('2026-09-30'), 3);
  it.each([
    {
      why: 'every day of a short term',
      term: holiday,
      zh: '2026-09-30 起 3 个工作日,2026-10-10 到期;数 10-08…10-09、10-10 周六 调休上班;跳过 10-01…10-07 国庆节 放假',
      en: '3 working days from 2026-09-30, due 2026-10-10; counted 10-08…10-09, 10-10 Sat, make-up working day; skipped 10-01…10-07 National Day (day off)',
    },
    {
      why: 'of a long term what is not ordinary',
      term: addWorkingDays(calendar, day('2026-09-07'), 22),
      zh: '2026-09-07 起 22 个工作日,2026-10-13 到期;数 09-20 周日 调休上班、10-10 周六 调休上班;跳过 09-25…09-27 中秋 放假、10-01…10-07 国庆节 放假、周末 4 天',
      en: '22 working days from 2026-09-07, due 2026-10-13; counted 09-20 Sun, make-up working day, 10-10 Sat, make-up working day; skipped 09-25…09-27 Mid-Autumn Festival (day off), 10-01…10-07 National Day (day off), 4 days of weekend',
    },
    {
      why: 'natural days, moved',
      term: addNaturalDays(calendar, day('2026-09-25'), 7),
      zh: '2026-09-25 起 7 个自然日,2026-10-08 到期;10-02…10-07 国庆节 放假,顺延到下一个工作日',
      en: '7 natural days from 2026-09-25, due 2026-10-08; moved over 10-02…10-07 National Day (day off)',
    },
    {
      why: 'one working day, provisional',
      term: addWorkingDays(calendar, day('2031-11-21'), 1),
      zh: '2031-11-21 起 1 个工作日,2031-11-24 到期;数 11-24;跳过 11-22…11-23 周末;暂定(缺 2031 年放假安排)',
      en: '1 working day from 2031-11-21, due 2031-11-24; counted 11-24; skipped 11-22…11-23 weekend; provisional (no holiday arrangement for 2031)',
    },
    {
      why: "the team's own day",
      term: addWorkingDays(withOwn({ '2026-03-02': '厂庆' }), day('2026-03-01'), 1),
      zh: '2026-03-01 起 1 个工作日,2026-03-03 到期;数 03-03;跳过 03-02 厂庆 放假',
      en: '1 working day from 2026-03-01, due 2026-03-03; counted 03-03; skipped 03-02 厂庆 (day off)',
    },
  ])('$why', ({ term, zh, en }) => {
    expect(explainTerm(term)).toEqual({ zh, en });
  });
});

describe('against a brute-force counter that shares nothing with the calendar', () => {
  // Plain text dates and UTC weekdays; the table is read again here, from the package.
  const off = new Set(Object.keys(table.holidays));
  const work = new Set(Object.keys(table.workdays));
  const days: { iso: string; working: boolean }[] = [];
  for (let time = Date.UTC(2020, 0, 1); time < Date.UTC(2027, 0, 1); time += 86_400_000) {
    const iso = new Date(time).toISOString().slice(0, 10);
    const weekday = new Date(time).getUTCDay();
    days.push({ iso, working: !off.has(iso) && (work.has(iso) || (weekday !== 0 && weekday !== 6)) });
  }

  it('every day of 2020–2026 and 1, 3, 7, 22, 260 working days from each: no difference', () => {
    let compared = 0;
    const different: string[] = [];
    days.forEach(({ iso, working }, index) => {
      if (dayInfo(calendar, day(iso)).working !== working) different.push(iso);
      for (const n of [1, 3, 7, 22, 260]) {
        let left = n;
        let at = index;
        while (left > 0 && at < days.length - 1) if (days[++at]?.working) left -= 1;
        if (left > 0) continue;
        compared += 1;
        const { due, skipped } = addWorkingDays(calendar, day(iso), n);
        if (formatDay(due) !== days[at]?.iso || skipped.length !== at - index - n)
          different.push(`${iso}+${n}`);
        if (dueDay(calendar, day(iso), n, 'working') !== due) different.push(`due day ${iso}+${n}`);
        if (countWorkingDays(calendar, day(iso), due) !== n) different.push(`count ${iso}+${n}`);
      }
    });
    expect(different).toEqual([]);
    expect(days).toHaveLength(2557);
    expect(compared).toBeGreaterThan(12_000);
  });

  it('counts between any two days, years apart too, and never below 0', () => {
    const different: string[] = [];
    for (let from = 0; from < days.length; from += 97) {
      for (let to = 0; to < days.length; to += 89) {
        const expected = days.slice(from + 1, to + 1).filter(({ working }) => working).length;
        const [a, b] = [days[from]?.iso ?? '', days[to]?.iso ?? ''];
        if (countWorkingDays(calendar, day(a), day(b)) !== expected) different.push(`${a}…${b}`);
      }
    }
    expect(different).toEqual([]);
  });
});
