import table from 'chinese-days/dist/chinese-days.json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
