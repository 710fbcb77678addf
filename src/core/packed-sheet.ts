import { makeSeries, type Series } from './series.ts';
import type { CellValue, SheetRow } from './sheet.ts';

/**
 * Rows of a sheet as numbers, six bytes a cell: what a book of 500,000 events is held in. Texts stand as keys, decoded
 * when asked for; nothing is interpreted. Arrays may be longer than what is used of them.
 */
export interface PackedSheet {
  readonly sheet: string;
  /** How many rows there are: those that hold a value, top to bottom. */
  readonly count: number;
  /** Row number by index. */
  readonly rows: Int32Array;
  /** First cell of each row; the cells of row `i` are [starts[i], starts[i + 1]). */
  readonly starts: Int32Array;
  /** `column << 4 | kind` of each cell. */
  readonly heads: Heads;
  /** The number, the text's key, or an index into `reals`. */
  readonly values: Int32Array;
  /** Numbers that are no 32-bit integers. */
  readonly reals: readonly number[];
  /** Indexes of hidden rows. */
  readonly hidden: ReadonlySet<number>;
  readonly texts: Texts;
}

/** In 16 bits as long as no column is beyond 4,095: nearly always. */
export type Heads = Uint16Array | Int32Array;

/** Texts by key: equal keys are equal texts, but one text may have several keys. */
export interface Texts {
  textOf(key: number): string;
  /** Nothing but blanks stands there; this decodes no text. */
  isBlank(key: number): boolean;
  /** The key of a text that has none yet. */
  keyOf(text: string): number;
  /** What `look` makes of the text's bytes; null where they do not lie in one piece without markup. Absent: none do. */
  readonly look?: <T>(key: number, look: (bytes: Uint8Array, from: number, to: number) => T) => T | null;
}

/** What a cell is. `REAL` is added to a number's kind where its value stands in `reals`. */
export const KIND = {
  text: 1,
  plain: 2,
  date: 3,
  percent: 4,
  boolean: 5,
  error: 6,
  isoDate: 7,
  real: 8,
} as const;

const FORMATS = { [KIND.plain]: 'plain', [KIND.date]: 'date', [KIND.percent]: 'percent' } as const;

/** A sheet that is being packed. `add` and `endRow` are for rows that come one at a time; a scanner may fill the arrays itself. */
export interface Packer extends PackedSheet {
  count: number;
  cells: number;
  rows: Int32Array;
  starts: Int32Array;
  heads: Heads;
  values: Int32Array;
  readonly reals: number[];
  readonly hidden: Set<number>;
}

/** An empty sheet to pack rows into, with room for so many cells to begin with (what is not used takes no memory). */
export function newPacker(sheet: string, texts: Texts, cells = 4096): Packer {
  return {
    sheet,
    texts,
    count: 0,
    cells: 0,
    rows: new Int32Array(256),
    starts: new Int32Array(257),
    heads: new Uint16Array(cells),
    values: new Int32Array(cells),
    reals: [],
    hidden: new Set(),
  };
}

/** Makes room for another row of up to `width` cells. */
export function reserveRow(packer: Packer, width: number): void {
  if (packer.count + 1 > packer.rows.length) packer.rows = grown(packer.rows, packer.count + 1);
  if (packer.count + 2 > packer.starts.length) packer.starts = grown(packer.starts, packer.count + 2);
  if (packer.cells + width > packer.heads.length) {
    packer.heads = grown<Heads>(packer.heads, packer.cells + width);
    packer.values = grown(packer.values, packer.cells + width);
  }
}

/** Ends the row whose cells were added last; one without cells leaves nothing. */
export function endRow(packer: Packer, row: number, isHidden: boolean): void {
  const { count, cells } = packer;
  if (packer.starts[count] === cells) return;
  packer.rows[count] = row;
  packer.starts[count + 1] = cells;
  if (isHidden) packer.hidden.add(count);
  packer.count = count + 1;
}

/** Adds a cell to the row that is being packed. */
export function addCell(packer: Packer, col: number, value: CellValue): void {
  const [kind, number] = packValue(packer, value);
  addPacked(packer, col, kind, number);
}

/** Adds a cell by what `heads` and `values` say of it. */
export function addPacked(packer: Packer, col: number, kind: number, value: number): void {
  if (col > NARROW && packer.heads instanceof Uint16Array) packer.heads = new Int32Array(packer.heads);
  const at = packer.cells++;
  packer.heads[at] = (col << 4) | kind;
  packer.values[at] = value;
}

/** The last column that fits 16 bits together with a kind. */
const NARROW = 0xfff;

/** Adds a whole row. */
export function addRow(packer: Packer, { row, cells, hidden }: SheetRow): void {
  reserveRow(packer, cells.length);
  cells.forEach((value, index) => {
    if (value) addCell(packer, index + 1, value);
  });
  endRow(packer, row, hidden);
}

/**
 * Puts a row in place of the one with its number, or behind the last one. Row numbers ascend. False, and nothing is
 * changed, where it belongs between two rows or has no cells.
 */
export function replaceRow(packer: Packer, row: SheetRow): boolean {
  const { count, cells } = packer;
  const index = findRowIndex(packer, row.row);
  if (index === count) {
    if (!row.cells.some((value) => value)) return false;
    addRow(packer, row);
    return true;
  }
  if (packer.rows[index] !== row.row) return false;
  reserveRow(packer, row.cells.length);
  row.cells.forEach((value, at) => {
    if (value) addCell(packer, at + 1, value);
  });
  const { heads, values, starts } = packer;
  const made = [heads.slice(cells, packer.cells), values.slice(cells, packer.cells)] as const;
  packer.cells = cells;
  if (made[0].length === 0) return false;
  const from = starts[index] ?? 0;
  const behind = starts[index + 1] ?? 0;
  const shift = made[0].length - (behind - from);
  for (const [array, own] of [
    [heads, made[0]],
    [values, made[1]],
  ] as const) {
    if (shift !== 0) array.copyWithin(behind + shift, behind, cells);
    array.set(own, from);
  }
  if (shift !== 0) for (let at = index + 1; at <= count; at++) starts[at] = (starts[at] ?? 0) + shift;
  packer.cells = cells + shift;
  if (row.hidden) packer.hidden.add(index);
  else packer.hidden.delete(index);
  return true;
}

/** The index of a row by its number, or of the first one behind it; numbers ascend. */
export function findRowIndex({ rows, count }: PackedSheet, row: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The cells of a row, as they cross the storage port. */
export function rowAt(packed: PackedSheet, index: number): SheetRow {
  const cells: (CellValue | undefined)[] = [];
  const end = packed.starts[index + 1] ?? 0;
  for (let at = packed.starts[index] ?? 0; at < end; at++)
    cells[((packed.heads[at] ?? 0) >> 4) - 1] = valueAt(packed, at);
  return { row: packed.rows[index] ?? 0, cells, hidden: packed.hidden.has(index) };
}

/** The rows, each made when it is looked at. */
export function packedRows(packed: PackedSheet): Series<SheetRow> {
  return makeSeries(packed.count, (index) => rowAt(packed, index));
}

/** Rows that were read one at a time, packed. */
export function packRows(sheet: string, rows: Iterable<SheetRow>): PackedSheet {
  const packer = newPacker(sheet, newTexts());
  for (const row of rows) addRow(packer, row);
  return packer;
}

/** Where the cell of a column stands in `heads` and `values`; −1 where the row has none. Column 0 is no column. */
export function findCell(packed: PackedSheet, index: number, col: number): number {
  const { heads } = packed;
  const start = packed.starts[index] ?? 0;
  // Of two cells of one column the later one counts, as in `rowAt`.
  for (let at = (packed.starts[index + 1] ?? 0) - 1; at >= start; at--) {
    if ((heads[at] ?? 0) >> 4 === col) return at;
  }
  return -1;
}

/** The value of the cell at `at`, as `findCell` gives it. */
export function valueAt(packed: PackedSheet, at: number): CellValue | undefined {
  const kind = (packed.heads[at] ?? 0) & 15;
  const value = packed.values[at] ?? 0;
  switch (kind) {
    case KIND.text:
      return { kind: 'text', text: packed.texts.textOf(value) };
    case KIND.boolean:
      return { kind: 'boolean', value: value === 1 };
    case KIND.error:
      return { kind: 'error', text: packed.texts.textOf(value) };
    case KIND.isoDate:
      return { kind: 'isoDate', text: packed.texts.textOf(value) };
    case KIND.plain:
    case KIND.date:
    case KIND.percent:
      return { kind: 'number', value, format: FORMATS[kind] };
    default: {
      const format = FORMATS[(kind - KIND.real) as keyof typeof FORMATS];
      return format && { kind: 'number', value: packed.reals[value] ?? 0, format };
    }
  }
}

/** Texts of which none has a key before it is met. */
function newTexts(): Texts {
  const texts: string[] = [];
  const keys = new Map<string, number>();
  return {
    textOf: (key) => texts[key] ?? '',
    isBlank: (key) => (texts[key] ?? '').trim() === '',
    keyOf(text) {
      const known = keys.get(text);
      if (known !== undefined) return known;
      keys.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}

function packValue(packer: Packer, value: CellValue): readonly [number, number] {
  switch (value.kind) {
    case 'number': {
      const kind = KIND[value.format];
      if ((value.value | 0) === value.value && !Object.is(value.value, -0)) return [kind, value.value];
      return [kind + KIND.real, packer.reals.push(value.value) - 1];
    }
    case 'boolean':
      return [KIND.boolean, value.value ? 1 : 0];
    default:
      return [KIND[value.kind], packer.texts.keyOf(value.text)];
  }
}

function grown<T extends Heads>(array: T, least: number): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}
