import type { CellChange, Patch } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { addColumn } from './add-column.ts';
import { addSheet } from './add-sheet.ts';
import { appendRow } from './append-row.ts';
import { draftOf, type Edit, stylesOf } from './edit-state.ts';
import { finishEdit } from './finish.ts';
import type { Package } from './package.ts';
import { writePackage } from './rewrite.ts';
import { setCell } from './set-cell.ts';
import type { CellContext } from './sheet.ts';
import { changesOf } from './sheet-draft.ts';
import type { Workbook } from './workbook.ts';

/**
 * Applies patches, in order, to what was read: the new package as pieces, and every cell that changes. Only touched rows
 * and what must follow them are rewritten. Refuses (Failure 'file') before anything is written what it cannot do without loss.
 */
export function planPatches(
  workbook: Workbook,
  context: CellContext,
  patches: readonly Patch[],
): { readonly changes: readonly CellChange[]; readonly pieces: readonly Uint8Array[] } {
  if (patches.length > 0) refuseSigned(workbook.pkg);
  const edit: Edit = {
    workbook,
    context: { formats: () => stylesOf(edit) ?? context.formats(), strings: () => context.strings() },
    sheets: new Map(),
    newSheets: [],
    styles: undefined,
  };
  for (const patch of patches) applyPatch(edit, patch);
  const change = finishEdit(edit);
  const changes = [...edit.sheets.values()].flatMap(changesOf);
  return { changes, pieces: writePackage(workbook.pkg, change) };
}

function applyPatch(edit: Edit, patch: Patch): void {
  switch (patch.op) {
    case 'set':
      setCell(edit, draftOf(edit, patch.place.sheet), patch);
      break;
    case 'append':
      appendRow(edit, draftOf(edit, patch.sheet), patch);
      break;
    case 'addColumn':
      addColumn(edit, draftOf(edit, patch.sheet), patch);
      break;
    case 'addSheet':
      addSheet(edit, patch);
  }
}

/** A change would make the signature invalid. */
function refuseSigned({ file, parts }: Package): void {
  if (![...parts.keys()].some((name) => name.startsWith('_xmlsignatures/'))) return;
  throw new Failure(
    'file',
    {
      zh: `${file} 带有数字签名,改动会使签名失效。没有写入。请在 Excel 里去掉签名(文件→信息)再试。`,
      en: `${file} carries a digital signature that any change would break. Nothing was written. Remove the signature in Excel (File → Info) first.`,
    },
    { file },
  );
}
