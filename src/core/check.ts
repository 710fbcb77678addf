import { dealsAsOf } from './as-of.ts';
import { countWorkingDays, nextWorkingDay } from './calendar.ts';
import { clocksOf, isAgreed, isHeld } from './clocks.ts';
import { civilOf, type Day } from './date.ts';
import { deadlinesOf, type RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { type Finding, LEVELS, type Level, type RuleId } from './finding.ts';
import { gateComplete } from './gates.ts';
import { itemInfo } from './items.ts';
import type { Fen } from './money.ts';
import { dealArgument, pasteCommand } from './paste.ts';
import { joinSentences } from './rules/explain.ts';
import { RULES } from './rules/list.ts';
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
  readonly legacyByOwner: readonly {
    readonly owner: string | null;
    readonly n: number;
    readonly amount: Fen;
  }[];
  /** 搁置: no stall and no D5 until its day. */
  readonly held: { readonly n: number; readonly amount: Fen };
  /** 已约定: 未跟进 keeps quiet until 下次跟进日期. */
  readonly agreed: number;
  /** 可推进: the gate is complete and nothing has moved for a working day. */
  readonly movable: { readonly n: number; readonly next: string | null };
  /** Years without an official arrangement that a running deadline, or today, depends on. */
  readonly missingYears: readonly number[];
  /** The findings of each deal, 历史遗留 included. */
  readonly ofDeal: ReadonlyMap<Deal, readonly Finding[]>;
}

/** One line of the page: findings of one kind, one or many. */
export interface CheckEntry {
  readonly findings: readonly [Finding, ...Finding[]];
  /** The day of entry they share, where there are many. */
  readonly entered: Day | null;
}

/** Applies every rule to every deal of the book as of `context.today`; with `owner`, to that owner's. Reads only. */
export function checkBook(context: RuleContext, owner: string | null = null): CheckResult {
  const { book, today, calendar } = context;
  const team: TeamContext = {
    ...context,
    nextWorkingDay: nextWorkingDay(calendar, today),
    usualStays: findUsualStays(context),
  };
  const deals = dealsAsOf(book, today);
  const mine = book.deals.flatMap((original, index) => {
    const deal = deals[index];
    return deal?.born && (owner === null || deal.row.owner === owner) ? [{ original, deal }] : [];
  });
  const checked = mine.map(({ original, deal }) => {
    const subject = lookAt(deal, context);
    return { original, subject, found: RULES.flatMap((rule) => rule.find(subject, team) ?? []) };
  });
  const byId = new Map(
    mine.flatMap(({ deal }) => (deal.row.id === null ? [] : [[deal.row.id, deal] as const])),
  );
  const read = readingFindings(context).filter((finding) => owner === null || finding.owner === owner);
  const ranked = [
    ...checked.flatMap(({ subject: { deal }, found }) =>
      found.map((finding) => rank(finding, deal, context)),
    ),
    ...read.map((finding) => rank(finding, byId.get(finding.id ?? '') ?? null, context)),
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
    agreed: subjects.filter(
      ({ deal, clocks, held }) => clocks !== null && !held && isAgreed(deal, clocks, context),
    ).length,
    movable: findMovable(subjects, context),
    missingYears: findMissingYears(subjects, context),
    ofDeal: new Map(checked.map(({ original, found }) => [original, found])),
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

interface Ranked {
  readonly finding: Finding;
  readonly deal: Deal | null;
  /** Smaller comes first. */
  readonly order: readonly number[];
}

const RULE_ORDER: readonly RuleId[] = RULES.map(({ id }) => id);
const PRIORITIES = 'ABC';

function rank(finding: Finding, deal: Deal | null, { settings }: RuleContext): Ranked {
  const priority = deal ? deal.row.priority || (settings.channels.get(deal.row.source) ?? '') : '';
  const place = priority === '' ? -1 : PRIORITIES.indexOf(priority);
  return {
    finding,
    deal,
    order: [
      LEVELS.indexOf(finding.level),
      -(finding.amount ?? -1),
      place < 0 ? PRIORITIES.length : place,
      -(deal?.row.budget?.high ?? -1),
      -(finding.workingDaysLate ?? -1),
      RULE_ORDER.indexOf(finding.rule),
      deal?.row.row ?? 0,
    ],
  };
}

function compareRanked(a: Ranked, b: Ranked): number {
  const at = a.order.findIndex((value, index) => value !== b.order[index]);
  return at < 0 ? 0 : (a.order[at] ?? 0) - (b.order[at] ?? 0);
}

/** What reading the book found, one finding per rule and deal, with what is known of the deal. */
function readingFindings({ book }: RuleContext): readonly Finding[] {
  const deals = new Map(book.deals.map((deal) => [`${deal.row.sheet} ${deal.row.row}`, deal]));
  const merged = new Map<string, Finding>();
  for (const finding of book.findings) {
    const { rule, id, place, explain } = finding;
    const deal = place ? deals.get(`${place.sheet} ${place.row}`) : undefined;
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
            next: finding.next ?? (deal && book.adopted ? pasteCommand('show', dealArgument(deal)) : null),
          },
    );
  }
  return [...merged.values()];
}

/** So many of one rule, owner and day of entry (a day's import) are one line. */
const MOST_LINES = 10;

function foldEntries(ranked: readonly Ranked[]): readonly CheckEntry[] {
  const keyOf = ({ finding: { rule, level, owner }, deal }: Ranked) =>
    [rule, level, owner, deal?.row.leadDate ?? ''].join('\n');
  const groups = new Map<string, Ranked[]>();
  for (const each of ranked) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return ranked.flatMap((each): CheckEntry[] => {
    const group = groups.get(keyOf(each)) ?? [];
    const entered = each.deal?.row.leadDate ?? null;
    if (group.length <= MOST_LINES || entered === null) return [{ findings: [each.finding], entered: null }];
    if (group[0] !== each) return [];
    return [{ findings: [each.finding, ...group.slice(1).map(({ finding }) => finding)], entered }];
  });
}

function countLevels(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { dueSoon: 0, overdue: 0, stalled: 0, severe: 0, data: 0 };
  for (const { level } of findings) counts[level] += 1;
  return counts;
}

function sumByOwner(legacy: readonly Finding[]): CheckResult['legacyByOwner'] {
  const owners = new Map<string | null, { n: number; amount: Fen }>();
  for (const { owner, amount } of legacy) {
    const sum = owners.get(owner) ?? { n: 0, amount: 0 };
    owners.set(owner, { n: sum.n + 1, amount: sum.amount + (amount ?? 0) });
  }
  return [...owners]
    .map(([owner, sum]) => ({ owner, ...sum }))
    .sort((a, b) => b.amount - a.amount || b.n - a.n);
}

function sumHeld(subjects: readonly Subject[]): CheckResult['held'] {
  const held = subjects.filter(({ held: isOn, clocks }) => isOn && clocks !== null);
  const amounts = held.map(({ deal: { row } }) => (row.contractAmount ?? row.amount)?.low ?? 0);
  return { n: held.length, amount: amounts.reduce((sum, amount) => sum + amount, 0) };
}

/** A command line with more deals than this is no longer read before it is run. */
const MOST_TO_ADVANCE = 5;

function findMovable(
  subjects: readonly Subject[],
  { settings, calendar, today, book }: RuleContext,
): CheckResult['movable'] {
  const movable = subjects.filter(({ deal, clocks, held }) => {
    if (!clocks || held || deal.drift !== null || !gateComplete(deal, settings)) return false;
    const recorded = deal.events.filter(({ item }) => item !== null && itemInfo(item).stage === clocks.stage);
    const since = Math.max(clocks.staySince, ...recorded.map(({ date }) => date));
    return countWorkingDays(calendar, since, today) >= 1;
  });
  const names = movable.slice(0, MOST_TO_ADVANCE).map(({ deal }) => dealArgument(deal));
  return {
    n: movable.length,
    next: book.adopted && names.length > 0 ? pasteCommand('advance', ...names) : null,
  };
}

function findMissingYears(subjects: readonly Subject[], { today, book }: RuleContext): readonly number[] {
  const open = subjects.flatMap(({ deadlines }) => deadlines.filter((deadline) => deadline.open));
  const { year } = civilOf(today);
  const years = open.flatMap(({ term, provisional, due }) =>
    term ? term.missingYears : provisional ? [civilOf(due).year] : [],
  );
  return [...new Set([...years, ...(book.holidays.years.has(year) ? [] : [year])])].sort((a, b) => a - b);
}
