import { match } from 'pinyin-pro';
import { normalizeWidth } from './core/text.ts';

/**
 * Whether `letters` spell Chinese characters of `text` that stand side by side: by initials (hdjx → 华东机械), in full
 * (huadong), or mixed (huadjx). Every reading of a character counts (重: zhong, chong), ü is also typed v, and
 * punctuation in either is passed over.
 */
export function isSpelled(text: string, letters: string): boolean {
  const name = plain(text);
  const typed = plain(letters);
  if (typed === '') return false;
  const withUmlaut = typed.replace(/([ln])v/g, '$1ü');
  return [...new Set([typed, withUmlaut])].some(
    (each) => match(name, each, { precision: 'start', continuous: true }) !== null,
  );
}

function plain(text: string): string {
  return normalizeWidth(text)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
