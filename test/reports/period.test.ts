import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import {
  isPeriod,
  type PeriodOptions,
  parsePeriod,
  parsePeriodText,
  periodCellText,
  previousPeriod,
} from '../../src/core/period.ts';
import { readCompared } from '../../src/core/reports/compare.ts';

const calendar = buildCalendar(
  { years: new Map(), holidays: new Map(), makeup: new Map() },
  { off: new Map(), work: new Map() },
);
const day = (text: string) => parseIsoDay(text) ?? Number.NaN;

const read = (options: PeriodOptions, today: string, yearStart = 1) => {
  const period = parsePeriod(options, day(today), calendar, yearStart);
  return isPeriod(period)
    ? `${period.label} ${formatDay(period.from)} ${formatDay(period.to)}`
    : `refused ${period.value}`;
};

describe('the period a report is about', () => {
  it.each([
    {
      options: {},
      today: '2026-11-23',
      is: '2026Q4 2026-10-01 2026-12-31',
      why: 'a bare report is the current quarter',
    },
    {
      options: { quarter: true },
      today: '2026-03-31',
      is: '2026Q1 2026-01-01 2026-03-31',
      why: 'the flag alone too',
    },
    { options: { quarter: '2026Q2' }, today: '2026-11-23', is: '2026Q2 2026-04-01 2026-06-30', why: 'named' },
    {
      options: { quarter: '2026-Q2' },
      today: '2026-11-23',
      is: '2026Q2 2026-04-01 2026-06-30',
      why: 'with a dash',
    },
    {
      options: { quarter: '２０２６ｑ２' },
      today: '2026-11-23',
      is: '2026Q2 2026-04-01 2026-06-30',
      why: 'typed full-width',
    },
    {
      options: { quarter: 'Q3' },
      today: '2026-11-23',
      is: '2026Q3 2026-07-01 2026-09-30',
      why: 'the latest past one',
    },
    {
      options: { quarter: 'Q4' },
      today: '2026-11-23',
      is: '2026Q4 2026-10-01 2026-12-31',
      why: 'the current one has begun',
    },
    {
      options: { quarter: 'Q4' },
      today: '2026-05-02',
      is: '2025Q4 2025-10-01 2025-12-31',
      why: 'not one to come',
    },
    {
      options: { quarter: 'last' },
      today: '2026-01-01',
      is: '2025Q4 2025-10-01 2025-12-31',
      why: 'over the turn of the year',
    },
    {
      options: { quarter: '上季度' },
      today: '2026-05-02',
      is: '2026Q1 2026-01-01 2026-03-31',
      why: 'in Chinese',
    },
    {
      options: { quarter: '第三季度' },
      today: '2026-11-23',
      is: '2026Q3 2026-07-01 2026-09-30',
      why: 'spelled out',
    },
    {
      options: { quarter: '2026年第2季度' },
      today: '2026-11-23',
      is: '2026Q2 2026-04-01 2026-06-30',
      why: 'with its year',
    },
    {
      options: { month: true },
      today: '2024-02-29',
      is: '2024-02 2024-02-01 2024-02-29',
      why: 'a leap February',
    },
    { options: { month: '2026-06' }, today: '2026-11-23', is: '2026-06 2026-06-01 2026-06-30', why: 'named' },
    {
      options: { month: '12' },
      today: '2026-11-23',
      is: '2025-12 2025-12-01 2025-12-31',
      why: 'a bare month is the latest one begun',
    },
    {
      options: { month: '2026年12月' },
      today: '2026-11-23',
      is: '2026-12 2026-12-01 2026-12-31',
      why: 'in Chinese',
    },
    {
      options: { month: 'last' },
      today: '2026-01-15',
      is: '2025-12 2025-12-01 2025-12-31',
      why: 'the month before',
    },
    { options: { year: true }, today: '2026-11-23', is: '2026 2026-01-01 2026-12-31', why: 'this year' },
    { options: { year: '去年' }, today: '2026-11-23', is: '2025 2025-01-01 2025-12-31', why: 'last year' },
    {
      options: { from: '2026-04-10', to: '2026-05-09' },
      today: '2026-11-23',
      is: '2026-04-10…2026-05-09 2026-04-10 2026-05-09',
      why: 'any days',
    },
    {
      options: { from: '11-01' },
      today: '2026-11-23',
      is: '2026-11-01…2026-11-23 2026-11-01 2026-11-23',
      why: 'up to today',
    },
    { options: { quarter: '2026Q5' }, today: '2026-11-23', is: 'refused 2026Q5', why: 'there are four' },
    { options: { month: '13' }, today: '2026-11-23', is: 'refused 13', why: 'there are twelve' },
    { options: { year: '26' }, today: '2026-11-23', is: 'refused 26', why: 'which century?' },
    {
      options: { from: '2026-02-30', to: '2026-03-01' },
      today: '2026-11-23',
      is: 'refused 2026-02-30',
      why: 'no such day',
    },
    {
      options: { from: '2026-03-02', to: '2026-03-01' },
      today: '2026-11-23',
      is: 'refused 2026-03-01',
      why: 'the end before the start',
    },
    {
      options: { to: '2026-03-01' },
      today: '2026-11-23',
      is: 'refused 2026-03-01',
      why: 'an end without a start',
    },
    {
      options: { quarter: 'Q1', year: '2026' },
      today: '2026-11-23',
      is: 'refused --quarter --year',
      why: 'two kinds at once',
    },
  ] satisfies readonly { options: PeriodOptions; today: string; is: string; why: string }[])(
    '$options on $today: $why',
    ({ options, today, is }) => {
      expect(read(options, today)).toBe(is);
    },
  );
});

describe('a 财年 that begins in April', () => {
  it.each([
    { options: { year: true }, is: 'FY2025 2025-04-01 2026-03-31', why: 'February still belongs to it' },
    { options: { year: 'last' }, is: 'FY2024 2024-04-01 2025-03-31', why: 'the one before' },
    { options: { year: '2026' }, is: 'FY2026 2026-04-01 2027-03-31', why: 'a year means what target means' },
    { options: { year: 'FY2026' }, is: 'FY2026 2026-04-01 2027-03-31', why: 'as it is printed' },
    {
      options: { quarter: 'FY2025Q4' },
      is: 'FY2025Q4 2026-01-01 2026-03-31',
      why: 'as target show prints it',
    },
    {
      options: {},
      is: '2026Q1 2026-01-01 2026-03-31',
      why: 'a quarter nobody called FY is the calendar one',
    },
    { options: { quarter: 'FY2025Q5' }, is: 'refused FY2025Q5', why: 'there are four' },
  ] satisfies readonly { options: PeriodOptions; is: string; why: string }[])(
    '$options: $why',
    ({ options, is }) => {
      expect(read(options, '2026-02-10', 4)).toBe(is);
    },
  );

  it.each([
    { said: 'FY2026', start: 4, is: 'FY2025 2025-04-01 2026-03-31' },
    { said: 'FY2026Q1', start: 4, is: 'FY2025Q4 2026-01-01 2026-03-31' },
    { said: 'FY2026Q3', start: 4, is: 'FY2026Q2 2026-07-01 2026-09-30' },
    // A year that begins in November: its first quarter ends in January.
    { said: 'FY2026Q2', start: 11, is: 'FY2026Q1 2026-11-01 2027-01-31' },
  ])('has $is before $said', ({ said, start, is }) => {
    const kind = said.includes('Q') ? { quarter: said } : { year: said };
    const period = parsePeriod(kind, day('2026-02-10'), calendar, start);
    const before = isPeriod(period) ? previousPeriod(period) : null;
    expect(before && `${before.label} ${formatDay(before.from)} ${formatDay(before.to)}`).toBe(is);
  });

  it('stands in a sheet by its days, which say the same whatever the setting is', () => {
    const period = parsePeriod({ year: '2026' }, day('2026-02-10'), calendar, 4);
    if (!isPeriod(period)) throw new Error(period.text.zh);
    const text = periodCellText(period);
    expect(text).toBe('2026-04-01…2027-03-31');
    expect(parsePeriodText(text)).toMatchObject({ from: period.from, to: period.to });
  });

  it.each([
    { said: 'FY2025', is: 'FY2025' },
    { said: '2025', is: 'FY2025' },
    { said: 'last', is: 'FY2025' },
    { said: '2025Q3', is: '2025Q3' },
  ])('is compared with $is where --compare says $said', ({ said, is }) => {
    const period = parsePeriod({ year: '2026' }, day('2026-02-10'), calendar, 4);
    if (!isPeriod(period)) throw new Error(period.text.zh);
    expect(readCompared(said, period, 4)).toMatchObject({ label: is });
  });
});
