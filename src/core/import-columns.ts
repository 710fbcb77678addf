import { REQUIRED_LEAD } from './add-lead.ts';
import type { TrackingShape } from './book.ts';
import { findColumn } from './columns.ts';
import { type FieldKey, fieldInfo } from './fields.ts';
import { fieldNamed, findHeader, type Header } from './header.ts';
import { type Message, plain } from './message.ts';
import type { SheetRow } from './sheet.ts';
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
  /** Further columns of phones (手机 beside 电话): 联系方式 takes them all, unless --map says which. */
  readonly phones: readonly number[];
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

/**
 * The header row of an import file and what each column is for. `map` is what --map says (null: not taken over), the
 * book's own 列对应 holds besides. A file needs no 当前阶段. Null: no row looks like a header.
 */
export function readImportColumns(
  sheet: string,
  rows: readonly SheetRow[],
  map: ReadonlyMap<string, LeadColumn | null>,
  {
    tracking,
    columnMap,
  }: { readonly tracking: TrackingShape; readonly columnMap: ReadonlyMap<string, FieldKey | null> },
): ImportColumns | null {
  const fields = [...map].map(
    ([name, target]) => [name, typeof target === 'string' && isField(target) ? target : null] as const,
  );
  const header = findHeader(rows, new Map([...columnMap, ...fields]), REQUIRED_LEAD);
  if (!header) return null;
  const { duplicates: _, missing: __, ...found } = header;
  const columns = new Map([...found.columns].filter(([key]) => LEAD_FIELDS.has(key)));
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
  const elsewhere = new Set([...taken, screening, invalidReason, ...own.map(({ col }) => col)]);
  const isMapped = [...map.values()].includes('phone');
  const phones = [...header.headers].flatMap(([col, text]) =>
    !isMapped && !elsewhere.has(col) && !map.has(headerText(text)) && fieldNamed(text) === 'phone' ? col : [],
  );
  const used = new Set([...elsewhere, ...phones]);
  return {
    header,
    shape: { ...found, sheet, columns, own: [] },
    screening,
    invalidReason,
    phones,
    own,
    ignored: [...header.headers]
      .filter(([col, text]) => !used.has(col) && !REJECT_HEADERS.some((ours) => ours === text))
      .map(([, text]) => text),
  };
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

/** A header that is not taken over, with the column that its field is read from instead, if one is. */
export function ignoredText({ header, shape }: ImportColumns, text: string): Message {
  const key = fieldNamed(text);
  const used = key && header.headers.get(shape.columns.get(key) ?? 0);
  if (!key || !used) return plain(text);
  const field = fieldInfo(key).header;
  return { zh: `${text}(${field.zh}取自「${used}」)`, en: `${text} (${field.en} is read from “${used}”)` };
}
