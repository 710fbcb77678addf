import { normalizeWidth } from './text.ts';

/** The word of a list that `text` means: <= for ≤, any dash, 高 for 高意向, a类 for A, any case and width. Null: none of them. */
export function readChoice(text: string, words: readonly string[]): string | null {
  const wanted = choiceKey(text);
  return wanted === '' ? null : (words.find((word) => choiceKey(word) === wanted) ?? null);
}

function choiceKey(text: string): string {
  return normalizeWidth(text)
    .replace('<=', '≤')
    .replace(/[–—~至到]/g, '-')
    .replace(/\s/g, '')
    .replace(/(?:意向|[类级])$/, '')
    .toUpperCase();
}
