import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, vi } from 'vitest';

/** A real terminal (tmux, on a server of its own) that runs one funnel command in a folder. */
export interface RealTerminal {
  /** Types text as an input method commits it: in one piece. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: Enter, Left, C-c. */
  press(...keys: readonly string[]): Promise<void>;
  /** Waits until the screen, or what has scrolled off it, shows this. */
  shows(text: string | RegExp): Promise<void>;
  screen(): string;
  close(): void;
}

export const HAS_TMUX = spawnSync('tmux', ['-V']).status === 0;

const BIN = join(import.meta.dirname, '../../bin/funnel.cjs');
let opened = 0;

/** Nodes to try: the one that runs the tests, and others named in FUNNEL_TEST_NODES (paths, separated by colons). */
export const NODES = [process.execPath, ...(process.env.FUNNEL_TEST_NODES ?? '').split(':')].filter(
  (path) => path !== '',
);

export interface TerminalKind {
  readonly columns?: number;
  readonly rows?: number;
  readonly node?: string;
  /** NAME=value, free of spaces; the last one counts. */
  readonly env?: readonly string[];
}

/** `words` must be free of quotes. When the command has ended the screen shows `exit=CODE`. */
export function openTerminal(
  folder: string,
  words: readonly string[],
  { columns = 90, rows = 60, node = process.execPath, env = [] }: TerminalKind = {},
): RealTerminal {
  opened += 1;
  const server = `funnel-test-${process.pid}-${opened}`;
  const tmux = (...args: readonly string[]) =>
    spawnSync('tmux', ['-u', '-L', server, ...args], { encoding: 'utf8', cwd: folder }).stdout;
  const command = `env FUNNEL_LANG=zh FUNNEL_USER=王芳 ${env.join(' ')} "${node}" "${BIN}" ${words.join(' ')}; echo exit=$?; exec cat`;
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, command);
  const screen = () => tmux('capture-pane', '-p', '-S', '-500');
  return {
    screen,
    type: async (text) => {
      tmux('send-keys', '-l', text);
      await wait(60);
    },
    press: async (...keys) => {
      for (const key of keys) {
        tmux('send-keys', key);
        await wait(60);
      }
    },
    shows: (text) => vi.waitFor(() => expect(screen()).toMatch(text), { timeout: 20_000, interval: 50 }),
    close: () => void tmux('kill-server'),
  };
}
