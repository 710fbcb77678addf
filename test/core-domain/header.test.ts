import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/core/fields.ts';
import { findHeader } from '../../src/core/header.ts';
import { newMemory } from './memory-book.ts';

const headerOf = (rows: (string | number | null)[][], map?: Parameters<typeof findHeader>[1]) =>
  findHeader(newMemory(rows).get('客户信息跟踪表') ?? [], map);

describe('the header row', () => {
  it.each(
    FIELDS.flatMap(({ key, header, aliases }) =>
      [header.zh, header.en, ...aliases].map((name) => ({ key, name })),
    ),
  )('$name is $key', ({ key, name }) => {
    // A second column of the table beside it, so that a header row is seen at all.
    const beside = key === 'industry' ? '客户规模' : '所属行业';
    expect(headerOf([[name, beside]])?.columns.get(key)).toBe(1);
  });
  it.each([
    {
      rows: [
        ['客户名称', '联系人', '当前阶段', '金额', null],
        [null, null, null, '预计金额', '合同金额'],
        ['甲', '李', '报价', 1, 2],
      ],
      headerRow: 2,
      at: { customer: 1, contact: 2, stage: 3, amount: 4, contractAmount: 5 },
      own: [],
      why: 'merged over two rows, a group with its parts below',
    },
    {
      rows: [
        ['基本信息', null, '销售', null, '备注'],
        ['客户名称', '联系人', '当前阶段', '金额', null],
        ['甲', '李', '报价', 1, 'x'],
      ],
      headerRow: 2,
      at: { customer: 1, contact: 2, stage: 3, amount: 4 },
      own: [],
      why: 'groups above, of which none is a header',
    },
    {
      rows: [
        ['客户名称', '联系信息', null, '当前阶段', '区域'],
        [null, '姓名', '电话', null, null],
        ['甲', '李', '138', '报价', '华东'],
      ],
      headerRow: 2,
      at: { customer: 1, contact: 2, phone: 3, stage: 4 },
      own: ['区域'],
      why: 'the team’s own column merged over both rows',
    },
    {
      rows: [
        ['2026年客户跟进总表', null, null, null, null, null, null],
        ['客户', null, '联系人', null, '预计成交', null, '阶段'],
        ['名称', '行业', '姓名', '电话', '日期', '金额(万元)', null],
        ['甲', '制造', '李', '138', '2026-12-30', 15, '报价'],
      ],
      headerRow: 3,
      at: { customer: 1, industry: 2, contact: 3, phone: 4, expectedClose: 5, amount: 6, stage: 7 },
      own: [],
      why: 'groups whose parts mean nothing alone (名称, 日期)',
    },
    {
      rows: [
        ['客户名称', '当前阶段', '金额(万元)', null, '跟进', null],
        [null, null, '预计', '合同', '日期', '日期'],
        ['甲', '报价', 1, 2, 'x', 'y'],
      ],
      headerRow: 2,
      at: { customer: 1, stage: 2, amount: 3, contractAmount: 4 },
      own: ['跟进日期(E)', '跟进日期(F)'],
      why: 'the unit over its parts; parts of one name are told apart',
    },
    {
      rows: [
        ['客户名称', '当前阶段', '备注', '备注'],
        ['甲', '报价', 'a', 'b'],
      ],
      headerRow: 1,
      at: { customer: 1, stage: 2 },
      own: ['备注(C)', '备注(D)'],
      why: 'two columns of the team’s own with one name',
    },
    {
      rows: [
        ['客户名称', '当前阶段', '跟进'],
        ['客户', null, '联系人说的'],
      ],
      headerRow: 1,
      at: { customer: 1, stage: 2, followUps: 3 },
      own: [],
      why: 'a first row of data that holds a header’s word',
    },
    {
      rows: [
        ['2026年客户跟踪表', null, null],
        ['客户 名称*', '当前\n阶段：', '预计金额\n（万元）'],
      ],
      headerRow: 2,
      at: { customer: 1, stage: 2, amount: 3 },
      own: [],
      why: 'spaces, line breaks, a star, a colon',
    },
  ] as const)('$why', ({ rows, headerRow, at, own }) => {
    const header = headerOf(rows.map((row) => [...row]));
    expect(header?.headerRow).toBe(headerRow);
    expect(Object.fromEntries(header?.columns ?? [])).toEqual(at);
    expect(header?.own.map((column) => column.header)).toEqual(own);
  });
  it.each([
    ['预计金额(万元)', 10000],
    ['预计金额（千元）', 1000],
    ['预计金额(元)', 1],
    ['预计金额/万元', 10000],
    ['预计金额 单位:万', 10000],
    ['预计金额', undefined],
  ])('the unit of %s is %s', (name, unit) => {
    expect(headerOf([['客户名称', '当前阶段', name]])?.units.get('amount')).toBe(unit);
  });
  it.each([
    ['单位:万元', 10000],
    ['2026年客户表(单位：千元)', 1000],
    ['金额单位 : 元', 1],
    ['单位名称:某某公司', undefined],
    ['主管单位:元启公司', undefined],
  ])('the unit of a table under the title %s is %s, where the header has none', (title, unit) => {
    const header = headerOf([[title], ['客户名称', '当前阶段', '预计金额', '合同金额(元)']]);
    expect(header?.units.get('amount')).toBe(unit);
    expect(header?.units.get('contractAmount')).toBe(1);
  });
  it('a mapping says what a header means, or that it is the team’s own', () => {
    const header = headerOf(
      [['甲方', '进展', '金额']],
      new Map([
        ['甲方', 'customer'],
        ['进展', 'stage'],
        ['金额', null],
      ] as const),
    );
    expect([header?.missing, header?.own]).toEqual([[], [{ col: 3, header: '金额' }]]);
  });
  it('there is none in a sheet of something else, and `__proto__` is only a name', () => {
    expect(
      headerOf([
        ['物料', '数量'],
        ['螺丝', 3],
      ]),
    ).toBeNull();
    expect(
      headerOf([['客户名称', '当前阶段', '__proto__', 'constructor']])?.own.map(({ header }) => header),
    ).toEqual(['__proto__', 'constructor']);
  });
});
