import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Packer, rowAt } from '../../core/packed-sheet.ts';
import { Failure } from '../../failure.ts';
import { orBusy } from '../busy.ts';
import { errnoOf, hashFile, hashPieces, holdsPieces } from '../files.ts';
import { readFailure } from '../look.ts';
import type { Plan, Store } from '../store.ts';
import { type IndexFiles, openIndex } from './book-index.ts';
import { cellContext } from './context.ts';
import { wantPoints } from './deflate-points.ts';
import type { PlannedEdit } from './edit.ts';
import { endInflater } from './inflate-apart.ts';
import { openPackage, partEntry, partKey, STREAMED } from './package.ts';
import { readSharedTexts, type SharedTexts } from './shared-texts.ts';
import { packSheet, type StreamContext } from './sheet-stream.ts';
import { areAsPacked } from './window-check.ts';
import { openWorkbook, type Workbook, workbookPart, worksheetOf } from './workbook.ts';

/** How a large workbook is opened. */
export interface XlsxUse {
  /** Where what an earlier command learned of it may lie (`book-index.ts`); null: it is not looked for. */
  readonly index: string | null;
  /** What lies there, as it was read. */
  readonly learned: IndexFiles | null;
  /** It is likely to be written: what that needs is found while it is read. */
  readonly writes: boolean;
}

/**
 * Opens the bytes of an .xlsx or .xlsm. `path` is what people named, `target` the real file behind it, `hash` the
 * SHA-256 of the bytes. Refuses (Failure 'file') everything that is no such workbook, saying what it is and what to do.
 */
export async function openXlsx(
  path: string,
  bytes: Uint8Array,
  hash: string,
  target = path,
  use: XlsxUse = { index: null, learned: null, writes: false },
): Promise<Store> {
  const pkg = openPackage(path, bytes);
  const workbook = openWorkbook(pkg);
  const context = cellContext(workbook);
  const stringsName = workbookPart(workbook, 'sharedStrings');
  const index = openIndex(use.learned, hash, pkg);
  let texts: SharedTexts | undefined = index?.texts;
  const packed = new Map<string, Packer>();
  const openStream = async (): Promise<StreamContext> => {
    const entry = stringsName === null ? null : partEntry(pkg, stringsName);
    if (entry && use.writes && !texts) wantPoints(entry);
    const known = texts ?? (await readSharedTexts(pkg, entry, use.writes && use.index !== null));
    texts = known;
    const strings = {
      count: known.shared,
      textOf: (index: number) => (index >= 0 && index < known.shared ? known.textOf(index) : undefined),
    };
    return { texts: known, formats: context.formats, strings: () => strings };
  };
  const edits = new WeakMap<Plan, PlannedEdit>();
  const entryOf = (sheet: string) => partEntry(pkg, worksheetOf(workbook, sheet).part);
  const keyOf = (sheet: string) => partKey(worksheetOf(workbook, sheet).part);
  const saved: Store['saved'] = async (plan, { folder, owner, hash: now }) => {
    const edit = edits.get(plan);
    if (!edit || !texts || plan.scrubbed === true) return;
    const { keepIndex } = await import('./keep-index.ts');
    const stringsPart = stringsName === null ? null : partKey(stringsName);
    await keepIndex(folder, { ...edit, pkg, index, packed, texts, stringsPart, hash: now }, owner);
  };
  return {
    format: 'xlsx',
    path,
    book: target,
    files: [target],
    sheets: workbook.sheets.map(({ name, kind, hidden }) => ({ name, kind, hidden })),
    bytes: inflatedBytes(workbook, stringsName),
    isOutput: workbook.isOutput,
    dates1904: workbook.dates1904,
    async readRows(sheet, visit) {
      const stream = await openStream();
      await packSheet(pkg, entryOf(sheet), sheet, stream, (packer) => {
        const row = rowAt(packer, 0);
        packer.count = 0;
        packer.cells = 0;
        packer.hidden.clear();
        return visit(row) !== false;
      });
    },
    async readPacked(sheet, isAppended = false) {
      const key = keyOf(sheet);
      const entry = entryOf(sheet);
      const known = packed.get(key) ?? index?.sheets.get(key)?.packed;
      if (use.writes && !known) wantPoints(entry, isAppended ? 'ends' : 'all');
      const rows = known ? { ...known, sheet } : await packSheet(pkg, entry, sheet, await openStream());
      if (use.index !== null) packed.set(key, rows);
      return rows;
    },
    async letGo() {
      await endInflater();
      // Through an index, texts are looked up in the file when they are asked for.
      if (use.index === null || use.writes || index) return;
      const small = pkg.entries.filter(({ size }) => size < STREAMED);
      pkg.held.letGo(small, () => readAgain(path, target, hash));
    },
    isUnchanged: () =>
      orBusy(path, async () =>
        pkg.held.isWhole() ? holdsPieces(target, [pkg.bytes.subarray(0)]) : (await hashFile(target)) === hash,
      ),
    async plan(patches, options = { scrub: null }) {
      const { planPatches } = await import('./edit.ts');
      const stream = await openStream();
      const edit = await planPatches(workbook, stream, patches, options);
      const { changes, pieces } = edit;
      for (const { window } of edit.extended) {
        const known = packed.get(partKey(window.entry.name));
        const rows = changes.filter(({ sheet }) => sheet === known?.sheet).map(({ row }) => row);
        if (!index || !known || areAsPacked(window, known, new Set(rows), stream)) continue;
        await rm(use.index ?? '', { recursive: true, force: true });
        throw unlikeIndex(path);
      }
      const plan = {
        changes,
        files: [{ path: target, baseHash: hash, base: pkg.bytes.subarray(0), pieces }],
        scrubbed: options.scrub !== null,
      };
      edits.set(plan, edit);
      return plan;
    },
    async verify(plan) {
      const { verifyPieces } = await import('./verify.ts');
      await verifyPieces(workbook, plan.changes, plan.files[0]?.pieces ?? [], {
        extended: edits.get(plan)?.extended ?? [],
        context: await openStream(),
        scrubbed: plan.scrubbed === true,
      });
    },
    ...(use.index === null ? {} : { saved }),
    async findOutsideCells({ files }, texts) {
      const { partsNaming } = await import('./scrub.ts');
      return partsNaming(path, files[0]?.pieces ?? [], texts);
    },
  };
}

/** As the directory has it; whoever inflates holds it to that. */
function inflatedBytes({ pkg, sheets }: Workbook, strings: string | null): number {
  const parts = [...sheets.filter(({ kind }) => kind === 'worksheet').map(({ part }) => part), strings ?? ''];
  return parts.reduce((sum, part) => sum + (pkg.parts.get(partKey(part))?.size ?? 0), 0);
}

/** The bytes with that hash. Refuses what is another file by now, is there no more, or cannot be read. */
function readAgain(path: string, target: string, hash: string): Buffer {
  try {
    const bytes = readFileSync(target);
    if (hashPieces([bytes]) === hash) return bytes;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw readFailure(path, error);
  }
  throw changedMeanwhile(path);
}

/** What was read of it and what it says now are two books. */
function changedMeanwhile(file: string): Failure {
  return new Failure(
    'busy',
    {
      zh: `${file} 在读取过程中被别的程序改了或移走了;没有写入。请再执行一次。`,
      en: `${file} was changed or moved away by another program while it was being read; nothing was written. Run the command again.`,
    },
    { file },
  );
}

/** Its hash and its sums were right, and it says something else than the workbook: nothing is decided on that. */
function unlikeIndex(file: string): Failure {
  return new Failure(
    'busy',
    {
      zh: `${file}:状态文件夹里的索引与表不符,已经丢掉;没有写入。请再执行一次。`,
      en: `${file}: the index in the state folder does not match the table and was thrown away; nothing was written. Run the command again.`,
    },
    { file },
  );
}
