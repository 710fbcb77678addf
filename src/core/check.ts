import { awakeDeals, type Book } from './book.ts';
import { nextWorkingDay } from './calendar.ts';
import { type CheckEntry, foldEntries } from './check-order.ts';
import { groupByRow, joinRankings, keepRanked, newRanking, type Ranking } from './check-ranking.ts';
import {
  type CheckSummary,
  findYearToImport,
  joinSummaries,
  newSummary,
  type OwnerSum,
  sumByOwner,
} from './check-summary.ts';
import { clocksOf, isHeld } from './clocks.ts';
import type { Day } from './date.ts';
import { deadlinesOf, type RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import type { Finding, Level, RuleId } from './finding.ts';
import { commandOn, dealArgument, type Named } from './paste.ts';
import { joinSentences } from './rules/explain.ts';
import { RULES } from './rules/list.ts';
import { findRivals, findShared } from './rules/rivals.ts';
import { dealFinding, type Rule, type Subject, type TeamContext } from './rules/rule.ts';
import { findUsualStays } from './rules/usual-stays.ts';

/** Everything a team should know today. */
export interface CheckResult extends CheckSummary {
  readonly asOf: Day;
  /** By level, amount at risk, 来源优先级, upper end of 预算范围, days late. 历史遗留 is not among them. */
  readonly findings: readonly Finding[];
  /** The same findings for a page: more than ten of one rule, owner and day of entry are one entry. */
  readonly entries: readonly CheckEntry[];
  /** Of `findings`. */
  readonly counts: Readonly<Record<Level, number>>;
  /** 历史遗留: what was overdue when the table was adopted. */
  readonly legacy: readonly Finding[];
  readonly legacyByOwner: readonly OwnerSum[];
  /** From 1 December: next year, where its arrangement has not been imported, and the (first) book that lacks it. */
  readonly yearToImport: (Named & { readonly year: number }) | null;
}

/** The same of one book. */
export interface BookCheck extends CheckResult {
  /** The findings of each deal by its row in the sheet, 历史遗留 included. */
  ofRow(row: number): readonly Finding[];
}

/** Applies every rule to every deal of the book as of `context.today`; with `owner`, to that owner's. Reads only. */
export function checkBook(context: RuleContext, owner: string | null = null): BookCheck {
  const looked = lookOver(context, owner, new Map());
  let byRow: ReadonlyMap<number, readonly Finding[]> | undefined;
  return {
    ...resultOf(context, looked.ranked, looked.summary),
    yearToImport: findYearToImport(context),
    ofRow(row) {
      byRow ??= groupByRow(looked.ranked);
      return byRow.get(row) ?? [];
    },
  };
}

/**
 * The same of several books, each by its own rules and calendar, its findings with the team's name; and which customers
 * more than one team works on.
 */
export function checkBooks(
  contexts: readonly [RuleContext, ...RuleContext[]],
  owner: string | null = null,
): CheckResult {
  const shared = findShared(contexts.map(({ book }) => book));
  const looked = contexts.map((context) => {
    const home = homeOf(context.book);
    const { ranked, summary } = lookOver(context, owner, shared.get(context.book) ?? new Map());
    const findings = ranked.findings.map((finding) => ({ ...finding, ...home }));
    return { summary, ranked: { ...ranked, findings } };
  });
  const ranked = joinRankings(looked.map((each) => each.ranked));
  const [yearToImport = null] = contexts.flatMap((context) => findYearToImport(context) ?? []);
  return {
    ...resultOf(contexts[0], ranked, joinSummaries(looked.map(({ summary }) => summary))),
    yearToImport,
  };
}

/** Where a finding of one of several books is at home. */
export function homeOf({ team, named }: Book): Pick<Finding, 'team' | 'file'> {
  return { team, ...(named === null ? {} : { file: named }) };
}

/** Every rule on every deal of a book, in order. */
function lookOver(
  context: RuleContext,
  owner: string | null,
  shared: TeamContext['shared'],
): { readonly ranked: Ranking; readonly summary: CheckSummary } {
  const { book, today, calendar } = context;
  const team: TeamContext = {
    ...context,
    nextWorkingDay: nextWorkingDay(calendar, today),
    usualStays: findUsualStays(context),
    rivals: findRivals(book),
    shared,
  };
  const ranking = newRanking(context);
  const summary = newSummary(context);
  const deals = awakeDeals(book, owner);
  for (let index = 0; index < deals.length; index++) {
    const deal = deals.at(index);
    if (!deal?.born || (owner !== null && deal.row.owner !== owner)) continue;
    const subject = subjectOf(deal, context);
    for (const rule of RULES) {
      const found = rule.find(subject, team);
      if (!found) continue;
      ranking.add(dealFinding(rule.id, deal, found, again(rule, index)), deal);
    }
    summary.add(subject);
  }
  for (const { finding, deal } of readingFindings(context)) {
    if (owner === null || finding.owner === owner) ranking.add(finding, deal);
  }
  return { ranked: ranking.result(), summary: summary.result() };

  /** A finding is found once more for its words: the deals of a big book are not held for them. */
  function again(rule: Rule, index: number): Finding['words'] {
    return () => {
      const deal = deals.at(index);
      const found = deal && rule.find(subjectOf(deal, context), team);
      if (!found) throw new Error(`${rule.id} found something before`);
      return found.words();
    };
  }
}

/** Of a closed deal only a few things can still be said: its deadlines warn of nothing. */
function subjectOf(deal: Deal, context: RuleContext): Subject {
  const clocks = clocksOf(deal);
  return clocks ? lookAt(deal, context) : { deal, deadlines: [], clocks, held: false };
}

function resultOf(
  { today }: RuleContext,
  ranked: Ranking,
  summary: CheckSummary,
): Omit<CheckResult, 'yearToImport'> {
  const legacy = ranked.findings.filter((finding) => finding.legacy);
  const current = keepRanked(ranked, (finding) => !finding.legacy);
  const { findings } = current;
  return {
    asOf: today,
    findings,
    entries: foldEntries(current),
    counts: countLevels(findings),
    legacy,
    legacyByOwner: sumByOwner(legacy),
    ...summary,
  };
}

/** A deal as the rules and `show` look at it. */
export function lookAt(deal: Deal, context: RuleContext): Subject {
  return {
    deal,
    deadlines: deadlinesOf(deal, context),
    clocks: clocksOf(deal),
    held: isHeld(deal, context.today),
  };
}

/** What reading the book found, one finding per rule and deal, with what is known of the deal. */
function readingFindings({ book }: RuleContext): readonly { finding: Finding; deal: Deal | null }[] {
  const merged = new Map<string, { finding: Finding; deal: Deal | null; said: Finding['words'][] }>();
  const dealOf = dealFinder(book);
  const rowOf = (finding: Finding) =>
    finding.place?.sheet === book.shape.sheet ? (dealOf(finding) ?? null) : null;
  for (const finding of book.findings) {
    const { rule, id, place, words } = finding;
    const deal = rowOf(finding);
    if (deal && !deal.born) continue;
    const key = `${rule} ${id ?? (place ? `${place.sheet} ${place.row}` : words().explain.zh)}`;
    const known = merged.get(key);
    if (known) {
      known.said.push(words);
      continue;
    }
    const amount = deal?.row.contractAmount ?? deal?.row.amount;
    const said = [words];
    merged.set(key, {
      said,
      deal: id === null ? null : (deal ?? dealOf(finding) ?? null),
      finding: {
        ...finding,
        owner: finding.owner ?? (deal?.row.owner || null),
        stage: finding.stage ?? deal?.stage ?? null,
        amount: finding.amount ?? amount?.low ?? null,
        words: () => ({
          explain: joinSentences(said.map((each) => each().explain)),
          next: words().next ?? (book.adopted ? readingCommand(book, rule, rowOf(finding)) : null),
        }),
      },
    });
  }
  return [...merged.values()];
}

/** What to do about a finding of reading: `adopt` asks, once, what a stage word or a bare number means. */
function readingCommand(book: Book, rule: RuleId, deal: Deal | null): string | null {
  const isAsked =
    rule === 'no-unit' || (rule === 'unknown-stage' && deal !== null && deal.row.stageWord !== '');
  if (isAsked) return commandOn(book, 'adopt');
  return deal && commandOn(book, rule === 'duplicate-id' ? 'list' : 'show', dealArgument(deal));
}

/** Finds the deal that a finding is about: by its row, else by its id. */
function dealFinder(book: Book): (finding: Finding) => Deal | undefined {
  const isRow = (place: Finding['place']) => place?.sheet === book.shape.sheet;
  if (book.table) {
    const { dealOfRow, dealOfId } = book.table;
    return ({ place, id }) => (place && isRow(place) ? dealOfRow(place.row) : dealOfId(id ?? ''));
  }
  const byRow = new Map(book.deals.map((deal) => [deal.row.row, deal]));
  const byId = new Map(book.deals.map((deal) => [deal.row.id ?? '', deal]));
  return ({ place, id }) => (place && isRow(place) ? byRow.get(place.row) : byId.get(id ?? ''));
}

function countLevels(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { dueSoon: 0, overdue: 0, stalled: 0, severe: 0, data: 0 };
  for (const { level } of findings) counts[level] += 1;
  return counts;
}
