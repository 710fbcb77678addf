import { describe, expect, it } from 'vitest';
import { runRace } from './race.ts';

// 8 processes × 50 commands: npx tsx test/concurrency/run.ts.

describe.each(['xlsx', 'csv'] as const)('several people at one book (%s)', (format) => {
  it('wait for their turn: every command is in the book, once', async () => {
    const race = { format, processes: 4, commands: 4, wait: 60 };
    expect(await runRace(race)).toEqual({
      done: 16,
      busy: 0,
      strange: [],
      lost: [],
      uncalled: [],
      ids: 9,
      distinctIds: 9,
      journal: 16,
      leftovers: [],
    });
  }, 120_000);

  it('or are told that somebody has it, and then nothing of theirs is written', async () => {
    const outcome = await runRace({ format, processes: 4, commands: 6, wait: 0 });
    expect(outcome.done + outcome.busy).toBe(24);
    expect(outcome).toMatchObject({ strange: [], lost: [], uncalled: [], leftovers: [] });
    expect(outcome.journal).toBe(outcome.done);
    expect(outcome.distinctIds).toBe(outcome.ids);
  }, 120_000);
});
