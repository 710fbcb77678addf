import { addWorkingDays, type Calendar, isWorkingDay, lastWorkingDayOfWeek } from './calendar.ts';
import { addMonthsTo, type Day, formatDay, mondayOf } from './date.ts';
import type { NewEvent } from './event.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { moveType } from './fold.ts';
import { appendFollowUp } from './follow-ups.ts';
import { gradeIntent, INTENT_WORDS } from './intent.ts';
import { type ItemKey, itemInfo } from './items.ts';
import { formatAmount } from './money.ts';
import type { CellInput } from './sheet.ts';
import { type StageKey, stageInfo } from './stages.ts';

/** One invented 商机 while it is being told: what its row and the log will hold. */
export interface Story {
  readonly id: string;
  readonly customer: string;
  readonly contact: string;
  readonly owner: string;
  /** 分; null: 面议. */
  readonly amount: number | null;
  readonly intent: readonly [clarity: string, budgetFit: string, cycle: string];
  /** The same for every run: between 0 and `below` − 1. */
  pick(below: number): number;
  readonly events: NewEvent[];
  readonly cells: Map<FieldKey, CellInput>;
  stage: StageKey;
  expectedClose: Day | null;
  followUps: string;
}

export interface Step {
  readonly key: string;
  /** Working days after the step before: from, to. */
  readonly wait: readonly [number, number];
  tell(story: Story, day: Day): void;
}

/** What happens to a deal that goes all the way, in order. Every gate is recorded before it is passed. */
export const STEPS: readonly Step[] = [
  step('enter', [0, 0], (story, day) => {
    story.events.push(eventOf(story, day, { type: 'created', to: 'lead' }));
    story.cells.set('stage', text(stageInfo('lead').name.zh));
    record(story, day, 'screened', {}, '行业规模预算相符');
  }),
  step('discovery', [1, 1], (story, day) => move(story, day, 'discovery')),
  step('contact', [0, 2], (story, day) => {
    const note = ['初步反馈有兴趣', '约了下周详谈', '正在比较几家', '先要一份介绍'][story.pick(4)] ?? '';
    log(story, day, ['电话', '邮件', '拜访'][story.pick(3)] ?? '电话', note, 'first-contact');
  }),
  step('visit', [2, 4], (story, day) => log(story, day, '拜访', `和${story.contact}当面了解现状`)),
  step('survey', [1, 3], (story, day) => {
    record(story, day, 'survey', {
      '--pain': ['报表靠手工', '客户资料散在各人手里', '跟进容易遗漏', '撞单常有争执'][story.pick(4)] ?? '',
      '--timeline': ['年底前上线', '下季度启动', '预算批下来就办'][story.pick(3)] ?? '',
      '--deciders': `${story.contact}(决策) 王工(技术)`,
      '--needs': ['提升团队协作效率', '自动出转化报表', '移动端录入'][story.pick(3)] ?? '',
    });
    log(story, day, '会议', '完成需求调研');
  }),
  step('intent', [0, 1], (story, day) => {
    const [clarity, budgetFit, cycle] = story.intent;
    const grade = gradeIntent(clarity, budgetFit, cycle);
    record(
      story,
      day,
      'intent',
      { '--clarity': clarity, '--budget-fit': budgetFit, '--cycle': cycle },
      grade?.reason.zh,
    );
    story.cells.set('intent', text(grade ? INTENT_WORDS[grade.intent].zh : ''));
    expectClose(story, day, addMonthsTo(day, 2));
    complete(story);
  }),
  step('proposal', [1, 2], (story, day) => move(story, day, 'proposal')),
  step('call', [1, 2], (story, day) => log(story, day, '电话', '确认方案范围')),
  step('offer', [1, 3], (story, day) =>
    record(story, day, 'proposal', { '--parts': '需求匹配点,实施流程,预期效果,报价明细' }),
  ),
  step('demo', [1, 2], (story, day) => {
    const mode = story.pick(2) === 0 ? '线上' : '线下';
    record(
      story,
      day,
      'demo',
      { '--mode': mode },
      ['客户关注数据安全', '客户关注实施周期', '客户关注售后响应'][story.pick(3)],
    );
  }),
  step('materials', [1, 2], (story, day) => {
    record(story, day, 'materials', { '--parts': '演示PPT,案例集,合同模板' });
    log(story, day, '邮件', '资料已发,请内部传阅');
  }),
  step('concerns', [0, 1], (story, day) => {
    const concern = ['数据安全', '实施周期', '售后响应', '与ERP对接'][story.pick(4)] ?? '';
    record(story, day, 'concerns', {}, concern);
    story.cells.set('concerns', text(concern));
    complete(story);
  }),
  step('negotiation', [1, 1], (story, day) => move(story, day, 'negotiation')),
  step('objections', [1, 3], (story, day) => {
    const [objection, answer] = OBJECTIONS[story.pick(OBJECTIONS.length)] ?? ['', ''];
    record(story, day, 'objections', { '--objection': objection, '--answer': answer, '--by': story.owner });
    log(story, day, '会议', `答复异议:${objection}`);
  }),
  step('terms', [2, 4], (story, day) => {
    record(story, day, 'terms', { '--parts': '价格,付款方式,服务标准,违约责任' });
    log(story, day, '电话', '四项条款已谈妥');
  }),
  step('letter', [1, 3], (story, day) => {
    record(story, day, 'letter-of-intent', { '--signer': story.contact });
    log(story, day, '拜访', '当面签了意向书');
  }),
  step('figures', [0, 1], (story, day) => {
    const fen = story.amount ?? 0;
    expectClose(story, day, day + 21);
    record(story, day, 'deal-figures', {
      '--close': formatDay(day + 21),
      '--amount': formatAmount(fen, 'zh'),
    });
    story.cells.set('contractAmount', { kind: 'money', fen });
    complete(story);
  }),
  step('closing', [0, 1], (story, day) => move(story, day, 'closing')),
  step('review', [1, 3], (story, day) => {
    record(story, day, 'legal-review', {}, '与意向书一致');
    log(story, day, '邮件', '合同终稿已发');
  }),
  step('contract', [1, 4], (story, day) => {
    record(story, day, 'contract', { '--number': `HT-${story.id.slice(1)}` });
    story.cells.set('contractDate', { kind: 'date', day });
    story.cells.set('stage', text('已签约'));
    log(story, day, '拜访', '合同双方盖章');
  }),
  step('handover', [0, 2], (story, day) =>
    record(story, day, 'handover', { '--parts': '客户信息,合同详情,需求文档' }),
  ),
  step('kickoff', [1, 2], (story, day) => {
    record(story, day, 'kickoff', { '--milestones': `${formatDay(day + 30)} 上线`, '--responsible': '周工' });
    complete(story);
  }),
  step('aftercare', [0, 1], (story, day) => move(story, day, 'aftercare')),
  step('delivery', [18, 28], (story, day) => {
    record(story, day, 'delivery', {});
    story.cells.set('deliveryDate', { kind: 'date', day });
  }),
  step('satisfaction', [3, 5], (story, day) => recordScore(story, day, 4 + story.pick(2), '实施顺利')),
  step('pool', [0, 2], (story, day) => move(story, day, 'pool')),
];

const OBJECTIONS = [
  ['报价高于预算', '分期付款'],
  ['担心实施影响生产', '分车间上线'],
  ['已有旧系统', '提供数据迁移'],
] as const;

/** The weekly 同步 of D3 from the week after kick-off, up to and without `until`. */
export function syncWeekly(story: Story, kickoff: Day, until: Day, calendar: Calendar): void {
  for (let monday = mondayOf(kickoff) + 7; monday < until; monday += 7) {
    const last = lastWorkingDayOfWeek(calendar, monday);
    if (last === null) continue;
    const day = isWorkingDay(calendar, monday + 2) ? monday + 2 : last;
    if (day < until)
      log(
        story,
        day,
        '同步',
        ['进度正常', '基础数据已导入', '培训完成一场', '等客户确认字段'][story.pick(4)] ?? '',
      );
  }
}

/** A word to the customers of the pool every two months. */
export function pushPool(story: Story, entered: Day, until: Day, calendar: Calendar): void {
  for (
    let day = addWorkingDays(calendar, entered, 42).due;
    day <= until;
    day = addWorkingDays(calendar, day, 42).due
  ) {
    log(story, day, '推送', '新版本说明');
  }
}

/** A follow-up: in the log and in the cell. */
export function log(story: Story, day: Day, kind: string, note: string, item: ItemKey | null = null): void {
  story.events.push(eventOf(story, day, { type: 'followup', item, values: new Map([['方式', kind]]), note }));
  story.followUps = appendFollowUp(story.followUps, day, note, false);
}

export function move(story: Story, day: Day, to: StageKey, reason = '', mark: 'forced' | null = null): void {
  const values = new Map(reason === '' ? [] : [['原因', reason]]);
  const marks = new Set(mark === null ? [] : [mark]);
  story.events.push(
    eventOf(story, day, { type: moveType(story.stage, to), from: story.stage, to, values, marks }),
  );
  story.stage = to;
  story.cells.set('stage', text(stageInfo(to).name.zh));
  if (to === 'lost' || to === 'invalid') story.cells.set('lostReason', text(reason));
}

/** Back to 需求挖掘, whose gate had been complete. */
export function stepBack(story: Story, day: Day, reason: string): void {
  move(story, day, 'discovery', reason);
  complete(story);
}

/** 预计成交日期, with the 修改 event a changed one leaves. */
export function expectClose(story: Story, day: Day, close: Day): void {
  if (story.expectedClose !== null && story.expectedClose !== close) {
    const values = new Map([
      ['列', fieldInfo('expectedClose').header.zh],
      ['原值', formatDay(story.expectedClose)],
      ['新值', formatDay(close)],
    ]);
    story.events.push(eventOf(story, day, { type: 'edited', values }));
  }
  story.expectedClose = close;
  story.cells.set('expectedClose', { kind: 'date', day: close });
}

/** `more`: what is done about a low one. */
export function recordScore(
  story: Story,
  day: Day,
  score: number,
  note: string,
  more: Readonly<Record<string, string>> = {},
): void {
  record(story, day, 'satisfaction', { '--score': String(score), ...more }, note);
  story.cells.set('satisfaction', { kind: 'number', value: score });
}

/** 搁置 until a day. */
export function hold(story: Story, day: Day, until: Day, reason: string): void {
  story.events.push(
    eventOf(story, day, {
      type: 'held',
      values: new Map([
        ['至', formatDay(until)],
        ['原因', reason],
      ]),
    }),
  );
}

/** An item's event, its values under their labels; those that live in a text column stand there too. */
function record(
  story: Story,
  day: Day,
  item: ItemKey,
  values: Readonly<Record<string, string>>,
  note = '',
): void {
  const flags = itemInfo(item).flags.filter(({ flag }) => values[flag] !== undefined);
  story.events.push(
    eventOf(story, day, {
      type: 'item',
      item,
      values: new Map(flags.map(({ flag, label }) => [label.zh, values[flag] ?? ''])),
      note,
    }),
  );
  for (const { flag, column } of flags) {
    if (column !== null && ['text', 'choice'].includes(fieldInfo(column).kind))
      story.cells.set(column, text(values[flag] ?? ''));
  }
}

/** 当前阶段 says that the gate is complete, where the stage has a word for it. */
function complete(story: Story): void {
  const word = stageInfo(story.stage).completeWord;
  if (word !== null) story.cells.set('stage', text(word));
}

function eventOf(story: Story, date: Day, event: Pick<NewEvent, 'type'> & Partial<NewEvent>): NewEvent {
  return {
    date,
    dealId: story.id,
    customer: story.customer,
    from: null,
    to: null,
    item: null,
    values: new Map(),
    note: '',
    evidence: '',
    marks: new Set(),
    by: story.owner,
    ...event,
  };
}

export function text(value: string): CellInput {
  return { kind: 'text', text: value };
}

function step(key: string, wait: readonly [number, number], tell: Step['tell']): Step {
  return { key, wait, tell };
}
