import type { Book } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { Deal } from '../deal.ts';
import type { Message } from '../message.ts';
import { formatAmount, yuanNumber } from '../money.ts';
import { quarterOf } from '../period.ts';
import type { BacktestQuarter } from './backtest.ts';
import {
  emptyPeriod,
  expectedAmount,
  type Forecast,
  type ForecastPeriod,
  forecastDeals,
  joinPeriods,
  orderOf,
} from './forecast.ts';
import { backtestGrid, periodGrid, probabilityGrids } from './forecast-grids.ts';
import type { ReportPage } from './report.ts';

/** The forecast of one book: all that a page of several needs of it. */
export interface TeamForecast extends Forecast {
  readonly team: string;
  readonly asOf: Day;
  /** 预测样本: below so many the defaults count. */
  readonly least: number;
}

export function forecastBook(book: Book): TeamForecast {
  const { team, asOf, settings } = book;
  return { ...forecastDeals(book.deals, book, asOf), team, asOf, least: settings.forecastSample };
}

/**
 * The forecast as a page and as JSON. Of several books (`several`) it is the sum of what each team's own probabilities
 * give; these, the ids and a table of this quarter then say whose they are.
 */
export function forecastPage(
  teams: readonly [TeamForecast, ...TeamForecast[]],
  tested: readonly BacktestQuarter[] | null,
  several = false,
): ReportPage {
  const [{ asOf }] = teams;
  const periods = joinPeriods(teams.map((each) => each.periods));
  const unpriced = teams.flatMap((each) => each.unpriced);
  const held = teams.flatMap((each) => each.held);
  const leads = teams.flatMap((each) => each.leads);
  const late = teams.flatMap((each) => each.late);
  const quarter = quarterOf(asOf).label;
  return {
    title: { zh: `销售预测 截至 ${formatDay(asOf)}`, en: `Forecast as of ${formatDay(asOf)}` },
    scope: SCOPE,
    headline: null,
    grids: [
      periodGrid(
        { zh: '按季', en: 'By quarter' },
        periods.filter(({ label }) => orderOf(label) !== 1),
      ),
      periodGrid(
        { zh: '按月', en: 'By month' },
        periods.filter(({ label }) => orderOf(label) === 1),
      ),
      ...(several
        ? [
            periodGrid(
              { zh: `${quarter} 按团队`, en: `${quarter} by team` },
              teams.map((each) => ({
                ...(each.periods.find(({ label }) => label === quarter) ?? emptyPeriod(quarter)),
                label: each.team,
              })),
              { zh: '团队', en: 'Team' },
            ),
          ]
        : []),
      ...probabilityGrids(
        teams.map(({ team, probabilities, least }) => ({
          team: several ? team : null,
          probabilities,
          least,
        })),
      ),
      ...(tested ? [backtestGrid(tested)] : []),
    ],
    summary: [],
    notes: notesOf({ unpriced, held, leads, late }),
    json: {
      asOf: formatDay(asOf),
      periods: periodsJson(periods),
      probabilities: teams.flatMap(({ team, probabilities }) =>
        probabilities.map(({ stage, p, n, isDefault }) => ({
          ...(several ? { team } : {}),
          stage,
          p,
          n,
          default: isDefault,
        })),
      ),
      unpriced: teams.flatMap(({ team, unpriced: own }) =>
        own.map(({ row }) => (several ? `${team} ${row.id ?? row.customer}` : row.id)),
      ),
      ...(several
        ? { teams: teams.map((each) => ({ team: each.team, periods: periodsJson(each.periods) })) }
        : {}),
      ...(tested
        ? {
            backtest: tested.map(({ label, weighted, actual, foreseen, n }) => ({
              label,
              weighted: yuanNumber(weighted),
              actual: yuanNumber(actual),
              foreseen: yuanNumber(foreseen),
              error: actual === 0 ? null : (weighted - actual) / actual,
              n,
            })),
          }
        : {}),
    },
  };
}

const SCOPE: Message = {
  zh: '口径:进行中的商机按预计成交日期;加权 = 金额 × 该阶段的赢单概率;确定 = 已签约或成交签约阶段,较可能 = 谈判推进,可能 = 需求挖掘和方案呈现',
  en: 'Open opportunities by expected close; weighted = amount × the chance of winning from the stage; committed = signed or in Closing, likely = Negotiation, possible = Discovery and Proposal',
};

function periodsJson(periods: readonly ForecastPeriod[]) {
  return periods.map(({ label, n, ...sums }) => ({
    label,
    ...Object.fromEntries(Object.entries(sums).map(([key, fen]) => [key, yuanNumber(fen)])),
    n,
  }));
}

function notesOf({
  unpriced,
  held,
  leads,
  late,
}: Pick<Forecast, 'unpriced' | 'held' | 'leads' | 'late'>): readonly Message[] {
  const names = (deals: readonly Deal[]) => {
    const some = deals
      .slice(0, 5)
      .map(({ row }) => (row.id === null ? row.customer : `${row.customer} ${row.id}`));
    return {
      zh: some.join('、') + (deals.length > 5 ? ' …' : ''),
      en: some.join(', ') + (deals.length > 5 ? ' …' : ''),
    };
  };
  const worth = (deals: readonly Deal[]) => deals.reduce((sum, deal) => sum + (expectedAmount(deal) ?? 0), 0);
  const when = (deals: readonly Deal[], note: (n: number) => Message) =>
    deals.length === 0 ? [] : [note(deals.length)];
  return [
    ...when(unpriced, (n) => ({
      zh: `没有金额 ${n} 条,未计入金额:${names(unpriced).zh}`,
      en: `${n} without an amount add nothing: ${names(unpriced).en}`,
    })),
    ...when(late, (n) => ({
      zh: `预计成交日期已过 ${n} 条,计入本月:${names(late).zh}`,
      en: `${n} whose expected close has passed count in this month: ${names(late).en}`,
    })),
    ...when(held, (n) => ({
      zh: `搁置 ${n} 条 (${formatAmount(worth(held), 'zh')}) 不计入`,
      en: `${n} on hold (${formatAmount(worth(held), 'en')}) are left out`,
    })),
    ...when(leads, (n) => ({ zh: `线索 ${n} 条不计入预测`, en: `${n} leads are no forecast` })),
  ];
}
