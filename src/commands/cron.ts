import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  createTaskArgs,
  cronLine,
  deleteTaskArgs,
  editCrontab,
  type NightJob,
  taskLine,
} from '../core/cron-line.ts';
import { normalizeWidth } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readNotifySettings } from '../notify/settings.ts';
import { type Reading, readBook } from '../read-book.ts';
import type { Session } from '../session.ts';
import { readCrontab, runSchtasks, writeCrontab } from '../storage/scheduler.ts';
import { zoneShift } from '../today.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { textOption } from './option-values.ts';

export const cronCommand: CommandSpec = {
  name: 'cron',
  args: '',
  summary: {
    zh: '每个工作日早上自动检查: 打印、装上或去掉那一行定时任务',
    en: 'the check of every working morning: print its line, install it, or remove it',
  },
  writes: false,
  options: [
    { flags: '--print', text: { zh: '打印这一行(默认)', en: 'print the line (default)' } },
    {
      flags: '--install',
      text: {
        zh: '装进自己的 crontab(Windows: 任务计划);别的行不动,装两次等于一次',
        en: 'put it into your crontab (Windows: a scheduled task); other lines are not touched, twice is once',
      },
    },
    { flags: '--remove', text: { zh: '去掉这一行', en: 'take the line out again' } },
    {
      flags: '--time <hh:mm>',
      text: { zh: '几点,按团队的时区(默认 08:30)', en: "when, in the team's time zone (default 08:30)" },
    },
    { flags: '--notify', text: { zh: '也发到群机器人', en: 'tell the group robots too' } },
    {
      flags: '--log <file>',
      text: {
        zh: '输出追加到这个文件(不给则由 cron 寄信)',
        en: 'append the output to this file (else cron mails it)',
      },
    },
  ],
  examples: ['cron', 'cron --install --notify --log 检查.log', 'cron --remove', 'cron --print --time 07:45'],
  async run(session, _args, options) {
    const actions = (['print', 'install', 'remove'] as const).filter((action) => options[action] === true);
    if (actions.length > 1) {
      throw new Failure(
        'usage',
        {
          zh: '--print、--install、--remove 只能给一个',
          en: 'Give one of --print, --install and --remove',
        },
        { value: actions.map((action) => `--${action}`).join(' '), expected: '--install' },
      );
    }
    const time = readTime(textOption(options, 'time') ?? '08:30');
    const [action = 'print'] = actions;
    const job = await planJob(session, await readBook(session), options, time);
    if (action !== 'remove') await warnOfMachine(session, job, options);
    return { print: printJob, install: installJob, remove: removeJob }[action](session, job);
  },
};

interface Job extends NightJob {
  /** The workbook it checks, as people named it. */
  readonly book: string;
  /** The real one. */
  readonly target: string;
  /** Minutes after midnight that were asked for, in this zone of the team. */
  readonly asked: number;
  readonly zone: string;
}

async function planJob(
  session: Session,
  { store, book }: Reading,
  options: OptionValues,
  time: number,
): Promise<Job> {
  const { io, lang } = session;
  const isWindows = io.platform === 'win32';
  // A task has no mapped drives: on Windows this gives \\server\share\… for what is named Z:\….
  const file = isWindows ? await realpath(store.book).catch(() => store.book) : resolve(io.cwd, store.path);
  const log = textOption(options, 'log');
  const logFile = log === null ? null : resolve(io.cwd, log);
  for (const path of [file, logFile ?? '', ...io.program]) {
    if (/[\n\r"]/.test(path)) {
      throw new Failure(
        'usage',
        {
          zh: `路径 ${JSON.stringify(path)} 里有换行或双引号,写不进定时任务`,
          en: `The path ${JSON.stringify(path)} has a line break or a double quote: it cannot stand in a crontab`,
        },
        { value: path },
      );
    }
  }
  const shift = zoneShift(io.now(), book.settings.timeZone);
  const local = (((time + shift) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return {
    hour: Math.floor(local / 60),
    minute: local % 60,
    argv: [
      ...io.program,
      'check',
      '--nightly',
      '--quiet',
      ...(options.notify === true ? ['--notify'] : []),
      '--lang',
      lang,
      '--file',
      file,
      ...(isWindows && logFile !== null ? ['--log', logFile] : []),
    ],
    log: isWindows ? null : logFile,
    mark: `funnel-check-${createHash('sha256').update(store.book).digest('hex').slice(0, 8)}`,
    book: store.path,
    target: store.book,
    asked: time,
    zone: book.settings.timeZone,
  };
}

const DAY_MINUTES = 24 * 60;

/** What is not as one thinks: the machine's clock, and an environment that a nightly run does not have. */
async function warnOfMachine(
  session: Session,
  { asked, hour, minute, zone, target }: Job,
  options: OptionValues,
) {
  const local = hour * 60 + minute;
  if (local !== asked) {
    session.note({
      zh: `这台机器的时区与团队(${zone})不同:${clock(asked)} 在这里是 ${clock(local)};夏令时切换后请再装一次`,
      en: `This machine is not in the team's zone (${zone}): ${clock(asked)} is ${clock(local)} here; install it again when summer time changes`,
    });
  }
  if (options.notify !== true) return;
  const { channels, problems } = await readNotifySettings({ env: {}, cwd: dirname(target) }, target);
  for (const problem of problems) session.note(problem);
  if (channels.length + problems.length > 0) return;
  session.note({
    zh: '定时任务没有环境变量:机器人的地址要写进一个文件,由工作簿旁 funnel.config.json 的 {"notify": {"secrets": "文件"}} 指出',
    en: 'A nightly run has no environment: put the addresses of the robots into a file that {"notify": {"secrets": "FILE"}} names in a funnel.config.json beside the workbook',
  });
}

async function printJob(session: Session, job: Job): Promise<ExitCode> {
  const line = jobLine(session, job);
  if (session.options.json) session.json({ line, installed: null });
  else session.print(line);
  return EXIT.done;
}

async function installJob(session: Session, job: Job): Promise<ExitCode> {
  const line = jobLine(session, job);
  let isNew = true;
  if (session.io.platform === 'win32') {
    await runSchtasks(session.io, createTaskArgs(job));
  } else {
    const before = await readCrontab(session.io);
    const after = editCrontab(before, job.mark, line);
    isNew = after !== before;
    if (isNew) await writeCrontab(session.io, after);
  }
  if (session.options.json) session.json({ line, installed: true });
  else {
    session.print(line);
    session.note(
      isNew
        ? {
            zh: `已装上: 每个工作日 ${clock(job.hour * 60 + job.minute)}(本机时间)检查 ${job.book}。去掉: funnel cron --remove`,
            en: `Installed: ${job.book} is checked every working day at ${clock(job.hour * 60 + job.minute)} (this machine's time). To remove: funnel cron --remove`,
          }
        : { zh: '已经装着,没有改动', en: 'It is there already; nothing was changed' },
    );
  }
  return EXIT.done;
}

async function removeJob(session: Session, job: Job): Promise<ExitCode> {
  if (session.io.platform === 'win32') {
    await runSchtasks(session.io, deleteTaskArgs(job.mark));
  } else {
    const before = await readCrontab(session.io);
    const after = editCrontab(before, job.mark, null);
    if (after === before) {
      if (session.options.json) session.json({ line: null, installed: false });
      session.note({ zh: '没有装过,没有改动', en: 'It was not installed; nothing was changed' });
      return EXIT.done;
    }
    await writeCrontab(session.io, after);
  }
  if (session.options.json) session.json({ line: null, installed: false });
  session.note({ zh: '已去掉,别的行没有动', en: 'Removed; other lines were not touched' });
  return EXIT.done;
}

function jobLine({ io }: Session, job: Job): string {
  return io.platform === 'win32' ? taskLine(createTaskArgs(job)) : cronLine(job);
}

/** Minutes after midnight. */
function readTime(text: string): number {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(normalizeWidth(text).trim()) ?? [];
  if (hour !== '' && Number(hour) < 24 && Number(minute) < 60) return Number(hour) * 60 + Number(minute);
  throw new Failure(
    'usage',
    { zh: `--time「${text}」不是时间;请写成 08:30`, en: `--time “${text}” is no time; write 08:30` },
    { value: text, expected: '08:30' },
  );
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
