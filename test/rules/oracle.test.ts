import table from 'chinese-days/dist/chinese-days.json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addNaturalDays,
  addWorkingDays,
  countWorkingDays,
  lastWorkingDayOfWeek,
} from '../../src/core/calendar.ts';
import { formatDay } from '../../src/core/date.ts';
import { type Deadline, deadlinesOf } from '../../src/core/deadlines.ts';
import { contextOf, type DealScript, short } from './build-deal.ts';

// The due days of D1, D2 and D4, counted a second time day by day: text dates, UTC weekdays and the package's own
// table; nothing of calendar.ts.
const OFF = new Set(Object.keys(table.holidays));
const WORK = new Set(Object.keys(table.workdays));
const iso = (time: number) => new Date(time).toISOString().slice(0, 10);
const DAY = 86_400_000;

function works(time: number): boolean {
  const weekday = new Date(time).getUTCDay();
  return !OFF.has(iso(time)) && (WORK.has(iso(time)) || (weekday !== 0 && weekday !== 6));
}

function workingDue(start: number, n: number): string {
  let time = start;
  for (let left = n; left > 0; ) {
    time += DAY;
    if (works(time)) left -= 1;
  }
  return iso(time);
}

function naturalDue(start: number, n: number): string {
  let time = start + n * DAY;
  while (!works(time)) time += DAY;
  return iso(time);
}

/** The one deadline of a rule as of its start day. */
function dueOf(rule: Deadline['rule'], script: DealScript, today: string): string {
  const context = contextOf([script], today);
  const [deal] = context.book.deals;
  const due = deal && deadlinesOf(deal, context).find((deadline) => deadline.rule === rule)?.due;
  return due === undefined ? 'none' : formatDay(due);
}

const anyDay = fc
  .integer({ min: Date.UTC(2020, 0, 1) / DAY, max: Date.UTC(2026, 9, 20) / DAY })
  .map((day) => day * DAY);

/** The last working day of the ISO week, or null. */
function weekEnd(start: number): string | null {
  const monday = start - ((new Date(start).getUTCDay() + 6) % 7) * DAY;
  for (let time = monday + 6 * DAY; time >= monday; time -= DAY) if (works(time)) return iso(time);
  return null;
}

describe('every day of 2020–2026, by brute force', () => {
  it('every term of up to 30 working days, every week of natural days and every week end: no difference', () => {
    const { calendar } = contextOf([], '2026-12-31');
    const differences: string[] = [];
    let compared = 0;
    const compare = (what: string, ours: number | null, theirs: string | null) => {
      compared += 1;
      if ((ours === null ? null : formatDay(ours)) !== theirs) differences.push(`${what}: ${ours} ${theirs}`);
    };
    const last = Date.UTC(2026, 11, 31);
    for (let start = Date.UTC(2020, 0, 1); start <= last; start += DAY) {
      const first = start / DAY;
      let time = start;
      for (let n = 0; n <= 30; n++) {
        if (n > 0)
          do time += DAY;
          while (!works(time));
        if (time > last) break;
        compare(`${iso(start)} + ${n}`, addWorkingDays(calendar, first, n).due, iso(time));
        compared += 1;
        if (countWorkingDays(calendar, first, time / DAY) !== n)
          differences.push(`${iso(start)}…${iso(time)}`);
      }
      if (start + 20 * DAY <= last)
        compare(`${iso(start)} + 7 natural`, addNaturalDays(calendar, first, 7).due, naturalDue(start, 7));
      if (start < Date.UTC(2026, 11, 28))
        compare(`week of ${iso(start)}`, lastWorkingDayOfWeek(calendar, first), weekEnd(start));
    }
    console.log(`brute force: ${compared} comparisons, ${differences.length} differences`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(160_000);
  });

  it('D1, D2 and D4 of a deal that began on that day: no difference', () => {
    const differences: string[] = [];
    let compared = 0;
    const last = Date.UTC(2026, 11, 15);
    for (let from = Date.UTC(2020, 0, 1); from <= last; from += 100 * DAY) {
      const starts = Array.from({ length: 100 }, (_, index) => from + index * DAY).filter(
        (start) => start <= last,
      );
      const context = contextOf(
        starts.map((start) => ({
          lead: iso(start),
          moves: [`${iso(start)} aftercare`],
          items: [`${iso(start)} demo`, `${iso(start)} delivery`],
        })),
        iso(from + 100 * DAY),
      );
      starts.forEach((start, index) => {
        const deal = context.book.deals[index];
        for (const { rule, due } of deal ? deadlinesOf(deal, context) : []) {
          compared += 1;
          const theirs = rule === 'D4' ? naturalDue(start, 7) : workingDue(start, 3);
          if (formatDay(due) !== theirs)
            differences.push(`${rule} ${iso(start)}: ${formatDay(due)} ${theirs}`);
        }
      });
    }
    console.log(`deadlines: ${compared} comparisons, ${differences.length} differences`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(7600);
  });
});

describe('against a day-by-day count that shares no code with the calendar', () => {
  it('D1 is due three working days after entry', () => {
    fc.assert(
      fc.property(anyDay, (start) => {
        expect(dueOf('D1', { lead: iso(start) }, iso(start))).toBe(workingDue(start, 3));
      }),
    );
  });

  it('D2 is due three working days after the demo', () => {
    fc.assert(
      fc.property(anyDay, (start) => {
        const script = { lead: '2020-01-01', moves: ['2020-01-01 proposal'], items: [`${iso(start)} demo`] };
        expect(dueOf('D2', script, iso(start))).toBe(workingDue(start, 3));
      }),
    );
  });

  it('D4 is due seven days after delivery, or on the working day after', () => {
    fc.assert(
      fc.property(anyDay, (start) => {
        const script = {
          lead: '2020-01-01',
          moves: ['2020-01-01 aftercare'],
          items: [`${iso(start)} delivery`],
        };
        expect(dueOf('D4', script, iso(start))).toBe(naturalDue(start, 7));
      }),
    );
  });

  it('late days are the working days after the due day up to today, overdue from the first day on', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 60 }), (start, later) => {
        const today = start + later * DAY;
        const due = workingDue(start, 3);
        let late = 0;
        for (let time = start; time <= today; time += DAY) if (iso(time) > due && works(time)) late += 1;
        const found = short('D1', { lead: iso(start) }, iso(today));
        if (iso(today) > due) expect(found).toBe(`overdue ${due} ${late}`);
        else expect(found).not.toContain('overdue');
      }),
    );
  });
});
