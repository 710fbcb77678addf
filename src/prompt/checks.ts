import { dayInfo } from '../core/calendar.ts';
import { formatDay } from '../core/date.ts';
import { type DateSense, parseDateWords } from '../core/date-words.ts';
import { type Message, plain } from '../core/message.ts';
import { formatAmount, parseAmount } from '../core/money.ts';
import { englishName, weekdayName } from '../core/term-text.ts';

/** Null where `text` is a date that may be used: no future one where something is said to have happened. */
export function checkDate(text: string, when: DateSense): Message | null {
  const day = parseDateWords(text, when);
  if (day === null) {
    return {
      zh: `「${text}」不是日期;可写 2026-11-23、11-23、昨天、周五、月底、+3工作日`,
      en: `“${text}” is no date; write 2026-11-23, 11-23, yesterday, fri, +3wd`,
    };
  }
  if (when.sense === 'past' && day > when.today) {
    return {
      zh: `${formatDay(day)} 在今天之后;只能记已经发生的事`,
      en: `${formatDay(day)} is in the future; only what has happened can be recorded`,
    };
  }
  return null;
}

/** Null where `text` is an amount. */
export function checkAmount(text: string): Message | null {
  return parseAmount(text, 1) === null
    ? {
        zh: `「${text}」不是金额;可写 15万、150000、10-20万`,
        en: `“${text}” is no amount; write 150000 or 100000-200000`,
      }
    : null;
}

/** 15万, 10万–20万; null where it says that there is none. */
export function amountMeaning(text: string): Message | null {
  const read = parseAmount(text, 1);
  if (read?.kind !== 'amount') return null;
  const ends = read.low === read.high ? [read.low] : [read.low, read.high];
  return {
    zh: ends.map((fen) => formatAmount(fen, 'zh')).join('–'),
    en: ends.map((fen) => formatAmount(fen, 'en')).join('–'),
  };
}

/** 2026-11-28 周六(休息日); null where it is no date. */
export function dateMeaning(text: string, when: DateSense): Message | null {
  const day = parseDateWords(text, when);
  if (day === null) return null;
  const weekday = weekdayName(day);
  const { kind, name } = dayInfo(when.calendar, day);
  const said: Message =
    kind === 'workday'
      ? plain('')
      : kind === 'weekend'
        ? { zh: '(休息日)', en: ' (day off)' }
        : { zh: `(${name})`, en: ` (${englishName(name)})` };
  return {
    zh: `${formatDay(day)} ${weekday.zh}${said.zh}`,
    en: `${formatDay(day)} ${weekday.en}${said.en}`,
  };
}
