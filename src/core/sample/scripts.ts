import { addWorkingDays, type Calendar, isWorkingDay } from '../calendar.ts';
import { type Day, formatDay } from '../date.ts';
import { picker } from './people.ts';
import { STEPS } from './steps.ts';
import { expectClose, hold, log, move, recordScore, type Story, stepBack } from './story.ts';

/** What is to happen to one 商机. */
export interface Script {
  readonly created: Day;
  readonly seed: number;
  /** Working days before each step of STEPS. */
  readonly waits: readonly number[];
  /** The last step that happens; the whole way if absent. */
  readonly stop?: string;
  /** Working days from that step to its end, and the end. */
  readonly ending?: { readonly wait: number; tell(story: Story, day: Day): void };
  readonly amount?: null;
  readonly owner?: '';
  /** Nobody writes to it in the pool. */
  readonly silent?: true;
}

const LOSSES: readonly (readonly [stop: string, reason: string])[] = [
  ['enter', '联系方式错误'],
  ['discovery', '需求不符'],
  ['contact', '失联'],
  ['visit', '预算取消'],
  ['survey', '需求变化'],
  ['intent', '失联'],
  ['offer', '价格'],
  ['demo', '竞争对手'],
  ['materials', '产品不满足'],
  ['objections', '价格'],
  ['terms', '关键人变动'],
];

/** A lead about every week and a half: seven in ten are lost on the way, the others go on as far as the time allows. */
export function usualScripts(asOf: Day, calendar: Calendar): Script[] {
  return Array.from({ length: USUAL }, (_, index): Script => {
    const seed = index + 1;
    const pick = picker(seed);
    const created = workingDayBefore(calendar, asOf - 358 + Math.round((index * 350) / USUAL) + pick(5));
    // One in eight is called too late.
    const waits = STEPS.map(
      ({ key, wait: [from, to] }) =>
        from + pick(to - from + 1) + (key === 'discovery' && index % 8 === 3 ? 4 : 0),
    );
    const [stop, reason] = (pick(10) < 7 ? LOSSES[(index * 7) % LOSSES.length] : undefined) ?? [];
    if (stop === undefined || reason === undefined) return { created, seed, waits };
    const to = stop === 'enter' || stop === 'discovery' ? 'invalid' : 'lost';
    return {
      created,
      seed,
      waits,
      stop,
      ending: { wait: 2 + pick(4), tell: (story, day) => move(story, day, to, reason) },
    };
  });
}

const USUAL = 52;

/** One of each thing the rules speak about, seen from `asOf`: `ago` working days after its last step. */
export function specialScripts(asOf: Day, calendar: Calendar): Script[] {
  const later = (days: number) => addWorkingDays(calendar, asOf, days).due;
  const specials: readonly (readonly [stop: string, ago: number, more?: Partial<Script>])[] = [
    ['enter', 0],
    ['enter', 2],
    ['enter', 5],
    ['enter', 9],
    ['intent', 8],
    ['survey', 24],
    ['visit', 1, { owner: '' }],
    [
      'contact',
      4,
      { ending: { wait: 1, tell: (story, day) => story.cells.set('nextFollowUp', { kind: 'date', day }) } },
    ],
    [
      'survey',
      12,
      { ending: { wait: 6, tell: (story, day) => hold(story, day, later(15), '客户年度预算未批') } },
    ],
    ['demo', 6],
    ['concerns', 3],
    ['objections', 13],
    ['letter', 2, { amount: null }],
    ['review', 12, { ending: { wait: 10, tell: (story, day) => postpone(story, day, calendar) } }],
    ['aftercare', 12],
    ['delivery', 11],
    ['delivery', 6, { ending: { wait: 4, tell: (story, day) => askForMeasure(story, day, later(4)) } }],
    ['pool', 75, { silent: true }],
    [
      'terms',
      20,
      {
        ending: {
          wait: 3,
          tell: (story, day) => loseAndReopen(story, day, addWorkingDays(calendar, day, 14).due),
        },
      },
    ],
    ['call', 3, { ending: { wait: 1, tell: (story, day) => stepBack(story, day, '需求有变,重新调研') } }],
    ['intent', 3, { ending: { wait: 1, tell: forceOn } }],
  ];
  return specials.map(([stop, ago, more = {}], index): Script => {
    const seed = 100 + index;
    const waits = STEPS.map(({ wait: [from] }) => from);
    const last = STEPS.findIndex(({ key }) => key === stop);
    const length = waits.slice(0, last + 1).reduce((sum, wait) => sum + wait, 0) + ago;
    return { created: workingDaysBefore(calendar, asOf, length), seed, waits, stop, ...more };
  });
}

/** 预计成交日期 brought forward, then put off three times; the last one has passed. */
function postpone(story: Story, day: Day, calendar: Calendar): void {
  for (const [back, close] of POSTPONED) {
    const on = workingDaysBefore(calendar, day, back);
    expectClose(story, on, day + close);
    log(story, on, '电话', back === 9 ? '客户想提前签' : '客户说再等几天');
  }
}

const POSTPONED = [
  [9, -4],
  [6, -2],
  [3, 0],
  [0, 1],
] as const;

/** A score below the mark: what will be done, and when it is looked at again. */
function askForMeasure(story: Story, day: Day, next: Day): void {
  recordScore(story, day, 3, '培训不够', {
    '--measure': '加派工程师驻场',
    '--responsible': '周工',
    '--next': formatDay(next),
  });
  story.cells.set('nextFollowUp', { kind: 'date', day: next });
}

function loseAndReopen(story: Story, day: Day, back: Day): void {
  move(story, day, 'lost', '预算取消');
  move(story, back, 'negotiation', '预算恢复');
  log(story, back, '电话', '预算恢复,重新谈');
}

function forceOn(story: Story, day: Day): void {
  move(story, day, 'proposal');
  log(story, day, '会议', '客户要求直接报价');
  move(story, day, 'negotiation', '客户要求直接报价', 'forced');
}

/** `day`, or the last working day before it. */
export function workingDayBefore(calendar: Calendar, day: Day): Day {
  return isWorkingDay(calendar, day) ? day : workingDaysBefore(calendar, day, 1);
}

function workingDaysBefore(calendar: Calendar, day: Day, n: number): Day {
  let found = day;
  for (let left = n; left > 0; ) {
    found -= 1;
    if (isWorkingDay(calendar, found)) left -= 1;
  }
  return found;
}
