import { type Book, glancesOf } from '../book.ts';
import { type ColumnRef, columnText } from '../columns.ts';
import { type Day, parseIsoDay } from '../date.ts';
import type { Deal, DealRow, Hold, Stay } from '../deal.ts';
import type { DealOutline } from '../deal-glance.ts';
import type { Glance } from '../deal-table.ts';
import type { DealEvent } from '../event.ts';
import { compareEvents, foldStays, hasHistory } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Fen } from '../money.ts';
import { rowAsOf } from '../row-as-of.ts';
import { groupBy } from '../series.ts';
import type { StageKey } from '../stages.ts';

/** One 商机 as a report sees it at the end of a day. */
export interface Subject {
  /** The one it stands in: ids are its own only there. */
  readonly book: Book;
  /** Stays that began by the end of that day; `to` may lie after it. */
  readonly stays: readonly Stay[];
  readonly leadDate: Day | null;
  /** 合同签订日期, where it and 合同编号 stood by then. */
  readonly won: Day | null;
  /** 合同金额, else 预计金额; low end. */
  readonly amount: Fen | null;
  /** Contract and amount as they stood at the end of an earlier day; null where there never was a contract. */
  readonly dealBy: ((day: Day) => Pick<Subject, 'won' | 'amount'>) | null;
  /** Where `names` tells the rest of it. */
  readonly at: number;
  readonly names: SubjectNames;
}

/** What is told of some subjects besides their figures; looked up when it is asked for. */
export interface SubjectNames {
  /** Only the events are left: a deleted row keeps its place in closed periods. */
  readonly isDeleted: boolean;
  id(at: number): string | null;
  customer(at: number): string;
  /** What stood in a column on that day; nothing of a deleted one. */
  text(at: number, column: ColumnRef): string;
  /** 搁置 on the day of the book. */
  hold(at: number): Hold | null;
  /** Why the last stay, a loss, came about. */
  lostFor(at: number, last: Stay): string;
}

export function idOf({ names, at }: Subject): string | null {
  return names.id(at);
}

export function customerOf({ names, at }: Subject): string {
  return names.customer(at);
}

export function ownerOf({ names, at }: Subject): string {
  return names.text(at, 'owner');
}

/** What the event of the loss said, so that a reopening changes no closed period; without one 流失原因. Empty where it does not stand lost. */
export function lossReason({ names, at, stays }: Subject): string {
  const last = stays.at(-1);
  return last?.stage === 'lost' || last?.stage === 'invalid' ? names.lostFor(at, last).trim() : '';
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

/** Who looks at deals on the way. */
export interface Onlooker {
  /** Something may be told by the deal that its outline stands for. */
  wants(outline: DealOutline): boolean;
  look(deal: Deal): void;
}

/** Everybody a report may count. The onlooker sees every deal it wants: a big book is gone through once. */
export function gatherPopulation(book: Book, sight: Sight, onlooker?: Onlooker): Population {
  const { end, hides, onlyRecorded, since } = sight;
  const logged = hides ? new Map(groupBy(book.events, ({ dealId }) => dealId)) : null;
  const unknown: Deal[] = [];
  let drifted = 0;
  const earlierOnly: Subject[] = [];
  const subjects: Subject[] = [];
  const outlined = outlinedNames(book, end);
  for (const glance of glancesOf(book, since ?? null, hides || onlyRecorded ? null : end)) {
    const { outline } = glance;
    if (outline) {
      if (onlooker?.wants(outline)) onlooker.look(glance.deal());
      subjects.push(outlinedSubject(glance, outline));
      continue;
    }
    const deal = glance.deal();
    onlooker?.look(deal);
    if (deal.drift !== null) drifted += 1;
    const events = logged?.get(deal.row.id ?? '') ?? [];
    // They are those of the first row with that id: no event accounts for one that repeats it (deal-table.ts).
    logged?.delete(deal.row.id ?? '');
    const isCounted = onlyRecorded || !deal.born || !isUnclear(deal, book, end);
    if (!isCounted) unknown.push(deal);
    if (isCounted) subjects.push(...subjectOf(deal, events));
    else if (deal.stage !== null) earlierOnly.push(...subjectOf(deal, events));
  }
  return { subjects: [...subjects, ...deletedRows(book, sight)], earlierOnly, unknown, drifted };

  function outlinedSubject({ index, deal }: Glance, outline: DealOutline): Subject {
    const { stays, leadDate, contractDate, hasContractNumber, amount, dealChanged } = outline;
    const signed = contractDate !== null && hasContractNumber ? contractDate : null;
    const dealAt = (day: Day) => ({ won: signed !== null && signed <= day ? signed : null, amount });
    const mayHaveSigned = contractDate !== null || dealChanged !== null;
    const dealBy = (day: Day) =>
      dealChanged === null || dealChanged <= day
        ? dealAt(day)
        : contractIn(rowAsOf(deal().row, deal().events, day), day);
    return {
      book,
      stays,
      leadDate: leadDate ?? stays[0]?.from ?? null,
      ...dealAt(end),
      dealBy: mayHaveSigned ? dealBy : null,
      at: index,
      names: outlined,
    };
  }

  /** `events`: all of the log, those of days to come too; none where everything recorded counts. */
  function subjectOf(deal: Deal, events: readonly DealEvent[]): Subject[] {
    const row = rowAsOf(deal.row, deal.events, end, hides);
    const seen = events.filter((event) => !hides?.(event)).sort(compareEvents);
    const isLogged = hasHistory(events);
    if (isLogged ? seen.length === 0 : onlyRecorded) return [];
    const stays = (isLogged && seen.length < events.length ? foldStays(seen) : deal.stays).filter(
      (stay) => stay.from <= end,
    );
    if (stays.length === 0) return [];
    const contractBy = (then: DealRow, day: Day) =>
      contractIn(then, day, onlyRecorded ? contractDay(seen.filter(({ date }) => date <= day)) : undefined);
    const mayHaveSigned =
      deal.row.contractDate !== null ||
      deal.events.some(({ item, type }) => item === 'contract' || type === 'edited');
    return [
      {
        book,
        stays,
        leadDate: row.leadDate ?? stays[0]?.from ?? null,
        ...contractBy(row, end),
        dealBy: mayHaveSigned ? (day) => contractBy(rowAsOf(deal.row, deal.events, day, hides), day) : null,
        at: 0,
        names: {
          isDeleted: false,
          id: () => row.id,
          customer: () => row.customer,
          text: (_, column) => columnText(row, column),
          hold: () => deal.hold,
          lostFor: (_, last) => reasonSaid(last, deal.events) ?? row.lostReason,
        },
      },
    ];
  }
}
/** Contract and amount of a row as it stood at the end of a day; `signedOn`: what the events say of it, where they alone count. */
function contractIn(row: DealRow, day: Day, signedOn?: Day | null): Pick<Subject, 'won' | 'amount'> {
  const signed = signedOn === undefined ? (hasContract(row) ? row.contractDate : null) : signedOn;
  return {
    won: signed !== null && signed <= day ? signed : null,
    amount: (row.contractAmount ?? row.amount)?.low ?? null,
  };
}

/** Of deals that were seen in outline: by their place in the table, at the end of a day; no event of theirs is later. */
function outlinedNames({ table }: Book, end: Day): SubjectNames {
  const text = (at: number, column: ColumnRef) => {
    const said = table?.columnTextAt(at, column) ?? null;
    const deal = said === null ? table?.dealAt(at) : undefined;
    return deal ? columnText(rowAsOf(deal.row, deal.events, end), column) : (said ?? '');
  };
  return {
    isDeleted: false,
    id: (at) => table?.idAt(at) || null,
    customer: (at) => table?.customerAt(at) ?? '',
    text,
    hold: (at) => table?.dealAt(at).hold ?? null,
    lostFor: (at, last) => reasonSaid(last, table?.lossesAt(at) ?? []) ?? text(at, 'lostReason'),
  };
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
  return [...groupBy(book.orphans, ({ dealId }) => dealId)].flatMap(([id, all]) => {
    const events = all.filter((event) => event.date <= end && !hides?.(event)).sort(compareEvents);
    const stays = foldStays(events);
    const first = stays[0];
    if (id === '' || !first) return [];
    return [
      {
        book,
        stays,
        leadDate: first.from,
        won: contractDay(events),
        amount: null,
        dealBy: (day) => ({ won: contractDay(events.filter(({ date }) => date <= day)), amount: null }),
        at: 0,
        names: {
          isDeleted: true,
          id: () => id,
          customer: () => all.at(-1)?.customer ?? '',
          text: () => '',
          hold: () => null,
          lostFor: (_, last) => reasonSaid(last, events) ?? '',
        },
      },
    ];
  });
}

function reasonSaid({ from }: Stay, events: readonly DealEvent[]): string | undefined {
  return events.findLast(({ type, date }) => type === 'lost' && date === from)?.values.get('原因');
}

/** By the events alone: the last recorded contract. */
function contractDay(events: readonly DealEvent[]): Day | null {
  return events.findLast((event) => event.item === 'contract')?.date ?? null;
}
