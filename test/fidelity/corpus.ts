import { makeStyles, relationships } from '../xlsx/make-book.ts';
import { makeZip } from '../xlsx/make-zip.ts';
import { type Draft, SHAPES, SHEET, type Shape } from './shapes.ts';

// Awkward workbooks, made to measure: a small tracking table, and any shapes put into it.

export interface Awkward {
  readonly why: string;
  readonly bytes: Buffer;
  readonly refuses: RegExp | null;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const HEADERS =
  '客户名称,联系人,联系方式,所属行业,客户规模,需求标签,来源渠道,线索录入日期,当前阶段,预计成交日期,预计金额,销售负责人,跟进记录'.split(
    ',',
  );
const ROWS: readonly (readonly (string | number)[])[] = [
  [
    '示例机械',
    '李总',
    '13800000000',
    '零售',
    '500人',
    'CRM',
    '行业展会',
    46150,
    '线索获取',
    46300,
    150000,
    '王芳',
    '2026-05-12:电话',
  ],
  [
    '示例电子',
    '赵工',
    '13800000001',
    '制造业',
    '100人',
    'ERP',
    '官网表单',
    46151,
    '需求挖掘',
    46301,
    80000,
    '李强',
    '2026-05-13:拜访;2026-05-20:报价',
  ],
  [
    '示例食品',
    '孙总',
    '0086-10-1',
    '零售',
    '20人',
    'OA',
    '行业展会',
    46152,
    '方案呈现',
    46302,
    320000,
    '王芳',
    '',
  ],
  [
    '示例物流',
    '钱总',
    '13800000003',
    '物流',
    '',
    'CRM',
    '官网表单',
    46153,
    '线索获取',
    46303,
    60000,
    '张敏',
    '2026-05-15:微信',
  ],
];
const DATES = [8, 10];

/** Every shape alone. */
export function singleShapes(): readonly Awkward[] {
  return SHAPES.map((shape) => makeAwkward([shape]));
}

/** `count` workbooks of several shapes each, no two of one slot; the same seed gives the same ones. */
export function* combinedShapes(count: number, seed: number): Generator<Awkward> {
  const random = seededRandom(seed);
  for (let made = 0; made < count; made++) {
    const wanted = 2 + Math.floor(random() * 7);
    const picked = new Map<string, Shape>();
    while (picked.size < wanted) {
      const shape = SHAPES[Math.floor(random() * SHAPES.length)];
      // What is refused hides what else a workbook would show.
      if (shape && !shape.refuses) picked.set(shape.slot, shape);
    }
    yield makeAwkward(SHAPES.filter((shape) => picked.get(shape.slot) === shape));
  }
}

/** A workbook with these shapes, put into it in the order of the list. */
export function makeAwkward(shapes: readonly Shape[]): Awkward {
  const draft = plainDraft();
  for (const shape of shapes) shape.apply(draft);
  const parts = draft.order([...draft.parts.keys()]).map((name) => {
    const part = { name, content: draft.parts.get(name) ?? '' };
    return name.endsWith('/')
      ? { ...part, stored: true }
      : draft.each.reduce((each, edit) => edit(each), part);
  });
  return {
    why: shapes.map(({ why }) => why).join(' + '),
    bytes: makeZip(parts, draft.zip),
    refuses: shapes.find(({ refuses }) => refuses)?.refuses ?? null,
  };
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function plainDraft(): Draft {
  const texts = [
    ...new Set(['一、客户信息跟踪表', ...HEADERS, ...ROWS.flat().filter((cell) => typeof cell === 'string')]),
  ];
  const cell = (row: number, index: number, value: string | number | undefined) => {
    const name = `${String.fromCharCode(65 + index)}${row}`;
    if (typeof value === 'number')
      return `<c r="${name}"${DATES.includes(index + 1) ? ' s="1"' : ''}><v>${value}</v></c>`;
    return value ? `<c r="${name}" t="s"><v>${texts.indexOf(value)}</v></c>` : `<c r="${name}"/>`;
  };
  const row = (number: number, cells: readonly (string | number)[]) =>
    `<row r="${number}">${Array.from({ length: 15 }, (_, index) => cell(number, index, cells[index])).join('')}</row>`;
  const rows = [
    row(1, ['一、客户信息跟踪表']),
    row(2, HEADERS),
    ...ROWS.map((cells, index) => row(index + 3, cells)),
  ];
  const type = (part: string, kind: string) =>
    `<Override PartName="/xl/${part}" ContentType="${SPREADSHEET}.${kind}+xml"/>`;
  const parts = new Map<string, string | Uint8Array>([
    [
      '[Content_Types].xml',
      `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('workbook.xml', 'sheet.main')}${type('worksheets/sheet1.xml', 'worksheet')}${type('worksheets/sheet2.xml', 'worksheet')}${type('styles.xml', 'styles')}${type('sharedStrings.xml', 'sharedStrings')}</Types>`,
    ],
    ['_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']])],
    [
      'xl/workbook.xml',
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="${SHEET}" sheetId="1" r:id="rId1"/><sheet name="字典" sheetId="2" r:id="rId2"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['worksheet', 'worksheets/sheet2.xml'],
        ['styles', 'styles.xml'],
        ['sharedStrings', 'sharedStrings.xml'],
      ]),
    ],
    [
      'xl/worksheets/sheet1.xml',
      `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${REL}"><dimension ref="A1:O6"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="1" width="24" customWidth="1"/></cols><sheetData>${rows.join('')}</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>`,
    ],
    [
      'xl/worksheets/sheet2.xml',
      `${HEAD}<worksheet xmlns="${MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>SUM(A1:A3)</f><v>1</v></c></row></sheetData></worksheet>`,
    ],
    ['xl/styles.xml', makeStyles(['', 'yyyy-mm-dd'])],
    [
      'xl/sharedStrings.xml',
      `${HEAD}<sst xmlns="${MAIN}" count="${texts.length}" uniqueCount="${texts.length}">${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    ],
  ]);
  return {
    sheet: 'xl/worksheets/sheet1.xml',
    workbook: 'xl/workbook.xml',
    parts,
    zip: {},
    each: [],
    order: (names) => names,
  };
}
