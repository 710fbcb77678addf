import type { Book } from '../book.ts';
import { type Day, formatDay } from '../date.ts';
import type { Deal } from '../deal.ts';
import { foldDeal } from '../fold.ts';
import { hasContract } from '../gates.ts';
import type { Grid, GridCell } from '../grid.ts';
import type { Message } from '../message.ts';
import { type Fen, formatAmount, yuanNumber } from '../money.ts';
import { lastFourQuarters, type Period, previousPeriod, quarterOf } from '../period.ts';
import { groupBy } from '../series.ts';
import { type OpenStage, stageInfo, stageLabel, stageRank } from '../stages.ts';
import type { ReportPage } from './report.ts';

/** The stages a forecast speaks of: a lead is none yet, 售后维护 is past the contract. */
const FORECAST_STAGES: readonly OpenStage[] = ['lead', 'discovery', 'proposal', 'negotiation', 'closing'];

/** P(win | stage): the team's own share of won among won and lost, or the default. */
export interface Probability {
  readonly stage: OpenStage;
  readonly p: number;
  /** Deals decided in the last four quarters that had reached the stage. */
  readonly n: number;
  readonly isDefault: boolean;
}

/** What one month or quarter is expected to bring. Only `weighted` is weighted. */
export interface ForecastPeriod {
  readonly label: string;
  readonly weighted: Fen;
  readonly committed: Fen;
  readonly likely: Fen;
  readonly possible: Fen;
  readonly n: number;
}

export interface Forecast {
  /** Quarters, then months, each in order; those without a date last. */
  readonly periods: readonly ForecastPeriod[];
  readonly probabilities: readonly Probability[];
  /** In the forecast but for their amount. */
  readonly unpriced: readonly Deal[];
  readonly held: readonly Deal[];
  readonly leads: readonly Deal[];
  /** 预计成交日期 has passed: they count in the running month. */
  readonly late: readonly Deal[];
}

/**
 * 加权预测 (1.8) over deals as they stand on a day: open ones of stages 2–5 that are not put aside, by 预计成交日期, and
 * contracts signed in the running quarter. committed = signed or stage 5, likely = stage 4, possible = stages 2–3.
 */
export function forecastDeals(deals: readonly Deal[], book: Book, today: Day): Forecast {
  const probabilities = winProbabilities(deals, book, today);
  const quarter = quarterOf(today);
  const open = deals.filter(
    (deal) => deal.born && !isWon(deal) && (rankOf(deal) ?? 9) <= 4 && deal.stage !== null,
  );
  const held = open.filter(({ hold }) => hold !== null);
  const leads = open.filter((deal) => deal.stage === 'lead');
  const counted = open.filter((deal) => deal.hold === null && deal.stage !== 'lead');
  const signed = deals.filter(
    (deal) =>
      deal.born &&
      isWon(deal) &&
      (deal.row.contractDate ?? 0) >= quarter.from &&
      (deal.row.contractDate ?? 0) <= today,
  );
  const pOf = ({ stage }: Deal) => probabilities.find((each) => each.stage === stage)?.p ?? 0;
  const sums = new Map<string, ForecastPeriod>();
  for (const label of [quarter.label, monthLabel(today)]) sums.set(label, emptyPeriod(label));
  const put = (deal: Deal, labels: readonly string[], p: number, isSigned: boolean) => {
    const worth = amountOf(deal) ?? 0;
    const rank = rankOf(deal) ?? 0;
    for (const label of labels) {
      const sum = sums.get(label) ?? emptyPeriod(label);
      sums.set(label, {
        label,
        weighted: sum.weighted + Math.round(worth * p),
        committed: sum.committed + (isSigned || rank === 4 ? worth : 0),
        likely: sum.likely + (!isSigned && rank === 3 ? worth : 0),
        possible: sum.possible + (!isSigned && (rank === 1 || rank === 2) ? worth : 0),
        n: sum.n + 1,
      });
    }
  };
  for (const deal of signed) put(deal, labelsOf(deal.row.contractDate ?? today), 1, true);
  for (const deal of counted) {
    const { expectedClose } = deal.row;
    put(
      deal,
      expectedClose === null ? [UNDATED] : labelsOf(Math.max(expectedClose, today)),
      pOf(deal),
      false,
    );
  }
  return {
    periods: sortPeriods([...sums.values()]),
    probabilities,
    unpriced: counted.filter((deal) => amountOf(deal) === null),
    held,
    leads,
    late: counted.filter(({ row }) => row.expectedClose !== null && row.expectedClose < today),
  };
}

/** won ÷ (won + lost) among those that reached the stage and were decided in the four quarters that end on `today`. */
export function winProbabilities(
  deals: readonly Deal[],
  { settings }: Book,
  today: Day,
): readonly Probability[] {
  const { from } = lastFourQuarters(today);
  const decided = deals.flatMap((deal) => {
    const last = deal.stays.at(-1);
    const won = isWon(deal);
    const isLost = last?.stage === 'lost' || last?.stage === 'invalid';
    const on = won ? deal.row.contractDate : isLost ? last.from : null;
    if (on === null || on < from || on > today) return [];
    const ranks = deal.stays.flatMap(({ stage }) => stageRank(stage) ?? []);
    return [{ won, ranks, furthest: Math.max(...ranks) }];
  });
  return FORECAST_STAGES.map((stage, rank): Probability => {
    // A stage that was skipped counts as reached, unless the deal is lost.
    const reached = decided.filter(
      ({ won, ranks, furthest }) => ranks.includes(rank) || (won && furthest > rank),
    );
    const n = reached.length;
    const isDefault = rank === 0 || n < settings.forecastSample;
    const fallback = settings.probabilities.get(stage) ?? stageInfo(stage).probability;
    return { stage, p: isDefault ? fallback : reached.filter(({ won }) => won).length / n, n, isDefault };
  });
}

/** How far off the forecast of one past quarter would have been, made on its first day. */
export interface BacktestQuarter {
  readonly label: string;
  readonly weighted: Fen;
  /** Contracts signed in it. */
  readonly actual: Fen;
  /** Of these, by deals that were open and dated when it began. */
  readonly foreseen: Fen;
  readonly n: number;
}

/** The last four whole quarters, the latest first. */
export function backtest(book: Book): readonly BacktestQuarter[] {
  const quarters: Period[] = [];
  for (let period = quarterOf(book.asOf); quarters.length < 4; ) {
    period = previousPeriod(period);
    quarters.push(period);
  }
  return quarters.map(({ label, from, to }) => {
    const then = book.deals
      .map((deal) => foldDeal(deal.row, deal.events, from - 1))
      .filter(({ born }) => born);
    const made = forecastDeals(then, book, from).periods.find((each) => each.label === label);
    const signed = book.deals.filter(
      (deal) => isWon(deal) && (deal.row.contractDate ?? 0) >= from && (deal.row.contractDate ?? 0) <= to,
    );
    const known = new Set(
      then
        .filter((deal) => !isWon(deal) && deal.row.expectedClose !== null && deal.row.expectedClose <= to)
        .map(({ row }) => row.row),
    );
    const sum = (deals: readonly Deal[]) => deals.reduce((total, deal) => total + (amountOf(deal) ?? 0), 0);
    return {
      label,
      weighted: made?.weighted ?? 0,
      actual: sum(signed),
      foreseen: sum(signed.filter(({ row }) => known.has(row.row))),
      n: made?.n ?? 0,
    };
  });
}

/** The back-tests of several books as one. */
export function joinBacktests(each: readonly (readonly BacktestQuarter[])[]): readonly BacktestQuarter[] {
  const labels = [...new Set(each.flat().map(({ label }) => label))];
  return labels.map((label) => {
    const own = each.flat().filter((quarter) => quarter.label === label);
    const sum = (key: 'weighted' | 'actual' | 'foreseen' | 'n') =>
      own.reduce((total, quarter) => total + quarter[key], 0);
    return {
      label,
      weighted: sum('weighted'),
      actual: sum('actual'),
      foreseen: sum('foreseen'),
      n: sum('n'),
    };
  });
}

/** Sums of what each team's own probabilities give. */
function joinPeriods(each: readonly (readonly ForecastPeriod[])[]): readonly ForecastPeriod[] {
  const sums = new Map<string, ForecastPeriod>();
  for (const period of each.flat()) {
    const sum = sums.get(period.label) ?? emptyPeriod(period.label);
    sums.set(period.label, {
      label: period.label,
      weighted: sum.weighted + period.weighted,
      committed: sum.committed + period.committed,
      likely: sum.likely + period.likely,
      possible: sum.possible + period.possible,
      n: sum.n + period.n,
    });
  }
  return sortPeriods([...sums.values()]);
}

function sortPeriods(periods: readonly ForecastPeriod[]): readonly ForecastPeriod[] {
  return [...periods].sort((a, b) => orderOf(a.label) - orderOf(b.label) || (a.label < b.label ? -1 : 1));
}

/**
 * The forecast as a page and as JSON. Of several books (`several`) it is the sum of what each team's own probabilities
 * give; these, the ids and a table of this quarter then say whose they are.
 */
export function forecastPage(
  books: readonly [Book, ...Book[]],
  tested: readonly BacktestQuarter[] | null,
  several = false,
): ReportPage {
  const [book] = books;
  const teams = books.map((own) => ({ ...forecastDeals(own.deals, own, own.asOf), team: own.team }));
  const periods = joinPeriods(teams.map((each) => each.periods));
  const unpriced = teams.flatMap((each) => each.unpriced);
  const held = teams.flatMap((each) => each.held);
  const leads = teams.flatMap((each) => each.leads);
  const late = teams.flatMap((each) => each.late);
  const quarter = quarterOf(book.asOf).label;
  return {
    title: { zh: `销售预测 截至 ${formatDay(book.asOf)}`, en: `Forecast as of ${formatDay(book.asOf)}` },
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
        teams.map(({ team, probabilities }, index) => ({
          team: several ? team : null,
          probabilities,
          least: books[index]?.settings.forecastSample ?? book.settings.forecastSample,
        })),
      ),
      ...(tested ? [backtestGrid(tested)] : []),
    ],
    summary: [],
    notes: notesOf({ unpriced, held, leads, late }),
    json: {
      asOf: formatDay(book.asOf),
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

function periodGrid(
  title: Message,
  periods: readonly ForecastPeriod[],
  first: Message = { zh: '期间', en: 'Period' },
): Grid {
  const money = (fen: Fen): GridCell => ({ kind: 'money', fen });
  return {
    title,
    columns: [
      { title: first, align: 'left' },
      { title: { zh: '加权', en: 'Weighted' }, align: 'right' },
      { title: { zh: '确定', en: 'Committed' }, align: 'right' },
      { title: { zh: '较可能', en: 'Likely' }, align: 'right' },
      { title: { zh: '可能', en: 'Possible' }, align: 'right' },
      { title: { zh: '商机', en: 'Deals' }, align: 'right' },
    ],
    rows: periods.map(({ label, weighted, committed, likely, possible, n }) => [
      { kind: 'text', text: label === UNDATED ? { zh: '未定日期', en: 'no date' } : label },
      roughMoney(weighted),
      money(committed),
      money(likely),
      money(possible),
      { kind: 'count', value: n },
    ]),
    notes: [],
  };
}

interface Chances {
  readonly team: string | null;
  readonly probabilities: readonly Probability[];
  readonly least: number;
}

/** A table for each team; those that have nothing but the same defaults share one. */
function probabilityGrids(teams: readonly Chances[]): readonly Grid[] {
  const groups = groupBy(teams, ({ team, probabilities, least }) =>
    probabilities.every(({ isDefault }) => isDefault)
      ? JSON.stringify([least, probabilities.map(({ p }) => p)])
      : team,
  );
  return [...groups.values()].flatMap((group) =>
    group.length < 3 ? group.map(probabilityGrid) : defaultsGrid(group),
  );
}

function defaultsGrid(group: readonly Chances[]): Grid {
  const names = group.slice(0, 5).map(({ team }) => team);
  const more = group.length > names.length;
  return {
    title: {
      zh: `${names.join('、')}${more ? ` 等 ${group.length} 个团队` : ''} · 赢单概率`,
      en: `${names.join(', ')}${more ? ` and ${group.length - names.length} more` : ''} · Chance of winning`,
    },
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      { title: { zh: '默认概率', en: 'Default' }, align: 'right' },
    ],
    rows: (group[0]?.probabilities ?? []).map(({ stage, p }) => [
      { kind: 'text', text: stageLabel(stage) },
      { kind: 'rate', value: p },
    ]),
    notes: [fewNote(group[0]?.least ?? 0)],
  };
}

function probabilityGrid({ team, probabilities, least }: Chances): Grid {
  const whose = team === null ? '' : `${team} · `;
  return {
    title: { zh: `${whose}赢单概率`, en: `${whose}Chance of winning` },
    columns: [
      { title: { zh: '阶段', en: 'Stage' }, align: 'left' },
      { title: { zh: '概率', en: 'P' }, align: 'right' },
      { title: { zh: '样本', en: 'n' }, align: 'right' },
      { title: { zh: '依据', en: 'From' }, align: 'left' },
    ],
    rows: probabilities.map(({ stage, p, n, isDefault }) => [
      { kind: 'text', text: stageLabel(stage) },
      { kind: 'rate', value: p },
      { kind: 'count', value: n },
      {
        kind: 'text',
        text: isDefault
          ? { zh: '默认概率', en: 'default' }
          : { zh: '本团队近四季', en: 'own, last four quarters' },
      },
    ]),
    notes: probabilities.some(({ isDefault, stage }) => isDefault && stage !== 'lead')
      ? [fewNote(least)]
      : [],
  };
}

function fewNote(least: number): Message {
  return { zh: `样本不足 ${least} 时用默认概率`, en: `Below ${least} decided deals the default counts` };
}

function backtestGrid(tested: readonly BacktestQuarter[]): Grid {
  return {
    title: {
      zh: '回测:各季初当时的预测与实际',
      en: 'Back-test: what the forecast on the first day would have said',
    },
    columns: [
      { title: { zh: '季度', en: 'Quarter' }, align: 'left' },
      { title: { zh: '加权预测', en: 'Weighted' }, align: 'right' },
      { title: { zh: '实际签约', en: 'Signed' }, align: 'right' },
      { title: { zh: '偏差', en: 'Off by' }, align: 'right' },
      { title: { zh: '其中季初已知', en: 'Known then' }, align: 'right' },
      { title: { zh: '当时商机', en: 'Deals then' }, align: 'right' },
    ],
    rows: tested.map(({ label, weighted, actual, foreseen, n }) => [
      { kind: 'text', text: label },
      roughMoney(weighted),
      { kind: 'money', fen: actual },
      { kind: 'text', text: actual === 0 ? '—' : signedPercent((weighted - actual) / actual) },
      { kind: 'money', fen: foreseen },
      { kind: 'count', value: n },
    ]),
    notes: [
      {
        zh: '季初之后才录入、当季就签约的,季初无从预测:见「其中季初已知」',
        en: 'What was entered after the first day and signed in the quarter could not be foreseen: see “Known then”',
      },
    ],
  };
}

/** To the thousand yuan: a forecast is no account. */
function roughMoney(fen: Fen): GridCell {
  return { kind: 'money', fen: Math.round(fen / 100_000) * 100_000 };
}

function signedPercent(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(0)}%`;
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
  const worth = (deals: readonly Deal[]) => deals.reduce((sum, deal) => sum + (amountOf(deal) ?? 0), 0);
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

const UNDATED = 'undated';

function isWon({ row }: Deal): boolean {
  return hasContract(row);
}

function amountOf({ row }: Deal): Fen | null {
  return (row.contractAmount ?? row.amount)?.low ?? null;
}

function rankOf({ stage }: Deal): number | null {
  return stage === null ? null : stageRank(stage);
}

function labelsOf(day: Day): readonly string[] {
  return [quarterOf(day).label, monthLabel(day)];
}

function monthLabel(day: Day): string {
  return formatDay(day).slice(0, 7);
}

function orderOf(label: string): number {
  return label === UNDATED ? 2 : label.includes('Q') ? 0 : 1;
}

function emptyPeriod(label: string): ForecastPeriod {
  return { label, weighted: 0, committed: 0, likely: 0, possible: 0, n: 0 };
}
