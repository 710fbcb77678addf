import type { Book } from './book.ts';
import type { Day } from './date.ts';
import type { NewEvent } from './event.ts';
import type { FieldChange } from './decision.ts';
import type { FieldKey } from './fields.ts';
import { assumedEvents } from './fold.ts';
import { nextDealId, takenIds } from './ids.ts';
import type { CellInput } from './sheet.ts';

/** What taking over a table means, before anything is written. */
export interface Adoption {
  /** The columns as they were understood; `field` null: the team's own. */
  readonly columns: readonly { readonly col: number; readonly header: string; readonly field: FieldKey | null }[];
  /** The ids given out, one per row that had none. */
  readonly ids: readonly string[];
  readonly events: readonly NewEvent[];
  readonly fields: readonly FieldChange[];
  /** Words in 当前阶段 that are not known, with the rows that have them. */
  readonly unknownWords: readonly { readonly word: string; readonly rows: number }[];
  /** Rows with assumed history. */
  readonly assumed: number;
}

/**
 * Ids and 推定 history for every row that has none (1.9). The cells the team typed are not touched; only 商机编号 is
 * filled. A row whose stage word is not known gets an id and no history.
 */
export function planAdoption(book: Book, today: Day): Adoption {
  const taken = takenIds(book);
  const logged = new Set(book.events.map((event) => event.dealId));
  const ids: string[] = [];
  const events: NewEvent[] = [];
  const fields: FieldChange[] = [];
  const words = new Map<string, number>();
  let assumed = 0;
  for (const { row } of book.deals) {
    const id = row.id ?? nextDealId(taken, row.leadDate ?? today);
    if (row.id === null) {
      ids.push(id);
      fields.push({ row: row.row, field: 'id', input: { kind: 'text', text: id } satisfies CellInput });
    }
    if (row.stage === null && row.stageWord !== '') words.set(row.stageWord, (words.get(row.stageWord) ?? 0) + 1);
    if (logged.has(id)) continue;
    const history = assumedEvents({ ...row, id }, today);
    if (history.length > 0) assumed += 1;
    events.push(...history);
  }
  const { shape } = book;
  return {
    columns: [...shape.headers].map(([col, header]) => ({ col, header, field: [...shape.columns].find(([, at]) => at === col)?.[0] ?? null })),
    ids,
    events,
    fields,
    unknownWords: [...words].map(([word, rows]) => ({ word, rows })),
    assumed,
  };
}
