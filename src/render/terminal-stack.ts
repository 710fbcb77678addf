import { wrapText } from '../core/text.ts';
import type { Painter } from './color.ts';
import { flowLines } from './flow.ts';

/**
 * A table for screens too narrow for its columns, and for screen readers: each row under its own first word, every
 * other value behind its title. Nothing is cut, nothing drawn. `isRepeat` tells where an empty first cell says what
 * the row above said.
 */
export function stackRows(
  head: readonly string[],
  body: readonly (readonly string[])[],
  isRepeat: (row: number) => boolean,
  columns: number,
  paint: Painter,
): string[] {
  let above = '';
  return body.flatMap((row, index) => {
    const named = isRepeat(index) ? [above, ...row.slice(1)] : row;
    above = named[0] ?? '';
    const at = named.findIndex((cell) => cell !== '');
    const items = named.flatMap((cell, col) =>
      cell === '' || col === at ? [] : `${head[col] ?? ''}: ${cell}`,
    );
    return [
      ...wrapText(named[at] ?? '', columns).map((line) => paint.bold(line)),
      ...flowLines(items, columns, { first: INDENT, indent: INDENT, gap: GAP }),
    ];
  });
}

const INDENT = '  ';
/** Wide enough to be told from the space within a value. */
const GAP = '   ';
