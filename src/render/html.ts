import type { Grid, GridCell } from '../core/grid.ts';
import type { Message } from '../core/message.ts';
import { maskPhones, visible } from '../core/text.ts';
import { drawChart } from './chart-svg.ts';
import type { FormatOptions, GridDocument } from './format.ts';
import { cellLines } from './grid-cell.ts';

/**
 * A document as one page that stands alone: no script, no request (its own policy forbids both), light and dark, on a
 * phone, on paper. Behind every picture stands its table. What a cell holds is text, never mark-up.
 */
export async function renderHtml(
  { heading, grids, notes }: GridDocument,
  options: FormatOptions,
): Promise<Uint8Array> {
  const { lang } = options;
  const safe = (text: string) => escapeHtml(safeText(text, options));
  const [title, ...under] = heading.map((message) => safe(message[lang]));
  const page = [
    '<!doctype html>',
    `<html lang="${lang === 'zh' ? 'zh-CN' : lang}">`,
    '<head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title ?? 'funnel'}</title>`,
    `<style>${STYLE}</style></head>`,
    '<body><main>',
    `<header><h1 id="top">${title ?? 'funnel'}</h1>`,
    ...under.map((line, index) => `<p${index > 0 ? ' class="headline"' : ''}>${line}</p>`),
    '</header>',
    ...grids.map((grid, index) => renderSection(grid, index, options, safe)),
    ...renderNotes(notes, options, safe),
    '</main></body></html>',
  ];
  return new TextEncoder().encode(`${page.join('\n')}\n`);
}

/** Pictures and their table under its title; a table without one is named by the page's. */
function renderSection(
  grid: Grid,
  index: number,
  options: FormatOptions,
  safe: (text: string) => string,
): string {
  const { lang } = options;
  const id = grid.title ? `t${index + 1}` : 'top';
  const pictures = (grid.charts ?? [])
    .filter(() => grid.rows.length > 0)
    .map(
      (chart) =>
        `<figure><figcaption>${safe(chart.title[lang])}</figcaption>${drawChart(chart, grid, lang, safe)}</figure>`,
    );
  const head = grid.columns.map(
    ({ title, align }) => `<th scope="col"${align === 'left' ? ' class="l"' : ''}>${safe(title[lang])}</th>`,
  );
  const body = grid.rows.map((cells) => {
    const tds = grid.columns.map(({ align }, col) =>
      renderCell(cells[col] ?? { kind: 'empty' }, col, align, options, safe),
    );
    return `<tr>${tds.join('')}</tr>`;
  });
  return [
    // The first page begins at the top of the paper anyway.
    grid.page && index > 0 ? '<section class="page">' : '<section>',
    ...(grid.title ? [`<h2 id="${id}">${withBreaks(safe(grid.title[lang]))}</h2>`] : []),
    `<div class="wide" role="region" tabindex="0" aria-labelledby="${id}"><table aria-labelledby="${id}">`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div>`,
    ...grid.notes.map((note) => `<p class="note">${safe(note[lang])}</p>`),
    ...(pictures.length > 0 ? [`<div class="pictures">${pictures.join('\n')}</div>`] : []),
    '</section>',
  ].join('\n');
}

function renderCell(
  cell: GridCell,
  col: number,
  align: 'left' | 'right',
  { lang }: FormatOptions,
  safe: (text: string) => string,
): string {
  const text = withBreaks(safe(cellLines(cell, lang)));
  if (col === 0) return `<th scope="row">${text}</th>`;
  const left = cell.kind === 'date' ? 'd' : 'l';
  const look = cell.kind === 'rate' && cell.small ? 'faint' : align === 'left' ? left : '';
  return `<td${look && ` class="${look}"`}>${text}</td>`;
}

function renderNotes(
  notes: readonly Message[],
  { lang }: FormatOptions,
  safe: (text: string) => string,
): readonly string[] {
  if (notes.length === 0) return [];
  const items = notes.map((note) => `<li>${safe(note[lang])}</li>`).join('\n');
  return [`<section><h2>${NOTES[lang]}</h2>`, `<ul>${items}</ul></section>`];
}

const NOTES: Message = { zh: '说明', en: 'Notes' };

function safeText(text: string, { withPhones }: FormatOptions): string {
  const shown = visible(text, { newlines: true });
  return withPhones ? shown : maskPhones(shown);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function withBreaks(text: string): string {
  return text.replaceAll('\n', '<br>');
}

/** Text has a contrast of at least 4.5, marks of at least 3, on both grounds. Paper is always light. */
const STYLE = `
:root{--ground:#fff;--text:#1c2733;--soft:#55606e;--rule:#d5dbe2;--head:#eef3f8;--s1:#1f6fb2;--s2:#c0392b;--s3:#7d6608;--s4:#5d6d7e;--in:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#14191f;--text:#e6ebf0;--soft:#a9b4c0;--rule:#39434e;--head:#1f2832;--s1:#6db3f2;--s2:#f1948a;--s3:#e0c050;--s4:#a6b4c2;--in:#14191f}}
@media print{:root{--ground:#fff;--text:#000;--soft:#444;--rule:#bbb;--head:#eef3f8;--s1:#1f6fb2;--s2:#c0392b;--s3:#7d6608;--s4:#5d6d7e;--in:#fff}}
@page{size:A4;margin:12mm}
*{box-sizing:border-box;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:break-word}
main{max-width:1080px;margin:0 auto;padding:24px 16px}
h1{font-size:22px;line-height:1.3;margin:0 0 8px}
h2{font-size:17px;margin:28px 0 8px}
header p,.note,figcaption{color:var(--soft);margin:4px 0}
.headline{color:var(--text);font-size:17px;font-weight:600}
section{margin-top:20px}
.wide{overflow-x:auto}
.wide:focus-visible{outline:2px solid var(--s1)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:6px 10px;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top}
td{white-space:nowrap}
th{word-break:keep-all}
thead th{background:var(--head);vertical-align:bottom}
tbody th{font-weight:400}
tbody th,.l{text-align:left;white-space:normal}
td.l{min-width:5em;overflow-wrap:anywhere}
.d{text-align:left}
.faint{color:var(--soft)}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:24px;margin-top:16px}
figure{margin:0;break-inside:avoid}
svg{display:block;width:100%;max-width:560px;height:auto}
svg text{font-size:11px;fill:var(--text)}
svg .end{text-anchor:end}svg .mid,svg .in{text-anchor:middle}svg .in{fill:var(--in)}
.s1{fill:var(--s1);stroke:var(--s1)}.s2{fill:var(--s2);stroke:var(--s2)}.s3{fill:var(--s3);stroke:var(--s3)}.s4{fill:var(--s4);stroke:var(--s4)}
rect{stroke:var(--ground);stroke-width:1}
path.line{fill:none;stroke-width:2}
.axis{stroke:var(--rule)}
ul{padding-left:20px;margin:8px 0}
tr{break-inside:avoid}
h2{break-after:avoid}
@media(max-width:640px){body{font-size:13px}table{font-size:12px}th,td{padding:4px 2px}h1{font-size:19px}.headline{font-size:15px}:lang(en) table{font-size:11px}:lang(en) thead th{font-size:10px}}
@media(max-width:420px){main{padding:16px 8px}table{font-size:11px}}
@media print{.page{break-before:page}body{font-size:10.5pt}main{max-width:none;padding:0}.wide{overflow:visible;break-inside:avoid}th,td{padding:3px 6px}.pictures{grid-template-columns:1fr 1fr}}
`.trim();
