import type { Day } from './date.ts';

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
