import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleScript } from '../bundle.ts';
import { freshFolder } from '../save/support.ts';
import { FAULTS, openCampaign, triedText } from './campaign.ts';
import { SCENARIOS } from './scenarios.ts';

// Points all over a write meet a kill or one of the other faults, in turn. All faults at all points: npx tsx test/faults/run.ts.
const MOST_POINTS = 13;
/** Of a book that takes its time. */
const MOST_OF_BIG = 6;

describe.each(SCENARIOS)('$name', (scenario) => {
  it('is whole at every fault: old or new, said truly, and cleared by the next run', async () => {
    const campaign = await openCampaign(scenario);
    try {
      const { meant } = campaign;
      expect(meant.length).toBeGreaterThan(scenario.isBig ? 5 : 10);
      const wrong: string[] = [];
      const step = Math.max(1, meant.length / (scenario.isBig ? MOST_OF_BIG : MOST_POINTS));
      for (let n = 0; n * step < meant.length; n++) {
        const at = meant[Math.floor(n * step)] ?? -1;
        const fault = FAULTS[n % FAULTS.length];
        if (!fault) throw new Error('no fault');
        const tried = await campaign.tryPoint(at, fault);
        if (tried.wrong.length > 0) wrong.push(triedText(tried));
      }
      expect(wrong).toEqual([]);
    } finally {
      campaign.close();
    }
  }, 120_000);
});

describe('a disk that is full from the rename of a file on', () => {
  it('leaves a queued command half written in a folder, says so, and the next run finishes it: it is never called refused', async () => {
    const scenario = SCENARIOS.find(({ queued, format }) => queued && format === 'csv');
    if (!scenario) throw new Error('no scenario');
    const campaign = await openCampaign(scenario);
    try {
      const renames = campaign.meant.filter((at) => /^rename .*\.csv$/.test(campaign.points[at] ?? ''));
      expect(renames.length).toBeGreaterThan(5);
      const wrong: string[] = [];
      for (const at of renames) {
        const full = { kind: 'error', code: 'ENOSPC', lasts: true, short: false } as const;
        const tried = await campaign.tryPoint(at, full);
        if (tried.wrong.length > 0) wrong.push(triedText(tried));
      }
      expect(wrong).toEqual([]);
    } finally {
      campaign.close();
    }
  }, 120_000);
});

describe('a process that is really killed (SIGKILL)', () => {
  it('leaves what the next run clears, at points all over every scenario', async () => {
    const script = join(freshFolder(), 'killed.cjs');
    writeFileSync(script, await bundleScript(join(import.meta.dirname, 'killed.ts')));
    const wrong: string[] = [];
    for (const scenario of SCENARIOS) {
      const campaign = await openCampaign(scenario);
      try {
        for (const part of [0.35, 0.7]) {
          const at = campaign.meant[Math.floor(campaign.meant.length * part)] ?? -1;
          const tried = await campaign.killAt(at, script);
          if (tried.wrong.length > 0) wrong.push(`${scenario.name}: ${triedText(tried)}`);
        }
      } finally {
        campaign.close();
      }
    }
    expect(wrong).toEqual([]);
  }, 240_000);
});
