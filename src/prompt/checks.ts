import { formatDay } from '../core/date.ts';
import { parseDateWords } from '../core/date-words.ts';
import type { Message } from '../core/message.ts';
import { parseAmount } from '../core/money.ts';

/** Null where `text` is a date that may be used: no future one where something is said to have happened. */
export function checkDate(text: string, when: Parameters<typeof parseDateWords>[1]): Message | null {
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
