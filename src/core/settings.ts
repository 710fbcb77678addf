import type { HolidayTable, OwnDays } from './calendar.ts';
import type { FollowUpKind } from './event.ts';
import type { FieldKey } from './fields.ts';
import { dataFinding, type Finding } from './finding.ts';
import { DEFAULT_CHANNELS, FREE_SETTINGS } from './free-settings.ts';
import type { ItemKey } from './items.ts';
import type { Fen } from './money.ts';
import { SETTINGS } from './setting-table.ts';
import { type Intent, type OpenStage, type StageKey, type StallLimits, stageInfo } from './stages.ts';
import { normalizeWidth } from './text.ts';

export type GateMode = 'block' | 'warn' | 'off';

/** Everything 设置 may change, with the defaults where a row is missing. Days are working days unless said. */
export interface Settings {
  /** 团队; empty: the file's name is used. */
  readonly team: string;
  /** The sheet `adopt` chose as 客户信息跟踪表; empty: found by name, else by headers. */
  readonly trackingSheet: string;
  /** What a header means where the field table does not know it, by header; null: the team's own column. */
  readonly columnMap: ReadonlyMap<string, FieldKey | null>;
  /** The team's own words in 当前阶段. */
  readonly stageWords: ReadonlyMap<string, StageKey>;
  readonly gateModes: ReadonlyMap<ItemKey, GateMode>;
  /** Kinds that count as 首次接触. */
  readonly firstContactKinds: readonly FollowUpKind[];
  /** 来源渠道 → A, B or C; empty: none known. */
  readonly channels: ReadonlyMap<string, string>;
  readonly lostReasons: readonly string[];
  readonly invalidReasons: readonly string[];
  /** The documents that make 资料交付 complete. */
  readonly materials: readonly string[];
  /** Further questions of 需求调研. */
  readonly surveyQuestions: readonly string[];
  /** D1, D2 in working days; D4 in natural days. */
  readonly firstContactDays: number;
  readonly materialsDays: number;
  readonly surveyDays: number;
  /** Score from which a customer may enter 老客户池. */
  readonly poolScore: number;
  readonly maxHoldDays: number;
  /** How long 下次跟进日期 may quiet 未跟进. */
  readonly maxQuietDays: number;
  /** So many postponements make a D5 that is near or late 严重. */
  readonly severePostponements: number;
  /** A stay is 超常 beyond so many times the team's own median, which so many stays must make. */
  readonly slowFactor: number;
  readonly slowSample: number;
  /** So many decided deals make a probability of the team's own. */
  readonly forecastSample: number;
  /** Overrides of the stage table; absent: its default. */
  readonly stallLimits: ReadonlyMap<OpenStage | 'pool' | `discovery.${Intent}`, StallLimits>;
  /** Stalls counted in natural days instead of working days. */
  readonly stallsInNaturalDays: boolean;
  readonly probabilities: ReadonlyMap<OpenStage, number>;
  /** 目标率: the share of those that reach a stage and go on, wanted instead of the team's own. */
  readonly targetRates: ReadonlyMap<OpenStage, number>;
  /** How a year's target falls on its four quarters; null: by working days. */
  readonly quarterWeights: readonly number[] | null;
  /** How a target falls on owners; empty: it does not. */
  readonly ownerShares: ReadonlyMap<string, number>;
  /** 平均合同额 to plan with; null: the team's own. */
  readonly averageContract: Fen | null;
  /** What a bare number in an amount column means: 1 or 10000 yuan; null: not said. */
  readonly amountUnit: number | null;
  readonly fiscalYearStart: number;
  readonly language: 'zh' | 'en' | null;
  readonly timeZone: string;
  readonly ownDays: OwnDays;
  /** Official years that were imported into the sheet, beside those the program brings along. */
  readonly imported: HolidayTable;
  /** 占用时=排队. */
  readonly queueWhenBusy: boolean;
}

/** One row of the sheet as read, with its place for findings. */
export interface SettingRow {
  readonly sheet: string;
  readonly row: number;
  readonly category: string;
  readonly name: string;
  readonly value: string;
}

/** Reads the sheet over the defaults. A value that cannot be used leaves the default and becomes a `bad-setting` finding. */
export function readSettings(rows: readonly SettingRow[]): {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
} {
  let settings = DEFAULT_SETTINGS;
  const findings: Finding[] = [];
  for (const row of rows) {
    const next = applyRow(settings, row);
    if (next) settings = next;
    else findings.push(badSetting(row));
  }
  return { settings, findings };
}

const EMPTY: Settings = {
  team: '',
  trackingSheet: '',
  columnMap: new Map(),
  stageWords: new Map(),
  gateModes: new Map(),
  firstContactKinds: [],
  channels: DEFAULT_CHANNELS,
  lostReasons: [],
  invalidReasons: [],
  materials: [],
  surveyQuestions: [],
  firstContactDays: 0,
  materialsDays: 0,
  surveyDays: 0,
  poolScore: 0,
  maxHoldDays: 0,
  maxQuietDays: 0,
  severePostponements: 0,
  slowFactor: 0,
  slowSample: 0,
  forecastSample: 0,
  stallLimits: new Map(),
  stallsInNaturalDays: false,
  probabilities: new Map(),
  targetRates: new Map(),
  quarterWeights: null,
  ownerShares: new Map(),
  averageContract: null,
  amountUnit: null,
  fiscalYearStart: 1,
  language: null,
  timeZone: '',
  ownDays: { off: new Map(), work: new Map() },
  imported: { years: new Map(), holidays: new Map(), makeup: new Map() },
  queueWhenBusy: false,
};

/** What holds where the sheet says nothing: the table's own values. */
export const DEFAULT_SETTINGS: Settings = SETTINGS.reduce<Settings>(
  (settings, { value, read }) => (value === '' ? settings : (read(settings, value) ?? settings)),
  EMPTY,
);

/** The limits of a stage (discovery by intent; unset counts as 中), in working days: 设置, else the stage table. */
export function stallLimitsOf(settings: Settings, stage: StageKey, intent: Intent | null): StallLimits {
  const known = intent ?? 'medium';
  const key = stage === 'discovery' ? (`discovery.${known}` as const) : stage;
  const limits = stageInfo(stage).stalls;
  const own = key === 'lost' || key === 'invalid' ? undefined : settings.stallLimits.get(key);
  return own ?? ('high' in limits ? limits[known] : limits);
}

/** The settings after one row; null where its name or value cannot be used. Unknown categories are the team's own remarks. */
function applyRow(settings: Settings, row: SettingRow): Settings | null {
  const [category, name, value] = [row.category, row.name, row.value].map((text) =>
    normalizeWidth(text).trim(),
  );
  if (!category || !name || !value) return settings;
  const free = FREE_SETTINGS.get(category);
  // A header or a stage word is found as it is typed elsewhere: its width counts.
  if (free) return free(settings, row.name.trim(), value);
  const siblings = SETTINGS.filter((setting) => setting.category === category);
  if (siblings.length === 0) return settings;
  const wanted = name.replace(/\s/g, '');
  return siblings.find(({ names }) => names.includes(wanted))?.read(settings, value) ?? null;
}

function badSetting({ sheet, row, category, name, value }: SettingRow): Finding {
  return dataFinding('bad-setting', {
    place: { sheet, row, col: 3 },
    explain: {
      zh: `${sheet}!C${row} 设置「${category} ${name}」的值「${value}」不能用,已按默认处理`,
      en: `${sheet}!C${row}: the value “${value}” of setting “${category} ${name}” cannot be used; the default applies`,
    },
  });
}
