// The long form of faults.test.ts: every fault at every point, or those scenarios whose name holds a word of the command line.
//   npx tsx test/faults/run.ts [--every N] [--kills] [WORD…]
import '../from-source.ts';
import { FAULTS, openCampaign, triedText } from './campaign.ts';
import { LONG, SCENARIOS } from './scenarios.ts';

const given = process.argv.slice(2);
const at = given.indexOf('--every');
const every = at < 0 ? 1 : Number(given[at + 1]);
const faults = given.includes('--kills') ? FAULTS.filter(({ kind }) => kind === 'kill') : FAULTS;
const words = given.filter((word, index) => !word.startsWith('--') && (at < 0 || index !== at + 1));
const sum = { points: 0, kill: 0, error: 0, read: 0, wrong: 0 };
const kinds = { corrupt: 0, halfWritten: 0, leftovers: 0 };
for (const scenario of [...SCENARIOS, ...LONG].filter(({ name }) =>
  words.every((word) => name.includes(word)),
)) {
  const campaign = await openCampaign(scenario);
  const begun = Date.now();
  let wrong = 0;
  const points = campaign.meant.filter((_, index) => index % every === 0);
  for (const point of points)
    for (const fault of faults) {
      const tried = await campaign.tryPoint(point, fault);
      sum[fault.kind]++;
      if (tried.wrong.length === 0) continue;
      wrong++;
      console.log(triedText(tried));
      if (tried.wrong.some((each) => /left over|^kept/.test(each))) kinds.leftovers++;
      if (tried.wrong.some((each) => /^neither|^the next run:|^the index|^a bug/.test(each))) kinds.corrupt++;
      if (tried.wrong.some((each) => /^exit|^the next run does|^it says|^read/.test(each)))
        kinds.halfWritten++;
    }
  sum.points += points.length;
  sum.wrong += wrong;
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `${scenario.name}: ${points.length} of ${campaign.points.length} points, ${wrong} wrong, ${seconds} s`,
  );
  campaign.close();
}
const { corrupt, halfWritten, leftovers } = kinds;
console.log(
  `${sum.points} points, ${sum.kill} kills, ${sum.error} errors, ${sum.read} readers: ${corrupt} corrupt, ${halfWritten} half-written or untrue, ${leftovers} leftovers`,
);
process.exitCode = sum.wrong > 0 ? 1 : 0;
