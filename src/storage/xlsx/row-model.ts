import type { CellValue, PlainInput } from '../../core/sheet.ts';
import { cellName } from '../../core/sheet.ts';
import { parseArea } from './areas.ts';
import type { CellSpan } from './cell-scan.ts';
import type { NumberFormat } from './formats.ts';
import { type CellContext, cellsOf, type RowSpan, readValue, type SheetXml } from './sheet.ts';
import { encodeEscapes } from './text.ts';
import {
  attributeOf,
  decodeStretch,
  encodeXml,
  readTag,
  type Tag,
  writeAttributes,
  writeTag,
} from './xml.ts';

/** A row that is being changed: its cells as they stand in the file, and what they show. */
export interface RowModel {
  readonly row: number;
  /** Attributes of the row as they are written. */
  attributes: string;
  /** By column, ascending. */
  cells: CellModel[];
  /** What stands after the last cell. */
  readonly tail: string;
  changed: boolean;
}

export interface CellModel {
  readonly col: number;
  /** What stands between the cell before and this one. */
  readonly lead: string;
  readonly xml: string;
  readonly value: CellValue | undefined;
  readonly style: string | null;
  readonly formula: CellFormula | null;
}

export interface CellFormula {
  readonly kind: 'own' | 'shared' | 'shared-master' | 'array' | 'data-table';
  readonly text: string;
}

/** What is written into a cell, and how it will be read back. */
export interface NewContent {
  readonly type: string | null;
  readonly inner: string;
  readonly value: CellValue | undefined;
}

/** Takes a row of the file apart. */
export function openRow(sheet: SheetXml, context: CellContext, span: RowSpan): RowModel {
  const { source } = sheet.part;
  const cells: CellModel[] = [];
  let done = span.tag.selfClosed ? span.end : span.tag.end;
  for (const cell of cellsOf(sheet, span)) {
    cells.push({
      col: cell.col,
      lead: source.slice(done, cell.start),
      xml: source.slice(cell.start, cell.end),
      value: readValue(sheet, cell, context),
      style: cell.style < 0 ? null : String(cell.style),
      formula: formulaOf(sheet, cell),
    });
    done = cell.end;
  }
  cells.sort((a, b) => a.col - b.col);
  const tail = span.tag.selfClosed ? '' : source.slice(done, span.close);
  return { row: span.row, attributes: writeAttributes(span.tag, {}), cells, tail, changed: false };
}

/** A row that the file does not have. */
export function newRow(row: number): RowModel {
  return { row, attributes: ` r="${row}"`, cells: [], tail: '', changed: true };
}

/** The row as an element. */
export function writeRow(sheet: SheetXml, model: RowModel): string {
  const { prefix } = sheet;
  const tag = readTag(`<row${fitSpans(model)}>`, 0);
  const cells = model.cells.map(({ lead, xml }) => lead + xml).join('');
  return `<${prefix}row${writeAttributes(tag, {})}>${cells}${model.tail}</${prefix}row>`;
}

/** The cell element for a value; only its place and style are kept of what stood there. */
export function writeCell(
  sheet: SheetXml,
  place: { readonly row: number; readonly col: number },
  style: string | null,
  content: NewContent,
): CellModel {
  const { prefix } = sheet;
  const attributes = ` r="${cellName(place.row, place.col)}"${style === null ? '' : ` s="${style}"`}${
    content.type === null ? '' : ` t="${content.type}"`
  }`;
  const xml =
    content.inner === ''
      ? `<${prefix}c${attributes}/>`
      : `<${prefix}c${attributes}>${content.inner}</${prefix}c>`;
  return { col: place.col, lead: '', xml, value: content.value, style, formula: null };
}

/**
 * The cell element for a formula with its cached value. One that shares its formula with other cells keeps it and only
 * shows the new value: people have filled it down.
 */
export function writeFormula(
  sheet: SheetXml,
  place: { readonly row: number; readonly col: number },
  style: string | null,
  {
    text,
    content,
    old,
  }: { readonly text: string; readonly content: NewContent; readonly old: CellModel | undefined },
): CellModel {
  const { prefix, part } = sheet;
  const isShared = old?.formula?.kind === 'shared' || old?.formula?.kind === 'shared-master';
  const formula: CellFormula = isShared && old.formula ? old.formula : { kind: 'own', text };
  const element = isShared
    ? (/<(?:[^\s<>/:]+:)?f(?=[\s>/])(?:[^>]*\/>|[\s\S]*?<\/(?:[^\s<>/:]+:)?f\s*>)/.exec(old.xml)?.[0] ?? '')
    : `<${prefix}f>${encodeXml(part, text)}</${prefix}f>`;
  const { value } = content;
  const cached =
    value?.kind === 'text'
      ? { type: 'str', inner: `<${prefix}v>${encodeXml(part, encodeEscapes(value.text))}</${prefix}v>` }
      : content;
  return {
    ...writeCell(sheet, place, style, { ...cached, inner: element + cached.inner, value }),
    formula,
  };
}

/** What an input becomes in XML. Numbers as they are, text inline (shared strings stay untouched). */
export function writeContent(
  sheet: SheetXml,
  input: Exclude<PlainInput, { kind: 'date' | 'percent' }>,
  format: NumberFormat,
): NewContent {
  const { prefix, part } = sheet;
  switch (input.kind) {
    case 'number':
      return numberContent(prefix, input.value, format);
    case 'money':
      return numberContent(prefix, input.fen / 100, format);
    case 'blank':
      return { type: null, inner: '', value: undefined };
    case 'text': {
      if (input.text === '') return { type: null, inner: '', value: undefined };
      const space = /^\s|\s$|\n|\s\s/.test(input.text) ? ' xml:space="preserve"' : '';
      const text = encodeXml(part, encodeEscapes(input.text));
      return {
        type: 'inlineStr',
        inner: `<${prefix}is><${prefix}t${space}>${text}</${prefix}t></${prefix}is>`,
        value: { kind: 'text', text: input.text },
      };
    }
  }
}

/** A number as a cell's contents: money, counts, date serials. */
export function numberContent(prefix: string, value: number, format: NumberFormat): NewContent {
  return { type: null, inner: `<${prefix}v>${value}</${prefix}v>`, value: { kind: 'number', value, format } };
}

/** Puts a cell into its place in the row. */
export function putCell(model: RowModel, cell: CellModel): void {
  const at = model.cells.findIndex(({ col }) => col >= cell.col);
  const old = at < 0 ? undefined : model.cells[at];
  if (at < 0) model.cells.push(cell);
  else if (old?.col === cell.col) model.cells[at] = { ...cell, lead: old.lead };
  else model.cells.splice(at, 0, cell);
  model.changed = true;
}

/** The cell's element with its address written out, for another row. */
export function moveCell(cell: CellModel, row: number): CellModel {
  const tag = readTag(cell.xml, 0);
  const addressed =
    attributeOf(tag, 'r') === undefined
      ? addressFirst(tag, cellName(row, cell.col))
      : writeTag(tag, { r: cellName(row, cell.col) });
  return { ...cell, lead: '', xml: addressed + cell.xml.slice(tag.end) };
}

/** The row's attributes with some changed or (null) dropped. */
export function setRowAttributes(model: RowModel, changes: Readonly<Record<string, string | null>>): void {
  model.attributes = writeAttributes(readTag(`<row${model.attributes}>`, 0), changes);
}

/** A row attribute by its local name (`dyDescent` is `x14ac:dyDescent`). */
export function rowAttributes(model: RowModel): Tag {
  return readTag(`<row${model.attributes}>`, 0);
}

function addressFirst(tag: Tag, address: string): string {
  return `<${tag.name} r="${address}"${writeAttributes(tag, {})}${tag.selfClosed ? '/>' : '>'}`;
}

function formulaOf(sheet: SheetXml, cell: CellSpan): CellFormula | null {
  if (!cell.formula) return null;
  const { tag, from, to } = cell.formula;
  const type = attributeOf(tag, 't');
  const area = parseArea(attributeOf(tag, 'ref') ?? '');
  const several = area !== null && (area.top < area.bottom || area.left < area.right);
  const kind =
    type === 'array'
      ? 'array'
      : type === 'dataTable'
        ? 'data-table'
        : type === 'shared'
          ? several
            ? 'shared-master'
            : 'shared'
          : 'own';
  return { kind, text: decodeStretch(sheet.part, from, to) };
}

/** `spans` says which columns the row uses; it must not be narrower than the row. */
function fitSpans(model: RowModel): string {
  const tag = rowAttributes(model);
  const spans = /^(\d+):(\d+)$/.exec(attributeOf(tag, 'spans') ?? '');
  const first = model.cells[0]?.col;
  const last = model.cells.at(-1)?.col;
  if (!spans || first === undefined || last === undefined) return model.attributes;
  return writeAttributes(tag, {
    spans: `${Math.min(Number(spans[1]), first)}:${Math.max(Number(spans[2]), last)}`,
  });
}
