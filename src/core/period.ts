import type { Calendar } from './calendar.ts';
import { addMonthsTo, civilOf, type Day, dayOf, formatDay, parseIsoDay } from './date.ts';
import { parseDateWords } from './date-words.ts';
import type { BadInput } from './decision.ts';
import type { Message } from './message.ts';
import { normalizeWidth } from './text.ts';

/** Whole days, both ends included. */
export interface Period {
  /** `2026Q2`, `2026-06`, `2026`, `2026-04-10…2026-05-09`; `FY2026`, `FY2026Q1` where the year does not begin in January. */
  readonly label: string;
  readonly from: Day;
  readonly to: Day;
}

/** What the command line says of the period: a flag alone is `true`. */
export interface PeriodOptions {
  readonly quarter?: string | true | undefined;
  readonly month?: string | true | undefined;
  readonly year?: string | true | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The period asked for; with nothing said, or a flag alone, the current one (quarter by default). `Q3` without a year is
 * the latest that has begun. A year begins in `yearStart` (财年起始月), as in a target; quarters are calendar quarters unless
 * called FY2026Q1. Refuses two kinds of period at once, and an end before its start.
 */
export function parsePeriod(
  options: PeriodOptions,
  today: Day,
  calendar: Calendar,
  yearStart = 1,
): Period | BadInput {
  const { quarter, month, year, from, to } = options;
  const asked = [
    quarter === undefined ? null : '--quarter',
    month === undefined ? null : '--month',
    year === undefined ? null : '--year',
    from === undefined && to === undefined ? null : '--from --to',
  ].filter((flag) => flag !== null);
  if (asked.length > 1) {
    return badInput(asked.join(' '), '--quarter | --month | --year | --from --to', {
      zh: `${asked.join(' 和 ')} 只能给一个`,
      en: `Give only one of ${asked.join(' and ')}`,
    });
  }
  if (from !== undefined || to !== undefined) return readRange(from, to, today, calendar);
  if (month !== undefined) return readMonth(month, today);
  if (year !== undefined) return readYear(year, today, yearStart);
  return readFiscal(quarter, yearStart) ?? readQuarter(quarter ?? true, today);
}

/** FY2026 or FY2026Q1, of years that begin in month `yearStart`; null for anything else. */
export function readFiscal(said: string | true | undefined, yearStart: number): Period | null {
  const match = /^fy(\d{4})(?:q([1-4]))?$/.exec(typeof said === 'string' ? squeeze(said) : '');
  if (!match) return null;
  const year = Number(match[1]);
  return match[2] === undefined ? yearOf(year, yearStart) : quarterOfYear(year, Number(match[2]), yearStart);
}

/** The year that begins in month `start` of `year`; the label says 财年 where that is not January. */
export function yearOf(year: number, start: number): Period {
  const from = firstOf(year, start);
  return { label: start === 1 ? String(year) : `FY${year}`, from, to: addMonthsTo(from, 12) - 1 };
}

/** The quarter `number` (1–4) of that year. */
export function quarterOfYear(year: number, number: number, start: number): Period {
  const whole = yearOf(year, start);
  const from = addMonthsTo(whole.from, number * 3 - 3);
  return { label: `${whole.label}Q${number}`, from, to: addMonthsTo(from, 3) - 1 };
}

/** The year in which a day lies, where years begin in month `start`. */
export function yearHolding(day: Day, start: number): number {
  const { year, month } = civilOf(day);
  return month < start ? year - 1 : year;
}

/**
 * A period as a cell names it, always with its year: 2026Q2, 2026年第二季度, 2026年6月, 2026-06, 2026年,
 * 2026-04-01…2026-05-09, 2026-06-30 (that day); null where it is none.
 */
export function parsePeriodText(text: string): Period | null {
  const bare = squeeze(text);
  const [first, last] = bare.split(/…|\.\.\.|~|至|—/).map(parseIsoDay);
  if (first != null && last != null && first <= last) return rangeOf(first, last);
  const only = parseSingleDay(bare);
  if (only !== null) return { label: formatDay(only), from: only, to: only };
  if (!/^\d{4}/.test(bare)) return null;
  const read = [readQuarter, readMonth, readYear].map((each) => each(bare, 0, 1));
  return read.find(isPeriod) ?? null;
}

/** 2026-06-30, and 2026/6/30 as spreadsheets write it. */
function parseSingleDay(bare: string): Day | null {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(bare);
  return match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

/** The one before it, of the same kind: the quarter, month or year before, else as many days right before it. */
export function previousPeriod({ label, from, to }: Period): Period {
  const before = civilOf(from - 1);
  const fiscal = /^FY(\d{4})(?:Q([1-4]))?$/.exec(label);
  if (fiscal) {
    const [year, number] = [Number(fiscal[1]), Number(fiscal[2] ?? 0)];
    if (number === 0) return yearOf(year - 1, civilOf(from).month);
    const { month } = civilOf(addMonthsTo(from, 3 - number * 3));
    return number === 1 ? quarterOfYear(year - 1, 4, month) : quarterOfYear(year, number - 1, month);
  }
  if (/^\d{4}Q[1-4]$/.test(label)) return quarterAt(before.year * 4 + Math.floor((before.month - 1) / 3));
  if (/^\d{4}-\d{2}$/.test(label)) return monthAt(before.year * 12 + before.month - 1);
  if (/^\d{4}$/.test(label)) return yearOf(before.year, 1);
  return rangeOf(from - (to - from + 1), from - 1);
}

/** A period as it stands in a sheet: a month in the form that spreadsheets do not turn into a day, a 财年 by its days. */
export function periodCellText({ label, from, to }: Period): string {
  if (label.startsWith('FY')) return rangeOf(from, to).label;
  const { year, month } = civilOf(from);
  if (/^\d{4}-\d{2}$/.test(label)) return `${year}年${month}月`;
  return /^\d{4}$/.test(label) ? `${label}年` : label;
}

export function isPeriod(read: Period | BadInput): read is Period {
  return 'label' in read;
}

/** The calendar quarter that holds a day. */
export function quarterOf(day: Day): Period {
  const { year, month } = civilOf(day);
  return quarterAt(year * 4 + Math.floor((month - 1) / 3));
}

/** "The last four quarters" wherever the team's own numbers are measured: the twelve months that end today, so that the newest count. */
export function lastFourQuarters(today: Day): { readonly from: Day; readonly to: Day } {
  return { from: addMonthsTo(today, -12) + 1, to: today };
}

/** The calendar quarter `index` quarters after the first of the year 0. */
function quarterAt(index: number): Period {
  const [year, number] = [Math.floor(index / 4), (index % 4) + 1];
  return {
    label: `${year}Q${number}`,
    from: firstOf(year, number * 3 - 2),
    to: firstOf(year, number * 3 + 1) - 1,
  };
}

function monthAt(index: number): Period {
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
  return {
    label: `${year}-${String(month).padStart(2, '0')}`,
    from: firstOf(year, month),
    to: firstOf(year, month + 1) - 1,
  };
}

function firstOf(year: number, month: number): Day {
  return dayOf(month > 12 ? year + 1 : year, month > 12 ? month - 12 : month, 1) ?? 0;
}

function readQuarter(value: string | true, today: Day): Period | BadInput {
  const civil = civilOf(today);
  const current = civil.year * 4 + Math.floor((civil.month - 1) / 3);
  const word = value === true ? 'this' : squeeze(value);
  const steps = relativeStep(word, ['季', '季度', 'quarter']);
  if (steps !== null) return quarterAt(current + steps);
  const match = /^(?:(\d{4})年?-?)?(?:q([1-4])|第?([1-4一二三四])季度?)$/.exec(word);
  if (!match) {
    return badInput(value, '2026Q3, 2026-Q3, Q3, this, last', {
      zh: `「${value}」不是季度;可写 2026Q3、2026-Q3、Q3、this、last`,
      en: `“${value}” is no quarter; write 2026Q3, 2026-Q3, Q3, this or last`,
    });
  }
  const number = Number(match[2] ?? match[3]) || '一二三四'.indexOf(match[3] ?? '') + 1;
  const inYear = (match[1] === undefined ? civil.year : Number(match[1])) * 4 + number - 1;
  return quarterAt(match[1] === undefined && inYear > current ? inYear - 4 : inYear);
}

function readMonth(value: string | true, today: Day): Period | BadInput {
  const civil = civilOf(today);
  const current = civil.year * 12 + civil.month - 1;
  const word = value === true ? 'this' : squeeze(value);
  const steps = relativeStep(word, ['月', '个月', 'month']);
  if (steps !== null) return monthAt(current + steps);
  const match = /^(?:(\d{4})[-/.年])?(1[0-2]|0?[1-9])月?$/.exec(word);
  if (!match) {
    return badInput(value, '2026-06, 6, this, last', {
      zh: `「${value}」不是月份;可写 2026-06、6、this、last`,
      en: `“${value}” is no month; write 2026-06, 6, this or last`,
    });
  }
  const inYear = (match[1] === undefined ? civil.year : Number(match[1])) * 12 + Number(match[2]) - 1;
  return monthAt(match[1] === undefined && inYear > current ? inYear - 12 : inYear);
}

function readYear(value: string | true, today: Day, start: number): Period | BadInput {
  const word = value === true ? 'this' : squeeze(value);
  const steps = word === '去年' ? -1 : relativeStep(word, ['年', '年度', 'year']);
  const match = /^(?:fy)?(\d{4})(?:年度?|财年)?$/.exec(word);
  if (steps === null && !match) {
    return badInput(value, '2026, this, last', {
      zh: `「${value}」不是年份;可写 2026、this、last`,
      en: `“${value}” is no year; write 2026, this or last`,
    });
  }
  return yearOf(match ? Number(match[1]) : yearHolding(today, start) + (steps ?? 0), start);
}

function readRange(
  from: string | undefined,
  to: string | undefined,
  today: Day,
  calendar: Calendar,
): Period | BadInput {
  if (from === undefined) {
    return badInput(to ?? '', '--from 2026-04-01', {
      zh: '只给了 --to;还要 --from DATE',
      en: '--to alone is not enough: add --from DATE',
    });
  }
  const sense = { today, sense: 'past', calendar } as const;
  const [first, last] = [parseDateWords(from, sense), to === undefined ? today : parseDateWords(to, sense)];
  const unread = first === null ? from : last === null ? to : null;
  if (first === null || last === null) {
    return badInput(unread ?? '', 'YYYY-MM-DD', {
      zh: `「${unread}」不是日期;请写成 2026-04-01`,
      en: `“${unread}” is no date; write 2026-04-01`,
    });
  }
  if (last < first) {
    return badInput(to ?? from, 'YYYY-MM-DD', {
      zh: `--to ${formatDay(last)} 早于 --from ${formatDay(first)}`,
      en: `--to ${formatDay(last)} lies before --from ${formatDay(first)}`,
    });
  }
  return rangeOf(first, last);
}

function rangeOf(from: Day, to: Day): Period {
  return { label: `${formatDay(from)}…${formatDay(to)}`, from, to };
}

/** this/本季/今年 → 0, last/上季 → −1, next/下季 → 1; null for anything else. */
function relativeStep(word: string, units: readonly string[]): number | null {
  const bare = units.reduce((rest, unit) => (rest.endsWith(unit) ? rest.slice(0, -unit.length) : rest), word);
  const steps: Readonly<Record<string, number>> = {
    this: 0,
    本: 0,
    这: 0,
    今: 0,
    当: 0,
    current: 0,
    last: -1,
    上: -1,
    next: 1,
    下: 1,
  };
  return steps[bare] ?? null;
}

function squeeze(value: string): string {
  return normalizeWidth(value).replace(/\s+/g, '').toLowerCase();
}

function badInput(value: string | true, expected: string, text: Message): BadInput {
  return { badInput: true, text, value: value === true ? '' : value, expected };
}
