import type { Day } from './date.ts';
import type { RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { type Finding, LEVELS, type RuleId } from './finding.ts';
import { RULES } from './rules/list.ts';

/** A finding with what decides its place: of each number but the amounts and the lateness the smaller comes first. */
export interface Ranked {
  readonly finding: Finding;
  /** The deal's 录入日期; null: about no deal. */
  readonly entered: Day | null;
  /** In `LEVELS`. */
  readonly level: number;
  readonly amount: number;
  /** 来源优先级: 0 is A. */
  readonly priority: number;
  /** The upper end of 预算范围. */
  readonly budget: number;
  readonly late: number;
  /** In `RULES`. */
  readonly rule: number;
  /** The deal's row in the sheet; 0: about no deal. */
  readonly row: number;
}

const RULE_ORDER: readonly RuleId[] = RULES.map(({ id }) => id);
const PRIORITIES = 'ABC';

export function rankFinding(finding: Finding, deal: Deal | null, { settings }: RuleContext): Ranked {
  const priority = deal ? deal.row.priority || (settings.channels.get(deal.row.source) ?? '') : '';
  const place = priority === '' ? -1 : PRIORITIES.indexOf(priority);
  return {
    finding,
    entered: deal?.row.leadDate ?? null,
    level: LEVELS.indexOf(finding.level),
    amount: finding.amount ?? -1,
    priority: place < 0 ? PRIORITIES.length : place,
    budget: deal?.row.budget?.high ?? -1,
    late: finding.workingDaysLate ?? -1,
    rule: RULE_ORDER.indexOf(finding.rule),
    row: deal?.row.row ?? 0,
  };
}

/** By level, amount at risk, 来源优先级, upper end of 预算范围, days late; then rule and row. */
export function compareRanked(a: Ranked, b: Ranked): number {
  return (
    a.level - b.level ||
    b.amount - a.amount ||
    a.priority - b.priority ||
    b.budget - a.budget ||
    b.late - a.late ||
    a.rule - b.rule ||
    a.row - b.row
  );
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
    const aClass = group.filter(({ priority }) => priority === 0).map(({ finding }) => finding);
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

/** The findings of one deal as one entry, where its foremost stands; of the first `most` entries that this makes. */
export function mergeDeals(
  entries: readonly CheckEntry[],
  most = Number.POSITIVE_INFINITY,
): readonly CheckEntry[] {
  const byDeal = new Map<string, Finding[]>();
  const merged: { readonly entry: CheckEntry; readonly findings: readonly Finding[] }[] = [];
  for (const entry of entries) {
    const [{ file, id }] = entry.findings;
    const key = entry.entered === null && id !== null ? `${file ?? ''} ${id}` : null;
    const own = key === null ? undefined : byDeal.get(key);
    if (own) own.push(...entry.findings);
    if (own || merged.length >= most) continue;
    const findings = [...entry.findings];
    merged.push({ entry, findings });
    if (key !== null) byDeal.set(key, findings);
  }
  return merged.flatMap(({ entry, findings: [first, ...others] }) =>
    first ? [{ ...entry, findings: [first, ...others] }] : [],
  );
}

/** Entries by their owner (of several teams: by team and owner), in the order of the foremost of each. */
export function groupByOwner(
  entries: readonly CheckEntry[],
): ReadonlyMap<string | null, readonly CheckEntry[]> {
  const owners = new Map<string | null, CheckEntry[]>();
  for (const entry of entries) {
    const owner = ownerOf(entry);
    const own = owners.get(owner);
    if (own) own.push(entry);
    else owners.set(owner, [entry]);
  }
  return owners;
}

/** How many findings each of them has. */
export function countByOwner(entries: readonly CheckEntry[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const entry of entries) {
    const owner = ownerOf(entry);
    counts.set(owner, (counts.get(owner) ?? 0) + entry.findings.length);
  }
  return counts;
}

function ownerOf({ findings: [{ team, owner }] }: CheckEntry): string | null {
  return team === undefined ? owner : `${team} · ${owner ?? '—'}`;
}

export function countFindings(entries: readonly CheckEntry[]): number {
  return entries.reduce((sum, { findings }) => sum + findings.length, 0);
}
