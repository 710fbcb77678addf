import { formatDay } from '../core/date.ts';
import type { ColumnType, ExportTable, TableValue } from '../core/tables/table.ts';
import { guardFormula, visible } from '../core/text.ts';

/**
 * A table as a CSV file for programs: UTF-8 without a byte order mark, LF, texts always quoted, nothing where nothing is
 * known. Somebody may open it in a spreadsheet all the same: no text begins a formula.
 */
export function renderTableCsv({ columns, data }: ExportTable): Uint8Array {
  const lines = [columns.map(({ name }) => name).join(',')];
  const length = data[0]?.length ?? 0;
  for (let row = 0; row < length; row++) {
    lines.push(columns.map(({ type }, index) => fieldText(type, data[index]?.[row] ?? null)).join(','));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function fieldText(type: ColumnType, value: TableValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return `"${guardFormula(visible(value)).replaceAll('"', '""')}"`;
  if (typeof value === 'boolean') return String(value);
  if (type === 'date') return formatDay(value);
  return type === 'money' ? (value / 100).toFixed(2) : String(value);
}
