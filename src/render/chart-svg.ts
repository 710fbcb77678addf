import type { Grid, GridChart } from '../core/grid.ts';
import type { Lang } from '../core/message.ts';
import { displayWidth, wrapText } from '../core/text.ts';
import { cellNumber, cellWords } from './grid-cell.ts';

/** Text on its way into HTML: escaped, and whatever else a document hides. */
export type SafeText = (text: string) => string;

/**
 * A chart of a grid as inline SVG. It is drawn for a phone's width and scales up; colours come from the page (`s1`…`s4`),
 * so that they follow light and dark. Every number of the grid that it shows stands beside its mark.
 */
export function drawChart(chart: GridChart, grid: Grid, lang: Lang, safe: SafeText): string {
  const series = chart.series.map((col, index) => ({
    name: grid.columns[col]?.title[lang] ?? '',
    color: `s${index + 1}`,
    marks: grid.rows.map((row) => {
      const cell = row[col] ?? { kind: 'empty' };
      const words = cell.kind === 'count' ? String(cell.value) : cellWords(cell, lang);
      return { value: cellNumber(cell), words };
    }),
  }));
  const labels = grid.rows.map(([first]) => cellWords(first ?? { kind: 'empty' }, lang));
  const legend = series.length > 1 ? drawLegend(series, safe) : { svg: '', height: 0 };
  const { svg, height } = DRAW[chart.kind](labels, series, legend.height, safe);
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${safe(chart.title[lang])}">${legend.svg}${svg}</svg>`;
}

interface Series {
  readonly name: string;
  readonly color: string;
  readonly marks: readonly { readonly value: number | null; readonly words: string }[];
}
type Draw = (
  labels: readonly string[],
  series: readonly Series[],
  top: number,
  safe: SafeText,
) => { readonly svg: string; readonly height: number };

const WIDTH = 360;
const LINE = 13;
/** Of 11-pixel letters, one column of a terminal. */
const LETTER = 5.8;

/** One bar a row, its parts end to end, the sum behind it where there are several. */
const drawBars: Draw = (labels, series, top, safe) => {
  const names = labels.map((label) => wrapText(label, 22));
  const left = 8 + LETTER * Math.max(...names.flat().map(displayWidth));
  const sums = labels.map((_, row) => series.reduce((sum, { marks }) => sum + (marks[row]?.value ?? 0), 0));
  const scale = (WIDTH - left - 34) / (Math.max(...sums) || 1);
  const step = Math.max(26, LINE * Math.max(...names.map(({ length }) => length)) + 8);
  const rows = labels.map((_, row) => {
    const y = top + row * step + 4;
    const middle = y + (step - 8) / 2;
    let x = left;
    const parts = series.map(({ color, marks }) => {
      const { value, words } = marks[row] ?? { value: null, words: '' };
      const size = (value ?? 0) * scale;
      const at = x;
      x += size;
      if (size === 0) return '';
      const bar = `<rect class="${color}" x="${round(at)}" y="${round(y)}" width="${round(size)}" height="${step - 8}"/>`;
      const fits = series.length > 1 && size > LETTER * displayWidth(words) + 4;
      return fits ? `${bar}${label(words, at + size / 2, middle + 4, 'in', safe)}` : bar;
    });
    const name = names[row] ?? [];
    const first = middle + 4 - ((name.length - 1) * LINE) / 2;
    const words = name.map((line, index) => label(line, left - 6, first + index * LINE, 'end', safe));
    const sum = series.length === 1 ? (series[0]?.marks[row]?.words ?? '') : String(sums[row] ?? 0);
    return `${words.join('')}${parts.join('')}${label(sum, x + 4, middle + 4, 'start', safe)}`;
  });
  return { svg: rows.join(''), height: round(top + labels.length * step + 4) };
};

const PLOT = 120;

/** Columns side by side above the name of their row, each under its number. */
const drawColumns: Draw = (labels, series, top, safe) => {
  const base = top + PLOT + 18;
  const step = WIDTH / Math.max(1, labels.length);
  const most = mostOf(series);
  const width = Math.min(34, (step * 0.8) / series.length);
  const columns = labels.map((_, row) =>
    series.map(({ color, marks }, index) => {
      const { value, words } = marks[row] ?? { value: null, words: '' };
      const x = step * (row + 0.5) + (index - series.length / 2) * width;
      const height = most === 0 ? 0 : (PLOT * (value ?? 0)) / most;
      const bar = `<rect class="${color}" x="${round(x + 1)}" y="${round(base - height)}" width="${round(width - 2)}" height="${round(height)}"/>`;
      return `${height > 0 ? bar : ''}${label(words, x + width / 2, base - height - 4, 'mid', safe)}`;
    }),
  );
  return {
    svg: `${columns.flat().join('')}${axis(base)}${drawNames(labels, base, safe)}`,
    height: nameBottom(labels, base),
  };
};

/** Lines from row to row; a gap where nothing is known. The first line's numbers stand above it, the next one's below. */
const drawLines: Draw = (labels, series, top, safe) => {
  const base = top + PLOT + 34;
  const step = WIDTH / Math.max(1, labels.length);
  const most = mostOf(series) || 1;
  const lines = series.map(({ color, marks }, index) => {
    const points = marks.map(({ value, words }, row) =>
      value === null
        ? null
        : { x: round(step * (row + 0.5)), y: round(base - 16 - (PLOT * value) / most), words },
    );
    const path = points.map(
      (point, at) => point && `${at > 0 && points[at - 1] ? 'L' : 'M'}${point.x} ${point.y}`,
    );
    const dots = points.map((point) =>
      point
        ? `<circle class="${color}" cx="${point.x}" cy="${point.y}" r="3"/>${label(point.words, point.x, point.y + (index === 0 ? -7 : 15), 'mid', safe)}`
        : '',
    );
    return `<path class="line ${color}" d="${path.filter((each) => each !== null).join('')}"/>${dots.join('')}`;
  });
  return {
    svg: `${lines.join('')}${axis(base)}${drawNames(labels, base, safe)}`,
    height: nameBottom(labels, base),
  };
};

const DRAW: Readonly<Record<GridChart['kind'], Draw>> = {
  bars: drawBars,
  columns: drawColumns,
  lines: drawLines,
};

function mostOf(series: readonly Series[]): number {
  return Math.max(0, ...series.flatMap(({ marks }) => marks.map(({ value }) => value ?? 0)));
}

function drawLegend(series: readonly Series[], safe: SafeText) {
  let x = 2;
  const entries = series.map(({ name, color }) => {
    const at = x;
    x += 24 + LETTER * displayWidth(name);
    return `<rect class="${color}" x="${at}" y="2" width="10" height="10"/>${label(name, at + 14, 11, 'start', safe)}`;
  });
  return { svg: entries.join(''), height: 20 };
}

/** Names under an axis, wrapped to what lies between two of them: at their bracket first. */
function nameLines(labels: readonly string[]): readonly (readonly string[])[] {
  const width = Math.max(4, Math.floor(WIDTH / labels.length / 5.2));
  return labels.map((text) => wrapText(text.replace(' (', '\n('), width));
}

function drawNames(labels: readonly string[], base: number, safe: SafeText): string {
  const step = WIDTH / labels.length;
  return nameLines(labels)
    .map((lines, row) =>
      lines
        .map((line, index) => label(line, step * (row + 0.5), base + 15 + index * LINE, 'mid', safe))
        .join(''),
    )
    .join('');
}

function nameBottom(labels: readonly string[], base: number): number {
  return base + 8 + LINE * Math.max(1, ...nameLines(labels).map(({ length }) => length));
}

function axis(y: number): string {
  return `<path class="axis" d="M0 ${y}H${WIDTH}"/>`;
}

function label(text: string, x: number, y: number, kind: string, safe: SafeText): string {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}">${safe(text)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
