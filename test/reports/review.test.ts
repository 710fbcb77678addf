import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../src/core/reports/measures.ts';
import { bookOf, moves, reportOn, type Story } from './history.ts';

// The review of a quarter, each figure worked by hand.

const Q2 = { quarter: '2026Q2' };
const many = (n: number, walk: string, cells: Record<string, string> = {}, prefix = 'N'): Story[] =>
  Array.from({ length: n }, (_, index) => ({ id: `${prefix}${index}`, moves: moves(walk), cells }));

/** Twelve stood in 方案呈现: six went on, six were lost; of the eight a quarter before five went on. */
const LEAKY: readonly Story[] = [
  ...many(6, '04-01 lead, 04-02 discovery, 04-03 proposal, 05-04 negotiation', { 预计金额: '10万' }, 'ON'),
  ...many(
    4,
    '04-01 lead, 04-02 discovery, 04-03 proposal, 05-20 lost',
    { 预计金额: '20万', 流失原因: '价格' },
    'P',
  ),
  ...many(
    2,
    '04-01 lead, 04-02 discovery, 04-03 proposal, 05-21 lost',
    { 预计金额: '4万', 流失原因: '失联' },
    'S',
  ),
];
const LAST_QUARTER: readonly Story[] = [
  ...many(6, '01-05 lead, 01-06 discovery, 01-07 proposal, 02-02 negotiation', {}, 'A'),
  ...many(4, '01-05 lead, 01-06 discovery, 01-07 proposal, 02-02 lost', { 流失原因: '价格' }, 'B'),
];

describe('the sentence on top', () => {
  it('names the stage that lost the greatest share, with how many, how much and why', () => {
    // 12 in, 6 on: 50 %. Lost: 4 × 20万 + 2 × 4万 = 88万, mostly for the price.
    expect(reportOn(bookOf(LEAKY, '2026-07-05'), Q2).headline?.zh).toBe(
      '最大漏点:方案呈现 50.0%,流失 6 家 ¥88万,首因 价格',
    );
  });

  it('sets it against the quarter before where that one saw ten or more', () => {
    // The six of last quarter in 谈判推进 stay there: 期初 6 + 新增 6, nobody lost.
    expect(reportOn(bookOf([...LEAKY, ...LAST_QUARTER], '2026-07-05'), Q2).headline?.zh).toBe(
      '最大漏点:方案呈现 50.0%(上季 60.0%),流失 6 家 ¥88万,首因 价格',
    );
  });

  it.each([
    { why: 'nine are too few', stories: LEAKY.slice(3) },
    { why: 'nobody was lost', stories: LEAKY.slice(0, 6) },
    { why: 'nobody was there', stories: [] },
  ])('is left out where $why', ({ stories }) => {
    expect(reportOn(bookOf(stories, '2026-07-05'), Q2).headline).toBeNull();
  });

  it('names two reasons that share the lead, and none of three', () => {
    const lost = (reason: string, n: number) =>
      many(n, '04-01 lead, 04-02 discovery, 04-03 proposal, 05-20 lost', { 流失原因: reason }, reason);
    const headline = (stories: readonly Story[]) => reportOn(bookOf(stories, '2026-07-05'), Q2).headline?.zh;
    expect(headline([...lost('价格', 5), ...lost('失联', 5)])).toMatch(/首因 (价格、失联|失联、价格)$/);
    expect(headline([...lost('价格', 4), ...lost('失联', 4), ...lost('其他', 4)])).toMatch(/流失 12 家$/);
  });
});

type ReviewJson = {
  winRate: { rate: number; low: number; high: number; n: number };
  cycleWorkingDays: { median: number; n: number };
  punctuality: { rule: string; due: number; onTime: number }[];
  losses: { reason: string | null; count: number; amount: number; stages: Record<string, number> }[];
  groups: { by: string; key: string | null; leads: number; leadRate: number; won: number; lost: number }[];
  priorities: { byChance: boolean } | null;
};
const reviewOf = (stories: readonly Story[], asOf = '2026-07-05') =>
  reportOn(bookOf(stories, asOf), Q2).json.review as ReviewJson;

describe('what the review counts', () => {
  it('lists losses by reason and stage', () => {
    expect(reviewOf(LEAKY).losses).toMatchObject([
      { reason: '价格', count: 4, amount: 800_000, stages: { discovery: 0, proposal: 4 } },
      { reason: '失联', count: 2, amount: 80_000, stages: { proposal: 2 } },
    ]);
  });

  it('keeps the reason of a closed quarter when the deal is reopened later', () => {
    const reopened: Story = {
      id: 'R',
      moves: [...moves('04-01 lead, 04-02 discovery, 05-20 lost'), { on: '2026-07-10', to: 'discovery' }],
      reasons: { '2026-05-20': '价格' },
      cells: { 流失原因: '' },
    };
    expect(reviewOf([reopened], '2026-08-01').losses).toMatchObject([{ reason: '价格', count: 1 }]);
  });

  it('gives the win rate its interval', () => {
    const won = many(
      3,
      '04-01 lead, 04-02 discovery, 04-03 proposal, 04-07 negotiation, 04-08 closing',
      { 合同签订日期: '2026-05-08', 合同编号: 'HT' },
      'W',
    );
    const { winRate, cycleWorkingDays } = reviewOf([...won, ...LEAKY.slice(6)]);
    // 3 of 9; Wilson by hand: (1/3 + 0.2134 ± 0.3089) ÷ 1.4268.
    expect(winRate).toMatchObject({ rate: 1 / 3, n: 9 });
    expect(winRate.low).toBeCloseTo(0.121, 3);
    expect(winRate.high).toBeCloseTo(0.646, 3);
    // 04-01 → 05-08 without 清明 (04-06) and 五一 (05-01…05-05): 2 + 4 + 5 + 5 + 4 days of April, 3 of May.
    expect(cycleWorkingDays).toEqual({ median: 23, n: 3 });
    const lines = reportOn(bookOf([...won, ...LEAKY.slice(6)], '2026-07-05'), Q2).summary.map(({ zh }) => zh);
    expect(lines).toContain('赢单率 33.3% 的 95% 区间 12.1%–64.6% (n=9),样本小,仅供参考');
  });

  it('counts each channel by itself, and marks small ones', () => {
    const report = reportOn(
      bookOf(
        [
          ...many(12, '04-01 lead, 04-02 discovery', { 来源渠道: '行业展会', 来源优先级: 'A' }, 'X'),
          ...many(3, '04-01 lead', { 来源渠道: '官网表单', 来源优先级: 'B' }, 'Y'),
        ],
        '2026-07-05',
      ),
      Q2,
    );
    const { groups, priorities } = report.json.review as ReviewJson;
    expect(groups.filter(({ by }) => by === 'source')).toMatchObject([
      { key: '行业展会', leads: 12, leadRate: 1 },
      { key: '官网表单', leads: 3, leadRate: 0 },
    ]);
    expect(priorities).toBeNull();
    const grid = report.grids.find(({ title }) => title?.zh.startsWith('渠道'));
    expect(grid?.rows.slice(0, 2).map((row) => row[3])).toEqual([
      { kind: 'rate', value: 1 },
      { kind: 'rate', value: 0, small: true },
    ]);
    expect(grid?.notes[0]?.zh).toContain('分母不足 10');
  });

  it.each([
    { a: 12, b: 11, byChance: true, why: '12 of 20 against 11 of 20 may be chance' },
    { a: 18, b: 6, byChance: false, why: '18 of 20 against 6 of 20 is not' },
  ])('asks whether A is better than B: $why', ({ a, b, byChance }) => {
    const of = (key: string, on: number) => [
      ...many(on, '04-01 lead, 04-02 discovery', { 来源优先级: key }, `${key}+`),
      ...many(20 - on, '04-01 lead', { 来源优先级: key }, `${key}-`),
    ];
    expect(reviewOf([...of('A', a), ...of('B', b)]).priorities).toMatchObject({
      a: a / 20,
      b: b / 20,
      nA: 20,
      byChance,
    });
  });

  it('counts deadlines that fell due in the quarter, and those met in time', () => {
    // D1 is due three working days after 04-01 (清明 04-04…04-06): 04-07.
    const contact = (on: string): Story => ({
      id: `C${on}`,
      moves: moves('04-01 lead'),
      remarks: [{ on, item: 'first-contact', content: '方式=电话' }],
    });
    const stories = [
      contact('2026-04-07'),
      contact('2026-04-08'),
      { id: 'none', moves: moves('04-01 lead') },
    ];
    expect(reviewOf(stories).punctuality[0]).toEqual({ rule: 'D1', due: 3, onTime: 1 });
    // Entered on the last day of the quarter: due in the next one.
    expect(reviewOf([{ id: 'late', moves: moves('06-30 lead') }]).punctuality[0]).toEqual({
      rule: 'D1',
      due: 0,
      onTime: 0,
    });
  });
});

describe('D3 in 按时完成率', () => {
  const kickoff = { on: '2026-05-11', item: 'kickoff', content: '交付节点=上线；责任人=王工' };
  const walk =
    '04-01 lead, 04-02 discovery, 04-03 proposal, 04-07 negotiation, 04-08 closing, 05-11 aftercare';
  const synced = (...days: string[]) => days.map((each) => `${each}:同步进度`).join(';');
  const d3 = (story: Partial<Story>) =>
    reviewOf([{ id: 'K', moves: moves(walk), remarks: [kickoff], ...story }]).punctuality.find(
      ({ rule }) => rule === 'D3',
    );

  it.each<{ why: string; story: Partial<Story>; due: number; onTime: number }>([
    // Kickoff on Monday 05-11, so weeks end on 05-22, 05-29, 06-05, 06-12, 06-18 (06-19 is 端午节), 06-26; 07-03 is Q3.
    { why: 'nobody spoke to them: six weeks owed', story: {}, due: 6, onTime: 0 },
    {
      why: 'two weeks of six, a second call of one week counts once',
      story: { cells: { 跟进记录: synced('2026-05-20', '2026-05-22', '2026-06-05') } },
      due: 6,
      onTime: 2,
    },
    {
      why: 'a call on Saturday is after the last working day',
      story: { cells: { 跟进记录: synced('2026-05-23') } },
      due: 6,
      onTime: 0,
    },
    {
      why: 'delivered on 06-10: its week owes none, only 05-22, 05-29 and 06-05 do',
      story: { cells: { 交付日期: '2026-06-10', 跟进记录: synced('2026-05-29') } },
      due: 3,
      onTime: 1,
    },
    {
      why: 'lost on 06-01: no week after it',
      story: { moves: moves(`${walk}, 06-01 lost`) },
      due: 2,
      onTime: 0,
    },
  ])('$why', ({ story, due, onTime }) => {
    expect(d3(story)).toEqual({ rule: 'D3', due, onTime });
  });
});

describe('the interval of a share', () => {
  it.each([
    { part: 0, n: 10, low: 0, high: 0.278 },
    { part: 5, n: 10, low: 0.237, high: 0.763 },
    { part: 10, n: 10, low: 0.722, high: 1 },
  ])('$part of $n', ({ part, n, low, high }) => {
    const interval = wilsonInterval(part, n);
    expect(interval?.low).toBeCloseTo(low, 3);
    expect(interval?.high).toBeCloseTo(high, 3);
  });

  it('of nothing is none', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});
