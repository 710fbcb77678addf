import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import { flagKey, flagsOf, gateItems } from '../../src/core/gates.ts';
import { itemInfo } from '../../src/core/items.ts';
import { readContent, writeContent } from '../../src/core/log-text.ts';
import { missingItems } from '../../src/core/missing.ts';
import { readQuestion, recordItem } from '../../src/core/record.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { bookOf, day } from '../commands/support.ts';
import { applyPatches, type Memory, readMemory, writeMemory } from './memory-book.ts';

const TODAY = day('2026-11-23');
const BASE = { '--pain': '手工', '--timeline': '年底', '--deciders': '李总', '--needs': '协作' };
const survey = itemInfo('survey');

/** A deal in 需求挖掘, and 设置 that asks these questions. */
function book(questions: string): Memory {
  const memory = bookOf([{ 客户名称: '甲公司', 线索录入日期: '2026-11-02', 当前阶段: '需求挖掘' }]);
  const cells = ['规则', '调研补充问题', questions].map(
    (text, index) => [index + 1, { kind: 'text', text }] as const,
  );
  applyPatches(memory, [
    { op: 'addSheet', sheet: '设置', headers: ['类别', '名称', '值'] },
    { op: 'append', sheet: '设置', cells: new Map(cells) },
  ]);
  return memory;
}

function record(memory: Memory, values: Readonly<Record<string, string>>) {
  writeMemory(memory, TODAY, (read) => {
    const [deal] = read.deals;
    if (!deal) throw new Error('no deal');
    const given = {
      item: 'survey',
      values: new Map(Object.entries(values)),
      on: TODAY,
      evidence: '',
      reason: '',
    } as const;
    const calendar = buildCalendar(read.holidays, read.settings.ownDays);
    return recordItem(read, deal, given, { today: TODAY, calendar });
  });
}

function look(memory: Memory) {
  const read = readMemory(memory, TODAY);
  const [deal] = read.deals;
  if (!deal) throw new Error('no deal');
  const state = gateItems(deal, 'discovery', read.settings).find(({ item }) => item.key === 'survey');
  const missing = missingItems(read, deal, 'discovery', 'proposal', TODAY).blocking;
  return { deal, state, missing: missing.find(({ item }) => item === 'survey'), settings: read.settings };
}

describe('further questions of 需求调研', () => {
  it('are asked with the others, and the gate wants them all', () => {
    const memory = book('预算来源?；现有系统');
    expect(() => record(memory, BASE)).toThrow('--question "预算来源?=…" --question "现有系统=…"');
    record(memory, { ...BASE, '--question 预算来源?': '自有=资金；贷款', '--question 现有系统': '金蝶' });
    expect(look(memory).state?.state).toBe('done');
    expect(look(memory).deal.events.at(-1)?.values.get('预算来源?')).toBe('自有=资金；贷款');
  });

  it('what is missing settles it as it stands: the flag with its example, for every question', () => {
    const memory = book('预算来源;现有系统');
    const fields = look(memory).missing?.fields ?? [];
    expect(fields.filter(({ flag }) => flag === '--question').map(({ example }) => example)).toEqual([
      '预算来源=已了解',
      '现有系统=已了解',
    ]);
    const values = fields.map(({ flag, example }): [string, string] => {
      const question = flag === '--question' ? readQuestion(example, look(memory).settings) : null;
      return question ? [question.key, question.answer] : [flag, example];
    });
    record(memory, Object.fromEntries(values));
    expect(look(memory).state?.state).toBe('done');
  });

  it('one that comes later is asked alone, and may be recorded alone', () => {
    const memory = book('预算来源');
    record(memory, { ...BASE, '--question 预算来源': '自有资金' });
    applyPatches(memory, [
      {
        op: 'set',
        place: { sheet: '设置', row: 2, col: 3 },
        input: { kind: 'text', text: '预算来源;现有系统' },
      },
    ]);
    expect(look(memory).state).toMatchObject({ state: 'missing', problem: { zh: '还没有问 现有系统' } });
    expect(look(memory).missing?.fields.map(({ flag, example }) => `${flag} ${example}`)).toEqual([
      '--question 现有系统=已了解',
    ]);
    record(memory, { '--question 现有系统': '金蝶' });
    expect(look(memory).state?.state).toBe('done');
  });

  it('one that is dropped from 设置 stays in the record, and those behind it are still read', () => {
    const memory = book('预算来源;现有系统');
    record(memory, { ...BASE, '--question 预算来源': '自有', '--question 现有系统': '金蝶' });
    applyPatches(memory, [
      { op: 'set', place: { sheet: '设置', row: 2, col: 3 }, input: { kind: 'text', text: '现有系统' } },
    ]);
    const { deal, state } = look(memory);
    expect(state?.state).toBe('done');
    const event = deal.events.at(-1);
    expect([event?.values.get('现有系统'), event?.note]).toEqual(['金蝶', '预算来源=自有']);
  });

  it('a survey that is complete may be recorded again, whole', () => {
    const memory = book('预算来源');
    record(memory, { ...BASE, '--question 预算来源': '自有' });
    expect(() => record(memory, { '--question 预算来源': '贷款' })).toThrow('--pain');
  });

  it.each([
    { text: '预算来源=自有', key: '--question 预算来源？', why: 'without its question mark' },
    { text: ' 预算 来源?＝自有', key: '--question 预算来源？', why: 'with spaces and a wide =' },
    { text: '预算来源=', key: null, why: 'no answer' },
    { text: '预算=自有', key: null, why: 'another question' },
    { text: '自有资金', key: null, why: 'no question' },
  ])('--question $text: $why', ({ text, key }) => {
    const settings = { ...DEFAULT_SETTINGS, surveyQuestions: ['预算来源？'] };
    expect(readQuestion(text, settings)?.key ?? null).toBe(key);
    expect(flagsOf(survey, settings).map(flagKey)).toContain('--question 预算来源？');
  });

  it('a note that looks like a field stays a note', () => {
    const labels = new Set(['方式', '原因']);
    const written = writeContent(new Map([['方式', '电话']]), '原因=价格；再谈');
    expect(readContent(written, labels)).toEqual({
      values: new Map([['方式', '电话']]),
      note: '原因=价格；再谈',
    });
    expect(readContent('客户说；原因=价格', labels)).toEqual({
      values: new Map(),
      note: '客户说；原因=价格',
    });
  });
});
