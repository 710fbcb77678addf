import { type Book, SHEETS } from '../../src/core/book.ts';
import type { HolidayTable } from '../../src/core/calendar.ts';
import type { Day } from '../../src/core/date.ts';
import { formatDay } from '../../src/core/date.ts';
import { type Decision, isDecision, type Outcome } from '../../src/core/decision.ts';
import { decodeBook, type RawSheet } from '../../src/core/decode.ts';
import { encodeDecision } from '../../src/core/encode.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { findHeader } from '../../src/core/header.ts';
import { adoptNewRows } from '../../src/core/ids.ts';
import type { CellInput, CellValue, Patch, SheetRow } from '../../src/core/sheet.ts';
import { joinDecisions } from '../../src/core/simulate.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

/** A workbook in memory: sheets of rows, changed only by patches, so that core commands are tested without files. */
export type Memory = Map<string, SheetRow[]>;

const HOLIDAYS: HolidayTable = officialHolidays();

/** A new book: every column of ours, no rows; or the given tracking rows, the first of them the header. */
export function newMemory(
  rows: readonly (readonly (string | number | null)[])[] = [FIELDS.map(({ header }) => header.zh)],
): Memory {
  return new Map([
    [
      SHEETS.tracking,
      rows.map((cells, index) => ({ row: index + 1, hidden: false, cells: cells.map(toCell) })),
    ],
  ]);
}

/** The book as of a day. With `adopted`, an (empty) log is there from the start. */
export function readMemory(memory: Memory, asOf: Day): Book {
  const sheet = (name: string): RawSheet | null => {
    const rows = memory.get(name);
    return rows ? { sheet: name, rows } : null;
  };
  const tracking = sheet(SHEETS.tracking) ?? { sheet: SHEETS.tracking, rows: [] };
  const header = findHeader(tracking.rows);
  if (!header) throw new Error('no header');
  return decodeBook(
    {
      tracking,
      header,
      log: sheet(SHEETS.log),
      leads: sheet(SHEETS.leads),
      settings: sheet(SHEETS.settings),
    },
    { named: null, asOf, holidays: HOLIDAYS, dates1904: false },
  );
}

/** Decides on the book as of `today` and writes the decision back; throws where it is refused. */
export function writeMemory(memory: Memory, today: Day, decide: (book: Book) => Outcome): Decision {
  const { book, extra } = adoptNewRows(readMemory(memory, today));
  const outcome = decide(book);
  if (!isDecision(outcome))
    throw new Error(
      `${outcome.text.zh} ${'missing' in outcome ? outcome.missing.map(({ item }) => item).join(' ') : ''}`,
    );
  const decision = joinDecisions(extra, outcome);
  applyPatches(
    memory,
    encodeDecision(book, decision, { by: '王芳', recordedAt: `${formatDay(today)} 10:00:00` }),
  );
  return decision;
}

export function applyPatches(memory: Memory, patches: readonly Patch[]): void {
  for (const patch of patches) {
    if (patch.op === 'addSheet')
      memory.set(patch.sheet, [{ row: 1, hidden: false, cells: patch.headers.map(toCell) }]);
    else if (patch.op === 'addColumn')
      setCell(memory, patch.sheet, patch.headerRow, patch.col, { kind: 'text', text: patch.header });
    else if (patch.op === 'set')
      setCell(memory, patch.place.sheet, patch.place.row, patch.place.col, patch.input);
    else {
      const row = (memory.get(patch.sheet)?.at(-1)?.row ?? 0) + 1;
      for (const [col, input] of patch.cells) setCell(memory, patch.sheet, row, col, input);
    }
  }
}

function setCell(memory: Memory, sheet: string, row: number, col: number, input: CellInput): void {
  const rows = memory.get(sheet) ?? [];
  memory.set(sheet, rows);
  const at = rows.findIndex((each) => each.row === row);
  const cells = at < 0 ? [] : [...(rows[at]?.cells ?? [])];
  cells[col - 1] = inputCell(input);
  const next: SheetRow = { row, hidden: false, cells };
  if (at < 0) rows.push(next);
  else rows[at] = next;
}

function inputCell(input: CellInput): CellValue | undefined {
  if (input.kind === 'text') return { kind: 'text', text: input.text };
  if (input.kind === 'number') return { kind: 'number', value: input.value, format: 'plain' };
  if (input.kind === 'percent') return { kind: 'number', value: input.value, format: 'percent' };
  if (input.kind === 'formula') return inputCell(input.shows);
  if (input.kind === 'money') return { kind: 'number', value: input.fen / 100, format: 'plain' };
  return input.kind === 'date' ? { kind: 'number', value: input.day + 25569, format: 'date' } : undefined;
}

function toCell(value: string | number | null): CellValue | undefined {
  if (value === null || value === '') return undefined;
  return typeof value === 'number'
    ? { kind: 'number', value, format: 'plain' }
    : { kind: 'text', text: value };
}
