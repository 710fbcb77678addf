import type { Book } from '../book.ts';
import { type Calendar, countWorkingDays } from '../calendar.ts';
import { type Day, formatDay } from '../date.ts';
import type { Deal } from '../deal.ts';
import { foldDeal } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Grid, GridCell } from '../grid.ts';
import type { KeptTable } from '../kept-table.ts';
import { counted, type Message } from '../message.ts';
import { type Fen, formatAmount, yuanNumber } from '../money.ts';
import type { Period } from '../period.ts';
import { isOpenStage, stageInfo, stageLabel } from '../stages.ts';
import { percent } from './conversion-text.ts';
import { isSmall } from './measures.ts';
import { gatherPopulation } from './population.ts';
import type { ReportPage } from './report.ts';
import { tallyStages } from './tally.ts';
import { readTargets, samePeriod, type TargetRow } from './target.ts';
import {
  expectedYield,
  type Needs,
  PLANNED_STAGES,
  type PlanBasis,
  planBasis,
  planNeeds,
  planYear,
  workingDaysIn,
} from './target-plan.ts';

interface Context {
  readonly today: Day;
  readonly calendar: Calendar;
}

/** One period of the year with its target, what it needs and what came. */
interface Line {
  readonly period: Period;
  readonly amount: Fen | null;
  readonly needs: Needs | null;
  readonly actual: Fen;
}

/**
 * A year's target as it stands in 销售目标, broken down anew by the rates of today: quarters, the running month stage by
 * stage, owners, and the pace by working days. Null where the year has no target.
 */
export function targetPage(
  book: Book,
  table: KeptTable | null,
  year: number,
  context: Context,
): ReportPage | null {
  const { today } = context;
  const plan = planYear(year, book.settings.fiscalYearStart);
  const rows = table ? readTargets(table) : [];
  const amountOf = (period: Period, owner = '') =>
    rows.find((row) => samePeriod(row.period, period) && row.owner === owner)?.amount ?? null;
  const basis = planBasis(book.deals, book.settings, today);
  const quarters = plan.quarters.map(({ period }) => lineOf(book, period, amountOf(period), basis));
  const sum = quarters.reduce((total, { amount }) => total + (amount ?? 0), 0);
  const amount = amountOf(plan.year) ?? (quarters.some((each) => each.amount !== null) ? sum : null);
  if (amount === null) return null;
  const whole = lineOf(book, plan.year, amount, basis);
  const pace = paceOf(whole, quarters, context);
  const month = plan.quarters
    .flatMap(({ months }) => months)
    .find(({ from, to }) => from <= today && today <= to);
  const monthAmount = month ? amountOf(month) : null;
  const needed = month && monthAmount !== null ? monthNeeds(book, month, monthAmount, basis, today) : null;
  const running = quarters.find(({ period }) => period.from <= today && today <= period.to);
  const owners = ownersOf(book, rows, plan.year);
  return {
    title: {
      zh: `销售目标 ${plan.year.label} ${formatAmount(amount, 'zh')} 截至 ${formatDay(today)}`,
      en: `Target ${plan.year.label} ${formatAmount(amount, 'en')} as of ${formatDay(today)}`,
    },
    scope: SCOPE,
    headline: paceLine(pace),
    grids: [
      quarterGrid([...quarters, whole], plan.year),
      rateGrid(basis),
      ...(needed ? [monthGrid(needed)] : []),
      ...(owners.length > 0 ? [ownerGrid(owners)] : []),
    ],
    summary: [...averageLine(basis), ...lastLeadLine(basis, running?.period ?? null)],
    notes:
      amountOf(plan.year) !== null && quarters.every((each) => each.amount !== null) && sum !== amount
        ? [
            {
              zh: `各季目标之和 ${formatAmount(sum, 'zh')} 与年度 ${formatAmount(amount, 'zh')} 不等`,
              en: `The quarters add up to ${formatAmount(sum, 'en')}, not to the year's ${formatAmount(amount, 'en')}`,
            },
          ]
        : [],
    json: {
      year,
      amount: yuanNumber(amount),
      deals: whole.needs?.deals ?? null,
      stages: whole.needs?.stages ?? null,
      quarters: quarters.map(({ period, amount: own, needs, actual }) => ({
        label: period.label,
        from: formatDay(period.from),
        to: formatDay(period.to),
        amount: own === null ? null : yuanNumber(own),
        deals: needs?.deals ?? null,
        stages: needs?.stages ?? null,
        actual: yuanNumber(actual),
        lastLead: basis.cycle === null ? null : formatDay(period.to - Math.round(basis.cycle.days)),
      })),
      pace: {
        actual: yuanNumber(pace.actual),
        expected: yuanNumber(pace.expected),
        workingDaysElapsed: pace.elapsed,
        workingDays: pace.workingDays,
      },
      average: basis.average && {
        amount: yuanNumber(basis.average.fen),
        n: basis.average.n,
        from: basis.average.from,
      },
      rates: basis.rates,
      cycle: basis.cycle,
      month: needed && {
        label: needed.period.label,
        amount: yuanNumber(needed.amount),
        fromStock: needed.stock,
        deals: needed.needs.deals,
        stages: needed.rows.map(({ stage, wanted, entered, missing }) => ({
          stage,
          needed: wanted,
          entered,
          missing,
        })),
      },
      owners: owners.map(({ owner, amount: own, actual }) => ({
        owner,
        amount: yuanNumber(own),
        actual: yuanNumber(actual),
      })),
    },
  };
}

const SCOPE: Message = {
  zh: '口径:签约数 = 目标 ÷ 平均合同额,各阶段数由后往前除以转化率,都向上取整;进度按工作日',
  en: 'Contracts = target ÷ average contract; numbers per stage are divided back by the rates, rounded up; pace by working days',
};

function lineOf(book: Book, period: Period, amount: Fen | null, basis: PlanBasis): Line {
  return {
    period,
    amount,
    needs: amount === null ? null : planNeeds(amount, basis),
    actual: signedIn(book.deals, period),
  };
}

/** Contracts signed in a period, in 分; without an amount a contract adds nothing. */
function signedIn(deals: readonly Deal[], { from, to }: Period): Fen {
  return deals.reduce((sum, { row }) => {
    const on = hasContract(row) ? row.contractDate : null;
    return on !== null && on >= from && on <= to ? sum + ((row.contractAmount ?? row.amount)?.low ?? 0) : sum;
  }, 0);
}

interface Pace {
  readonly actual: Fen;
  readonly expected: Fen;
  readonly elapsed: number;
  readonly workingDays: number;
  readonly target: Fen;
}

/** What should have come by the end of today: each quarter's target by the share of its working days that are over. */
function paceOf(
  { period, amount, actual }: Line,
  quarters: readonly Line[],
  { today, calendar }: Context,
): Pace {
  const elapsedIn = ({ from, to }: Period) => countWorkingDays(calendar, from - 1, Math.min(to, today));
  const share = (of: Period) => elapsedIn(of) / Math.max(1, workingDaysIn(of, calendar));
  const known = quarters.filter((each) => each.amount !== null);
  const expected =
    known.length === quarters.length
      ? quarters.reduce((sum, each) => sum + (each.amount ?? 0) * share(each.period), 0)
      : (amount ?? 0) * share(period);
  return {
    actual,
    expected: Math.round(expected / 100) * 100,
    elapsed: elapsedIn(period),
    workingDays: workingDaysIn(period, calendar),
    target: amount ?? 0,
  };
}

function paceLine({ actual, expected, elapsed, workingDays, target }: Pace): Message {
  const gap = actual - expected;
  const done = target === 0 ? null : actual / target;
  const roughly = (lang: 'zh' | 'en') => formatAmount(Math.round(Math.abs(gap) / 100_000) * 100_000, lang);
  return {
    zh: `已签 ${formatAmount(actual, 'zh')},完成 ${percent(done)};按进度(${elapsed}/${workingDays} 个工作日)应有 ${percent(target === 0 ? null : expected / target)},${gap < 0 ? '落后' : '领先'} ${roughly('zh')}`,
    en: `Signed ${formatAmount(actual, 'en')}, ${percent(done)} of the target; by ${elapsed} of ${workingDays} working days it should be ${percent(target === 0 ? null : expected / target)}: ${roughly('en')} ${gap < 0 ? 'behind' : 'ahead'}`,
  };
}

interface MonthNeeds {
  readonly period: Period;
  readonly amount: Fen;
  /** Contracts that those already open when the month began should yield. */
  readonly stock: number;
  readonly needs: Needs;
  readonly rows: readonly {
    readonly stage: (typeof PLANNED_STAGES)[number];
    readonly wanted: number | null;
    readonly entered: number;
    readonly missing: number | null;
  }[];
}

/**
 * What the month still lacks, stage by stage: what its target needs beyond the opening stock (those expected to close by
 * its end), less what has come so far.
 */
function monthNeeds(book: Book, month: Period, amount: Fen, basis: PlanBasis, today: Day): MonthNeeds {
  const opening = book.deals
    .map((deal) => foldDeal(deal.row, deal.events, month.from - 1))
    .filter(
      ({ born, stage, hold, row }) =>
        born &&
        stage !== null &&
        isOpenStage(stage) &&
        hold === null &&
        !hasContract(row) &&
        row.expectedClose !== null &&
        row.expectedClose <= month.to,
    );
  const stock = expectedYield(opening, basis.rates);
  const needs = planNeeds(amount, basis, stock);
  const { subjects } = gatherPopulation(book, { end: today, hides: null, onlyRecorded: false });
  const tallies = tallyStages(subjects, month.from, today);
  return {
    period: month,
    amount,
    stock,
    needs,
    rows: PLANNED_STAGES.map((stage) => {
      const wanted = needs.stages[stage];
      const entered = tallies.find((tally) => tally.stage === stage)?.cells.entered.length ?? 0;
      return { stage, wanted, entered, missing: wanted === null ? null : Math.max(0, wanted - entered) };
    }),
  };
}

interface OwnerLine {
  readonly owner: string;
  readonly amount: Fen;
  readonly actual: Fen;
}

function ownersOf(book: Book, rows: readonly TargetRow[], year: Period): readonly OwnerLine[] {
  return rows
    .filter(({ period, owner, amount }) => samePeriod(period, year) && owner !== '' && amount !== null)
    .map(({ owner, amount }) => ({
      owner,
      amount: amount ?? 0,
      actual: signedIn(
        book.deals.filter(({ row }) => row.owner === owner),
        year,
      ),
    }));
}

function quarterGrid(lines: readonly Line[], year: Period): Grid {
  const number = (value: number | null | undefined): GridCell =>
    value === null || value === undefined ? { kind: 'text', text: '—' } : { kind: 'count', value };
  return {
    title: null,
    columns: [
      { title: { zh: '期间', en: 'Period' }, align: 'left' },
      { title: { zh: '目标', en: 'Target' }, align: 'right' },
      { title: { zh: '签约', en: 'Deals' }, align: 'right' },
      ...[...PLANNED_STAGES]
        .reverse()
        .filter((stage) => stage !== 'closing')
        .map((stage) => ({ title: stageInfo(stage).name, align: 'right' as const })),
      { title: { zh: '已签', en: 'Signed' }, align: 'right' },
    ],
    rows: lines.map(({ period, amount, needs, actual }) => [
      { kind: 'text', text: period === year ? { zh: '全年', en: 'Year' } : period.label },
      { kind: 'money', fen: amount },
      number(needs?.deals),
      ...[...PLANNED_STAGES]
        .reverse()
        .filter((stage) => stage !== 'closing')
        .map((stage) => number(needs?.stages[stage])),
      { kind: 'money', fen: actual },
    ]),
    notes: [],
  };
}

function rateGrid({ rates }: PlanBasis): Grid {
  const small = rates.some(({ own, n }) => own !== null && isSmall(n));
  return {
    title: { zh: '转化率:实际与目标', en: 'Rates: own and wanted' },
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      { title: { zh: '实际率', en: 'Own' }, align: 'right' },
      { title: { zh: '样本', en: 'n' }, align: 'right' },
      { title: { zh: '目标率', en: 'Wanted' }, align: 'right' },
      { title: { zh: '采用', en: 'Used' }, align: 'right' },
    ],
    rows: rates.map(({ stage, own, n, target, used }) => [
      { kind: 'text', text: stageLabel(stage) },
      { kind: 'rate', value: own, ...(own !== null && isSmall(n) ? { small: true as const } : {}) },
      { kind: 'count', value: n },
      target === null ? { kind: 'empty' } : { kind: 'rate', value: target },
      { kind: 'rate', value: used },
    ]),
    notes: small ? [{ zh: '* 样本不足 10,仅供参考', en: '* fewer than 10: for orientation only' }] : [],
  };
}

function monthGrid({ period, amount, stock, rows }: MonthNeeds): Grid {
  const number = (value: number | null): GridCell =>
    value === null ? { kind: 'text', text: '—' } : { kind: 'count', value };
  const yields = Math.round(stock * 10) / 10;
  return {
    title: {
      zh: `本月 ${period.label}:目标 ${formatAmount(amount, 'zh')},期初存量预计签 ${yields} 个,此外还需`,
      en: `${period.label}: target ${formatAmount(amount, 'en')}, opening stock yields ${yields}; beyond it`,
    },
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      { title: { zh: '需要', en: 'Needed' }, align: 'right' },
      { title: { zh: '已新增', en: 'Entered' }, align: 'right' },
      { title: { zh: '还差', en: 'Missing' }, align: 'right' },
    ],
    rows: rows.map(({ stage, wanted, entered, missing }) => [
      { kind: 'text', text: stageLabel(stage) },
      number(wanted),
      { kind: 'count', value: entered },
      number(missing),
    ]),
    notes: [],
  };
}

function ownerGrid(owners: readonly OwnerLine[]): Grid {
  return {
    title: { zh: '负责人', en: 'Owners' },
    columns: [
      { title: { zh: '负责人', en: 'Owner' }, align: 'left' },
      { title: { zh: '目标', en: 'Target' }, align: 'right' },
      { title: { zh: '已签', en: 'Signed' }, align: 'right' },
      { title: { zh: '完成', en: 'Done' }, align: 'right' },
    ],
    rows: owners.map(({ owner, amount, actual }) => [
      { kind: 'text', text: owner },
      { kind: 'money', fen: amount },
      { kind: 'money', fen: actual },
      { kind: 'rate', value: amount === 0 ? null : actual / amount },
    ]),
    notes: [],
  };
}

function averageLine({ average }: PlanBasis): readonly Message[] {
  if (average === null) return [{ zh: '平均合同额还不知道', en: 'No average contract is known yet' }];
  const from: Message = {
    setting: { zh: '设置', en: 'from 设置' },
    contracts: { zh: `近四季 ${average.n} 份合同`, en: `${average.n} contracts of the last four quarters` },
    amounts: { zh: `按 ${average.n} 条金额估`, en: `estimated from ${average.n} amounts` },
  }[average.from];
  return [
    {
      zh: `平均合同额 ${formatAmount(average.fen, 'zh')}(${from.zh})`,
      en: `Average contract ${formatAmount(average.fen, 'en')} (${from.en})`,
    },
  ];
}

/** After that day a new lead comes too late for the quarter. */
function lastLeadLine({ cycle }: PlanBasis, quarter: Period | null): readonly Message[] {
  if (cycle === null || quarter === null) return [];
  const last = formatDay(quarter.to - Math.round(cycle.days));
  return [
    {
      zh: `成交周期中位 ${Math.round(cycle.days)} 天 (n=${cycle.n}):${last} 之后的新线索赶不上 ${quarter.label}`,
      en: `Median cycle ${counted(Math.round(cycle.days), 'day')} (n=${cycle.n}): a lead after ${last} comes too late for ${quarter.label}`,
    },
  ];
}
