import type { Book } from './book.ts';
import type { Decision } from './decision.ts';
import { FIELDS, type FieldKey } from './fields.ts';
import { fieldNamed } from './header.ts';
import { adoptNewRows } from './ids.ts';
import { readStageWord, type StageKey } from './stages.ts';

/** What taking over a table means, before anything is written. */
export interface Adoption {
  /** The columns as they were understood; `field` null: the team's own. */
  readonly columns: readonly {
    readonly col: number;
    readonly header: string;
    readonly field: FieldKey | null;
  }[];
  /** Ids, one per row that has none, and 推定 history for every row without events (1.9). No cell people typed is touched. */
  readonly decision: Decision;
  readonly ids: readonly string[];
  /** Rows whose history is assumed. */
  readonly assumed: number;
  /** Words in 当前阶段 that are not known, with how many rows have them: they stay findings. */
  readonly unknownWords: readonly { readonly word: string; readonly rows: number }[];
}

/** Rows that 设置 keeps of the answers given while adopting. */
export interface KeptAnswer {
  readonly category: string;
  readonly name: string;
  readonly value: string;
  readonly explanation: string;
}

export function planAdoption(book: Book): Adoption {
  const { shape } = book;
  const { extra } = adoptNewRows(book);
  const words = new Map<string, number>();
  for (const { row } of book.deals) {
    if (row.stage === null && row.stageWord !== '')
      words.set(row.stageWord, (words.get(row.stageWord) ?? 0) + 1);
  }
  const fieldAt = new Map([...shape.columns].map(([key, col]) => [col, key]));
  return {
    columns: [...shape.headers].map(([col, header]) => ({ col, header, field: fieldAt.get(col) ?? null })),
    decision: { ...extra, notes: [] },
    ids: extra.fields.flatMap(({ field, input }) =>
      field === 'id' && input.kind === 'text' ? input.text : [],
    ),
    assumed: new Set(extra.events.map((event) => event.dealId)).size,
    unknownWords: [...words].map(([word, rows]) => ({ word, rows })),
  };
}

/** `--map 列=字段`: a field by its header, alias or key; `列=-` keeps the column as the team's own. Null: not of that form. */
export function readColumnMap(
  text: string,
): { readonly header: string; readonly field: FieldKey | null } | null {
  const [, header = '', name = ''] = /^(.+?)\s*[=＝]\s*(.+)$/.exec(text.trim()) ?? [];
  if (name === '-') return { header, field: null };
  const field = FIELDS.find(({ key }) => key === name)?.key ?? fieldNamed(name);
  return header === '' || field === null ? null : { header, field };
}

/** `--map-stage 词=阶段`. Null: not of that form, or no such stage. */
export function readStageMap(text: string): { readonly word: string; readonly stage: StageKey } | null {
  const [, word = '', name = ''] = /^(.+?)\s*[=＝]\s*(.+)$/.exec(text.trim()) ?? [];
  const stage = readStageWord(name, new Map())?.stage;
  return word === '' || !stage ? null : { word, stage };
}
