import type { Grid, GridCell } from '../grid.ts';
import type { Message } from '../message.ts';
import type { Fen } from '../money.ts';
import { groupBy } from '../series.ts';
import { stageLabel } from '../stages.ts';
import type { BacktestQuarter } from './backtest.ts';
import { type ForecastPeriod, UNDATED } from './forecast.ts';
import type { Probability } from './win-probability.ts';

/** Period by period; `first` says what the lines are. */
export function periodGrid(
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
  /** Whose they are, where several teams' stand side by side. */
  readonly team: string | null;
  readonly probabilities: readonly Probability[];
  /** Decided deals below which the default counts. */
  readonly least: number;
}

/** A table for each team; those that have nothing but the same defaults share one. */
export function probabilityGrids(teams: readonly Chances[]): readonly Grid[] {
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

export function backtestGrid(tested: readonly BacktestQuarter[]): Grid {
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
