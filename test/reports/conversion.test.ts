import { describe, expect, it } from 'vitest';
import { idOf } from '../../src/core/reports/population.ts';
import { bookOf, moves, reportOn, type Story, tableOf } from './history.ts';

const Q2 = { quarter: '2026Q2' };
const Q3 = { quarter: '2026Q3' };

/** One deal's quarter. */
const quarterOf = (walk: string, period = Q2, asOf = '2026-11-23') =>
  tableOf(reportOn(bookOf([{ id: 'X', moves: moves(walk) }], asOf), period));

describe('the worked example of the second quarter of 2026', () => {
  // A: created 05-11, → 2 on 05-14, → 3 on 06-02, → 4 on 06-30 (the last day belongs to the quarter): on 06-30 it is in 谈判推进.
  // C: created 06-15, → 2 on 06-17: still in 需求挖掘.
  // E: created 04-20, → 2 on 04-22, → 3 on 05-06, lost 06-25: counted as lost by 方案呈现, as converted by the two before.
  // G: created 06-29: still a lead.
  const stories: readonly Story[] = [
    { id: 'A', moves: moves('05-11 lead, 05-14 discovery, 06-02 proposal, 06-30 negotiation') },
    { id: 'C', moves: moves('06-15 lead, 06-17 discovery') },
    { id: 'E', moves: moves('04-20 lead, 04-22 discovery, 05-06 proposal, 06-25 lost') },
    { id: 'G', moves: moves('06-29 lead') },
  ];
  const report = reportOn(bookOf(stories, '2026-11-23'), Q2);

  it('reads as the specification prints it', () => {
    expect(tableOf(report)).toEqual({
      lead: '0 4 3 0 0 1', // A, C, E, G came; A, C, E went on; G stays
      discovery: '0 3 2 0 0 1', // A, C, E came; A, E went on; C stays
      proposal: '0 2 1 1 0 0', // A and E came; A went on, E was lost
      negotiation: '0 1 0 0 0 1', // A
    });
  });

  it('has the contract of --json: six stages in order, unrounded rates, null where nobody was', () => {
    const rows = report.json.rows as {
      stage: string;
      rate: number | null;
      customers: number;
      stay: unknown;
      amounts: unknown;
    }[];
    expect(rows.map(({ stage, rate }) => [stage, rate])).toEqual([
      ['lead', 0.75],
      ['discovery', 2 / 3],
      ['proposal', 0.5],
      ['negotiation', 0],
      ['closing', null],
      ['aftercare', null],
    ]);
    // Stays that ended: A 3, C 2, E 2 days as leads.
    expect(rows[0]).toEqual({
      stage: 'lead',
      name: '线索获取',
      opening: 0,
      entered: 4,
      reentered: 0,
      converted: 3,
      skipped: 0,
      lost: 0,
      invalid: 0,
      back: 0,
      closing: 1,
      rate: 0.75,
      customers: 4,
      amounts: { converted: 0, lost: 0, closing: 0 },
      stay: { mean: 7 / 3, median: 2, n: 3 },
    });
    expect(report.json).toMatchObject({
      view: 'period',
      period: { label: '2026Q2', from: '2026-04-01', to: '2026-06-30' },
      asOf: '2026-06-30',
    });
    expect(report.json.totals).toEqual({
      opportunities: 4,
      customers: 4,
      won: 0,
      lost: 1,
      winRate: 0,
      wonAmount: 0,
      cycle: { median: null, p75: null, mean: null, n: 0 },
    });
  });

  it('names E as the one lost from 方案呈现', () => {
    const cell = report.cells.find(({ row, column }) => row === 'proposal' && column === 'lost');
    expect(cell?.entries.map(({ subject }) => idOf(subject))).toEqual(['E']);
  });

  it('opens the next quarter with what this one closed with', () => {
    expect(tableOf(reportOn(bookOf(stories, '2026-11-23'), Q3))).toEqual({
      lead: '1 0 0 0 0 1',
      discovery: '1 0 0 0 0 1',
      negotiation: '1 0 0 0 0 1',
    });
  });

  it('ends on the day it is read while the quarter runs', () => {
    const running = reportOn(bookOf(stories, '2026-05-20'), Q2);
    expect(running.json.asOf).toBe('2026-05-20');
    expect(running.title.zh).toContain('截至 2026-05-20');
    expect(tableOf(running)).toEqual({
      lead: '0 2 2 0 0 0',
      discovery: '0 2 1 0 0 1',
      proposal: '0 1 0 0 0 1',
    });
  });
});

describe('each column, worked by hand (期初 新增(回流) 转化(跳级) 流失(无效) 退回 期末)', () => {
  it.each([
    {
      walk: '05-04 lead, 05-06 discovery, 05-20 lost',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 0 1 0 0' },
      why: 'a lost deal passed only the stages it was in, and its exit is no advance',
    },
    {
      walk: '05-04 lead, 05-06 invalid',
      is: { lead: '0 1 0 1(1) 0 0' },
      why: '无效 is a loss of its own kind',
    },
    {
      walk: '05-04 lead, 05-06 discovery, 05-20 negotiation',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 1(1) 0 0 0', negotiation: '0 1 0 0 0 1' },
      why: 'a skip is a conversion; the stage skipped saw nobody',
    },
    {
      walk: '02-02 lead, 02-04 discovery, 04-10 proposal, 05-10 discovery',
      is: { discovery: '1 0 0 0 0 1', proposal: '0 1 0 0 1 0' },
      why: 'there and back: 期初 that is there at the end is neither new nor converted',
    },
    {
      walk: '02-02 lead, 02-04 discovery, 04-10 proposal, 05-10 discovery, 06-10 proposal',
      is: { discovery: '1 0 1 0 0 0', proposal: '0 1 0 0 0 1' },
      why: 'back and forth in one quarter: once per cell, and the re-entry is not counted twice',
    },
    {
      walk: '02-02 lead, 02-04 discovery, 02-10 proposal, 04-10 discovery',
      is: { discovery: '0 1(1) 0 0 0 1', proposal: '1 0 0 0 1 0' },
      why: 'a step back is 回流 where it arrives and 退回 where it leaves',
    },
    {
      walk: '02-02 lead, 02-04 discovery, 02-10 proposal, 03-10 discovery, 04-10 proposal',
      is: { discovery: '1 0 1 0 0 0', proposal: '0 1(1) 0 0 0 1' },
      why: 'forward into a stage it had been in before is 回流',
    },
    {
      walk: '04-06 lead, 04-08 discovery, 04-20 lost, 05-20 discovery',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 0 0 0 1' },
      why: 'lost and reopened within the period is no loss',
    },
    {
      walk: '04-06 lead, 04-08 discovery, 04-20 lost, 05-20 discovery, 06-01 proposal',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 1 0 0 0', proposal: '0 1 0 0 0 1' },
      why: 'and then it went on',
    },
    {
      walk: '04-06 lead, 04-08 discovery, 04-20 proposal, 05-02 lost, 05-20 discovery',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 0 0 0 1', proposal: '0 1 0 0 1 0' },
      why: 'reopened in an earlier stage: no loss, so 方案呈现 gave it back',
    },
    {
      walk: '04-06 lead, 04-08 discovery, 04-20 lost, 05-20 discovery, 06-30 lost',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 0 1 0 0' },
      why: 'lost again at the end: one loss',
    },
    {
      walk: '05-04 lead, 06-30 discovery',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 0 0 0 1' },
      why: 'the last day of a quarter belongs to it',
    },
    {
      walk: '05-04 lead, 07-01 discovery',
      is: { lead: '0 1 0 0 0 1' },
      why: 'the first day of the next does not',
    },
    {
      walk: '05-04 lead, 05-04 discovery, 05-04 proposal',
      is: { lead: '0 1 1 0 0 0', discovery: '0 1 1 0 0 0', proposal: '0 1 0 0 0 1' },
      why: 'moves of one day are ordered by their number, and each stage was entered',
    },
    {
      walk: '05-04 lead, 05-04 discovery, 05-04 lead',
      is: { lead: '0 1 0 0 0 1', discovery: '0 1 0 0 1 0' },
      why: 'there and back within a day',
    },
    {
      walk: '02-02 lead, 02-03 discovery, 02-04 proposal, 02-05 negotiation, 02-06 closing, 02-09 aftercare, 05-04 pool',
      is: { aftercare: '1 0 1 0 0 0' },
      why: '老客户池 is success, one step on',
    },
    {
      walk: '02-02 lead, 02-03 discovery, 02-04 proposal, 02-05 negotiation, 02-06 closing, 05-04 pool',
      is: { closing: '1 0 1(1) 0 0 0' },
      why: 'into the pool past 售后维护 is a skip',
    },
    { walk: '02-02 lead, 02-03 discovery, 03-30 lost', is: {}, why: 'what was lost before is in no cell' },
    { walk: '07-02 lead', is: {}, why: 'nor what came later' },
  ])('$walk: $why', ({ walk, is }) => {
    expect(quarterOf(walk)).toEqual(is);
  });

  it('keeps a loss of Q2 in Q2 for ever, and shows the reopening as 回流 of Q3', () => {
    const walk =
      '04-06 lead, 04-08 discovery, 04-20 proposal, 06-10 lost, 07-10 proposal, 08-10 negotiation, 09-10 closing';
    expect(quarterOf(walk, Q2)).toEqual({
      lead: '0 1 1 0 0 0',
      discovery: '0 1 1 0 0 0',
      proposal: '0 1 0 1 0 0',
    });
    expect(quarterOf(walk, Q3)).toEqual({
      proposal: '0 1(1) 1 0 0 0',
      negotiation: '0 1 1 0 0 0',
      closing: '0 1 0 0 0 1',
    });
  });
});

describe('totals', () => {
  const closing = 'lead, 04-08 discovery, 04-20 proposal, 05-10 negotiation, 05-20 closing';
  const contract = (on: string) => ({ 合同编号: 'HT-1', 合同签订日期: on });
  const totalsOf = (stories: readonly Story[], period = Q2) =>
    reportOn(bookOf(stories, '2026-11-23'), period).json.totals;

  it('wins by the contract, not by entering 成交签约', () => {
    expect(totalsOf([{ id: 'X', moves: moves(`04-06 ${closing}`) }])).toMatchObject({
      won: 0,
      winRate: null,
    });
    expect(
      totalsOf([{ id: 'X', moves: moves(`04-06 ${closing}`), cells: contract('2026-06-06') }]),
    ).toMatchObject({ won: 1, winRate: 1 });
    expect(
      totalsOf([{ id: 'X', moves: moves(`04-06 ${closing}`), cells: contract('2026-07-01') }]),
    ).toMatchObject({ won: 0 });
  });

  it('keeps a deal won that is lost after its contract', () => {
    const stories = [
      { id: 'X', moves: moves(`04-06 ${closing}, 06-20 lost`), cells: contract('2026-06-06') },
    ];
    expect(totalsOf(stories)).toMatchObject({ won: 1, lost: 0 });
    expect(tableOf(reportOn(bookOf(stories, '2026-11-23'), Q2)).closing).toBe('0 1 0 1 0 0');
  });

  it('leaves losses before 需求挖掘 out of the win rate', () => {
    expect(totalsOf([{ id: 'X', moves: moves('04-06 lead, 04-08 lost') }])).toMatchObject({
      lost: 0,
      winRate: null,
      opportunities: 1,
    });
  });

  it('counts a loss that was reopened within the period as none', () => {
    expect(
      totalsOf([{ id: 'X', moves: moves('04-06 lead, 04-08 discovery, 04-20 lost, 05-20 discovery') }]),
    ).toMatchObject({ lost: 0 });
  });

  it('measures the cycle from entry to contract in natural days: median, P75, mean, n', () => {
    const won = (id: string, entered: string, signed: string): Story => ({
      id,
      moves: moves(`${entered} lead, 05-01 discovery, 05-02 closing`),
      cells: contract(signed),
    });
    // 10, 20, 30 and 60 days: median 25, P75 37.5, mean 30.
    const stories = [
      won('1', '04-20', '2026-04-30'),
      won('2', '04-20', '2026-05-10'),
      won('3', '04-20', '2026-05-20'),
      won('4', '04-20', '2026-06-19'),
    ];
    expect(totalsOf(stories)).toMatchObject({ won: 4, cycle: { median: 25, p75: 37.5, mean: 30, n: 4 } });
  });

  it('adds up amounts at their low end, 合同金额 before 预计金额, and prices a missing one not as 0 but as missing', () => {
    const report = reportOn(
      bookOf(
        [
          { id: 'A', moves: moves('04-06 lead'), cells: { 预计金额: '15万' } },
          { id: 'B', moves: moves('04-06 lead'), cells: { 预计金额: '10-20万' } },
          { id: 'C', moves: moves('04-06 lead'), cells: { 预计金额: '30万', 合同金额: '28万' } },
          { id: 'D', moves: moves('04-06 lead') },
        ],
        '2026-11-23',
      ),
      Q2,
    );
    const [row] = report.json.rows as { amounts: unknown }[];
    expect(row?.amounts).toEqual({ converted: 0, lost: 0, closing: 530000 });
    expect(report.notes.map(({ zh }) => zh)).toContain('没有金额 1 条,金额中未计');
  });

  it('counts two deals of one customer as two opportunities of one customer', () => {
    const stories = ['A', 'B'].map((id) => ({
      id,
      moves: moves('04-06 lead'),
      cells: { 客户名称: '华东机械有限公司' },
    }));
    expect(totalsOf(stories)).toMatchObject({ opportunities: 2, customers: 1 });
  });
});
