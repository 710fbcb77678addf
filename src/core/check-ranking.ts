import type { RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { type Finding, LEVELS, type RuleId } from './finding.ts';
import { RULES } from './rules/list.ts';

/**
 * Findings with what decides their place: of each `KEYS` numbers, one behind the other, of which the smaller comes first. A
 * big book has tens of thousands, and what is held as numbers is neither followed nor moved when memory is tidied.
 */
export interface Ranking {
  readonly findings: readonly Finding[];
  readonly keys: Float64Array;
}

/** What a finding is ranked by, the foremost first; the day of entry comes after the row and decides nothing. */
const KEY = { level: 0, amount: 1, priority: 2, budget: 3, late: 4, rule: 5, row: 6, entered: 7 } as const;
const KEYS = Object.keys(KEY).length;

const RULE_ORDER: readonly RuleId[] = RULES.map(({ id }) => id);
const PRIORITIES = 'ABC';

/** No day of entry, nothing late: about no deal, or no term. */
export const NEVER = -(2 ** 21);

/**
 * Takes findings one at a time; ordered by level, amount at risk, 来源优先级, upper end of 预算范围, days late; then rule and
 * row.
 */
export function newRanking({ settings }: RuleContext): {
  add(finding: Finding, deal: Deal | null): void;
  result(): Ranking;
} {
  const findings: Finding[] = [];
  const keys: number[] = [];
  const levels = new Map(LEVELS.map((level, index) => [level, index]));
  const rules = new Map(RULE_ORDER.map((rule, index) => [rule, index]));
  return {
    add(finding, deal) {
      const priority = deal ? deal.row.priority || (settings.channels.get(deal.row.source) ?? '') : '';
      const place = priority === '' ? -1 : PRIORITIES.indexOf(priority);
      findings.push(finding);
      keys.push(
        levels.get(finding.level) ?? -1,
        -(finding.amount ?? -1),
        place < 0 ? PRIORITIES.length : place,
        -(deal?.row.budget?.high ?? -1),
        -(finding.workingDaysLate ?? -1),
        rules.get(finding.rule) ?? -1,
        deal?.row.row ?? NO_ROW,
        deal?.row.leadDate ?? NEVER,
      );
    },
    result: () => inOrder({ findings, keys: Float64Array.from(keys) }),
  };
}

export function keyAt({ keys }: Pick<Ranking, 'keys'>, index: number, key: keyof typeof KEY): number {
  return keys[index * KEYS + KEY[key]] ?? 0;
}

/** Rows count from 1. */
const NO_ROW = 0;

/** Several books' findings as one list in order. */
export function joinRankings(rankings: readonly Ranking[]): Ranking {
  const keys = new Float64Array(rankings.reduce((sum, each) => sum + each.keys.length, 0));
  let at = 0;
  for (const each of rankings) {
    keys.set(each.keys, at);
    at += each.keys.length;
  }
  return inOrder({ findings: rankings.flatMap(({ findings }) => findings), keys });
}

function inOrder(ranking: Ranking): Ranking {
  const { findings, keys } = ranking;
  const order = Uint32Array.from(findings.keys()).sort((a, b) => {
    for (let key = 0; key <= KEY.row; key++) {
      const apart = (keys[a * KEYS + key] ?? 0) - (keys[b * KEYS + key] ?? 0);
      if (apart !== 0) return apart;
    }
    return 0;
  });
  return pick(ranking, order);
}

/** The findings at these places. */
function pick({ findings, keys }: Ranking, places: Uint32Array): Ranking {
  const picked = new Float64Array(places.length * KEYS);
  for (const [to, from] of places.entries())
    for (let key = 0; key < KEYS; key++) picked[to * KEYS + key] = keys[from * KEYS + key] ?? 0;
  return { findings: Array.from(places, (from) => findings[from] as Finding), keys: picked };
}

/** Those that `isKept` says yes to. */
export function keepRanked(ranking: Ranking, isKept: (finding: Finding) => boolean): Ranking {
  if (ranking.findings.every(isKept)) return ranking;
  const places = ranking.findings.flatMap((finding, index) => (isKept(finding) ? index : []));
  return pick(ranking, Uint32Array.from(places));
}

/** The findings of each deal by its row in the sheet. */
export function groupByRow({ findings, keys }: Ranking): ReadonlyMap<number, readonly Finding[]> {
  const groups = new Map<number, Finding[]>();
  for (const [index, finding] of findings.entries()) {
    const row = keyAt({ keys }, index, 'row');
    if (row === NO_ROW) continue;
    const group = groups.get(row);
    if (group) group.push(finding);
    else groups.set(row, [finding]);
  }
  return groups;
}
