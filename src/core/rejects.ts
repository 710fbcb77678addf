import type { ImportTable, RowReport } from './import.ts';
import { REJECT_HEADERS } from './import-columns.ts';
import { type Lang, say } from './message.ts';
import type { CellValue } from './sheet.ts';
import { readTextCell } from './values.ts';

/**
 * Rejected rows as a table of their own: every column of their sources as it shows, then where the row came from and
 * why it was not taken. Corrected, it can be imported as it is.
 */
export function rejectRecords(rejected: readonly RowReport[], lang: Lang): string[][] {
  const columns = new Map<string, { readonly header: string; readonly colIn: Map<ImportTable, number> }>();
  for (const table of new Set(rejected.map((report) => report.table))) {
    const seen = new Map<string, number>();
    for (const [col, header] of table.columns.header.headers) {
      if (REJECT_HEADERS.some((ours) => ours === header)) continue;
      const nth = (seen.get(header) ?? 0) + 1;
      seen.set(header, nth);
      const key = `${header}\n${nth}`;
      const column = columns.get(key) ?? { header, colIn: new Map() };
      columns.set(key, column);
      column.colIn.set(table, col);
    }
  }
  const kept = [...columns.values()];
  return [
    [...kept.map(({ header }) => header), ...REJECT_HEADERS],
    ...rejected.map(({ table, source, reason }) => [
      ...kept.map(({ colIn }) => shownText(source.cells[(colIn.get(table) ?? 0) - 1], table)),
      table.file,
      String(source.row),
      reason ? say(reason, lang) : '',
    ]),
  ];
}

/** A cell as it shows; an error of a formula too, so that people see what is to be corrected. */
function shownText(cell: CellValue | undefined, { dates1904 }: ImportTable): string {
  return cell?.kind === 'error' ? cell.text : readTextCell(cell, dates1904);
}
