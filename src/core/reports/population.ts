import { type Book, dealsOf, dealsSince } from '../book.ts';
import { type Day, parseIsoDay } from '../date.ts';
import type { Deal, DealRow, Hold, Stay } from '../deal.ts';
import type { DealEvent } from '../event.ts';
import { compareEvents, foldStays, hasHistory } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import { rowAsOf } from '../row-as-of.ts';
import type { StageKey } from '../stages.ts';

/** One 商机 as a report sees it at the end of a day. */
export interface Subject {
  /** The one it stands in: ids are its own only there. */
  readonly book: Book;
  readonly id: string | null;
  readonly customer: string;
  /** As it was on that day. Null where only the events are left: a deleted row keeps its place in closed periods. */
  readonly row: DealRow | null;
  /** Stays that began by the end of that day; `to` may lie after it. */
  readonly stays: readonly Stay[];
  readonly leadDate: Day | null;
  /** 合同签订日期, where it and 合同编号 stood by then. */
  readonly won: Day | null;
  readonly owner: string;
  /** 合同金额, else 预计金额; low end. */
  readonly amount: Fen | null;
  /** Contract and amount as they stood at the end of an earlier day; null where there never was a contract. */
  readonly dealBy: ((day: Day) => Pick<Subject, 'won' | 'amount'>) | null;
  /** 搁置 on the day of the book. */
  readonly hold: Hold | null;
  /** Why it was lost, where it stands lost on that day; else empty. */
  readonly lostFor: string;
}

export interface Population {
  readonly subjects: readonly Subject[];
  /** Those who count on earlier days only: their stage cell cannot be read on the last day of the book. */
  readonly earlierOnly: readonly Subject[];
  /** Rows whose stage word is not known (or empty): shown elsewhere, not counted. */
  readonly unknown: readonly Deal[];
  /** How many stages were changed by hand. */
  readonly drifted: number;
}

export interface Sight {
  /** The end of this day is looked at. */
  readonly end: Day;
  /** Events left out as recorded too late; null: none. */
  readonly hides: ((event: DealEvent) => boolean) | null;
  /** Rows that no event accounts for are left out: nobody knows when they were written. */
  readonly onlyRecorded: boolean;
  /** Only days from here on are counted: deals that closed before need not be looked at. Absent: everybody counts. */
  readonly since?: Day;
}

/** Everybody a report may count. `look` sees every deal on the way: a big book is gone through once. */
export function gatherPopulation(book: Book, sight: Sight, look?: (deal: Deal) => void): Population {
  const { end, hides, onlyRecorded, since } = sight;
  const logged = hides ? groupByDeal(book.events) : null;
  const unknown: Deal[] = [];
  let drifted = 0;
  const earlierOnly: Subject[] = [];
  const deals = since === undefined ? dealsOf(book) : dealsSince(book, since);
  const subjects = deals.flatMap((deal): Subject[] => {
    look?.(deal);
    if (deal.drift !== null) drifted += 1;
    if (onlyRecorded || !deal.born || !isUnclear(deal, book, end)) return subjectOf(deal);
    unknown.push(deal);
    if (deal.stage !== null) earlierOnly.push(...subjectOf(deal));
    return [];
  });
  return { subjects: [...subjects, ...deletedRows(book, sight)], earlierOnly, unknown, drifted };

  function subjectOf(deal: Deal): Subject[] {
    const row = rowAsOf(deal.row, deal.events, end, hides);
    const events = logged?.get(row.id ?? '') ?? [];
    const seen = events.filter((event) => !hides?.(event)).sort(compareEvents);
    const isLogged = hasHistory(events);
    if (isLogged ? seen.length === 0 : onlyRecorded) return [];
    const stays = (isLogged && seen.length < events.length ? foldStays(seen) : deal.stays).filter(
      (stay) => stay.from <= end,
    );
    if (stays.length === 0) return [];
    const dealAt = (then: DealRow, day: Day) => {
      const known = onlyRecorded
        ? contractDay(seen.filter(({ date }) => date <= day))
        : hasContract(then)
          ? then.contractDate
          : null;
      return {
        won: known !== null && known <= day ? known : null,
        amount: (then.contractAmount ?? then.amount)?.low ?? null,
      };
    };
    const mayHaveSigned =
      deal.row.contractDate !== null ||
      deal.events.some(({ item, type }) => item === 'contract' || type === 'edited');
    return [
      {
        book,
        id: row.id,
        customer: row.customer,
        row,
        stays,
        leadDate: row.leadDate ?? stays[0]?.from ?? null,
        ...dealAt(row, end),
        dealBy: mayHaveSigned ? (day) => dealAt(rowAsOf(deal.row, deal.events, day, hides), day) : null,
        owner: row.owner,
        hold: deal.hold,
        lostFor: lossReason(stays.at(-1), deal.events, row),
      },
    ];
  }
}

/** Everybody of several books; whoever of one stays whose he was. */
export function joinPopulations(populations: readonly Population[]): Population {
  return {
    subjects: populations.flatMap(({ subjects }) => subjects),
    earlierOnly: populations.flatMap(({ earlierOnly }) => earlierOnly),
    unknown: populations.flatMap(({ unknown }) => unknown),
    drifted: populations.reduce((sum, { drifted }) => sum + drifted, 0),
  };
}

/** The team's own words for stages, of all books. */
export function stageWordsOf(books: readonly Book[]): ReadonlyMap<string, StageKey> {
  return new Map(books.flatMap(({ settings }) => [...settings.stageWords]));
}

/**
 * Nobody can read where the deal stands (1.2: left out of rates). A row without a log says it of every day; of one with
 * a log the cell speaks for the last day of the book only: what the log says of a closed period stays (1.9).
 */
function isUnclear({ row, stage }: Deal, book: Book, end: Day): boolean {
  if (stage === null || row.stage !== null) return stage === null;
  return end >= book.asOf && !book.events.some(({ dealId, date }) => dealId === row.id && date > book.asOf);
}

/** What --known-on leaves out: events recorded after that day. */
export function hidesAfter(knownOn: Day | null): Sight['hides'] {
  return knownOn === null ? null : (event) => recordedDay(event) > knownOn;
}

/** The day an event was recorded; a hand-written one without 记录时间 counts as recorded on its date. */
export function recordedDay(event: DealEvent): Day {
  return parseIsoDay(event.recordedAt.slice(0, 10)) ?? event.date;
}

function deletedRows(book: Book, { end, hides }: Sight): Subject[] {
  return [...groupByDeal(book.orphans)].flatMap(([id, all]) => {
    const events = all.filter((event) => event.date <= end && !hides?.(event)).sort(compareEvents);
    const stays = foldStays(events);
    const first = stays[0];
    if (id === '' || !first) return [];
    return [
      {
        book,
        id,
        customer: all.at(-1)?.customer ?? '',
        row: null,
        stays,
        leadDate: first.from,
        won: contractDay(events),
        owner: '',
        amount: null,
        dealBy: (day) => ({ won: contractDay(events.filter(({ date }) => date <= day)), amount: null }),
        hold: null,
        lostFor: lossReason(stays.at(-1), events, null),
      },
    ];
  });
}

/** What the event of the loss said, so that a reopening changes no closed period; without one 流失原因. */
function lossReason(last: Stay | undefined, events: readonly DealEvent[], row: DealRow | null): string {
  if (last?.stage !== 'lost' && last?.stage !== 'invalid') return '';
  const event = events.findLast(({ type, date }) => type === 'lost' && date === last.from);
  return (event?.values.get('原因') ?? row?.lostReason ?? '').trim();
}

/** By the events alone: the last recorded contract. */
function contractDay(events: readonly DealEvent[]): Day | null {
  return events.findLast((event) => event.item === 'contract')?.date ?? null;
}

function groupByDeal(events: readonly DealEvent[]): ReadonlyMap<string, readonly DealEvent[]> {
  const groups = new Map<string, DealEvent[]>();
  for (const event of events) {
    const group = groups.get(event.dealId);
    if (group) group.push(event);
    else groups.set(event.dealId, [event]);
  }
  return groups;
}
