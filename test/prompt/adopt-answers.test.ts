import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askAnswers, chooseSheet } from '../../src/commands/adopt-answers.ts';
import { planAdoption, type TableAnswers } from '../../src/core/adopt.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import type { Reading } from '../../src/read-book.ts';
import { newMemory, readMemory } from '../core-domain/memory-book.ts';
import { KEYS, openFakeTerminal } from './fake-terminal.ts';

const { enter, down } = KEYS;
const NOTHING: TableAnswers = { sheet: null, columns: new Map(), stages: new Map(), amountUnit: null };

function ask(...rows: (string | number | null)[][]) {
  const terminal = openFakeTerminal();
  const memory = newMemory([['客户名称', '当前阶段', '预计金额'], ...rows]);
  const book = readMemory(memory, parseIsoDay('2026-11-23') ?? 0);
  const reading = { book } as Reading;
  const answers = askAnswers(terminal.session, { adoption: planAdoption(book), reading }, NOTHING);
  return { terminal, answers };
}

describe('what adopt asks a person', () => {
  it('each unknown stage word once, then the unit', async () => {
    const { terminal, answers } = ask(['甲', '跟进中', 15], ['乙', '跟进中', 8], ['丙', '重点', 20]);
    await terminal.shows('「跟进中」(2 行)是哪个阶段?');
    await terminal.type(down, enter);
    await terminal.shows('「重点」(1 行)是哪个阶段?');
    await terminal.type(down, down, enter);
    await terminal.shows('「预计金额」里的数字没有单位');
    await terminal.type(down, enter);
    const { stages, amountUnit } = await answers;
    expect([[...stages], amountUnit]).toEqual([
      [
        ['跟进中', 'discovery'],
        ['重点', 'proposal'],
      ],
      10000,
    ]);
  });

  it('and goes back by <, where the answer stands ready and may be taken back', async () => {
    const { terminal, answers } = ask(['甲', '跟进中', 15], ['丙', '重点', 20]);
    await terminal.type(down, enter, '<', enter);
    await terminal.shows(/❯ 2\. 需求挖掘[\s\S]*「重点」[\s\S]*❯ 2\. 需求挖掘/);
    await terminal.type('以后', enter, '方案', enter, '<', enter, '谈判', enter, enter);
    const { stages, amountUnit } = await answers;
    expect([[...stages], amountUnit]).toEqual([[['重点', 'negotiation']], 1]);
  });

  it('nothing where all is known', async () => {
    const { terminal, answers } = ask(['甲', '报价', 150000]);
    expect(await answers).toEqual(NOTHING);
    expect(terminal.screen()).toBe('');
  });

  it('which of several sheets, and nothing where the flag or 设置 says', async () => {
    const path = join(import.meta.dirname, '../../fixtures/table-sheets.xlsx');
    const terminal = openFakeTerminal();
    const chosen = chooseSheet(terminal.session, path, NOTHING);
    await terminal.shows('接管哪一张?');
    await terminal.type(down, enter);
    expect((await chosen).sheet).toBe('李强');
    const given = { ...NOTHING, sheet: '张敏' };
    expect(await chooseSheet(openFakeTerminal().session, path, given)).toBe(given);
    const named = join(import.meta.dirname, '../../fixtures/table-unit.xlsx');
    expect(await chooseSheet(openFakeTerminal().session, named, NOTHING)).toBe(NOTHING);
  });
});
