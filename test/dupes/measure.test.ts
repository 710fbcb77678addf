import { describe, expect, it } from 'vitest';
import { measureDuplicates } from './measure.ts';
import { KINDS } from './pairs.ts';

describe('dupes on 200 seeded pairs', () => {
  const { pairs, precision, recall, wrong, strangers } = measureDuplicates();

  it('names nine of ten rightly and finds more than five of six', () => {
    expect(pairs).toBe(200);
    expect(precision).toBeGreaterThanOrEqual(0.92);
    expect(recall).toBeGreaterThanOrEqual(0.86);
  });

  it.each(KINDS)('$kind: $count pairs', ({ kind, count, miss }) => {
    expect(wrong.get(kind) ?? 0).toBe(miss === undefined ? 0 : count);
  });

  it('never joins deals of two pairs', () => {
    expect(strangers).toEqual([]);
  });
});
