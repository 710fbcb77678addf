import { lookAt } from '../check.ts';
import type { Deadline, RuleContext } from '../deadlines.ts';
import type { Subject } from '../rules/rule.ts';
import type { KeyedDeal } from './keyed-deals.ts';
import { column, dealColumn, type TableShape, teamColumn } from './table.ts';

interface DeadlineRow {
  readonly team: string;
  readonly deal: KeyedDeal;
  readonly subject: Subject;
  readonly deadline: Deadline;
  readonly postponedTooOften: boolean;
}

/** D1–D5 of every 商机, met or not, as they stood on the day of the export. */
export const DEADLINES: TableShape<DeadlineRow> = {
  name: 'deadlines',
  about: {
    zh: '每个商机的 D1–D5 期限,已完成的也在;以导出那天为准',
    en: 'the deadlines D1–D5 of every opportunity, those that were met too; as of the day of the export',
  },
  columns: [
    teamColumn(),
    dealColumn(),
    column(
      'rule',
      'text',
      {
        zh: 'D1 首次接触、D2 资料交付、D3 每周同步、D4 满意度调研、D5 预计成交',
        en: 'D1 first contact, D2 documents, D3 weekly sync, D4 survey, D5 expected closing',
      },
      ({ deadline }) => deadline.rule,
    ),
    column(
      'stage',
      'text',
      { zh: '商机现在的阶段', en: 'the present stage' },
      ({ subject }) => subject.deal.stage ?? '',
    ),
    column(
      'start_date',
      'date',
      { zh: '起算日(不计在内);D5 没有', en: 'the day counting began (not counted); D5 has none' },
      ({ deadline }) => deadline.start,
      true,
    ),
    column('due_date', 'date', { zh: '到期日', en: 'the due day' }, ({ deadline }) => deadline.due),
    column(
      'met_date',
      'date',
      { zh: '完成日', en: 'the day it was met' },
      ({ deadline }) => deadline.met,
      true,
    ),
    column(
      'is_open',
      'flag',
      { zh: '还欠着', en: 'still owed' },
      ({ deadline, subject }) => deadline.open && subject.clocks !== null,
    ),
    column(
      'provisional',
      'flag',
      { zh: '暂定:经过没有官方安排的年份', en: 'provisional: a year without the official arrangement' },
      ({ deadline }) => deadline.provisional,
    ),
    column(
      'legacy',
      'flag',
      { zh: '历史遗留:接管时已逾期', en: 'was overdue already when the table was taken over' },
      ({ deadline }) => deadline.legacy,
    ),
    column(
      'on_hold',
      'flag',
      { zh: '搁置中:D5 不提醒', en: 'put aside: D5 keeps quiet' },
      ({ subject }) => subject.held,
    ),
    column(
      'postponed_often',
      'flag',
      {
        zh: '预计成交日期已多次推迟(D5 升为严重)',
        en: 'the expected day was moved too often (D5 is then severe)',
      },
      ({ postponedTooOften }) => postponedTooOften,
    ),
  ],
};

/** The deadlines of a 商机 as rows of the table. */
export function deadlineRows(team: string, deal: KeyedDeal, context: RuleContext): readonly DeadlineRow[] {
  if (deal.deal === null || !deal.deal.born) return [];
  const subject = lookAt(deal.deal, context);
  const postponedTooOften = deal.deal.postponements >= context.settings.severePostponements;
  return subject.deadlines.map((deadline) => ({ team, deal, subject, deadline, postponedTooOften }));
}
