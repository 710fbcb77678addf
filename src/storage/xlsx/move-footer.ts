import { cellName } from '../../core/sheet.ts';
import { type Area, type AreaMap, mapFormula, mapReference } from './areas.ts';
import { type Footer, shiftArea } from './growth.ts';
import { type CellModel, moveCell, type RowModel, setRowAttributes } from './row-model.ts';
import { ensureRow, findRow, type SheetDraft, sheetFailure } from './sheet-draft.ts';
import { encodeXml, readTag, writeTag } from './xml.ts';

const MAX_FOOTER = 200;

/**
 * Moves the totals of a block of columns (and what else stands below its data) down by one row. Ranges in their formulas
 * that end at the last data row grow with it. Refuses where another table stands in the way.
 */
export function moveFooter(
  draft: SheetDraft,
  footer: Footer,
  { left, right }: Pick<Area, 'left' | 'right'>,
): void {
  refuseImmovable(draft, footer, { left, right });
  const map: AreaMap = (area, isRange) => shiftArea(area, isRange, footer, { left, right }, 1, true);
  for (let row = footer.last; row >= footer.first; row--) {
    const model = findRow(draft, row);
    if (!model) continue;
    const [moving, staying] = split(model, left, right);
    const isNew = findRow(draft, row + 1) === null;
    const below = ensureRow(draft, row + 1);
    // A row that is new takes the height of the row that moves into it.
    if (isNew) {
      below.attributes = model.attributes;
      setRowAttributes(below, { r: String(row + 1) });
    }
    const [, kept] = split(below, left, right);
    const moved = moving.map((cell) => moveCell(mapCellFormula(draft, cell, map), row + 1));
    below.cells = [...kept, ...moved].sort((a, b) => a.col - b.col);
    model.cells = staying.map((cell) => moveCell(cell, row));
    below.changed = true;
    model.changed = true;
  }
}

/** A formula cell with its references mapped; the cell itself where nothing changes. */
export function mapCellFormula(
  draft: SheetDraft,
  cell: CellModel,
  map: AreaMap,
  sheet = draft.name,
): CellModel {
  const { formula, value } = cell;
  if (!formula) return cell;
  const start = cell.xml.indexOf(`<${draft.sheet.prefix}f`);
  const tag = readTag(cell.xml, start);
  const text = mapFormula(formula.text, sheet, sheet === draft.name, map);
  const ref = tag.values[tag.names.indexOf('ref')];
  const newRef =
    ref === undefined || sheet !== draft.name ? ref : mapReference(ref, (area) => map(area, false));
  if (text === formula.text && ref === newRef) return cell;
  const close = tag.selfClosed ? tag.end : cell.xml.indexOf('</', tag.end);
  const written = `${writeTag(tag, newRef === undefined ? {} : { ref: newRef })}${encodeXml(draft.sheet.part, text)}`;
  return {
    ...cell,
    xml: cell.xml.slice(0, start) + written + cell.xml.slice(close),
    // What has never been calculated (openpyxl, exceljs) shows its formula.
    value:
      value?.kind === 'error' && value.text === `=${formula.text}` ? { ...value, text: `=${text}` } : value,
    formula: { ...formula, text },
  };
}

function split(model: RowModel, left: number, right: number): readonly [CellModel[], CellModel[]] {
  const within = ({ col }: CellModel) => left <= col && col <= right;
  return [model.cells.filter(within), model.cells.filter((cell) => !within(cell))];
}

function refuseImmovable(
  draft: SheetDraft,
  { first, last }: Footer,
  { left, right }: Pick<Area, 'left' | 'right'>,
): void {
  const place = { row: first, col: left };
  const block: Area = { top: first + 1, bottom: last + 1, left, right };
  const other = draft.tables.find(
    ({ area }) =>
      area.bottom > first &&
      area.top > first &&
      area.top <= block.bottom &&
      area.left <= right &&
      left <= area.right,
  );
  if (other) {
    throw sheetFailure(draft.file, draft.name, place, {
      zh: `下面还有表格“${other.name}”,加行会把它挤开。请在 Excel 里把它移到别处再试`,
      en: `the table "${other.name}" stands below and would be pushed aside. Move it elsewhere in Excel first`,
    });
  }
  const pivot = draft.pivots.find(
    ({ top, bottom, left: from, right: to }) =>
      top <= block.bottom && bottom >= first && from <= right && to >= left,
  );
  if (pivot) {
    throw sheetFailure(
      draft.file,
      draft.name,
      { row: pivot.top, col: pivot.left },
      {
        zh: '合计行旁边是数据透视表,加行会把它拆散。请在 Excel 里把透视表移到别处再试',
        en: 'a pivot table stands beside the totals and would be torn apart. Move it elsewhere in Excel first',
      },
    );
  }
  if (last - first > MAX_FOOTER) {
    throw sheetFailure(draft.file, draft.name, place, {
      zh: `合计行下面还有 ${last - first} 行内容,加行要移动它们。请在 Excel 里把合计行移到最后再试`,
      en: `${last - first} rows stand below the totals and would have to move. Move the totals to the end in Excel first`,
    });
  }
  const array = draft.arrays.find(
    (area) => area.top <= last && area.bottom >= first && area.left <= right && left <= area.right,
  );
  if (array) {
    throw sheetFailure(
      draft.file,
      draft.name,
      { row: array.top, col: array.left },
      {
        zh: `合计行里有数组公式(${cellName(array.top, array.left)}),加行要移动它。请在 Excel 里先加一行再试`,
        en: `the totals hold an array formula (${cellName(array.top, array.left)}) that would have to move. Add a row in Excel first`,
      },
    );
  }
}
