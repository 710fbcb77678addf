import { type CheckResult, checkBook } from '../core/check.ts';
import { keepEntries } from '../core/check-order.ts';
import { formatDay } from '../core/date.ts';
import { type Finding, LEVELS, type Level } from '../core/finding.ts';
import { findingJson } from '../core/finding-json.ts';
import { yuanNumber } from '../core/money.ts';
import { pasteCommand } from '../core/paste.ts';
import { LEVEL_NAMES } from '../core/rules/names.ts';
import { nearest } from '../core/text.ts';
import { isNews, rememberTold, type Told } from '../core/told.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { type Reading, readBook } from '../read-book.ts';
import { renderCheck } from '../render/check-text.ts';
import type { Session } from '../session.ts';
import { readTold, writeTold } from '../storage/told.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { ownerOption, textOption } from './option-values.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  args: '',
  summary: {
    zh: '谁逾期、谁停滞、为什么(只读;有提醒时退出码 10)',
    en: 'who is late or stalled, and why (reads only; exit code 10 if anything is)',
  },
  writes: false,
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
    { flags: '--all', text: { zh: '逐条列出,不折叠', en: 'list every finding, nothing folded' } },
  ],
  examples: [
    'check',
    'check --owner 王芳 --all',
    'check --level overdue --quiet',
    'check --since --quiet',
    'check --json --as-of 2026-11-23',
  ],
  async run(session, _args, options) {
    const reading = await readBook(session);
    const { book, today, calendar, store } = reading;
    const owner = ownerOption(options, 'owner', reading);
    const level = readLevel(options);
    const context = { today, calendar, book, settings: book.settings };
    const result = checkBook(context, owner);
    const isAsked = (finding: Finding) => LEVELS.indexOf(finding.level) <= LEVELS.indexOf(level);
    const asked = result.findings.filter(isAsked);
    const since = options.since === true ? await lookBack(session, reading, asked) : null;
    const shown = since ? asked.filter(since.isNews) : asked;
    const adopt = book.adopted ? null : pasteCommand('adopt', store.path, '--dry-run');
    const legacy = options.legacy === true ? result.legacy.filter(isAsked) : [];
    if (session.options.json) {
      const findings = [...shown, ...legacy].map((finding) => ({ ...finding, next: finding.next ?? adopt }));
      session.json({
        ...checkJson(session, reading, result, findings),
        ...(since ? { since: since.day === null ? null : formatDay(since.day) } : {}),
      });
    } else if (shown.length > 0 || legacy.length > 0 || !session.options.quiet) {
      const isShown = new Set(shown);
      session.print(
        renderCheck(
          { ...result, entries: keepEntries(result.entries, (finding) => isShown.has(finding)) },
          {
            lang: session.lang,
            columns: session.io.columns,
            color: session.color,
            all: options.all === true,
            verbose: session.options.verbose,
            legacy,
            adopt,
            named: book.named,
            ...(since ? { since } : {}),
          },
        ),
      );
    }
    // The whole team's: a run for one owner must not forget what was shown of the others.
    if (since) await since.remember(owner === null ? result.findings : checkBook(context).findings);
    return shown.length > 0 ? EXIT.findings : EXIT.done;
  },
};

/** What the last `--since` showed, and how this one is kept. A table never adopted gets no state folder: all is news. */
async function lookBack(session: Session, { store, book, today }: Reading, seen: readonly Finding[]) {
  const before = book.adopted ? await readTold(store, session.io, 'since') : null;
  const told: Told = before?.told ?? new Map();
  return {
    day: before?.asOf ?? null,
    isNews: (finding: Finding) => isNews(told, finding),
    remember: async (all: readonly Finding[]) => {
      const problem = book.adopted
        ? await writeTold(store, session.io, 'since', { asOf: today, told: rememberTold(told, all, seen) })
        : null;
      if (problem === null) return;
      session.note({
        zh: `这次查看没能记下(状态文件夹不可写,${problem});下次 --since 仍从上一次算起`,
        en: `This look could not be kept (the state folder is not writable, ${problem}); the next --since still counts from the one before`,
      });
    },
  };
}

function checkJson(
  { lang }: Session,
  { book, today }: Reading,
  result: CheckResult,
  findings: readonly Finding[],
) {
  return {
    asOf: formatDay(today),
    calendar: {
      years: [...book.holidays.years.keys()].sort((a, b) => a - b),
      missingYears: result.missingYears,
      yearToImport: result.yearToImport,
    },
    counts: result.counts,
    findings: findings.map((finding) => findingJson(finding, lang)),
    legacy: result.legacyByOwner.map(({ owner, n, amount }) => ({ owner, n, amount: yuanNumber(amount) })),
    held: { n: result.held.n, amount: yuanNumber(result.held.amount) },
    agreed: result.agreed,
    movable: result.movable,
  };
}

/** `--level`, in the words of the JSON contract or of the page; without it everything counts. */
function readLevel(options: OptionValues): Level {
  const asked = textOption(options, 'level');
  if (asked === null) return 'data';
  const squeeze = (word: string) => word.toLowerCase().replace(/[\s-]/g, '');
  const level = LEVELS.find((key) =>
    [key, LEVEL_NAMES[key].zh, LEVEL_NAMES[key].en].some((word) => squeeze(word) === squeeze(asked)),
  );
  if (level) return level;
  const close = nearest(asked, LEVELS);
  const names = (close.length > 0 ? close : LEVELS).join(' / ');
  throw new Failure(
    'usage',
    { zh: `没有级别「${asked}」;可用 ${names}`, en: `There is no level “${asked}”; use ${names}` },
    { value: asked, expected: names },
  );
}
