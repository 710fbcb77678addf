import type { Message } from '../../core/message.ts';
import { type CellChange, type CellPlace, type CellValue, cellName } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { type Area, parseArea } from './areas.ts';
import type { Growth } from './growth.ts';
import { newRow, openRow, type RowModel } from './row-model.ts';
import { type CellContext, eachRow, rowSpan, type SheetXml } from './sheet.ts';
import { BEYOND_WINDOW, isInWindow, isOnePane, type SheetWindow } from './sheet-window.ts';
import type { TableDraft } from './tables.ts';
import { attributeOf, findTag, findTags, readTag, type Tag } from './xml.ts';

/** A worksheet that is being changed. Rows are taken apart only when they are touched. */
export interface SheetDraft {
  readonly file: string;
  readonly name: string;
  readonly sheet: SheetXml;
  readonly context: CellContext;
  readonly isNew: boolean;
  /** Set where only a part of the sheet is open: rows outside of it must not be asked for. */
  readonly window: SheetWindow | null;
  /** Where each row of the file begins, by row number; ascending numbers in `numbers`. */
  readonly starts: ReadonlyMap<number, number>;
  readonly numbers: readonly number[];
  /** Rows that were looked into, by number. */
  readonly models: Map<number, RowModel>;
  /** The last row of the file with anything in it; those below are only formatted. */
  readonly lastFilled: number;
  /** Rows that this plan made or put to use below `lastFilled`, ascending. */
  readonly live: number[];
  readonly tables: readonly TableDraft[];
  /** The sheet's own filter (a table has its own). */
  readonly filter: { readonly tag: Tag; readonly before: Area; area: Area } | null;
  /** Rows up to this one are headers: no style is taken from them. */
  readonly headerBottom: number;
  readonly merges: readonly Area[];
  /** Where pivot tables stand: what is written there goes with the next refresh. */
  readonly pivots: readonly Area[];
  /** Styles that `<cols>` gives to whole columns. */
  readonly columnStyles: readonly { readonly first: number; readonly last: number; readonly style: string }[];
  /** Ranges of array formulas and data tables. */
  readonly arrays: readonly Area[];
  /** How the data of a block of columns grew. */
  readonly growths: Growth[];
  /** Last row with data per block of columns, once it is known. */
  readonly lastRows: Map<string, number>;
}

/** Opens a worksheet for changes. */
export function draftSheet(
  file: string,
  name: string,
  sheet: SheetXml,
  context: CellContext,
  { tables, pivots }: Pick<SheetDraft, 'tables' | 'pivots'>,
  isNew: boolean,
  window: SheetWindow | null = null,
): SheetDraft {
  const starts = new Map<number, number>();
  const numbers: number[] = [];
  let sorted = true;
  eachRow(sheet, ({ row, tag }) => {
    if (starts.has(row)) throw standsTwice({ file, name }, { row, col: 1 }, { zh: '行', en: 'row' });
    sorted &&= row > (numbers.at(-1) ?? 0);
    starts.set(row, tag.start);
    numbers.push(row);
    return true;
  });
  if (!sorted) numbers.sort((a, b) => a - b);
  const { part } = sheet;
  const filterTag = findTag(part, 'autoFilter', sheet.dataEnd);
  const filterArea = filterTag && parseArea(attributeOf(filterTag, 'ref') ?? '');
  const draft: SheetDraft = {
    file,
    name,
    sheet,
    context,
    isNew,
    window,
    starts,
    numbers,
    models: new Map(),
    lastFilled: findLastFilled(numbers, window, (row) => !isBlank(sheet, starts.get(row) ?? 0)),
    live: [],
    tables,
    filter: filterTag && filterArea ? { tag: filterTag, before: filterArea, area: filterArea } : null,
    headerBottom: 0,
    merges: findTags(part, 'mergeCell', sheet.dataEnd).flatMap(
      (tag) => parseArea(attributeOf(tag, 'ref') ?? '') ?? [],
    ),
    pivots,
    columnStyles: findTags(part, 'col', 0, sheet.dataStart).flatMap((tag) => {
      const style = attributeOf(tag, 'style');
      return style
        ? [{ first: Number(attributeOf(tag, 'min')), last: Number(attributeOf(tag, 'max')), style }]
        : [];
    }),
    // One that has any is opened as a whole (`openWindow`).
    arrays: window ? [] : arrayAreas(sheet),
    growths: [],
    lastRows: new Map(),
  };
  return { ...draft, headerBottom: findHeaderBottom(draft) };
}

/** The row for changing; null where neither the file nor the plan has it. */
export function findRow(draft: SheetDraft, row: number): RowModel | null {
  const known = draft.models.get(row);
  if (known) return known;
  if (draft.window && !isInWindow(draft.window, row)) throw BEYOND_WINDOW;
  const start = draft.starts.get(row);
  if (start === undefined) return null;
  const span = rowSpan(draft.sheet, readTag(draft.sheet.part.masked, start), row);
  const model = openRow(draft.sheet, draft.context, span);
  const twice = model.cells.find(({ col }, index) => model.cells[index + 1]?.col === col);
  if (twice) throw standsTwice(draft, { row, col: twice.col }, { zh: '格', en: 'cell' });
  draft.models.set(row, model);
  return model;
}

/** Programs differ in which of the two they show. */
function standsTwice(
  { file, name }: Pick<SheetDraft, 'file' | 'name'>,
  place: Pick<CellPlace, 'row' | 'col'>,
  what: Message,
): Failure {
  return sheetFailure(file, name, place, {
    zh: `这一${what.zh}在文件里出现了两次。请用 Excel 或 WPS 打开修复后另存再试`,
    en: `this ${what.en} stands in the file twice. Let Excel or WPS repair it, save a copy and try again`,
  });
}

/** The row for changing, made where there is none. */
export function ensureRow(draft: SheetDraft, row: number): RowModel {
  if (row > draft.lastFilled || !draft.starts.has(row)) {
    const at = draft.live.findLastIndex((each) => each <= row);
    if (draft.live[at] !== row) draft.live.splice(at + 1, 0, row);
  }
  const known = findRow(draft, row);
  if (known) return known;
  const model = newRow(row);
  draft.models.set(row, model);
  return model;
}

/** Rows that may hold something, in the file or the plan, from the last one up. */
export function* rowsUpward(draft: SheetDraft): Generator<number> {
  let file = draft.numbers.findLastIndex((row) => row <= draft.lastFilled);
  let plan = draft.live.length - 1;
  while (file >= 0 || plan >= 0) {
    const row = Math.max(draft.numbers[file] ?? 0, draft.live[plan] ?? 0);
    if (draft.numbers[file] === row) file--;
    else plan--;
    yield row;
    const above = draft.numbers[file];
    if (
      draft.window &&
      above !== undefined &&
      !isOnePane(draft.window, above, Math.min(row, draft.lastFilled))
    )
      throw BEYOND_WINDOW;
  }
}

/** What changed so far, row by row: compared with what stands in the file. */
export function changesOf(draft: SheetDraft): readonly CellChange[] {
  const rows = [...draft.models.values()].filter(({ changed }) => changed).sort((a, b) => a.row - b.row);
  return rows.flatMap((model) => {
    const original = originalRow(draft, model.row);
    const before = valuesOf(original);
    const after = valuesOf(model);
    const columns = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
    return columns.flatMap((col) => {
      const change = { before: before.get(col) ?? null, after: after.get(col) ?? null };
      if (sameValue(change.before, change.after)) return [];
      const formula = ownFormula(original, col);
      return [
        {
          sheet: draft.name,
          cell: cellName(model.row, col),
          row: model.row,
          col,
          ...change,
          ...(formula === null ? {} : { formula }),
        },
      ];
    });
  });
}

/** The formula that a cell does not share with others; its own row as `{row}`, since rows are sorted. */
function ownFormula(model: RowModel | null, col: number): string | null {
  const formula = model?.cells.find((cell) => cell.col === col)?.formula;
  if (formula?.kind !== 'own') return null;
  return formula.text.replace(
    new RegExp(`(?<![A-Za-z0-9_.])(\\$?[A-Z]{1,3})${model?.row}(?![\\d(])`, 'g'),
    '$1{row}',
  );
}

/** Whether two cells show the same. */
export function sameValue(a: CellValue | null | undefined, b: CellValue | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  if (a.kind === 'number') return b.kind === 'number' && a.value === b.value && a.format === b.format;
  if (a.kind === 'boolean') return b.kind === 'boolean' && a.value === b.value;
  return a.kind === b.kind && a.text === b.text;
}

/** A failure at a cell of the sheet. */
export function sheetFailure(
  file: string,
  sheet: string,
  { row, col }: Pick<CellPlace, 'row' | 'col'>,
  what: Message,
  value?: string,
): Failure {
  const cell = cellName(row, col);
  return new Failure(
    'file',
    {
      zh: `${file} 的 ${sheet}!${cell}:${what.zh}。没有写入。`,
      en: `${file}: ${sheet}!${cell}: ${what.en}. Nothing was written.`,
    },
    { file, sheet, cell, ...(value === undefined ? {} : { value }) },
  );
}

function originalRow(draft: SheetDraft, row: number): RowModel | null {
  const start = draft.starts.get(row);
  if (start === undefined) return null;
  return openRow(
    draft.sheet,
    draft.context,
    rowSpan(draft.sheet, readTag(draft.sheet.part.masked, start), row),
  );
}

function valuesOf(model: RowModel | null): ReadonlyMap<number, CellValue> {
  return new Map(model?.cells.flatMap(({ col, value }) => (value ? [[col, value] as const] : [])));
}

/** The last header row: what is frozen, the filter's and the tables' first row, or else the first row with a value. */
function findHeaderBottom(draft: SheetDraft): number {
  const pane = findTag(draft.sheet.part, 'pane', 0, draft.sheet.dataStart);
  const frozen =
    pane && /frozen/i.test(attributeOf(pane, 'state') ?? '') ? Number(attributeOf(pane, 'ySplit') ?? 0) : 0;
  const tops = draft.tables.map(({ area, headerRows }) => area.top + headerRows - 1);
  const known = Math.max(frozen, draft.filter?.area.top ?? 0, ...tops);
  if (known > 0) return known;
  return draft.numbers.find((row) => findRow(draft, row)?.cells.some(({ value }) => value)) ?? 0;
}

function findLastFilled(
  numbers: readonly number[],
  window: SheetWindow | null,
  isFilled: (row: number) => boolean,
): number {
  for (let index = numbers.length - 1; index >= 0; index--) {
    const row = numbers[index] ?? 0;
    if (isFilled(row)) return row;
    const above = numbers[index - 1];
    if (window && above !== undefined && !isOnePane(window, above, row)) throw BEYOND_WINDOW;
  }
  return 0;
}

/** A row with nothing but formats, told without taking it apart. */
function isBlank(sheet: SheetXml, start: number): boolean {
  const tag = readTag(sheet.part.masked, start);
  if (tag.selfClosed) return true;
  const { close } = rowSpan(sheet, tag, 0);
  return !/<(?:[^\s>/:]+:)?(?:v|is|f)[\s>/]/.test(sheet.part.masked.slice(tag.end, close));
}

function arrayAreas(sheet: SheetXml): readonly Area[] {
  const { masked } = sheet.part;
  const mark = `<${sheet.prefix}f`;
  const areas: Area[] = [];
  for (
    let at = masked.indexOf(mark, sheet.dataStart);
    at >= 0 && at < sheet.dataEnd;
    at = masked.indexOf(mark, at + 2)
  ) {
    if (masked.charCodeAt(at + mark.length) > 32) continue;
    const tag = readTag(masked, at);
    const type = attributeOf(tag, 't');
    const area = type === 'array' || type === 'dataTable' ? parseArea(attributeOf(tag, 'ref') ?? '') : null;
    if (area) areas.push(area);
  }
  return areas;
}
