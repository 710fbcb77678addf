import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_TMUX, openTerminal, type RealTerminal } from '../prompt/tmux.ts';
import { runIn } from '../transcripts/run-transcript.ts';

describe.skipIf(!HAS_TMUX)('funnel alone in a terminal', { timeout: 120_000 }, () => {
  let folder = '';
  let terminal: RealTerminal | null = null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'funnel-menu-'));
  });

  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows a numbered menu, runs what is picked by number, letter or word, and shows the menu again', async () => {
    await runIn(folder, ['init', '--sample'], { now: Date.now() });
    // A report is longer than the screen on some days: the pager has tests of its own.
    terminal = openTerminal(folder, [], { env: ['FUNNEL_PAGER=cat'] });
    await terminal.shows('1. 今天要做的');
    await terminal.shows('销售漏斗.xlsx · 王芳');
    await terminal.type('6');
    await terminal.press('Enter');
    await terminal.shows('哪个季度');
    await terminal.press('Enter');
    await terminal.shows('转化率');
    await terminal.shows(/8\. 退出/);
    await terminal.type('g');
    await terminal.press('Enter');
    await terminal.shows('哪个客户');
    await terminal.type('没有这家');
    await terminal.press('Enter');
    await terminal.shows('找不到商机「没有这家」');
    await terminal.type('撤销');
    await terminal.press('Enter');
    await terminal.shows('撤销自己的上一条命令? (y/N)');
    await terminal.press('Enter');
    await terminal.shows(/8\. 退出/);
    await terminal.type('q');
    await terminal.press('Enter');
    await terminal.shows('exit=0');
  });

  it('offers to begin where there is no table yet', async () => {
    terminal = openTerminal(folder, []);
    await terminal.shows('还没有客户表');
    await terminal.type('s');
    await terminal.press('Enter');
    await terminal.shows('已新建 销售漏斗.xlsx');
    await terminal.shows('1. 今天要做的');
    expect(readdirSync(folder)).toContain('销售漏斗.xlsx');
    await terminal.press('C-c');
    await terminal.shows('exit=130');
  });
});
