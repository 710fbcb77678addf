import { columnLetters } from '../../core/sheet.ts';

/** A block of cells, corners included; rows and columns count from 1. */
export interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

const CORNER = /^(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})$/;
// Strings, quoted or bracketed names and other words are stepped over, so that only real references are left.
const REFERENCE =
  /"(?:[^"]|"")*"|((?:'(?:[^']|'')*'|(?:\[\d+\])?[\p{L}\p{N}_.\\?]+)!)?(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![\p{L}\p{N}_.(!])|\[[^\]]*\]|[\p{L}\p{N}_.\\]+/gu;

/** `B2:K7` or `B2`, with or without `$`; null for anything else (whole columns, `#REF!`). */
export function parseArea(text: string): Area | null {
  const [first = '', second = first, more] = text.split(':');
  const from = CORNER.exec(first);
  const to = CORNER.exec(second);
  if (!from || !to || more !== undefined) return null;
  return {
    top: Number(from[4]),
    left: columnNumber(from[2] ?? ''),
    bottom: Number(to[4]),
    right: columnNumber(to[2] ?? ''),
  };
}

/** Whether the cell lies in the area. */
export function holds({ top, left, bottom, right }: Area, row: number, col: number): boolean {
  return top <= row && row <= bottom && left <= col && col <= right;
}

/** `B2:K7`; a single cell is `B2`. */
export function writeArea({ top, left, bottom, right }: Area): string {
  const first = `${columnLetters(left)}${top}`;
  const second = `${columnLetters(right)}${bottom}`;
  return first === second ? first : `${first}:${second}`;
}

/** Where an area goes; the same object where it stays. `isRange`: it was written with a colon. */
export type AreaMap = (area: Area, isRange: boolean) => Area;

/** The reference with its area mapped; `$` and what is no area stay as they are. */
export function mapReference(reference: string, map: AreaMap): string {
  const area = parseArea(reference);
  if (!area) return reference;
  const mapped = map(area, reference.includes(':'));
  if (mapped === area) return reference;
  const [first = '', second = first] = reference.split(':');
  const from = moveCorner(first, mapped.top, mapped.left);
  const to = moveCorner(second, mapped.bottom, mapped.right);
  return from === to ? from : `${from}:${to}`;
}

/** A list of areas separated by blanks (`sqref`), each mapped. */
export function mapReferences(list: string, map: AreaMap): string {
  return list
    .split(/\s+/)
    .filter((each) => each !== '')
    .map((each) => mapReference(each, map))
    .join(' ');
}

/**
 * A formula with its references to `sheet` mapped; those without a sheet name count when `own` is set.
 * Strings, structured references, other sheets and other workbooks are left alone.
 */
export function mapFormula(formula: string, sheet: string, own: boolean, map: AreaMap): string {
  return formula.replace(
    REFERENCE,
    (whole: string, prefix: string | undefined, reference: string | undefined) => {
      if (reference === undefined) return whole;
      if (prefix === undefined ? !own : sheetOfPrefix(prefix) !== sheet.toLowerCase()) return whole;
      return `${prefix ?? ''}${mapReference(reference, map)}`;
    },
  );
}

function sheetOfPrefix(prefix: string): string {
  const name = prefix.slice(0, -1);
  return (name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name).toLowerCase();
}

function moveCorner(corner: string, row: number, col: number): string {
  const [, fixedColumn = '', , fixedRow = ''] = CORNER.exec(corner) ?? [];
  return `${fixedColumn}${columnLetters(col)}${fixedRow}${row}`;
}

function columnNumber(letters: string): number {
  let col = 0;
  for (const letter of letters.toUpperCase()) col = col * 26 + letter.charCodeAt(0) - 64;
  return col;
}
