import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Book } from '../../src/core/book.ts';
import { dealNames } from '../../src/core/book.ts';
import { mayBe, plainName } from '../../src/core/customer-name.ts';
import { decodeBook } from '../../src/core/decode.ts';
import { knownIn } from '../../src/core/duplicates.ts';
import { findDeals } from '../../src/core/find-deal.ts';
import type { Finding } from '../../src/core/finding.ts';
import { findHeader } from '../../src/core/header.ts';
import { takenIds } from '../../src/core/ids.ts';
import {
  addRow,
  newPacker,
  type PackedSheet,
  packedRows,
  packRows,
  type Texts,
} from '../../src/core/packed-sheet.ts';
import { hashBytes, hashText, holds } from '../../src/core/raw-text.ts';
import type { SheetRow } from '../../src/core/sheet.ts';
import { normalizeWidth } from '../../src/core/text.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const squeeze = (text: string) => normalizeWidth(text).replace(/\s+/g, '').toLowerCase();
/** What names are made of, and what is compared otherwise than it lies. */
const chars = fc.constantFrom(
  ...'华东机械有限公司０１２ＡｂABab019-（()） 　·éßİ々〇\u4dff\u{20000}\ud800&_<;\t',
);
const names = fc.string({ unit: chars, maxLength: 12 });

test('no text that holds what is looked for is passed over by its bytes', () => {
  fc.assert(
    fc.property(names, names, (text, query) => {
      const wanted = squeeze(query);
      const bytes = utf8(`<${text}<`);
      if (squeeze(text).includes(wanted)) expect(holds(wanted)(bytes, 1, bytes.length - 1)).toBe(true);
      const plain = plainName(query);
      if (plain !== '' && mayBe(text, plain))
        expect(holds(plain, true)(bytes, 1, bytes.length - 1)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['L20231215-500', '500', true, 'the end of an id'],
  ['L20231215-500', 'l2023', true, 'capital letters count as small ones'],
  ['L20231215-500', '501', false, 'told without decoding'],
  ['华东机械有限公司', '东机', true, 'a part of a name'],
  ['华东机械有限公司', '华西', false, 'told without decoding'],
  ['华 东', '华西', true, 'a blank goes: only the decoded text can tell'],
])('%s may hold %s: %s (%s)', (text, wanted, expected) => {
  const bytes = utf8(text);
  expect(holds(wanted)(bytes, 0, bytes.length)).toBe(expected);
});

test('the hash of bytes is that of the decoded text, or there is none', () => {
  fc.assert(
    fc.property(names, (text) => {
      const bytes = utf8(text);
      const hash = hashBytes(bytes, 0, bytes.length);
      if (hash !== null) expect(hash).toBe(hashText(text));
      else expect(text === '' || /[^!-~]/.test(text)).toBe(true);
    }),
  );
});

const HEADERS = ['客户名称', '当前阶段', '联系方式', '商机编号', '销售负责人', '跟进记录'];
const LOG = ['序号', '日期', '商机编号', '类型', '新阶段'];

/** Texts as a workbook's: each row's own copy has a key of its own every second time, and all that may are looked at as bytes. */
function rawTexts(): Texts {
  const texts: string[] = [];
  return {
    textOf: (key) => texts[key] ?? '',
    isBlank: (key) => (texts[key] ?? '').trim() === '',
    keyOf: (text) => {
      const known = texts.indexOf(text);
      return known >= 0 && texts.length % 2 === 0 ? known : texts.push(text) - 1;
    },
    look(key, look) {
      const text = texts[key] ?? '';
      if (text === '' || /[&<_\p{Cc}\p{Cs}]/u.test(text)) return null;
      const bytes = utf8(`<${text}<`);
      return look(bytes, 1, bytes.length - 1);
    },
  };
}

function bookOf(
  tracking: readonly (readonly string[])[],
  log: readonly (readonly string[])[],
  isRaw: boolean,
): Book {
  const rowsOf = (rows: readonly (readonly string[])[]) =>
    rows.map(
      (cells, index): SheetRow => ({
        row: index + 1,
        hidden: false,
        cells: cells.map((text) => (text === '' ? undefined : { kind: 'text', text })),
      }),
    );
  const texts = rawTexts();
  const pack = (sheet: string, rows: readonly SheetRow[]): PackedSheet => {
    if (!isRaw) return packRows(sheet, rows);
    const packer = newPacker(sheet, texts);
    for (const row of rows) addRow(packer, row);
    return packer;
  };
  const packed = pack('客户信息跟踪表', rowsOf([HEADERS, ...tracking]));
  const header = findHeader([...packedRows(packed)], new Map());
  if (!header) throw new Error('no header');
  return decodeBook(
    {
      tracking: packed,
      header,
      log: pack('过程记录', rowsOf([LOG, ...log])),
      leads: null,
      settings: null,
    },
    { named: null, asOf: 20_000, holidays: officialHolidays(), dates1904: false },
  );
}

const ids = fc.constantFrom(
  'L20231215-001',
  'L20231215-002',
  'l20231215-002',
  'L20240101-017',
  ' L20240101-9 ',
  '17',
  '编号1',
  '',
);
const phones = fc.constantFrom(
  '13800000000',
  '13900001111',
  '138 0000 0000',
  '021-61234567',
  '微信:abcdef',
  'li@example.cn',
  '',
);
/** As of 2024-10-04. */
const followUps = fc.constantFrom(
  ...['', '2024-03-15:打了电话', '2024-03-15:打了电话;2024-10-04：今天；', '3.20 打了电话'],
  ...['2024-03-15:打了电话;2024-10-05:明天', '2024-03-15:a_b;2024-12-24:约好', '前言'],
);
const rows = fc.array(fc.tuple(names, fc.constantFrom('需求挖掘', '流失'), phones, ids, names, followUps), {
  maxLength: 12,
});

test('a book of texts that are looked at as bytes answers as one of decoded texts does', () => {
  fc.assert(
    fc.property(rows, fc.array(ids, { maxLength: 8 }), names, phones, (tracking, owners, query, phone) => {
      const log = owners.map((id, index) => [String(index + 1), '2024-01-02', id, '新增', '线索获取']);
      const [raw, plain] = [true, false].map((isRaw) => {
        const book = bookOf(tracking, log, isRaw);
        const { table } = book;
        return {
          // First, while no row has been decoded for anything else.
          findings: told(table?.findings()),
          found: findDeals(book, query).map(({ row }) => row.row),
          byId: findDeals(book, '002').map(({ row }) => row.row),
          known: knownIn(book, { customer: query, phone }, 3).map(({ deal, by }) => [deal.row.row, by]),
          taken: [...takenIds(book)].sort(),
          names: [...dealNames(book)].map(({ id, customer }) => [id, customer]),
          twice: table?.twice,
          orphans: table?.orphans,
          unnamed: table?.hasUnnamed,
          owners: [...(table?.textsIn('owner') ?? [])].sort(),
          events: tracking.map((_, index) => table?.eventsOf(table.idAt(index)).map(({ seq }) => seq)),
          awake: table?.awakeIndexes,
        };
      });
      expect(raw).toEqual(plain);
      const { table } = bookOf(tracking, log, false);
      table?.all();
      expect(raw?.findings).toEqual(told(table?.findings()));
    }),
  );
});

function told(findings: readonly Finding[] = []) {
  return findings.map(({ words, ...facts }) => ({ ...facts, ...words() }));
}
