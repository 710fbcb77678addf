import { describe, expect, it } from 'vitest';
import { isDecision } from '../../src/core/decision.ts';
import { mergeDeals } from '../../src/core/merge.ts';
import { bookOf, CALENDAR, cellsOf, day, dealOf, ID } from './a-deal.ts';
import { readMemory, writeMemory } from './memory-book.ts';

const TODAY = day('2026-11-23');
const OTHER = 'L20260601-001';

type Cells = Readonly<Record<string, string>>;
const memoryOf = (keep: Cells, drop: Cells) =>
  bookOf(keep, [
    { 客户名称: '华东机械集团', 线索录入日期: '2026-06-01', 当前阶段: '线索获取', 商机编号: OTHER, ...drop },
  ]);

function decide(keep: Cells, drop: Cells, ids: readonly [string, string] = [ID, OTHER]) {
  const book = readMemory(memoryOf(keep, drop), TODAY);
  const [one, other] = ids.map((id) => book.deals.find(({ row }) => row.id === id));
  if (!one || !other) throw new Error('no deal');
  return mergeDeals(book, one, [other], '', { today: TODAY, calendar: CALENDAR });
}

function merged(keep: Cells, drop: Cells) {
  const memory = memoryOf(keep, drop);
  writeMemory(memory, TODAY, (book) => {
    const [one, other] = book.deals;
    if (!one || !other) throw new Error('no deal');
    return mergeDeals(book, one, [other], '两张名片', { today: TODAY, calendar: CALENDAR });
  });
  return memory;
}

const WON = { 当前阶段: '已签约', 合同签订日期: '2026-06-10', 合同编号: 'HT-1' };

describe('what can be merged', () => {
  it.each([
    [{}, {}, true, 'two leads'],
    [{ 当前阶段: '老客户池' }, {}, true, 'a customer who was entered again'],
    [WON, {}, true, 'a signed one is kept'],
    [{}, { 当前阶段: '方案呈现' }, true, 'whichever somebody says'],
    [{}, { 当前阶段: '已流失' }, false, 'the drop is lost already'],
    [{}, { 当前阶段: '无效线索' }, false, 'or invalid'],
    [{}, { 当前阶段: '老客户池' }, false, 'a customer is not dropped'],
    [{}, WON, false, 'nor a signed deal'],
    [WON, { ...WON, 合同编号: 'HT-2' }, false, 'two contracts are two deals'],
    [{ 当前阶段: '已流失' }, {}, false, 'nothing is merged into a lost deal'],
    [{}, { 当前阶段: '跟进中' }, false, 'nobody knows where the drop stands'],
    [{ 当前阶段: '跟进中' }, {}, false, 'nor the other'],
  ] as const)('%j, %j: %s (%s)', (keep, drop, can, _why) => {
    const outcome = decide(keep, drop);
    expect([isDecision(outcome), 'refused' in outcome]).toEqual([can, !can]);
  });

  it('never a deal with itself', () => {
    expect(decide({}, {}, [ID, ID])).toHaveProperty('refused');
  });
});

describe('what merging writes', () => {
  it.each([
    ['联系方式', '', '13800000001', '13800000001', 'a blank is filled'],
    ['联系方式', '13900000002', '13800000001', '13900000002', 'what stands there stays'],
    ['预计金额', '', '10-20万', '10万-20万', 'a range stays a range'],
    ['预计金额', '很多', '15万', '很多', 'a cell that cannot be read is not blank'],
    ['预计成交日期', '', '2026-12-31', '2026-12-31', 'a date'],
    ['下次跟进日期', '', '2026-12-01', '2026-12-01', 'what is agreed is kept'],
    ['下次跟进日期', '', '2026-11-01', '', 'a day gone by would make the kept one late'],
    ['意向等级', '', '高意向', '高意向', 'a choice'],
    ['合同编号', '', 'HT-9', '', 'a contract is not taken over'],
    ['交付日期', '', '2026-06-01', '', 'nor what happened'],
    ['满意度', '', '5', '', 'nor a survey'],
    ['跟进记录', '', '2026-06-02:聊过', '', 'nor what was said: no history moves'],
    ['区域', '', '华东', '华东', "the team's own columns too"],
  ])('%s: %j and %j give %j (%s)', (header, keep, drop, filled, _why) => {
    const memory = merged({ [header]: keep }, { [header]: drop });
    const [head = [], row = [], other = []] = cellsOf(memory, '客户信息跟踪表');
    expect(row[head.indexOf(header)] ?? '').toBe(filled);
    expect(other[head.indexOf(header)] ?? '').toBe(drop);
    const edits = cellsOf(memory, '过程记录').filter((cells) => cells[4] === '修改');
    expect(edits.map((cells) => [cells[2], String(cells[8]).split('；')[0]])).toEqual(
      keep === filled ? [] : [[ID, `列=${header}`]],
    );
  });

  it('loses the other today to 无效 for 重复, names the kept one in it, and moves nothing else', () => {
    const memory = merged({}, { 当前阶段: '需求挖掘' });
    const deal = dealOf(memory, TODAY, OTHER);
    expect([deal.stage, deal.row.linked, deal.row.lostReason]).toEqual(['invalid', ID, '重复']);
    const last = deal.events.at(-1);
    expect([last?.date, last?.type, last?.note, [...(last?.values ?? [])]]).toEqual([
      TODAY,
      'lost',
      '两张名片',
      [
        ['原因', '重复'],
        ['关联商机', ID],
      ],
    ]);
    expect(dealOf(memory, TODAY).stays).toHaveLength(1);
    const before = day('2026-11-22');
    expect(dealOf(memory, before, OTHER).stage).toBe('discovery');
  });

  it('keeps the links that were there', () => {
    const memory = merged({}, { 关联商机: 'L20250101-001' });
    expect(dealOf(memory, TODAY, OTHER).row.linked).toBe(`L20250101-001、${ID}`);
    expect(dealOf(memory, TODAY).row.linked).toBe('L20250101-001');
  });
});
