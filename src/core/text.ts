/** Text as people see it: width in a terminal, full-width forms, what must never reach a terminal raw. */

/** Full-width letters, digits, punctuation and spaces as their half-width forms: １５万 → 15万. */
export function normalizeWidth(text: string): string {
  return text.replace(/[！-～　]/g, (char) =>
    char === '　' ? ' ' : String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  );
}

/** Columns `text` takes in a terminal: Chinese and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text.replace(ANSI, '')) width += charWidth(char.codePointAt(0) ?? 0);
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

/** Lines of at most `width` columns; breaks at spaces, between any two Chinese characters, and inside a word only if it must. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.match(/\s+|[\u0021-\u2e7f]+|./gu) ?? []) {
      for (const piece of displayWidth(word) > width ? word : [word]) {
        if (line !== '' && displayWidth(line + piece) > width) {
          lines.push(line.trimEnd());
          line = piece.trimStart();
        } else line += piece;
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** `text` cut to `width` columns, with … where something is missing. */
export function truncateTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  for (const char of text) {
    if (displayWidth(cut + char) > width - 1) break;
    cut += char;
  }
  return `${cut}…`;
}

/**
 * Text from a cell, safe for a terminal: control characters, escape sequences and bidi marks as visible escapes.
 * Line breaks become ⏎ unless `newlines` keeps them.
 */
export function visible(text: string, options: { readonly newlines?: boolean } = {}): string {
  return text.replace(UNSAFE, (char) => {
    if (char === '\n') return options.newlines ? '\n' : '⏎';
    if (char === '\t') return ' ';
    const code = char.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** One JSON document, indented, in which nothing that a terminal obeys stands raw. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    JSON_UNSAFE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** At most three of `candidates` that a slip of the fingers away from `word`, nearest first. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const wanted = normalizeWidth(word).toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: wordDistance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ distance, candidate }) =>
        distance <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A cell of tags: separated by 、，,;； and spaces. */
export function splitTags(text: string): string[] {
  return text.split(/[、，,;；\s]+/u).filter((tag) => tag !== '');
}

/** 13812345678 → 138****5678, wherever it stands. */
export function maskPhones(text: string): string {
  return text.replace(/(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)/g, '$1****$2');
}

// biome has no rule against what is meant here: these are the characters that must not get through.
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const UNSAFE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu;
const JSON_UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Two for East Asian wide and emoji, none for marks that sit on another character (Unicode East Asian Width W and F). */
function charWidth(code: number): number {
  if (code < 0x300) return code < 0x20 ? 0 : 1;
  if (isBetween(code, ZERO)) return 0;
  return isBetween(code, WIDE) ? 2 : 1;
}

const ZERO: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff, 0xfeff],
  [0xe0100, 0xe01ef],
];
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function isBetween(code: number, ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high);
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
