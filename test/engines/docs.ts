// Runs what docs/scale.md tells people to run, in its order, over the sample team: funnel's own lines, the SQL in the embedded
// engines, and the printed queries where the page hands them to an engine. What needs a server is held to the engine's parser,
// and its row policies are in force from the start: what they hide must be hidden. Part of `npm run test:engines`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngines } from './engine.ts';

interface Session {
  query(sql: string, format: string): string;
}

type OpenSession = new (path: string, options: { readonly connectionArgs: readonly string[] }) => Session;

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
    ? new (createRequire(import.meta.url)('chdb') as { Session: OpenSession }).Session(
        join(folder, 'session'),
        { connectionArgs: [`--config-file=${writePolicies()}`] },
      )
    : null;
  let [steps, parsed] = [0, 0];
  for (const [, kind, text = ''] of page.matchAll(/```(sh|sql)\n([\s\S]*?)```/g)) {
    const [first = '', ...rest] = text.trim().split('\n');
    if (kind === 'sql') {
      const isServer = first === '-- clickhouse server';
      if (first !== '-- clickhouse' && !isServer) continue;
      for (const statement of rest
        .join('\n')
        .split(/;\n?/)
        .filter((each) => each.trim() !== '')) {
        clickhouse?.query(isServer ? `EXPLAIN AST ${statement}` : statement, 'CSV');
        if (isServer) parsed += 1;
        else steps += 1;
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
  if (clickhouse) checkPolicies(clickhouse);
  console.log(`docs/scale.md: ${steps} steps run, ${parsed} for a server parsed, row policies hold`);
} finally {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
}

/** A configuration that has the row policies of the page in force for whoever asks. */
function writePolicies(): string {
  const filters = [...page.matchAll(/CREATE ROW POLICY \S+ ON (\w+) FOR SELECT USING (.+?) TO /g)].map(
    ([, table, filter]) => `<${table}><filter>${filter}</filter></${table}>`,
  );
  if (filters.length === 0) throw new Error('docs/scale.md has no row policy');
  const user = `<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota><databases><default>${filters.join('')}</default></databases>`;
  const users = join(folder, 'users.xml');
  writeFileSync(
    users,
    `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default><password/>${user}</default></users></clickhouse>`,
  );
  const config = join(folder, 'config.xml');
  writeFileSync(config, `<clickhouse><users_config>${users}</users_config></clickhouse>`);
  return config;
}

/** Another team's rows are there, and nobody sees them: neither in the tables nor through the views. */
function checkPolicies(clickhouse: Session) {
  const ask = (sql: string) => clickhouse.query(sql, 'TSV').trim();
  ask("INSERT INTO loads SELECT '华南', load FROM loads LIMIT 1");
  for (const table of ['deals', 'events']) {
    const before = ask(`SELECT count() FROM ${table}_kept`);
    ask(`INSERT INTO ${table}_kept SELECT * REPLACE ('华南' AS team) FROM ${table}_kept`);
    const held = ask(
      `SELECT sum(rows) FROM system.parts WHERE active AND database = 'default' AND table = '${table}_kept'`,
    );
    const seen = [ask(`SELECT count() FROM ${table}_kept`), ask(`SELECT DISTINCT team FROM ${table}`)];
    if (Number(held) !== 2 * Number(before) || seen[0] !== before || seen[1] !== '华东')
      throw new Error(`row policy of ${table}_kept: ${held} rows held, of ${before} seen ${seen.join(' ')}`);
  }
}

function funnel(line: string): string {
  const bin = join(import.meta.dirname, '../../bin/funnel.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...line.split(' ')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`funnel ${line} ended with ${status}: ${stderr}`);
  return stdout;
}
