// The corpus at length: `npx tsx test/fidelity/many-shapes.ts [COUNT] [SEED]`. LibreOffice opens a sample of the results.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    for (const { change, refused, losses, bytes: after } of await probeBook(bytes, SHEET)) {
      counts.changes += 1;
      const expected = refuses ? refuses.test(refused?.text.zh ?? '') : !refused;
      if (losses.length > 0 || !expected) {
        counts.lossy += 1;
        console.log(`${why} (${change}): ${losses.join(' | ')} ${refused?.text.en ?? ''}`);
      } else if (refused) counts.refused += 1;
      else counts.written += 1;
      const isSample = counts.books <= singles.length || counts.books % 20 === 0;
      if (after && isSample)
        writeFileSync(join(folder, `${counts.books}-${change.replace(' ', '-')}.xlsx`), after);
    }
  }
  console.log(counts);
  tryLibreOffice();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = counts.lossy > 0 ? 1 : 0;

function tryLibreOffice(): void {
  const books = readdirSync(folder).filter((name) => name.endsWith('.xlsx'));
  const run = spawnSync(
    'soffice',
    [
      `-env:UserInstallation=file://${join(folder, 'profile')}`,
      '--headless',
      '--convert-to',
      'csv',
      '--outdir',
      join(folder, 'csv'),
      ...books.map((name) => join(folder, name)),
    ],
    { encoding: 'utf8' },
  );
  if (run.error) {
    console.log('LibreOffice: not installed, not tried');
    return;
  }
  const opened = readdirSync(join(folder, 'csv'));
  const missing = books.filter((name) => !opened.includes(name.replace('.xlsx', '.csv')));
  console.log(`LibreOffice opened ${opened.length} of ${books.length}`, missing);
}
