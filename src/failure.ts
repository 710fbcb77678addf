import type { Message } from './core/message.ts';
import { EXIT, type ExitCode } from './exit.ts';

/** Error codes of the JSON contract, each with the exit code it ends as. */
export const FAILURE_EXIT = {
  usage: EXIT.usage,
  'not-found': EXIT.usage,
  ambiguous: EXIT.usage,
  file: EXIT.file,
  refused: EXIT.refused,
  busy: EXIT.busy,
  notify: EXIT.notify,
} as const satisfies Record<string, ExitCode>;
export type FailureCode = keyof typeof FAILURE_EXIT;

/** Where it happened, as far as it is known: keys of the JSON contract. */
export interface FailurePlace {
  readonly file?: string;
  readonly sheet?: string;
  readonly cell?: string;
  readonly value?: string;
  readonly expected?: string;
}

/**
 * The one error class: thrown by the shell (never by the core), caught once in cli.ts. Its message names the place,
 * the fact and the next step; `detail` is added to `error` in `--json` (a refusal's `missing`).
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly text: Message;
  readonly place: FailurePlace;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: FailureCode,
    text: Message,
    place: FailurePlace = {},
    detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(text.en);
    this.code = code;
    this.text = text;
    this.place = place;
    this.detail = detail;
  }
}
