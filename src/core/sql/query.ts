import type { Day } from '../date.ts';
import type { Period } from '../period.ts';
import type { Dialect } from './dialect.ts';

/** Columns of `deals` by which a query can group, by what `--by` calls them. */
export const GROUP_COLUMNS = ['team', 'owner', 'source', 'priority', 'industry', 'intent', 'size'] as const;
export type GroupColumn = (typeof GROUP_COLUMNS)[number];

/** What a query is printed from. */
export interface QueryInput {
  readonly dialect: Dialect;
  readonly period: Period;
  /** The day of the reader: a period that is not over ends here. */
  readonly today: Day;
  readonly by: GroupColumn | null;
  /** Where the exported files lie; null: the tables are in the engine under their names. */
  readonly data: { readonly folder: string; readonly format: 'parquet' | 'csv' } | null;
}

/** One view as a query. */
export interface QueryView {
  readonly key: string;
  readonly print: (input: QueryInput) => string;
}

/** The name of a table as the query says it: a name, or the files. */
export function tableOf({ dialect, data }: QueryInput, name: string): string {
  return data === null ? name : dialect.files(name, data.folder, data.format);
}

/** `WITH a AS (…), b AS (…) SELECT …;`, each part with a line that says what it is. */
export function withParts(
  head: readonly string[],
  parts: readonly { readonly name: string; readonly why: string; readonly sql: string }[],
  select: string,
): string {
  const body = parts.map(({ name, why, sql }) => `  -- ${why}\n  ${name} AS (\n${indent(trim(sql), 4)}\n  )`);
  return `${head.map((line) => `-- ${line}\n`).join('')}WITH\n${body.join(',\n')}\n${trim(select)};\n`;
}

/** The part that all views begin with: where every 商机 moved, up to a day, with what it was on that day. */
export function movesPart(input: QueryInput, end: Day) {
  const { dialect, today, by } = input;
  const unread = end >= today ? '\n  AND NOT d.stage_unread' : '';
  return {
    name: 'moves',
    why: 'every move of every deal up to the last day, in its order, with what the deal was on that day',
    sql: `
SELECT e.team AS team, e.deal_key AS deal_key, e.event_type AS event_type, e.assumed AS assumed, e.on_date AS since,
  e.to_stage AS stage, s.place AS place, ${by === null ? "''" : `d.${by}`} AS grp, d.customer_key AS customer_key, d.amount AS amount,
  row_number() OVER (PARTITION BY e.team, e.deal_key ORDER BY e.on_date, e.seq) AS nth
FROM ${tableOf(input, 'events')} AS e
JOIN ${tableOf(input, 'deals')} AS d ON d.team = e.team AND d.deal_key = e.deal_key
JOIN ${tableOf(input, 'stages')} AS s ON s.team = e.team AND s.stage = e.to_stage
WHERE e.on_date <= ${dialect.day(end)}
  AND d.valid_from <= ${dialect.day(end)} AND d.valid_to >= ${dialect.day(end)}${unread}`,
  };
}

/** The stays that these moves make. */
export function staysPart({ dialect }: QueryInput, far: Day) {
  return [
    {
      name: 'steps',
      why: 'a creation behind the first move moves nothing',
      sql: `
SELECT *, lag(stage, 1, '') OVER (PARTITION BY team, deal_key ORDER BY nth) AS came_from,
  lag(place, 1, -1) OVER (PARTITION BY team, deal_key ORDER BY nth) AS came_from_place
FROM moves
WHERE nth = 1 OR event_type <> 'created'`,
    },
    {
      name: 'stays',
      why: 'nor does a move to where it stood already; a stay lasts until the next one begins',
      sql: `
SELECT *, lead(since, 1, ${dialect.day(far)}) OVER (PARTITION BY team, deal_key ORDER BY nth) AS until
FROM steps
WHERE stage <> came_from`,
    },
  ];
}

/** The rows of the answer: every stage for every group that anybody is in. */
export function gridPart(input: QueryInput, from = 'stays') {
  const groups = input.by === null ? "SELECT '' AS grp" : `SELECT DISTINCT grp FROM ${from}`;
  return {
    name: 'grid',
    why: input.by === null ? 'the six rows' : 'six rows for every group',
    sql: `
SELECT g.grp AS grp, s.stage AS stage, s.place AS place
FROM (${groups}) AS g
CROSS JOIN (SELECT DISTINCT stage, place FROM ${tableOf(input, 'stages')} WHERE place BETWEEN 0 AND 5) AS s`,
  };
}

/** The group as the first column, where there is one. */
export function groupColumn({ by }: QueryInput): string {
  return by === null ? '' : `grid.grp AS ${by}, `;
}

function trim(sql: string): string {
  return sql.replace(/^\n+|\s+$/g, '');
}

function indent(sql: string, by: number): string {
  return sql
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}
