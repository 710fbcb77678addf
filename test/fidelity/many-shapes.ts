// The corpus at length: `npx tsx test/fidelity/many-shapes.ts [COUNT] [SEED]`. LibreOffice opens a sample of the results.
import '../from-source.ts';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { combinedShapes, singleShapes } from './corpus.ts';
import { probeBook } from './probe.ts';
import { SHEET } from './shapes.ts';

const count = Number(process.argv[2] ?? 2000);
const seed = Number(process.argv[3] ?? 1);
const singles = singleShapes();
const counts = { books: 0, changes: 0, written: 0, refused: 0, lossy: 0 };
const folder = mkdtempSync(join(tmpdir(), 'funnel-shapes-'));
try {
  for (const { why, bytes, refuses } of [...singles, ...combinedShapes(count, seed)]) {
    counts.books += 1;
    const isSample = counts.books <= singles.length || counts.books % 20 === 0;
    if (isSample) writeFileSync(join(folder, `${counts.books}-before.xlsx`), bytes);
    for (const { change, refused, losses, bytes: after } of await probeBook(bytes, SHEET)) {
      counts.changes += 1;
      const expected = refuses ? refuses.test(refused?.text.zh ?? '') : !refused;
      if (losses.length > 0 || !expected) {
        counts.lossy += 1;
        console.log(`${why} (${change}): ${losses.join(' | ')} ${refused?.text.en ?? ''}`);
      } else if (refused) counts.refused += 1;
      else counts.written += 1;
      if (after && isSample)
        writeFileSync(join(folder, `${counts.books}-${change.replace(' ', '-')}.xlsx`), after);
    }
  }
  console.log(counts);
  process.exitCode = counts.lossy > 0 ? 1 : 0;
  tryLibreOffice();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** LibreOffice must open what it could open before. One that it cannot take at all would hide the others: few at a time. */
function tryLibreOffice(): void {
  const books = readdirSync(folder).filter((name) => name.endsWith('.xlsx'));
  const opened = new Set<string>();
  for (let at = 0; at < books.length; at += 12) {
    const batch = books.slice(at, at + 12);
    for (const names of [batch, ...batch.map((name) => [name])]) {
      const left = names.filter((name) => !opened.has(name));
      if (left.length > 0 && !convert(left)) return;
      for (const name of readdirSync(join(folder, 'csv'))) opened.add(name.replace('.csv', '.xlsx'));
    }
  }
  const results = books.filter((name) => !name.includes('before'));
  const isOpenable = (name: string) => opened.has(name.replace(/-.*/, '-before.xlsx'));
  const broken = results.filter((name) => isOpenable(name) && !opened.has(name));
  const shut = new Set(results.filter((name) => !isOpenable(name)).map((name) => name.replace(/-.*/, '')));
  console.log(
    `LibreOffice opened ${results.filter((name) => opened.has(name)).length} of ${results.length} results`,
  );
  console.log(`  not opened, though it opened what they were made from: ${broken.length}`, broken);
  console.log(`  books that it did not open before either: ${shut.size}`);
  if (broken.length > 0) process.exitCode = 1;
}

/** False where it is not installed. */
function convert(names: readonly string[]): boolean {
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
  const outdir = join(folder, 'csv');
  mkdirSync(outdir, { recursive: true });
  const run = spawnSync(
    'soffice',
    [
      profile,
      '--headless',
      '--convert-to',
      'csv',
      '--outdir',
      outdir,
      ...names.map((name) => join(folder, name)),
    ],
    { timeout: 120_000, killSignal: 'SIGKILL' },
  );
  const isMissing = run.error !== undefined && 'code' in run.error && run.error.code === 'ENOENT';
  if (isMissing) console.log('LibreOffice: not installed, not tried');
  return !isMissing;
}
