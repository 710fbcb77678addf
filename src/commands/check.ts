import { isWorkingDay } from '../core/calendar.ts';
import { checkBook } from '../core/check.ts';
import { type CheckEntry, keepEntries } from '../core/check-order.ts';
import { isDataDay } from '../core/check-summary.ts';
import { formatDay } from '../core/date.ts';
import { type Finding, LEVELS, withNext } from '../core/finding.ts';
import { pasteCommand } from '../core/paste.ts';
import { safeJson } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { lookAhead } from '../queue.ts';
import type { Reading } from '../read-book.ts';
import { fromBooks } from '../read-books.ts';
import { chatMessages } from '../render/chat-text.ts';
import { renderCheck } from '../render/check-text.ts';
import type { Session } from '../session.ts';
import { lockNight } from '../storage/night-lock.ts';
import { exportIcs } from './check-ics.ts';
import { checkJson } from './check-json.ts';
import { printPage, tellUnfinished } from './check-nightly.ts';
import { pushNews } from './check-notify.ts';
import { checkSeveral, refuseAlone } from './check-several.ts';
import { lookBack } from './check-since.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { levelOption, ownerOption, textOption } from './option-values.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  args: '',
  summary: {
    zh: '谁逾期、谁停滞、为什么(只读;有提醒时退出码 10)',
    en: 'who is late or stalled, and why (reads only; exit code 10 if anything is)',
  },
  writes: false,
  several: true,
  pages: true,
  options: [
    { flags: '--owner <name>', text: { zh: '只看这位负责人', en: 'only this owner' } },
    {
      flags: '--level <level>',
      text: {
        zh: '只看这一级及以上:severe、overdue、stalled、dueSoon、data',
        en: 'only this level and above: severe, overdue, stalled, dueSoon, data',
      },
    },
    {
      flags: '--legacy',
      text: { zh: '列出历史遗留(接管时已逾期)', en: 'list what was overdue when adopted' },
    },
    {
      flags: '--since',
      text: {
        zh: '只列比上次 --since 新的或更严重的(记在状态文件夹里)',
        en: 'only what is new or worse since the last --since (kept in the state folder)',
      },
    },
    {
      flags: '--notify',
      text: {
        zh: '发到群机器人(FUNNEL_DINGTALK_URL 等);每条每级只发一次,资料待补只在周一发',
        en: 'tell the group robots (FUNNEL_DINGTALK_URL and others): each finding once per level, data gaps on Mondays',
      },
    },
    {
      flags: '--format <text|chat>',
      text: { zh: 'chat: 打印发到群里的那种文字', en: 'chat: print the text that is sent to a group' },
    },
    {
      flags: '--out <file.ics>',
      text: {
        zh: '期限和约定的跟进写成日历文件(.ics)',
        en: 'write deadlines and agreed follow-ups as a calendar (.ics)',
      },
    },
    {
      flags: '--nightly',
      text: {
        zh: '定时任务用:团队日历的休息日什么也不做;查不成时说「检查未完成」和原因',
        en: "for cron: nothing on the team's days off; a check that could not run says so, with the reason",
      },
    },
    {
      flags: '--log <file>',
      text: { zh: '追加到这个文件而不打印', en: 'append to this file instead of printing' },
    },
    { flags: '--all', text: { zh: '逐条列出,不折叠', en: 'list every finding, nothing folded' } },
  ],
  examples: [
    'check',
    'check --owner 王芳 --all',
    'check --level overdue --quiet',
    'check --since --quiet',
    'check --notify --quiet',
    'check --format chat',
    'check --owner 王芳 --out 王芳.ics',
    'check --json --as-of 2026-11-23',
    'check --file 华东.xlsx --file 华南.xlsx',
  ],
  async run(session, _args, options) {
    try {
      return await checkOnce(session, options);
    } catch (error) {
      if (options.nightly !== true && options.notify !== true) throw error;
      throw await tellUnfinished(session, options, error);
    }
  },
};

async function checkOnce(session: Session, options: OptionValues): Promise<ExitCode> {
  const level = levelOption(options);
  const chat = readFormat(options) === 'chat';
  const books = await fromBooks(
    session,
    'keep',
    (each, own) => lookAhead(own, each),
    () => refuseAlone(options),
  );
  if (books.several) return checkSeveral(session, books, options);
  const [{ reading, waiting }] = books.made;
  const { book, today, calendar, store } = reading;
  const owner = ownerOption(options, 'owner', reading);
  if (options.nightly === true && !isWorkingDay(calendar, today)) return EXIT.done;
  const isKept = options.since === true || options.notify === true;
  const isAlone = isKept || options.nightly === true;
  const release = isAlone && book.adopted ? await lockNight(store, session.io) : async () => undefined;
  try {
    session.progress.step({ zh: '正在检查期限和停滞…', en: 'Checking deadlines and stalls…' });
    const context = { today, calendar, book, settings: book.settings };
    const result = checkBook(context, owner);
    const isAsked = (finding: Finding) => LEVELS.indexOf(finding.level) <= LEVELS.indexOf(level);
    const asked = result.findings.filter(isAsked);
    const since = options.since === true ? await lookBack(session, reading) : null;
    const shown = since ? asked.filter(since.isNews) : asked;
    const adopt = book.adopted ? null : pasteCommand('adopt', store.path, '--dry-run');
    const legacy = options.legacy === true ? result.legacy.filter(isAsked) : [];
    // The whole team's: a run for one owner must not forget what was told of the others.
    const all = owner === null || !isKept ? result.findings : checkBook(context).findings;
    const document = (findings: readonly Finding[]) =>
      checkJson(
        session,
        [reading],
        result,
        findings.map((finding) => withNext(finding, adopt)),
      );
    const pushable = () =>
      keepEntries(
        result.entries,
        (finding) => isAsked(finding) && (finding.level !== 'data' || isDataDay(context)),
      );
    const out = textOption(options, 'out');
    const file = out === null ? null : await exportIcs(session, store, out, context, owner);
    const news = () => ({
      store,
      adopted: book.adopted,
      asOf: today,
      entries: pushable(),
      all,
      document,
      lang: session.lang,
    });
    const pushed = options.notify === true ? await pushNews(session, news()) : null;
    if (session.options.json) {
      const json = {
        ...document([...shown, ...legacy]),
        ...(waiting.n > 0 ? { queued: waiting.n } : {}),
        ...(since ? { since: since.day === null ? null : formatDay(since.day) } : {}),
        ...(pushed ? { notify: pushed.deliveries } : {}),
        ...(file ? { out: file } : {}),
      };
      await printPage(session, options, safeJson(json));
    } else if (shown.length > 0 || legacy.length > 0 || !session.options.quiet) {
      const isAll = shown.length === result.findings.length;
      const isShown = new Set(isAll ? [] : shown);
      const foremost = chat ? pushable() : result.entries;
      const entries = isAll ? foremost : keepEntries(foremost, (finding) => isShown.has(finding));
      const style = {
        lang: session.lang,
        columns: session.io.columns,
        color: session.color && textOption(options, 'log') === null,
        all: options.all === true,
        verbose: session.options.verbose,
        legacy,
        adopt: adopt === null ? [] : [adopt],
        named: book.named,
        waiting,
        ...(since ? { since } : {}),
      };
      const page = chat ? chatPage(entries, reading, session) : renderCheck({ ...result, entries }, style);
      if (page !== '') await printPage(session, options, page);
    }
    if (file) {
      session.note({
        zh: `${file.entries} 个期限和约定已写到 ${file.path}`,
        en: `${file.entries} deadlines and agreed days written to ${file.path}`,
      });
    }
    if (since) await since.remember(all, asked);
    if (pushed?.failed) return EXIT.notify;
    return shown.length > 0 ? EXIT.findings : EXIT.done;
  } finally {
    await release();
  }
}

/** What --notify would send, as one text that calls nobody. */
function chatPage(entries: readonly CheckEntry[], { today }: Reading, { lang }: Session): string {
  const limit = Number.POSITIVE_INFINITY;
  return chatMessages(entries, { lang, asOf: today, limit, mention: () => '' })
    .map(({ text }) => text)
    .join('\n');
}

/** `--format`: the page, or the text of a chat. */
function readFormat(options: OptionValues): 'text' | 'chat' {
  const format = textOption(options, 'format') ?? 'text';
  if (format === 'text' || format === 'chat') return format;
  throw new Failure(
    'usage',
    { zh: `没有格式「${format}」;可用 text / chat`, en: `There is no format “${format}”; use text or chat` },
    { value: format, expected: 'text / chat' },
  );
}
