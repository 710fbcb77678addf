// The same definitions in three places: random histories are counted by the core and, from the exported tables, by the
// printed queries in DuckDB and ClickHouse. `npm run test:engines [-- HISTORIES]`. Ends with 1 at the first difference.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Book } from '../../src/core/book.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { checkBook } from '../../src/core/check.ts';
import type { RuleContext } from '../../src/core/deadlines.ts';
import { findingJson } from '../../src/core/finding-json.ts';
import { parsePeriodText } from '../../src/core/period.ts';
import { REPORT_VIEWS } from '../../src/core/reports/list.ts';
import { DIALECTS } from '../../src/core/sql/dialect.ts';
import { QUERY_VIEWS } from '../../src/core/sql/list.ts';
import type { GroupColumn } from '../../src/core/sql/query.ts';
import { exportTables } from '../../src/core/tables/export.ts';
import { renderParquet } from '../../src/render/parquet.ts';
import { bookOf, type Story } from '../reports/history.ts';
import { randomStories } from '../reports/random-histories.ts';
import { type Engine, openEngines } from './engine.ts';

const PERIODS = ['2025Q1', '2025Q4', '2026Q2', '2026Q4', '2026', '2026-06'];
const GROUPS: readonly (GroupColumn | null)[] = [null, 'owner'];
const TODAY = '2026-12-31';
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  conversion: [
    'stage',
    'opening',
    'entered',
    'reentered',
    'converted',
    'skipped',
    'lost',
    'invalid',
    'back',
    'closing',
    'rate',
  ],
  cohort: ['stage', 'reached', 'advanced', 'lost', 'open', 'rate', 'share', 'customers'],
  snapshot: ['stage', 'count', 'customers', 'amount', 'held'],
};

/** `--plant`: a lost deal counts as converted in the printed query, to show that this comparison can fail. */
const isPlanted = process.argv.includes('--plant');
const wanted = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 12);
const { engines, missing } = await openEngines();
for (const each of missing) console.log(`skipped ${each}`);
if (engines.length === 0) throw new Error('no engine at hand');
for (const { name, version } of engines) console.log(`${name} ${version}`);

const folder = mkdtempSync(join(tmpdir(), 'funnel-engines-'));
let [cells, queries] = [0, 0];
try {
  const histories = fc.sample(withTrouble(), { numRuns: wanted, seed: 20261127 });
  for (const [index, stories] of histories.entries()) await compareHistory(stories, index);
  if (isPlanted) throw new Error('the planted mistake was not noticed');
  console.log(`${histories.length} histories, ${queries} queries, ${cells} cells compared, 0 differences`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The random lives of the property tests, some with a deleted row or a stage word that nobody can read. */
function withTrouble() {
  return fc.tuple(randomStories, fc.nat(), fc.nat()).map(([stories, deleted, unread]) =>
    stories.map((story, index): Story => {
      if (index === deleted % 17) return { ...story, deleted: true };
      return index === unread % 13 ? { ...story, cells: { ...story.cells, 当前阶段: '跟进中' } } : story;
    }),
  );
}

async function compareHistory(stories: readonly Story[], index: number) {
  const context = contextOf(stories);
  const { book } = context;
  const data = join(folder, String(index), 'one');
  writeTeam(data, '甲队', context);
  for (const engine of engines) {
    for (const by of GROUPS) {
      for (const period of PERIODS) {
        for (const view of ['conversion', 'cohort'])
          await compare(engine, data, view, period, by, expectedRows(book, view, period, by), stories);
      }
      await compare(engine, data, 'snapshot', TODAY, by, expectedRows(book, 'snapshot', TODAY, by), stories);
    }
    await compare(engine, data, 'deadlines', TODAY, null, expectedDeadlines(context), stories);
  }
  await compareTeams(context, stories, join(folder, String(index), 'two'));
  rmSync(join(folder, String(index)), { recursive: true });
}

/** Two teams with the same ids: each team's rows are those of its own book. */
async function compareTeams(context: RuleContext, stories: readonly Story[], data: string) {
  const other = contextOf(stories.slice(1).reverse());
  writeTeam(data, '甲队', context);
  writeTeam(data, '乙队', other);
  for (const engine of engines) {
    for (const view of ['conversion', 'cohort']) {
      const expected = [...teamRows('甲队', context.book, view), ...teamRows('乙队', other.book, view)];
      await compare(engine, data, view, '2026Q2', 'team', expected, stories);
    }
  }
}

/** A team of which nobody was ever there has no rows, as a group has none. */
function teamRows(team: string, book: Book, view: string): readonly Row[] {
  const everybody = new Set(
    expectedRows(book, view, '2026Q2', 'owner').map((row) => JSON.stringify(row.owner)),
  );
  return everybody.size === 0
    ? []
    : expectedRows(book, view, '2026Q2', null).map((row) => ({ team, ...row }));
}

function contextOf(stories: readonly Story[]): RuleContext {
  const book = bookOf(stories, TODAY);
  const calendar = buildCalendar(book.holidays, book.settings.ownDays);
  return { book, today: book.asOf, settings: book.settings, calendar };
}

function writeTeam(data: string, team: string, context: RuleContext) {
  mkdirSync(join(data, team), { recursive: true });
  for (const table of exportTables(team, context))
    writeFileSync(join(data, team, `${table.name}.parquet`), renderParquet(table));
}

type Row = Readonly<Record<string, unknown>>;

async function compare(
  engine: Engine,
  data: string,
  view: string,
  label: string,
  by: GroupColumn | null,
  expected: readonly Row[],
  stories: readonly Story[],
) {
  const dialect = DIALECTS.find(({ key }) => key === engine.dialect);
  const period = parsePeriodText(label);
  const query = QUERY_VIEWS.find(({ key }) => key === view);
  if (!dialect || !period || !query) throw new Error(`no ${view} ${label} ${engine.dialect}`);
  const today = parsePeriodText(TODAY)?.to ?? 0;
  const printed = query.print({ dialect, period, today, by, data: { folder: data, format: 'parquet' } });
  const sql = isPlanted
    ? printed.replace(
        'left_for_place > place AS went_on',
        "(left_for_place > place OR left_for = 'lost') AS went_on",
      )
    : printed;
  const answer = await engine.query(sql);
  queries += 1;
  const [got, want] = [answer, expected].map((rows) => rows.map(plainRow).sort());
  cells += expected.reduce((sum, row) => sum + Object.keys(row).length, 0);
  if (JSON.stringify(got) === JSON.stringify(want)) return;
  const place = got?.findIndex((line, at) => line !== want?.[at]) ?? 0;
  console.error(sql);
  console.error(JSON.stringify(stories, null, 1));
  throw new Error(`${engine.name}, ${view} ${label} by ${by}:\n got ${got?.[place]}\nwant ${want?.[place]}`);
}

/** A row as text: numbers however the engine hands them over, nothing and an empty text alike. */
function plainRow(row: Row): string {
  return Object.entries(row)
    .map(([key, value]) => `${key}=${plainValue(value)}`)
    .join(' ');
}

function plainValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const number = typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(String(value)) ? Number(value) : null;
  return number === null ? String(value) : number.toFixed(9);
}

/** The rows of `report --json`, by the columns of the query. */
function expectedRows(book: Book, view: string, label: string, by: GroupColumn | null): readonly Row[] {
  const report = REPORT_VIEWS.find(({ key }) => key === (view === 'conversion' ? 'period' : view));
  const period = parsePeriodText(label);
  if (!report || !period) throw new Error(`no ${view} ${label}`);
  const json = report.make({
    books: [book],
    period,
    today: book.asOf,
    knownOn: null,
    named: null,
    by: by as 'owner' | null,
  }).json;
  if (by === null) return rowsOf(json).map((row) => pick(view, row));
  const groups = json.groups as readonly (Row & { readonly key: string | null })[];
  return groups.flatMap((group) => rowsOf(group).map((row) => ({ [by]: group.key, ...pick(view, row) })));
}

function rowsOf(json: Row): readonly Row[] {
  return json.rows as readonly Row[];
}

function pick(view: string, row: Row): Row {
  const picked = Object.fromEntries((COLUMNS[view] ?? []).map((key) => [key, row[key]]));
  if (view !== 'snapshot') return picked;
  const stay = row.stay as Row;
  return { ...picked, stay_mean: stay.mean, stay_median: stay.median, stay_n: stay.n };
}

function expectedDeadlines(context: RuleContext): readonly Row[] {
  return checkBook(context)
    .findings.filter(({ rule }) => /^D\d$/.test(rule))
    .map((finding) => {
      const json = findingJson(finding, 'en');
      return {
        team: '甲队',
        ...Object.fromEntries(
          ['rule', 'level', 'id', 'customer', 'owner', 'stage', 'start', 'due', 'provisional'].map((key) => [
            key,
            json[key],
          ]),
        ),
        working_days_late: json.workingDaysLate,
        amount: json.amount,
      };
    });
}
