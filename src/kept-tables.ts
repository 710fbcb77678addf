import { SHEETS } from './core/book.ts';
import { HEADER_ROWS } from './core/header.ts';
import { findKeptTable, type KeptTable, type TableSpec } from './core/kept-table.ts';
import type { SheetRow } from './core/sheet.ts';
import { Failure } from './failure.ts';
import type { Store } from './storage/store.ts';

/**
 * The tables of `specs` that a book has: by the name of the sheet, else the first other sheet with such headers.
 * Throws Failure('file') where the sheet of that name has none.
 * @param tracking the sheet of 客户信息跟踪表, which is never one of them
 */
export async function readKeptTables(
  store: Store,
  specs: readonly TableSpec[],
  tracking: string,
): Promise<ReadonlyMap<TableSpec, KeptTable>> {
  const tables = new Map<TableSpec, KeptTable>();
  for (const spec of specs) {
    const table = await findTable(store, spec, tracking);
    if (table) tables.set(spec, table);
  }
  return tables;
}

async function findTable(store: Store, spec: TableSpec, tracking: string): Promise<KeptTable | null> {
  const ours: readonly string[] = Object.values(SHEETS);
  const others = store.sheets.filter(
    ({ name, kind }) =>
      kind === 'worksheet' && name !== tracking && name !== spec.sheet && !ours.includes(name),
  );
  const isNamed = store.sheets.some(({ name, kind }) => name === spec.sheet && kind === 'worksheet');
  for (const name of isNamed ? [spec.sheet] : others.map((each) => each.name)) {
    const first: SheetRow[] = [];
    await store.readRows(name, (row) => first.push(row) < HEADER_ROWS);
    if (!findKeptTable(name, first, spec, store.dates1904)) continue;
    const rows: SheetRow[] = [];
    await store.readRows(name, (row) => rows.push(row) > 0);
    return findKeptTable(name, rows, spec, store.dates1904);
  }
  if (isNamed) throw headless(store, spec);
  return null;
}

function headless(store: Store, { sheet, columns, required }: TableSpec): Failure {
  const names = columns.filter(({ key }) => required.includes(key)).map(({ header }) => header);
  return new Failure(
    'file',
    {
      zh: `${store.path} 的 ${sheet} 里找不到表头:要有 ${names.join('、')}。没有写入;请补上表头,或把这张表改名`,
      en: `${store.path}: ${sheet} has no header row; it needs ${names.join(', ')}. Nothing was written. Add the headers or rename the sheet`,
    },
    { file: store.path, sheet, expected: names.join(' / ') },
  );
}
