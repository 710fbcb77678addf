import { describe, expect, it } from 'vitest';
import { FAULTS, openCampaign, SCENARIOS, triedText } from './campaign.ts';

// Points all over a write meet a kill or one of the other faults, in turn. All faults at all points: npx tsx test/faults/run.ts.
const MOST_POINTS = 13;

describe.each(SCENARIOS)('$name', (scenario) => {
  it('is whole at every fault: old or new, said truly, and cleared by the next run', async () => {
    const campaign = await openCampaign(scenario);
    try {
      expect(campaign.points.length).toBeGreaterThan(10);
      const wrong: string[] = [];
      const step = Math.max(1, campaign.points.length / MOST_POINTS);
      for (let n = 0; n * step < campaign.points.length; n++) {
        const at = Math.floor(n * step);
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
