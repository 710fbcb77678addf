import type { Book } from '../book.ts';
import { type Calendar, countWorkingDays } from '../calendar.ts';
import type { Grid, GridCell } from '../grid.ts';
import { counted, type Message } from '../message.ts';
import { type Fen, formatAmount, yuanNumber } from '../money.ts';
import { previousPeriod } from '../period.ts';
import { groupBy } from '../series.ts';
import { OPEN_STAGES, stageInfo, stageLabel } from '../stages.ts';
import type { Conversion, ConversionRow } from './conversion.ts';
import { percent } from './conversion-text.ts';
import { groupBySubject } from './groups.ts';
import { isSmall, quantile, ratio, wilsonInterval } from './measures.ts';
import { lossReason, type Population } from './population.ts';
import type { Punctuality } from './punctuality.ts';
import type { Entry, ReportInput } from './report.ts';
import { tallyStages } from './tally.ts';
import { countCustomers, sumAmounts } from './totals.ts';

/** What a director asks about a period besides its table (1.8). */
export interface Review {
  /** The one sentence on top; null where the numbers are too small for one. */
  readonly headline: Message | null;
  readonly lines: readonly Message[];
  readonly grids: readonly Grid[];
  readonly json: Readonly<Record<string, unknown>>;
}

/** A period that was counted, and how groups of it are counted. */
export interface Reviewed {
  readonly input: ReportInput;
  readonly population: Population;
  readonly whole: Conversion;
  readonly calendars: ReadonlyMap<Book, Calendar>;
  readonly punctuality: readonly Punctuality[];
}

/**
 * Where most was lost, how sure the win rate is, why deals were lost, and how channels, priorities, owners and intents did.
 * Small numbers (a denominator below ten) carry a mark, and nothing is ranked by a rate.
 */
export function reviewPeriod({ input, population, whole, calendars, punctuality }: Reviewed): Review {
  const headline = headlineOf(input, population, whole.rows);
  const { won, lost, winRate } = whole.totals;
  const n = won.length + lost.length;
  const interval = wilsonInterval(won.length, n);
  const workingDays = won.flatMap(({ subject: { leadDate, book }, date }) => {
    const calendar = calendars.get(book);
    return !calendar || leadDate === null || leadDate > date
      ? []
      : [countWorkingDays(calendar, leadDate, date)];
  });
  const losses = lossesOf(whole.rows);
  const groups = (input.books.length > 1 ? [TEAMS, ...GROUPINGS] : GROUPINGS).flatMap(({ by, name }) =>
    measureGroups(whole, by, name),
  );
  const compared = comparePriorities(groups);
  return {
    headline,
    lines: [
      ...intervalLine(winRate, interval, n),
      ...cycleLine(workingDays),
      ...punctualityLine(punctuality),
      ...(compared ? [compared.text] : []),
    ],
    grids: [...lossGrid(losses), ...groupGrid(groups)],
    json: {
      winRate: { rate: winRate, low: interval?.low ?? null, high: interval?.high ?? null, n },
      cycleWorkingDays: { median: quantile(workingDays, 0.5), n: workingDays.length },
      punctuality,
      losses: losses.map(({ reason, entries, byStage }) => ({
        reason: reason || null,
        count: entries.length,
        amount: yuanNumber(sumAmounts(entries)),
        stages: Object.fromEntries(byStage.map(({ stage, lost: own }) => [stage, own.length])),
      })),
      groups: groups.map(({ by, key, leads, converted, won: own, lost: gone }) => ({
        by,
        key,
        leads,
        leadRate: ratio(converted, leads),
        won: own.length,
        lost: gone.length,
        winRate: ratio(own.length, own.length + gone.length),
        wonAmount: yuanNumber(sumAmounts(own)),
      })),
      priorities: compared?.json ?? null,
    },
  };
}

const GROUPINGS = [
  { by: 'source', name: { zh: '来源渠道', en: 'Source' } },
  { by: 'priority', name: { zh: '来源优先级', en: 'Priority' } },
  { by: 'owner', name: { zh: '负责人', en: 'Owner' } },
  { by: 'intent', name: { zh: '意向等级', en: 'Intent' } },
] as const;

/** Of several books first of all. */
const TEAMS = { by: 'team', name: { zh: '团队', en: 'Team' } } as const;

type Grouping = (typeof GROUPINGS)[number]['by'] | (typeof TEAMS)['by'];

/** How one channel, owner … did in the period. */
interface Measured {
  readonly by: Grouping;
  readonly name: Message;
  readonly key: string | null;
  readonly title: Message;
  /** 期初 + 新增 of 线索获取, and how many of them went on. */
  readonly leads: number;
  readonly converted: number;
  readonly won: readonly Entry[];
  readonly lost: readonly Entry[];
}

/** Those in the figures of the period by the value of a column; the group with most leads first. */
function measureGroups(
  { rows: [lead], totals }: Conversion,
  by: Grouping,
  name: Message,
): readonly Measured[] {
  const told = (kind: 'lead' | 'converted' | 'won' | 'lost', entries: readonly Entry[]) =>
    entries.map((entry) => ({ kind, entry }));
  const all = [
    ...told('lead', [...(lead?.cells.opening ?? []), ...(lead?.cells.entered ?? [])]),
    ...told('converted', lead?.cells.converted ?? []),
    ...told('won', totals.won),
    ...told('lost', totals.lost),
  ];
  return groupBySubject(all, ({ entry }) => entry.subject, by)
    .map(({ key, title, members }): Measured => {
      const of = (kind: (typeof all)[number]['kind']) =>
        members.flatMap((member) => (member.kind === kind ? member.entry : []));
      const [leads, converted] = [of('lead').length, of('converted').length];
      return { by, name, key, title, leads, converted, won: of('won'), lost: of('lost') };
    })
    .sort((a, b) => b.leads - a.leads || b.won.length - a.won.length || (a.title.zh < b.title.zh ? -1 : 1));
}

/** The stage that lost the greatest share of those it saw, among stages that saw ten or more. */
function headlineOf(
  { period }: ReportInput,
  population: Population,
  rows: readonly ConversionRow[],
): Message | null {
  const seen = ({ cells }: Pick<ConversionRow, 'cells'>) => cells.opening.length + cells.entered.length;
  const leak = rows
    .filter((row) => !isSmall(seen(row)) && row.cells.lost.length > 0)
    .map((row) => ({ row, share: row.cells.lost.length / seen(row) }))
    .sort((a, b) => b.share - a.share || sumAmounts(b.row.cells.lost) - sumAmounts(a.row.cells.lost))[0]?.row;
  if (!leak) return null;
  const before = previousPeriod(period);
  const everybody = [...population.subjects, ...population.earlierOnly];
  const [then] = tallyStages(everybody, before.from, before.to, [leak.stage]);
  const rateThen = then && !isSmall(seen(then)) ? ratio(then.cells.converted.length, seen(then)) : null;
  const name = stageLabel(leak.stage);
  const lost = leak.cells.lost;
  const [households, worth] = [countCustomers(lost), sumAmounts(lost)];
  const main = mainReason(lost);
  const said = (zh: string, en: string, given: boolean): Message => (given ? { zh, en } : { zh: '', en: '' });
  const [oldRate, money, reason] = [
    said(
      `(${kindBefore(period.label).zh} ${percent(rateThen)})`,
      ` (${kindBefore(period.label).en} ${percent(rateThen)})`,
      rateThen !== null,
    ),
    said(` ¥${formatAmount(worth, 'zh')}`, ` worth ${formatAmount(worth, 'en')}`, worth > 0),
    said(`,首因 ${main.join('、')}`, `, mostly for ${main.join(', ')}`, main.length > 0),
  ];
  return {
    zh: `最大漏点:${name.zh} ${percent(leak.rate)}${oldRate.zh},流失 ${households} 家${money.zh}${reason.zh}`,
    en: `Biggest leak: ${name.en} ${percent(leak.rate)}${oldRate.en}, ${counted(households, 'customer')} lost${money.en}${reason.en}`,
  };
}

function kindBefore(label: string): Message {
  if (/Q\d$/.test(label)) return { zh: '上季', en: 'last quarter' };
  if (/^\d{4}-\d{2}$/.test(label)) return { zh: '上月', en: 'last month' };
  return /^(FY)?\d{4}$/.test(label) ? { zh: '上年', en: 'last year' } : { zh: '上期', en: 'before' };
}

function intervalLine(
  rate: number | null,
  interval: ReturnType<typeof wilsonInterval>,
  n: number,
): readonly Message[] {
  if (interval === null) return [];
  const range = `${percent(interval.low)}–${percent(interval.high)}`;
  const small: Message = isSmall(n) ? { zh: ',样本小,仅供参考', en: '; a small sample' } : { zh: '', en: '' };
  return [
    {
      zh: `赢单率 ${percent(rate)} 的 95% 区间 ${range} (n=${n})${small.zh}`,
      en: `Win rate ${percent(rate)}, 95% interval ${range} (n=${n})${small.en}`,
    },
  ];
}

function cycleLine(workingDays: readonly number[]): readonly Message[] {
  const median = quantile(workingDays, 0.5);
  if (median === null) return [];
  const n = workingDays.length;
  return [
    {
      zh: `成交周期按工作日 中位 ${median} 天 (n=${n})`,
      en: `Cycle in working days: median ${median} (n=${n})`,
    },
  ];
}

function punctualityLine(punctuality: readonly Punctuality[]): readonly Message[] {
  const parts = punctuality.filter(({ due }) => due > 0);
  if (parts.length === 0) return [];
  const text = parts
    .map(({ rule, due, onTime }) => `${rule} ${percent(onTime / due)} (${onTime}/${due})`)
    .join(', ');
  return [{ zh: `按时完成率 ${text}`, en: `Done on time: ${text}` }];
}

interface Loss {
  readonly reason: string;
  readonly entries: readonly Entry[];
  readonly byStage: readonly { readonly stage: ConversionRow['stage']; readonly lost: readonly Entry[] }[];
}

/** Who was lost for what, the most frequent reason first. */
function lossesOf(rows: readonly ConversionRow[]): readonly Loss[] {
  return reasonsOf(rows.flatMap(({ cells }) => cells.lost)).map(({ reason, entries }) => {
    const own = new Set(entries);
    const byStage = rows.map(({ stage, cells }) => ({
      stage,
      lost: cells.lost.filter((entry) => own.has(entry)),
    }));
    return { reason, entries, byStage };
  });
}

function reasonsOf(
  lost: readonly Entry[],
): readonly { readonly reason: string; readonly entries: readonly Entry[] }[] {
  const reasons = groupBy(lost, ({ subject }) => lossReason(subject));
  return [...reasons]
    .map(([reason, entries]) => ({ reason, entries }))
    .sort((a, b) => b.entries.length - a.entries.length || sumAmounts(b.entries) - sumAmounts(a.entries));
}

/** The most frequent reason, two of a kind both; nothing where more than two share the lead or none was said. */
function mainReason(lost: readonly Entry[]): readonly string[] {
  const said = reasonsOf(lost).filter(({ reason }) => reason !== '');
  const first = said.filter(({ entries }) => entries.length === said[0]?.entries.length);
  return first.length > 2 ? [] : first.map(({ reason }) => reason);
}

function lossGrid(losses: readonly Loss[]): readonly Grid[] {
  if (losses.length === 0) return [];
  const used = OPEN_STAGES.filter((stage) =>
    losses.some(({ byStage }) => byStage.some((each) => each.stage === stage && each.lost.length > 0)),
  );
  return [
    {
      title: { zh: '流失原因', en: 'Why deals were lost' },
      columns: [
        { title: { zh: '原因', en: 'Reason' }, align: 'left' },
        ...used.map((stage) => ({ title: stageInfo(stage).name, align: 'right' as const })),
        { title: { zh: '合计', en: 'Total' }, align: 'right' },
        { title: { zh: '金额', en: 'Amount' }, align: 'right' },
      ],
      rows: losses.map(({ reason, entries, byStage }) => [
        { kind: 'text', text: reason || { zh: '(未填)', en: '(not said)' } },
        ...used.map(
          (stage): GridCell => ({
            kind: 'count',
            value: byStage.find((each) => each.stage === stage)?.lost.length ?? 0,
          }),
        ),
        { kind: 'count', value: entries.length },
        { kind: 'money', fen: moneyOf(entries) },
      ]),
      notes: [],
    },
  ];
}

function groupGrid(groups: readonly Measured[]): readonly Grid[] {
  if (groups.length === 0) return [];
  const marked = groups.some(
    ({ leads, won, lost }) =>
      (leads > 0 && isSmall(leads)) || (won.length + lost.length > 0 && isSmall(won.length + lost.length)),
  );
  return [
    {
      title:
        groups[0]?.by === 'team'
          ? { zh: '团队、渠道、优先级、负责人、意向', en: 'Teams, sources, priorities, owners, intents' }
          : { zh: '渠道、优先级、负责人、意向', en: 'Sources, priorities, owners, intents' },
      columns: [
        { title: { zh: '按', en: 'By' }, align: 'left' },
        { title: { zh: '值', en: 'Value' }, align: 'left' },
        { title: { zh: '线索', en: 'Leads' }, align: 'right' },
        { title: { zh: '线索转化率', en: 'Lead rate' }, align: 'right' },
        { title: { zh: '赢单', en: 'Won' }, align: 'right' },
        { title: { zh: '输单', en: 'Lost' }, align: 'right' },
        { title: { zh: '赢单率', en: 'Win rate' }, align: 'right' },
        { title: { zh: '赢单金额', en: 'Amount won' }, align: 'right' },
      ],
      rows: groups.map(({ by, name, title, leads, converted, won, lost }, index) => [
        { kind: 'text', text: groups[index - 1]?.by === by ? '' : name },
        { kind: 'text', text: title },
        { kind: 'count', value: leads },
        rateCell(ratio(converted, leads), leads),
        { kind: 'count', value: won.length },
        { kind: 'count', value: lost.length },
        rateCell(ratio(won.length, won.length + lost.length), won.length + lost.length),
        { kind: 'money', fen: moneyOf(won) },
      ]),
      notes: marked
        ? [{ zh: '* 分母不足 10,仅供参考,不作排名', en: '* fewer than 10: for orientation only, not ranked' }]
        : [],
    },
  ];
}

/** Whether A-class sources really convert better than B-class ones: leads that went on, with a test for chance. */
function comparePriorities(groups: readonly Measured[]) {
  const of = (key: string) => {
    const group = groups.find((each) => each.by === 'priority' && each.key === key);
    return { n: group?.leads ?? 0, converted: group?.converted ?? 0 };
  };
  const [a, b] = [of('A'), of('B')];
  if (isSmall(a.n) || isSmall(b.n)) return null;
  const [rateA, rateB] = [a.converted / a.n, b.converted / b.n];
  const pooled = (a.converted + b.converted) / (a.n + b.n);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  const byChance = spread === 0 || Math.abs(rateA - rateB) < 1.96 * spread;
  const points = ((rateA - rateB) * 100).toFixed(1);
  return {
    json: { a: rateA, b: rateB, nA: a.n, nB: b.n, byChance },
    text: {
      zh: `A 类线索转化率 ${percent(rateA)} (n=${a.n}),B 类 ${percent(rateB)} (n=${b.n}),相差 ${points} 点${byChance ? ',可能只是偶然' : ''}`,
      en: `Leads of class A convert ${percent(rateA)} (n=${a.n}), of class B ${percent(rateB)} (n=${b.n}): ${points} points apart${byChance ? ', which may be chance' : ''}`,
    },
  };
}

/** A rate; of fewer than ten it carries the mark. */
export function rateCell(value: number | null, n: number): GridCell {
  return { kind: 'rate', value, ...(value !== null && isSmall(n) ? { small: true as const } : {}) };
}

/** Null where no amount is known: a missing amount is not 0. */
function moneyOf(entries: readonly Entry[]): Fen | null {
  return entries.some(({ subject }) => subject.amount !== null) ? sumAmounts(entries) : null;
}
