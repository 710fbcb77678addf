// How far the table goes: `npm run test:engines` once (it installs the engines), then
// `npx tsx test/engines/scale.ts [TEAMS …]`. Each team has 2,000 deals and 10,000 events, written straight into Parquet; each
// size is asked of both engines in turn, several times, in processes of their own. Before that as many workbooks of that size
// as a laptop may have, asked of funnel itself. Prints seconds (min–max), CPU and memory.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayOf } from '../../src/core/date.ts';
import { parsePeriodText } from '../../src/core/period.ts';
import { conversionQuery } from '../../src/core/sql/conversion.ts';
import { DIALECTS } from '../../src/core/sql/dialect.ts';
import { OPEN_STAGES } from '../../src/core/stages.ts';
import { FIRST_DAY, LAST_DAY } from '../../src/core/tables/deals.ts';
import { STAGE_TABLE, stageRows } from '../../src/core/tables/events.ts';
import { EXPORT_TABLES } from '../../src/core/tables/export.ts';
import { type ExportTable, type TableValue, tabulate } from '../../src/core/tables/table.ts';
import { renderParquet } from '../../src/render/parquet.ts';

const DEALS = 2_000;
const EVENTS = 5;
const ROUNDS = 3;
const FIRST = dayOf(2024, 1, 1) ?? 0;
const TODAY = dayOf(2026, 12, 31) ?? 0;

const BOOKS = [1, 5, 20, 50];

const sizes = process.argv.slice(2).map(Number);
const data = mkdtempSync(join(tmpdir(), 'funnel-scale-'));
try {
  await askFunnel();
  let written = 0;
  for (const teams of sizes.length > 0 ? sizes : [100, 300, 1_000]) {
    const start = process.hrtime.bigint();
    let bytes = 0;
    for (; written < teams; written++) bytes += writeTeam(written);
    if (bytes > 0)
      console.log(
        `to ${teams} teams: ${seconds(start).toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB written`,
      );
    askAll(teams);
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** The same of funnel itself, over a folder of workbooks. */
async function askFunnel() {
  const books = join(data, '.books');
  mkdirSync(books);
  const first = join(books, '团队0000.xlsx');
  // A script without types: named in a way that the compiler does not follow.
  const { makeBigBook } = await import(join(import.meta.dirname, '../bench', 'big-book.mjs'));
  await makeBigBook(first, DEALS, DEALS * EVENTS);
  let made = 1;
  for (const count of BOOKS) {
    for (; made < count; made++)
      copyFileSync(first, join(books, `团队${String(made).padStart(4, '0')}.xlsx`));
    const bin = join(import.meta.dirname, '../../bin/funnel.cjs');
    const argv = [
      bin,
      'report',
      '--quarter',
      '2026Q2',
      '--by',
      'team',
      '--json',
      '--file',
      books,
      '--as-of',
      '2026-12-31',
    ];
    const runs = Array.from({ length: ROUNDS }, () => measure(argv));
    console.log(`${(count * DEALS * EVENTS) / 1e6} million events in ${count} workbooks`);
    console.log(`  ${'funnel --by team'.padEnd(22)} ${spread(runs)}`);
  }
  rmSync(books, { recursive: true });
}

/** The conversion table of a quarter over all teams, and by team, of each engine in turn. */
function askAll(teams: number) {
  const period = parsePeriodText('2026Q2');
  if (!period) throw new Error('no period');
  const asked = ([null, 'team'] as const).flatMap((by) =>
    DIALECTS.map((dialect) => {
      const file = join(data, `${dialect.key}-${by ?? 'all'}.sql`);
      const input = { dialect, period, today: TODAY, by, data: { folder: data, format: 'parquet' } } as const;
      writeFileSync(file, conversionQuery.print(input));
      return { name: `${dialect.key}${by === null ? '' : ' --by team'}`, argv: [dialect.key, file] };
    }),
  );
  const runs = asked.map((): Run[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { argv }] of asked.entries())
      runs[index]?.push(measure([join(import.meta.dirname, 'ask.mjs'), ...argv]));
  const answers = new Set(runs.flat().map(({ answer }) => plainAnswer(answer)));
  console.log(
    `${(teams * DEALS * EVENTS) / 1e6} million events, ${teams} teams; ${answers.size === 2 ? 'the engines agree' : 'THE ENGINES DIFFER'}`,
  );
  for (const [index, { name }] of asked.entries()) {
    console.log(`  ${name.padEnd(22)} ${spread(runs[index] ?? [])}`);
  }
}

interface Run {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
  readonly answer: string;
}

/** A command of Node in a process of its own. */
function measure(argv: readonly string[]): Run {
  const start = process.hrtime.bigint();
  const { stdout, stderr, status } = spawnSync(
    '/usr/bin/time',
    ['-f', 'time %U %S %M', process.execPath, ...argv],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(stderr.slice(0, 2_000));
  const wall = seconds(start);
  const [, user = 0, system = 0, memory = 0] = /^time (\S+) (\S+) (\d+)$/m.exec(stderr) ?? [];
  return {
    wall,
    cpu: Number(user) + Number(system),
    memory: Math.round(Number(memory) / 1024),
    answer: stdout,
  };
}

/** The middle of some runs with the least and the most. */
function spread(runs: readonly Run[]): string {
  const sorted = runs.toSorted((a, b) => a.wall - b.wall);
  const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  if (!least || !middle || !most) return 'nothing';
  const memory = Math.max(...sorted.map((run) => run.memory));
  return `${middle.wall.toFixed(2)} s (${least.wall.toFixed(2)}–${most.wall.toFixed(2)}), CPU ${middle.cpu.toFixed(2)} s, ${memory} MB`;
}

/** What an engine answered, however it writes numbers. */
function plainAnswer(answer: string): string {
  const rows = JSON.parse(answer) as readonly Record<string, unknown>[];
  return JSON.stringify(
    rows.map((row) =>
      Object.values(row).map((value) => (isNumber(value) ? Number(value).toFixed(9) : value)),
    ),
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(String(value));
}

function seconds(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** One team's three tables that the conversion table is counted from. Bytes written. */
function writeTeam(number: number): number {
  const team = `团队${String(number).padStart(4, '0')}`;
  const random = makeRandom(number + 1);
  const deals: Record<string, TableValue>[] = [];
  const events: Record<string, TableValue>[] = [];
  for (let index = 0; index < DEALS; index++) {
    const key = `L${String(index).padStart(6, '0')}`;
    deals.push({
      team,
      deal_key: key,
      deal_id: key,
      customer: `客户${index % 1_700}`,
      customer_key: `客户${index % 1_700}`,
      owner: `负责人${index % 9}`,
      amount: 1_000_000 * (1 + (index % 40)),
      amount_high: 1_000_000 * (1 + (index % 40)),
      stage_unread: false,
      row_deleted: false,
      valid_from: FIRST_DAY,
      valid_to: LAST_DAY,
    });
    let [on, place] = [FIRST + Math.floor(random() * 1_000), 0];
    for (let step = 0; step < EVENTS; step++) {
      const lost = step > 0 && random() < 0.12;
      const to = step === 0 ? 'lead' : lost ? 'lost' : (OPEN_STAGES[place] ?? 'pool');
      events.push({
        team,
        deal_key: key,
        seq: events.length + 1,
        on_date: Math.min(on, TODAY),
        event_type: step === 0 ? 'created' : lost ? 'lost' : 'advanced',
        to_stage: to,
        forced: false,
        assumed: false,
        backdated: false,
        by_hand: false,
      });
      on += Math.floor(random() * 40);
      place = random() < 0.15 ? Math.max(0, place - 1) : place + 1;
    }
  }
  mkdirSync(join(data, team));
  const tables = [tableOf('deals', deals), tableOf('events', events), tabulate(STAGE_TABLE, stageRows(team))];
  return tables.reduce((sum, table) => {
    const path = join(data, team, `${table.name}.parquet`);
    writeFileSync(path, renderParquet(table));
    return sum + statSync(path).size;
  }, 0);
}

/** Rows by column name as an exported table; what a row does not say is empty. */
function tableOf(name: string, rows: readonly Readonly<Record<string, TableValue>>[]): ExportTable {
  const columns = EXPORT_TABLES.find((each) => each.name === name)?.columns ?? [];
  return {
    name,
    columns,
    data: columns.map((column) =>
      rows.map((row) => row[column.name] ?? (column.type === 'text' ? '' : null)),
    ),
  };
}

/** The same numbers every time (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
