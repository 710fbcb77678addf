import { eastAsianWidth } from 'get-east-asian-width';

/** Text as people see it: width in a terminal, full-width forms, what must never reach a terminal raw. */

/** Full-width letters, digits, punctuation, spaces and dashes as their half-width forms: １５万 → 15万. Length is kept. */
export function normalizeWidth(text: string): string {
  return text.replace(/[！-～\u2010-\u2015\u2212\u3000\u00a0]/g, (char) => {
    if (char === '\u3000' || char === '\u00a0') return ' ';
    return char < '！' ? '-' : String.fromCharCode(char.charCodeAt(0) - 0xfee0);
  });
}

/** Columns `text` takes in a terminal: Chinese and emoji two, combining marks none, colours none. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length + (text.match(/[^ -~]/g)?.length ?? 0);
  let width = 0;
  for (const [cluster] of text.replace(ANSI, '').matchAll(CLUSTER)) width += clusterWidth(cluster);
  return width;
}

/** `text` with spaces behind it up to `width` columns. */
export function padEndTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** `text` with spaces before it up to `width` columns. */
export function padStartTo(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/**
 * Lines of at most `width` columns; breaks at spaces, between any two Chinese characters (never before a closing or
 * behind an opening mark), and inside a word only if it must.
 */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

/** `text` cut to `width` columns, with … where something is missing. */
export function truncateTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const [cluster] of text.matchAll(CLUSTER)) {
    used += clusterWidth(cluster);
    if (used > width - 1) break;
    cut += cluster;
  }
  return `${cut}…`;
}

/**
 * Text from a cell, safe for a terminal: control characters, escape sequences, bidi and other invisible marks as
 * visible escapes. Line breaks become ⏎ unless `newlines` keeps them.
 */
export function visible(text: string, options: { readonly newlines?: boolean } = {}): string {
  return text.replace(UNSAFE, (char) => {
    if (char.endsWith('\n')) return options.newlines ? '\n' : '⏎';
    if (char === '\t') return ' ';
    const code = char.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
  });
}

/** One JSON document, indented, in which nothing that a terminal obeys stands raw. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(JSON_UNSAFE, (char) =>
    Array.from(
      { length: char.length },
      (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/**
 * At most three of `candidates` that are a slip of the fingers away from `word`, nearest first; one that holds the
 * other (方案 in 方案呈现, rep in report) counts as near too.
 */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const wanted = normalizeWidth(word).trim().toLowerCase();
  const near = [...new Set(candidates)].flatMap((candidate) => {
    const known = candidate.toLowerCase();
    const longer = Math.max(wanted.length, known.length);
    // Half of a Chinese word of four is as telling as two thirds of a Latin one.
    const limit = Math.max(1, Math.floor(longer / (/\p{Script=Han}/u.test(known) ? 2 : 3)));
    const distance = longer > 60 ? longer : wordDistance(wanted, known);
    if (distance <= limit && distance < longer) return [{ candidate, distance }];
    const holds =
      Math.min(wanted.length, known.length) >= 2 && (known.includes(wanted) || wanted.includes(known));
    return holds ? [{ candidate, distance }] : [];
  });
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A cell of tags: separated by 、，,;； and spaces. */
export function splitTags(text: string): string[] {
  return text.split(/[、，,;；\s]+/u).filter((tag) => tag !== '');
}

/** Text for a CSV file that a spreadsheet may open: what would begin a formula there gets an apostrophe before it. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guardFormula` made safe. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}

/** The defined name in a workbook made for others, by which it is told from the team's own. */
export const OUTPUT_MARK = 'funnel_output';

/** Phones with their middle hidden, wherever they stand: 13812345678 → 138****5678, 010-82345678 → 010-****5678. */
export function maskPhones(text: string): string {
  return text
    .replace(/(?<!\d)((?:\+?86[- ]?)?1\d{2})[- ]?\d{4}[- ]?(\d{4})(?!\d)/g, '$1****$2')
    .replace(/(?<!\d)(0\d{2,3}[- ]?)\d{3,4}[- ]?(\d{4})(?!\d)/g, '$1****$2');
}

/** What a spreadsheet takes for a formula (full-width forms too), also behind spaces, or cuts off before one. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\p{Cc}]/u;
/** Text whose every character is ASCII (one column) or common Chinese (two). */
const PLAIN = /^[ -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff60]*$/;
const ESCAPE = String.fromCharCode(27);
const ANSI = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');
/** A flag, an emoji with all that joins it, or one code point. */
const CLUSTER =
  /\p{RI}\p{RI}|\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)*|[\s\S]/gu;
/** A zero-width joiner stays: it makes one emoji of several and does nothing else. */
const UNSAFE = /\r?\n|(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const JSON_UNSAFE = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;
/** Spaces, a Latin word, or one other character with the marks that must stay on its line. */
const WORD =
  /\s+|[（【「『《“‘(]*[^!-\u2e7f\s](?:\u200d\S|[\p{M}、，。；：！？）】」』》”’…,.;:!?)])*|(?:(?!\([^!-\u2e7f\s])[!-\u2e7f])+[、，。；：！？）】」』》]*/gu;

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  const single = cluster.length === (code > 0xffff ? 2 : 1);
  if (!single) return 2;
  return /[\p{Cc}\p{Cf}\p{Mn}\p{Me}]/u.test(cluster) ? 0 : eastAsianWidth(code);
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [word] of paragraph.matchAll(WORD)) {
    const clusters =
      displayWidth(word) > width ? [...word.matchAll(CLUSTER)].map(([cluster]) => cluster) : [word];
    for (const piece of clusters) {
      const columns = displayWidth(piece);
      if (line !== '' && used + columns > width) {
        lines.push(line.trimEnd());
        line = piece.trimStart();
        used = displayWidth(line);
      } else {
        line += piece;
        used += columns;
      }
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** Edits between two words, a swap of neighbours counting one (Damerau–Levenshtein, restricted). */
function wordDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
