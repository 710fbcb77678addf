import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';
import { HAS_TMUX, openTerminal } from './tmux.ts';

// A long list in a real terminal. `less` is not on every machine.

const HAS_LESS = spawnSync('less', ['--version']).status === 0;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-pager-'));
  await runIn(folder, ['init', 'book.xlsx', '--sample']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!HAS_TMUX || !HAS_LESS)('a list longer than the screen', () => {
  it('stops at the first screen, says how to leave, and Ctrl-C does not end it unseen', async () => {
    const terminal = openTerminal(folder, ['list'], { rows: 20, env: ['PAGER= FUNNEL_PAGER=less'] });
    try {
      await terminal.shows('商机编号');
      expect(terminal.screen()).not.toContain('exit=');
      await terminal.press('C-c');
      expect(terminal.screen()).not.toContain('exit=');
      await terminal.press('q');
      await terminal.shows('exit=0');
    } finally {
      terminal.close();
    }
  });

  it.each([
    { words: ['list', '--no-pager'], env: [], why: '--no-pager' },
    { words: ['list', '--limit', '3'], env: [], why: 'one screen is enough' },
    { words: ['list'], env: ['PAGER=cat'], why: 'PAGER is cat' },
    { words: ['list'], env: ['PAGER=no-such-pager'], why: 'there is no such program' },
  ])('is printed at once: $why', async ({ words, env }) => {
    const terminal = openTerminal(folder, words, { rows: 20, env });
    try {
      await terminal.shows('exit=0');
      expect(terminal.screen()).toMatch(/个商机/);
    } finally {
      terminal.close();
    }
  });
});
