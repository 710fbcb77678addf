import { formatDay } from '../date.ts';
import { type QueryView, tableOf, withParts } from './query.ts';

/** What is late and what is near: the deadlines D1–D5 among the findings of `check`. */
export const deadlinesQuery: QueryView = {
  key: 'deadlines',
  print(input) {
    const { dialect, today } = input;
    const day = dialect.day(today);
    return withParts(
      [
        `Deadlines that are late on ${formatDay(today)}, due today or on the next working day`,
        'as of the day of the export: run funnel export first',
      ],
      [
        {
          name: 'owed',
          why: 'what is still owed; of several of one rule the earliest speaks',
          sql: `
SELECT *, row_number() OVER (PARTITION BY team, deal_key, rule ORDER BY due_date, start_date) AS nth
FROM ${tableOf(input, 'deadlines')}
WHERE is_open AND NOT (rule = 'D5' AND on_hold)`,
        },
        {
          name: 'now',
          why: 'working days up to today, of every team',
          sql: `SELECT team, worked FROM ${tableOf(input, 'days')} WHERE on_date = ${day}`,
        },
        {
          name: 'coming',
          why: "every team's next working day",
          sql: `
SELECT team, min(on_date) AS next_day
FROM ${tableOf(input, 'days')}
WHERE is_working AND on_date > ${day}
GROUP BY team`,
        },
      ],
      `
SELECT o.team AS team, o.rule AS rule,
  CASE WHEN o.rule = 'D5' AND o.postponed_often THEN 'severe' WHEN o.due_date < ${day} THEN 'overdue' ELSE 'dueSoon' END AS level,
  d.deal_id AS id, d.customer AS customer, d.owner AS owner, o.stage AS stage, o.start_date AS start, o.due_date AS due,
  o.provisional AS provisional, CASE WHEN o.due_date < ${day} THEN now.worked - due_day.worked ELSE 0 END AS working_days_late,
  d.amount AS amount
FROM owed AS o
JOIN ${tableOf(input, 'deals')} AS d ON d.team = o.team AND d.deal_key = o.deal_key
JOIN ${tableOf(input, 'days')} AS due_day ON due_day.team = o.team AND due_day.on_date = o.due_date
JOIN now ON now.team = o.team
JOIN coming ON coming.team = o.team
WHERE o.nth = 1 AND NOT o.legacy AND o.due_date <= coming.next_day AND d.valid_from <= ${day} AND d.valid_to >= ${day}
ORDER BY team, due, id, rule`,
    );
  },
};
