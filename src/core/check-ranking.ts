import type { RuleContext } from './deadlines.ts';
import type { Deal } from './deal.ts';
import { type Finding, LEVELS, type RuleId } from './finding.ts';
import { RULES } from './rules/list.ts';

/**
 * Findings in order, with what decides their place as numbers: a big book has tens of thousands, and what is held as numbers
 * is neither followed nor moved when memory is tidied.
 */
export interface Ranking {
  readonly findings: readonly Finding[];
  /** Where the numbers of each finding stand. */
  readonly places: Uint32Array;
  /** `KEYS` numbers for each place, of which the smaller comes first; so many places a piece, that nothing is copied to make room. */
  readonly pieces: readonly Float64Array[];
}

/** What a finding is ranked by, the foremost first; the day of entry comes after the row and decides nothing. */
const KEY = { level: 0, amount: 1, priority: 2, budget: 3, late: 4, rule: 5, row: 6, entered: 7 } as const;
const KEYS = Object.keys(KEY).length;
const PIECE_BITS = 12;
const PIECE = 2 ** PIECE_BITS;

const RULE_ORDER: readonly RuleId[] = RULES.map(({ id }) => id);
const PRIORITIES = 'ABC';

/** No day of entry: about no deal, or nobody wrote it down. */
export const NEVER = -(2 ** 21);
/** Rows count from 1. */
const NO_ROW = 0;

/**
 * Takes findings one at a time; ordered by level, amount at risk, 来源优先级, upper end of 预算范围, days late; then rule and
 * row.
 */
export function newRanking({ settings }: RuleContext): {
  add(finding: Finding, deal: Deal | null): void;
  result(): Ranking;
} {
  const findings: Finding[] = [];
  const pieces: Float64Array[] = [];
  return {
    add(finding, deal) {
      const at = findings.length % PIECE;
      const numbers = at === 0 ? new Float64Array(PIECE * KEYS) : (pieces.at(-1) as Float64Array);
      if (at === 0) pieces.push(numbers);
      const priority = deal ? deal.row.priority || (settings.channels.get(deal.row.source) ?? '') : '';
      const place = priority === '' ? -1 : PRIORITIES.indexOf(priority);
      const start = at * KEYS;
      numbers[start + KEY.level] = LEVELS.indexOf(finding.level);
      numbers[start + KEY.amount] = -(finding.amount ?? -1);
      numbers[start + KEY.priority] = place < 0 ? PRIORITIES.length : place;
      numbers[start + KEY.budget] = -(deal?.row.budget?.high ?? -1);
      numbers[start + KEY.late] = -(finding.workingDaysLate ?? -1);
      numbers[start + KEY.rule] = RULE_ORDER.indexOf(finding.rule);
      numbers[start + KEY.row] = deal?.row.row ?? NO_ROW;
      numbers[start + KEY.entered] = deal?.row.leadDate ?? NEVER;
      findings.push(finding);
    },
    result: () => inOrder({ findings, places: Uint32Array.from(findings.keys()), pieces }),
  };
}

/** A number that a finding is ranked by. */
export function keyAt({ places, pieces }: Ranking, index: number, key: keyof typeof KEY): number {
  return numberAt(pieces, places[index] ?? 0, KEY[key]);
}

function numberAt(pieces: readonly Float64Array[], place: number, key: number): number {
  return pieces[place >>> PIECE_BITS]?.[(place & (PIECE - 1)) * KEYS + key] ?? 0;
}

/** Several books' findings as one list in order. */
export function joinRankings(rankings: readonly Ranking[]): Ranking {
  const pieces: Float64Array[] = [];
  const places: number[] = [];
  for (const each of rankings) {
    const first = pieces.length * PIECE;
    for (const place of each.places) places.push(first + place);
    pieces.push(...each.pieces);
  }
  const findings = rankings.flatMap((each) => each.findings);
  return inOrder({ findings, places: Uint32Array.from(places), pieces });
}

function inOrder(ranking: Ranking): Ranking {
  const { places, pieces } = ranking;
  const order = Uint32Array.from(places.keys()).sort((a, b) => {
    const one = places[a] ?? 0;
    const other = places[b] ?? 0;
    for (let key = 0; key <= KEY.row; key++) {
      const apart = numberAt(pieces, one, key) - numberAt(pieces, other, key);
      if (apart !== 0) return apart;
    }
    return 0;
  });
  return pick(ranking, order);
}

function pick({ findings, places, pieces }: Ranking, wanted: Uint32Array): Ranking {
  return {
    findings: Array.from(wanted, (index) => findings[index] as Finding),
    places: wanted.map((index) => places[index] ?? 0),
    pieces,
  };
}

/** Those that `isKept` says yes to. */
export function keepRanked(ranking: Ranking, isKept: (finding: Finding) => boolean): Ranking {
  if (ranking.findings.every(isKept)) return ranking;
  const kept = ranking.findings.flatMap((finding, index) => (isKept(finding) ? index : []));
  return pick(ranking, Uint32Array.from(kept));
}

/** The findings of each deal by its row in the sheet. */
export function groupByRow(ranking: Ranking): ReadonlyMap<number, readonly Finding[]> {
  const groups = new Map<number, Finding[]>();
  for (const [index, finding] of ranking.findings.entries()) {
    const row = keyAt(ranking, index, 'row');
    if (row === NO_ROW) continue;
    const group = groups.get(row);
    if (group) group.push(finding);
    else groups.set(row, [finding]);
  }
  return groups;
}
