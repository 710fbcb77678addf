import { type Area, parseArea, writeArea } from './areas.ts';
import { openPart } from './context.ts';
import { isType, relationshipsOf } from './relationships.ts';
import type { Splice } from './rewrite.ts';
import { decodeEscapes, encodeEscapes } from './text.ts';
import type { Workbook } from './workbook.ts';
import {
  attributeOf,
  decodeXml,
  encodeXml,
  findClose,
  findTag,
  findTags,
  prefixOf,
  rootTag,
  writeTag,
  type XmlPart,
} from './xml.ts';

/** A table of a sheet: where it stood and where it stands now. */
export interface TableDraft {
  readonly xml: XmlPart;
  readonly name: string;
  readonly before: Area;
  area: Area;
  readonly headerRows: number;
  readonly totalsRows: number;
  /** Only a plain table may grow to the right; a query's or an XML map's columns belong to their source. */
  readonly plain: boolean;
  /** It shows an empty row to type in (`insertRow`); with data in it, it must say so no more. */
  readonly insertRow: boolean;
  filled: boolean;
  readonly columns: readonly string[];
  readonly addedColumns: string[];
}

/** The tables that a sheet's part points to. */
export function tablesOf(workbook: Workbook, sheetPart: string): TableDraft[] {
  return relationshipsOf(workbook.pkg, sheetPart)
    .filter((each) => isType(each, 'table') && each.part !== null)
    .flatMap(({ part }) => {
      const xml = openPart(workbook, part ?? '');
      const root = rootTag(xml);
      const area = parseArea(attributeOf(root, 'ref') ?? '');
      if (!area) return [];
      const text = (raw: string | undefined) => decodeEscapes(decodeXml(xml, raw ?? ''));
      return {
        xml,
        name: text(attributeOf(root, 'displayName') ?? attributeOf(root, 'name')),
        before: area,
        area,
        headerRows: Number(attributeOf(root, 'headerRowCount') ?? 1),
        totalsRows: Number(attributeOf(root, 'totalsRowCount') ?? 0),
        plain: (attributeOf(root, 'tableType') ?? 'worksheet') === 'worksheet',
        insertRow: /^(1|true)$/.test(attributeOf(root, 'insertRow') ?? ''),
        filled: false,
        columns: findTags(xml, 'tableColumn').map((tag) => text(attributeOf(tag, 'name'))),
        addedColumns: [],
      };
    });
}

/** Where the pivot tables of a sheet's part stand. */
export function pivotsOf(workbook: Workbook, sheetPart: string): readonly Area[] {
  return relationshipsOf(workbook.pkg, sheetPart)
    .filter((each) => isType(each, 'pivotTable') && each.part !== null)
    .flatMap(({ part }) => {
      const location = findTag(openPart(workbook, part ?? ''), 'location');
      return parseArea((location && attributeOf(location, 'ref')) ?? '') ?? [];
    });
}

/** First and last row of the table's data. */
export function dataRows({ area, headerRows, totalsRows }: TableDraft): {
  readonly first: number;
  readonly last: number;
} {
  return { first: area.top + headerRows, last: area.bottom - totalsRows };
}

/** The edits of the table part: its range, its filter's range, formulas of its totals (`mapTotals`), new columns. */
export function tableSplices(table: TableDraft, mapTotals: (formula: string) => string): readonly Splice[] {
  const { xml, area, before } = table;
  const grown = area.bottom !== before.bottom || area.right !== before.right;
  const fills = table.insertRow && table.filled;
  if (!grown && !fills) return [];
  const root = rootTag(xml);
  const splices: Splice[] = [
    {
      start: root.start,
      end: root.end,
      text: writeTag(root, { ref: writeArea(area), ...(fills ? { insertRow: null } : {}) }),
    },
  ];
  const filter = findTag(xml, 'autoFilter');
  if (filter) {
    const ref = writeArea({ ...area, bottom: area.bottom - table.totalsRows });
    splices.push({ start: filter.start, end: filter.end, text: writeTag(filter, { ref }) });
  }
  for (const tag of findTags(xml, 'totalsRowFormula')) {
    const end = findClose(xml.masked, tag.name, tag.end);
    const formula = decodeXml(xml, xml.masked.slice(tag.end, end));
    const mapped = mapTotals(formula);
    if (mapped !== formula) splices.push({ start: tag.end, end, text: encodeXml(xml, mapped) });
  }
  const list = findTag(xml, 'tableColumns');
  if (list && table.addedColumns.length > 0) {
    const count = String(table.columns.length + table.addedColumns.length);
    const ids = findTags(xml, 'tableColumn').map((tag) => Number(attributeOf(tag, 'id') ?? 0));
    const firstId = Math.max(0, ...ids) + 1;
    const columns = table.addedColumns.map((name, index) => {
      const written = encodeXml(xml, encodeEscapes(name)).replaceAll('\n', '_x000a_');
      return `<${prefixOf(list.name)}tableColumn id="${firstId + index}" name="${written}"/>`;
    });
    const close = findClose(xml.masked, list.name, list.end);
    splices.push({ start: list.start, end: list.end, text: writeTag(list, { count }) });
    splices.push({ start: close, end: close, text: columns.join('') });
  }
  return splices;
}
