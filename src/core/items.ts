import type { FieldKey } from './fields.ts';
import { CYCLES } from './intent.ts';
import type { Message } from './message.ts';
import type { OpenStage } from './stages.ts';

/**
 * The gates' checklists: what must be recorded before *leaving* each stage, with the flags that record it.
 * One entry here is all a further item needs: `record`, `why`, `--json`'s `missing` and the prompts read this table.
 */

export type ItemKey =
  | 'source'
  | 'priority'
  | 'screened'
  | 'lead-form'
  | 'first-contact'
  | 'survey'
  | 'intent'
  | 'proposal'
  | 'demo'
  | 'materials'
  | 'concerns'
  | 'objections'
  | 'terms'
  | 'letter-of-intent'
  | 'deal-figures'
  | 'legal-review'
  | 'contract'
  | 'handover'
  | 'kickoff'
  | 'delivery'
  | 'satisfaction';

/** One flag of an item. `label` is its word in 过程记录's 内容 (`字段=值`). */
export interface ItemFlag {
  /** With dashes: `--parts`. */
  readonly flag: string;
  readonly label: Message;
  readonly kind: 'text' | 'date' | 'amount' | 'parts' | 'choice' | 'score' | 'switch';
  readonly required: boolean;
  readonly example: string;
  /** The column its value lives in, if it has one; else it stands in 内容. */
  readonly column: FieldKey | null;
  /** For `choice`: the allowed words. For `parts`: all parts (defaults; 设置 may replace those of `materials`). */
  readonly words: readonly string[];
}

export interface ItemInfo {
  readonly key: ItemKey;
  readonly stage: OpenStage;
  readonly name: Message;
  /** The template's line. */
  readonly source: string;
  /** `--on` must be given (an appointment on one certain day), else it defaults to today. */
  readonly needsOn: boolean;
  readonly flags: readonly ItemFlag[];
}

const NOTE: Message = { zh: '备注', en: 'note' };

function flag(
  name: string,
  label: Message,
  kind: ItemFlag['kind'],
  example: string,
  more: Partial<Pick<ItemFlag, 'required' | 'column' | 'words'>> = {},
): ItemFlag {
  return { flag: name, label, kind, example, required: true, column: null, words: [], ...more };
}

function note(example: string, column: FieldKey | null = null): ItemFlag {
  return flag('--note', NOTE, 'text', example, { column });
}

function parts(words: readonly string[]): ItemFlag {
  return flag('--parts', { zh: '内容', en: 'parts' }, 'parts', words.join(','), { words });
}

export const ITEMS: readonly ItemInfo[] = [
  {
    key: 'source',
    stage: 'lead',
    name: { zh: '来源渠道', en: 'Source channel' },
    source: 'L32',
    needsOn: false,
    flags: [flag('--source', { zh: '来源渠道', en: 'source' }, 'text', '行业展会', { column: 'source' })],
  },
  {
    key: 'priority',
    stage: 'lead',
    name: { zh: '来源优先级', en: 'Source priority' },
    source: 'L32',
    needsOn: false,
    flags: [
      flag('--priority', { zh: '来源优先级', en: 'priority' }, 'choice', 'A', {
        column: 'priority',
        words: ['A', 'B', 'C'],
      }),
    ],
  },
  {
    key: 'screened',
    stage: 'lead',
    name: { zh: '初步筛选', en: 'Screening' },
    source: 'L34',
    needsOn: false,
    flags: [note('行业规模预算相符')],
  },
  {
    key: 'lead-form',
    stage: 'lead',
    name: { zh: '线索信息', en: 'Lead form' },
    source: 'L36',
    needsOn: false,
    // Each is required only where its column is still empty.
    flags: [
      flag('--customer', { zh: '客户名称', en: 'customer' }, 'text', '华东机械有限公司', {
        column: 'customer',
      }),
      flag('--contact', { zh: '联系人', en: 'contact' }, 'text', '李总', { column: 'contact' }),
      flag('--phone', { zh: '联系方式', en: 'phone' }, 'text', '13800000000', { column: 'phone' }),
      flag('--tags', { zh: '需求标签', en: 'tags' }, 'text', '需要CRM系统', { column: 'tags' }),
      flag('--source', { zh: '来源渠道', en: 'source' }, 'text', '行业展会', { column: 'source' }),
    ],
  },
  {
    key: 'first-contact',
    stage: 'discovery',
    name: { zh: '首次接触', en: 'First contact' },
    source: 'L44',
    needsOn: false,
    flags: [
      flag('--type', { zh: '方式', en: 'kind' }, 'choice', '电话', {
        words: ['电话', '邮件', '会议', '拜访', '微信'],
      }),
      note('初步反馈有兴趣'),
    ],
  },
  {
    key: 'survey',
    stage: 'discovery',
    name: { zh: '需求调研', en: 'Needs survey' },
    source: 'L46',
    needsOn: false,
    flags: [
      flag('--pain', { zh: '业务痛点', en: 'pain points' }, 'text', '报表靠手工'),
      flag('--timeline', { zh: '采购时间表', en: 'timeline' }, 'text', '年底前上线'),
      flag('--deciders', { zh: '决策人构成', en: 'decision makers' }, 'text', '李总(决策) 王工(技术)'),
      flag('--needs', { zh: '关键需求', en: 'key needs' }, 'text', '提升团队协作效率'),
    ],
  },
  {
    key: 'intent',
    stage: 'discovery',
    name: { zh: '意向判定', en: 'Intent grade' },
    source: 'L48',
    needsOn: false,
    flags: [
      flag('--clarity', { zh: '需求明确度', en: 'clarity of needs' }, 'choice', '明确', {
        column: 'clarity',
        words: ['明确', '部分明确', '模糊'],
      }),
      flag('--budget-fit', { zh: '预算匹配度', en: 'budget fit' }, 'choice', '充足', {
        column: 'budgetFit',
        words: ['充足', '待确认', '未定'],
      }),
      flag('--cycle', { zh: '决策周期', en: 'decision cycle' }, 'choice', '≤1个月', {
        column: 'cycle',
        words: CYCLES,
      }),
    ],
  },
  {
    key: 'proposal',
    stage: 'proposal',
    name: { zh: '解决方案建议书', en: 'Written proposal' },
    source: 'L56',
    needsOn: false,
    flags: [parts(['需求匹配点', '实施流程', '预期效果', '报价明细'])],
  },
  {
    key: 'demo',
    stage: 'proposal',
    name: { zh: '方案讲解', en: 'Demo' },
    source: 'L58',
    needsOn: true,
    flags: [
      note('客户关注数据安全'),
      flag('--mode', { zh: '形式', en: 'mode' }, 'choice', '线下', {
        required: false,
        words: ['线上', '线下'],
      }),
    ],
  },
  {
    key: 'materials',
    stage: 'proposal',
    name: { zh: '资料交付', en: 'Materials' },
    source: 'L60',
    needsOn: false,
    flags: [parts(['演示PPT', '案例集', '合同模板'])],
  },
  {
    key: 'concerns',
    stage: 'proposal',
    name: { zh: '客户关注点', en: 'Customer concerns' },
    source: 'L60',
    needsOn: false,
    flags: [note('数据安全', 'concerns')],
  },
  {
    key: 'objections',
    stage: 'negotiation',
    name: { zh: '异议处理', en: 'Objections' },
    source: 'L68',
    needsOn: false,
    // `--none` stands in for the two others.
    flags: [
      flag('--objection', { zh: '异议', en: 'objection' }, 'text', '报价高于预算'),
      flag('--answer', { zh: '答复', en: 'answer' }, 'text', '分期付款'),
      flag('--none', { zh: '无异议', en: 'none raised' }, 'switch', '', { required: false }),
      flag('--by', { zh: '答复人', en: 'answered by' }, 'text', '王工', { required: false }),
    ],
  },
  {
    key: 'terms',
    stage: 'negotiation',
    name: { zh: '条款确认', en: 'Terms agreed' },
    source: 'L70',
    needsOn: false,
    flags: [parts(['价格', '付款方式', '服务标准', '违约责任'])],
  },
  {
    key: 'letter-of-intent',
    stage: 'negotiation',
    name: { zh: '合作意向书', en: 'Letter of intent' },
    source: 'L70',
    needsOn: true,
    flags: [flag('--signer', { zh: '签字人', en: 'signer' }, 'text', '李总')],
  },
  {
    key: 'deal-figures',
    stage: 'negotiation',
    name: { zh: '成交日期与金额', en: 'Deal figures' },
    source: 'L72',
    needsOn: false,
    flags: [
      flag('--close', { zh: '预计成交日期', en: 'expected close' }, 'date', '月底', {
        column: 'expectedClose',
      }),
      flag('--amount', { zh: '合同金额', en: 'contract amount' }, 'amount', '15万', {
        column: 'contractAmount',
      }),
    ],
  },
  {
    key: 'legal-review',
    stage: 'closing',
    name: { zh: '合同审核', en: 'Legal review' },
    source: 'L80',
    needsOn: false,
    flags: [note('与意向书一致')],
  },
  {
    key: 'contract',
    stage: 'closing',
    name: { zh: '合同签订', en: 'Contract' },
    source: 'L82',
    needsOn: true,
    flags: [
      flag('--number', { zh: '合同编号', en: 'contract number' }, 'text', 'HT-2026-001', {
        column: 'contractNumber',
      }),
    ],
  },
  {
    key: 'handover',
    stage: 'closing',
    name: { zh: '订单交接', en: 'Handover' },
    source: 'L84',
    needsOn: false,
    flags: [parts(['客户信息', '合同详情', '需求文档'])],
  },
  {
    key: 'kickoff',
    stage: 'closing',
    name: { zh: '项目启动会', en: 'Kick-off' },
    source: 'L84',
    needsOn: true,
    flags: [
      flag('--milestones', { zh: '交付节点', en: 'milestones' }, 'text', '一期月底上线'),
      flag('--responsible', { zh: '责任人', en: 'responsible' }, 'text', '王工', { column: 'deliveryOwner' }),
    ],
  },
  {
    key: 'delivery',
    stage: 'aftercare',
    name: { zh: '项目交付', en: 'Delivery' },
    source: 'L92',
    needsOn: true,
    flags: [],
  },
  {
    key: 'satisfaction',
    stage: 'aftercare',
    name: { zh: '满意度调研', en: 'Satisfaction survey' },
    source: 'L94',
    needsOn: false,
    // `--no-reply` stands in for the first two; the last three are required below the mark.
    flags: [
      flag('--score', { zh: '满意度', en: 'score' }, 'score', '5', { column: 'satisfaction' }),
      note('服务响应快'),
      flag('--no-reply', { zh: '未答复', en: 'no reply' }, 'switch', '', { required: false }),
      flag('--measure', { zh: '改进措施', en: 'measure' }, 'text', '加派工程师', { required: false }),
      flag('--responsible', { zh: '责任人', en: 'responsible' }, 'text', '王工', { required: false }),
      flag('--next', { zh: '下次跟进日期', en: 'next follow-up' }, 'date', '+5wd', {
        required: false,
        column: 'nextFollowUp',
      }),
    ],
  },
];

const BY_KEY: ReadonlyMap<string, ItemInfo> = new Map(ITEMS.map((item) => [item.key, item]));

export function itemInfo(key: ItemKey): ItemInfo {
  const info = BY_KEY.get(key);
  if (!info) throw new Error(`no such item: ${key}`);
  return info;
}

export function isItemKey(text: string): text is ItemKey {
  return BY_KEY.has(text);
}

/** The checklist of one gate, in the template's order. */
export function itemsOf(stage: OpenStage): readonly ItemInfo[] {
  return ITEMS.filter((item) => item.stage === stage);
}
