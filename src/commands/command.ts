import type { Message } from '../core/message.ts';
import type { ExitCode } from '../exit.ts';
import type { Session } from '../session.ts';

/** One flag in commander's form. Conventions of every command (--json, --dry-run …) are added by cli.ts, not here. */
export interface OptionSpec {
  readonly flags: string;
  readonly text: Message;
  /** Allowed more than once; the value is then an array. */
  readonly repeat?: boolean;
}

/** Values by commander's camel-cased name. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One verb. To add a command: one file that exports one of these, and one line in commands/index.ts. */
export interface CommandSpec {
  readonly name: string;
  /** Positional arguments in commander's form: `<deal> [text...]`. */
  readonly args: string;
  readonly summary: Message;
  /** In the list of all commands, where the summary is longer than two lines there. */
  readonly brief?: Message;
  /** It may change the workbook: gets --dry-run, --wait, --ignore-lock. */
  readonly writes: boolean;
  /** Somebody may have what it writes open: without it there is nothing to wait for. Absent: as `writes` says. */
  readonly waits?: false;
  /** It writes through writeBook, and so can wait in the queue: gets --queue. Absent: as `writes` says. */
  readonly queues?: boolean;
  /** It reads several books together: `--file` more than once. */
  readonly several?: true;
  /** What it prints may be long, and is read: in a terminal through a pager. */
  readonly pages?: true;
  readonly options: readonly OptionSpec[];
  /** Real commands, without the leading `funnel `. */
  readonly examples: readonly string[];
  /** `args` in order; a variadic one is an array. */
  run(
    session: Session,
    args: readonly (string | readonly string[] | undefined)[],
    options: OptionValues,
  ): Promise<ExitCode>;
}
