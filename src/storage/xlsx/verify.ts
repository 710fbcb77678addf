import { constants, inflateRawSync } from 'node:zlib';
import { type CellChange, type CellValue, cellName, type SheetRow } from '../../core/sheet.ts';
import { Failure } from '../../failure.ts';
import { broken } from './bad-file.ts';
import { cellContext, openWorksheet } from './context.ts';
import { inflateBetween } from './deflate-points.ts';
import { isCopy } from './deflate-splice.ts';
import { holdAt } from './joined-bytes.ts';
import { dataStart, type Entry, openPieces, type Package, partEntry, partKey, readEntry } from './package.ts';
import { isType, relationshipsName, relationshipsOf } from './relationships.ts';
import { partsBeside } from './scrub-beside.ts';
import { type CellContext, eachRow, openSheet, type RowSpan, readSheetRows, type SheetXml } from './sheet.ts';
import { sameValue } from './sheet-draft.ts';
import { type ExtendedPart, splicedWindow } from './sheet-window.ts';
import { numberedStrings, withText } from './window-check.ts';
import { openWorkbook, type SheetPart, type Workbook, workbookPart } from './workbook.ts';
import { openXml } from './xml.ts';

/** Parts up to this size are also parsed by another XML reader than the one that edited them. */
const SECOND_OPINION = 1024 * 1024;

/**
 * Reads the planned bytes back and compares them with what was read before: every entry that need not change has the same
 * bytes, the listed cells show what was intended, every other cell shows what it did. Throws Failure('file') if not.
 */
export async function verifyPieces(
  before: Workbook,
  changes: readonly CellChange[],
  pieces: readonly Uint8Array[],
  {
    extended,
    context,
    scrubbed,
  }: {
    readonly extended: readonly ExtendedPart[];
    readonly context: CellContext;
    readonly scrubbed: boolean;
  },
): Promise<void> {
  const { file } = before.pkg;
  const after = openWorkbook(openPieces(file, pieces));
  await compareEntries(before, after, changes, scrubbed);
  if (scrubbed) compareStrings(before, after);
  const names = before.sheets.map(({ name }) => name);
  if (names.some((name, index) => after.sheets[index]?.name !== name))
    throw mismatch(file, '工作表清单变了', 'the list of sheets changed');
  const changedSheets = new Set(changes.map(({ sheet }) => sheet));
  for (const sheet of after.sheets) {
    if (sheet.kind !== 'worksheet') continue;
    const isNew = !names.includes(sheet.name);
    // Where shared strings were touched, any cell may show something else.
    if (scrubbed || isNew || changedSheets.has(sheet.name) || !sameBytes(before, after, sheet.part)) {
      const part = extended.find(({ window }) => partKey(window.entry.name) === partKey(sheet.part));
      if (part) compareExtended(before, after, part, { sheet, changes, context });
      else
        compareCells(before.pkg.file, sheet.name, changes, {
          before: isNew ? null : { sheet: openWorksheet(before, sheet.name), context: cellContext(before) },
          after: { sheet: openWorksheet(after, sheet.name), context: cellContext(after) },
        });
    }
  }
}

/** Entries keep their order; new ones come last. Only the calculation chain may go. */
async function compareEntries(
  before: Workbook,
  after: Workbook,
  changes: readonly CellChange[],
  scrubbed: boolean,
): Promise<void> {
  const { file, entries } = before.pkg;
  const writable = writableParts(before, changes, scrubbed);
  const chain = workbookPart(before, 'calcChain');
  let index = 0;
  for (const old of entries) {
    const now = after.pkg.entries[index];
    if (now?.name !== old.name) {
      if (chain !== null && partKey(chain) === partKey(old.name)) continue;
      throw mismatch(file, `部件 ${old.name} 不见了`, `the part ${old.name} is gone`);
    }
    index += 1;
    if (isSameEntry(before.pkg, old, after.pkg, now)) continue;
    if (!writable.has(partKey(old.name))) {
      throw mismatch(file, `部件 ${old.name} 不该改变`, `the part ${old.name} must not change`);
    }
    if (!(await isBroken(after.pkg, now))) continue;
    // No other program would open what is written into a part that is no XML to begin with.
    if (await isBroken(before.pkg, old))
      throw broken(file, old.name, {
        zh: '不是合法的 XML,已损坏,不能改写',
        en: 'it is no valid XML and cannot be changed',
      });
    throw brokenPart(file, now.name);
  }
  for (const entry of after.pkg.entries.slice(index))
    if (await isBroken(after.pkg, entry)) throw brokenPart(file, entry.name);
}

/** Parts that a change of cells may touch. */
function writableParts(
  workbook: Workbook,
  changes: readonly CellChange[],
  scrubbed: boolean,
): ReadonlySet<string> {
  const own = [workbook.part, relationshipsName(workbook.part), '[Content_Types].xml'];
  const types = ['styles', 'calcChain', ...(scrubbed ? ['sharedStrings'] : [])];
  const listed = types.flatMap((type) => workbookPart(workbook, type) ?? []);
  // Formulas of any sheet may refer to totals that moved; tables only grow where cells were written.
  const sheets = workbook.sheets.filter(({ kind }) => kind === 'worksheet');
  const tables = sheets
    .filter(({ name }) => changes.some(({ sheet }) => sheet === name))
    .flatMap(({ part }) => relationshipsOf(workbook.pkg, part).filter((each) => isType(each, 'table')));
  const names = [
    ...own,
    ...listed,
    ...sheets.map(({ part }) => part),
    ...tables.flatMap(({ part }) => part ?? []),
    ...(scrubbed ? partsBeside(workbook) : []),
  ];
  return new Set(names.map(partKey));
}

/** As many shared strings as before, each as it was or empty: that none in use is empty shows in the cells. */
function compareStrings(before: Workbook, after: Workbook): void {
  const [old, now] = [cellContext(before).strings(), cellContext(after).strings()];
  const isKept = Array.from({ length: old.count }, (_, index) => now.textOf(index)).every(
    (text, index) => text === '' || text === old.textOf(index),
  );
  if (old.count === now.count && isKept) return;
  throw mismatch(before.pkg.file, '共享文本变了', 'the shared strings changed');
}

/**
 * A large sheet of which only stretches were rewritten: the rewritten ones are inflated and compared, the copied bits
 * looked at one by one, the places where they meet inflated across, the directory's sums checked, and the cells of the
 * window compared as those of a whole sheet.
 */
function compareExtended(
  before: Workbook,
  after: Workbook,
  { window, splices, pieces, points, renewed, crc, size }: ExtendedPart,
  {
    sheet,
    changes,
    context,
  }: {
    readonly sheet: SheetPart;
    readonly changes: readonly CellChange[];
    readonly context: CellContext;
  },
): void {
  const { file } = before.pkg;
  const now = partEntry(after.pkg, sheet.part);
  const { bytes } = after.pkg;
  const start = dataStart(bytes, now);
  let at = start;
  let isSame = now.crc === crc && now.size === size;
  for (const piece of pieces) {
    const behind = at + piece.bytes.reduce((sum, { length }) => sum + length, 0);
    isSame &&=
      piece.kind === 'copied'
        ? isCopy(bytes, at, window.packed, piece.from, piece.to)
        : inflateRawSync(bytes.subarray(at, behind), { finishFlush: constants.Z_SYNC_FLUSH }).equals(
            piece.content,
          );
    at = behind;
  }
  // From a point before what is new to one behind it, as any reader will come by.
  const packed = { subarray: (from: number, to: number) => bytes.subarray(start + from, start + to) };
  const end = points.bits.length - 1;
  isSame &&=
    at === start + now.compressedSize &&
    renewed.every(
      ({ first, behind }) =>
        inflateBetween(packed, points, Math.max(0, first - 1), Math.min(end, behind + 1)) !== null,
    );
  if (!isSame) throw brokenPart(file, now.name);
  const [old, next] = [window.part, openXml(file, now.name, splicedWindow(window, splices))].map(openSheet);
  if (!old || !next) throw brokenPart(file, now.name);
  // Shared strings are only copied: their numbers say the same in both.
  const numbered = numberedStrings(context.strings());
  const strings = () => numbered;
  const changedRows = new Set(changes.filter((change) => change.sheet === sheet.name).map(({ row }) => row));
  compareCells(
    file,
    sheet.name,
    changes,
    {
      before: { sheet: old, context: { formats: context.formats, strings } },
      after: { sheet: next, context: { formats: cellContext(after).formats, strings } },
    },
    (value) => withText(value, context.strings()),
    showTheSame(before, after) ? equalRows(old, next, changedRows) : NO_ROWS,
  );
}

const NO_ROWS: ReadonlySet<number> = new Set();

/** Whether a number of a style stands for the same format in both. */
function showTheSame(before: Workbook, after: Workbook): boolean {
  const [old, now] = [before, after].map((workbook) => workbookPart(workbook, 'styles'));
  return old === now && (old == null || sameBytes(before, after, old));
}

/** Rows that stand in both sheets once and byte by byte the same, but for those that are to change. */
function equalRows(before: SheetXml, after: SheetXml, changed: ReadonlySet<number>): ReadonlySet<number> {
  const elementOf = ({ part }: SheetXml, { tag, end }: RowSpan) => part.source.slice(tag.start, end);
  const elements = new Map<number, string | null>();
  eachRow(before, (span) => {
    elements.set(span.row, elements.has(span.row) ? null : elementOf(before, span));
    return true;
  });
  const equal = new Set<number>();
  const seen = new Set<number>();
  eachRow(after, (span) => {
    const { row } = span;
    if (seen.has(row)) equal.delete(row);
    else if (!changed.has(row) && elements.get(row) === elementOf(after, span)) equal.add(row);
    seen.add(row);
    return true;
  });
  return equal;
}

interface SideToCompare {
  readonly sheet: SheetXml;
  readonly context: CellContext;
}

/** Row by row: what stood there, with the listed changes, is what stands there now. Rows known to be `equal` are passed over. */
function compareCells(
  file: string,
  sheet: string,
  changes: readonly CellChange[],
  sides: { readonly before: SideToCompare | null; readonly after: SideToCompare },
  textOf: (value: CellValue | undefined) => CellValue | undefined = (value) => value,
  equal: ReadonlySet<number> = NO_ROWS,
): void {
  const isWanted = ({ row }: RowSpan) => !equal.has(row);
  const expected = new Map<number, (CellValue | undefined)[]>();
  const refuse = (row: number, col: number) => {
    const cell = cellName(row, col);
    throw mismatch(file, `${sheet}!${cell} 与预期不同`, `${sheet}!${cell} is not what was intended`, {
      sheet,
      cell,
    });
  };
  const collect = ({ row, cells }: SheetRow) => {
    expected.set(row, [...cells]);
    return true;
  };
  if (sides.before) readSheetRows(sides.before.sheet, sides.before.context, collect, isWanted);
  for (const change of changes) {
    if (change.sheet !== sheet) continue;
    const cells = expected.get(change.row) ?? [];
    if (!sameValue(textOf(cells[change.col - 1]), change.before)) refuse(change.row, change.col);
    cells[change.col - 1] = change.after ?? undefined;
    expected.set(change.row, cells);
  }
  const compare = ({ row, cells }: SheetRow) => {
    const wanted = expected.get(row) ?? [];
    for (let index = Math.max(cells.length, wanted.length) - 1; index >= 0; index--) {
      if (!sameValue(cells[index], wanted[index])) refuse(row, index + 1);
    }
    expected.delete(row);
    return true;
  };
  readSheetRows(sides.after.sheet, sides.after.context, compare, isWanted);
  for (const [row, cells] of expected) {
    const col = cells.findIndex((cell) => cell) + 1;
    if (col > 0) refuse(row, col);
  }
}

function sameBytes(before: Workbook, after: Workbook, part: string): boolean {
  const a = before.pkg.parts.get(partKey(part));
  const b = after.pkg.parts.get(partKey(part));
  return a !== undefined && b !== undefined && isSameEntry(before.pkg, a, after.pkg, b);
}

function isSameEntry(before: Package, a: Entry, after: Package, b: Entry): boolean {
  return (
    a.end - a.start === b.end - b.start && holdAt(after.bytes, b.start, before.bytes.subarray(a.start, a.end))
  );
}

/** Whether another XML reader cannot parse it. */
async function isBroken(pkg: Package, entry: Entry): Promise<boolean> {
  if (entry.size > SECOND_OPINION) return false;
  // Loaded only where a small part changed at all.
  const { DOMParser } = await import('@xmldom/xmldom');
  const { bytes, encoding } = openXml(pkg.file, entry.name, readEntry(pkg, entry));
  const text = new TextDecoder(encoding).decode(bytes);
  try {
    new DOMParser({ onError: stopAtError }).parseFromString(text, 'text/xml');
    return false;
  } catch {
    return true;
  }
}

function brokenPart(file: string, part: string): Failure {
  return mismatch(file, `部件 ${part} 写坏了`, `the part ${part} came out broken`);
}

function stopAtError(level: string, message: string): void {
  if (level !== 'warning') throw new Error(message);
}

function mismatch(
  file: string,
  zh: string,
  en: string,
  place: { sheet?: string; cell?: string } = {},
): Failure {
  return new Failure(
    'file',
    {
      zh: `${file}:写入前核对没有通过:${zh}。没有写入,原文件没有变。请把文件另存一份再试,并报告这个问题。`,
      en: `${file}: the check before writing failed: ${en}. Nothing was written; the file is as it was. Save a copy with Excel and try that, and report this.`,
    },
    { file, ...place },
  );
}
