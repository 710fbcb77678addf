import type { Book } from '../book.ts';
import type { Day } from '../date.ts';
import type { Deal } from '../deal.ts';
import { hasContract } from '../gates.ts';
import { lastFourQuarters } from '../period.ts';
import { type OpenStage, stageInfo, stageRank } from '../stages.ts';

/** P(win | stage): the team's own share of won among won and lost, or the default. */
export interface Probability {
  readonly stage: OpenStage;
  readonly p: number;
  /** Deals decided in the last four quarters that had reached the stage. */
  readonly n: number;
  readonly isDefault: boolean;
}

/** won ÷ (won + lost) among those that reached the stage and were decided in the four quarters that end on `today`. */
export function winProbabilities(
  deals: readonly Deal[],
  { settings }: Book,
  today: Day,
): readonly Probability[] {
  const { from } = lastFourQuarters(today);
  const decided = deals.flatMap((deal) => {
    const last = deal.stays.at(-1);
    const won = hasContract(deal.row);
    const isLost = last?.stage === 'lost' || last?.stage === 'invalid';
    const on = won ? deal.row.contractDate : isLost ? last.from : null;
    if (on === null || on < from || on > today) return [];
    const ranks = deal.stays.flatMap(({ stage }) => stageRank(stage) ?? []);
    return [{ won, ranks, furthest: Math.max(...ranks) }];
  });
  return FORECAST_STAGES.map((stage, rank): Probability => {
    // A stage that was skipped counts as reached, unless the deal is lost.
    const reached = decided.filter(
      ({ won, ranks, furthest }) => ranks.includes(rank) || (won && furthest > rank),
    );
    const n = reached.length;
    const isDefault = rank === 0 || n < settings.forecastSample;
    const fallback = settings.probabilities.get(stage) ?? stageInfo(stage).probability;
    return { stage, p: isDefault ? fallback : reached.filter(({ won }) => won).length / n, n, isDefault };
  });
}

/** The stages a forecast speaks of: a lead is none yet, 售后维护 is past the contract. */
const FORECAST_STAGES: readonly OpenStage[] = ['lead', 'discovery', 'proposal', 'negotiation', 'closing'];
