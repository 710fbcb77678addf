import { describe, expect, it } from 'vitest';
import { assignDeals, ownersOf } from '../../src/core/assign.ts';
import { dealsOf, textsIn } from '../../src/core/book.ts';
import { columnText } from '../../src/core/columns.ts';
import type { FieldKey } from '../../src/core/fields.ts';
import { checkContractNumber } from '../../src/core/item-effects.ts';
import { memoryOf, moves } from '../reports/history.ts';
import { bookOf, day, dealOf, type Recording, writeItem } from './a-deal.ts';
import { readMemory, writeMemory } from './memory-book.ts';

const LATER = day('2026-07-31');
const INTENT = { '--clarity': '明确', '--budget-fit': '充足', '--cycle': '≤1个月' };

/** What a column showed on each day, once everything had been recorded. */
const rows: readonly {
  readonly why: string;
  readonly cells?: Readonly<Record<string, string | number>>;
  readonly records: readonly (Recording & { readonly on: string })[];
  readonly column: FieldKey;
  readonly shown: Readonly<Record<string, string>>;
}[] = [
  {
    why: 'an intent that was not judged yet',
    records: [{ item: 'intent', values: INTENT, on: '2026-06-10' }],
    column: 'intent',
    shown: { '2026-06-09': '', '2026-06-10': '高意向', '2026-07-31': '高意向' },
  },
  {
    why: 'an intent typed by hand before it was judged',
    cells: { 意向等级: '低意向' },
    records: [{ item: 'intent', values: INTENT, on: '2026-06-10' }],
    column: 'intent',
    shown: { '2026-06-09': '低意向', '2026-06-10': '高意向' },
  },
  {
    why: 'concerns recorded twice',
    records: [
      { item: 'concerns', values: { '--note': '数据安全' }, on: '2026-06-10' },
      { item: 'concerns', values: { '--note': '价格' }, on: '2026-06-20' },
    ],
    column: 'concerns',
    shown: { '2026-06-09': '', '2026-06-19': '数据安全', '2026-06-20': '价格' },
  },
  {
    why: 'the first deal figures: no contract amount before',
    records: [
      { item: 'deal-figures', values: { '--close': '2026-09-30', '--amount': '15万' }, on: '2026-06-10' },
    ],
    column: 'contractAmount',
    shown: { '2026-06-09': '', '2026-06-10': '150000' },
  },
  {
    why: 'the close date that was entered with the lead, replaced by the deal figures',
    cells: { 预计成交日期: '2026-08-31' },
    records: [
      { item: 'deal-figures', values: { '--close': '2026-09-30', '--amount': '15万' }, on: '2026-06-10' },
    ],
    column: 'expectedClose',
    shown: { '2026-06-09': '2026-08-31', '2026-06-10': '2026-09-30' },
  },
  {
    why: 'a contract has no number before its day',
    records: [{ item: 'contract', values: { '--number': 'HT-1' }, on: '2026-06-10' }],
    column: 'contractNumber',
    shown: { '2026-06-09': '', '2026-06-10': 'HT-1' },
  },
  {
    why: 'a contract has no date before its day',
    records: [{ item: 'contract', values: { '--number': 'HT-1' }, on: '2026-06-10' }],
    column: 'contractDate',
    shown: { '2026-06-09': '', '2026-06-10': '2026-06-10' },
  },
  {
    why: 'a contract recorded again with another day: until then the first one stood',
    records: [
      { item: 'contract', values: { '--number': 'HT-1' }, on: '2026-06-10' },
      { item: 'contract', values: { '--number': 'HT-2' }, on: '2026-07-10' },
    ],
    column: 'contractDate',
    shown: { '2026-06-30': '2026-06-10', '2026-07-10': '2026-07-10' },
  },
  {
    why: 'the delivery of a later day has not happened',
    records: [
      { item: 'delivery', on: '2026-06-10' },
      { item: 'delivery', on: '2026-07-10' },
    ],
    column: 'deliveryDate',
    shown: { '2026-06-09': '', '2026-07-09': '2026-06-10', '2026-07-10': '2026-07-10' },
  },
  {
    why: 'a second survey: until then the first score stood',
    cells: { 交付日期: '2026-05-12' },
    records: [
      {
        item: 'satisfaction',
        values: {
          '--score': '2',
          '--note': '慢',
          '--measure': '加人',
          '--responsible': '王工',
          '--next': '2026-06-30',
        },
        on: '2026-06-10',
      },
      { item: 'satisfaction', values: { '--score': '5', '--note': '快' }, on: '2026-07-10' },
    ],
    column: 'satisfaction',
    shown: { '2026-06-09': '', '2026-07-09': '2', '2026-07-10': '5' },
  },
  {
    why: 'a channel confirmed later was there all the time',
    cells: { 来源渠道: '行业展会' },
    records: [{ item: 'source', values: { '--source': '行业展会' }, on: '2026-06-10' }],
    column: 'source',
    shown: { '2026-06-09': '行业展会', '2026-06-10': '行业展会' },
  },
  {
    why: 'a channel that was corrected',
    cells: { 来源渠道: '官网表单' },
    records: [{ item: 'source', values: { '--source': '行业展会' }, on: '2026-06-10' }],
    column: 'source',
    shown: { '2026-06-09': '官网表单', '2026-06-10': '行业展会' },
  },
  {
    why: 'a lead form filled in later; what stood there stays',
    cells: { 联系人: '李总' },
    records: [
      {
        item: 'lead-form',
        values: { '--contact': '张工', '--phone': '13800000000', '--tags': 'CRM', '--source': '行业展会' },
        on: '2026-06-10',
      },
    ],
    column: 'phone',
    shown: { '2026-06-09': '', '2026-06-10': '13800000000' },
  },
  {
    why: 'a value of the lead form that was there is neither changed nor emptied',
    cells: { 联系人: '李总' },
    records: [
      {
        item: 'lead-form',
        values: { '--contact': '张工', '--phone': '13800000000', '--tags': 'CRM', '--source': '行业展会' },
        on: '2026-06-10',
      },
    ],
    column: 'contact',
    shown: { '2026-06-09': '李总', '2026-06-10': '李总' },
  },
];

describe('what a row said on a past day', () => {
  it.each(rows)('$why', ({ cells, records, column, shown }) => {
    const memory = bookOf(cells);
    for (const record of records) writeItem(memory, day(record.on), record);
    const seen = Object.keys(shown).map((on) => [on, columnText(dealOf(memory, day(on)).row, column)]);
    expect(Object.fromEntries(seen)).toEqual(shown);
    expect(columnText(dealOf(memory, LATER).row, column)).toBe(Object.values(shown).at(-1));
  });

  it('a number of a contract is taken, though it was given since', () => {
    const memory = memoryOf([
      { id: 'A', moves: moves('05-04 lead') },
      {
        id: 'B',
        moves: moves('05-04 lead'),
        remarks: [{ on: '2026-06-10', item: 'contract', content: '合同编号=HT-1' }],
        cells: { 合同编号: 'HT-1' },
      },
    ]);
    const book = readMemory(memory, day('2026-06-09'));
    expect(dealsOf(book).map(({ row }) => row.contractNumber)).toEqual(['', '']);
    expect([...textsIn(book, 'contractNumber')]).toContain('HT-1');
    expect(checkContractNumber(book, { row: 2, customer: '客户A' }, 'ht-1')).toMatchObject({
      text: { zh: expect.stringContaining('已属于 客户B B') },
    });
  });

  it('its owner is asked for by the name of then', () => {
    const memory = bookOf({ 销售负责人: '王芳' });
    writeMemory(memory, day('2026-06-10'), (book) =>
      assignDeals(book, book.deals, '李强', day('2026-06-10')),
    );
    expect(ownersOf(readMemory(memory, day('2026-06-09')))).toEqual(['王芳']);
    expect(ownersOf(readMemory(memory, day('2026-06-10')))).toEqual(['李强']);
  });
});
