import { CYCLES } from './intent.ts';
import type { Message } from './message.ts';

/**
 * THE OTHER TABLE: every column of 客户信息跟踪表: its key, headers, aliases and how a cell of it is read.
 * The first thirteen are the template's 表1, in its order; the rest are ours, to their right.
 */

export type FieldKey =
  | 'customer'
  | 'contact'
  | 'phone'
  | 'industry'
  | 'size'
  | 'tags'
  | 'source'
  | 'leadDate'
  | 'stage'
  | 'expectedClose'
  | 'amount'
  | 'owner'
  | 'followUps'
  | 'id'
  | 'priority'
  | 'intent'
  | 'clarity'
  | 'budgetFit'
  | 'cycle'
  | 'budget'
  | 'concerns'
  | 'nextFollowUp'
  | 'contractAmount'
  | 'contractNumber'
  | 'contractDate'
  | 'deliveryOwner'
  | 'deliveryDate'
  | 'satisfaction'
  | 'linked'
  | 'lostReason';

/** How a cell is read and written. `amount` may be a range (10-20万); `choice` is one of `words`. */
export type FieldKind =
  | 'text'
  | 'tags'
  | 'date'
  | 'stage'
  | 'amount'
  | 'followUps'
  | 'choice'
  | 'score'
  | 'id';

export interface FieldInfo {
  readonly key: FieldKey;
  /** The Chinese header is what new sheets carry. */
  readonly header: Message;
  readonly aliases: readonly string[];
  readonly kind: FieldKind;
  /** For `choice`. */
  readonly words: readonly string[];
  /** One of the template's thirteen. */
  readonly template: boolean;
  /** The name in `--json` (3.4), where it has one there. */
  readonly jsonKey: string | null;
}

function field(
  key: FieldKey,
  zh: string,
  en: string,
  kind: FieldKind,
  aliases: readonly string[],
  more: Partial<Pick<FieldInfo, 'words' | 'template' | 'jsonKey'>> = {},
): FieldInfo {
  return { key, header: { zh, en }, aliases, kind, words: [], template: false, jsonKey: null, ...more };
}

export const FIELDS: readonly FieldInfo[] = [
  field(
    'customer',
    '客户名称',
    'Customer',
    'text',
    ['客户', '公司名称', '公司', '项目名称', '项目', '企业名称', '单位名称', 'Account', 'Company'],
    { template: true, jsonKey: 'customer' },
  ),
  field(
    'contact',
    '联系人',
    'Contact',
    'text',
    ['姓名', '联系人姓名', '客户联系人', 'Name', 'Contact name'],
    { template: true, jsonKey: 'contact' },
  ),
  field(
    'phone',
    '联系方式',
    'Phone',
    'text',
    ['电话', '手机', '手机号', '手机号码', '联系电话', '电话号码', 'Mobile', 'Tel', 'Telephone'],
    { template: true, jsonKey: 'phone' },
  ),
  field('industry', '所属行业', 'Industry', 'text', ['行业'], { template: true, jsonKey: 'industry' }),
  field('size', '客户规模', 'Size', 'text', ['规模', '公司规模', '企业规模', 'Company size', 'Employees'], {
    template: true,
    jsonKey: 'size',
  }),
  field('tags', '需求标签', 'Tags', 'tags', ['需求', '客户需求', '标签', 'Needs'], {
    template: true,
    jsonKey: 'tags',
  }),
  field(
    'source',
    '来源渠道',
    'Source',
    'text',
    ['来源', '渠道', '线索来源', '客户来源', 'Lead source', 'Channel'],
    { template: true, jsonKey: 'source' },
  ),
  field(
    'leadDate',
    '线索录入日期',
    'Lead date',
    'date',
    ['录入日期', '日期', '登记日期', '创建日期', '录入时间', 'Date', 'Created'],
    { template: true, jsonKey: 'leadDate' },
  ),
  field(
    'stage',
    '当前阶段',
    'Stage',
    'stage',
    ['阶段', '状态', '销售阶段', '当前状态', '跟进阶段', 'Status'],
    { template: true, jsonKey: 'stage' },
  ),
  field(
    'expectedClose',
    '预计成交日期',
    'Expected close',
    'date',
    ['预计成交', '预计签约日期', '预计成交时间', 'Close date'],
    { template: true, jsonKey: 'expectedClose' },
  ),
  field(
    'amount',
    '预计金额',
    'Amount',
    'amount',
    ['金额', '预计成交金额', '商机金额', '预估金额', 'Expected amount'],
    { template: true, jsonKey: 'amount' },
  ),
  field(
    'owner',
    '销售负责人',
    'Owner',
    'text',
    ['负责人', '销售', '业务员', '跟进人', '销售人员', 'Sales', 'Salesperson'],
    { template: true, jsonKey: 'owner' },
  ),
  field(
    'followUps',
    '跟进记录',
    'Follow-ups',
    'followUps',
    ['跟进', '跟进情况', '跟进内容', '沟通记录', 'Notes', 'Activity'],
    { template: true },
  ),
  field('id', '商机编号', 'Deal ID', 'id', ['编号', 'ID'], { jsonKey: 'id' }),
  field('priority', '来源优先级', 'Source priority', 'choice', ['优先级', 'Priority'], {
    words: ['A', 'B', 'C'],
    jsonKey: 'priority',
  }),
  field('intent', '意向等级', 'Intent', 'choice', ['意向', '意向程度'], {
    words: ['高意向', '中意向', '低意向'],
    jsonKey: 'intent',
  }),
  field('clarity', '需求明确度', 'Clarity', 'choice', [], { words: ['明确', '部分明确', '模糊'] }),
  field('budgetFit', '预算匹配度', 'Budget fit', 'choice', [], { words: ['充足', '待确认', '未定'] }),
  field('cycle', '决策周期', 'Decision cycle', 'choice', ['决策紧迫度'], {
    words: CYCLES,
  }),
  field('budget', '预算范围', 'Budget', 'amount', ['预算', '客户预算']),
  field('concerns', '客户关注点', 'Concerns', 'text', ['关注点']),
  field(
    'nextFollowUp',
    '下次跟进日期',
    'Next follow-up',
    'date',
    ['下次跟进', '下次跟进时间', '下次联系日期'],
    { jsonKey: 'nextFollowUp' },
  ),
  field('contractAmount', '合同金额', 'Contract amount', 'amount', ['签约金额', '成交金额']),
  field('contractNumber', '合同编号', 'Contract number', 'text', ['合同号']),
  field('contractDate', '合同签订日期', 'Contract date', 'date', ['签约日期', '签订日期', '成交日期']),
  field('deliveryOwner', '交付负责人', 'Delivery owner', 'text', []),
  field('deliveryDate', '交付日期', 'Delivery date', 'date', []),
  field('satisfaction', '满意度', 'Satisfaction', 'score', ['客户满意度']),
  field('linked', '关联商机', 'Linked deal', 'text', []),
  field('lostReason', '流失原因', 'Lost reason', 'text', ['丢单原因', '输单原因']),
];

const BY_KEY: ReadonlyMap<string, FieldInfo> = new Map(FIELDS.map((info) => [info.key, info]));

export function fieldInfo(key: FieldKey): FieldInfo {
  const info = BY_KEY.get(key);
  if (!info) throw new Error(`no such field: ${key}`);
  return info;
}
