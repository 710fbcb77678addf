import { findCell, KIND, type PackedSheet, type Texts, valueAt } from './packed-sheet.ts';
import { hashBytes, hashText, type Look } from './raw-text.ts';
import { readTextCell } from './values.ts';

/** 商机编号 of the rows that are deals: found by text, and not held as texts. Rows are known by their index. */
export interface DealIds {
  /** Empty: none yet. */
  idAt(index: number): string;
  isBlank(index: number): boolean;
  /** The first row with that id; −1: none. */
  find(id: string): number;
  /** The same for the text of a key, told by the key alone; null: it is to be found by its text. */
  findKey(texts: Texts, key: number): number | null;
  /** Rows whose id stands in an earlier row already, with that row. */
  readonly twice: readonly (readonly [number, number])[];
  /** Every id, once; those of which `look` says no are left out. */
  all(look?: Look): Generator<string>;
}

/** Reads the column of ids; `col` undefined: there is none, and every row is blank. */
export function readDealIds(packed: PackedSheet, rows: Int32Array, col: number | undefined): DealIds {
  const { texts, heads, values } = packed;
  const twice: (readonly [number, number])[] = [];
  const hashes = new Int32Array(rows.length);
  /** Where each id stands in `heads` and `values`; −1: the row has none. */
  const cells = new Int32Array(rows.length).fill(-1);
  /** Rows by the hash of their id, and those of texts by their key, each counted from 1. */
  const mask = 2 ** Math.ceil(Math.log2(rows.length + 1)) * 2 - 1;
  const slots = new Int32Array(mask + 1);
  const isText = (at: number) => ((heads[at] ?? 0) & 15) === KIND.text;
  let lastKey = -1;
  for (let index = 0; index < rows.length && col !== undefined; index++) {
    const at = findCell(packed, rows[index] ?? 0, col);
    cells[index] = at;
    if (at >= 0 && isText(at)) lastKey = Math.max(lastKey, values[at] ?? 0);
  }
  const owners = new Int32Array(lastKey + 1);
  const idAt = (index: number) => {
    const at = cells[index] ?? -1;
    return at < 0 ? '' : readTextCell(valueAt(packed, at));
  };
  /** The slot of the row whose id `isSame`, or a free one. */
  const slotOf = (hash: number, isSame: (index: number) => boolean) => {
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1;
      if (hashes[index] === hash && isSame(index)) break;
    }
    return slot;
  };
  for (let index = 0; index < rows.length; index++) {
    const at = cells[index] ?? -1;
    if (at < 0) continue;
    const key = isText(at) ? (values[at] ?? 0) : -1;
    const quick = key >= 0 ? (texts.look?.(key, hashBytes) ?? null) : null;
    if (quick === null && idAt(index) === '') {
      cells[index] = -1;
      continue;
    }
    const hash = quick ?? hashText(idAt(index));
    hashes[index] = hash;
    const slot = slotOf(
      hash,
      (other) => (key >= 0 && owners[key] === other + 1) || idAt(other) === idAt(index),
    );
    const first = (slots[slot] ?? 0) - 1;
    if (first < 0) slots[slot] = index + 1;
    else twice.push([index, first]);
    if (key >= 0) owners[key] = first < 0 ? index + 1 : first + 1;
  }
  const find = (id: string) =>
    id === '' ? -1 : (slots[slotOf(hashText(id), (index) => idAt(index) === id)] ?? 0) - 1;
  const isRepeated = new Set(twice.map(([index]) => index));
  return {
    idAt,
    isBlank: (index) => (cells[index] ?? -1) < 0,
    find,
    findKey(from, key) {
      // One text may have several keys, and another sheet has keys of its own.
      const owner = from === texts && key >= 0 ? (owners[key] ?? 0) : 0;
      return owner > 0 ? owner - 1 : null;
    },
    twice,
    *all(look) {
      for (let index = 0; index < rows.length; index++) {
        const at = cells[index] ?? -1;
        if (at < 0 || isRepeated.has(index)) continue;
        if (look && isText(at) && texts.look?.(values[at] ?? 0, look) === false) continue;
        yield idAt(index);
      }
    },
  };
}
