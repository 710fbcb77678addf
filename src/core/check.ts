import type { Book } from './book.ts';
import { nextWorkingDay } from './calendar.ts';
import { type CheckEntry, compareRanked, foldEntries, type Ranked, rankFinding } from './check-order.ts';
import {
  countAgreed,
  findMissingYears,
  findMovable,
  findYearToImport,
  type OwnerSum,
  sumByOwner,
  sumHeld,
} from './check-summary.ts';
import { clocksOf, isHeld } from './clocks.ts';
import type { Day } from './date.ts';
import { deadlinesOf, type RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import type { Finding, Level, RuleId } from './finding.ts';
import type { Fen } from './money.ts';
import { commandOn, dealArgument } from './paste.ts';
import { joinSentences } from './rules/explain.ts';
import { RULES } from './rules/list.ts';
import { findRivals } from './rules/rivals.ts';
import type { Subject, TeamContext } from './rules/rule.ts';
import { findUsualStays } from './rules/usual-stays.ts';

/** Everything a team should know today. */
export interface CheckResult {
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
  /** 搁置: no stall and no D5 until its day. */
  readonly held: { readonly n: number; readonly amount: Fen };
  /** 已约定: 未跟进 keeps quiet until 下次跟进日期. */
  readonly agreed: number;
  /** 可推进: the gate is complete and nothing has moved for a working day. */
  readonly movable: { readonly n: number; readonly next: string | null };
  /** Years without an official arrangement that a running deadline, or today, depends on. */
  readonly missingYears: readonly number[];
  /** From 1 December: next year, where its arrangement has not been imported. */
  readonly yearToImport: number | null;
  /** The findings of each deal, 历史遗留 included. */
  readonly ofDeal: ReadonlyMap<Deal, readonly Finding[]>;
}

/** Applies every rule to every deal of the book as of `context.today`; with `owner`, to that owner's. Reads only. */
export function checkBook(context: RuleContext, owner: string | null = null): CheckResult {
  const { book, today, calendar } = context;
  const team: TeamContext = {
    ...context,
    nextWorkingDay: nextWorkingDay(calendar, today),
    usualStays: findUsualStays(context),
    rivals: findRivals(book),
  };
  const mine = book.deals.filter(({ born, row }) => born && (owner === null || row.owner === owner));
  const checked = mine.map((deal) => {
    const clocks = clocksOf(deal);
    // Most deals of an old book are closed: their deadlines warn of nothing.
    const subject = clocks ? lookAt(deal, context) : { deal, deadlines: [], clocks, held: false };
    return { subject, found: RULES.flatMap((rule) => rule.find(subject, team) ?? []) };
  });
  const byId = new Map(mine.flatMap((deal) => (deal.row.id === null ? [] : [[deal.row.id, deal] as const])));
  const read = readingFindings(context).filter((finding) => owner === null || finding.owner === owner);
  const ranked = [
    ...checked.flatMap(({ subject: { deal }, found }) =>
      found.map((finding) => rankFinding(finding, deal, context)),
    ),
    ...read.map((finding) => rankFinding(finding, byId.get(finding.id ?? '') ?? null, context)),
  ].sort(compareRanked);
  const current = ranked.filter(({ finding }) => !finding.legacy);
  const findings = current.map(({ finding }) => finding);
  const legacy = ranked.map(({ finding }) => finding).filter((finding) => finding.legacy);
  const subjects = checked.map(({ subject }) => subject);
  return {
    asOf: today,
    findings,
    entries: foldEntries(current),
    counts: countLevels(findings),
    legacy,
    legacyByOwner: sumByOwner(legacy),
    held: sumHeld(subjects),
    agreed: countAgreed(subjects, context),
    movable: findMovable(subjects, context),
    missingYears: findMissingYears(subjects, context),
    yearToImport: findYearToImport(context),
    ofDeal: groupByDeal(ranked),
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
function readingFindings({ book }: RuleContext): readonly Finding[] {
  const deals = new Map(book.deals.map((deal) => [`${deal.row.sheet} ${deal.row.row}`, deal]));
  const merged = new Map<string, Finding>();
  for (const finding of book.findings) {
    const { rule, id, place, explain } = finding;
    const deal = place ? deals.get(`${place.sheet} ${place.row}`) : undefined;
    if (deal && !deal.born) continue;
    const key = `${rule} ${id ?? (place ? `${place.sheet} ${place.row}` : explain.zh)}`;
    const known = merged.get(key);
    const amount = deal?.row.contractAmount ?? deal?.row.amount;
    merged.set(
      key,
      known
        ? { ...known, explain: joinSentences([known.explain, explain]) }
        : {
            ...finding,
            owner: finding.owner ?? (deal?.row.owner || null),
            stage: finding.stage ?? deal?.stage ?? null,
            amount: finding.amount ?? amount?.low ?? null,
            next: finding.next ?? (book.adopted ? readingCommand(book, rule, deal) : null),
          },
    );
  }
  return [...merged.values()];
}

/** What to do about a finding of reading: `adopt` asks, once, what a stage word or a bare number means. */
function readingCommand(book: Book, rule: RuleId, deal: Deal | undefined): string | null {
  const isAsked = rule === 'no-unit' || (rule === 'unknown-stage' && deal && deal.row.stageWord !== '');
  if (isAsked) return commandOn(book, 'adopt');
  if (!deal) return null;
  return commandOn(book, rule === 'duplicate-id' ? 'list' : 'show', dealArgument(deal));
}

function countLevels(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { dueSoon: 0, overdue: 0, stalled: 0, severe: 0, data: 0 };
  for (const { level } of findings) counts[level] += 1;
  return counts;
}

function groupByDeal(ranked: readonly Ranked[]): ReadonlyMap<Deal, readonly Finding[]> {
  const groups = new Map<Deal, Finding[]>();
  for (const { deal, finding } of ranked) {
    if (deal === null) continue;
    const group = groups.get(deal);
    if (group) group.push(finding);
    else groups.set(deal, [finding]);
  }
  return groups;
}
