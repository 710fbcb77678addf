import { describe, expect, it } from 'vitest';
import {
  encodeAdoption,
  planAdoption,
  readColumnMap,
  readStageMap,
  type TableAnswers,
} from '../../src/core/adopt.ts';
import { SHEETS } from '../../src/core/book.ts';
import { checkBook } from '../../src/core/check.ts';
import { gateItems } from '../../src/core/gates.ts';
import { cellText } from '../../src/core/sheet.ts';
import { applyPatches, type Memory, newMemory, readMemory } from '../core-domain/memory-book.ts';
import { calendar, day } from './support.ts';

const TODAY = day('2026-11-23');
const HEAD = ['客户名称', '电话', '线索录入日期', '当前阶段', '跟进记录', '区域'];
const ANSWERS: TableAnswers = { sheet: null, columns: new Map(), stages: new Map(), amountUnit: null };

const table = (...rows: string[][]) => newMemory([HEAD, ...rows]);

function adopt(memory: Memory, answers: Partial<TableAnswers> = {}, on = TODAY) {
  const book = readMemory(memory, on);
  const adoption = planAdoption(book);
  const meta = { by: '王芳', recordedAt: '2026-11-23 10:00:00' };
  applyPatches(memory, encodeAdoption(book, adoption, { ...ANSWERS, ...answers }, meta));
  return adoption;
}

const texts = (memory: Memory, sheet: string) =>
  (memory.get(sheet) ?? []).map(({ cells }) => Array.from(cells, cellText));

describe('taking over a table', () => {
  it('shows what each column was understood as, the team’s own as null', () => {
    const { columns } = planAdoption(readMemory(table(), TODAY));
    expect(columns.map(({ header, field }) => [header, field])).toEqual([
      ['客户名称', 'customer'],
      ['电话', 'phone'],
      ['线索录入日期', 'leadDate'],
      ['当前阶段', 'stage'],
      ['跟进记录', 'followUps'],
      ['区域', null],
    ]);
  });

  it('on a day named by --as-of: overdue since is no 历史遗留, whenever it was recorded', () => {
    const memory = table(
      ['甲', '', '2026-02-28', '线索获取', '', ''],
      ['乙', '', '2026-02-02', '线索获取', '', ''],
    );
    adopt(memory, {}, day('2026-03-01'));
    const book = readMemory(memory, day('2026-03-06'));
    const context = { book, today: book.asOf, settings: book.settings, calendar };
    const { findings, legacy } = checkBook(context);
    const firstContacts = (list: typeof legacy) =>
      list.filter(({ rule }) => rule === 'D1').map(({ customer, due }) => [customer, due]);
    expect(firstContacts(findings)).toEqual([['甲', day('2026-03-04')]]);
    expect(firstContacts(legacy)).toEqual([['乙', day('2026-02-05')]]);
  });

  it('gives ids by the day of entry and assumes a creation, and an entry on the last follow-up', () => {
    const memory = table(
      ['甲', '', '2026-03-15', '谈判推进', '2026-03-20:演示;2026-03-25:报价', ''],
      ['乙', '', '2026-03-15', '线索获取', '', ''],
      ['丙', '', '', '方案呈现', '', ''],
    );
    const adoption = adopt(memory);
    expect(adoption.ids).toEqual(['L20260315-001', 'L20260315-002', 'L20261123-001']);
    expect(adoption.assumed).toBe(3);
    const [first, second, third] = readMemory(memory, TODAY).deals;
    expect(first?.stays.map(({ stage, from }) => [stage, from])).toEqual([
      ['lead', day('2026-03-15')],
      ['negotiation', day('2026-03-25')],
    ]);
    expect(second?.stays.map(({ stage }) => stage)).toEqual(['lead']);
    // Without any date the day of adoption is all there is.
    expect(third?.stays.map(({ from }) => from)).toEqual([TODAY, TODAY]);
    expect(first?.assumed && first.events.every(({ marks }) => marks.has('assumed'))).toBe(true);
  });

  it('counts the gates before the stage as done, its own only where the cell says so', () => {
    const memory = table(
      ['甲', '', '2026-03-15', '商务谈判完成', '', ''],
      ['乙', '', '2026-03-15', '谈判推进', '', ''],
    );
    adopt(memory);
    const { deals, settings } = readMemory(memory, TODAY);
    const states = deals.map((deal) =>
      (['discovery', 'proposal', 'negotiation'] as const).map(
        (stage) => gateItems(deal, stage, settings).filter(({ state }) => state === 'missing').length,
      ),
    );
    expect(states).toEqual([
      [0, 0, 0],
      [0, 0, 4],
    ]);
  });

  it('touches no cell that people typed', () => {
    const rows = [['甲', ' 138 0000 0000', '2026/3/15', '已报价', '3.20 打了电话', '华东']];
    const memory = table(...rows);
    adopt(memory);
    expect(texts(memory, SHEETS.tracking).map((cells) => cells.slice(0, HEAD.length))).toEqual([
      HEAD,
      ...rows,
    ]);
  });

  it('leaves a row whose stage word is not known without history, and names the word', () => {
    const memory = table(
      ['甲', '', '2026-03-15', '跟进中', '', ''],
      ['乙', '', '2026-03-15', '跟进中', '', ''],
    );
    const adoption = adopt(memory);
    expect(adoption.unknownWords).toEqual([{ word: '跟进中', rows: 2 }]);
    expect(adoption.ids).toHaveLength(2);
    expect(adoption.assumed).toBe(0);
    expect(readMemory(memory, TODAY).findings.map(({ rule }) => rule)).toContain('unknown-stage');
  });

  it('adds 过程记录, 线索信息表 and 设置 even to an empty table, which then counts as adopted', () => {
    const memory = table();
    expect(readMemory(memory, TODAY).adopted).toBe(false);
    adopt(memory);
    expect([...memory.keys()]).toEqual([SHEETS.tracking, SHEETS.log, SHEETS.leads, SHEETS.settings]);
    expect(readMemory(memory, TODAY).adopted).toBe(true);
  });

  it('keeps the answers in 设置 among the explained defaults, so that the file alone is enough', () => {
    const memory = table(['甲', '', '2026-03-15', '跟进中', '', '']);
    adopt(memory, {
      columns: new Map([['区域', null]]),
      stages: new Map([['跟进中', 'discovery']]),
      amountUnit: 10000,
    });
    const { settings, findings } = readMemory(memory, TODAY);
    expect(settings.amountUnit).toBe(10000);
    expect(settings.stageWords.get('跟进中')).toBe('discovery');
    expect(settings.columnMap.get('区域')).toBe(null);
    expect(findings.filter(({ rule }) => rule === 'bad-setting')).toEqual([]);
    const rows = texts(memory, SHEETS.settings);
    expect(rows.filter(([, name]) => name === '金额单位')).toHaveLength(1);
    expect(rows.every((row) => (row[3] ?? '') !== '')).toBe(true);
  });
});

describe('answers given as flags', () => {
  it.each([
    { text: '公司=客户名称', header: '公司', field: 'customer', why: 'by header' },
    { text: '公司＝customer', header: '公司', field: 'customer', why: 'by key, full-width =' },
    { text: '电话 = 手机', header: '电话', field: 'phone', why: 'by alias, with spaces' },
    { text: '备注=-', header: '备注', field: null, why: 'the team’s own' },
  ])('--map $text ($why)', ({ text, header, field }) => {
    expect(readColumnMap(text)).toEqual({ header, field });
  });

  it.each(['公司', '公司=', '=客户名称', '公司=不存在'])('--map %s is not usable', (text) => {
    expect(readColumnMap(text)).toBe(null);
  });

  it('--map-stage takes a word and a stage by any of its known words', () => {
    expect(readStageMap('跟进中=意向')).toEqual({ word: '跟进中', stage: 'discovery' });
    expect(readStageMap('跟进中=别的')).toBe(null);
  });
});
