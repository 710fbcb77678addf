import { basename } from 'node:path';
import { type Message, say } from './core/message.ts';
import { truncateTo, visible } from './core/text.ts';
import type { Io } from './io.ts';
import type { GlobalOptions, Session } from './session.ts';

/** One line of stderr that tells what is going on, and is gone when something else is said. */
export interface Progress {
  /** What is done from here on; shown once the command has taken a second. */
  step(message: Message): void;
  /** Who is waited for; shown at once. */
  readonly waiting: (message: Message) => void;
  clear(): void;
}

const PATIENCE_MS = 1000;
const REDRAW_MS = 200;

/** Silent where stderr is no terminal (or a dumb one), under --quiet and for screen readers. */
export function openProgress(
  io: Io,
  options: Pick<GlobalOptions, 'quiet' | 'plain'>,
  lang: () => Session['lang'],
): Progress {
  if (!io.stderrIsTerminal || options.quiet || options.plain || io.env.TERM === 'dumb')
    return { step: () => {}, waiting: () => {}, clear: () => {} };
  const began = io.now();
  let timer: NodeJS.Timeout | null = null;
  let shown = '';
  let drawn = 0;
  const draw = (message: Message) => {
    const text = truncateTo(visible(say(message, lang())), io.columns - 1);
    // Rows that pass by are counted faster than anybody reads.
    if (text === shown || io.now() - drawn < REDRAW_MS) return;
    io.err(`\r\x1b[K${text}`);
    shown = text;
    drawn = io.now();
  };
  const stop = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  return {
    waiting(message) {
      stop();
      draw(message);
    },
    step(message) {
      stop();
      const left = began + PATIENCE_MS - io.now();
      if (left <= 0) draw(message);
      else timer = setTimeout(() => draw(message), left).unref();
    },
    clear() {
      stop();
      if (shown === '') return;
      io.err('\r\x1b[K');
      shown = '';
    },
  };
}

/** What is said while a book is written. */
export function writingText(path: string): Message {
  const name = basename(path);
  return { zh: `正在写入 ${name}…`, en: `Writing ${name}…` };
}
