import { readEntries } from '../xlsx/compare.ts';
import { makeZip, type ZipPart, type ZipShape } from '../xlsx/make-zip.ts';
import { makeAwkward } from './corpus.ts';

/** A file that is no workbook, or hardly one, and what must come of it. */
export interface BadFile {
  readonly why: string;
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** What is said about it; absent where the file must work all the same. */
  readonly says?: RegExp;
  /** Takes seconds or much memory: tried by the real program only. */
  readonly heavy?: boolean;
}

export const GOOD = makeAwkward([]).bytes;
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const SHEET = 'xl/worksheets/sheet1.xml';
const DAMAGED = /不完整|损坏|不是 Excel|校验和|位置不对|没有这个部件|压缩方式|加了密|大得不正常/;
const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]);

const bad = (why: string, bytes: BadFile['bytes'], says?: RegExp, heavy = false): BadFile => ({
  why,
  name: '客户.xlsx',
  bytes,
  ...(says ? { says } : {}),
  ...(heavy ? { heavy } : {}),
});
const text = (content: string) => () => Buffer.from(content);

/** The good workbook with parts changed (null: left out) and its zip made anew. */
function rebuilt(
  parts: Readonly<Record<string, string | Uint8Array | null | ((old: string) => string)>>,
  each: (part: ZipPart) => ZipPart = (part) => part,
  zip: ZipShape = {},
): Buffer {
  const old = new Map<string, string | Uint8Array>(
    readEntries(GOOD).map(({ name, content }) => [name, content]),
  );
  for (const [name, part] of Object.entries(parts)) {
    if (part === null) old.delete(name);
    else old.set(name, typeof part === 'function' ? part(String(old.get(name) ?? '')) : part);
  }
  return makeZip(
    [...old].map(([name, content]) => each({ name, content })),
    zip,
  );
}
const withPart = (name: string, part: string | Uint8Array | null | ((old: string) => string)) => () =>
  rebuilt({ [name]: part });
const withRows = (rows: string) =>
  withPart(SHEET, (xml) => xml.replace(/<sheetData>.*<\/sheetData>/s, `<sheetData>${rows}</sheetData>`));
const withMoreRows = (rows: () => string) => () =>
  rebuilt({ [SHEET]: (xml) => xml.replace('</sheetData>', `${rows()}</sheetData>`) });
const onEntry = (wanted: RegExp, edit: (part: ZipPart) => Partial<ZipPart>) => () =>
  rebuilt({}, (part) => (wanted.test(part.name) ? { ...part, ...edit(part) } : part));
/** The good workbook with bytes overwritten. */
const patched = (edit: (bytes: Buffer) => void) => () => {
  const copy = Buffer.from(GOOD);
  edit(copy);
  return copy;
};
const END = GOOD.lastIndexOf('PK\x05\x06', undefined, 'latin1');
const DIRECTORY = GOOD.readUInt32LE(END + 16);
const RECORDS = readEntries(GOOD).map(({ record }) => GOOD.indexOf(record, DIRECTORY));
const STARTS = readEntries(GOOD).map(({ start }) => start);

const NO_WORKBOOKS: readonly BadFile[] = [
  bad('an empty file', text(''), /空文件.*备份/),
  bad('one byte', text('P'), /文本|不是/),
  bad('two letters of a zip', text('PK'), /不完整/),
  bad('zeros', () => Buffer.alloc(65_536), /不是 Excel/),
  bad(
    'noise',
    () => Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * index * 7 + 13) & 255)),
    /不是|文本/,
  ),
  bad('an old .xls', () => OLE, /\.xls 格式.*另存为 \.xlsx/),
  bad(
    'an .xls with a zip of its theme inside',
    () => Buffer.concat([OLE, GOOD]),
    /\.xls 格式.*另存为 \.xlsx/,
  ),
  bad('a password', () => Buffer.concat([OLE, Buffer.from('EncryptedPackage', 'utf16le')]), /密码.*去掉/),
  bad('a web page', text('<html><table><tr><td>客户名称</td></tr></table></html>'), /网页.*另存/),
  bad('a web page with a byte order mark', text('\uFEFF\r\n<!DOCTYPE html><html>'), /网页.*另存/),
  bad(
    'XML of Excel 2003',
    text('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
    /XML.*另存/,
  ),
  bad('a CSV', text('客户名称,当前阶段\r\n甲,线索获取\r\n'), /CSV.*另存/),
  bad('text in UTF-16', () => Buffer.from('\uFEFF客户名称\t当前阶段', 'utf16le'), /不是|文本/),
  bad('JSON', text('{"a":1}'), /文本/),
  bad(
    'what git-lfs leaves',
    text('version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n'),
    /文本/,
  ),
  bad('a PDF', text('%PDF-1.7\n%\u00e2\u00e3\n'), /不是|文本/),
  bad('a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /不是 Excel/),
  bad('gzip', () => Buffer.from('1f8b0800000000000003030000000000000000', 'hex'), /不是 Excel/),
  bad('7-Zip', () => Buffer.from('377abcaf271c00040000000000000000', 'hex'), /不是 Excel/),
  bad('SQLite', text('SQLite format 3\u0000\u0010\u0000'), /不是 Excel/),
  bad('a zip of nothing', () => makeZip([]), /不是 Excel/),
  bad('a zip of a text', () => makeZip([{ name: 'a.txt', content: 'x' }]), /不是 Excel/),
  bad(
    'an .ods',
    () =>
      makeZip([
        { name: 'mimetype', content: 'x', stored: true },
        { name: 'content.xml', content: '<x/>' },
      ]),
    /\.ods.*另存/,
  ),
  bad(
    'a .docx',
    () =>
      rebuilt({
        '_rels/.rels': (xml) => xml.replace('xl/workbook.xml', 'word/document.xml'),
        'word/document.xml': '<w:document xmlns:w="urn:w"/>',
      }),
    /不是 Excel/,
  ),
  bad(
    'an .xlsb',
    () =>
      rebuilt({
        '_rels/.rels': (xml) => xml.replace('workbook.xml', 'workbook.bin'),
        'xl/workbook.bin': 'x',
      }),
    /\.xlsb.*另存/,
  ),
  bad('an end record alone', () => GOOD.subarray(END), DAMAGED),
];

const CUT: readonly BadFile[] = [
  ...STARTS.flatMap((start, index) => [
    bad(
      `cut off in the header of entry ${index + 1}`,
      () => GOOD.subarray(0, start + 12),
      /不完整|文本|不是/,
    ),
    bad(`cut off in the data of entry ${index + 1}`, () => GOOD.subarray(0, start + 60), /不完整/),
  ]),
  ...RECORDS.map((at, index) =>
    bad(`cut off in directory record ${index + 1}`, () => GOOD.subarray(0, at + 30), /不完整/),
  ),
  ...[0, 4, 10, 16, 21].map((at) =>
    bad(`cut off ${at} bytes into the end record`, () => GOOD.subarray(0, END + at), /不完整/),
  ),
  ...[1, 100, 1000].map((at) =>
    bad(`the first ${at} bytes missing`, () => GOOD.subarray(at), at === 1 ? undefined : /损坏|不完整/),
  ),
  bad(
    'a hole of zeros in the middle',
    patched((bytes) => bytes.fill(0, 400, 900)),
    DAMAGED,
  ),
  bad(
    'the second half replaced by zeros',
    patched((bytes) => bytes.fill(0, bytes.length >> 1)),
    /不完整/,
  ),
];

const ZIPS: readonly BadFile[] = [
  ...RECORDS.map((at, index) =>
    bad(
      `a wrong offset of entry ${index + 1}`,
      patched((bytes) => bytes.writeUInt32LE(7, at + 42)),
      DAMAGED,
    ),
  ),
  bad(
    'an offset behind the end',
    patched((bytes) => bytes.writeUInt32LE(0xfffffff0, (RECORDS[4] ?? 0) + 42)),
    DAMAGED,
  ),
  bad(
    'a compressed size behind the end',
    patched((bytes) => bytes.writeUInt32LE(0x7fffffff, (RECORDS[4] ?? 0) + 20)),
    DAMAGED,
  ),
  bad(
    'a size of four gigabytes',
    patched((bytes) => bytes.writeUInt32LE(0xfffffffe, (RECORDS[4] ?? 0) + 24)),
    DAMAGED,
  ),
  bad(
    'a name longer than the file',
    patched((bytes) => bytes.writeUInt16LE(0xffff, (RECORDS[0] ?? 0) + 28)),
    DAMAGED,
  ),
  bad(
    'an extra field longer than the file',
    patched((bytes) => bytes.writeUInt16LE(0xffff, (RECORDS[6] ?? 0) + 30)),
    DAMAGED,
  ),
  bad(
    'more entries said than there are',
    patched((bytes) => bytes.writeUInt16LE(60_000, END + 10)),
    DAMAGED,
  ),
  bad(
    'a directory that begins nowhere',
    patched((bytes) => bytes.writeUInt32LE(0x7ffffff0, END + 16)),
    undefined,
  ),
  bad(
    'a directory of four gigabytes',
    patched((bytes) => bytes.writeUInt32LE(0xfffffff0, END + 12)),
    DAMAGED,
  ),
  bad(
    'zip64 values that nobody gives',
    patched((bytes) => {
      bytes.writeUInt32LE(0xffffffff, (RECORDS[4] ?? 0) + 24);
      bytes.writeUInt32LE(0xffffffff, (RECORDS[4] ?? 0) + 42);
    }),
    DAMAGED,
  ),
  ...[1, 9, 12, 93, 99].map((method) =>
    bad(
      `compression method ${method}`,
      patched((bytes) => bytes.writeUInt16LE(method, (RECORDS[4] ?? 0) + 10)),
      /压缩方式/,
    ),
  ),
  bad(
    'an encrypted entry',
    onEntry(/sheet1/, () => ({ flags: 0x801 })),
    /加了密.*去掉密码/,
  ),
  bad(
    'a strongly encrypted entry',
    onEntry(/sheet1/, () => ({ flags: 0x841 })),
    /加了密/,
  ),
  ...[
    'xl/workbook.xml',
    '_rels/.rels',
    'xl/_rels/workbook.xml.rels',
    'sheet1.xml',
    'sharedStrings',
    'styles',
  ].map((part) =>
    bad(
      `a wrong sum of ${part}`,
      onEntry(new RegExp(part.replace('.', '\\.')), () => ({ crc: 7 })),
      /校验和.*修复/,
    ),
  ),
  bad(
    'a size that says too little',
    onEntry(/sheet1/, () => ({ sizeSaid: 10 })),
    /大得不正常|损坏/,
  ),
  bad(
    'a size that says too much',
    onEntry(/sheet1/, () => ({ sizeSaid: 100_000 })),
    /校验和/,
  ),
  bad(
    'compressed bytes that are noise',
    patched((bytes) => bytes.fill(0xaa, (STARTS[4] ?? 0) + 60, (STARTS[4] ?? 0) + 90)),
    /损坏|校验/,
  ),
  bad('two ends, the second of nothing', () => Buffer.concat([GOOD, makeZip([])]), DAMAGED),
  bad('a bomb that says how big it is', () => bomb(200 * 1024 * 1024), /大得不正常/, true),
  bad('a bomb that lies about its size', () => bomb(1000), /大得不正常/, true),
  bad(
    'a bomb of shared strings',
    () => rebuilt({ 'xl/sharedStrings.xml': Buffer.alloc(200 * 1024 * 1024, 32) }),
    /大得不正常/,
    true,
  ),
  bad('eight sheets of 63 MB, none of them ours', manySheets, /表头/, true),
  bad('path tricks in names', () =>
    rebuilt({ '../../../etc/passwd': 'x', '/absolute': 'y', 'C:\\x': 'z', 'a\u0000b': 'w' }),
  ),
  bad('ten thousand entries', () =>
    rebuilt(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`xl/media/${index}.png`, '']))),
  ),
];

const doctype = (root: string) =>
  `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><${root} xmlns="${MAIN}">&b;</${root}>`;
const utf16 = (part: string) => () =>
  rebuilt({
    [part]: Buffer.from(
      `\uFEFF${String(readEntries(GOOD).find(({ name }) => name === part)?.content)}`,
      'utf16le',
    ),
  });
const PARTS: readonly BadFile[] = [
  bad('no relationships at all', withPart('_rels/.rels', null), /不是 Excel/),
  bad('relationships that are empty', withPart('_rels/.rels', '<Relationships/>'), /不是 Excel/),
  bad('a workbook that is not there', withPart('xl/workbook.xml', null), /不是 Excel/),
  bad(
    'a workbook outside the package',
    withPart('_rels/.rels', (xml) => xml.replace('Target=', 'TargetMode="External" Target=')),
    /不是 Excel/,
  ),
  bad('a workbook that is a web page', withPart('xl/workbook.xml', '<html/>'), /不是 Excel/),
  bad(
    'a workbook without a list of sheets',
    withPart('xl/workbook.xml', `<workbook xmlns="${MAIN}"/>`),
    /工作表清单/,
  ),
  bad(
    'a workbook with no sheets in its list',
    withPart('xl/workbook.xml', (xml) => xml.replace(/<sheet [^>]*>/g, '')),
    /找不到客户信息跟踪表/,
  ),
  bad('a workbook that is empty', withPart('xl/workbook.xml', ''), /不是 Excel/),
  bad(
    'a workbook cut off',
    withPart('xl/workbook.xml', (xml) => xml.slice(0, 200)),
    /清单/,
  ),
  bad(
    'relationships that point to each other',
    withPart('xl/_rels/workbook.xml.rels', (xml) =>
      xml.replaceAll(/Target="[^"]*"/g, 'Target="_rels/workbook.xml.rels"'),
    ),
    /不是工作表/,
  ),
  bad(
    'relationships above the root',
    withPart('xl/_rels/workbook.xml.rels', (xml) => xml.replaceAll('worksheets/', '../../../../worksheets/')),
    /没有这个部件/,
  ),
  bad(
    'sheets that point to nothing',
    withPart('xl/_rels/workbook.xml.rels', '<Relationships/>'),
    /找不到客户信息跟踪表|没有指向/,
  ),
  bad('a sheet part that is missing', withPart(SHEET, null), /没有这个部件/),
  bad(
    'a sheet whose part has a line break in its name: told in one line',
    () =>
      rebuilt({
        'xl/_rels/workbook.xml.rels': (xml) =>
          xml.replace('worksheets/sheet1.xml', 'worksheets/sheet1.xml&#10;x'),
      }),
    /sheet1\.xml⏎x:包里没有这个部件/,
  ),
  bad('a sheet that is a chart', withPart(SHEET, `<chartsheet xmlns="${MAIN}"/>`), /不是工作表/),
  bad('a sheet without rows', withPart(SHEET, `<worksheet xmlns="${MAIN}"/>`), /不是工作表/),
  bad('a sheet that is empty', withPart(SHEET, ''), /不是工作表/),
  bad(
    'rows that never end',
    withPart(SHEET, (xml) => xml.slice(0, 2000)),
    /没有结束/,
  ),
  bad('a picture as a sheet', withPart(SHEET, Buffer.from('89504e470d0a1a0a', 'hex')), /不是工作表/),
  ...[
    'xl/workbook.xml',
    SHEET,
    'xl/sharedStrings.xml',
    'xl/styles.xml',
    '_rels/.rels',
    'xl/_rels/workbook.xml.rels',
  ].flatMap((part) => [
    bad(`a DOCTYPE in ${part}`, withPart(part, doctype('x')), /DOCTYPE.*另存/),
    bad(`UTF-16 in ${part}`, utf16(part), /UTF-16.*另存/),
  ]),
  bad(
    'an encoding nobody knows',
    withPart(SHEET, (xml) => xml.replace('UTF-8', 'klingon')),
    /klingon/,
  ),
  bad(
    'UTF-7',
    withPart(SHEET, (xml) => xml.replace('UTF-8', 'utf-7')),
    /utf-7/,
  ),
  bad(
    'an encoding of a page long',
    withPart(SHEET, (xml) => xml.replace('UTF-8', 'x'.repeat(200))),
    /不认识/,
  ),
  bad(
    'NUL bytes in a sheet',
    withPart(SHEET, (xml) => xml.replaceAll('<row', '\0<row')),
  ),
  bad(
    'a shared string that is not there',
    withPart('xl/sharedStrings.xml', `<sst xmlns="${MAIN}"/>`),
    /表头|找不到/,
  ),
  bad(
    'shared strings cut off',
    withPart('xl/sharedStrings.xml', (xml) => xml.slice(0, 600)),
    /文字清单没有结束/,
  ),
  bad(
    'styles cut off',
    withPart('xl/styles.xml', (xml) => xml.slice(0, 200)),
  ),
];

const wide = (count: number) => `<row r="9">${'<c><v>1</v></c>'.repeat(count)}</row>`;
const ROWS: readonly BadFile[] = [
  bad(
    'a row beyond the last',
    withMoreRows(() => '<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
    /1048577/,
  ),
  bad(
    'a row number of twenty digits',
    withMoreRows(() => '<row r="99999999999999999999"/>'),
    /超出范围/,
  ),
  bad(
    'a row number below one',
    withMoreRows(() => '<row r="-4"><c><v>1</v></c></row><row r="0"/><row r="1e3"/>'),
  ),
  bad(
    'a column beyond the last',
    withMoreRows(() => '<row r="9"><c r="ZZZ9"><v>1</v></c></row>'),
    /超出范围/,
  ),
  bad(
    'a column of fifty letters',
    withMoreRows(() => `<row r="9"><c r="${'Z'.repeat(50)}9"><v>1</v></c></row>`),
    /超出范围/,
  ),
  bad(
    '16,384 columns',
    withMoreRows(() => wide(16_384)),
  ),
  bad(
    '16,385 columns',
    withMoreRows(() => wide(16_385)),
    /超出范围/,
  ),
  bad(
    'a header of 16,384 columns',
    withPart(SHEET, (xml) =>
      xml.replace(
        '<c r="O2"/></row>',
        `${Array.from({ length: 16_370 }, (_, index) => `<c t="inlineStr"><is><t>列${index}</t></is></c>`).join('')}</row>`,
      ),
    ),
    undefined,
    true,
  ),
  bad(
    'a million styled empty rows',
    withMoreRows(() =>
      Array.from({ length: 1_000_000 }, (_, index) => `<row r="${index + 20}" s="1" customFormat="1"/>`).join(
        '',
      ),
    ),
    undefined,
    true,
  ),
  bad(
    'a million styled empty cells',
    withMoreRows(() =>
      Array.from(
        { length: 10_000 },
        (_, index) => `<row r="${index + 20}">${'<c s="1"/>'.repeat(100)}</row>`,
      ).join(''),
    ),
    undefined,
    true,
  ),
  bad(
    '40 MB in a cell',
    withMoreRows(
      () =>
        `<row r="9"><c r="A9" t="inlineStr"><is><t>${'甲'.repeat(14_000_000)}</t></is></c><c r="I9" t="inlineStr"><is><t>线索获取</t></is></c></row>`,
    ),
    undefined,
    true,
  ),
  bad('unclosed cells', withRows('<row r="1"><c r="A1"><v>'.repeat(20_000)), /没有结束|表头|找不到/),
  bad('unclosed rows', withRows('<row r="1">'.repeat(20_000)), /没有结束|表头|找不到/),
  bad('endless attributes', withRows(`<row ${'a=" '.repeat(50_000)}`), /没有结束|表头|找不到/),
  bad('comments that never end', withRows('<!-- '.repeat(50_000)), /没有结束|表头|找不到/),
  bad('CDATA that never ends', withRows('<row><c><v><![CDATA['.repeat(1000)), /没有结束|表头|找不到/),
  bad(
    'a hundred thousand elements, one inside the other',
    withMoreRows(() => `<row r="9">${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</row>`),
    undefined,
  ),
  bad(
    'numbers that are none',
    withMoreRows(
      () =>
        '<row r="9"><c r="A9"><v>1e999</v></c><c r="H9"><v>NaN</v></c><c r="K9"><v>-1e308</v></c><c r="J9"><v>99999999999</v></c></row>',
    ),
  ),
  bad(
    'references to styles and strings that are not there',
    withMoreRows(
      () => '<row r="9"><c r="A9" s="99999" t="s"><v>99999</v></c><c r="B9" s="-1"><v>1</v></c></row>',
    ),
  ),
  bad(
    'types nobody knows',
    withMoreRows(
      () =>
        '<row r="9"><c r="A9" t="zz"><v>1</v></c><c r="B9" t="b"><v>maybe</v></c><c r="C9" t="d"><v>gestern</v></c></row>',
    ),
  ),
  bad(
    'character references beyond Unicode',
    withMoreRows(
      () =>
        '<row r="9"><c r="A9" t="inlineStr"><is><t>&#x110000;&#99999999999;&#xD800;&#0;</t></is></c></row>',
    ),
  ),
  bad(
    'a sheet called __proto__',
    withPart('xl/workbook.xml', (xml) => xml.replace('name="字典"', 'name="__proto__"')),
  ),
  bad(
    'columns called __proto__ and constructor',
    withPart(SHEET, (xml) =>
      xml.replace(
        '<c r="N2"/><c r="O2"/>',
        '<c r="N2" t="inlineStr"><is><t>__proto__</t></is></c><c r="O2" t="inlineStr"><is><t>constructor</t></is></c>',
      ),
    ),
  ),
  bad(
    'a header twice',
    withPart(SHEET, (xml) =>
      xml.replace('<c r="N2"/>', '<c r="N2" t="inlineStr"><is><t>当前阶段</t></is></c>'),
    ),
    /两列/,
  ),
  bad('no header', withRows('<row r="1"><c r="A1"><v>1</v></c></row>'), /表头|找不到/),
  bad('an empty sheet', withRows(''), /表头|找不到/),
  bad(
    'a header without 客户名称',
    withPart(SHEET, (xml) => xml.replace(/<c r="A2"[^>]*>.*?<\/c>/, '')),
    /客户名称/,
  ),
];

export const BAD_WORKBOOKS: readonly BadFile[] = [...NO_WORKBOOKS, ...CUT, ...ZIPS, ...PARTS, ...ROWS];

function bomb(sizeSaid: number): Buffer {
  return rebuilt({}, (part) =>
    part.name === SHEET ? { ...part, content: Buffer.alloc(200 * 1024 * 1024, 32), sizeSaid } : part,
  );
}

/** Each sheet just below what is allowed for one. */
function manySheets(): Buffer {
  const rows = Buffer.alloc(63 * 1024 * 1024, 32);
  const content = Buffer.concat([
    Buffer.from(`<worksheet xmlns="${MAIN}"><sheetData>`),
    rows,
    Buffer.from('</sheetData></worksheet>'),
  ]);
  const numbers = Array.from({ length: 8 }, (_, index) => index + 10);
  return rebuilt({
    'xl/workbook.xml': (xml) =>
      xml.replace(
        /<sheets>.*<\/sheets>/,
        `<sheets>${numbers.map((n) => `<sheet name="页${n}" sheetId="${n}" r:id="r${n}"/>`).join('')}</sheets>`,
      ),
    'xl/_rels/workbook.xml.rels': (xml) =>
      xml.replace(
        '</Relationships>',
        `${numbers.map((n) => `<Relationship Id="r${n}" Type="http://x/worksheet" Target="s${n}.xml"/>`).join('')}</Relationships>`,
      ),
    ...Object.fromEntries(numbers.map((n) => [`xl/s${n}.xml`, content])),
  });
}
