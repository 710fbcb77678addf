import type { CellInput, Patch } from '../../src/core/sheet.ts';
import { Failure } from '../../src/failure.ts';
import type { Store } from '../../src/storage/store.ts';
import { openBytes, rowsOf } from '../xlsx/make-book.ts';
import { type Change, lossesIn } from './oracle.ts';

/** What came of one change of one workbook. */
export interface Probed {
  readonly change: Change;
  /** Why it was refused; null where it was written. */
  readonly refused: Failure | null;
  /** What was lost; must be empty. */
  readonly losses: readonly string[];
  readonly bytes: Buffer | null;
}

export const CHANGES: readonly Change[] = ['edit', 'append', 'add sheet'];
/** Text that needs every kind of escaping. */
export const TEXT = ' 改<过>&"\'_x000D_ 1\t2\n3 ';
export const NEW_SHEET = '过程记录 & <1>';

/** Edits a cell, appends a row and adds a sheet, each to the workbook as it is given; then a comparison of the bytes. */
export async function probeBook(bytes: Buffer, sheet?: string): Promise<readonly Probed[]> {
  const probed: Probed[] = [];
  for (const change of CHANGES) probed.push(await probe(bytes, change, sheet));
  return probed;
}

async function probe(bytes: Buffer, change: Change, named?: string): Promise<Probed> {
  const given = Buffer.from(bytes);
  try {
    const store = await openBytes(bytes, '表.xlsx');
    const sheet = named ?? (await pickSheet(store));
    const patch = await patchFor(store, sheet, change);
    const plan = await store.plan([patch]);
    await store.verify(plan);
    const after = Buffer.concat(plan.files[0]?.pieces ?? []);
    const losses = [...lossesIn(given, after, change), ...(await unlikeness(after, sheet, patch))];
    if (!given.equals(bytes)) losses.push('the bytes that were read changed');
    return { change, refused: null, losses, bytes: after };
  } catch (error) {
    if (error instanceof Failure) return { change, refused: error, losses: [], bytes: null };
    return {
      change,
      refused: null,
      losses: [error instanceof Error ? (error.stack ?? '') : String(error)],
      bytes: null,
    };
  }
}

/** The first worksheet with something in it, else the first. */
async function pickSheet(store: Store): Promise<string> {
  const names = store.sheets.filter(({ kind }) => kind === 'worksheet').map(({ name }) => name);
  for (const name of names) {
    let filled = false;
    await store.readRows(name, () => {
      filled = true;
      return false;
    });
    if (filled) return name;
  }
  return names[0] ?? '';
}

async function patchFor(store: Store, sheet: string, change: Change): Promise<Patch> {
  const input = { kind: 'text', text: TEXT } as const;
  if (change === 'append') {
    const cells = new Map<number, CellInput>([
      [1, input],
      [3, { kind: 'money', fen: 12_345 }],
    ]);
    return { op: 'append', sheet, cells };
  }
  if (change === 'add sheet') return { op: 'addSheet', sheet: NEW_SHEET, headers: ['序号', '内容'] };
  let place = { sheet, row: 1, col: 1 };
  await store.readRows(sheet, ({ row, cells }) => {
    const col = cells.findIndex((cell) => cell?.kind === 'text') + 1;
    if (col > 0) place = { sheet, row, col };
    return row < 3;
  });
  return { op: 'set', place, input };
}

/** Whether what was written is read back, in the place it was meant for. */
async function unlikeness(after: Buffer, sheet: string, patch: Patch): Promise<readonly string[]> {
  const store = await openBytes(after);
  if (patch.op === 'addSheet') {
    const last = store.sheets.at(-1);
    const [row] = await rowsOf(store, NEW_SHEET);
    return last?.name === NEW_SHEET && row?.cells.length === 2 ? [] : ['the new sheet is not the last one'];
  }
  const rows = await rowsOf(store, sheet);
  const found = rows.find(({ cells }) => cells.some((cell) => cell?.kind === 'text' && cell.text === TEXT));
  if (!found) return ['the text is not there'];
  return patch.op === 'set' && found.row !== patch.place.row ? [`it stands in row ${found.row}`] : [];
}
