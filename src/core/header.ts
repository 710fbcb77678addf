import type { TableShape, TrackingShape } from './book.ts';
import { FIELDS, type FieldKey } from './fields.ts';
import { type PackedSheet, rowAt } from './packed-sheet.ts';
import type { Series } from './series.ts';
import { cellText, columnLetters, type SheetRow } from './sheet.ts';
import { normalizeWidth } from './text.ts';

/** A header row as found. `duplicates`: headers that two columns claim alike; `missing`: required ones that are not there. */
export interface Header extends Omit<TrackingShape, 'sheet'> {
  readonly duplicates: readonly string[];
  readonly missing: readonly FieldKey[];
}

/** What 客户信息跟踪表 must have. */
const TRACKED: readonly FieldKey[] = ['customer', 'stage'];
const UNITS: Readonly<Record<string, number>> = {
  元: 1,
  千元: 1000,
  千: 1000,
  万元: 10000,
  万: 10000,
  k: 1000,
};
/** A header row is looked for among this many rows. */
export const HEADER_ROWS = 30;

/** Which field a header (by its key) means; of two in one row the lower rank counts. */
export type HeaderNames = ReadonlyMap<string, { readonly key: FieldKey; readonly rank: number }>;

/** Which headers mean which field: every field's own headers first, then the aliases in their order. */
const NAMES: HeaderNames = new Map(
  [...FIELDS]
    .reverse()
    .flatMap(({ key, header, aliases }) =>
      [
        ...aliases.map((alias, index) => ({ name: alias, rank: index + 2 })),
        { name: header.en, rank: 1 },
        { name: header.zh, rank: 0 },
      ].map(({ name, rank }) => [headerKey(name), { key, rank }] as const),
    ),
);

/**
 * The header row among the first thirty: title rows above it and two-row headers are passed over. `map` says what a
 * header means where the tables do not (null: the team's own); `required` are the columns without which it is not
 * complete; `more` are names that count besides the tables' own. Null: no row looks like a header at all.
 */
export function findHeader(
  rows: readonly SheetRow[],
  map: ReadonlyMap<string, FieldKey | null> = new Map(),
  required: readonly FieldKey[] = TRACKED,
  more: HeaderNames = new Map(),
): Header | null {
  const looked = rows.slice(0, HEADER_ROWS);
  // The first of those that say most; a second row of headers says more than the first alone.
  const best = looked.reduce<Header | null>((found, row, index) => {
    const header = readHeaderRow(row, looked[index - 1], map, required, more);
    const gain = header.columns.size - (found?.columns.size ?? 1);
    // As many, and what must be there stands merged in the row above: its second row, not the first of the data.
    const isSecond =
      found !== null && required.every((key) => !row.cells[(header.columns.get(key) ?? 0) - 1]);
    return gain > 0 || (gain === 0 && isSecond) ? header : found;
  }, null);
  return best && withTitleUnit(best, looked);
}

/** 单位:万元 in a title above the table holds for every amount column that names no unit of its own. */
function withTitleUnit(header: Header, looked: readonly SheetRow[]): Header {
  const titles = looked
    .filter(({ row }) => row < header.headerRow)
    .flatMap(({ cells }) => cells.map(cellText));
  const said = titles.map((text) => TITLE_UNIT.exec(normalizeWidth(text).replace(/\s/g, ''))?.[1]);
  const unit = UNITS[said.find((each) => each !== undefined) ?? ''];
  if (unit === undefined) return header;
  const amounts = FIELDS.filter(({ key, kind }) => kind === 'amount' && header.columns.has(key));
  return { ...header, units: new Map([...amounts.map(({ key }) => [key, unit] as const), ...header.units]) };
}

const TITLE_UNIT = /单位:?(?:人民币)?(万元|千元|万|千|元)(?![\p{L}])/u;

/**
 * A header merged over two rows stands in the upper one (`above`); one that heads several columns is read together with
 * what stands below it (预计成交 over 日期 and 金额). Where the upper row holds neither it is a title.
 */
function readHeaderRow(
  row: SheetRow,
  above: SheetRow | undefined,
  map: ReadonlyMap<string, FieldKey | null>,
  required: readonly FieldKey[],
  more: HeaderNames,
): Header {
  const width = Math.max(row.cells.length, above?.cells.length ?? 0);
  const texts = Array.from({ length: width }, (_, index) => cellText(row.cells[index]).trim());
  const uppers = Array.from({ length: width }, (_, index) => cellText(above?.cells[index]).trim());
  const groups = groupsOver(texts, uppers);
  const joined = texts.map((text, index) => {
    const group = groups[index] ?? '';
    const both = headerKey(group) === '' || text === '' ? [] : [group + text, text + group];
    return both.find((each) => readHeader(each, map, more)) ?? null;
  });
  const isTitle = texts.every(
    (text, index) => joined[index] === null && (text !== '' || !readHeader(uppers[index] ?? '', map, more)),
  );
  const twice = findRepeated(texts);
  const headers = new Map<number, string>();
  const claims = new Map<FieldKey, { col: number; rank: number; text: string }[]>();
  for (const [index, below] of texts.entries()) {
    const isTwice = below !== '' && twice.has(below);
    const apart = isTwice && !isTitle ? `${groups[index] ?? ''}${below}` : below;
    const text = joined[index] ?? (apart || (isTitle ? '' : (uppers[index] ?? '')));
    if (text === '') continue;
    const col = index + 1;
    headers.set(col, text);
    const read = readHeader(text, map, more) ?? (isTwice ? null : readHeader(below, map, more));
    if (read) claims.set(read.key, [...(claims.get(read.key) ?? []), { col, rank: read.rank, text }]);
  }
  const columns = new Map<FieldKey, number>();
  const units = new Map<FieldKey, number>();
  const duplicates: string[] = [];
  for (const [key, claimants] of claims) {
    const [first, second] = [...claimants].sort((a, b) => a.rank - b.rank || a.col - b.col);
    if (!first) continue;
    if (second && second.rank === first.rank) duplicates.push(first.text);
    columns.set(key, first.col);
    const unit = headerUnit(first.text);
    if (unit !== null) units.set(key, unit);
  }
  const known = new Set(columns.values());
  return {
    headerRow: row.row,
    columns,
    units,
    headers,
    own: nameApart([...headers].filter(([col]) => !known.has(col))),
    nextCol: Math.max(0, ...headers.keys()) + 1,
    duplicates,
    missing: required.filter((key) => !columns.has(key)),
  };
}

/** What stands in the upper row over each column: its own, or that of the first column of a merged group. */
function groupsOver(texts: readonly string[], uppers: readonly string[]): readonly string[] {
  let group = '';
  return texts.map((text, index) => {
    const upper = uppers[index] ?? '';
    if (upper !== '' || text === '') group = text === '' ? '' : upper;
    return group;
  });
}

/** Two columns of the team's own with one header are told apart by their letter: 备注(O), 备注(P). */
function nameApart(own: readonly (readonly [number, string])[]): Header['own'] {
  const twice = findRepeated(own.map(([, header]) => header));
  return own.map(([col, header]) => ({
    col,
    header: twice.has(header) ? `${header}(${columnLetters(col)})` : header,
  }));
}

/** Texts that stand there more than once. */
function findRepeated(texts: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const text of texts) (seen.has(text) ? repeated : seen).add(text);
  return repeated;
}

/** A table of ours (过程记录, 线索信息表, 设置): its header row is the first row that holds the first header. */
export function findShape(
  sheet: string,
  rows: Pick<Series<SheetRow>, 'find'>,
  headers: readonly string[],
): TableShape {
  const header = rows.find((row) => row.cells.some((cell) => cellText(cell).trim() === headers[0]));
  const columns = new Map<string, number>();
  header?.cells.forEach((cell, index) => {
    const text = cellText(cell).trim();
    if (text !== '' && !columns.has(text)) columns.set(text, index + 1);
  });
  return { sheet, headerRow: header?.row ?? 1, columns };
}

/** The rows among which a header is looked for. */
export function headRows(packed: PackedSheet): readonly SheetRow[] {
  return Array.from({ length: Math.min(packed.count, HEADER_ROWS) }, (_, index) => rowAt(packed, index));
}

/** The field a header or a field's own name means; null: none of ours. */
export function fieldNamed(name: string): FieldKey | null {
  return NAMES.get(headerKey(name))?.key ?? null;
}

function readHeader(
  text: string,
  map: ReadonlyMap<string, FieldKey | null>,
  more: HeaderNames,
): { readonly key: FieldKey; readonly rank: number } | null {
  const mapped = map.get(normalizeWidth(text).trim());
  if (mapped !== undefined) return mapped === null ? null : { key: mapped, rank: -1 };
  return NAMES.get(headerKey(text)) ?? more.get(headerKey(text)) ?? null;
}

/** 预计金额（万元）, 预计金额/万元 → 预计金额; spaces, line breaks, case and a trailing star or colon do not count. */
export function headerKey(text: string): string {
  return normalizeWidth(text)
    .replace(/\([^)]*\)/g, '')
    .replace(/[\s*:]+/g, '')
    .replace(/(?:\/|单位)(?:万元|千元|万|千|元)$/, '')
    .toLowerCase();
}

/** Yuan per bare number as a header says it: 预计金额(万元) → 10000; null where it names no unit. */
export function headerUnit(text: string): number | null {
  const unit = /\(?(?:单位:?)?(万元|千元|万|千|元)\)?\s*$/.exec(normalizeWidth(text).replace(/\s/g, ''))?.[1];
  return unit && /[()/]|单位/.test(normalizeWidth(text)) ? (UNITS[unit] ?? null) : null;
}
