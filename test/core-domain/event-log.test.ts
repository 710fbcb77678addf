import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CONTENT_LABELS, decodeEvent, LOG_HEADERS, type LogHeader } from '../../src/core/decode-log.ts';
import { readLog } from '../../src/core/event-log.ts';
import { packRows, rowAt } from '../../src/core/packed-sheet.ts';
import type { CellValue, SheetRow } from '../../src/core/sheet.ts';
import { day } from '../reports/history.ts';

// An event made of the arrays of the log and single cells must be what decoding its whole row gives.

const text = (words: string): CellValue => ({ kind: 'text', text: words });
const number = (value: number, format: 'plain' | 'date' = 'plain'): CellValue => ({
  kind: 'number',
  value,
  format,
});
const oneOf = (...cells: readonly (CellValue | undefined)[]) => fc.constantFrom(...cells);
const odd = oneOf(undefined, text(' '), text('不认识'), number(3), { kind: 'error', text: '#N/A' });
const CELLS: Readonly<Record<LogHeader, fc.Arbitrary<CellValue | undefined>>> = {
  序号: fc.integer({ min: 1, max: 9 }).map((seq) => (seq > 7 ? text(` ${seq} `) : number(seq))),
  日期: oneOf(number(46_000, 'date'), text('2026-03-15'), number(46_100)),
  商机编号: oneOf(text('L20260315-001'), text(' L20260315-002 '), number(7)),
  客户名称: oneOf(text('华东机械'), text(' 甲 '), undefined),
  类型: oneOf(text('新增'), text('推进'), text('检查项'), text('跟进')),
  原阶段: oneOf(text('线索获取'), undefined, text('报价中')),
  新阶段: oneOf(text('需求挖掘'), text('报价中'), undefined),
  检查项: oneOf(text('first-contact'), text('demo'), undefined),
  内容: oneOf(text('方式=电话；谈了'), text('a\\=b'), text('谈了'), undefined),
  证据: oneOf(text('邮件'), undefined),
  操作人: oneOf(text('王芳'), number(12)),
  标记: oneOf(text('推定'), text('强制,补录'), undefined),
  记录时间: oneOf(text('2026-03-15 10:00:00'), number(46_000, 'date')),
};
const row = fc.tuple(...LOG_HEADERS.map((header) => fc.oneof({ weight: 30, arbitrary: CELLS[header] }, odd)));

it('makes of every row that is an event what decoding the row gives, in order of number', () => {
  let events = 0;
  const context = {
    dates1904: false,
    today: day('2026-11-26'),
    stageWords: new Map([['报价中', 'proposal' as const]]),
    labels: CONTENT_LABELS,
  };
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (drawn) => {
      const head: SheetRow = { row: 1, hidden: false, cells: LOG_HEADERS.map(text) };
      const rows = [head, ...drawn.map((cells, index) => ({ row: index + 2, hidden: false, cells }))];
      const packed = packRows('过程记录', rows);
      const log = readLog(packed, context);
      const decoded = Array.from({ length: packed.count - 1 }, (_, index) => {
        const read = decodeEvent(rowAt(packed, index + 1), log.shape, context);
        return read && 'event' in read ? [read.event] : [];
      }).flat();
      const inOrder = decoded.sort((a, b) => a.seq - b.seq);
      events += inOrder.length;
      expect([...log.events]).toEqual(inOrder);
    }),
    { numRuns: 300 },
  );
  expect(events).toBeGreaterThan(500);
});
