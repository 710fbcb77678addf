import type { Book } from '../book.ts';
import { formatDay } from '../date.ts';
import type { KeptTable } from '../kept-table.ts';
import { counted, type Message } from '../message.ts';
import { formatAmount, yuanNumber } from '../money.ts';
import type { Period } from '../period.ts';
import { percent } from './conversion-text.ts';
import type { ReportPage } from './report.ts';
import { readTargets, samePeriod } from './target.ts';
import { monthGrid, ownerGrid, quarterGrid, rateGrid } from './target-grids.ts';
import { type PlanBasis, planBasis, planYear } from './target-plan.ts';
import { type Context, lineOf, monthNeeds, ownersOf, type Pace, paceOf } from './target-progress.ts';

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

function paceLine({ actual, expected, elapsed, workingDays, target }: Pace): Message {
  const gap = actual - expected;
  const done = target === 0 ? null : actual / target;
  const roughly = (lang: 'zh' | 'en') => formatAmount(Math.round(Math.abs(gap) / 100_000) * 100_000, lang);
  return {
    zh: `已签 ${formatAmount(actual, 'zh')},完成 ${percent(done)};按进度(${elapsed}/${workingDays} 个工作日)应有 ${percent(target === 0 ? null : expected / target)},${gap < 0 ? '落后' : '领先'} ${roughly('zh')}`,
    en: `Signed ${formatAmount(actual, 'en')}, ${percent(done)} of the target; by ${elapsed} of ${workingDays} working days it should be ${percent(target === 0 ? null : expected / target)}: ${roughly('en')} ${gap < 0 ? 'behind' : 'ahead'}`,
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
