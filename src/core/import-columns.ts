import { REQUIRED_LEAD } from './add-lead.ts';
import type { TrackingShape } from './book.ts';
import { findColumn } from './columns.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { fieldNamed, findHeader, type Header, headerKey } from './header.ts';
import { kindOfColumn, kindOfText, type LeadPart, LIST_NAMES, partNamed } from './import-headers.ts';
import { type Message, plain } from './message.ts';
import { cellText, type SheetRow } from './sheet.ts';
import { readStageWord, type StageKey } from './stages.ts';
import { normalizeWidth } from './text.ts';

/** What a column of an import file may be for: a field of a lead, its screening, or a column of the team's own. */
export type LeadColumn = FieldKey | 'screening' | 'invalidReason' | { readonly own: string };

/** The columns of one sheet of an import file, as they were understood. */
export interface ImportColumns {
  readonly header: Header;
  /** What is read of it: fields that a new lead may have. */
  readonly shape: TrackingShape;
  /** 筛选结果 and 无效原因; null: no such column. */
  readonly screening: number | null;
  readonly invalidReason: number | null;
  /** Columns of phones, mail and WeChat: 联系方式 takes them all, unless --map says which. */
  readonly contacts: readonly { readonly col: number; readonly kind: 'phone' | 'mail' | 'wechat' }[];
  /** First and last name in columns of their own; null: 联系人 is one column. */
  readonly names: { readonly first: number | null; readonly last: number | null } | null;
  /** Headers whose columns were known by what they hold, not by what they are called. */
  readonly guessed: ReadonlySet<string>;
  /** Columns that 客户信息跟踪表 has too, under the team's header there. */
  readonly own: readonly { readonly header: string; readonly col: number }[];
  /** Headers of what is not taken over. */
  readonly ignored: readonly string[];
}

/** Columns of a rejects file that are ours: importing it again passes over them. */
export const REJECT_HEADERS = ['来源文件', '行号', '原因'] as const;

/**
 * Fields that a new lead may bring along, by how they are read. The others come from later stages, and an id is never
 * taken over.
 */
export const LEAD_TEXTS = [
  'customer',
  'contact',
  'phone',
  'industry',
  'size',
  'source',
  'owner',
  'followUps',
  'priority',
  'intent',
  'clarity',
  'budgetFit',
  'cycle',
  'concerns',
] as const;
export const LEAD_DATES = ['expectedClose', 'nextFollowUp'] as const;
export const LEAD_AMOUNTS = ['amount', 'budget'] as const;
const LEAD_FIELDS: ReadonlySet<FieldKey> = new Set([
  ...LEAD_TEXTS,
  ...LEAD_DATES,
  ...LEAD_AMOUNTS,
  'tags',
  'leadDate',
  'stage',
]);

/** Headers of the two columns that 线索信息表 has and 客户信息跟踪表 has not. */
const SCREENING_HEADERS: ReadonlyMap<string, 'screening' | 'invalidReason'> = new Map([
  ['筛选结果', 'screening'],
  ['初步筛选', 'screening'],
  ['screening', 'screening'],
  ['无效原因', 'invalidReason'],
  ['剔除原因', 'invalidReason'],
  ['invalid reason', 'invalidReason'],
]);

interface ColumnContext {
  readonly tracking: TrackingShape;
  readonly columnMap: ReadonlyMap<string, FieldKey | null>;
  readonly stageWords?: ReadonlyMap<string, StageKey>;
}

/**
 * The header row of an import file and what each column is for: by `map` (what --map says; null: not taken over), by the
 * book's own 列对应, by its name here or in other programs, at last by what it holds. A file needs no 当前阶段. Null: no
 * row looks like a header.
 */
export function readImportColumns(
  sheet: string,
  rows: readonly SheetRow[],
  map: ReadonlyMap<string, LeadColumn | null>,
  context: ColumnContext,
): ImportColumns | null {
  const { tracking, columnMap } = context;
  const fields = [...map].map(
    ([name, target]) => [name, typeof target === 'string' && isField(target) ? target : null] as const,
  );
  const said = new Map<string, FieldKey | null>([...columnMap, ...fields]);
  const find = (known: ReadonlyMap<string, FieldKey | null>) =>
    findHeader(rows, known, REQUIRED_LEAD, LIST_NAMES);
  const first = find(said);
  const isKnown = (text: string) =>
    said.has(headerText(text)) ||
    partNamed(text) !== null ||
    fieldNamed(text) !== null ||
    readHeaderText(text, map, tracking) !== null;
  const guess = guessColumns(rows, first, isKnown);
  const header = guess.fields.size > 0 ? find(new Map([...guess.fields, ...said])) : first;
  if (!header) return null;
  const columns = new Map([...header.columns].filter(([key]) => LEAD_FIELDS.has(key)));
  const stage = columns.get('stage');
  if (
    stage !== undefined &&
    !said.has(headerText(header.headers.get(stage) ?? '')) &&
    isOtherStatus(rows, header, stage, context)
  )
    columns.delete('stage');
  const read = new Map(
    [...header.headers].map(([col, text]) => [col, readHeaderText(text, map, tracking)] as const),
  );
  const taken = new Set(columns.values());
  const colOf = (target: LeadColumn) => [...read].find(([, each]) => each === target)?.[0] ?? null;
  const screening = colOf('screening');
  const invalidReason = colOf('invalidReason');
  const own = [...read].flatMap(([col, target]) =>
    target !== null && typeof target === 'object' && !taken.has(col) ? [{ col, header: target.own }] : [],
  );
  const elsewhere = new Set([screening, invalidReason, ...own.map(({ col }) => col)]);
  const isFree = (col: number, text: string) =>
    !taken.has(col) && !elsewhere.has(col) && !said.has(headerText(text));
  const partOf = (text: string) => (guess.mails.has(text) ? 'mail' : partNamed(text));
  const contactKind = (col: number, text: string) => {
    if (col === columns.get('phone')) return 'phone';
    if ([...map.values()].includes('phone') || !isFree(col, text)) return null;
    if ((fieldNamed(text) ?? LIST_NAMES.get(headerKey(text))?.key) === 'phone') return 'phone';
    const part = partOf(text);
    return part === 'mail' || part === 'wechat' ? part : null;
  };
  const mixed = [...header.headers].flatMap(([col, text]) => {
    const kind = contactKind(col, text);
    return kind ? [{ col, kind } as const] : [];
  });
  // A phone is what people look for first.
  const contacts = [...mixed].sort((a, b) => Number(a.kind !== 'phone') - Number(b.kind !== 'phone'));
  if (!columns.has('phone') && contacts[0]) columns.set('phone', contacts[0].col);
  const named = (part: LeadPart) =>
    [...header.headers].find(([col, text]) => isFree(col, text) && partOf(text) === part)?.[0] ?? null;
  const names = columns.has('contact') ? null : { first: named('firstName'), last: named('lastName') };
  const name = names?.last ?? names?.first ?? null;
  if (name !== null) columns.set('contact', name);
  const used = new Set([
    ...columns.values(),
    ...elsewhere,
    ...contacts.map(({ col }) => col),
    ...(names ? [names.first, names.last] : []),
  ]);
  const { duplicates: _, missing: __, ...found } = header;
  return {
    header: { ...header, missing: REQUIRED_LEAD.filter((key) => !columns.has(key)) },
    shape: { ...found, sheet, columns, own: [] },
    screening,
    invalidReason,
    contacts,
    names: name === null ? null : names,
    guessed: new Set(
      [...guess.fields.keys(), ...guess.mails].filter((text) => [...header.headers.values()].includes(text)),
    ),
    own,
    ignored: [...header.headers]
      .filter(([col, text]) => !used.has(col) && !REJECT_HEADERS.some((ours) => ours === text))
      .map(([, text]) => text),
  };
}

/**
 * Columns that nobody's name is known for, by their cells: the customer and the phone where no column is called so, and
 * mail. Without any known header the first row with two texts is one where customer and phone show below it.
 */
function guessColumns(
  rows: readonly SheetRow[],
  header: Header | null,
  isKnown: (text: string) => boolean,
): { readonly fields: ReadonlyMap<string, FieldKey>; readonly mails: ReadonlySet<string> } {
  const start = header
    ? rows.find(({ row }) => row === header.headerRow)
    : rows.find(({ cells }) => cells.filter((cell) => cellText(cell).trim() !== '').length > 1);
  const fields = new Map<string, FieldKey>();
  const mails = new Set<string>();
  const data = rows.filter(({ row }) => row > (start?.row ?? 0));
  const heads = header
    ? [...header.headers]
    : (start?.cells ?? []).map((cell, index) => [index + 1, cellText(cell).trim()] as const);
  for (const [col, text] of heads) {
    // A first row that is a lead itself is no header: it would be lost.
    if (!header && kindOfText(text) !== null) return { fields: new Map(), mails: new Set() };
    if (text === '' || isKnown(text) || LIST_NAMES.has(headerKey(text))) continue;
    const kind = kindOfColumn(data, col);
    if (kind === 'mail') mails.add(text);
    else if (kind && !header?.columns.has(kind) && ![...fields.values()].includes(kind))
      fields.set(headerText(text), kind);
  }
  const isEnough = header !== null || fields.size === 2;
  return isEnough ? { fields, mails } : { fields: new Map(), mails: new Set() };
}

/** 状态 that is another program's (未处理, 存续, Open): none of its words is a stage of ours. */
function isOtherStatus(
  rows: readonly SheetRow[],
  header: Header,
  col: number,
  { stageWords }: ColumnContext,
): boolean {
  if (!/^(?:当前)?状态$|^status$/i.test(headerText(header.headers.get(col) ?? ''))) return false;
  return rows.every(({ row, cells }) => {
    const word = row > header.headerRow ? cellText(cells[col - 1]).trim() : '';
    return word === '' || readStageWord(word, stageWords ?? new Map()) === null;
  });
}

/** `--map 列=字段` of import: a field, 筛选结果, 无效原因, a column of the team's own in 客户信息跟踪表; `-` is not taken over. */
export function readImportMap(
  text: string,
  tracking: TrackingShape,
): { readonly header: string; readonly target: LeadColumn | null } | null {
  const [, typed = '', name = ''] = /^(.+?)\s*[=＝]\s*(.+)$/.exec(text.trim()) ?? [];
  const header = headerText(typed);
  if (header === '') return null;
  if (name === '-') return { header, target: null };
  const target = SCREENING_HEADERS.get(headerText(name).toLowerCase()) ?? findColumn(tracking, name);
  return target === null || (isField(target) && !LEAD_FIELDS.has(target)) ? null : { header, target };
}

/** A header as --map names it: width and outer spaces do not count. */
export function headerText(text: string): string {
  return normalizeWidth(text).trim();
}

/** What a header that is no field of a lead is for, where it is for anything. */
function readHeaderText(
  text: string,
  map: ReadonlyMap<string, LeadColumn | null>,
  tracking: TrackingShape,
): LeadColumn | null {
  const name = headerText(text);
  const mapped = map.get(name);
  if (mapped !== undefined) return mapped;
  const screening = SCREENING_HEADERS.get(name.toLowerCase());
  if (screening) return screening;
  const own = tracking.own.find(({ header }) => headerText(header) === name);
  return own ? { own: own.header } : null;
}

function isField(target: LeadColumn): target is FieldKey {
  return typeof target === 'string' && target !== 'screening' && target !== 'invalidReason';
}

/** Every column that is read, and what of a lead it says. */
export function columnsRead({ header, shape, ...columns }: ImportColumns): readonly {
  readonly col: number;
  readonly header: string;
  readonly field: Message;
}[] {
  const fields = new Map<number, Message>(
    [...shape.columns].map(([key, col]) => [col, fieldInfo(key).header]),
  );
  for (const { col } of columns.contacts) fields.set(col, fieldInfo('phone').header);
  for (const col of [columns.names?.first, columns.names?.last])
    if (col) fields.set(col, fieldInfo('contact').header);
  for (const { col, header: own } of columns.own) fields.set(col, plain(own));
  if (columns.screening !== null) fields.set(columns.screening, { zh: '筛选结果', en: 'Screening' });
  if (columns.invalidReason !== null)
    fields.set(columns.invalidReason, { zh: '无效原因', en: 'Invalid reason' });
  return [...header.headers].flatMap(([col, text]) => {
    const field = fields.get(col);
    return field ? [{ col, header: text, field }] : [];
  });
}

/** A header that is not taken over, with the column that its field is read from instead, if one is. */
export function ignoredText({ header, shape }: ImportColumns, text: string): Message {
  const key = fieldNamed(text);
  const used = key && header.headers.get(shape.columns.get(key) ?? 0);
  if (!key || !used) return plain(text);
  const field = fieldInfo(key).header;
  return { zh: `${text}(${field.zh}取自「${used}」)`, en: `${text} (${field.en} is read from “${used}”)` };
}
