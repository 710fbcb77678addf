import type { Grid } from '../core/grid.ts';
import { padEndTo } from '../core/text.ts';
import { painter } from './color.ts';
import { cellNumber } from './grid-cell.ts';
import type { GridStyle } from './terminal.ts';

export interface TerminalBars {
  /** What each filling stands for. */
  readonly legend: string;
  /** The line of a row (from 0) with its bar; other lines as they are. */
  beside(line: string, row: number): string;
}

const GAP = 2;
const NARROWEST = 8;
const WIDEST = 40;

/**
 * The bars of a grid to the right of its table of `width` columns; null where it has none, or the terminal has no room.
 * Parts are told apart by how they are filled, so that no colour is needed.
 */
export function drawBars(
  grid: Grid,
  width: number,
  { lang, columns, color }: GridStyle,
): TerminalBars | null {
  const series = grid.charts?.find(({ kind }) => kind === 'bars')?.series ?? [];
  const room = Math.min(WIDEST, columns - width - GAP);
  if (series.length === 0 || room < NARROWEST) return null;
  const paint = painter(color);
  const parts = [
    { fill: '█', paint: paint.green },
    { fill: '▒', paint: paint.red },
    { fill: '▓', paint: paint.yellow },
    { fill: '░', paint: paint.dim },
  ].slice(0, series.length);
  const values = grid.rows.map((row) => series.map((col) => cellNumber(row[col]) ?? 0));
  const scale = room / (Math.max(...values.map((row) => row.reduce((sum, value) => sum + value, 0))) || 1);
  return {
    legend: parts
      .map(({ fill }, index) => `${fill} ${grid.columns[series[index] ?? 0]?.title[lang] ?? ''}`)
      .join('  '),
    beside(line, row) {
      // Ends are rounded, not lengths, so that a bar is as long as its sum.
      let end = 0;
      const bar = parts.map((part, index) => {
        const start = Math.round(end * scale);
        end += values[row]?.[index] ?? 0;
        return part.paint(part.fill.repeat(Math.round(end * scale) - start));
      });
      return row in values ? `${padEndTo(line, width)}${' '.repeat(GAP)}${bar.join('')}` : line;
    },
  };
}
