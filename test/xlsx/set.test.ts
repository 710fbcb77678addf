import { describe, expect, it } from 'vitest';
import type { CellInput, Patch, PlainInput } from '../../src/core/sheet.ts';
import { compareSheets, contentOf } from './compare.ts';
import {
  cellsOf,
  edit,
  failureOf,
  MAIN,
  makeBook,
  makeStyles,
  openBytes,
  REL,
  textRow,
  textsOf,
} from './make-book.ts';

const PART = 'xl/worksheets/sheet1.xml';
const set = (row: number, col: number, input: CellInput): Patch => ({
  op: 'set',
  place: { sheet: '表', row, col },
  input,
});
const text = (value: string): PlainInput => ({ kind: 'text', text: value });

const rate = (shows: PlainInput): CellInput => ({
  kind: 'formula',
  formula: 'IF(A{row}=0,"—",C{row}/A{row})',
  shows,
});

/** 2026-11-23 is day 20780 and serial 46349. */
const DAY = 20_780;

interface Case {
  readonly why: string;
  /** The cell B2 as it stands. */
  readonly before: string;
  readonly input: CellInput;
  readonly after: string;
}

const CASES: readonly Case[] = [
  {
    why: 'text in place of a shared string keeps the style',
    before: '<c r="B2" s="3" t="s"><v>0</v></c>',
    input: text('新'),
    after: '<c r="B2" s="3" t="inlineStr"><is><t>新</t></is></c>',
  },
  {
    why: 'markup is escaped',
    before: '<c r="B2"/>',
    input: text('<b> & "x"'),
    after: '<c r="B2" t="inlineStr"><is><t>&lt;b&gt; &amp; &quot;x&quot;</t></is></c>',
  },
  {
    why: 'leading zeros stay text',
    before: '<c r="B2"><v>1</v></c>',
    input: text('0086'),
    after: '<c r="B2" t="inlineStr"><is><t>0086</t></is></c>',
  },
  {
    why: 'a formula from a person is text',
    before: '<c r="B2"/>',
    input: text('=1+1'),
    after: '<c r="B2" t="inlineStr"><is><t>=1+1</t></is></c>',
  },
  {
    why: 'blanks at the ends and line breaks are kept',
    before: '<c r="B2"/>',
    input: text(' 甲\n乙'),
    after: '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> 甲\n乙</t></is></c>',
  },
  {
    why: 'what looks like an escape is guarded',
    before: '<c r="B2"/>',
    input: text('_x000D_\r'),
    after: '<c r="B2" t="inlineStr"><is><t xml:space="preserve">_x005F_x000D__x000D_</t></is></c>',
  },
  {
    why: 'a number',
    before: '<c r="B2" s="3" t="s"><v>0</v></c>',
    input: { kind: 'number', value: 12.5 },
    after: '<c r="B2" s="3"><v>12.5</v></c>',
  },
  {
    why: 'money in yuan',
    before: '<c r="B2" s="3"><v>1</v></c>',
    input: { kind: 'money', fen: 15_000_050 },
    after: '<c r="B2" s="3"><v>150000.5</v></c>',
  },
  {
    why: 'a date keeps a date style',
    before: '<c r="B2" s="1"><v>1</v></c>',
    input: { kind: 'date', day: DAY },
    after: '<c r="B2" s="1"><v>46349</v></c>',
  },
  {
    why: 'a date gets a date style like the old one',
    before: '<c r="B2" s="3"><v>1</v></c>',
    input: { kind: 'date', day: DAY },
    after: '<c r="B2" s="4"><v>46349</v></c>',
  },
  {
    why: 'a date before 1900-03-01 is written out: Excel counts wrong there',
    before: '<c r="B2" s="1"><v>1</v></c>',
    input: { kind: 'date', day: -25_600 },
    after: '<c r="B2" s="1" t="inlineStr"><is><t>1899-11-29</t></is></c>',
  },
  {
    why: 'blank empties the cell and keeps its style',
    before: '<c r="B2" s="3"><v>1</v></c>',
    input: { kind: 'blank' },
    after: '<c r="B2" s="3"/>',
  },
  {
    why: 'empty text is blank',
    before: '<c r="B2" s="3"><v>1</v></c>',
    input: text(''),
    after: '<c r="B2" s="3"/>',
  },
  {
    why: 'a plain formula gives way to what is typed',
    before: '<c r="B2" s="3"><f>A2</f><v>1</v></c>',
    input: text('甲'),
    after: '<c r="B2" s="3" t="inlineStr"><is><t>甲</t></is></c>',
  },
  {
    why: 'a dependent of a shared formula may go',
    before: '<c r="B2"><f t="shared" si="0"/><v>1</v></c>',
    input: text('甲'),
    after: '<c r="B2" t="inlineStr"><is><t>甲</t></is></c>',
  },
  {
    why: 'metadata of the old value goes with it',
    before: '<c r="B2" s="3" cm="1" vm="1"><v>1</v></c>',
    input: { kind: 'number', value: 2 },
    after: '<c r="B2" s="3"><v>2</v></c>',
  },
  {
    why: 'a share gets a percent style like the old one',
    before: '<c r="B2" s="3"><v>1</v></c>',
    input: { kind: 'percent', value: 0.75 },
    after: '<c r="B2" s="4"><v>0.75</v></c>',
  },
  {
    why: "the book's own percent format stays",
    before: '<c r="B2" s="2"><v>1</v></c>',
    input: { kind: 'percent', value: 0.75 },
    after: '<c r="B2" s="2"><v>0.75</v></c>',
  },
  {
    why: 'a formula of ours stands with its cached value, for its own row',
    before: '<c r="B2" s="2"/>',
    input: rate({ kind: 'percent', value: 0.5 }),
    after: '<c r="B2" s="2"><f>IF(A2=0,&quot;—&quot;,C2/A2)</f><v>0.5</v></c>',
  },
  {
    why: 'a formula that shows a text',
    before: '<c r="B2" s="2"><v>1</v></c>',
    input: rate(text('—')),
    after: '<c r="B2" s="2" t="str"><f>IF(A2=0,&quot;—&quot;,C2/A2)</f><v>—</v></c>',
  },
  {
    why: 'markup in a formula is escaped',
    before: '<c r="B2"/>',
    input: { kind: 'formula', formula: 'IF(A{row}<>1,"a&b",2)', shows: { kind: 'number', value: 2 } },
    after: '<c r="B2"><f>IF(A2&lt;&gt;1,&quot;a&amp;b&quot;,2)</f><v>2</v></c>',
  },
  {
    why: 'a formula filled down by people stays shared, the value is new',
    before: '<c r="B2" s="2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>2</v></c>',
    input: rate({ kind: 'percent', value: 0.5 }),
    after: '<c r="B2" s="2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>0.5</v></c>',
  },
  {
    why: 'so does a dependent of one',
    before: '<c r="B2" s="2"><f t="shared" si="0"/><v>2</v></c>',
    input: rate({ kind: 'percent', value: 0.5 }),
    after: '<c r="B2" s="2"><f t="shared" si="0"/><v>0.5</v></c>',
  },
  {
    why: 'a cell without an address gets one',
    before: '<c s="3"><v>1</v></c>',
    input: { kind: 'number', value: 2 },
    after: '<c r="B2" s="3"><v>2</v></c>',
  },
];

const STYLES = makeStyles(['', 'yyyy\\-mm\\-dd', '0%', '#,##0']);
const bookWith = (cell: string) =>
  makeBook({
    sheets: {
      表: `<sheetData>${textRow(1, ['甲', '乙'])}<row r="2" spans="1:3"><c r="A2"><v>1</v></c>${cell}<c r="C2"><v>3</v></c></row></sheetData>`,
    },
    styles: STYLES,
    strings: `<sst xmlns="${MAIN}"><si><t>旧</t></si></sst>`,
  });

describe('setting a cell', () => {
  it.each(CASES)('$why', async ({ before, input, after }) => {
    const bytes = bookWith(before);
    const edited = await edit(bytes, [set(2, 2, input)]);
    expect(contentOf(edited.bytes, PART)).toBe(contentOf(bytes, PART).replace(before, after));
  });

  it('adds one style, a copy of the old one with a date format, and uses it again the next time', async () => {
    const styles = (bytes: Buffer) => contentOf(bytes, 'xl/styles.xml');
    const first = await edit(bookWith('<c r="B2" s="3"/>'), [
      set(2, 2, { kind: 'date', day: DAY }),
      set(2, 1, { kind: 'date', day: DAY }),
    ]);
    expect(styles(first.bytes)).toContain('<cellXfs count="5">');
    expect(styles(first.bytes)).toContain(
      '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    );
    expect(styles(first.bytes)).toContain('<numFmts count="4">');
    const second = await edit(first.bytes, [set(2, 3, { kind: 'date', day: DAY })]);
    expect(styles(second.bytes)).toBe(styles(first.bytes));
  });

  it('makes the date format where the book has none', async () => {
    const styles = `<x:styleSheet xmlns:x="${MAIN}"><x:cellXfs count="1"><x:xf quotePrefix="1"><x:alignment wrapText="1"/></x:xf></x:cellXfs></x:styleSheet>`;
    const edited = await edit(
      makeBook({ sheets: { 表: `<sheetData>${textRow(1, ['日期'])}</sheetData>` }, styles }),
      [set(2, 1, { kind: 'date', day: DAY })],
    );
    expect(contentOf(edited.bytes, 'xl/styles.xml')).toBe(
      `<x:styleSheet xmlns:x="${MAIN}"><x:numFmts count="1"><x:numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></x:numFmts><x:cellXfs count="2"><x:xf quotePrefix="1"><x:alignment wrapText="1"/></x:xf><x:xf numFmtId="164" applyNumberFormat="1"><x:alignment wrapText="1"/></x:xf></x:cellXfs></x:styleSheet>`,
    );
    expect((await cellsOf(edited.store, '表')).A2).toEqual({ kind: 'number', value: 46_349, format: 'date' });
  });

  it('writes a date as text where the book has no styles to show one', async () => {
    const edited = await edit(
      makeBook({ sheets: { 表: `<sheetData>${textRow(1, ['日期'])}</sheetData>` } }),
      [set(2, 1, { kind: 'date', day: DAY })],
    );
    expect(await textsOf(edited.store, '表')).toEqual({ A1: '日期', A2: '2026-11-23' });
  });

  it('counts from 1904 in a book that does', async () => {
    const bytes = makeBook({
      before: '<workbookPr date1904="1"/>',
      sheets: { 表: '<sheetData><row r="1"><c r="A1" s="1"/></row></sheetData>' },
      styles: STYLES,
    });
    const edited = await edit(bytes, [set(1, 1, { kind: 'date', day: DAY })]);
    expect((await cellsOf(edited.store, '表')).A1).toEqual({ kind: 'number', value: 44_887, format: 'date' });
  });

  it.each([
    {
      why: 'between others',
      row: '<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>4</v></c></row>',
      after: '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>9</v></c><c r="D2"><v>4</v></c></row>',
    },
    {
      why: 'after the last, spans widened',
      row: '<row r="2" spans="1:1"><c r="A2"><v>1</v></c></row>',
      after: '<row r="2" spans="1:2"><c r="A2"><v>1</v></c><c r="B2"><v>9</v></c></row>',
    },
    {
      why: 'in an empty row that keeps its height',
      row: '<row r="2" ht="30" customHeight="1"/>',
      after: '<row r="2" ht="30" customHeight="1"><c r="B2"><v>9</v></c></row>',
    },
    {
      why: 'with the style of its row',
      row: '<row r="2" s="3" customFormat="1"/>',
      after: '<row r="2" s="3" customFormat="1"><c r="B2" s="3"><v>9</v></c></row>',
    },
    {
      why: 'in a row without addresses',
      row: '<row><c><v>1</v></c></row>',
      after: '<row><c><v>1</v></c><c r="B2"><v>9</v></c></row>',
    },
    {
      why: 'before extensions of the row',
      row: '<row r="2"><c r="A2"><v>1</v></c><extLst><ext uri="x"/></extLst></row>',
      after: '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>9</v></c><extLst><ext uri="x"/></extLst></row>',
    },
    {
      why: 'with the style its text neighbours have',
      row: '<row r="2"><c r="A2" s="3" t="str"><v>甲</v></c></row>',
      after: '<row r="2"><c r="A2" s="3" t="str"><v>甲</v></c><c r="B2" s="3"><v>9</v></c></row>',
    },
  ])('puts a new cell $why', async ({ row, after }) => {
    const bytes = makeBook({ sheets: { 表: `<sheetData>${textRow(1, ['甲', '乙'])}${row}</sheetData>` } });
    const edited = await edit(bytes, [set(2, 2, { kind: 'number', value: 9 })]);
    expect(contentOf(edited.bytes, PART)).toBe(contentOf(bytes, PART).replace(row, after));
  });

  it('keeps comments, CDATA and blanks of a touched row', async () => {
    const row =
      '<row r="2">\n <!-- x --><c r="A2"><v>1</v></c>\n <c r="B2"><v><![CDATA[2]]></v></c> <c r="C2"><v>3</v></c>\n</row>';
    const bytes = makeBook({ sheets: { 表: `<sheetData>${textRow(1, ['甲'])}${row}</sheetData>` } });
    const edited = await edit(bytes, [set(2, 3, { kind: 'number', value: 9 })]);
    expect(contentOf(edited.bytes, PART)).toBe(contentOf(bytes, PART).replace('<v>3</v>', '<v>9</v>'));
  });

  it('writes character references where the part is not UTF-8', async () => {
    const xml = `<?xml version="1.0" encoding="us-ascii"?><worksheet xmlns="${MAIN}"><sheetData/></worksheet>`;
    const edited = await edit(makeBook({ sheets: { 表: xml } }), [set(1, 1, text('客户😀'))]);
    expect(contentOf(edited.bytes, PART)).toContain('<t>&#23458;&#25143;&#128512;</t>');
    expect(await textsOf(edited.store, '表')).toEqual({ A1: '客户😀' });
  });

  it('leaves the file alone when every cell already shows what is to be set', async () => {
    const bytes = bookWith('<c r="B2" t="s"><v>0</v></c>');
    const store = await openBytes(bytes);
    const plan = await store.plan([set(2, 2, text('旧')), set(9, 9, { kind: 'blank' })]);
    expect(plan.changes).toEqual([]);
    expect(Buffer.concat(plan.files[0]?.pieces ?? []).equals(bytes)).toBe(true);
  });

  it('reports one change per cell, first and last state, however often it is set', async () => {
    const edited = await edit(bookWith('<c r="B2" t="s"><v>0</v></c>'), [
      set(2, 2, text('一')),
      set(2, 2, text('二')),
    ]);
    expect(edited.plan.changes).toEqual([
      {
        sheet: '表',
        cell: 'B2',
        row: 2,
        col: 2,
        before: { kind: 'text', text: '旧' },
        after: { kind: 'text', text: '二' },
      },
    ]);
  });

  it('touches only the row of the cell', async () => {
    const bytes = bookWith('<c r="B2"/>');
    const edited = await edit(bytes, [set(2, 2, text('x'))]);
    expect(compareSheets(contentOf(bytes, PART), contentOf(edited.bytes, PART))).toMatchObject({
      identicalRows: 1,
      changedRows: [2],
      addedRows: [],
      frameSame: true,
    });
  });
});

describe('setting a cell is refused before anything is written', () => {
  const formulas = (b2: string) =>
    `<sheetData>${textRow(1, ['甲', '乙'])}<row r="2"><c r="A2"><v>1</v></c>${b2}</row><row r="3"><c r="B3"><v>2</v></c></row></sheetData>`;
  it.each([
    {
      why: 'the master of a shared formula',
      xml: formulas('<c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>2</v></c>'),
      at: [2, 2] as const,
      zh: /共享公式.*=A2\*2/,
    },
    {
      why: 'an array formula',
      xml: formulas('<c r="B2"><f t="array" ref="B2:B3">A2:A3</f><v>2</v></c>'),
      at: [2, 2] as const,
      zh: /数组公式/,
    },
    {
      why: 'a cell an array formula fills',
      xml: formulas('<c r="B2"><f t="array" ref="B2:B3">A2:A3</f><v>2</v></c>'),
      at: [3, 2] as const,
      zh: /数组公式/,
    },
    {
      why: 'a data table',
      xml: formulas('<c r="B2"><f t="dataTable" ref="B2:B3" dt2D="0" r1="A1"/><v>2</v></c>'),
      at: [3, 2] as const,
      zh: /模拟运算表/,
    },
    {
      why: 'a cell hidden under a merged one',
      xml: `${formulas('')}<mergeCells><mergeCell ref="A2:B3"/></mergeCells>`,
      at: [3, 2] as const,
      zh: /合并单元格 A2/,
    },
  ])('$why', async ({ xml, at, zh }) => {
    const store = await openBytes(makeBook({ sheets: { 表: xml } }));
    const failure = await failureOf(() => store.plan([set(at[0], at[1], text('x'))]));
    expect(failure.code).toBe('file');
    expect(failure.place).toMatchObject({ file: '表.xlsx', sheet: '表', cell: at[0] === 2 ? 'B2' : 'B3' });
    expect(failure.text.zh).toMatch(zh);
    expect(failure.text.zh).toContain('没有写入');
  });

  it.each([
    {
      why: 'more text than a cell holds',
      input: text('长'.repeat(32_768)),
      en: /32768 characters; a cell holds 32767/,
    },
    {
      why: 'a number without end',
      input: { kind: 'number', value: Number.POSITIVE_INFINITY } as const,
      en: /finite/,
    },
  ])('$why', async ({ input, en }) => {
    const store = await openBytes(bookWith('<c r="B2"/>'));
    expect((await failureOf(() => store.plan([set(2, 2, input)]))).text.en).toMatch(en);
  });

  it('a sheet that is not there, or is no worksheet', async () => {
    const store = await openBytes(bookWith('<c r="B2"/>'));
    const failure = await failureOf(() =>
      store.plan([{ op: 'set', place: { sheet: '无', row: 1, col: 1 }, input: text('x') }]),
    );
    expect(failure.text.zh).toContain('没有工作表“无”');
  });
});

describe('formulas elsewhere', () => {
  const CHAIN = `<calcChain xmlns="${MAIN}"><c r="A2" i="1"/><c r="B2"/><c r="C2" l="1"/><c r="A1" i="2"/></calcChain>`;
  const withChain = (chain: string, cells: string) =>
    makeBook({
      sheets: {
        表: `<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2">${cells}</row></sheetData>`,
        二: '<sheetData><row r="1"><c r="A1"><f>表!A2</f><v>1</v></c></row></sheetData>',
      },
      workbookRels: `<Relationship Id="rId99" Type="${REL}/calcChain" Target="calcChain.xml"/>`,
      parts: { 'xl/calcChain.xml': chain },
    });
  const formula = (name: string) => `<c r="${name}"><f>1+1</f><v>2</v></c>`;

  it('leave the calculation chain when they are typed over, the next one keeping its sheet', async () => {
    const edited = await edit(withChain(CHAIN, formula('A2') + formula('B2') + formula('C2')), [
      set(2, 1, text('x')),
    ]);
    expect(contentOf(edited.bytes, 'xl/calcChain.xml')).toBe(
      CHAIN.replace('<c r="A2" i="1"/><c r="B2"/>', '<c r="B2" i="1"/>'),
    );
  });

  it('take the chain with them when none is left: part, relationship and type', async () => {
    const edited = await edit(
      withChain(`<calcChain xmlns="${MAIN}"><c r="A2" i="1"/></calcChain>`, formula('A2')),
      [set(2, 1, text('x'))],
    );
    expect(() => contentOf(edited.bytes, 'xl/calcChain.xml')).toThrow('no xl/calcChain.xml');
    expect(contentOf(edited.bytes, 'xl/_rels/workbook.xml.rels')).not.toContain('calcChain');
  });

  it.each([
    { why: 'no calcPr', after: '', expected: '</sheets><calcPr fullCalcOnLoad="1"/></workbook>' },
    {
      why: 'defined names',
      after: '<definedNames/>',
      expected: '<definedNames/><calcPr fullCalcOnLoad="1"/>',
    },
    { why: 'a calcPr', after: '<calcPr calcId="1"/>', expected: '<calcPr calcId="1" fullCalcOnLoad="1"/>' },
    {
      why: 'a calcPr that asks already',
      after: '<calcPr fullCalcOnLoad="1"/>',
      expected: '<calcPr fullCalcOnLoad="1"/>',
    },
  ])('are worked out anew on opening: $why', async ({ after, expected }) => {
    const bytes = makeBook({
      sheets: { 表: '<sheetData/>', 二: `<sheetData><row r="1">${formula('A1')}</row></sheetData>` },
      after,
    });
    const edited = await edit(bytes, [set(1, 1, text('x'))]);
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toContain(expected);
  });

  it('are not asked for in a book that has none', async () => {
    const bytes = bookWith('<c r="B2"/>');
    const edited = await edit(bytes, [set(2, 2, text('x'))]);
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toBe(contentOf(bytes, 'xl/workbook.xml'));
  });
});
