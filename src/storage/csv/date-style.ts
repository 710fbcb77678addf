import { type CsvDraft, draftText } from './draft.ts';

/** Rows above that are asked how dates are written. */
const SAMPLE = 50;

/**
 * A date (`2026-01-05`) as the nearest date above in its column is written: 2026/1/5, 2026.01.05, 2026年1月5日. Where the
 * column has none, or none in these forms, it stays as it is. Excel shows all of them alike; people reading the file do not.
 */
export function likeOtherDates(iso: string, draft: CsvDraft, row: number, col: number): string {
  for (let above = Math.min(row, draft.lastFilled); above > Math.max(0, row - SAMPLE); above--) {
    const [, first, month = '', second, day = '', end] =
      /^\d{4}([-/.年])(\d{1,2})([-/.月])(\d{1,2})(日?)$/.exec(draftText(draft, above, col)) ?? [];
    if (first === undefined) continue;
    const [year, ...parts] = iso.split('-');
    // 2026/11/23 leaves open whether January is 1 or 01: Excel writes 1 behind a slash.
    const padded =
      [month, day].some((part) => part.startsWith('0')) || (first === '-' && month.length + day.length === 4);
    const [m, d] = parts.map((part) => (padded ? part : String(Number(part))));
    return `${year}${first}${m}${second}${d}${end}`;
  }
  return iso;
}
