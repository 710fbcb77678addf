import { describe, expect, it } from 'vitest';
import { formatOfCode } from '../../src/storage/xlsx/formats.ts';
import { decodeEscapes, encodeEscapes } from '../../src/storage/xlsx/text.ts';
import { cellsOf, MAIN, makeBook, makeStyles, openBytes, rowsOf, textsOf } from './make-book.ts';

const STRINGS = `<sst xmlns="${MAIN}"><si><t>共享</t></si><si><r><t>富</t></r><r><rPr><b/></rPr><t xml:space="preserve">文本 </t></r></si><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si><si/><si><t/></si><si><t>a_x000D_b_x005F_x000D_c&amp;&#x4E2D;</t></si></sst>`;
const STYLES = makeStyles(['', 'yyyy\\-mm\\-dd', '0.0%', '#,##0"元"']);

interface ValueCase {
  readonly why: string;
  readonly cell: string;
  readonly value: unknown;
}

const text = (value: string) => ({ kind: 'text', text: value });
const number = (value: number, format = 'plain') => ({ kind: 'number', value, format });
const VALUES: readonly ValueCase[] = [
  { why: 'a shared string', cell: '<c r="A1" t="s"><v>0</v></c>', value: text('共享') },
  {
    why: 'runs of rich text are joined, blanks kept',
    cell: '<c r="A1" t="s"><v>1</v></c>',
    value: text('富文本 '),
  },
  { why: 'phonetic hints are not text', cell: '<c r="A1" t="s"><v>2</v></c>', value: text('東京') },
  { why: 'an empty shared string is nothing', cell: '<c r="A1" t="s"><v>3</v></c>', value: undefined },
  { why: 'an empty text element is nothing', cell: '<c r="A1" t="s"><v>4</v></c>', value: undefined },
  {
    why: 'escapes, a literal escape and character references',
    cell: '<c r="A1" t="s"><v>5</v></c>',
    value: text('a\rb_x000D_c&中'),
  },
  {
    why: 'a shared string that is not there cannot be read',
    cell: '<c r="A1" t="s"><v>99</v></c>',
    value: { kind: 'error', text: '#REF! (99)' },
  },
  { why: 'an inline string', cell: '<c r="A1" t="inlineStr"><is><t>内联</t></is></c>', value: text('内联') },
  {
    why: 'inline rich text',
    cell: '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>',
    value: text('甲乙'),
  },
  { why: 'an inline string without contents', cell: '<c r="A1" t="inlineStr"/>', value: undefined },
  {
    why: 'CDATA',
    cell: '<c r="A1" t="inlineStr"><is><t><![CDATA[<c r="B1"> & "甲"]]></t></is></c>',
    value: text('<c r="B1"> & "甲"'),
  },
  {
    why: 'a comment in the middle',
    cell: '<c r="A1" t="inlineStr"><!-- </c> --><is><t>甲<!-- x -->乙</t></is></c>',
    value: text('甲乙'),
  },
  {
    why: 'line ends become \\n',
    cell: '<c r="A1" t="inlineStr"><is><t>甲\r\n乙\r丙</t></is></c>',
    value: text('甲\n乙\n丙'),
  },
  {
    why: 'an ampersand nobody escaped stays',
    cell: '<c r="A1" t="inlineStr"><is><t>R&D &nbsp;</t></is></c>',
    value: text('R&D &nbsp;'),
  },
  {
    why: 'an emoji outside the basic plane',
    cell: '<c r="A1" t="inlineStr"><is><t>&#x1F600;😀</t></is></c>',
    value: text('😀😀'),
  },
  { why: "a formula's text", cell: '<c r="A1" t="str"><f>A2&amp;"x"</f><v>甲x</v></c>', value: text('甲x') },
  { why: 'a formula that shows nothing', cell: '<c r="A1" t="str"><f>""</f><v></v></c>', value: undefined },
  {
    why: 'a formula without a cached result',
    cell: '<c r="A1"><f>SUM(B1:B2)</f></c>',
    value: { kind: 'error', text: '=SUM(B1:B2)' },
  },
  {
    why: 'a formula with an empty cached result',
    cell: '<c r="A1"><f>B1</f><v/></c>',
    value: { kind: 'error', text: '=B1' },
  },
  {
    why: 'a formula with a number',
    cell: '<c r="A1"><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c>',
    value: number(2),
  },
  { why: 'an error', cell: '<c r="A1" t="e"><v>#DIV/0!</v></c>', value: { kind: 'error', text: '#DIV/0!' } },
  { why: 'true', cell: '<c r="A1" t="b"><v>1</v></c>', value: { kind: 'boolean', value: true } },
  { why: 'false', cell: '<c r="A1" t="b"><v>0</v></c>', value: { kind: 'boolean', value: false } },
  {
    why: 'an ISO date',
    cell: '<c r="A1" t="d"><v>2026-11-23T00:00:00</v></c>',
    value: { kind: 'isoDate', text: '2026-11-23T00:00:00' },
  },
  { why: 'a number', cell: '<c r="A1"><v>15.5</v></c>', value: number(15.5) },
  { why: 'a number in exponent form', cell: '<c r="A1" t="n"><v>1.5E+5</v></c>', value: number(150000) },
  { why: 'a date by its style', cell: '<c r="A1" s="1"><v>46300</v></c>', value: number(46300, 'date') },
  { why: 'a percentage by its style', cell: '<c r="A1" s="2"><v>0.5</v></c>', value: number(0.5, 'percent') },
  { why: 'a quoted unit is no date', cell: '<c r="A1" s="3"><v>8</v></c>', value: number(8) },
  { why: 'a style that is not there', cell: '<c r="A1" s="99"><v>8</v></c>', value: number(8) },
  { why: 'what is no number stays readable as text', cell: '<c r="A1"><v>15万</v></c>', value: text('15万') },
  {
    why: 'single quotes, blanks around =, attributes in any order',
    cell: "<c  t = 'b'\n s='1' r = 'A1' ><v>1</v></c >",
    value: { kind: 'boolean', value: true },
  },
  { why: 'a > in an attribute', cell: '<c r="A1" x:note="a>b" xmlns:x="y"><v>7</v></c>', value: number(7) },
  { why: 'cell metadata does not matter', cell: '<c r="A1" cm="1" vm="2"><v>7</v></c>', value: number(7) },
  {
    why: 'extensions after the value',
    cell: '<c r="A1"><v>7</v><extLst><ext><v>8</v></ext></extLst></c>',
    value: number(7),
  },
  { why: 'an empty value', cell: '<c r="A1"><v/></c>', value: undefined },
  { why: 'a styled blank', cell: '<c r="A1" s="1"/>', value: undefined },
];

describe('a cell is read as what it shows', () => {
  it.each(VALUES)('$why', async ({ cell, value }) => {
    const bytes = makeBook({
      sheets: { 表: `<sheetData><row r="1">${cell}</row></sheetData>` },
      strings: STRINGS,
      styles: STYLES,
    });
    expect((await cellsOf(await openBytes(bytes), '表')).A1).toEqual(value);
  });
});

interface ShapeCase {
  readonly why: string;
  readonly xml: string;
  readonly texts: Readonly<Record<string, string>>;
}

const sheet = (inner: string, prefix = '', head = '<?xml version="1.0"?>') => {
  const name = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`;
  return `${head}<${prefix}worksheet ${name}="${MAIN}">${inner}</${prefix}worksheet>`;
};
const SHAPES: readonly ShapeCase[] = [
  {
    why: 'no addresses at all',
    xml: sheet('<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>'),
    texts: { A1: '1', B1: '2', A2: '3' },
  },
  {
    why: 'some addresses: the others follow on',
    xml: sheet(
      '<sheetData><row r="3"><c r="C3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>',
    ),
    texts: { C3: '1', D3: '2', A4: '3' },
  },
  {
    why: 'an x: prefix',
    xml: sheet(
      '<x:sheetData><x:row r="1"><x:c r="A1"><x:f>1+0</x:f><x:v>1</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData>',
      'x:',
    ),
    texts: { A1: '1', B1: '甲' },
  },
  {
    why: 'a long prefix',
    xml: sheet(
      '<main:sheetData><main:row><main:c><main:v>1</main:v></main:c></main:row></main:sheetData>',
      'main:',
    ),
    texts: { A1: '1' },
  },
  {
    why: 'a BOM, CRLF and pretty printing',
    xml: sheet(
      '\r\n  <sheetData>\r\n    <row r="1">\r\n      <c r="A1">\r\n        <v>1</v>\r\n      </c>\r\n    </row>\r\n  </sheetData>\r\n',
      '',
      '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n',
    ),
    texts: { A1: '1' },
  },
  {
    why: 'US-ASCII with character references',
    xml: sheet(
      '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&#23458;&#25143;</t></is></c></row></sheetData>',
      '',
      '<?xml version="1.0" encoding="US-ASCII"?>',
    ),
    texts: { A1: '客户' },
  },
  {
    why: 'no declaration',
    xml: sheet(
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
      '',
      '<?xml version="1.0"?>',
    ).slice(21),
    texts: { A1: '1' },
  },
  {
    why: 'empty and self-closed rows',
    xml: sheet('<sheetData><row r="1"/><row r="2"></row><row r="3"><c r="A3"><v>1</v></c></row></sheetData>'),
    texts: { A3: '1' },
  },
  { why: 'self-closed sheetData', xml: sheet('<sheetData/>'), texts: {} },
  {
    why: 'rows out of order',
    xml: sheet(
      '<sheetData><row r="5"><c r="A5"><v>5</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>',
    ),
    texts: { A5: '5', A2: '2' },
  },
  {
    why: 'comments and CDATA between rows that look like rows',
    xml: sheet(
      '<!-- <sheetData><row r="9"/> --><sheetData><!--<row r="1"><c r="A1"><v>9</v></c></row>--><row r="1"><c r="A1"><v>1</v></c></row><?pi <row/>?></sheetData>',
    ),
    texts: { A1: '1' },
  },
  {
    why: '<xdr:row> in form controls outside sheetData',
    xml: sheet(
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><controls><control><anchor><from><xdr:row xmlns:xdr="d">7</xdr:row></from></anchor></control><row r="9"><c r="A9"><v>9</v></c></row></controls>',
    ),
    texts: { A1: '1' },
  },
  {
    why: 'an autoFilter inside sheetData',
    xml: sheet(
      '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><autoFilter ref="A1:B2"><filterColumn colId="0"/></autoFilter><row r="2"><c r="A2"><v>2</v></c></row></sheetData>',
    ),
    texts: { A1: '1', A2: '2' },
  },
  {
    why: 'a dimension that is wrong',
    xml: sheet('<dimension ref="A1"/><sheetData><row r="7"><c r="C7"><v>1</v></c></row></sheetData>'),
    texts: { C7: '1' },
  },
  {
    why: 'the last row and the last column there are',
    xml: sheet('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    texts: { XFD1048576: '1' },
  },
  {
    why: 'something unknown in a row',
    xml: sheet(
      '<sheetData><row r="1"><x:y xmlns:x="z"><c r="A1"><v>9</v></c></x:y><c r="B1"><v>1</v></c></row></sheetData>',
    ),
    texts: { B1: '1' },
  },
];

describe('a worksheet part', () => {
  it.each(SHAPES)('is read with $why', async ({ xml, texts }) => {
    expect(await textsOf(await openBytes(makeBook({ sheets: { 表: xml } })), '表')).toEqual(texts);
  });

  it('gives only rows with a value, says which are hidden, and stops when told to', async () => {
    const rows =
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row><row r="3" s="1"><c r="A3" s="1"/></row><row r="4" hidden="true"><c r="A4"><v>4</v></c></row>';
    const store = await openBytes(makeBook({ sheets: { 表: `<sheetData>${rows}</sheetData>` } }));
    expect((await rowsOf(store, '表')).map(({ row, hidden }) => [row, hidden])).toEqual([
      [1, false],
      [2, true],
      [4, true],
    ]);
    const seen: number[] = [];
    await store.readRows('表', ({ row }) => {
      seen.push(row);
      return row < 2;
    });
    expect(seen).toEqual([1, 2]);
  });

  it('stops behind an odd row too, and gives nothing from farther down', async () => {
    const quote = (row: number) => (row === 3 ? "'" : '"');
    const rows = Array.from(
      { length: 3000 },
      (_, index) =>
        `<row r=${quote(index + 1)}${index + 1}${quote(index + 1)}><c r="A${index + 1}"><v>1</v></c></row>`,
    );
    const store = await openBytes(makeBook({ sheets: { 表: `<sheetData>${rows.join('')}</sheetData>` } }));
    const seen: number[] = [];
    await store.readRows('表', ({ row }) => seen.push(row) < 4);
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});

describe('a number format', () => {
  it.each([
    ['General', 'plain'],
    ['G/通用格式', 'plain'],
    ['0', 'plain'],
    ['#,##0.00', 'plain'],
    ['¥#,##0', 'plain'],
    ['#,##0"元";[Red]-#,##0"元"', 'plain'],
    ['[Red]0', 'plain'],
    ['[$USD-409] #,##0', 'plain'],
    ['_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ', 'plain'],
    ['0.00E+00', 'plain'],
    ['@', 'plain'],
    ['0" days"', 'plain'],
    ['0\\d', 'plain'],
    ['0%', 'percent'],
    ['0.00%;[Red]-0.00%', 'percent'],
    ['"%"0', 'plain'],
    ['yyyy-mm-dd', 'date'],
    ['yyyy\\-mm\\-dd;@', 'date'],
    ['yyyy"年"m"月"d"日"', 'date'],
    ['[$-804]aaaa', 'plain'],
    ['[$-F800]dddd, mmmm dd, yyyy', 'date'],
    ['m/d/yy h:mm', 'date'],
    ['[h]:mm:ss', 'date'],
    ['[Red]yyyy', 'date'],
    ['0;yyyy', 'plain'],
  ])('%s shows a %s', (code, format) => {
    expect(formatOfCode(code)).toBe(format);
  });
});

describe('escapes of text', () => {
  it.each([
    { why: 'a carriage return', text: 'a\rb', stored: 'a_x000D_b' },
    { why: 'a line feed and a tab are kept', text: 'a\n\tb', stored: 'a\n\tb' },
    { why: 'what looks like an escape', text: '_x000D_', stored: '_x005F_x000D_' },
    { why: 'what looks like a guarded escape', text: '_x005F_x000D_', stored: '_x005F_x005F_x005F_x000D_' },
    { why: 'an escape character', text: '\x1b[31m', stored: '_x001B_[31m' },
    { why: 'half a surrogate pair', text: '\ud83d!', stored: '_xD83D_!' },
    { why: 'a whole emoji', text: '😀', stored: '😀' },
    { why: 'NUL and the last non-character', text: '\0\uffff', stored: '_x0000__xFFFF_' },
  ])('$why', ({ text: plain, stored }) => {
    expect(encodeEscapes(plain)).toBe(stored);
    expect(decodeEscapes(stored)).toBe(plain);
  });
});
