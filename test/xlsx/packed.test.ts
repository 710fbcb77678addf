import { describe, expect, it } from 'vitest';
import { rowAt } from '../../src/core/packed-sheet.ts';
import type { SheetRow } from '../../src/core/sheet.ts';
import { cellContext, openWorksheet } from '../../src/storage/xlsx/context.ts';
import { openPackage } from '../../src/storage/xlsx/package.ts';
import { readSheetRows } from '../../src/storage/xlsx/sheet.ts';
import { openWorkbook } from '../../src/storage/xlsx/workbook.ts';
import { MAIN, makeBook, makeStyles, openBytes, rowsOf } from './make-book.ts';

/** Rows as the scanner reads them that looks at a part as one text, tag by tag: slow, and the judge of the quick one. */
function readSlowly(bytes: Buffer, sheet: string): readonly SheetRow[] {
  const workbook = openWorkbook(openPackage('x.xlsx', bytes));
  const rows: SheetRow[] = [];
  readSheetRows(openWorksheet(workbook, sheet), cellContext(workbook), (row) => rows.push(row) > 0);
  return rows;
}

async function readPacked(bytes: Buffer, sheet: string): Promise<readonly SheetRow[]> {
  const packed = await (await openBytes(bytes)).readPacked?.(sheet);
  return packed ? Array.from({ length: packed.count }, (_, index) => rowAt(packed, index)) : [];
}

const ROWS = 9000;
const many = (cells: (row: number) => string, attributes = (row: number) => ` r="${row}" spans="1:9"`) =>
  Array.from({ length: ROWS }, (_, index) => `<row${attributes(index + 1)}>${cells(index + 1)}</row>`).join(
    '',
  );

/** One of several ways to write it, the same ones every time, none of them in order. */
const pick = (row: number, ...ways: readonly string[]) => ways[(row * 7919 + (row >> 3)) % ways.length] ?? '';

const SHAPES: readonly { readonly why: string; readonly rows: string }[] = [
  {
    why: 'as Excel writes them, more than one piece long',
    rows: many(
      (row) =>
        `<c r="A${row}" s="1" t="s"><v>${row % 3}</v></c><c r="C${row}"><v>${row}</v></c><c r="AB${row}" s="1"><v>45${row}.25</v></c><c r="AC${row}" s="1"/>`,
    ),
  },
  {
    why: 'inline texts, formulas, truth and errors between plain cells',
    rows: many(
      (row) =>
        `<c r="A${row}" t="inlineStr"><is><t>第${row}行 &amp; 余</t></is></c><c r="B${row}"><f>A1*2</f><v>-3e2</v></c><c r="C${row}" t="b"><v>1</v></c><c r="D${row}" t="e"><v>#N/A</v></c><c r="E${row}" t="str"><v>x</v></c><c r="F${row}"><v>7</v></c>`,
    ),
  },
  {
    why: 'no addresses, hidden rows, self-closed rows, spaces',
    rows: many(
      (row) => ` <c><v>${row}</v></c>\n<c t="s"><v>1</v></c>`,
      (row) => (row % 5 === 0 ? ' hidden="1"' : ''),
    ).replaceAll('</row>', '</row><row/>'),
  },
  {
    why: 'nearly the usual cells and tags, now this way and now that',
    rows: many(
      (row) =>
        [
          pick(
            row,
            `<c r="A${row}"><v>1</v></c>`,
            `<c s="1" r="A${row}"><v>2</v></c>`,
            `<c r="A${row}" s="1" t="n"><v>3</v></c>`,
            `<c r='A${row}'><v>4</v></c>`,
          ),
          pick(
            row + 1,
            `<c r="B${row}" t="s"><v>0</v></c>`,
            `<c r="B${row}" t="s"><v>2</v></c>`,
            `<c r="B${row}" t="s"><v>999</v></c>`,
            `<c r="B${row}" t="str"><v>5</v></c>`,
          ),
          pick(
            row + 2,
            `<c r="C${row}"><v>12345678901</v></c>`,
            `<c r="C${row}"><v>-1</v></c>`,
            `<c r="C${row}"><v></v></c>`,
            `<c r="C${row}" s="1"><v>45000</v> </c>`,
          ),
          pick(
            row + 3,
            `<c r="AZ${row}" s="01"><v>6</v></c>`,
            `<c r="BA${row}" s="1" ><v>7</v></c>`,
            `<c r="XFD${row}"><v>8</v></c>`,
            `<c r="AAA${row}" t="s"><v>1</v></c>`,
          ),
        ].join(pick(row, '', '', '\n')),
      (row) =>
        pick(
          row,
          ` r="${row}" spans="1:9"`,
          ` r="${row}" spans="1:9" hidden="1"`,
          ` r="${row}" spans="1:8"`,
          ` spans="1:9" r="${row}"`,
          ` r="${row}"`,
          '',
        ),
    ),
  },
  {
    why: 'single quotes and a comment at the very end',
    rows: `${many((row) => `<c r='A${row}' t='s'><v>0</v></c><c r='B${row}' t='str'><v>${'长'.repeat(30)}</v></c>`)}<!-- end -->`,
  },
];

describe('shared strings', () => {
  // More than the one megabyte that is read in one piece, with one that is longer than several pieces.
  const items = Array.from({ length: 30_000 }, (_, index) =>
    pick(
      index,
      `<si><t>第${index}条</t><phoneticPr fontId="1" type="noConversion"/></si>`,
      `<si><t>第${index}条</t><phoneticPr fontId="1" type="noConversion"/></si>`,
      `<si><t>甲${index}</t></si>`,
      `<si ><t>乙${index}</t></si>`,
      `<si><t xml:space="preserve"> 丙${index}</t></si>`,
      `<si><r><t>富${index}</t></r><r><t>文本</t></r></si>`,
      `<si><t>丁&amp;_x0041_${index}</t><rPh sb="0" eb="1"><t>ding</t></rPh><phoneticPr fontId="1"/></si>`,
      '<si/>',
      '<si><t></t></si>',
      `<si><t>${'\u3000'.repeat(index % 4)} \n</t></si>`,
      '<si><t xml:space="preserve"> </t></si>',
      '<si><t>&#32;_x0020_</t></si>',
      '<si><t>\u00A0、</t></si>',
    ),
  ).with(7000, `<si><t>${'长'.repeat(400_000)}</t></si>`);
  it.each(['', 'x:'])('are found whatever stands between them (prefix %j)', async (prefix) => {
    const bytes = makeBook({
      sheets: {
        表: `<sheetData>${items.map((_, index) => `<row><c t="s"><v>${index}</v></c></row>`).join('')}</sheetData>`,
      },
      styles: makeStyles(['']),
      strings: prefix
        ? `<x:sst xmlns:x="${MAIN}">${items.join('').replace(/<(\/?)(?=[a-zA-Z])/g, '<$1x:')}</x:sst>`
        : `<sst xmlns="${MAIN}">${items.join('')}</sst>`,
    });
    const slow = readSlowly(bytes, '表');
    expect(slow.length).toBeGreaterThan(20_000);
    expect(await readPacked(bytes, '表')).toEqual(slow);
    // As bytes they are what they are decoded, or are not looked at as bytes at all.
    const packed = await (await openBytes(bytes)).readPacked?.('表');
    let looked = 0;
    let blank = 0;
    items.forEach((_, key) => {
      const isBlank = packed?.texts.textOf(key).trim() === '';
      expect(packed?.texts.isBlank(key)).toBe(isBlank);
      if (isBlank) blank += 1;
      const text = packed?.texts.look?.(key, (raw, from, to) =>
        Buffer.from(raw.subarray(from, to)).toString(),
      );
      if (text === null || text === undefined) return;
      looked += 1;
      expect(text).toBe(packed?.texts.textOf(key));
      expect(text).not.toBe('');
    });
    expect(looked).toBeGreaterThan(items.length / 4);
    expect(blank).toBeGreaterThan(items.length / 4);
  });
});

describe('a sheet packed as it is inflated', () => {
  it.each(SHAPES)('says what the sheet read as one text says: $why', async ({ rows }) => {
    const bytes = makeBook({
      sheets: { 表: `<sheetData>${rows}</sheetData>` },
      styles: makeStyles(['', 'yyyy-mm-dd']),
      strings: `<sst xmlns="${MAIN}"><si><t>甲 &amp; 乙</t></si><si><r><t>富</t></r><r><t>文本</t></r></si><si><t/></si></sst>`,
    });
    const slow = readSlowly(bytes, '表');
    expect(slow.length).toBeGreaterThan(ROWS / 2);
    expect(await readPacked(bytes, '表')).toEqual(slow);
    expect(await rowsOf(await openBytes(bytes), '表')).toEqual(slow);
  });
});
