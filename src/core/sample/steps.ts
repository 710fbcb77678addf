import { addMonthsTo, type Day, formatDay } from '../date.ts';
import { gradeIntent, INTENT_WORDS } from '../intent.ts';
import { formatAmount } from '../money.ts';
import { stageInfo } from '../stages.ts';
import { complete, eventOf, expectClose, log, move, record, recordScore, type Story, text } from './story.ts';

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
  step('discovery', [1, 2], (story, day) => move(story, day, 'discovery')),
  step('contact', [0, 1], (story, day) => {
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

function step(key: string, wait: readonly [number, number], tell: Step['tell']): Step {
  return { key, wait, tell };
}
