import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/core/fields.ts';
import type { ReportInput } from '../../src/core/reports/report.ts';
import { renderReport } from '../../src/render/report-text.ts';
import { newMemory, readMemory } from '../core-domain/memory-book.ts';
import { bookOf, day, memoryOf, moves, reportOn, type Story, tableOf } from './history.ts';

const Q2 = { quarter: '2026Q2' };
const notesOf = (stories: readonly Story[], asOf = '2026-11-23', more: Partial<ReportInput> = {}) =>
  reportOn(bookOf(stories, asOf), Q2, more)
    .notes.map(({ zh }) => zh.replace('没有金额 1 条,金额中未计', ''))
    .filter(Boolean);

describe('what the notes below the table say', () => {
  it('names assumed history and keeps it out of stays', () => {
    const [lead, discovery, proposal] = moves('04-06 lead, 04-20 discovery, 05-11 proposal');
    const assumed = (move: typeof lead) => (move ? [{ ...move, marks: ['assumed' as const] }] : []);
    const stories = [
      { id: 'X', moves: [...assumed(lead), ...assumed(discovery), ...(proposal ? [proposal] : [])] },
    ];
    expect(notesOf(stories)).toEqual(['含推定历史 1 条(不计入停留)']);
    const rows = reportOn(bookOf(stories, '2026-11-23'), Q2).json.rows as { stay: unknown }[];
    expect(rows.map(({ stay }) => stay).slice(0, 2)).toEqual([
      { mean: null, median: null, n: 0 },
      { mean: null, median: null, n: 0 },
    ]);
  });

  it('counts forced moves', () => {
    const [created, forced] = moves('04-06 lead, 04-20 discovery');
    const stories = [
      {
        id: 'X',
        moves: [
          ...(created ? [created] : []),
          ...(forced ? [{ ...forced, marks: ['forced' as const] }] : []),
        ],
      },
    ];
    expect(notesOf(stories)).toEqual(['强制 1 次']);
  });

  it('lists what was lost and reopened within the period', () => {
    expect(notesOf([{ id: 'X', moves: moves('04-06 lead, 04-20 lost, 05-04 lead') }])).toEqual([
      '期内流失又重启 1 条,不计流失:客户X X',
    ]);
    expect(notesOf([{ id: 'X', moves: moves('04-06 lead, 04-20 lost, 07-06 lead') }])).toEqual([]);
  });

  it('shows a row whose stage is not known as left out, never dropped in silence', () => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '线索录入日期'],
      ['华东机械', '跟进中', '2026-05-11'],
      ['南方贸易', '线索', '2026-05-11'],
    ]);
    const report = reportOn(readMemory(memory, day('2026-11-23')), Q2);
    expect(tableOf(report)).toEqual({ lead: '0 1 0 0 0 1' });
    expect(report.notes.map(({ zh }) => zh)).toContain('阶段不认识 1 条,未计入:「跟进中」');
  });

  describe('a stage word that nobody can read, over a log that says proposal', () => {
    const stories: readonly Story[] = [
      { id: 'X', moves: moves('04-06 lead, 04-20 discovery, 05-11 proposal'), cells: { 当前阶段: '跟进中' } },
      { id: 'Y', moves: moves('04-06 lead, 04-20 discovery') },
    ];
    const said = '阶段不认识 1 条,未计入:「跟进中」(其中 1 条有过程记录,已结束的期间仍按记录计入)';

    it('leaves the row out of the running period, and says so', () => {
      const report = reportOn(bookOf(stories, '2026-06-15'), Q2);
      expect(tableOf(report)).toEqual({ lead: '0 1 1 0 0 0', discovery: '0 1 0 0 0 1' });
      expect(report.notes.map(({ zh }) => zh)).toContain(said);
    });

    it('changes no closed quarter: there the log counts, and nothing is said', () => {
      const report = reportOn(bookOf(stories, '2026-11-23'), Q2);
      expect(tableOf(report)).toEqual({
        lead: '0 2 2 0 0 0',
        discovery: '0 2 1 0 0 1',
        proposal: '0 1 0 0 0 1',
      });
      expect(report.notes.map(({ zh }) => zh)).not.toContain(said);
    });

    it('says nothing of an earlier day, after which the log goes on', () => {
      const report = reportOn(bookOf(stories, '2026-05-10'), Q2);
      expect(tableOf(report)).toEqual({ lead: '0 2 2 0 0 0', discovery: '0 2 0 0 0 2' });
    });

    it('is out of what had been recorded by a day never: that is equal for ever', () => {
      const more = { knownOn: day('2026-06-15') };
      expect(tableOf(reportOn(bookOf(stories, '2026-06-15'), Q2, more)).proposal).toBe('0 1 0 0 0 1');
    });
  });

  it('keeps a deleted row in its closed quarter, by its events', () => {
    const stories: readonly Story[] = [
      { id: 'X', moves: moves('04-06 lead, 04-20 discovery') },
      { id: 'Y', moves: moves('04-06 lead'), deleted: true },
    ];
    expect(tableOf(reportOn(bookOf(stories, '2026-11-23'), Q2)).lead).toBe('0 2 1 0 0 1');
    expect(notesOf(stories)).toContain('含已删除的行 1 条');
  });

  it('counts leads screened out at entry beside the table, not in it', () => {
    const memory = memoryOf([{ id: 'X', moves: moves('04-06 lead') }]);
    memory.set(
      '线索信息表',
      newMemory([
        ['客户名称', '录入日期', '无效原因', '商机编号'],
        ['错号公司', '2026-05-04', '联系方式错误', null],
        ['七月公司', '2026-07-04', '联系方式错误', null],
        ['客户X', '2026-04-06', null, 'X'],
      ]).get('客户信息跟踪表') ?? [],
    );
    const report = reportOn(readMemory(memory, day('2026-11-23')), Q2);
    expect(report.notes.map(({ zh }) => zh)).toContain('录入即剔除 1 条,不计新增');
    expect(tableOf(report)).toEqual({ lead: '0 1 0 0 0 1' });
  });

  it('says that a stage was changed by hand, and counts by the log', () => {
    const stories = [{ id: 'X', moves: moves('05-04 lead'), cells: { 当前阶段: '方案呈现' } }];
    const report = reportOn(bookOf(stories, '2026-06-20'), Q2);
    expect(tableOf(report)).toEqual({ lead: '0 1 0 0 0 1' });
    expect(report.notes.map(({ zh }) => zh)).toContain('阶段被手工改过 1 条,按过程记录计;见 funnel check');
  });

  it('shows a stage word that nobody knows without what would reach the terminal', () => {
    const stories = [{ id: 'X', moves: moves('05-04 lead'), cells: { 当前阶段: '阶\u009b31m段' } }];
    const report = reportOn(bookOf(stories, '2026-06-20'), Q2);
    const page = renderReport(report, { lang: 'zh', columns: 80, color: false, plain: false });
    expect(page).toContain('「阶\\x9b31m段」');
    expect(page).not.toContain('\u009b');
  });
});

describe('back-dated into a closed quarter', () => {
  // Two moves of June were recorded on 07-06, after the quarter had been reported.
  const late = { marks: ['backdated' as const], recorded: '2026-07-06' };
  const stories: readonly Story[] = [
    {
      id: 'A',
      moves: [
        ...moves('05-04 lead'),
        { on: '2026-06-10', to: 'discovery', ...late },
        { on: '2026-06-20', to: 'proposal', ...late },
      ],
    },
    { id: 'B', moves: moves('05-11 lead, 05-13 discovery') },
  ];

  it.each([
    // Both were created before; A is known to have reached 需求挖掘 and 方案呈现 only since 07-06.
    { view: 'cohort', asOf: '2026-08-01', says: '与 2026-07-05 版相差: 补录 2 条, 曾到达 +2' },
    // Of a day before the recording: until 07-05 A was shown as a lead on 07-01.
    {
      view: 'snapshot',
      asOf: '2026-07-01',
      says: '与 2026-07-05 版相差: 补录 2 条, 线索获取 -1, 方案呈现 +1',
    },
  ])('says so in the $view view', ({ view, asOf, says }) => {
    const period = view === 'snapshot' ? { from: asOf, to: asOf } : Q2;
    expect(reportOn(bookOf(stories, asOf), period, { view }).notes.map(({ zh }) => zh)).toContain(says);
  });

  it('says nothing in a snapshot of a day when it was recorded already', () => {
    const asOf = '2026-07-06';
    const { notes } = reportOn(bookOf(stories, asOf), { from: asOf, to: asOf }, { view: 'snapshot' });
    expect(notes.map(({ zh }) => zh).join()).not.toContain('相差');
  });

  it('says how the table differs from the one before', () => {
    expect(notesOf(stories).at(-1)).toBe('与 2026-07-05 版相差: 补录 2 条, 新增 +2, 转化 +2');
    expect(tableOf(reportOn(bookOf(stories, '2026-11-23'), Q2))).toEqual({
      lead: '0 2 2 0 0 0',
      discovery: '0 2 1 0 0 1',
      proposal: '0 1 0 0 0 1',
    });
  });

  it('counts with --known-on only what had been recorded by then: the table as it was printed', () => {
    const knownOn = day('2026-07-05');
    const then = reportOn(bookOf(stories, '2026-07-05'), Q2, { knownOn }).json;
    // The same story before anybody knew better.
    const untold = [
      { id: 'A', moves: moves('05-04 lead'), cells: { 当前阶段: '方案呈现' } },
      ...stories.slice(1),
    ];
    expect(reportOn(bookOf(stories, '2026-11-23'), Q2, { knownOn }).json).toEqual(then);
    expect(reportOn(bookOf(untold, '2026-11-23'), Q2).json.rows).toEqual(then.rows);
    expect(notesOf(stories, '2026-11-23', { knownOn })).toEqual(notesOf(stories, '2026-07-05', { knownOn }));
  });

  it('leaves out, with --known-on, deals that were recorded later, and rows that nobody recorded', () => {
    const memory = memoryOf([
      { id: 'A', moves: moves('05-04 lead') },
      { id: 'B', moves: [{ on: '2026-05-04', to: 'lead', ...late }] },
    ]);
    const rows = memory.get('客户信息跟踪表') ?? [];
    memory.set('客户信息跟踪表', [
      ...rows,
      {
        row: 4,
        hidden: false,
        cells: rows[1]?.cells.map((cell, index) => (index === 13 ? undefined : cell)) ?? [],
      },
    ]);
    const book = readMemory(memory, day('2026-11-23'));
    expect(tableOf(reportOn(book, Q2)).lead).toBe('0 3 0 0 0 3');
    expect(tableOf(reportOn(book, Q2, { knownOn: day('2026-07-05') })).lead).toBe('0 1 0 0 0 1');
  });

  it('takes only contracts recorded by then', () => {
    const won: Story = {
      id: 'W',
      moves: moves('04-06 lead, 04-08 discovery, 05-11 closing'),
      remarks: [{ on: '2026-06-25', item: 'contract', content: '合同编号=HT-1', recorded: '2026-07-20' }],
      cells: { 合同编号: 'HT-1', 合同签订日期: '2026-06-25' },
    };
    const book = bookOf([won], '2026-11-23');
    expect(reportOn(book, Q2).json.totals).toMatchObject({ won: 1 });
    expect(reportOn(book, Q2, { knownOn: day('2026-07-05') }).json.totals).toMatchObject({ won: 0 });
    expect(reportOn(book, Q2, { knownOn: day('2026-07-20') }).json.totals).toMatchObject({ won: 1 });
  });
});

describe('a row that repeats the 商机编号 of another', () => {
  const first: Story = {
    id: 'W',
    moves: [
      ...moves('04-06 lead, 04-08 discovery'),
      { on: '2026-06-10', to: 'proposal', marks: ['backdated'], recorded: '2026-07-06' },
      { on: '2026-06-20', to: 'closing', marks: ['backdated'], recorded: '2026-07-06' },
    ],
    remarks: [{ on: '2026-06-25', item: 'contract', content: '合同编号=HT-1', recorded: '2026-07-20' }],
    cells: { 合同编号: 'HT-1', 合同签订日期: '2026-06-25' },
  };
  const memory = memoryOf([first]);
  const rows = memory.get('客户信息跟踪表') ?? [];
  const at = FIELDS.findIndex(({ key }) => key === 'stage');
  const cells = rows[1]?.cells.map((cell, index) =>
    index === at ? ({ kind: 'text', text: '需求挖掘' } as const) : cell,
  );
  memory.set('客户信息跟踪表', [...rows, { row: 3, hidden: false, cells: cells ?? [] }]);
  const book = readMemory(memory, day('2026-11-23'));

  it('has none of its events, so --known-on leaves it out, of the table and of the trend alike', () => {
    const { totals, review } = reportOn(book, Q2, { knownOn: day('2026-07-20') }).json as unknown as {
      readonly totals: { readonly opportunities: number; readonly won: number };
      readonly review: { readonly trend: readonly { readonly label: string; readonly won: number }[] };
    };
    expect(totals).toMatchObject({ opportunities: 1, won: 1 });
    expect(review.trend.find(({ label }) => label === '2026Q2')?.won ?? 1).toBe(1);
  });

  it('stands where its own cell says in the version before a back-dated record too', () => {
    expect(reportOn(book, Q2).notes.at(-1)?.zh).toBe('与 2026-07-05 版相差: 补录 2 条, 新增 +2, 转化 +2');
  });
});

describe('values as they were at the end of the period', () => {
  const story: Story = {
    id: 'X',
    moves: moves('04-06 lead, 04-08 discovery'),
    cells: { 销售负责人: '李强', 预计金额: '20万', 意向等级: '高意向', 合同金额: '25万' },
    remarks: [
      { on: '2026-07-10', content: '列=销售负责人；原值=王芳；新值=赵敏' },
      { on: '2026-08-10', content: '列=销售负责人；原值=赵敏；新值=李强' },
      { on: '2026-07-11', content: '列=预计金额；原值=15万；新值=20万' },
      { on: '2026-04-09', item: 'intent', content: '需求明确度=明确；预算匹配度=待确认；决策周期=1-3个月' },
      { on: '2026-07-12', item: 'intent', content: '需求明确度=明确；预算匹配度=充足；决策周期=≤1个月' },
      { on: '2026-07-13', item: 'deal-figures', content: '预计成交日期=2026-09-30；合同金额=25万' },
    ],
  };
  const book = bookOf([story], '2026-11-23');

  it.each([
    {
      by: 'owner' as const,
      period: Q2,
      key: '王芳',
      why: 'two later changes: the first one says what stood before',
    },
    {
      by: 'owner' as const,
      period: { quarter: '2026Q3' },
      key: '李强',
      why: 'by the end of Q3 both had happened',
    },
    { by: 'owner' as const, period: { month: '2026-07' }, key: '赵敏', why: 'between the two' },
    { by: 'intent' as const, period: Q2, key: 'medium', why: 'the judgement of April' },
    { by: 'intent' as const, period: { quarter: '2026Q3' }, key: 'high', why: 'the judgement of July' },
    { by: 'industry' as const, period: Q2, key: null, why: 'an empty cell is a group of its own' },
  ])('groups $by by $key: $why', ({ by, period, key }) => {
    const groups = reportOn(book, period, { by }).json.groups as {
      key: string | null;
      totals: { opportunities: number };
    }[];
    expect(groups.map((group) => [group.key, group.totals.opportunities])).toEqual([[key, 1]]);
  });

  it('prices a closed quarter by the amounts it knew', () => {
    const closing = (period: { quarter: string }) =>
      (reportOn(book, period).json.rows as { stage: string; amounts: { closing: number } }[])[1]?.amounts
        .closing;
    expect(closing(Q2)).toBe(150000);
    expect(closing({ quarter: '2026Q3' })).toBe(250000);
  });

  it("groups by the team's own column", () => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '线索录入日期', '区域'],
      ['甲', '线索', '2026-05-11', '华东'],
      ['乙', '线索', '2026-05-12', '华东'],
      ['丙', '线索', '2026-05-13', '华南'],
    ]);
    const groups = reportOn(readMemory(memory, day('2026-11-23')), Q2, { by: { own: '区域' } }).json
      .groups as { key: string; totals: { opportunities: number } }[];
    expect(groups.map(({ key, totals }) => [key, totals.opportunities])).toEqual([
      ['华东', 2],
      ['华南', 1],
    ]);
  });
});
