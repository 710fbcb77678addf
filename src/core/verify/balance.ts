import type { Book } from '../book.ts';
import { dataFinding, type Finding } from '../finding.ts';
import type { KeptTable } from '../kept-table.ts';
import type { Message } from '../message.ts';
import { commandOn } from '../paste.ts';
import { type Period, parsePeriodText } from '../period.ts';
import type { BlockKey } from '../reports/block-columns.ts';
import type { SheetRow } from '../sheet.ts';
import { placeName } from '../sheet.ts';
import { readIntegerCell, readTextCell } from '../values.ts';

/** One row of 销售阶段转化率统计表, as far as sums go. */
interface Line {
  readonly row: SheetRow;
  /** 统计周期 as it stands, that of the row above where it is left blank. */
  readonly label: string;
  readonly period: Period | null;
  readonly stage: string;
  /** 口径, grouping and group: lines of the same count are compared. */
  readonly view: string;
  readonly counts: Readonly<Record<Count, number>>;
}

const COUNTS = [
  'opening',
  'entered',
  'converted',
  'lost',
  'back',
  'closing',
] as const satisfies readonly BlockKey[];
type Count = (typeof COUNTS)[number];

/** Rows in which 期初 + 新增 is not 转化 + 流失 + 退回 + 期末, or 期末 of a period not 期初 of the next. Writing the report again mends them. */
export function findUnbalanced(book: Book, table: KeptTable): readonly Finding[] {
  const lines = readLines(table);
  return lines.flatMap((line) => {
    const { opening, entered, converted, lost, back, closing } = line.counts;
    if (opening + entered !== converted + lost + back + closing) {
      const sum = `${opening} + ${entered} ≠ ${converted} + ${lost} + ${back} + ${closing}`;
      return unbalanced(book, table, line, 'opening', {
        zh: `期初 + 新增 ≠ 转化 + 流失 + 退回 + 期末(${sum})`,
        en: `opening + entered ≠ converted + lost + back + closing (${sum})`,
      });
    }
    const next = lines.find(
      ({ period, stage, view }) =>
        stage === line.stage && view === line.view && line.period && period?.from === line.period.to + 1,
    );
    if (!next || next.counts.opening === closing || lengthOf(next) !== lengthOf(line)) return [];
    return unbalanced(book, table, next, 'opening', {
      zh: `期初 ${next.counts.opening} ≠ ${line.label} 的期末 ${closing}`,
      en: `opening ${next.counts.opening} ≠ closing ${closing} of ${line.label}`,
    });
  });
}

/** Quarters are compared with quarters, months with months: about as long. */
function lengthOf({ period }: Line): number {
  return period ? Math.round((period.to - period.from) / 30) : 0;
}

/** Rows with all six counts: the period view's, not a blank form or another view. */
function readLines({ rows, columns }: KeptTable): readonly Line[] {
  const cell = (row: SheetRow, key: BlockKey) => row.cells[(columns.get(key) ?? 0) - 1];
  let label = '';
  return rows.flatMap((row): Line[] => {
    label = readTextCell(cell(row, 'period')).trim() || label;
    const numbers = COUNTS.map((key) => {
      const value = cell(row, key);
      // A table without the column 退回 had none.
      return value === undefined ? (key === 'back' ? 0 : null) : readIntegerCell(value);
    });
    if (numbers.some((number) => number === null)) return [];
    const counts = Object.fromEntries(COUNTS.map((key, index) => [key, numbers[index] ?? 0]));
    return [
      {
        row,
        label,
        period: parsePeriodText(label),
        stage: readTextCell(cell(row, 'stage')).trim(),
        view: (['scope', 'by', 'group'] as const)
          .map((key) => readTextCell(cell(row, key)).replace(/[(（].*/, ''))
          .join('\n'),
        counts: counts as Record<Count, number>,
      },
    ];
  });
}

function unbalanced(book: Book, table: KeptTable, line: Line, key: BlockKey, what: Message): Finding {
  const place = { sheet: table.sheet, row: line.row.row, col: table.columns.get(key) ?? 1 };
  const quarter = /^\d{4}\s*-?Q[1-4]$/i.test(line.label) ? line.label : null;
  return dataFinding('unbalanced', {
    place,
    explain: {
      zh: `${placeName(place)} ${line.label}「${line.stage}」${what.zh}`,
      en: `${placeName(place)} ${line.label} “${line.stage}”: ${what.en}`,
    },
    next: quarter && commandOn(book, 'report', '--quarter', quarter, '--write'),
  });
}
