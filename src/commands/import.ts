import { basename, dirname, extname, relative, resolve } from 'node:path';
import { LEFT, type Written, writeBook } from '../app.ts';
import type { Book } from '../core/book.ts';
import { isDecision } from '../core/decision.ts';
import { type Imported, type ImportTable, importLeads, type RowReport } from '../core/import.ts';
import { columnsRead } from '../core/import-columns.ts';
import { type Message, plain } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { rejectRecords } from '../core/rejects.ts';
import { columnLetters } from '../core/sheet.ts';
import { visible } from '../core/text.ts';
import { chooseOutput } from '../output-file.ts';
import type { Reading } from '../read-book.ts';
import { renderCsv } from '../render/csv.ts';
import { countRows, firstNotes, importLines, previewGrid } from '../render/import-text.ts';
import { renderGrid } from '../render/terminal.ts';
import type { Session } from '../session.ts';
import { type OutputTarget, removeOutput, writeBeside, writeOutput } from '../storage/output.ts';
import { addedHeaders, changeJson, changeLine, writtenPlaces } from '../write-words.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { type ReadTables, readTables, rememberMaps, STDIN } from './import-tables.ts';
import { textOption } from './option-values.ts';

export const importCommand: CommandSpec = {
  name: 'import',
  args: '<files...>',
  summary: {
    zh: '从 CSV / Excel 名单导入线索,不重复;- 从标准输入读',
    en: 'import leads from CSV or Excel lists, without duplicates; - reads stdin',
  },
  writes: true,
  options: [
    {
      flags: '--map <column=field>',
      text: {
        zh: '列=字段(表头不同名时;列=- 表示不导入),可多次',
        en: 'COLUMN=FIELD where a header is called otherwise (COLUMN=-: leave out); repeatable',
      },
      repeat: true,
    },
    {
      flags: '--source <channel>',
      text: { zh: '来源渠道,用于没有写的行', en: 'source channel of rows that name none' },
    },
    {
      flags: '--owner <name>',
      text: { zh: '销售负责人,用于没有写的行', en: 'owner of rows that name none' },
    },
    {
      flags: '--tags <tags>',
      text: { zh: '需求标签,用于没有写的行', en: 'tags of rows that name none' },
    },
    { flags: '--sheet <name>', text: { zh: 'Excel 文件里的哪张工作表', en: 'which sheet of an Excel file' } },
    {
      flags: '--rejects <file>',
      text: {
        zh: '拒绝的行写到哪个 CSV(默认在名单旁边)',
        en: 'the CSV file for rejected rows (default: beside the list)',
      },
    },
    {
      flags: '--atomic',
      text: { zh: '有一行不能导入就都不导入', en: 'import nothing if any row cannot be imported' },
    },
  ],
  examples: [
    'import 展会名单.csv --source 行业展会 --dry-run',
    'import 展会名单.csv 官网表单.xlsx --source 行业展会 --owner 王芳',
    'import 名片.xlsx --map 单位=客户名称 --map 备注=-',
    'import 展会名单-未导入.csv',
    'import 企业名录.xlsx --source 企业名录 --tags 需要CRM系统',
    'import - --atomic',
  ],
  async run(session, [files], options) {
    const names = Array.isArray(files) ? files : [];
    let rejects: Rejects = { target: null, written: null };
    let read: (ReadTables & { readonly reading: Reading }) | null = null;
    const decide = ({ book, today }: Reading, tables: readonly ImportTable[]) => {
      const given = (name: string) => textOption(options, name)?.trim() ?? '';
      const defaults = { source: given('source'), owner: given('owner'), tags: given('tags') };
      const progress = (done: number, of: number) => {
        if (done % 100 === 0)
          session.progress.step({ zh: `正在查重 ${done}/${of} 行…`, en: `Row ${done} of ${of}…` });
      };
      return importLeads(book, tables, { defaults, atomic: options.atomic === true, progress }, today);
    };
    const code = await writeBook<readonly ImportTable[], Imported>(session, {
      async ask(reading) {
        const named = textOption(options, 'rejects');
        if (named !== null)
          rejects = { ...rejects, target: await chooseOutput(session, reading.store, named) };
        const found = await readTables(session, reading, names, options);
        read = { ...found, reading };
        if (!session.interactive || session.options.dryRun) return found.tables;
        const made = decide(reading, found.tables);
        // What is refused, or adds nothing, is said as it always is.
        const isAsked = isDecision(made) && made.newRows.length + made.leads.length > 0;
        if (!isAsked || (await agree(session, made.rows))) return found.tables;
        session.note({ zh: '没有写入任何内容。', en: 'Nothing was written.' });
        read = null;
        return LEFT;
      },
      queued: () => (names.includes(STDIN) ? null : [session.words()]),
      decide,
      async beforeSave(reading, { rows }) {
        const rejected = rows.filter(({ result }) => result === 'rejected');
        if (rejected.length === 0) return async () => {};
        const written = await writeRejects(session, reading, rejected, rejects.target);
        rejects = { ...rejects, written: written.path };
        return async () => {
          if (written.made) await removeOutput(written.path);
        };
      },
      show: (written) =>
        showImported(session, written, { rejects: rejects.written, maps: read?.maps ?? [] }, options),
    });
    const done = read as (ReadTables & { readonly reading: Reading }) | null;
    if (done && !session.options.dryRun && !session.queued)
      await rememberMaps(session, done.reading, done.tables, options);
    return code;
  },
};

/** Shows the first rows as they will be read, and asks once for all of them. */
async function agree(session: Session, rows: readonly RowReport[]): Promise<boolean> {
  const { askConfirm } = await import('../prompt/ask.ts');
  const { added, duplicates, rejected, invalid } = countRows(rows);
  // Beside the notes on the columns: data is printed when the program ends, this must be read before the answer.
  session.note(plain(renderGrid(previewGrid(rows), { ...session.style, color: false })));
  return askConfirm(session, {
    zh: `导入这份名单(新增 ${added},重复 ${duplicates},拒绝 ${rejected},剔除 ${invalid})?`,
    en: `Import this list (${added} added, ${duplicates} duplicate${duplicates === 1 ? '' : 's'}, ${rejected} rejected, ${invalid} screened out)?`,
  });
}

interface Rejects {
  /** What --rejects names. */
  readonly target: OutputTarget | null;
  readonly written: string | null;
}

/** The rejected rows where --rejects says, else beside the list they come from (for stdin, in the working folder). */
async function writeRejects(
  session: Session,
  { store }: Reading,
  rejected: readonly RowReport[],
  target: OutputTarget | null,
): Promise<{ readonly path: string; readonly made: boolean }> {
  const { io } = session;
  const { cwd } = io;
  const bytes = renderCsv(rejectRecords(rejected, session.lang));
  if (target) {
    await writeOutput(target, bytes, io);
    return { path: target.path, made: !target.exists };
  }
  const file = rejected[0]?.table.file ?? STDIN;
  const source = resolve(cwd, file);
  const name = file === STDIN ? 'stdin' : basename(source, extname(source)).replace(/-未导入(?:-\d+)?$/, '');
  const folder = file === STDIN ? cwd : dirname(source);
  // A CSV store takes no further file into its folder: it would be a sheet.
  return writeBeside([folder, dirname(folder)], `${name}-未导入.csv`, bytes, { store, io });
}

/** Counts and reasons, where the rejected rows are, what was written and how to undo it. */
function showImported(
  session: Session,
  { reading, made, plan, dryRun }: Written<Imported>,
  { rejects: rejectsPath, maps }: { readonly rejects: string | null; readonly maps: readonly string[] },
  options: OptionValues,
): void {
  const { rows, ids, notes } = made;
  const rejects = rejectsPath && shortPath(session, rejectsPath);
  const added = addedHeaders(reading, plan.changes);
  const undo = dryRun || plan.changes.length === 0 ? null : commandText(reading.book, 'undo');
  if (session.options.json) {
    session.json({
      ...countRows(rows),
      rejects,
      rows: rows.map(({ table, source, result, reason, id }) => ({
        file: table.file,
        row: source.row,
        result,
        reason: reason && session.say(reason),
        id,
      })),
      columns: columnsJson(rows, session),
      ids,
      ...(dryRun
        ? { dryRun, changes: plan.changes.map((change) => changeJson(reading, change, added)) }
        : {}),
      undo,
      notes: notes.map((note) => session.say(note)),
    });
    return;
  }
  for (const note of firstNotes(notes)) session.note(note);
  if (dryRun || session.options.verbose)
    for (const change of plan.changes) session.print(changeLine(reading, change, added));
  if (dryRun && rows.length > 0) session.print(renderGrid(previewGrid(rows), session.style));
  for (const line of importLines(rows, dryRun)) session.print(visible(session.say(line)));
  if (rejects !== null)
    session.print(visible(session.say(rejectsLine(reading.book, rejects, maps, options))));
  if (undo !== null) {
    const where = writtenPlaces(plan.changes);
    session.print(
      visible(
        session.say({
          zh: `已写入 ${ids.length} 个新商机:${where.zh}。撤销: ${undo}`,
          en: `Written, ${ids.length} new deal${ids.length === 1 ? '' : 's'}: ${where.en}. To undo: ${undo}`,
        }),
      ),
    );
  } else if (dryRun) session.print(session.say({ zh: '没有写入任何内容。', en: 'Nothing was written.' }));
}

/** What each column of each list was read as. */
function columnsJson(rows: readonly RowReport[], session: Session) {
  return [...new Set(rows.map(({ table }) => table))].flatMap(({ file, columns }) =>
    columnsRead(columns).map(({ col, header, field }) => ({
      file,
      column: columnLetters(col),
      header,
      field: session.say(field),
    })),
  );
}

/** Where the rejected rows are, and the command that takes them once they are corrected. */
function rejectsLine(book: Book, rejects: string, said: readonly string[], options: OptionValues): Message {
  const flags = ['source', 'owner', 'tags'].flatMap((name) => {
    const value = textOption(options, name);
    return value === null ? [] : [`--${name}`, value];
  });
  const maps = said.flatMap((value) => ['--map', value]);
  const command = commandText(book, 'import', rejects, ...maps, ...flags);
  return {
    zh: `拒绝的行和原因在 ${rejects};改好后: ${command}`,
    en: `The rejected rows, with reasons, are in ${rejects}; once corrected: ${command}`,
  };
}

/** A path as people type it from where they are. */
function shortPath({ io }: Session, path: string): string {
  const short = relative(io.cwd, path);
  return short.startsWith('..') ? path : short;
}
