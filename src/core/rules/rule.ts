import type { Book } from '../book.ts';
import type { Clocks } from '../clocks.ts';
import type { Day } from '../date.ts';
import type { Deadline, RuleContext } from '../deadlines.ts';
import type { Deal } from '../deal.ts';
import type { Finding, FindingWords, RuleId } from '../finding.ts';
import { commandOn, dealArgument } from '../paste.ts';
import type { StageKey } from '../stages.ts';

/** One deal as the rules look at it: its deadlines and clocks are counted once. */
export interface Subject {
  readonly deal: Deal;
  readonly deadlines: readonly Deadline[];
  /** Null where no clock runs. */
  readonly clocks: Clocks | null;
  /** 搁置 is in force. */
  readonly held: boolean;
}

/** A deal in another team's book. */
export interface TeamDeal {
  readonly book: Book;
  readonly deal: Deal;
}

/** What the rules know of the whole team, found once. */
export interface TeamContext extends RuleContext {
  /** The first working day after today: until then a deadline is 临期. */
  readonly nextWorkingDay: Day;
  /** The median stay by stage, in the days stalls are counted in; absent where fewer than ten ended in the last four quarters. */
  readonly usualStays: ReadonlyMap<StageKey, { readonly median: number; readonly n: number }>;
  /** Deals whose customer has more than one owner (撞单), each, by its row in the sheet, with all of that customer's. */
  readonly rivals: ReadonlyMap<number, readonly Deal[]>;
  /** Deals whose customer another team works on too, by their row: that team's deals. Empty where one book is checked. */
  readonly shared: ReadonlyMap<number, readonly TeamDeal[]>;
}

/** One warning. To add one: write it and put it into its list. */
export interface Rule {
  readonly id: RuleId;
  /** What this rule finds about a deal, or null. */
  find(subject: Subject, context: TeamContext): Found | null;
}

/** What a rule finds: what the deal itself does not say. Unless it says so it is 数据, with no term and no lateness. */
export type Found = Pick<Finding, 'words'> &
  Partial<
    Pick<
      Finding,
      'level' | 'start' | 'due' | 'provisional' | 'legacy' | 'workingDaysLate' | 'source' | 'place'
    >
  >;

/**
 * A finding about a deal, with everything that the deal itself says. 合同金额, else 预计金额, is at risk.
 * @param words in place of those of `found`, which hold on to the deal
 */
export function dealFinding(
  rule: RuleId,
  { row, stage }: Deal,
  found: Found,
  words: () => FindingWords,
): Finding {
  const amount = row.contractAmount ?? row.amount;
  // Written out: a big book has tens of thousands, and what is spread is copied.
  return {
    rule,
    level: found.level ?? 'data',
    id: row.id,
    customer: row.customer,
    owner: row.owner || null,
    stage,
    start: found.start ?? null,
    due: found.due ?? null,
    provisional: found.provisional ?? false,
    legacy: found.legacy ?? false,
    workingDaysLate: found.workingDaysLate ?? null,
    amount: amount?.low ?? null,
    amountHigh: amount && amount.high > amount.low ? amount.high : null,
    words,
    source: found.source ?? null,
    place: found.place ?? null,
  };
}

/** `funnel VERB DEAL …` for the subject's deal; null in a table never adopted, where only reading is possible. */
export function nextCommand(
  { deal }: Subject,
  { book }: RuleContext,
  verb: string,
  ...words: readonly string[]
): string | null {
  return book.adopted ? commandOn(book, verb, dealArgument(deal), ...words) : null;
}
