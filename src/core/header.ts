import type { TableShape, TrackingShape } from './book.ts';
import { FIELDS, type FieldKey } from './fields.ts';
import { type CellValue, cellText, type SheetRow } from './sheet.ts';
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

/** Which headers mean which field: every field's own headers first, then the aliases in their order. */
const NAMES: ReadonlyMap<string, { readonly key: FieldKey; readonly rank: number }> = new Map(
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
 * complete. Null: no row looks like a header at all.
 */
export function findHeader(
  rows: readonly SheetRow[],
  map: ReadonlyMap<string, FieldKey | null> = new Map(),
  required: readonly FieldKey[] = TRACKED,
): Header | null {
  const hitsOf = (row: SheetRow | undefined) =>
    row?.cells.filter((cell) => readHeader(cell, map) !== null).length ?? 0;
  const looked = rows.slice(0, HEADER_ROWS);
  const best = looked.reduce((found, row, index) => (hitsOf(row) > hitsOf(looked[found]) ? index : found), 0);
  const row = looked[best];
  if (!row || hitsOf(row) < 2) return null;
  const header = readHeaderRow(row, looked[best - 1], map, required);
  const below = looked[best + 1];
  const isSecond =
    hitsOf(below) > 0 && required.every((key) => !below?.cells[(header.columns.get(key) ?? 0) - 1]);
  return below && isSecond ? readHeaderRow(below, row, map, required) : header;
}

/** A header merged over two rows stands in the upper one (`above`); where that holds none it is a title. */
function readHeaderRow(
  row: SheetRow,
  above: SheetRow | undefined,
  map: ReadonlyMap<string, FieldKey | null>,
  required: readonly FieldKey[],
): Header {
  const upper = above?.cells.some((cell, index) => !row.cells[index] && readHeader(cell, map))
    ? above.cells
    : [];
  const width = Math.max(row.cells.length, upper.length);
  const headers = new Map<number, string>();
  const claims = new Map<FieldKey, { col: number; rank: number; text: string }[]>();
  for (let col = 1; col <= width; col++) {
    const cell = row.cells[col - 1] ?? upper[col - 1];
    const text = cellText(cell).trim();
    if (text === '') continue;
    headers.set(col, text);
    const read = readHeader(cell, map);
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
    own: [...headers].filter(([col]) => !known.has(col)).map(([col, header]) => ({ col, header })),
    nextCol: Math.max(0, ...headers.keys()) + 1,
    duplicates,
    missing: required.filter((key) => !columns.has(key)),
  };
}

/** A table of ours (过程记录, 线索信息表, 设置): its header row is the first row that holds the first header. */
export function findShape(sheet: string, rows: readonly SheetRow[], headers: readonly string[]): TableShape {
  const header = rows.find((row) => row.cells.some((cell) => cellText(cell).trim() === headers[0]));
  const columns = new Map<string, number>();
  header?.cells.forEach((cell, index) => {
    const text = cellText(cell).trim();
    if (text !== '' && !columns.has(text)) columns.set(text, index + 1);
  });
  return { sheet, headerRow: header?.row ?? 1, columns };
}

/** The field a header or a field's own name means; null: none of ours. */
export function fieldNamed(name: string): FieldKey | null {
  return NAMES.get(headerKey(name))?.key ?? null;
}

function readHeader(
  cell: CellValue | undefined,
  map: ReadonlyMap<string, FieldKey | null>,
): { key: FieldKey; rank: number } | null {
  if (cell?.kind !== 'text') return null;
  const mapped = map.get(normalizeWidth(cell.text).trim());
  if (mapped !== undefined) return mapped === null ? null : { key: mapped, rank: -1 };
  return NAMES.get(headerKey(cell.text)) ?? null;
}

/** 预计金额（万元）, 预计金额/万元 → 预计金额; spaces, line breaks, case and a trailing star or colon do not count. */
function headerKey(text: string): string {
  return normalizeWidth(text)
    .replace(/\([^)]*\)/g, '')
    .replace(/[\s*:]+/g, '')
    .replace(/(?:\/|单位)(?:万元|千元|万|千|元)$/, '')
    .toLowerCase();
}

function headerUnit(text: string): number | null {
  const unit = /\(?(?:单位:?)?(万元|千元|万|千|元)\)?\s*$/.exec(normalizeWidth(text).replace(/\s/g, ''))?.[1];
  return unit && /[()/]|单位/.test(normalizeWidth(text)) ? (UNITS[unit] ?? null) : null;
}
