import { writeBook } from '../app.ts';
import { homeOf } from '../core/check.ts';
import { findColumn } from '../core/columns.ts';
import { type Day, formatDay } from '../core/date.ts';
import type { BadInput } from '../core/decision.ts';
import { yuanNumber } from '../core/money.ts';
import { commandText, UNNAMED } from '../core/paste.ts';
import { isPeriod, parsePeriod } from '../core/period.ts';
import { writeBlock } from '../core/reports/block.ts';
import { CONVERSION_TABLE } from '../core/reports/block-columns.ts';
import { compareReports, readCompared } from '../core/reports/compare.ts';
import { findReportCell } from '../core/reports/explain.ts';
import type { GroupColumn } from '../core/reports/groups.ts';
import { REPORT_VIEWS } from '../core/reports/list.ts';
import { customerOf, idOf, ownerOf } from '../core/reports/population.ts';
import type { Report, ReportCell, ReportView } from '../core/reports/report.ts';
import { normalizeWidth, visible } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { ENDINGS, type OwnFiles, outputFormat, writeDocument } from '../output-file.ts';
import type { Reading } from '../read-book.ts';
import { exitOf, incompleteJson, incompletePage, readBooks } from '../read-books.ts';
import { cellDocument, renderReport, renderReportCell, reportDocument } from '../render/report-text.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { columnNamed, dateOption, textOption } from './option-values.ts';

export const reportCommand: CommandSpec = {
  name: 'report',
  args: '',
  summary: { zh: '阶段转化率统计表(默认本季度)', en: 'the stage conversion table (this quarter by default)' },
  writes: true,
  several: true,
  pages: true,
  options: [
    {
      flags: '--quarter [quarter]',
      text: { zh: '季度:2026Q3、Q3、this、last', en: 'a quarter: 2026Q3, Q3, this, last' },
    },
    {
      flags: '--month [month]',
      text: { zh: '月份:2026-06、6、this、last', en: 'a month: 2026-06, 6, this, last' },
    },
    {
      flags: '--year [year]',
      text: { zh: '年份(财年):2026、this、last', en: 'a (fiscal) year: 2026, this, last' },
    },
    { flags: '--from <date>', text: { zh: '任意期间的第一天', en: 'the first day of any period' } },
    { flags: '--to <date>', text: { zh: '最后一天(默认今天)', en: 'its last day (default: today)' } },
    {
      flags: '--by <column>',
      text: {
        zh: '分组:owner、source、intent、priority、industry、team 或任一列名',
        en: 'groups: owner, source, intent, priority, industry, team or any column',
      },
    },
    {
      flags: '--cohort',
      text: {
        zh: '按创建批次:期内创建的,至今到了哪里',
        en: 'by cohort: those created in the period, and how far they came',
      },
    },
    { flags: '--snapshot', text: { zh: '当前状况,不是期间', en: 'where everything stands now, no period' } },
    {
      flags: '--compare <period>',
      text: { zh: '与 last(上一期)或某期相比', en: 'against last (the period before) or another' },
    },
    {
      flags: '--explain <cell>',
      text: {
        zh: '列出一格里的商机,如 方案呈现.流失',
        en: 'list the opportunities of one cell, like proposal.lost',
      },
    },
    {
      flags: '--known-on <date>',
      text: { zh: '只计这一天为止已记录的', en: 'count only what had been recorded by that day' },
    },
    {
      flags: '--out <file>',
      text: {
        zh: `写成文件,格式看结尾:${ENDINGS.join('、')}`,
        en: `write a file, in the format of its ending: ${ENDINGS.join(', ')}`,
      },
    },
    {
      flags: '--with-phones',
      text: { zh: '--out 的文件里电话不遮盖', en: 'with --out: phones stay readable' },
    },
    {
      flags: '--write',
      text: {
        zh: '写进 销售阶段转化率统计表(同期的原地替换)',
        en: 'put it into 销售阶段转化率统计表 (the same period is replaced in place)',
      },
    },
    {
      flags: '--amounts',
      text: { zh: '--write 时连同金额三列', en: 'with --write: the three amount columns too' },
    },
  ],
  examples: [
    'report',
    'report --quarter last',
    'report --quarter 2026Q2 --explain 方案呈现.流失',
    'report --year --by owner',
    'report --quarter last --compare last',
    'report --year --cohort',
    'report --snapshot --by source',
    'report --quarter Q2 --known-on 2026-07-05',
    'report --quarter last --write --dry-run',
    'report --year --by owner --out 2026.xlsx',
    'report --file 华东.xlsx --file 华南.xlsx --by team',
    'report --file 团队 --by team --json',
  ],
  async run(session, _args, options) {
    refuseUseless(session, options);
    viewOf(options);
    const out = textOption(options, 'out');
    if (out !== null) outputFormat(out);
    if (options.write === true) return writeReport(session, options);
    const books = await readBooks(session);
    const { several } = books;
    session.progress.step({ zh: '正在计算报表…', en: 'Counting the report…' });
    const report = incompletePage(makeReport(books.made, several, session, options), books);
    const explain = textOption(options, 'explain');
    const cell = explain === null ? null : findReportCell(report, explain);
    if (cell && 'badInput' in cell) throw usage(cell);
    const json = cell
      ? { ...cellJson(cell, several), ...incompleteJson(books, session) }
      : {
          ...reportJson(session, report),
          notes: report.notes.map(session.say),
          ...incompleteJson(books, session),
        };
    if (out !== null) {
      const document = cell ? cellDocument(report, cell, several) : reportDocument(report);
      const make = () => ({ ...document, json });
      const [first, ...others] = books.made;
      // A book that cannot be read today is a team's only copy all the same.
      const unread = books.incomplete.map(
        ({ path }): OwnFiles => ({ book: path, files: [path], format: 'xlsx' }),
      );
      const stores = [first.store, ...others.map(({ store }) => store), ...unread] as const;
      const path = await writeDocument(session, stores, out, make, options.withPhones === true);
      if (session.options.json) session.json({ ...json, out: path });
      else session.print(visible(session.say({ zh: `已写成 ${path}`, en: `Written: ${path}` })));
    } else if (session.options.json) session.json(json);
    else if (cell) session.print(renderReportCell(report, cell, session.style, several));
    else session.print(renderReport(report, session.style));
    return exitOf(books, EXIT.done);
  },
};

/** --write: the report as it is once the lock is held, shown and put into the sheet. */
function writeReport(session: Session, options: OptionValues): Promise<ExitCode> {
  return writeBook(session, {
    tables: [CONVERSION_TABLE],
    ask: async () => ({}),
    decide(reading) {
      const report = makeReport([reading], false, session, options);
      const table = reading.tables?.get(CONVERSION_TABLE) ?? null;
      return { report, ...writeBlock(reading.book, table, report.block, options.amounts === true) };
    },
    beside: ({ report }) => ({
      text: `${renderReport(report, session.style)}\n`,
      json: reportJson(session, report),
      notes: report.notes,
    }),
  });
}

/** The report's own keys with its sentence. */
function reportJson({ say }: Session, { headline, json }: Report): Readonly<Record<string, unknown>> {
  return { ...json, ...(headline ? { headline: say(headline) } : {}) };
}

function makeReport(
  readings: readonly [Reading, ...Reading[]],
  several: boolean,
  { options: { files } }: Session,
  options: OptionValues,
): Report {
  const [first, ...others] = readings;
  const { calendar } = first;
  const yearStart = first.book.settings.fiscalYearStart;
  // Teams of other time zones may have another day: nothing of it is cut off.
  const today = Math.max(...readings.map((reading) => reading.today));
  const view = viewOf(options);
  const isDay = view.key === 'snapshot';
  const day = formatDay(today);
  const period = isDay
    ? { label: day, from: today, to: today }
    : parsePeriod(options, today, calendar, yearStart);
  if (!isPeriod(period)) throw usage(period);
  const input = {
    books: [first.book, ...others.map(({ book }) => book)] as const,
    period,
    today,
    knownOn: readKnownOn(readings, options),
    named: several ? files : first.book.named,
    by: readBy(readings, several, options),
  };
  const report = view.make(input);
  const compared = textOption(options, 'compare');
  if (compared === null) return report;
  const than = readCompared(compared, period, yearStart);
  if ('badInput' in than) throw usage(than);
  return compareReports(report, view.make({ ...input, period: than }), than);
}

/** The view that was asked for; Failure('usage') for two, or for what a snapshot has no use for. */
function viewOf(options: OptionValues): ReportView {
  const [first, ...others] = REPORT_VIEWS;
  const asked = others.filter(({ key }) => options[key] === true);
  if (asked.length > 1) {
    throw new Failure('usage', {
      zh: '--cohort 和 --snapshot 口径不同,只能给一个',
      en: '--cohort and --snapshot count differently: give only one',
    });
  }
  const useless = ['quarter', 'month', 'year', 'from', 'to', 'compare', 'knownOn'].find(
    (name) => options[name] !== undefined,
  );
  if (options.snapshot === true && useless !== undefined) {
    const flag = useless === 'knownOn' ? '--known-on' : `--${useless}`;
    throw new Failure(
      'usage',
      {
        zh: `--snapshot 是某一天的状况,不能加 ${flag};过去的某天用 --as-of 日期`,
        en: `--snapshot shows one day: ${flag} says nothing there. For a past day use --as-of DATE`,
      },
      { value: flag, expected: '--as-of' },
    );
  }
  return asked[0] ?? first;
}

/** Flags that mean nothing together, or alone. */
function refuseUseless({ options: { dryRun } }: Session, options: OptionValues): void {
  if (options.write === true && options.explain !== undefined) {
    throw new Failure('usage', {
      zh: '--write 和 --explain 只能给一个',
      en: 'Give only one of --write and --explain',
    });
  }
  if (options.write === true && options.out !== undefined) {
    throw new Failure('usage', {
      zh: '--write 和 --out 只能给一个',
      en: 'Give only one of --write and --out',
    });
  }
  const flag = dryRun ? '--dry-run' : options.amounts === true ? '--amounts' : null;
  if (flag === null || options.write === true) return;
  throw new Failure(
    'usage',
    {
      zh: `${flag} 要和 --write 一起用;没有 --write 时 report 什么也不写`,
      en: `${flag} goes with --write; without --write report writes nothing`,
    },
    { value: flag, expected: '--write' },
  );
}

function readKnownOn(readings: readonly [Reading, ...Reading[]], options: OptionValues): Day | null {
  const day = dateOption(options, 'knownOn', readings[0], 'past');
  const unlogged = readings.find(({ book }) => !book.adopted);
  if (day === null || !unlogged) return day;
  const { path } = unlogged.store;
  const adopt = commandText(UNNAMED, 'adopt', path, '--dry-run');
  throw new Failure(
    'usage',
    {
      zh: `${path} 还没有过程记录,不知道什么何时记录,不能用 --known-on;先接管: ${adopt}`,
      en: `${path} has no log yet, so nobody knows what was recorded when: --known-on needs it adopted first: ${adopt}`,
    },
    { file: path, value: '--known-on' },
  );
}

/** A column, of the first book that has it; the team, unless the one book has a column of that name. */
function readBy(
  readings: readonly [Reading, ...Reading[]],
  several: boolean,
  options: OptionValues,
): GroupColumn | null {
  const by = textOption(options, 'by');
  if (by === null) return null;
  const columns = readings.flatMap(({ book }) => findColumn(book.shape, by) ?? []);
  const isTeam = ['team', '团队'].includes(normalizeWidth(by).trim().toLowerCase());
  if (isTeam && (several || columns.length === 0)) return 'team';
  return columns[0] ?? columnNamed(by, ...readings);
}

function cellJson({ group, row, column, entries }: ReportCell, several: boolean) {
  return {
    cell: `${row}.${column}`,
    ...(group === null ? {} : { group: group.key }),
    count: entries.length,
    opportunities: entries.map(({ subject, date }) => ({
      ...(several ? homeOf(subject.book) : {}),
      id: idOf(subject),
      customer: customerOf(subject),
      owner: ownerOf(subject) || null,
      date: formatDay(date),
      amount: subject.amount === null ? null : yuanNumber(subject.amount),
    })),
  };
}

function usage({ text, value, expected }: BadInput): Failure {
  return new Failure('usage', text, { value, expected });
}
