import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CellValue, cellText } from '../../src/core/sheet.ts';
import { openXlsx } from '../../src/storage/xlsx/open.ts';
import { openPackage, readPart } from '../../src/storage/xlsx/package.ts';
import { CHARTS_PATH } from '../../src/templates.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// The report workbook as people get it: its charts draw the cells of its tables, and keep the same numbers.

const folder = mkdtempSync(join(tmpdir(), 'funnel-charts-'));
const funnel = (line: string) => runIn(folder, splitWords(line));

beforeAll(async () => {
  await funnel('init --sample --as-of 2026-11-26');
});

/** Every chart's ranges with the values the chart keeps, and the sheets they point into. */
async function openReport(line: string) {
  const ran = await funnel(`report ${line} --as-of 2026-11-26 --out 报表.xlsx --yes`);
  expect([ran.code, ran.err]).toEqual([0, '']);
  const bytes = readFileSync(join(folder, '报表.xlsx'));
  const pkg = openPackage('报表.xlsx', bytes);
  const store = await openXlsx('报表.xlsx', bytes, '');
  const sheets = new Map<string, Map<number, readonly (CellValue | undefined)[]>>();
  for (const { name } of store.sheets) {
    const rows = new Map<number, readonly (CellValue | undefined)[]>();
    await store.readRows(name, ({ row, cells }) => {
      rows.set(row, [...cells]);
      return true;
    });
    sheets.set(name, rows);
  }
  const names = [...pkg.parts.keys()].filter((name) => /^xl\/charts\/chart\d+\.xml$/.test(name));
  const charts = names.map((name) => readPart(pkg, name).toString('utf8'));
  return { store, sheets, charts, part: (name: string) => readPart(pkg, name).toString('utf8') };
}

type Sheets = Awaited<ReturnType<typeof openReport>>['sheets'];

/** Every reference of a chart: what it keeps, beside what stands in the cells. */
function references(chart: string, sheets: Sheets) {
  return [
    ...chart.matchAll(
      /<c:(?:str|num)Ref><c:f>'([^']+)'!\$([A-Z]+)\$(\d+)(?::\$\2\$(\d+))?<\/c:f>([\s\S]*?)<\/c:(?:str|num)Ref>/g,
    ),
  ].map(([, sheet = '', letter = '', from = '', to = from, cache = '']) => {
    const count = Number(/<c:ptCount val="(\d+)"/.exec(cache)?.[1]);
    const points = new Map(
      [...cache.matchAll(/<c:pt idx="(\d+)"><c:v>([^<]*)<\/c:v>/g)].map(([, at, text = '']) => [
        Number(at),
        text,
      ]),
    );
    const rows = Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
    return {
      kept: Array.from({ length: count }, (_, index) => points.get(index) ?? ''),
      cells: rows.map((row) => cellText(sheets.get(sheet)?.get(row)?.[letter.charCodeAt(0) - 65])),
    };
  });
}

describe('the charts of a report workbook', () => {
  it.each([
    { line: '--quarter last', count: 4 },
    { line: '--quarter last --by owner --compare last', count: 4 },
    { line: '--quarter last --lang en', count: 4 },
    { line: '--year --cohort', count: 1 },
    { line: '--snapshot --by source', count: 2 },
  ])('draw the cells of the tables, and keep what stands there: $line', async ({ line, count }) => {
    const { charts, sheets } = await openReport(line);
    expect(charts).toHaveLength(count);
    for (const chart of charts) {
      const all = references(chart, sheets);
      // Name, labels and values of every series: none points nowhere.
      expect(all).toHaveLength(3 * [...chart.matchAll(/<c:ser>/g)].length);
      for (const { kept, cells } of all) expect(kept).toEqual(cells);
    }
  });

  it('draw the numbers of --json', async () => {
    const { charts, sheets } = await openReport('--quarter 2026Q3');
    const { rows, review } = JSON.parse(
      (await funnel('report --quarter 2026Q3 --as-of 2026-11-26 --json')).out,
    );
    const [bars = '', , wins = ''] = charts;
    const values = (chart: string) =>
      references(chart, sheets)
        .map(({ kept }) => kept)
        .filter((_, index) => index % 3 === 2);
    expect(values(bars)).toEqual(
      ['converted', 'lost', 'back', 'closing'].map((key) =>
        rows.map((row: Record<string, number>) => String(row[key])),
      ),
    );
    expect(values(wins)).toEqual(
      ['won', 'lost'].map((key) =>
        review.trend.map((quarter: Record<string, number>) => String(quarter[key])),
      ),
    );
  });

  it('stand on one upright page of A4, and the workbook is never taken for the team’s own', async () => {
    const { store, part } = await openReport('--quarter last');
    expect(store.isOutput).toBe(true);
    expect(store.sheets.map(({ name }) => name)).toEqual(['阶段转化率统计 2026Q3', '明细']);
    expect(part('xl/worksheets/sheet1.xml')).toMatch(
      /<pageSetup paperSize="9" orientation="portrait"[^>]*fitToHeight="1"/,
    );
    expect(part('xl/worksheets/sheet1.xml')).toMatch(/<pageSetUpPr fitToPage="1"\/>/);
  });

  it('are left out of a list', async () => {
    const { charts, store } = await openReport('--year --explain 方案呈现.流失');
    expect([charts.length, store.sheets.length]).toEqual([0, 1]);
  });

  it('come from a template that its script makes, byte for byte', () => {
    const built = join(folder, 'charts.xlsx');
    const ran = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../templates/build-charts.ts'), built],
      { encoding: 'utf8' },
    );
    expect(ran.stderr).toBe('');
    expect(
      readFileSync(built).equals(readFileSync(CHARTS_PATH)),
      'run npx tsx templates/build-charts.ts',
    ).toBe(true);
  });
});
