import { addWorkingDays, type Calendar, dayInfo, nextWorkingDay } from './calendar.ts';
import { addMonthsTo, civilOf, type Day, dayOf, mondayOf } from './date.ts';
import { normalizeWidth } from './text.ts';
import { latestOccurrence } from './values.ts';

export interface DateSense {
  readonly today: Day;
  /** A partial date is the latest one not after today (`--on`), or the coming one, today included (`--next`, `--close`). */
  readonly sense: 'past' | 'coming';
  readonly calendar: Calendar;
}

const OFFSETS: Readonly<Record<string, number>> = {
  今天: 0,
  今日: 0,
  today: 0,
  昨天: -1,
  昨日: -1,
  yesterday: -1,
  前天: -2,
  明天: 1,
  明日: 1,
  tomorrow: 1,
  后天: 2,
  大后天: 3,
};
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const ENGLISH_WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * A date as people type it: `2026-11-23`, `11-23`, `11月23日`, `今天 昨天 明天 后天`, `周五`, `下周三`, `fri`, `月底`, `季度末`,
 * `10天后`, `+3工作日`, `节后`. Null where it is no date (2026-02-30).
 */
export function parseDateWords(text: string, when: DateSense): Day | null {
  const word = normalizeWidth(text).trim().toLowerCase();
  const offset = OFFSETS[word];
  if (offset !== undefined) return when.today + offset;
  return readNumbers(word, when) ?? readWeekday(word, when) ?? readCount(word, when) ?? readEnd(word, when);
}

function readNumbers(word: string, { today, sense }: DateSense): Day | null {
  const full =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(word) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(word);
  if (full) return dayOf(Number(full[1]), Number(full[2]), Number(full[3]));
  const partial = /^(\d{1,2})[-/.月](\d{1,2})[日号]?$/.exec(word);
  if (!partial) return null;
  const [month, date] = [Number(partial[1]), Number(partial[2])];
  if (sense === 'past') return latestOccurrence(month, date, today);
  const { year } = civilOf(today);
  for (let each = year; each < year + 5; each++) {
    const day = dayOf(each, month, date);
    if (day !== null && day >= today) return day;
  }
  return null;
}

/** 周五, 星期五, 礼拜五, fri, with 上/本/这/下 or last/this/next before it. */
function readWeekday(word: string, { today, sense }: DateSense): Day | null {
  const chinese = /^(上|下|本|这|下下)?个?(?:周|星期|礼拜)([一二三四五六日天])$/.exec(word);
  const english = /^(last|next|this)?\s*(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?$/.exec(
    word,
  );
  const match = chinese ?? english;
  if (!match) return null;
  const [, which, name = ''] = match;
  const index = chinese ? WEEKDAYS.indexOf(name === '天' ? '日' : name) : ENGLISH_WEEKDAYS.indexOf(name);
  const thisWeek = mondayOf(today) + index;
  if (which === '下下') return thisWeek + 14;
  if (which === '下' || which === 'next') return thisWeek + 7;
  if (which === '上' || which === 'last') return thisWeek - 7;
  if (which !== undefined) return thisWeek;
  if (sense === 'past') return thisWeek <= today ? thisWeek : thisWeek - 7;
  return thisWeek >= today ? thisWeek : thisWeek + 7;
}

/** `10天后`, `3天前`, `+3工作日`, `+3wd`, `3个工作日后`, `两周后`, `+10d`. */
function readCount(word: string, { today, calendar }: DateSense): Day | null {
  const working = /^\+?(\d{1,4})\s*个?(?:工作日|wd)(?:后)?$/.exec(word);
  if (working) return addWorkingDays(calendar, today, Number(working[1])).due;
  const days = /^\+?(\d{1,4})\s*(天|日|d|周|星期|w)(后|前)?$/.exec(word);
  if (!days) return null;
  const count = Number(days[1]) * (['周', '星期', 'w'].includes(days[2] ?? '') ? 7 : 1);
  if (days[3] === '前') return today - count;
  return days[3] === '后' || word.startsWith('+') ? today + count : null;
}

/** 月底, 下月底, 季度末, 年底; 节后: the first working day after the next holiday. */
function readEnd(word: string, { today, calendar }: DateSense): Day | null {
  const { year, month } = civilOf(today);
  const firstOfMonth = dayOf(year, month, 1) ?? today;
  if (/^(?:本)?月(?:底|末)$/.test(word) || word === 'month end') return addMonthsTo(firstOfMonth, 1) - 1;
  if (/^下个?月(?:底|末)$/.test(word)) return addMonthsTo(firstOfMonth, 2) - 1;
  if (/^(?:本)?季(?:度)?(?:底|末)$/.test(word) || word === 'quarter end')
    return addMonthsTo(firstOfMonth, 3 - ((month - 1) % 3)) - 1;
  if (/^(?:今年)?年(?:底|末)$/.test(word) || word === 'year end') return dayOf(year, 12, 31);
  if (word !== '节后') return null;
  for (let day = today + 1; day < today + 400; day++) {
    if (dayInfo(calendar, day).kind === 'holiday') {
      const after = nextWorkingDay(calendar, day);
      return after;
    }
  }
  return null;
}
