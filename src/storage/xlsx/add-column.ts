import type { Edit, PatchOf } from './edit-state.ts';
import { putInput } from './set-cell.ts';
import { findRow, type SheetDraft, sheetFailure } from './sheet-draft.ts';

/**
 * Writes a new header with the style of its neighbour. A table or a filter that ends right beside it grows to take the
 * column in, as Excel itself does when one types there: left outside, sorting would tear the column off its rows.
 */
export function addColumn(
  edit: Edit,
  draft: SheetDraft,
  { headerRow: row, col, header }: PatchOf<'addColumn'>,
): void {
  const cells = findRow(draft, row)?.cells ?? [];
  const taken = cells.find((cell) => cell.col === col && cell.value);
  if (taken) {
    throw sheetFailure(
      draft.file,
      draft.name,
      { row, col },
      {
        zh: `要加“${header}”列,但这格已有内容`,
        en: `the column "${header}" is to go here, but the cell is taken`,
      },
    );
  }
  const neighbour = cells.findLast((cell) => cell.col < col && cell.value);
  putInput(edit, draft, { row, col }, { kind: 'text', text: header }, neighbour?.style ?? null);
  growTables(draft, row, col, header);
  const { filter } = draft;
  if (filter && filter.area.top === row && filter.area.right === col - 1)
    filter.area = { ...filter.area, right: col };
}

function growTables(draft: SheetDraft, row: number, col: number, header: string): void {
  const table = draft.tables.find(
    ({ area, headerRows, plain }) => plain && headerRows === 1 && area.top === row && area.right === col - 1,
  );
  const blocked = draft.tables.some(
    ({ area }) =>
      table && area.left <= col && col <= area.right && area.top <= table.area.bottom && row <= area.bottom,
  );
  if (!table || blocked) return;
  const same = [...table.columns, ...table.addedColumns].find(
    (name) => name.toLowerCase() === header.toLowerCase(),
  );
  if (same !== undefined) {
    throw sheetFailure(
      draft.file,
      draft.name,
      { row, col },
      {
        zh: `表格“${table.name}”已经有叫“${same}”的列`,
        en: `the table "${table.name}" already has a column "${same}"`,
      },
    );
  }
  table.area = { ...table.area, right: col };
  table.addedColumns.push(header);
}
