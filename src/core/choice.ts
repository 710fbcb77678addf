import { CYCLES, readCycle } from './intent.ts';
import { normalizeWidth } from './text.ts';

/**
 * The word of a list that `text` means: <= for ≤, any dash, 高 for 高意向, a类 for A, any case and width, 两周 for ≤1个月.
 * Null: none of them.
 */
export function readChoice(text: string, words: readonly string[]): string | null {
  const known = READ.get(words) ?? new Map<string, string | null>();
  READ.set(words, known);
  const read = known.get(text);
  if (read !== undefined) return read;
  const wanted = choiceKey(text);
  const said = wanted === '' ? undefined : words.find((each) => choiceKey(each) === wanted);
  const word = said ?? (words === CYCLES ? readCycle(text) : null);
  if (known.size < MOST_READ) known.set(text, word);
  return word;
}

/** What was read before, by list and text: a column of 100,000 cells holds a handful of words. */
const READ = new WeakMap<readonly string[], Map<string, string | null>>();
const MOST_READ = 1000;

function choiceKey(text: string): string {
  return normalizeWidth(text)
    .replace('<=', '≤')
    .replace(/[–—~至到]/g, '-')
    .replace(/\s/g, '')
    .replace(/(?:意向|[类级])$/, '')
    .toUpperCase();
}
