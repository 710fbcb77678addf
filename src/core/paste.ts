import type { Deal } from './deal.ts';

/**
 * A command to paste into bash, PowerShell or cmd: `funnel` and the words, those with spaces in double quotes. Null
 * where a word (cells are typed by anybody) holds something one of these shells would obey.
 */
export function pasteCommand(...words: readonly string[]): string | null {
  if (words.some((word) => word === '' || UNSAFE.test(word))) return null;
  return ['funnel', ...words.map((word) => (PLAIN.test(word) ? word : `"${word}"`))].join(' ');
}

/** What `--file` named, once or several times; null: nothing. */
export interface Named {
  readonly named: string | readonly string[] | null;
}

/** The same on what the command line named: `--file` is repeated, so that the command works where it is pasted. */
export function commandOn(named: Named, ...words: readonly string[]): string | null {
  return pasteCommand(...words, ...fileWords(named));
}

/** The same for a sentence: what cannot be pasted, the path of the workbook or all that follows the verb, is left open. */
export function commandText(named: Named, verb: string, ...words: readonly string[]): string {
  const command = pasteCommand(verb, ...words) ?? `funnel ${verb} …`;
  const files = fileWords(named);
  if (files.length === 0) return command;
  return `${command}${pasteCommand(...files)?.replace('funnel', '') ?? ' --file …'}`;
}

function fileWords({ named }: Named): readonly string[] {
  return [named ?? []].flat().flatMap((file) => ['--file', file]);
}

/** For a command that names its workbook itself, or needs none. */
export const UNNAMED: Named = { named: null };

/** What names a deal on the command line: its id, else the customer. */
export function dealArgument({ row }: Deal): string {
  return row.id ?? row.customer;
}

// A backslash (C:\Users) is plain text in double quotes, but before another one or at the end.
const UNSAFE = /["'`$!%^&<>|\p{Cc}\p{Cf}]|\\(?=\\|$)|^-(?!-[a-z-]+$)/u;
const PLAIN = /^[\p{L}\p{N}_.,:=/+-]+$/u;
