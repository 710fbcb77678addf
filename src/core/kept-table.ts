import { HEADER_ROWS, headerKey, headerUnit } from './header.ts';
import {
  type CellInput,
  type CellValue,
  cellText,
  columnLetters,
  type Patch,
  type SheetRow,
} from './sheet.ts';
import { normalizeWidth } from './text.ts';
import { readDateCell } from './values.ts';

/** A table that funnel writes into and people keep too: its columns in the order of a new sheet, with what else they are called. */
export interface TableSpec {
  readonly sheet: string;
  readonly columns: readonly KeptColumn[];
  /** A header row has all of these. */
  readonly required: readonly string[];
}

export interface KeptColumn {
  readonly key: string;
  readonly header: string;
  readonly aliases: readonly string[];
  /** It comes into the sheet when something is first written there. */
  readonly optional?: true;
}

/** Such a table as found in a book. Columns count from 1. */
export interface KeptTable {
  readonly sheet: string;
  readonly headerRow: number;
  readonly columns: ReadonlyMap<string, number>;
  /** Every header as typed, by column. */
  readonly headers: ReadonlyMap<number, string>;
  /** Right of everything that stands anywhere in the sheet: notes beside the table included. */
  readonly nextCol: number;
  /** The rows below the header that hold something. */
  readonly rows: readonly SheetRow[];
  readonly dates1904: boolean;
}

/** One row of the table to be written; `at` null: a new one behind the others. */
export interface RowEdit {
  readonly at: SheetRow | null;
  readonly cells: ReadonlyMap<string, CellInput>;
}

/** The table in these rows of a sheet: null where no row among the first thirty has the required headers. */
export function findKeptTable(
  sheet: string,
  rows: readonly SheetRow[],
  { columns, required }: TableSpec,
  dates1904: boolean,
): KeptTable | null {
  const names = new Map(
    [...columns]
      .reverse()
      .flatMap(({ key, header, aliases }) =>
        [...aliases, header].map((name) => [headerKey(name), key] as const),
      ),
  );
  for (const { row, cells } of rows.slice(0, HEADER_ROWS)) {
    const found = new Map<string, number>();
    const headers = new Map<number, string>();
    cells.forEach((cell, index) => {
      const text = cellText(cell).trim();
      if (text === '') return;
      headers.set(index + 1, text);
      const key = names.get(headerKey(text));
      if (key !== undefined && !found.has(key)) found.set(key, index + 1);
    });
    if (required.some((key) => !found.has(key))) continue;
    return {
      sheet,
      headerRow: row,
      columns: found,
      headers,
      nextCol: Math.max(...rows.map((each) => each.cells.length)) + 1,
      rows: rows.filter((each) => each.row > row),
      dates1904,
    };
  }
  return null;
}

/**
 * The patches that write rows of a table: the sheet first where the book has none, then columns it lacks, then cells
 * that do not show the value yet, then new rows. What shows it already is left alone, formulas and pasted values too.
 */
export function planRows(
  { sheet, columns: specs }: TableSpec,
  found: KeptTable | null,
  edits: readonly RowEdit[],
): readonly Patch[] {
  const used = new Set(edits.flatMap(({ cells }) => [...cells.keys()]));
  const columns = new Map<string, number>(found?.columns);
  const wanted = specs.filter(({ key, optional }) => used.has(key) || (!found && !optional));
  const added = wanted.filter(({ key }) => !columns.has(key));
  added.forEach(({ key }, index) => {
    columns.set(key, (found?.nextCol ?? 1) + index);
  });
  const name = found?.sheet ?? sheet;
  const place = (edit: RowEdit) =>
    [...edit.cells].flatMap(([key, input]): readonly (readonly [number, CellInput])[] => {
      const col = columns.get(key);
      const unit = headerUnit(found?.headers.get(col ?? 0) ?? '') ?? 1;
      const given = input.kind === 'money' && unit !== 1 ? inUnit(input.fen, unit) : input;
      return col === undefined ? [] : [[col, withColumns(given, columns)]];
    });
  const headers: readonly Patch[] = found
    ? added.map(
        ({ key, header }): Patch => ({
          op: 'addColumn',
          sheet: name,
          headerRow: found.headerRow,
          col: columns.get(key) ?? 0,
          header,
        }),
      )
    : [{ op: 'addSheet', sheet: name, headers: wanted.map(({ header }) => header) }];
  const changes = edits.flatMap((edit): readonly Patch[] => {
    const { at } = edit;
    if (at === null) return [];
    return place(edit)
      .filter(([col, input]) => !shows(at.cells[col - 1], input, found?.dates1904 ?? false))
      .map(([col, input]): Patch => ({ op: 'set', place: { sheet: name, row: at.row, col }, input }));
  });
  const rows = edits
    .filter(({ at }) => at === null)
    .map(
      (edit): Patch => ({
        op: 'append',
        sheet: name,
        cells: new Map(place(edit).filter(([, { kind }]) => kind !== 'blank')),
      }),
    );
  return changes.length + rows.length === 0 ? [] : [...headers, ...changes, ...rows];
}

/** A formula speaks of columns by key: `{entered}`. */
function withColumns(input: CellInput, columns: ReadonlyMap<string, number>): CellInput {
  if (input.kind !== 'formula') return input;
  const formula = [...columns].reduce(
    (text, [key, col]) => text.replaceAll(`{${key}}`, `${columnLetters(col)}{row}`),
    input.formula,
  );
  return { ...input, formula };
}

function inUnit(fen: number, unit: number): CellInput {
  return { kind: 'number', value: fen / 100 / unit };
}

/** Whether a cell shows what an input says, however it is written there (a CSV file has texts only). */
export function shows(cell: CellValue | undefined, input: CellInput, dates1904: boolean): boolean {
  switch (input.kind) {
    case 'formula':
      return shows(cell, input.shows, dates1904);
    case 'blank':
      return cell === undefined;
    case 'text':
      return cellText(cell).trim() === input.text;
    case 'date':
      return cell !== undefined && readDateCell(cell, dates1904, input.day)?.day === input.day;
    case 'percent':
      return isNear(cell, input.value) || isNearShare(cell, input.value);
    case 'number':
      return isNear(cell, input.value);
    case 'money':
      return isNear(cell, input.fen / 100);
  }
}

/** `88.2%`, as a CSV file has it, or `88.20%`, as Excel makes of it: to a tenth of a point. */
function isNearShare(cell: CellValue | undefined, value: number): boolean {
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(normalizeWidth(cellText(cell)).trim())?.[1];
  return share !== undefined && Math.abs(Number(share) / 100 - value) <= 0.0005 + 1e-9;
}

/** Programs that keep fifteen digits change the last ones. */
function isNear(cell: CellValue | undefined, value: number): boolean {
  const text = cell?.kind === 'text' ? normalizeWidth(cell.text).replaceAll(',', '').trim() : '';
  const read = cell?.kind === 'number' ? cell.value : text === '' ? Number.NaN : Number(text);
  return Math.abs(read - value) <= 1e-9 * Math.max(1, Math.abs(value));
}
