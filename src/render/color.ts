import { Chalk } from 'chalk';

/** What is said in which colour; without colour every one returns its text unchanged. */
export interface Painter {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

/**
 * Whether this run prints colour: only to a terminal that is not `dumb`, never with NO_COLOR (any value but empty,
 * no-color.org) or `--no-color` (`allowed` false). chalk does not obey NO_COLOR, so it is never asked.
 */
export function wantsColor(
  io: { readonly env: Readonly<Record<string, string | undefined>>; readonly stdoutIsTerminal: boolean },
  allowed: boolean,
): boolean {
  return allowed && io.stdoutIsTerminal && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/** The colours of one run. */
export function painter(color: boolean): Painter {
  return new Chalk({ level: color ? 1 : 0 });
}
