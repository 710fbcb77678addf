import { type Day, formatDay } from '../core/date.ts';
import type { Finding, Level } from '../core/finding.ts';
import { type Lang, type Message, say } from '../core/message.ts';
import { type StageKey, stageInfo } from '../core/stages.ts';
import type { Painter } from './color.ts';

export const LEVEL_PAINT: Readonly<Record<Level, keyof Painter>> = {
  severe: 'red',
  overdue: 'red',
  stalled: 'yellow',
  dueSoon: 'cyan',
  data: 'dim',
};

/** 谈判推进; in English with the workbook's own word: Negotiation (谈判推进). */
export function stageLabel(stage: StageKey): Message {
  const { zh, en } = stageInfo(stage).name;
  return { zh, en: `${en} (${zh})` };
}

/** 已逾期 2 个工作日, 今天到期; on a day off it may be late by no working day yet. */
export function latenessText({ level, due, workingDaysLate: late }: Finding, asOf: Day, lang: Lang): string {
  if (due === null || late === null) return '';
  if (due === asOf) return say({ zh: '今天到期', en: 'due today' }, lang);
  const short = formatDay(due).slice(5);
  if (due > asOf) return say({ zh: `${short} 到期`, en: `due ${short}` }, lang);
  const word = level === 'overdue' ? { zh: '已逾期', en: 'late' } : { zh: '已超', en: 'over' };
  if (late === 0) return say({ zh: `${word.zh}(今日休息)`, en: `${word.en} (day off today)` }, lang);
  return say(
    { zh: `${word.zh} ${late} 个工作日`, en: `${word.en} by ${late} working day${late === 1 ? '' : 's'}` },
    lang,
  );
}
