import { inputText } from '../core/cell-input.ts';
import { formatDay } from '../core/date.ts';
import { type FieldKey, fieldInfo } from '../core/fields.ts';
import type { Grid, GridCell } from '../core/grid.ts';
import { type ImportResult, placeOf, type RowReport } from '../core/import.ts';
import type { Message } from '../core/message.ts';
import { cellText } from '../core/sheet.ts';

export type ImportCounts = Readonly<Record<'read' | 'added' | 'duplicates' | 'rejected' | 'invalid', number>>;

const MOST_ROWS = 5;
const MOST_NOTES = 8;

/** How many rows went which way: they add up to what was read. */
export function countRows(rows: readonly RowReport[]): ImportCounts {
  const of = (result: ImportResult) => rows.filter((row) => row.result === result).length;
  return {
    read: rows.length,
    added: of('added'),
    duplicates: of('duplicate'),
    rejected: of('rejected'),
    invalid: of('invalid'),
  };
}

/** The counts, then the first rejected, repeated and parallel rows with their reasons. */
export function importLines(rows: readonly RowReport[], dryRun: boolean): readonly Message[] {
  const { read, added, duplicates, rejected, invalid } = countRows(rows);
  const parallel = rows.filter(({ result, reason }) => result === 'added' && reason !== null);
  return [
    {
      zh: `${dryRun ? '试运行:' : ''}读取 ${read} 行:新增 ${added},重复 ${duplicates},拒绝 ${rejected},录入即剔除 ${invalid}`,
      en: `${dryRun ? 'Dry run: ' : ''}${read} row${read === 1 ? '' : 's'} read: ${added} added, ${duplicates} duplicate${duplicates === 1 ? '' : 's'}, ${rejected} rejected, ${invalid} screened out`,
    },
    ...rowLines(
      { zh: '拒绝', en: 'Rejected' },
      rows.filter(({ result }) => result === 'rejected'),
    ),
    ...rowLines(
      { zh: '重复', en: 'Duplicates' },
      rows.filter(({ result }) => result === 'duplicate'),
    ),
    ...rowLines({ zh: '同一客户的另一个商机', en: 'Another deal of the same customer' }, parallel),
  ];
}

const PREVIEWED = ['customer', 'contact', 'phone', 'tags', 'source', 'leadDate', 'amount', 'owner'] as const;

const RESULTS: Readonly<Record<ImportResult, Message>> = {
  added: { zh: '新增', en: 'added' },
  duplicate: { zh: '重复', en: 'duplicate' },
  rejected: { zh: '拒绝', en: 'rejected' },
  invalid: { zh: '剔除', en: 'screened out' },
};

/** The first rows as they were read: of a rejected one, its cells as they stand. */
export function previewGrid(rows: readonly RowReport[]): Grid {
  const shown = rows.slice(0, MOST_ROWS);
  const keys = PREVIEWED.filter((key) => shown.some((row) => readText(row, key) !== ''));
  return {
    title: {
      zh: `前 ${shown.length} 行会这样读入(共 ${rows.length} 行):`,
      en: `Rows as they will be read (${shown.length} of ${rows.length}):`,
    },
    columns: [
      { title: { zh: '行', en: 'Row' }, align: 'left' },
      { title: { zh: '结果', en: 'Result' }, align: 'left' },
      ...keys.map((key) => ({ title: fieldInfo(key).header, align: 'left' as const })),
    ],
    rows: shown.map((row): readonly GridCell[] => [
      { kind: 'text', text: { zh: `第 ${row.source.row} 行`, en: `Row ${row.source.row}` } },
      { kind: 'text', text: RESULTS[row.result] },
      ...keys.map((key): GridCell => {
        const text = readText(row, key);
        return text === '' ? { kind: 'empty' } : { kind: 'text', text };
      }),
    ]),
    notes: [],
  };
}

function readText({ lead, source, table }: RowReport, key: FieldKey): string {
  if (lead === null) return cellText(source.cells[(table.columns.shape.columns.get(key) ?? 0) - 1]).trim();
  if (key === 'leadDate') return formatDay(lead.on);
  return inputText(lead.cells.get(key) ?? { kind: 'blank' });
}

/** Notes of the decision, the first ones. */
export function firstNotes(notes: readonly Message[]): readonly Message[] {
  const more = notes.length - MOST_NOTES;
  if (more <= 0) return notes;
  return [
    ...notes.slice(0, MOST_NOTES),
    { zh: `… 另有 ${more} 条说明(--json 列出全部)`, en: `… ${more} more notes (--json lists all)` },
  ];
}

function rowLines(title: Message, rows: readonly RowReport[]): Message[] {
  if (rows.length === 0) return [];
  const more = rows.length - MOST_ROWS;
  return [
    { zh: `${title.zh}:`, en: `${title.en}:` },
    ...rows.slice(0, MOST_ROWS).map(({ table, source, reason }) => {
      const place = placeOf(table, source);
      return { zh: `  ${place.zh}: ${reason?.zh ?? ''}`, en: `  ${place.en}: ${reason?.en ?? ''}` };
    }),
    ...(more > 0 ? [{ zh: `  … 另有 ${more} 行`, en: `  … ${more} more` }] : []),
  ];
}
