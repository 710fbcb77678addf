import { describe, expect, it } from 'vitest';
import { combinedShapes, singleShapes } from './corpus.ts';
import { probeBook } from './probe.ts';
import { SHEET } from './shapes.ts';

describe('an awkward workbook', () => {
  it.each(singleShapes())(
    'takes an edit, a row and a sheet, or says before writing why not: $why',
    async ({ bytes, refuses }) => {
      for (const { change, refused, losses } of await probeBook(bytes, SHEET)) {
        expect({ change, losses }).toEqual({ change, losses: [] });
        if (refuses) expect(refused?.text.zh).toMatch(refuses);
        else expect(refused?.text.zh ?? null).toBe(null);
      }
    },
  );

  it('takes them in every one of 150 combinations of shapes', async () => {
    const failed: unknown[] = [];
    for (const { why, bytes } of combinedShapes(150, 20_261_126)) {
      for (const { change, refused, losses } of await probeBook(bytes, SHEET)) {
        if (refused || losses.length > 0) failed.push({ why, change, refused: refused?.text.en, losses });
      }
    }
    expect(failed).toEqual([]);
  });
});
