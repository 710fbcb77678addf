// The long form of sequences.test.ts: `npx tsx test/sequences/run.ts [STEPS] [SEED]`.
import '../from-source.ts';
import { openSequence } from './sequence.ts';

const [steps = 60, seed = 1] = process.argv.slice(2).map(Number);
const sequence = await openSequence(seed);
let wrong = 0;
try {
  for (let n = 1; n <= steps; n++) {
    const done = await sequence.step();
    wrong += done.wrong.length;
    console.log(`${n}. ${done.what} (${done.code === null ? 'by hand' : `exit ${done.code}`})`);
    for (const each of done.wrong) console.log(`   ${each.slice(0, 1200)}`);
  }
  console.log(`${steps} steps from seed ${seed}: ${wrong} differences`);
} finally {
  sequence.close();
}
process.exitCode = wrong > 0 ? 1 : 0;
