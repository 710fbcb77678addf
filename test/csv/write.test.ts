import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { Failure } from '../../src/failure.ts';
import { encodeText } from '../../src/storage/csv/encoding.ts';
import { encodeGb18030 } from '../../src/storage/csv/gb18030.ts';
import { openCsv, recordTexts } from '../../src/storage/csv/records.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Plan } from '../../src/storage/store.ts';
import { freshFolder } from '../save/support.ts';

const SHEET = '表';
const text = (value: string): CellInput => ({ kind: 'text', text: value });
const set = (row: number, col: number, input: CellInput | string): Patch => ({
  op: 'set',
  place: { sheet: SHEET, row, col },
  input: typeof input === 'string' ? text(input) : input,
});
const append = (...texts: readonly string[]): Patch => ({
  op: 'append',
  sheet: SHEET,
  cells: new Map(texts.map((value, index) => [index + 1, text(value)])),
});
const addColumn = (col: number, header: string): Patch => ({
  op: 'addColumn',
  sheet: SHEET,
  headerRow: 1,
  col,
  header,
});

/** The bytes that patches make of a file; read back and compared as before a save. */
async function edited(bytes: Uint8Array, patches: readonly Patch[]): Promise<Buffer> {
  const [file] = (await planned(bytes, patches)).files;
  return file ? Buffer.concat(file.pieces ?? []) : Buffer.from(bytes);
}

async function planned(bytes: Uint8Array, patches: readonly Patch[]): Promise<Plan> {
  const folder = freshFolder();
  writeFileSync(join(folder, `${SHEET}.csv`), bytes);
  const store = await openStore(folder);
  const plan = await store.plan(patches);
  await store.verify(plan);
  expect(readFileSync(join(folder, `${SHEET}.csv`)).equals(bytes)).toBe(true);
  return plan;
}

describe('writing CSV: only what must change does', () => {
  const cases: readonly {
    readonly why: string;
    readonly before: string;
    readonly patches: readonly Patch[];
    readonly after: string;
  }[] = [
    {
      why: 'one cell',
      before: 'a,b\r\n1,2\r\n3,4\r\n',
      patches: [set(2, 2, 'x')],
      after: 'a,b\r\n1,x\r\n3,4\r\n',
    },
    {
      why: 'the other fields of the record keep their quotes, needed or not',
      before: 'a,b,c\n"1",2,"3"\n',
      patches: [set(2, 2, 'x')],
      after: 'a,b,c\n"1",x,"3"\n',
    },
    {
      why: 'what must be quoted is',
      before: 'a,b\n1,2\n',
      patches: [set(2, 2, 'x,"y"\nz')],
      after: 'a,b\n1,"x,""y""\nz"\n',
    },
    {
      why: 'the delimiter that matters is the file’s',
      before: 'a;b\n1;2\n',
      patches: [set(2, 2, 'x,y'), set(2, 1, 'x;y')],
      after: 'a;b\n"x;y";x,y\n',
    },
    { why: 'tabs', before: 'a\tb\n1\t2\n', patches: [append('3', 'x\ty')], after: 'a\tb\n1\t2\n3\t"x\ty"\n' },
    {
      why: 'a file that quotes everything',
      before: '"a","b"\n"1",""\n',
      patches: [append('2')],
      after: '"a","b"\n"1",""\n"2",""\n',
    },
    {
      why: 'a file that quotes all but numbers',
      before: '"a","b"\n"x",1.5\n"y",\n',
      patches: [append('z', '20'), set(2, 2, 'w')],
      after: '"a","b"\n"x","w"\n"y",\n"z",20\n',
    },
    {
      why: 'a record behind a last line without its end',
      before: 'a,b\n1,2',
      patches: [append('3', '4')],
      after: 'a,b\n1,2\n3,4',
    },
    {
      why: 'two records',
      before: 'a,b\r\n',
      patches: [append('1', '2'), append('3', '')],
      after: 'a,b\r\n1,2\r\n3,\r\n',
    },
    {
      why: 'line ends mixed stay as they are',
      before: 'a,b\r\n1,2\n3,4\r\n',
      patches: [set(2, 1, 'x'), append('5', '6')],
      after: 'a,b\r\nx,2\n3,4\r\n5,6\r\n',
    },
    {
      why: 'a record goes into the blank one behind the last',
      before: 'a,b\n1,2\n,\n\n',
      patches: [append('3', '4'), append('5', '6')],
      after: 'a,b\n1,2\n3,4\n5,6\n',
    },
    {
      why: 'a column: every record gets one field, the others keep their bytes',
      before: 'a,"b"\n"1",2\n\n3,\n',
      patches: [addColumn(3, 'c'), set(2, 3, 'x')],
      after: 'a,"b",c\n"1",2,x\n\n3,,\n',
    },
    {
      why: 'a column where empty fields lie ready',
      before: 'a,b,\n1,2,\n',
      patches: [addColumn(3, 'c')],
      after: 'a,b,c\n1,2,\n',
    },
    {
      why: 'a record goes before a 合计 row, which steps down as it is',
      before: 'a,b\nx,1\n"合计",1\n',
      patches: [append('y', '2'), append('z', '3')],
      after: 'a,b\nx,1\ny,2\nz,3\n"合计",1\n',
    },
    {
      why: 'a cell far below: blank records between',
      before: 'a,b\n',
      patches: [set(4, 2, 'x')],
      after: 'a,b\n,\n,\n,x\n',
    },
    {
      why: 'the same text again changes nothing',
      before: 'a,b\n"1",2\n',
      patches: [set(2, 1, '1')],
      after: 'a,b\n"1",2\n',
    },
    {
      why: 'blanking what is not there changes nothing',
      before: 'a,b\n1,2\n',
      patches: [set(9, 9, { kind: 'blank' })],
      after: 'a,b\n1,2\n',
    },
    { why: 'a blank', before: 'a,b\n"1",2\n', patches: [set(2, 1, { kind: 'blank' })], after: 'a,b\n,2\n' },
    {
      why: 'what people began with = + - @ is theirs',
      before: 'a,b\n=1,@x\n',
      patches: [set(2, 2, '-3'), append('=A1', '+86')],
      after: 'a,b\n=1,-3\n=A1,+86\n',
    },
    {
      why: 'money and numbers plain',
      before: 'a,b\n',
      patches: [
        {
          op: 'append',
          sheet: SHEET,
          cells: new Map([
            [1, { kind: 'money', fen: 15_000_050 }],
            [2, { kind: 'number', value: 0.1 + 0.2 }],
          ]),
        },
      ],
      after: 'a,b\n150000.5,0.3\n',
    },
    {
      why: 'dates in ISO',
      before: 'a,b\n1,2\n',
      patches: [set(2, 2, { kind: 'date', day: 20_780 })],
      after: 'a,b\n1,2026-11-23\n',
    },
    {
      why: 'dates as the column has them',
      before: 'a,b\n2026/1/5,2026-01-05\n',
      patches: [
        {
          op: 'append',
          sheet: SHEET,
          cells: new Map([
            [1, { kind: 'date', day: 20_455 }],
            [2, { kind: 'date', day: 20_455 }],
          ]),
        },
      ],
      after: 'a,b\n2026/1/5,2026-01-05\n2026/1/2,2026-01-02\n',
    },
    {
      why: 'dates in Chinese',
      before: 'a,b\n2026年01月05日,\n',
      patches: [{ op: 'append', sheet: SHEET, cells: new Map([[1, { kind: 'date', day: 20_455 }]]) }],
      after: 'a,b\n2026年01月05日,\n2026年01月02日,\n',
    },
  ];
  it.each(cases)('$why', async ({ before, patches, after }) => {
    expect((await edited(Buffer.from(before), patches)).toString()).toBe(after);
  });

  it.each(['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const)(
    '%s, with its BOM where it has one',
    async (encoding) => {
      const bom = encoding === 'gb18030' ? '' : '\uFEFF';
      const bytes = (content: string) => Buffer.from(encodeText(encoding, bom + content) ?? []);
      const before = bytes('客户,备注\r\n华东机械,"甲,乙"\r\n𠀀,\r\n');
      expect(await edited(before, [set(2, 2, '丙𠀀é'), append('岭南', '')])).toEqual(
        bytes('客户,备注\r\n华东机械,丙𠀀é\r\n𠀀,\r\n岭南,\r\n'),
      );
    },
  );

  it('bytes that another program chose are copied, not written anew', async () => {
    // 0x80 is read as €, which would be written A2E3.
    const before = Buffer.from('bfcdbba72c620a802c310a', 'hex');
    expect((await edited(before, [set(2, 2, '2')])).toString('hex')).toBe('bfcdbba72c620a802c320a');
  });

  it('a new sheet is UTF-8 with BOM and CRLF', async () => {
    const { files, changes } = await planned(Buffer.from('a\n'), [
      { op: 'addSheet', sheet: '过程记录', headers: ['序号', '日期'] },
      { op: 'append', sheet: '过程记录', cells: new Map([[1, { kind: 'number', value: 1 }]]) },
    ]);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ baseHash: null, path: expect.stringMatching(/过程记录\.csv$/) });
    expect(Buffer.concat(files[0]?.pieces ?? []).toString()).toBe('\uFEFF序号,日期\r\n1,\r\n');
    expect(changes.map(({ cell }) => cell)).toEqual(['A1', 'B1', 'A2']);
  });

  it('a file without a byte is written like a new one', async () => {
    const after = await edited(new Uint8Array(), [{ op: 'addSheet', sheet: SHEET, headers: ['a', 'b'] }]);
    expect(after.toString()).toBe('\uFEFFa,b\r\n');
  });
});

describe('what cannot be written is refused before anything is', () => {
  it.each([
    ['a lone surrogate in UTF-8', Buffer.from('客户\n'), '\ud800', /字符 U\+D800/],
    [
      'a lone surrogate in GB18030',
      Buffer.from('bfcdbba70a', 'hex'),
      '\udfff',
      /GB18030 文件存不下字符 U\+DFFF/,
    ],
    ['a NUL', Buffer.from('客户\n'), 'a\0', /字符 U\+0000/],
    [
      'a character of private use that GB18030 has given away',
      Buffer.from('bfcdbba70a', 'hex'),
      '\ue5e5',
      /U\+E5E5/,
    ],
  ] as const)('%s', async (_, bytes, value, says) => {
    const refused = await edited(bytes, [append(value)]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ code: 'file', place: { sheet: SHEET, cell: 'A2' } });
    expect(refused instanceof Failure && refused.text.zh).toMatch(says);
  });

  it('a column where there is one, a sheet that is there, a name that is no file name', async () => {
    const bytes = Buffer.from('a,b\n');
    await expect(edited(bytes, [addColumn(2, 'c')])).rejects.toThrow(/a cell is taken/);
    await expect(edited(bytes, [{ op: 'addSheet', sheet: SHEET, headers: [] }])).rejects.toThrow(
      /there already/,
    );
    await expect(edited(bytes, [{ op: 'addSheet', sheet: '../x', headers: [] }])).rejects.toThrow(
      /no file may/,
    );
  });
});

describe('GB18030', () => {
  it('every character of Unicode is read back as itself, or refused', () => {
    const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
    const refused: number[] = [];
    const wrong: number[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const character = String.fromCodePoint(point);
      const bytes = encodeGb18030(character);
      if (bytes === null) refused.push(point);
      else if (decoder.decode(bytes) !== character) wrong.push(point);
    }
    expect(wrong).toEqual([]);
    // No bytes are read as these by Node: U+E5E5, and 18 of private use whose codes GB18030 gave to other characters.
    expect(refused.every((point) => point >= 0xe5e5 && point <= 0xe864)).toBe(true);
    expect(refused.length).toBeLessThanOrEqual(25);
  });

  it('knows the codes of the standard', () => {
    const hexOf = (character: string) => Buffer.from(encodeGb18030(character) ?? []).toString('hex');
    expect(['啊', '€', 'é', '𠀀', 'ß', '镕', '㐀', '😀'].map(hexOf)).toEqual([
      'b0a1',
      'a2e3',
      'a8a6',
      '95328236',
      '81308938',
      'e946',
      '8139ee39',
      '9439fc36',
    ]);
  });
});

describe('any table', () => {
  const field = fc.string({
    unit: fc.constantFrom('a', '客', ',', ';', '\t', '"', '\n', '\r', ' ', '=', '𠀀'),
  });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );

  it('written and read is itself, and a changed cell changes nothing else', async () => {
    const headers = ['h1', 'h2', 'h3', 'h4'];
    await fc.assert(
      fc.asyncProperty(table, field, async (rows, value) => {
        const width = rows[0]?.length ?? 0;
        const patches: Patch[] = rows.map((row) => append(...row));
        const filled = rows.filter((row) => row.some((cell) => cell !== ''));
        const bytes = await edited(new Uint8Array(), [
          { op: 'addSheet', sheet: SHEET, headers: headers.slice(0, width) },
          ...patches,
        ]);
        const wanted = [headers.slice(0, width), ...filled];
        expect(textsOf(bytes)).toEqual(wanted);
        if (filled.length === 0) return;
        const after = await edited(bytes, [set(2, 1, value)]);
        expect(textsOf(after).map((row) => [...row, ...Array(width - row.length).fill('')])).toEqual(
          wanted.map((row, index) => (index === 1 ? [value, ...row.slice(1)] : row)),
        );
      }),
      { numRuns: 60 },
    );
  });
});

function textsOf(bytes: Uint8Array): readonly (readonly string[])[] {
  const file = openCsv('表.csv', bytes);
  return file.records.map((record) => recordTexts(file, record));
}
