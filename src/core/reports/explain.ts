import type { BadInput } from '../decision.ts';
import { nearest, normalizeWidth } from '../text.ts';
import type { Report, ReportCell } from './report.ts';

/**
 * The cell `text` names: a row and a column with a dot between them, by key or word (方案呈现.流失, proposal.lost); with
 * --by the group before them (王芳.方案呈现.流失), else the whole's.
 */
export function findReportCell(report: Report, text: string): ReportCell | BadInput {
  const parts = normalizeWidth(text)
    .split(/[.。]/)
    .map((part) => part.trim().toLowerCase());
  const [row = '', column = ''] = parts.slice(-2);
  const group = parts.slice(0, -2).join('.');
  const cells = report.cells.filter((cell) =>
    parts.length > 2 ? cell.group !== null && has(cell.group.names, group) : cell.group === null,
  );
  const rows = cells.filter(({ rowNames }) => has(rowNames, row));
  const cell = rows.find(({ columnNames }) => has(columnNames, column));
  if (cell) return cell;
  const groups = report.cells.flatMap((each) => each.group?.names ?? []).filter((name) => name !== '');
  const known =
    cells.length === 0
      ? groups
      : rows.length > 0
        ? rows.flatMap(({ columnNames }) => columnNames)
        : cells.flatMap(({ rowNames }) => rowNames);
  const wanted = cells.length === 0 ? group : rows.length > 0 ? column : row;
  const close = nearest(wanted, [...new Set(known)]);
  const example = '方案呈现.流失';
  return {
    badInput: true,
    text: {
      zh: `「${text}」不是报表里的格子;${close.length > 0 ? `是不是 ${close.join('、')}?` : ''}写成 阶段.列,如 ${example}`,
      en: `“${text}” is no cell of the report${close.length > 0 ? `; did you mean ${close.join(', ')}? Write` : '; write'} stage.column, like proposal.lost`,
    },
    value: text,
    expected: example,
  };
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted);
}
