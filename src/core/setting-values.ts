import type { Day } from './date.ts';
import type { Settings } from './settings.ts';
import { normalizeWidth, splitTags } from './text.ts';
import { readDateText } from './values.ts';

/** One row of 设置: its default in the words of the sheet, what it means, and how its value is read. */
export interface Setting {
  readonly category: string;
  readonly name: string;
  readonly value: string;
  readonly explanation: string;
  /** Every name it is found by, without spaces. */
  readonly names: readonly string[];
  /** The settings with this value; null where it cannot be used. */
  readonly read: (settings: Settings, value: string) => Settings | null;
}

/** A setting that is found by its name alone. */
export function setting(
  category: string,
  name: string,
  value: string,
  explanation: string,
  read: Setting['read'],
): Setting {
  return { category, name, value, explanation, names: [name.replace(/\s/g, '')], read };
}

/** Ten years: no limit of ours is longer. */
export const MOST_DAYS = 3650;

/** A whole number of these bounds; undefined: none. */
export function readWhole(value: string, least: number, most: number): number | undefined {
  const n = Number(value);
  return Number.isInteger(n) && n >= least && n <= most ? n : undefined;
}

/** What reads a whole number. */
export function whole(
  apply: (settings: Settings, n: number) => Settings,
  least = 0,
  most = MOST_DAYS,
): Setting['read'] {
  return (settings, value) => {
    const n = readWhole(value, least, most);
    return n === undefined ? null : apply(settings, n);
  };
}

/** What reads a list of at least one word. */
export function words(apply: (settings: Settings, list: readonly string[]) => Settings): Setting['read'] {
  return (settings, value) => {
    const list = splitTags(value);
    return list.length === 0 ? null : apply(settings, list);
  };
}

/** `45%`, `0.45`; null for anything that is no share. */
export function readShare(text: string): number | null {
  const bare = normalizeWidth(text).trim();
  const share = bare.endsWith('%') ? Number(bare.slice(0, -1)) / 100 : Number(bare);
  return bare !== '' && share >= 0 && share <= 1 ? share : null;
}

/** Four weights, `15,25,25,35`; null for anything else. */
export function readWeights(text: string): readonly number[] | null {
  const weights = splitTags(normalizeWidth(text)).map((part) => Number(part.replace(/%$/, '')));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.length === 4 && weights.every((weight) => weight >= 0) && sum > 0 ? weights : null;
}

/** A day, or a range `2026-02-15…2026-02-23`; the year must be written. Null: neither. */
export function readDayRange(value: string): readonly Day[] | null {
  const ends = value
    .split(/…|\.\.|[~至到]/)
    .filter((text) => text !== '')
    .map((text) => readDateText(text, 0));
  const [from, to = from] = ends.map((read) => (read === null || read.inferredYear ? null : read.day));
  if (from == null || to == null || ends.length > 2 || to < from || to - from > 366) return null;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
