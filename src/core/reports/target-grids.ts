import type { Grid, GridCell } from '../grid.ts';
import { formatAmount } from '../money.ts';
import type { Period } from '../period.ts';
import { stageInfo, stageLabel } from '../stages.ts';
import { isSmall } from './measures.ts';
import { PLANNED_STAGES, type PlanBasis } from './target-plan.ts';
import type { Line, MonthNeeds, OwnerLine } from './target-progress.ts';

export function quarterGrid(lines: readonly Line[], year: Period): Grid {
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

export function rateGrid({ rates }: PlanBasis): Grid {
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

export function monthGrid({ period, amount, stock, rows }: MonthNeeds): Grid {
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

export function ownerGrid(owners: readonly OwnerLine[]): Grid {
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
