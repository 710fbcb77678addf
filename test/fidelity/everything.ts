import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEntries } from '../xlsx/compare.ts';
import { makeZip } from '../xlsx/make-zip.ts';

/** Something people put into workbooks: what it is called, and how it shows in the parts. */
export interface Feature {
  readonly name: string;
  /** All that matches in the XML of the package. */
  readonly marks?: RegExp;
  /** A part that is no XML, by its contents. */
  readonly binary?: Buffer;
}

const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const OFFICE = 'http://schemas.microsoft.com/office';
const MACROS = Buffer.from('d0cf11e0a1b11ae1'.padEnd(600, '4d'), 'hex');
const PICTURE = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);
const PRINTER = Buffer.from('5000720069006e00740065007200'.padEnd(300, '0'), 'hex');
const SPARKLINES = `<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="${OFFICE}/spreadsheetml/2009/9/main"><x14:sparklineGroups xmlns:xm="${OFFICE}/excel/2006/main"><x14:sparklineGroup type="column" displayEmptyCellsAs="gap"><x14:colorSeries rgb="FF376092"/><x14:sparklines><x14:sparkline><xm:f>客户信息跟踪表!K2:K7</xm:f><xm:sqref>Q2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>`;
const ANCHOR =
  '<xdr:from><xdr:col>16</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>18</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>';
const SHAPES = `<xdr:twoCellAnchor>${ANCHOR}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="21" name="标志" descr="公司标志"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="${REL}" r:embed="rId20"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor><xdr:twoCellAnchor>${ANCHOR}<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="22" name="提示框"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="wedgeRectCallout"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>请先填联系方式</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>`;
const CONTROLS = `<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1030" r:id="rId21" name="复选框 1"><controlPr defaultSize="0" autoFill="0"><anchor moveWithCells="1"><from><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">16</xdr:col><xdr:colOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:colOff><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">7</xdr:row><xdr:rowOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:rowOff></from><to><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">17</xdr:col><xdr:colOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:colOff><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">8</xdr:row><xdr:rowOff xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">0</xdr:rowOff></to></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>`;

const COLOURS = [
  'dk1',
  'lt1',
  'dk2',
  'lt2',
  ...[1, 2, 3, 4, 5, 6].map((n) => `accent${n}`),
  'hlink',
  'folHlink',
];
const FONT = '<a:latin typeface="Arial"/><a:ea typeface="等线"/><a:cs typeface=""/>';
const THREE = (xml: string) => xml.repeat(3);
const THEME = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="公司主题"><a:themeElements><a:clrScheme name="公司">${COLOURS.map((name, index) => `<a:${name}><a:srgbClr val="1020${30 + index}"/></a:${name}>`).join('')}</a:clrScheme><a:fontScheme name="公司"><a:majorFont>${FONT}</a:majorFont><a:minorFont>${FONT}</a:minorFont></a:fontScheme><a:fmtScheme name="公司"><a:fillStyleLst>${THREE('<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>')}</a:fillStyleLst><a:lnStyleLst>${THREE('<a:ln w="9525"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>')}</a:lnStyleLst><a:effectStyleLst>${THREE('<a:effectStyle><a:effectLst/></a:effectStyle>')}</a:effectStyleLst><a:bgFillStyleLst>${THREE('<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>')}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;

/** The workbook with everything that people put into one: fixtures/rich.xlsx and what that lacks. */
export function makeEverything(): Buffer {
  const parts = new Map<string, string | Buffer>(
    readEntries(readFileSync(join(import.meta.dirname, '../../fixtures/rich.xlsx'))).map(
      ({ name, content }) => [name, content],
    ),
  );
  const change = (name: string, from: string | RegExp, to: string) =>
    parts.set(name, String(parts.get(name)).replace(from, to));
  const relate = (part: string, id: string, type: string, target: string) =>
    change(
      part,
      '</Relationships>',
      `<Relationship Id="${id}" Type="${type.startsWith('http') ? type : `${REL}/${type}`}" Target="${target}"/></Relationships>`,
    );
  const sheet = 'xl/worksheets/sheet1.xml';
  const rels = 'xl/worksheets/_rels/sheet1.xml.rels';
  change(
    sheet,
    '</sheetData>',
    '</sheetData><sheetProtection password="CC1A" sheet="1" objects="1" formatCells="0" insertRows="0"/><protectedRanges><protectedRange name="可改" sqref="K2:K7"/></protectedRanges>',
  );
  change(
    sheet,
    '<pageMargins left="0.7"',
    '<printOptions horizontalCentered="1" gridLines="1"/><pageMargins left="0.7"',
  );
  change(
    sheet,
    /(<pageMargins[^>]*>)/,
    '$1<pageSetup paperSize="9" scale="80" fitToHeight="0" orientation="landscape" r:id="rId22"/><headerFooter><oddHeader>&amp;C客户跟踪</oddHeader><oddFooter>&amp;R第 &amp;P 页</oddFooter></headerFooter><rowBreaks count="1" manualBreakCount="1"><brk id="5" max="16383" man="1"/></rowBreaks><ignoredErrors><ignoredError sqref="C2:C7" numberStoredAsText="1"/></ignoredErrors>',
  );
  change(sheet, /(<legacyDrawing [^>]*>)/, `$1${CONTROLS}`);
  change(sheet, '<extLst><ext uri="{78C0D931', `<extLst>${SPARKLINES}<ext uri="{78C0D931`);
  change(sheet, /<row r="7"/, '<row r="7" outlineLevel="1"');
  relate(rels, 'rId21', 'ctrlProp', '../ctrlProps/ctrlProp1.xml');
  relate(rels, 'rId22', 'printerSettings', '../printerSettings/printerSettings1.bin');
  parts.set(
    'xl/ctrlProps/ctrlProp1.xml',
    `<formControlPr xmlns="${OFFICE}/spreadsheetml/2009/9/main" objectType="CheckBox" checked="Checked" fmlaLink="$R$8" lockText="1"/>`,
  );
  parts.set('xl/printerSettings/printerSettings1.bin', PRINTER);
  change('xl/drawings/drawing1.xml', '</xdr:wsDr>', `${SHAPES}</xdr:wsDr>`);
  relate('xl/drawings/_rels/drawing1.xml.rels', 'rId20', 'image', '../media/image1.png');
  parts.set('xl/media/image1.png', PICTURE);
  change(
    'xl/drawings/vmlDrawing1.vml',
    '</xml>',
    '<v:shape id="_x0000_s1030" type="#_x0000_t202"><x:ClientData ObjectType="Checkbox"><x:Anchor>16, 0, 7, 0, 17, 0, 8, 0</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape></xml>',
  );
  parts.set('xl/vbaProject.bin', MACROS);
  relate('xl/_rels/workbook.xml.rels', 'rId30', `${OFFICE}/2006/relationships/vbaProject`, 'vbaProject.bin');
  parts.set('xl/theme/theme1.xml', THEME);
  relate('xl/_rels/workbook.xml.rels', 'rId31', 'theme', 'theme/theme1.xml');
  parts.set('customXml/item1.xml', '<crm xmlns="urn:example:crm"><owner>王芳</owner></crm>');
  relate('xl/_rels/workbook.xml.rels', 'rId32', 'customXml', '../customXml/item1.xml');
  parts.set(
    'xl/connections.xml',
    '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><connection id="1" name="客户库" type="1" refreshedVersion="6"><dbPr connection="DSN=crm" command="select 1"/></connection></connections>',
  );
  relate('xl/_rels/workbook.xml.rels', 'rId33', 'connections', 'connections.xml');
  change(
    'xl/workbook.xml',
    '<bookViews>',
    '<workbookProtection workbookPassword="CC1A" lockStructure="1"/><bookViews>',
  );
  change(
    'xl/workbook.xml',
    '<pivotCaches>',
    '<customWorkbookViews><customWorkbookView name="经理" guid="{CCCCCCCC-0000-4000-8000-000000000001}" windowWidth="100" windowHeight="100" activeSheetId="1"/></customWorkbookViews><pivotCaches>',
  );
  change(
    '[Content_Types].xml',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
  );
  change(
    '[Content_Types].xml',
    '<Override',
    '<Default Extension="png" ContentType="image/png"/><Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/><Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/xl/ctrlProps/ctrlProp1.xml" ContentType="application/vnd.ms-excel.controlproperties+xml"/><Override PartName="/xl/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/><Override PartName="/xl/connections.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"/><Override',
  );
  return makeZip([...parts].map(([name, content]) => ({ name, content })));
}

const element = (name: string) =>
  new RegExp(`<(?:\\w+:)?${name}(?=[\\s>/])[^>]*?(?:/>|>[\\s\\S]*?</(?:\\w+:)?${name}>)`, 'g');

/** What is looked for in the workbook before and after. */
export const FEATURES: readonly Feature[] = [
  { name: 'chart', marks: element('chartSpace') },
  { name: 'picture', binary: PICTURE },
  { name: 'picture: place, name and description', marks: element('pic') },
  { name: 'text box', marks: /<xdr:sp [^>]*>(?:(?!<\/xdr:sp>)[\s\S])*提示框[\s\S]*?<\/xdr:sp>/g },
  { name: 'pivot table', marks: element('pivotTableDefinition') },
  { name: 'pivot cache', marks: element('pivotCacheDefinition') },
  { name: 'slicer', marks: element('slicers') },
  { name: 'slicer cache', marks: element('slicerCacheDefinition') },
  { name: 'macros', binary: MACROS },
  { name: 'form control', marks: element('formControlPr') },
  { name: 'form control: its place in the sheet', marks: element('control') },
  { name: 'comment', marks: element('comment') },
  { name: 'comment: shape', marks: /<x:ClientData ObjectType="Note">[\s\S]*?<\/x:ClientData>/g },
  { name: 'threaded comment', marks: element('threadedComment') },
  { name: 'people of threaded comments', marks: element('person') },
  { name: 'external link', marks: element('externalBook') },
  { name: 'data connection', marks: element('connection') },
  { name: 'hyperlink', marks: element('hyperlink') },
  { name: 'custom property', marks: /<property [^>]*>[\s\S]*?<\/property>/g },
  { name: 'author and dates', marks: element('coreProperties') },
  { name: 'custom XML', marks: element('crm') },
  { name: 'theme', marks: element('theme') },
  { name: 'table', marks: element('table') },
  { name: 'table: totals row formula', marks: element('totalsRowFormula') },
  { name: 'validation', marks: /<dataValidation [\s\S]*?<\/dataValidation>/g },
  { name: 'validation of another sheet (x14)', marks: element('x14:dataValidations') },
  { name: 'conditional format', marks: /<conditionalFormatting [\s\S]*?<\/conditionalFormatting>/g },
  { name: 'conditional format (x14)', marks: element('x14:conditionalFormattings') },
  { name: 'sparklines', marks: element('x14:sparklineGroups') },
  { name: 'slicer list of the sheet', marks: element('x14:slicerList') },
  { name: 'defined name', marks: /<definedName name="(?!_xlnm)[\s\S]*?<\/definedName>/g },
  { name: 'print area and titles', marks: /<definedName name="_xlnm\.Print[\s\S]*?<\/definedName>/g },
  { name: 'page setup', marks: element('pageSetup') },
  { name: 'print options', marks: element('printOptions') },
  { name: 'printer settings', binary: PRINTER },
  { name: 'header and footer', marks: element('headerFooter') },
  { name: 'page break', marks: element('rowBreaks') },
  { name: 'sheet protection', marks: element('sheetProtection') },
  { name: 'protected range', marks: element('protectedRange') },
  { name: 'workbook protection', marks: element('workbookProtection') },
  { name: 'custom view', marks: element('customWorkbookView') },
  { name: 'ignored error', marks: element('ignoredErrors') },
  { name: 'group of rows', marks: /<row [^>]*outlineLevel="1"/g },
  { name: 'frozen header', marks: element('pane') },
  { name: 'column widths', marks: element('cols') },
  { name: 'shared formula', marks: /<f t="shared"[^>]*>/g },
  { name: 'number formats', marks: element('numFmts') },
  { name: 'differential formats', marks: element('dxfs') },
  { name: 'code names of sheet and workbook', marks: /codeName="[^"]*"/g },
  { name: 'calculation chain', marks: element('calcChain') },
];

export type Kept = 'kept' | 'altered' | 'lost';

/** What became of a feature. Attributes in another order, numbers of relationships and blanks are no change. */
export function keptOf({ marks, binary }: Feature, before: Buffer, after: Buffer): Kept {
  if (binary) return readEntries(after).some(({ content }) => content.equals(binary)) ? 'kept' : 'lost';
  const [old, now] = [marksIn(before, marks), marksIn(after, marks)];
  if (old.length === 0) throw new Error(`not in the workbook: ${marks}`);
  if (now.length === 0) return 'lost';
  return old.join('\n') === now.join('\n') ? 'kept' : 'altered';
}

function marksIn(book: Buffer, marks: RegExp | undefined): readonly string[] {
  const texts = readEntries(book)
    .filter(({ name }) => /\.(xml|vml)$/.test(name))
    .map(({ content }) => content.toString('utf8'));
  return texts
    .flatMap((text) => text.match(marks ?? /$./g) ?? [])
    .map(canonical)
    .sort();
}

function canonical(xml: string): string {
  return xml
    .replace(
      /<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g,
      (_, name: string, list: string, slash: string) => {
        const attributes = (list.match(/[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*')/g) ?? []).filter(
          (each) => !/^(xmlns|r:)/.test(each),
        );
        return `<${name} ${attributes
          .map((each) => each.replaceAll("'", '"'))
          .sort()
          .join(' ')}${slash}>`;
      },
    )
    .replace(/ (\/?>)/g, '$1')
    .replace(/<([\w:.-]+)([^<>]*)><\/\1>/g, '<$1$2/>')
    .replace(/>\s+</g, '><');
}
