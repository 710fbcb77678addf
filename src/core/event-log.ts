import type { TableShape } from './book.ts';
import type { Day } from './date.ts';
import { decodeEvent, LOG_HEADERS, MOVES, readEventType, readLogStage, readMarks } from './decode-log.ts';
import { type DealEvent, EVENT_MARKS, EVENT_TYPES, type EventMark, type EventType } from './event.ts';
import { eventTextReader } from './event-texts.ts';
import type { FieldKey } from './fields.ts';
import type { Finding } from './finding.ts';
import { findShape } from './header.ts';
import { ITEMS } from './items.ts';
import { KIND, type PackedSheet, packedRows, rowAt, type Texts } from './packed-sheet.ts';
import { makeSeries, type Series } from './series.ts';
import { STAGES, type StageKey } from './stages.ts';
import { serialToDay } from './values.ts';

/**
 * 过程记录 as it lies: what every event says in a word or a number stands in arrays, in order of 序号; an event itself is
 * decoded when it is looked at. A book of 500,000 events is not held as 500,000 objects.
 */
export interface EventLog {
  readonly shape: TableShape;
  readonly events: Series<DealEvent>;
  /** Text key of 商机编号, in `texts`. */
  readonly ids: Int32Array;
  readonly texts: Texts;
  readonly dates: Int32Array;
  /** Index into `LOG_TYPES`. */
  readonly types: Uint8Array;
  /** Index into `STAGES` of 新阶段; −1: none. */
  readonly stages: Int8Array;
  /** Index into `ITEMS`; −1: none. */
  readonly items: Int8Array;
  /** Bits in the order of `EVENT_MARKS`. */
  readonly marks: Uint8Array;
  /** Rows that cannot be read; they are no events. */
  readonly findings: readonly Finding[];
  readonly nextSeq: number;
  eventAt(index: number): DealEvent;
  idAt(index: number): string;
}

export interface LogContext {
  readonly dates1904: boolean;
  readonly today: Day;
  readonly stageWords: ReadonlyMap<string, StageKey>;
  /** Of `decodeEvent`. */
  readonly labels: ReadonlySet<string>;
}

const LOG_TYPES = Object.keys(EVENT_TYPES) as readonly EventType[];
const MARKS = Object.keys(EVENT_MARKS) as readonly EventMark[];
const STAGE_KEYS: readonly StageKey[] = STAGES.map(({ key }) => key);

/** Reads the log. */
export function readLog(packed: PackedSheet, context: LogContext): EventLog {
  const { texts, count } = packed;
  const shape = findShape(packed.sheet, packedRows(packed), LOG_HEADERS);
  const rows = new Int32Array(count);
  const seqs = new Float64Array(count);
  const ids = new Int32Array(count);
  const dates = new Int32Array(count);
  const types = new Uint8Array(count);
  const stages = new Int8Array(count);
  const items = new Int8Array(count);
  const marks = new Uint8Array(count);
  const findings: Finding[] = [];
  const words = wordCodes(packed, context);
  const roles = columnRoles(shape);
  const cells = new Int32Array(ROLES.length);
  let length = 0;
  let isSorted = true;
  const add = (row: number, seq: number) => {
    isSorted &&= length === 0 || seq >= (seqs[length - 1] ?? 0);
    rows[length] = row;
    seqs[length] = seq;
    length++;
  };
  for (let row = 0; row < count; row++) {
    if ((packed.rows[row] ?? 0) <= shape.headerRow) continue;
    for (let role = 0; role < cells.length; role++) cells[role] = -1;
    const end = packed.starts[row + 1] ?? 0;
    for (let at = packed.starts[row] ?? 0; at < end; at++) {
      const role = roles[(packed.heads[at] ?? 0) >> 4];
      if (role !== undefined && role >= 0) cells[role] = at;
    }
    if (readPlainly(row)) continue;
    // Any other shape: the whole row is read, and what it says (or what is wrong with it) is kept.
    const read = decodeEvent(rowAt(packed, row), shape, context);
    if (read && 'event' in read) {
      const { event } = read;
      ids[length] = texts.keyOf(event.dealId);
      dates[length] = event.date;
      types[length] = LOG_TYPES.indexOf(event.type);
      stages[length] = event.to === null ? -1 : STAGE_KEYS.indexOf(event.to);
      items[length] = ITEMS.findIndex(({ key }) => key === event.item);
      marks[length] = markBits(event.marks);
      add(row, event.seq);
    } else if (read) findings.push(read.finding);
  }
  const order = isSorted ? null : sortBySeq(seqs, length);
  const inOrder = <T extends Int32Array | Uint8Array | Int8Array | Float64Array>(array: T): T => {
    const used = array.subarray(0, length) as T;
    return order ? (used.map((_, index) => used[order[index] ?? 0] ?? 0) as T) : used;
  };
  const [orderedRows, orderedSeqs, orderedIds] = [inOrder(rows), inOrder(seqs), inOrder(ids)];
  const textsAt = eventTextReader(packed, shape, context);
  const log = {
    shape,
    ids: orderedIds,
    texts,
    dates: inOrder(dates),
    types: inOrder(types),
    stages: inOrder(stages),
    items: inOrder(items),
    marks: inOrder(marks),
    findings,
    nextSeq: orderedSeqs.reduce((max, seq) => Math.max(max, seq), 0) + 1,
    idAt: (index: number) => texts.textOf(orderedIds[index] ?? 0).trim(),
  };
  const eventAt = (index: number): DealEvent => {
    const { date, type, to, marks } = moveAt(log, index);
    const { dealId, customer, from, values, note, evidence, by, recordedAt } = textsAt(
      orderedRows[index] ?? 0,
    );
    // Written out: a big book has half a million, and what is spread is copied.
    return {
      seq: orderedSeqs[index] ?? 0,
      date,
      dealId,
      customer,
      type,
      from,
      to,
      item: ITEMS[log.items[index] ?? -1]?.key ?? null,
      values,
      note,
      evidence,
      by,
      marks,
      recordedAt,
    };
  };
  return { ...log, events: makeSeries(length, eventAt), eventAt };

  /** A row in the usual shape, told by words met before. False: it must be looked at whole. */
  function readPlainly(row: number): boolean {
    // By index: taking an array apart asks its iterator, half a million times.
    const [seq, date, id, type] = [cells[0], cells[1], cells[2], cells[3]];
    const [to, item, mark] = [cells[4], cells[5], cells[6]];
    if (kindOf(seq) !== KIND.plain || kindOf(date) !== KIND.date || kindOf(id) !== KIND.text) return false;
    if (kindOf(type) !== KIND.text) return false;
    const day = serialToDay(numberAt(date), context.dates1904);
    const typeCode = words.type(numberAt(type));
    const toCode = to === -1 ? NONE : kindOf(to) === KIND.text ? words.stage(numberAt(to)) : UNKNOWN;
    const itemCode = item === -1 ? NONE : kindOf(item) === KIND.text ? words.item(numberAt(item)) : UNKNOWN;
    const markCode = mark === -1 ? 0 : kindOf(mark) === KIND.text ? words.marks(numberAt(mark)) : UNKNOWN;
    const typeKey = LOG_TYPES[typeCode];
    if (day === null || typeKey === undefined || numberAt(seq) <= 0) return false;
    if (toCode === UNKNOWN || itemCode === UNKNOWN || markCode === UNKNOWN) return false;
    if (toCode === NONE && MOVES.has(typeKey)) return false;
    if (itemCode === NONE && typeKey === 'item') return false;
    if (texts.isBlank(numberAt(id))) return false;
    ids[length] = numberAt(id);
    dates[length] = day;
    types[length] = typeCode;
    stages[length] = toCode;
    items[length] = itemCode;
    marks[length] = markCode;
    add(row, numberAt(seq));
    return true;
  }

  function kindOf(at = -1): number {
    return at < 0 ? -1 : (packed.heads[at] ?? 0) & 15;
  }

  function numberAt(at = -1): number {
    return packed.values[at] ?? 0;
  }
}

const [NONE, UNKNOWN, NEW] = [-1, -2, -3];
/** The columns that tell what an event is, in the order `readPlainly` takes them. */
const ROLES = ['序号', '日期', '商机编号', '类型', '新阶段', '检查项', '标记'] as const;

function columnRoles({ columns }: TableShape): Int8Array {
  const cols = ROLES.map((header) => columns.get(header) ?? 0);
  const roles = new Int8Array(Math.max(...cols) + 1).fill(-1);
  for (const [role, col] of cols.entries()) if (col > 0) roles[col] = role;
  return roles;
}

/** What words mean, each read once: by text key. */
function wordCodes({ texts }: PackedSheet, { stageWords }: LogContext) {
  const learn = (read: (text: string) => number) => {
    const known = new Map<number, number>();
    // In front of the map, by the last bits of the key: the words are few, and asked for in every row.
    const keys = new Int32Array(256);
    const codes = new Int8Array(256).fill(NEW);
    return (key: number): number => {
      const slot = key & 255;
      if (keys[slot] === key && codes[slot] !== NEW) return codes[slot] ?? UNKNOWN;
      const code = known.get(key) ?? read(texts.textOf(key).trim());
      known.set(key, code);
      keys[slot] = key;
      codes[slot] = code;
      return code;
    };
  };
  return {
    type: learn((text) => LOG_TYPES.indexOf(readEventType(text) ?? ('' as EventType))),
    stage: learn((text) => {
      const stage = readLogStage(text, stageWords);
      return text === '' ? NONE : stage === null ? UNKNOWN : STAGE_KEYS.indexOf(stage);
    }),
    item: learn((text) => {
      const item = ITEMS.findIndex(({ key }) => key === text);
      return text === '' ? NONE : item < 0 ? UNKNOWN : item;
    }),
    marks: learn((text) => markBits(readMarks(text))),
  };
}

function markBits(marks: ReadonlySet<EventMark>): number {
  return MARKS.reduce((bits, mark, index) => (marks.has(mark) ? bits | (1 << index) : bits), 0);
}

/** What an event says of where its deal stood. */
export type Move = Pick<DealEvent, 'date' | 'type' | 'to' | 'marks'>;

/** The move of an event, without decoding the rest of it. */
export function moveAt(
  { dates, types, stages, marks }: Pick<EventLog, 'dates' | 'types' | 'stages' | 'marks'>,
  index: number,
): Move {
  return {
    date: dates[index] ?? 0,
    type: LOG_TYPES[types[index] ?? 0] ?? 'edited',
    to: STAGE_KEYS[stages[index] ?? -1] ?? null,
    marks: MARK_SETS[marks[index] ?? 0] ?? NO_MARKS,
  };
}

/** The stage that a creation or a move leads to; null of other events, whatever was typed into their 新阶段. */
export function stageAt({ types, stages }: EventLog, index: number): StageKey | null {
  const type = types[index] ?? 0;
  if (IS_MOVE[type] !== 1) return null;
  return STAGE_KEYS[stages[index] ?? -1] ?? (type === CREATED ? 'lead' : null);
}

/** The event is a creation: it says where a deal stands only as long as no other one does. */
export function isCreation({ types }: EventLog, index: number): boolean {
  return types[index] === CREATED;
}

/** Whether an event says where its deal stood. */
export function saysStage({ types, stages }: EventLog, index: number): boolean {
  return (stages[index] ?? -1) >= 0 || types[index] === CREATED;
}

const CREATED = LOG_TYPES.indexOf('created');
const IS_MOVE = Uint8Array.from(LOG_TYPES, (type) => (type === 'created' || MOVES.has(type) ? 1 : 0));

/** An event that may have changed what stands in the columns of contract and amount: a 修改, or an item that fills one of them. */
export function setsContract({ types, items }: EventLog, index: number): boolean {
  return types[index] === EDITED || CONTRACT_ITEMS.has(items[index] ?? -1);
}

const EDITED = LOG_TYPES.indexOf('edited');
const CONTRACT_COLUMNS: ReadonlySet<FieldKey | null> = new Set([
  'amount',
  'contractAmount',
  'contractNumber',
  'contractDate',
]);
const CONTRACT_ITEMS: ReadonlySet<number> = new Set(
  ITEMS.flatMap(({ key, flags }, index) =>
    key === 'contract' || flags.some(({ column }) => CONTRACT_COLUMNS.has(column)) ? [index] : [],
  ),
);

/** A deadline counts from such an event: a creation, a reopening, a demo. */
export function startsDeadline({ types, items }: EventLog, index: number): boolean {
  return STARTS.has(types[index] ?? -1) || items[index] === DEMO;
}

const STARTS: ReadonlySet<number> = new Set([LOG_TYPES.indexOf('created'), LOG_TYPES.indexOf('reopened')]);
const DEMO = ITEMS.findIndex(({ key }) => key === 'demo');

/** The event says why a deal was lost. */
export function isLossEvent({ types }: EventLog, index: number): boolean {
  return types[index] === LOST;
}

const LOST = LOG_TYPES.indexOf('lost');

/** The event records a kickoff. */
export function isKickoff({ items }: EventLog, index: number): boolean {
  return items[index] === KICKOFF;
}

const KICKOFF = ITEMS.findIndex(({ key }) => key === 'kickoff');

/** The events that carry a mark. */
export function marked({ marks }: EventLog, mark: EventMark): number[] {
  const bit = 1 << MARKS.indexOf(mark);
  const found: number[] = [];
  marks.forEach((bits, index) => {
    if (bits & bit) found.push(index);
  });
  return found;
}

const NO_MARKS: ReadonlySet<EventMark> = new Set();
/** Every set of marks, by its bits. */
const MARK_SETS = Array.from(
  { length: 1 << MARKS.length },
  (_, bits): ReadonlySet<EventMark> => new Set(MARKS.filter((_, index) => bits & (1 << index))),
);

function sortBySeq(seqs: Float64Array, length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index).sort(
    (a, b) => (seqs[a] ?? 0) - (seqs[b] ?? 0) || a - b,
  );
}
