import type { Deal } from './deal.ts';

/**
 * A command to paste into bash, PowerShell or cmd: `funnel` and the words, those with spaces in double quotes. Null
 * where a word (cells are typed by anybody) holds something one of these shells would obey.
 */
export function pasteCommand(...words: readonly string[]): string | null {
  if (words.some((word) => word === '' || UNSAFE.test(word))) return null;
  return ['funnel', ...words.map((word) => (PLAIN.test(word) ? word : `"${word}"`))].join(' ');
}

/** What names a deal on the command line: its id, else the customer. */
export function dealArgument({ row }: Deal): string {
  return row.id ?? row.customer;
}

const UNSAFE = /["'`$!%^&<>|\\\p{Cc}\p{Cf}]|^-(?!-[a-z-]+$)/u;
const PLAIN = /^[\p{L}\p{N}_.,:=/+-]+$/u;
