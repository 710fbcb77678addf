import { CONTENT_LABELS } from './decode-log.ts';
import { FOLLOW_UP_KINDS, type FollowUpKind } from './event.ts';
import { CHANNELS } from './free-settings.ts';
import { ITEMS } from './items.ts';
import { parseAmount } from './money.ts';
import { readShare, readWeights, type Setting, setting, whole, words } from './setting-values.ts';
import type { GateMode } from './settings.ts';
import { OPEN_STAGES, stageInfo } from './stages.ts';
import { stallSettings } from './stall-settings.ts';
import { splitTags } from './text.ts';

/** The rows `init` writes: every setting with its default and a plain explanation. */
export function settingRows(): readonly Pick<Setting, 'category' | 'name' | 'value' | 'explanation'>[] {
  return [...SETTINGS, ...CHANNELS];
}

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
