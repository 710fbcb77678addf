import { describe, expect, it } from 'vitest';
import { findReportCell } from '../../src/core/reports/explain.ts';
import { idOf } from '../../src/core/reports/population.ts';
import { bookOf, moves, reportOn } from './history.ts';

const report = reportOn(
  bookOf(
    [{ id: 'E', moves: moves('04-20 lead, 04-22 discovery, 05-06 proposal, 06-25 lost') }],
    '2026-11-23',
  ),
  { quarter: '2026Q2' },
);
const found = (text: string) => {
  const cell = findReportCell(report, text);
  return 'badInput' in cell
    ? cell.text.zh
    : `${cell.row}.${cell.column} ${cell.entries.map(({ subject }) => idOf(subject)).join(' ')}`.trim();
};

describe('opening a cell by its name', () => {
  it.each([
    { text: '方案呈现.流失', is: 'proposal.lost E', why: 'words' },
    { text: 'proposal.lost', is: 'proposal.lost E', why: 'keys' },
    { text: 'Proposal.流失', is: 'proposal.lost E', why: 'both' },
    { text: '报价．流失', is: 'proposal.lost E', why: 'an alias of the stage, a full-width dot' },
    { text: '方案呈现。流失', is: 'proposal.lost E', why: 'a Chinese full stop' },
    { text: '方案呈现.期初', is: 'proposal.opening', why: 'an empty cell opens too' },
    { text: '需求挖掘.平均停留', is: 'discovery.stay E', why: 'the stays behind the mean' },
    { text: '合计.输单', is: 'totals.lost E', why: 'a total' },
  ])('$text is $is: $why', ({ text, is }) => {
    expect(found(text)).toBe(is);
  });

  it.each([
    { text: '方案呈现.流逝', hint: '是不是 流失?', why: 'a column mistyped' },
    { text: '方案呈递.流失', hint: '是不是 方案呈现', why: 'a stage mistyped' },
    { text: '流失', hint: '写成 阶段.列', why: 'no stage' },
    { text: 'a.b.c', hint: '写成 阶段.列', why: 'one dot too many' },
  ])('$text is refused with a hint: $why', ({ text, hint }) => {
    expect(found(text)).toContain(hint);
  });
});
