import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import { bookOf, day, moves, type Remark, reportOn, type Story } from './history.ts';
import { randomStories } from './random-histories.ts';

// The quarters beside the reported one, worked by hand.

const CONTRACT = { 合同编号: 'HT-1', 合同签订日期: '2026-05-20', 合同金额: '10万' };
const STORIES: readonly Story[] = [
  // Lost in Q1, taken up again in Q2 and signed there.
  {
    id: 'A',
    moves: moves(
      '01-05 lead, 01-06 discovery, 02-10 lost, 04-06 discovery, 04-20 proposal, 05-04 negotiation, 05-20 closing',
    ),
    cells: CONTRACT,
  },
  { id: 'B', moves: moves('2025-11-03 lead') },
  { id: 'C', moves: moves('04-02 lead, 04-03 discovery, 06-30 lost') },
];

interface Trend {
  readonly review: { readonly trend: readonly Readonly<Record<string, unknown>>[] };
}
const trendOn = (asOf: string, quarter: string) => {
  const report = reportOn(bookOf(STORIES, asOf), { quarter });
  return { report, trend: (report.json as unknown as Trend).review.trend };
};

describe('quarter by quarter', () => {
  it('begins where somebody came, and shows every quarter as its own report has it', () => {
    const { trend } = trendOn('2026-07-20', '2026Q2');
    expect(
      trend.map(({ label, newLeads, won, lost, winRate, wonAmount }) => [
        label,
        newLeads,
        won,
        lost,
        winRate,
        wonAmount,
      ]),
    ).toEqual([
      ['2025Q4', 1, 0, 0, null, 0],
      // A was lost when Q1 ended, whatever came of it later.
      ['2026Q1', 1, 0, 1, 0, 0],
      ['2026Q2', 1, 1, 1, 0.5, 100_000],
    ]);
    for (const { label, won, lost } of trend) {
      const { totals } = reportOn(bookOf(STORIES, '2026-07-20'), { quarter: String(label) })
        .json as unknown as {
        readonly totals: { readonly won: number; readonly lost: number };
      };
      expect([label, won, lost]).toEqual([label, totals.won, totals.lost]);
    }
  });

  it('is cut at the day of the report, and says that the last quarter still runs', () => {
    const { report, trend } = trendOn('2026-05-10', '2026Q2');
    expect(trend.at(-1)).toMatchObject({ label: '2026Q2', newLeads: 1, won: 0, lost: 0 });
    const grid = report.grids.find(({ title }) => title?.zh === '各季走势');
    expect(grid?.rows.map(([cell]) => cell?.kind === 'text' && cell.text)).toEqual([
      { zh: '2025Q4', en: '2025Q4' },
      { zh: '2026Q1', en: '2026Q1' },
      { zh: '2026Q2 (未完)', en: '2026Q2 (running)' },
    ]);
  });

  it('is no table where there is one quarter only, and goes back no further than eight', () => {
    expect(trendOn('2025-12-31', '2025Q4').report.grids.some(({ title }) => title?.zh === '各季走势')).toBe(
      false,
    );
    const { trend } = trendOn('2028-11-26', '2028Q4');
    expect([trend.length, trend[0]?.label]).toEqual([8, '2027Q1']);
  });

  it('counts contracts and amounts as they stood when the quarter ended', () => {
    // Signed in Q1 for 10万, which was put right to 12万 in Q2; Q1's own report says 10万 for ever.
    const raised: Story = {
      id: 'A',
      moves: moves('01-05 lead, 01-06 discovery, 01-20 proposal, 02-04 negotiation, 02-20 closing'),
      remarks: [
        { on: '2026-02-25', item: 'contract', content: '合同编号=HT-1' },
        { on: '2026-05-06', content: '列=合同金额；原值=100000；新值=120000' },
      ],
      cells: { ...CONTRACT, 合同签订日期: '2026-02-25', 合同金额: '12万' },
    };
    const trend = (reportOn(bookOf([raised], '2026-07-20'), { quarter: '2026Q2' }).json as unknown as Trend)
      .review.trend;
    expect(trend.map(({ label, won, wonAmount }) => [label, won, wonAmount])).toEqual([
      ['2026Q1', 1, 100_000],
      ['2026Q2', 0, 0],
    ]);
  });

  it('still counts in past quarters whose stage word nobody can read today', () => {
    const unread: Story = {
      id: 'X',
      moves: moves('01-05 lead, 04-06 discovery'),
      cells: { 当前阶段: '跟进中' },
    };
    const trend = (reportOn(bookOf([unread], '2026-07-20'), { quarter: '2026Q3' }).json as unknown as Trend)
      .review.trend;
    expect(trend.map(({ label, newLeads, leadRate }) => [label, newLeads, leadRate])).toEqual([
      ['2026Q1', 1, 0],
      ['2026Q2', 0, 1],
      ['2026Q3', 0, null],
    ]);
  });

  it('agrees with the own report of every quarter, over random histories', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        randomStories,
        fc.array(deal, { maxLength: 12 }),
        fc.constantFrom('2026-12-31', '2026-11-10', '2026-06-30'),
        fc.constantFrom(null, '2026-05-20'),
        (drawn, deals, asOf, known) => {
          const stories = drawn.map((each, index) => ({ ...each, ...signed(each, deals[index]) }));
          const knownOn = known === null ? null : day(known);
          const own = (quarter: string) =>
            reportOn(bookOf(stories, asOf), { quarter }, { knownOn }).json as unknown as Trend & Own;
          const last = own('this').review.trend;
          for (const column of last) {
            const { rows, totals } = own(String(column.label));
            if (totals.wonAmount > 0) compared += 1;
            expect(column).toEqual({
              label: column.label,
              newLeads: rows[0]?.entered,
              leadRate: rows[0]?.rate,
              won: totals.won,
              lost: totals.lost,
              winRate: totals.winRate,
              wonAmount: totals.wonAmount,
            });
          }
        },
      ),
      { numRuns: 20 },
    );
    // Histories without a contract would agree by being empty.
    expect(compared).toBeGreaterThan(0);
  });
});

interface Own {
  readonly rows: readonly { readonly entered: number; readonly rate: number | null }[];
  readonly totals: Readonly<Record<'won' | 'lost' | 'wonAmount', number>> & {
    readonly winRate: number | null;
  };
}

const deal = fc.option(
  fc.record({
    after: fc.integer({ min: 0, max: 300 }),
    lateBy: fc.integer({ min: 0, max: 200 }),
    amounts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    every: fc.integer({ min: 1, max: 150 }),
    fate: fc.constantFrom<Partial<Story>>({}, { deleted: true }, { cells: { 当前阶段: '跟进中' } }),
  }),
  { freq: 5 },
);
type Dealt = typeof deal extends fc.Arbitrary<infer Value> ? Value : never;

/** A contract some days after the creation, recorded late or not, its amount changed now and again; the row may be gone or unreadable today. */
function signed(
  { moves: [first], remarks = [], cells = {} }: Story,
  dealt: Dealt | undefined,
): Partial<Story> {
  if (!dealt || !first) return {};
  const { after, lateBy, amounts, every, fate } = dealt;
  const on = day(first.on) + after;
  const changes = amounts.slice(1).map(
    (amount, index): Remark => ({
      on: formatDay(on + every * (index + 1)),
      content: `列=合同金额；原值=${amounts[index]}0000；新值=${amount}0000`,
    }),
  );
  return {
    ...fate,
    remarks: [
      ...remarks,
      { on: formatDay(on), item: 'contract', content: '合同编号=HT-1', recorded: formatDay(on + lateBy) },
      ...changes,
    ],
    cells: {
      ...cells,
      合同编号: 'HT-1',
      合同签订日期: formatDay(on),
      合同金额: `${amounts.at(-1)}万`,
      ...fate.cells,
    },
  };
}
