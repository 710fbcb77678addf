import type { Book } from './core/book.ts';
import type { Calendar } from './core/calendar.ts';
import type { Day } from './core/date.ts';
import type { Outcome } from './core/decision.ts';
import type { Lang, Message } from './core/message.ts';
import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import type { Store } from './storage/store.ts';

/** What one run of the program knows before it opens a book. */
export interface Session {
  readonly io: Io;
  readonly lang: Lang;
  readonly options: GlobalOptions;
  /** Questions may be asked: a terminal on both sides, no --json. */
  readonly interactive: boolean;
  readonly color: boolean;
  say(message: Message): string;
  /** Data: one line (or several) to stdout. */
  print(text: string): void;
  /** A remark to stderr; silent under --quiet. */
  note(message: Message): void;
  /** The one JSON document of --json to stdout, with everything a terminal could misread escaped. */
  json(value: unknown): void;
}

export interface GlobalOptions {
  readonly file: string | null;
  readonly json: boolean;
  readonly asOf: string | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly ignoreLock: boolean;
  /** Seconds to wait for a lock. */
  readonly wait: number;
}

/** An opened book and the day it is looked at. */
export interface Reading {
  readonly store: Store;
  readonly book: Book;
  readonly calendar: Calendar;
  /** The team's day, or --as-of. */
  readonly today: Day;
  /** 操作人. */
  readonly by: string;
}

export interface Writing<Answers> {
  /** Questions, asked on what was read, before the lock; null: the user gave up (nothing is written). */
  ask?(reading: Reading): Promise<Answers>;
  /** Pure: called on what stands in the file once the lock is held. */
  decide(reading: Reading, answers: Answers | undefined): Outcome;
}
