import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const NOW = Date.parse('2026-11-23T02:00:00Z');

/** A folder with the sample team of today. */
async function sampleFolder(): Promise<string> {
  const folder = freshFolder();
  await runIn(folder, ['init', '--sample'], { now: NOW });
  return folder;
}

const COUNTED = ['opening', 'entered', 'converted', 'lost', 'back', 'closing'] as const;
type Row = Readonly<Record<(typeof COUNTED)[number], number>>;
interface ReportJson {
  readonly rows: readonly Row[];
  readonly totals: unknown;
  readonly groups: readonly { readonly key: string | null; readonly rows: readonly Row[] }[];
}

async function jsonOf<T>(folder: string, ...argv: string[]): Promise<T> {
  const ran = await runIn(folder, [...argv, '--json'], { now: NOW });
  expect([ran.code, ran.err]).toEqual([0, expect.any(String)]);
  return JSON.parse(ran.out);
}

interface Listed {
  readonly id: string;
  readonly owner: string | null;
  readonly stage: string;
  readonly phone: string;
}

/** The sample's owner with most deals in hand, and another one. */
async function leaverOf(folder: string) {
  const deals = await jsonOf<Listed[]>(folder, 'list');
  const counts = new Map<string, number>();
  for (const { owner } of deals) if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const [[from] = [''], [to] = ['']] = [...counts].sort((a, b) => b[1] - a[1]);
  const open = deals.filter(({ owner, stage }) => owner === from && stage !== 'lost' && stage !== 'invalid');
  return { deals, from, to, open };
}

describe('a leaver', () => {
  it('hands over everything that is not lost; no total changes, the closed quarter keeps its owners, every group balances', async () => {
    const folder = await sampleFolder();
    const { from, to, open } = await leaverOf(folder);
    expect(open.length).toBeGreaterThan(5);
    const reports = () =>
      Promise.all(
        ['last', 'this'].map((quarter) =>
          jsonOf<ReportJson>(folder, 'report', '--quarter', quarter, '--by', 'owner'),
        ),
      );
    const before = await reports();
    const done = await jsonOf<{ ids: string[] }>(folder, 'assign', to, '--from', from);
    expect(done.ids).toEqual(open.map(({ id }) => id));
    const after = await reports();
    expect(after[0]).toEqual(before[0]);
    expect([after[1]?.rows, after[1]?.totals]).toEqual([before[1]?.rows, before[1]?.totals]);
    for (const { rows, groups } of after) {
      for (const [index, whole] of rows.entries()) {
        for (const column of COUNTED)
          expect(groups.reduce((sum, group) => sum + (group.rows[index]?.[column] ?? 0), 0)).toBe(
            whole[column],
          );
      }
      for (const { opening, entered, converted, lost, back, closing } of groups.flatMap(
        (group) => group.rows,
      ))
        expect(opening + entered).toBe(converted + lost + back + closing);
    }
    const closing = (report: ReportJson | undefined, owner: string) =>
      report?.groups.find(({ key }) => key === owner)?.rows.reduce((sum, row) => sum + row.closing, 0) ?? 0;
    expect(closing(after[1], from)).toBe(0);
    expect(closing(after[1], to)).toBe(closing(before[1], to) + closing(before[1], from));
  });

  it('comes back whole with one undo', async () => {
    const folder = await sampleFolder();
    const { from, to } = await leaverOf(folder);
    const path = join(folder, '销售漏斗.xlsx');
    const bytes = readFileSync(path);
    await runIn(folder, ['assign', to, '--from', from], { now: NOW });
    expect(readFileSync(path).equals(bytes)).toBe(false);
    await runIn(folder, ['undo'], { now: NOW });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it.each([
    [[], (phone: string) => phone.replace(/^(1\d{2})\d{4}(\d{4})$/, '$1****$2'), 'masked'],
    [['--with-phones'], (phone: string) => phone, 'readable'],
  ] as const)('leaves a list with a row for each deal, phones %s', async (flags, shown, _why) => {
    const folder = await sampleFolder();
    const { from, to, open } = await leaverOf(folder);
    await runIn(folder, ['assign', to, '--from', from, '--handover', '交接.xlsx', ...flags], { now: NOW });
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(folder, '交接.xlsx'));
    const sheet = book.getWorksheet('交接清单');
    const rows: ExcelJS.CellValue[][] = [];
    sheet?.eachRow((row) => rows.push((row.values as ExcelJS.CellValue[]).slice(1)));
    const [, head = [], ...body] = rows;
    const at = (name: string) => head.indexOf(name);
    expect(new Set(body.map((cells) => cells[at('商机编号')]))).toEqual(new Set(open.map(({ id }) => id)));
    for (const { id, phone } of open)
      expect(body.find((cells) => cells[at('商机编号')] === id)?.[at('联系方式')]).toBe(shown(phone));
    expect(new Set(body.map((cells) => cells[at('原负责人')]))).toEqual(new Set([from]));
  });
});

describe('several deals', () => {
  it('are given away all or none, in one save', async () => {
    const folder = await sampleFolder();
    const { open, to } = await leaverOf(folder);
    const ids = open.slice(0, 4).map(({ id }) => id);
    const path = join(folder, '销售漏斗.xlsx');
    const bytes = readFileSync(path);
    const refused = await runIn(folder, ['assign', to, ...ids, '没有这个客户'], { now: NOW });
    expect([refused.code, readFileSync(path).equals(bytes)]).toEqual([2, true]);
    const done = await jsonOf<{ ids: string[] }>(folder, 'assign', to, ...ids, String(ids[0]));
    expect(done.ids).toEqual(ids);
    const saves = await jsonOf<unknown[]>(folder, 'undo', '--list');
    expect(saves).toHaveLength(1);
  });

  it.each(['', ' ', 'L20261123-001', '20261123-001', '\u001b[31m李强', '李\u202e强'])(
    'go to nobody called %j',
    async (owner) => {
      const folder = await sampleFolder();
      const path = join(folder, '销售漏斗.xlsx');
      const bytes = readFileSync(path);
      const { open } = await leaverOf(folder);
      const ran = await runIn(folder, ['assign', owner, String(open[0]?.id)], { now: NOW });
      expect([ran.code, readFileSync(path).equals(bytes)]).toEqual([2, true]);
    },
  );

  it('leave nothing behind where the book cannot be saved', async () => {
    const folder = await sampleFolder();
    const { from, to } = await leaverOf(folder);
    writeFileSync(join(folder, '~$销售漏斗.xlsx'), '');
    const ran = await runIn(folder, ['assign', to, '--from', from, '--handover', '交接.csv', '--wait', '0'], {
      now: NOW,
    });
    expect(ran.code).toBe(5);
    expect(() => readFileSync(join(folder, '交接.csv'))).toThrow();
  });
});
