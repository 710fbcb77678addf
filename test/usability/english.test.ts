import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../src/core/stages.ts';
import { runIn } from '../transcripts/run-transcript.ts';

/** Words of the program's own that an English reader is never left alone with. */
const WORDS = [...STAGES.map(({ name }) => name.zh), '严重', '逾期', '停滞', '临期', '推定', '补录', '强制'];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-english-'));
  await runIn(folder, ['init', '--sample']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('English output', () => {
  // Wide enough that no cell is wrapped in the middle of "Negotiation (谈判推进)".
  it.each([
    'check --all --verbose',
    'today',
    'weekly',
    'report --quarter last',
    'report --quarter last --by owner --compare last',
    'report --year --cohort',
    'report --snapshot',
    'report --quarter last --explain proposal.lost',
    'forecast --backtest',
    'list',
    'verify',
    'dupes',
    'calendar show 2026-10-01',
    'target show',
    'undo --list',
    'doctor',
    'help gates',
    'help deadlines',
  ])('%s: stages and kinds by their English names, amounts without 万, plurals right', async (line) => {
    const ran = await runIn(folder, [...line.split(' '), '--lang', 'en'], { columns: 200 });
    const text = `${ran.out}\n${ran.err}`;
    expect(text.length).toBeGreaterThan(20);
    const bare = WORDS.flatMap((word) => text.match(new RegExp(`(?<![(=“"])${word}`, 'g')) ?? []);
    expect(bare).toEqual([]);
    expect(text).not.toMatch(/\d万/);
    expect(text).not.toMatch(
      /(?<![\d.,])1 (rows|records|deals|days|cells|findings|customers|leads|events)\b/,
    );
  });
});
