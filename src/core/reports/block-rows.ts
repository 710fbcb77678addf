import type { CellInput } from '../sheet.ts';
import type { BlockKey } from './block-columns.ts';
import type { CohortRow } from './cohort.ts';
import type { ConversionRow } from './conversion.ts';
import type { SnapshotRow } from './snapshot.ts';
import { sumAmounts } from './totals.ts';

/** 转化 ÷ (期初 + 新增), worked out by the sheet itself, so that a figure corrected by hand corrects the rate. */
const RATE = 'IF({opening}+{entered}=0,"—",{converted}/({opening}+{entered}))';

/** One stage of the period view as it stands in 销售阶段转化率统计表. */
export function conversionBlockRow({
  cells,
  rate,
  customers,
  stay,
}: ConversionRow): ReadonlyMap<BlockKey, CellInput> {
  const count = (column: keyof typeof cells) => number(cells[column].length);
  const worth = (column: 'converted' | 'lost' | 'closing'): CellInput => ({
    kind: 'money',
    fen: sumAmounts(cells[column]),
  });
  return new Map<BlockKey, CellInput>([
    ['opening', count('opening')],
    ['entered', count('entered')],
    ['converted', count('converted')],
    ['lost', count('lost')],
    ['back', count('back')],
    ['closing', count('closing')],
    ['rate', rateInput(RATE, rate)],
    ['stay', days(stay.mean)],
    ['stayMedian', days(stay.median)],
    ['stays', number(stay.n)],
    ['customers', number(customers)],
    ['reentered', count('reentered')],
    ['skipped', count('skipped')],
    ['invalid', count('invalid')],
    ['convertedAmount', worth('converted')],
    ['lostAmount', worth('lost')],
    ['closingAmount', worth('closing')],
  ]);
}

/** One stage of a cohort. */
export function cohortBlockRow({ cells, rate, customers }: CohortRow): ReadonlyMap<BlockKey, CellInput> {
  return new Map<BlockKey, CellInput>([
    ['reached', number(cells.reached.length)],
    ['advanced', number(cells.advanced.length)],
    ['ended', number(cells.lost.length)],
    ['unfinished', number(cells.open.length)],
    ['rate', rateInput('IF({reached}=0,"—",{advanced}/{reached})', rate)],
    ['customers', number(customers)],
  ]);
}

/** One stage as it stands on a day. */
export function snapshotBlockRow({ cells, customers }: SnapshotRow): ReadonlyMap<BlockKey, CellInput> {
  return new Map<BlockKey, CellInput>([
    ['closing', number(cells.count.length)],
    ['customers', number(customers)],
    ['closingAmount', { kind: 'money', fen: sumAmounts(cells.count) }],
  ]);
}

function rateInput(formula: string, rate: number | null): CellInput {
  return {
    kind: 'formula',
    formula,
    shows: rate === null ? { kind: 'text', text: '—' } : { kind: 'percent', value: rate },
  };
}

function number(value: number): CellInput {
  return { kind: 'number', value };
}

/** To a tenth, as the report prints them. */
function days(value: number | null): CellInput {
  return value === null ? { kind: 'blank' } : number(Math.round(value * 10) / 10);
}
