import type { Day } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { type Finding, LEVELS, type RuleId } from './finding.ts';
import { RULES } from './rules/list.ts';

/** A finding with what decides its place. */
export interface Ranked {
  readonly finding: Finding;
  /** The deal's row in the sheet and its 录入日期; null: about no deal. */
  readonly row: number | null;
  readonly entered: Day | null;
  /** Smaller comes first. */
  readonly order: readonly number[];
}

const RULE_ORDER: readonly RuleId[] = RULES.map(({ id }) => id);
const PRIORITIES = 'ABC';
/** Where the place of 来源优先级 stands in the order: 0 is A. */
const PRIORITY_AT = 2;

/** By level, amount at risk, 来源优先级, upper end of 预算范围, days late; then rule and row. */
export function rankFinding(finding: Finding, deal: Deal | null, { settings }: RuleContext): Ranked {
  const priority = deal ? deal.row.priority || (settings.channels.get(deal.row.source) ?? '') : '';
  const place = priority === '' ? -1 : PRIORITIES.indexOf(priority);
  return {
    finding,
    row: deal?.row.row ?? null,
    entered: deal?.row.leadDate ?? null,
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

export function compareRanked(a: Ranked, b: Ranked): number {
  for (let at = 0; at < a.order.length; at++) {
    const difference = (a.order[at] ?? 0) - (b.order[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One line of the page: findings of one kind, one or many. */
export interface CheckEntry {
  readonly findings: readonly [Finding, ...Finding[]];
  /** The day of entry they share, where there are many. */
  readonly entered: Day | null;
  /** Of many: those of priority A, who are named. */
  readonly aClass: readonly Finding[];
}

/** So many of one rule, owner and day of entry (a day's import) are one line. */
const MOST_LINES = 10;

/** Findings in order, as entries of the page. */
export function foldEntries(ranked: readonly Ranked[]): readonly CheckEntry[] {
  const keyOf = ({ finding: { rule, level, team, owner }, entered }: Ranked) =>
    `${rule}\n${level}\n${team}\n${owner}\n${entered ?? ''}`;
  const groups = new Map<string, Ranked[]>();
  const groupOf = ranked.map((each) => {
    const key = keyOf(each);
    const group = groups.get(key) ?? [];
    if (group.push(each) === 1) groups.set(key, group);
    return group;
  });
  return ranked.flatMap((each, index): CheckEntry[] => {
    const group = groupOf[index] ?? [];
    const { entered } = each;
    if (group.length <= MOST_LINES || entered === null) return [oneEntry(each.finding)];
    if (group[0] !== each) return [];
    const aClass = group.filter(({ order }) => order[PRIORITY_AT] === 0).map(({ finding }) => finding);
    return [{ findings: [each.finding, ...group.slice(1).map(({ finding }) => finding)], entered, aClass }];
  });
}

/** A finding on a line of its own. */
export function oneEntry(finding: Finding): CheckEntry {
  return { findings: [finding], entered: null, aClass: [] };
}

/** The entries of the findings that `isShown` keeps; ten or fewer of many stand each on its own. */
export function keepEntries(
  entries: readonly CheckEntry[],
  isShown: (finding: Finding) => boolean,
): readonly CheckEntry[] {
  return entries.flatMap((entry): CheckEntry[] => {
    const [first, ...others] = entry.findings.filter(isShown);
    if (first === undefined) return [];
    if (others.length < MOST_LINES) return [first, ...others].map(oneEntry);
    return [{ ...entry, findings: [first, ...others], aClass: entry.aClass.filter(isShown) }];
  });
}

/** The findings of one deal as one entry, where its foremost stands. */
export function mergeDeals(entries: readonly CheckEntry[]): readonly CheckEntry[] {
  const byDeal = new Map<string, Finding[]>();
  const keyOf = ({ findings: [first], entered }: CheckEntry) =>
    entered === null && first.id !== null ? `${first.file ?? ''} ${first.id}` : null;
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === null) continue;
    const own = byDeal.get(key);
    if (own) own.push(...entry.findings);
    else byDeal.set(key, [...entry.findings]);
  }
  return entries.flatMap((entry): CheckEntry[] => {
    const key = keyOf(entry);
    const [first, ...others] = (key !== null && byDeal.get(key)) || entry.findings;
    if (first === undefined || first !== entry.findings[0]) return [];
    return [{ ...entry, findings: [first, ...others] }];
  });
}

/** Entries by their owner (of several teams: by team and owner), in the order of the foremost of each. */
export function groupByOwner(
  entries: readonly CheckEntry[],
): ReadonlyMap<string | null, readonly CheckEntry[]> {
  const owners = new Map<string | null, CheckEntry[]>();
  for (const entry of entries) {
    const { team, owner: name } = entry.findings[0];
    const owner = team === undefined ? name : `${team} · ${name ?? '—'}`;
    const own = owners.get(owner);
    if (own) own.push(entry);
    else owners.set(owner, [entry]);
  }
  return owners;
}

export function countFindings(entries: readonly CheckEntry[]): number {
  return entries.reduce((sum, { findings }) => sum + findings.length, 0);
}
