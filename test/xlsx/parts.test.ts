import { describe, expect, it } from 'vitest';
import { comparePackages, contentOf } from './compare.ts';
import {
  type BookShape,
  edit,
  failureOf,
  MAIN,
  makeBook,
  openBytes,
  REL,
  relationships,
  textRow,
  textsOf,
} from './make-book.ts';

const ROWS = `<sheetData>${textRow(1, ['甲'])}</sheetData>`;
const PLAIN = `<worksheet xmlns="${MAIN}">${ROWS}</worksheet>`;
const STRICT = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
const STRICT_REL = 'http://purl.oclc.org/ooxml/officeDocument/relationships';
const types = (inner: string) =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${inner}</Types>`;
const rel = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
const rels = (...each: string[]) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
const workbook = (inner: string) => `<workbook xmlns="${MAIN}" xmlns:r="${REL}">${inner}</workbook>`;

interface Case {
  readonly why: string;
  readonly shape: BookShape;
}

/** All hold one worksheet 表 with 甲 in A1. */
const CASES: readonly Case[] = [
  { why: 'the usual places', shape: {} },
  {
    why: 'absolute targets',
    shape: {
      parts: {
        '_rels/.rels': relationships([['officeDocument', '/xl/workbook.xml']]),
        'xl/_rels/workbook.xml.rels': relationships([['worksheet', '/xl/worksheets/sheet1.xml']]),
      },
    },
  },
  {
    why: 'targets with . and ..',
    shape: {
      parts: {
        'xl/_rels/workbook.xml.rels': relationships([['worksheet', './../xl/./worksheets/sheet1.xml']]),
      },
    },
  },
  {
    why: 'targets with backslashes',
    shape: {
      parts: { 'xl/_rels/workbook.xml.rels': relationships([['worksheet', 'worksheets\\sheet1.xml']]) },
    },
  },
  {
    why: 'a sheet part called anything',
    shape: {
      parts: {
        'xl/_rels/workbook.xml.rels': relationships([['worksheet', '../客户 1.dat']]),
        '客户 1.dat': PLAIN,
      },
    },
  },
  {
    why: 'a percent-encoded target',
    shape: {
      parts: {
        'xl/_rels/workbook.xml.rels': relationships([['worksheet', 'sheet%201.xml']]),
        'xl/sheet 1.xml': PLAIN,
      },
    },
  },
  {
    why: 'the workbook elsewhere than xl/',
    shape: {
      parts: {
        '_rels/.rels': relationships([['officeDocument', 'book/main.xml']]),
        'book/main.xml': workbook('<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>'),
        'book/_rels/main.xml.rels': relationships([['worksheet', 's.xml']]),
        'book/s.xml': PLAIN,
      },
    },
  },
  {
    why: 'the workbook at the root',
    shape: {
      parts: {
        '_rels/.rels': relationships([['officeDocument', 'main.xml']]),
        'main.xml': workbook('<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>'),
        '_rels/main.xml.rels': relationships([['worksheet', 's.xml']]),
        's.xml': PLAIN,
      },
    },
  },
  {
    why: 'strict namespaces',
    shape: {
      parts: {
        '_rels/.rels': rels(rel('rId1', `${STRICT_REL}/officeDocument`, 'xl/workbook.xml')),
        'xl/workbook.xml': `<workbook xmlns="${STRICT}" xmlns:r="${STRICT_REL}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': rels(rel('rId1', `${STRICT_REL}/worksheet`, 'worksheets/sheet1.xml')),
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="${STRICT}">${ROWS}</worksheet>`,
      },
    },
  },
  {
    why: 'prefixed XML everywhere',
    shape: {
      parts: {
        '_rels/.rels': rels(rel('rId1', `${REL}/officeDocument`, 'xl/workbook.xml'))
          .replaceAll('<Rel', '<p:Rel')
          .replaceAll('</Rel', '</p:Rel')
          .replace('xmlns=', 'xmlns:p='),
        'xl/workbook.xml': `<x:workbook xmlns:x="${MAIN}"><x:sheets><x:sheet name="表" sheetId="1" d:id="R1" xmlns:d="${REL}"/></x:sheets></x:workbook>`,
        'xl/_rels/workbook.xml.rels': rels(rel('R1', `${REL}/worksheet`, 'worksheets/sheet1.xml'))
          .replaceAll('<Rel', '<p:Rel')
          .replaceAll('</Rel', '</p:Rel')
          .replace('xmlns=', 'xmlns:p='),
        'xl/worksheets/sheet1.xml': `<x:worksheet xmlns:x="${MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`,
        '[Content_Types].xml': types('').replaceAll('Types', 'ct:Types').replace('xmlns=', 'xmlns:ct='),
      },
    },
  },
  {
    why: 'single quotes, and a sheet typed only by Default',
    shape: {
      parts: {
        '[Content_Types].xml': types(
          '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>',
        ),
        'xl/workbook.xml': workbook("<sheets><sheet r:id='rId1' sheetId='1' name='表'/></sheets>"),
      },
    },
  },
  {
    why: 'no calcPr, empty definedNames, an extension list',
    shape: { after: '<definedNames/><extLst><ext uri="x"/></extLst>' },
  },
  {
    why: 'comments and a processing instruction in the workbook',
    shape: { before: '<!-- <sheets><sheet name="假" r:id="rId9"/></sheets> --><?a b?>' },
  },
  {
    why: 'relationships to what is not there (a dangling calcChain, no theme)',
    shape: {
      workbookRels:
        rel('rId77', `${REL}/calcChain`, 'calcChain.xml') + rel('rId78', `${REL}/theme`, 'theme/theme1.xml'),
    },
  },
  {
    why: 'an external relationship',
    shape: {
      workbookRels:
        '<Relationship Id="rId8" Type="http://x/hyperlink" Target="http://example.com/a.xml" TargetMode="External"/>',
    },
  },
];

describe('parts are found through relationships', () => {
  it.each(CASES)('$why', async ({ shape }) => {
    const store = await openBytes(makeBook({ sheets: { 表: ROWS }, ...shape }));
    expect(store.sheets).toEqual([{ name: '表', kind: 'worksheet', hidden: false }]);
    expect(await textsOf(store, '表')).toEqual({ A1: '甲' });
  });

  it.each(CASES)('and a new sheet is registered the way the others are: $why', async ({ shape }) => {
    const bytes = makeBook({ sheets: { 表: ROWS }, ...shape });
    const edited = await edit(bytes, [
      { op: 'addSheet', sheet: '过程记录', headers: ['序号', 'A&B "引号"'] },
      { op: 'append', sheet: '过程记录', cells: new Map([[2, { kind: 'text', text: '一' }]]) },
      { op: 'set', place: { sheet: '表', row: 1, col: 2 }, input: { kind: 'text', text: '乙' } },
    ]);
    expect(edited.store.sheets.map(({ name }) => name)).toEqual(['表', '过程记录']);
    expect(await textsOf(edited.store, '过程记录')).toEqual({ A1: '序号', B1: 'A&B "引号"', B2: '一' });
    expect(await textsOf(edited.store, '表')).toEqual({ A1: '甲', B1: '乙' });
    // What the first edit made can be edited again.
    const again = await edit(edited.bytes, [{ op: 'addSheet', sheet: '设置', headers: [] }]);
    expect(again.store.sheets.map(({ name }) => name)).toEqual(['表', '过程记录', '设置']);
  });

  it('tells worksheets from chartsheets, macro and dialog sheets, and hidden ones from seen ones', async () => {
    const kinds = ['worksheet', 'chartsheet', 'dialogsheet', 'worksheet', 'worksheet'] as const;
    const listed = ['', '', '', ' state="hidden"', ' state="veryHidden"'].map(
      (state, index) => `<sheet name="S${index}" sheetId="${index + 1}"${state} r:id="rId${index + 1}"/>`,
    );
    const macro = rel(
      'rId6',
      'http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet',
      'macro.xml',
    );
    const store = await openBytes(
      makeBook({
        parts: {
          'xl/workbook.xml': workbook(
            `<sheets>${listed.join('')}<sheet name="M" sheetId="6" r:id="rId6"/></sheets>`,
          ),
          'xl/_rels/workbook.xml.rels': relationships(
            kinds.map((kind, index) => [kind, `${kind}${index}.xml`]),
          ).replace('</R', `${macro}</R`),
        },
      }),
    );
    expect(store.sheets.map(({ kind, hidden }) => `${kind}${hidden ? ' hidden' : ''}`)).toEqual([
      'worksheet',
      'other',
      'other',
      'worksheet hidden',
      'worksheet hidden',
      'other',
    ]);
  });

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
  ])('date1904="%s" is %s', async (value, expected) => {
    const store = await openBytes(makeBook({ before: `<workbookPr date1904="${value}"/>` }));
    expect(store.dates1904).toBe(expected);
  });
});

describe('a new sheet', () => {
  it('stays strict in a strict book and takes the relationship type of the others', async () => {
    const shape = CASES.find(({ why }) => why === 'strict namespaces')?.shape;
    const edited = await edit(makeBook({ sheets: { 表: ROWS }, ...shape }), [
      { op: 'addSheet', sheet: '新', headers: ['甲'] },
    ]);
    expect(contentOf(edited.bytes, 'xl/worksheets/sheet2.xml')).toContain(STRICT);
    expect(contentOf(edited.bytes, 'xl/_rels/workbook.xml.rels')).toContain(
      `Type="${STRICT_REL}/worksheet" Target="worksheets/sheet2.xml"`,
    );
  });

  it.each(['_x0041_表', "王芳's", 'A&B', '客户 & "商机"'])('may be called %s', async (name) => {
    const edited = await edit(makeBook({ sheets: { 表: ROWS } }), [
      { op: 'addSheet', sheet: name, headers: ['甲'] },
    ]);
    expect(edited.store.sheets.map((each) => each.name)).toEqual(['表', name]);
  });

  it.each(['', '表', '长'.repeat(32), 'a/b', "'a", '[1]'])('may not be called %j', async (name) => {
    const store = await openBytes(makeBook({ sheets: { 表: ROWS } }));
    const failure = await failureOf(() => store.plan([{ op: 'addSheet', sheet: name, headers: [] }]));
    expect(failure.code).toBe('file');
    expect(failure.text.zh).toContain('没有写入');
  });

  it('touches the lists of sheets and nothing else', async () => {
    const bytes = makeBook({ sheets: { 表: ROWS }, parts: { 'docProps/app.xml': '<Properties/>' } });
    const edited = await edit(bytes, [{ op: 'addSheet', sheet: '新', headers: ['甲'] }]);
    expect(comparePackages(bytes, edited.bytes)).toMatchObject({
      changed: ['[Content_Types].xml', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels'],
      added: ['xl/worksheets/sheet2.xml'],
      removed: [],
    });
  });

  it('has a frozen header in the style of the book, and numbers that are free', async () => {
    const header = textRow(1, ['一', '二', '三', '四', '五']).replaceAll('<c ', '<c s="1" ');
    const bytes = makeBook({
      sheets: { 表: `<sheetData>${header}</sheetData>` },
      parts: { 'xl/worksheets/Sheet2.xml': 'taken' },
      styles: `<styleSheet xmlns="${MAIN}"><cellXfs count="2"><xf/><xf/></cellXfs></styleSheet>`,
    });
    const edited = await edit(bytes, [{ op: 'addSheet', sheet: '新', headers: ['甲'] }]);
    const xml = contentOf(edited.bytes, 'xl/worksheets/sheet3.xml');
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(xml).toContain('<c r="A1" s="1" t="inlineStr">');
  });
});
