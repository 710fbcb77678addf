import { type RawSheet, SETTING_HEADERS } from './core/decode.ts';
import type { LogHeader } from './core/decode-log.ts';
import { findShape, headRows } from './core/header.ts';
import type { PackedSheet } from './core/packed-sheet.ts';
import { cellName, cellText, type SheetRow } from './core/sheet.ts';
import { Failure } from './failure.ts';
import type { Store } from './storage/store.ts';

/** Sheets of ours that people can change too; null where the book has none. */
export interface OwnSheets {
  readonly log: PackedSheet | null;
  readonly settings: RawSheet | null;
}

/**
 * Throws Failure('file') for a 过程记录 or 设置 without the headers that all we write has: its records would not count and
 * the next write would begin every history anew; its values would all be the default without a word.
 */
export function refuseOwnSheets(store: Store, { log, settings }: OwnSheets): void {
  if (log)
    refuseLacking(store, log.sheet, headRows(log), [
      '序号',
      '日期',
      '商机编号',
      '类型',
      '新阶段',
    ] satisfies LogHeader[]);
  if (settings) refuseLacking(store, settings.sheet, settings.rows, SETTING_HEADERS.slice(0, 3));
}

function refuseLacking(
  store: Store,
  sheet: string,
  rows: readonly SheetRow[],
  required: readonly string[],
): void {
  const { headerRow, columns } = findShape(sheet, rows, required);
  const missing = required.filter((header) => !columns.has(header)).join('、');
  if (missing === '' || rows.length === 0) return;
  const row = rows.find((each) => each.row === headerRow);
  const found = (row?.cells ?? [])
    .flatMap((cell) => cellText(cell).replace(/\s+/g, ' ').trim() || [])
    .join('、');
  throw new Failure(
    'file',
    {
      zh: `${store.path} 的 ${sheet} 第 ${headerRow} 行的表头里缺 ${missing};表头有:${found}。这张表由 funnel 读写,请把表头改回原样;若是团队自己的表,请给它改个名字`,
      en: `${store.path}: the header in row ${headerRow} of ${sheet} lacks ${missing}; headers found: ${found}. funnel reads and writes this sheet: give the headers their names back. If the sheet is the team's own, rename it`,
    },
    { file: store.path, sheet, cell: cellName(headerRow, 1), value: found, expected: missing },
  );
}
