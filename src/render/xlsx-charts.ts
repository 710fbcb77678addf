import type { PlacedChart } from '../core/chart.ts';
import type { Grid } from '../core/grid.ts';
import { columnLetters } from '../core/sheet.ts';
import type { FormatOptions } from './format.ts';
import { cellNumber, cellWords } from './grid-cell.ts';
import { formatOf, safeText } from './xlsx-cell.ts';

/** Where a grid stands in a sheet: the row of its header, the first free row below it, its columns' widths. */
interface TablePlace {
  readonly sheet: string;
  readonly head: number;
  readonly top: number;
  readonly widths: readonly number[];
}

const CHART_ROWS = 14;

/** Charts of a grid two in a row under it, over rows that are left empty for them (`chartRows`). */
export function placeCharts(grid: Grid, place: TablePlace, options: FormatOptions): readonly PlacedChart[] {
  const { lang } = options;
  const { sheet, head, top, widths } = place;
  const range = (col: number, from: number, to: number) => {
    const letters = columnLetters(col + 1);
    const last = to === from ? '' : `:$${letters}$${to}`;
    return `'${sheet.replaceAll("'", "''")}'!$${letters}$${from}${last}`;
  };
  const [first, last] = [head + 1, head + grid.rows.length];
  const middle = middleOf(widths);
  const charts = grid.charts ?? [];
  return charts.map(({ kind, title, series }, index) => {
    const isRight = index % 2 === 1;
    const isAlone = !isRight && index === charts.length - 1;
    const above = top + Math.floor(index / 2) * CHART_ROWS;
    return {
      kind,
      title: safeText(title[lang], options),
      labels: grid.rows.map(([cell]) => safeText(cellWords(cell ?? { kind: 'empty' }, lang), options)),
      labelsRef: range(0, first, last),
      series: series.map((col) => ({
        name: safeText(grid.columns[col]?.title[lang] ?? '', options),
        nameRef: range(col, head, head),
        values: grid.rows.map((cells) => cellNumber(cells[col])),
        valuesRef: range(col, first, last),
        format: formatOf(grid.rows[0]?.[col]),
      })),
      place: {
        sheet,
        top: above,
        bottom: above + CHART_ROWS - 1,
        left: isRight ? middle + 1 : 1,
        right: isRight || isAlone ? widths.length : middle,
      },
    };
  });
}

/** Rows that the charts of a grid stand over. */
export function chartRows({ charts }: Grid): number {
  return Math.ceil((charts?.length ?? 0) / 2) * CHART_ROWS;
}

/** Whether there is anything to draw. */
export function hasCharts({ charts, rows }: Grid): boolean {
  return charts !== undefined && charts.length > 0 && rows.length > 0;
}

/** The number of columns to the left of the column edge nearest to the middle. */
function middleOf(widths: readonly number[]): number {
  const half = widths.reduce((sum, width) => sum + width, 0) / 2;
  let [count, left] = [0, 0];
  while (count < widths.length - 1 && left + (widths[count] ?? 0) / 2 < half) left += widths[count++] ?? 0;
  return count;
}
