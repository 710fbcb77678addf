import { describe, expect, it } from 'vitest';
import { addLead, type LeadInput } from '../../src/core/add-lead.ts';
import { SHEETS } from '../../src/core/book.ts';
import { indexDeals, knownBefore } from '../../src/core/duplicates.ts';
import { cellText } from '../../src/core/sheet.ts';
import { type Memory, newMemory, readMemory, writeMemory } from '../core-domain/memory-book.ts';
import { bookOf, calendar, day, dealAt } from './support.ts';

const TODAY = day('2026-11-23');
const LEAD: LeadInput = {
  customer: '华东机械有限公司',
  contact: '李总',
  phone: '13800000000',
  tags: '需要CRM系统,预算10-20万',
  source: '行业展会',
  on: '',
  priority: '',
  industry: '',
  size: '',
  budget: '',
  owner: '',
  amount: '',
  close: '',
  next: '',
  set: [],
  screened: '',
  invalid: '',
};

const context = { today: TODAY, calendar, by: '王芳' };
const add = (memory: Memory, input: Partial<LeadInput> = {}) =>
  writeMemory(memory, TODAY, (book) => addLead(book, { ...LEAD, ...input }, context));
const tryAdd = (input: Partial<LeadInput>) =>
  addLead(readMemory(newMemory(), TODAY), { ...LEAD, ...input }, context);

/** 线索信息表, one row as header → text. */
function leadRows(memory: Memory) {
  const [head, ...rows] = (memory.get(SHEETS.leads) ?? []).map(({ cells }) => Array.from(cells, cellText));
  return rows.map((row) =>
    Object.fromEntries((head ?? []).map((header, index) => [header, row[index] ?? ''])),
  );
}

describe('a new lead', () => {
  it.each([
    ['ht-1', true, 'another customer’s 合同编号'],
    ['HT-2', false, 'a new one'],
  ])('with --set 合同编号=%s: refused %s (%s)', (number, refused) => {
    const memory = bookOf([{ 客户名称: '江北商行', 当前阶段: '成交签约', 合同编号: 'HT-1' }]);
    const outcome = addLead(readMemory(memory, TODAY), { ...LEAD, set: [`合同编号=${number}`] }, context);
    expect('refused' in outcome).toBe(refused);
  });

  it('becomes a row in 线索获取, an event, and a copy in 线索信息表', () => {
    const memory = newMemory();
    const { ids } = add(memory, {
      screened: '行业规模预算相符',
      amount: '15万',
      close: '月底',
      next: '+3wd',
      on: '昨天',
    });
    expect(ids).toEqual(['L20261122-001']);
    const deal = dealAt(memory, TODAY);
    expect(deal.row).toMatchObject({
      customer: '华东机械有限公司',
      tags: ['需要CRM系统', '预算10-20万'],
      priority: 'A',
      leadDate: TODAY - 1,
      expectedClose: day('2026-11-30'),
      nextFollowUp: day('2026-11-26'),
      amount: { low: 15_000_000, high: 15_000_000 },
      budget: { low: 10_000_000, high: 20_000_000 },
      stageWord: '线索获取',
    });
    expect(deal.events.map(({ type, item, note }) => [type, item, note])).toEqual([
      ['created', null, ''],
      ['item', 'screened', '行业规模预算相符'],
    ]);
    expect(leadRows(memory)).toMatchObject([
      {
        客户名称: '华东机械有限公司',
        筛选结果: '通过:行业规模预算相符',
        无效原因: '',
        商机编号: 'L20261122-001',
      },
    ]);
  });

  it('ids count on within a day of entry and are never used twice', () => {
    const memory = newMemory();
    expect([add(memory), add(memory), add(memory, { on: '11-20' })].flatMap(({ ids }) => ids)).toEqual([
      'L20261123-001',
      'L20261123-002',
      'L20261120-001',
    ]);
  });

  it('screened out at entry it is kept in 线索信息表 only: no 商机, no 新增, no 流失', () => {
    const memory = bookOf([
      { 客户名称: '甲', 当前阶段: '线索获取', 线索录入日期: '2026-11-02', 商机编号: 'L20261102-001' },
    ]);
    const decision = add(memory, { invalid: '联系方式错误', phone: '1380' });
    expect(decision.ids).toEqual([]);
    expect(decision.newRows).toEqual([]);
    expect(leadRows(memory)).toMatchObject([{ 筛选结果: '剔除', 无效原因: '联系方式错误', 商机编号: '' }]);
    expect(readMemory(memory, TODAY).screenedOut.map(({ on }) => on)).toEqual([TODAY]);
    expect(readMemory(memory, TODAY).deals).toHaveLength(1);
  });

  it.each([
    { customer: '华东机械', phone: '13900000000', word: '客户', why: 'the name without its legal form' },
    {
      customer: '别家',
      phone: '138-0000-0000、021-61234567',
      word: '联系方式',
      why: 'one of several phones',
    },
  ])('a known one is warned about and added all the same ($why)', ({ customer, phone, word }) => {
    const memory = newMemory();
    add(memory);
    const { ids, notes } = add(memory, { customer, phone });
    expect(ids).toEqual(['L20261123-002']);
    expect(notes.map(({ zh }) => zh).join()).toMatch(
      new RegExp(`这个${word}已有 华东机械有限公司 L20261123-001`),
    );
    expect(notes.map(({ en }) => en).join()).toContain('L20261123-001 (Lead (线索获取), no owner)');
  });

  it('an unknown channel has no priority, and that is said; --priority wins over the list', () => {
    const memory = newMemory();
    const { notes } = add(memory, { source: '抖音' });
    expect(notes.map(({ zh }) => zh).join()).toContain('新渠道');
    expect(notes.map(({ en }) => en).join()).toMatch(/without a priority \(known: [^、]+, [^、]+\)/);
    add(memory, { priority: 'c' });
    expect([dealAt(memory, TODAY).row.priority, dealAt(memory, TODAY, 1).row.priority]).toEqual(['', 'C']);
  });

  it('belongs to who enters it only where that is one of the 销售负责人', () => {
    const memory = newMemory();
    add(memory);
    add(memory, { owner: '王芳' });
    add(memory);
    add(memory, { owner: '李强' });
    expect(readMemory(memory, TODAY).deals.map(({ row }) => row.owner)).toEqual(['', '王芳', '王芳', '李强']);
  });

  it('entered in a closed quarter it is 补录, said', () => {
    const memory = newMemory();
    const { notes } = add(memory, { on: '2026-08-03' });
    expect(dealAt(memory, TODAY).events[0]?.marks.has('backdated')).toBe(true);
    expect(notes.some(({ zh }) => zh.includes('补录'))).toBe(true);
  });

  it("--set fills the team's own columns and any of ours", () => {
    const memory = bookOf([], ['区域']);
    add(memory, { set: ['区域=华东', '客户关注点=数据安全'] });
    expect(dealAt(memory, TODAY).row.own.get('区域')).toBe('华东');
    expect(dealAt(memory, TODAY).row.concerns).toBe('数据安全');
  });
});

describe('a lead that cannot be used', () => {
  it.each([
    { input: { customer: '', tags: ' ' }, says: '--customer --tags', why: 'every missing flag is named' },
    { input: { phone: '138000' }, says: '138000', why: 'a wrong phone' },
    { input: { phone: '23800000000' }, says: '23800000000', why: 'no mobile begins with 2' },
    { input: { on: '2026-02-30' }, says: '2026-02-30', why: 'no such day' },
    { input: { amount: '很多' }, says: '很多', why: 'no amount' },
    { input: { priority: 'D' }, says: 'A / B / C', why: 'not a priority' },
    { input: { set: ['当前阶段=成交签约'] }, says: 'advance', why: 'a lead begins in stage 1' },
    { input: { set: ['客户关注典=x'] }, says: '客户关注点', why: 'did you mean' },
    { input: { screened: '好', invalid: '重复' }, says: '--screened', why: 'passed or not' },
  ])('$input: $why', ({ input, says }) => {
    const outcome = tryAdd(input);
    expect('events' in outcome).toBe(false);
    expect(JSON.stringify(outcome)).toContain(says);
  });

  it('an entry in the future is refused by a rule, not as a bad value', () => {
    expect(tryAdd({ on: '2026-12-01' })).toMatchObject({ refused: true });
  });

  it.each([
    '021-61234567',
    '微信:abc',
    'li@example.com',
    '+1 415 555 0100',
    '李总 13800000000',
    '400-800-1234',
    '13800000000/13900000000',
  ])('takes %s', (phone) => {
    expect(tryAdd({ phone })).toHaveProperty('events');
  });
});

describe('who is known', () => {
  const known = (row: { 客户名称: string; 联系方式: string }, lead: { customer: string; phone: string }) => {
    const memory = bookOf([
      { ...row, 当前阶段: '线索获取', 线索录入日期: '2026-11-02', 商机编号: 'L20261102-001' },
    ]);
    return knownBefore(indexDeals(readMemory(memory, TODAY).deals), lead)[0]?.by ?? null;
  };

  it.each([
    { cell: '13800000000 13900000000', phone: '139-0000-0000', by: 'phone', why: 'two in a cell, dashes' },
    { cell: '+86 138-0000-0000;021-61234567', phone: '13800000000', by: 'phone', why: 'with +86' },
    { cell: '李 １３８００００００００', phone: '8613800000000', by: 'phone', why: 'full-width digits' },
    { cell: '微信 abc12345', phone: '微信:ABC12345', by: 'phone', why: 'one WeChat account' },
    { cell: '微信 abc12345', phone: 'abc12345@qq.com', by: null, why: 'an address is no account' },
    { cell: 'Li@huadong.cn', phone: '李总 li@huadong.cn', by: 'phone', why: 'one mail address' },
    {
      cell: 'li@mail.huadong.com.cn',
      phone: 'wang@huadong.com.cn',
      by: 'domain',
      why: "the customer's own domain",
    },
    { cell: 'li@qq.com', phone: 'wang@qq.com', by: null, why: 'half the country has mail there' },
    { cell: 'li@a.com.cn', phone: 'wang@b.com.cn', by: null, why: 'com.cn is nobody' },
    { cell: '', phone: '', by: null, why: 'two empty cells are not the same phone' },
  ])('$cell and $phone: $by ($why)', ({ cell, phone, by }) => {
    expect(known({ 客户名称: '甲', 联系方式: cell }, { customer: '乙', phone })).toBe(by);
  });

  it.each([
    { row: '华东机械有限公司', lead: '华东机械', by: 'customer', why: 'the legal form does not count' },
    { row: '华东机械(上海)有限公司', lead: '华东机械（上海）', by: 'customer', why: 'nor the width' },
    { row: 'Acme Co., Ltd.', lead: 'ACME', by: 'customer', why: 'nor the case' },
    { row: '公司', lead: '集团', by: null, why: 'never below two distinctive characters' },
    { row: '华东机械', lead: '华东机电', by: null, why: 'another name' },
  ])('$row and $lead: $by ($why)', ({ row, lead, by }) => {
    expect(known({ 客户名称: row, 联系方式: '' }, { customer: lead, phone: '13800000000' })).toBe(by);
  });
});
