import type { Day } from './date.ts';
import type { Message } from './message.ts';
import type { CellPlace } from './sheet.ts';
import type { StageKey } from './stages.ts';

/** Highest first. 严重, 逾期, 停滞, 临期, 数据. */
export const LEVELS = ['severe', 'overdue', 'stalled', 'dueSoon', 'data'] as const;
export type Level = (typeof LEVELS)[number];

export type RuleId =
  | 'D1'
  | 'D2'
  | 'D3'
  | 'D4'
  | 'D5'
  | 'idle'
  | 'stay'
  | 'slow'
  | 'agreed'
  | 'hold'
  | 'no-owner'
  | 'no-amount'
  | 'no-close'
  | 'no-unit'
  | 'unread'
  | 'unknown-stage'
  | 'bad-setting'
  | 'drift'
  | 'duplicate-id'
  | 'future-entry'
  | 'two-owners'
  | 'two-teams'
  | 'deleted-row'
  | 'unbalanced'
  | 'event-order'
  | 'overwritten';

/** Something a person should know; a value, never thrown. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  /** Null for a row that has no 商机编号 yet, and for findings about no single 商机. */
  readonly id: string | null;
  /** Whose book it is in, and what `--file` calls that book; only where several are checked together. */
  readonly team?: string;
  readonly file?: string;
  readonly customer: string | null;
  readonly owner: string | null;
  readonly stage: StageKey | null;
  /** First day of the period that ran out; the counting starts the day after. */
  readonly start: Day | null;
  readonly due: Day | null;
  /** 暂定: a day in (start, due] lies in a year without an official arrangement. */
  readonly provisional: boolean;
  /** 历史遗留: was already overdue on the day the table was adopted. */
  readonly legacy: boolean;
  /** Working days in (due, today]; null where nothing is due. */
  readonly workingDaysLate: number | null;
  /** 分; the low end of a range. */
  readonly amount: number | null;
  /** The upper end, where it is a range. */
  readonly amountHigh: number | null;
  /** Made when somebody reads it: a big book has more findings than anybody reads. */
  readonly words: () => FindingWords;
  /** The template's line, `L44`, or null for a rule of our own. */
  readonly source: string | null;
  /** The cell it is about, where there is one. */
  readonly place: CellPlace | null;
}

/** What is said of a finding. */
export interface FindingWords {
  readonly explain: Message;
  /** How a long term was counted, beside `explain`; absent where nothing was, or `explain` says it. */
  readonly counted?: Message;
  /** A command to paste, or null where no command helps. */
  readonly next: string | null;
}

/** The same finding, with this command where it has none of its own. */
export function withNext(finding: Finding, next: string | null): Finding {
  return {
    ...finding,
    words: () => {
      const words = finding.words();
      return { ...words, next: words.next ?? next };
    },
  };
}

/** A 数据 finding (资料待补): about a cell or a row, with no term and no lateness. */
export function dataFinding(
  rule: RuleId,
  {
    explain,
    next = null,
    ...about
  }: Pick<FindingWords, 'explain'> &
    Partial<
      Pick<FindingWords, 'next'> &
        Pick<Finding, 'id' | 'customer' | 'owner' | 'stage' | 'amount' | 'source' | 'place'>
    >,
): Finding {
  return {
    rule,
    level: 'data',
    id: null,
    customer: null,
    owner: null,
    stage: null,
    start: null,
    due: null,
    provisional: false,
    legacy: false,
    workingDaysLate: null,
    amount: null,
    amountHigh: null,
    words: () => ({ explain, next }),
    source: null,
    place: null,
    ...about,
  };
}
