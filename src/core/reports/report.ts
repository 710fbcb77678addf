import type { Book } from '../book.ts';
import type { Day } from '../date.ts';
import type { Grid } from '../grid.ts';
import type { Message } from '../message.ts';
import type { Named } from '../paste.ts';
import type { Period } from '../period.ts';
import type { ReportBlock } from './block.ts';
import type { GroupColumn } from './groups.ts';
import type { Subject } from './population.ts';

/** What every report is made from. */
export interface ReportInput {
  /** Mostly one. Each is read with its own settings and calendar; what is counted is all of their deals. */
  readonly books: readonly [Book, ...Book[]];
  readonly period: Period;
  readonly today: Day;
  /** Only what had been recorded by the end of this day counts; null: everything. */
  readonly knownOn: Day | null;
  /** What the command line named: printed commands repeat it. */
  readonly named: Named['named'];
  /** Grouped by the value of this column; null: not grouped. */
  readonly by: GroupColumn | null;
}

/** A 商机 in a cell, with the day that put it there (an entry, an exit, a contract). */
export interface Entry {
  readonly subject: Subject;
  readonly date: Day;
}

/** A cell that can be opened: its count is the length of its list. Names are what people may call its row and column. */
export interface ReportCell {
  /** With --by: the group it belongs to; null: the whole. */
  readonly group: { readonly key: string | null; readonly names: readonly string[] } | null;
  readonly row: string;
  readonly rowNames: readonly string[];
  readonly column: string;
  readonly columnNames: readonly string[];
  readonly title: Message;
  readonly entries: readonly Entry[];
}

/** A report as a value: shown by render/, printed as JSON by the command. */
export interface Report {
  readonly title: Message;
  /** The last day it tells of. */
  readonly asOf: Day;
  /** 口径: what is counted, and how. */
  readonly scope: Message;
  /** The one sentence on top; null where the numbers are too small for one. */
  readonly headline: Message | null;
  readonly grids: readonly Grid[];
  /** The figures below the tables, one line each. */
  readonly summary: readonly Message[];
  /** What a reader must know to trust them. */
  readonly notes: readonly Message[];
  /** Keys of the JSON contract, notes left out. Amounts in yuan. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly cells: readonly ReportCell[];
  /** What `--write` puts into 销售阶段转化率统计表. */
  readonly block: ReportBlock;
}

/** What a page of figures shows, of whatever it tells. */
export type ReportPage = Pick<
  Report,
  'title' | 'scope' | 'headline' | 'grids' | 'summary' | 'notes' | 'json'
>;

/** One way of looking at the book. A further view is one file that exports one of these, and one line in list.ts. */
export interface ReportView {
  readonly key: string;
  make(input: ReportInput): Report;
}
