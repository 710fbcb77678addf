import { type CellChange, type CellValue, cellName } from '../core/sheet.ts';

/** Changes as a journal entry keeps them: sheet by sheet, row by row, so that a large import does not become a large journal. */
export type PackedChanges = readonly (readonly [sheet: string, ...rows: PackedRow[]])[];

/** A row, then column, before and after of each of its cells. */
type PackedRow = readonly [row: number, ...cells: (number | PackedValue | PackedFormula)[]];

/** What stood there before, where a formula of the cell's own did. */
interface PackedFormula {
  readonly formula: string;
  readonly shows: PackedValue;
}

/** A text and a plain number stand for themselves. */
type PackedValue = CellValue | string | number | null;

/** Changes in their order: what follows another of the same row shares it. */
export function packChanges(changes: readonly CellChange[]): PackedChanges {
  const sheets: [string, ...[number, ...(number | PackedValue | PackedFormula)[]][]][] = [];
  for (const { sheet, row, col, before, after, formula } of changes) {
    const last = sheets.at(-1);
    const group = last?.[0] === sheet ? last : ([sheet] as (typeof sheets)[number]);
    if (group !== last) sheets.push(group);
    const line = group.at(-1);
    const old = packValue(before);
    const cells = [col, formula === undefined ? old : { formula, shows: old }, packValue(after)];
    if (typeof line === 'object' && line[0] === row) line.push(...cells);
    else group.push([row, ...cells]);
  }
  return sheets;
}

export function unpackChanges(packed: PackedChanges): readonly CellChange[] {
  const changes: CellChange[] = [];
  for (const [sheet, ...rows] of packed) {
    for (const [row, ...cells] of rows) {
      for (let at = 0; at < cells.length; at += 3) {
        const col = Number(cells[at]);
        const [old, now] = [cells[at + 1], cells[at + 2]];
        const kept = isFormula(old) ? { before: unpackValue(old.shows), formula: old.formula } : null;
        const after = isFormula(now) ? null : unpackValue(now);
        const before = isFormula(old) ? null : unpackValue(old);
        changes.push({ sheet, cell: cellName(row, col), row, col, before, after, ...kept });
      }
    }
  }
  return changes;
}

function packValue(value: CellValue | null): PackedValue {
  if (value?.kind === 'text') return value.text;
  return value?.kind === 'number' && value.format === 'plain' ? value.value : value;
}

function unpackValue(value: PackedValue | undefined): CellValue | null {
  if (typeof value === 'string') return { kind: 'text', text: value };
  return typeof value === 'number' ? { kind: 'number', value, format: 'plain' } : (value ?? null);
}

function isFormula(value: number | PackedValue | PackedFormula | undefined): value is PackedFormula {
  return typeof value === 'object' && value !== null && 'formula' in value;
}
