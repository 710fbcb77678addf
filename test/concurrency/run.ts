// The long form of concurrency.test.ts: 8 processes × 50 commands on one book, waiting for their turn and not.
//   npx tsx test/concurrency/run.ts
import '../from-source.ts';
import { runRace } from './race.ts';

const [processes, commands] = [8, 50];
for (const format of ['xlsx', 'csv'] as const)
  for (const wait of [0, 600]) {
    const begun = Date.now();
    const outcome = await runRace({ format, processes, commands, wait });
    const { done, busy, strange, lost, uncalled, ids, distinctIds, leftovers } = outcome;
    const seconds = Math.round((Date.now() - begun) / 1000);
    console.log(
      `${format}, --wait ${wait}: ${done} done + ${busy} exit 5 = ${done + busy} of ${processes * commands}; ` +
        `${lost.length} lost, ${uncalled.length} written against their word, ${strange.length} otherwise, ` +
        `${ids - distinctIds} ids twice, ${outcome.journal} in the journal, ${leftovers.length} leftovers; ${seconds} s`,
    );
    for (const each of strange.slice(0, 5)) console.log(`  ${each}`);
    if (done + busy !== processes * commands || lost.length + uncalled.length + strange.length > 0)
      process.exitCode = 1;
  }
