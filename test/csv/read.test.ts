import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SheetRow } from '../../src/core/sheet.ts';
import { Failure } from '../../src/failure.ts';
import { openCsv, recordTexts } from '../../src/storage/csv/records.ts';
import { openStore } from '../../src/storage/open.ts';
import { freshFolder } from '../save/support.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const textsOf = (bytes: Uint8Array) => {
  const file = openCsv('表.csv', bytes);
  return file.records.map((record) => recordTexts(file, record));
};

// 客户,备注 / 张三,"甲, ""乙""\n丙" in GB18030, as Chinese Excel saves it; 𠀀 is a four-byte form.
const GB = hex(
  'bfcdbba7 2c b1b8d7a2 0d0a d5c5c8fd 2c 22 bcd7 2c 20 2222 d2d2 2222 0a b1fb 22 0d0a 95328236 2c 0d0a',
);

describe('reading CSV', () => {
  const table = '客户,备注\r\n张三,"甲, ""乙""\n丙"\r\n𠀀,\r\n';
  const records = [
    ['客户', '备注'],
    ['张三', '甲, "乙"\n丙'],
    ['𠀀', ''],
  ];
  it.each([
    ['UTF-8 without BOM', Buffer.from(table), 'utf-8', 0, ','],
    ['UTF-8 with BOM, which is no part of the first header', Buffer.from(`\uFEFF${table}`), 'utf-8', 3, ','],
    ['GB18030 with a four-byte form', GB, 'gb18030', 0, ','],
    ['UTF-16 LE', utf16(table), 'utf-16le', 2, ','],
    ['UTF-16 BE', utf16(table).swap16(), 'utf-16be', 2, ','],
  ] as const)('%s', (_, bytes, encoding, bom, delimiter) => {
    const file = openCsv('表.csv', bytes);
    expect(file).toMatchObject({ encoding, bom, delimiter, lineEnd: '\r\n', width: 2 });
    expect(file.records.map((record) => recordTexts(file, record))).toEqual(records);
    expect(file.records.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it.each([
    [
      'semicolons',
      'a;b,c;d\n1;2;3\n',
      [
        ['a', 'b,c', 'd'],
        ['1', '2', '3'],
      ],
    ],
    [
      'tabs',
      'a\tb\n1\t"2\t3"\n',
      [
        ['a', 'b'],
        ['1', '2\t3'],
      ],
    ],
    [
      'delimiters inside quotes do not count',
      '"a;b;c",d\n1,2\n',
      [
        ['a;b;c', 'd'],
        ['1', '2'],
      ],
    ],
    ['one column', 'a\n1\n', [['a'], ['1']]],
    [
      'no line end at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'an empty last field at the end',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'line ends of old Macs',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'line ends mixed',
      'a,b\r\n1,2\n3,4\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'a quote in mid-field is text',
      'a,b\n5" 屏,2\n',
      [
        ['a', 'b'],
        ['5" 屏', '2'],
      ],
    ],
    [
      'blanks around a field are kept',
      'a,b\n 1 , "2"\n',
      [
        ['a', 'b'],
        [' 1 ', ' "2"'],
      ],
    ],
    ['blank lines are records', 'a,b\n\n1,2\n\n', [['a', 'b'], [''], ['1', '2'], ['']]],
    [
      'empty fields behind the last header are let be',
      'a,b\n1,2,,\n',
      [
        ['a', 'b'],
        ['1', '2', '', ''],
      ],
    ],
    ['nothing at all', '', []],
  ] as const)('%s', (_, text, expected) => {
    expect(textsOf(Buffer.from(text))).toEqual(expected);
  });

  it('a cell that people began with = + - @ is what they typed', () => {
    expect(textsOf(Buffer.from('a,b\n=1+1,@x\n+86,-3\n'))).toEqual([
      ['a', 'b'],
      ['=1+1', '@x'],
      ['+86', '-3'],
    ]);
  });
});

describe('what is no CSV', () => {
  const bad: readonly {
    readonly why: string;
    readonly bytes: Buffer;
    readonly line: number;
    readonly column: number;
    readonly says: RegExp;
  }[] = [
    { why: 'a NUL', bytes: Buffer.from('客户,b\n1,2\0\n'), line: 2, column: 4, says: /NUL/ },
    { why: 'a NUL in UTF-16', bytes: utf16('客户,b\n1,\0\n'), line: 2, column: 3, says: /NUL/ },
    {
      why: 'one field too many',
      bytes: Buffer.from('客户,b\n1,2\n一,2,三\n'),
      line: 3,
      column: 5,
      says: /3 格.*2 格/,
    },
    { why: 'one field too few', bytes: Buffer.from('a,b,c\n1,2\n'), line: 2, column: 4, says: /2 格.*3 格/ },
    {
      why: 'a field too few behind a quoted line break: the line of the file counts',
      bytes: Buffer.from('a,b\n"x\ny",2\n1\n'),
      line: 4,
      column: 2,
      says: /1 格.*2 格/,
    },
    {
      why: 'an unclosed quote: where it opens',
      bytes: Buffer.from('a,b\n1,"2\n3,4\n'),
      line: 2,
      column: 3,
      says: /引号一直没有结束/,
    },
    {
      why: 'text behind a closing quote',
      bytes: Buffer.from('a,b\n1,"2"3\n'),
      line: 2,
      column: 6,
      says: /引号结束之后/,
    },
    {
      why: 'a byte broken under a UTF-8 BOM',
      bytes: hex('efbbbf 61 2c 62 0a e5bca0 2c ff 0a'),
      line: 2,
      column: 3,
      says: /0xFF 不是有效的 UTF-8/,
    },
    {
      why: 'a byte broken in UTF-8 without BOM, though GB18030 could take it',
      bytes: Buffer.concat([Buffer.from('客户名称,b\n张'), hex('e4b8'), Buffer.from(',2\n')]),
      line: 2,
      column: 2,
      says: /0xE4 不是有效的 UTF-8/,
    },
    {
      why: 'a byte broken in GB18030',
      bytes: hex('bfcdbba7 2c 62 0a d5c5 ff 2c 32 0a'),
      line: 2,
      column: 2,
      says: /0xFF 不是有效的 GB18030/,
    },
    {
      why: 'GB18030 cut in mid-character',
      bytes: hex('bfcdbba7 2c 62 0a 31 2c d5'),
      line: 2,
      column: 3,
      says: /0xD5 不是有效的 GB18030/,
    },
    {
      why: 'a lone surrogate in UTF-16',
      bytes: hex('fffe 6100 2c00 6200 0a00 3100 2c00 00d8 0a00'),
      line: 2,
      column: 3,
      says: /UTF-16LE/,
    },
    { why: 'UTF-16 of an odd length', bytes: hex('fffe 6100 2c'), line: 1, column: 2, says: /UTF-16LE/ },
  ];
  it.each(bad)('$why', ({ bytes, line, column, says }) => {
    const failure = failureOf(() => openCsv('/团队/表.csv', bytes));
    expect(failure).toMatchObject({
      code: 'file',
      detail: { line, column },
      place: { file: '/团队/表.csv', sheet: '表' },
    });
    expect(failure.text.zh).toMatch(says);
    expect(failure.text.zh).toContain(`/团队/表.csv 第 ${line} 行第 ${column} 列`);
    expect(failure.text.en).toContain(`/团队/表.csv, line ${line}, column ${column}`);
  });

  it('names the cell of a ragged record', () => {
    const failure = failureOf(() => openCsv('表.csv', Buffer.from('a,b,c\n1,2,3\n1,2\n')));
    expect(failure.place).toMatchObject({ cell: 'C3', value: '2', expected: '3' });
  });

  it('a renamed workbook is called one', () => {
    expect(failureOf(() => openCsv('表.csv', hex('504b0304 00'))).text.zh).toMatch(/改了名字的 Excel/);
  });
});

describe('a folder or a file of CSV as a store', () => {
  it('has a sheet per file, and rows with the line of the file they begin on', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, '客户信息跟踪表.csv'), '客户名称,当前阶段\n"甲\n乙",线索获取\n,\n丙,\n');
    writeFileSync(join(folder, '设置.CSV'), '类别,名称\n');
    writeFileSync(join(folder, '.~lock.设置.csv#'), '');
    writeFileSync(join(folder, '说明.txt'), '');
    const store = await openStore(folder);
    expect(store.sheets.map(({ name }) => name)).toEqual(['客户信息跟踪表', '设置']);
    const text = (value: string) => ({ kind: 'text', text: value });
    expect(await rowsOf(folder, '客户信息跟踪表')).toEqual([
      { row: 1, line: 1, hidden: false, cells: [text('客户名称'), text('当前阶段')] },
      { row: 2, line: 2, hidden: false, cells: [text('甲\n乙'), text('线索获取')] },
      { row: 4, line: 5, hidden: false, cells: [text('丙'), undefined] },
    ]);
    expect(await rowsOf(join(folder, '设置.CSV'), '设置')).toHaveLength(1);
  });

  it('says what is no sheet', async () => {
    const folder = freshFolder();
    await expect(openStore(folder)).rejects.toThrow(/folder without CSV files/);
    mkdirSync(join(folder, '过程记录.csv'));
    await expect(rowsOf(folder, '过程记录')).rejects.toThrow(/no ordinary file/);
    await expect(rowsOf(folder, '别的')).rejects.toThrow(/has no 别的\.csv; it has: 过程记录/);
  });
});

async function rowsOf(path: string, sheet: string): Promise<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  await (await openStore(path)).readRows(sheet, (row) => rows.push(row) > 0);
  return rows;
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
