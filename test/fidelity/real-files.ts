// Real workbooks of a folder of one's own (a clone of a public test suite): `npx tsx test/fidelity/real-files.ts FOLDER…`.
// Nothing of them is kept. Each gets a cell edited, a row appended and a sheet added in memory; the bytes are compared.
import '../from-source.ts';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { probeBook } from './probe.ts';

const files = process.argv.slice(2).flatMap(listBooks);
const reasons = new Map<string, string[]>();
const counts = { files: 0, changes: 0, written: 0, refused: 0, lossy: 0 };
let slowest = { file: '', seconds: 0 };
for (const file of files) {
  counts.files += 1;
  const start = performance.now();
  for (const { change, refused, losses } of await probeBook(readFileSync(file))) {
    counts.changes += 1;
    if (losses.length > 0) {
      counts.lossy += 1;
      console.log(`LOSS ${file} (${change}): ${losses.slice(0, 3).join(' | ')}`);
    } else if (refused) {
      counts.refused += 1;
      const reason = refused.text.en
        .replaceAll('表.xlsx', 'FILE')
        .replace(/"[^"]*"|\S*\.\w+\b(?= )|![A-Z]+\d+|\(.*?\)/g, '…')
        .slice(0, 110);
      reasons.set(reason, [...(reasons.get(reason) ?? []), `${file} (${change})`]);
    } else counts.written += 1;
  }
  const seconds = (performance.now() - start) / 1000;
  if (seconds > slowest.seconds) slowest = { file, seconds };
}
console.log(counts, slowest);
for (const [reason, names] of [...reasons].sort((a, b) => b[1].length - a[1].length))
  console.log(
    `${String(names.length).padStart(5)}  ${reason}\n         e.g. ${names.slice(0, 3).join('; ')}`,
  );
process.exitCode = counts.lossy > 0 ? 1 : 0;

function listBooks(path: string): readonly string[] {
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .sort()
      .flatMap((name) => listBooks(join(path, name)));
  return /\.(xls[xmb]?|xlt[xm]|ods)$/i.test(path) ? [path] : [];
}
