import { type Day, formatDay } from '../date.ts';
import { EXPORT_TABLES } from '../tables/export.ts';
import type { ColumnType } from '../tables/table.ts';

/** What two engines write differently; everything else of a query is one text. */
export interface Dialect {
  readonly key: 'duckdb' | 'clickhouse';
  day(day: Day): string;
  /** The median between neighbours, of what is not null. */
  median(expression: string): string;
  /** A table of `export`, read from every team's folder. */
  files(table: string, folder: string, format: 'parquet' | 'csv'): string;
}

export const DIALECTS: readonly [Dialect, ...Dialect[]] = [
  {
    key: 'duckdb',
    day: (day) => `DATE '${formatDay(day)}'`,
    median: (expression) => `median(${expression})`,
    files(table, folder, format) {
      const path = quote(`${folder}/*/${table}.${format}`);
      if (format === 'parquet') return `read_parquet(${path})`;
      const columns = columnsOf(table);
      const types = columns.map(({ name, type }) => `'${name}': '${DUCKDB_TYPES[type]}'`).join(', ');
      const texts = columns.filter(({ type }) => type === 'text').map(({ name }) => `'${name}'`);
      return `read_csv(${path}, header = true, columns = {${types}}, force_not_null = [${texts.join(', ')}])`;
    },
  },
  {
    key: 'clickhouse',
    // DATE '…' would be a Date, which begins in 1970.
    day: (day) => `toDate32('${formatDay(day)}')`,
    median: (expression) => `quantileExactInclusiveOrNull(0.5)(${expression})`,
    files(table, folder, format) {
      const path = quote(`${folder}/*/${table}.${format}`);
      if (format === 'parquet') return `file(${path}, Parquet)`;
      const types = columnsOf(table).map(
        ({ name, type, nullable }) =>
          `${name} ${nullable ? `Nullable(${CLICKHOUSE_TYPES[type]})` : CLICKHOUSE_TYPES[type]}`,
      );
      return `file(${path}, CSVWithNames, ${quote(types.join(', '))})`;
    },
  },
];

/** A text as both engines read it. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '/').replaceAll("'", "''")}'`;
}

const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  date: 'DATE',
  whole: 'INTEGER',
  money: 'DECIMAL(18, 2)',
  flag: 'BOOLEAN',
};

const CLICKHOUSE_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'String',
  date: 'Date32',
  whole: 'Int32',
  money: 'Decimal(18, 2)',
  flag: 'Bool',
};

function columnsOf(table: string) {
  return EXPORT_TABLES.find(({ name }) => name === table)?.columns ?? [];
}
