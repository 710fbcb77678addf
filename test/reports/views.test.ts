import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePeriodText, previousPeriod } from '../../src/core/period.ts';
import { compareReports, readCompared } from '../../src/core/reports/compare.ts';
import { findReportCell } from '../../src/core/reports/explain.ts';
import { idOf } from '../../src/core/reports/population.ts';
import type { Report } from '../../src/core/reports/report.ts';
import { OPEN_STAGES } from '../../src/core/stages.ts';
import { bookOf, moves, reportOn, type Story } from './history.ts';
import { randomStories } from './random-histories.ts';

// The views beside the period view: cohort and snapshot, each worked by hand, and what must hold of any history.

/** The example of the period view (four deals), asked about in November. */
const FOUR: readonly Story[] = [
  {
    id: 'A',
    moves: moves('05-11 lead, 05-14 discovery, 06-02 proposal, 06-30 negotiation'),
    cells: { 销售负责人: '王芳', 预计金额: '10万' },
  },
  { id: 'C', moves: moves('06-15 lead, 06-17 discovery'), cells: { 销售负责人: '李强', 预计金额: '20万' } },
  {
    id: 'E',
    moves: moves('04-20 lead, 04-22 discovery, 05-06 proposal, 06-25 lost'),
    cells: { 销售负责人: '王芳', 预计金额: '40万' },
  },
  { id: 'G', moves: moves('06-29 lead'), cells: { 销售负责人: '李强' } },
];
const idsOf = (report: Report, cell: string) => {
  const found = findReportCell(report, cell);
  if ('badInput' in found) throw new Error(found.text.zh);
  return found.entries.map(({ subject }) => idOf(subject)).sort();
};
/** By stage, those cells that hold somebody: `A C E`. */
function listed(report: Report, columns: readonly string[]): Record<string, Record<string, string>> {
  const table: Record<string, Record<string, string>> = {};
  for (const stage of OPEN_STAGES)
    for (const column of columns) {
      const ids = idsOf(report, `${stage}.${column}`).join(' ');
      if (ids !== '') table[stage] = { ...table[stage], [column]: ids };
    }
  return table;
}
const COHORT = ['reached', 'advanced', 'lost', 'open'];
const cohort = (stories: readonly Story[], asOf = '2026-11-23') =>
  reportOn(bookOf(stories, asOf), { quarter: '2026Q2' }, { view: 'cohort' });
const walked = (walk: string) => listed(cohort([{ id: 'x', moves: moves(walk) }]), COHORT);

describe('the cohort view, worked by hand', () => {
  it('follows the four that were created in the quarter as far as they came', () => {
    const report = cohort(FOUR);
    expect(listed(report, COHORT)).toEqual({
      // All four were leads; G still is, the others went on.
      lead: { reached: 'A C E G', advanced: 'A C E', open: 'G' },
      // C has not gone on.
      discovery: { reached: 'A C E', advanced: 'A E', open: 'C' },
      // E was lost here, A went on.
      proposal: { reached: 'A E', advanced: 'A', lost: 'E' },
      negotiation: { reached: 'A', open: 'A' },
    });
    expect(report.json).toMatchObject({
      view: 'cohort',
      asOf: '2026-11-23',
      totals: { created: 4, won: 0, lost: 1, open: 3, conversion: 0 },
    });
    expect(
      (report.json.rows as { rate: number | null; share: number }[]).map(({ rate, share }) => [rate, share]),
    ).toEqual([
      [0.75, 1],
      [2 / 3, 0.75],
      [0.5, 0.5],
      [0, 0.25],
      [null, 0],
      [null, 0],
    ]);
    expect(report.scope.zh).toContain('按创建批次');
  });

  it('sees only what had happened by the day it is read', () => {
    expect(listed(cohort(FOUR, '2026-05-20'), COHORT)).toEqual({
      lead: { reached: 'A E', advanced: 'A E' },
      discovery: { reached: 'A E', advanced: 'E', open: 'A' },
      proposal: { reached: 'E', open: 'E' },
    });
  });

  it.each([
    {
      walk: '05-04 lead, 05-10 proposal',
      is: {
        lead: { reached: 'x', advanced: 'x' },
        discovery: { reached: 'x', advanced: 'x' },
        proposal: { reached: 'x', open: 'x' },
      },
      why: 'a skipped stage counts as reached',
    },
    {
      walk: '05-04 lead, 05-10 proposal, 05-20 lost',
      is: { lead: { reached: 'x', advanced: 'x' }, proposal: { reached: 'x', lost: 'x' } },
      why: 'unless the deal is lost',
    },
    {
      walk: '05-04 lead, 05-06 discovery, 05-10 proposal, 05-20 discovery',
      is: {
        lead: { reached: 'x', advanced: 'x' },
        discovery: { reached: 'x', advanced: 'x' },
        proposal: { reached: 'x', open: 'x' },
      },
      why: 'a step back does not undo how far it came',
    },
    {
      walk: '05-04 lead, 05-06 discovery, 05-10 lost, 09-01 discovery, 09-20 proposal',
      is: {
        lead: { reached: 'x', advanced: 'x' },
        discovery: { reached: 'x', advanced: 'x' },
        proposal: { reached: 'x', open: 'x' },
      },
      why: 'reopened: no longer lost',
    },
    {
      walk: '05-04 lead, 05-05 discovery, 05-06 proposal, 05-07 negotiation, 05-08 closing, 05-11 aftercare, 08-03 pool',
      is: Object.fromEntries(OPEN_STAGES.map((stage) => [stage, { reached: 'x', advanced: 'x' }])),
      why: 'in the pool: all of it',
    },
    { walk: '05-04 lead, 05-05 invalid', is: { lead: { reached: 'x', lost: 'x' } }, why: 'found invalid' },
    { walk: '03-30 lead, 05-05 discovery', is: {}, why: 'created before the quarter' },
    { walk: '07-01 lead', is: {}, why: 'created after it' },
  ])('$walk: $why', ({ walk, is }) => {
    expect(walked(walk)).toEqual(is);
  });

  it('counts a deal lost after its contract as won', () => {
    const report = cohort([
      {
        id: 'W',
        moves: moves(
          '04-06 lead, 04-07 discovery, 04-08 proposal, 04-09 negotiation, 04-10 closing, 06-01 lost',
        ),
        cells: { 合同签订日期: '2026-05-08', 合同编号: 'HT-1' },
      },
    ]);
    expect(report.json.totals).toMatchObject({ created: 1, won: 1, lost: 0, open: 0, conversion: 1 });
  });

  it('has groups that add up', () => {
    const report = reportOn(
      bookOf(FOUR, '2026-11-23'),
      { quarter: '2026Q2' },
      { view: 'cohort', by: 'owner' },
    );
    expect(idsOf(report, '王芳.方案呈现.流失')).toEqual(['E']);
    expect(idsOf(report, '李强.线索获取.曾到达')).toEqual(['C', 'G']);
    expect(report.json.groups).toMatchObject([
      { key: '李强', totals: { created: 2 } },
      { key: '王芳', totals: { created: 2 } },
    ]);
  });
});

describe('the snapshot view, worked by hand', () => {
  const snapshot = (asOf: string) => reportOn(bookOf(FOUR, asOf), {}, { view: 'snapshot', by: 'owner' });

  it('says where everybody stands today', () => {
    const report = snapshot('2026-11-23');
    expect(listed(report, ['count'])).toEqual({
      lead: { count: 'G' },
      discovery: { count: 'C' },
      negotiation: { count: 'A' },
    });
    // A entered 谈判推进 on 06-30: 146 days. E is lost. G has no amount.
    expect((report.json.rows as unknown[])[3]).toEqual({
      stage: 'negotiation',
      name: '谈判推进',
      count: 1,
      customers: 1,
      amount: 100_000,
      held: 0,
      stay: { mean: 146, median: 146, n: 1 },
    });
    expect(report.json.totals).toEqual({
      open: 3,
      customers: 3,
      amount: 300_000,
      held: 0,
      heldAmount: 0,
      pool: 0,
      lost: 1,
      invalid: 0,
    });
    expect(idsOf(report, '合计.已流失')).toEqual(['E']);
    expect(idsOf(report, '李强.线索获取.数量')).toEqual(['G']);
    expect(report.notes.map(({ zh }) => zh)).toContain('没有金额 1 条,金额中未计');
  });

  it('says where everybody stood on a day that is past', () => {
    expect(listed(snapshot('2026-06-01'), ['count'])).toEqual({
      discovery: { count: 'A' },
      proposal: { count: 'E' },
    });
  });

  it('counts what is put aside on its own', () => {
    const held: Story = {
      id: 'H',
      moves: moves('05-04 lead, 05-06 discovery'),
      cells: { 预计金额: '30万' },
      holds: [{ on: '2026-05-20', until: '2026-12-01' }],
    };
    const report = reportOn(bookOf([...FOUR, held], '2026-11-23'), {}, { view: 'snapshot' });
    expect(idsOf(report, '需求挖掘.搁置')).toEqual(['H']);
    expect(report.json.totals).toMatchObject({ held: 1, heldAmount: 300_000, open: 4 });
    expect(report.summary.at(-1)?.zh).toBe('其中搁置 1 个 (30万)');
    const after = reportOn(bookOf([...FOUR, held], '2026-12-02'), {}, { view: 'snapshot' });
    expect(after.json.totals).toMatchObject({ held: 0, open: 4 });
  });
});

describe('what holds of every history, in every view', () => {
  it('cohort: 曾到达 = 继续 + 流失 + 未完, the first stage holds everybody, groups add up', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        const report = reportOn(
          bookOf(drawn, '2026-12-31'),
          { year: '2026' },
          { view: 'cohort', by: 'owner' },
        );
        const { created, won, lost, open } = report.json.totals as Record<string, number>;
        expect(created).toBe((won ?? 0) + (lost ?? 0) + (open ?? 0));
        expect(idsOf(report, 'lead.reached')).toHaveLength(created ?? Number.NaN);
        for (const stage of OPEN_STAGES) {
          const lists = COHORT.slice(1).flatMap((column) => idsOf(report, `${stage}.${column}`));
          expect(lists.sort()).toEqual(idsOf(report, `${stage}.reached`));
          const groups = report.cells.filter(
            (cell) => cell.group && cell.row === stage && cell.column === 'reached',
          );
          expect(groups.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(lists.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('snapshot: stands where the period that ends that day closes', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        const book = bookOf(drawn, '2026-09-30');
        const [now, quarter] = [
          reportOn(book, {}, { view: 'snapshot' }),
          reportOn(book, { quarter: '2026Q3' }),
        ];
        for (const stage of OPEN_STAGES)
          expect(idsOf(now, `${stage}.count`)).toEqual(idsOf(quarter, `${stage}.closing`));
      }),
      { numRuns: 40 },
    );
  });

  it('comparing a report with itself changes nothing, and with the quarter before gives the difference of every cell', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        const book = bookOf(drawn, '2026-12-31');
        const [q3, q2] = [reportOn(book, { quarter: '2026Q3' }), reportOn(book, { quarter: '2026Q2' })];
        const changes = (report: Report) =>
          (report.json.compare as { changes: { rows: Record<string, number | null>[] } }).changes.rows;
        for (const row of changes(compareReports(q3, q3, q3.block.period)))
          for (const column of ['opening', 'entered', 'lost']) expect(row[column]).toBe(0);
        changes(compareReports(q3, q2, q2.block.period)).forEach((row, index) => {
          const stage = OPEN_STAGES[index] ?? 'lead';
          for (const column of ['opening', 'entered', 'converted', 'lost', 'back', 'closing'])
            expect(row[column]).toBe(
              idsOf(q3, `${stage}.${column}`).length - idsOf(q2, `${stage}.${column}`).length,
            );
        });
      }),
      { numRuns: 25 },
    );
  });
});

describe('--compare', () => {
  const q3 = parsePeriodText('2026Q3');
  if (!q3) throw new Error('2026Q3');
  it.each([
    { text: 'last', label: '2026Q2' },
    { text: '上季', label: '2026Q2' },
    { text: '2025Q3', label: '2025Q3' },
    { text: '2026年6月', label: '2026-06' },
  ])('$text is $label', ({ text, label }) => {
    expect(readCompared(text, q3)).toMatchObject({ label });
  });

  it.each(['', 'next', '上上季', '2026Q7'])('%j is refused', (text) => {
    expect(readCompared(text, q3)).toMatchObject({ badInput: true });
  });

  it.each([
    { text: '2026Q1', before: '2025Q4' },
    { text: '2026-01', before: '2025-12' },
    { text: '2026', before: '2025' },
    { text: '2026-03-01…2026-03-10', before: '2026-02-19…2026-02-28' },
  ])('before $text comes $before', ({ text, before }) => {
    const period = parsePeriodText(text);
    expect(period && previousPeriod(period).label).toBe(before);
  });

  it('says the changes, rates in points, and that a running period is set against a whole one', () => {
    const book = bookOf(FOUR, '2026-06-20');
    const report = compareReports(
      reportOn(book, { quarter: '2026Q2' }),
      reportOn(book, { quarter: '2026Q1' }),
      previousPeriod(reportOn(book, { quarter: '2026Q2' }).block.period),
    );
    expect(report.grids[1]?.title?.zh).toBe('比 2026Q1 的变化');
    expect(report.grids[1]?.rows[0]?.slice(0, 3)).toEqual([
      { kind: 'text', text: { zh: '线索获取', en: 'Lead (线索获取)' } },
      { kind: 'change', of: 'count', value: 0 },
      { kind: 'change', of: 'count', value: 3 },
    ]);
    // Nobody was there in Q1: its rate is no number, and neither is the change.
    expect(report.grids[1]?.rows[0]?.[7]).toEqual({ kind: 'change', of: 'rate', value: null });
    expect(report.notes.at(-1)?.zh).toBe('本期只到 2026-06-20,对比的是完整的 2026Q1');
  });
});
