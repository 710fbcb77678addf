/**
 * Text for a console of an East Asian code page (936 and its like): there every character of ambiguous width takes two
 * columns, and tables counted with one would fall apart. Each of ours becomes an ASCII character of one column, so that
 * what was aligned stays aligned. Chinese is wide everywhere and stays; so do marks that names and values hold (·, ≤).
 */
export function narrowText(text: string): string {
  return text.replace(AMBIGUOUS, (char) => ASCII[char] ?? char);
}

/** Japanese, simplified Chinese, Korean, traditional Chinese. */
export const WIDE_PAGES: ReadonlySet<number> = new Set([932, 936, 949, 950]);

/** The number in what `chcp` prints (`活动代码页: 936`, in any language and encoding); null where there is none. */
export function readCodePage(printed: string): number | null {
  const found = /(\d+)\D*$/.exec(printed)?.[1];
  return found === undefined ? null : Number(found);
}

const ASCII: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '┼': '+',
  '█': '#',
  '▓': '#',
  '▒': '=',
  '░': '.',
  '▏': '|',
  '▎': '|',
  '▍': '|',
  '▌': '#',
  '▋': '#',
  '▊': '#',
  '▉': '#',
  '•': '*',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '…': '~',
  '—': '-',
  '–': '-',
  '✓': 'v',
  '✔': 'v',
  '✗': 'x',
  '∅': '-',
};
const AMBIGUOUS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');
