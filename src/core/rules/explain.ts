import { type Calendar, dayInfo, explainTerm, type Term } from '../calendar.ts';
import { type Day, formatDay } from '../date.ts';
import { joinMessages, type Message } from '../message.ts';

/** Sentences of one explanation, empty ones left out. */
export function joinSentences(parts: readonly (Message | null)[]): Message {
  return joinMessages(
    parts.filter((part): part is Message => part !== null && part.zh !== ''),
    { zh: ';', en: '; ' },
  );
}

/** How a term of working days was counted. Every skipped day of a short one by name; of a long one the days off are summed up. */
export function explainWorkingDays(term: Term): Message {
  if (term.counted.length <= LONGEST_IN_FULL) return explainTerm(term);
  const { start, due } = term;
  const names = new Map<string, number>();
  for (const { name, kind } of term.skipped) {
    const label = kind === 'weekend' ? '周末' : name;
    names.set(label, (names.get(label) ?? 0) + 1);
  }
  const skipped = [...names];
  return joinSentences([
    {
      zh: `${formatDay(start)} 起算,${formatDay(due)} 到期`,
      en: `from ${formatDay(start)}, due ${formatDay(due)}`,
    },
    skipped.length === 0
      ? null
      : {
          zh: `跳过 ${skipped.map(([name, n]) => `${name} ${n} 天`).join('、')}`,
          en: `skipping ${skipped.map(([name, n]) => `${name === '周末' ? 'weekends' : name} ${n} days`).join(', ')}`,
        },
    provisionalNote(term),
  ]);
}

/** How a term of natural days was counted: where it ended on a day off, which one, and that it was moved on. */
export function explainNaturalDays(calendar: Calendar, term: Term, days: number): Message {
  const end = term.start + days;
  const from = {
    zh: `${formatDay(term.start)} 起算 ${days} 天`,
    en: `${days} days from ${formatDay(term.start)}`,
  };
  const until =
    term.due === end
      ? { zh: `${formatDay(end)} 到期`, en: `due ${formatDay(end)}` }
      : {
          zh: `${formatDay(end)} 是${dayOffName(calendar, end)},顺延到 ${formatDay(term.due)}`,
          en: `${formatDay(end)} is a day off (${dayOffName(calendar, end)}), so due ${formatDay(term.due)}`,
        };
  return joinSentences([
    { zh: `${from.zh},${until.zh}`, en: `${from.en}, ${until.en}` },
    provisionalNote(term),
  ]);
}

/** Up to so many counted days every skipped day is named. */
const LONGEST_IN_FULL = 5;

function provisionalNote({ provisional, missingYears }: Term): Message | null {
  if (!provisional) return null;
  const years = missingYears.join('、');
  return { zh: `暂定(缺 ${years} 年放假安排)`, en: `provisional (no holiday arrangement for ${years})` };
}

function dayOffName(calendar: Calendar, day: Day): string {
  const { kind, name } = dayInfo(calendar, day);
  return kind === 'weekend' ? name : `${name}放假`;
}
