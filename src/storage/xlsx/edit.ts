import type { CellChange, Patch } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import type { PlanOptions } from '../store.ts';
import { addColumn } from './add-column.ts';
import { addSheet } from './add-sheet.ts';
import { appendRow } from './append-row.ts';
import { draftOf, type Edit, stylesOf } from './edit-state.ts';
import { finishEdit } from './finish.ts';
import { type Entry, type Package, partKey } from './package.ts';
import { writePackage } from './rewrite.ts';
import { setCell } from './set-cell.ts';
import type { CellContext } from './sheet.ts';
import { changesOf } from './sheet-draft.ts';
import { BEYOND_WINDOW, type ExtendedPart, openWindow, type SheetWindow } from './sheet-window.ts';
import type { Workbook } from './workbook.ts';

/**
 * Applies patches, in order, to what was read: the new package as pieces, and every cell that changes. Only touched rows
 * and what must follow them are rewritten. Refuses (Failure 'file') before anything is written what it cannot do without loss.
 */
export async function planPatches(
  workbook: Workbook,
  context: CellContext,
  patches: readonly Patch[],
  { scrub }: PlanOptions,
): Promise<PlannedEdit> {
  if (patches.length > 0) refuseSigned(workbook.pkg);
  const whole = () => planWith(workbook, context, patches, new Map(), scrub);
  // Which strings are in use shows only in whole sheets.
  if (scrub !== null) return whole();
  try {
    return planWith(workbook, context, patches, await openWindows(workbook, patches), scrub);
  } catch (error) {
    if (error !== BEYOND_WINDOW) throw error;
    return whole();
  }
}

export interface PlannedEdit {
  readonly changes: readonly CellChange[];
  readonly pieces: readonly Uint8Array[];
  /** Large parts of which only a window was looked at. */
  readonly extended: readonly ExtendedPart[];
  /** Every part that is not copied. */
  readonly rewritten: ReadonlySet<Entry>;
}

/** Windows on the large sheets that patches touch: on the rows they set, and on the end. */
async function openWindows(
  workbook: Workbook,
  patches: readonly Patch[],
): Promise<ReadonlyMap<string, SheetWindow>> {
  const { pkg, sheets } = workbook;
  const windows = new Map<string, SheetWindow>();
  for (const { name, kind, part } of sheets) {
    const entry = pkg.parts.get(partKey(part));
    const rows = patches.flatMap((patch) =>
      patch.op === 'set' && patch.place.sheet === name
        ? patch.place.row
        : patch.op === 'addColumn' && patch.sheet === name
          ? patch.headerRow
          : [],
    );
    const isTouched =
      rows.length > 0 || patches.some((patch) => patch.op === 'append' && patch.sheet === name);
    if (kind !== 'worksheet' || !entry || !isTouched) continue;
    const window = await openWindow(pkg, entry, [...new Set(rows)]);
    if (window) windows.set(name, window);
  }
  return windows;
}

function planWith(
  workbook: Workbook,
  context: CellContext,
  patches: readonly Patch[],
  windows: ReadonlyMap<string, SheetWindow>,
  scrub: readonly string[] | null,
): PlannedEdit {
  const edit: Edit = {
    workbook,
    context: { formats: () => stylesOf(edit) ?? context.formats(), strings: () => context.strings() },
    sheets: new Map(),
    newSheets: [],
    styles: undefined,
    windows,
  };
  for (const patch of patches) applyPatch(edit, patch);
  const change = finishEdit(edit, scrub && { patches, names: scrub });
  const changes = [...edit.sheets.values()].flatMap(changesOf);
  return { changes, rewritten: new Set(change.rewritten.keys()), ...writePackage(workbook.pkg, change) };
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
