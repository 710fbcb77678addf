import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Book, dealsOf, dealsSince, SHEETS } from '../../src/core/book.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { CellValue } from '../../src/core/sheet.ts';
import { type Memory, readMemory } from '../core-domain/memory-book.ts';
import { day, memoryOf, reportOn, type Story } from './history.ts';
import { FIRST, randomStories } from './random-histories.ts';

// A report passes over deals that closed long before: it must not be told from one that looked at everybody.

/** What a hand may have put into a row, late or early, whatever the log says. */
const hand = fc.record({
  contract: fc.option(fc.integer({ min: FIRST, max: FIRST + 1600 }), { nil: null, freq: 1 }),
  delivery: fc.option(fc.integer({ min: FIRST, max: FIRST + 1600 }), { nil: null, freq: 1 }),
  word: fc.constantFrom(...Array(9).fill(null), '流失', '谈判推进', '不认识'),
});
const books = fc
  .tuple(randomStories, fc.array(hand, { minLength: 12, maxLength: 12 }))
  .map(([stories, hands]) =>
    memoryOf(
      stories.map((story, index): Story => {
        const { contract = null, delivery = null, word = null } = hands[index] ?? {};
        const cells = {
          ...story.cells,
          ...(contract === null ? {} : { 合同签订日期: formatDay(contract), 合同编号: `HT-${index}` }),
          ...(delivery === null ? {} : { 交付日期: formatDay(delivery) }),
          ...(word === null ? {} : { 当前阶段: word }),
        };
        return { ...story, cells };
      }),
    ),
  );

it('reports the same whether or not it looks at deals that closed long before', () => {
  let spared = 0;
  fc.assert(
    fc.property(
      books,
      fc.constantFrom('2026-12-31', '2028-11-20', '2029-06-30', '2030-02-28'),
      fc.constantFrom({ quarter: true }, { month: true }, { year: '2027' }),
      (memory, asOf, period) => {
        const book = readMemory(withRealDates(memory), day(asOf));
        spared += dealsOf(book).length - dealsSince(book, day(asOf) - 730).length;
        expect(told(book, period)).toEqual(told({ ...book, table: null }, period));
      },
    ),
    { numRuns: 200 },
  );
  // Nothing would be shown of it, were nobody passed over.
  expect(spared).toBeGreaterThan(100);
});

function told(book: Book, period: Parameters<typeof reportOn>[1]) {
  const { cells, notes, json, summary, grids } = reportOn(book, period);
  const lists = cells.map(({ title, entries }) => [title.zh, entries.map(({ subject }) => subject.id)]);
  return { lists, notes, json, summary, grids };
}

/** Days typed into Excel are numbers with a date format. */
function withRealDates(memory: Memory): Memory {
  const real = (cell: CellValue | undefined): CellValue | undefined => {
    const on = cell?.kind === 'text' ? parseIsoDay(cell.text) : null;
    return on === null ? cell : { kind: 'number', value: on + 25569, format: 'date' };
  };
  const rows = (memory.get(SHEETS.tracking) ?? []).map((row) => ({ ...row, cells: row.cells.map(real) }));
  return new Map([...memory, [SHEETS.tracking, rows]]);
}
