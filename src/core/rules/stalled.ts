import { type BriefTerm, countWorkingDays } from '../calendar.ts';
import { type Clocks, countStallDays, isAgreed, ranOut, stallDayWord } from '../clocks.ts';
import { type Day, formatDay } from '../date.ts';
import type { Level } from '../finding.ts';
import { counted, type Message } from '../message.ts';
import { DEFAULT_SETTINGS, stallLimitsOf } from '../settings.ts';
import { type StallLimits, stageLabel } from '../stages.ts';
import { explainTerm } from '../term-text.ts';
import { joinSentences } from './explain.ts';
import { attemptsNote, openDeadlines } from './late.ts';
import { type Found, nextCommand, type Rule, type Subject, type TeamContext } from './rule.ts';

/** 停滞 (L20 asks for it, the numbers are ours): 未跟进, 停留, twice the usual stay; an agreed day that passed; a hold that ended. */
export const STALL_RULES: readonly Rule[] = [
  { id: 'idle', find: findIdle },
  { id: 'stay', find: findStay },
  { id: 'slow', find: findSlow },
  { id: 'agreed', find: findAgreed },
  { id: 'hold', find: findEndedHold },
];

/** 未跟进: 停滞 at the first limit, 严重 at the second. An overdue D1 stands in for the first while there was no follow-up at all. */
function findIdle(subject: Subject, context: TeamContext) {
  const { deal, clocks, held } = subject;
  if (!clocks || held || isAgreed(deal, clocks, context)) return null;
  const limits = stallLimitsOf(context.settings, clocks.stage, deal.row.intent);
  const severe = ranOut(clocks.idleSince, limits.idleSevere, context);
  const saidByD1 =
    clocks.lastFollowUp === null &&
    openDeadlines(subject, 'D1').some(({ due, legacy }) => !legacy && due < context.today);
  const term = severe ?? (saidByD1 ? null : ranOut(clocks.idleSince, limits.idleWarn, context));
  if (!term) return null;
  const limit = severe ? limits.idleSevere : limits.idleWarn;
  return stalled(subject, context, {
    level: severe ? 'severe' : 'stalled',
    term,
    next: 'log',
    explain: () => {
      const word = defaultWord(subject, context);
      const days = countStallDays(clocks.idleSince, context.today, context);
      const unit = stallDayWord(context.settings);
      const since = idleSinceWords(clocks);
      return joinSentences([
        {
          zh: `${since.zh},${days} 个${unit.zh}未跟进,超过 ${limit}${word.zh}`,
          en: `${since.en}, ${days} ${unit.en} ago; the limit is ${limit}${word.en}`,
        },
        intentNote(subject),
        attemptsNote(subject),
        agreedTooFar(subject, context),
      ]);
    },
  });
}

/** 停留 in the stage. */
function findStay(subject: Subject, context: TeamContext) {
  const { deal, clocks, held } = subject;
  if (!clocks || held) return null;
  const { stayWarn } = stallLimitsOf(context.settings, clocks.stage, deal.row.intent);
  const term = ranOut(clocks.staySince, stayWarn, context);
  if (!term) return null;
  return stalled(subject, context, {
    level: 'stalled',
    term,
    next: 'why',
    explain: () => {
      const word = defaultWord(subject, context);
      return joinSentences([
        stayWords(clocks, context, {
          zh: `超过 ${stayWarn}${word.zh}`,
          en: `the limit is ${stayWarn}${word.en}`,
        }),
        intentNote(subject),
      ]);
    },
  });
}

/** 停留 longer than twice the team's own median of the last four quarters. */
function findSlow(subject: Subject, context: TeamContext) {
  const { clocks, held } = subject;
  const usual = clocks && context.usualStays.get(clocks.stage);
  // A team that enters a week's work at one go has a median of 0: twice that says nothing.
  if (!clocks || !usual || usual.median === 0 || held) return null;
  const term = ranOut(clocks.staySince, Math.ceil(usual.median * context.settings.slowFactor), context);
  if (!term) return null;
  return stalled(subject, context, {
    level: 'stalled',
    term,
    next: 'why',
    explain: () =>
      stayWords(clocks, context, {
        zh: `超过本团队近四季中位数 ${usual.median} 的 ${context.settings.slowFactor} 倍(n=${usual.n})`,
        en: `over ${context.settings.slowFactor} times the team's median ${usual.median} of four quarters (n=${usual.n})`,
      }),
  });
}

/** 下次跟进日期: 临期 on the day, 逾期 once it passed without a follow-up on it or since. */
function findAgreed(subject: Subject, context: TeamContext): Found | null {
  const { deal, clocks, held } = subject;
  const agreed = deal.row.nextFollowUp;
  const { today, calendar } = context;
  if (!clocks || held || agreed === null || agreed > today) return null;
  if (agreed < (deal.reopened ?? agreed) || (clocks.lastFollowUp ?? agreed - 1) >= agreed) return null;
  return {
    level: agreed === today ? 'dueSoon' : 'overdue',
    due: agreed,
    workingDaysLate: countWorkingDays(calendar, agreed, today),
    words: () => ({
      explain: joinSentences([
        agreed === today
          ? {
              zh: `已约定今天 ${formatDay(agreed)} 跟进`,
              en: `a follow-up is agreed for today, ${formatDay(agreed)}`,
            }
          : {
              zh: `已约定 ${formatDay(agreed)} 跟进,之后没有跟进`,
              en: `a follow-up was agreed for ${formatDay(agreed)}, none since`,
            },
        attemptsNote(subject),
      ]),
      next: nextCommand(subject, context, 'log'),
    }),
  };
}

/** 搁置 whose date has passed: 严重 until somebody takes the deal up again. */
function findEndedHold(subject: Subject, context: TeamContext): Found | null {
  const { deal, clocks, held } = subject;
  const { hold } = deal;
  if (!clocks || !hold || held || (clocks.lastFollowUp ?? hold.until - 1) >= hold.until) return null;
  return {
    level: 'severe',
    start: hold.since,
    due: hold.until,
    workingDaysLate: countWorkingDays(context.calendar, hold.until, context.today),
    words: () => ({
      explain: {
        zh: `${formatDay(hold.since)} 搁置到 ${formatDay(hold.until)}(${hold.reason || '未写原因'}),已到期`,
        en: `put aside on ${formatDay(hold.since)} until ${formatDay(hold.until)} (${hold.reason || 'no reason given'}); that day has passed`,
      },
      next: nextCommand(subject, context, 'log'),
    }),
  };
}

interface Stall {
  readonly level: Level;
  readonly term: BriefTerm;
  readonly explain: () => Message;
  /** The verb of the command. */
  readonly next: string;
}

function stalled(subject: Subject, context: TeamContext, { level, term, explain, next }: Stall): Found {
  return {
    level,
    start: term.start,
    due: term.due,
    provisional: term.provisional,
    workingDaysLate: countWorkingDays(context.calendar, term.due, context.today),
    words: () => ({
      explain: explain(),
      counted: explainTerm(term.term()),
      next: nextCommand(subject, context, next),
    }),
    source: 'L20',
  };
}

function idleSinceWords({ lastFollowUp, idleSince }: Clocks): Message {
  const day = formatDay(idleSince);
  return lastFollowUp === idleSince
    ? { zh: `上次跟进 ${day}`, en: `last follow-up ${day}` }
    : { zh: `${day} 起还没有跟进`, en: `no follow-up since ${day}` };
}

function stayWords({ stage, staySince }: Clocks, context: TeamContext, limit: Message): Message {
  const name = stageLabel(stage);
  const days = countStallDays(staySince, context.today, context);
  const unit = stallDayWord(context.settings);
  return {
    zh: `${formatDay(staySince)} 进入「${name.zh}」,停留 ${days} 个${unit.zh},${limit.zh}`,
    en: `in ${name.en} since ${formatDay(staySince)}, ${days} ${unit.en}; ${limit.en}`,
  };
}

/** The number is ours, not the team's. */
function defaultWord({ deal, clocks }: Subject, { settings }: TeamContext): Message {
  const limits = (from: typeof settings): StallLimits | null =>
    clocks && stallLimitsOf(from, clocks.stage, deal.row.intent);
  const [own, usual] = [limits(settings), limits(DEFAULT_SETTINGS)];
  const isDefault =
    own?.idleWarn === usual?.idleWarn &&
    own?.idleSevere === usual?.idleSevere &&
    own?.stayWarn === usual?.stayWarn;
  return isDefault ? { zh: '(默认)', en: ' (default)' } : { zh: '', en: '' };
}

function intentNote({ deal, clocks }: Subject): Message | null {
  if (clocks?.stage !== 'discovery' || deal.row.intent !== null) return null;
  return { zh: '意向等级未填,按中意向算', en: 'no intent given, counted as medium' };
}

/** An agreed day to come that no longer quiets: said, so that nobody wonders. */
function agreedTooFar({ deal }: Subject, { today, settings }: TeamContext): Message | null {
  const agreed: Day | null = deal.row.nextFollowUp;
  if (agreed === null || agreed < today) return null;
  return {
    zh: `已约定 ${formatDay(agreed)},但离上次跟进超过 ${settings.maxQuietDays} 个工作日`,
    en: `agreed for ${formatDay(agreed)}, but over ${counted(settings.maxQuietDays, 'working day')} since the last follow-up`,
  };
}
