import { dealsOf } from '../core/book.ts';
import { checkBook } from '../core/check.ts';
import type { Deal } from '../core/deal.ts';
import { dealJson } from '../core/deal-json.ts';
import type { Finding } from '../core/finding.ts';
import {
  filterDeals,
  type ListColumn,
  listColumnText,
  listColumnTitle,
  sortDeals,
  unheldNotes,
} from '../core/list.ts';
import { visible } from '../core/text.ts';
import { waitingJson } from '../core/waiting.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import { unknownFormat } from '../output-file.ts';
import { lookAhead } from '../queue.ts';
import type { Reading } from '../read-book.ts';
import { exitOf, fromBooks, incompleteNotes } from '../read-books.ts';
import type { OutputFormat } from '../render/format.ts';
import { FORMATS } from '../render/formats.ts';
import { columnGrid, type DealHome, dealGrid, renderDealList } from '../render/list-text.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { searchDeals } from './deal-argument.ts';
import { readColumns, readFilter, readLimit, readSort } from './list-options.ts';
import { textOption } from './option-values.ts';

const PRINTED = FORMATS.filter(({ isText }) => isText);
const FORMAT_WORDS: readonly string[] = ['table', ...PRINTED.map(({ key }) => key), 'json', 'ids'];

export const listCommand: CommandSpec = {
  name: 'list',
  args: '[query]',
  summary: {
    zh: '列出商机:按编号、客户名、阶段、负责人……',
    en: 'list opportunities by ID, customer, stage, owner …',
  },
  writes: false,
  several: true,
  pages: true,
  options: [
    { flags: '--stage <stage>', text: { zh: '阶段', en: 'stage' } },
    { flags: '--owner <name>', text: { zh: '销售负责人', en: 'owner' } },
    { flags: '--intent <grade>', text: { zh: '意向等级:高、中、低', en: 'intent: high, medium, low' } },
    { flags: '--source <channel>', text: { zh: '来源渠道', en: 'source channel' } },
    { flags: '--stalled', text: { zh: '只列停滞的', en: 'only those that have stalled' } },
    { flags: '--overdue', text: { zh: '只列逾期的', en: 'only those with something overdue' } },
    {
      flags: '--where <column=value>',
      text: {
        zh: '列=值,可多次;金额可写 10万以上、10万-50万',
        en: 'column=value, may be repeated; amounts like 100000-500000',
      },
      repeat: true,
    },
    {
      flags: '--amount <range>',
      text: { zh: '预计金额:10万以上、10万以下、10万-50万', en: 'expected amount: 100000-500000, 100000+' },
    },
    {
      flags: '--columns <names>',
      text: {
        zh: '要哪些列,逗号分开;团队自己的列也行',
        en: 'which columns, by commas; your own columns too',
      },
    },
    {
      flags: '--sort <column>',
      text: { zh: '按一列排序;列名前加 - 为降序', en: 'sort by a column; a leading - sorts descending' },
    },
    {
      flags: '--format <format>',
      text: {
        zh: `写成 ${FORMAT_WORDS.join('、')}(默认 table;ids 每行一个编号)`,
        en: `as ${FORMAT_WORDS.join(', ')} (default: table; ids: one a line)`,
      },
    },
    {
      flags: '--with-phones',
      text: { zh: 'csv、md 里电话不遮盖', en: 'phones stay readable in csv and md' },
    },
    { flags: '--limit <n>', text: { zh: '最多列几条', en: 'list at most so many' } },
  ],
  examples: [
    'list',
    'list 华东',
    'list --stage 方案呈现 --owner 王芳',
    'list --overdue --sort -预计金额',
    'list --amount 10万以上 --limit 20 --json',
    'list --where 区域=华东 --columns 客户名称,区域,预计金额',
    'list --stalled --format ids',
    'list --owner 王芳 --format csv',
  ],
  async run(session, [query], options) {
    const format = readFormat(session, options);
    const limit = readLimit(options);
    const books = await fromBooks(
      session,
      'keep',
      (each, own) => lookAhead(own, each),
      () => {
        if (format === 'ids') throw idsOfOneBook();
      },
    );
    const { several } = books;
    const [first, ...others] = books.made;
    const readings = [first.reading, ...others.map(({ reading }) => reading)] as const;
    const filter = readFilter(readings, options);
    const sort = readSort(readings, options);
    const columns = readColumns(readings, options);
    const homes = new Map<Deal, DealHome>();
    for (const { reading, waiting } of books.made) {
      const { settings, team, named } = reading.book;
      const found = await selectDeals(reading, typeof query === 'string' ? query : null, options);
      for (const deal of filterDeals(reading.book, found, filter))
        homes.set(deal, { settings, waiting, team: several ? team : null, file: named });
    }
    const homeOf = (deal: Deal) => homes.get(deal) as DealHome;
    const passed = [...homes.keys()];
    if (passed.length === 0)
      for (const remark of unheldNotes(
        readings.map(({ book }) => book),
        filter,
      ))
        session.note(remark);
    const sorted = sort === null ? passed : sortDeals(passed, sort.key, sort.descending);
    const deals = limit === null ? sorted : sorted.slice(0, limit);
    const grid =
      columns === null ? dealGrid(deals, homeOf, several) : columnGrid(deals, columns, homeOf, several);
    if (format === 'json')
      session.json(
        deals.map((deal) => {
          const { settings, waiting, team, file } = homeOf(deal);
          return {
            ...(team === null ? {} : { team, file }),
            ...dealJson(deal, settings),
            ...waitingJson(waiting, deal),
            ...(columns === null ? {} : { columns: columnsJson(deal, columns) }),
          };
        }),
      );
    else if (format === 'ids') {
      for (const { row } of deals) if (row.id !== null) session.print(visible(row.id));
    } else if (format === 'table') {
      const queued = books.made.reduce((sum, { waiting }) => sum + waiting.n, 0);
      session.print(renderDealList(grid, deals.length, sorted.length, session.style, queued));
      for (const note of incompleteNotes(books)) session.print(session.say(note));
    } else {
      const document = { heading: [], grids: [grid], notes: [] };
      const bytes = await format.render(document, {
        lang: session.lang,
        withPhones: options.withPhones === true,
      });
      // A byte order mark is for files: what reads from a pipe would take it for text.
      session.io.out(new TextDecoder().decode(bytes));
    }
    return exitOf(books, EXIT.done);
  },
};

/** They go into commands, which keep to one book; two books may use the same. */
function idsOfOneBook(): Failure {
  return new Failure(
    'usage',
    {
      zh: '--format ids 一次只用一本客户表:两本可能用了同样的编号。请用 --file 指定一本',
      en: '--format ids goes with one workbook, since two may use the same ids; name it with --file',
    },
    { value: 'ids', expected: '--file' },
  );
}

/** `--format`; `--json` is its json. */
function readFormat(session: Session, options: OptionValues): OutputFormat | 'table' | 'json' | 'ids' {
  const given = textOption(options, 'format');
  if (given === null) return session.options.json ? 'json' : 'table';
  const word = given.trim().toLowerCase();
  const format = (['table', 'json', 'ids'] as const).find((each) => each === word);
  const found = format ?? PRINTED.find(({ key }) => key === word);
  if (!found) throw unknownFormat('--format', given, FORMAT_WORDS);
  if (!session.options.json || found === 'json') return found;
  throw new Failure('usage', {
    zh: `--json 和 --format ${given} 只能给一个`,
    en: `Give only one of --json and --format ${given}`,
  });
}

/** The deals `query` and the clocks pick. */
async function selectDeals(
  { book, today, calendar }: Reading,
  query: string | null,
  options: OptionValues,
): Promise<readonly Deal[]> {
  const found = query === null ? [...dealsOf(book)] : await searchDeals(book, query);
  const wanted = CLOCKS.filter(({ option }) => options[option] === true);
  if (wanted.length === 0) return found;
  const { ofRow } = checkBook({ today, settings: book.settings, calendar, book });
  return found.filter((deal) => wanted.every(({ finds }) => ofRow(deal.row.row).some(finds)));
}

/** 停滞: the two clocks and what is slow for this team. 逾期: every term that has run out, 历史遗留 too. */
const CLOCKS: readonly { readonly option: string; readonly finds: (finding: Finding) => boolean }[] = [
  { option: 'stalled', finds: ({ rule }) => rule === 'idle' || rule === 'stay' || rule === 'slow' },
  {
    option: 'overdue',
    finds: ({ rule, level }) =>
      (/^D\d$/.test(rule) || rule === 'agreed' || rule === 'hold') &&
      (level === 'overdue' || level === 'severe'),
  },
];

/** What `--columns` asks for, by the names of the columns, as text. */
function columnsJson(deal: Deal, columns: readonly ListColumn[]): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map((key) => [listColumnTitle(key).zh, listColumnText(deal, key)]));
}
