import type { Patch } from '../../core/sheet.ts';
import { openPart, openWorksheet } from './context.ts';
import { type CellContext, openSheet, type SheetXml } from './sheet.ts';
import { draftSheet, type SheetDraft } from './sheet-draft.ts';
import type { SheetWindow } from './sheet-window.ts';
import { openStyles, type StyleDraft } from './style-draft.ts';
import { pivotsOf, tablesOf } from './tables.ts';
import { type Workbook, workbookPart, worksheetOf } from './workbook.ts';

/** One plan in the making. */
export interface Edit {
  readonly workbook: Workbook;
  /** As it will be when the plan is done: added styles count. */
  readonly context: CellContext;
  /** Sheets that were looked into, by name. */
  readonly sheets: Map<string, SheetDraft>;
  readonly newSheets: NewSheet[];
  styles: StyleDraft | null | undefined;
  /** Windows on large sheets, by sheet name: what of them is open. */
  readonly windows: ReadonlyMap<string, SheetWindow>;
}

export interface NewSheet {
  readonly name: string;
  readonly part: string;
  readonly sheet: SheetXml;
}

export type PatchOf<Op extends Patch['op']> = Extract<Patch, { readonly op: Op }>;

/** The sheet of that name for changing. Throws Failure where the book has no such worksheet. */
export function draftOf(edit: Edit, name: string): SheetDraft {
  const known = edit.sheets.get(name);
  if (known) return known;
  const { workbook } = edit;
  const window = edit.windows.get(name) ?? null;
  const sheet = window ? openSheet(window.part) : openWorksheet(workbook, name);
  const { part } = worksheetOf(workbook, name);
  const beside = { tables: tablesOf(workbook, part), pivots: pivotsOf(workbook, part) };
  const draft = draftSheet(workbook.pkg.file, name, sheet, edit.context, beside, false, window);
  edit.sheets.set(name, draft);
  return draft;
}

/** The workbook's styles for adding to; null where it has none. */
export function stylesOf(edit: Edit): StyleDraft | null {
  if (edit.styles === undefined) {
    const part = workbookPart(edit.workbook, 'styles');
    edit.styles = part === null ? null : openStyles(openPart(edit.workbook, part));
  }
  return edit.styles;
}
