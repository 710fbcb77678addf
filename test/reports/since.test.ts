import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Book, dealsOf, glancesOf, SHEETS } from '../../src/core/book.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { PeriodOptions } from '../../src/core/period.ts';
import { idOf } from '../../src/core/reports/population.ts';
import type { CellValue } from '../../src/core/sheet.ts';
import { type Memory, readMemory } from '../core-domain/memory-book.ts';
import { day, memoryOf, type Remark, reportOn, type Story } from './history.ts';
import { FIRST, randomStories } from './random-histories.ts';

// A report passes over deals that closed long before, and counts most others by an outline of them: it must not be told from
// one that looked at everybody whole.

/** What a hand may have put into a row, late or early, whatever the log says. */
const hand = fc.record({
  contract: fc.option(fc.integer({ min: FIRST, max: FIRST + 1600 }), { nil: null, freq: 1 }),
  delivery: fc.option(fc.integer({ min: FIRST, max: FIRST + 1600 }), { nil: null, freq: 1 }),
  word: fc.constantFrom(...Array(9).fill(null), '流失', '谈判推进', '不认识'),
  amount: fc.constantFrom('', '15万', '10-20万', '2.5', '很多'),
  signedFor: fc.constantFrom('', '', '30万', '120000'),
  /** Days after the entry, and what was recorded then. */
  records: fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 500 }),
      kind: fc.constantFrom(
        'contract',
        'figures',
        'demo',
        'materials',
        'kickoff',
        'edited',
        'agreed',
        'typed',
      ),
      yuan: fc.constantFrom('50000', '80000'),
    }),
    { maxLength: 3 },
  ),
});

/** What a command leaves in the log when it records one of these. */
const RECORDS: Readonly<Record<string, (yuan: string) => Omit<Remark, 'on'>>> = {
  contract: () => ({ item: 'contract', content: '合同编号=HT-9' }),
  figures: (yuan) => ({ item: 'deal-figures', content: `合同金额=${yuan}` }),
  typed: () => ({ item: 'demo', to: '流失', content: '演示' }),
  demo: () => ({ item: 'demo', content: '演示' }),
  materials: () => ({ item: 'materials', content: '资料=报价单、方案、合同、案例' }),
  kickoff: () => ({ item: 'kickoff', content: '项目启动' }),
  edited: (yuan) => ({ content: `列=合同金额；原值=${yuan}；新值=90000` }),
  agreed: () => ({ content: '列=预计金额；原值=；新值=70000' }),
};

const books = fc
  .tuple(randomStories, fc.array(hand, { minLength: 12, maxLength: 12 }))
  .map(([stories, hands]) =>
    memoryOf(
      stories.map((story, index): Story => {
        const hand = hands[index];
        if (!hand) return story;
        const { contract, delivery, word, amount, signedFor, records } = hand;
        const cells = {
          ...story.cells,
          ...(contract === null ? {} : { 合同签订日期: formatDay(contract), 合同编号: `HT-${index}` }),
          ...(delivery === null ? {} : { 交付日期: formatDay(delivery) }),
          ...(word === null ? {} : { 当前阶段: word }),
        };
        const first = parseIsoDay(story.moves[0]?.on ?? '') ?? FIRST;
        const recorded = records.map(
          ({ after, kind, yuan }): Remark => ({
            on: formatDay(first + after),
            content: '',
            ...RECORDS[kind]?.(yuan),
          }),
        );
        return {
          ...story,
          cells: { ...cells, 预计金额: amount, 合同金额: signedFor },
          remarks: [...(story.remarks ?? []), ...recorded],
        };
      }),
    ),
  );

it('reports the same whether it looks at deals whole, in outline or, where they closed long before, not at all', () => {
  let [spared, outlined] = [0, 0];
  fc.assert(
    fc.property(
      books,
      fc.constantFrom('2026-06-30', '2026-12-31', '2028-11-20', '2029-06-30', '2030-02-28'),
      fc.constantFrom<PeriodOptions>(
        { quarter: true },
        { month: true },
        { year: '2027' },
        { quarter: '2026Q2' },
      ),
      (memory, asOf, period) => {
        const book = readMemory(withRealDates(memory), day(asOf));
        const glances = [...glancesOf(book, day(asOf) - 730, day(asOf))];
        spared += dealsOf(book).length - glances.length;
        outlined += glances.filter(({ outline }) => outline !== null).length;
        expect(told(book, period)).toEqual(told({ ...book, table: null }, period));
      },
    ),
    { numRuns: 300 },
  );
  // Nothing would be shown of it, were nobody passed over, or nobody seen in outline.
  expect(Math.min(spared, outlined)).toBeGreaterThan(40);
});

function told(book: Book, period: Parameters<typeof reportOn>[1]) {
  const { cells, notes, json, summary, grids } = reportOn(book, period);
  const lists = cells.map(({ title, entries }) => [title.zh, entries.map(({ subject }) => idOf(subject))]);
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
