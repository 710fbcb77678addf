import {
  civilOf,
  comingOccurrence,
  type Day,
  dayOf,
  formatDay,
  latestOccurrence,
  parseIsoDay,
} from './date.ts';
import type { FollowUpEntry } from './deal.ts';
import { normalizeWidth } from './text.ts';

export interface FollowUps {
  /** In the order of the cell. */
  readonly entries: readonly FollowUpEntry[];
  /** Entries stand newest first, so a new one goes before the others. */
  readonly newestFirst: boolean;
  /** Text before the first dated entry: kept, but it has no day. */
  readonly undated: string;
  /** How the first entry whose year is not written begins; empty where there is none. */
  readonly yearless: string;
}

export interface FollowUpHints {
  /** 线索录入日期: years that are not written are counted from it. */
  readonly leadDate: Day | null;
  readonly today: Day;
}

/**
 * The entries of a 跟进记录 cell: `日期:内容`, separated by `;`, `；` or line breaks. A new entry begins only at a
 * separator that is followed by a date, so contents may hold any of them. Older habits are read too (`3.20 …`, `3/20:`,
 * `【3.20】`); their year comes from the neighbours and the entry date.
 */
export function parseFollowUps(text: string, hints: FollowUpHints): FollowUps {
  const plain = parsePlainly(text);
  if (plain) return plain;
  const { undated, entries, mark } = splitEntries(text);
  const { dates, newestFirst } = placeInYears(entries, hints, mark);
  const yearless = entries.find(({ year }) => year === null);
  return {
    entries: entries.map((entry, index) => ({
      date: dates[index] ?? hints.today,
      text: entry.text.trim(),
      inferredYear: entry.year === null,
    })),
    newestFirst,
    undated: undated.trim(),
    yearless: yearless ? text.slice(yearless.at, yearless.end).trim().slice(0, 12) : '',
  };
}

/**
 * The entries of a cell in which every entry begins with `YYYY-MM-DD:`, as funnel itself writes them: nearly all cells of
 * a big book, read without a pattern. Null where anything else stands in it.
 */
function parsePlainly(text: string): FollowUps | null {
  const entries: FollowUpEntry[] = [];
  let [forward, backward] = [0, 0];
  for (let from = 0; from < text.length; ) {
    let to = from;
    while (to < text.length && !isSeparator(text.charCodeAt(to))) to++;
    const last = entries.at(-1);
    if (to > from) {
      const date = plainDate(text, from, to);
      if (date === null) return null;
      if (last && date < last.date) forward++;
      if (last && date > last.date) backward++;
      entries.push({ date, text: text.slice(from + 11, to).trim(), inferredYear: false });
    }
    from = to + 1;
  }
  return { entries, newestFirst: backward < forward, undated: '', yearless: '' };
}

/** `;`, `；` and a line break. */
function isSeparator(code: number): boolean {
  return code === 59 || code === 0xff1b || code === 10;
}

/** The day of `YYYY-MM-DD:` at `from`; null for anything else. */
function plainDate(text: string, from: number, to: number): Day | null {
  const colon = text.charCodeAt(from + 10);
  if (to - from < 11 || (colon !== 58 && colon !== 0xff1a)) return null;
  const digits = (at: number, count: number) => {
    let number = 0;
    for (let index = at; index < at + count; index++) {
      const digit = text.charCodeAt(index) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      number = number * 10 + digit;
    }
    return number;
  };
  if (text.charCodeAt(from + 4) !== 45 || text.charCodeAt(from + 7) !== 45) return null;
  const [year, month, date] = [digits(from, 4), digits(from + 5, 2), digits(from + 8, 2)];
  return Number.isNaN(year + month + date) ? null : dayOf(year, month, date);
}

/**
 * The cell's text with one more entry: `;YYYY-MM-DD:TEXT` behind the others, or before them where the newest comes
 * first; on a line of its own where the others stand so. Content that would itself read as further entries has the
 * separators before its dates turned into commas.
 */
export function appendFollowUp(text: string, day: Day, content: string, newestFirst: boolean): string {
  const entry = `${formatDay(day)}:${oneEntry(content)}`;
  const { entries } = splitEntries(text);
  const separator = separatorOf(entries);
  const first = entries[0]?.at;
  if (newestFirst && first !== undefined)
    return text.slice(0, first) + entry + separator + text.slice(first).trimStart();
  const last = splitPieces(text).at(-1);
  if (!last) return entry;
  return text.slice(0, last.at + last.piece.length) + separator + entry;
}

/** What is left of a cell whose oldest entries were taken out of it, and what they were. */
export interface TakenOut {
  readonly text: string;
  /** In the order of the cell. */
  readonly entries: readonly FollowUpEntry[];
  /** Text without a day: it goes last of all. Empty where it stays. */
  readonly undated: string;
}

/**
 * Takes the oldest entries out of a cell's text until the rest is no longer than `room` characters: never the newest one,
 * and none that `mayGo` holds back. What stays, stays as it was typed; where the others stood, a mark says up to which day
 * they are in 过程记录, and the years of those that stay are counted on from it.
 */
export function takeOldestOut(
  text: string,
  hints: FollowUpHints,
  room: number,
  mayGo: (entry: FollowUpEntry) => boolean,
): TakenOut {
  const { entries: raw, undated, mark } = splitEntries(text);
  const { entries, newestFirst } = parseFollowUps(text, hints);
  const taken = new Set<number>();
  let length = text.length + writeMark(hints.today).length;
  for (let age = entries.length - 1; age > 0 && length > room; age--) {
    const index = newestFirst ? age : entries.length - 1 - age;
    const [entry, piece] = [entries[index], raw[index]];
    if (!entry || !piece || !mayGo(entry)) continue;
    taken.add(index);
    length -= piece.separator.length + piece.end - piece.at;
  }
  const all = length > room && undated.trim() !== '';
  if (taken.size === 0 && !all) return { text, entries: [], undated: '' };
  const last = entries[newestFirst ? Math.min(...taken) : Math.max(...taken)]?.date ?? mark?.day ?? null;
  const stay = raw
    .filter((_, index) => !taken.has(index))
    .map(({ separator, at, end }, index) => (index === 0 ? '' : separator) + text.slice(at, end))
    .join('');
  const rest = newestFirst ? [stay, writeMark(last)] : [writeMark(last), stay];
  return {
    text: [all ? '' : undated.trim(), ...rest].filter((part) => part !== '').join(separatorOf(raw)),
    entries: entries.filter((_, index) => taken.has(index)),
    undated: all ? undated.trim() : '',
  };
}

/** The cell's text with every content, and every text without a day, as `mask` says; days, order and separators stay. */
export function maskFollowUps(text: string, mask: (content: string) => string): string {
  const { entries } = splitEntries(text);
  const first = entries[0]?.at ?? text.length;
  const undated = splitPieces(text)
    .filter(({ at, piece }) => at < first && !MARK.test(piece))
    .map(({ at, piece }) => ({ from: at, to: at + piece.length }));
  const contents = entries.map(({ end, text: content }) => ({ from: end - content.length, to: end }));
  return [...undated, ...contents].reduceRight(
    (masked, { from, to }) => masked.slice(0, from) + mask(masked.slice(from, to)) + masked.slice(to),
    text,
  );
}

/** On a line of its own where the others stand so. */
function separatorOf(entries: readonly RawEntry[]): string {
  const later = entries.filter(({ at }) => at > 0);
  return later.length > 0 && later.every(({ separator }) => separator.includes('\n')) ? '\n' : ';';
}

/** Stands in a cell for the entries that were taken out of it. */
function writeMark(last: Day | null): string {
  return `（${last === null ? '' : `${formatDay(last)} 及`}更早的跟进见 过程记录）`;
}

const MARK = /^\s*（(?:(\d{4}-\d{2}-\d{2}) 及)?更早的跟进见 过程记录）\s*$/;

const FULL_DATE = '\\d{4}\\s*[-/.年]\\s*\\d{1,2}\\s*[-/.月]\\s*\\d{1,2}(?!\\d)\\s*[日号]?';
/** `3.20`, `3月20日`, `20240320`, and `24.3.20`, whose year is of this century. */
const SHORT_DATE =
  '(?:20\\d{2}[01]\\d[0-3]\\d(?!\\d)|[1-4]\\d(?:-\\d{1,2}-|/\\d{1,2}/|\\.\\d{1,2}\\.)\\d{1,2}(?!\\d)|' +
  '\\d{1,2}\\s*(?:[-/.]\\s*\\d{1,2}(?!\\d)|月\\s*\\d{1,2}(?:\\s*[日号]|(?!\\d))))';
/** Behind a number, these make it an amount, a discount, a version or a deadline and no date: `3.20 万`, `3.5 折`, `3月20日前`. */
const NO_DATE = '(?!\\s*(?:[万亿元折倍个人天周年月点版%前后起止至到]|之[前后]|以[前后]|小时))';
/**
 * A date where an entry begins: `2024-03-20:`, `【3.20】`, `3/20:`, `3.20 …`, `3.20,…`, `3月20日…`, each in a numbered list
 * or not (`2、3.20 …`). A short one needs a mark, a space or its 日 behind it.
 */
const ENTRY = new RegExp(
  `^\\s*(?:\\d{1,2}\\s*[、)]\\s*)?(?:[【\\[(](${FULL_DATE}|${SHORT_DATE})\\s*[】\\])]\\s*:?` +
    `|(${FULL_DATE})\\s*:?` +
    `|(${SHORT_DATE})(?:\\s*(?::|,(?!\\d))|(?:\\s+|(?<=[日号]))${NO_DATE}))\\s*`,
);

interface RawEntry {
  /** Null: not written. */
  readonly year: number | null;
  readonly month: number;
  readonly date: number;
  text: string;
  /** Where it stands in the cell's text. */
  readonly at: number;
  end: number;
  /** What separates it from what stands before. */
  readonly separator: string;
}

/** The mark of entries that were taken out: the day of the last of them, and whether it stands behind the others. */
interface Mark {
  readonly day: Day | null;
  readonly isLast: boolean;
}

function splitEntries(text: string): { undated: string; entries: readonly RawEntry[]; mark: Mark | null } {
  const entries: RawEntry[] = [];
  let undated = '';
  let mark: Mark | null = null;
  for (const { piece, separator, at } of splitPieces(text)) {
    const begin = entryStart(piece);
    const last = entries.at(-1);
    const marked = begin ? null : MARK.exec(piece);
    const end = at + piece.length;
    if (begin) entries.push({ ...begin.date, text: piece.slice(begin.length), at, end, separator });
    else if (marked) mark = { day: parseIsoDay(marked[1] ?? ''), isLast: last !== undefined };
    else if (last) {
      last.text += separator + piece;
      last.end = end;
    } else undated += separator + piece;
  }
  return { undated, entries, mark };
}

/** Whether part of a content reads like an entry of its own (`;2026-03-20:…`): it is then joined on with a comma. */
export function looksLikeEntries(content: string): boolean {
  return splitPieces(content.trim()).some(({ piece }, index) => index > 0 && entryStart(piece) !== null);
}

/** The content as one entry: nothing in it that would begin another. A comma makes `3.20` before it a date: again, then. */
function oneEntry(content: string): string {
  const [first, ...rest] = splitPieces(content.trim());
  const joined = [
    first?.piece ?? '',
    ...rest.map(({ piece, separator }) => (entryStart(piece) ? `，${piece.trimStart()}` : separator + piece)),
  ].join('');
  return looksLikeEntries(joined) ? oneEntry(joined) : joined;
}

/** Text cut at every separator: the pieces that hold anything, where they stand, and what separates each from the last. */
function splitPieces(text: string): { piece: string; separator: string; at: number }[] {
  const pieces: { piece: string; separator: string; at: number }[] = [];
  let separator = '';
  let at = 0;
  for (const part of text.split(/([;；]|\r?\n)/)) {
    if (/^[;；\s]*$/.test(part)) separator += part;
    else {
      pieces.push({ piece: part, separator, at });
      separator = '';
    }
    at += part.length;
  }
  return pieces;
}

/** The date a piece begins with, and how long the date and its marks are; null for a piece that is only content. */
function entryStart(
  piece: string,
): { date: Pick<RawEntry, 'year' | 'month' | 'date'>; length: number } | null {
  const match = ENTRY.exec(normalizeWidth(piece));
  if (!match) return null;
  const written = (match[1] ?? match[2] ?? match[3] ?? '').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const [a = 0, b = 0, c] = written.match(/\d+/g)?.map(Number) ?? [];
  const date =
    c === undefined ? { year: null, month: a, date: b } : { year: a < 100 ? 2000 + a : a, month: b, date: c };
  // A leap year stands in for one that is not written.
  return dayOf(date.year ?? 2024, date.month, date.date) === null ? null : { date, length: match[0].length };
}

/**
 * The day of every entry. Both orders are tried, oldest first and newest first; the one with fewer steps back and fewer
 * years is what was meant, oldest first where they are equal.
 */
function placeInYears(
  entries: readonly RawEntry[],
  { leadDate, today }: FollowUpHints,
  mark: Mark | null,
): { dates: readonly Day[]; newestFirst: boolean } {
  const start = leadDate === null ? null : (mark?.day ?? leadDate);
  const count = (some: readonly RawEntry[]) =>
    start === null ? countBack(some, today) : countOn(some, start, today);
  const [forward, backward] = [count(entries), count([...entries].reverse())];
  const newestFirst = mark ? mark.isLast : disorder(backward, leadDate) < disorder(forward, leadDate);
  return { dates: newestFirst ? backward.reverse() : forward, newestFirst };
}

/** Entries a little out of order, or met so long before the lead was entered, are not a year away. */
const SLACK = 60;

/** Oldest first from the entry date on: each the first such day after the one before, as long as it is not in the future. */
function countOn(entries: readonly RawEntry[], leadDate: Day, today: Day): Day[] {
  let floor = leadDate;
  return entries.map(({ year, month, date }) => {
    const written = year === null ? null : dayOf(year, month, date);
    const coming = comingOccurrence(month, date, floor - SLACK) ?? today;
    floor = written ?? (coming <= today ? coming : (latestOccurrence(month, date, today) ?? today));
    return floor;
  });
}

/** Without an entry date: newest last, back from today, each the latest such day not after the one behind it. */
function countBack(entries: readonly RawEntry[], today: Day): Day[] {
  let ceiling = today;
  return [...entries]
    .reverse()
    .map(({ year, month, date }) => {
      const written = year === null ? null : dayOf(year, month, date);
      ceiling = written ?? latestOccurrence(month, date, Math.min(today, ceiling + SLACK)) ?? today;
      return ceiling;
    })
    .reverse();
}

/** How unlikely an order is: its steps back, the years it takes, and (less so) that it begins before the lead was entered. */
function disorder(dates: readonly Day[], leadDate: Day | null): number {
  if (dates.length === 0) return 0;
  const steps = dates.filter((date, index) => date < (dates[index - 1] ?? date)).length;
  const all = leadDate === null ? dates : [leadDate, ...dates];
  const years = all.map((date) => civilOf(date).year);
  const isEarly = leadDate !== null && dates.some((date) => date < leadDate);
  return steps + Math.max(...years) - Math.min(...years) + (isEarly ? 0.5 : 0);
}
