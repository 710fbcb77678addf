import { describe, expect, it } from 'vitest';
import { EMPTY_DECISION, setField } from '../../src/core/draft.ts';
import { encodeDecision } from '../../src/core/encode.ts';
import { nextDealId, takenIds } from '../../src/core/ids.ts';
import { bookOf, cellsOf, day as dayOf, dealOf, ID, writeItem } from './a-deal.ts';
import { newMemory, readMemory, writeMemory } from './memory-book.ts';

const today = dayOf('2026-05-20');
const META = { by: '王芳', recordedAt: '2026-05-20 10:00:00' };

describe('patches', () => {
  it('add 过程记录 with its thirteen headers once, and append from then on', () => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '商机编号'],
      ['甲', '线索获取', 'L20260511-001'],
    ]);
    writeItem(memory, today, { item: 'screened', values: { '--note': '相符' } });
    writeItem(memory, today, { item: 'screened', values: { '--note': '又看' } });
    const [head, ...rows] = cellsOf(memory, '过程记录');
    expect(head).toEqual([
      '序号',
      '日期',
      '商机编号',
      '客户名称',
      '类型',
      '原阶段',
      '新阶段',
      '检查项',
      '内容',
      '证据',
      '操作人',
      '标记',
      '记录时间',
    ]);
    expect(rows.map((row) => [row[0], row[4], row[8], row[11] ?? ''])).toEqual([
      ['1', '新增', '', '推定'],
      ['2', '检查项', '相符', ''],
      ['3', '检查项', '又看', ''],
    ]);
    expect(rows[1]?.slice(10)).toEqual(['王芳', '', '2026-05-20 10:00:00']);
  });
  it('add a column at the right end when it is first written, the team’s own column in between kept', () => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '区域', '商机编号'],
      ['甲', '方案呈现', '华东', 'L20260511-001'],
    ]);
    writeItem(memory, today, { item: 'concerns', values: { '--note': '安全' } });
    expect(cellsOf(memory, '客户信息跟踪表')).toEqual([
      ['客户名称', '当前阶段', '区域', '商机编号', '客户关注点'],
      ['甲', '方案呈现', '华东', 'L20260511-001', '安全'],
    ]);
  });
  it.each([
    { header: '预计金额', fen: 15_000_000, cell: '150000', why: 'yuan' },
    { header: '预计金额(万元)', fen: 15_000_000, cell: '15', why: 'the header’s unit' },
    { header: '预计金额（千元）', fen: 15_050_000, cell: '150.5', why: 'thousands' },
    { header: '预计金额', fen: 80_000, cell: '800元', why: 'a small bare number would ask for its unit' },
  ])('$header: $cell ($why)', ({ header, fen, cell }) => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '商机编号', header],
      ['甲', '线索获取', 'L20260511-001', null],
    ]);
    writeMemory(memory, today, (book) => ({
      ...EMPTY_DECISION,
      fields: book.deals.map((deal) => setField(deal, 'amount', { kind: 'money', fen })),
    }));
    expect(cellsOf(memory, '客户信息跟踪表')[1]?.[3]).toBe(cell);
    expect(dealOf(memory, today).row.amount).toEqual({ low: fen, high: fen });
  });
  it.each([
    { header: '预计金额', text: '100000-200000', cell: '100000-200000', why: 'yuan' },
    { header: '预计金额(万元)', text: '100000-200000', cell: '100000-200000元', why: 'not 100,000 万' },
    { header: '预计金额(万元)', text: '10-20万', cell: '10-20万', why: 'it says its unit' },
    { header: '预计金额(万元)', text: '面议', cell: '面议', why: 'no amount' },
  ])('keep a range a range: $text under $header is $cell ($why)', ({ header, text, cell }) => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '商机编号', header],
      ['甲', '线索获取', 'L20260511-001', null],
    ]);
    writeMemory(memory, today, (book) => ({
      ...EMPTY_DECISION,
      fields: book.deals.map((deal) => setField(deal, 'amount', { kind: 'text', text })),
    }));
    expect(cellsOf(memory, '客户信息跟踪表')[1]?.[3]).toBe(cell);
    const range = { low: 10_000_000, high: 20_000_000 };
    expect(dealOf(memory, today).row.amount).toEqual(text === '面议' ? null : range);
  });
  it('write an amount out where nobody has said yet what the column’s numbers mean', () => {
    const memory = newMemory([
      ['客户名称', '当前阶段', '预计金额'],
      ['甲', '线索获取', 15],
      ['乙', '线索获取', 20],
    ]);
    const book = readMemory(memory, today);
    const fields = book.deals
      .slice(0, 1)
      .map((deal) => setField(deal, 'amount', { kind: 'money', fen: 15_000_000 }));
    expect(encodeDecision(book, { ...EMPTY_DECISION, fields }, META)).toEqual([
      {
        op: 'set',
        place: { sheet: '客户信息跟踪表', row: 2, col: 3 },
        input: { kind: 'text', text: '15万' },
      },
    ]);
  });
  it('give every row without 商机编号 one on any write, whichever row it was for, and say so', () => {
    const memory = bookOf({}, [
      { 客户名称: '南方电子', 当前阶段: '方案呈现', 线索录入日期: '2026-05-11' },
      { 客户名称: '西部能源', 当前阶段: '再看看', 线索录入日期: '2026-05-12' },
    ]);
    expect(readMemory(memory, today).deals.map(({ row }) => row.id)).toEqual([
      ID,
      'L20260511-002',
      'L20260512-001',
    ]);
    const rows = memory.get('客户信息跟踪表') ?? [];
    rows.push({
      row: 9,
      hidden: false,
      cells: [
        { kind: 'text', text: '北京贸易' },
        { kind: 'text', text: '2026-05-11' },
        { kind: 'text', text: '线索' },
      ],
    });
    const decision = writeItem(memory, today, { item: 'screened', values: { '--note': '相符' } });
    expect(decision.notes[0]?.zh).toBe('新行已编号:北京贸易 L20260511-003');
    expect(
      dealOf(memory, today, 'L20260511-003').events.map(({ type, marks }) => [type, marks.has('assumed')]),
    ).toEqual([['created', true]]);
  });
});

describe('商机编号', () => {
  it('is never used again: not of a row, not of a deleted row’s events, not of 线索信息表', () => {
    const memory = bookOf();
    writeItem(memory, today, { item: 'screened', values: { '--note': '相符' } });
    memory.set('客户信息跟踪表', (memory.get('客户信息跟踪表') ?? []).slice(0, 1));
    memory.set(
      '线索信息表',
      newMemory([
        ['客户名称', '商机编号'],
        ['乙', 'L20260511-007'],
      ]).get('客户信息跟踪表') ?? [],
    );
    const taken = takenIds(readMemory(memory, today));
    expect([
      nextDealId(taken, dayOf('2026-05-11')),
      nextDealId(taken, dayOf('2026-05-11')),
      nextDealId(taken, dayOf('2026-05-12')),
    ]).toEqual(['L20260511-008', 'L20260511-009', 'L20260512-001']);
  });
});
