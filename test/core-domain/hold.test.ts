import { describe, expect, it } from 'vitest';
import { isDecision } from '../../src/core/decision.ts';
import { holdDeal } from '../../src/core/hold.ts';
import { bookOf, CALENDAR, cellsOf, day, dealOf, ID } from './a-deal.ts';
import { readMemory, writeMemory } from './memory-book.ts';

const TODAY = day('2026-05-20');

function decide(cells: Readonly<Record<string, string>>, until: string, reason = '等预算') {
  const book = readMemory(bookOf(cells), TODAY);
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  return holdDeal(book, deal, { until: day(until), reason }, { today: TODAY, calendar: CALENDAR });
}

describe('putting a deal aside', () => {
  it.each([
    [{}, '2026-05-21', true, 'from tomorrow on'],
    [{ 当前阶段: '售后维护' }, '2026-11-11', true, '120 working days ahead'],
    [{}, '2026-11-12', false, 'one more is too far'],
    [{}, '2026-05-20', false, 'today ends a hold, and there is none'],
    [{}, '2026-05-19', false, 'a day gone by'],
    [{ 当前阶段: '已流失' }, '2026-06-01', false, 'lost'],
    [{ 当前阶段: '无效线索' }, '2026-06-01', false, 'invalid'],
    [{ 当前阶段: '老客户池' }, '2026-06-01', false, 'closed as a success'],
    [{ 当前阶段: '跟进中' }, '2026-06-01', false, 'nobody knows where it stands'],
  ] as const)('%j until %s: %s (%s)', (cells, until, taken, _why) => {
    const outcome = decide(cells, until);
    expect([isDecision(outcome), 'refused' in outcome]).toEqual([taken, !taken]);
  });

  it('reaches as far as 设置 says', () => {
    const book = readMemory(bookOf(), TODAY);
    const [deal] = book.deals;
    if (!deal) throw new Error('no deal');
    const upTo = (maxHoldDays: number) =>
      holdDeal(
        { ...book, settings: { ...book.settings, maxHoldDays } },
        deal,
        { until: day('2026-06-03'), reason: '等预算' },
        { today: TODAY, calendar: CALENDAR },
      );
    expect([isDecision(upTo(10)), isDecision(upTo(9))]).toEqual([true, false]);
  });

  it('wants a reason, but not for ending it', () => {
    expect(decide({}, '2026-06-01', ' ')).toHaveProperty('badInput');
    const memory = bookOf();
    const hold = (until: string, reason: string) =>
      writeMemory(memory, TODAY, (book) => {
        const [deal] = book.deals;
        if (!deal) throw new Error('no deal');
        return holdDeal(book, deal, { until: day(until), reason }, { today: TODAY, calendar: CALENDAR });
      });
    hold('2026-06-01', '等预算');
    expect(dealOf(memory, TODAY).hold).toEqual({ since: TODAY, until: day('2026-06-01'), reason: '等预算' });
    hold('2026-05-20', '');
    expect(dealOf(memory, TODAY).hold).toBeNull();
  });

  it('changes no cell of the row, and records a move made by hand before it', () => {
    const memory = bookOf();
    const rows = memory.get('客户信息跟踪表') ?? [];
    memory.set('客户信息跟踪表', [
      ...rows.slice(0, 1),
      {
        ...rows[1],
        cells: rows[1]?.cells.map((cell) =>
          cell?.kind === 'text' && cell.text === '线索获取' ? { ...cell, text: '需求挖掘' } : cell,
        ),
      } as never,
    ]);
    const before = cellsOf(memory, '客户信息跟踪表');
    writeMemory(memory, TODAY, (book) => {
      const deal = book.deals.find(({ row }) => row.id === ID);
      if (!deal) throw new Error('no deal');
      return holdDeal(
        book,
        deal,
        { until: day('2026-06-01'), reason: '等预算' },
        { today: TODAY, calendar: CALENDAR },
      );
    });
    expect(cellsOf(memory, '客户信息跟踪表')).toEqual(before);
    expect(
      cellsOf(memory, '过程记录')
        .slice(-2)
        .map((cells) => [cells[4], cells[6], cells[11]]),
    ).toEqual([
      ['推进', '需求挖掘', '人工'],
      ['搁置', '', ''],
    ]);
    // The move is no later than the hold: it does not end it.
    expect(dealOf(memory, TODAY).hold?.until).toBe(day('2026-06-01'));
  });
});
