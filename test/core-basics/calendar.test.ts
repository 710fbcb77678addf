import { describe, expect, it } from 'vitest';
import { addNaturalDays, addWorkingDays, buildCalendar, countWorkingDays, dayInfo, explainTerm } from '../../src/core/calendar.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import table from 'chinese-days/dist/chinese-days.json';

const calendar = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });
const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;

describe('working days', () => {
  it.each([
    { from: '2024-03-15', n: 3, due: '2024-03-20', why: 'the template sample row: Friday, then Mon Tue Wed' },
    { from: '2024-02-08', n: 3, due: '2024-02-19', why: '春节 02-10…17; 02-09 was a working day, 02-18 a make-up Sunday' },
    { from: '2025-09-30', n: 3, due: '2025-10-11', why: '国庆 and 中秋 10-01…08, then 10-09, 10-10 and the make-up Saturday 10-11' },
    { from: '2026-02-13', n: 3, due: '2026-02-25', why: '02-14 is a make-up Saturday, 春节 02-15…23' },
    { from: '2026-02-18', n: 3, due: '2026-02-26', why: 'a start on a day off is fine' },
    { from: '2026-04-30', n: 3, due: '2026-05-08', why: '劳动节 05-01…05' },
    { from: '2026-09-30', n: 3, due: '2026-10-10', why: '国庆 10-01…07, then 10-08, 10-09 and the make-up Saturday' },
    { from: '2026-09-30', n: 0, due: '2026-09-30', why: 'N = 0 gives the start day itself' },
  ])('$from + $n = $due ($why)', ({ from, n, due }) => {
    const term = addWorkingDays(calendar, day(from), n);
    expect(formatDay(term.due)).toBe(due);
    expect(term.provisional).toBe(false);
  });

  it('names every skipped day, a weekend inside a holiday as holiday, and a counted make-up day', () => {
    const term = addWorkingDays(calendar, day('2026-09-30'), 3);
    expect(term.skipped.map(({ name, kind }) => `${name}/${kind}`)).toEqual(Array(7).fill('国庆节/holiday'));
    expect(term.counted.at(-1)?.name).toBe('调休上班');
    expect(explainTerm(term).zh).toBe('2026-09-30 起算,2026-10-10 到期;跳过 10-01…10-07 国庆节 放假;10-10 周六 调休上班');
  });

  it('a year without data falls back to weekends and fixed dates, and says which year', () => {
    const term = addWorkingDays(calendar, day('2031-04-30'), 1);
    expect({ due: formatDay(term.due), missing: term.missingYears }).toEqual({ due: '2031-05-05', missing: [2031] });
    expect(explainTerm(term).zh).toContain('暂定(缺 2031 年放假安排)');
    expect(addWorkingDays(calendar, day('2026-12-28'), 3).provisional).toBe(false);
  });

  it("the team's own days win over the law's", () => {
    const own = buildCalendar(officialHolidays(), { off: new Map([[day('2026-03-02'), '厂庆']]), work: new Map([[day('2026-10-01'), '值班']]) });
    expect(dayInfo(own, day('2026-03-02'))).toMatchObject({ working: false, kind: 'own', name: '厂庆' });
    expect(dayInfo(own, day('2026-10-01')).working).toBe(true);
  });

  it('a natural-day period that ends on a day off moves to the next working day', () => {
    expect(formatDay(addNaturalDays(calendar, day('2026-09-25'), 7).due)).toBe('2026-10-08');
    expect(formatDay(addNaturalDays(calendar, day('2026-11-16'), 7).due)).toBe('2026-11-23');
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

  it('every day of 2020–2026 and 1, 3, 7, 22 working days from each: no difference', () => {
    let compared = 0;
    const different: string[] = [];
    days.forEach(({ iso, working }, index) => {
      if (dayInfo(calendar, day(iso)).working !== working) different.push(iso);
      for (const n of [1, 3, 7, 22]) {
        let left = n;
        let at = index;
        while (left > 0 && at < days.length - 1) if (days[++at]?.working) left -= 1;
        if (left > 0) continue;
        compared += 1;
        const due = addWorkingDays(calendar, day(iso), n).due;
        if (formatDay(due) !== days[at]?.iso || countWorkingDays(calendar, day(iso), due) !== n) different.push(`${iso}+${n}`);
      }
    });
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
  });
});
