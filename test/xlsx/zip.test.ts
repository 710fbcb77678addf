import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/core/sheet.ts';
import { comparePackages } from './compare.ts';
import { type BookShape, edit, failureOf, makeBook, openBytes, textRow, textsOf } from './make-book.ts';
import type { ZipPart } from './make-zip.ts';

const SHEETS = { 表: `<sheetData>${textRow(1, ['客户名称', '电话'])}${textRow(2, ['甲', '1'])}</sheetData>` };
const SET: Patch = {
  op: 'set',
  place: { sheet: '表', row: 2, col: 2 },
  input: { kind: 'text', text: '0086' },
};

interface Case {
  readonly why: string;
  readonly shape: BookShape;
}

const each = (change: Partial<ZipPart>) => (part: ZipPart) => ({ ...part, ...change });
const CASES: readonly Case[] = [
  { why: 'the plain case', shape: {} },
  {
    why: 'sizes follow the data (streamed writers), with signature',
    shape: { each: each({ descriptor: true }) },
  },
  { why: 'sizes follow the data, without signature', shape: { each: each({ descriptor: 'bare' }) } },
  { why: 'stored entries, as some exporters write', shape: { each: each({ stored: true }) } },
  { why: 'zip64 end record although small', shape: { zip: { zip64: true } } },
  {
    why: 'zip64 sizes and offsets in every entry',
    shape: { each: each({ zip64: true }), zip: { zip64: true } },
  },
  {
    why: 'an archive comment that looks like an end record',
    shape: { zip: { comment: '由某系统导出 PK\u0005\u0006 后面还有二十多个字节的说明文字' } },
  },
  {
    why: 'bytes before the first entry, offsets from the start of the file',
    shape: { zip: { before: Buffer.from('#!shebang\n') } },
  },
  {
    why: 'bytes before the first entry, offsets from the first entry',
    shape: { zip: { before: Buffer.from('#!shebang\n'), relative: true } },
  },
  {
    why: 'bytes before, and zip64',
    shape: { zip: { before: Buffer.from('junk'), relative: true, zip64: true } },
  },
  { why: 'bytes after the end record (mail gateways)', shape: { zip: { after: Buffer.from('\r\n\r\n') } } },
  { why: 'names without the UTF-8 flag', shape: { each: each({ flags: 0 }) } },
  {
    why: 'extra fields in the local header only',
    shape: { each: each({ localExtra: Buffer.from([0x55, 0x54, 1, 0, 3]) }) },
  },
  {
    why: 'backslashes between folders',
    shape: { each: (part) => ({ ...part, name: part.name.replaceAll('/', '\\') }) },
  },
  {
    why: 'odd case',
    shape: { each: (part) => ({ ...part, name: part.name.replace('worksheets/sheet', 'WorkSheets/Sheet') }) },
  },
  { why: 'directory entries', shape: { parts: { 'xl/': '', 'xl/worksheets/': '' } } },
  { why: 'path tricks in names are only names', shape: { parts: { '../../etc/passwd': 'x', '/abs': 'y' } } },
  {
    why: 'a wrong CRC in a neighbour that is only copied',
    shape: {
      parts: { 'xl/media/a.png': 'x' },
      each: (part) => (part.name.endsWith('.png') ? { ...part, crc: 1 } : part),
    },
  },
  {
    why: 'a broken neighbour is neither parsed nor checked',
    shape: { parts: { 'xl/theme/theme1.xml': '<a><b></a> & <' } },
  },
  {
    why: 'two entries of one name that nobody edits',
    shape: { parts: { 'docProps/app.xml': 'a', 'DOCPROPS/app.xml': 'b' } },
  },
];

describe('a package', () => {
  it.each(CASES)('is read, changed and copied: $why', async ({ shape }) => {
    const bytes = makeBook({ sheets: SHEETS, ...shape });
    const edited = await edit(bytes, [SET]);
    expect(await textsOf(edited.store, '表')).toEqual({ A1: '客户名称', B1: '电话', A2: '甲', B2: '0086' });
    expect(edited.plan.changes).toHaveLength(1);
  });

  it.each(CASES)(
    'comes back as the very same bytes when nothing is to be changed: $why',
    async ({ shape }) => {
      const bytes = makeBook({ sheets: SHEETS, ...shape });
      const plan = await (await openBytes(bytes)).plan([]);
      expect(Buffer.concat(plan.files[0]?.pieces ?? []).equals(bytes)).toBe(true);
      expect(plan.changes).toEqual([]);
    },
  );

  it('keeps every other entry byte for byte, data descriptors included, and their order', async () => {
    const bytes = makeBook({
      sheets: SHEETS,
      each: each({ descriptor: true }),
      parts: { 'xl/media/a.bin': 'abc' },
    });
    const edited = await edit(bytes, [SET]);
    expect(comparePackages(bytes, edited.bytes)).toEqual({
      entries: 6,
      identical: 5,
      changed: ['xl/worksheets/sheet1.xml'],
      added: [],
      removed: [],
    });
  });

  it('keeps the comment and what follows the end record', async () => {
    const bytes = makeBook({ sheets: SHEETS, zip: { comment: '备注', after: Buffer.from('tail') } });
    const edited = await edit(bytes, [SET]);
    expect(edited.bytes.subarray(-10).toString()).toBe('备注tail');
  });

  it('says the same file for the same change: no clock in it', async () => {
    const bytes = makeBook({ sheets: SHEETS });
    const [a, b] = [await edit(bytes, [SET]), await edit(bytes, [SET])];
    expect(a.bytes.equals(b.bytes)).toBe(true);
  });

  it('plans each time from what was read', async () => {
    const store = await openBytes(makeBook({ sheets: SHEETS }));
    await store.plan([{ op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: '乙' }]]) }]);
    const plan = await store.plan([SET]);
    expect(plan.changes.map(({ cell }) => cell)).toEqual(['B2']);
  });

  it('refuses to change a part that stands in the package twice', async () => {
    const bytes = makeBook({
      sheets: SHEETS,
      parts: { 'XL/worksheets/sheet1.xml': '<worksheet><sheetData/></worksheet>' },
    });
    const failure = await failureOf(async () =>
      (await openBytes(bytes)).plan([
        { op: 'append', sheet: '表', cells: new Map([[1, { kind: 'text', text: '乙' }]]) },
      ]),
    );
    expect(failure.text.zh).toContain('两个同名部件');
  });
});
