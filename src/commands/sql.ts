import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildCalendar } from '../core/calendar.ts';
import { formatDay } from '../core/date.ts';
import { commandText, UNNAMED } from '../core/paste.ts';
import { isPeriod, parsePeriod } from '../core/period.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';
import { DIALECTS } from '../core/sql/dialect.ts';
import { QUERY_VIEWS } from '../core/sql/list.ts';
import { GROUP_COLUMNS, type QueryInput } from '../core/sql/query.ts';
import { nearest } from '../core/text.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readToday } from '../read-book.ts';
import { officialHolidays } from '../storage/holidays.ts';
import type { CommandSpec } from './command.ts';
import { EXPORT_FORMATS } from './export.ts';
import { textOption } from './option-values.ts';

const VIEWS = QUERY_VIEWS.map(({ key }) => key);

export const sqlCommand: CommandSpec = {
  name: 'sql',
  args: '<view>',
  summary: {
    zh: `打印同一口径的 SQL(${VIEWS.join('、')}),在导出的表上得出和 report、check 一样的数`,
    en: `print the same definitions as SQL (${VIEWS.join(', ')}): over exported tables it gives the numbers of report and check`,
  },
  brief: { zh: '打印同一口径的 SQL,给导出的表用', en: 'the same definitions as SQL, for exported tables' },
  writes: false,
  options: [
    {
      flags: '--dialect <engine>',
      text: { zh: 'duckdb(默认)或 clickhouse', en: 'duckdb (the default) or clickhouse' },
    },
    {
      flags: '--data <dir>',
      text: {
        zh: '直接读 funnel export 写的文件夹;不给时用表名',
        en: 'read the folder that funnel export wrote; without it the bare table names',
      },
    },
    {
      flags: '--quarter [quarter]',
      text: { zh: '季度:2026Q3、Q3、this、last', en: 'a quarter: 2026Q3, Q3, this, last' },
    },
    {
      flags: '--month [month]',
      text: { zh: '月份:2026-06、6、this、last', en: 'a month: 2026-06, 6, this, last' },
    },
    { flags: '--year [year]', text: { zh: '年份:2026、this、last', en: 'a year: 2026, this, last' } },
    { flags: '--from <date>', text: { zh: '任意期间的第一天', en: 'the first day of any period' } },
    { flags: '--to <date>', text: { zh: '最后一天(默认今天)', en: 'its last day (default: today)' } },
    {
      flags: '--by <column>',
      text: { zh: `分组:${GROUP_COLUMNS.join('、')}`, en: `groups: ${GROUP_COLUMNS.join(', ')}` },
    },
  ],
  examples: [
    'sql conversion --quarter last --data 导出',
    'sql conversion --quarter 2026Q2 --by team --dialect clickhouse',
    'sql deadlines --data 导出',
  ],
  async run(session, [word], options) {
    const calendar = buildCalendar(officialHolidays(), DEFAULT_SETTINGS.ownDays);
    const today = readToday(session, DEFAULT_SETTINGS.timeZone, calendar);
    const view = oneOf('', String(word), VIEWS);
    const isDay = view === 'snapshot' || view === 'deadlines';
    const flag = isDay
      ? ['quarter', 'month', 'year', 'from', 'to'].find((name) => options[name] !== undefined)
      : undefined;
    if (flag !== undefined) throw useless(view, `--${flag}`);
    if (view === 'deadlines' && options.by !== undefined) throw useless(view, '--by');
    const day = formatDay(today);
    const period = isDay ? { label: day, from: today, to: today } : parsePeriod(options, today, calendar);
    if (!isPeriod(period))
      throw new Failure('usage', period.text, { value: period.value, expected: period.expected });
    const by = textOption(options, 'by');
    const dialect = oneOf(
      '--dialect',
      textOption(options, 'dialect') ?? 'duckdb',
      DIALECTS.map(({ key }) => key),
    );
    const data = textOption(options, 'data');
    const input: QueryInput = {
      dialect: DIALECTS.find(({ key }) => key === dialect) ?? DIALECTS[0],
      period,
      today,
      by: by === null ? null : oneOf('--by', by, GROUP_COLUMNS),
      data: data === null ? null : readData(resolve(session.io.cwd, data)),
    };
    const sql = QUERY_VIEWS.find(({ key }) => key === view)?.print(input) ?? '';
    if (session.options.json) session.json({ view, dialect, sql });
    else session.print(sql.trimEnd());
    return EXIT.done;
  },
};

/** One of the words of a list, or Failure('usage') that names the near ones. */
function oneOf<Word extends string>(flag: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word.trim().toLowerCase());
  if (found !== undefined) return found;
  const close = nearest(word, words);
  const list = (close.length > 0 ? close : words).join('、');
  const name = flag === '' ? `「${word}」` : `${flag}「${word}」`;
  throw new Failure(
    'usage',
    {
      zh: `没有 ${name};${close.length > 0 ? '是不是' : '可用'} ${list}`,
      en: `There is no ${flag === '' ? '' : `${flag} `}“${word}”; ${close.length > 0 ? 'did you mean' : 'use'} ${list}`,
    },
    { value: word, expected: words.join(' / ') },
  );
}

function useless(view: string, flag: string): Failure {
  return new Failure(
    'usage',
    {
      zh: `${view} 是某一天的,${flag} 没有意义;过去的某天用 --as-of 日期`,
      en: `${view} is about one day: ${flag} says nothing there. For another day use --as-of DATE`,
    },
    { value: flag, expected: '--as-of' },
  );
}

/** The folder that `export` wrote, and as what. Failure('file') where none did, or where a query would miss the teams of another format. */
function readData(folder: string): NonNullable<QueryInput['data']> {
  const teams = foldersIn(folder).map((team) => ({ team, names: namesIn(join(folder, team)) }));
  const found = EXPORT_FORMATS.flatMap((format) => {
    const first = teams.find(({ names }) => names.includes(`deals.${format}`));
    return first ? [{ format, place: `${first.team}/deals.${format}` }] : [];
  });
  const [only, other] = found;
  if (only && !other) return { folder, format: only.format };
  if (only && other)
    throw new Failure(
      'file',
      {
        zh: `${folder} 里有两种格式(${only.place}、${other.place}),一条查询只能读一种;请用同一个 --format 重新导出`,
        en: `${folder} holds two formats (${only.place}, ${other.place}) and a query reads one; export again with the same --format`,
      },
      { file: folder, value: other.place, expected: only.place },
    );
  throw new Failure(
    'file',
    {
      zh: `${folder} 里没有 funnel export 写的表;先导出: ${commandText(UNNAMED, 'export', folder)}`,
      en: `${folder} holds no tables that funnel export wrote; export first: ${commandText(UNNAMED, 'export', folder)}`,
    },
    { file: folder, expected: 'TEAM/deals.parquet' },
  );
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
