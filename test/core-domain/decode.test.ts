import { describe, expect, it } from 'vitest';
import { type Day, formatDay, parseIsoDay } from '../../src/core/date.ts';
import { findHeader } from '../../src/core/header.ts';
import { readSettings } from '../../src/core/settings.ts';
import { newMemory, readMemory } from './memory-book.ts';

const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;
const today = day('2026-11-24');
const SAMPLE = [
  '科技有限公司',
  '*总',
  '',
  '制造业',
  '500-1000人',
  '需求CRM系统',
  '行业展会',
  '2024-03-15',
  '商务谈判完成',
  '2024-04-30',
  '15万',
  '*经理',
  '2024-03-20:方案演示,客户关注数据安全模块;2024-03-25:确认分期付款方案',
];
const HEAD = [
  '客户名称',
  '联系人',
  '联系方式',
  '所属行业',
  '客户规模',
  '需求标签',
  '来源渠道',
  '线索录入日期',
  '当前阶段',
  '预计成交日期',
  '预计金额',
  '销售负责人',
  '跟进记录',
];

describe("the template's sample row", () => {
  const [deal] = readMemory(newMemory([HEAD, SAMPLE]), today).deals;
  it('is a negotiation whose gate is complete, assumed', () => {
    expect(deal).toMatchObject({
      stage: 'negotiation',
      assumed: true,
      assumedTo: { stage: 'negotiation', complete: true },
    });
  });
  it('is worth 150,000 yuan and was last followed up on 2024-03-25', () => {
    expect(deal?.row.amount).toEqual({ low: 15000000, high: 15000000 });
    expect(deal?.followUps.map(({ date, text }) => [formatDay(date), text])).toEqual([
      ['2024-03-20', '方案演示,客户关注数据安全模块'],
      ['2024-03-25', '确认分期付款方案'],
    ]);
  });
  it('has an assumed creation at 录入 and an assumed entry at the last follow-up', () => {
    expect(deal?.stays.map(({ stage, from, assumed }) => [stage, formatDay(from), assumed])).toEqual([
      ['lead', '2024-03-15', true],
      ['negotiation', '2024-03-25', true],
    ]);
  });
});

describe('header rows as teams have them', () => {
  const rowsOf = (rows: (string | null)[][]) => newMemory(rows).get('客户信息跟踪表') ?? [];
  it.each([
    {
      why: 'title rows above',
      rows: [['2026年客户跟踪表'], ['制表:销售部', '日期'], ['客户名称', '当前阶段', '电话']],
      headerRow: 3,
    },
    { why: 'English, other order', rows: [['Stage', 'Customer', 'Owner']], headerRow: 1 },
    { why: 'aliases', rows: [['公司名称', '状态', '手机', '负责人']], headerRow: 1 },
    {
      why: 'two header rows, the second counts',
      rows: [
        ['基本信息', null, '销售', null],
        ['客户名称', '联系人', '当前阶段', '金额'],
      ],
      headerRow: 2,
    },
  ])('$why', ({ rows, headerRow }) => {
    const header = findHeader(rowsOf(rows));
    expect(header).toMatchObject({ headerRow, missing: [], duplicates: [] });
  });
  it('a unit in the header holds for its column', () => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '预计金额(万元)'],
        ['甲', '报价', 15],
      ]),
      today,
    );
    expect(book.deals[0]?.row.amount).toEqual({ low: 15000000, high: 15000000 });
  });
  it('small bare numbers without a unit are not read, and asked about once', () => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '预计金额'],
        ['甲', '报价', 15],
        ['乙', '报价', 8],
      ]),
      today,
    );
    expect(book.deals.map(({ row }) => row.amount)).toEqual([null, null]);
    expect(book.findings.map(({ rule }) => rule)).toEqual(['no-unit']);
  });
  it('a header of the table beats an alias; two of one name are a duplicate', () => {
    expect(
      findHeader(rowsOf([['客户名称', '当前阶段', '日期', '线索录入日期']]))?.columns.get('leadDate'),
    ).toBe(4);
    expect(findHeader(rowsOf([['客户名称', '当前阶段', '客户名称']]))?.duplicates).toEqual(['客户名称']);
  });
  it('what is missing is named', () => {
    expect(findHeader(rowsOf([['客户名称', '联系人', '电话']]))?.missing).toEqual(['stage']);
  });
  it('unknown columns are the team’s own and kept; 合计 rows are no deals', () => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '区域'],
        ['甲', '报价', '华东'],
        ['合计', null, null],
      ]),
      today,
    );
    expect(book.deals.map(({ row }) => [row.customer, row.own.get('区域')])).toEqual([['甲', '华东']]);
  });
});

describe('what cannot be read is a finding with its address, never 0, never today, never dropped', () => {
  it.each([
    { col: '线索录入日期', value: '很久以前', cell: 'C2' },
    { col: '预计金额', value: '十五', cell: 'C2' },
  ])('$col $value', ({ col, value, cell }) => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', col],
        ['甲', '报价', value],
      ]),
      today,
    );
    expect(book.deals).toHaveLength(1);
    expect(
      book.findings.map(({ rule, words }) => [
        rule,
        words().explain.zh.includes(cell) && words().explain.zh.includes(value),
      ]),
    ).toEqual([['unread', true]]);
  });
  it('a follow-up in the future does not count and is said', () => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '跟进记录'],
        ['甲', '报价', '2026-12-24:回访'],
      ]),
      today,
    );
    expect(book.deals[0]?.followUps).toEqual([]);
    expect(book.findings[0]?.rule).toBe('future-entry');
  });
  it('two rows of one id are named together', () => {
    const book = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '商机编号'],
        ['甲', '报价', 'L20260101-001'],
        ['乙', '报价', 'L20260101-001'],
      ]),
      today,
    );
    expect(book.findings.find(({ rule }) => rule === 'duplicate-id')?.words().explain.zh).toMatch(
      /C2\(甲\)和 C3\(乙\)/,
    );
  });
});

describe('设置', () => {
  const row = (category: string, name: string, value: string) => ({
    sheet: '设置',
    row: 2,
    category,
    name,
    value,
  });
  it.each([
    {
      setting: row('期限', '首次接触', '5'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.firstContactDays,
      is: 5,
    },
    {
      setting: row('来源渠道', '抖音', 'B'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.channels.get('抖音'),
      is: 'B',
    },
    {
      setting: row('阶段用语', '跟进中', '需求挖掘'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.stageWords.get('跟进中'),
      is: 'discovery',
    },
    {
      setting: row('推进条件', 'screened', 'off'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.gateModes.get('screened'),
      is: 'off',
    },
    {
      setting: row('放假', '厂庆', '2026-03-02'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.ownDays.off.get(day('2026-03-02')),
      is: '厂庆',
    },
    {
      setting: row('停滞', '方案呈现 未跟进提醒', '3'),
      read: (s: ReturnType<typeof readSettings>['settings']) => s.stallLimits.get('proposal')?.idleWarn,
      is: 3,
    },
  ])('$setting.category $setting.name = $setting.value', ({ setting, read, is }) => {
    expect(read(readSettings([setting]).settings)).toBe(is);
  });
  it('a value that cannot be used is a finding, and the default applies', () => {
    const { settings, findings } = readSettings([row('期限', '首次接触', '三天')]);
    expect([settings.firstContactDays, findings[0]?.rule, findings[0]?.place?.row]).toEqual([
      3,
      'bad-setting',
      2,
    ]);
  });
});
