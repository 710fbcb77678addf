import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../../src/core/date.ts';
import type { Grid } from '../../src/core/grid.ts';
import { plain } from '../../src/core/message.ts';
import type { GridDocument } from '../../src/render/format.ts';
import { FORMATS } from '../../src/render/formats.ts';

const GRID: Grid = {
  title: plain('表 1'),
  columns: ['客户', '金额', '比率', '天', '日期', '条'].map((title, index) => ({
    title: plain(title),
    align: index === 0 ? 'left' : 'right',
  })),
  rows: [
    [
      { kind: 'text', text: '华东|机械 <b>*\n=1+1' },
      { kind: 'money', fen: 1234550 },
      { kind: 'rate', value: 2 / 3 },
      { kind: 'days', value: 2.5 },
      { kind: 'date', day: parseIsoDay('2026-11-26') },
      { kind: 'count', value: 3 },
    ],
    [
      { kind: 'text', text: '=HYPERLINK("http://x") 13812345678' },
      { kind: 'money', fen: null },
      { kind: 'rate', value: null },
      { kind: 'days', value: null },
      { kind: 'date', day: null },
      { kind: 'empty' },
    ],
  ],
  notes: [],
};
const DOCUMENT: GridDocument = { heading: [plain('报表')], grids: [GRID], notes: [plain('强制 1 次')] };

async function render(key: string, document = DOCUMENT, withPhones = false): Promise<string> {
  const format = FORMATS.find((each) => each.key === key);
  if (!format) throw new Error(key);
  const bytes = await format.render(document, { lang: 'zh', withPhones });
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

describe('one document in each format', () => {
  it('csv: BOM, CRLF, plain numbers, nothing where nothing is, no formula, as many fields in each record', async () => {
    expect((await render('csv')).split('\r\n')).toEqual([
      '\ufeff报表,,,,,',
      ',,,,,',
      '表 1,,,,,',
      '客户,金额,比率,天,日期,条',
      '"华东|机械 <b>*\n=1+1",12345.5,0.6667,2.5,2026-11-26,3',
      `"'=HYPERLINK(""http://x"") 138****5678",,,,,`,
      ',,,,,',
      '强制 1 次,,,,,',
      '',
    ]);
  });

  it('md: what a cell holds is no mark-up, a line break stays one', async () => {
    expect((await render('md')).split('\n')).toEqual([
      '# 报表',
      '',
      '## 表 1',
      '',
      '| 客户 | 金额 | 比率 | 天 | 日期 | 条 |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      '| 华东\\|机械 \\<b\\>\\*<br>=1+1 | 12,345.5元 | 66.7% | 2.5 | 2026-11-26 | 3 |',
      '| =HYPERLINK("http://x") 138\\*\\*\\*\\*5678 |  | — | — |  |  |',
      '',
      '- 强制 1 次',
      '',
    ]);
  });

  it.each(['csv', 'md'])('%s: phones stay readable where that was asked for', async (key) => {
    expect(await render(key, DOCUMENT, true)).toContain('13812345678');
  });

  it('xlsx: a workbook', async () => {
    expect((await render('xlsx')).slice(0, 2)).toBe('PK');
  });
});
