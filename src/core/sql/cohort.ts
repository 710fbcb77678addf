import { formatDay } from '../date.ts';
import { LAST_DAY } from '../tables/deals.ts';
import { gridPart, groupColumn, movesPart, type QueryView, staysPart, withParts } from './query.ts';

/** How far those created in a period ever came: the definitions of `measureCohort`. */
export const cohortQuery: QueryView = {
  key: 'cohort',
  print(input) {
    const { dialect, period, today } = input;
    return withParts(
      [
        `Deals created ${formatDay(period.from)} to ${formatDay(period.to)}, and how far each came by ${formatDay(today)}`,
        'reached = advanced + lost + open; a skipped stage counts as reached unless the deal is lost',
      ],
      [
        movesPart(input, today),
        ...staysPart(input, LAST_DAY),
        {
          name: 'ends',
          why: 'of every deal: when it began, how far it ever came, where it is now',
          sql: `
SELECT team, deal_key, min(since) AS created, max(place) AS furthest,
  max(CASE WHEN until = ${dialect.day(LAST_DAY)} AND stage IN ('lost', 'invalid') THEN 1 ELSE 0 END) AS is_lost
FROM stays
GROUP BY team, deal_key`,
        },
        {
          name: 'born',
          why: 'those of the period',
          sql: `
SELECT DISTINCT stays.team AS team, stays.deal_key AS deal_key, stays.grp AS grp, stays.customer_key AS customer_key,
  ends.furthest AS furthest, ends.is_lost AS is_lost
FROM stays
JOIN ends ON ends.team = stays.team AND ends.deal_key = stays.deal_key
WHERE ends.created BETWEEN ${dialect.day(period.from)} AND ${dialect.day(period.to)}`,
        },
        gridPart(input, 'born'),
        {
          name: 'visited',
          why: 'the stages each was in',
          sql: 'SELECT DISTINCT team, deal_key, stage FROM stays',
        },
        {
          name: 'reached',
          why: 'the stages each reached',
          sql: `
SELECT born.team AS team, born.deal_key AS deal_key, born.grp AS grp, born.customer_key AS customer_key, grid.stage AS stage,
  grid.place < born.furthest AS went_on, born.is_lost AS is_lost
FROM born
JOIN grid ON grid.grp = born.grp
LEFT JOIN visited ON visited.team = born.team AND visited.deal_key = born.deal_key AND visited.stage = grid.stage
WHERE visited.stage = grid.stage OR (born.is_lost = 0 AND born.furthest > grid.place)`,
        },
        {
          name: 'created',
          why: 'what the shares are of',
          sql: 'SELECT grp, count(*) AS deals FROM born GROUP BY grp',
        },
        {
          name: 'sums',
          why: 'counted',
          sql: `
SELECT grp, stage, count(*) AS reached, sum(CASE WHEN went_on THEN 1 ELSE 0 END) AS advanced,
  sum(CASE WHEN NOT went_on AND is_lost = 1 THEN 1 ELSE 0 END) AS lost,
  sum(CASE WHEN NOT went_on AND is_lost = 0 THEN 1 ELSE 0 END) AS open, count(DISTINCT customer_key) AS customers
FROM reached
GROUP BY grp, stage`,
        },
      ],
      `
SELECT ${groupColumn(input)}grid.stage AS stage, coalesce(sums.reached, 0) AS reached, coalesce(sums.advanced, 0) AS advanced,
  coalesce(sums.lost, 0) AS lost, coalesce(sums.open, 0) AS open,
  sums.advanced / nullif(sums.reached, 0) AS rate, coalesce(sums.reached, 0) / nullif(created.deals, 0) AS share,
  coalesce(sums.customers, 0) AS customers
FROM grid
LEFT JOIN created ON created.grp = grid.grp
LEFT JOIN sums ON sums.grp = grid.grp AND sums.stage = grid.stage
ORDER BY grid.grp, grid.place`,
    );
  },
};
