import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import { findReportCell } from '../../src/core/reports/explain.ts';
import { idOf } from '../../src/core/reports/population.ts';
import type { Report } from '../../src/core/reports/report.ts';
import { OPEN_STAGES, type StageKey } from '../../src/core/stages.ts';
import { bookOf, day, reportOn, type Story } from './history.ts';
import { FIRST, OWNERS, randomStories, WAY } from './random-histories.ts';

// Random lives of deals over two years, counted twice: by the report, and by a counter that walks every single day.

const LAST = day('2026-12-31');
const QUARTERS = ['2025Q1', '2025Q2', '2025Q3', '2025Q4', '2026Q1', '2026Q2', '2026Q3', '2026Q4'];

type Counts = Record<string, number>;

/** The definitions of the table read aloud, one day after another; shares nothing with the report. */
function countByDays(story: Story, stage: StageKey, from: number, to: number): Counts {
  let at: StageKey | null = null;
  const visited = new Set<StageKey>();
  let opening = false;
  let firstEntryAgain: boolean | null = null;
  let exit: StageKey | null = null;
  let exitIsLoss = false;
  for (let today = FIRST - 400; today <= to; today++) {
    if (today === from) opening = at === stage;
    for (const { to: target } of story.moves.filter(({ on }) => on === formatDay(today))) {
      const leftLost = at === 'lost' || at === 'invalid';
      const stepBack: boolean =
        at !== null && !leftLost && WAY.indexOf(target) >= 0 && WAY.indexOf(target) < WAY.indexOf(at);
      if (today >= from) {
        // A loss that is reopened before the end is looked through: the exit leads where the deal was reopened.
        if (leftLost && exitIsLoss) [exit, exitIsLoss] = [target, false];
        if (at === stage) [exit, exitIsLoss] = [target, target === 'lost' || target === 'invalid'];
        else if (exit === 'lost' || exit === 'invalid') exitIsLoss = false;
        if (target === stage && firstEntryAgain === null)
          firstEntryAgain = visited.has(stage) || stepBack || leftLost;
      }
      visited.add(target);
      at = target;
    }
  }
  const closing = at === stage;
  const entered = !opening && firstEntryAgain !== null;
  const gone = (opening || entered) && !closing ? exit : null;
  const lost = gone === 'lost' || gone === 'invalid';
  const steps = gone === null || lost ? 0 : WAY.indexOf(gone) - WAY.indexOf(stage);
  const bit = (yes: boolean) => (yes ? 1 : 0);
  return {
    opening: bit(opening),
    entered: bit(entered),
    reentered: bit(entered && firstEntryAgain === true),
    converted: bit(steps > 0),
    skipped: bit(steps > 1),
    lost: bit(lost),
    invalid: bit(gone === 'invalid'),
    back: bit(steps < 0),
    closing: bit(closing),
  };
}

/** In one of the six stages at the end of a day, by the moves alone. */
function isOpenOn({ moves }: Story, on: string): boolean {
  const at = moves.filter((move) => move.on <= on).at(-1)?.to;
  return at !== undefined && OPEN_STAGES.some((stage) => stage === at);
}

const idsIn = (report: Report, row: string, column: string) => {
  const cell = findReportCell(report, `${row}.${column}`);
  if ('badInput' in cell) throw new Error(cell.text.zh);
  return cell.entries.map(({ subject }) => idOf(subject));
};

const reportsOf = (drawn: readonly Story[]) => {
  const book = bookOf(drawn, '2026-12-31');
  return QUARTERS.map((quarter) => reportOn(book, { quarter }, { by: 'owner' }));
};

type JsonRow = Counts & { stage: string; rate: number | null };
const rowsOf = (json: unknown) => (json as { rows: readonly JsonRow[] }).rows;

describe('identities of the conversion table, over random histories', () => {
  it('agrees in every cell with a counter that walks day by day', () => {
    fc.assert(
      fc.property(randomStories, fc.constantFrom(...QUARTERS), (drawn, quarter) => {
        const report = reportOn(bookOf(drawn, '2026-12-31'), { quarter });
        const [from, to] = [report.json.period]
          .map((period) => period as { from: string; to: string })
          .flatMap((period) => [day(period.from), day(period.to)]);
        for (const stage of OPEN_STAGES) {
          const counted = drawn.map((each) => ({
            id: each.id,
            counts: countByDays(each, stage, from ?? 0, to ?? 0),
          }));
          for (const column of Object.keys(counted[0]?.counts ?? {})) {
            expect({ stage, column, ids: idsIn(report, stage, column).sort() }).toEqual({
              stage,
              column,
              ids: counted.flatMap(({ id, counts }) => (counts[column] ? [id] : [])).sort(),
            });
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('balances: 期初 + 新增 = 转化 + 流失 + 退回 + 期末, no rate beyond 100 %, every count the length of its list', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        for (const report of reportsOf(drawn)) {
          for (const row of rowsOf(report.json)) {
            const { opening = 0, entered = 0, converted = 0, lost = 0, back = 0, closing = 0 } = row;
            expect(opening + entered).toBe(converted + lost + back + closing);
            expect(row.rate === null ? opening + entered : row.rate <= 1).toBe(row.rate === null ? 0 : true);
            for (const column of [
              'opening',
              'entered',
              'reentered',
              'converted',
              'skipped',
              'lost',
              'invalid',
              'back',
              'closing',
            ]) {
              const ids = idsIn(report, row.stage, column);
              expect(ids).toHaveLength(row[column] ?? Number.NaN);
              expect(new Set(ids).size).toBe(ids.length);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('opens every quarter with what the one before closed with', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        const reports = reportsOf(drawn);
        reports.slice(1).forEach((report, index) => {
          const before = reports[index];
          for (const stage of OPEN_STAGES)
            expect(idsIn(report, stage, 'opening')).toEqual(before && idsIn(before, stage, 'closing'));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('has groups that balance and add up to the whole', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        for (const report of reportsOf(drawn)) {
          const groups = report.json.groups as readonly { key: string | null; rows: readonly JsonRow[] }[];
          rowsOf(report.json).forEach((whole, index) => {
            for (const column of [
              'opening',
              'entered',
              'reentered',
              'converted',
              'skipped',
              'lost',
              'invalid',
              'back',
              'closing',
            ]) {
              expect(groups.reduce((sum, { rows }) => sum + (rows[index]?.[column] ?? 0), 0)).toBe(
                whole[column],
              );
            }
          });
          for (const row of groups.flatMap(({ rows }) => rows)) {
            const { opening = 0, entered = 0, converted = 0, lost = 0, back = 0, closing = 0 } = row;
            expect(opening + entered).toBe(converted + lost + back + closing);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('gives every deal to the owner of the last day, who may have changed in between and since', () => {
    fc.assert(
      fc.property(randomStories, fc.constantFrom(...QUARTERS), (drawn, quarter) => {
        const report = reportOn(bookOf(drawn, '2026-12-31'), { quarter }, { by: 'owner' });
        const { to } = report.json.period as { to: string };
        const ownerThen = ({ cells = {}, remarks = [] }: Story) => {
          const part = (content: string, label: string) =>
            content.split(`${label}=`)[1]?.split('；')[0] ?? '';
          const last = remarks.filter(({ on }) => on <= to).at(-1);
          const first = remarks[0];
          if (last) return part(last.content, '新值');
          return first ? part(first.content, '原值') : (cells.销售负责人 ?? '');
        };
        const closing = (owner: string) =>
          drawn.filter((each) => ownerThen(each) === owner && isOpenOn(each, to)).length;
        const groups = report.json.groups as readonly { key: string | null; rows: readonly JsonRow[] }[];
        for (const owner of OWNERS) {
          const group = groups.find(({ key }) => (key ?? '') === owner);
          expect(group?.rows.reduce((sum, row) => sum + (row.closing ?? 0), 0) ?? 0).toBe(closing(owner));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on how the commands of several deals were interleaved', () => {
    fc.assert(
      fc.property(randomStories, (drawn) => {
        const [one, other] = [drawn, [...drawn].reverse()].map(
          (order) => reportOn(bookOf(order, '2026-12-31'), { year: '2026' }).json,
        );
        expect(other).toEqual(one);
      }),
      { numRuns: 25 },
    );
  });

  it('counts a closed quarter the same on every later day', () => {
    fc.assert(
      fc.property(randomStories, fc.integer({ min: day('2026-07-01'), max: LAST }), (drawn, later) => {
        const known = (asOf: string) => reportOn(bookOf(drawn, asOf), { quarter: '2026Q2' }).json;
        expect(known(formatDay(later))).toEqual(known('2026-06-30'));
      }),
      { numRuns: 25 },
    );
  });

  it('prints what was known on a day for ever, in every view that has a past and every grouping, whatever is back-dated later', () => {
    const late: Story = {
      id: 'LATE',
      moves: [
        { on: '2026-05-01', to: 'lead', marks: ['backdated'], recorded: '2026-08-03' },
        { on: '2026-05-06', to: 'discovery', marks: ['backdated'], recorded: '2026-08-03' },
      ],
      cells: { 销售负责人: '王芳' },
    };
    fc.assert(
      fc.property(
        randomStories,
        fc.constantFrom('period', 'cohort'),
        fc.constantFrom(null, 'owner', 'customer', 'source', 'intent', 'priority', 'industry'),
        (drawn, view, by) => {
          const known = (stories: readonly Story[], asOf: string) =>
            JSON.stringify(
              reportOn(bookOf(stories, asOf), { quarter: '2026Q2' }, { view, by, knownOn: day('2026-07-05') })
                .json,
            );
          const then = known(drawn, '2026-07-05');
          expect(known(drawn, '2026-12-31')).toBe(then);
          expect(known([...drawn, late], '2026-12-31')).toBe(then);
          const now = reportOn(bookOf([...drawn, late], '2026-12-31'), { quarter: '2026Q2' }, { view, by });
          expect(idsIn(now, 'discovery', view === 'period' ? 'entered' : 'reached')).toContain('LATE');
        },
      ),
      { numRuns: 40 },
    );
  });

  it('says in the table of a closed quarter what was back-dated into it', () => {
    const late: Story = {
      id: 'LATE',
      moves: [{ on: '2026-05-01', to: 'lead', marks: ['backdated'], recorded: '2026-08-03' }],
    };
    const notes = reportOn(bookOf([late], '2026-12-31'), { quarter: '2026Q2' }).notes.map(({ zh }) => zh);
    expect(notes).toContain('与 2026-08-02 版相差: 补录 1 条, 新增 +1, 期末 +1');
  });
});
