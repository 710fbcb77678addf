import type { Level, RuleId } from '../finding.ts';
import type { Message } from '../message.ts';

/** Levels as people read them. */
export const LEVEL_NAMES: Readonly<Record<Level, Message>> = {
  severe: { zh: '严重', en: 'severe' },
  overdue: { zh: '逾期', en: 'overdue' },
  stalled: { zh: '停滞', en: 'stalled' },
  dueSoon: { zh: '临期', en: 'due soon' },
  data: { zh: '资料待补', en: 'data' },
};

/** What each rule is about, in two or three words. */
export const RULE_NAMES: Readonly<Record<RuleId, Message>> = {
  D1: { zh: '首次接触', en: 'first contact' },
  D2: { zh: '资料交付', en: 'materials' },
  D3: { zh: '每周同步', en: 'weekly sync' },
  D4: { zh: '满意度调研', en: 'survey' },
  D5: { zh: '预计成交', en: 'expected close' },
  idle: { zh: '未跟进', en: 'no follow-up' },
  stay: { zh: '停留过久', en: 'long in stage' },
  slow: { zh: '慢于常态', en: 'slow' },
  agreed: { zh: '约定跟进', en: 'agreed follow-up' },
  hold: { zh: '搁置到期', en: 'hold ended' },
  'no-owner': { zh: '缺负责人', en: 'no owner' },
  'no-amount': { zh: '缺金额', en: 'no amount' },
  'no-close': { zh: '缺成交日期', en: 'no close date' },
  'no-unit': { zh: '金额缺单位', en: 'no unit' },
  unread: { zh: '读不懂', en: 'unreadable' },
  'unknown-stage': { zh: '阶段不认识', en: 'unknown stage' },
  'bad-setting': { zh: '设置不能用', en: 'bad setting' },
  drift: { zh: '手工改阶段', en: 'hand-made move' },
  'duplicate-id': { zh: '编号重复', en: 'duplicate ID' },
  'future-entry': { zh: '未来的跟进', en: 'future follow-up' },
  'two-owners': { zh: '撞单', en: 'two owners' },
  'two-teams': { zh: '两个团队', en: 'two teams' },
  'deleted-row': { zh: '行被删除', en: 'deleted row' },
  unbalanced: { zh: '表不平', en: 'unbalanced' },
  'event-order': { zh: '记录顺序', en: 'event order' },
  overwritten: { zh: '记录被覆盖', en: 'overwritten' },
};
