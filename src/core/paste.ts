import type { Book } from './book.ts';
import type { Deal } from './deal.ts';

/**
 * A command to paste into bash, PowerShell or cmd: `funnel` and the words, those with spaces in double quotes. Null
 * where a word (cells are typed by anybody) holds something one of these shells would obey.
 */
export function pasteCommand(...words: readonly string[]): string | null {
  if (words.some((word) => word === '' || UNSAFE.test(word))) return null;
  return ['funnel', ...words.map((word) => (PLAIN.test(word) ? word : `"${word}"`))].join(' ');
}

/** The same on the workbook that the command line named: `--file` is repeated, so that the command works where it is pasted. */
export function commandOn({ named }: Pick<Book, 'named'>, ...words: readonly string[]): string | null {
  return pasteCommand(...words, ...(named === null ? [] : ['--file', named]));
}

/** The same for a sentence: what cannot be pasted, the path of the workbook or all that follows the verb, is left open. */
export function commandText(book: Pick<Book, 'named'>, verb: string, ...words: readonly string[]): string {
  const command = pasteCommand(verb, ...words) ?? `funnel ${verb} …`;
  if (book.named === null) return command;
  return `${command}${pasteCommand('--file', book.named)?.replace('funnel', '') ?? ' --file …'}`;
}

/** For a command that names its workbook itself, or needs none. */
export const UNNAMED: Pick<Book, 'named'> = { named: null };

/** What names a deal on the command line: its id, else the customer. */
export function dealArgument({ row }: Deal): string {
  return row.id ?? row.customer;
}

// A backslash (C:\Users) is plain text in double quotes, but before another one or at the end.
const UNSAFE = /["'`$!%^&<>|\p{Cc}\p{Cf}]|\\(?=\\|$)|^-(?!-[a-z-]+$)/u;
const PLAIN = /^[\p{L}\p{N}_.,:=/+-]+$/u;
