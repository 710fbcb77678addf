import type { Day } from './date.ts';
import type { ItemKey } from './items.ts';
import type { StageKey } from './stages.ts';

/** 类型 of a row in 过程记录, in the words of the JSON contract. */
export const EVENT_TYPES = {
  created: '新增',
  advanced: '推进',
  skipped: '跳级',
  back: '退回',
  lost: '流失',
  reopened: '重启',
  pooled: '入池',
  item: '检查项',
  followup: '跟进',
  held: '搁置',
  edited: '修改',
} as const;
export type EventType = keyof typeof EVENT_TYPES;

/** 标记. */
export const EVENT_MARKS = { forced: '强制', assumed: '推定', backdated: '补录', manual: '人工' } as const;
export type EventMark = keyof typeof EVENT_MARKS;

/** Kinds of a follow-up (`log --type`), as they stand in 过程记录. */
export const FOLLOW_UP_KINDS = [
  '电话',
  '邮件',
  '会议',
  '拜访',
  '微信',
  '同步',
  '推送',
  '未接通',
  '其他',
] as const;
export type FollowUpKind = (typeof FOLLOW_UP_KINDS)[number];

/** Something that happened to one 商机 on one date. Append-only. */
export interface DealEvent {
  /** 序号: order within the whole log, from 1. */
  readonly seq: number;
  readonly date: Day;
  readonly dealId: string;
  readonly customer: string;
  readonly type: EventType;
  readonly from: StageKey | null;
  readonly to: StageKey | null;
  /** The checklist item it records; a 跟进 may carry `first-contact`. */
  readonly item: ItemKey | null;
  /** `字段=值` parts of 内容, by the Chinese label. A follow-up's kind stands under 方式; a reason under 原因. */
  readonly values: ReadonlyMap<string, string>;
  /** The rest of 内容. */
  readonly note: string;
  readonly evidence: string;
  readonly by: string;
  readonly marks: ReadonlySet<EventMark>;
  /** 记录时间 as written, `YYYY-MM-DD HH:MM:SS` in the team's zone; empty if unknown. */
  readonly recordedAt: string;
}

/** An event before it has its number: what a decision returns. Who and when are filled in at writing unless it says so itself. */
export type NewEvent = Omit<DealEvent, 'seq' | 'by' | 'recordedAt'> &
  Partial<Pick<DealEvent, 'by' | 'recordedAt'>>;
