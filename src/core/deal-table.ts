import type { Deal } from './deal.ts';
import { decodeRow, isDealRow, type ReadRow, type RowContext } from './decode-row.ts';
import type { EventLog } from './event-log.ts';
import type { FieldKey } from './fields.ts';
import type { Finding } from './finding.ts';
import { foldDeal } from './fold.ts';
import type { Message } from './message.ts';
import { findCell, KIND, type PackedSheet, rowAt, valueAt } from './packed-sheet.ts';
import { makeSeries, type Series } from './series.ts';
import type { CellValue } from './sheet.ts';
import { readStageWord } from './stages.ts';
import { readTextCell } from './values.ts';

/** The rows of 客户信息跟踪表 that are deals, with their events; each deal is decoded when it is looked at. */
export interface DealTable {
  readonly deals: Series<Deal>;
  /** Events whose 商机 has no row, by their place in the log. */
  readonly orphans: readonly number[];
  /** Rows whose 商机编号 stands in an earlier row already, with that row. */
  readonly twice: readonly (readonly [number, number])[];
  /** What cannot be read, row by row. */
  findings(): readonly Finding[];
  inferred(): readonly Message[];
  dealAt(index: number): Deal;
  /** All of them, made at once and kept. */
  all(): readonly Deal[];
}

/** So many deals are kept once they are made: a small book is decoded once, a big one does not fill the memory. */
const KEPT = 4000;

/** The indexes of rows that are deals, and of the others that hold a text. */
export function findDealRows(
  packed: PackedSheet,
  { shape, settings }: Pick<RowContext, 'shape' | 'settings'>,
): { readonly rows: Int32Array; readonly passedOver: readonly number[] } {
  const rows = new Int32Array(packed.count);
  const passedOver: number[] = [];
  const stageCol = shape.columns.get('stage') ?? 0;
  const header = shape.headers.get(stageCol);
  // A row with a stage's word in it is a deal: the words are few, and looked at once.
  const isStage = new Map<number, boolean>();
  let length = 0;
  for (let row = 0; row < packed.count; row++) {
    if ((packed.rows[row] ?? 0) <= shape.headerRow) continue;
    const at = findCell(packed, row, stageCol);
    let isDeal = false;
    if (at >= 0 && ((packed.heads[at] ?? 0) & 15) === KIND.text) {
      const key = packed.values[at] ?? 0;
      const known = isStage.get(key);
      const word = known === undefined ? packed.texts.textOf(key).trim() : '';
      isDeal = known ?? (word !== header && !/^[\d.]*$/.test(word) && readStageWord(word, settings.stageWords) !== null);
      if (known === undefined) isStage.set(key, isDeal);
    }
    if (isDeal || isDealRow(rowAt(packed, row), shape)) rows[length++] = row;
    else if (hasText(packed, row)) passedOver.push(row);
  }
  return { rows: rows.subarray(0, length), passedOver };
}

/** The values of a column, of the rows that are deals. */
export function* columnCells(
  packed: PackedSheet,
  rows: Int32Array,
  col: number | undefined,
): Generator<CellValue> {
  for (const row of rows) {
    const at = col === undefined ? -1 : findCell(packed, row, col);
    const value = at < 0 ? undefined : valueAt(packed, at);
    if (value) yield value;
  }
}

/** Opens the table: groups the events by deal, decodes nothing else yet. */
export function openDeals(
  packed: PackedSheet,
  rows: Int32Array,
  log: EventLog | null,
  context: RowContext,
): DealTable {
  const twice: (readonly [number, number])[] = [];
  const byId = new Map<string, number>();
  rows.forEach((_, index) => {
    const id = textAt(index, 'id');
    if (id === '') return;
    const first = byId.get(id);
    if (first === undefined) byId.set(id, index);
    else twice.push([index, first]);
  });
  const { starts, order, orphans } = groupEvents(log, byId, rows.length);
  const repeated = new Set(twice.map(([index]) => index));
  const kept: (Deal | undefined)[] = [];
  const found = new Map<number, readonly Finding[]>();
  const isRead = new Uint8Array(rows.length);
  const read = (index: number): ReadRow => {
    const row = decodeRow(rowAt(packed, rows[index] ?? 0), context);
    isRead[index] = 1;
    if (row.findings.length > 0) found.set(index, row.findings);
    return row;
  };
  const dealAt = (index: number): Deal => {
    const known = all?.[index] ?? kept[index];
    if (known) return known;
    const own = [];
    if (log && !repeated.has(index)) {
      for (let at = starts[index] ?? 0; at < (starts[index + 1] ?? 0); at++) own.push(log.eventAt(order[at] ?? 0));
    }
    const deal = foldDeal(read(index).deal, own, context.today);
    if (index < KEPT) kept[index] = deal;
    return deal;
  };
  let all: readonly Deal[] | undefined;
  return {
    deals: makeSeries(rows.length, dealAt),
    orphans,
    twice,
    dealAt,
    all() {
      all ??= Array.from(rows, (_, index) => dealAt(index));
      return all;
    },
    findings() {
      for (let index = 0; index < rows.length; index++) if (!isRead[index]) read(index);
      return [...found].sort(([a], [b]) => a - b).flatMap(([, findings]) => findings);
    },
    inferred: () => Array.from(rows, (_, index) => read(index).inferred).flat(),
  };

  function textAt(index: number, field: FieldKey): string {
    const at = findCell(packed, rows[index] ?? 0, context.shape.columns.get(field) ?? 0);
    return at < 0 ? '' : readTextCell(valueAt(packed, at));
  }
}

/** The events of each deal, in order of 序号: those of deal `i` are order[starts[i]…starts[i + 1]). */
function groupEvents(log: EventLog | null, byId: ReadonlyMap<string, number>, size: number) {
  const starts = new Int32Array(size + 1);
  const length = log?.events.length ?? 0;
  const owners = new Int32Array(length);
  const orphans: number[] = [];
  const known = new Map<number, number>();
  for (let event = 0; event < length && log; event++) {
    const key = log.ids[event] ?? 0;
    let owner = known.get(key);
    if (owner === undefined) {
      owner = byId.get(log.idAt(event)) ?? -1;
      known.set(key, owner);
    }
    owners[event] = owner;
    if (owner < 0) orphans.push(event);
    else starts[owner + 1] = (starts[owner + 1] ?? 0) + 1;
  }
  for (let index = 0; index < size; index++) starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice(0, size);
  const order = new Int32Array(length - orphans.length);
  owners.forEach((owner, event) => {
    if (owner < 0) return;
    const at = next[owner] ?? 0;
    order[at] = event;
    next[owner] = at + 1;
  });
  return { starts, order, orphans };
}

/** Numbered blank rows are nothing to speak of. */
function hasText(packed: PackedSheet, row: number): boolean {
  return rowAt(packed, row).cells.some((cell) => cell?.kind === 'text' && cell.text.trim() !== '');
}
