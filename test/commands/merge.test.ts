import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const NOW = Date.parse('2026-11-23T02:00:00Z');
const QUARTERS = ['2025Q4', '2026Q1', '2026Q2', '2026Q3'];

interface Listed {
  readonly id: string;
  readonly stage: string;
}

async function sampleFolder(): Promise<string> {
  const folder = freshFolder();
  await runIn(folder, ['init', '--sample'], { now: NOW });
  return folder;
}

/** Every closed quarter as `report --json` gives it, byte for byte, whole and by owner and source. */
async function closedQuarters(folder: string): Promise<string[]> {
  const printed: string[] = [];
  for (const quarter of QUARTERS)
    for (const by of ['owner', 'source'])
      printed.push(
        (await runIn(folder, ['report', '--quarter', quarter, '--by', by, '--json'], { now: NOW })).out,
      );
  return printed;
}

describe('a merge', () => {
  it('changes no byte of any closed quarter, whichever deals are merged, and is undone to the byte', async () => {
    const folder = await sampleFolder();
    const path = join(folder, '销售漏斗.xlsx');
    const deals: Listed[] = JSON.parse((await runIn(folder, ['list', '--json'], { now: NOW })).out);
    const open = deals.filter(
      ({ stage }) => !['lost', 'invalid', 'pool', 'closing', 'aftercare'].includes(stage),
    );
    const [keep, ...drops] = open.map(({ id }) => id);
    expect(drops.length).toBeGreaterThan(5);
    const [before, bytes] = [await closedQuarters(folder), readFileSync(path)];
    const done = await runIn(folder, ['merge', String(keep), ...drops, '--json'], { now: NOW });
    expect([done.code, JSON.parse(done.out).ids]).toEqual([0, [keep, ...drops]]);
    expect(await closedQuarters(folder)).toEqual(before);
    await runIn(folder, ['undo'], { now: NOW });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('is all or none: one that cannot be dropped leaves every row as it was', async () => {
    const folder = await sampleFolder();
    const path = join(folder, '销售漏斗.xlsx');
    const deals: Listed[] = JSON.parse((await runIn(folder, ['list', '--json'], { now: NOW })).out);
    const [keep, drop] = deals.filter(({ stage }) => stage === 'discovery').map(({ id }) => id);
    const lost = deals.find(({ stage }) => stage === 'lost')?.id;
    const bytes = readFileSync(path);
    const ran = await runIn(folder, ['merge', String(keep), String(drop), String(lost)], { now: NOW });
    expect([ran.code, readFileSync(path).equals(bytes)]).toEqual([4, true]);
  });
});
