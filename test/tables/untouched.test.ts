import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellName } from '../../src/core/sheet.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { comparePackages, contentOf } from '../xlsx/compare.ts';

/** Every cell of a sheet part as its own bytes, by address: found by text, knowing nothing of the editor. */
function cellBytes(part: string): ReadonlyMap<string, string> {
  const cells = [...part.matchAll(/<c r="([A-Z]+\d+)"(?:[^>]*\/>|[\s\S]*?<\/c>)/g)];
  return new Map(cells.map(([bytes, address = '']) => [address, bytes]));
}

/** Row tags without what funnel may extend: which cells they span. */
function rowTags(part: string): ReadonlyMap<string, string> {
  const rows = [...part.matchAll(/<row r="(\d+)"([^>]*?)\/?>/g)];
  return new Map(
    rows.map(([, row = '', attributes = '']) => [row, attributes.replace(/ spans="[^"]*"/, '')]),
  );
}

/** Cells that a command said it wrote, in that sheet. */
const written = (out: string, sheet: string): readonly string[] =>
  (JSON.parse(out).changes as readonly { sheet: string; cell: string }[])
    .filter((change) => change.sheet === sheet)
    .map(({ cell }) => cell);

const TABLES: readonly {
  readonly name: string;
  readonly sheet?: string;
  readonly part?: string;
  readonly adopt?: readonly string[];
  readonly writes: readonly (readonly string[])[];
}[] = [
  { name: 'unit', writes: [['edit', '青禾', '--set', '预计金额=20万']] },
  { name: 'bare', adopt: ['--unit', '万元'], writes: [['edit', '青禾', '--set', '预计金额=20万']] },
  { name: 'titles', sheet: '销售跟进', writes: [['log', '白桦', '打了电话']] },
  { name: 'sums', writes: [['log', '南屿', '打了电话']] },
  {
    name: 'sheets',
    sheet: '李强',
    part: 'sheet2',
    adopt: ['--sheet', '李强'],
    writes: [['log', '南屿', '打了电话']],
  },
  { name: 'words', adopt: ['--map-stage', '跟进中=需求挖掘'], writes: [['log', '青禾', '打了电话']] },
  {
    name: 'habits',
    writes: ['青禾', '白桦', '南屿', '云杉', '石榴', '海棠', '松涛'].map((name) => ['log', name, '打了电话']),
  },
  { name: 'tags', writes: [['edit', '白桦', '--set', '预算范围=60万']] },
  { name: 'dates', writes: [['edit', '白桦', '--set', '预计成交日期=2026-12-20']] },
  { name: 'hidden', writes: [['log', '云杉', '打了电话']] },
];

describe('what a team typed keeps its bytes', () => {
  it.each(TABLES)(
    'table-$name',
    async ({ name, sheet = '客户信息跟踪表', part = 'sheet1', adopt = [], writes }) => {
      const folder = mkdtempSync(join(tmpdir(), 'funnel-table-'));
      const file = join(folder, 'table.xlsx');
      cpSync(join(import.meta.dirname, `../../fixtures/table-${name}.xlsx`), file);
      const before = readFileSync(file);
      const path = `xl/worksheets/${part}.xml`;
      const touched = new Set<string>();
      for (const command of [['adopt', 'table.xlsx', ...adopt], ...writes]) {
        const { code, out } = await runIn(folder, [...command, '--json']);
        expect([code, command]).toEqual([0, command]);
        for (const cell of written(out, sheet)) touched.add(cell);
      }
      const after = readFileSync(file);
      const [old, now] = [contentOf(before, path), contentOf(after, path)];
      const [oldCells, nowCells] = [cellBytes(old), cellBytes(now)];
      expect(oldCells.size).toBeGreaterThan(10);
      expect(oldCells.has(cellName(1, 1))).toBe(true);
      for (const [address, bytes] of oldCells)
        if (!touched.has(address)) expect(nowCells.get(address)).toBe(bytes);
      // Nothing else came but what was said.
      expect(
        [...nowCells.keys()].filter((address) => !oldCells.has(address) && !touched.has(address)),
      ).toEqual([]);
      for (const [row, attributes] of rowTags(old)) expect(rowTags(now).get(row)).toBe(attributes);
      const packages = comparePackages(before, after);
      expect(packages.removed).toEqual([]);
      const others = packages.changed.filter((entry) => /worksheets|sharedStrings|theme|drawing/.test(entry));
      expect(others).toEqual([path]);
    },
  );

  it('undo gives every table back, byte for byte', async () => {
    for (const { name, adopt = [], writes } of TABLES) {
      const folder = mkdtempSync(join(tmpdir(), 'funnel-table-'));
      const file = join(folder, 'table.xlsx');
      cpSync(join(import.meta.dirname, `../../fixtures/table-${name}.xlsx`), file);
      const before = readFileSync(file);
      for (const command of [['adopt', 'table.xlsx', ...adopt], ...writes]) await runIn(folder, command);
      for (let n = 0; n <= writes.length; n++) await runIn(folder, ['undo', '--yes']);
      expect([name, readFileSync(file).equals(before)]).toEqual([name, true]);
    }
  });
});
