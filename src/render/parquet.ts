import { parquetWriteBuffer } from 'hyparquet-writer';
import { VERSION_OF_TABLES } from '../core/tables/export.ts';
import type { ColumnType, ExportTable, TableValue } from '../core/tables/table.ts';
import { visible } from '../core/text.ts';

/** A table as a Parquet file: the same table gives the same bytes. Loaded when such a file is asked for. */
export function renderParquet({ name, columns, data }: ExportTable): Uint8Array {
  const bytes = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map((column) => ({
        name: column.name,
        repetition_type: column.nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
        ...PHYSICAL[column.type],
      })),
    ],
    columnData: columns.map((column, index) => ({
      name: column.name,
      data: (data[index] ?? []).map((value) => physicalValue(column.type, value)),
    })),
    createdBy: 'funnel',
    kvMetadata: [{ key: 'funnel.table', value: `${name} ${VERSION_OF_TABLES}` }],
  });
  return new Uint8Array(bytes);
}

const PHYSICAL = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  date: { type: 'INT32', converted_type: 'DATE' },
  whole: { type: 'INT32' },
  money: { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 2 },
  flag: { type: 'BOOLEAN' },
} as const satisfies Readonly<Record<ColumnType, unknown>>;

/** Text as in the CSV tables, without what would reach the terminal of an engine raw. The writer takes dates as `Date` (UTC midnight is that day) and decimals in whole units. */
function physicalValue(type: ColumnType, value: TableValue): TableValue | Date {
  if (typeof value === 'string') return visible(value);
  if (value === null || typeof value !== 'number') return value;
  if (type === 'date') return new Date(value * 86_400_000);
  return type === 'money' ? value / 100 : value;
}
