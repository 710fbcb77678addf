import type { Message } from './message.ts';

/**
 * THE TABLE: stages, the words people write for them, thresholds and probabilities. A team's own words come from
 * 设置; a further stage is one more entry here. Source: the template's six stages (L24); thresholds are our defaults.
 */

export const OPEN_STAGES = ['lead', 'discovery', 'proposal', 'negotiation', 'closing', 'aftercare'] as const;
export type OpenStage = (typeof OPEN_STAGES)[number];
export type ClosedStage = 'pool' | 'lost' | 'invalid';
export type StageKey = OpenStage | ClosedStage;

/** 意向等级 (L48). */
export type Intent = 'high' | 'medium' | 'low';

/** Working days without a follow-up, and in the stage, after which a deal is 停滞. Null: that clock does not apply. */
export interface StallLimits {
  readonly idleWarn: number | null;
  readonly idleSevere: number | null;
  readonly stayWarn: number | null;
}

export interface StageInfo {
  readonly key: StageKey;
  readonly name: Message;
  /** Every other word that is read as this stage. */
  readonly aliases: readonly string[];
  /** What 当前阶段 holds once the gate is complete; null: the canonical word. */
  readonly completeWord: string | null;
  /** Words that also say the gate is complete, or (已签约) a part of it. */
  readonly statusWords: readonly string[];
  /** Limits by intent where they differ (discovery), else one set for all. */
  readonly stalls: StallLimits | Readonly<Record<Intent, StallLimits>>;
  /** Default probability of winning from here, 0–1 (默认概率). */
  readonly probability: number;
}

const NO_STALLS: StallLimits = { idleWarn: null, idleSevere: null, stayWarn: null };

/** In the order a deal walks them; the closed ones last. */
export const STAGES: readonly StageInfo[] = [
  {
    key: 'lead',
    name: { zh: '线索获取', en: 'Lead' },
    aliases: ['潜在线索获取', '线索池', '线索'],
    completeWord: null,
    statusWords: [],
    // D1 is the warning here; 7 is the severe one beside it.
    stalls: { idleWarn: null, idleSevere: 7, stayWarn: 10 },
    probability: 0,
  },
  {
    key: 'discovery',
    name: { zh: '需求挖掘', en: 'Discovery' },
    aliases: ['需求深度挖掘', '线索培育', '意向'],
    completeWord: '意向客户',
    statusWords: [],
    stalls: {
      high: { idleWarn: 5, idleSevere: 10, stayWarn: 22 },
      medium: { idleWarn: 10, idleSevere: 20, stayWarn: 44 },
      low: { idleWarn: 21, idleSevere: 42, stayWarn: 66 },
    },
    probability: 0.3,
  },
  {
    key: 'proposal',
    name: { zh: '方案呈现', en: 'Proposal' },
    aliases: ['解决方案呈现', '价值传递', '报价', '已报价'],
    completeWord: '方案评估',
    statusWords: [],
    stalls: { idleWarn: 5, idleSevere: 10, stayWarn: 22 },
    probability: 0.5,
  },
  {
    key: 'negotiation',
    name: { zh: '谈判推进', en: 'Negotiation' },
    aliases: ['谈判与推进', '商务协商', '商务谈判'],
    completeWord: '商务谈判完成',
    statusWords: [],
    stalls: { idleWarn: 5, idleSevere: 10, stayWarn: 22 },
    probability: 0.7,
  },
  {
    key: 'closing',
    name: { zh: '成交签约', en: 'Closing' },
    aliases: ['订单闭环', '签约', '成交', '已成交', '赢单', '已签合同'],
    completeWord: '已交接',
    statusWords: ['已签约'],
    stalls: { idleWarn: 5, idleSevere: 10, stayWarn: 15 },
    probability: 0.9,
  },
  {
    key: 'aftercare',
    name: { zh: '售后维护', en: 'Aftercare' },
    aliases: ['售后维护与复购', '售后'],
    completeWord: null,
    statusWords: [],
    stalls: NO_STALLS,
    probability: 1,
  },
  {
    key: 'pool',
    name: { zh: '老客户池', en: 'Customer pool' },
    aliases: ['老客户'],
    completeWord: null,
    statusWords: [],
    stalls: { idleWarn: 66, idleSevere: null, stayWarn: null },
    probability: 1,
  },
  {
    key: 'lost',
    name: { zh: '已流失', en: 'Lost' },
    aliases: ['流失', '丢单', '输单'],
    completeWord: null,
    statusWords: [],
    stalls: NO_STALLS,
    probability: 0,
  },
  {
    key: 'invalid',
    name: { zh: '无效线索', en: 'Invalid lead' },
    aliases: ['无效'],
    completeWord: null,
    statusWords: [],
    stalls: NO_STALLS,
    probability: 0,
  },
];

const BY_KEY: ReadonlyMap<string, StageInfo> = new Map(STAGES.map((stage) => [stage.key, stage]));

export function stageInfo(key: StageKey): StageInfo {
  const info = BY_KEY.get(key);
  if (!info) throw new Error(`no such stage: ${key}`);
  return info;
}

/** Position on the way, 0 for lead … 5 for aftercare, 6 for the pool; null for lost and invalid. */
export function stageRank(key: StageKey): number | null {
  if (key === 'pool') return OPEN_STAGES.length;
  const rank = (OPEN_STAGES as readonly string[]).indexOf(key);
  return rank < 0 ? null : rank;
}

/** The next stage forward: aftercare leads to the pool; null from a closed stage. */
export function nextStage(key: StageKey): StageKey | null {
  const rank = stageRank(key);
  if (rank === null || key === 'pool') return null;
  return OPEN_STAGES[rank + 1] ?? 'pool';
}

export function isOpenStage(key: StageKey): key is OpenStage {
  return (OPEN_STAGES as readonly string[]).includes(key);
}

/** What a word in 当前阶段 says. `complete`: the word itself says the gate is done. */
export interface StageWord {
  readonly stage: StageKey;
  readonly complete: boolean;
}

/** 谈判推进; in English with the workbook's own word: Negotiation (谈判推进). */
export function stageLabel(stage: StageKey): Message {
  const { zh, en } = stageInfo(stage).name;
  return { zh, en: `${en} (${zh})` };
}

/** Reads a stage word as the table and the team's own words (设置, word → stage) have it; null if unknown. Never guesses. */
export function readStageWord(word: string, own: ReadonlyMap<string, StageKey>): StageWord | null {
  const trimmed = word.trim();
  const mine = own.get(trimmed);
  if (mine) return { stage: mine, complete: false };
  return WORDS.get(trimmed) ?? WORDS.get(trimmed.toLowerCase()) ?? null;
}

const WORDS: ReadonlyMap<string, StageWord> = new Map(
  STAGES.flatMap(({ key, name, aliases, completeWord, statusWords }) => {
    const words = [key, name.zh, name.en.toLowerCase(), ...aliases, ...statusWords];
    return [...words, ...(completeWord === null ? [] : [completeWord])].map((word): [string, StageWord] => [
      word,
      { stage: key, complete: word === completeWord },
    ]);
  }),
);
