import { describe, expect, it } from 'vitest';
import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { compareSheets, contentOf } from './compare.ts';
import {
  type BookShape,
  edit,
  failureOf,
  MAIN,
  makeBook,
  openBytes,
  REL,
  textRow,
  textsOf,
} from './make-book.ts';

const PART = 'xl/worksheets/sheet1.xml';
const text = (value: string): CellInput => ({ kind: 'text', text: value });
const append = (value: string, col = 1): Patch => ({
  op: 'append',
  sheet: '表',
  cells: new Map([[col, text(value)]]),
});
const HEADER = textRow(1, ['名', '额']);
const table = (
  ref: string,
  attributes = '',
  columns = '<tableColumn id="1" name="名"/><tableColumn id="2" name="额"/>',
) =>
  `<table xmlns="${MAIN}" id="1" name="T" displayName="T" ref="${ref}"${attributes}><autoFilter ref="${ref.replace(/\d+$/, (row) => String(Number(row) - (attributes.includes('totalsRowCount') ? 1 : 0)))}"/><tableColumns count="2">${columns}</tableColumns></table>`;
const withTable = (xml: string, part: string, shape: BookShape = {}) =>
  makeBook({
    ...shape,
    sheets: { 表: `${xml}<tableParts count="1"><tablePart r:id="rId1"/></tableParts>`, ...shape.sheets },
    parts: {
      'xl/worksheets/_rels/sheet1.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/table" Target="../tables/t.xml"/></Relationships>`,
      'xl/tables/t.xml': part,
      ...shape.parts,
    },
  });

interface PlaceCase {
  readonly why: string;
  readonly rows: string;
  readonly after?: string;
  readonly cell: string;
}

const PLACES: readonly PlaceCase[] = [
  { why: 'an empty sheet', rows: '', cell: 'A1' },
  { why: 'a header alone', rows: HEADER, cell: 'A2' },
  { why: 'data', rows: HEADER + textRow(2, ['甲']), cell: 'A3' },
  { why: 'data in another column only', rows: HEADER + textRow(2, ['', '1']), cell: 'A3' },
  { why: 'a gap', rows: HEADER + textRow(7, ['甲']), cell: 'A8' },
  { why: 'rows out of order', rows: textRow(5, ['戊']) + HEADER + textRow(2, ['甲']), cell: 'A6' },
  { why: 'rows without numbers', rows: '<row><c><v>1</v></c></row><row><c><v>2</v></c></row>', cell: 'A3' },
  {
    why: 'styled blanks below',
    rows: `${HEADER}${textRow(2, ['甲'])}<row r="3"><c r="A3" s="1"/></row><row r="1048576" s="1"/>`,
    cell: 'A3',
  },
  {
    why: 'formulas drawn down beyond the data',
    rows: `${HEADER}${textRow(2, ['甲'])}<row r="3"><c r="B3" t="str"><f>IF(A3="","",1)</f><v></v></c></row><row r="4"><c r="B4"><f>ROW()</f><v>4</v></c></row>`,
    cell: 'A3',
  },
  { why: 'a hidden row', rows: HEADER + textRow(2, ['甲'], ' hidden="1"'), cell: 'A3' },
  {
    why: 'a merged cell over the last rows',
    rows: HEADER + textRow(2, ['甲']),
    after: '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>',
    cell: 'A5',
  },
  {
    why: 'a 合计 row typed by hand: before it',
    rows: HEADER + textRow(2, ['甲']) + textRow(3, ['合计']),
    cell: 'A3',
  },
  {
    why: 'a total and a signature below it',
    rows: HEADER + textRow(2, ['甲']) + textRow(3, ['总 计：']) + textRow(5, ['制表人：王芳']),
    cell: 'A3',
  },
  {
    why: 'a customer whose name begins with 合计',
    rows: HEADER + textRow(2, ['合计科技有限公司']),
    cell: 'A3',
  },
];

describe('a new row goes', () => {
  it.each(PLACES)('after the last one with data: $why', async ({ rows, after = '', cell }) => {
    const edited = await edit(makeBook({ sheets: { 表: `<sheetData>${rows}</sheetData>${after}` } }), [
      append('新'),
    ]);
    const texts = await textsOf(edited.store, '表');
    expect(Object.keys(texts).filter((name) => texts[name] === '新')).toEqual([cell]);
  });

  it('to its own element, every other row untouched', async () => {
    const bytes = makeBook({
      sheets: { 表: `<sheetData>${HEADER}${textRow(2, ['甲'])}<row r="9" s="1"/></sheetData>` },
    });
    const edited = await edit(bytes, [append('新'), append('又'), append('三')]);
    expect(compareSheets(contentOf(bytes, PART), contentOf(edited.bytes, PART))).toEqual({
      rows: 3,
      identicalRows: 3,
      changedRows: [],
      addedRows: [3, 4, 5],
      frameSame: true,
      ranges: [],
    });
    expect(contentOf(edited.bytes, PART)).toContain(
      `${textRow(3, ['新'])}${textRow(4, ['又'])}${textRow(5, ['三'])}<row r="9"`,
    );
  });

  it.each([
    { why: 'self-closed', data: '<sheetData/>' },
    { why: 'empty', data: '<sheetData></sheetData>' },
    {
      why: 'prefixed',
      data: `<?xml version="1.0"?><x:worksheet xmlns:x="${MAIN}"><x:sheetData/></x:worksheet>`,
    },
  ])('into sheetData that is $why', async ({ data }) => {
    const edited = await edit(makeBook({ sheets: { 表: data } }), [append('新')]);
    expect(await textsOf(edited.store, '表')).toEqual({ A1: '新' });
  });

  it('nowhere when the sheet is full', async () => {
    const store = await openBytes(
      makeBook({ sheets: { 表: `<sheetData>${textRow(1_048_576, ['甲'])}</sheetData>` } }),
    );
    expect((await failureOf(() => store.plan([append('新')]))).text.zh).toContain('满了');
  });

  it('and can be set again in the same plan, as can a new column', async () => {
    const edited = await edit(
      makeBook({ sheets: { 表: `<sheetData>${HEADER}${textRow(2, ['甲'])}</sheetData>` } }),
      [
        { op: 'addColumn', sheet: '表', headerRow: 1, col: 3, header: '编号' },
        append('新'),
        { op: 'set', place: { sheet: '表', row: 3, col: 3 }, input: text('L1') },
        { op: 'set', place: { sheet: '表', row: 2, col: 3 }, input: text('L0') },
      ],
    );
    expect(await textsOf(edited.store, '表')).toEqual({
      A1: '名',
      B1: '额',
      C1: '编号',
      A2: '甲',
      C2: 'L0',
      A3: '新',
      C3: 'L1',
    });
  });
});

describe('a new row looks like', () => {
  const styled =
    '<row r="2" spans="1:3" s="7" customFormat="1" ht="33" customHeight="1" hidden="1" outlineLevel="1"><c r="A2" s="2" t="str"><v>甲</v></c><c r="B2" s="3"><v>1</v></c><c r="C2" s="4"><f>B2</f><v>1</v></c></row>';
  it('the one above: styles, height, row style; not its values, formulas or hidden state', async () => {
    const edited = await edit(makeBook({ sheets: { 表: `<sheetData>${HEADER}${styled}</sheetData>` } }), [
      append('新'),
    ]);
    expect(contentOf(edited.bytes, PART)).toContain(
      '<row r="3" s="7" customFormat="1" ht="33" customHeight="1"><c r="A3" s="2" t="inlineStr"><is><t>新</t></is></c><c r="B3" s="3"/><c r="C3" s="4"/></row>',
    );
  });

  it.each([
    {
      why: 'frozen',
      head: '<sheetViews><sheetView><pane ySplit="1" state="frozen"/></sheetView></sheetViews>',
    },
    { why: 'filtered', tail: '<autoFilter ref="A1:B1"/>' },
    { why: 'the only row', head: '' },
  ])('its columns, not the header above it: $why', async ({ head = '', tail = '' }) => {
    const cols = '<cols><col min="1" max="1" width="9" style="5"/></cols>';
    const header = HEADER.replaceAll('<c ', '<c s="9" ');
    const edited = await edit(
      makeBook({ sheets: { 表: `${head}${cols}<sheetData>${header}</sheetData>${tail}` } }),
      [append('新')],
    );
    expect(contentOf(edited.bytes, PART)).toContain(
      '<row r="2"><c r="A2" s="5" t="inlineStr"><is><t>新</t></is></c></row>',
    );
  });

  it('the blanks that were prepared for it', async () => {
    const blank = '<row r="3" ht="50" customHeight="1"><c r="A3" s="8"/><c r="B3" s="0"/></row>';
    const edited = await edit(
      makeBook({ sheets: { 表: `<sheetData>${HEADER}${styled}${blank}</sheetData>` } }),
      [append('新')],
    );
    expect(contentOf(edited.bytes, PART)).toContain(
      '<row r="3" ht="50" customHeight="1"><c r="A3" s="8" t="inlineStr"><is><t>新</t></is></c><c r="B3" s="0"/><c r="C3" s="4"/></row>',
    );
  });
});

interface FollowCase {
  readonly why: string;
  readonly head?: string;
  readonly tail?: string;
  readonly ranges: readonly string[];
}

const x14 = (inner: string) => `<extLst><ext uri="x" xmlns:x14="a" xmlns:xm="b">${inner}</ext></extLst>`;
const FOLLOWS: readonly FollowCase[] = [
  { why: 'the dimension', head: '<dimension ref="A1:B3"/>', ranges: ['A1:B3 → A1:B4'] },
  { why: 'a dimension that was too small', head: '<dimension ref="A1"/>', ranges: ['A1 → A1:A4'] },
  {
    why: 'the filter',
    tail: '<autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>',
    ranges: ['A1:B3 → A1:B4'],
  },
  {
    why: 'validation',
    tail: '<dataValidations count="1"><dataValidation type="list" sqref="B2:B3"><formula1>"a,b"</formula1></dataValidation></dataValidations>',
    ranges: ['B2:B3 → B2:B4'],
  },
  {
    why: 'several ranges in one sqref, of which one covered the last row',
    tail: '<dataValidations count="1"><dataValidation sqref="B2 A2:A3 D1:D9"/></dataValidations>',
    ranges: ['B2 A2:A3 D1:D9 → B2 A2:A4 D1:D9'],
  },
  {
    why: 'a rule for the last row alone',
    tail: '<conditionalFormatting sqref="A3"><cfRule/></conditionalFormatting>',
    ranges: ['A3 → A3:A4'],
  },
  {
    why: 'conditional formats',
    tail: '<conditionalFormatting sqref="A2:B3"><cfRule type="expression"><formula>A2&lt;&gt;""</formula></cfRule></conditionalFormatting>',
    ranges: ['A2:B3 → A2:B4'],
  },
  { why: 'what went further anyway stays', tail: '<conditionalFormatting sqref="A2:B500"/>', ranges: [] },
  { why: 'what ended higher stays', tail: '<conditionalFormatting sqref="A2:B2"/>', ranges: [] },
  { why: 'merged cells stay', tail: '<mergeCells><mergeCell ref="A3:B3"/></mergeCells>', ranges: [] },
  {
    why: 'x14 conditional formats and validations',
    tail: x14(
      '<x14:conditionalFormatting><x14:cfRule/><xm:sqref>A2:A3</xm:sqref></x14:conditionalFormatting><x14:dataValidation><x14:formula1><xm:f>Z!$A$2:$A$3</xm:f></x14:formula1><xm:sqref>B2:B3</xm:sqref></x14:dataValidation>',
    ),
    ranges: ['A2:A3 → A2:A4', 'B2:B3 → B2:B4'],
  },
  {
    why: 'sparklines stay',
    tail: x14('<x14:sparkline><xm:f>A2:A3</xm:f><xm:sqref>B3</xm:sqref></x14:sparkline>'),
    ranges: [],
  },
];

describe('what must follow a new row', () => {
  it.each(FOLLOWS)('$why', async ({ head = '', tail = '', ranges }) => {
    const bytes = makeBook({
      sheets: {
        表: `${head}<sheetData>${HEADER}${textRow(2, ['甲', '1'])}${textRow(3, ['乙', '2'])}</sheetData>${tail}`,
      },
    });
    const edited = await edit(bytes, [append('新')]);
    const compared = compareSheets(contentOf(bytes, PART), contentOf(edited.bytes, PART));
    expect(compared.ranges).toEqual(ranges);
    expect(compared.frameSame).toBe(true);
  });

  it('a header alone: the filter grows, a rule on the header does not', async () => {
    const bytes = makeBook({
      sheets: {
        表: `<sheetData>${HEADER}</sheetData><autoFilter ref="A1:B1"/><conditionalFormatting sqref="A1:B1"/>`,
      },
    });
    const edited = await edit(bytes, [append('新')]);
    expect(compareSheets(contentOf(bytes, PART), contentOf(edited.bytes, PART)).ranges).toEqual([
      'A1:B1 → A1:B2',
    ]);
  });

  it.each([
    { why: 'a range down to the last row', name: '表!$B$2:$B$3', after: '表!$B$2:$B$4' },
    { why: 'a quoted sheet name', name: "'表'!$A$1:$B$3", after: "'表'!$A$1:$B$4" },
    { why: 'several areas', name: '表!$A$2:$A$3,表!$D$1:$D$2', after: '表!$A$2:$A$4,表!$D$1:$D$2' },
    { why: 'a single cell means that cell', name: '表!$B$3', after: '表!$B$3' },
    { why: 'another sheet', name: '二!$B$2:$B$3', after: '二!$B$2:$B$3' },
    { why: 'a formula', name: 'OFFSET(表!$A$1,0,0,3,1)', after: 'OFFSET(表!$A$1,0,0,3,1)' },
    { why: 'whole columns', name: '表!$A:$B', after: '表!$A:$B' },
    { why: 'a broken name', name: '#REF!', after: '#REF!' },
  ])('defined names: $why', async ({ name, after }) => {
    const edited = await edit(
      makeBook({
        sheets: {
          表: `<sheetData>${HEADER}${textRow(2, ['甲', '1'])}${textRow(3, ['乙', '2'])}</sheetData>`,
          二: '<sheetData/>',
        },
        after: `<definedNames><definedName name="N">${name}</definedName></definedNames>`,
      }),
      [append('新')],
    );
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toContain(
      `<definedName name="N">${after}</definedName>`,
    );
  });

  it('the hidden name of the filter', async () => {
    const edited = await edit(
      makeBook({
        sheets: { 表: `<sheetData>${HEADER}${textRow(2, ['甲'])}</sheetData><autoFilter ref="A1:B2"/>` },
        after:
          '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">表!$A$1:$B$2</definedName></definedNames>',
      }),
      [{ op: 'addColumn', sheet: '表', headerRow: 1, col: 3, header: '编号' }, append('新')],
    );
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toContain('>表!$A$1:$C$3<');
    expect(contentOf(edited.bytes, PART)).toContain('<autoFilter ref="A1:C3"/>');
  });
});

describe('a table', () => {
  const rows = `<sheetData>${HEADER}${textRow(2, ['甲', '1'])}`;
  const total =
    '<row r="3" ht="40" customHeight="1"><c r="A3" t="str" s="6"><v>合计</v></c><c r="B3" s="6"><f>SUM(B2:B2)</f><v>1</v></c></row>';

  it('grows by the new row, its filter too', async () => {
    const edited = await edit(withTable(`${rows}</sheetData>`, table('A1:B2')), [append('新'), append('又')]);
    expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(table('A1:B4'));
  });

  it('takes the row into blanks it has, without growing', async () => {
    const edited = await edit(withTable(`${rows}</sheetData>`, table('A1:B5')), [append('新')]);
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '新' });
    expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(table('A1:B5'));
  });

  it('that shows a row to type in says so no more when the row is taken', async () => {
    const edited = await edit(
      withTable(`<sheetData>${HEADER}</sheetData>`, table('A1:B2', ' insertRow="1"')),
      [append('新')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({ A2: '新' });
    expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(table('A1:B2'));
  });

  it('is not held up by notes beside it that go further down', async () => {
    const edited = await edit(
      withTable(`${rows}<row r="30"><c r="H30"><v>1</v></c></row></sheetData>`, table('A1:B2')),
      [append('新')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '新', H30: '1' });
  });

  it('lets its totals step down: range, height, styles and the formula that sums the column', async () => {
    const edited = await edit(
      withTable(`${rows}${total}</sheetData>`, table('A1:B3', ' totalsRowCount="1"')),
      [append('新'), append('又')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '新', A4: '又', A5: '合计' });
    const xml = contentOf(edited.bytes, PART);
    expect(xml).toContain(
      '<row r="5" ht="40" customHeight="1"><c r="A5" t="str" s="6"><v>合计</v></c><c r="B5" s="6"><f>SUM(B2:B4)</f><v>1</v></c></row>',
    );
    expect(xml).toContain('<row r="3"><c r="A3" t="inlineStr">');
    expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(table('A1:B5', ' totalsRowCount="1"'));
  });

  it('lets totals step down that no program has calculated yet, and formulas elsewhere that mean them', async () => {
    const edited = await edit(
      withTable(
        `${rows}${total.replace('<v>1</v>', '')}</sheetData>`,
        table('A1:B3', ' totalsRowCount="1"'),
        {
          sheets: { 二: '<sheetData><row r="1"><c r="A1"><f>表!B3*2</f></c></row></sheetData>' },
        },
      ),
      [append('新')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '新', B4: '=SUM(B2:B3)' });
    expect(await textsOf(edited.store, '二')).toMatchObject({ A1: '=表!B4*2' });
  });

  it('leaves what stands beside its totals where it is', async () => {
    const beside = total.replace(
      '</row>',
      '<c r="F3"><v>5</v></c></row><row r="4"><c r="F4"><v>6</v></c></row>',
    );
    const edited = await edit(
      withTable(`${rows}${beside}</sheetData>`, table('A1:B3', ' totalsRowCount="1"')),
      [append('新')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '新', F3: '5', A4: '合计', F4: '6' });
  });

  it('takes along what stands below its totals', async () => {
    const edited = await edit(
      withTable(
        `${rows}${total}${textRow(4, ['平均'])}${textRow(6, ['制表人'])}</sheetData>`,
        table('A1:B3', ' totalsRowCount="1"'),
      ),
      [append('新')],
    );
    expect(await textsOf(edited.store, '表')).toMatchObject({
      A3: '新',
      A4: '合计',
      A5: '平均',
      A7: '制表人',
    });
  });

  it('moves formulas, names, merges and rules that mean the totals, in every sheet', async () => {
    const share =
      '<row r="2"><c r="A2" t="str"><v>甲</v></c><c r="B2"><v>1</v></c><c r="C2"><f>B2/B$3+SUM(B2:B3)+LOG10(10)+"B3"</f><v>1</v></c></row>';
    const edited = await edit(
      withTable(
        `<sheetData>${HEADER}${share}${total}</sheetData><mergeCells><mergeCell ref="A3:B3"/></mergeCells><conditionalFormatting sqref="B2:B3"><cfRule><formula>B2&gt;B$3/2</formula></cfRule></conditionalFormatting>`,
        table('A1:B3', ' totalsRowCount="1"'),
        {
          sheets: {
            二: '<sheetData><row r="1"><c r="A1"><f>表!B3+\'表\'!$B$3+B3+其他表!B3+[1]表!B3</f><v>1</v></c></row></sheetData>',
          },
          after: '<definedNames><definedName name="总">表!$B$3</definedName></definedNames>',
        },
      ),
      [append('新')],
    );
    const xml = contentOf(edited.bytes, PART);
    expect(xml).toContain('<f>B2/B$4+SUM(B2:B4)+LOG10(10)+&quot;B3&quot;</f>');
    expect(xml).toContain('<mergeCell ref="A4:B4"/>');
    expect(xml).toContain('<conditionalFormatting sqref="B2:B4"><cfRule><formula>B2&gt;B$4/2</formula>');
    expect(contentOf(edited.bytes, 'xl/worksheets/sheet2.xml')).toContain(
      "<f>表!B4+'表'!$B$4+B3+其他表!B3+[1]表!B3</f>",
    );
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toContain('>表!$B$4<');
  });

  it.each([
    {
      why: 'another table stands below',
      tail: textRow(6, ['丙']),
      parts: { 'xl/tables/u.xml': table('A6:B7').replaceAll('"T"', '"U"') },
      extra: `<Relationship Id="rId2" Type="${REL}/table" Target="../tables/u.xml"/>`,
      zh: /表格“U”/,
    },
    {
      why: 'the totals carry a comment',
      tail: '',
      parts: {
        'xl/comments1.xml': `<comments xmlns="${MAIN}"><commentList><comment ref="B3"/></commentList></comments>`,
      },
      extra: `<Relationship Id="rId2" Type="${REL}/comments" Target="../comments1.xml"/>`,
      zh: /批注/,
    },
    {
      why: 'a chart shows the totals',
      tail: '',
      parts: {
        'xl/drawings/d.xml': '<wsDr/>',
        'xl/drawings/_rels/d.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/chart" Target="../c.xml"/></Relationships>`,
        'xl/c.xml': '<c:chartSpace xmlns:c="c"><c:f>表!$B$2:$B$2</c:f><c:f>表!$B$3</c:f></c:chartSpace>',
      },
      extra: `<Relationship Id="rId2" Type="${REL}/drawing" Target="../drawings/d.xml"/>`,
      zh: /图表引用了合计行\(表!\$B\$3\)/,
    },
  ])('refuses before writing when $why', async ({ tail, parts, extra, zh }) => {
    const rels = `<Relationships><Relationship Id="rId1" Type="${REL}/table" Target="../tables/t.xml"/>${extra}</Relationships>`;
    const bytes = withTable(`${rows}${total}${tail}</sheetData>`, table('A1:B3', ' totalsRowCount="1"'), {
      parts: { ...parts, 'xl/worksheets/_rels/sheet1.xml.rels': rels },
    });
    const store = await openBytes(bytes);
    const failure = await failureOf(() => store.plan([append('新')]));
    expect(failure.text.zh).toMatch(zh);
    expect(failure.text.zh).toContain('没有写入');
  });

  it('refuses when a shared formula means the totals', async () => {
    const shared =
      '<row r="2"><c r="A2" t="str"><v>甲</v></c><c r="C2"><f t="shared" ref="C2:D2" si="0">B2/B$3</f><v>1</v></c></row>';
    const store = await openBytes(
      withTable(`<sheetData>${HEADER}${shared}${total}</sheetData>`, table('A1:B3', ' totalsRowCount="1"')),
    );
    expect((await failureOf(() => store.plan([append('新')]))).text.zh).toContain('共享公式');
  });

  it('takes a new column in when it ends right beside it: left outside, sorting would tear it off', async () => {
    const edited = await edit(withTable(`${rows}</sheetData>`, table('A1:B2')), [
      { op: 'addColumn', sheet: '表', headerRow: 1, col: 3, header: '商机编号' },
      { op: 'addColumn', sheet: '表', headerRow: 1, col: 4, header: 'A&B' },
    ]);
    expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(
      table(
        'A1:D2',
        '',
        '<tableColumn id="1" name="名"/><tableColumn id="2" name="额"/><tableColumn id="3" name="商机编号"/><tableColumn id="4" name="A&amp;B"/>',
      ).replace('count="2"', 'count="4"'),
    );
  });

  it('leaves a column with a gap, or of a query, outside', async () => {
    for (const [part, col] of [
      [table('A1:B2'), 4],
      [table('A1:B2', ' tableType="queryTable"'), 3],
    ] as const) {
      const edited = await edit(withTable(`${rows}</sheetData>`, part), [
        { op: 'addColumn', sheet: '表', headerRow: 1, col, header: '编号' },
      ]);
      expect(contentOf(edited.bytes, 'xl/tables/t.xml')).toBe(part);
    }
  });

  it('refuses a column name it has, or a header where something stands', async () => {
    const store = await openBytes(withTable(`${rows}</sheetData>`, table('A1:B2')));
    const add = (col: number, header: string) =>
      failureOf(() => store.plan([{ op: 'addColumn', sheet: '表', headerRow: 1, col, header }]));
    expect((await add(3, '额')).text.zh).toContain('已经有');
    expect((await add(2, '新')).text.zh).toContain('已有内容');
  });
});

describe('a pivot table beside the rows', () => {
  const pivot = (ref: string) => ({
    'xl/worksheets/_rels/sheet1.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/pivotTable" Target="../pivotTables/p.xml"/></Relationships>`,
    'xl/pivotTables/p.xml': `<pivotTableDefinition xmlns="${MAIN}" name="P"><location ref="${ref}"/></pivotTableDefinition>`,
  });
  const rows = [
    HEADER,
    textRow(2, ['甲', '1']),
    textRow(3, ['', '', '', '乙']),
    textRow(4, ['', '', '', '总计']),
  ];
  const bytes = makeBook({
    sheets: { 表: `<sheetData>${rows.join('')}</sheetData>` },
    parts: pivot('D2:E4'),
  });

  it('is no data: a new row goes after the last row of the sheet itself, and its total is no total of ours', async () => {
    const edited = await edit(bytes, [append('丙')]);
    expect(await textsOf(edited.store, '表')).toMatchObject({ A3: '丙', D3: '乙', D4: '总计' });
  });

  it('is not written into: its next refresh would overwrite that', async () => {
    const store = await openBytes(bytes);
    const place = { sheet: '表', row: 3, col: 4 };
    const failure = await failureOf(() => store.plan([{ op: 'set', place, input: text('x') }]));
    expect(failure.text.zh).toMatch(/D3.*透视表.*移到别处/);
  });

  it('is not torn apart by totals that step down beside it', async () => {
    const total = [HEADER, textRow(2, ['甲', '1']), textRow(3, ['合计', '1', '', '乙'])];
    const store = await openBytes(
      makeBook({ sheets: { 表: `<sheetData>${total.join('')}</sheetData>` }, parts: pivot('D2:E9') }),
    );
    const failure = await failureOf(() => store.plan([append('丙')]));
    expect(failure.text.zh).toMatch(/透视表.*移到别处/);
  });
});
