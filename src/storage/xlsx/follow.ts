import {
  type Area,
  type AreaMap,
  mapFormula,
  mapReference,
  mapReferences,
  parseArea,
  writeArea,
} from './areas.ts';
import { openPart } from './context.ts';
import { draftOf, type Edit } from './edit-state.ts';
import { mapCellFormula, shiftArea } from './move-footer.ts';
import { isType, relationshipsOf } from './relationships.ts';
import type { Splice } from './rewrite.ts';
import { findRow, type Growth, rowsUpward, type SheetDraft, sheetFailure } from './sheet-draft.ts';
import { worksheetOf } from './workbook.ts';
import {
  attributeOf,
  decodeXml,
  encodeXml,
  findClose,
  findTag,
  findTags,
  localName,
  tagsIn,
  writeTag,
} from './xml.ts';

/** Ranges that take a new row in when they covered the last one. */
const COVERING = new Set(['dataValidation', 'conditionalFormatting', 'protectedRange', 'ignoredError']);
/** Places that only move with the totals. */
const PLACES = new Set(['mergeCell', 'hyperlink']);
const FORMULAS = new Set(['formula', 'formula1', 'formula2']);

/** What must follow the changed rows in the sheet's own part: dimension, filter, validations, conditional formats, merges. */
export function followInSheet(draft: SheetDraft): readonly Splice[] {
  const { part, dataEnd, dataStart } = draft.sheet;
  const splices: Splice[] = [];
  const dimension = findTag(part, 'dimension', 0, dataStart);
  const grown = dimension && growDimension(draft, attributeOf(dimension, 'ref') ?? '');
  if (dimension && grown) {
    splices.push({ start: dimension.start, end: dimension.end, text: writeTag(dimension, { ref: grown }) });
  }
  const { filter } = draft;
  if (filter) {
    const area = coverGrowth(draft.growths)(filter.area, true);
    if (writeArea(area) !== writeArea(filter.before)) {
      splices.push({
        start: filter.tag.start,
        end: filter.tag.end,
        text: writeTag(filter.tag, { ref: writeArea(area) }),
      });
    }
  }
  if (draft.growths.length === 0) return splices;
  const cover = coverGrowth(dataGrowths(draft));
  const move = moveGrowth(draft.growths);
  // x14 rules keep their ranges and formulas as text of elements inside them.
  let inside: string | null = null;
  for (const tag of tagsIn(part, dataEnd)) {
    const local = localName(tag.name.replace(/^\//, ''));
    if (tag.name.startsWith('/')) {
      if (local === inside) inside = null;
      continue;
    }
    if (COVERING.has(local) && !tag.selfClosed) inside = local;
    for (const name of ['sqref', 'ref']) {
      const raw = attributeOf(tag, name);
      if (raw === undefined || !(COVERING.has(local) || (PLACES.has(local) && name === 'ref'))) continue;
      const mapped = mapReferences(raw, COVERING.has(local) ? cover : move);
      if (mapped !== raw)
        splices.push({ start: tag.start, end: tag.end, text: writeTag(tag, { [name]: mapped }) });
    }
    const isFormula = FORMULAS.has(local) || local === 'f';
    if (inside === null || tag.selfClosed || !(isFormula || local === 'sqref')) continue;
    const end = findClose(part.masked, tag.name, tag.end);
    const raw = part.masked.slice(tag.end, end);
    const text = decodeXml(part, raw);
    const mapped = isFormula ? mapFormula(text, draft.name, true, move) : mapReferences(text, cover);
    if (mapped !== text) splices.push({ start: tag.end, end, text: encodeXml(part, mapped) });
  }
  return splices;
}

/** A formula of a table's totals row, as it stands in the table's part. */
export function followInTotals(draft: SheetDraft, formula: string): string {
  return mapFormula(formula, draft.name, true, moveGrowth(draft.growths, true));
}

/** Defined names of the workbook: lists of ranges grow with the data, any reference moves with the totals. */
export function followInNames(edit: Edit): readonly Splice[] {
  const { xml } = edit.workbook;
  const drafts = [...edit.sheets.values()].filter(({ growths, filter }) => growths.length > 0 || filter);
  if (drafts.length === 0) return [];
  return findTags(xml, 'definedName').flatMap((tag) => {
    const end = findClose(xml.masked, tag.name, tag.end);
    const text = decodeXml(xml, xml.masked.slice(tag.end, end));
    // Only plain ranges grow: in OFFSET(…) or a single cell another meaning would be put into them.
    const isList = /^(?:(?:'(?:[^']|'')+'|[^'!,(]+)!\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+,?)+$/i.test(text);
    const isFilter = attributeOf(tag, 'name') === '_xlnm._FilterDatabase';
    const mapped = drafts.reduce((formula, draft) => {
      const map = isList ? coverGrowth(dataGrowths(draft)) : moveGrowth(draft.growths);
      const { filter } = draft;
      const widen: AreaMap = (area, isRange) =>
        isFilter && filter && sameArea(area, filter.before)
          ? coverGrowth(draft.growths)(filter.area, true)
          : map(area, isRange);
      return mapFormula(formula, draft.name, false, widen);
    }, text);
    return mapped === text ? [] : [{ start: tag.end, end, text: encodeXml(xml, mapped) }];
  });
}

/** Formulas anywhere in the book that refer to totals that moved. Comments on such cells are refused. */
export function followInFormulas(edit: Edit): void {
  const moved = [...edit.sheets.values()].filter(({ growths }) => growths.some(({ footer }) => footer));
  for (const draft of moved) {
    refuseComments(edit, draft);
    for (const sheet of edit.workbook.sheets) {
      if (sheet.kind === 'worksheet') moveReferences(draftOf(edit, sheet.name), draft);
    }
  }
}

function moveReferences(draft: SheetDraft, source: SheetDraft): void {
  const map = moveGrowth(source.growths);
  for (const row of [...rowsUpward(draft)]) {
    const model = findRow(draft, row);
    model?.cells.forEach((cell, index) => {
      if (!cell.formula || (draft === source && isMoved(source.growths, row, cell.col))) return;
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

/** A range that ends at the header covers no data: only filters grow from there. */
function dataGrowths(draft: SheetDraft): readonly Growth[] {
  return draft.growths.filter(({ from }) => from > draft.headerBottom);
}

/** Areas that covered the last data row take the new ones in; those of the totals move with them. */
function coverGrowth(growths: readonly Growth[]): AreaMap {
  const move = moveGrowth(growths, true);
  return (given, isRange) => {
    let area = move(given, isRange);
    for (const { left, right, from, to } of growths) {
      if (area.bottom === from && area.right >= left && area.left <= right) area = { ...area, bottom: to };
    }
    return area;
  };
}

function moveGrowth(growths: readonly Growth[], grow = false): AreaMap {
  return (area, isRange) =>
    growths.reduce<Area>((each, growth) => {
      const { footer } = growth;
      return footer ? shiftArea(each, isRange, footer, growth, footer.moved, grow) : each;
    }, area);
}

function isMoved(growths: readonly Growth[], row: number, col: number): boolean {
  return growths.some(
    ({ left, right, footer }) =>
      footer &&
      left <= col &&
      col <= right &&
      footer.first + footer.moved <= row &&
      row <= footer.last + footer.moved,
  );
}

function growDimension(draft: SheetDraft, ref: string): string | null {
  const area = parseArea(ref);
  if (!area) return null;
  let { top, left, bottom, right } = area;
  for (const { row, cells, changed } of draft.models.values()) {
    const first = cells[0]?.col;
    if (!changed || first === undefined) continue;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, first);
    right = Math.max(right, cells.at(-1)?.col ?? first);
  }
  const grown = writeArea({ top, left, bottom, right });
  return grown === writeArea(area) ? null : grown;
}

function sameArea(a: Area, b: Area): boolean {
  return a.top === b.top && a.left === b.left && a.bottom === b.bottom && a.right === b.right;
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
          zh: '合计行上有批注，加行要移动它。请在 Excel 里先加一行再试',
          en: 'the totals carry a comment that would have to move. Add a row in Excel first',
        },
      );
    }
  }
}
