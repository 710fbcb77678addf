import { describe, expect, it } from 'vitest';
import { findColumn } from '../../src/core/columns.ts';
import {
  filterDeals,
  type ListFilter,
  readAmountFilter,
  sortDeals,
  unheldNotes,
} from '../../src/core/list.ts';
import { newMemory, readMemory } from '../core-domain/memory-book.ts';
import { day } from './history.ts';

// A table of the team's own, never adopted: headers of theirs, a column of theirs.
const book = readMemory(
  newMemory([
    ['公司名称', '状态', '负责人', '来源', '意向等级', '预计金额', '录入日期', '需求', '区域', '产值'],
    ['华东机械', '已报价', '王芳', '行业展会', '高意向', '15万', '2026-05-11', 'CRM、培训', '华东', '3000万'],
    ['南方贸易', '线索', '李强', '官网表单', null, null, '2026-06-02', null, '华南', '800万'],
    ['东方商社', '跟进中', '王芳', '行业展会', '低意向', '8千', '2026-05-20', 'ERP', null, null],
    ['北方重工', '谈判推进', '王 芳', '合作伙伴推荐', '中意向', '120万', '2025-12-01', 'CRM', '华北', '不详'],
  ]),
  day('2026-11-23'),
);
const nothing: ListFilter = { stage: null, owner: null, intent: null, source: null, where: [] };
const names = (filter: Partial<ListFilter>) =>
  filterDeals(book, book.deals, { ...nothing, ...filter }).map(({ row }) => row.customer);
const remarks = (filter: Partial<ListFilter>) =>
  unheldNotes([book], { ...nothing, ...filter }).map(({ zh, en }) => [zh, en]);
const where = (name: string, value: string) => {
  const column = findColumn(book.shape, name);
  if (column === null) throw new Error(name);
  return { where: [{ column, value }] };
};

describe('which deals are listed', () => {
  it.each([
    {
      filter: {},
      is: ['华东机械', '南方贸易', '东方商社', '北方重工'],
      why: 'all, in the order of the table, an unknown stage too',
    },
    { filter: { stage: () => 'proposal' as const }, is: ['华东机械'], why: 'the stage behind the word' },
    { filter: { owner: '王芳' }, is: ['华东机械', '东方商社', '北方重工'], why: 'spaces do not count' },
    { filter: { intent: 'high' as const }, is: ['华东机械'], why: 'intent' },
    { filter: { source: '行业展会', owner: '王芳' }, is: ['华东机械', '东方商社'], why: 'all filters hold' },
    { filter: where('区域', '华东'), is: ['华东机械'], why: "the team's own column" },
    { filter: where('产值', '1000万以上'), is: ['华东机械'], why: "a range in the team's own column" },
    { filter: where('产值', '800万'), is: ['南方贸易'], why: 'one value of it, as it stands' },
    { filter: where('区域', ''), is: ['东方商社'], why: 'an empty cell' },
    { filter: where('状态', '跟进中'), is: ['东方商社'], why: 'a word that is no stage, as it stands' },
    {
      filter: where('当前阶段', '方案呈现'),
      is: ['华东机械'],
      why: 'a stage by its name, the column by ours',
    },
    {
      filter: where('预计金额', '10万以上'),
      is: ['华东机械', '北方重工'],
      why: 'from 10万 on; what has no amount is not 0',
    },
    { filter: where('预计金额', '1千-15万'), is: ['华东机械', '东方商社'], why: 'a range with its ends' },
    { filter: where('amount', '15万'), is: ['华东机械'], why: 'one amount, the column by its key' },
    { filter: where('录入日期', '2026-05'), is: ['华东机械', '东方商社'], why: 'a month' },
    { filter: where('录入日期', '2026-06-02'), is: ['南方贸易'], why: 'a day' },
    { filter: where('需求标签', 'crm'), is: ['华东机械', '北方重工'], why: 'one of the tags' },
    { filter: where('意向等级', '高'), is: ['华东机械'], why: 'the short word' },
  ])('$is: $why', ({ filter, is }) => {
    expect(names(filter)).toEqual(is);
  });

  it('does not list what had not been entered on the day looked at', () => {
    const then = readMemory(
      newMemory([
        ['客户名称', '当前阶段', '线索录入日期'],
        ['华东机械', '线索', '2026-05-11'],
      ]),
      day('2026-11-23'),
    );
    expect(filterDeals(then, then.deals, nothing)).toHaveLength(1);
  });

  it('reads no amount from a filter that names none', () => {
    expect(readAmountFilter('很多')).toBeNull();
    expect(readAmountFilter('10万以下')).toEqual({ low: 0, high: 10000000 });
  });
});

describe('in which order', () => {
  const sorted = (name: string, descending = false) => {
    const column = findColumn(book.shape, name);
    return column === null ? [] : sortDeals(book.deals, column, descending).map(({ row }) => row.customer);
  };

  it.each([
    {
      by: '预计金额',
      is: ['东方商社', '华东机械', '北方重工', '南方贸易'],
      why: 'by value, what has none last',
    },
    { by: '录入日期', is: ['北方重工', '华东机械', '东方商社', '南方贸易'], why: 'by day' },
    {
      by: '状态',
      is: ['南方贸易', '华东机械', '北方重工', '东方商社'],
      why: 'by the way of the funnel, an unknown word last',
    },
    { by: '公司名称', is: ['北方重工', '东方商社', '华东机械', '南方贸易'], why: 'by pinyin' },
  ])('by $by: $why', ({ by, is }) => {
    expect(sorted(by)).toEqual(is);
  });

  it('descends with the empty ones still last', () => {
    expect(sorted('预计金额', true)).toEqual(['北方重工', '华东机械', '东方商社', '南方贸易']);
  });
});

describe('a filter that no deal meets is named', () => {
  it.each([
    {
      filter: { owner: '王方' },
      is: [
        [
          '没有「销售负责人」是「王方」的商机;是不是 王芳?',
          'No deal has “王方” as 销售负责人; did you mean 王芳?',
        ],
      ],
      why: 'a slip in an owner',
    },
    {
      filter: { source: 'expo' },
      is: [
        [
          '没有「来源渠道」是「expo」的商机;有 行业展会、官网表单、合作伙伴推荐',
          'No deal has “expo” as 来源渠道; there are 行业展会、官网表单、合作伙伴推荐',
        ],
      ],
      why: 'nothing near: what there is',
    },
    {
      filter: where('区域', '华动'),
      is: [[expect.stringContaining('是不是 华东'), expect.anything()]],
      why: 'a column of the team',
    },
    {
      filter: where('需求标签', 'CMR'),
      is: [[expect.stringContaining('是不是 CRM?'), expect.anything()]],
      why: 'one of the tags',
    },
    { filter: { owner: '王芳', source: '官网表单' }, is: [], why: 'each is met, only not together' },
    { filter: where('预计金额', '900万以上'), is: [], why: 'a range may be empty' },
    { filter: where('产值', '9000万以上'), is: [], why: "a range in the team's own column too" },
    { filter: where('录入日期', '2024'), is: [], why: 'a year may be empty' },
    { filter: where('来源', ''), is: [], why: 'all have one' },
  ])('$why', ({ filter, is }) => {
    expect(remarks(filter)).toEqual(is);
  });
});
