import { openPart, openWorksheet } from './context.ts';
import type { Edit } from './edit-state.ts';
import { openPackage, partKey, readEntry } from './package.ts';
import type { Splice } from './rewrite.ts';
import { cellsOf, eachRow, type SheetXml } from './sheet.ts';
import { openWorkbook, type Workbook, workbookPart } from './workbook.ts';
import {
  attributeOf,
  decodeXml,
  elementEnd,
  findTags,
  openXml,
  prefixOf,
  readTag,
  type XmlPart,
} from './xml.ts';

/**
 * Empties every shared string that no cell uses once the edit is written: Excel drops them when it saves, but until then
 * what a cell once said can be read there. Numbers of the others stay. Null: the book has no shared strings.
 */
export function scrubStrings(
  edit: Edit,
): { readonly part: XmlPart; readonly splices: readonly Splice[] } | null {
  const name = workbookPart(edit.workbook, 'sharedStrings');
  if (name === null) return null;
  const part = openPart(edit.workbook, name);
  const used = usedStrings(edit);
  const items = findTags(part, 'si');
  const splices = items.flatMap((tag, index): Splice[] => {
    if (used.has(index) || tag.selfClosed) return [];
    const prefix = prefixOf(tag.name);
    const text = `<${prefix}si><${prefix}t/></${prefix}si>`;
    return [{ start: tag.start, end: elementEnd(part.masked, tag), text }];
  });
  return { part, splices };
}

function usedStrings({ workbook, sheets }: Edit): ReadonlySet<number> {
  const used = new Set<number>();
  for (const { name, kind, part } of workbook.sheets) {
    if (!workbook.pkg.parts.has(partKey(part))) continue;
    if (kind === 'other') {
      // Macro and dialog sheets have cells too.
      for (const [, index] of openPart(workbook, part).masked.matchAll(OTHER_CELL)) used.add(Number(index));
      continue;
    }
    const draft = sheets.get(name);
    const sheet = draft?.sheet ?? openWorksheet(workbook, name);
    eachRow(sheet, (row) => {
      if (draft?.models.get(row.row)?.changed) return true;
      for (const { type, valueFrom, valueTo } of cellsOf(sheet, row))
        if (type === 's') used.add(Number(sheet.part.masked.slice(valueFrom, valueTo)));
      return true;
    });
    for (const model of draft?.models.values() ?? [])
      if (model.changed) for (const { xml } of model.cells) addUsed(used, xml);
  }
  return used;
}

const OTHER_CELL = /<(?:[^\s<>/:]+:)?c\s[^>]*\bt=["']s["'][^>]*>\s*<(?:[^\s<>/:]+:)?v[^>]*>\s*(\d+)/g;

function addUsed(used: Set<number>, cell: string): void {
  if (attributeOf(readTag(cell, 0), 't') !== 's') return;
  const [, index] = /<(?:[^\s<>/:]+:)?v(?:\s[^>]*)?>\s*(\d+)/.exec(cell) ?? [];
  if (index !== undefined) used.add(Number(index));
}

/** Parts of a planned workbook that hold one of `texts` outside its cells: comments, pivot caches, charts, links. */
export function partsNaming(file: string, pieces: readonly Uint8Array[], texts: readonly string[]): string[] {
  const workbook = openWorkbook(openPackage(file, Buffer.concat(pieces)));
  const { pkg } = workbook;
  const strings = workbookPart(workbook, 'sharedStrings');
  return pkg.entries.flatMap((entry) => {
    if (!/\.(?:xml|rels|vml)$/i.test(entry.name)) return [];
    if (strings !== null && partKey(strings) === partKey(entry.name)) return [];
    const part = openXml(file, entry.name, readEntry(pkg, entry));
    const text = decodeXml(part, outsideCells(workbook, part));
    return texts.some((each) => text.includes(each)) ? entry.name : [];
  });
}

/** A part's source but for the rows of a worksheet. */
function outsideCells(workbook: Workbook, part: XmlPart): string {
  const found = workbook.sheets.find((each) => partKey(each.part) === partKey(part.name));
  if (found?.kind !== 'worksheet') return part.source;
  const { dataStart, dataEnd }: SheetXml = openWorksheet(workbook, found.name);
  return part.source.slice(0, dataStart) + part.source.slice(dataEnd);
}
