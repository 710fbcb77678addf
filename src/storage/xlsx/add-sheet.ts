import { Failure } from '../../failure.ts';
import { orNull } from './bad-file.ts';
import { openPart } from './context.ts';
import { draftOf, type Edit, type PatchOf } from './edit-state.ts';
import { partKey } from './package.ts';
import { putInput } from './set-cell.ts';
import { openSheet } from './sheet.ts';
import { draftSheet, findRow } from './sheet-draft.ts';
import type { SheetPart } from './workbook.ts';
import { attributeOf, openXml, prefixOf, rootTag } from './xml.ts';

/** Columns that hold sentences. */
const WIDE = /内容|备注|说明|记录$|原因|note|content/i;

/**
 * Adds a worksheet after all others: header row in the style of the book's own headers, frozen, columns as wide as their
 * names. Its namespace is that of an existing worksheet, so that a strict book stays strict.
 */
export function addSheet(edit: Edit, { sheet: name, headers }: PatchOf<'addSheet'>): void {
  const { workbook, newSheets } = edit;
  const { pkg } = workbook;
  refuseName(edit, name);
  const model = workbook.sheets.find(({ kind }) => kind === 'worksheet');
  if (!model)
    throw nameFailure(pkg.file, name, '工作簿里没有可参照的工作表', 'the workbook has no worksheet to go by');
  const folder = model.part.slice(0, model.part.lastIndexOf('/') + 1);
  let number = workbook.sheets.length + newSheets.length + 1;
  const taken = (part: string) =>
    pkg.parts.has(partKey(part)) || newSheets.some((each) => each.part === part);
  while (taken(`${folder}sheet${number}.xml`)) number++;
  const part = `${folder}sheet${number}.xml`;
  const xml = openXml(pkg.file, part, Buffer.from(emptySheet(namespaceOf(edit, model), headers)));
  const sheet = openSheet(xml);
  newSheets.push({ name, part, sheet });
  const style = headerStyle(edit);
  const draft = draftSheet(pkg.file, name, sheet, edit.context, { tables: [], pivots: [] }, true);
  edit.sheets.set(name, draft);
  headers.forEach((text, index) => {
    putInput(edit, draft, { row: 1, col: index + 1 }, { kind: 'text', text }, style);
  });
}

function emptySheet(namespace: string, headers: readonly string[]): string {
  const columns = headers.map((header, index) => {
    const shown = Array.from(header).reduce((sum, char) => sum + (char > '\u2e7f' ? 2 : 1), 0);
    const width = WIDE.test(header) ? 50 : Math.min(40, Math.max(12, shown + 6));
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    `<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0">`,
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>',
    columns.length > 0 ? `<cols>${columns.join('')}</cols>` : '',
    '<sheetData></sheetData></worksheet>',
  ].join('');
}

function namespaceOf({ workbook, windows }: Edit, { name, part }: SheetPart): string {
  // A window begins where its sheet begins.
  const root = rootTag(windows.get(name)?.part ?? openPart(workbook, part));
  const prefix = prefixOf(root.name).slice(0, -1);
  return (
    attributeOf(root, prefix === '' ? 'xmlns' : `xmlns:${prefix}`) ??
    'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  );
}

/** The style of the first header found in the book: a row of five or more texts at the top of a worksheet. */
function headerStyle(edit: Edit): string | null {
  for (const { name, kind, part } of edit.workbook.sheets) {
    if (kind !== 'worksheet' || !edit.workbook.pkg.parts.has(partKey(part))) continue;
    const draft = orNull(() => draftOf(edit, name));
    const header = draft && findRow(draft, draft.headerBottom);
    const texts = header?.cells.filter(({ value }) => value?.kind === 'text') ?? [];
    if (texts.length >= 5) return texts[0]?.style ?? null;
  }
  return null;
}

function refuseName(edit: Edit, name: string): void {
  const { file } = edit.workbook.pkg;
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  if (
    edit.workbook.sheets.some((each) => same(each.name)) ||
    edit.newSheets.some((each) => same(each.name))
  ) {
    throw nameFailure(file, name, '已有同名的工作表', 'a sheet of that name is there already');
  }
  if (name === '' || name.length > 31 || /[[\]:*?/\\]|^'|'$/.test(name)) {
    throw nameFailure(
      file,
      name,
      '工作表名要有 1–31 个字符,不含 [ ] : * ? / \\',
      'a sheet name has 1–31 characters, none of [ ] : * ? / \\',
    );
  }
}

function nameFailure(file: string, sheet: string, zh: string, en: string): Failure {
  return new Failure(
    'file',
    {
      zh: `${file}:不能加工作表“${sheet}”:${zh}。没有写入。`,
      en: `${file}: the sheet "${sheet}" cannot be added: ${en}. Nothing was written.`,
    },
    { file, sheet },
  );
}
