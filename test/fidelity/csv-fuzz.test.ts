import { expect, it } from 'vitest';
import { seededRandom } from './corpus.ts';
import { fuzzFolders } from './csv-fuzz-folders.ts';
import { fuzzTables } from './csv-fuzz-tables.ts';

// Time-boxed; at length: npx tsx test/fidelity/csv-fuzz-run.ts MINUTES SEED
const SECONDS = 4;

it.each([
  ['a table in any dialect keeps every record that was not meant', fuzzTables],
  ['a folder whose files are broken is refused or works, and undo gives its bytes back', fuzzFolders],
] as const)(`%s (${SECONDS} s)`, async (_, fuzz) => {
  const { written, found } = await fuzz(SECONDS, seededRandom(1));
  expect(found).toEqual([]);
  expect(written).toBeGreaterThan(0);
});
