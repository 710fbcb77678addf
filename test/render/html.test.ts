import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { Grid, GridCell, GridChart } from '../../src/core/grid.ts';
import { plain } from '../../src/core/message.ts';
import type { GridDocument } from '../../src/render/format.ts';
import { renderHtml } from '../../src/render/html.ts';

const count = (value: number): GridCell => ({ kind: 'count', value });
const text = (value: string): GridCell => ({ kind: 'text', text: value });
const HEADS = ['阶段', '转化', '流失', '率', '天'];

function gridOf(rows: readonly (readonly GridCell[])[], charts: readonly GridChart[] = []): Grid {
  return {
    title: plain('表'),
    columns: HEADS.map((title, index) => ({ title: plain(title), align: index === 0 ? 'left' : 'right' })),
    rows,
    notes: [],
    charts,
  };
}

async function page(document: Partial<GridDocument>, withPhones = false): Promise<string> {
  const whole = { heading: [plain('季报')], grids: [], notes: [], ...document };
  return new TextDecoder().decode(await renderHtml(whole, { lang: 'zh', withPhones }));
}

/** The pictures of a page; throws where one is no well-formed XML. */
function pictures(html: string) {
  return [...html.matchAll(/<svg[\s\S]*?<\/svg>/g)].map(
    ([svg]) => new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement,
  );
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></table><h1>x',
  '&lt;b&gt;',
  'a\u001b[31m\u202eb',
];

describe('one page that stands alone', () => {
  it.each(HOSTILE)('shows %j as text wherever it stands', async (hostile) => {
    const grid = gridOf(
      [[text(hostile), count(1)]],
      [{ kind: 'bars', title: plain(hostile), series: [1, 2] }],
    );
    const columns = grid.columns.map((column) => ({ ...column, title: plain(hostile) }));
    const html = await page({
      heading: [plain(hostile), plain(hostile)],
      grids: [{ ...grid, title: plain(hostile), columns, notes: [plain(hostile)] }],
      notes: [plain(hostile)],
    });
    const shown = html.replace(/<style>[\s\S]*?<\/style>/, '');
    const tags = [...shown.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name = '']) => name.toLowerCase());
    const known =
      /^(html|head|meta|title|body|main|header|h1|h2|p|section|div|table|thead|tbody|tr|th|td|figure|figcaption|svg|rect|text|path|circle|ul|li|br)$/;
    expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
    // Without the quoted values only what is an attribute is left within a tag.
    expect(shown.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+\s*=/);
    expect(shown.match(/<h1/g)).toHaveLength(1);
    expect(['\u001b', '\u202e'].filter((char) => shown.includes(char))).toEqual([]);
    expect(pictures(html)).toHaveLength(1);
  });

  it('asks nobody for anything, and says so in its own policy', async () => {
    const html = await page({
      grids: [gridOf([[text('a'), count(1)]])],
      notes: [plain('http://x.invalid/a.png')],
    });
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<(script|link|iframe|img|object|embed)|url\(|@import|\s(src|href)=/);
  });

  it('masks phones, unless asked for', async () => {
    const grids = [gridOf([[text('李总 13812345678'), count(1)]])];
    expect(await page({ grids })).toContain('李总 138****5678');
    expect(await page({ grids }, true)).toContain('李总 13812345678');
  });

  it('names its language, its table and every row and column, under one heading of the first rank', async () => {
    const html = await page({ grids: [gridOf([[text('线索'), count(1)]])], notes: [plain('强制 1 次')] });
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('<h2 id="t1">表</h2>');
    expect(html).toContain('<table aria-labelledby="t1">');
    expect(html).toContain('<th scope="row">线索</th>');
    expect(html.match(/<th scope="col"/g)).toHaveLength(HEADS.length);
    expect(html.match(/<h1/g)).toHaveLength(1);
  });

  it('draws bars as long as their numbers, end to end, with the sum behind them', async () => {
    const rows = [
      [text('线索'), count(6), count(2)],
      [text('方案'), count(4), count(0)],
    ];
    const [svg] = pictures(
      await page({ grids: [gridOf(rows, [{ kind: 'bars', title: plain('漏斗'), series: [1, 2] }])] }),
    );
    const bars = [...(svg?.getElementsByTagName('rect') ?? [])].filter(
      (bar) => bar.getAttribute('height') === '18',
    );
    const widths = bars.map((bar) => Number(bar.getAttribute('width')));
    const unit = (widths[0] ?? 0) / 6;
    expect(widths.map((width) => Math.round(width / unit))).toEqual([6, 2, 4]);
    expect(Number(bars[1]?.getAttribute('x'))).toBeCloseTo(Number(bars[0]?.getAttribute('x')) + 6 * unit, 0);
    const words = [...(svg?.getElementsByTagName('text') ?? [])].map((each) => each.textContent);
    expect(words).toEqual(['转化', '流失', '线索', '6', '2', '8', '方案', '4', '4']);
  });

  it('leaves a gap in a line where nothing is known: never 0', async () => {
    const rate = (value: number | null): GridCell => ({ kind: 'rate', value });
    const rows = [0.5, 1, null, 0.25].map((value) => [text('季'), count(0), count(0), rate(value)]);
    const [svg] = pictures(
      await page({ grids: [gridOf(rows, [{ kind: 'lines', title: plain('走势'), series: [3] }])] }),
    );
    expect(svg?.getElementsByTagName('circle')).toHaveLength(3);
    expect(svg?.getElementsByTagName('path')[0]?.getAttribute('d')).toMatch(/^M\S+ \S+L\S+ \S+M\S+ \S+$/);
  });

  it('draws what is all zero, and nothing of an empty table', async () => {
    const chart = (kind: GridChart['kind']) => ({ kind, title: plain('图'), series: [1] });
    const charts = [chart('bars'), chart('columns'), chart('lines')];
    const zero = await page({ grids: [gridOf([[text('a'), count(0)]], charts)] });
    expect(pictures(zero)).toHaveLength(3);
    expect(zero).not.toMatch(/NaN|Infinity/);
    expect(pictures(await page({ grids: [gridOf([], charts)] }))).toHaveLength(0);
  });
});

describe('its colours', () => {
  /** Relative luminance, WCAG 2.2. */
  const light = (hex: string) => {
    const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it('are legible on light, on dark and on paper', async () => {
    const grounds = [...(await page({})).matchAll(/:root\{([^}]*)\}/g)].map(
      ([, vars = '']) =>
        new Map([...vars.matchAll(/--(\w+):(#\w+)/g)].map(([, name = '', hex = '']) => [name, hex])),
    );
    expect(grounds).toHaveLength(3);
    for (const colors of grounds) {
      const of = (a: string, b: string) => contrast(colors.get(a) ?? '', colors.get(b) ?? '');
      for (const ground of ['ground', 'head']) expect(of('text', ground)).toBeGreaterThanOrEqual(4.5);
      expect(of('soft', 'ground')).toBeGreaterThanOrEqual(4.5);
      for (const mark of ['s1', 's2', 's3', 's4']) {
        expect(of(mark, 'ground')).toBeGreaterThanOrEqual(3);
        expect(of('in', mark)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
