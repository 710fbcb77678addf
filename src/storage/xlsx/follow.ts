import { type Area, type AreaMap, mapFormula, mapReferences, parseArea, writeArea } from './areas.ts';
import type { Edit } from './edit-state.ts';
import { coverGrowth, dataGrowths, moveGrowth } from './growth.ts';
import type { Splice } from './rewrite.ts';
import type { SheetDraft } from './sheet-draft.ts';
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
    const raw = xml.masked.slice(tag.end, end);
    // A broken list: its names cannot be told apart.
    if (raw.includes('<')) return [];
    const text = decodeXml(xml, raw);
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
