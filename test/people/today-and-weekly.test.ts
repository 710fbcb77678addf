import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { planDay } from '../../src/core/day-plan.ts';
import { gatherWeek, weeksOf } from '../../src/core/week.ts';
import { weekGrids } from '../../src/core/week-grids.ts';
import { contextOf, type DealScript, day } from '../rules/build-deal.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

const CALL = ['2026-05-12 电话 谈了'];
const iso = (days: readonly number[]) =>
  days.map((each) => new Date(each * 86_400_000).toISOString().slice(0, 10));

describe('today', () => {
  /** Customers of each part, in order. */
  const parts = (scripts: readonly DealScript[], today: string, owner: string | null = null) => {
    const plan = planDay(contextOf(scripts, today), owner);
    const names = (entries: typeof plan.parts.due) =>
      entries.map(({ findings }) => findings.map(({ rule, customer }) => `${rule} ${customer}`).join('+'));
    return {
      due: names(plan.parts.due),
      late: names(plan.parts.late),
      stalled: names(plan.parts.stalled),
      coming: plan.coming.map(({ rule, customer }) => `${rule} ${customer}`),
    };
  };

  it('puts what is due or agreed today first, then what is late, what stalled, and what comes in five working days', () => {
    expect(
      parts(
        [
          { lead: '2026-05-12' },
          { lead: '2026-05-08' },
          { moves: ['2026-05-12 proposal'], log: CALL, row: { nextFollowUp: day('2026-05-15') } },
          { moves: ['2026-05-12 proposal'], log: CALL, row: { nextFollowUp: day('2026-05-22') } },
          { moves: ['2026-05-12 proposal'], log: CALL, row: { nextFollowUp: day('2026-05-25') } },
          {
            lead: '2026-05-06',
            moves: ['2026-05-06 discovery'],
            log: ['2026-05-07 电话 谈'],
            row: { intent: 'high' },
          },
        ],
        '2026-05-15',
      ),
    ).toEqual({
      due: ['D1 客户1', 'agreed 客户3'],
      late: ['D1 客户2'],
      stalled: ['idle 客户6'],
      coming: ['agreed 客户4'],
    });
  });

  it('within a part goes by what is at stake; a deal stands once, by its foremost finding', () => {
    const amount = (yuan: number) => ({ amount: { low: yuan * 100, high: yuan * 100 } });
    expect(
      parts([{ row: amount(1000) }, { row: amount(9000) }, { row: amount(5000) }], '2026-05-21').late,
    ).toEqual(['idle 客户2+D1 客户2', 'idle 客户3+D1 客户3', 'idle 客户1+D1 客户1']);
  });

  it('of one owner only', () => {
    expect(parts([{}, { row: { owner: '李强' } }], '2026-05-15', '李强').late).toEqual(['D1 客户2']);
  });

  it('is one’s own where one owns deals, else the team’s; a name nobody has is a usage error', async () => {
    const folder = freshFolder();
    const run = (line: string, user: string) =>
      runIn(folder, splitWords(line), { env: { FUNNEL_USER: user } });
    await run('init', '王芳');
    for (const [index, owner] of ['王芳', '李强'].entries())
      await run(
        `add-lead --customer 客户${owner} --contact 李总 --phone 1380000000${index} --tags CRM --source 行业展会 --on 2026-11-16 --owner ${owner}`,
        owner,
      );
    const mine = await run('today', '王芳');
    expect(mine).toMatchObject({ code: 0 });
    expect(mine.out).toMatch(/^2026-11-23 周一 · 王芳\n\n逾期 · 1\n/);
    expect(mine.out).not.toContain('客户李强');
    const boss = JSON.parse((await run('today --json', '老板')).out);
    expect(boss).toMatchObject({ asOf: '2026-11-23', owner: null, due: [], stalled: [] });
    expect(boss.late).toHaveLength(2);
    expect((await run('today --owner 李强', '王芳')).out).toContain('客户李强');
    expect(await run('today --owner 张三', '王芳')).toMatchObject({ code: 2 });
    expect((await run('today --as-of 2026-11-16', '王芳')).out).toContain('接下来五个工作日 · 1');
    expect((await run('today --as-of 2026-11-10', '王芳')).out).toBe(
      '2026-11-10 周二 · 王芳\n今天没有要做的\n',
    );
  });
});

describe('the week of a meeting', () => {
  it.each([
    [
      '2026-05-13',
      ['2026-05-11', '2026-05-13', '2026-05-14', '2026-05-24'],
      'a Wednesday looks at its own week so far, and at what is left of it with the next',
    ],
    [
      '2026-10-09',
      ['2026-10-05', '2026-10-09', '2026-10-10', '2026-10-18'],
      'the make-up Saturday behind a Friday is looked at',
    ],
    [
      '2026-05-11',
      ['2026-05-04', '2026-05-10', '2026-05-11', '2026-05-17'],
      'on Monday morning the week before',
    ],
    [
      '2026-10-08',
      ['2026-09-28', '2026-10-04', '2026-10-05', '2026-10-11'],
      'the first working day after 国庆 is such a Monday',
    ],
    ['2026-10-11', ['2026-10-05', '2026-10-11', '2026-10-12', '2026-10-18'], 'a Sunday ends its week'],
  ])('%s: %j (%s)', (today, days) => {
    const { from, to, nextFrom, nextTo } = weeksOf(contextOf([], today));
    expect(iso([from, to, nextFrom, nextTo])).toEqual(days);
  });
});

describe('weekly', () => {
  const week = (scripts: readonly DealScript[], today: string, owner: string | null = null) =>
    gatherWeek(contextOf(scripts, today), owner).map((person) => ({
      owner: person.owner,
      changes: person.changes.map(({ kind, deal, from, to }) => `${kind} ${deal.row.customer} ${from}→${to}`),
      agreed: person.agreed.map(({ rule, customer }) => `${rule} ${customer}`),
      matters: person.matters.map(({ row }) => row.customer),
      late: person.late.map(({ rule, customer }) => `${rule} ${customer}`),
    }));

  it('says what came, moved, was lost and signed, what is agreed, what matters and what is late', () => {
    expect(
      week(
        [
          { lead: '2026-05-12', row: { nextFollowUp: day('2026-05-19') } },
          { lead: '2026-04-01', moves: ['2026-04-02 discovery', '2026-05-13 proposal'], log: CALL },
          { lead: '2026-04-01', moves: ['2026-04-02 discovery', '2026-05-13 lost'] },
          {
            lead: '2026-04-01',
            moves: ['2026-04-02 closing'],
            log: CALL,
            row: { contractDate: day('2026-05-14'), contractNumber: 'HT-1' },
          },
          { lead: '2026-05-05', row: { owner: '李强', amount: { low: 99_000_000, high: 99_000_000 } } },
          { lead: '2026-04-01', moves: ['2026-04-02 proposal', '2026-04-09 lost'] },
        ],
        '2026-05-15',
      ),
    ).toEqual([
      {
        owner: '李强',
        changes: [],
        agreed: [],
        matters: ['客户5'],
        late: ['idle 客户5', 'D1 客户5'],
      },
      {
        owner: '王芳',
        changes: [
          'new 客户1 null→lead',
          'moved 客户2 discovery→proposal',
          'lost 客户3 discovery→lost',
          'signed 客户4 closing→null',
        ],
        agreed: ['agreed 客户1'],
        matters: ['客户1', '客户2', '客户4'],
        late: [],
      },
    ]);
  });

  it('assumed history is no news, and each table holds ten rows and counts the others', () => {
    expect(week([{ lead: '2026-05-12', adopted: '2026-05-13' }], '2026-05-15')[0]?.changes).toEqual([]);
    const context = contextOf(
      Array.from({ length: 12 }, () => ({ lead: '2026-05-12' })),
      '2026-05-15',
    );
    const [person] = gatherWeek(context, null);
    if (!person) throw new Error('nobody');
    const [changes, , matters] = weekGrids(person, weeksOf(context), context);
    expect(changes?.title?.zh).toBe('王芳 · 2026-05-11…05-15: 新增 12');
    expect({ rows: matters?.rows.length, notes: matters?.notes[0]?.zh }).toEqual({
      rows: 10,
      notes: '另有 2 条',
    });
  });

  it('as a workbook: a sheet and one A4 page for each person; as Markdown and JSON; one owner', async () => {
    const folder = freshFolder();
    const run = (line: string) =>
      runIn(folder, splitWords(line), { now: Date.parse('2026-10-09T02:00:00Z') });
    await run('init --sample');
    const { code, err } = await run('weekly --out 周会.xlsx');
    expect({ code, said: err.includes('周会.xlsx') }).toEqual({ code: 0, said: true });
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(join(folder, '周会.xlsx'));
    const { people } = JSON.parse((await run('weekly --json')).out);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(
      people.map(({ owner }: { owner: string | null }) => owner ?? '没有负责人'),
    );
    for (const { pageSetup } of workbook.worksheets)
      expect(pageSetup).toMatchObject({ paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 1 });
    await run('weekly --owner 王芳 --out 王芳.md');
    const text = readFileSync(join(folder, '王芳.md'), 'utf8');
    expect(text).toContain('## 王芳 · 2026-10-05…10-09: ');
    expect(text).not.toContain('赵磊');
    await run('weekly --out 周会.html');
    const html = readFileSync(join(folder, '周会.html'), 'utf8');
    expect(html.match(/<section class="page">/g)).toHaveLength(people.length - 1);
    expect(html).toContain('.page{break-before:page}');
    expect((await run('weekly --owner 王芳 --lang en')).out).toContain('What matters most · ');
    expect(await run('weekly --out 周会.xlsx')).toMatchObject({ code: 4 });
    expect(await run('weekly --out 周会.doc')).toMatchObject({ code: 2 });
    expect(await run('weekly --owner 张三')).toMatchObject({ code: 2 });
  });
});
