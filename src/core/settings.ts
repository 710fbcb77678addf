import type { OwnDays } from './calendar.ts';
import { parseIsoDay } from './date.ts';
import { FOLLOW_UP_KINDS, type FollowUpKind } from './event.ts';
import { dataFinding, type Finding } from './finding.ts';
import { ITEMS, type ItemKey } from './items.ts';
import {
  type Intent,
  isOpenStage,
  OPEN_STAGES,
  type OpenStage,
  readStageWord,
  type StageKey,
  type StallLimits,
  stageInfo,
} from './stages.ts';
import { normalizeWidth, splitTags } from './text.ts';

export type GateMode = 'block' | 'warn' | 'off';

/** Everything 设置 may change, with the defaults where a row is missing. Days are working days unless said. */
export interface Settings {
  /** 团队; empty: the file's name is used. */
  readonly team: string;
  /** The sheet `adopt` chose as 客户信息跟踪表; empty: found by name, else by headers. */
  readonly trackingSheet: string;
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
  /** Overrides of the stage table; absent: its default. */
  readonly stallLimits: ReadonlyMap<OpenStage | 'pool' | `discovery.${Intent}`, StallLimits>;
  /** Stalls counted in natural days instead of working days. */
  readonly stallsInNaturalDays: boolean;
  readonly probabilities: ReadonlyMap<OpenStage, number>;
  /** What a bare number in an amount column means: 1 or 10000 yuan; null: not said. */
  readonly amountUnit: number | null;
  readonly fiscalYearStart: number;
  readonly language: 'zh' | 'en' | null;
  readonly timeZone: string;
  readonly ownDays: OwnDays;
  /** Imported official years: days off and make-up days by their own date. */
  readonly importedYears: ReadonlySet<number>;
  /** 占用时=排队. */
  readonly queueWhenBusy: boolean;
}

/** One row of 设置: what it means, its default, and how its value is read. */
export interface SettingInfo {
  readonly category: string;
  readonly name: string;
  /** The default, in the words of the sheet. */
  readonly value: string;
  readonly explanation: string;
}

/** One row of the sheet as read, with its place for findings. */
export interface SettingRow {
  readonly sheet: string;
  readonly row: number;
  readonly category: string;
  readonly name: string;
  readonly value: string;
}

/** The rows `init` writes: every setting with its default and a plain explanation. */
export function settingRows(): readonly SettingInfo[] {
  return [
    ...SINGLE.map(({ category, name, value, explanation }) => ({ category, name, value, explanation })),
    ...[...DEFAULT_SETTINGS.channels].map(([name, value]) => ({
      category: '来源渠道',
      name,
      value,
      explanation: '渠道的来源优先级 A/B/C(A=高转化潜力);可增加行',
    })),
    ...ITEMS.map((item) => ({
      category: '推进条件',
      name: item.key,
      value: 'block',
      explanation: `${item.name.zh}(离开「${stageInfo(item.stage).name.zh}」前);block=必须 warn=只提醒 off=不检查`,
    })),
    ...STALL_KEYS.map((key) => ({
      category: '停滞',
      name: key,
      value: limitsText(DEFAULT_SETTINGS.stallLimits.get(key) ?? stallDefault(key)),
      explanation: '未跟进提醒/未跟进严重/停留提醒,工作日;- 表示不提醒',
    })),
    ...OPEN_STAGES.map((stage) => ({
      category: '默认概率',
      name: stageInfo(stage).name.zh,
      value: String(stageInfo(stage).probability),
      explanation: '从该阶段起的默认赢单概率(0–1),本团队样本不足时使用',
    })),
  ];
}

/** Reads the sheet over the defaults. A value that cannot be used leaves the default and becomes a `bad-setting` finding. */
export function readSettings(rows: readonly SettingRow[]): {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
} {
  let settings = DEFAULT_SETTINGS;
  const findings: Finding[] = [];
  for (const row of rows) {
    const value = normalizeWidth(row.value).trim();
    const next = value === '' && row.category !== '阶段用语' ? settings : applyRow(settings, row, value);
    if (next) settings = next;
    else findings.push(badSetting(row));
  }
  return { settings, findings };
}

const WHOLE = { least: 0, most: 3650 };

interface Single extends SettingInfo {
  readonly apply: (settings: Settings, value: string) => Settings | null;
}

function single(
  category: string,
  name: string,
  value: string,
  explanation: string,
  apply: Single['apply'],
): Single {
  return { category, name, value, explanation, apply };
}

/** Settings that are one row each. */
const SINGLE: readonly Single[] = [
  single('团队', '团队名称', '', '本表所属团队;留空时用文件名', (s, team) => ({ ...s, team })),
  single('表格', '跟踪表', '', '作为客户信息跟踪表的工作表名;留空时按名称或表头识别', (s, trackingSheet) => ({
    ...s,
    trackingSheet,
  })),
  single('期限', '首次接触', '3', '录入后几个工作日内首次接触', (s, v) =>
    withWhole(v, (n) => ({ ...s, firstContactDays: n })),
  ),
  single('期限', '资料交付', '3', '方案讲解后几个工作日内交付资料', (s, v) =>
    withWhole(v, (n) => ({ ...s, materialsDays: n })),
  ),
  single('期限', '满意度调研', '7', '交付后几天内(自然日)回访', (s, v) =>
    withWhole(v, (n) => ({ ...s, surveyDays: n })),
  ),
  single('规则', '首次接触方式', '电话,邮件,会议,拜访', '哪些方式算首次接触', (s, v) => {
    const kinds = splitTags(v);
    return kinds.every(isFollowUpKind) ? { ...s, firstContactKinds: kinds.filter(isFollowUpKind) } : null;
  }),
  single('规则', '资料清单', '演示PPT,案例集,合同模板', '资料交付要齐的文件', (s, v) => ({
    ...s,
    materials: splitTags(v),
  })),
  single('规则', '调研补充问题', '', '需求调研另外要问的问题', (s, v) => ({
    ...s,
    surveyQuestions: splitTags(v),
  })),
  single('规则', '入池满意度', '4', '满意度达到几分可进老客户池', (s, v) =>
    withWhole(v, (n) => ({ ...s, poolScore: n }), { least: 1, most: 5 }),
  ),
  single('规则', '搁置上限', '120', '搁置最多几个工作日', (s, v) =>
    withWhole(v, (n) => ({ ...s, maxHoldDays: n })),
  ),
  single('规则', '约定上限', '22', '下次跟进日期最多让未跟进提醒安静几个工作日', (s, v) =>
    withWhole(v, (n) => ({ ...s, maxQuietDays: n })),
  ),
  single('规则', '停滞计日', '工作日', '停滞按 工作日 还是 自然日 计', (s, v) =>
    v === '工作日' || v === '自然日' ? { ...s, stallsInNaturalDays: v === '自然日' } : null,
  ),
  single(
    '规则',
    '流失原因',
    '价格,竞争对手,预算取消,项目取消,需求变化,关键人变动,产品不满足,失联,其他',
    '流失时可选的原因',
    (s, v) => ({ ...s, lostReasons: splitTags(v) }),
  ),
  single('规则', '无效原因', '联系方式错误,需求不符,重复,其他', '判为无效线索时可选的原因', (s, v) => ({
    ...s,
    invalidReasons: splitTags(v),
  })),
  single('表格', '金额单位', '', '金额列里不带单位的数字是 元 还是 万元', (s, v) => {
    const unit = { 元: 1, 千元: 1000, 万: 10000, 万元: 10000 }[v];
    return unit ? { ...s, amountUnit: unit } : null;
  }),
  single('表格', '财年起始月', '1', '财年从几月开始', (s, v) =>
    withWhole(v, (n) => ({ ...s, fiscalYearStart: n }), { least: 1, most: 12 }),
  ),
  single('表格', '语言', '', 'zh 或 en;留空时看命令行', (s, v) =>
    v === 'zh' || v === 'en' ? { ...s, language: v } : null,
  ),
  single('表格', '时区', 'Asia/Shanghai', '团队所在时区', (s, timeZone) => ({ ...s, timeZone })),
  single('表格', '占用时', '拒绝', '文件被打开时 拒绝 还是 排队', (s, v) =>
    v === '排队' || v === '拒绝' ? { ...s, queueWhenBusy: v === '排队' } : null,
  ),
];

const STALL_KEYS = [
  'lead',
  'discovery.high',
  'discovery.medium',
  'discovery.low',
  'proposal',
  'negotiation',
  'closing',
  'pool',
] as const;
type StallKey = (typeof STALL_KEYS)[number];

export const DEFAULT_SETTINGS: Settings = SINGLE.reduce<Settings>(
  (settings, { value, apply }) => (value === '' ? settings : (apply(settings, value) ?? settings)),
  {
    team: '',
    trackingSheet: '',
    stageWords: new Map(),
    gateModes: new Map(),
    firstContactKinds: [],
    channels: new Map([
      ['合作伙伴推荐', 'A'],
      ['老客户复购', 'A'],
      ['行业展会', 'A'],
      ['官网表单', 'B'],
    ]),
    lostReasons: [],
    invalidReasons: [],
    materials: [],
    surveyQuestions: [],
    firstContactDays: 3,
    materialsDays: 3,
    surveyDays: 7,
    poolScore: 4,
    maxHoldDays: 120,
    maxQuietDays: 22,
    stallLimits: new Map(),
    stallsInNaturalDays: false,
    probabilities: new Map(),
    amountUnit: null,
    fiscalYearStart: 1,
    language: null,
    timeZone: 'Asia/Shanghai',
    ownDays: { off: new Map(), work: new Map() },
    importedYears: new Set(),
    queueWhenBusy: false,
  },
);

/** The limits of a stage (discovery by intent; unset counts as 中), in working days: 设置, else the stage table. */
export function stallLimitsOf(settings: Settings, stage: StageKey, intent: Intent | null): StallLimits {
  const key = stage === 'discovery' ? (`discovery.${intent ?? 'medium'}` as const) : stage;
  return isStallKey(key)
    ? (settings.stallLimits.get(key) ?? stallDefault(key))
    : { idleWarn: null, idleSevere: null, stayWarn: null };
}

function stallDefault(key: StallKey): StallLimits {
  const [stage = 'lead', intent] = key.split('.') as [StageKey, Intent | undefined];
  const limits = stageInfo(stage).stalls;
  return 'high' in limits ? limits[intent ?? 'medium'] : limits;
}

/** The settings after one row; null where its value cannot be used. Unknown categories are the team's own remarks. */
function applyRow(settings: Settings, row: SettingRow, value: string): Settings | null {
  const { category, name } = row;
  if (category === '来源渠道') {
    return /^[A-C]$/i.test(value)
      ? { ...settings, channels: new Map(settings.channels).set(name, value.toUpperCase()) }
      : null;
  }
  if (category === '阶段用语') {
    const word = readStageWord(value, new Map());
    return word ? { ...settings, stageWords: new Map(settings.stageWords).set(name, word.stage) } : null;
  }
  if (category === '推进条件') {
    const item = ITEMS.find((each) => each.key === name || each.name.zh === name);
    return item && isGateMode(value)
      ? { ...settings, gateModes: new Map(settings.gateModes).set(item.key, value) }
      : null;
  }
  if (category === '停滞') {
    const limits = readLimits(value);
    return isStallKey(name) && limits
      ? { ...settings, stallLimits: new Map(settings.stallLimits).set(name, limits) }
      : null;
  }
  if (category === '默认概率') {
    const stage = readStageWord(name, new Map())?.stage;
    const probability = Number(value);
    const usable = stage && isOpenStage(stage) && probability >= 0 && probability <= 1;
    return usable
      ? { ...settings, probabilities: new Map(settings.probabilities).set(stage, probability) }
      : null;
  }
  if (category === '放假' || category === '调休') return applyOwnDays(settings, category, name, value);
  const known = SINGLE.find((each) => each.category === category && each.name === name);
  return known ? known.apply(settings, value) : settings;
}

/** A day, or a range `2026-02-15…2026-02-23`; the name says what for. */
function applyOwnDays(
  settings: Settings,
  category: '放假' | '调休',
  name: string,
  value: string,
): Settings | null {
  const [from, to] = value.split(/…|~|至|\.\./).map((text) => parseIsoDay(text.trim()));
  if (
    from === null ||
    from === undefined ||
    to === null ||
    (to !== undefined && (to < from || to - from > 366))
  )
    return null;
  const key = category === '放假' ? 'off' : 'work';
  const days = new Map(settings.ownDays[key]);
  for (let day = from; day <= (to ?? from); day++) days.set(day, name);
  return { ...settings, ownDays: { ...settings.ownDays, [key]: days } };
}

function withWhole(value: string, apply: (n: number) => Settings, range = WHOLE): Settings | null {
  const n = Number(value);
  return Number.isInteger(n) && n >= range.least && n <= range.most ? apply(n) : null;
}

/** `5/10/22`, `-/7/10`. */
function readLimits(value: string): StallLimits | null {
  const parts = value
    .split('/')
    .map((part) => (part.trim() === '-' || part.trim() === '' ? null : Number(part)));
  const [idleWarn, idleSevere, stayWarn] = parts;
  if (parts.length !== 3 || parts.some((part) => part !== null && (!Number.isInteger(part) || part < 0)))
    return null;
  return { idleWarn: idleWarn ?? null, idleSevere: idleSevere ?? null, stayWarn: stayWarn ?? null };
}

function limitsText({ idleWarn, idleSevere, stayWarn }: StallLimits): string {
  return [idleWarn, idleSevere, stayWarn].map((limit) => limit ?? '-').join('/');
}

function badSetting({ sheet, row, category, name, value }: SettingRow): Finding {
  return dataFinding('bad-setting', {
    place: { sheet, row, col: 3 },
    explain: {
      zh: `设置「${category} ${name}」的值「${value}」不能用,已按默认处理`,
      en: `The value “${value}” of setting “${category} ${name}” cannot be used; the default applies`,
    },
  });
}

function isGateMode(value: string): value is GateMode {
  return value === 'block' || value === 'warn' || value === 'off';
}

function isStallKey(key: string): key is StallKey {
  return (STALL_KEYS as readonly string[]).includes(key);
}

function isFollowUpKind(text: string): text is FollowUpKind {
  return (FOLLOW_UP_KINDS as readonly string[]).includes(text);
}
