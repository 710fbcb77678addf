import fc from 'fast-check';
import { expect, it } from 'vitest';
import { awakeDeals, type Book, dealsOf } from '../../src/core/book.ts';
import { checkBook } from '../../src/core/check.ts';
import type { Finding } from '../../src/core/finding.ts';
import { CALENDAR } from '../core-domain/a-deal.ts';
import { readMemory } from '../core-domain/memory-book.ts';
import { day, memoryOf } from '../reports/history.ts';
import { OWNERS, randomStories } from '../reports/random-histories.ts';

// A check passes over deals that were lost and stand so in their cell, those of other owners where one is asked for, and
// decodes no row that says only what others said before: it must not be told from one that looked at every deal whole.

/** What a hand may have typed into a row, whatever the log says. */
const hand = fc.record({
  word: fc.constantFrom(...Array(6).fill(null), '流失', '无效', '谈判推进', '不认识', ''),
  follow: fc.constantFrom('', '2025-03-20:打了电话', '2025-03-20:打了电话;2027-12-24:约好', '3.20 打了电话'),
  amount: fc.constantFrom('', '15万', '10-20万', '很多'),
});

const books = fc
  .tuple(randomStories, fc.array(hand, { minLength: 12, maxLength: 12 }))
  .map(([stories, hands]) =>
    memoryOf(
      stories.map((story, index) => {
        const { word = null, follow = '', amount = '' } = hands[index] ?? {};
        const typed = word === null ? {} : { 当前阶段: word };
        return { ...story, cells: { ...story.cells, ...typed, 跟进记录: follow, 预计金额: amount } };
      }),
    ),
  );

it('checks the same whether it passes over deals or looks at every one', () => {
  let [passedOver, others, found] = [0, 0, 0];
  fc.assert(
    fc.property(
      books,
      fc.constantFrom('2025-06-30', '2026-03-31', '2026-12-31', '2027-06-30'),
      fc.constantFrom(null, ...OWNERS.filter((owner) => owner !== '')),
      (memory, asOf, owner) => {
        const book = readMemory(memory, day(asOf));
        const awake = awakeDeals(book).length;
        passedOver += dealsOf(book).length - awake;
        others += awake - awakeDeals(book, owner).length;
        const seen = told(book, owner);
        found += seen.findings.length;
        expect(seen).toEqual(told({ ...book, table: null }, owner));
      },
    ),
    { numRuns: 300 },
  );
  // Nothing would be shown of it, were nobody passed over, or nothing found.
  expect(Math.min(passedOver, others, found)).toBeGreaterThan(10);
});

function told(book: Book, owner: string | null) {
  const context = { book, today: book.asOf, calendar: CALENDAR, settings: book.settings };
  const { findings, entries, legacy, ofRow, ...summary } = checkBook(context, owner);
  const shown = (some: readonly Finding[]) => some.map(({ words, ...facts }) => ({ ...facts, ...words() }));
  return {
    ...summary,
    findings: shown(findings),
    entries: entries.map((entry) => ({
      ...entry,
      findings: shown(entry.findings),
      aClass: shown(entry.aClass),
    })),
    legacy: shown(legacy),
    rows: dealsOf(book).map((_, index) => shown(ofRow(index + 2))),
  };
}
