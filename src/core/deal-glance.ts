import type { Day } from './date.ts';
import type { Stay } from './deal.ts';
import { type RowContext, readAmount } from './decode-row.ts';
import {
  type EventLog,
  isCreation,
  isKickoff,
  type Move,
  moveAt,
  setsContract,
  stageAt,
  startsDeadline,
} from './event-log.ts';
import type { EventGroups } from './event-owners.ts';
import type { FieldKey } from './fields.ts';
import { foldStays } from './fold.ts';
import type { Fen } from './money.ts';
import { findCell, KIND, type PackedSheet, valueAt } from './packed-sheet.ts';
import { isOpenStage, readStageWord, type StageKey } from './stages.ts';
import { readTextCell, serialToDay } from './values.ts';

/** What the arrays of the log and single cells tell of the deals of a table: no row and no event is made. */
export interface DealGlance {
  /** Where the cell of a column stands in the packed table; −1 where the row has none. */
  cellAt(index: number, field: FieldKey): number;
  textAt(index: number, field: FieldKey): string;
  /** What the log says of where a deal stood, oldest first, up to the day that is looked at. */
  movesOf(index: number): readonly Move[];
  /** The stage of the last move; null where no event says one, an open one where a move of a later day does. */
  lastStage(index: number): StageKey | null;
  /** What 当前阶段 means; null where it is not known. */
  stageWord(index: number): StageKey | null;
  /** Closed by the log as its cell says, and every event and every day in its row lies before `since`. */
  isSettled(index: number, since: Day): boolean;
  outlineAt(index: number, end: Day): DealOutline | null;
}

/**
 * As much of a deal as a report counts by, of one in the usual shape: its log begins where it came, ends by the day that
 * is looked at, and says the stage that the cell says; its days are dates. Any other deal must be looked at whole.
 */
export interface DealOutline {
  readonly stays: readonly Stay[];
  /** The last event that a deadline may count from; null where none does. */
  readonly lastStart: Day | null;
  readonly leadDate: Day | null;
  readonly deliveryDate: Day | null;
  /** 合同签订日期, whether or not a 合同编号 stands beside it. */
  readonly contractDate: Day | null;
  readonly hasContractNumber: boolean;
  /** 合同金额, else 预计金额; low end. */
  readonly amount: Fen | null;
  /** The last event that may have changed contract or amount; null where none did. */
  readonly dealChanged: Day | null;
  /** An 启动会 is recorded. */
  readonly kickedOff: boolean;
}

/** Columns whose day a report counts by. */
const PAST_DAYS: readonly FieldKey[] = ['leadDate', 'contractDate', 'deliveryDate'];

/** @param groups the events of each deal, grouped once they are asked for */
export function glanceAtDeals(
  packed: PackedSheet,
  rows: Int32Array,
  log: EventLog | null,
  groups: () => EventGroups,
  isRepeated: (index: number) => boolean,
  context: RowContext,
): DealGlance {
  const stageWords = new Map<number, StageKey | null>();
  const amounts = new Map<number, Fen | null>();
  return { cellAt, textAt, movesOf, lastStage, stageWord, isSettled, outlineAt };

  function outlineAt(index: number, end: Day): DealOutline | null {
    if (!log || isRepeated(index)) return null;
    const { starts, order } = groups();
    let lastStart: Day | null = null;
    let dealChanged: Day | null = null;
    let kickedOff = false;
    for (let at = starts[index] ?? 0; at < (starts[index + 1] ?? 0); at++) {
      const event = order[at] ?? 0;
      const date = log.dates[event] ?? 0;
      if (date > end || date > context.today) return null;
      if (startsDeadline(log, event)) lastStart = Math.max(lastStart ?? date, date);
      if (setsContract(log, event)) dealChanged = Math.max(dealChanged ?? date, date);
      kickedOff ||= isKickoff(log, event);
    }
    const stays = foldStays(movesOf(index));
    const stage = stays.at(-1)?.stage;
    if (stage === undefined || stage !== stageWord(index)) return null;
    const leadDate = dayAt(index, 'leadDate');
    const deliveryDate = dayAt(index, 'deliveryDate');
    const contractDate = dayAt(index, 'contractDate');
    if (leadDate === undefined || deliveryDate === undefined || contractDate === undefined) return null;
    return {
      stays,
      lastStart,
      leadDate,
      deliveryDate,
      contractDate,
      hasContractNumber: contractDate !== null && textAt(index, 'contractNumber') !== '',
      amount: fenAt(index, 'contractAmount') ?? fenAt(index, 'amount'),
      dealChanged,
      kickedOff,
    };
  }

  function movesOf(index: number): readonly Move[] {
    const { starts, order } = groups();
    const moves: Move[] = [];
    for (let at = starts[index] ?? 0; log && at < (starts[index + 1] ?? 0); at++) {
      const event = order[at] ?? 0;
      const date = log.dates[event] ?? 0;
      if (date <= context.today && stageAt(log, event) !== null) moves.push(moveAt(log, event));
    }
    return isAscending(moves) ? moves : moves.sort((a, b) => a.date - b.date);
  }

  function lastStage(index: number): StageKey | null {
    const { starts, order } = groups();
    let stage: StageKey | null = null;
    let last = Number.NEGATIVE_INFINITY;
    for (let at = starts[index] ?? 0; log && at < (starts[index + 1] ?? 0); at++) {
      const event = order[at] ?? 0;
      const date = log.dates[event] ?? 0;
      const to = stageAt(log, event);
      if (to === null) continue;
      if (date > context.today) return 'lead';
      if (isCreation(log, event)) stage ??= to;
      else if (date >= last) [stage, last] = [to, date];
    }
    return stage;
  }

  function isSettled(index: number, since: Day): boolean {
    if (!log || isRepeated(index)) return false;
    const { starts, order } = groups();
    for (let at = starts[index] ?? 0; at < (starts[index + 1] ?? 0); at++)
      if ((log.dates[order[at] ?? 0] ?? 0) >= since) return false;
    const stage = lastStage(index);
    if (stage === null || isOpenStage(stage) || stage !== stageWord(index)) return false;
    return PAST_DAYS.every((field) => {
      const day = dayAt(index, field);
      return day === null || (day !== undefined && day < since);
    });
  }

  /** Each word is read once. */
  function stageWord(index: number): StageKey | null {
    const at = cellAt(index, 'stage');
    if (at < 0 || ((packed.heads[at] ?? 0) & 15) !== KIND.text) return null;
    const key = packed.values[at] ?? 0;
    const known = stageWords.get(key);
    if (known !== undefined) return known;
    const read = readStageWord(packed.texts.textOf(key).trim(), context.settings.stageWords)?.stage ?? null;
    stageWords.set(key, read);
    return read;
  }

  function textAt(index: number, field: FieldKey): string {
    const at = cellAt(index, field);
    return at < 0 ? '' : readTextCell(valueAt(packed, at), context.dates1904);
  }

  /** A day in any other form than a date's number is undefined: it is read with its row. */
  function dayAt(index: number, field: FieldKey): Day | null | undefined {
    const at = cellAt(index, field);
    if (at < 0) return null;
    const isDate = ((packed.heads[at] ?? 0) & 15) === KIND.date;
    return isDate ? (serialToDay(packed.values[at] ?? 0, context.dates1904) ?? undefined) : undefined;
  }

  /** The low end; null also of what cannot be read. Each amount is read once. */
  function fenAt(index: number, field: 'amount' | 'contractAmount'): Fen | null {
    const at = cellAt(index, field);
    if (at < 0) return null;
    const kind = (packed.heads[at] ?? 0) & 15;
    // Of equal kind and number, or kind and text key, are equal cells; the two columns may have two units.
    const key = ((packed.values[at] ?? 0) * 16 + kind) * 2 + (field === 'amount' ? 0 : 1);
    const known = amounts.get(key);
    if (known !== undefined) return known;
    const read = readAmount(valueAt(packed, at), context.units.get(field) ?? null);
    const fen = typeof read === 'object' ? (read?.low ?? null) : null;
    amounts.set(key, fen);
    return fen;
  }

  function cellAt(index: number, field: FieldKey): number {
    return findCell(packed, rows[index] ?? 0, context.shape.columns.get(field) ?? 0);
  }
}

function isAscending(moves: readonly Move[]): boolean {
  return moves.every(({ date }, index) => date >= (moves[index - 1]?.date ?? date));
}
