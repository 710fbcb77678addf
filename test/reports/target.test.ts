import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import type { Deal } from '../../src/core/deal.ts';
import { findKeptTable } from '../../src/core/kept-table.ts';
import { yearHolding } from '../../src/core/period.ts';
import { setTarget, TARGET_TABLE, type TargetOrder } from '../../src/core/reports/target.ts';
import { targetPage } from '../../src/core/reports/target-page.ts';
import {
  expectedYield,
  PLANNED_STAGES,
  type PlanBasis,
  planBasis,
  planNeeds,
  planYear,
  splitAmount,
} from '../../src/core/reports/target-plan.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { cellText } from '../../src/core/sheet.ts';
import { calendar } from '../commands/support.ts';
import { applyPatches, type Memory, newMemory, readMemory } from '../core-domain/memory-book.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { bookOf, day, memoryOf, moves, type Story } from './history.ts';

// Targets: the example of the specification, how amounts are split, what the sheet keeps.

const wan = (amount: number) => amount * 1_000_000;
const basis = (average: number, rates: readonly number[]): PlanBasis => ({
  average: { fen: wan(average), n: 0, from: 'setting' },
  rates: PLANNED_STAGES.map((stage, index) => ({
    stage,
    own: null,
    n: 0,
    target: rates[index] ?? null,
    used: rates[index] ?? null,
  })),
  cycle: null,
});

describe('a target broken down', () => {
  it('is the example: 300万 ÷ 15万 = 20; with 60 %, 50 %, 50 %, 40 % → 34, 68, 136, 340', () => {
    expect(planNeeds(wan(300), basis(15, [0.4, 0.5, 0.5, 0.6, 1]))).toEqual({
      deals: 20,
      stages: { closing: 20, negotiation: 34, proposal: 68, discovery: 136, lead: 340 },
    });
  });

  it.each([
    { why: 'rounded up at every step', amount: 31, rates: [1, 1, 1, 0.5, 1], deals: 3, lead: 6 },
    {
      why: 'no more for the sake of a last binary digit',
      amount: 30,
      rates: [1, 1, 1, 0.3, 1],
      deals: 2,
      lead: 7,
    },
    { why: '7 ÷ 0.7 is 10', amount: 105, rates: [1, 1, 1, 0.7, 1], deals: 7, lead: 10 },
    {
      why: 'signing from 成交签约 may be less than certain',
      amount: 300,
      rates: [1, 1, 1, 1, 0.8],
      deals: 20,
      lead: 25,
    },
  ])('$why', ({ amount, rates, deals, lead }) => {
    expect(planNeeds(wan(amount), basis(15, rates))).toMatchObject({ deals, stages: { lead } });
  });

  it('stays open before a stage whose rate nobody knows, and altogether without an average', () => {
    const known = basis(15, [0.4, 0.5, 0.5, 0.6, 1]);
    const rates = known.rates.map((rate) => (rate.stage === 'proposal' ? { ...rate, used: null } : rate));
    expect(planNeeds(wan(300), { ...known, rates }).stages).toMatchObject({
      negotiation: 34,
      proposal: null,
      lead: null,
    });
    expect(planNeeds(wan(300), { ...known, average: null })).toMatchObject({
      deals: null,
      stages: { lead: null },
    });
  });

  it('needs less by what the opening stock should yield', () => {
    const { rates } = basis(15, [0.4, 0.5, 0.5, 0.6, 1]);
    const at = (stage: string) => ({ stage }) as unknown as Deal;
    // 4 in 谈判推进 yield 2.4, 2 in 方案呈现 0.6, one lead 0.06: three whole contracts.
    const stock = expectedYield(
      [...Array(4).fill(at('negotiation')), ...Array(2).fill(at('proposal')), at('lead')],
      rates,
    );
    expect(stock).toBeCloseTo(3.06, 10);
    expect(planNeeds(wan(300), basis(15, [0.4, 0.5, 0.5, 0.6, 1]), stock)).toMatchObject({ deals: 17 });
  });
});

describe('an amount split by weights', () => {
  it.each([
    { total: 100, weights: [1, 1, 1], parts: [34, 33, 33] },
    { total: 300, weights: [15, 25, 25, 35], parts: [45, 75, 75, 105] },
    { total: 10, weights: [0, 0], parts: [5, 5] },
  ])('$total by $weights', ({ total, weights, parts }) => {
    expect(splitAmount(total * 100, weights)).toEqual(parts.map((part) => part * 100));
  });

  it('always adds up to the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 13 }),
        fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 12 }),
        (total, weights) => {
          const parts = splitAmount(total, weights);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
          expect(parts.every((part) => part >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe('a year as the team counts it', () => {
  it('is the calendar year by default', () => {
    const { year, quarters } = planYear(2026, 1);
    expect([year.label, formatDay(year.from), formatDay(year.to)]).toEqual([
      '2026',
      '2026-01-01',
      '2026-12-31',
    ]);
    expect(quarters.map(({ period }) => period.label)).toEqual(['2026Q1', '2026Q2', '2026Q3', '2026Q4']);
  });

  it('begins in 财年起始月 where that is set', () => {
    const { year, quarters } = planYear(2026, 4);
    expect([year.label, formatDay(year.from), formatDay(year.to)]).toEqual([
      'FY2026',
      '2026-04-01',
      '2027-03-31',
    ]);
    expect(quarters[3]).toMatchObject({
      period: { label: 'FY2026Q4' },
      months: [{ label: '2027-01' }, {}, {}],
    });
    expect([yearHolding(day('2026-03-31'), 4), yearHolding(day('2026-04-01'), 4)]).toEqual([2025, 2026]);
  });
});

describe('what is planned with', () => {
  const signed = (id: string, amount: string, on = '2026-08-10'): Story => ({
    id,
    moves: moves('06-01 lead, 06-02 discovery, 06-03 proposal, 06-04 negotiation, 06-05 closing'),
    cells: { 合同金额: amount, 合同签订日期: on, 合同编号: `HT-${id}`, 销售负责人: '王芳' },
  });
  const lost = (id: string, walk: string): Story => ({ id, moves: moves(`${walk}, 08-10 lost`) });
  const basisOf = (stories: readonly Story[], settings = DEFAULT_SETTINGS) =>
    planBasis(bookOf(stories, '2026-11-23').deals, settings, day('2026-11-23'));

  it('is the share of those that reached a stage and went on, at 谈判推进 of those that signed', () => {
    const { rates, average, cycle } = basisOf([
      signed('A', '10万'),
      signed('B', '20万'),
      lost('C', '06-01 lead, 06-02 discovery, 06-03 proposal, 06-04 negotiation'),
      lost('D', '06-01 lead, 06-02 discovery'),
      // Still open in 谈判推进: it went on from what lies before, and 谈判推进 itself is not decided.
      { id: 'E', moves: moves('06-01 lead, 06-02 discovery, 06-03 proposal, 06-04 negotiation') },
      // Signed more than a year ago.
      {
        ...signed('F', '99万', '2025-08-10'),
        moves: [
          { on: '2025-06-01', to: 'lead' },
          { on: '2025-06-02', to: 'closing' },
        ],
      },
    ]);
    expect(rates.map(({ own, n }) => [own, n])).toEqual([
      [1, 5],
      [4 / 5, 5],
      [1, 4],
      [2 / 3, 3],
      [1, 2],
    ]);
    expect(average).toEqual({ fen: wan(15), n: 2, from: 'contracts' });
    expect(cycle).toEqual({ days: 70, n: 2 });
  });

  it('takes what 设置 says instead, and amounts where there are no contracts', () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      averageContract: wan(12),
      targetRates: new Map([['proposal', 0.45] as const]),
    };
    expect(basisOf([signed('A', '10万')], settings)).toMatchObject({
      average: { fen: wan(12), from: 'setting' },
      rates: [{}, {}, { own: 1, target: 0.45, used: 0.45 }, {}, {}],
    });
    expect(basisOf([{ id: 'O', moves: moves('06-01 lead'), cells: { 预计金额: '8万' } }]).average).toEqual({
      fen: wan(8),
      n: 1,
      from: 'amounts',
    });
    expect(basisOf([]).average).toBeNull();
  });
});

const ORDER: TargetOrder = {
  amount: wan(300),
  year: 2026,
  quarter: null,
  owner: null,
  split: null,
  rates: new Map(),
  average: wan(15),
};
const TODAY = day('2026-11-23');
function write(memory: Memory, order: Partial<TargetOrder> = {}) {
  const book = readMemory(memory, TODAY);
  const rows = memory.get('销售目标');
  const table = rows ? findKeptTable('销售目标', rows, TARGET_TABLE, false) : null;
  const decision = setTarget(book, table, { ...ORDER, ...order }, { today: TODAY, calendar });
  applyPatches(memory, decision.patches ?? []);
  return decision;
}
function rowsOf(memory: Memory): Record<string, string>[] {
  const [head, ...rows] = memory.get('销售目标') ?? [];
  return rows.map(({ cells }) =>
    Object.fromEntries((head?.cells ?? []).map((cell, index) => [cellText(cell), cellText(cells[index])])),
  );
}
const amounts = (rows: readonly Record<string, string>[]) => rows.map((row) => Number(row.目标金额));

describe('the sheet of targets', () => {
  it('has the year, its quarters by working days and its months, and every level adds up', () => {
    const memory = newMemory();
    write(memory);
    const rows = rowsOf(memory);
    expect(rows.map((row) => row.期间)).toEqual([
      '2026年',
      ...['2026Q1', '2026Q2', '2026Q3', '2026Q4'],
      ...Array.from({ length: 12 }, (_, month) => `2026年${month + 1}月`),
    ]);
    const sum = (from: number, to: number) =>
      amounts(rows)
        .slice(from, to)
        .reduce((all, part) => all + part, 0);
    expect([sum(0, 1), sum(1, 5), sum(5, 17)]).toEqual([3_000_000, 3_000_000, 3_000_000]);
    // 59 of the 248 working days of 2026 lie in Q1.
    expect(amounts(rows)[1]).toBe(Math.round((3_000_000 * 59) / 248));
    expect(rows[0]).toMatchObject({ 需签约数: '20', 负责人: '' });
  });

  it('splits by weights where they are given, and by owners where 设置 says their shares', () => {
    const memory = newMemory();
    memory.set('设置', [
      ...(newMemory([
        ['类别', '名称', '值', '说明'],
        ['目标份额', '王芳', '2'],
        ['目标份额', '李强', '1'],
      ]).get('客户信息跟踪表') ?? []),
    ]);
    write(memory, { split: [15, 25, 25, 35] });
    const rows = rowsOf(memory);
    expect(amounts(rows).slice(0, 5)).toEqual([3_000_000, 450_000, 750_000, 750_000, 1_050_000]);
    for (const period of ['2026年', '2026Q1', '2026年5月']) {
      const of = (owner: string) =>
        amounts(rows.filter((row) => row.期间 === period && row.负责人 === owner))[0] ?? 0;
      expect(of('王芳') + of('李强')).toBe(of(''));
      expect(Math.abs(of('王芳') - 2 * of('李强'))).toBeLessThan(3);
    }
  });

  it('replaces what is there for the same period and owner, and leaves the rest', () => {
    const memory = newMemory();
    memory.set('销售目标', [
      ...(newMemory([
        ['年度/季度/月', '销售负责人', '目标(万元)', '备注'],
        ['2026年', '', 100, '董事会定的'],
        ['2026年第一季度', '团队', 10, ''],
        ['2026Q1', '王芳', 5, '她自己的'],
        ['口号', '', '', '加油'],
      ]).get('客户信息跟踪表') ?? []),
    ]);
    write(memory, { split: [15, 25, 25, 35] });
    const texts = (memory.get('销售目标') ?? [])
      .slice(0, 6)
      .map(({ cells }) => [0, 1, 2, 3].map((col) => cellText(cells[col])));
    expect(texts).toEqual([
      ['年度/季度/月', '销售负责人', '目标(万元)', '备注'],
      ['2026年', '', '300', '董事会定的'],
      ['2026年第一季度', '团队', '45', ''],
      ['2026Q1', '王芳', '5', '她自己的'],
      ['口号', '', '', '加油'],
      ['2026Q2', '', '75', ''],
    ]);
    expect(write(memory, { split: [15, 25, 25, 35] }).patches).toEqual([]);
  });

  it('sets one quarter with its months only', () => {
    const memory = newMemory();
    write(memory, { quarter: 3, amount: wan(90), owner: '王芳' });
    expect(rowsOf(memory).map((row) => [row.期间, row.负责人])).toEqual([
      ['2026Q3', '王芳'],
      ['2026年7月', '王芳'],
      ['2026年8月', '王芳'],
      ['2026年9月', '王芳'],
    ]);
    expect(
      amounts(rowsOf(memory))
        .slice(1)
        .reduce((sum, part) => sum + part, 0),
    ).toBe(900_000);
  });

  it('says what it has nothing to reckon with', () => {
    const notes = write(newMemory(), { average: null }).notes.map(({ zh }) => zh);
    expect(notes[0]).toContain('不知道平均合同额');
    expect(notes[1]).toContain('还没有自己的转化率');
  });
});

describe('the page of a target', () => {
  const stories: Story[] = [
    {
      id: 'A',
      moves: moves('06-01 lead, 06-02 discovery, 06-03 proposal, 06-04 negotiation, 06-05 closing'),
      cells: { 合同金额: '100万', 合同签订日期: '2026-08-10', 合同编号: 'HT-A', 销售负责人: '王芳' },
    },
    { id: 'L', moves: moves('11-03 lead'), cells: { 销售负责人: '王芳' } },
  ];
  const pageOf = (order: Partial<TargetOrder> = {}, today = '2026-11-23') => {
    const memory = memoryOf(stories);
    write(memory, {
      ...order,
      rates: new Map([
        ['lead', 0.5],
        ['discovery', 0.5],
        ['proposal', 0.5],
        ['negotiation', 0.5],
      ]),
    });
    const book = readMemory(memory, day(today));
    const rows = memory.get('销售目标') ?? [];
    return targetPage(
      {
        ...book,
        settings: {
          ...book.settings,
          averageContract: wan(15),
          targetRates: new Map(PLANNED_STAGES.slice(0, 4).map((stage) => [stage, 0.5])),
        },
      },
      findKeptTable('销售目标', rows, TARGET_TABLE, false),
      2026,
      { today: day(today), calendar },
    );
  };

  it('sets what was signed against the working days that are over', () => {
    // 220 of the 248 working days of 2026 are over on 11-23; 100万 of 300万 are signed.
    expect(pageOf()?.json).toMatchObject({
      year: 2026,
      amount: 3_000_000,
      deals: 20,
      stages: { lead: 320 },
      pace: { actual: 1_000_000, workingDaysElapsed: 220, workingDays: 248 },
    });
    expect(pageOf()?.headline?.zh).toMatch(
      /^已签 100万,完成 33\.3%;按进度\(220\/248 个工作日\)应有 88\.7%,落后 166\.1万$/,
    );
    expect(pageOf({}, '2025-12-31')?.json).toMatchObject({
      pace: { actual: 0, expected: 0, workingDaysElapsed: 0 },
    });
  });

  it('says what the running month lacks stage by stage', () => {
    const month = pageOf()?.json.month as { label: string; deals: number; stages: unknown[] };
    // November has 21 of 248 working days: 25.4万, two contracts; nobody was open when it began.
    expect(month).toMatchObject({ label: '2026-11', deals: 2 });
    expect(month.stages).toEqual([
      { stage: 'lead', needed: 32, entered: 1, missing: 31 },
      { stage: 'discovery', needed: 16, entered: 0, missing: 16 },
      { stage: 'proposal', needed: 8, entered: 0, missing: 8 },
      { stage: 'negotiation', needed: 4, entered: 0, missing: 4 },
      { stage: 'closing', needed: 2, entered: 0, missing: 2 },
    ]);
  });

  it('takes off what was open when the month began and should close in it', () => {
    const open = (id: string, close: string): Story => ({
      id,
      moves: moves('10-01 lead, 10-02 discovery, 10-03 proposal, 10-06 negotiation, 10-07 closing'),
      cells: { 预计成交日期: close, 销售负责人: '李强' },
    });
    stories.push(open('S', '2026-11-27'), open('T', '2026-12-31'));
    // S should sign in November, T later: one of the two contracts is left to be found.
    expect(pageOf()?.json.month).toMatchObject({ fromStock: 1, deals: 1 });
    stories.splice(-2);
  });

  it('says when a new lead comes too late for the quarter', () => {
    // Its only cycle: 06-01 → 08-10, 70 days before 12-31.
    expect(pageOf()?.summary.at(-1)?.zh).toContain('2026-10-22 之后的新线索赶不上 2026Q4');
  });

  it('is none for a year without a target', () => {
    const book = bookOf(stories, '2026-11-23');
    expect(targetPage(book, null, 2026, { today: TODAY, calendar })).toBeNull();
  });
});

describe('target as a command', () => {
  const funnel = (folder: string, line: string) => runIn(folder, splitWords(line));
  const set =
    'target set 300万 --year 2026 --average 15万 --rate 线索获取=40% 需求挖掘=50% 方案呈现=50% 谈判推进=60%';

  it('writes once, keeps rates in 设置, shows the example, and is undone to the byte', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'funnel-target-'));
    const bytes = () => readFileSync(join(folder, '销售漏斗.xlsx'));
    await funnel(folder, 'init');
    const before = bytes();
    const none = await funnel(folder, 'target show');
    expect(none.code).toBe(2);
    expect(none.err).toContain('funnel target set 300万 --year 2026');
    expect((await funnel(folder, `${set} --dry-run`)).out).toContain('销售目标!H2 需线索数: ∅ → 340');
    expect(bytes().equals(before)).toBe(true);
    expect((await funnel(folder, set)).code).toBe(0);
    const written = bytes();
    expect((await funnel(folder, set)).err).toContain('目标已是这样,没有写入');
    expect(bytes().equals(written)).toBe(true);
    const shown = JSON.parse((await funnel(folder, 'target show --json')).out);
    expect(shown).toMatchObject({
      year: 2026,
      amount: 3_000_000,
      deals: 20,
      stages: { lead: 340, discovery: 136, proposal: 68, negotiation: 34 },
      quarters: [{ label: '2026Q1' }, { label: '2026Q2' }, { label: '2026Q3' }, { label: '2026Q4' }],
    });
    expect(shown.quarters.reduce((sum: number, { amount }: { amount: number }) => sum + amount, 0)).toBe(
      3_000_000,
    );
    await funnel(folder, 'undo');
    expect(bytes().equals(before)).toBe(true);
  });

  it.each([
    { line: 'target', says: '缺少参数' },
    { line: 'target sett 300万', says: '是不是 set?' },
    { line: 'target set', says: '缺少 金额' },
    { line: 'target set 很多', says: '目标「很多」不能用' },
    { line: 'target set 10-20万', says: '目标「10-20万」不能用' },
    { line: 'target set 300万 --year 二零二六', says: '--year「二零二六」' },
    { line: 'target set 300万 --quarter Q5', says: '--quarter「Q5」' },
    { line: 'target set 300万 --split 50,50', says: '--split「50,50」' },
    { line: 'target set 300万 --quarter Q1 --split 15,25,25,35', says: '--split' },
    { line: 'target set 300万 --rate 方案呈现=140%', says: '--rate「方案呈现=140%」' },
    { line: 'target set 300万 --rate 售后维护=40%', says: '--rate「售后维护=40%」' },
    { line: 'target set 300万 --average 面议', says: '--average「面议」' },
    { line: 'target show --split 1,1,1,1', says: '--split 只用于 target set' },
  ])('$line is refused: $says', async ({ line, says }) => {
    const folder = mkdtempSync(join(tmpdir(), 'funnel-target-'));
    await funnel(folder, 'init');
    const run = await funnel(folder, line);
    expect(run.err).toContain(says);
    expect(run.code).toBe(2);
  });
});
