import { join } from 'node:path';
import { inputText } from '../../core/cell-input.ts';
import { formatDay } from '../../core/date.ts';
import type { Message } from '../../core/message.ts';
import { type CellInput, cellName, type Patch } from '../../core/sheet.ts';
import { isSumLabel } from '../../core/sum-row.ts';
import { Failure } from '../../failure.ts';
import { hashPieces } from '../files.ts';
import type { Plan } from '../store.ts';
import { unfitReason } from '../unfit.ts';
import { likeOtherDates } from './date-style.ts';
import { type CsvDraft, changesOf, draftSheet, draftText, insertRow, rowTexts, typeText } from './draft.ts';
import type { CsvFile } from './records.ts';
import { writeSheet } from './write.ts';

/** What a plan is made from: the sheets of a folder. */
export interface CsvSheets {
  /** The real folder: where new sheets go. */
  readonly folder: string;
  readonly names: readonly string[];
  /** The real file of a sheet, and what stands in it. */
  read(sheet: string): Promise<{ readonly target: string; readonly file: CsvFile }>;
}

/** Applies patches, in order: every cell that changes, and the files that are written anew. Nothing is written yet. */
export async function planPatches(sheets: CsvSheets, patches: readonly Patch[]): Promise<Plan> {
  const drafts = new Map<string, CsvDraft>();
  for (const patch of patches) {
    const name = patch.op === 'set' ? patch.place.sheet : patch.sheet;
    const draft = drafts.get(name) ?? (await startDraft(sheets, name, patch.op === 'addSheet'));
    drafts.set(name, draft);
    applyPatch(draft, patch);
  }
  const planned = [...drafts.values()].map((draft) => ({ draft, changes: changesOf(draft) }));
  const written = planned.filter(
    ({ draft, changes }) => changes.length > 0 || !sheets.names.includes(draft.sheet),
  );
  return {
    changes: planned.flatMap(({ changes }) => changes),
    files: await Promise.all(
      written.map(async ({ draft }) => ({
        path: draft.path,
        baseHash: sheets.names.includes(draft.sheet)
          ? hashPieces([(await sheets.read(draft.sheet)).file.bytes])
          : null,
        pieces: writeSheet(draft),
      })),
    ),
  };
}

async function startDraft(sheets: CsvSheets, name: string, isNew: boolean): Promise<CsvDraft> {
  if (isNew && !sheets.names.includes(name)) {
    refuseName(sheets, name);
    return draftSheet(name, join(sheets.folder, `${name}.csv`), null);
  }
  const { target, file } = await sheets.read(name);
  // A file without a byte has no habits: it is written like a new one.
  return draftSheet(name, target, file.bytes.length === 0 ? null : file);
}

function applyPatch(draft: CsvDraft, patch: Patch): void {
  switch (patch.op) {
    case 'set':
      putInput(draft, patch.place.row, patch.place.col, patch.input);
      break;
    case 'append': {
      const row = newRow(draft);
      for (const [col, input] of patch.cells) putInput(draft, row, col, input);
      break;
    }
    case 'addColumn':
      if (draftText(draft, patch.headerRow, patch.col) !== '') {
        throw sheetFailure(draft, {
          zh: `要加“${patch.header}”列,但那一格已有内容`,
          en: `the column "${patch.header}" is to go where a cell is taken`,
        });
      }
      typeText(draft, patch.headerRow, patch.col, patch.header);
      break;
    case 'addSheet':
      if (draft.lastFilled > 0)
        throw sheetFailure(draft, { zh: '已有同名的表', en: 'a sheet of that name is there already' });
      for (const [index, header] of patch.headers.entries()) typeText(draft, 1, index + 1, header);
  }
}

/** The row behind the last one that holds a value; before a 合计 row that people typed at the end, which steps down. */
function newRow(draft: CsvDraft): number {
  const { lastFilled, inserted } = draft;
  const last = inserted ? inserted.at + inserted.count : lastFilled;
  for (let row = last; row > Math.max(1, last - 5); row--) {
    if (!isSumLabel(rowTexts(draft, row).find((text) => text !== '') ?? '')) continue;
    insertRow(draft, row);
    return row;
  }
  return lastFilled + 1;
}

function putInput(draft: CsvDraft, row: number, col: number, input: CellInput): void {
  // What is not there need not be blanked.
  if (input.kind === 'blank' && draftText(draft, row, col) === '') return;
  const unfit = unfitReason(input);
  if (unfit) throw sheetFailure(draft, unfit, cellName(row, col));
  typeText(draft, row, col, textOf(draft, row, col, input));
}

/** Numbers plain, without grouping; dates as the column's other cells are written, else 2026-11-23; of a formula what it shows. */
function textOf(draft: CsvDraft, row: number, col: number, input: CellInput): string {
  if (input.kind === 'formula') return textOf(draft, row, col, input.shows);
  if (input.kind === 'date') return likeOtherDates(formatDay(input.day), draft, row, col);
  return input.kind === 'number' ? String(Number(input.value.toPrecision(15))) : inputText(input);
}

/** A sheet's name is its file's: what no file of any system may be called is refused. */
function refuseName({ folder, names }: CsvSheets, name: string): void {
  const taken = names.find((each) => each.toLowerCase() === name.toLowerCase());
  if (taken === undefined && name !== '' && !/[\\/:*?"<>|\p{Cc}]|^[.~]|[. ]$/u.test(name)) return;
  const fact: Message =
    taken === undefined
      ? { zh: '这个名字不能作文件名', en: 'no file may be called that' }
      : { zh: `已有只差大小写的 ${taken}.csv`, en: `${taken}.csv differs by case only` };
  throw new Failure(
    'file',
    {
      zh: `${folder}:不能加表“${name}”:${fact.zh}。没有写入`,
      en: `${folder}: the sheet "${name}" cannot be added: ${fact.en}. Nothing was written`,
    },
    { file: folder, sheet: name },
  );
}

function sheetFailure({ path, sheet }: CsvDraft, fact: Message, cell?: string): Failure {
  const at = cell === undefined ? '' : ` ${sheet}!${cell}`;
  return new Failure(
    'file',
    { zh: `${path}${at}:${fact.zh}。没有写入`, en: `${path}${at}: ${fact.en}. Nothing was written` },
    { file: path, sheet, ...(cell === undefined ? {} : { cell }) },
  );
}
