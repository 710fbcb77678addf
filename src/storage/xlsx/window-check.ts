import { findRowIndex, type PackedSheet, rowAt } from '../../core/packed-sheet.ts';
import type { CellValue, SheetRow } from '../../core/sheet.ts';
import type { SharedStrings } from './shared-strings.ts';
import { type CellContext, openSheet, readSheetRows } from './sheet.ts';
import { sameValue } from './sheet-draft.ts';
import type { SheetWindow } from './sheet-window.ts';

/** What no text in a workbook begins with. */
const NUMBERED = '\u0000#';

/** Shared strings of which only the number counts: enough to tell whether two cells of one workbook show the same. */
export function numberedStrings({ count }: SharedStrings): SharedStrings {
  return { count, textOf: (index) => (index < count ? `${NUMBERED}${index}` : undefined) };
}

/** The text itself, where a cell was read with `numberedStrings`. */
export function withText(value: CellValue | undefined, strings: SharedStrings): CellValue | undefined {
  if (value?.kind !== 'text' || !value.text.startsWith(NUMBERED)) return value;
  return { kind: 'text', text: strings.textOf(Number(value.text.slice(NUMBERED.length))) ?? '' };
}

/** Whether rows that are about to change stand in the workbook as they were packed, every cell of them. */
export function areAsPacked(
  { part }: SheetWindow,
  packed: PackedSheet,
  rows: ReadonlySet<number>,
  { formats, strings }: CellContext,
): boolean {
  let areSame = true;
  const numbered = numberedStrings(strings());
  const compare = ({ row, cells }: SheetRow) => {
    const index = findRowIndex(packed, row);
    const known = index < packed.count && packed.rows[index] === row ? rowAt(packed, index).cells : [];
    for (let at = Math.max(cells.length, known.length) - 1; at >= 0; at--)
      areSame &&= sameValue(withText(cells[at], strings()), known[at]);
    return areSame;
  };
  readSheetRows(openSheet(part), { formats, strings: () => numbered }, compare, ({ row }) => rows.has(row));
  return areSame;
}
