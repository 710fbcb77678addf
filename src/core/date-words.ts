import { addWorkingDays, type Calendar, dayInfo, nextWorkingDay } from './calendar.ts';
import {
  addMonthsTo,
  civilOf,
  comingOccurrence,
  type Day,
  dayOf,
  latestOccurrence,
  mondayOf,
} from './date.ts';
import { normalizeWidth } from './text.ts';

export interface DateSense {
  readonly today: Day;
  /** A partial date is the latest one not after today (`--on`), or the coming one, today included (`--next`, `--close`), as `date -d fri` has it. */
  readonly sense: 'past' | 'coming';
  readonly calendar: Calendar;
}

const OFFSETS: ReadonlyMap<string, number> = new Map([
  ['今天', 0],
  ['今日', 0],
  ['today', 0],
  ['昨天', -1],
  ['昨日', -1],
  ['yesterday', -1],
  ['前天', -2],
  ['大前天', -3],
  ['明天', 1],
  ['明日', 1],
  ['tomorrow', 1],
  ['后天', 2],
  ['大后天', 3],
]);
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const DIGITS = '一二三四五六七八九十';

/**
 * A date as people type it: `2026-11-23`, `11-23`, `11月23日`, `今天 昨天 明天 后天`, `周五`, `下周三`, `fri`, `月底`, `季度末`,
 * `10天后`, `+3工作日`, `节后`. Null where it is no date (2026-02-30).
 */
export function parseDateWords(text: string, when: DateSense): Day | null {
  const word = normalizeWidth(text).trim().toLowerCase().replace(/\s+/g, ' ');
  const offset = OFFSETS.get(word);
  if (offset !== undefined) return when.today + offset;
  return readNumbers(word, when) ?? readWeekday(word, when) ?? readCount(word, when) ?? readEnd(word, when);
}

function readNumbers(word: string, { today, sense }: DateSense): Day | null {
  const full =
    /^(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?[日号]?$/.exec(word) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(word);
  if (full) return dayOf(Number(full[1]), Number(full[2]), Number(full[3]));
  const partial = /^(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?[日号]?$/.exec(word);
  if (!partial) return null;
  const occurrence = sense === 'past' ? latestOccurrence : comingOccurrence;
  return occurrence(Number(partial[1]), Number(partial[2]), today);
}

/** 周五, 星期五, 礼拜五, fri, friday, with 上/本/这/下 or last/this/next before it: of the weeks that begin on Monday. */
function readWeekday(word: string, { today, sense }: DateSense): Day | null {
  const chinese = /^(上上|上|本|这|下下|下)?个?(?:周|星期|礼拜)([一二三四五六日天])$/.exec(word);
  const english = /^(?:(last|this|next) )?([a-z]{3,9})\.?$/.exec(word);
  const [, which, name = ''] = chinese ?? english ?? [];
  const index = chinese
    ? '一二三四五六日'.indexOf(name === '天' ? '日' : name)
    : WEEKDAYS.findIndex((full) => name !== '' && full.startsWith(name));
  if (index < 0) return null;
  const thisWeek = mondayOf(today) + index;
  if (which !== undefined) return thisWeek + 7 * weeksAway(which);
  if (sense === 'past') return thisWeek <= today ? thisWeek : thisWeek - 7;
  return thisWeek >= today ? thisWeek : thisWeek + 7;
}

function weeksAway(which: string): number {
  if (which === 'next') return 1;
  if (which === 'last') return -1;
  return [...which].reduce((weeks, char) => weeks + (char === '下' ? 1 : char === '上' ? -1 : 0), 0);
}

/** `10天后`, `3天前`, `+10d`, `两周后`, `3个月后`, `+3工作日`, `+3wd`, `3个工作日后`. */
function readCount(word: string, { today, calendar }: DateSense): Day | null {
  const match =
    /^(\+)? ?(\d{1,3}|[两一二三四五六七八九十]) ?个?(工作日|wd|天|日|d|周|星期|礼拜|w|月)(?:之|以)?(后|前)?$/.exec(
      word,
    );
  if (!match) return null;
  const [, plus, digits = '', unit = '', side] = match;
  if (plus === undefined && side === undefined && unit !== '工作日' && unit !== 'wd') return null;
  const n = /^\d/.test(digits) ? Number(digits) : digits === '两' ? 2 : DIGITS.indexOf(digits) + 1;
  if (unit === '工作日' || unit === 'wd')
    return side === '前' ? null : addWorkingDays(calendar, today, n).due;
  const signed = side === '前' ? -n : n;
  if (unit === '月') return addMonthsTo(today, signed);
  return today + signed * (unit === '天' || unit === '日' || unit === 'd' ? 1 : 7);
}

/** 月底, 下月底, 季度末, 下季度末, 年底; 节后: the first working day after the next holiday (or the one that lasts). */
function readEnd(word: string, { today, calendar }: DateSense): Day | null {
  const { year, month } = civilOf(today);
  const firstOfMonth = dayOf(year, month, 1) ?? today;
  const toQuarterEnd = 3 - ((month - 1) % 3);
  if (/^(?:本|这个?)?月[底末]$/.test(word) || word === 'month end') return addMonthsTo(firstOfMonth, 1) - 1;
  if (/^下个?月[底末]$/.test(word)) return addMonthsTo(firstOfMonth, 2) - 1;
  if (/^(?:本|这个?)?季度?[底末]$/.test(word) || word === 'quarter end')
    return addMonthsTo(firstOfMonth, toQuarterEnd) - 1;
  if (/^下个?季度?[底末]$/.test(word)) return addMonthsTo(firstOfMonth, toQuarterEnd + 3) - 1;
  if (/^(?:今|本)?年[底末]$/.test(word) || word === 'year end') return dayOf(year, 12, 31);
  if (word !== '节后' && word !== 'after the holiday') return null;
  let day = today;
  while (dayInfo(calendar, day).kind !== 'holiday') day += 1;
  return nextWorkingDay(calendar, day);
}
