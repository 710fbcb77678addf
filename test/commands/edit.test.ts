import { describe, expect, it } from 'vitest';
import { editDeal } from '../../src/core/edit.ts';
import { readMemory, writeMemory } from '../core-domain/memory-book.ts';
import { bookOf, calendar, day, dealAt } from './support.ts';

const TODAY = day('2026-11-23');
const context = { today: TODAY, calendar };
const row = {
  客户名称: '华东机械',
  当前阶段: '线索获取',
  线索录入日期: '2026-11-02',
  商机编号: 'L20261102-001',
};
const other = {
  客户名称: '江北商行',
  当前阶段: '线索获取',
  线索录入日期: '2026-11-03',
  商机编号: 'L20261103-001',
  合同编号: 'HT-1',
};

function edit(memory: ReturnType<typeof bookOf>, ...assignments: string[]) {
  return writeMemory(memory, TODAY, (book) => {
    const [deal] = book.deals;
    if (!deal) throw new Error('no deal');
    return editDeal(book, deal, assignments, context);
  });
}

describe('edit sets cells by column name', () => {
  it.each([
    {
      set: '预计金额=15万',
      field: 'amount',
      value: { low: 15_000_000, high: 15_000_000 },
      why: 'the header',
    },
    {
      set: '金额=10-20万',
      field: 'amount',
      value: { low: 10_000_000, high: 20_000_000 },
      why: 'an alias, and a range',
    },
    {
      set: 'expectedClose=月底',
      field: 'expectedClose',
      value: day('2026-11-30'),
      why: 'the key, and a date in words',
    },
    { set: 'Owner＝李强', field: 'owner', value: '李强', why: 'the English header and a full-width =' },
    { set: '意向等级=高', field: 'intent', value: 'high', why: 'the short word of a choice' },
    { set: '需求标签=CRM、报表', field: 'tags', value: ['CRM', '报表'], why: 'tags are split' },
    { set: '客户关注点=a=b', field: 'concerns', value: 'a=b', why: 'only the first = separates' },
  ])('$set ($why)', ({ set, field, value }) => {
    const memory = bookOf([row]);
    edit(memory, set);
    expect(dealAt(memory, TODAY).row[field as 'owner']).toEqual(value);
  });

  it("the team's own columns too, and an empty value blanks the cell", () => {
    const memory = bookOf([{ ...row, 区域: '华北', 销售负责人: '王芳' }], ['区域']);
    edit(memory, '区域=华东', '销售负责人=');
    expect(dealAt(memory, TODAY).row.own.get('区域')).toBe('华东');
    expect(dealAt(memory, TODAY).row.owner).toBe('');
  });

  it('each change leaves a 修改 with what stood there; a later 预计成交日期 is a postponement, an earlier one is not', () => {
    const memory = bookOf([{ ...row, 预计成交日期: '2026-12-01' }]);
    edit(memory, '预计成交日期=2026-12-20');
    edit(memory, '预计成交日期=2026-12-10');
    const deal = dealAt(memory, TODAY);
    expect(deal.postponements).toBe(1);
    expect(
      deal.events
        .filter(({ type }) => type === 'edited')
        .map(({ values }) => [values.get('原值'), values.get('新值')]),
    ).toEqual([
      ['2026-12-01', '2026-12-20'],
      ['2026-12-20', '2026-12-10'],
    ]);
  });

  it('a value that stands there already changes nothing and leaves no event', () => {
    const memory = bookOf([{ ...row, 销售负责人: '王芳' }]);
    edit(memory, '行业=制造业');
    const decision = edit(memory, '销售负责人=王芳');
    expect(decision.events).toEqual([]);
    expect(decision.fields).toEqual([]);
  });

  it('a stage changed by hand is recorded first and never reverted', () => {
    const memory = bookOf([row]);
    edit(memory, '行业=制造业');
    writeMemory(memory, TODAY, () => ({
      ids: [],
      events: [],
      fields: [{ row: 2, field: 'stage', input: { kind: 'text', text: '方案呈现' } }],
      newRows: [],
      leads: [],
      notes: [],
    }));
    expect(dealAt(memory, TODAY).drift).toBe('proposal');
    edit(memory, '客户规模=500人');
    const deal = dealAt(memory, TODAY);
    expect(deal.row.stageWord).toBe('方案呈现');
    expect(deal.stage).toBe('proposal');
    expect(deal.drift).toBe(null);
    expect(deal.events.find(({ to }) => to === 'proposal')?.marks).toEqual(new Set(['manual']));
  });
});

describe('a very long cell', () => {
  it('can be replaced: its 修改 keeps the beginning of both texts, and says how long they were', () => {
    const memory = bookOf([{ ...row, 区域: '甲'.repeat(32_767) }], ['区域']);
    edit(memory, `区域=${'乙'.repeat(20_000)}`);
    const deal = dealAt(memory, TODAY);
    expect(deal.row.own.get('区域')).toHaveLength(20_000);
    const said = deal.events.find(({ type }) => type === 'edited')?.values;
    expect(said?.get('原值')).toMatch(/^甲{15000}…\(共 32767 字\)$/);
    expect(said?.get('新值')).toMatch(/^乙{15000}…\(共 20000 字\)$/);
  });
});

describe('edit refuses', () => {
  it.each([
    { set: '当前阶段=成交签约', says: 'advance', refused: true, why: 'stages move by their commands' },
    { set: '状态=成交签约', says: 'advance', refused: true, why: 'by any name' },
    { set: '商机编号=X', says: '编号', refused: true, why: 'ids stay' },
    { set: '跟进记录=x', says: 'log', refused: true, why: 'entries are appended' },
    { set: '合同编号=HT-1', says: '江北商行', refused: true, why: 'the number of another customer' },
    {
      set: '合同签订日期=2026-12-01',
      says: '2026-12-01',
      refused: true,
      why: 'a contract is not signed in the future',
    },
    { set: '预计金鹅=1', says: '预计金额', refused: false, why: 'did you mean' },
    { set: '联系方式=12', says: '11 位', refused: false, why: 'no phone, mail or WeChat' },
    { set: '预计金额=很多', says: '15万', refused: false, why: 'no amount' },
    { set: '预计成交日期=2026-02-30', says: '2026-11-23', refused: false, why: 'no such day' },
    { set: '满意度=6', says: '1–5', refused: false, why: 'out of range' },
    { set: '客户名称=', says: '客户名称', refused: false, why: 'a customer has a name' },
    { set: '预计金额', says: '列=值', refused: false, why: 'no =' },
  ])('$set ($why)', ({ set, says, refused }) => {
    const memory = bookOf([row, other]);
    const book = readMemory(memory, TODAY);
    const outcome = editDeal(book, book.deals[0] ?? never(), ['行业=制造业', set], context);
    expect('refused' in outcome).toBe(refused);
    expect('badInput' in outcome).toBe(!refused);
    expect(JSON.stringify(outcome)).toContain(says);
  });
});

function never(): never {
  throw new Error('no deal');
}
