import { formatDay } from '../date.ts';
import { LAST_DAY } from '../tables/deals.ts';
import { gridPart, groupColumn, movesPart, type QueryView, staysPart, tableOf, withParts } from './query.ts';

/** Where everything stands at the end of a day: the definitions of `measureSnapshot`. */
export const snapshotQuery: QueryView = {
  key: 'snapshot',
  print(input) {
    const { dialect, today } = input;
    const [day, far] = [dialect.day(today), dialect.day(LAST_DAY)];
    return withParts(
      [`Where every deal stands at the end of ${formatDay(today)}`],
      [
        movesPart(input, today),
        ...staysPart(input, LAST_DAY),
        {
          name: 'holds',
          why: 'the last hold or move of every deal: a move ends a hold',
          sql: `
SELECT team, deal_key, event_type, on_date, held_until,
  row_number() OVER (PARTITION BY team, deal_key ORDER BY on_date DESC, seq DESC) AS from_last
FROM ${tableOf(input, 'events')}
WHERE on_date <= ${day} AND (event_type = 'held' OR to_stage <> '')`,
        },
        {
          name: 'held',
          why: 'those put aside for now',
          sql: `
SELECT team, deal_key, 1 AS is_held
FROM holds
WHERE from_last = 1 AND event_type = 'held' AND held_until > on_date AND held_until >= ${day}`,
        },
        {
          name: 'standing',
          why: 'the stay that lasts',
          sql: `
SELECT stays.grp AS grp, stays.stage AS stage, stays.customer_key AS customer_key, stays.amount AS amount,
  coalesce(held.is_held, 0) AS is_held, CASE WHEN stays.assumed THEN NULL ELSE date_diff('day', stays.since, ${day}) END AS days
FROM stays
LEFT JOIN held ON held.team = stays.team AND held.deal_key = stays.deal_key
WHERE stays.until = ${far}`,
        },
        gridPart(input),
        {
          name: 'sums',
          why: 'counted',
          sql: `
SELECT n.grp AS grp, n.stage AS stage, count(*) AS deals, count(DISTINCT n.customer_key) AS customers, sum(n.amount) AS amount,
  sum(n.is_held) AS held, avg(n.days) AS stay_mean, ${dialect.median('n.days')} AS stay_median, count(n.days) AS stay_n
FROM standing AS n
GROUP BY n.grp, n.stage`,
        },
      ],
      `
SELECT ${groupColumn(input)}grid.stage AS stage, coalesce(sums.deals, 0) AS count, coalesce(sums.customers, 0) AS customers,
  coalesce(sums.amount, 0) AS amount, coalesce(sums.held, 0) AS held,
  CASE WHEN sums.stay_n > 0 THEN sums.stay_mean END AS stay_mean,
  CASE WHEN sums.stay_n > 0 THEN sums.stay_median END AS stay_median, coalesce(sums.stay_n, 0) AS stay_n
FROM grid
LEFT JOIN sums ON sums.grp = grid.grp AND sums.stage = grid.stage
ORDER BY grid.grp, grid.place`,
    );
  },
};
