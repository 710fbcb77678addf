import { describe, expect, it } from 'vitest';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import { formatAmount, parseAmount, yuanNumber } from '../../src/core/money.ts';
import type { CellValue } from '../../src/core/sheet.ts';
import {
  type DateColumn,
  readAmountCell,
  readDateCell,
  readIntegerCell,
  readTextCell,
} from '../../src/core/values.ts';

const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;
const text = (value: string): CellValue => ({ kind: 'text', text: value });
const number = (value: number, format: 'plain' | 'date' | 'percent' = 'plain'): CellValue => ({
  kind: 'number',
  value,
  format,
});

describe('amounts are read as people write them, and never as 0', () => {
  it.each([
    ['15万', 1, 15000000, 15000000],
    ['15万元', 1, 15000000, 15000000],
    ['15 W', 1, 15000000, 15000000],
    ['1.5亿', 1, 15000000000, 15000000000],
    ['￥150,000.00', 1, 15000000, 15000000],
    ['¥150000', 10000, 150000000000, 150000000000],
    ['10-20万', 1, 10000000, 20000000],
    ['10万-20万', 1, 10000000, 20000000],
    ['10～20万', 1, 10000000, 20000000],
    ['10—20万元', 1, 10000000, 20000000],
    ['5千-1万', 1, 500000, 1000000],
    ['预算10-20万', 1, 10000000, 20000000],
    ['8千', 1, 800000, 800000],
    ['2百万', 1, 200000000, 200000000],
    ['1千万元', 1, 1000000000, 1000000000],
    ['15', 10000, 15000000, 15000000],
    ['１５．５万', 1, 15500000, 15500000],
    ['3000元', 10000, 300000, 300000],
    ['约15万左右', 1, 15000000, 15000000],
    ['150000元整', 1, 15000000, 15000000],
    ['0.07', 1, 7, 7],
    ['0', 1, 0, 0],
  ])('%s (a bare number is %i yuan)', (written, unit, low, high) => {
    expect(parseAmount(written, unit)).toEqual({ kind: 'amount', low, high });
  });

  it.each(['面议', '', '待定', '—', '/'])('「%s」 is no amount', (written) => {
    expect(parseAmount(written, 1)).toEqual({ kind: 'none' });
  });

  it.each([
    '十五万',
    '15x',
    '-5',
    '20-10万',
    '1,5万',
    '$15,000',
    '15万美元',
    '1e5',
    'Infinity',
    '99999999999亿',
  ])('「%s」 is unreadable', (written) => {
    expect(parseAmount(written, 1)).toBeNull();
  });

  it.each([
    [number(150000), 1, 15000000],
    [number(15), 10000, 15000000],
    [number(0.1 + 0.2), 1, 30],
    [number(150000, 'percent'), 1, 15000000],
    [text('15万'), 10000, 15000000],
  ])('a cell %o under a unit of %i yuan', (cell, unit, fen) => {
    expect(readAmountCell(cell, unit)).toEqual({ kind: 'amount', low: fen, high: fen });
  });

  it.each([
    number(-1),
    number(1e300),
    { kind: 'error', text: '#REF!' } as const,
    { kind: 'boolean', value: true } as const,
  ])('a cell %o is unreadable', (cell) => {
    expect(readAmountCell(cell, 1)).toBeNull();
  });

  it.each([
    [15000000, '15万', '¥150,000'],
    [12350000, '12.35万', '¥123,500'],
    [12345600, '123,456元', '¥123,456'],
    [850050, '8,500.5元', '¥8,500.5'],
    [15000000000, '1.5亿', '¥150,000,000'],
    [11500000000, '1.15亿', '¥115,000,000'],
    [12345678900, '123,456,789元', '¥123,456,789'],
    [0, '0元', '¥0'],
  ])('%i 分 is printed %s, in English %s', (fen, zh, en) => {
    expect([formatAmount(fen, 'zh'), formatAmount(fen, 'en')]).toEqual([zh, en]);
  });

  it('as a number it is yuan', () => {
    expect(yuanNumber(15000050)).toBe(150000.5);
  });
});

describe('date cells are read as what they show', () => {
  const near = day('2026-11-24');
  it.each([
    [number(45366, 'date'), false, '2024-03-15', 'a date'],
    [number(45366.9, 'date'), false, '2024-03-15', 'with a time of the day'],
    [number(45366), false, '2024-03-15', 'a serial number that lost its format'],
    [number(43904, 'date'), true, '2024-03-15', 'counted from 1904'],
    [number(0, 'date'), true, '1904-01-01', 'the first day of that system'],
    [number(1, 'date'), false, '1900-01-01', 'the first day of the other'],
    [number(59, 'date'), false, '1900-02-28', 'the day before the one that never was'],
    [number(61, 'date'), false, '1900-03-01', 'the day after it'],
    [number(20240315), false, '2024-03-15', 'eight digits'],
    [text('2024-03-15'), false, '2024-03-15', 'text'],
    [text('2024/3/15'), false, '2024-03-15', 'slashes'],
    [text('2024.3.15'), false, '2024-03-15', 'dots'],
    [text(' 2024年3月15日 '), false, '2024-03-15', 'Chinese'],
    [text('２０２４年３月１５日'), false, '2024-03-15', 'full width'],
    [text('2024-03-15 09:30'), false, '2024-03-15', 'text with a time'],
    [text('2024/3/15 9:30:00 AM'), false, '2024-03-15', 'an English time'],
    [text('2024-03-15 星期五'), false, '2024-03-15', 'a weekday'],
    [text('2024-03-15(周五) 上午9:30'), false, '2024-03-15', 'a weekday and a time'],
    [{ kind: 'isoDate', text: '2024-03-15T00:00:00' }, false, '2024-03-15', 'an ISO date cell'],
    [
      { kind: 'isoDate', text: '2024-03-15T23:30:00.000+08:00' },
      false,
      '2024-03-15',
      'never moved by a zone',
    ],
  ] as [CellValue, boolean, string, string][])('%o (1904: %s) is %s (%s)', (cell, dates1904, iso) => {
    const read = readDateCell(cell, dates1904, near);
    expect(read && { iso: formatDay(read.day), inferred: read.inferredYear }).toEqual({
      iso,
      inferred: false,
    });
  });

  it.each([
    ['3月15日', 'happened', '2026-03-15', 'the latest one that has been'],
    ['12月15日', 'happened', '2025-12-15', 'not one in the future'],
    ['3/15', 'planned', '2027-03-15', 'what is planned may be in the future'],
    ['11-20', 'planned', '2026-11-20', 'or just over'],
    ['12.5', 'planned', '2026-12-05', 'or near'],
  ] as [string, DateColumn, string, string][])(
    '%s in a column of what %s is %s, its year inferred (%s)',
    (written, column, iso) => {
      const read = readDateCell(text(written), false, near, column);
      expect(read && { iso: formatDay(read.day), inferred: read.inferredYear }).toEqual({
        iso,
        inferred: true,
      });
    },
  );

  it.each([
    [text('待定'), 'words'],
    [text('2024-02-30'), 'a day that never was'],
    [text('2月30日'), 'in no year'],
    [text('2024-03-15或16'), 'two days'],
    [text('15'), 'a number'],
    [number(60, 'date'), '1900-02-29 never was'],
    [number(0, 'date'), 'Excel’s 1900-01-00'],
    [number(-1, 'date'), 'before the first'],
    [number(3.2), '3.20 typed as a number: 20 March, or 2 March?'],
    [number(99999999), 'no date in eight digits'],
    [{ kind: 'boolean', value: true }, 'a tick'],
    [{ kind: 'error', text: '#N/A' }, 'an error'],
  ] as [CellValue, string][])('%o is unreadable (%s)', (cell) => {
    expect(readDateCell(cell, false, near)).toBeNull();
  });
});

describe('other cells', () => {
  it.each([
    [number(13800000000), '13800000000', 'a phone kept as a number shows all its digits'],
    [number(0.1 + 0.2), '0.3', 'as the cell shows it'],
    [number(0.15, 'percent'), '15%', 'a percentage'],
    [number(45366, 'date'), '2024-03-15', 'a date in a column of text'],
    [text('  华东机械 '), '华东机械', 'spaces around'],
    [text('007'), '007', 'text stays text'],
    [{ kind: 'boolean', value: true }, 'TRUE', 'a tick'],
    [{ kind: 'error', text: '#N/A' }, '', 'an error says nothing'],
  ] as [CellValue, string, string][])('%o shows as 「%s」 (%s)', (cell, shown) => {
    expect(readTextCell(cell)).toBe(shown);
  });

  it.each([
    [number(5), 5],
    [text('５'), 5],
    [text('4分'), 4],
    [number(4.5), null],
    [text('很满意'), null],
  ])('%o is the whole number %s', (cell, value) => {
    expect(readIntegerCell(cell)).toBe(value);
  });
});
