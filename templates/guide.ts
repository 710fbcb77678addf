import { FIELDS, type FieldKey } from '../src/core/fields.ts';
import type { STAGES } from '../src/core/stages.ts';

/** The template's own sample row. It is an illustration in 使用说明 and never a live row: it would count. */
const SAMPLE: ReadonlyMap<FieldKey, string> = new Map([
  ['customer', '科技有限公司'],
  ['contact', '*总'],
  ['phone', ''],
  ['industry', '制造业'],
  ['size', '500-1000人'],
  ['tags', '需求CRM系统'],
  ['source', '行业展会'],
  ['leadDate', '2024-03-15'],
  ['stage', '商务谈判完成'],
  ['expectedClose', '2024-04-30'],
  ['amount', '15万'],
  ['owner', '*经理'],
  ['followUps', '2024-03-20:方案演示,客户关注数据安全模块;2024-03-25:确认分期付款方案'],
]);

/** How each column is filled in, in a few words. */
const HINTS: Readonly<Record<FieldKey, string>> = {
  customer: '客户公司的名称',
  contact: '姓名或称呼',
  phone: '电话或手机,按文字保存',
  industry: '如 制造业、教育',
  size: '如 100-500人',
  tags: '几个标签用顿号或逗号隔开',
  source: '从下拉中选;渠道在「设置」里增减',
  leadDate: '线索录入的日期',
  stage: '从下拉中选;最好由 funnel advance 推进,手改也会被看见',
  expectedClose: '过期未签约时变红',
  amount: '单位元;也可写 15万、10-20万、面议',
  owner: '从下拉中选;名单在「设置」里',
  followUps: '日期:内容,几条之间用分号隔开',
  id: 'funnel 自动编号,不要改',
  priority: 'A 高、B 中、C 低',
  intent: '由需求、预算、周期三项得出',
  clarity: '需求是否明确',
  budgetFit: '预算是否充足',
  cycle: '预计多久决策',
  budget: '客户说的预算,可写范围',
  concerns: '客户最在意什么',
  nextFollowUp: '约定的下一次联系',
  contractAmount: '合同上的金额,单位元',
  contractNumber: '不可重复',
  contractDate: '签订合同的日期',
  deliveryOwner: '谁负责交付',
  deliveryDate: '实际交付的日期',
  satisfaction: '1 到 5 分',
  linked: '复购、增购时的原商机编号',
  lostReason: '流失或无效的原因',
};

export const GUIDE_TITLE = '销售漏斗工作簿 · 使用说明';

/** Sheet and what it is for. */
export const GUIDE_SHEETS: readonly (readonly [string, string])[] = [
  ['客户信息跟踪表', '一行一个商机。可以排序、筛选、上色、加自己的列。'],
  ['线索信息表', '每条线索录入时的样子,包括筛掉的;由 funnel 写入。'],
  ['过程记录', '每件事一行,只增不改;阶段、期限、转化率都由它得出。'],
  ['销售阶段转化率统计表', '各期的转化率;由 funnel report 写入。'],
  ['销售目标', '年、季、月的目标及所需商机数。'],
  ['设置', '期限、渠道、名单、推进条件;删掉的行按默认值。'],
];

/** What to do, in order. */
export const GUIDE_STEPS: readonly string[] = [
  '1. 在「设置」填团队名称和销售负责人名单,按需要调整期限和渠道。',
  '2. 录入线索: funnel add-lead',
  '3. 每次联系之后: funnel log 客户名 "打了电话,约下周演示"',
  '4. 推进阶段: funnel why 客户名 看缺什么, funnel record 补上, funnel advance 推进',
  '5. 每天看谁逾期、谁停滞: funnel check',
  '6. 每季看转化率: funnel report --quarter last',
  '7. 写错了: funnel undo',
];

/** Colour of 当前阶段 in 客户信息跟踪表, by stage: ARGB. */
export const STAGE_COLORS: Readonly<Record<(typeof STAGES)[number]['key'], string>> = {
  lead: 'FFF2F2F2',
  discovery: 'FFDDEBF7',
  proposal: 'FFE4DFEC',
  negotiation: 'FFFFF2CC',
  closing: 'FFE2EFDA',
  aftercare: 'FFD9EAD3',
  pool: 'FFC6E0B4',
  lost: 'FFD9D9D9',
  invalid: 'FFD9D9D9',
};

/** Every column: header, the sample's value, how to fill it in. */
export function guideColumns(): readonly (readonly [string, string, string])[] {
  return FIELDS.map(({ key, header }) => [header.zh, SAMPLE.get(key) ?? '', HINTS[key]]);
}
