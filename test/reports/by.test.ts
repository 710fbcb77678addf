import { describe, expect, it } from 'vitest';
import type { ColumnRef } from '../../src/core/columns.ts';
import { findReportCell } from '../../src/core/reports/explain.ts';
import { idOf } from '../../src/core/reports/population.ts';
import { bookOf, moves, reportOn, type Story, tableOf } from './history.ts';

// Grouping by every column, worked by hand on one small quarter, in every view.

/**
 * Three deals of 2026Q2. A came from the exhibition and went as far as 谈判推进; B from the web form, lost in 需求挖掘;
 * C from the exhibition too, still a lead, and changed hands in May.
 */
const STORIES: readonly Story[] = [
  {
    id: 'A',
    moves: moves('04-01 lead, 04-03 discovery, 05-06 proposal, 06-10 negotiation'),
    cells: {
      来源渠道: '行业展会',
      来源优先级: 'A',
      销售负责人: '王芳',
      意向等级: '高意向',
      所属行业: '制造业',
    },
  },
  {
    id: 'B',
    moves: moves('04-01 lead, 04-03 discovery, 05-20 lost'),
    cells: { 来源渠道: '官网表单', 来源优先级: 'B', 销售负责人: '李强', 意向等级: '', 所属行业: '制造业' },
  },
  {
    id: 'C',
    moves: moves('05-11 lead'),
    cells: { 来源渠道: '行业展会', 来源优先级: 'A', 销售负责人: '李强', 意向等级: '低意向', 所属行业: '' },
    remarks: [{ on: '2026-05-18', content: '列=销售负责人；原值=王芳；新值=李强' }],
  },
];
const BOOK = bookOf(STORIES, '2026-07-05');
const Q2 = { quarter: '2026Q2' };

/** Group → the ids in a cell of it. */
function groupsOf(by: ColumnRef, cell: string, view = 'period', period: { quarter?: string } = Q2) {
  const report = reportOn(BOOK, period, { by, view });
  const groups = report.json.groups as { key: string | null }[];
  return groups.map(({ key }) => {
    const found = findReportCell(report, `${key === null ? '(空)' : key}.${cell}`);
    if ('badInput' in found) throw new Error(found.text.zh);
    return [key, found.entries.map(({ subject }) => idOf(subject)).join(' ')];
  });
}

describe('report --by', () => {
  it.each([
    // Every deal entered as a lead in the quarter; each group holds its own.
    {
      by: 'owner',
      is: [
        ['李强', 'B C'],
        ['王芳', 'A'],
      ],
      why: 'C belongs to the one who has it at the end, for the whole quarter',
    },
    {
      by: 'source',
      is: [
        ['行业展会', 'A C'],
        ['官网表单', 'B'],
      ],
      why: 'two from the exhibition',
    },
    {
      by: 'priority',
      is: [
        ['A', 'A C'],
        ['B', 'B'],
      ],
      why: 'class A is the exhibition',
    },
    {
      by: 'intent',
      is: [
        [null, 'B'],
        ['low', 'C'],
        ['high', 'A'],
      ],
      why: 'an intent by its key, none as null',
    },
    {
      by: 'industry',
      is: [
        ['制造业', 'A B'],
        [null, 'C'],
      ],
      why: 'an empty cell is a group of its own',
    },
  ] as const)('$by: $why', ({ by, is }) => {
    expect(new Map(groupsOf(by, 'lead.entered') as [string, string][])).toEqual(new Map(is as never));
  });

  it('balances in every group, and the groups add up to the whole', () => {
    const whole = tableOf(reportOn(BOOK, Q2));
    // 期初 新增 转化 流失 退回 期末, by hand.
    expect(whole).toEqual({
      lead: '0 3 2 0 0 1',
      discovery: '0 2 1 1 0 0',
      proposal: '0 1 1 0 0 0',
      negotiation: '0 1 0 0 0 1',
    });
    const [first, second] = reportOn(BOOK, Q2, { by: 'owner' }).json.groups as {
      key: string;
      rows: Record<string, number>[];
    }[];
    const line = (rows: Record<string, number>[] | undefined, index: number) =>
      ['opening', 'entered', 'converted', 'lost', 'back', 'closing']
        .map((column) => rows?.[index]?.[column])
        .join(' ');
    // 李强: B and C entered, B went on and was lost in 需求挖掘, C stays. 王芳: A.
    expect([first?.key, line(first?.rows, 0), line(first?.rows, 1)]).toEqual([
      '李强',
      '0 2 1 0 0 1',
      '0 1 0 1 0 0',
    ]);
    expect([second?.key, line(second?.rows, 0), line(second?.rows, 1)]).toEqual([
      '王芳',
      '0 1 1 0 0 0',
      '0 1 1 0 0 0',
    ]);
  });

  it('groups a cohort and a snapshot the same way', () => {
    // All three were created in the quarter; A reached 谈判推进, B was lost, C is still a lead.
    expect(groupsOf('source', 'lead.reached', 'cohort')).toEqual([
      ['行业展会', 'A C'],
      ['官网表单', 'B'],
    ]);
    expect(groupsOf('source', 'discovery.lost', 'cohort')).toEqual([
      ['行业展会', ''],
      ['官网表单', 'B'],
    ]);
    expect(groupsOf('owner', 'lead.count', 'snapshot', {})).toEqual([
      ['李强', 'C'],
      ['王芳', ''],
    ]);
  });

  it('takes any column of the sheet', () => {
    expect(groupsOf('size', 'lead.entered')).toEqual([[null, 'A B C']]);
    expect(groupsOf('customer', 'lead.entered')).toHaveLength(3);
  });
});
