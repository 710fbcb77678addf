import { type Message, plain } from './core/message.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';
import type { Session } from './session.ts';
import { actingUser } from './storage/config.ts';
import { locateBook } from './storage/locate.ts';

/** One line of the menu: the command it runs, or null where the person went back. */
interface MenuItem {
  readonly value: string;
  readonly label: Message;
  /** Letters that pick it: of its pinyin. */
  readonly keys: readonly string[];
  words(session: Session): Promise<readonly string[] | null>;
}

/**
 * `funnel` alone in a terminal: a numbered menu, and after each command the menu again, until 退出 or Ctrl-C. `runLine`
 * runs one command line and says what went wrong itself. Where there is no workbook yet it offers to begin one.
 */
export async function runMenu(
  session: Session,
  runLine: (words: readonly string[]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { chooseOne } = await import('./prompt/ask.ts');
  for (;;) {
    const book = await findBook(session.io);
    const items = [...(book === null ? STARTING : DAILY), QUIT];
    const head = book === null ? NO_BOOK : plain(`${book} · ${actingUser(session.io)}`);
    const chosen = await chooseOne(
      session,
      head,
      items.map(({ value, label, keys }) => ({ value, label, keys })),
      { none: null },
    );
    const item = items.find(({ value }) => value === chosen);
    if (!item || item === QUIT) return EXIT.done;
    const words = await item.words(session);
    if (words) await runLine(words);
    session.print('');
  }
}

const NO_BOOK: Message = {
  zh: '这个文件夹里还没有客户表,要做什么?',
  en: 'There is no table of customers in this folder yet. What next?',
};

const always = (...words: readonly string[]) => ({ words: async () => words });

const DAILY: readonly MenuItem[] = [
  {
    value: 'today',
    label: { zh: '今天要做的 (j)', en: 'today' },
    keys: ['j', 'jt'],
    ...always('today'),
  },
  {
    value: 'add-lead',
    label: { zh: '新增线索 (x)', en: 'new lead' },
    keys: ['x', 'xz'],
    ...always('add-lead'),
  },
  {
    value: 'log',
    label: { zh: '跟进: 打了电话、发了邮件…… (g)', en: 'log a follow-up' },
    keys: ['g', 'gj'],
    words: (session) => withCustomer(session, 'log'),
  },
  {
    value: 'advance',
    label: { zh: '推进到下一阶段 (t)', en: 'advance to the next stage' },
    keys: ['t', 'tj'],
    words: (session) => withCustomer(session, 'advance'),
  },
  {
    value: 'check',
    label: { zh: '检查: 谁逾期、谁停滞 (jc)', en: 'check: who is late, who is stalled' },
    keys: ['jc'],
    ...always('check'),
  },
  {
    value: 'report',
    label: { zh: '报表: 阶段转化率 (b)', en: 'report: conversion by stage' },
    keys: ['b', 'bb'],
    words: async (session) => {
      const { chooseOne } = await import('./prompt/ask.ts');
      const periods = [
        { value: 'this', label: { zh: '本季度', en: 'this quarter' } },
        { value: 'last', label: { zh: '上季度', en: 'last quarter' } },
      ];
      const quarter = await chooseOne(session, { zh: '哪个季度?', en: 'Which quarter?' }, periods, {
        none: null,
      });
      return ['report', '--quarter', quarter ?? 'this'];
    },
  },
  {
    value: 'undo',
    label: { zh: '撤销上一条 (c)', en: 'undo the last command' },
    keys: ['c', 'cx'],
    words: async (session) => {
      const { askConfirm } = await import('./prompt/ask.ts');
      const question = { zh: '撤销自己的上一条命令?', en: 'Take back your last command?' };
      return (await askConfirm(session, question, false)) ? ['undo'] : null;
    },
  },
];

const STARTING: readonly MenuItem[] = [
  {
    value: 'sample',
    label: { zh: '先用示例团队看看 (s)', en: 'look at a sample team first' },
    keys: ['s', 'sl'],
    ...always('init', '--sample'),
  },
  {
    value: 'init',
    label: { zh: '新建一本空的 (x)', en: 'start an empty workbook' },
    keys: ['x', 'xj'],
    ...always('init'),
  },
  {
    value: 'adopt',
    label: {
      zh: '接管已有的表: 先看计划,不写入 (j)',
      en: 'take over a table: the plan first, nothing is written',
    },
    keys: ['j', 'jg'],
    words: async (session) => {
      const { askText } = await import('./prompt/ask.ts');
      const path = await askText(session, {
        message: { zh: '哪个文件?(空着返回)', en: 'Which file? (empty: back)' },
      });
      // A file that is dragged into the window comes in quotes.
      const bare = path.replace(/^(["'])(.*)\1$/, '$2');
      return bare === '' ? null : ['adopt', bare, '--dry-run'];
    },
  },
];

const QUIT: MenuItem = {
  value: 'quit',
  label: { zh: '退出 (q)', en: 'quit (q)' },
  keys: ['q', 'tc'],
  ...always(),
};

async function withCustomer(session: Session, verb: string): Promise<readonly string[] | null> {
  const { askText } = await import('./prompt/ask.ts');
  const query = await askText(session, {
    message: {
      zh: '哪个客户?名称的一部分、拼音首字母或编号(空着返回)',
      en: 'Which customer? A part of the name, pinyin initials or the ID (empty: back)',
    },
  });
  return query === '' ? null : [verb, '--', query];
}

/** The workbook that commands would take; null where there is none. Several, or a named one that is wrong: what locateBook throws. */
async function findBook({ env, cwd }: Io): Promise<string | null> {
  try {
    return await locateBook({ fileOption: null, env, cwd });
  } catch (error) {
    if (error instanceof Failure && error.code === 'file' && error.place.file === cwd) return null;
    throw error;
  }
}
