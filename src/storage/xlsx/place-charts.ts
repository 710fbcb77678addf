import type { ChartPlace } from '../../core/chart.ts';
import { type Package, partKey, readPart } from './package.ts';
import { relationshipsName } from './relationships.ts';
import { type Splice, writePackage } from './rewrite.ts';
import { type Workbook, worksheetOf } from './workbook.ts';
import { attributeOf, findClose, findTag, openXml, rootTag, type XmlPart } from './xml.ts';

/**
 * A workbook of our own making with chart parts put over the cells of its sheets: drawings, charts, and what lists them.
 * A sheet that has a drawing already is a bug here: exceljs makes none for us.
 */
export function placeCharts(
  workbook: Workbook,
  charts: readonly { readonly place: ChartPlace; readonly xml: Buffer }[],
): Uint8Array {
  const { pkg } = workbook;
  const rewritten = new Map<ReturnType<typeof entryOf>, readonly Splice[]>();
  const added: { name: string; content: Buffer }[] = [];
  const types: string[] = [];
  const add = (name: string, kind: string, content: Buffer) => {
    added.push({ name, content });
    types.push(
      `<Override PartName="/${name}" ContentType="application/vnd.openxmlformats-officedocument.${kind}+xml"/>`,
    );
  };
  const sheets = [...new Set(charts.map(({ place }) => place.sheet))];
  sheets.forEach((sheet, index) => {
    const here = charts
      .map((chart, at) => ({ ...chart, number: at + 1 }))
      .filter(({ place }) => place.sheet === sheet);
    const { part } = worksheetOf(workbook, sheet);
    const drawing = `xl/drawings/drawing${index + 1}.xml`;
    rewritten.set(entryOf(pkg, part), drawingSplices(openXml(pkg.file, part, readPart(pkg, part))));
    if (pkg.parts.has(partKey(relationshipsName(part)))) throw new Error(`${part} has relationships already`);
    added.push({
      name: relationshipsName(part),
      content: relationships([['rId1', 'drawing', `/${drawing}`]]),
    });
    add(drawing, 'drawing', Buffer.from(drawingXml(here)));
    added.push({
      name: relationshipsName(drawing),
      content: relationships(
        here.map(({ number }) => [`rId${number}`, 'chart', `/xl/charts/chart${number}.xml`]),
      ),
    });
    for (const { number, xml } of here) add(`xl/charts/chart${number}.xml`, 'drawingml.chart', xml);
  });
  const list = openXml(pkg.file, '[Content_Types].xml', readPart(pkg, '[Content_Types].xml'));
  const end = findClose(list.masked, rootTag(list).name, 0);
  rewritten.set(entryOf(pkg, '[Content_Types].xml'), [{ start: end, end, text: types.join('') }]);
  const change = { rewritten, windows: new Map(), dropped: new Set<never>(), added };
  return Buffer.concat(writePackage(pkg, change).pieces);
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

function entryOf(pkg: Package, part: string) {
  const entry = pkg.parts.get(partKey(part));
  if (!entry) throw new Error(`no ${part}`);
  return entry;
}

/** `<drawing>` behind all that exceljs writes into a sheet of ours, which is where the schema wants it. */
function drawingSplices(sheet: XmlPart): readonly Splice[] {
  const root = rootTag(sheet);
  const close = findClose(sheet.masked, root.name, root.end);
  if (findTag(sheet, 'drawing') || attributeOf(root, 'xmlns:r') !== OFFICE)
    throw new Error(`${sheet.name} takes no drawing`);
  return [{ start: close, end: close, text: '<drawing r:id="rId1"/>' }];
}

function relationships(all: readonly (readonly [id: string, type: string, target: string])[]): Buffer {
  const each = all.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return Buffer.from(
    `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`,
  );
}

function drawingXml(charts: readonly { readonly place: ChartPlace; readonly number: number }[]): string {
  const corner = (name: string, col: number, row: number) =>
    `<xdr:${name}><xdr:col>${col}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`;
  const anchors = charts.map(({ place, number }) => {
    return [
      `<xdr:twoCellAnchor>${corner('from', place.left - 1, place.top - 1)}${corner('to', place.right, place.bottom)}`,
      `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="${number + 1}" name="Chart ${number}"/>`,
      '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>',
      '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>',
      '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">',
      `<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="${OFFICE}" r:id="rId${number}"/>`,
      '</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>',
    ].join('');
  });
  return `${XML}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">${anchors.join('')}</xdr:wsDr>`;
}
