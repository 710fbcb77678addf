import { describe, expect, it } from 'vitest';
import { isDecision } from '../../src/core/decision.ts';
import { type Repurchase, repurchaseDeal } from '../../src/core/repurchase.ts';
import { bookOf, CALENDAR, cellsOf, day, ID } from './a-deal.ts';
import { readMemory, writeMemory } from './memory-book.ts';

const TODAY = day('2026-11-23');
const WON = { 当前阶段: '已签约', 合同签订日期: '2026-06-01', 合同编号: 'HT-1', 联系人: '李总' };
const GIVEN: Repurchase = { tags: '续费', kind: '', on: TODAY, amount: '', close: '', owner: '', next: '' };

function decide(cells: Readonly<Record<string, string>>, given: Partial<Repurchase> = {}) {
  const book = readMemory(bookOf(cells), TODAY);
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  return repurchaseDeal(book, deal, { ...GIVEN, ...given }, { today: TODAY, calendar: CALENDAR });
}

describe('who can buy again', () => {
  it.each([
    [WON, true, 'the contract is signed'],
    [{ ...WON, 当前阶段: '已流失' }, true, 'lost after the contract: it stays won'],
    [{ 当前阶段: '老客户池' }, true, 'taken over from an old table as a customer'],
    [{ 当前阶段: '成交签约' }, false, 'taken over while signing: nobody said that it is signed'],
    [{ ...WON, 合同编号: '' }, false, 'a date without a number is no contract'],
    [{ 当前阶段: '已流失' }, false, 'lost without a contract'],
    [{}, false, 'a lead'],
  ] as const)('%j: %s (%s)', (cells, can, _why) => {
    const outcome = decide(cells);
    expect([isDecision(outcome), 'refused' in outcome]).toEqual([can, !can]);
  });

  it.each([
    [{ tags: ' ' }, 'badInput', 'nothing wanted'],
    [{ kind: '换购' }, 'badInput', 'no such kind'],
    [{ close: '某天' }, 'badInput', 'no date'],
    [{ on: day('2026-05-31') }, 'refused', 'before the contract'],
    [{ on: day('2026-11-24') }, 'refused', 'in the future'],
    [{ on: day('2026-06-01') }, 'events', 'on the day of the contract'],
  ] as const)('%j: %s (%s)', (given, outcome, _why) => {
    expect(decide(WON, given)).toHaveProperty(outcome);
  });
});

describe('what buying again writes', () => {
  it('leaves the old row and its events alone, and starts a new deal that names it', () => {
    const memory = bookOf(WON);
    const [rows, log] = [cellsOf(memory, '客户信息跟踪表'), cellsOf(memory, '过程记录')];
    const decision = writeMemory(memory, TODAY, (book) => {
      const [deal] = book.deals;
      if (!deal) throw new Error('no deal');
      const given = { ...GIVEN, kind: '增购', on: day('2026-09-30') };
      return repurchaseDeal(book, deal, given, { today: TODAY, calendar: CALENDAR });
    });
    expect(decision.ids).toEqual(['L20260930-001']);
    const old = cellsOf(memory, '客户信息跟踪表')[1] ?? [];
    expect(old.slice(0, rows[1]?.length)).toEqual(rows[1]);
    expect(cellsOf(memory, '过程记录').slice(0, log.length)).toEqual(log);
    const deal = readMemory(memory, TODAY).deals.at(-1);
    expect(deal?.row).toMatchObject({
      customer: '华东机械',
      contact: '李总',
      source: '老客户复购',
      priority: 'A',
      linked: ID,
      contractNumber: '',
      amount: null,
    });
    expect(deal?.events.map(({ type, values, marks }) => [type, [...values], [...marks]])).toEqual([
      [
        'created',
        [
          ['类型', '增购'],
          ['关联商机', ID],
        ],
        ['backdated'],
      ],
    ]);
  });
});
