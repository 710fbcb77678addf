import type { Day } from '../date.ts';
import type { Fen } from '../money.ts';
import { stageRank } from '../stages.ts';
import { normalizeWidth } from '../text.ts';
import { mean, quantile, ratio } from './measures.ts';
import { customerOf, type Subject } from './population.ts';
import type { Entry } from './report.ts';
import type { StageTally } from './tally.ts';

/** The figures of a period that belong to no single stage. */
export interface Totals {
  /** Everybody in the table: 期初 or 新增 of some stage. */
  readonly opportunities: readonly Entry[];
  readonly customers: number;
  readonly won: readonly Entry[];
  readonly lost: readonly Entry[];
  /** won ÷ (won + lost). */
  readonly winRate: number | null;
  readonly wonAmount: Fen;
  /** 成交周期, 录入日期 → 合同签订日期, in natural days. */
  readonly cycle: {
    readonly median: number | null;
    readonly p75: number | null;
    readonly mean: number | null;
    readonly n: number;
  };
}

/** What the stages of a period add up to. */
export function sumUp(subjects: readonly Subject[], tallies: readonly StageTally[], from: Day): Totals {
  const seen = new Set<Subject>();
  const opportunities: Entry[] = [];
  for (const { cells } of tallies)
    for (const entry of [...cells.opening, ...cells.entered])
      if (seen.add(entry.subject).size > opportunities.length) opportunities.push(entry);
  const { won, lost } = outcomesOf(subjects, from);
  const days = won.flatMap(({ subject, date }) =>
    subject.leadDate === null || subject.leadDate > date ? [] : [date - subject.leadDate],
  );
  return {
    opportunities,
    customers: countCustomers(opportunities),
    won,
    lost,
    winRate: ratio(won.length, won.length + lost.length),
    wonAmount: sumAmounts(won),
    cycle: { median: quantile(days, 0.5), p75: quantile(days, 0.75), mean: mean(days), n: days.length },
  };
}

/**
 * 赢单 by the date of the contract, 输单 by the date of the loss that still stands, both from a day on and among those that
 * had reached 需求挖掘 (earlier losses are 线索流失). Lost after its contract stays won.
 */
export function outcomesOf(subjects: readonly Subject[], from: Day): Pick<Totals, 'won' | 'lost'> {
  const won: Entry[] = [];
  const lost: Entry[] = [];
  for (const subject of subjects) {
    const last = subject.stays.at(-1);
    const isLost = (last?.stage === 'lost' || last?.stage === 'invalid') && last.from >= from;
    const entries = subject.won === null ? (isLost ? lost : null) : subject.won >= from ? won : null;
    if (!entries || !subject.stays.some(({ stage }) => (stageRank(stage) ?? 0) >= 1)) continue;
    entries.push({ subject, date: subject.won ?? last?.from ?? from });
  }
  return { won, lost };
}

/** Low ends of what is known; a missing amount adds nothing (the report counts them). */
export function sumAmounts(entries: readonly Entry[]): Fen {
  return entries.reduce((sum, { subject }) => sum + (subject.amount ?? 0), 0);
}

/** Distinct customers among the entries, by name. */
export function countCustomers(entries: readonly Entry[]): number {
  return new Set(entries.map(({ subject }) => normalizeWidth(customerOf(subject)).trim())).size;
}
