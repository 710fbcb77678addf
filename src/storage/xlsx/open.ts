import { rowAt } from '../../core/packed-sheet.ts';
import { hashFile } from '../files.ts';
import type { Plan, Store } from '../store.ts';
import { cellContext } from './context.ts';
import { openPackage, partEntry } from './package.ts';
import { readSharedTexts, type SharedTexts } from './shared-texts.ts';
import { packSheet, type StreamContext } from './sheet-stream.ts';
import type { ExtendedPart } from './sheet-window.ts';
import { openWorkbook, workbookPart, worksheetOf } from './workbook.ts';

/**
 * Opens the bytes of an .xlsx or .xlsm. `path` is what people named, `target` the real file behind it, `hash` the
 * SHA-256 of the bytes. Refuses (Failure 'file') everything that is no such workbook, saying what it is and what to do.
 */
export async function openXlsx(path: string, bytes: Uint8Array, hash: string, target = path): Promise<Store> {
  const pkg = openPackage(path, bytes);
  const workbook = openWorkbook(pkg);
  const context = cellContext(workbook);
  let texts: SharedTexts | undefined;
  const openStream = async (): Promise<StreamContext> => {
    const part = workbookPart(workbook, 'sharedStrings');
    const known = texts ?? (await readSharedTexts(pkg, part === null ? null : partEntry(pkg, part)));
    texts = known;
    const strings = {
      count: known.shared,
      textOf: (index: number) => (index >= 0 && index < known.shared ? known.textOf(index) : undefined),
    };
    return { texts: known, formats: context.formats, strings: () => strings };
  };
  const extensions = new WeakMap<Plan, readonly ExtendedPart[]>();
  const entryOf = (sheet: string) => partEntry(pkg, worksheetOf(workbook, sheet).part);
  return {
    format: 'xlsx',
    path,
    book: target,
    files: [target],
    sheets: workbook.sheets.map(({ name, kind, hidden }) => ({ name, kind, hidden })),
    isOutput: workbook.isOutput,
    dates1904: workbook.dates1904,
    async readRows(sheet, visit) {
      const stream = await openStream();
      await packSheet(pkg, entryOf(sheet), sheet, stream, (packer) => {
        const row = rowAt(packer, 0);
        packer.count = 0;
        packer.cells = 0;
        packer.hidden.clear();
        return visit(row) !== false;
      });
    },
    async readPacked(sheet) {
      return packSheet(pkg, entryOf(sheet), sheet, await openStream());
    },
    isUnchanged: async () => (await hashFile(target)) === hash,
    async plan(patches, options = { scrub: null }) {
      const { planPatches } = await import('./edit.ts');
      const stream = await openStream();
      const { changes, pieces, extended } = await planPatches(workbook, stream, patches, options);
      const plan = {
        changes,
        files: [{ path: target, baseHash: hash, pieces }],
        scrubbed: options.scrub !== null,
      };
      extensions.set(plan, extended);
      return plan;
    },
    async verify(plan) {
      const { verifyPieces } = await import('./verify.ts');
      verifyPieces(workbook, plan.changes, plan.files[0]?.pieces ?? [], {
        extended: extensions.get(plan) ?? [],
        context: await openStream(),
        scrubbed: plan.scrubbed === true,
      });
    },
    async findOutsideCells({ files }, texts) {
      const { partsNaming } = await import('./scrub.ts');
      return partsNaming(path, files[0]?.pieces ?? [], texts);
    },
  };
}
