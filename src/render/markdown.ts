import { maskPhones, visible } from '../core/text.ts';
import type { OutputFormat } from './format.ts';
import { cellLines } from './grid-cell.ts';

/** Tables as GitHub and most chat tools show them; what a cell holds stays text and becomes no mark-up. */
export const markdownFormat: OutputFormat = {
  key: 'md',
  isText: true,
  async render({ heading, grids, notes }, { lang, withPhones }) {
    const safe = (text: string) =>
      escapeMarks(visible(withPhones ? text : maskPhones(text), { newlines: true }));
    const [title, ...under] = heading.map((message) => safe(message[lang]));
    const blocks = [
      ...(title === undefined ? [] : [`# ${title}`]),
      ...under,
      ...grids.flatMap((grid) => [
        ...(grid.title ? [`## ${safe(grid.title[lang])}`] : []),
        [
          row(grid.columns.map((column) => safe(column.title[lang]))),
          row(grid.columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
          ...grid.rows.map((cells) => row(cells.map((cell) => safe(cellLines(cell, lang))))),
        ].join('\n'),
        ...grid.notes.map((note) => safe(note[lang])),
      ]),
      ...(notes.length === 0 ? [] : [notes.map((note) => `- ${safe(note[lang])}`).join('\n')]),
    ];
    return new TextEncoder().encode(`${blocks.join('\n\n')}\n`);
  },
};

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** What Markdown would obey, as plain characters; a line break in a cell is `<br>`. */
function escapeMarks(text: string): string {
  return text
    .trim()
    .replace(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replaceAll('\n', '<br>');
}
