import { mapFormula, mapReference, parseArea, writeArea } from './areas.ts';
import { openPart } from './context.ts';
import { draftOf, type Edit } from './edit-state.ts';
import { type Growth, moveGrowth } from './growth.ts';
import { mapCellFormula } from './move-footer.ts';
import { partKey } from './package.ts';
import { isType, relationshipsOf } from './relationships.ts';
import { findRow, rowsUpward, type SheetDraft, sheetFailure } from './sheet-draft.ts';
import { worksheetOf } from './workbook.ts';
import { attributeOf, decodeXml, findClose, findTags } from './xml.ts';

/**
 * Formulas anywhere in the book that refer to totals that moved follow them. Comments on such cells and charts of them
 * are refused: their parts are copied, not edited.
 */
export function followInFormulas(edit: Edit): void {
  const { pkg, sheets } = edit.workbook;
  const moved = [...edit.sheets.values()].filter(({ growths }) => growths.some(({ footer }) => footer));
  for (const draft of moved) {
    refuseComments(edit, draft);
    for (const { name, kind, part } of sheets) {
      if (kind !== 'worksheet' || !pkg.parts.has(partKey(part))) continue;
      refuseCharts(edit, draft, part);
      moveReferences(draftOf(edit, name), draft);
    }
  }
}

function moveReferences(draft: SheetDraft, source: SheetDraft): void {
  const map = moveGrowth(source.growths);
  for (const row of [...rowsUpward(draft)]) {
    const model = findRow(draft, row);
    model?.cells.forEach((cell, index) => {
      if (!cell.formula || (draft === source && isSettled(source.growths, row, cell.col))) return;
      const mapped = mapCellFormula(draft, cell, map, source.name);
      if (mapped === cell) return;
      if (cell.formula.kind !== 'own') {
        throw sheetFailure(
          draft.file,
          draft.name,
          { row, col: cell.col },
          {
            zh: '这格的共享公式或数组公式引用了要下移的合计行。请在 Excel 里改成普通公式再试',
            en: 'its shared or array formula refers to totals that would have to move. Make it an ordinary formula in Excel first',
          },
          `=${cell.formula.text}`,
        );
      }
      model.cells[index] = mapped;
      model.changed = true;
    });
  }
}

/** Totals were mapped when they moved; what was written into the rows that came before them speaks of its own row already. */
function isSettled(growths: readonly Growth[], row: number, col: number): boolean {
  return growths.some(
    ({ left, right, footer }) =>
      footer && left <= col && col <= right && footer.first <= row && row <= footer.last + footer.moved,
  );
}

function refuseComments(edit: Edit, draft: SheetDraft): void {
  const { part } = worksheetOf(edit.workbook, draft.name);
  for (const each of relationshipsOf(edit.workbook.pkg, part)) {
    if (!isType(each, 'comments') || each.part === null) continue;
    const xml = openPart(edit.workbook, each.part);
    for (const tag of findTags(xml, 'comment')) {
      const area = parseArea(attributeOf(tag, 'ref') ?? '');
      if (!area || mapReference(writeArea(area), moveGrowth(draft.growths)) === writeArea(area)) continue;
      throw sheetFailure(
        draft.file,
        draft.name,
        { row: area.top, col: area.left },
        {
          zh: '合计行上有批注,加行要移动它。请在 Excel 里先加一行再试',
          en: 'the totals carry a comment that would have to move. Add a row in Excel first',
        },
      );
    }
  }
}

/** Charts on the sheet of `part` that show a cell of the totals. */
function refuseCharts(edit: Edit, draft: SheetDraft, part: string): void {
  const { pkg } = edit.workbook;
  const linked = (from: string, type: string) =>
    relationshipsOf(pkg, from).flatMap((each) =>
      isType(each, type) && each.part !== null ? [each.part] : [],
    );
  for (const name of linked(part, 'drawing').flatMap((drawing) => linked(drawing, 'chart'))) {
    if (!pkg.parts.has(partKey(name))) continue;
    const chart = openPart(edit.workbook, name);
    for (const tag of findTags(chart, 'f')) {
      const raw = chart.masked.slice(tag.end, findClose(chart.masked, tag.name, tag.end));
      const formula = decodeXml(chart, raw);
      if (mapFormula(formula, draft.name, false, moveGrowth(draft.growths)) === formula) continue;
      const first = draft.growths.find(({ footer }) => footer);
      throw sheetFailure(
        draft.file,
        draft.name,
        { row: first?.footer?.first ?? 1, col: first?.left ?? 1 },
        {
          zh: `有图表引用了合计行(${formula}),加行要移动它。请在 Excel 里先加一行再试`,
          en: `a chart shows the totals (${formula}), which would have to move. Add a row in Excel first`,
        },
      );
    }
  }
}
