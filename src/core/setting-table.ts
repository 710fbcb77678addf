import type { Day } from './date.ts';
import { CONTENT_LABELS } from './decode-log.ts';
import { FOLLOW_UP_KINDS, type FollowUpKind } from './event.ts';
import { fieldNamed } from './header.ts';
import { INTENT_WORDS } from './intent.ts';
import { ITEMS } from './items.ts';
import { parseAmount } from './money.ts';
import type { GateMode, Settings } from './settings.ts';
import {
  type Intent,
  isOpenStage,
  OPEN_STAGES,
  type OpenStage,
  readStageWord,
  STAGES,
  type StallLimits,
  stageInfo,
} from './stages.ts';
import { normalizeWidth, splitTags } from './text.ts';
import { readDateText } from './values.ts';

/** One row of 设置: its default in the words of the sheet, what it means, and how its value is read. */
export interface Setting {
  readonly category: string;
  readonly name: string;
  readonly value: string;
  readonly explanation: string;
  /** Every name it is found by, without spaces. */
  readonly names: readonly string[];
  /** The settings with this value; null where it cannot be used. */
  readonly read: (settings: Settings, value: string) => Settings | null;
}

/** The rows `init` writes: every setting with its default and a plain explanation. */
export function settingRows(): readonly Pick<Setting, 'category' | 'name' | 'value' | 'explanation'>[] {
  return [...SETTINGS, ...CHANNELS];
}

type Read = Setting['read'];

function setting(category: string, name: string, value: string, explanation: string, read: Read): Setting {
  return { category, name, value, explanation, names: [name.replace(/\s/g, '')], read };
}

const MOST_DAYS = 3650;

const CLOCKS = [
  { key: 'idleWarn', name: '未跟进提醒', explanation: '几个工作日没有跟进就提醒' },
  { key: 'idleSevere', name: '未跟进严重', explanation: '几个工作日没有跟进算严重' },
  { key: 'stayWarn', name: '停留提醒', explanation: '在本阶段停留几个工作日就提醒' },
] as const satisfies readonly { key: keyof StallLimits; name: string; explanation: string }[];

/** THE TABLE of the settings that have a fixed name. */
export const SETTINGS: readonly Setting[] = [
  setting('团队', '团队名称', '', '本表所属团队;留空时用文件名', (s, team) => ({ ...s, team })),
  setting('表格', '跟踪表', '', '哪张工作表是客户信息跟踪表;留空时按名称或表头识别', (s, trackingSheet) => ({
    ...s,
    trackingSheet,
  })),
  setting('表格', '金额单位', '', '金额列里不带单位的数字是 元、千元 还是 万元', (s, v) => {
    const amountUnit = new Map([
      ['元', 1],
      ['千元', 1000],
      ['万元', 10000],
      ['万', 10000],
    ]).get(v);
    return amountUnit === undefined ? null : { ...s, amountUnit };
  }),
  setting(
    '表格',
    '财年起始月',
    '1',
    '财年从几月开始',
    whole((s, fiscalYearStart) => ({ ...s, fiscalYearStart }), 1, 12),
  ),
  setting('表格', '语言', '', 'zh(中文)或 en(英文);命令行和 FUNNEL_LANG 没有指定时用它', (s, v) => {
    const language = LANGUAGES.get(v.toLowerCase());
    return language ? { ...s, language } : null;
  }),
  setting('表格', '时区', 'Asia/Shanghai', '团队所在时区', (s, v) =>
    isTimeZone(v) ? { ...s, timeZone: v } : null,
  ),
  setting('表格', '占用时', '拒绝', '文件被别人打开时,写入的命令 拒绝 还是 排队', (s, v) =>
    v === '排队' || v === '拒绝' ? { ...s, queueWhenBusy: v === '排队' } : null,
  ),
  setting(
    '期限',
    '首次接触',
    '3',
    '录入后几个工作日内首次接触',
    whole((s, n) => ({ ...s, firstContactDays: n })),
  ),
  setting(
    '期限',
    '资料交付',
    '3',
    '方案讲解后几个工作日内交付资料',
    whole((s, n) => ({ ...s, materialsDays: n })),
  ),
  setting(
    '期限',
    '满意度调研',
    '7',
    '交付后几天内(自然日)回访',
    whole((s, n) => ({ ...s, surveyDays: n })),
  ),
  setting(
    '规则',
    '首次接触方式',
    '电话,邮件,会议,拜访',
    `哪些方式算首次接触;可选 ${FOLLOW_UP_KINDS.join('、')}`,
    (s, v) => {
      const kinds = splitTags(v);
      return kinds.length > 0 && kinds.every(isFollowUpKind) ? { ...s, firstContactKinds: kinds } : null;
    },
  ),
  setting(
    '规则',
    '资料清单',
    '演示PPT,案例集,合同模板',
    '资料交付要齐的文件',
    words((s, materials) => ({ ...s, materials })),
  ),
  setting(
    '规则',
    '调研补充问题',
    '',
    '需求调研另外要问的问题,几个用分号隔开;用 funnel record … survey --question 问题=回答 记录',
    (s, v) => {
      const surveyQuestions = v
        .split(/[;；\n]/)
        .map((each) => each.trim())
        .filter((each) => each !== '');
      const isUsable = surveyQuestions.every((each) => !/[=\\]/.test(each) && !CONTENT_LABELS.has(each));
      return isUsable && new Set(surveyQuestions).size === surveyQuestions.length
        ? { ...s, surveyQuestions }
        : null;
    },
  ),
  setting(
    '规则',
    '入池满意度',
    '4',
    '满意度达到几分(1–5)可进老客户池',
    whole((s, n) => ({ ...s, poolScore: n }), 1, 5),
  ),
  setting(
    '规则',
    '搁置上限',
    '120',
    '搁置最多几个工作日',
    whole((s, n) => ({ ...s, maxHoldDays: n })),
  ),
  setting(
    '规则',
    '约定上限',
    '22',
    '下次跟进日期最多让未跟进提醒安静几个工作日',
    whole((s, n) => ({ ...s, maxQuietDays: n })),
  ),
  setting(
    '规则',
    '改期次数',
    '3',
    '预计成交日期推迟几次起,临期或逾期即算严重',
    whole((s, n) => ({ ...s, severePostponements: n }), 1),
  ),
  setting('规则', '停留倍数', '2', '停留超过本团队近四季中位数的几倍就提醒(可用小数)', (s, v) => {
    const slowFactor = Number(v);
    return slowFactor >= 1 && slowFactor <= 100 ? { ...s, slowFactor } : null;
  }),
  setting(
    '规则',
    '停留样本',
    '10',
    '近四季至少有几次停留才算中位数',
    whole((s, n) => ({ ...s, slowSample: n }), 1),
  ),
  setting(
    '规则',
    '预测样本',
    '20',
    '到过某阶段的商机,近四季至少有几个成交或流失,预测才用本团队自己的概率',
    whole((s, n) => ({ ...s, forecastSample: n }), 1),
  ),
  setting('规则', '停滞计日', '工作日', '停滞按 工作日 还是 自然日 计', (s, v) =>
    v === '工作日' || v === '自然日' ? { ...s, stallsInNaturalDays: v === '自然日' } : null,
  ),
  setting(
    '规则',
    '流失原因',
    '价格,竞争对手,预算取消,项目取消,需求变化,关键人变动,产品不满足,失联,其他',
    '流失时可选的原因',
    words((s, lostReasons) => ({ ...s, lostReasons })),
  ),
  setting(
    '规则',
    '无效原因',
    '联系方式错误,需求不符,重复,其他',
    '判为无效线索时可选的原因',
    words((s, invalidReasons) => ({ ...s, invalidReasons })),
  ),
  ...ITEMS.map(
    (item): Setting => ({
      category: '推进条件',
      name: item.key,
      value: 'block',
      explanation: `${item.name.zh}(离开「${stageInfo(item.stage).name.zh}」前);block=必须 warn=只提醒 off=不检查`,
      names: [item.key, item.name.zh],
      read: (s, v) => {
        const mode = GATE_MODES.get(v.toLowerCase());
        return mode ? { ...s, gateModes: new Map(s.gateModes).set(item.key, mode) } : null;
      },
    }),
  ),
  ...stallSettings(),
  ...OPEN_STAGES.map((stage) =>
    setting(
      '默认概率',
      stageInfo(stage).name.zh,
      String(stageInfo(stage).probability),
      '从该阶段起的默认赢单概率(0–1 或百分比),本团队样本不足时使用',
      (s, v) => {
        const probability = readShare(v);
        return probability === null
          ? null
          : { ...s, probabilities: new Map(s.probabilities).set(stage, probability) };
      },
    ),
  ),
  setting('目标', '季度权重', '', '年度目标分到四个季度的比例,如 15,25,25,35;留空时按工作日', (s, v) => {
    const quarterWeights = readWeights(v);
    return quarterWeights ? { ...s, quarterWeights } : null;
  }),
  setting('目标', '平均合同额', '', '分解目标用的平均合同额,如 15万;留空时用本团队近四季的', (s, v) => {
    const read = parseAmount(v, 1);
    return read?.kind === 'amount' && read.low > 0 ? { ...s, averageContract: read.low } : null;
  }),
  ...OPEN_STAGES.filter((stage) => stage !== 'aftercare').map((stage) =>
    setting(
      '目标率',
      stageInfo(stage).name.zh,
      '',
      `到过「${stageInfo(stage).name.zh}」的有多少继续向前(目标,如 45%);留空时用本团队近四季的`,
      (s, v) => {
        const rate = readShare(v);
        return rate === null || rate === 0
          ? null
          : { ...s, targetRates: new Map(s.targetRates).set(stage, rate) };
      },
    ),
  ),
];

/** `45%`, `0.45`; null for anything that is no share. */
export function readShare(text: string): number | null {
  const bare = normalizeWidth(text).trim();
  const share = bare.endsWith('%') ? Number(bare.slice(0, -1)) / 100 : Number(bare);
  return bare !== '' && share >= 0 && share <= 1 ? share : null;
}

/** Four weights, `15,25,25,35`; null for anything else. */
export function readWeights(text: string): readonly number[] | null {
  const weights = splitTags(normalizeWidth(text)).map((part) => Number(part.replace(/%$/, '')));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.length === 4 && weights.every((weight) => weight >= 0) && sum > 0 ? weights : null;
}

/** The settings whose name is the team's to choose, by category. */
export const FREE_SETTINGS: ReadonlyMap<
  string,
  (settings: Settings, name: string, value: string) => Settings | null
> = new Map([
  [
    '来源渠道',
    (s, name, value) =>
      /^[A-C]$/i.test(value) ? { ...s, channels: new Map(s.channels).set(name, value.toUpperCase()) } : null,
  ],
  [
    '目标份额',
    (s, name, value) => {
      const weight = Number(value.replace(/%$/, ''));
      return weight >= 0 ? { ...s, ownerShares: new Map(s.ownerShares).set(name, weight) } : null;
    },
  ],
  [
    '阶段用语',
    (s, name, value) => {
      const word = readStageWord(value, new Map());
      return word ? { ...s, stageWords: new Map(s.stageWords).set(name, word.stage) } : null;
    },
  ],
  [
    '列对应',
    (s, name, value) => {
      const field = value === '-' ? null : fieldNamed(value);
      const known = field !== null || value === '-';
      return known ? { ...s, columnMap: new Map(s.columnMap).set(name, field) } : null;
    },
  ],
  [
    '放假',
    days((s, name, some) => ({ ...s, ownDays: { ...s.ownDays, off: withDays(s.ownDays.off, name, some) } })),
  ],
  [
    '调休',
    days((s, name, some) => ({
      ...s,
      ownDays: { ...s.ownDays, work: withDays(s.ownDays.work, name, some) },
    })),
  ],
  [
    '法定年份',
    (s, name, value) =>
      /^\d{4}$/.test(name)
        ? { ...s, imported: { ...s.imported, years: new Map(s.imported.years).set(Number(name), value) } }
        : null,
  ],
  [
    '法定放假',
    days((s, name, some) => ({
      ...s,
      imported: { ...s.imported, holidays: withDays(s.imported.holidays, name, some) },
    })),
  ],
  [
    '法定调休',
    days((s, name, some) => ({
      ...s,
      imported: { ...s.imported, makeup: withDays(s.imported.makeup, name, some) },
    })),
  ],
]);

const CHANNELS = (
  [
    ['合作伙伴推荐', 'A'],
    ['老客户复购', 'A'],
    ['行业展会', 'A'],
    ['官网表单', 'B'],
  ] as const
).map(([name, value]) => ({
  category: '来源渠道',
  name,
  value,
  explanation: '渠道的来源优先级 A/B/C(A=高转化潜力);可增加行',
}));

/** The channels' default priorities. */
export const DEFAULT_CHANNELS: ReadonlyMap<string, string> = new Map(
  CHANNELS.map(({ name, value }) => [name, value]),
);

const LANGUAGES: ReadonlyMap<string, 'zh' | 'en'> = new Map([
  ['zh', 'zh'],
  ['中文', 'zh'],
  ['en', 'en'],
  ['英文', 'en'],
  ['english', 'en'],
]);

const GATE_MODES: ReadonlyMap<string, GateMode> = new Map([
  ['block', 'block'],
  ['必须', 'block'],
  ['warn', 'warn'],
  ['提醒', 'warn'],
  ['只提醒', 'warn'],
  ['off', 'off'],
  ['不检查', 'off'],
]);

/** One row per stage (需求挖掘: per intent) and clock. One number per row: Excel would turn 5/10/22 into a date. */
function stallSettings(): Setting[] {
  return STAGES.flatMap(({ key: stage, name, stalls }) => {
    if (stage !== 'pool' && !isOpenStage(stage)) return [];
    const kinds: readonly {
      key: OpenStage | 'pool' | `discovery.${Intent}`;
      label: string;
      limits: StallLimits;
    }[] =
      'high' in stalls
        ? (['high', 'medium', 'low'] as const).map((intent) => ({
            key: `discovery.${intent}`,
            label: `${name.zh}(${INTENT_WORDS[intent].zh})`,
            limits: stalls[intent],
          }))
        : [{ key: stage, label: name.zh, limits: stalls }];
    return kinds.flatMap(({ key, label, limits }) =>
      CLOCKS.map((clock) =>
        setting(
          '停滞',
          `${label} ${clock.name}`,
          String(limits[clock.key] ?? '不提醒'),
          `${clock.explanation};不提醒=不检查`,
          (s, v) => {
            const limit = v === '不提醒' ? null : readWhole(v, 0, MOST_DAYS);
            if (limit === undefined) return null;
            const stallLimits = new Map(s.stallLimits).set(key, {
              ...(s.stallLimits.get(key) ?? limits),
              [clock.key]: limit,
            });
            return { ...s, stallLimits };
          },
        ),
      ),
    );
  });
}

function readWhole(value: string, least: number, most: number): number | undefined {
  const n = Number(value);
  return Number.isInteger(n) && n >= least && n <= most ? n : undefined;
}

function whole(apply: (settings: Settings, n: number) => Settings, least = 0, most = MOST_DAYS): Read {
  return (settings, value) => {
    const n = readWhole(value, least, most);
    return n === undefined ? null : apply(settings, n);
  };
}

function words(apply: (settings: Settings, list: readonly string[]) => Settings): Read {
  return (settings, value) => {
    const list = splitTags(value);
    return list.length === 0 ? null : apply(settings, list);
  };
}

function days(apply: (settings: Settings, name: string, some: readonly Day[]) => Settings) {
  return (settings: Settings, name: string, value: string): Settings | null => {
    const some = readDayRange(value);
    return some && apply(settings, name, some);
  };
}

/** A day, or a range `2026-02-15…2026-02-23`; the year must be written. Null: neither. */
export function readDayRange(value: string): readonly Day[] | null {
  const ends = value
    .split(/…|\.\.|[~至到]/)
    .filter((text) => text !== '')
    .map((text) => readDateText(text, 0));
  const [from, to = from] = ends.map((read) => (read === null || read.inferredYear ? null : read.day));
  if (from == null || to == null || ends.length > 2 || to < from || to - from > 366) return null;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function withDays(
  known: ReadonlyMap<Day, string>,
  name: string,
  some: readonly Day[],
): ReadonlyMap<Day, string> {
  return new Map([...known, ...some.map((day) => [day, name] as const)]);
}

function isFollowUpKind(text: string): text is FollowUpKind {
  return (FOLLOW_UP_KINDS as readonly string[]).includes(text);
}

/** A name of the IANA time zone database. */
function isTimeZone(name: string): boolean {
  // The default is one: asking for it takes a sixth of an empty Node's time, in every run.
  if (name === 'Asia/Shanghai') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
