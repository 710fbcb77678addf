import { formatDay } from '../date.ts';
import { FIRST_DAY, LAST_DAY } from '../tables/deals.ts';
import { gridPart, groupColumn, movesPart, type QueryView, staysPart, withParts } from './query.ts';

/** The conversion table of a period: the definitions of `tallyStages`, in the words of an engine. */
export const conversionQuery: QueryView = {
  key: 'conversion',
  print(input) {
    const { dialect, period, today } = input;
    const end = Math.min(period.to, today);
    const [a, b] = [dialect.day(period.from), dialect.day(end)];
    const order = 'PARTITION BY team, deal_key ORDER BY nth';
    const inStage = 'PARTITION BY team, deal_key, stage ORDER BY nth';
    return withParts(
      [
        `Stage conversion ${period.label}, ${formatDay(period.from)} to ${formatDay(end)}, both days included`,
        'opening + entered = converted + lost + back + closing, for every row',
      ],
      [
        movesPart(input, end),
        ...staysPart(input, LAST_DAY),
        {
          name: 'visits',
          why: 'without losses that began and ended (reopened) within the period: they led nowhere',
          sql: `
SELECT *,
  lead(stage, 1, '') OVER (${order}) AS left_for,
  lead(place, 1, -1) OVER (${order}) AS left_for_place,
  lead(since, 1, ${dialect.day(LAST_DAY)}) OVER (${order}) AS next_since,
  lag(since, 1, ${dialect.day(FIRST_DAY)}) OVER (${inStage}) AS here_before,
  lead(nth, 1, 0) OVER (${inStage}) AS here_again
FROM stays
WHERE NOT (stage IN ('lost', 'invalid') AND since >= ${a} AND until <= ${b})`,
        },
        {
          name: 'flags',
          why: 'what each visit says: was it here before the period, did it come, where did the last one lead',
          sql: `
SELECT team, deal_key, grp, stage,
  since < ${a} AND next_since >= ${a} AS was_here,
  since >= ${a} AS came,
  since >= ${a} AND here_before < ${a} AND (here_before > ${dialect.day(FIRST_DAY)} OR event_type = 'reopened'
    OR (came_from <> '' AND place < came_from_place)) AS came_again,
  left_for = '' AS stays_here,
  here_again = 0 AND left_for_place > place AS went_on,
  here_again = 0 AND left_for_place > place + 1 AS went_far,
  here_again = 0 AND left_for IN ('lost', 'invalid') AS was_lost,
  here_again = 0 AND left_for = 'invalid' AS was_invalid,
  here_again = 0 AND left_for NOT IN ('', 'lost', 'invalid') AND left_for_place < place AS went_back
FROM visits
WHERE place BETWEEN 0 AND 5`,
        },
        {
          name: 'counted',
          why: 'every deal once per stage and column',
          sql: `
SELECT team, deal_key, grp, stage,
  max(CASE WHEN was_here THEN 1 ELSE 0 END) AS opening,
  max(CASE WHEN came THEN 1 ELSE 0 END) AS came,
  max(CASE WHEN came_again THEN 1 ELSE 0 END) AS reentered,
  max(CASE WHEN went_on THEN 1 ELSE 0 END) AS converted,
  max(CASE WHEN went_far THEN 1 ELSE 0 END) AS skipped,
  max(CASE WHEN was_lost THEN 1 ELSE 0 END) AS lost,
  max(CASE WHEN was_invalid THEN 1 ELSE 0 END) AS invalid,
  max(CASE WHEN went_back THEN 1 ELSE 0 END) AS back,
  max(CASE WHEN stays_here THEN 1 ELSE 0 END) AS closing
FROM flags
GROUP BY team, deal_key, grp, stage`,
        },
        gridPart(input),
        {
          name: 'sums',
          why: 'only those who were there or came; who was there did not come',
          sql: `
SELECT c.grp AS grp, c.stage AS stage, sum(c.opening) AS opening, sum(c.came * (1 - c.opening)) AS entered,
  sum(c.reentered * (1 - c.opening)) AS reentered, sum(c.converted) AS converted, sum(c.skipped) AS skipped,
  sum(c.lost) AS lost, sum(c.invalid) AS invalid, sum(c.back) AS back, sum(c.closing) AS closing
FROM counted AS c
WHERE c.opening + c.came > 0
GROUP BY c.grp, c.stage`,
        },
      ],
      `
SELECT ${groupColumn(input)}grid.stage AS stage,
  coalesce(sums.opening, 0) AS opening, coalesce(sums.entered, 0) AS entered, coalesce(sums.reentered, 0) AS reentered,
  coalesce(sums.converted, 0) AS converted, coalesce(sums.skipped, 0) AS skipped, coalesce(sums.lost, 0) AS lost,
  coalesce(sums.invalid, 0) AS invalid, coalesce(sums.back, 0) AS back, coalesce(sums.closing, 0) AS closing,
  sums.converted / nullif(sums.opening + sums.entered, 0) AS rate
FROM grid
LEFT JOIN sums ON sums.grp = grid.grp AND sums.stage = grid.stage
ORDER BY grid.grp, grid.place`,
    );
  },
};
