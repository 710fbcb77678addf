import type { ZipPart, ZipShape } from '../xlsx/make-zip.ts';

/** A workbook in the making: its parts as text, then how they are zipped. Later shapes see what earlier ones made. */
export interface Draft {
  /** Name of the part whose sheet is changed, and of the workbook's. */
  sheet: string;
  workbook: string;
  parts: Map<string, string | Uint8Array>;
  zip: ZipShape;
  readonly each: ((part: ZipPart) => ZipPart)[];
  order: (names: readonly string[]) => readonly string[];
}

export interface Shape {
  readonly why: string;
  /** Of shapes with one slot only one goes into a workbook. */
  readonly slot: string;
  /** What the changes are refused for; absent where they must be written. */
  readonly refuses?: RegExp;
  apply(draft: Draft): void;
}

export const SHEET = '客户信息跟踪表';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const STRICT = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const STRICT_REL = 'http://purl.oclc.org/ooxml/officeDocument/relationships';
const X14 = 'http://schemas.microsoft.com/office/spreadsheetml/2009/9/main';

/** Changes the text of a part. */
function change(draft: Draft, name: string, edit: (xml: string) => string): void {
  draft.parts.set(name, edit(String(draft.parts.get(name) ?? '')));
}

/** Changes the text of every XML part. */
function changeAll(draft: Draft, edit: (xml: string, name: string) => string): void {
  for (const [name, content] of draft.parts) {
    if (typeof content === 'string' && /\.(xml|rels)$/.test(name)) draft.parts.set(name, edit(content, name));
  }
}

const rels = (draft: Draft) => draft.workbook.replace(/([^/]+)$/, '_rels/$1.rels');
const onSheet = (why: string, slot: string, edit: (xml: string) => string): Shape => ({
  why,
  slot,
  apply: (draft) => change(draft, draft.sheet, edit),
});
/** Puts markup behind the rows, in the schema's place for it. */
const behind = (xml: string, markup: string) => xml.replace('<pageMargins', `${markup}<pageMargins`);
const zip = (why: string, slot: string, shape: ZipShape): Shape => ({
  why,
  slot,
  apply(draft) {
    draft.zip = { ...draft.zip, ...shape };
  },
});
const entries = (why: string, slot: string, edit: (part: ZipPart) => ZipPart): Shape => ({
  why,
  slot,
  apply: (draft) => draft.each.push(edit),
});

/** Lists one more sheet in the workbook. */
function addPart(draft: Draft, kind: string, xml: string, state = ''): void {
  const number = [...draft.parts.keys()].length;
  const name = `xl/more/part${number}.xml`;
  draft.parts.set(name, xml);
  change(draft, '[Content_Types].xml', (types) =>
    types.replace(
      '</Types>',
      `<Override PartName="/${name}" ContentType="${SPREADSHEET}.${kind}+xml"/></Types>`,
    ),
  );
  change(draft, 'xl/workbook.xml', (book) =>
    book.replace(
      '</sheets>',
      `<sheet name="页${number}"${state} sheetId="${number}" r:id="rIdM${number}"/></sheets>`,
    ),
  );
  change(draft, 'xl/_rels/workbook.xml.rels', (list) =>
    list.replace(
      '</Relationships>',
      `<Relationship Id="rIdM${number}" Type="${REL}/${kind}" Target="more/part${number}.xml"/></Relationships>`,
    ),
  );
}

/** Moves the workbook and what it points to into another folder. */
function moveBook(draft: Draft, folder: string): void {
  const moved = new Map<string, string | Uint8Array>();
  for (const [name, content] of draft.parts) moved.set(name.replace(/^xl\//, folder), content);
  draft.parts = moved;
  const place = (xml: string) => xml.replaceAll('"/xl/', `"/${folder}`).replaceAll('"xl/', `"${folder}`);
  change(draft, '_rels/.rels', place);
  change(draft, '[Content_Types].xml', place);
  draft.sheet = draft.sheet.replace(/^xl\//, folder);
  draft.workbook = draft.workbook.replace(/^xl\//, folder);
}

/** Another prefix for the main namespace, in one part. */
function prefix(xml: string, name: string): string {
  return xml
    .replace(/<(\/?)([A-Za-z]\w*)(?=[\s/>])/g, `<$1${name}:$2`)
    .replace(/ xmlns="(http[^"]*(?:spreadsheetml|relationships|content-types)[^"]*)"/, ` xmlns:${name}="$1"`);
}

/** In every tag, not in the declaration. */
const inTags = (xml: string, edit: (tag: string) => string) => xml.replace(/<[^?!][^>]*>/g, edit);
const formula = (type: string) => (xml: string) =>
  xml.replace('<c r="N3"/>', `<c r="N3"><f${type}>K3*2</f><v>160000</v></c>`);

/** What stands in cells and rows. */
const CONTENT: readonly Shape[] = [
  onSheet('inline strings', 'D3', (xml) =>
    xml.replace('<c r="D3" t="s"><v>16</v></c>', '<c r="D3" t="inlineStr"><is><t>零售</t></is></c>'),
  ),
  onSheet('a rich inline string', 'D4', (xml) =>
    xml.replace(
      /<c r="D4"[^>]*>.*?<\/c>/,
      '<c r="D4" t="inlineStr"><is><r><rPr><b/></rPr><t>制</t></r><r><t xml:space="preserve">造 业</t></r><rPh sb="0" eb="1"><t>zhi</t></rPh></is></c>',
    ),
  ),
  onSheet('a formula that shows text', 'E3', (xml) =>
    xml.replace(/<c r="E3"[^>]*>.*?<\/c>/, '<c r="E3" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'),
  ),
  onSheet('an error', 'E4', (xml) =>
    xml.replace(/<c r="E4"[^>]*>.*?<\/c>/, '<c r="E4" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
  ),
  onSheet('a boolean', 'O3', (xml) => xml.replace('<c r="O3"/>', '<c r="O3" t="b"><v>1</v></c>')),
  onSheet('an ISO date', 'H3', (xml) =>
    xml.replace(/<c r="H3"[^>]*>.*?<\/c>/, '<c r="H3" t="d"><v>2026-05-12</v></c>'),
  ),
  onSheet('an exponent', 'K3', (xml) => xml.replace(/<c r="K3"[^>]*>.*?<\/c>/, '<c r="K3"><v>1.5E5</v></c>')),
  onSheet('a shared formula', 'N', (xml) =>
    xml
      .replace('<c r="N3"/>', '<c r="N3"><f t="shared" ref="N3:N5" si="0">K3*2</f><v>1</v></c>')
      .replace('<c r="N4"/>', '<c r="N4"><f t="shared" si="0"/><v>2</v></c>'),
  ),
  onSheet('an array formula', 'N', formula(' t="array" ref="N3:N4"')),
  {
    why: 'a dynamic array formula',
    slot: 'N',
    apply(draft) {
      change(draft, draft.sheet, (xml) =>
        xml.replace(
          '<c r="N3"/>',
          '<c r="N3" cm="1"><f t="array" ref="N3:N4">_xlfn.UNIQUE(K3:K4)</f><v>1</v></c>',
        ),
      );
      draft.parts.set(
        'xl/metadata.xml',
        `<metadata xmlns="${MAIN}"><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>`,
      );
    },
  },
  onSheet('a data table', 'N', formula(' t="dataTable" ref="N3:N4" dt2D="0" dtr="0" r1="K3"')),
  onSheet('xml:space', 'G3', (xml) =>
    xml.replace(
      /<c r="G3"[^>]*>.*?<\/c>/,
      '<c r="G3" t="inlineStr"><is><t xml:space="preserve">  官网 表单 </t></is></c>',
    ),
  ),
  onSheet('_x000D_', 'G4', (xml) =>
    xml.replace(
      /<c r="G4"[^>]*>.*?<\/c>/,
      '<c r="G4" t="inlineStr"><is><t>a_x000D_\nb _x005F_x000D_</t></is></c>',
    ),
  ),
  {
    why: 'dates from 1904',
    slot: '1904',
    apply: (draft) =>
      change(draft, draft.workbook, (xml) => xml.replace('<sheets>', '<workbookPr date1904="1"/><sheets>')),
  },
  { why: 'no shared strings', slot: 'strings', apply: dropStrings },
  {
    why: 'rich and phonetic shared strings',
    slot: 'strings',
    apply: (draft) =>
      change(draft, 'xl/sharedStrings.xml', (xml) =>
        xml.replace(
          /<si><t>([^<])([^<]*)<\/t><\/si>/,
          '<si><r><rPr><i/></rPr><t>$1</t></r><r><t>$2</t></r><rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr fontId="0"/></si>',
        ),
      ),
  },
  { why: 'no styles', slot: 'styles', apply: dropStyles },
];

const ROWS: readonly Shape[] = [
  onSheet('no addresses on cells', 'addresses', (xml) => xml.replace(/<c r="[A-Z]+\d+"/g, '<c')),
  onSheet('no numbers on rows', 'row numbers', (xml) => xml.replace(/<row r="\d+"/g, '<row')),
  onSheet('no dimension', 'dimension', (xml) => xml.replace(/<dimension[^>]*>/, '')),
  onSheet('a dimension of one cell', 'dimension', (xml) =>
    xml.replace(/<dimension[^>]*>/, '<dimension ref="A1"/>'),
  ),
  onSheet('a dimension far too large', 'dimension', (xml) =>
    xml.replace(/<dimension[^>]*>/, '<dimension ref="A1:XFD1048576"/>'),
  ),
  onSheet('spans', 'spans', (xml) => xml.replace(/<row r="(\d+)"/g, '<row r="$1" spans="1:15"')),
  onSheet('spans that are too narrow', 'spans', (xml) =>
    xml.replace(/<row r="(\d+)"/g, '<row r="$1" spans="2:3"'),
  ),
  onSheet('empty rows between', 'gap', (xml) =>
    xml
      .replace('<row r="4"', '<row r="4" s="1" customFormat="1"/><row r="14"')
      .replaceAll(/r="([A-Z]+)([4-6])"/g, 'r="$11$2"')
      .replaceAll(/<row r="([56])"/g, '<row r="1$1"'),
  ),
  onSheet('styled blanks below the data', 'below', (xml) =>
    xml.replace(
      '</sheetData>',
      '<row r="40"><c r="A40" s="1"/></row><row r="41" s="1" customFormat="1"/></sheetData>',
    ),
  ),
  onSheet('the last row of all used for a format', 'below', (xml) =>
    xml.replace('</sheetData>', '<row r="1048576" s="1"><c r="A1048576" s="1"/></row></sheetData>'),
  ),
  onSheet('20,000 styled empty rows', 'below', (xml) =>
    xml.replace(
      '</sheetData>',
      `${Array.from({ length: 20_000 }, (_, index) => `<row r="${index + 50}" s="1" customFormat="1"/>`).join('')}</sheetData>`,
    ),
  ),
  onSheet('rows out of order', 'order', (xml) =>
    xml.replace(/(<row r="4".*?<\/row>)(<row r="5".*?<\/row>)/, '$2$1'),
  ),
  onSheet('groups', 'groups', (xml) => xml.replace(/<row r="([345])"/g, '<row r="$1" outlineLevel="1"')),
  onSheet('a collapsed group with hidden rows', 'groups', (xml) =>
    xml
      .replace(/<row r="([45])"/g, '<row r="$1" outlineLevel="1" hidden="1"')
      .replace('<row r="6"', '<row r="6" collapsed="1"'),
  ),
  onSheet('cells beyond the header', 'beyond', (xml) =>
    xml.replace('</row><row r="5"', '<c r="ZZ4" t="inlineStr"><is><t>远</t></is></c></row><row r="5"'),
  ),
  onSheet('a title row merged over the table', 'title', (xml) =>
    behind(xml, '<mergeCells count="1"><mergeCell ref="A1:M1"/></mergeCells>'),
  ),
  onSheet('attributes of rows that nobody knows', 'x14ac', (xml) =>
    xml
      .replace(/<row r="(\d)"/g, '<row r="$1" x14ac:dyDescent="0.25" customHeight="1" ht="18"')
      .replace(
        '<worksheet ',
        '<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" ',
      ),
  ),
];

const X14_LIST = `<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="${X14}"><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="dataBar" id="{1}"><x14:dataBar minLength="0"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>K3:K6</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="${X14}"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1><xm:f>字典!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>I3:I6</xm:sqref></x14:dataValidation></x14:dataValidations></ext><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="${X14}"><x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>${SHEET}!K3:K6</xm:f><xm:sqref>P3</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext><ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}" xmlns:x14="${X14}"><x14:slicerList><x14:slicer r:id="rId9"/></x14:slicerList></ext></extLst>`;
const CONTROL = `<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1025" r:id="rId7" name="按钮"><controlPr defaultSize="0"><anchor><from><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">1</xdr:col><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">3</xdr:row></from><to><xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">2</xdr:col><xdr:row xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">900</xdr:row></to></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>`;

/** What lies in wait around the rows. */
const TRAPS: readonly Shape[] = [
  onSheet('xdr:row in the anchor of a form control', 'controls', (xml) =>
    behind(xml, '').replace('</worksheet>', `${CONTROL}</worksheet>`),
  ),
  onSheet('an autoFilter among the rows', 'filter', (xml) =>
    xml.replace('<row r="5"', '<autoFilter ref="A2:M6"/><row r="5"'),
  ),
  onSheet('a filter', 'filter', (xml) => behind(xml, '<autoFilter ref="A2:M6"/>')),
  onSheet('extension lists: x14 formats, validations, sparklines, slicers', 'extLst', (xml) =>
    xml.replace('</worksheet>', `${X14_LIST}</worksheet>`),
  ),
  onSheet('several ranges in one sqref', 'rules', (xml) =>
    behind(
      xml,
      '<conditionalFormatting sqref="K3:K6 B3:B6 D10"><cfRule type="expression" priority="1"><formula>$K3&gt;100</formula></cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="list" sqref="I3:I6 M3:M6"><formula1>"甲,乙"</formula1></dataValidation></dataValidations>',
    ),
  ),
  book(
    'broken names',
    'names',
    '<definedNames><definedName name="断">#REF!</definedName><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">#REF!#REF!</definedName></definedNames>',
  ),
  book('empty definedNames', 'names', '<definedNames/>'),
  book(
    'names of the rows',
    'names',
    `<definedNames><definedName name="金额">${SHEET}!$K$3:$K$6</definedName><definedName name="_xlnm.Print_Area" localSheetId="0">${SHEET}!$A$1:$M$6</definedName></definedNames>`,
  ),
  neighbour('mismatched tags next door', '<worksheet><sheetData><row></sheetData></row>'),
  neighbour(
    'a bare & next door',
    `<worksheet xmlns="${MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a & b</t></is></c></row></sheetData></worksheet>`,
  ),
  entries('a wrong sum next door', 'neighbour', (part) =>
    /sheet2|theme/.test(part.name) ? { ...part, crc: 99 } : part,
  ),
  {
    why: 'a sheet typed by Default only',
    slot: 'types',
    apply: (draft) =>
      change(draft, '[Content_Types].xml', (xml) =>
        xml
          .replace(/<Override PartName="\/xl\/worksheets[^>]*>/g, '')
          .replace(
            '<Default Extension="xml" ContentType="application/xml"/>',
            `<Default Extension="xml" ContentType="${SPREADSHEET}.worksheet+xml"/>`,
          ),
      ),
  },
  {
    why: 'a sheet in the list that points to nothing (an old macro module)',
    slot: 'module',
    apply: (draft) =>
      change(draft, draft.workbook, (xml) =>
        xml.replace('</sheets>', '<sheet name="模块" sheetId="77" state="veryHidden" r:id=""/></sheets>'),
      ),
  },
];

const PARTS: readonly Shape[] = [
  {
    why: 'a chartsheet',
    slot: 'chartsheet',
    apply: (draft) =>
      addPart(
        draft,
        'chartsheet',
        `<chartsheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"/></sheetViews></chartsheet>`,
      ),
  },
  {
    why: 'a macro sheet',
    slot: 'macrosheet',
    apply: (draft) =>
      addPart(
        draft,
        'xlMacrosheet',
        `<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>`,
      ),
  },
  {
    why: 'a dialog sheet',
    slot: 'dialogsheet',
    apply: (draft) => addPart(draft, 'dialogsheet', `<dialogsheet xmlns="${MAIN}"/>`),
  },
  {
    why: 'a hidden sheet',
    slot: 'hidden',
    apply: (draft) =>
      addPart(draft, 'worksheet', `<worksheet xmlns="${MAIN}"><sheetData/></worksheet>`, ' state="hidden"'),
  },
  {
    why: 'a very hidden sheet',
    slot: 'hidden',
    apply: (draft) =>
      addPart(
        draft,
        'worksheet',
        `<worksheet xmlns="${MAIN}"><sheetData/></worksheet>`,
        ' state="veryHidden"',
      ),
  },
  {
    why: 'macros: .xlsm',
    slot: 'xlsm',
    apply(draft) {
      draft.parts.set('xl/vbaProject.bin', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]));
      change(draft, '[Content_Types].xml', (xml) =>
        xml
          .replace(`${SPREADSHEET}.sheet.main+xml`, 'application/vnd.ms-excel.sheet.macroEnabled.main+xml')
          .replace(
            '<Override',
            '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override',
          ),
      );
      change(draft, 'xl/_rels/workbook.xml.rels', (xml) =>
        xml.replace(
          '</Relationships>',
          '<Relationship Id="rIdV" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>',
        ),
      );
    },
  },
  chain('a calculation chain', `<calcChain xmlns="${MAIN}"><c r="B1" i="2"/><c r="N3" i="1"/></calcChain>`),
  chain('a calculation chain that is not there', null),
  {
    why: 'a theme and document properties',
    slot: 'theme',
    apply(draft) {
      draft.parts.set(
        'xl/theme/theme1.xml',
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>',
      );
      draft.parts.set(
        'docProps/app.xml',
        '<Properties><TitlesOfParts><vt:vector size="2"/></TitlesOfParts></Properties>',
      );
    },
  },
  {
    why: 'two tables of one pattern of names',
    slot: 'tables',
    apply(draft) {
      const table = (id: number, ref: string) =>
        `<table xmlns="${MAIN}" id="${id}" name="表${id}" displayName="表${id}" ref="${ref}"><tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>`;
      draft.parts.set('xl/tables/table1.xml', table(1, 'R2:R3'));
      draft.parts.set('xl/tables/table2.xml', table(2, 'A1:A3'));
      draft.parts.set(
        'xl/worksheets/_rels/sheet1.xml.rels',
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/table" Target="../tables/table1.xml"/></Relationships>`,
      );
      draft.parts.set(
        'xl/worksheets/_rels/sheet2.xml.rels',
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/table" Target="../tables/table2.xml"/></Relationships>`,
      );
    },
  },
  { why: 'the workbook elsewhere than xl/', slot: 'place', apply: (draft) => moveBook(draft, 'book/in/') },
  { why: 'the workbook at the root', slot: 'place', apply: (draft) => moveBook(draft, '') },
  {
    why: 'a sheet part called anything',
    slot: 'place',
    apply(draft) {
      const content = draft.parts.get(draft.sheet) ?? '';
      draft.parts.delete(draft.sheet);
      draft.sheet = '客户 1.dat';
      draft.parts.set(draft.sheet, content);
      change(draft, rels(draft), (xml) =>
        xml.replace('worksheets/sheet1.xml', '../%E5%AE%A2%E6%88%B7%201.dat'),
      );
      change(draft, '[Content_Types].xml', (xml) => xml.replace('/xl/worksheets/sheet1.xml', '/客户 1.dat'));
    },
  },
  targets('absolute targets', (target) => `/xl/${target}`),
  targets('targets with . and ..', (target) => `./../xl/./${target}`),
  targets('targets with backslashes', (target) => target.replace('/', '\\')),
];

const DIALECTS: readonly Shape[] = [
  {
    why: 'strict namespaces',
    slot: 'namespace',
    apply: (draft) => changeAll(draft, (xml) => xml.replaceAll(MAIN, STRICT).replaceAll(REL, STRICT_REL)),
  },
  prefixed('the prefix x:', 'x', () => true),
  prefixed('the prefix ss:', 'ss', () => true),
  prefixed('a prefix in the workbook and none in the sheets', 'x', (name) => /workbook\.xml$/.test(name)),
  prefixed('a prefix in the sheets and none in the workbook', 'x', (name) => /sheet\d\.xml$/.test(name)),
  dialect('single quotes', 'quotes', (xml) =>
    inTags(xml, (tag) => (tag.includes("'") ? tag : tag.replaceAll('"', "'"))),
  ),
  dialect('attributes in another order', 'attributes', (xml) =>
    inTags(xml, (tag) =>
      tag.replace(
        /^(<[\w:]+)((?: [\w:]+=(?:"[^"]*"|'[^']*'))+)/,
        (_, name: string, list: string) =>
          `${name}${(list.match(/ [\w:]+=(?:"[^"]*"|'[^']*')/g) ?? []).reverse().join('')}`,
      ),
    ),
  ),
  dialect('pretty-printed', 'space', (xml) => xml.replace(/></g, '>\n  <')),
  dialect('pretty-printed with CRLF', 'space', (xml) => xml.replace(/></g, '>\r\n\t<')),
  dialect('blanks inside tags', 'blanks', (xml) =>
    inTags(xml, (tag) =>
      tag
        .replace(/(\/?)>$/, ' $1>')
        .replaceAll('="', ' = "')
        .replaceAll("='", " = '"),
    ),
  ),
  onSheet('comments and instructions between the rows', 'comments', (xml) =>
    xml.replace(/<(\w+:)?row/g, '<!-- <row r="9"><c r="A9"><v>1</v></c></row> --><?a <row/> ?><$1row'),
  ),
  onSheet('CDATA in a cell', 'cdata', (xml) => xml.replace(/(<(?:\w+:)?t)>零售</, '$1><![CDATA[<零&售>]]><')),
  onSheet('mc:AlternateContent', 'mc', (xml) =>
    xml.replace(
      /<((?:\w+:)?)dimension/,
      '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="v2"/><mc:Fallback/></mc:AlternateContent><$1dimension',
    ),
  ),
  onSheet('a namespace nobody knows', 'unknown', (xml) =>
    xml.replace(/<\/((?:\w+:)?)worksheet>/, '<q:row xmlns:q="urn:q" q:r="3"><q:c/></q:row></$1worksheet>'),
  ),
  declared('no declaration', ''),
  declared('a declaration without standalone', '<?xml version="1.0" encoding="utf-8"?>'),
  declared('a byte order mark', '\uFEFF<?xml version="1.0" encoding="UTF-8"?>'),
  {
    why: 'a byte order mark in the sheet only',
    slot: 'declaration',
    apply: (draft) => change(draft, draft.sheet, (xml) => `\uFEFF${xml}`),
  },
  {
    why: 'US-ASCII with character references',
    slot: 'declaration',
    apply: (draft) =>
      changeAll(draft, (xml) =>
        Array.from(xml.replace(/^<\?xml[^>]*>/, '<?xml version="1.0" encoding="US-ASCII"?>'), (char) =>
          char < '\x80' ? char : `&#${char.codePointAt(0)};`,
        ).join(''),
      ),
  },
  {
    why: 'the sheet in UTF-16',
    slot: 'declaration',
    refuses: /UTF-16.*另存/,
    apply: (draft) =>
      draft.parts.set(draft.sheet, Buffer.from(`\uFEFF${String(draft.parts.get(draft.sheet))}`, 'utf16le')),
  },
];

const ENTRIES: readonly Shape[] = [
  entries('data descriptors with a signature', 'sizes', (part) => ({ ...part, descriptor: true })),
  entries('data descriptors without one', 'sizes', (part) => ({ ...part, descriptor: 'bare' })),
  entries('zip64 entries', 'sizes', (part) => ({ ...part, zip64: true })),
  zip('a zip64 end record', 'end', { zip64: true }),
  entries('stored entries', 'method', (part) => ({ ...part, stored: true })),
  zip('a comment', 'comment', { comment: '由 PK\u0005 某程序生成' }),
  zip('bytes before the first entry', 'front', { before: Buffer.from('#!/bin/sh\n') }),
  zip('bytes before it that the offsets do not count', 'front', {
    before: Buffer.from('#!/bin/sh\n'),
    relative: true,
  }),
  zip('bytes after the end record', 'tail', { after: Buffer.alloc(300, 0) }),
  entries('\\ as separator', 'names', (part) => ({ ...part, name: part.name.replaceAll('/', '\\') })),
  entries('odd case', 'names', (part) =>
    part.name === '[Content_Types].xml' ? part : { ...part, name: part.name.toUpperCase() },
  ),
  entries('names not flagged as UTF-8', 'flags', (part) => ({ ...part, flags: 0 })),
  entries('extra fields in the local header only', 'extra', (part) => ({
    ...part,
    localExtra: Buffer.from('5455050003a1b2c3d4', 'hex'),
  })),
  {
    why: 'directory entries',
    slot: 'folders',
    apply: (draft) => draft.parts.set('_rels/', '').set('media/', ''),
  },
  {
    why: 'two entries of one name that nobody changes',
    slot: 'twice',
    apply: (draft) => draft.parts.set('docProps/core.xml', '<a/>').set('DOCPROPS/core.xml', '<b/>'),
  },
  {
    why: 'the workbook first, the types last',
    slot: 'entry order',
    apply(draft) {
      draft.order = (names) => [...names].reverse();
    },
  },
  {
    why: 'a digital signature',
    slot: 'signature',
    refuses: /数字签名.*去掉签名/,
    apply: (draft) => draft.parts.set('_xmlsignatures/sig1.xml', '<Signature/>'),
  },
  {
    ...entries('encrypted entries', 'flags', (part) => ({ ...part, flags: 0x801 })),
    refuses: /加了密.*去掉密码/,
  },
];

/** Every shape of a workbook met in the wild, in the order in which they are put into one. */
export const SHAPES: readonly Shape[] = [...CONTENT, ...ROWS, ...TRAPS, ...PARTS, ...DIALECTS, ...ENTRIES];

function book(why: string, slot: string, names: string): Shape {
  return {
    why,
    slot,
    apply: (draft) => change(draft, draft.workbook, (xml) => xml.replace('</sheets>', `</sheets>${names}`)),
  };
}

function neighbour(why: string, xml: string): Shape {
  return { why, slot: 'neighbour', apply: (draft) => void draft.parts.set('xl/worksheets/sheet2.xml', xml) };
}

function chain(why: string, xml: string | null): Shape {
  return {
    why,
    slot: 'chain',
    apply(draft) {
      if (xml !== null) {
        draft.parts.set('xl/calcChain.xml', xml);
        change(draft, '[Content_Types].xml', (types) =>
          types.replace(
            '</Types>',
            `<Override PartName="/xl/calcChain.xml" ContentType="${SPREADSHEET}.calcChain+xml"/></Types>`,
          ),
        );
      }
      change(draft, 'xl/_rels/workbook.xml.rels', (list) =>
        list.replace(
          '</Relationships>',
          `<Relationship Id="rIdC" Type="${REL}/calcChain" Target="calcChain.xml"/></Relationships>`,
        ),
      );
    },
  };
}

function targets(why: string, edit: (target: string) => string): Shape {
  return {
    why,
    slot: 'place',
    apply: (draft) =>
      change(draft, rels(draft), (xml) =>
        xml.replace(/Target="([^"]*)"/g, (_, target: string) => `Target="${edit(target)}"`),
      ),
  };
}

function prefixed(why: string, name: string, wanted: (part: string) => boolean): Shape {
  return {
    why,
    slot: 'prefix',
    apply: (draft) =>
      changeAll(draft, (xml, part) =>
        wanted(part) && !/<\w+:(worksheet|macrosheet|theme)|<(Properties|[ab])[ />]/.test(xml)
          ? prefix(xml, name)
          : xml,
      ),
  };
}

function dialect(why: string, slot: string, edit: (xml: string) => string): Shape {
  return { why, slot, apply: (draft) => changeAll(draft, edit) };
}

function declared(why: string, declaration: string): Shape {
  return {
    why,
    slot: 'declaration',
    apply: (draft) => changeAll(draft, (xml) => xml.replace(/^<\?xml[^>]*>\s*/, declaration)),
  };
}

function dropStrings(draft: Draft): void {
  const list = [...String(draft.parts.get('xl/sharedStrings.xml')).matchAll(/<t>([^<]*)<\/t>/g)].map(
    ([, text]) => text,
  );
  changeAll(draft, (xml) =>
    xml.replace(
      / t="s"><v>(\d+)<\/v>/g,
      (_, index: string) => ` t="inlineStr"><is><t>${list[Number(index)]}</t></is>`,
    ),
  );
  draft.parts.delete('xl/sharedStrings.xml');
}

function dropStyles(draft: Draft): void {
  draft.parts.delete('xl/styles.xml');
  changeAll(draft, (xml) => xml.replace(/ s="\d+"/g, '').replace(/<Relationship [^>]*styles[^>]*>/, ''));
}
