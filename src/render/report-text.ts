import type { Grid, GridColumn } from '../core/grid.ts';
import { customerOf, idOf, ownerOf } from '../core/reports/population.ts';
import type { Report, ReportCell, ReportPage } from '../core/reports/report.ts';
import { visible, wrapText } from '../core/text.ts';
import { painter } from './color.ts';
import type { GridDocument } from './format.ts';
import { type GridStyle, renderGrid } from './terminal.ts';

/** A whole report for the terminal: title, 口径, tables, figures, notes. */
export function renderReport(report: ReportPage, style: GridStyle): string {
  const paint = painter(style.color);
  const lines = (texts: readonly { readonly zh: string; readonly en: string }[]) =>
    texts.flatMap((text) => wrapText(visible(text[style.lang], { newlines: true }), style.columns));
  const head = [
    ...lines([report.title]).map((line) => paint.bold(line)),
    ...lines([report.scope]).map((line) => paint.dim(line)),
    ...lines(report.headline ? [report.headline] : []).map((line) => paint.bold(line)),
  ].join('\n');
  const notes = lines(report.notes).map((line) => paint.yellow(line));
  return [
    head,
    ...report.grids.map((grid) => renderGrid(grid, style)),
    [...lines(report.summary), ...notes].join('\n'),
  ].join('\n\n');
}

/** A whole report for a file. */
export function reportDocument({ title, scope, headline, grids, summary, notes }: ReportPage): GridDocument {
  return { heading: [title, scope, ...(headline ? [headline] : [])], grids, notes: [...summary, ...notes] };
}

/** Whose a row is, where several books are read together. */
export const TEAM_COLUMN: GridColumn = { title: { zh: '团队', en: 'Team' }, align: 'left' };

/** One cell of a report, opened, for a file. */
export function cellDocument(report: Report, cell: ReportCell, withTeam: boolean): GridDocument {
  const { title, entries } = cell;
  const opened = { zh: `${title.zh}:${entries.length}`, en: `${title.en}: ${entries.length}` };
  return {
    heading: [report.title, opened],
    grids: [{ ...cellGrid(report, cell, withTeam), title: null }],
    notes: [],
  };
}

/** One cell of a report, opened. */
export function renderReportCell(
  report: Report,
  cell: ReportCell,
  style: GridStyle,
  withTeam = false,
): string {
  return renderGrid(cellGrid(report, cell, withTeam), style);
}

function cellGrid(report: Report, { title, entries }: ReportCell, withTeam: boolean): Grid {
  return {
    title: {
      zh: `${report.title.zh}\n${title.zh}:${entries.length}`,
      en: `${report.title.en}\n${title.en}: ${entries.length}`,
    },
    columns: [
      ...(withTeam ? [TEAM_COLUMN] : []),
      { title: { zh: '商机编号', en: 'ID' }, align: 'left' },
      { title: { zh: '客户名称', en: 'Customer' }, align: 'left' },
      { title: { zh: '负责人', en: 'Owner' }, align: 'left' },
      { title: { zh: '日期', en: 'Date' }, align: 'left' },
      { title: { zh: '金额', en: 'Amount' }, align: 'right' },
    ],
    rows: entries.map(({ subject, date }) => [
      ...(withTeam ? [{ kind: 'text' as const, text: subject.book.team }] : []),
      { kind: 'text', text: idOf(subject) ?? '' },
      { kind: 'text', text: customerOf(subject) },
      { kind: 'text', text: ownerOf(subject) },
      { kind: 'date', day: date },
      { kind: 'money', fen: subject.amount },
    ]),
    notes: [],
  };
}
