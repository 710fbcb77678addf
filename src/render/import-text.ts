import { type ImportResult, placeOf, type RowReport } from '../core/import.ts';
import type { Message } from '../core/message.ts';

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
