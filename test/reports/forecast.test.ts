import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/core/reports/backtest.ts';
import { forecastDeals } from '../../src/core/reports/forecast.ts';
import { forecastBook, forecastPage } from '../../src/core/reports/forecast-page.ts';
import { winProbabilities } from '../../src/core/reports/win-probability.ts';
import { bookOf, day, moves, type Story } from './history.ts';

// The forecast of a team, each figure worked by hand.

const TODAY = '2026-11-23';
const CONTRACT = { 合同签订日期: '2026-11-10', 合同编号: 'HT-1' };
const TO = {
  lead: '11-02 lead',
  discovery: '11-02 lead, 11-03 discovery',
  proposal: '11-02 lead, 11-03 discovery, 11-04 proposal',
  negotiation: '11-02 lead, 11-03 discovery, 11-04 proposal, 11-05 negotiation',
  closing: '11-02 lead, 11-03 discovery, 11-04 proposal, 11-05 negotiation, 11-06 closing',
};
const open = (id: string, stage: keyof typeof TO, close: string, amount: string, more = {}): Story => ({
  id,
  moves: moves(TO[stage]),
  cells: { 预计成交日期: close, 预计金额: amount, ...more },
});
const forecast = (stories: readonly Story[], today = TODAY) => {
  const book = bookOf(stories, today);
  return forecastDeals(book.deals, book, day(today));
};
const wan = (amount: number) => amount * 1_000_000;

describe('the weighted forecast', () => {
  const stories = [
    open('L', 'lead', '2026-12-01', '800万'),
    open('D', 'discovery', '2026-12-10', '10万'),
    open('P', 'proposal', '2026-12-20', '20万'),
    open('N', 'negotiation', '2026-12-30', '30万'),
    open('C', 'closing', '2026-11-30', '40万'),
    open('S', 'closing', '2026-11-30', '40万', { ...CONTRACT, 合同金额: '50万' }),
    open('X', 'proposal', '2027-02-01', '100万'),
    open('U', 'discovery', '', '60万'),
    open('O', 'discovery', '', ''),
    open('B', 'negotiation', '2026-10-15', '8万'),
    {
      ...open('H', 'negotiation', '2026-12-01', '500万'),
      holds: [{ on: '2026-11-20', until: '2027-01-15' }],
    },
  ];
  const made = forecast(stories);
  const at = (label: string) => made.periods.find((period) => period.label === label);

  it('weighs by the default chance of each stage where few deals were decided', () => {
    expect(made.probabilities.map(({ p, isDefault }) => [p, isDefault])).toEqual([
      [0, true],
      [0.3, true],
      [0.5, true],
      [0.7, true],
      [0.9, true],
    ]);
    // Signed 50万 counts whole; C 40 × 0.9 = 36; D 3; P 10; N 21; B is late, so this quarter: 5.6. No lead, nothing on hold.
    expect(at('2026Q4')).toEqual({
      label: '2026Q4',
      weighted: wan(50 + 36 + 3 + 10 + 21 + 5.6),
      committed: wan(90),
      likely: wan(38),
      possible: wan(30),
      n: 6,
    });
    expect(at('2026-11')).toMatchObject({ weighted: wan(50 + 36 + 5.6), n: 3 });
    expect(at('2026-12')).toMatchObject({ weighted: wan(3 + 10 + 21), n: 3 });
    expect(at('2027Q1')).toMatchObject({ weighted: wan(50), possible: wan(100), n: 1 });
    expect(at('undated')).toMatchObject({ weighted: wan(18), n: 2 });
  });

  it('lists quarters, then months, then what has no date', () => {
    expect(made.periods.map(({ label }) => label)).toEqual([
      '2026Q4',
      '2027Q1',
      '2026-11',
      '2026-12',
      '2027-02',
      'undated',
    ]);
  });

  it('names what has no amount, and says what is late, on hold and a lead', () => {
    expect(made.unpriced.map(({ row }) => row.id)).toEqual(['O']);
    const page = forecastPage([forecastBook(bookOf(stories, TODAY))], null);
    expect(page.notes.map(({ zh }) => zh)).toEqual([
      '没有金额 1 条,未计入金额:客户O O',
      '预计成交日期已过 1 条,计入本月:客户B B',
      '搁置 1 条 (500万) 不计入',
      '线索 1 条不计入预测',
    ]);
    expect(page.json).toMatchObject({
      asOf: TODAY,
      unpriced: ['O'],
      probabilities: [
        { stage: 'lead', p: 0, n: 1, default: true },
        { stage: 'discovery', p: 0.3, n: 1, default: true },
        { stage: 'proposal' },
        { stage: 'negotiation' },
        { stage: 'closing' },
      ],
    });
    expect((page.json.periods as unknown[])[0]).toEqual({
      label: '2026Q4',
      weighted: 1_256_000,
      committed: 900_000,
      likely: 380_000,
      possible: 300_000,
      n: 6,
    });
  });

  it('leaves out what was signed in an earlier quarter, lost, or is in the pool', () => {
    const gone = [
      open('W', 'closing', '2026-09-20', '9万', { 合同签订日期: '2026-09-15', 合同编号: 'HT-9' }),
      {
        id: 'Z',
        moves: moves(`${TO.proposal}, 11-10 lost`),
        cells: { 预计金额: '9万', 预计成交日期: '2026-12-01' },
      },
    ];
    expect(forecast(gone).periods).toEqual([
      { label: '2026Q4', weighted: 0, committed: 0, likely: 0, possible: 0, n: 0 },
      { label: '2026-11', weighted: 0, committed: 0, likely: 0, possible: 0, n: 0 },
    ]);
  });
});

describe("the team's own probability", () => {
  const decided = (n: number, won: boolean, walk: string, prefix: string): Story[] =>
    Array.from({ length: n }, (_, index) => ({
      id: `${prefix}${index}`,
      moves: moves(won ? walk : `${walk}, 11-10 lost`),
      cells: won ? { ...CONTRACT, 合同编号: `HT-${prefix}${index}` } : {},
    }));
  const of = (stories: readonly Story[], today = TODAY) => {
    const book = bookOf(stories, today);
    return winProbabilities(book.deals, book, day(today)).map(({ p, n, isDefault }) =>
      isDefault ? n : `${p} of ${n}`,
    );
  };

  it('is won ÷ (won + lost) among those that reached the stage, from twenty on', () => {
    // 12 won in 成交签约, 8 lost in 方案呈现: of 20 that reached 方案呈现 60 %, only 12 came further.
    const stories = [...decided(12, true, TO.closing, 'W'), ...decided(8, false, TO.proposal, 'L')];
    expect(of(stories)).toEqual([20, '0.6 of 20', '0.6 of 20', 12, 12]);
    expect(of(stories.slice(1))).toEqual([19, 19, 19, 11, 11]);
  });

  it('设置 预测样本 says how many are enough', () => {
    const stories = [...decided(6, true, TO.closing, 'W'), ...decided(4, false, TO.proposal, 'L')];
    const book = bookOf(stories, TODAY);
    const own = (forecastSample: number) =>
      winProbabilities(book.deals, { ...book, settings: { ...book.settings, forecastSample } }, day(TODAY))
        .filter(({ isDefault }) => !isDefault)
        .map(({ stage }) => stage);
    expect([own(10), own(11)]).toEqual([['discovery', 'proposal'], []]);
  });

  it('counts a skipped stage for what was won, not for what was lost', () => {
    const skip = '11-02 lead, 11-04 proposal';
    expect(
      of([...decided(10, true, `${skip}, 11-05 closing`, 'W'), ...decided(15, false, skip, 'L')]),
    ).toEqual([25, 10, '0.4 of 25', 10, 10]);
  });

  it('looks back four quarters', () => {
    const stories = decided(20, true, TO.closing, 'W');
    expect(of(stories, '2027-11-09')[1]).toBe('1 of 20');
    expect(of(stories, '2027-11-10')[1]).toBe(0);
  });
});

describe('the back-test', () => {
  it('sets what the first day of a quarter would have said against what was signed in it', () => {
    const stories: Story[] = [
      // Open in 谈判推进 on 06-30, dated August, signed in August: 20 × 0.7 = 14 foreseen, 20 came.
      {
        id: 'A',
        moves: moves('06-01 lead, 06-02 discovery, 06-03 proposal, 06-10 negotiation, 08-01 closing'),
        cells: { 预计金额: '20万', 预计成交日期: '2026-08-20', 合同签订日期: '2026-08-15', 合同编号: 'HT-A' },
      },
      // Dated August too, lost instead: 10 × 0.5 = 5 foreseen, nothing came.
      {
        id: 'B',
        moves: moves('06-01 lead, 06-02 discovery, 06-03 proposal, 08-01 lost'),
        cells: { 预计金额: '10万', 预计成交日期: '2026-08-20' },
      },
      // Entered and signed within the quarter: nobody could foresee it.
      {
        id: 'C',
        moves: moves('07-10 lead, 07-11 discovery, 07-12 proposal, 07-13 negotiation, 08-01 closing'),
        cells: { 预计金额: '7万', 预计成交日期: '2026-08-20', 合同签订日期: '2026-08-15', 合同编号: 'HT-C' },
      },
    ];
    const [q3, q2] = backtest(bookOf(stories, '2026-11-23'));
    expect(q3).toEqual({
      label: '2026Q3',
      weighted: wan(19),
      actual: wan(27),
      foreseen: wan(20),
      n: 2,
    });
    expect(q2).toEqual({ label: '2026Q2', weighted: 0, actual: 0, foreseen: 0, n: 0 });
  });

  it('covers the last four whole quarters', () => {
    expect(backtest(bookOf([], '2026-11-23')).map(({ label }) => label)).toEqual([
      '2026Q3',
      '2026Q2',
      '2026Q1',
      '2025Q4',
    ]);
  });
});
