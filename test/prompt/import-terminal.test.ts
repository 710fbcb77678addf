import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';
import { HAS_TMUX, openTerminal } from './tmux.ts';

// A list imported in a real terminal: what will be read is shown, and asked about once.

const FIXTURE = join(import.meta.dirname, '../../fixtures/list-salesforce.csv');
let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-import-'));
  await runIn(folder, ['init', 'book.xlsx']);
  cpSync(FIXTURE, join(folder, 'list.csv'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const bytes = () => readFileSync(join(folder, 'book.xlsx'));

describe.skipIf(!HAS_TMUX)('import in a terminal', () => {
  it.each([
    { columns: 120, answer: '否', shown: /第 4 行 +新增 +Ruixun Co., Ltd\. +赵芳/, why: 'wide' },
    { columns: 40, answer: 'n', shown: /客户名称: +Ruixun/, why: 'narrow' },
  ])(
    'shows the first rows as they will be read; no writes nothing ($why)',
    async ({ columns, answer, shown }) => {
      const before = bytes();
      const terminal = openTerminal(folder, ['import', 'list.csv'], { columns });
      try {
        await terminal.shows(/前 5 行会这样读入/);
        await terminal.shows(/导入这份名单/);
        expect(terminal.screen()).toMatch(shown);
        await terminal.type(answer);
        await terminal.press('Enter');
        await terminal.shows('exit=0');
        expect(terminal.screen()).toContain('没有写入任何内容');
        expect(bytes().equals(before)).toBe(true);
      } finally {
        terminal.close();
      }
    },
  );

  it('yes imports all of it; the same list again has nothing to ask', async () => {
    const terminal = openTerminal(folder, ['import', 'list.csv']);
    try {
      await terminal.shows(/导入这份名单\(新增 12,重复 2,拒绝 3,剔除 0\)/);
      await terminal.press('Enter');
      await terminal.shows('exit=0');
      expect(terminal.screen()).toContain('已写入 12 个新商机');
    } finally {
      terminal.close();
    }
    const again = openTerminal(folder, ['import', 'list.csv']);
    try {
      await again.shows('exit=0');
      expect(again.screen()).toContain('新增 0');
      expect(again.screen()).not.toContain('导入这份名单');
    } finally {
      again.close();
    }
  });

  it('--yes asks nothing', async () => {
    const terminal = openTerminal(folder, ['import', 'list.csv', '--yes']);
    try {
      await terminal.shows('exit=0');
      expect(terminal.screen()).toContain('已写入 12 个新商机');
      expect(terminal.screen()).not.toContain('导入这份名单');
    } finally {
      terminal.close();
    }
  });
});
