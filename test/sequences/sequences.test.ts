import { describe, expect, it } from 'vitest';
import { openSequence } from './sequence.ts';

// A few steps; many, and from other seeds: npx tsx test/sequences/run.ts [STEPS] [SEED].

const STEPS = 5;

describe('commands and hand edits in a random order, on a book with an index', () => {
  it('come to what they come to without an index, to the byte, and say what they say of CSV files', async () => {
    const sequence = await openSequence(1);
    try {
      const done: Awaited<ReturnType<typeof sequence.step>>[] = [];
      for (let n = 0; n < STEPS; n++) done.push(await sequence.step());
      expect(done.flatMap(({ what, wrong }) => wrong.map((each) => `${what}: ${each}`))).toEqual([]);
      // Commands that were done, and hand edits between them.
      expect(new Set(done.map(({ code }) => code))).toEqual(new Set([0, null]));
    } finally {
      sequence.close();
    }
  }, 300_000);
});
