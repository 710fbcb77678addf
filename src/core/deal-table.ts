import { type ColumnRef, columnText, findOwn } from './columns.ts';
import type { Day } from './date.ts';
import type { Deal, Stay } from './deal.ts';
import { type DealOutline, glanceAtDeals } from './deal-glance.ts';
import { readDealIds } from './deal-ids.ts';
import { decodeRow, isDealRow, type ReadRow, type RowContext } from './decode-row.ts';
import type { DealEvent, EventMark } from './event.ts';
import { type EventLog, isLossEvent, marked, saysStage } from './event-log.ts';
import { type EventGroups, type EventOwners, findOwners, groupEvents } from './event-owners.ts';
import { type FieldKey, type FieldKind, fieldInfo } from './fields.ts';
import type { Finding } from './finding.ts';
import { foldDeal, foldStays } from './fold.ts';
import type { Message } from './message.ts';
import { findCell, KIND, type PackedSheet, rowAt, valueAt } from './packed-sheet.ts';
import { newQuietRows } from './quiet-rows.ts';
import type { Look } from './raw-text.ts';
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
  /**
   * The deals of which a rule may have something to say: all but those lost or invalid by the log and by their cell. Most
   * deals of an old book are. With `owner` those that are surely of others are left out too.
   */
  awakeOf(owner: string | null): Series<Deal>;
  /**
   * The deals a report on days from `since` on may count (null: all): all but those closed before, by the log and by
   * their cell, of which nothing is dated later. Each in outline, as of `end`, where that says enough of it (null: none).
   */
  glances(since: Day | null, end: Day | null): Iterable<Glance>;
  /** Every event of a deal, those of days to come too; none where another row has its id. */
  eventsOf(id: string): readonly DealEvent[];
  phoneAt(index: number): string;
  /** 商机编号 (empty: none yet) and 客户名称 of a row: what it is looked for by. */
  idAt(index: number): string;
  customerAt(index: number): string;
  ownerAt(index: number): string;
  /** A day to come is on file: what the cells of a row say may not have stood there yet. */
  hasLater(): boolean;
  /** What the row says in a column (`columnText`) of which every cell speaks for itself; null: the row must be read. */
  columnTextAt(index: number, column: ColumnRef): string | null;
  /** The losses of a deal, as it was recorded: days to come too. */
  lossesAt(index: number): readonly DealEvent[];
  /** The indexes of `awake`. */
  readonly awakeIndexes: readonly number[];
  /** The deal of a row of the sheet, or of an id (the first of several). */
  dealOfRow(row: number): Deal | undefined;
  dealOfId(id: string): Deal | undefined;
  /** The stays, by the log alone, of every deal that moved in [from, to). */
  staysMoved(from: Day, to: Day): Iterable<readonly Stay[]>;
  firstEvent(): DealEvent | undefined;
  eventsMarked(mark: EventMark): readonly DealEvent[];
  /** The events whose 序号 is at least `seq`: usually few, and the last ones. */
  eventsFrom(seq: number): readonly DealEvent[];
  /** The whole log in order of number, each event made when it is looked at. */
  readonly events: Series<DealEvent>;
  /** What stands in a column, each text once: owners as of the day, numbers of contracts as the cells have them now. */
  textsIn(field: TextField): ReadonlySet<string>;
  /** A row has no 商机编号, or the log does not say where it stood. */
  readonly hasUnnamed: boolean;
  /** Every 商机编号 in the table or in the log; in the table those of which `look` says no are left out. */
  ids(look?: Look): Iterable<string>;
  /** The deals of which a text may pass one of `looks`, by their index: all others surely do not. */
  mayBe(looks: readonly (readonly [FieldKey, Look])[]): Iterable<number>;
  /** What cannot be read, row by row. */
  findings(): readonly Finding[];
  inferred(): readonly Message[];
  dealAt(index: number): Deal;
  /** All of them, made at once and kept. */
  all(): readonly Deal[];
}

export type TextField = 'owner' | 'contractNumber';

/** A deal as one comes by it: in outline where that says enough of it, and whole when it is asked for. */
export interface Glance {
  readonly index: number;
  readonly outline: DealOutline | null;
  readonly deal: () => Deal;
}

/** Kinds of columns whose cells speak for themselves: a day may lie ahead, a budget stand among the tags. */
const OF_ITSELF: ReadonlySet<FieldKind> = new Set(['text', 'choice', 'stage']);

/** The deals of a table of so many rows are kept once they are made; a big one is not held in memory. */
const KEPT = 4000;

const NO_BYTES = new Uint8Array();

/** The events of so many deals are looked for one by one; then those of all are grouped. */
const FEW_LOOKUPS = 20;

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
      isDeal =
        known ??
        (word !== header && !/^[\d.]*$/.test(word) && readStageWord(word, settings.stageWords) !== null);
      if (known === undefined) isStage.set(key, isDeal);
    }
    if (isDeal || isDealRow(rowAt(packed, row), shape)) rows[length++] = row;
    else if (hasText(packed, row)) passedOver.push(row);
  }
  return { rows: rows.subarray(0, length), passedOver };
}

/** The values of a column, of the rows that are deals, in their order; one that comes again may be left out. */
export function* columnValues(
  packed: PackedSheet,
  rows: Int32Array,
  col: number | undefined,
): Generator<CellValue> {
  if (col === undefined) return;
  const { heads, values } = packed;
  const known = new Set<number>();
  for (const row of rows) {
    const at = findCell(packed, row, col);
    // Of one column: what is equal in kind and number, or in kind and text key, is equal.
    const key = at < 0 ? 0 : (values[at] ?? 0) * 16 + ((heads[at] ?? 0) & 15);
    if (at < 0 || known.has(key)) continue;
    known.add(key);
    const value = valueAt(packed, at);
    if (value) yield value;
  }
}

/** Opens the table: finds its ids, decodes nothing else yet. */
export function openDeals(
  packed: PackedSheet,
  rows: Int32Array,
  log: EventLog | null,
  context: RowContext,
): DealTable {
  const ids = readDealIds(packed, rows, context.shape.columns.get('id'));
  const { twice } = ids;
  const repeated = new Set(twice.map(([index]) => index));
  const isRepeated = (index: number) => repeated.has(index);
  let owned: EventOwners | undefined;
  const ownedEvents = () => {
    owned ??= findOwners(log, ids);
    return owned;
  };
  let grouped: EventGroups | undefined;
  const groups = () => {
    grouped ??= groupEvents(ownedEvents(), rows.length);
    return grouped;
  };
  let lookups = 0;
  const glance = glanceAtDeals(packed, rows, log, groups, isRepeated, context);
  const { cellAt, textAt, stageWord } = glance;
  let unnamed: boolean | undefined;
  let sorted: readonly number[] | undefined;
  const sortedDeals = () => {
    sorted ??= sortDeals();
    return sorted;
  };
  const kept: (Deal | undefined)[] = [];
  const found = new Map<number, readonly Finding[]>();
  const isRead = new Uint8Array(rows.length);
  const quiet = newQuietRows(packed, context);
  const read = (index: number): ReadRow => {
    const row = decodeRow(rowAt(packed, rows[index] ?? 0), context);
    if (isRead[index] === 0) quiet.learn(rows[index] ?? 0, row.findings);
    isRead[index] = 1;
    if (row.findings.length > 0) found.set(index, row.findings);
    return row;
  };
  const dealAt = (index: number): Deal => {
    const known = all?.[index] ?? kept[index];
    if (known) return known;
    const deal = foldDeal(read(index).deal, isRepeated(index) ? [] : eventsAt(index), context.today);
    if (rows.length <= KEPT) kept[index] = deal;
    return deal;
  };
  let all: readonly Deal[] | undefined;
  let first: readonly DealEvent[] | undefined;
  let later: boolean | undefined;
  const hasLater = () => {
    later ??= log?.dates.some((date) => date > context.today) ?? false;
    return later;
  };
  const texts = new Map<TextField, ReadonlySet<string>>();
  const columnTexts: (Map<number, string> | undefined)[] = [];
  return {
    deals: makeSeries(rows.length, dealAt),
    awakeOf(owner) {
      const isOf = (index: number) => owner === null || hasLater() || textAt(index, 'owner') === owner;
      const awake = sortedDeals().filter(isOf);
      return makeSeries(awake.length, (at) => dealAt(awake[at] ?? 0));
    },
    *glances(since, end) {
      for (let index = 0; index < rows.length; index++) {
        if (since !== null && glance.isSettled(index, since)) continue;
        const outline = end === null ? null : glance.outlineAt(index, end);
        yield { index, outline, deal: () => dealAt(index) };
      }
    },
    get hasUnnamed() {
      unnamed ??= findUnnamed();
      return unnamed;
    },
    idAt: ids.idAt,
    customerAt: (index) => textAt(index, 'customer'),
    phoneAt: (index) => textAt(index, 'phone'),
    eventsOf: (id) => {
      const index = ids.find(id);
      return index < 0 ? [] : eventsAt(index);
    },
    ownerAt: (index) => textAt(index, 'owner'),
    hasLater,
    columnTextAt,
    lossesAt: (index) => (log ? eventsAt(index, (event) => isLossEvent(log, event)) : []),
    get awakeIndexes() {
      return sortedDeals();
    },
    dealOfRow(row) {
      const index = indexOfRow(packed, rows, row);
      return index < 0 ? undefined : dealAt(index);
    },
    dealOfId(id) {
      const index = ids.find(id);
      return index < 0 ? undefined : dealAt(index);
    },
    *staysMoved(from, to) {
      const { starts, order } = groups();
      for (let index = 0; index < rows.length && log; index++) {
        const end = starts[index + 1] ?? 0;
        for (let at = starts[index] ?? 0; at < end; at++) {
          const event = order[at] ?? 0;
          const date = log.dates[event] ?? 0;
          if (date < from || date >= to || (log.stages[event] ?? -1) < 0) continue;
          yield foldStays(glance.movesOf(index));
          break;
        }
      }
    },
    firstEvent() {
      first ??= log && log.events.length > 0 ? [log.eventAt(0)] : [];
      return first[0];
    },
    events: log?.events ?? [],
    eventsMarked: (mark) => (log ? marked(log, mark).map(log.eventAt) : []),
    eventsFrom(seq) {
      const events: DealEvent[] = [];
      for (let index = (log?.events.length ?? 0) - 1; log && index >= 0; index--) {
        const event = log.eventAt(index);
        if (event.seq < seq) break;
        events.push(event);
      }
      return events;
    },
    textsIn(field) {
      const known = texts.get(field) ?? textsOf(field);
      texts.set(field, known);
      return known;
    },
    *ids(look) {
      yield* ids.all(look);
      for (const event of ownedEvents().orphans) if (log) yield log.idAt(event);
    },
    *mayBe(looks) {
      const wanted = looks.map(([field, look]) => ({ col: context.shape.columns.get(field) ?? 0, look }));
      for (let index = nextThatMay(wanted, 0); index >= 0; index = nextThatMay(wanted, index + 1))
        yield index;
    },
    get orphans() {
      return ownedEvents().orphans;
    },
    twice,
    dealAt,
    all() {
      all ??= Array.from(rows, (_, index) => dealAt(index));
      return all;
    },
    findings() {
      for (let index = 0; index < rows.length; index++)
        if (!isRead[index] && !quiet.isQuiet(rows[index] ?? 0)) read(index);
      return [...found].sort(([a], [b]) => a - b).flatMap(([, findings]) => findings);
    },
    inferred: () => Array.from(rows, (_, index) => read(index).inferred).flat(),
  };

  function eventsAt(index: number, isWanted?: (event: number) => boolean): readonly DealEvent[] {
    const own: DealEvent[] = [];
    if (!grouped && log && lookups < FEW_LOOKUPS) {
      lookups++;
      const { owners } = ownedEvents();
      for (let at = owners.indexOf(index); at >= 0; at = owners.indexOf(index, at + 1))
        if (isWanted?.(at) !== false) own.push(log.eventAt(at));
      return own;
    }
    const { starts, order } = groups();
    for (let at = starts[index] ?? 0; log && at < (starts[index + 1] ?? 0); at++) {
      const event = order[at] ?? 0;
      if (isWanted?.(event) !== false) own.push(log.eventAt(event));
    }
    return own;
  }

  /** What equal cells of a column say is read once: channels, owners and levels are few. */
  function columnTextAt(index: number, column: ColumnRef): string | null {
    const { shape } = context;
    const isField = typeof column === 'string';
    const col = isField ? shape.columns.get(column) : findOwn(shape, column)?.col;
    if (isField && !OF_ITSELF.has(fieldInfo(column).kind)) return null;
    if (col === undefined) return '';
    const at = findCell(packed, rows[index] ?? 0, col);
    const key = at < 0 ? -1 : (packed.values[at] ?? 0) * 16 + ((packed.heads[at] ?? 0) & 15);
    const known = columnTexts[col]?.get(key);
    if (known !== undefined) return known;
    const text = columnText(read(index).deal, column);
    columnTexts[col] = (columnTexts[col] ?? new Map<number, string>()).set(key, text);
    return text;
  }

  /** Those of which a rule may have something to say. */
  function sortDeals(): readonly number[] {
    const awake: number[] = [];
    for (let index = 0; index < rows.length; index++) {
      const stage = glance.lastStage(index);
      const isClosed = stage === 'lost' || stage === 'invalid';
      if (!isClosed || stage !== stageWord(index)) awake.push(index);
    }
    return awake;
  }

  /** Whether a deal is named, or known to the log, by nothing. */
  function findUnnamed(): boolean {
    const { owners } = ownedEvents();
    const isLogged = new Uint8Array(rows.length);
    for (let event = 0; event < owners.length && log; event++) {
      const owner = owners[event] ?? -1;
      if (owner >= 0 && saysStage(log, event)) isLogged[owner] = 1;
    }
    return isLogged.some(
      (logged, index) =>
        ids.isBlank(index) || (logged === 0 && !isRepeated(index) && stageWord(index) !== null),
    );
  }

  /**
   * The first row from `from` on of which a text may pass, and all before it surely do not once they are decoded; −1: none.
   * Every row of a big table is looked at: nothing is made on the way.
   */
  function nextThatMay(
    wanted: readonly { readonly col: number; readonly look: Look }[],
    from: number,
  ): number {
    for (let index = from; index < rows.length; index++) {
      for (const { col, look } of wanted) {
        const at = findCell(packed, rows[index] ?? 0, col);
        const isText = at >= 0 && ((packed.heads[at] ?? 0) & 15) === KIND.text;
        if (at < 0 ? look(NO_BYTES, 0, 0) : !isText) return index;
        if (isText && (packed.texts.look?.(packed.values[at] ?? 0, look) ?? true)) return index;
      }
    }
    return -1;
  }

  function textsOf(field: TextField): ReadonlySet<string> {
    if (field === 'owner' && hasLater())
      return new Set(Array.from(rows, (_, index) => dealAt(index).row.owner));
    const col = context.shape.columns.get(field);
    const found = new Set(
      Array.from(columnValues(packed, rows, col), (value) => readTextCell(value, context.dates1904)),
    );
    return rows.some((_, index) => cellAt(index, field) < 0) ? found.add('') : found;
  }
}

/** The index of the deal in that row of the sheet; −1 if none. Rows are in order but for odd files. */
function indexOfRow(packed: PackedSheet, rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((packed.rows[rows[middle] ?? 0] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  if (packed.rows[rows[low] ?? -1] === row) return low;
  return rows.findIndex((each) => packed.rows[each] === row);
}

/** Numbered blank rows are nothing to speak of. */
function hasText(packed: PackedSheet, row: number): boolean {
  return rowAt(packed, row).cells.some((cell) => cell?.kind === 'text' && cell.text.trim() !== '');
}
