import type { RowContext } from './decode-row.ts';
import { type FieldInfo, type FieldKind, fieldInfo } from './fields.ts';
import type { Finding } from './finding.ts';
import { parseFollowUps } from './follow-ups.ts';
import { KIND, type PackedSheet } from './packed-sheet.ts';
import { holdsPastDays } from './past-follow-ups.ts';

/** Kinds of columns in which any text may stand. */
const FREE: ReadonlySet<FieldKind> = new Set(['text', 'tags', 'id', 'followUps']);

/** Tells rows of which nothing can be wrong, without decoding them. */
export interface QuietRows {
  /** Takes note of a row that was decoded, and of what was found in it. */
  learn(row: number, findings: readonly Finding[]): void;
  /** True: decoding the row would find nothing. False: it must be decoded to be known. */
  isQuiet(row: number): boolean;
}

/**
 * What can be wrong with a cell hangs on the cell alone, but for 跟进记录. So a value that was read without a word in its
 * column before has nothing to say there again: a big book holds few words, days and amounts, each many times.
 */
export function newQuietRows(packed: PackedSheet, { shape, today }: RowContext): QuietRows {
  const fields: (FieldInfo | undefined)[] = [];
  for (const [key, col] of shape.columns) fields[col] = fieldInfo(key);
  const isSurelyPast = holdsPastDays(today);
  const stageCol = shape.columns.get('stage') ?? 0;
  const known: (Set<number> | undefined)[] = [];
  const last: number[] = [];
  const { heads, values, starts, texts } = packed;
  const cellKey = (at: number) => (values[at] ?? 0) * 16 + ((heads[at] ?? 0) & 15);
  return {
    learn(row, findings) {
      const loud = findings.map(({ place }) => place?.col);
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const col = (heads[at] ?? 0) >> 4;
        if (!fields[col] || fields[col].kind === 'followUps' || loud.includes(col) || isFreeText(col, at))
          continue;
        // Words of a column often follow each other.
        const key = cellKey(at);
        if (last[col] === key) continue;
        last[col] = key;
        known[col] = (known[col] ?? new Set()).add(key);
      }
    },
    isQuiet(row) {
      let hasStage = false;
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const col = (heads[at] ?? 0) >> 4;
        hasStage ||= col === stageCol;
        if (!fields[col] || (isFreeText(col, at) && isPast(col, at))) continue;
        if (!known[col]?.has(cellKey(at))) return false;
      }
      return hasStage;
    },
  };

  /** Hardly one of these comes twice. */
  function isFreeText(col: number, at: number): boolean {
    const kind = fields[col]?.kind;
    return ((heads[at] ?? 0) & 15) === KIND.text && kind !== undefined && FREE.has(kind);
  }

  /** Of 跟进记录: every day is written with its year, and has come. */
  function isPast(col: number, at: number): boolean {
    if (fields[col]?.kind !== 'followUps' || texts.look?.(values[at] ?? 0, isSurelyPast) === true)
      return true;
    const { entries } = parseFollowUps(texts.textOf(values[at] ?? 0).trim(), { leadDate: null, today });
    return entries.every(({ date, inferredYear }) => !inferredYear && date <= today);
  }
}
