import { createRequire } from 'node:module';

/** An engine that answers a query with rows of named values. */
export interface Engine {
  readonly name: string;
  readonly dialect: 'duckdb' | 'clickhouse';
  readonly version: string;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** What this script uses of the two packages: they are installed beside it, not in the project (`npm run test:engines`). */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Record<string, unknown>[] }>;
      }>;
    }>;
  };
}
interface Chdb {
  query(sql: string, format: string): string;
}

/** The engines that have a binary for this machine; what is missing, with the reason. */
export async function openEngines(): Promise<{
  readonly engines: readonly Engine[];
  readonly missing: readonly string[];
}> {
  const engines: Engine[] = [];
  const missing: string[] = [];
  for (const [name, open] of [
    ['DuckDB', openDuckDb],
    ['ClickHouse (chdb)', openChdb],
  ] as const) {
    try {
      engines.push(await open());
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  return { engines, missing };
}

const load = createRequire(import.meta.url);

async function openDuckDb(): Promise<Engine> {
  const { DuckDBInstance } = load('@duckdb/node-api') as DuckDb;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const [row] = await query('SELECT version() AS version');
  return { name: 'DuckDB', dialect: 'duckdb', version: String(row?.version), query };
}

async function openChdb(): Promise<Engine> {
  const chdb = load('chdb') as Chdb;
  const query = async (sql: string) =>
    chdb
      .query(sql.replace(/;\s*$/, ''), 'JSONEachRow')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const [row] = await query('SELECT version() AS version');
  return { name: 'ClickHouse', dialect: 'clickhouse', version: String(row?.version), query };
}
