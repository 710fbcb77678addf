import type { TableShape } from '../core/book.ts';
import { fieldInfo } from '../core/fields.ts';
import type { SheetRow } from '../core/sheet.ts';
import { type LeftCell, planUndo } from '../core/undo.ts';
import type { TableRole, UndoTable } from '../core/undo-rows.ts';
import { Failure } from '../failure.ts';
import { type Reading, readBook, readStore } from '../read-book.ts';
import type { Session } from '../session.ts';
import { hashFile } from '../storage/files.ts';
import { type JournalEntry, readKept } from '../storage/journal.ts';
import { openBefore } from '../storage/open.ts';
import { targetOf } from '../storage/replace.ts';
import type { StateFolder } from '../storage/state-folder.ts';
import type { Plan, Store } from '../storage/store.ts';

/** How an entry is taken back. */
export interface TakingBack {
  readonly reading: Reading;
  /** What verifies the plan: the bytes themselves where they are the old ones. */
  readonly store: Pick<Store, 'path' | 'book' | 'verify'>;
  readonly plan: Plan;
  readonly left: readonly LeftCell[];
  /** The file is still what the command left: the old bytes come back. */
  readonly exact: boolean;
  /** What a question is about: it must not differ when the answer is acted upon. */
  readonly agreed: readonly unknown[];
}

/** Exactly the previous bytes where nothing was written since; else only the command's own cells that still hold. */
export async function planTakingBack(
  session: Session,
  path: string,
  state: StateFolder,
  entry: JournalEntry,
): Promise<TakingBack> {
  const reading = await readBook(session, path);
  const kept = await readKept(state, entry);
  if (kept !== null && (await isUntouched(state, entry))) {
    const changes = entry.changes.map((change) => ({
      ...change,
      before: change.after,
      after: change.before,
    }));
    const files = entry.files.map((file, index) => ({
      path: targetOf(state, file),
      baseHash: file.hashAfter,
      pieces: piecesOf(kept[index]),
    }));
    const verify = async () => {};
    return {
      reading,
      store: { path, book: state.book, verify },
      plan: { changes, files },
      left: [],
      exact: true,
      agreed: [entry.n],
    };
  }
  if (kept === null) throw keptGone(state, entry);
  const sheets = new Set(entry.changes.map(({ sheet }) => sheet));
  const before = await tablesOf(
    await readStore(session, await openBefore(reading.store, state, entry)),
    sheets,
  );
  const { patches, left } = planUndo(entry.changes, before, await tablesOf(reading, sheets));
  const plan = await reading.store.plan(patches);
  return { reading, store: reading.store, plan, left, exact: false, agreed: patches };
}

async function isUntouched(state: StateFolder, { files }: JournalEntry): Promise<boolean> {
  // The book was renamed since, and its history with it: what bears its old name now is another one.
  if (state.book !== state.home && files.some((file) => targetOf(state, file) !== state.book)) return false;
  for (const file of files) if ((await hashFile(targetOf(state, file))) !== file.hashAfter) return false;
  return true;
}

function piecesOf(bytes: Uint8Array | null | undefined): readonly Uint8Array[] | null {
  return bytes ? [bytes] : null;
}

/** The sheets funnel knows, and those of `sheets` that it does not. */
export async function tablesOf(
  { store, book }: Reading,
  sheets: ReadonlySet<string>,
): Promise<readonly UndoTable[]> {
  const { shape, logShape, leadsShape, settingsShape } = book;
  const textAt = (key: 'id' | 'stage' | 'followUps') =>
    shape.headers.get(shape.columns.get(key) ?? 0) ?? fieldInfo(key).header.zh;
  const known: readonly (Omit<UndoTable, 'rows'> | null)[] = [
    {
      role: 'tracking',
      sheet: shape.sheet,
      headerRow: shape.headerRow,
      headers: shape.headers,
      keys: [textAt('id')],
      deal: textAt('id'),
      anchors: [textAt('stage'), textAt('followUps')],
    },
    logShape && plainTable('log', logShape, ['序号', '商机编号'], '商机编号'),
    leadsShape && plainTable('leads', leadsShape, ['客户名称', '录入日期', '商机编号'], '商机编号'),
    settingsShape && plainTable('settings', settingsShape, ['类别', '名称'], null),
  ];
  const tables = known.filter((table) => table !== null);
  const others = store.sheets
    .filter(
      ({ name, kind }) =>
        kind === 'worksheet' && sheets.has(name) && !tables.some(({ sheet }) => sheet === name),
    )
    .map(
      ({ name }): Omit<UndoTable, 'rows'> => ({
        role: 'other',
        sheet: name,
        headerRow: 0,
        headers: new Map(),
        keys: [],
        deal: null,
        anchors: [],
      }),
    );
  return Promise.all(
    [...tables, ...others].map(async (table) => ({ ...table, rows: await rowsOf(store, table.sheet) })),
  );
}

function plainTable(
  role: TableRole,
  { sheet, headerRow, columns }: TableShape,
  keys: readonly string[],
  deal: string | null,
): Omit<UndoTable, 'rows'> {
  return {
    role,
    sheet,
    headerRow,
    headers: new Map([...columns].map(([header, col]) => [col, header])),
    keys,
    deal,
    anchors: [],
  };
}

async function rowsOf(store: Store, sheet: string): Promise<ReadonlyMap<number, SheetRow>> {
  const rows = new Map<number, SheetRow>();
  await store.readRows(sheet, (row) => {
    rows.set(row.row, row);
    return undefined;
  });
  return rows;
}

function keptGone({ kept }: StateFolder, { n }: JournalEntry): Failure {
  return new Failure(
    'refused',
    {
      zh: `第 ${n} 条命令之前的文件已不在 ${kept}(只保留最近 20 本、500 MB),不能撤销`,
      en: `The file from before command ${n} is no longer in ${kept} (the last 20 are kept, at most 500 MB); it cannot be taken back`,
    },
    { file: kept },
  );
}
