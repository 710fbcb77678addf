// `node ask.mjs duckdb|clickhouse FILE.sql`: one query in a process of its own, so that its time and memory can be told.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
const [engine, file] = process.argv.slice(2);
const sql = readFileSync(file, 'utf8').replace(/;\s*$/, '');
if (engine === 'duckdb') {
  const connection = await (await load('@duckdb/node-api').DuckDBInstance.create(':memory:')).connect();
  console.log(JSON.stringify((await connection.runAndReadAll(sql)).getRowObjectsJson()));
} else {
  const rows = load('chdb').query(sql, 'JSONEachRow').trim().split('\n');
  console.log(JSON.stringify(rows.map((row) => JSON.parse(row))));
}
