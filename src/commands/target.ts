import { writeBook } from '../app.ts';
import type { BadInput } from '../core/decision.ts';
import { parseAmount } from '../core/money.ts';
import { commandText } from '../core/paste.ts';
import { yearHolding } from '../core/period.ts';
import { readRate, setTarget, TARGET_TABLE, type TargetOrder } from '../core/reports/target.ts';
import { targetPage } from '../core/reports/target-page.ts';
import type { PlannedStage } from '../core/reports/target-plan.ts';
import { readShare, readWeights } from '../core/setting-values.ts';
import { readStageWord } from '../core/stages.ts';
import { nearest, normalizeWidth } from '../core/text.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure } from '../failure.ts';
import { readKeptTables } from '../kept-tables.ts';
import { type Reading, readBook } from '../read-book.ts';
import { renderReport } from '../render/report-text.ts';
import type { Session } from '../session.ts';
import type { CommandSpec, OptionValues } from './command.ts';
import { textOption } from './option-values.ts';

export const targetCommand: CommandSpec = {
  name: 'target',
  args: '<action> [amount]',
  summary: {
    zh: '目标: set 金额(分到季、月、负责人,倒推各阶段数)、show(进度、本月还差多少)',
    en: 'targets: set AMOUNT (down to quarters, months, owners and stages), show (the pace, what this month lacks)',
  },
  brief: { zh: '目标:set 金额、show(进度)', en: 'targets: set AMOUNT, show (the pace)' },
  writes: true,
  options: [
    {
      flags: '--year <year>',
      text: { zh: '哪一年(财年);默认今年', en: 'which (fiscal) year; this one by default' },
    },
    { flags: '--quarter <quarter>', text: { zh: '只定这一季的', en: 'set this quarter only' } },
    { flags: '--owner <name>', text: { zh: '某个负责人的目标', en: "one owner's target" } },
    {
      flags: '--split <weights>',
      text: { zh: '四个季度的比例,如 15,25,25,35', en: 'weights of the four quarters, like 15,25,25,35' },
    },
    {
      flags: '--rate <stage=share...>',
      text: { zh: '目标率,如 方案呈现=45%,可多个', en: 'a wanted rate, like 方案呈现=45%, several allowed' },
    },
    {
      flags: '--average <amount>',
      text: { zh: '平均合同额,如 15万', en: 'the average contract, like 150000' },
    },
  ],
  examples: [
    'target set 300万 --year 2026 --dry-run',
    'target set 300万 --year 2026 --split 15,25,25,35 --rate 谈判推进=0.6 --rate 方案呈现=0.5',
    'target set 90万 --quarter Q3 --owner 王芳',
    'target show',
  ],
  async run(session, [action, amount], options) {
    if (action === 'set') return runSet(session, String(amount ?? ''), options);
    if (action === 'show' && amount === undefined) return runShow(session, options);
    const word = String(action === 'show' ? amount : action);
    const close = nearest(word, ['set', 'show']);
    throw new Failure(
      'usage',
      {
        zh: `target 后面是 set 金额 或 show,不认识「${word}」${close.length > 0 ? `;是不是 ${close.join('、')}?` : ''}`,
        en: `target takes set AMOUNT or show; “${word}” is neither${close.length > 0 ? `. Did you mean ${close.join(', ')}?` : ''}`,
      },
      { value: word, expected: 'set AMOUNT / show' },
    );
  },
};

function runSet(session: Session, said: string, options: OptionValues): Promise<ExitCode> {
  return writeBook(session, {
    tables: [TARGET_TABLE],
    ask: async () => ({}),
    decide(reading) {
      const { book, today, calendar } = reading;
      const order = readOrder(said, options, reading);
      if ('badInput' in order) return order;
      return setTarget(book, reading.tables?.get(TARGET_TABLE) ?? null, order, { today, calendar });
    },
  });
}

async function runShow(session: Session, options: OptionValues): Promise<ExitCode> {
  const useless = ['quarter', 'owner', 'split', 'rate', 'average'].find(
    (name) => options[name] !== undefined,
  );
  if (useless !== undefined || session.options.dryRun) {
    const flag = useless === undefined ? '--dry-run' : `--${useless}`;
    throw new Failure(
      'usage',
      { zh: `${flag} 只用于 target set`, en: `${flag} belongs to target set` },
      { value: flag, expected: '--year' },
    );
  }
  const reading = await readBook(session);
  const { store, book, today, calendar } = reading;
  const tables = await readKeptTables(store, [TARGET_TABLE], book.shape.sheet);
  const year = readYear(options, reading);
  if (typeof year !== 'number')
    throw new Failure('usage', year.text, { value: year.value, expected: year.expected });
  const page = targetPage(book, tables.get(TARGET_TABLE) ?? null, year, { today, calendar });
  if (page === null) {
    const set = (amount: string) => commandText(book, 'target', 'set', amount, '--year', String(year));
    throw new Failure(
      'not-found',
      {
        zh: `${year} 年还没有目标。先定一个,如: ${set('300万')}`,
        en: `There is no target for ${year} yet. Set one, like: ${set('3000000')}`,
      },
      { file: store.path },
    );
  }
  if (session.options.json) session.json({ ...page.json, notes: page.notes.map(session.say) });
  else session.print(renderReport(page, session.style));
  return EXIT.done;
}

function readOrder(said: string, options: OptionValues, reading: Reading): TargetOrder | BadInput {
  const amount = readMoney('AMOUNT', said);
  if (typeof amount !== 'number') return amount;
  const year = readYear(options, reading);
  if (typeof year !== 'number') return year;
  const quarterText = textOption(options, 'quarter');
  const quarter =
    quarterText === null
      ? null
      : Number(/(?:^|Q|第)([1-4])(?:季度?)?$/i.exec(normalizeWidth(quarterText).trim())?.[1]);
  if (Number.isNaN(quarter)) return bad('--quarter', quarterText ?? '', 'Q1, Q2, Q3, Q4');
  const splitText = textOption(options, 'split');
  const split = splitText === null ? null : readWeights(splitText);
  if (splitText !== null && split === null) return bad('--split', splitText, '15,25,25,35');
  if (split !== null && quarter !== null) return bad('--split', splitText ?? '', '--split | --quarter');
  const rates = new Map<PlannedStage, number>();
  for (const each of Array.isArray(options.rate) ? options.rate : []) {
    const read = readRate(
      each,
      (word) => readStageWord(word, reading.book.settings.stageWords)?.stage ?? null,
      readShare,
    );
    if ('badInput' in read) return read;
    rates.set(...read);
  }
  const averageText = textOption(options, 'average');
  const average = averageText === null ? null : readMoney('--average', averageText);
  if (average !== null && typeof average !== 'number') return average;
  return {
    amount,
    year,
    quarter,
    owner: textOption(options, 'owner')?.trim() || null,
    split,
    rates,
    average,
  };
}

/** --year, else the (fiscal) year of today. */
function readYear(options: OptionValues, { book, today }: Reading): number | BadInput {
  const said = textOption(options, 'year');
  const now = yearHolding(today, book.settings.fiscalYearStart);
  if (said === null) return now;
  const steps = new Map([
    ['this', 0],
    ['今年', 0],
    ['last', -1],
    ['去年', -1],
    ['next', 1],
    ['明年', 1],
  ]).get(said.trim().toLowerCase());
  if (steps !== undefined) return now + steps;
  const match = /^(?:FY)?(\d{4})(?:年度?|财年)?$/i.exec(normalizeWidth(said).trim());
  return match ? Number(match[1]) : bad('--year', said, '2026');
}

function readMoney(flag: string, said: string): number | BadInput {
  const read = parseAmount(said, 1);
  return read?.kind === 'amount' && read.low === read.high && read.low > 0
    ? read.low
    : bad(flag, said, '300万');
}

function bad(flag: string, value: string, expected: string): BadInput {
  return {
    badInput: true,
    text: {
      zh:
        value === ''
          ? `缺少 ${flag === 'AMOUNT' ? '金额' : flag},如 ${expected}`
          : `${flag === 'AMOUNT' ? '目标' : flag}「${value}」不能用,应为 ${expected}`,
      en:
        value === ''
          ? `${flag} is missing, like ${expected}`
          : `${flag} “${value}” cannot be used; expected ${expected}`,
    },
    value,
    expected,
  };
}
