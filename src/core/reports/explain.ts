import type { BadInput } from '../decision.ts';
import { nearest, normalizeWidth } from '../text.ts';
import type { Report, ReportCell } from './report.ts';

/** The cell `text` names: a row and a column with a dot between them, by key or word (方案呈现.流失, proposal.lost). */
export function findReportCell(report: Report, text: string): ReportCell | BadInput {
  const [row = '', column = '', ...rest] = normalizeWidth(text)
    .split(/[.。]/)
    .map((part) => part.trim().toLowerCase());
  const rows = report.cells.filter(({ rowNames }) => has(rowNames, row));
  const cell = rest.length === 0 ? rows.find(({ columnNames }) => has(columnNames, column)) : undefined;
  if (cell) return cell;
  const known =
    rows.length > 0 && rest.length === 0
      ? rows.flatMap(({ columnNames }) => columnNames)
      : report.cells.flatMap(({ rowNames }) => rowNames);
  const close = nearest(rows.length > 0 ? column : row, [...new Set(known)]);
  const example = '方案呈现.流失';
  return {
    badInput: true,
    text: {
      zh: `「${text}」不是报表里的格子;${close.length > 0 ? `是不是 ${close.join('、')}?` : ''}写成 阶段.列,如 ${example}`,
      en: `“${text}” is no cell of the report; ${close.length > 0 ? `did you mean ${close.join(', ')}? ` : ''}Write stage.column, like proposal.lost`,
    },
    value: text,
    expected: example,
  };
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted);
}
