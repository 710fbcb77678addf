import { keyAt, NEVER, type Ranking } from './check-ranking.ts';
import type { Day } from './date.ts';
import type { Finding, RuleId } from './finding.ts';

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
export function foldEntries(ranking: Ranking): readonly CheckEntry[] {
  // Mostly there are few of a kind: they are counted first, by a number, and only of many is a list made.
  const { findings } = ranking;
  const kindOf = numberKinds();
  const kinds = new Int32Array(findings.length);
  const counts: number[] = [];
  const enteredAt = (index: number) => keyAt(ranking, index, 'entered');
  for (const [index, finding] of findings.entries()) {
    const kind = kindOf(finding, keyAt(ranking, index, 'level'), enteredAt(index));
    kinds[index] = kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const groups = new Map<number, number[]>();
  for (const [index, kind] of kinds.entries()) {
    if (enteredAt(index) === NEVER || (counts[kind] ?? 0) <= MOST_LINES) continue;
    const group = groups.get(kind);
    if (group) group.push(index);
    else groups.set(kind, [index]);
  }
  const entries: CheckEntry[] = [];
  for (const [index, finding] of findings.entries()) {
    const group = groups.size === 0 ? undefined : groups.get(kinds[index] ?? 0);
    if (!group) entries.push(oneEntry(finding));
    else if (group[0] === index) {
      const named = (some: readonly number[]) => some.flatMap((each) => findings[each] ?? []);
      entries.push({
        findings: [finding, ...named(group.slice(1))],
        entered: enteredAt(index),
        aClass: named(group.filter((each) => keyAt(ranking, each, 'priority') === 0)),
      });
    }
  }
  return entries;
}

/** A number for every rule, level, team, owner and day of entry: the same for the same. */
function numberKinds(): (finding: Finding, level: number, entered: number) => number {
  const [rules, teams, owners, people, kinds] = [
    numbering<RuleId>(),
    numbering<string | undefined>(),
    numbering<string | null>(),
    numbering<number>(),
    numbering<number>(),
  ];
  return ({ rule, team, owner }, level, entered) => {
    const person = people(teams(team) * 2 ** 26 + owners(owner));
    // 64 rules, 8 levels, and days of ten thousand years: exact for two million people.
    return kinds(((person * 64 + rules(rule)) * 8 + level) * 2 ** 23 + (entered - NEVER));
  };
}

function numbering<T>(): (value: T) => number {
  const numbers = new Map<T, number>();
  let lastValue: T | undefined;
  let lastNumber = -1;
  return (value) => {
    if (lastNumber >= 0 && value === lastValue) return lastNumber;
    lastValue = value;
    lastNumber = numbers.get(value) ?? numbers.size;
    if (lastNumber === numbers.size) numbers.set(value, lastNumber);
    return lastNumber;
  };
}

/** A finding on a line of its own. */
export function oneEntry(finding: Finding): CheckEntry {
  return { findings: [finding], entered: null, aClass: NOBODY };
}

const NOBODY: readonly Finding[] = [];

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
    const key = entry.entered !== null || id === null ? null : file === undefined ? id : `${file} ${id}`;
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
