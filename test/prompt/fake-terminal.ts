import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, vi } from 'vitest';
import type { OptionValues } from '../../src/commands/command.ts';
import type { Lang } from '../../src/core/message.ts';
import type { Io, Terminal } from '../../src/io.ts';
import { openSession, type Session } from '../../src/session.ts';

/** A keyboard that is typed on piece by piece and a screen that keeps what was written on it. */
export interface FakeTerminal {
  readonly session: Session;
  /** Each piece arrives as the terminal would send it: in one read, and some time after the one before. */
  type(...pieces: readonly (string | Buffer)[]): Promise<void>;
  /** Waits until this has been written to the screen. */
  shows(text: string | RegExp): Promise<void>;
  /** Everything written to the screen, escape sequences left out. */
  screen(): string;
  raw(): string;
  hangUp(): void;
  /** Ctrl-C where the terminal itself makes a signal of it. */
  interrupt(): void;
}

export const KEYS = {
  left: '\x1b[D',
  up: '\x1b[A',
  down: '\x1b[B',
  home: '\x1b[H',
  enter: '\r',
  backspace: '\x7f',
  ctrlC: '\x03',
  ctrlD: '\x04',
};

export function openFakeTerminal(
  lang: Lang = 'zh',
  env: Readonly<Record<string, string>> = {},
  options: OptionValues = {},
): FakeTerminal {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  // Like a real screen, it is not closed at the end of a question.
  const output: PassThrough = Object.assign(new PassThrough(), {
    columns: 80,
    isTTY: true,
    end: () => output,
  });
  const interrupted = new Set<() => void>();
  let written = '';
  output.on('data', (chunk: Buffer) => {
    written += chunk.toString('utf8');
  });
  const io: Io = {
    argv: [],
    env,
    cwd: '.',
    now: () => Date.parse('2026-11-23T02:00:00Z'),
    stdinIsTerminal: true,
    stdoutIsTerminal: true,
    stderrIsTerminal: true,
    columns: 80,
    platform: 'linux',
    nodeVersion: '20.20.2',
    codePage: null,
    pid: 1,
    program: ['/usr/bin/node', '/opt/funnel/bin/funnel.cjs'],
    hostname: 'test-host',
    user: 'tester',
    out: () => {},
    err: (text) => {
      written += text;
    },
    readStdin: async () => new Uint8Array(),
    terminal: {
      input,
      output,
      flush: () => {},
      onInterrupt: (listener: () => void) => {
        interrupted.add(listener);
        return () => interrupted.delete(listener);
      },
    } as unknown as Terminal,
  };
  return {
    session: openSession(io, lang, options, 'test'),
    type: async (...pieces) => {
      for (const piece of pieces) {
        await wait(20);
        input.write(piece);
      }
      await wait(20);
    },
    shows: (text) =>
      vi.waitFor(() => expect(stripVTControlCharacters(written)).toMatch(text), { timeout: 5000 }),
    screen: () => stripVTControlCharacters(written),
    raw: () => written,
    hangUp: () => input.end(),
    interrupt: () => {
      for (const listener of interrupted) listener();
    },
  };
}
