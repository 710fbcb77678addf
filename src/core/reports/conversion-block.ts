import { columnHeader } from '../columns.ts';
import type { Day } from '../date.ts';
import type { Message } from '../message.ts';
import type { CellInput } from '../sheet.ts';
import type { BlockRow, ReportBlock } from './block.ts';
import type { BlockKey } from './block-columns.ts';
import type { Conversion, ConversionRow } from './conversion.ts';
import type { ReportInput } from './report.ts';
import { sumAmounts } from './totals.ts';

/** The period view as rows for 销售阶段转化率统计表. */
export function conversionBlock(
  { period, by }: ReportInput,
  asOf: Day,
  whole: Conversion,
  groups: readonly (Conversion & { readonly title: Message })[],
  notes: readonly Message[],
): ReportBlock {
  const said = notes.map(({ zh }) => zh).join(';');
  const rowsOf = ({ rows }: Conversion, group: string | null) =>
    rows.map(
      (row, index): BlockRow => ({
        stage: row.stage,
        group,
        cells: rowCells(row, asOf, group === null && index === 0 ? said : ''),
      }),
    );
  return {
    period,
    scope: '期间(按商机)',
    by: by === null ? null : columnHeader(by),
    rows: [...rowsOf(whole, null), ...groups.flatMap((group) => rowsOf(group, group.title.zh))],
  };
}

/** 转化 ÷ (期初 + 新增), worked out by the sheet itself, so that a figure corrected by hand corrects the rate. */
const RATE = 'IF({opening}+{entered}=0,"—",{converted}/({opening}+{entered}))';

function rowCells(
  { cells, rate, customers, stay }: ConversionRow,
  asOf: Day,
  notes: string,
): ReadonlyMap<BlockKey, CellInput> {
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
    [
      'rate',
      {
        kind: 'formula',
        formula: RATE,
        shows: rate === null ? { kind: 'text', text: '—' } : { kind: 'percent', value: rate },
      },
    ],
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
    ['asOf', { kind: 'date', day: asOf }],
    ['notes', notes === '' ? { kind: 'blank' } : { kind: 'text', text: notes }],
  ]);
}

function number(value: number): CellInput {
  return { kind: 'number', value };
}

/** To a tenth, as the report prints them. */
function days(value: number | null): CellInput {
  return value === null ? { kind: 'blank' } : number(Math.round(value * 10) / 10);
}
