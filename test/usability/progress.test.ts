import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli.ts';
import { openProgress } from '../../src/progress.ts';
import { HAS_TMUX, openTerminal } from '../prompt/tmux.ts';
import { testIo } from '../save/write-text.ts';
import { runIn } from '../transcripts/run-transcript.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-progress-'));
  await runIn(folder, ['init', 'book.xlsx', '--sample']);
  writeFileSync(join(folder, '~$book.xlsx'), Buffer.from('\u0009Wang Fang'.padEnd(54), 'latin1'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stderr gets of two steps, the second of them two seconds later. */
function linesOf(world: { readonly isTerminal?: boolean; readonly term?: string; readonly quiet?: boolean }) {
  let now = 0;
  const written: string[] = [];
  const io = {
    ...testIo(folder),
    now: () => now,
    stderrIsTerminal: world.isTerminal ?? true,
    env: { TERM: world.term ?? 'xterm' },
    columns: 20,
    err: (text: string) => void written.push(text),
  };
  const progress = openProgress(io, { quiet: world.quiet ?? false, plain: false }, () => 'zh');
  progress.step({ zh: '正在读取', en: '' });
  now = 2000;
  progress.step({ zh: '正在核对一个名字很长的工作簿…', en: '' });
  progress.clear();
  progress.clear();
  return written;
}

describe('progress', () => {
  it('is shown after a second, on one line however narrow, and cleared once', () => {
    expect(linesOf({})).toEqual(['\r\x1b[K正在核对一个名字很…', '\r\x1b[K']);
  });
  it.each([
    { world: { isTerminal: false }, why: 'no terminal' },
    { world: { term: 'dumb' }, why: 'a dumb terminal' },
    { world: { quiet: true }, why: '--quiet' },
  ])('is silent: $why', ({ world }) => {
    expect(linesOf(world)).toEqual([]);
  });
  it.skipIf(!HAS_TMUX)('tells who has the book while it waits for it, and leaves no trace', async () => {
    const terminal = openTerminal(folder, ['assign', '李强', '--from', '王芳', '--yes', '--wait', '2']);
    try {
      await terminal.shows(/book\.xlsx 正被 Wang Fang 打开,最多再等 [12] 秒…/);
      await terminal.shows('exit=5');
      expect(terminal.screen()).not.toContain('最多再等');
      expect(terminal.screen()).toContain('没有写入任何内容');
    } finally {
      terminal.close();
    }
  });

  it.each([
    {
      line: ['adopt', 'old.xlsx'],
      shows: ['正在读取 old.xlsx…', '正在计划要写的单元格…', '正在写入 old.xlsx…'],
    },
    { line: ['undo', '--file', 'old.xlsx'], shows: ['正在读取 old.xlsx…', '正在写入 old.xlsx…'] },
    { line: ['doctor', '--file', 'old.xlsx'], shows: ['正在读取 old.xlsx…'] },
  ])('a slow $line.0 says what it is at', async ({ line, shows }) => {
    cpSync(join(import.meta.dirname, '../../fixtures/sample-row.xlsx'), join(folder, 'old.xlsx'));
    if (line[0] === 'undo') await runIn(folder, ['adopt', 'old.xlsx']);
    const written: string[] = [];
    let now = Date.parse('2026-11-23T02:00:00Z');
    const code = await run({
      ...testIo(folder),
      argv: [...line, '--lang', 'zh'],
      stderrIsTerminal: true,
      env: { FUNNEL_USER: '王芳', TERM: 'xterm' },
      now: () => (now += 2000),
      err: (text) => void written.push(text),
    });
    expect(code).toBe(0);
    const steps = written.filter((text) => text.includes('…')).map((text) => text.replace('\r\x1b[K', ''));
    expect([...new Set(steps)]).toEqual(shows);
  });
});
