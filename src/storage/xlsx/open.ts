import type { Store } from '../store.ts';
import { cellContext, openWorksheet } from './context.ts';
import { openPackage } from './package.ts';
import { readSheetRows } from './sheet.ts';
import { openWorkbook } from './workbook.ts';

/**
 * Opens the bytes of an .xlsx or .xlsm. `path` is what people named, `target` the real file behind it, `hash` the
 * SHA-256 of the bytes. Refuses (Failure 'file') everything that is no such workbook, saying what it is and what to do.
 */
export async function openXlsx(path: string, bytes: Uint8Array, hash: string, target = path): Promise<Store> {
  const workbook = openWorkbook(openPackage(path, bytes));
  const context = cellContext(workbook);
  return {
    format: 'xlsx',
    path,
    book: target,
    files: [target],
    sheets: workbook.sheets.map(({ name, kind, hidden }) => ({ name, kind, hidden })),
    isOutput: workbook.isOutput,
    dates1904: workbook.dates1904,
    async readRows(sheet, visit) {
      readSheetRows(openWorksheet(workbook, sheet), context, visit);
    },
    async plan(patches) {
      const { planPatches } = await import('./edit.ts');
      const { changes, pieces } = planPatches(workbook, context, patches);
      return { changes, files: [{ path: target, baseHash: hash, pieces }] };
    },
    async verify(plan) {
      const { verifyPieces } = await import('./verify.ts');
      verifyPieces(workbook, plan.changes, plan.files[0]?.pieces ?? []);
    },
  };
}
