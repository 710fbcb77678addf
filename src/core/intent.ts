import type { Message } from './message.ts';
import type { Intent } from './stages.ts';
import { normalizeWidth } from './text.ts';

/** 高意向/中意向/低意向 and their short forms; null for anything else. */
export function readIntent(text: string): Intent | null {
  const word = text.trim().replace(/意向$/, '').toLowerCase();
  if (word === '高' || word === 'high') return 'high';
  if (word === '中' || word === 'medium') return 'medium';
  return word === '低' || word === 'low' ? 'low' : null;
}

/** How the sheet says it. */
export const INTENT_WORDS: Readonly<Record<Intent, Message>> = {
  high: { zh: '高意向', en: 'high' },
  medium: { zh: '中意向', en: 'medium' },
  low: { zh: '低意向', en: 'low' },
};

/** What 决策周期 may say. */
export const CYCLES = ['≤1个月', '1-3个月', '>3个月', '未知'] as const;

/**
 * The word of CYCLES for a length of time: 1个月, 两周, 45天内, 半年, 2-3个月 (its upper end counts). Exactly one month is
 * ≤1个月, exactly three is 1-3个月. Null: no length of time.
 */
export function readCycle(text: string): (typeof CYCLES)[number] | null {
  const plain = normalizeWidth(text)
    .replace(/\s/g, '')
    .replace(/[–—~至到]/g, '-');
  const [, count = '', unit = ''] = LENGTH.exec(plain) ?? [];
  const days = (COUNTS.get(count) ?? Number(count)) * (DAYS.get(unit) ?? Number.NaN);
  if (Number.isNaN(days)) return null;
  return days <= 31 ? '≤1个月' : days <= 92 ? '1-3个月' : '>3个月';
}

const COUNTS = new Map(
  [...'半一二三四五六七八九十'].map((word, index) => [word, index === 0 ? 0.5 : index]),
).set('两', 2);
const COUNT = `(?:\\d{1,3}(?:\\.\\d+)?|[${[...COUNTS.keys()].join('')}])`;
// 3月, 3日 and 一季度 may as well be dates.
const DAYS = new Map([
  ['天', 1],
  ['周', 7],
  ['个星期', 7],
  ['星期', 7],
  ['个月', 30],
  ['年', 365],
]);
const UNIT = `(?:${[...DAYS.keys()].join('|')})`;
const LENGTH = new RegExp(`^约?(?:${COUNT}${UNIT}?-)?(${COUNT})(${UNIT})(?:以?内|左右)?$`);

const GRADES: readonly Intent[] = ['high', 'medium', 'low'];

/**
 * 意向等级 of the three dimensions (L48 with its gaps filled): the lowest of 需求 and 预算, and at most 中 unless the
 * cycle is ≤1个月. The reason names what decided. Null while a dimension is missing or not one of its words.
 */
export function gradeIntent(
  clarity: string,
  budgetFit: string,
  cycle: string,
): { readonly intent: Intent; readonly reason: Message } | null {
  const clarityRank = ['明确', '部分明确', '模糊'].indexOf(clarity);
  const budgetRank = ['充足', '待确认', '未定'].indexOf(budgetFit);
  if (clarityRank < 0 || budgetRank < 0 || !CYCLES.some((each) => each === cycle)) return null;
  const cycleRank = cycle === '≤1个月' ? 0 : 1;
  const rank = Math.max(clarityRank, budgetRank, cycleRank);
  const intent = GRADES[rank] ?? 'low';
  const causes = [
    ...(clarityRank === rank ? [`需求${clarity}`] : []),
    ...(budgetRank === rank ? [`预算${budgetFit}`] : []),
    ...(cycleRank === rank ? [`决策周期${cycle}`] : []),
  ].join('、');
  const word = INTENT_WORDS[intent];
  return { intent, reason: { zh: `${causes} → ${word.zh.slice(0, 1)}`, en: `${causes} → ${word.en}` } };
}
