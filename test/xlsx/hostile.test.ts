import { describe, expect, it } from 'vitest';
import { type BookShape, edit, failureOf, MAIN, makeBook, openBytes, REL, rowsOf } from './make-book.ts';
import { makeZip } from './make-zip.ts';

const GOOD = makeBook({ sheets: { 表: '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>' } });
const OLE2 = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);

interface Case {
  readonly why: string;
  readonly bytes: () => Uint8Array;
  /** Both must be said: what it is, and what to do. */
  readonly zh: RegExp;
  readonly en: RegExp;
}

const book = (shape: BookShape) => () => makeBook(shape);
const CASES: readonly Case[] = [
  { why: 'an empty file', bytes: () => Buffer.alloc(0), zh: /空文件.*备份/, en: /0 bytes.*backup/ },
  { why: 'one byte', bytes: () => Buffer.from('P'), zh: /文本|不是/, en: /text|no Excel/ },
  {
    why: 'cut off in the middle',
    bytes: () => GOOD.subarray(0, GOOD.length >> 1),
    zh: /不完整.*备份/,
    en: /incomplete.*backup/,
  },
  {
    why: 'cut off in the directory',
    bytes: () => GOOD.subarray(0, GOOD.length - 60),
    zh: /不完整/,
    en: /incomplete/,
  },
  {
    why: 'an end record and nothing else',
    bytes: () => GOOD.subarray(GOOD.length - 22),
    zh: /不完整|不是/,
    en: /incomplete|no Excel/,
  },
  {
    why: 'its front cut off: entries are not where the directory says',
    bytes: () => GOOD.subarray(200),
    zh: /损坏/,
    en: /damaged/,
  },
  {
    why: 'an old .xls',
    bytes: () => OLE2,
    zh: /\.xls 格式.*另存为 \.xlsx/,
    en: /old \.xls.*Save it as \.xlsx/,
  },
  {
    why: 'an .xls of today, with a zip of its theme inside',
    bytes: () => Buffer.concat([OLE2, makeZip([{ name: 'theme/theme1.xml', content: '<a/>' }])]),
    zh: /\.xls 格式.*另存为 \.xlsx/,
    en: /old \.xls.*Save it as \.xlsx/,
  },
  {
    why: 'a password',
    bytes: () => Buffer.concat([OLE2, Buffer.from('EncryptedPackage', 'utf16le')]),
    zh: /密码.*去掉/,
    en: /password.*Remove/,
  },
  {
    why: 'a web page called .xls',
    bytes: () => Buffer.from('<html><table><tr><td>客户'),
    zh: /网页.*另存为 \.xlsx/,
    en: /HTML.*save it as \.xlsx/,
  },
  {
    why: 'a CSV called .xlsx',
    bytes: () => Buffer.from('客户名称,联系人\r\n甲,乙\r\n'),
    zh: /CSV.*另存/,
    en: /CSV.*save/,
  },
  {
    why: 'noise',
    bytes: () => Buffer.from([1, 0, 2, 0, 3, 0, 4, 0]),
    zh: /不是 Excel/,
    en: /no Excel workbook/,
  },
  {
    why: 'a zip of something else',
    bytes: () => makeZip([{ name: 'a.txt', content: 'x' }]),
    zh: /不是 Excel 工作簿/,
    en: /no Excel workbook/,
  },
  {
    why: 'an .xlsb',
    bytes: book({ parts: { '_rels/.rels': rels('xl/workbook.bin'), 'xl/workbook.bin': 'x' } }),
    zh: /\.xlsb.*另存/,
    en: /\.xlsb.*Save/,
  },
  {
    why: 'an .ods',
    bytes: () =>
      makeZip([
        { name: 'mimetype', content: 'x', stored: true },
        { name: 'content.xml', content: '<x/>' },
      ]),
    zh: /\.ods.*另存/,
    en: /\.ods.*Save/,
  },
  {
    why: 'an encrypted entry',
    bytes: () => makeBook({ each: (part) => ({ ...part, flags: 0x801 }) }),
    zh: /加了密.*去掉密码/,
    en: /encrypted.*Remove/,
  },
  {
    why: 'a DOCTYPE with entities',
    bytes: book({
      parts: {
        'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><worksheet xmlns="${MAIN}"><sheetData/></worksheet>`,
      },
    }),
    zh: /DOCTYPE.*另存/,
    en: /DOCTYPE.*Save/,
  },
  {
    why: 'a UTF-16 part',
    bytes: book({
      parts: {
        'xl/worksheets/sheet1.xml': Buffer.from('\uFEFF<?xml version="1.0"?><worksheet/>', 'utf16le'),
      },
    }),
    zh: /UTF-16.*另存/,
    en: /UTF-16.*Save/,
  },
  {
    why: 'UTF-16 without a mark',
    bytes: book({ parts: { 'xl/worksheets/sheet1.xml': Buffer.from('<worksheet/>', 'utf16le') } }),
    zh: /UTF-16/,
    en: /UTF-16/,
  },
  {
    why: 'an encoding nobody knows',
    bytes: book({
      parts: { 'xl/worksheets/sheet1.xml': '<?xml version="1.0" encoding="klingon"?><worksheet/>' },
    }),
    zh: /klingon/,
    en: /klingon/,
  },
  {
    why: 'a sheet part that is missing',
    bytes: book({
      each: (part) => (part.name.includes('sheet1') ? { ...part, name: 'elsewhere.xml' } : part),
    }),
    zh: /sheet1\.xml.*没有/,
    en: /missing/,
  },
  {
    why: 'a sheet that points nowhere',
    bytes: book({ parts: { 'xl/_rels/workbook.xml.rels': '<Relationships/>' } }),
    zh: /没有指向/,
    en: /points to no part/,
  },
  {
    why: 'a part that is no worksheet',
    bytes: book({ parts: { 'xl/worksheets/sheet1.xml': '<chartsheet/>' } }),
    zh: /不是工作表/,
    en: /no worksheet/,
  },
  {
    why: 'rows that never end',
    bytes: book({ parts: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"><c r="A1"><v>1' } }),
    zh: /没有结束/,
    en: /never end/,
  },
  {
    why: 'a row beyond the last',
    bytes: book({ sheets: { 表: '<sheetData><row r="1048577"/></sheetData>' } }),
    zh: /1048577/,
    en: /out of range/,
  },
  {
    why: 'a column beyond the last',
    bytes: book({ sheets: { 表: '<sheetData><row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData>' } }),
    zh: /超出范围/,
    en: /out of range/,
  },
  {
    why: 'a wrong checksum in what is read',
    bytes: () => makeBook({ each: (part) => (part.name.includes('sheet1') ? { ...part, crc: 7 } : part) }),
    zh: /校验和.*修复/,
    en: /checksum.*repair/,
  },
  {
    why: 'compressed bytes that are noise',
    bytes: () => corrupt(GOOD),
    zh: /损坏|校验/,
    en: /decompressed|checksum/,
  },
  {
    why: 'a bomb that says how big it is',
    bytes: () => bomb(80 * 1024 * 1024),
    zh: /大得不正常/,
    en: /abnormal size/,
  },
  { why: 'a bomb that lies about its size', bytes: () => bomb(1000), zh: /大得不正常/, en: /abnormal size/ },
];

describe('a bad file', () => {
  it.each(CASES)('ends as a failure that says what it is and what to do: $why', async ({ bytes, zh, en }) => {
    const failure = await failureOf(async () => {
      const store = await openBytes(bytes(), '客户.xlsx');
      return rowsOf(store, store.sheets[0]?.name ?? '');
    });
    expect(failure.code).toBe('file');
    expect(failure.place.file).toBe('客户.xlsx');
    expect(failure.text.zh).toContain('客户.xlsx');
    expect(failure.text.zh).toMatch(zh);
    expect(failure.text.en).toMatch(en);
  });

  it('never crashes and never hangs, wherever it is cut or hit', async () => {
    for (let at = 0; at < GOOD.length; at += 7) {
      const hit = Buffer.from(GOOD);
      hit[at] = (hit[at] ?? 0) ^ 0xff;
      for (const bytes of [GOOD.subarray(0, at), hit]) {
        const outcome = await outcomeOf(bytes);
        expect(['read', 'file']).toContain(outcome);
      }
    }
  });

  it('keeps a sheet that points to nothing, as old macro modules do, and works on the others', async () => {
    const bytes = makeBook({
      sheets: { 表: '<sheetData/>' },
      parts: {
        'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="模块" sheetId="2" r:id=""/><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      },
    });
    const store = await openBytes(bytes);
    expect(store.sheets.map(({ kind }) => kind)).toEqual(['other', 'worksheet']);
    const { plan } = await edit(bytes, [
      { op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: 'x' }]]) },
    ]);
    expect(plan.changes).toHaveLength(1);
  });

  it('refuses a list of names in which one swallows the next: found by fuzzing', async () => {
    const names =
      '<definedName name="甲">表!$A$1:$A$2</defined-Name><definedName name="乙">表!$A$1:$A$2</definedName>';
    const bytes = makeBook({
      sheets: {
        表: '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>',
      },
      parts: {
        'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets><definedNames>${names}</definedNames></workbook>`,
      },
    });
    const failure = await failureOf(() =>
      edit(bytes, [{ op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: 'x' }]]) }]),
    );
    expect(failure.text.zh).toContain('不是合法的 XML');
  });

  it('refuses to change a row with two cells in one column, of which it would show the other: found by fuzzing', async () => {
    const bytes = makeBook({
      sheets: {
        表: '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="A3"><v>3</v></c></row></sheetData>',
      },
    });
    const set = (row: number) =>
      edit(bytes, [
        { op: 'set', place: { sheet: '表', row, col: 1 }, input: { kind: 'number', value: 9 } } as const,
      ]);
    const failure = await failureOf(() => set(2));
    expect(failure.place).toMatchObject({ sheet: '表', cell: 'A2' });
    expect(failure.text.zh).toContain('这一格在文件里出现了两次');
    expect((await set(1)).plan.changes).toHaveLength(1);
  });

  it('names the sheets there are when one is asked for that is not', async () => {
    const failure = await failureOf(async () => rowsOf(await openBytes(GOOD), '没有'));
    expect(failure.place).toMatchObject({ sheet: '没有', expected: '表' });
  });

  it('does not take __proto__ for anything but a name', async () => {
    const store = await openBytes(
      makeBook({ sheets: { __proto__x: '<sheetData/>', constructor: '<sheetData/>' } }),
    );
    expect(store.sheets.map(({ name }) => name)).toEqual(['__proto__x', 'constructor']);
    expect((await failureOf(() => rowsOf(store, '__proto__'))).code).toBe('file');
  });

  it('refuses to change a signed workbook, and reads it', async () => {
    const store = await openBytes(makeBook({ parts: { '_xmlsignatures/sig1.xml': '<Signature/>' } }));
    expect(await rowsOf(store, '表')).toEqual([]);
    const failure = await failureOf(() =>
      store.plan([{ op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: 'x' }]]) }]),
    );
    expect(failure.text.zh).toMatch(/数字签名.*去掉签名/);
  });

  it.each([
    {
      why: 'relationships that end twice',
      part: 'xl/_rels/workbook.xml.rels',
      from: /<\/Relationships>/,
      to: '$&<a/>',
    },
    {
      why: 'relationships that never end',
      part: 'xl/_rels/workbook.xml.rels',
      from: /<\/Relationships>/,
      to: '',
    },
    { why: 'a list of sheets that never ends', part: 'xl/workbook.xml', from: /<\/sheets>/, to: '' },
    { why: 'types that begin in the middle', part: '[Content_Types].xml', from: /<Types [^>]*>/, to: '' },
    { why: 'two workbooks in one part', part: 'xl/workbook.xml', from: /$/, to: '<workbook/>' },
  ])('refuses to list a new sheet in $why', async ({ part, from, to }) => {
    const bytes = makeBook({
      each: (each) =>
        each.name === part ? { ...each, content: String(each.content).replace(from, to) } : each,
    });
    const failure = await failureOf(() => edit(bytes, [{ op: 'addSheet', sheet: '新', headers: ['甲'] }]));
    expect(failure.text.zh).toMatch(/损坏.*修复后另存/);
  });

  it('reads past 300,000 styled empty rows in bounded time', async () => {
    const empty = Array.from(
      { length: 300_000 },
      (_, index) => `<row r="${index + 1}" s="3" customFormat="1"/>`,
    );
    const store = await openBytes(makeBook({ sheets: { 表: `<sheetData>${empty.join('')}</sheetData>` } }));
    const start = performance.now();
    expect(await rowsOf(store, '表')).toEqual([]);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    { why: 'unclosed cells', xml: '<row r="1"><c r="A1"><v>'.repeat(20_000) },
    { why: 'unclosed rows', xml: '<row r="1">'.repeat(20_000) },
    { why: 'endless attributes', xml: `<row ${'a=" '.repeat(50_000)}` },
    { why: 'comments that never end', xml: '<!-- '.repeat(50_000) },
    { why: 'processing instructions before a far comment', xml: `${'<?a?>'.repeat(50_000)}<!-- -->` },
  ])('is done soon with $why', async ({ xml }) => {
    const start = performance.now();
    await outcomeOf(makeBook({ sheets: { 表: `<sheetData>${xml}</sheetData>` } }));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    const store = await openBytes(bytes);
    for (const { name, kind } of store.sheets) if (kind === 'worksheet') await rowsOf(store, name);
    return 'read';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function rels(target: string): string {
  return `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="${target}"/></Relationships>`;
}

function corrupt(zip: Buffer): Buffer {
  const copy = Buffer.from(zip);
  const at = copy.indexOf('xl/worksheets/sheet1.xml') + 'xl/worksheets/sheet1.xml'.length;
  copy.fill(0xaa, at, at + 20);
  return copy;
}

function bomb(sizeSaid: number): Buffer {
  const blanks = Buffer.alloc(80 * 1024 * 1024, 32);
  return makeBook({
    each: (part) => (part.name.includes('sheet1') ? { ...part, content: blanks, sizeSaid } : part),
  });
}
