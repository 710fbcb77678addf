import { normalizeWidth } from './core/text.ts';

/** A command line typed with a Chinese keyboard, and what was read otherwise than it was typed. */
export interface ReadWords {
  readonly argv: readonly string[];
  readonly read: readonly { readonly typed: string; readonly meant: string }[];
}

/**
 * Full-width letters, digits, spaces and dashes as what was meant: `——next` and `－－ｎｅｘｔ` are `--next`, `１１－２３` is a
 * date, `１５万` an amount, `Ａ` a priority. A word that holds Chinese besides is somebody's text and stays as it is.
 */
export function readFullWidth(words: readonly string[]): ReadWords {
  const texts = words.includes('--') ? words.indexOf('--') : words.length;
  const read = words.map((typed, index) => {
    const meant = (index < texts ? partWords(typed, index === 0) : [typed]).map(meantWord);
    return { typed, meant };
  });
  return {
    argv: read.flatMap(({ meant }) => meant),
    read: read
      .map(({ typed, meant }) => ({ typed, meant: meant.join(' ') }))
      .filter(({ typed, meant }) => meant !== typed),
  };
}

/** No shell parts words at a full-width space: it is done behind the command and behind a flag; elsewhere it is text. */
function partWords(word: string, isCommand: boolean): readonly string[] {
  if (isCommand) return word.split('\u3000').filter((part) => part !== '');
  const [flag = '', ...rest] = word.split('\u3000');
  return rest.length > 0 && FLAG.test(normalizeWidth(flag)) ? [flag, rest.join('\u3000')] : [word];
}

const FLAG = /^-{1,2}[A-Za-z][\w-]*$/;

/** Characters of dates, quarters and amounts that are Chinese all the same. */
const VALUE = /^[+¥￥]?[Qq\d][\w.,/+\- 年月日号天周个工作后前内之以上下万亿千百元整季度]*$/;

/** One word as it was meant. */
export function meantWord(word: string): string {
  const plain = normalizeWidth(word);
  if (plain === word) return word;
  const flag = /^-{1,2}[A-Za-z][\w-]*/.exec(plain)?.[0];
  if (flag !== undefined) {
    // Only the flag: the value behind = may be a text.
    const rest = word.slice(flag.length).replace(/^＝/, '=');
    return `${flag.length > 2 ? flag.replace(/^-{1,2}/, '--') : flag}${rest}`;
  }
  const isAscii = /^[ -~]*[A-Za-z\d][ -~]*$/.test(plain) && !plain.startsWith('-');
  return isAscii || VALUE.test(plain) ? plain.trim() : word;
}
