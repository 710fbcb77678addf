import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { textsIn } from '../core/book.ts';
import { civilOf } from '../core/date.ts';
import { joinMessages, type Message, plain } from '../core/message.ts';
import { padEndTo, visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { FAILURE_EXIT, Failure } from '../failure.ts';
import { robotDoubts } from '../notify/doubts.ts';
import { readNotifySettings } from '../notify/settings.ts';
import { readWaiting } from '../queue.ts';
import { type Reading, readingText, readStore } from '../read-book.ts';
import { painter } from '../render/color.ts';
import { WIDE_PAGES } from '../render/narrow.ts';
import type { Session } from '../session.ts';
import { orBusy } from '../storage/busy.ts';
import { actingUser, readConfig } from '../storage/config.ts';
import { findCopies } from '../storage/copies.ts';
import { exists } from '../storage/files.ts';
import { officialHolidays } from '../storage/holidays.ts';
import { locateBook, namedBook } from '../storage/locate.ts';
import { acquireLock } from '../storage/lock.ts';
import { openStore } from '../storage/open.ts';
import { stateFailure, stateFolderOf } from '../storage/state-folder.ts';
import type { Store } from '../storage/store.ts';
import { VERSION } from '../version.ts';
import type { CommandSpec } from './command.ts';

/** One thing that was looked at. `wrong`: what the next writing command would end as. */
interface Check {
  readonly key: string;
  readonly title: Message;
  readonly status: 'ok' | 'note' | 'wrong';
  readonly text: Message;
  readonly exit?: ExitCode;
}

export const doctorCommand: CommandSpec = {
  name: 'doctor',
  args: '',
  summary: {
    zh: '哪里不对: 版本、用哪一本及为什么、占用、副本、写得进去吗、排队的、机器人、终端(退出码同下一条写命令)',
    en: 'what is wrong here: versions, which workbook and why, locks, copies, can it be written, the queue, robots, the terminal (ends as the next writing command would)',
  },
  brief: {
    zh: '哪里不对:版本、用哪一本、占用、写得进去吗',
    en: 'what is wrong here: versions, which workbook, locks',
  },
  writes: false,
  options: [],
  examples: ['doctor', 'doctor --file 销售漏斗.xlsx', 'doctor --json'],
  async run(session) {
    const found = await examine(session);
    const exit = found.find(({ status }) => status === 'wrong')?.exit ?? EXIT.done;
    if (session.options.json) {
      session.json({
        ok: exit === EXIT.done,
        checks: found.map(({ key, status, text }) => ({ key, status, message: session.say(text) })),
      });
      return exit;
    }
    const paint = painter(session.color);
    for (const { title, status, text } of found) {
      const mark = { ok: ' ', note: '!', wrong: '✗' }[status];
      const line = `${mark} ${padEndTo(session.say(title), session.lang === 'zh' ? 10 : 12)} ${visible(session.say(text))}`;
      session.print(status === 'wrong' ? paint.red(line) : status === 'note' ? paint.yellow(line) : line);
    }
    return exit;
  },
};

/** Reads only, but for a lock that it takes and gives back to see whether a command could. */
async function examine(session: Session): Promise<readonly Check[]> {
  const { io } = session;
  const program = ok(
    'program',
    { zh: '程序', en: 'program' },
    plain(
      `funnel ${VERSION} · Node ${io.nodeVersion} · ${io.platform} · ${dirname(dirname(io.program[1] ?? ''))}`,
    ),
  );
  const around = [terminalCheck(session), calendarCheck(null, io.now())];
  const title = { zh: '工作簿', en: 'workbook' };
  try {
    const path = await locateBook({ fileOption: session.options.file, env: io.env, cwd: io.cwd });
    session.progress.step(readingText(path));
    const store = await openStore(path);
    const reading = await readStore(session, store);
    return [
      program,
      ok('workbook', title, bookText(reading)),
      ok('why', { zh: '为什么是它', en: 'why this one' }, whyText(session)),
      await userCheck(session, reading),
      await lockCheck(session, store),
      ...(await fileChecks(store)),
      await copiesCheck(store),
      await stateCheck(session, store),
      await queueCheck(session, store),
      await robotsCheck(session, reading),
      terminalCheck(session),
      calendarCheck(reading, io.now()),
    ];
  } catch (error) {
    return [program, wrong('workbook', title, error), ...around];
  }
}

function ok(key: string, title: Message, text: Message): Check {
  return { key, title, status: 'ok', text };
}

function note(key: string, title: Message, text: Message): Check {
  return { key, title, status: 'note', text };
}

/** What is no Failure is a bug and goes on up. */
function wrong(key: string, title: Message, error: unknown): Check {
  if (!(error instanceof Failure)) throw error;
  return { key, title, status: 'wrong', text: error.text, exit: FAILURE_EXIT[error.code] };
}

function bookText({ store, book }: Reading): Message {
  const n = book.deals.length;
  const adopted = book.deals.some(({ row }) => row.id !== null);
  return {
    zh: `${store.path}(${store.format},${n} 个商机${adopted || n === 0 ? '' : ';还没有接管: funnel adopt'})`,
    en: `${store.path} (${store.format}, ${n} deal${n === 1 ? '' : 's'}${adopted || n === 0 ? '' : '; not taken over yet: funnel adopt'})`,
  };
}

function whyText({ io, options }: Session): Message {
  const named = namedBook({ fileOption: options.file, env: io.env, cwd: io.cwd });
  return named
    ? { zh: `由 ${named.by} 指定`, en: `named by ${named.by}` }
    : { zh: `${io.cwd} 里唯一一本有客户信息跟踪表的`, en: `the only one with a tracking table in ${io.cwd}` };
}

async function userCheck({ io }: Session, { book }: Reading): Promise<Check> {
  const config = readConfig(io.cwd);
  const user = actingUser(io, config);
  const by = io.env.FUNNEL_USER?.trim() ? 'FUNNEL_USER' : config?.user ? config.path : null;
  const from = by ? plain(by) : { zh: '系统用户', en: "the system's user" };
  const title = { zh: '操作人', en: 'who acts' };
  if (textsIn(book, 'owner').has(user))
    return ok('user', title, {
      zh: `${user}(${from.zh}),也是默认负责人`,
      en: `${user} (${from.en}), the default owner too`,
    });
  return note('user', title, {
    zh: `${user}(${from.zh});不是表里的销售负责人,today 看全队。设 FUNNEL_USER 或 funnel.config.json 的 "user"`,
    en: `${user} (${from.en}); owns no deals here, so today shows the whole team. Set FUNNEL_USER, or "user" in funnel.config.json`,
  });
}

/** Takes the lock as a write does, without waiting, and gives it back: `access()` says yes to too many. */
async function lockCheck({ io }: Session, store: Store): Promise<Check> {
  const title = { zh: '占用', en: 'in use' };
  try {
    const release = await orBusy(store.path, () =>
      acquireLock({
        book: store.book,
        files: store.files,
        user: actingUser(io),
        wait: 0,
        ignoreLock: false,
        io,
      }),
    );
    await release();
    return ok('lock', title, { zh: '没有人占用,文件夹可写', en: 'nobody has it; its folder can be written' });
  } catch (error) {
    return wrong('lock', title, error);
  }
}

async function fileChecks({ path, files }: Store): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const file of files) {
    const { nlink } = await stat(file);
    if (nlink > 1)
      checks.push(
        note(
          'hard-links',
          { zh: '硬链接', en: 'hard links' },
          {
            zh: `${basename(file)} 有 ${nlink} 个名字;写入时换掉的只是这一个,别的名字还是旧内容`,
            en: `${basename(file)} has ${nlink} names; a write replaces this one, the others keep the old content`,
          },
        ),
      );
    if (
      !(await access(file, constants.W_OK).then(
        () => true,
        () => false,
      ))
    )
      checks.push(
        note(
          'read-only',
          { zh: '只读', en: 'read-only' },
          {
            zh: `${basename(file)} 标为只读`,
            en: `${basename(file)} is marked read-only`,
          },
        ),
      );
  }
  const [target] = files;
  if (target !== undefined && (await lstat(path)).isSymbolicLink())
    checks.push(
      ok(
        'link',
        { zh: '符号链接', en: 'link' },
        { zh: `真正的文件是 ${target}`, en: `the real file is ${target}` },
      ),
    );
  const service =
    /OneDrive|Dropbox|坚果云|Nutstore|百度网盘|BaiduSync|iCloud|Google ?Drive|WPS ?云盘|WPSDrive/i.exec(
      target ?? '',
    )?.[0];
  if (service)
    checks.push(
      note(
        'sync',
        { zh: '同步盘', en: 'synced' },
        {
          zh: `在 ${service} 里: 两人同时改会留下冲突副本;被盖掉的用 funnel verify 和 funnel restore 找回`,
          en: `in ${service}: two people writing at once leave conflict copies; funnel verify and funnel restore bring back what was overwritten`,
        },
      ),
    );
  return checks;
}

async function copiesCheck(store: Store): Promise<Check> {
  const title = { zh: '副本', en: 'copies' };
  const { itself, conflicts } = await findCopies(store);
  if (!itself && conflicts.length === 0) return ok('copies', title, { zh: '没有', en: 'none' });
  const parts = [
    ...(itself ? [{ zh: '它自己的名字像一份副本', en: 'it is itself called like a copy' }] : []),
    ...(conflicts.length > 0
      ? [
          {
            zh: `同步冲突留下的 ${conflicts.join('、')}`,
            en: `left by a sync conflict: ${conflicts.join(', ')}`,
          },
        ]
      : []),
  ];
  return note('copies', title, joinMessages(parts, { zh: ';', en: '; ' }));
}

async function stateCheck({ io }: Session, { book }: Store): Promise<Check> {
  const title = { zh: '状态文件夹', en: 'state folder' };
  const { folder } = stateFolderOf(book, io.cwd);
  let isThere: boolean;
  try {
    isThere = await exists(folder);
  } catch (error) {
    return wrong('state', title, stateFailure(folder, error));
  }
  if (!isThere)
    return ok('state', title, {
      zh: `${folder}(第一次写入时建立)`,
      en: `${folder} (made at the first write)`,
    });
  const canWrite = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (canWrite) return ok('state', title, plain(folder));
  return {
    ...note('state', title, { zh: `${folder} 不可写`, en: `${folder} cannot be written` }),
    status: 'wrong',
    exit: EXIT.busy,
  };
}

async function queueCheck(session: Session, store: Store): Promise<Check> {
  const title = { zh: '排队', en: 'queue' };
  try {
    const n = (await readWaiting(session, store)).length;
    if (n === 0) return ok('queue', title, { zh: '没有等着的命令', en: 'nothing waits' });
    return note('queue', title, {
      zh: `${n} 条命令等着写入: funnel pending,funnel sync`,
      en: `${n} command${n === 1 ? ' waits' : 's wait'} to be written: funnel pending, funnel sync`,
    });
  } catch (error) {
    return wrong('queue', title, error);
  }
}

/** Group robots: at most a note, since no write goes by them. */
async function robotsCheck({ io }: Session, { store, book }: Reading): Promise<Check> {
  const title = { zh: '机器人', en: 'robots' };
  try {
    const settings = await readNotifySettings(io, store.book);
    const doubts = [...settings.problems, ...robotDoubts(settings, textsIn(book, 'owner'))];
    if (doubts.length > 0) return note('robots', title, joinMessages(doubts, { zh: ';', en: '; ' }));
    const names = settings.channels.map(({ name }) => plain(name));
    return ok(
      'robots',
      title,
      names.length === 0 ? { zh: '没有设', en: 'none' } : joinMessages(names, { zh: '、', en: ', ' }),
    );
  } catch (error) {
    return { ...wrong('robots', title, error), status: 'note' };
  }
}

function terminalCheck({ io, color }: Session): Check {
  const { codePage, env } = io;
  const page = codePage === null ? [] : [plain(`chcp ${codePage}`)];
  const borders =
    codePage !== null && WIDE_PAGES.has(codePage)
      ? [{ zh: '边框用 ASCII 字符', en: 'borders in ASCII' }]
      : [];
  const parts: readonly Message[] = [
    io.stdoutIsTerminal
      ? { zh: `${io.columns} 列`, en: `${io.columns} columns` }
      : { zh: '输出不是终端', en: 'the output is no terminal' },
    ...(io.stdinIsTerminal
      ? []
      : [{ zh: '输入不是终端,不提问', en: 'the input is no terminal: nothing is asked' }]),
    color ? { zh: '有颜色', en: 'in colour' } : { zh: '无颜色', en: 'without colour' },
    ...(env.TERM ? [plain(`TERM=${env.TERM}`)] : []),
    ...page,
    ...borders,
  ];
  return ok('terminal', { zh: '终端', en: 'terminal' }, joinMessages(parts, { zh: '、', en: ', ' }));
}

/** This year and the next, of the team's own imports and the package: a year that lacks is counted provisionally. */
function calendarCheck(reading: Reading | null, now: number): Check {
  const title = { zh: '放假安排', en: 'holidays' };
  const years = [...(reading?.calendar.table ?? officialHolidays()).years.keys()].sort((a, b) => a - b);
  const year = reading ? civilOf(reading.today).year : new Date(now).getUTCFullYear();
  const span = `${years[0]}–${years.at(-1)}`;
  if (years.includes(year) && years.includes(year + 1)) return ok('calendar', title, plain(span));
  const lacking = years.includes(year) ? year + 1 : year;
  return note('calendar', title, {
    zh: `有 ${span};缺 ${lacking} 年,那一年的期限是暂定的: funnel calendar import ${lacking}.json`,
    en: `${span}; ${lacking} is missing, its deadlines are provisional: funnel calendar import ${lacking}.json`,
  });
}
