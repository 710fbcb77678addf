import { civilOf, type Day, dayOf, formatDay } from './date.ts';
import type { FollowUpEntry } from './deal.ts';
import { normalizeWidth } from './text.ts';
import { latestOccurrence } from './values.ts';

export interface FollowUps {
  readonly entries: readonly FollowUpEntry[];
  /** Entries stand newest first, so a new one goes before the others. */
  readonly newestFirst: boolean;
  /** Text before the first dated entry: kept, but it has no day. */
  readonly undated: string;
}

export interface FollowUpHints {
  /** 线索录入日期: the year of the first entry without one. */
  readonly leadDate: Day | null;
  readonly today: Day;
}

const FULL_DATE = '\\d{4}\\s*[-/.年]\\s*\\d{1,2}\\s*[-/.月]\\s*\\d{1,2}\\s*日?';
const SHORT_DATE = '\\d{1,2}\\s*(?:[-/.]\\s*\\d{1,2}|月\\s*\\d{1,2}\\s*[日号]?)';
/** A date where an entry begins: `2024-03-20:`, `3.20 …`, `3/20:`, `【3.20】`. A short one needs a mark or a space behind it. */
const ENTRY = new RegExp(
  `^\\s*(?:[【\\[(（](${FULL_DATE}|${SHORT_DATE})[】\\])）]\\s*[:：]?|(${FULL_DATE})\\s*[:：]?|(${SHORT_DATE})(?:\\s*[:：]|\\s+))\\s*`,
);

/**
 * The entries of a 跟进记录 cell: `日期:内容`, separated by `;`, `；` or line breaks. A new entry begins only at a
 * separator that is followed by a date, so contents may hold any of them. A year that is not written comes from the
 * entry's neighbours and the entry date.
 */
export function parseFollowUps(text: string, hints: FollowUpHints): FollowUps {
  const undated: string[] = [];
  const raw: { year: number | null; month: number; date: number; text: string }[] = [];
  for (const { piece, separator } of splitPieces(text)) {
    const match = ENTRY.exec(normalizeWidth(piece));
    const numbers = match ? readNumbers(match[1] ?? match[2] ?? match[3] ?? '') : null;
    const last = raw.at(-1);
    if (match && numbers) raw.push({ ...numbers, text: piece.slice(match[0].length) });
    else if (last) last.text += separator + piece;
    else undated.push(separator + piece);
  }
  const entries = inferYears(raw, hints);
  const first = entries[0]?.date;
  const last = entries.at(-1)?.date;
  return {
    entries,
    newestFirst: first !== undefined && last !== undefined && first > last,
    undated: undated.join('').trim(),
  };
}

/**
 * The cell's text with one more entry: `;YYYY-MM-DD:TEXT` behind the others, or before them where the newest comes
 * first. Content that would itself read as further entries has its separators turned into commas.
 */
export function appendFollowUp(text: string, day: Day, content: string, newestFirst: boolean): string {
  const entry = `${formatDay(day)}:${oneEntry(content)}`;
  if (text.trim() === '') return entry;
  if (newestFirst) return `${entry}${text.includes('\n') ? '\n' : ';'}${text}`;
  return `${text.replace(/[;；\s]+$/, '')}${text.includes('\n') ? '\n' : ';'}${entry}`;
}

function oneEntry(content: string): string {
  return splitPieces(content.trim())
    .map(({ piece, separator }, index) =>
      index > 0 && ENTRY.test(normalizeWidth(piece)) ? `，${piece}` : separator + piece,
    )
    .join('');
}

/** Text cut at every separator, each piece with the separator before it. */
function splitPieces(text: string): { piece: string; separator: string }[] {
  const pieces: { piece: string; separator: string }[] = [];
  let separator = '';
  for (const part of text.split(/([;；]|\r?\n)/)) {
    if (/^([;；]|\r?\n)$/.test(part)) separator += part;
    else if (part.trim() === '') separator += part;
    else {
      pieces.push({ piece: part, separator });
      separator = '';
    }
  }
  return pieces;
}

function readNumbers(text: string): { year: number | null; month: number; date: number } | null {
  const numbers = text.match(/\d+/g)?.map(Number) ?? [];
  const [a = 0, b = 0, c] = numbers;
  const found = c === undefined ? { year: null, month: a, date: b } : { year: a, month: b, date: c };
  return dayOf(found.year ?? 2024, found.month, found.date) === null ? null : found;
}

/** Years that are missing: by the neighbour before (or after, newest first), else the entry date, else the latest past. */
function inferYears(
  raw: readonly { year: number | null; month: number; date: number; text: string }[],
  { leadDate, today }: FollowUpHints,
): FollowUpEntry[] {
  const descending = isDescending(raw);
  const ordered = descending ? [...raw].reverse() : [...raw];
  let floor = leadDate;
  const entries = ordered.map((each): FollowUpEntry => {
    const written = each.year === null ? null : dayOf(each.year, each.month, each.date);
    const date =
      written ??
      firstFrom(each.month, each.date, floor) ??
      latestOccurrence(each.month, each.date, today) ??
      today;
    floor = date;
    return { date, text: each.text.trim(), inferredYear: written === null };
  });
  return descending ? entries.reverse() : entries;
}

/** The first such day on or after `floor`; one up to two months before it is taken as met before entry. Null without a floor. */
function firstFrom(month: number, date: number, floor: Day | null): Day | null {
  if (floor === null) return null;
  const { year } = civilOf(floor);
  const same = dayOf(year, month, date);
  if (same !== null && same >= floor - 60) return same;
  return dayOf(year + 1, month, date);
}

/** More steps go back (by less than half a year) than forward: the newest stands first. */
function isDescending(raw: readonly { year: number | null; month: number; date: number }[]): boolean {
  let balance = 0;
  raw.forEach((each, index) => {
    const before = raw[index - 1];
    if (!before) return;
    const years = each.year !== null && before.year !== null ? before.year - each.year : 0;
    const step = years * 372 + (before.month - each.month) * 31 + before.date - each.date;
    const wraps = years === 0 && step > 186 && (each.year === null || before.year === null);
    balance += step > 0 && !wraps ? 1 : step < 0 ? -1 : 0;
  });
  return balance > 0;
}
