import { type Day, formatDay } from '../core/date.ts';
import type { Finding, Level } from '../core/finding.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import type { Painter } from './color.ts';

export const LEVEL_PAINT: Readonly<Record<Level, keyof Painter>> = {
  severe: 'red',
  overdue: 'red',
  stalled: 'yellow',
  dueSoon: 'cyan',
  data: 'dim',
};

/** 已逾期 2 个工作日, 今天到期; on a day off it may be late by no working day yet. 暂定 where a year's arrangement is missing. */
export function latenessText(finding: Finding, asOf: Day, lang: Lang): string {
  const { level, due, workingDaysLate: late, provisional } = finding;
  if (due === null || late === null) return '';
  const mark = provisional ? { zh: '(暂定)', en: ' (provisional)' } : { zh: '', en: '' };
  return `${say(latenessWords(level, due, late, asOf), lang)}${say(mark, lang)}`;
}

function latenessWords(level: Level, due: Day, late: number, asOf: Day): Message {
  if (due === asOf) return { zh: '今天到期', en: 'due today' };
  const short = formatDay(due).slice(5);
  if (due > asOf) return { zh: `${short} 到期`, en: `due ${short}` };
  const word = level === 'overdue' ? { zh: '已逾期', en: 'late' } : { zh: '已超', en: 'over' };
  if (late === 0) return { zh: `${word.zh}(今日休息)`, en: `${word.en} (day off today)` };
  return {
    zh: `${word.zh} ${late} 个工作日`,
    en: `${word.en} by ${late} working day${late === 1 ? '' : 's'}`,
  };
}
