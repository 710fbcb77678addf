import Table from 'cli-table3';
import type { Grid, GridColumn } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { displayWidth, padEndTo, padStartTo, visible, wrapText } from '../core/text.ts';
import { type Painter, painter } from './color.ts';
import { cellWords } from './grid-cell.ts';
import { drawBars } from './terminal-bars.ts';
import { stackRows } from './terminal-stack.ts';

export interface GridStyle {
  readonly lang: Lang;
  /** Columns of the terminal. */
  readonly columns: number;
  readonly color: boolean;
  /** For screen readers: no columns side by side, no rules, no bars. */
  readonly plain: boolean;
}

/** cli-table3 needs a minute for 20,000 rows; a list that long is read by a pipe anyway. */
const MOST_TABLE_ROWS = 300;
/** What reads from a pipe has so many columns; a narrower screen gets no list that is wider than itself. */
const PIPE_COLUMNS = 80;
const NARROWEST = 8;
/** Longer words may break: an address of a web page. */
const LONGEST_WORD = 24;
/** In a plain list a column is not padded beyond this. */
const WIDEST_IN_LIST = 40;
/** Columns between two columns, where there is room. */
const GAP = 2;
/** Of a table that fits: its header and the rule. */
const HEAD_LINES = 2;

/**
 * A grid as lines of text: title, table fitted to the terminal's width, notes. Long grids become a plain aligned list;
 * where the terminal is too narrow, or `plain` is asked for, row stands below row (`terminal-stack.ts`).
 */
export function renderGrid(grid: Grid, style: GridStyle): string {
  const paint = painter(style.color);
  // Titles and notes may hold words of the team's own: an owner, a column.
  const words = (text: string) => visible(text, { newlines: true });
  const head = grid.columns.map((column) => words(column.title[style.lang]));
  const body = grid.rows.map((row) => row.map((cell) => cellWords(cell, style.lang)));
  const natural = naturalWidths([head, ...body]);
  const fitted = style.plain
    ? null
    : fitWidths(natural, narrowestWidths(head, body), grid.columns, style.columns);
  const isLong = body.length > MOST_TABLE_ROWS && style.columns >= PIPE_COLUMNS;
  const bars = isLong || fitted === null ? null : drawBars(grid, totalWidth(natural, GAP), style);
  const isRepeat = (row: number) => row > 0 && grid.rows[row]?.[0]?.kind === 'text' && body[row]?.[0] === '';
  const lines = style.plain
    ? stackRows(head, body, isRepeat, style.columns, paint)
    : isLong
      ? plainList(head, body, grid.columns)
      : fitted === null
        ? stackRows(head, body, isRepeat, style.columns, paint)
        : table(head, body, grid, fitted, paint).map(
            (line, index) => bars?.beside(line, index - HEAD_LINES) ?? line,
          );
  return [
    ...(grid.title
      ? wrapText(words(grid.title[style.lang]), style.columns).map((line) => paint.bold(line))
      : []),
    ...lines.map((line) => line.trimEnd()),
    ...(bars ? wrapText(bars.legend, style.columns) : []),
    ...grid.notes.flatMap((note) => wrapText(words(note[style.lang]), style.columns)),
  ].join('\n');
}

/** Every cell is wrapped and padded here, by display width: the package only joins them (its own wrapping cuts Chinese). */
function table(
  head: readonly string[],
  body: readonly (readonly string[])[],
  { columns, rows }: Grid,
  { widths, gap }: Fitted,
  paint: Painter,
): string[] {
  const between = ' '.repeat(gap);
  const laid = new Table({
    head: layRow(head, widths, columns).map((cell) =>
      cell
        .split('\n')
        .map((line) => paint.bold(line))
        .join('\n'),
    ),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { ...NO_LINES, mid: '─', 'mid-mid': '─'.repeat(gap), middle: between },
  });
  body.forEach((row, index) => {
    const cells = rows[index] ?? [];
    const isFaint = (col: number) => cells[col]?.kind === 'rate' && cells[col].small === true;
    laid.push(layRow(row, widths, columns).map((text, col) => (isFaint(col) ? paint.dim(text) : text)));
  });
  return laid.toString().split('\n');
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  right: '',
  'right-mid': '',
};

function layRow(
  cells: readonly string[],
  widths: readonly number[],
  columns: readonly GridColumn[],
): string[] {
  return cells.map((cell, index) => {
    const width = widths[index] ?? 0;
    const pad = columns[index]?.align === 'right' ? padStartTo : padEndTo;
    return wrapText(cell, Math.max(1, width))
      .map((line) => pad(line, width))
      .join('\n');
  });
}

interface Fitted {
  readonly widths: readonly number[];
  readonly gap: number;
}

/** Two spaces between columns, else one; then the widest text column gives way until the table fits. Null: it cannot. */
function fitWidths(
  natural: readonly number[],
  narrowest: readonly number[],
  columns: readonly GridColumn[],
  available: number,
): Fitted | null {
  if (totalWidth(natural, GAP) <= available) return { widths: natural, gap: GAP };
  const widths = [...natural];
  while (totalWidth(widths, 1) > available) {
    const texts = widths.map((width, index) =>
      columns[index]?.align === 'left' && width > (narrowest[index] ?? 0) ? width : 0,
    );
    const widest = Math.max(...texts);
    if (widest === 0) return null;
    widths[texts.indexOf(widest)] = widest - 1;
  }
  return { widths, gap: 1 };
}

/** A text column is not squeezed below eight, nor so that an id, a day or a phone number breaks. */
function narrowestWidths(head: readonly string[], body: readonly (readonly string[])[]): readonly number[] {
  return head.map((_, col) =>
    Math.max(
      NARROWEST,
      ...body.flatMap((row) =>
        ((row[col] ?? '').match(/[!-~]+/g) ?? []).map(({ length }) => Math.min(length, LONGEST_WORD)),
      ),
    ),
  );
}

function totalWidth(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1);
}

function plainList(
  head: readonly string[],
  body: readonly (readonly string[])[],
  columns: readonly GridColumn[],
): string[] {
  const widths = naturalWidths([head, ...body]).map((width) => Math.min(width, WIDEST_IN_LIST));
  return [head, ...body].map((row) =>
    row
      .map((cell, index) =>
        (columns[index]?.align === 'right' ? padStartTo : padEndTo)(cell, widths[index] ?? 0),
      )
      .join('  '),
  );
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, ...cell.split('\n').map(displayWidth));
    });
  return widths;
}
