import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { openDeals } from '../../src/core/deal-table.ts';
import { decodeRow, type RowContext } from '../../src/core/decode-row.ts';
import { FIELDS } from '../../src/core/fields.ts';
import type { Finding } from '../../src/core/finding.ts';
import { findHeader } from '../../src/core/header.ts';
import { packRows, rowAt } from '../../src/core/packed-sheet.ts';
import { readSettings } from '../../src/core/settings.ts';
import type { CellValue, SheetRow } from '../../src/core/sheet.ts';
import { day } from '../reports/history.ts';

// What was found in rows that were passed over must be what decoding every row would have found.

const TODAY = day('2026-11-26');
const text = (words: string): CellValue => ({ kind: 'text', text: words });
const number = (value: number, format: 'plain' | 'date' | 'percent' = 'plain'): CellValue => ({
  kind: 'number',
  value,
  format,
});
/** What people type into any column, fit or not: few values, so that they come again. */
const CELLS: readonly CellValue[] = [
  text('方案呈现'),
  text('不认识'),
  text('流失'),
  text('高意向'),
  text('A'),
  text('明确'),
  text('15万'),
  text('很多'),
  text('2026-03-15'),
  text('3月15日'),
  text('2026-03-15:打了电话;2026-12-24:约好'),
  text('2026-03-15:打了电话'),
  text('3.20 打了电话;12.24 约好'),
  text('未答复'),
  text(' '),
  number(46000, 'date'),
  number(60, 'date'),
  number(150_000),
  number(5),
  number(9),
  number(3.2),
  number(-4),
  number(0.5, 'percent'),
  { kind: 'boolean', value: true },
  { kind: 'error', text: '#N/A' },
  { kind: 'isoDate', text: '2026-03-15' },
];
const cell = fc.option(fc.constantFrom(...CELLS), { nil: undefined, freq: 2 });
const wild = fc.array(cell, { maxLength: FIELDS.length });
/** As most rows are: every column holds what belongs there. */
const usual = fc
  .record({ on: fc.constantFrom(46_000, 46_100), odd: cell, at: fc.nat({ max: 30 }) })
  .map(({ on, odd, at }) =>
    FIELDS.map(({ kind, words }, index): CellValue | undefined => {
      if (index === at) return odd;
      if (kind === 'date') return number(on, 'date');
      if (kind === 'amount') return number(150_000);
      if (kind === 'score') return number(5);
      if (kind === 'stage') return text('流失');
      if (kind === 'followUps') return text('2026-03-15:打了电话');
      return text(words[0] ?? '甲');
    }),
  );

const said = (findings: readonly Finding[]) =>
  findings.map(({ words, ...facts }) => ({ ...facts, ...words() }));

it('finds in rows it passes over what decoding each of them finds', () => {
  let loud = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(wild, usual, usual), { minLength: 1, maxLength: 25 }), (drawn) => {
      const head: SheetRow = { row: 1, hidden: false, cells: FIELDS.map(({ header }) => text(header.zh)) };
      const rows = [head, ...drawn.map((cells, index) => ({ row: index + 2, hidden: false, cells }))];
      const packed = packRows(SHEETS.tracking, rows);
      const header = findHeader(rows);
      if (!header) throw new Error('no header');
      const context: RowContext = {
        shape: { sheet: SHEETS.tracking, ...header },
        settings: readSettings([]).settings,
        today: TODAY,
        dates1904: false,
        units: new Map([
          ['amount', 1],
          ['contractAmount', null],
          ['budget', 1],
        ]),
      };
      const indexes = Array.from({ length: packed.count - 1 }, (_, index) => index + 1);
      const table = openDeals(packed, Int32Array.from(indexes), null, context);
      const all = indexes.flatMap((index) => decodeRow(rowAt(packed, index), context).findings);
      loud += all.length;
      expect(said(table.findings())).toEqual(said(all));
    }),
    { numRuns: 300 },
  );
  expect(loud).toBeGreaterThan(100);
});
