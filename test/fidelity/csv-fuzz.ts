import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a campaign came to. */
export interface Fuzzed {
  readonly tried: number;
  readonly written: number;
  readonly found: readonly string[];
}

/** Tries something again and again, each time in an empty folder. What it throws is a fault too. */
export async function fuzzFor(
  seconds: number,
  attempt: (folder: string) => Promise<{ readonly written: boolean; readonly wrong: readonly string[] }>,
): Promise<Fuzzed> {
  const found: string[] = [];
  let [tried, writes] = [0, 0];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const folder = mkdtempSync(join(tmpdir(), 'funnel-csv-fuzz-'));
    tried++;
    try {
      const { written, wrong } = await attempt(folder);
      if (written) writes++;
      if (wrong.length > 0) found.push(`${tried}: ${wrong.join(' | ').slice(0, 1500)}`);
    } catch (error) {
      found.push(`${tried}: ${error instanceof Error ? error.stack : error}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { tried, written: writes, found };
}
