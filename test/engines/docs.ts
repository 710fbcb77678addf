// Runs what docs/scale.md tells people to run, in its order, over the sample team: funnel's own lines, the SQL in the embedded
// engines, and the printed queries where the page hands them to an engine. Part of `npm run test:engines`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngines } from './engine.ts';

interface Session {
  query(sql: string, format: string): string;
}

const page = readFileSync(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'funnel-docs-'));
process.chdir(folder);
try {
  funnel('init 华东.xlsx --sample');
  const { engines, missing } = await openEngines();
  for (const each of missing) console.log(`skipped ${each}`);
  const duckdb = engines.find(({ dialect }) => dialect === 'duckdb');
  const hasClickHouse = engines.some(({ dialect }) => dialect === 'clickhouse');
  const clickhouse = hasClickHouse
    ? new (createRequire(import.meta.url)('chdb') as { Session: new (path: string) => Session }).Session(
        join(folder, 'session'),
      )
    : null;
  let steps = 0;
  for (const [, kind, text = ''] of page.matchAll(/```(sh|sql)\n([\s\S]*?)```/g)) {
    const [first = '', ...rest] = text.trim().split('\n');
    if (kind === 'sql') {
      if (first !== '-- clickhouse') continue;
      for (const statement of rest
        .join('\n')
        .split(/;\n?/)
        .filter((each) => each.trim() !== '')) {
        clickhouse?.query(statement, 'CSV');
        steps += 1;
      }
      continue;
    }
    for (const line of [first, ...rest]) {
      const [command = '', , file] = /^(.*?)(?: ([<>]) (\S+))?$/.exec(line)?.slice(1) ?? [];
      if (command.startsWith('funnel ')) {
        const out = funnel(command.slice('funnel '.length));
        if (file) writeFileSync(file, out);
      } else {
        const sql = readFileSync(file ?? '', 'utf8');
        const rows =
          command === 'duckdb'
            ? ((await duckdb?.query(sql))?.length ?? 6)
            : (clickhouse?.query(sql.replace(/;\s*$/, ''), 'CSV').trim().split('\n').length ?? 6);
        if (rows !== 6) throw new Error(`${line}: ${rows} rows, not six`);
      }
      steps += 1;
    }
  }
  console.log(`docs/scale.md: ${steps} steps run`);
} finally {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
}

function funnel(line: string): string {
  const bin = join(import.meta.dirname, '../../bin/funnel.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...line.split(' ')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`funnel ${line} ended with ${status}: ${stderr}`);
  return stdout;
}
