import { describe, expect, it } from 'vitest';
import type { Grid, GridCell } from '../../src/core/grid.ts';
import { painter } from '../../src/render/color.ts';
import { flowLines } from '../../src/render/flow.ts';
import { renderGrid } from '../../src/render/terminal.ts';

const text = (words: string): GridCell => ({ kind: 'text', text: words });
const title = (zh: string) => ({ zh, en: zh });
const grid: Grid = {
  title: null,
  columns: [
    { title: title('编号'), align: 'left' },
    { title: title('客户'), align: 'left' },
    { title: title('金额'), align: 'right' },
  ],
  rows: [
    [text('L20261123-001'), text('华东🚀机械'), { kind: 'money', fen: 15000000 }],
    [{ kind: 'empty' }, text('江北商行'), { kind: 'money', fen: null }],
  ],
  notes: [],
  charts: [{ kind: 'bars', title: title('漏斗'), series: [2] }],
};
const print = (of: Grid, columns: number, plain = false) =>
  renderGrid(of, { lang: 'zh', columns, color: false, plain }).split('\n');

describe('a table the screen is too narrow for', () => {
  it('stands row below row, every value behind its title, what is empty left out', () => {
    expect(print(grid, 24)).toEqual(['L20261123-001', '  客户: 华东🚀机械', '  金额: 15万', '江北商行']);
  });

  it('stays a table while an id keeps to one line', () => {
    expect(print(grid, 30)[0]).toContain('编号');
    expect(print(grid, 28).join('\n')).toContain('L20261123-001');
  });

  it('repeats what a group says once', () => {
    const groups = {
      ...grid,
      rows: [
        [text('来源'), text('官网'), { kind: 'count' as const, value: 12 }],
        [text(''), text('展会'), { kind: 'count' as const, value: 2 }],
      ],
    };
    expect(print(groups, 16, true)).toEqual([
      '来源',
      '  客户: 官网',
      '  金额: 12',
      '来源',
      '  客户: 展会',
      '  金额: 2',
    ]);
  });

  it('--plain draws nothing on any screen', () => {
    const printed = print(grid, 120, true).join('\n');
    expect(printed).not.toMatch(/[─-╿▀-▟]/);
    expect(printed).toContain('客户: 华东🚀机械   金额: 15万');
  });
});

describe('items in lines', () => {
  it.each([
    { items: ['华东', '江北', '海川'], is: ['  华东  江北', '    海川'], why: 'breaks between two items' },
    { items: ['华东机械制造'], is: ['  华东机械', '    制造'], why: 'breaks in an item that fits nowhere' },
    { items: [], is: [], why: 'nothing is no line' },
  ])('$why', ({ items, is }) => {
    expect(flowLines(items, 12, { first: '  ', indent: '    ', gap: '  ' })).toEqual(is);
  });

  it('colours take no room', () => {
    const red = painter(true).red('华东');
    expect(flowLines([red, '江北'], 12, { first: '  ', indent: '  ', gap: '  ' })).toEqual([
      `  ${red}  江北`,
    ]);
  });
});
