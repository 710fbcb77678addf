import type { NewEvent } from './event.ts';
import type { FieldKey } from './fields.ts';
import type { ItemKey } from './items.ts';
import type { Message } from './message.ts';
import type { SettingChange } from './setting-rows.ts';
import type { CellInput, Patch } from './sheet.ts';
import type { OpenStage } from './stages.ts';

/** One cell of an existing row to be set, by field or by the header of the team's own column. */
export interface FieldChange {
  readonly row: number;
  readonly field: FieldKey | { readonly own: string };
  readonly input: CellInput;
}

/** A row to be appended to 客户信息跟踪表. Its 商机编号 is among the cells. */
export interface NewRow {
  readonly cells: ReadonlyMap<FieldKey, CellInput>;
  readonly own: ReadonlyMap<string, CellInput>;
}

/** A row for 线索信息表, by header. */
export type LeadEntry = ReadonlyMap<string, CellInput>;

/** What is to be done to the book: the core's answer to a command. encode.ts turns it into patches. */
export interface Decision {
  /** The 商机 it is about, in order; empty for a lead screened out at entry. */
  readonly ids: readonly string[];
  readonly events: readonly NewEvent[];
  readonly fields: readonly FieldChange[];
  readonly newRows: readonly NewRow[];
  readonly leads: readonly LeadEntry[];
  /** Rows of 设置; absent: none. */
  readonly settings?: readonly SettingChange[];
  /** Cells of sheets that hold no 商机 (销售阶段转化率统计表). */
  readonly patches?: readonly Patch[];
  /** What people are told besides the changes (assumed, inferred, new words). */
  readonly notes: readonly Message[];
}

/** One flag that must or may be given to record an item: `example` is valid as it stands. */
export interface MissingField {
  readonly flag: string;
  readonly required: boolean;
  readonly example: string;
}

/** One thing a gate misses and how to record it. `argv` plus the required flags with their examples is a complete command. */
export interface MissingItem {
  readonly item: ItemKey;
  readonly name: Message;
  readonly stage: OpenStage;
  readonly source: string;
  /** Why it is not complete, where something is on file already (two of three documents delivered). */
  readonly problem: Message | null;
  readonly argv: readonly string[];
  readonly fields: readonly MissingField[];
}

/** A move or a record that a rule does not allow: names every reason at once. Ends as exit 4. */
export interface Refusal {
  readonly refused: true;
  readonly text: Message;
  readonly missing: readonly MissingItem[];
}

/** A value on the command line that cannot be used. Ends as exit 2. */
export interface BadInput {
  readonly badInput: true;
  readonly text: Message;
  readonly value: string;
  readonly expected: string;
}

export type Outcome = Decision | Refusal | BadInput;

export function isDecision<Made extends Decision>(outcome: Made | Refusal | BadInput): outcome is Made {
  return 'events' in outcome;
}
