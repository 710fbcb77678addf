import type { RowContext } from './decode-row.ts';
import { type FieldKind, fieldInfo } from './fields.ts';
import type { Finding } from './finding.ts';
import { parseFollowUps } from './follow-ups.ts';
import { KIND, type PackedSheet } from './packed-sheet.ts';
import { holdsPastDays } from './past-follow-ups.ts';

/** Kinds of columns in which any text may stand. */
const FREE: ReadonlySet<FieldKind> = new Set(['text', 'tags', 'id']);

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
  // By column, as numbers: a big table has millions of cells.
  const kinds = new Uint8Array(Math.max(0, ...shape.columns.values()) + 1);
  for (const [key, col] of shape.columns) kinds[col] = kindOf(fieldInfo(key).kind);
  const isSurelyPast = holdsPastDays(today);
  const stageCol = shape.columns.get('stage') ?? 0;
  const known = Array.from(kinds, () => new Set<number>());
  const last = new Float64Array(kinds.length).fill(Number.NaN);
  const { heads, values, starts, texts } = packed;
  const cellKey = (at: number) => (values[at] ?? 0) * 16 + ((heads[at] ?? 0) & 15);
  return {
    learn(row, findings) {
      const loud = findings.map(({ place }) => place?.col);
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const col = (heads[at] ?? 0) >> 4;
        const kind = kinds[col] ?? OTHER;
        if (kind === OTHER || kind === FOLLOW_UPS || loud.includes(col) || isFreeText(kind, at)) continue;
        const key = cellKey(at);
        if (last[col] !== key) known[col]?.add(key);
        last[col] = key;
      }
    },
    isQuiet(row) {
      let hasStage = false;
      for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
        const col = (heads[at] ?? 0) >> 4;
        const kind = kinds[col] ?? OTHER;
        hasStage ||= col === stageCol;
        if (kind === OTHER || (isFreeText(kind, at) && (kind !== FOLLOW_UPS || isPast(at)))) continue;
        const key = cellKey(at);
        if (last[col] === key) continue;
        if (!known[col]?.has(key)) return false;
        last[col] = key;
      }
      return hasStage;
    },
  };

  /** Hardly one of these comes twice. */
  function isFreeText(kind: number, at: number): boolean {
    return kind !== SAID && ((heads[at] ?? 0) & 15) === KIND.text;
  }

  /** Every day of this 跟进记录 is written with its year, and has come. */
  function isPast(at: number): boolean {
    if (texts.look?.(values[at] ?? 0, isSurelyPast) === true) return true;
    const { entries } = parseFollowUps(texts.textOf(values[at] ?? 0).trim(), { leadDate: null, today });
    return entries.every(({ date, inferredYear }) => !inferredYear && date <= today);
  }
}

/** What a column is here: none of ours, one whose values come again, any text, 跟进记录. */
const [OTHER, SAID, FREE_TEXT, FOLLOW_UPS] = [0, 1, 2, 3] as const;

function kindOf(kind: FieldKind): number {
  if (kind === 'followUps') return FOLLOW_UPS;
  return FREE.has(kind) ? FREE_TEXT : SAID;
}
