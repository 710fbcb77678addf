import { type Day, formatDay } from './date.ts';
import type { AmountRange, Deal } from './deal.ts';
import { lastRealFollowUp } from './fold.ts';
import { statusWord } from './gates.ts';
import { linksOf } from './links.ts';
import { yuanNumber } from './money.ts';
import type { Settings } from './settings.ts';
import type { Intent, StageKey } from './stages.ts';

/** A deal in the words of the JSON contract: `list` gives an array of these, `show` one with more. Empty cells are null. */
export interface DealJson {
  readonly id: string | null;
  readonly customer: string;
  readonly contact: string | null;
  readonly phone: string | null;
  readonly industry: string | null;
  readonly size: string | null;
  readonly tags: readonly string[];
  readonly source: string | null;
  readonly priority: string | null;
  readonly leadDate: string | null;
  readonly stage: StageKey | null;
  readonly status: string;
  readonly intent: Intent | null;
  readonly expectedClose: string | null;
  /** Yuan; the low end of a range. */
  readonly amount: number | null;
  /** Only where it is a range. */
  readonly amountHigh?: number;
  readonly owner: string | null;
  readonly lastFollowUp: string | null;
  readonly nextFollowUp: string | null;
  /** 关联商机, by id. */
  readonly linked: readonly string[];
  /** 搁置; its day may have passed. */
  readonly hold: { readonly since: string; readonly until: string; readonly reason: string } | null;
}

/** 来源优先级 is looked up in the channel list where the cell is empty; `status` is the word the stage and its gate stand at. */
export function dealJson(deal: Deal, settings: Settings): DealJson {
  const { row, stage, hold } = deal;
  return {
    id: row.id,
    customer: row.customer,
    contact: row.contact || null,
    phone: row.phone || null,
    industry: row.industry || null,
    size: row.size || null,
    tags: row.tags,
    source: row.source || null,
    priority: row.priority || (settings.channels.get(row.source) ?? null),
    leadDate: dayText(row.leadDate),
    stage,
    status: statusWord(deal, settings),
    intent: row.intent,
    expectedClose: dayText(row.expectedClose),
    ...amountJson(row.amount),
    owner: row.owner || null,
    lastFollowUp: dayText(lastRealFollowUp(deal)),
    nextFollowUp: dayText(row.nextFollowUp),
    linked: linksOf(deal),
    hold: hold && { since: formatDay(hold.since), until: formatDay(hold.until), reason: hold.reason },
  };
}

/** `2026-11-23`, or null. */
export function dayText(day: Day | null): string | null {
  return day === null ? null : formatDay(day);
}

/** Yuan; a range is its low end, with `amountHigh`. */
export function amountJson(amount: AmountRange | null): Pick<DealJson, 'amount' | 'amountHigh'> {
  if (amount === null) return { amount: null };
  const low = yuanNumber(amount.low);
  return amount.high > amount.low ? { amount: low, amountHigh: yuanNumber(amount.high) } : { amount: low };
}
