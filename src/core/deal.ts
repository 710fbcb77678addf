import type { Day } from './date.ts';
import type { DealEvent, FollowUpKind } from './event.ts';
import type { FieldKey } from './fields.ts';
import type { Fen } from './money.ts';
import type { Intent, StageKey } from './stages.ts';

/** 15万 → low = high; 10-20万 → both. In 分. */
export interface AmountRange {
  readonly low: Fen;
  readonly high: Fen;
}

/** One dated entry of a 跟进记录 cell. */
export interface FollowUpEntry {
  readonly date: Day;
  readonly text: string;
  /** The year was not written but inferred from its neighbours and the entry date. */
  readonly inferredYear: boolean;
}

/** What the cells of one row of 客户信息跟踪表 say. Null: empty, or unreadable (then a finding says so). */
export interface DealRow {
  readonly sheet: string;
  readonly row: number;
  readonly id: string | null;
  readonly customer: string;
  readonly contact: string;
  readonly phone: string;
  readonly industry: string;
  readonly size: string;
  readonly tags: readonly string[];
  readonly source: string;
  readonly leadDate: Day | null;
  /** 当前阶段 as typed. */
  readonly stageWord: string;
  /** Null where the word is not known or the cell is empty. */
  readonly stage: StageKey | null;
  /** The word itself says that the gate is complete (商务谈判完成). */
  readonly complete: boolean;
  readonly expectedClose: Day | null;
  readonly amount: AmountRange | null;
  readonly owner: string;
  readonly followUps: readonly FollowUpEntry[];
  readonly followUpsText: string;
  readonly priority: string;
  readonly intent: Intent | null;
  readonly clarity: string;
  readonly budgetFit: string;
  readonly cycle: string;
  readonly budget: AmountRange | null;
  readonly concerns: string;
  readonly nextFollowUp: Day | null;
  readonly contractAmount: AmountRange | null;
  readonly contractNumber: string;
  readonly contractDate: Day | null;
  readonly deliveryOwner: string;
  readonly deliveryDate: Day | null;
  readonly satisfaction: number | null;
  readonly linked: string;
  readonly lostReason: string;
  /** The team's own columns, by header. */
  readonly own: ReadonlyMap<string, string>;
  /** Fields whose cell could not be read. */
  readonly unread: ReadonlySet<FieldKey>;
}

export type ExitKind = 'forward' | 'skip' | 'pooled' | 'back' | 'lost' | 'invalid';
export type EntryKind = 'created' | 'forward' | 'skip' | 'pooled' | 'back' | 'reopened' | 'lost' | 'invalid';

/** One stay of a deal in a stage: whole days; `to` is the day of the exit, null while it lasts. */
export interface Stay {
  readonly stage: StageKey;
  readonly from: Day;
  readonly entry: EntryKind;
  readonly to: Day | null;
  readonly exit: ExitKind | null;
  /** Entry or exit is 推定 (assumed history): counted, but kept out of durations. */
  readonly assumed: boolean;
  readonly forced: boolean;
}

/** A follow-up that happened: from the log and from the cell, the same day and text once. */
export interface FollowUp {
  readonly date: Day;
  readonly text: string;
  /** Null for a hand-typed entry of the cell: its kind is unknown. */
  readonly kind: FollowUpKind | null;
}

/** 搁置 until a date. */
export interface Hold {
  readonly since: Day;
  readonly until: Day;
  readonly reason: string;
}

/** One 商机: its row and its events, folded as of a day. */
export interface Deal {
  readonly row: DealRow;
  /** In order of date, then number; those dated after the as-of day are left out. */
  readonly events: readonly DealEvent[];
  /** By the events (for a row without events: by its word). Null: the word is not known. */
  readonly stage: StageKey | null;
  /** First entry first; the last one is open (`to` null). Empty if the stage is not known. */
  readonly stays: readonly Stay[];
  readonly followUps: readonly FollowUp[];
  /** 未接通 since the last real follow-up. */
  readonly attempts: number;
  /** In force on the as-of day (its date may have passed: see `until`), or null. */
  readonly hold: Hold | null;
  /** The last day of the latest hold that is over, or null. */
  readonly heldUntil: Day | null;
  /** The latest reopening, or null. */
  readonly reopened: Day | null;
  /** The stage the cell names where it differs from the events' stage (a hand edit): else null. */
  readonly drift: StageKey | null;
  /** The history is 推定: adopted, or never adopted. */
  readonly assumed: boolean;
  /** False: its first event lies after the as-of day, so on that day there was no such 商机 yet. */
  readonly born: boolean;
  /** The gates up to and including this stage's (`complete`) count as done, 推定: how far an adopted row had come. */
  readonly assumedTo: { readonly stage: StageKey; readonly complete: boolean } | null;
  /** How often 预计成交日期 was moved later. */
  readonly postponements: number;
}
