import { type Book, dealsOf } from './book.ts';
import { plainName } from './customer-name.ts';
import type { Deal } from './deal.ts';
import { CONTENT_LABELS } from './decode-log.ts';
import { phonesIn } from './duplicates.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { maskFollowUps } from './follow-ups.ts';
import { fieldNamed } from './header.ts';
import { readContent, writeContent } from './log-text.ts';
import { type CellInput, type CellPlace, cellText, type Patch, type SheetRow } from './sheet.ts';
import { readTextCell } from './values.ts';

/** A sheet's rows as they came from the store. */
export interface ForgetSheet {
  readonly sheet: string;
  readonly rows: readonly SheetRow[];
}

/** What a customer's erasure (个人信息保护法 47) does to the book. */
export interface Forgetting {
  /** Every 商机 of the customer, whose row is there or not. */
  readonly ids: readonly string[];
  readonly patches: readonly Patch[];
  /** What the person is found by: the customer's name as it is spelt anywhere, phones, a contact's full name. */
  readonly names: readonly string[];
  /** Cells of others that name the person: they are told, not changed. */
  readonly mentions: readonly CellPlace[];
}

/**
 * Takes a customer's personal data out of all of its rows: 客户名称 becomes a word that says nothing (the same in all of
 * them, so that customers are counted as before), 联系人, 联系方式, 需求标签 and the team's own columns are emptied; of
 * 跟进记录 the days stay, of 内容 what counts (stages, parts, dates, amounts, the reason of a loss); every other text becomes
 * a mask, equal texts the same one, so that what counted once still does. What says something of the business and of
 * our own people stays: stage, amounts, dates, channel, industry, owner, contract.
 */
export function forgetCustomer(book: Book, sheets: readonly ForgetSheet[], asked: Deal): Forgetting {
  const key = plainName(asked.row.customer);
  const deals = dealsOf(book).filter(({ row }) => plainName(row.customer) === key);
  const logged = book.events.filter(({ customer }) => customer !== '' && plainName(customer) === key);
  const ids = [...new Set([...deals.map(({ row }) => row.id ?? ''), ...logged.map(({ dealId }) => dealId)])];
  const person: Person = {
    key,
    ids: new Set(ids.filter((id) => id !== '')),
    phones: new Set(deals.flatMap(({ row }) => phonesIn(row.phone))),
    name: `${MASK} ${asked.row.id ?? ids[0] ?? ''}`.trim(),
    masks: new Map(),
  };
  const rowsOf = (sheet: string) => sheets.find((each) => each.sheet === sheet)?.rows ?? [];
  const patches = [
    ...forgetRows(book, new Set(deals.map(({ row }) => row.row)), rowsOf(book.shape.sheet), person),
    ...forgetEvents(book, rowsOf(book.logShape?.sheet ?? ''), person),
    ...forgetLeads(book, rowsOf(book.leadsShape?.sheet ?? ''), person),
  ];
  const names = [
    ...deals.flatMap(({ row }) => [row.customer, ...(isFullName(row.contact) ? [row.contact] : [])]),
    ...logged.map(({ customer }) => customer),
    ...person.phones,
  ];
  const distinct = [...new Set(names.map((name) => name.trim()).filter((name) => name.length > 1))];
  return {
    ids: [...person.ids],
    patches,
    names: distinct,
    mentions: findMentions(sheets, patches, distinct),
  };
}

const MASK = '已删除';

interface Person {
  readonly key: string;
  readonly ids: ReadonlySet<string>;
  readonly phones: ReadonlySet<string>;
  /** What stands instead of 客户名称. */
  readonly name: string;
  /** By text without separators. */
  readonly masks: Map<string, string>;
}

/** What stands instead of a text; equal texts (as `followUpKey` compares them) get the same. */
function maskText(person: Person, text: string): string {
  const bare = text.replace(/[\s;；，,]+/g, '');
  if (bare === '') return text;
  if (plainName(text) === person.key) return person.name;
  const known = person.masks.get(bare);
  if (known !== undefined) return known;
  const mask = `${MASK}-${person.masks.size + 1}`;
  person.masks.set(bare, mask);
  return mask;
}

/** 李总 and 王经理 are half a town's; 李建国 is one person's. */
function isFullName(contact: string): boolean {
  return contact.length > 1 && !/(?:总|工|董|姐|哥|经理|主任|先生|女士|小姐|老师|老板)$/.test(contact);
}

/** Columns of 客户信息跟踪表 that say something of the person. */
const PERSONAL: ReadonlySet<FieldKey> = new Set([
  'customer',
  'contact',
  'phone',
  'tags',
  'followUps',
  'concerns',
]);

function forgetRows(
  { shape }: Book,
  wanted: ReadonlySet<number>,
  rows: readonly SheetRow[],
  person: Person,
): Patch[] {
  const instead = (field: FieldKey, text: string): CellInput => {
    if (field === 'customer') return { kind: 'text', text: person.name };
    const masked =
      field === 'followUps'
        ? maskFollowUps(text, (entry) => maskText(person, entry))
        : field === 'concerns'
          ? maskText(person, text)
          : '';
    return masked === '' ? { kind: 'blank' } : { kind: 'text', text: masked };
  };
  return rows
    .filter(({ row }) => wanted.has(row))
    .flatMap(({ row, cells }) => [
      ...[...shape.columns].flatMap(([field, col]): Patch[] => {
        const text = cellText(cells[col - 1]);
        if (!PERSONAL.has(field) || text === '') return [];
        return [{ op: 'set', place: { sheet: shape.sheet, row, col }, input: instead(field, text) }];
      }),
      ...shape.own.flatMap(({ col }): Patch[] => {
        const cell = cells[col - 1];
        // A number may be a phone or an account; short ones, shares and dates are none.
        const isTold =
          cell?.kind === 'text' || (cell?.kind === 'number' && cell.format === 'plain' && cell.value >= 1e7);
        return isTold
          ? [{ op: 'set', place: { sheet: shape.sheet, row, col }, input: { kind: 'blank' } }]
          : [];
      }),
    ]);
}

function forgetEvents(book: Book, rows: readonly SheetRow[], person: Person): Patch[] {
  const { logShape } = book;
  if (!logShape) return [];
  const labels = new Set([...CONTENT_LABELS, ...book.settings.surveyQuestions]);
  return rows
    .filter(({ row }) => row > logShape.headerRow)
    .flatMap(({ row, cells }) => {
      const text = (header: string) => readTextCell(cells[(logShape.columns.get(header) ?? 0) - 1]);
      if (!person.ids.has(text('商机编号'))) return [];
      const set = (header: string, masked: string): Patch[] => {
        const col = logShape.columns.get(header);
        if (col === undefined || masked === text(header)) return [];
        return [
          { op: 'set', place: { sheet: logShape.sheet, row, col }, input: { kind: 'text', text: masked } },
        ];
      };
      return [
        ...(text('客户名称') === '' ? [] : set('客户名称', person.name)),
        ...set('内容', maskContent(person, text('内容'), text('类型'), labels)),
        ...set('证据', maskText(person, text('证据'))),
      ];
    });
}

/** Labels of 内容 whose values are choices, days, amounts, numbers of ours or our own people. */
const KEPT_LABELS: ReadonlySet<string> = new Set([
  ...[
    '方式',
    '至',
    '列',
    '等级',
    '状态',
    '去向',
    '接管日',
    '类型',
    '关联商机',
    '约定',
    '内容',
    '形式',
    '未答复',
    '无异议',
  ],
  ...(['source', 'priority', 'clarity', 'budgetFit', 'cycle', 'expectedClose'] as const).map(headerOf),
  ...(['contractAmount', 'contractNumber', 'satisfaction', 'nextFollowUp'] as const).map(headerOf),
  '责任人',
]);

function headerOf(key: FieldKey): string {
  return fieldInfo(key).header.zh;
}

function maskContent(person: Person, content: string, type: string, labels: ReadonlySet<string>): string {
  const { values, note } = readContent(content, labels);
  const edited = values.get('列') ?? '';
  const field = fieldNamed(edited);
  // What a 修改 says of a column that stays is what reports of past days read.
  const isKept = (label: string) =>
    KEPT_LABELS.has(label) ||
    (label === '原因' && type === '流失') ||
    ((label === '原值' || label === '新值') && field !== null && !PERSONAL.has(field));
  const masked = [...values].map(([label, value]) =>
    isKept(label) ? ([label, value] as const) : ([label, maskText(person, value)] as const),
  );
  return writeContent(new Map(masked), maskText(person, note));
}

/** Rows of 线索信息表: those of the 商机, and leads that were screened out under that name or phone. */
function forgetLeads({ leadsShape }: Book, rows: readonly SheetRow[], person: Person): Patch[] {
  if (!leadsShape) return [];
  const { sheet, headerRow, columns } = leadsShape;
  return rows
    .filter(({ row }) => row > headerRow)
    .flatMap(({ row, cells }) => {
      const text = (header: string) => readTextCell(cells[(columns.get(header) ?? 0) - 1]);
      const id = text('商机编号');
      const isScreened =
        plainName(text('客户名称')) === person.key ||
        phonesIn(text('联系方式')).some((phone) => person.phones.has(phone));
      if (id === '' ? !isScreened : !person.ids.has(id)) return [];
      return ['客户名称', '联系人', '联系方式', '需求标签', '筛选结果'].flatMap((header): Patch[] => {
        const col = columns.get(header);
        if (col === undefined || text(header) === '') return [];
        const screening = text(header).replace(/^(通过[::])[\s\S]+$/, (_, word) => `${word}${MASK}`);
        const input: CellInput =
          header === '客户名称'
            ? { kind: 'text', text: person.name }
            : header === '筛选结果'
              ? { kind: 'text', text: screening }
              : { kind: 'blank' };
        return [{ op: 'set', place: { sheet, row, col }, input }];
      });
    });
}

function findMentions(
  sheets: readonly ForgetSheet[],
  patches: readonly Patch[],
  names: readonly string[],
): CellPlace[] {
  const placeKey = ({ sheet, row, col }: CellPlace) => `${sheet}\n${row}\n${col}`;
  const written = new Set(patches.flatMap((patch) => (patch.op === 'set' ? placeKey(patch.place) : [])));
  return sheets.flatMap(({ sheet, rows }) =>
    rows.flatMap(({ row, cells }) =>
      cells.flatMap((cell, index): CellPlace[] => {
        const place = { sheet, row, col: index + 1 };
        const text = cellText(cell);
        return names.some((name) => text.includes(name)) && !written.has(placeKey(place)) ? [place] : [];
      }),
    ),
  );
}
