// Every bad file and place through the program itself, measured: `npx tsx test/fidelity/bad-files.ts` (after a build).
import '../from-source.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BAD_TABLES } from './bad-tables.ts';
import { BAD_WORKBOOKS } from './bad-workbooks.ts';
import { BAD_PLACES } from './places.ts';
import { faultsOf, type Measured, runProgram, tryFile } from './real-program.ts';

const LOG = ['log', '示例', '电话'];
let faults = 0;

measure('workbooks', BAD_WORKBOOKS, (folder, file) => tryFile(folder, file, [['check'], LOG]));
measure('CSV tables', BAD_TABLES, (folder, file) => tryFile(folder, file, [['check'], LOG]));
const isRoot = process.getuid?.() === 0;
const places = BAD_PLACES.filter(({ notForRoot }) => !notForRoot || !isRoot);
measure('places', places, (folder, { path, says, make }) => {
  make(folder);
  const runs = [
    ['check', '--file', path],
    ['adopt', path],
    [...LOG, '--file', path],
  ].map((argv) => runProgram(folder, argv));
  return { runs, faults: runs.flatMap((ran) => faultsOf(ran, says, path)) };
});
process.exitCode = faults > 0 ? 1 : 0;

function measure<T extends { readonly why: string }>(
  kind: string,
  inputs: readonly T[],
  run: (folder: string, input: T) => { runs: readonly Measured[]; faults: readonly string[] },
): void {
  const codes = new Map<number, number>();
  let slowest = { time: 0, why: '' };
  let largest = { memory: 0, why: '' };
  for (const input of inputs) {
    const folder = mkdtempSync(join(tmpdir(), 'funnel-bad-'));
    try {
      const result = run(folder, input);
      faults += result.faults.length;
      for (const fault of result.faults) console.log(`${input.why}: ${fault.slice(0, 400)}`);
      for (const { code, time, memory } of result.runs) {
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (time > slowest.time) slowest = { time, why: input.why };
        if (memory > largest.memory) largest = { memory, why: input.why };
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const counts = [...codes].sort(([a], [b]) => a - b).map(([code, n]) => `exit ${code}: ${n}`);
  console.log(`${kind}: ${inputs.length} inputs; ${counts.join(', ')}`);
  console.log(`  slowest ${slowest.time} s (${slowest.why}); largest ${largest.memory} MB (${largest.why})`);
}
