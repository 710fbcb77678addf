import { describe, expect, it } from 'vitest';
import { FEATURES, keptOf, makeEverything } from './everything.ts';
import { probeBook } from './probe.ts';
import { SHEET } from './shapes.ts';

describe('the workbook with everything in it', () => {
  it('keeps every feature and every other byte through an edit, a row and a sheet', async () => {
    const before = makeEverything();
    for (const { change, refused, losses, bytes } of await probeBook(before, SHEET)) {
      expect({ change, refused: refused?.text.zh ?? null, losses }).toEqual({
        change,
        refused: null,
        losses: [],
      });
      const lost = FEATURES.filter((feature) => keptOf(feature, before, bytes ?? before) === 'lost');
      expect(lost.map(({ name }) => name)).toEqual([]);
    }
  });

  it('has each of them unaltered when one cell is changed', async () => {
    const before = makeEverything();
    const [edited] = await probeBook(before, SHEET);
    const after = edited?.bytes ?? Buffer.alloc(0);
    expect(FEATURES.map((feature) => [feature.name, keptOf(feature, before, after)])).toEqual(
      FEATURES.map(({ name }) => [name, 'kept']),
    );
  });
});
