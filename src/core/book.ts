import type { HolidayTable } from './calendar.ts';
import type { Day } from './date.ts';
import type { Deal } from './deal.ts';
import type { DealTable, Glance, TextField } from './deal-table.ts';
import type { DealEvent, EventMark } from './event.ts';
import type { FieldKey } from './fields.ts';
import type { Finding } from './finding.ts';
import type { Message } from './message.ts';
import type { Look } from './raw-text.ts';
import type { Series } from './series.ts';
import type { SettingRow, Settings } from './settings.ts';

/** Names of the sheets funnel knows (2.1); in a CSV store the files' names. */
export const SHEETS = {
  tracking: '客户信息跟踪表',
  leads: '线索信息表',
  log: '过程记录',
  conversion: '销售阶段转化率统计表',
  targets: '销售目标',
  settings: '设置',
} as const;

/** Where a table stands in its sheet. Columns count from 1. */
export interface TableShape<Key extends string = string> {
  readonly sheet: string;
  readonly headerRow: number;
  readonly columns: ReadonlyMap<Key, number>;
}

/** 客户信息跟踪表 as found: its own name, header row, known columns and the team's own. */
export interface TrackingShape extends TableShape<FieldKey> {
  /** Every header as typed, by column. */
  readonly headers: ReadonlyMap<number, string>;
  /** The team's own columns. */
  readonly own: readonly { readonly header: string; readonly col: number }[];
  /** The unit a header names (预计金额(万元) → 10000), by field. */
  readonly units: ReadonlyMap<FieldKey, number>;
  /** The first free column to the right. */
  readonly nextCol: number;
}

/** A lead that was kept in 线索信息表 only. */
export interface ScreenedLead {
  readonly customer: string;
  readonly phone: string;
  readonly tags: readonly string[];
  /** 录入日期; null: empty or unreadable. */
  readonly on: Day | null;
}

/** A whole book, decoded, as of a day. */
export interface Book {
  /** The workbook as the command line named it (`--file`): printed commands repeat it. Null: it was not named. */
  readonly named: string | null;
  /** 团队 of 设置, else what the reader was told (the file's name). */
  readonly team: string;
  readonly shape: TrackingShape;
  /** Null: the book has no such sheet yet. */
  readonly logShape: TableShape | null;
  readonly leadsShape: TableShape | null;
  readonly settingsShape: TableShape | null;
  /** Rows of the tracking sheet that hold text and are no deals: sums, remarks, the header once more. */
  readonly passedOver: readonly number[];
  readonly settings: Settings;
  /** The rows of 设置 as they stand. */
  readonly settingRows: readonly SettingRow[];
  /** Yuan per bare number of each amount column; null: not known, and a `no-unit` finding says so. */
  readonly units: ReadonlyMap<FieldKey, number | null>;
  /** False: never adopted (no 商机编号 column or no 过程记录): ids are null and only reading is possible. */
  readonly adopted: boolean;
  readonly deals: readonly Deal[];
  /** Every event of the log, deleted rows' too, in order of number. */
  readonly events: readonly DealEvent[];
  /** Events whose 商机 has no row. */
  readonly orphans: readonly DealEvent[];
  /** 商机编号 in 线索信息表: ids are never used again, even where the row is gone. */
  readonly leadIds: readonly string[];
  /** Leads of 线索信息表 that were screened out at entry (录入即剔除): they have a reason and no 商机. */
  readonly screenedOut: readonly ScreenedLead[];
  /** 数据 findings of reading: unread cells, unknown words, duplicate ids, bad settings, drift … */
  readonly findings: readonly Finding[];
  /** What was read though it is not written (a year, a budget among the tags), each with its cell. */
  readonly inferred: readonly Message[];
  readonly nextSeq: number;
  /** The same deals and events, made one at a time: for whoever looks at all of a big book. Null: only the lists above. */
  readonly table?: DealTable | null;
  readonly asOf: Day;
  /** The official arrangement plus what was imported into 设置. */
  readonly holidays: HolidayTable;
}

/** What stands in a column of a book, each text once: owners as of its day, numbers of contracts as the cells have them now. */
export function textsIn(book: Book, field: TextField): ReadonlySet<string> {
  return book.table?.textsIn(field) ?? new Set(book.deals.map(({ row }) => row[field]));
}

/** Every deal of a book, each made when it is looked at where the book can do that. */
export function dealsOf(book: Book): Series<Deal> {
  return book.table?.deals ?? book.deals;
}

/** The newest rows of the table, the last one first; at most `most`. */
export function newestDeals(book: Book, most: number): readonly Deal[] {
  const { table } = book;
  if (!table) return book.deals.slice(-most).reverse();
  const { length } = table.deals;
  return Array.from({ length: Math.min(most, length) }, (_, back) => table.dealAt(length - 1 - back)).flatMap(
    (deal) => deal ?? [],
  );
}

/**
 * The deals of which a rule may have something to say: all but those that are closed and stand so in their cell. With
 * `owner` those of others may be left out.
 */
export function awakeDeals(book: Book, owner: string | null = null): Series<Deal> {
  return book.table?.awakeOf(owner) ?? book.deals;
}

/** The deals a report on days from `since` on may count, each in outline where that says enough of it (`DealTable.glances`). */
export function* glancesOf(book: Book, since: Day | null, end: Day | null): Iterable<Glance> {
  if (book.table) yield* book.table.glances(since, end);
  else for (const [index, deal] of book.deals.entries()) yield { index, outline: null, deal: () => deal };
}

/** The first event of the log; undefined where there is none. */
export function firstEvent(book: Book): DealEvent | undefined {
  return book.table ? book.table.firstEvent() : book.events[0];
}

/** The events whose 序号 is at least `seq`. */
export function eventsFrom(book: Book, seq: number): readonly DealEvent[] {
  return book.table?.eventsFrom(seq) ?? book.events.filter((event) => event.seq >= seq);
}

/** The deal of a row of the sheet. */
export function dealOfRow(book: Book, row: number): Deal | undefined {
  return book.table ? book.table.dealOfRow(row) : book.deals.find((deal) => deal.row.row === row);
}

/** Every event of the log in order of number, made when it is looked at where the book can do that. */
export function eventsOf(book: Book): Series<DealEvent> {
  return book.table?.events ?? book.events;
}

/** The events that carry a mark. */
export function eventsMarked(book: Book, mark: EventMark): readonly DealEvent[] {
  return book.table?.eventsMarked(mark) ?? book.events.filter(({ marks }) => marks.has(mark));
}

/** What a deal is found by: 商机编号 (empty: none yet), 客户名称, 联系方式; the deal itself is made only if it is asked for. */
export interface DealName {
  readonly id: string;
  readonly customer: string;
  readonly phone: () => string;
  readonly deal: () => Deal | undefined;
}

/**
 * The names of every deal, in the order of the table. With `looks` those may be left out of which no text passes, so that
 * most of a big book is not decoded.
 */
export function* dealNames(
  book: Book,
  looks: readonly (readonly [FieldKey, Look])[] | null = null,
): Generator<DealName> {
  const { table } = book;
  if (!table) {
    for (const deal of book.deals)
      yield {
        id: deal.row.id ?? '',
        customer: deal.row.customer,
        phone: () => deal.row.phone,
        deal: () => deal,
      };
    return;
  }
  for (const index of looks ? table.mayBe(looks) : Array(table.deals.length).keys())
    yield {
      get id() {
        return table.idAt(index);
      },
      get customer() {
        return table.customerAt(index);
      },
      phone: () => table.phoneAt(index),
      deal: () => table.dealAt(index),
    };
}

export interface AwakeName {
  readonly customer: string;
  readonly owner: string;
  readonly deal: () => Deal | undefined;
}

/** 客户名称 and 销售负责人 of the awake deals. */
export function* awakeNames(book: Book): Generator<AwakeName> {
  const { table } = book;
  if (!table) {
    for (const deal of book.deals)
      yield { customer: deal.row.customer, owner: deal.row.owner, deal: () => deal };
    return;
  }
  const later = table.hasLater();
  for (const index of table.awakeIndexes) {
    const then = later ? table.dealAt(index).row : null;
    yield {
      customer: then ? then.customer : table.customerAt(index),
      owner: then ? then.owner : table.ownerAt(index),
      deal: () => table.dealAt(index),
    };
  }
}

/** Every event of a deal, those of days to come too. */
export function eventsOfDeal(book: Book, id: string): readonly DealEvent[] {
  return book.table?.eventsOf(id) ?? book.events.filter((event) => event.dealId === id);
}
