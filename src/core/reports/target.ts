import { type Book, SHEETS } from '../book.ts';
import type { Calendar } from '../calendar.ts';
import type { Day } from '../date.ts';
import type { BadInput, Decision } from '../decision.ts';
import { badInput, EMPTY_DECISION } from '../draft.ts';
import { headerUnit } from '../header.ts';
import { type KeptTable, planRows, type RowEdit, type TableSpec } from '../kept-table.ts';
import { type Fen, formatAmount } from '../money.ts';
import { type Period, parsePeriodText, periodCellText } from '../period.ts';
import type { SettingChange } from '../setting-rows.ts';
import { settingRows as defaultRows } from '../setting-table.ts';
import type { Settings } from '../settings.ts';
import { type CellInput, cellText, type SheetRow } from '../sheet.ts';
import { stageInfo, stageLabel } from '../stages.ts';
import { normalizeWidth } from '../text.ts';
import { readAmountCell, readTextCell } from '../values.ts';
import {
  PLANNED_STAGES,
  type PlanBasis,
  type PlannedStage,
  type PlanYear,
  planBasis,
  planNeeds,
  planYear,
  splitAmount,
  splitYear,
} from './target-plan.ts';

const COLUMNS = [
  { key: 'period', header: '期间', aliases: ['年度', '年度/季度/月', '统计周期', '时间', 'Period'] },
  { key: 'owner', header: '负责人', aliases: ['销售负责人', 'Owner'] },
  { key: 'amount', header: '目标金额', aliases: ['目标', '销售目标', 'Target'] },
  { key: 'deals', header: '需签约数', aliases: [] },
  { key: 'negotiation', header: '需谈判推进数', aliases: [] },
  { key: 'proposal', header: '需方案呈现数', aliases: [] },
  { key: 'discovery', header: '需需求挖掘数', aliases: [] },
  { key: 'lead', header: '需线索数', aliases: [] },
  { key: 'notes', header: '说明', aliases: [] },
] as const;
type TargetKey = (typeof COLUMNS)[number]['key'];

/** 销售目标: a row per year, quarter and month, for the team and for owners. */
export const TARGET_TABLE: TableSpec = {
  sheet: SHEETS.targets,
  columns: COLUMNS,
  required: ['period', 'amount'],
};

/** What `target set` was told. */
export interface TargetOrder {
  readonly amount: Fen;
  readonly year: number;
  /** 1–4; null: the year. */
  readonly quarter: number | null;
  /** Null: the team. */
  readonly owner: string | null;
  /** Kept in 设置. */
  readonly split: readonly number[] | null;
  readonly rates: ReadonlyMap<PlannedStage, number>;
  readonly average: Fen | null;
}

/**
 * Writes a target and what follows from it: a year with its quarters and months (or one quarter with its months), for
 * the team and, where 设置 says their shares, its owners. What is there for the same period and owner is replaced in place.
 */
export function setTarget(
  book: Book,
  table: KeptTable | null,
  order: TargetOrder,
  { today, calendar }: { readonly today: Day; readonly calendar: Calendar },
): Decision {
  const settings = withOrder(book.settings, order);
  const basis = planBasis(book.deals, settings, today);
  const year = planYear(order.year, settings.fiscalYearStart);
  const shares = order.owner === null ? [...settings.ownerShares] : [];
  const whole = splitTarget(order.amount, order.quarter, year, settings, calendar);
  // Each period falls on owners by itself, so that in every period the owners add up to the team.
  const parts = whole.map(({ amount }) =>
    splitAmount(
      amount,
      shares.map(([, weight]) => weight),
    ),
  );
  const rows = [
    ...whole.map((part) => ({ ...part, owner: order.owner ?? '' })),
    ...shares.flatMap(([owner], index) =>
      whole.map((part, at) => ({ ...part, owner, amount: parts[at]?.[index] ?? 0 })),
    ),
  ];
  const known = table ? readTargets(table) : [];
  const edits = rows.map(({ period, owner, amount }, index): RowEdit => {
    const at = known.find((each) => samePeriod(each.period, period) && each.owner === owner)?.row ?? null;
    const said = index === 0 ? text(basisText(basis)) : ({ kind: 'blank' } as const);
    const cells = needCells(amount, basis, said);
    const names: readonly (readonly [TargetKey, CellInput])[] =
      at === null
        ? [['period', text(labelOf(period))], ...(owner === '' ? [] : [['owner', text(owner)] as const])]
        : [];
    return { at, cells: new Map<TargetKey, CellInput>([...names, ...cells]) };
  });
  const patches = planRows(TARGET_TABLE, table, edits);
  const changes = settingChanges(book, order);
  const same = { zh: '目标已是这样,没有写入', en: 'The target is so already; nothing was written' };
  return {
    ...EMPTY_DECISION,
    patches,
    settings: changes,
    notes: patches.length + changes.length === 0 ? [same] : notesOf(basis),
  };
}

interface Part {
  readonly period: Period;
  readonly amount: Fen;
}

function splitTarget(
  amount: Fen,
  quarter: number | null,
  year: PlanYear,
  { quarterWeights }: Settings,
  calendar: Calendar,
): readonly Part[] {
  const chosen = year.quarters.filter((_, index) => quarter === null || index === quarter - 1);
  const split = splitYear(
    amount,
    { ...year, quarters: chosen },
    quarter === null ? quarterWeights : null,
    calendar,
  );
  return [
    ...(quarter === null ? [{ period: year.year, amount }] : []),
    ...chosen.map(({ period }, index) => ({ period, amount: split[index]?.amount ?? 0 })),
    ...chosen.flatMap(({ months }, index) =>
      months.map((period, month) => ({ period, amount: split[index]?.months[month] ?? 0 })),
    ),
  ];
}

/** One row of 销售目标 as it stands in the sheet. */
export interface TargetRow {
  readonly row: SheetRow;
  readonly period: Period;
  /** Empty: the team. */
  readonly owner: string;
  readonly amount: Fen | null;
}

/** The rows of the sheet whose period can be read; amounts in the unit of their header. */
export function readTargets({ rows, columns, headers, dates1904 }: KeptTable): readonly TargetRow[] {
  const unit = headerUnit(headers.get(columns.get('amount') ?? 0) ?? '') ?? 1;
  return rows.flatMap((row): TargetRow[] => {
    const cell = (key: TargetKey) => row.cells[(columns.get(key) ?? 0) - 1];
    const period = readLabel(readTextCell(cell('period'), dates1904));
    if (period === null) return [];
    const amount = cell('amount');
    const read = amount ? readAmountCell(amount, unit) : null;
    const owner = normalizeWidth(cellText(cell('owner'))).trim();
    return [
      {
        row,
        period,
        owner: /^(团队|全队|合计|全部|team)$/i.test(owner) ? '' : owner,
        amount: read?.kind === 'amount' ? read.low : null,
      },
    ];
  });
}

/** FY2026, FY2026Q1 beside what every period cell may say; the days of a 财年 are told by the label alone. */
function readLabel(said: string): Period | null {
  const fiscal = /^(FY\d{4}(?:Q[1-4])?)$/i.exec(normalizeWidth(said).trim())?.[1]?.toUpperCase();
  return fiscal === undefined ? parsePeriodText(said) : { label: fiscal, from: 0, to: 0 };
}

export function samePeriod(a: Period, b: Period): boolean {
  return a.label === b.label;
}

function labelOf(period: Period): string {
  return period.label.startsWith('FY') ? period.label : periodCellText(period);
}

function needCells(
  amount: Fen,
  basis: PlanBasis,
  notes: CellInput,
): readonly (readonly [TargetKey, CellInput])[] {
  const { deals, stages } = planNeeds(amount, basis);
  const number = (value: number | null): CellInput =>
    value === null ? { kind: 'blank' } : { kind: 'number', value };
  return [
    ['amount', { kind: 'money', fen: amount }],
    ['deals', number(deals)],
    ['negotiation', number(stages.negotiation)],
    ['proposal', number(stages.proposal)],
    ['discovery', number(stages.discovery)],
    ['lead', number(stages.lead)],
    ['notes', notes],
  ];
}

/** What the numbers of a row are made with. */
function basisText({ average, rates }: PlanBasis): string {
  const used = rates.flatMap(({ stage, used: rate, target }) =>
    rate === null || stage === 'closing'
      ? []
      : [`${stageInfo(stage).name.zh} ${(rate * 100).toFixed(1)}%${target === null ? '' : '(目标率)'}`],
  );
  return [
    ...(average === null ? [] : [`平均合同额 ${formatAmount(average.fen, 'zh')}`]),
    ...(used.length === 0 ? [] : [`转化率 ${used.join('、')}`]),
  ].join(';');
}

function notesOf({ average, rates }: PlanBasis): Decision['notes'] {
  const unknown = rates.filter(({ used }) => used === null).map(({ stage }) => stageLabel(stage));
  return [
    ...(average === null
      ? [
          {
            zh: '不知道平均合同额(还没有合同和金额),签约数和各阶段数先空着;用 --average 15万 给出',
            en: 'No average contract is known (no contracts, no amounts): numbers stay empty. Give it with --average 150000',
          },
        ]
      : []),
    ...(average?.from === 'amounts'
      ? [
          {
            zh: `还没有合同,平均合同额按 ${average.n} 条金额估 ${formatAmount(average.fen, 'zh')}`,
            en: `No contracts yet: the average is estimated from ${average.n} amounts, ${formatAmount(average.fen, 'en')}`,
          },
        ]
      : []),
    ...(unknown.length === 0
      ? []
      : [
          {
            zh: `${unknown.map(({ zh }) => zh).join('、')} 还没有自己的转化率,之前的阶段数空着;用 --rate 方案呈现=45% 给出`,
            en: `No conversion of one's own yet for ${unknown.map(({ en }) => en).join(', ')}: numbers before them stay empty. Give --rate 方案呈现=45%`,
          },
        ]),
  ];
}

function withOrder(settings: Settings, { split, rates, average }: TargetOrder): Settings {
  return {
    ...settings,
    quarterWeights: split ?? settings.quarterWeights,
    targetRates: new Map([...settings.targetRates, ...rates]),
    averageContract: average ?? settings.averageContract,
  };
}

/** What was told beside the amount stays in 设置, where `target show` and the next year find it. */
function settingChanges(
  { settings, settingRows }: Book,
  { split, rates, average }: TargetOrder,
): readonly SettingChange[] {
  const told: readonly (readonly [category: string, name: string, value: string, same: boolean])[] = [
    ...(split === null
      ? []
      : [['目标', '季度权重', split.join(','), String(settings.quarterWeights) === String(split)] as const]),
    ...(average === null
      ? []
      : [['目标', '平均合同额', formatAmount(average, 'zh'), settings.averageContract === average] as const]),
    ...[...rates].map(
      ([stage, rate]) =>
        [
          '目标率',
          stageInfo(stage).name.zh,
          `${Number((rate * 100).toFixed(4))}%`,
          settings.targetRates.get(stage) === rate,
        ] as const,
    ),
  ];
  const defaults = defaultRows();
  return told
    .filter(([, , , same]) => !same)
    .map(([category, name, value]) => ({
      row: settingRows.findLast((row) => row.category === category && row.name === name)?.row ?? null,
      category,
      name,
      value,
      explanation: defaults.find((row) => row.category === category && row.name === name)?.explanation ?? '',
    }));
}

/** `方案呈现=45%`, by any word of the stage. */
export function readRate(
  said: string,
  stageOf: (word: string) => string | null,
  readShare: (text: string) => number | null,
): readonly [PlannedStage, number] | BadInput {
  const [, word = '', value = ''] = /^([^=＝]+)[=＝](.+)$/.exec(said.trim()) ?? [];
  const stage = PLANNED_STAGES.find((each) => each === stageOf(word.trim()));
  const rate = readShare(value);
  if (stage !== undefined && rate !== null && rate > 0) return [stage, rate];
  return badInput(
    {
      zh: `--rate「${said}」要写成 阶段=比例,如 方案呈现=45%;阶段是 线索获取 到 成交签约`,
      en: `--rate “${said}” must be STAGE=SHARE, like 方案呈现=45%; a stage from Lead to Closing`,
    },
    said,
    '方案呈现=45%',
  );
}

function text(value: string): CellInput {
  return value === '' ? { kind: 'blank' } : { kind: 'text', text: value };
}
