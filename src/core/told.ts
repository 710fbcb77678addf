import { type Finding, LEVELS, type Level } from './finding.ts';
import { placeName } from './sheet.ts';

/** What somebody was told before: the level of each finding then, by `findingKey`. */
export type Told = ReadonlyMap<string, Level>;

/** The same finding on another day: its rule and 商机, else its cell, else its words. */
export function findingKey({ rule, id, place, words }: Finding): string {
  return `${rule} ${id ?? (place ? placeName(place) : words().explain.zh)}`;
}

/** Not told before, or only at a lower level. */
export function isNews(told: Told, finding: Finding): boolean {
  const before = told.get(findingKey(finding));
  return before === undefined || LEVELS.indexOf(finding.level) < LEVELS.indexOf(before);
}

/**
 * What has been told once `seen` were shown or sent. Of the other findings of today (`all`) what was told before still
 * holds; what is no finding any more is forgotten, so that it is news when it comes again.
 */
export function rememberTold(told: Told, all: readonly Finding[], seen: readonly Finding[]): Told {
  const now = new Map(seen.map((finding) => [findingKey(finding), finding.level]));
  for (const key of all.map(findingKey)) {
    const before = told.get(key);
    if (before !== undefined && !now.has(key)) now.set(key, before);
  }
  return now;
}
