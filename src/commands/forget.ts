import { refuseUnadopted } from '../app.ts';
import { SHEETS } from '../core/book.ts';
import type { Deal } from '../core/deal.ts';
import { dealName } from '../core/draft.ts';
import { type ForgetSheet, type Forgetting, forgetCustomer } from '../core/forget.ts';
import { counted, plain } from '../core/message.ts';
import { commandText } from '../core/paste.ts';
import { placeName, type SheetRow } from '../core/sheet.ts';
import { normalizeWidth, visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { writingText } from '../progress.ts';
import { type Reading, readBook } from '../read-book.ts';
import type { Session } from '../session.ts';
import { ownershipOf } from '../storage/files.ts';
import { type Forgotten, type ForgottenTraces, findNamingFiles, forgetTraces } from '../storage/forget.ts';
import { saveBook, withLock } from '../storage/save.ts';
import { stateFolderOf } from '../storage/state-folder.ts';
import type { Plan, Store } from '../storage/store.ts';
import { changeJson, changeLine, writtenPlaces } from '../write-words.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { chooseDeal, sameDeal } from './deal-argument.ts';
import { textOption } from './option-values.ts';

export const forgetCommand: CommandSpec = {
  name: 'forget',
  args: '<deal>',
  summary: {
    zh: '应客户要求删除其个人信息:表、过程记录、日志、保留的旧文件;数字不变,不能撤销(个人信息保护法 47 条)',
    en: "erase a customer's personal data at their request: table, log, journal, kept files; counts stay; cannot be undone",
  },
  brief: {
    zh: '应客户要求删除其个人信息,不能撤销',
    en: "erase a customer's personal data; cannot be undone",
  },
  writes: true,
  queues: false,
  options: [
    {
      flags: '--name <customer>',
      text: {
        zh: '客户名称,原样再写一遍(终端里会问)',
        en: "the customer's name once more, as it stands (asked in a terminal)",
      },
    },
  ],
  examples: [
    'forget 李建国 --dry-run',
    'forget L20261123-001',
    'forget L20261123-001 --name 李建国装饰工作室',
  ],
  async run(session, [query], options) {
    const first = await readBook(session);
    refuseUnadopted(first);
    const deal = await chooseDeal(session, first, String(query ?? ''));
    const planned = await planForgetting(session, first, deal);
    if (session.options.dryRun) {
      showForgotten(session, planned, null);
      return EXIT.done;
    }
    await confirmName(session, planned, deal, options);
    const { wait, ignoreLock } = session.options;
    const { book, files } = first.store;
    return withLock(
      { book, files, wait, ignoreLock, io: session.io, waiting: session.progress.waiting },
      () => forget(session, deal, planned.forgetting.ids),
    );
  },
};

interface Planned {
  readonly reading: Reading;
  readonly forgetting: Forgetting;
  readonly forgotten: Forgotten;
  readonly plan: Plan;
  /** Where the names still stand: cells of others, parts of the workbook beside the cells. */
  readonly remaining: readonly string[];
}

/** Inside the lock: the traces first, then the book, so that a run killed between the two can be given again. */
async function forget(session: Session, deal: Deal, ids: readonly string[]): Promise<ExitCode> {
  const reading = await readBook(session);
  const planned = await planForgetting(session, reading, sameDeal(reading.book, deal));
  const { forgetting, forgotten, plan } = planned;
  const { store, by } = reading;
  if (forgetting.ids.join() !== ids.join()) throw changedFailure(store.path);
  await store.verify(plan);
  const state = stateFolderOf(store.book, session.io.cwd);
  const traces = await forgetTraces(state, forgotten, await ownershipOf(store.files[0] ?? store.book));
  const command = ['forget', deal.row.id ?? ''];
  session.progress.step(writingText(store.path));
  await saveBook({ store, plan, io: session.io, user: by, command, forgets: true });
  showForgotten(session, planned, traces);
  return EXIT.done;
}

/** What goes and what stays. Refused while another file of the state folder (queued commands) names the customer. */
async function planForgetting(session: Session, reading: Reading, deal: Deal): Promise<Planned> {
  const { store, book } = reading;
  const forgetting = forgetCustomer(book, await readSheets(store), deal);
  const forgotten = { ids: new Set(forgetting.ids), names: forgetting.names, logSheet: SHEETS.log };
  const naming = await findNamingFiles(stateFolderOf(store.book, session.io.cwd), forgotten);
  if (naming.length > 0) throw namedElsewhere(reading, naming);
  const plan = await store.plan(forgetting.patches, { scrub: forgetting.names });
  const outside = (await store.findOutsideCells?.(plan, forgetting.names)) ?? [];
  return {
    reading,
    forgetting,
    forgotten,
    plan,
    remaining: [...forgetting.mentions.map(placeName), ...outside],
  };
}

async function readSheets(store: Store): Promise<readonly ForgetSheet[]> {
  const sheets: ForgetSheet[] = [];
  for (const { name, kind } of store.sheets) {
    if (kind !== 'worksheet') continue;
    const rows: SheetRow[] = [];
    await store.readRows(name, (row) => {
      rows.push(row);
      return undefined;
    });
    sheets.push({ sheet: name, rows });
  }
  return sheets;
}

/** The name is typed again: --name, else a question. It cannot be undone, so --yes is not enough. */
async function confirmName(
  session: Session,
  { reading, forgetting }: Planned,
  deal: Deal,
  options: OptionValues,
): Promise<void> {
  const { customer } = deal.row;
  const isSame = (text: string) => normalizeWidth(text).trim() === normalizeWidth(customer).trim();
  const given = textOption(options, 'name');
  if (given !== null && isSame(given)) return;
  if (given !== null || !session.interactive) {
    const look = commandText(reading.book, 'forget', deal.row.id ?? customer, '--dry-run');
    throw new Failure(
      'usage',
      given === null
        ? {
            zh: `删除不能撤销,要用 --name 再写一遍客户名称(${dealName(deal)})。先看清楚: ${look}`,
            en: `This cannot be undone: give the customer's name once more with --name (${dealName(deal)}). Look first: ${look}`,
          }
        : {
            zh: `--name「${given}」不是这个商机的客户名称(${dealName(deal)}),没有删除任何内容`,
            en: `--name “${given}” is not the customer of this deal (${dealName(deal)}); nothing was erased`,
          },
      { file: reading.store.path, ...(given === null ? {} : { value: given }), expected: '--name' },
    );
  }
  const { askText } = await import('../prompt/ask.ts');
  const ids = forgetting.ids.join('、');
  const typed = await askText(session, {
    message: {
      zh: `删除 ${ids} 的个人信息,不能撤销,此前的命令也不能再撤销。请输入客户名称「${customer}」`,
      en: `This erases the personal data of ${ids} for good, and no earlier command can be undone. Type the customer's name, ${customer}`,
    },
  });
  if (isSame(typed)) return;
  throw new Failure(
    'refused',
    { zh: '名称不一样,没有删除任何内容', en: 'That is not the name; nothing was erased' },
    { file: reading.store.path },
  );
}

/** `traces` null: a dry run, which alone shows what stood in the cells. */
function showForgotten(session: Session, planned: Planned, traces: ForgottenTraces | null): void {
  const { reading, forgetting, plan, remaining } = planned;
  const { ids } = forgetting;
  if (session.options.json) {
    const changes = plan.changes.map((change) =>
      changeJson(reading, traces ? { ...change, before: null } : change),
    );
    session.json({
      ...(ids.length === 1 ? { id: ids[0] } : { ids }),
      changes,
      undo: null,
      ...(traces ? { traces } : { dryRun: true }),
      remaining,
    });
    return;
  }
  if (traces === null) for (const change of plan.changes) session.print(changeLine(reading, change));
  const where = writtenPlaces(plan.changes);
  const count = plan.changes.length;
  session.print(
    visible(
      session.say(
        traces
          ? {
              zh: `已删除 ${ids.join('、')} 的个人信息:${where.zh};日志改写 ${traces.entries} 条,旧文件删除 ${traces.kept} 个。不能撤销。`,
              en: `Erased the personal data of ${ids.join(', ')}: ${where.en}; ${traces.entries} journal entries rewritten, ${traces.kept} kept files removed. This cannot be undone.`,
            }
          : {
              zh: `试运行:会删除 ${ids.join('、')} 的个人信息 ${count} 格,改写日志,删除保留的旧文件,此前的命令不能再撤销;没有写入任何内容。`,
              en: `Dry run: would erase ${counted(count, 'cell')} of ${ids.join(', ')}, rewrite the journal and remove the kept files, so that no earlier command can be undone; nothing was written.`,
            },
      ),
    ),
  );
  if (remaining.length > 0) {
    const list = [...remaining.slice(0, 10), ...(remaining.length > 10 ? [`… (${remaining.length})`] : [])];
    session.note({
      zh: `这些地方还提到这位客户,请自己看过再改:${list.join('、')}`,
      en: `The customer is still named here; look and change it by hand: ${list.join(', ')}`,
    });
  }
  session.note({
    zh: '导出的文件(报告、交接清单、名单、未导入的行、日历)和别处的备份不在其中,请自行删除',
    en: 'Files made for others (reports, hand-over lists, import lists and rejects, calendars) and backups elsewhere are not among it; delete them yourself',
  });
}

function namedElsewhere({ store, book }: Reading, naming: readonly string[]): Failure {
  const command = plain(commandText(book, 'pending'));
  return new Failure(
    'refused',
    {
      zh: `还有排队的命令提到这位客户(${naming.join('、')}),没有删除任何内容。先写入或取消它们: ${command.zh}`,
      en: `Queued commands still name the customer (${naming.join(', ')}); nothing was erased. Write or drop them first: ${command.en}`,
    },
    { file: store.path },
  );
}

function changedFailure(path: string): Failure {
  return new Failure(
    'busy',
    {
      zh: `${path} 刚刚又有改动,没有删除任何内容。请再执行一次`,
      en: `${path} changed just now; nothing was erased. Run the command again`,
    },
    { file: path },
  );
}
