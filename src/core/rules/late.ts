import { countWorkingDays } from '../calendar.ts';
import { formatDay } from '../date.ts';
import type { Deadline, DeadlineRule } from '../deadlines.ts';
import type { Level } from '../finding.ts';
import { counted, type Message } from '../message.ts';
import { explainTerm } from '../term-text.ts';
import { joinSentences } from './explain.ts';
import { nextCommand, type Rule, type Subject, type TeamContext } from './rule.ts';

/** D1–D5: 逾期 once the due day has passed, 临期 on it and on the working day before. Several of one rule: the earliest speaks. */
export const LATE_RULES: readonly Rule[] = (['D1', 'D2', 'D3', 'D4', 'D5'] as const).map((id) => ({
  id,
  find(subject, context) {
    const open = openDeadlines(subject, id);
    const [first, ...others] = open;
    if (!first || (id === 'D5' && subject.held)) return null;
    const level = levelOf(first, subject, context);
    if (level === null) return null;
    const { source, explain, next } = WORDS[id];
    return {
      level,
      start: first.start,
      due: first.due,
      provisional: first.provisional,
      legacy: first.legacy,
      workingDaysLate: countWorkingDays(context.calendar, first.due, context.today),
      words: () => ({
        explain: joinSentences([
          ...explain(first, context),
          id === 'D1' ? attemptsNote(subject) : null,
          first.note,
          others.length === 0
            ? null
            : {
                zh: `另有 ${others.map(({ start, due }) => formatDay(start ?? due)).join('、')} 的也欠着`,
                en: `also owed: those of ${others.map(({ start, due }) => formatDay(start ?? due)).join(', ')}`,
              },
        ]),
        next: nextCommand(subject, context, ...next(subject)),
      }),
      source,
    };
  },
}));

/** The open deadlines of one rule, earliest due first. */
export function openDeadlines({ deadlines }: Subject, rule: DeadlineRule): readonly Deadline[] {
  let open: Deadline[] | null = null;
  for (const deadline of deadlines) {
    if (deadline.rule !== rule || !deadline.open) continue;
    if (open) open.push(deadline);
    else open = [deadline];
  }
  return open === null || open.length === 1 ? (open ?? NONE) : open.sort((a, b) => a.due - b.due);
}

const NONE: readonly Deadline[] = [];

/** 未接通 so far, where there were any. */
export function attemptsNote({ deal: { attempts } }: Subject): Message | null {
  return attempts === 0 ? null : { zh: `已尝试 ${attempts} 次`, en: `attempts so far: ${attempts}` };
}

function levelOf(
  { rule, due }: Deadline,
  { deal }: Subject,
  { today, nextWorkingDay, settings }: TeamContext,
): Level | null {
  if (due > nextWorkingDay) return null;
  if (rule === 'D5' && deal.postponements >= settings.severePostponements) return 'severe';
  return today > due ? 'overdue' : 'dueSoon';
}

interface Words {
  /** The template's line. */
  readonly source: string;
  explain(deadline: Deadline, context: TeamContext): readonly (Message | null)[];
  /** The verb and the words behind the deal. */
  next(subject: Subject): readonly [string, ...string[]];
}

const WORDS: Readonly<Record<DeadlineRule, Words>> = {
  D1: {
    source: 'L44',
    explain({ term }, { settings }) {
      const { firstContactDays: days, firstContactKinds: kinds } = settings;
      return [
        {
          zh: `${days} 个工作日内首次接触(${kinds.join('、')})`,
          en: `first contact within ${counted(days, 'working day')} (${kinds.join(', ')})`,
        },
        term && explainTerm(term()),
      ];
    },
    next: () => ['record', 'first-contact'],
  },
  D2: {
    source: 'L60',
    explain: ({ term }, { settings }) => [
      {
        zh: `方案讲解后 ${settings.materialsDays} 个工作日内交付 ${settings.materials.join('、')}`,
        en: `${settings.materials.join(', ')} within ${counted(settings.materialsDays, 'working day')} of the demo`,
      },
      term && explainTerm(term()),
    ],
    next: () => ['record', 'materials'],
  },
  D3: {
    source: 'L92',
    explain: ({ start, due }) => [
      {
        zh: `${formatDay(start ?? due)} 启动后每周同步一次,${formatDay(due)} 是那周最后的工作日`,
        en: `a sync every week since ${formatDay(start ?? due)}; ${formatDay(due)} was that week's last working day`,
      },
    ],
    next: () => ['log'],
  },
  D4: {
    source: 'L94',
    explain: ({ term }, { settings }) => [
      {
        zh: `交付后 ${settings.surveyDays} 天内满意度调研`,
        en: `satisfaction survey within ${counted(settings.surveyDays, 'day')} of delivery`,
      },
      term && explainTerm(term()),
    ],
    next: () => ['record', 'satisfaction'],
  },
  D5: {
    source: 'L72',
    explain: ({ due }) => [
      {
        zh: `预计成交日期 ${formatDay(due)},还没有合同`,
        en: `expected to close on ${formatDay(due)}, no contract yet`,
      },
    ],
    next: ({ deal }) => [
      'record',
      deal.stage === 'closing' || deal.stage === 'aftercare' ? 'contract' : 'deal-figures',
    ],
  },
};
