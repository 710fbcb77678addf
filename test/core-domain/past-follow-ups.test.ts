import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFollowUps } from '../../src/core/follow-ups.ts';
import { holdsPastDays } from '../../src/core/past-follow-ups.ts';
import { day } from '../reports/history.ts';

const TODAY = day('2026-11-26');
const isPast = holdsPastDays(TODAY);

function looksPast(text: string): boolean {
  const bytes = new TextEncoder().encode(`<t>${text}</t>`);
  return isPast(bytes, 3, bytes.length - 4);
}

/** What decoding says: every day is written with its year, and has come. */
function decodesPast(text: string): boolean {
  const { entries } = parseFollowUps(text.trim(), { leadDate: null, today: TODAY });
  return entries.every(({ date, inferredYear }) => !inferredYear && date <= TODAY);
}

it.each([
  ['', true],
  ['2026-03-15:打了电话', true],
  ['2026-03-15:打了电话;2026-11-26：约好；', true],
  ['2024-02-29:闰日', true],
  ['2026-03-15:', true],
  ['2026-03-15:打了电话;2026-11-27:明天', false],
  ['2026-03-15:打了电话;2027-01-01:明年', false],
  ['2026-03-15:打了电话;约好再来', false],
  ['2026-03-15:打了电话;3.20 约好', false],
  ['2026-02-29:没有这一天', false],
  ['2026-13-01:没有这个月', false],
  ['2026-03-15', false],
  ['2026-03-15 打了电话', false],
  [' 2026-03-15:打了电话', false],
  ['前言', false],
])('%s: %s', (text, expected) => {
  expect(looksPast(text)).toBe(expected);
});

it('what it says yes to, decoding says yes to', () => {
  const piece = fc.constantFrom(
    ...['2026-03-15', '2026-11-26', '2026-11-27', '2026-02-30', '2024-02-29', '0000-01-01', '3.20'],
    ...[':', '：', ';', '；', ' ', '-', '1', '打了电话', 'é', '😀', '，', '\u3000', '〔'],
  );
  let yes = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const text = pieces.join('');
      if (!looksPast(text)) return;
      if (text.includes(':')) yes++;
      expect([text, decodesPast(text)]).toEqual([text, true]);
    }),
    { numRuns: 20_000 },
  );
  expect(yes).toBeGreaterThan(50);
});
