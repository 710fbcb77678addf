import type { Book } from './book.ts';
import { addWorkingDays, type Calendar, isWorkingDay } from './calendar.ts';
import { type Day, formatDay } from './date.ts';
import type { Decision, LeadEntry, NewRow } from './decision.ts';
import type { FieldKey } from './fields.ts';
import { nextDealId, takenIds } from './ids.ts';
import {
  expectClose,
  hold,
  log,
  move,
  pushPool,
  recordScore,
  STEPS,
  type Story,
  stepBack,
  syncWeekly,
  text,
} from './sample-story.ts';
import type { CellInput } from './sheet.ts';

/**
 * An invented team for `init --sample`: four salespeople and some seventy 商机 over the year that ends on `asOf`, told
 * forward by working days and cut off there. The same day gives the same team; nothing lies after it. Companies and
 * people do not exist.
 */
export function sampleDecision(book: Book, asOf: Day, calendar: Calendar): Decision {
  const taken = takenIds(book);
  const scripts = [...usualScripts(asOf, calendar), ...specialScripts(asOf, calendar)].sort(
    (a, b) => a.created - b.created,
  );
  const stories = scripts.map((script, index) =>
    tellStory(script, index, nextDealId(taken, script.created), asOf, calendar),
  );
  const events = stories.flatMap((story) => story.events).sort((a, b) => a.date - b.date);
  return {
    ids: stories.map(({ id }) => id),
    events: events.map((event, index) => ({ ...event, recordedAt: recordedAt(event.date, index) })),
    fields: [],
    newRows: stories.map((story): NewRow => ({ cells: story.cells, own: new Map() })),
    leads: [...stories.map(leadEntry), ...screenedOut(asOf, calendar)],
    notes: [],
  };
}

/** What is to happen to one 商机. */
interface Script {
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

/** A lead about every week and a half: three in five are lost on the way, the others go on as far as the time allows. */
function usualScripts(asOf: Day, calendar: Calendar): Script[] {
  return Array.from({ length: USUAL }, (_, index): Script => {
    const seed = index + 1;
    const pick = picker(seed);
    const created = workingDayBefore(calendar, asOf - 358 + Math.round((index * 350) / USUAL) + pick(5));
    // One in eight is called too late.
    const waits = STEPS.map(
      ({ key, wait: [from, to] }) =>
        from + pick(to - from + 1) + (key === 'discovery' && index % 8 === 3 ? 4 : 0),
    );
    const [stop, reason] = (pick(5) < 3 ? LOSSES[(index * 7) % LOSSES.length] : undefined) ?? [];
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
function specialScripts(asOf: Day, calendar: Calendar): Script[] {
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
    ['review', 4, { ending: { wait: 2, tell: postpone } }],
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

/** 预计成交日期 put off three times, the last one past already. */
function postpone(story: Story, day: Day): void {
  for (const back of [12, 8, 1]) expectClose(story, day, day - back);
}

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

/** Tells one 商机 step by step until its script, or the time, ends. */
function tellStory(script: Script, index: number, id: string, asOf: Day, calendar: Calendar): Story {
  const story = newStory(script, index, id);
  let day = script.created;
  let ended = false;
  for (const [at, step] of STEPS.entries()) {
    const next = addWorkingDays(calendar, day, script.waits[at] ?? 0).due;
    if (step.key === 'delivery') syncWeekly(story, day, Math.min(next, asOf + 1), calendar);
    if (next > asOf) {
      // What is agreed with the customer next, in every other case.
      if (story.pick(2) === 0) story.cells.set('nextFollowUp', { kind: 'date', day: next });
      break;
    }
    day = next;
    step.tell(story, day);
    ended = step.key === script.stop;
    if (ended) break;
  }
  if (ended && script.ending) {
    const end = addWorkingDays(calendar, day, script.ending.wait).due;
    if (end <= asOf) script.ending.tell(story, end);
  }
  if (story.stage === 'pool' && !script.silent) pushPool(story, day, asOf, calendar);
  story.cells.set('followUps', text(story.followUps));
  return story;
}

const OWNERS = ['王芳', '李强', '陈静', '赵磊'];
const SURNAMES = ['李', '张', '刘', '周', '吴', '郑', '孙', '朱', '何', '高', '林', '罗'];
const TITLES = ['总', '经理', '主任'];
const BRANDS = { first: '启恒远博鼎瑞宏信泰', second: '帆岳川泽辰诚骏禾澜' };
const TRADES = [
  ['机械', '制造业'],
  ['电子', '电子'],
  ['食品', '食品'],
  ['物流', '物流'],
  ['医疗器械', '医疗'],
  ['包装', '制造业'],
  ['软件', '信息技术'],
  ['建材', '建筑'],
] as const;
const SIZES = ['50-100人', '100-500人', '500-1000人', '1000人以上'];
const CHANNELS = [
  ['行业展会', 'A'],
  ['官网表单', 'B'],
  ['合作伙伴推荐', 'A'],
  ['官网表单', 'B'],
  ['行业展会', 'A'],
  ['电话开发', 'C'],
] as const;
const AMOUNTS = [8, 12, 15, 18, 20, 25, 30, 36, 45, 60];
const NEEDS = ['需要CRM系统', '需要ERP对接', '需要报表系统', '需要移动端'];
const INTENTS = [
  ['明确', '充足', '≤1个月'],
  ['明确', '待确认', '1-3个月'],
  ['部分明确', '充足', '1-3个月'],
  ['明确', '充足', '1-3个月'],
  ['部分明确', '未定', '>3个月'],
] as const;

function newStory(script: Script, index: number, id: string): Story {
  const pick = picker(script.seed);
  const [trade, industry] = at(TRADES, pick(TRADES.length));
  const { first, second } = BRANDS;
  const brand = `${first[Math.floor(index / second.length) % first.length]}${second[index % second.length]}`;
  const customer = `${brand}${trade}有限公司`;
  const contact = `${at(SURNAMES, pick(SURNAMES.length))}${at(TITLES, pick(TITLES.length))}`;
  const owner = script.owner ?? at(OWNERS, pick(OWNERS.length));
  const [source, priority] = at(CHANNELS, pick(CHANNELS.length));
  const wan = at(AMOUNTS, pick(AMOUNTS.length));
  const budget = `${wan - Math.ceil(wan / 5)}-${wan + Math.ceil(wan / 5)}万`;
  const amount = script.amount === null ? null : wan * 1_000_000;
  const texts: readonly (readonly [FieldKey, string])[] = [
    ['customer', customer],
    ['contact', contact],
    ['phone', `1380000${String(1000 + index * 37)}`],
    ['industry', industry],
    ['size', at(SIZES, pick(SIZES.length))],
    ['tags', `${at(NEEDS, pick(NEEDS.length))},预算${budget}`],
    ['source', source],
    ['owner', owner],
    ['id', id],
    ['priority', priority],
    ['budget', budget],
  ];
  const cells = new Map<FieldKey, CellInput>(
    texts.filter(([, value]) => value !== '').map(([field, value]) => [field, text(value)]),
  );
  cells.set('leadDate', { kind: 'date', day: script.created });
  cells.set('amount', amount === null ? text('面议') : { kind: 'money', fen: amount });
  const intent = at(INTENTS, pick(INTENTS.length));
  return {
    id,
    customer,
    contact,
    owner: owner || at(OWNERS, 0),
    amount,
    intent,
    pick,
    events: [],
    cells,
    stage: 'lead',
    expectedClose: null,
    followUps: '',
  };
}

const LEAD_COLUMNS: readonly (readonly [header: string, field: FieldKey])[] = [
  ['客户名称', 'customer'],
  ['联系人', 'contact'],
  ['联系方式', 'phone'],
  ['所属行业', 'industry'],
  ['客户规模', 'size'],
  ['预算范围', 'budget'],
  ['需求标签', 'tags'],
  ['来源渠道', 'source'],
  ['来源优先级', 'priority'],
  ['录入日期', 'leadDate'],
  ['商机编号', 'id'],
];

function leadEntry({ cells }: Story): LeadEntry {
  const entry = LEAD_COLUMNS.flatMap(([header, field]) => {
    const input = cells.get(field);
    return input ? [[header, input] as const] : [];
  });
  return new Map([...entry, ['筛选结果', text('通过')]]);
}

/** Leads that were screened out at entry: filed with their reason, no 商机. */
function screenedOut(asOf: Day, calendar: Calendar): LeadEntry[] {
  return [
    ['泽远贸易有限公司', '需求不符', 130],
    ['诚泰商行', '联系方式错误', 75],
    ['禾信工作室', '需求不符', 20],
  ].map(
    ([customer, reason, back]) =>
      new Map([
        ['客户名称', text(String(customer))],
        ['来源渠道', text('官网表单')],
        ['来源优先级', text('B')],
        ['录入日期', { kind: 'date', day: workingDayBefore(calendar, asOf - Number(back)) }],
        ['筛选结果', text('剔除')],
        ['无效原因', text(String(reason))],
      ]),
  );
}

/** Recorded on its day, in the order of the log. */
function recordedAt(day: Day, index: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${formatDay(day)} ${two(9 + (Math.floor(index / 3600) % 9))}:${two(Math.floor(index / 60) % 60)}:${two(index % 60)}`;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index % list.length];
  if (value === undefined) throw new Error('an empty list');
  return value;
}

/** `day`, or the last working day before it. */
function workingDayBefore(calendar: Calendar, day: Day): Day {
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

/** Small numbers that look drawn and are not (mulberry32): the same seed gives the same ones. */
function picker(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
