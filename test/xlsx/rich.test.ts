import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { comparePackages, compareSheets, contentOf } from './compare.ts';
import { edit, textsOf } from './make-book.ts';

const RICH = readFileSync(join(import.meta.dirname, '../../fixtures/rich.xlsx'));
const SHEET = '客户信息跟踪表';
const PART = 'xl/worksheets/sheet1.xml';
const text = (value: string): CellInput => ({ kind: 'text', text: value });
const NEW_DEAL = new Map<number, CellInput>([
  [1, text('华东示例机械有限公司')],
  [8, { kind: 'date', day: 20_780 }],
  [9, text('线索获取')],
  [11, { kind: 'money', fen: 15_000_000 }],
]);

interface Case {
  readonly why: string;
  readonly patches: readonly Patch[];
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly sheet: object;
}

const CASES: readonly Case[] = [
  {
    why: 'a cell is set',
    patches: [
      {
        op: 'set',
        place: { sheet: SHEET, row: 3, col: 13 },
        input: text('2026-10-26:首次电话;2026-11-20:报价'),
      },
    ],
    changed: ['xl/workbook.xml', PART],
    added: [],
    sheet: { rows: 8, identicalRows: 7, changedRows: [3], addedRows: [], frameSame: true, ranges: [] },
  },
  {
    why: 'a row is appended: totals step down, everything that covered the last row follows',
    patches: [{ op: 'append', sheet: SHEET, cells: NEW_DEAL }],
    changed: [
      'xl/workbook.xml',
      PART,
      'xl/worksheets/sheet2.xml',
      'xl/calcChain.xml',
      'xl/tables/table1.xml',
    ],
    added: [],
    sheet: {
      rows: 8,
      identicalRows: 7,
      changedRows: [8],
      addedRows: [9],
      frameSame: true,
      ranges: [
        'A1:O8 → A1:O9',
        'J2:J7 → J2:J8',
        'K2:K7 → K2:K8',
        'I2:I7 → I2:I8',
        'K2:K7 → K2:K8',
        'K2:K7 → K2:K8',
        'G2:G7 → G2:G8',
      ],
    },
  },
  {
    why: 'a column is added and filled',
    patches: [
      { op: 'addColumn', sheet: SHEET, headerRow: 1, col: 16, header: '商机编号' },
      { op: 'set', place: { sheet: SHEET, row: 2, col: 16 }, input: text('L20261005-001') },
    ],
    changed: ['xl/workbook.xml', PART, 'xl/tables/table1.xml'],
    added: [],
    sheet: {
      identicalRows: 6,
      changedRows: [1, 2],
      addedRows: [],
      frameSame: true,
      ranges: ['A1:O8 → A1:P8'],
    },
  },
  {
    why: 'a sheet is added',
    patches: [
      { op: 'addSheet', sheet: '过程记录', headers: ['序号', '日期'] },
      {
        op: 'append',
        sheet: '过程记录',
        cells: new Map([
          [1, { kind: 'number', value: 1 }],
          [2, { kind: 'date', day: 20_780 }],
        ]),
      },
    ],
    changed: ['[Content_Types].xml', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml'],
    added: ['xl/worksheets/sheet4.xml'],
    sheet: { identicalRows: 8, changedRows: [], frameSame: true, ranges: [] },
  },
];

describe('the workbook with everything in it', () => {
  it.each(CASES)('loses nothing when $why', async ({ patches, changed, added, sheet }) => {
    const edited = await edit(RICH, patches);
    const compared = comparePackages(RICH, edited.bytes);
    expect(compared).toMatchObject({
      changed,
      added,
      removed: [],
      identical: compared.entries - changed.length,
    });
    expect(compareSheets(contentOf(RICH, PART), contentOf(edited.bytes, PART))).toMatchObject(sheet);
  });

  it('keeps the shared formula, the totals and what refers to them right after a new row', async () => {
    const edited = await edit(RICH, [{ op: 'append', sheet: SHEET, cells: NEW_DEAL }]);
    const xml = contentOf(edited.bytes, PART);
    expect(xml).toContain('<f t="shared" ref="O2:O7" si="0">K2*0.5</f>');
    expect(xml).toContain('<c r="O9" s="6"><f>SUM(O2:O8)</f>');
    expect(contentOf(edited.bytes, 'xl/tables/table1.xml')).toContain(
      '<totalsRowFormula>SUM(O2:O8)</totalsRowFormula>',
    );
    expect(contentOf(edited.bytes, 'xl/worksheets/sheet2.xml')).toContain(`<f>${SHEET}!K9</f>`);
    expect(contentOf(edited.bytes, 'xl/workbook.xml')).toMatch(
      /\$A\$1:\$O\$9.*\$K\$2:\$K\$8.*#REF!.*\$K\$9.*fullCalcOnLoad="1"/,
    );
    expect(await textsOf(edited.store, SHEET)).toMatchObject({
      A8: '华东示例机械有限公司',
      K8: '150000',
      A9: '合计',
      K9: '610000',
    });
  });
});
