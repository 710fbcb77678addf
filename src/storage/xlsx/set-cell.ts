import { formatDay } from '../../core/date.ts';
import { type CellInput, cellName, type PlainInput } from '../../core/sheet.ts';
import { unfitReason } from '../unfit.ts';
import { type Area, holds } from './areas.ts';
import { type Edit, type PatchOf, stylesOf } from './edit-state.ts';
import {
  type CellModel,
  type NewContent,
  numberContent,
  putCell,
  type RowModel,
  rowAttributes,
  writeCell,
  writeContent,
  writeFormula,
} from './row-model.ts';
import { MAX_COLUMN, MAX_ROW } from './sheet.ts';
import { ensureRow, findRow, type SheetDraft, sameValue, sheetFailure } from './sheet-draft.ts';
import { attributeOf } from './xml.ts';

interface Place {
  readonly row: number;
  readonly col: number;
}

/** Changes one cell. It keeps its style; a cell that is not there yet takes its row's, its neighbour's or its column's. */
export function setCell(edit: Edit, draft: SheetDraft, { place, input }: PatchOf<'set'>): void {
  const old = findCell(draft, place);
  if (!old && input.kind === 'blank') return;
  putInput(edit, draft, place, input, old ? old.style : styleAround(draft, place));
  // What is put below the last row is where the next row must not go.
  for (const [columns, last] of draft.lastRows) if (last < place.row) draft.lastRows.delete(columns);
}

/** Puts an input into a cell with that style (a date gets a date format). Refuses what would break a formula. */
export function putInput(
  edit: Edit,
  draft: SheetDraft,
  place: Place,
  input: CellInput,
  style: string | null,
): void {
  const old = findCell(draft, place);
  refuseUnwritable(draft, place, old, input);
  const content = contentOf(edit, draft, input.kind === 'formula' ? input.shows : input, style);
  if (input.kind === 'formula') {
    const text = input.formula.replaceAll('{row}', String(place.row));
    const cell = writeFormula(draft.sheet, place, content.style, { text, content, old });
    if (cell.xml !== old?.xml) putCell(ensureRow(draft, place.row), cell);
    return;
  }
  const same = old && !old.formula && old.style === content.style && sameValue(old.value, content.value);
  if (!same) putCell(ensureRow(draft, place.row), writeCell(draft.sheet, place, content.style, content));
}

/** The style that `<cols>` gives to a column. */
export function columnStyle(draft: SheetDraft, col: number): string | null {
  return draft.columnStyles.find(({ first, last }) => first <= col && col <= last)?.style ?? null;
}

export function findCell(draft: SheetDraft, { row, col }: Place): CellModel | undefined {
  return findRow(draft, row)?.cells.find((cell) => cell.col === col);
}

function styleAround(draft: SheetDraft, { row, col }: Place): string | null {
  const model = findRow(draft, row);
  const own = model ? attributeOf(rowAttributes(model), 's') : undefined;
  const neighbours = [row - 1, row + 1].filter((each) => each > draft.headerBottom);
  const near = neighbours.map((each) => findCell(draft, { row: each, col })?.style).find((style) => style);
  return (
    own ?? near ?? columnStyle(draft, col) ?? (row > draft.headerBottom && model ? usualStyle(model) : null)
  );
}

/** The style most texts of a row have: what a cell in a column without formats of its own should look like. */
export function usualStyle(model: RowModel): string | null {
  const counts = new Map<string, number>();
  for (const { style, value } of model.cells) {
    if (style !== null && value?.kind === 'text') counts.set(style, (counts.get(style) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function contentOf(
  edit: Edit,
  draft: SheetDraft,
  input: PlainInput,
  style: string | null,
): NewContent & { readonly style: string | null } {
  if (input.kind === 'percent') {
    const percent = stylesOf(edit)?.styleWith('percent', Number(style ?? 0)) ?? null;
    const format = percent === null ? 'plain' : 'percent';
    return { ...numberContent(draft.sheet.prefix, input.value, format), style: keptStyle(style, percent) };
  }
  if (input.kind !== 'date') {
    const format =
      input.kind === 'number' || input.kind === 'money'
        ? edit.context.formats().formatOf(Number(style ?? 0))
        : 'plain';
    return { ...writeContent(draft.sheet, input, format), style };
  }
  // 1970-01-01 is 25569 (24107 from 1904); before 1900-03-01 Excel's count is wrong by its 29 February 1900.
  const serial = input.day + (edit.workbook.dates1904 ? 24_107 : 25_569);
  const dated = serial >= 61 ? (stylesOf(edit)?.styleWith('date', Number(style ?? 0)) ?? null) : null;
  // Where the book has no styles to show a date with, its text is what people would type.
  if (dated === null)
    return { ...writeContent(draft.sheet, { kind: 'text', text: formatDay(input.day) }, 'plain'), style };
  return { ...numberContent(draft.sheet.prefix, serial, 'date'), style: keptStyle(style, dated) };
}

/** The style as it is written where another is the same; `wanted` null: the book's styles cannot take one. */
function keptStyle(style: string | null, wanted: number | null): string | null {
  return wanted === null || wanted === Number(style ?? 0) ? style : String(wanted);
}

function refuseUnwritable(
  draft: SheetDraft,
  place: Place,
  old: CellModel | undefined,
  input: CellInput,
): void {
  const refuse = (zh: string, en: string, value?: string) => {
    throw sheetFailure(draft.file, draft.name, place, { zh, en }, value);
  };
  const { row, col } = place;
  if (row < 1 || col < 1 || row > MAX_ROW || col > MAX_COLUMN) {
    refuse('超出了工作表的范围', 'it lies outside the sheet');
  }
  const unfit = unfitReason(input);
  if (unfit) refuse(unfit.zh, unfit.en);
  const formula = old?.formula ?? null;
  const inside = (area: Area) => holds(area, row, col);
  if (formula?.kind === 'shared-master' && input.kind !== 'formula') {
    refuse(
      `这格是一列共享公式的第一格(=${formula.text}),改了会破坏下面各格。请在 Excel 里改成普通值再试`,
      `this cell holds the formula the cells below share (=${formula.text}); changing it would break them. Turn it into a value in Excel first`,
      `=${formula.text}`,
    );
  }
  if (formula?.kind === 'array' || formula?.kind === 'data-table' || draft.arrays.some(inside)) {
    refuse(
      '这格属于数组公式或模拟运算表,不能只改一格。请在 Excel 里改成普通值再试',
      'this cell belongs to an array formula or a data table and cannot be changed alone. Turn it into values in Excel first',
    );
  }
  if (draft.pivots.some(inside)) {
    refuse(
      '这格在数据透视表里,写了会被下次刷新盖掉。请把透视表移到别处再试',
      'this cell belongs to a pivot table; its next refresh would overwrite what is written. Move the pivot table elsewhere first',
    );
  }
  const merge = draft.merges.find((area) => inside(area) && (area.top !== row || area.left !== col));
  if (merge && input.kind !== 'blank') {
    const anchor = cellName(merge.top, merge.left);
    refuse(
      `这格被合并单元格 ${anchor} 盖住,写了也看不见。请在 Excel 里取消合并再试`,
      `this cell is covered by the merged cell ${anchor}; what is written there stays hidden. Unmerge it in Excel first`,
    );
  }
}
