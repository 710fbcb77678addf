// How well `dupes` judges the seeded pairs: `npx tsx test/dupes/measure.ts` prints precision, recall and every kind it misses.
import { pathToFileURL } from 'node:url';
import { parseIsoDay } from '../../src/core/date.ts';
import { findDuplicates } from '../../src/core/dupes.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { newMemory, readMemory } from '../core-domain/memory-book.ts';
import { KINDS, type PairRow, seededPairs } from './pairs.ts';

export interface Measured {
  readonly pairs: number;
  /** Of what is named as duplicates, how much is one. Any two deals of a group count, of other pairs too. */
  readonly precision: number;
  /** Of the duplicates, how many are named. */
  readonly recall: number;
  /** Wrong judgements by kind. */
  readonly wrong: ReadonlyMap<string, number>;
  /** Named together though they stand in two pairs. */
  readonly strangers: readonly string[];
}

/** All pairs in one table, as `dupes` sees them. */
export function measureDuplicates(): Measured {
  const pairs = seededPairs();
  const idOf = (pair: number, row: number) => `P${String(pair).padStart(3, '0')}-${row}`;
  const headers = FIELDS.map(({ header }) => header.zh);
  const cellsOf = (row: PairRow, pair: number, index: number) => {
    const cells: Readonly<Record<string, string>> = {
      客户名称: row.customer,
      需求标签: row.tags,
      联系方式: row.phone,
      当前阶段: row.stage ?? '线索获取',
      关联商机: row.linked ? idOf(pair, 0) : '',
      商机编号: idOf(pair, index),
      线索录入日期: '2026-05-11',
    };
    return headers.map((header) => cells[header] || null);
  };
  const rows = pairs.flatMap((pair, at) => pair.rows.map((row, index) => cellsOf(row, at, index)));
  const { deals } = readMemory(newMemory([headers, ...rows]), parseIsoDay('2026-11-27') ?? 0);
  const found = new Set<number>();
  const strangers: string[] = [];
  for (const group of findDuplicates(deals)) {
    const names = group.deals.map(({ row }) => ({ pair: Number(row.id?.slice(1, 4)), name: row.customer }));
    for (const [index, a] of names.entries())
      for (const b of names.slice(index + 1))
        if (a.pair === b.pair) found.add(a.pair);
        else strangers.push(`${a.name} / ${b.name}`);
  }
  const wrong = new Map<string, number>();
  for (const [at, { kind, isDuplicate }] of pairs.entries())
    if (found.has(at) !== isDuplicate) wrong.set(kind, (wrong.get(kind) ?? 0) + 1);
  const right = [...found].filter((at) => pairs[at]?.isDuplicate).length;
  return {
    pairs: pairs.length,
    precision: right / (found.size + strangers.length),
    recall: right / pairs.filter(({ isDuplicate }) => isDuplicate).length,
    wrong,
    strangers,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { pairs, precision, recall, wrong, strangers } = measureDuplicates();
  console.log(`${pairs} pairs: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
  for (const { kind, count, isDuplicate, miss } of KINDS)
    if (wrong.has(kind))
      console.log(
        `${isDuplicate ? 'missed' : 'named'} ${wrong.get(kind)} of ${count}: ${kind}\n  ${miss ?? 'UNEXPLAINED'}`,
      );
  for (const names of strangers) console.log(`strangers named together: ${names}`);
}
