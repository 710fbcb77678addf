import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import { checkBook } from '../../src/core/check.ts';
import { type Day, parseIsoDay } from '../../src/core/date.ts';
import { gateComplete, statusWord } from '../../src/core/gates.ts';
import { convert } from '../../src/core/reports/conversion.ts';
import { gatherPopulation } from '../../src/core/reports/population.ts';
import { sampleDecision } from '../../src/core/sample.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { isOpenStage } from '../../src/core/stages.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import { newMemory, readMemory, writeMemory } from '../core-domain/memory-book.ts';

const CALENDAR = buildCalendar(officialHolidays(), DEFAULT_SETTINGS.ownDays);

/** Ordinary days, the edges of a quarter, the days around Spring Festival, and a year without an arrangement. */
const DAYS = [
  '2026-11-24',
  '2026-06-30',
  '2026-07-01',
  '2025-02-05',
  '2026-02-23',
  '2024-12-31',
  '2028-03-15',
];

describe('the sample team', () => {
  it('is the same team on the same day, and another one a day later', () => {
    const book = readMemory(newMemory(), day('2026-11-24'));
    const tell = (asOf: string) => sampleDecision(book, day(asOf), CALENDAR);
    expect(tell('2026-11-24')).toEqual(tell('2026-11-24'));
    expect(tell('2026-11-25')).not.toEqual(tell('2026-11-24'));
  });

  describe.each(DAYS)('as of %s', (asOf) => {
    const book = sampleBook(asOf);

    it('reads without a single complaint, and nothing lies in the future', () => {
      expect(book.findings).toEqual([]);
      expect(book.events.filter((event) => event.date > day(asOf))).toEqual([]);
      expect(book.events.every((event, index) => event.date >= (book.events[index - 1]?.date ?? 0))).toBe(
        true,
      );
    });

    it('has four salespeople, some sixty deals, a year of history, and every kind of end', () => {
      expect(new Set(book.deals.map(({ row }) => row.owner).filter(Boolean)).size).toBe(4);
      expect(book.deals.length).toBeGreaterThan(55);
      expect(new Set(book.deals.map(({ row }) => row.customer)).size).toBe(book.deals.length);
      expect(day(asOf) - Math.min(...book.events.map((event) => event.date))).toBeGreaterThan(330);
      const stages = new Set(book.deals.map(({ stage }) => stage));
      expect([...stages].sort()).toEqual([
        'aftercare',
        'closing',
        'discovery',
        'invalid',
        'lead',
        'lost',
        'negotiation',
        'pool',
        'proposal',
      ]);
    });

    it('passed no gate that was not complete, but the one that was forced', () => {
      const unearned = book.deals.flatMap((deal) =>
        deal.events.filter(
          ({ type, from, marks }) =>
            ['advanced', 'pooled', 'skipped'].includes(type) &&
            from &&
            !marks.has('forced') &&
            !gateComplete(deal, book.settings, from),
        ),
      );
      expect(unearned).toEqual([]);
      expect(book.events.filter(({ marks }) => marks.has('forced'))).toHaveLength(1);
    });

    it('gives check something to say about a third of it, each kind of lateness among it', () => {
      const { findings, held, movable } = checkBook({
        book,
        today: day(asOf),
        settings: book.settings,
        calendar: CALENDAR,
      });
      expect(findings.length).toBeGreaterThan(12);
      expect(findings.length).toBeLessThan(30);
      expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual(
        expect.arrayContaining(['D1', 'D2', 'D3', 'D4', 'D5', 'agreed', 'idle', 'no-amount', 'no-owner']),
      );
      expect(new Set(findings.map(({ level }) => level)).size).toBe(5);
      expect([held.n, movable.n > 0]).toEqual([1, true]);
    });

    it('fills a conversion table that balances, quarter by quarter', () => {
      const { subjects } = gatherPopulation(book, { end: day(asOf), hides: null, onlyRecorded: false });
      const ends = [270, 180, 90, 0].map((back) => day(asOf) - back);
      const quarters = ends.map((end) => convert(subjects, end - 89, end).rows);
      quarters.forEach((rows, index) => {
        for (const [at, { cells }] of rows.entries()) {
          const count = (cell: keyof typeof cells) => cells[cell].length;
          expect(count('opening') + count('entered')).toBe(
            count('converted') + count('lost') + count('back') + count('closing'),
          );
          const before = quarters[index - 1]?.[at];
          if (before) expect(count('opening')).toBe(before.cells.closing.length);
        }
        expect(rows[0]?.cells.entered.length).toBeGreaterThan(8);
      });
    });

    it('says in every row the status that follows from its history', () => {
      const open = book.deals.filter(({ stage }) => stage && isOpenStage(stage));
      expect(open.map(({ row }) => `${row.customer} ${row.stageWord}`)).toEqual(
        open.map((deal) => `${deal.row.customer} ${statusWord(deal, book.settings)}`),
      );
      expect(book.deals.filter(({ drift }) => drift !== null)).toEqual([]);
    });
  });
});

function day(text: string): Day {
  const read = parseIsoDay(text);
  if (read === null) throw new Error(text);
  return read;
}

function sampleBook(asOf: string) {
  const memory = newMemory();
  writeMemory(memory, day(asOf), (book) => sampleDecision(book, day(asOf), CALENDAR));
  return readMemory(memory, day(asOf));
}
