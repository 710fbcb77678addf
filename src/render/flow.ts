import { displayWidth, wrapText } from '../core/text.ts';

/**
 * Items one behind the other, `gap` between them, broken into lines of at most `columns` between two items where that
 * is possible; further lines are indented by `indent`. Items are ready to be shown, and may be painted if they are short.
 */
export function flowLines(
  items: readonly string[],
  columns: number,
  { first, indent, gap }: { readonly first: string; readonly indent: string; readonly gap: string },
): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const put = (item: string) => {
    if (!isEmpty && displayWidth(line + gap + item) > columns) {
      lines.push(line.trimEnd());
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? item : `${gap}${item}`;
    isEmpty = false;
  };
  const room = Math.max(1, columns - Math.max(displayWidth(first), displayWidth(indent)));
  for (const item of items)
    for (const piece of displayWidth(item) > room ? wrapText(item, room) : [item]) put(piece);
  return isEmpty ? lines : [...lines, line.trimEnd()];
}
