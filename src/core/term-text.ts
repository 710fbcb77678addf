import { type CountedDay, type SkippedDay, type Term, WEEKDAYS } from './calendar.ts';
import { type Day, formatDay, weekdayOf } from './date.ts';
import { joinMessages, type Message } from './message.ts';

/**
 * How it was counted, by name: `2026-09-30 起 3 个工作日,2026-10-10 到期;数 10-08…10-09、10-10 周六 调休上班;跳过
 * 10-01…10-07 国庆节 放假`. Of a long period only what is not ordinary is named.
 */
export function explainTerm(term: Term): Message {
  const { unit, start, due, counted, skipped, missingYears } = term;
  const isLong = counted.length > 10;
  const natural = unit === 'natural';
  const weekends = skipped.filter(({ kind }) => kind === 'weekend').length;
  const named = describeDays(isLong ? counted.filter(({ name }) => name !== '') : counted);
  const passed = describeDays(isLong ? skipped.filter(({ kind }) => kind !== 'weekend') : skipped);
  if (isLong && weekends > 0)
    passed.push({ zh: `周末 ${weekends} 天`, en: `${weekends} day${weekends === 1 ? '' : 's'} of weekend` });
  const n = counted.length;
  const parts: Message[] = [
    {
      zh: `${formatDay(start)} 起 ${n} 个${natural ? '自然日' : '工作日'},${formatDay(due)} 到期`,
      en: `${n} ${natural ? 'natural' : 'working'} day${n === 1 ? '' : 's'} from ${formatDay(start)}, due ${formatDay(due)}`,
    },
  ];
  if (named.length > 0 && !natural)
    parts.push({ zh: `数 ${list(named).zh}`, en: `counted ${list(named).en}` });
  if (passed.length > 0)
    parts.push(
      natural
        ? { zh: `${list(passed).zh},顺延到下一个工作日`, en: `moved over ${list(passed).en}` }
        : { zh: `跳过 ${list(passed).zh}`, en: `skipped ${list(passed).en}` },
    );
  if (term.provisional) parts.push(provisionalNote(missingYears));
  return joinMessages(parts, { zh: ';', en: '; ' });
}

/** 暂定(缺 2027 年放假安排). */
export function provisionalNote(missingYears: readonly number[]): Message {
  return {
    zh: `暂定(缺 ${missingYears.join('、')} 年放假安排)`,
    en: `provisional (no holiday arrangement for ${missingYears.join(', ')})`,
  };
}

/**
 * Days in words: neighbours of one name as one range (`10-01…10-07 国庆节 放假`, `10-17…10-18 周末`, `10-08…10-09`), a
 * counted day that has a name of its own by itself (`10-10 周六 调休上班`).
 */
export function describeDays(days: readonly (CountedDay | SkippedDay)[]): Message[] {
  const groups: { from: Day; to: Day; label: Message }[] = [];
  for (const each of days) {
    const last = groups.at(-1);
    const label = dayLabel(each);
    if (last && last.label.zh === label.zh && each.day === last.to + 1) last.to = each.day;
    else groups.push({ from: each.day, to: each.day, label });
  }
  return groups.map(({ from, to, label }) => {
    const range = `${formatDay(from).slice(5)}${to > from ? `…${formatDay(to).slice(5)}` : ''}`;
    return { zh: `${range} ${label.zh}`.trim(), en: `${range} ${label.en}`.trim() };
  });
}

/** 周五, Fri. */
export function weekdayName(day: Day): Message {
  const zh = WEEKDAYS[weekdayOf(day) - 1] ?? '';
  return { zh, en: englishName(zh) };
}

/** 约定下次跟进 2026-11-27 周五: 周五 said on a Friday is that day, so the day is named as it was understood. */
export function agreedText(day: Day, today: Day): Message {
  const weekday = weekdayName(day);
  return {
    zh: `约定下次跟进 ${formatDay(day)} ${weekday.zh}${day === today ? '(今天)' : ''}`,
    en: `Next follow-up agreed for ${formatDay(day)} ${weekday.en}${day === today ? ' (today)' : ''}`,
  };
}

/** The day's name in English where it is one of the calendar's own words; the team's words stay as they are. */
export function englishName(name: string): string {
  return ENGLISH.get(name) ?? name;
}

function dayLabel(each: CountedDay | SkippedDay): Message {
  const { day, name } = each;
  if (!('kind' in each)) {
    const weekday = weekdayName(day);
    return name === ''
      ? { zh: '', en: '' }
      : { zh: `${weekday.zh} ${name}`, en: `${weekday.en}, ${englishName(name)}` };
  }
  if (each.kind === 'weekend') return { zh: '周末', en: 'weekend' };
  return { zh: name.endsWith('放假') ? name : `${name} 放假`, en: `${englishName(name)} (day off)` };
}

function list(days: readonly Message[]): Message {
  return joinMessages(days, { zh: '、', en: ', ' });
}

const ENGLISH: ReadonlyMap<string, string> = new Map([
  ['元旦', 'New Year'],
  ['春节', 'Spring Festival'],
  ['清明', 'Qingming'],
  ['劳动节', 'Labour Day'],
  ['端午', 'Dragon Boat Festival'],
  ['中秋', 'Mid-Autumn Festival'],
  ['国庆节', 'National Day'],
  ['调休上班', 'make-up working day'],
  ['周一', 'Mon'],
  ['周二', 'Tue'],
  ['周三', 'Wed'],
  ['周四', 'Thu'],
  ['周五', 'Fri'],
  ['周六', 'Sat'],
  ['周日', 'Sun'],
]);
