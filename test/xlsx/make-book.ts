import { createHash } from 'node:crypto';
import { type CellValue, cellName, type Patch, type SheetRow } from '../../src/core/sheet.ts';
import { Failure } from '../../src/failure.ts';
import type { Plan, Store } from '../../src/storage/store.ts';
import { openXlsx } from '../../src/storage/xlsx/open.ts';
import { makeZip, type ZipPart, type ZipShape } from './make-zip.ts';

export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
export const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE_REL = 'http://schemas.openxmlformats.org/package/2006/relationships';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';

export interface BookShape {
  /** What stands inside `<worksheet>`, or a whole part beginning with `<?xml` or `<`+prefix. */
  readonly sheets?: Readonly<Record<string, string>>;
  readonly styles?: string;
  readonly strings?: string;
  /** What stands in `<workbook>` before and after `<sheets>`. */
  readonly before?: string;
  readonly after?: string;
  /** More parts, or others in place of the usual ones. */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>;
  readonly workbookRels?: string;
  readonly zip?: ZipShape;
  readonly each?: (part: ZipPart) => ZipPart;
}

/** A small workbook of one's own making: every part can be replaced. */
export function makeBook(shape: BookShape = {}): Buffer {
  const sheets = Object.entries(shape.sheets ?? { 表: '<sheetData/>' });
  const listed = sheets.map(
    ([name], index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>${sheets.map((_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${SHEET_TYPE}"/>`).join('')}</Types>`,
    '_rels/.rels': relationships([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${REL}">${shape.before ?? ''}<sheets>${listed.join('')}</sheets>${shape.after ?? ''}</workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ...sheets.map((_, index) => ['worksheet', `worksheets/sheet${index + 1}.xml`] as const),
      ...(shape.styles === undefined ? [] : [['styles', 'styles.xml'] as const]),
      ...(shape.strings === undefined ? [] : [['sharedStrings', 'sharedStrings.xml'] as const]),
    ]).replace('</Relationships>', `${shape.workbookRels ?? ''}</Relationships>`),
    ...(shape.styles === undefined ? {} : { 'xl/styles.xml': shape.styles }),
    ...(shape.strings === undefined ? {} : { 'xl/sharedStrings.xml': shape.strings }),
  };
  sheets.forEach(([, xml], index) => {
    const whole = /^(\uFEFF|<\?xml|<\w+:worksheet)/.test(xml);
    parts[`xl/worksheets/sheet${index + 1}.xml`] = whole
      ? xml
      : `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${REL}">${xml}</worksheet>`;
  });
  Object.assign(parts, shape.parts);
  const entries = Object.entries(parts).map(([name, content]): ZipPart => ({ name, content }));
  return makeZip(shape.each ? entries.map(shape.each) : entries, shape.zip);
}

export function relationships(each: readonly (readonly [type: string, target: string])[]): string {
  const list = each.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${REL}/${type}" Target="${target}"/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE_REL}">${list.join('')}</Relationships>`;
}

/** Styles with these number formats: style n has the n-th code ('' is General). */
export function makeStyles(codes: readonly string[]): string {
  const custom = codes.map(
    (code, index) =>
      `<numFmt numFmtId="${164 + index}" formatCode="${code.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"/>`,
  );
  const xfs = codes.map(
    (code, index) =>
      `<xf numFmtId="${code === '' ? 0 : 164 + index}" fontId="0" fillId="0" borderId="0" xfId="0"/>`,
  );
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="${custom.length}">${custom.join('')}</numFmts><cellXfs count="${xfs.length}">${xfs.join('')}</cellXfs></styleSheet>`;
}

/** A row of inline texts. */
export function textRow(row: number, texts: readonly string[], attributes = ''): string {
  const cells = texts.map((text, index) =>
    text === '' ? '' : `<c r="${cellName(row, index + 1)}" t="inlineStr"><is><t>${text}</t></is></c>`,
  );
  return `<row r="${row}"${attributes}>${cells.join('')}</row>`;
}

export function openBytes(bytes: Uint8Array, path = '表.xlsx'): Promise<Store> {
  return openXlsx(path, bytes, createHash('sha256').update(bytes).digest('hex'));
}

export async function rowsOf(store: Store, sheet: string): Promise<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  await store.readRows(sheet, (row) => {
    rows.push(row);
    return true;
  });
  return rows;
}

/** Every value of a sheet by address. */
export async function cellsOf(store: Store, sheet: string): Promise<Readonly<Record<string, CellValue>>> {
  const cells: Record<string, CellValue> = {};
  for (const { row, cells: values } of await rowsOf(store, sheet)) {
    values.forEach((value, index) => {
      if (value) cells[cellName(row, index + 1)] = value;
    });
  }
  return cells;
}

/** What people would read in the cells. */
export async function textsOf(store: Store, sheet: string): Promise<Readonly<Record<string, string>>> {
  const cells = await cellsOf(store, sheet);
  return Object.fromEntries(
    Object.entries(cells).map(([name, value]) => [name, 'text' in value ? value.text : String(value.value)]),
  );
}

export interface Edited {
  readonly plan: Plan;
  readonly bytes: Buffer;
  readonly store: Store;
}

/** Plans, verifies and opens the result. */
export async function edit(bytes: Uint8Array, patches: readonly Patch[]): Promise<Edited> {
  const store = await openBytes(bytes);
  const plan = await store.plan(patches);
  await store.verify(plan);
  const written = Buffer.concat(plan.files[0]?.pieces ?? []);
  return { plan, bytes: written, store: await openBytes(written) };
}

/** The Failure that something ends in; anything else (a crash, success) is handed back as it is. */
export async function failureOf(act: () => Promise<unknown>): Promise<Failure> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('no failure');
}
