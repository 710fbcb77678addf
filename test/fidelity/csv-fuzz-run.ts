// The long form of csv-fuzz.test.ts, half of the time each: npx tsx test/fidelity/csv-fuzz-run.ts [MINUTES] [SEED]
import '../from-source.ts';
import { seededRandom } from './corpus.ts';
import type { Fuzzed } from './csv-fuzz.ts';
import { fuzzFolders } from './csv-fuzz-folders.ts';
import { fuzzTables } from './csv-fuzz-tables.ts';

const minutes = Number(process.argv[2] ?? 10);
const seed = Number(process.argv[3] ?? 1);
const print = (what: string, { tried, written, found }: Fuzzed) => {
  console.log(
    `${what}, seed ${seed}, ${minutes * 30} s: ${tried} tried, ${written} written, ${found.length} faults`,
  );
  for (const fault of found) console.log(`  ${fault}`);
  if (found.length > 0) process.exitCode = 1;
};
print('tables', await fuzzTables(minutes * 30, seededRandom(seed)));
print('folders', await fuzzFolders(minutes * 30, seededRandom(seed)));
