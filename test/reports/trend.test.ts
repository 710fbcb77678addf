import { describe, expect, it } from 'vitest';
import { bookOf, moves, reportOn, type Story } from './history.ts';

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
});
