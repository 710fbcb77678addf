import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { addWorkingDays, buildCalendar } from '../../src/core/calendar.ts';
import { checkBook } from '../../src/core/check.ts';
import { type Day, formatDay, parseIsoDay } from '../../src/core/date.ts';
import type { RuleContext } from '../../src/core/deadlines.ts';
import type { Deal } from '../../src/core/deal.ts';
import { isDecision, type Outcome } from '../../src/core/decision.ts';
import { EMPTY_DECISION } from '../../src/core/draft.ts';
import { gateItems } from '../../src/core/gates.ts';
import { holdDeal } from '../../src/core/hold.ts';
import { ITEMS, isItemKey, itemInfo } from '../../src/core/items.ts';
import { logFollowUp } from '../../src/core/log-follow-up.ts';
import { loseDeal } from '../../src/core/move.ts';
import { recordItem } from '../../src/core/record.ts';
import { SETTINGS, settingRows } from '../../src/core/setting-table.ts';
import { DEFAULT_SETTINGS, readSettings, stallLimitsOf } from '../../src/core/settings.ts';
import { bookOf } from '../commands/support.ts';
import { applyPatches, type Memory, readMemory, writeMemory } from './memory-book.ts';

const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;
const TODAY = day('2026-11-23');

interface Look extends RuleContext {
  readonly deal: Deal;
}

type Row = Readonly<Record<string, string>>;

/** A setting, a deal it matters for, and what is decided without and with it. */
interface Case {
  readonly setting: readonly [string, string, string];
  readonly row: Row;
  /** What is written before the setting is there. */
  readonly first?: (memory: Memory) => void;
  readonly look: (look: Look) => unknown;
  readonly before: unknown;
  readonly after: unknown;
}

const DEAL: Row = {
  客户名称: '甲公司',
  线索录入日期: '2026-11-02',
  当前阶段: '需求挖掘',
  销售负责人: '王芳',
};

const levels = (look: Look, ...rules: string[]) =>
  checkBook(look).findings.flatMap(({ rule, level }) => (rules.includes(rule) ? [`${rule} ${level}`] : []));
const stateOf = ({ deal, settings }: Look, key: string) =>
  isItemKey(key)
    ? gateItems(deal, itemInfo(key).stage, settings).find(({ item }) => item.key === key)?.state
    : null;
const answer = (outcome: Outcome) =>
  isDecision(outcome) ? outcome.notes.map(({ zh }) => zh).join(' ') : `refused: ${outcome.text.zh}`;
const recordOn = (item: string, on: string, values: Row) => (memory: Memory) => {
  writeMemory(memory, day(on), (book) => {
    const [deal] = book.deals;
    if (!deal || !isItemKey(item)) throw new Error('no deal');
    const record = { item, values: new Map(Object.entries(values)), on: day(on), evidence: '', reason: '' };
    return recordItem(book, deal, record, { today: day(on), calendar: calendarOf() });
  });
};
const adoptOn = (on: string) => (memory: Memory) => {
  writeMemory(memory, day(on), () => EMPTY_DECISION);
};
const calendarOf = (own = DEFAULT_SETTINGS.ownDays) =>
  buildCalendar(readMemory(bookOf([]), TODAY).holidays, own);
const survey: Row = { '--pain': '手工', '--timeline': '年底', '--deciders': '李总', '--needs': '协作' };

const CASES: readonly Case[] = [
  {
    setting: ['规则', '首次接触方式', '微信'],
    row: DEAL,
    look: ({ book, deal }) => {
      const input = { text: '聊了', kind: '微信', on: TODAY, next: null, evidence: '', reason: '' } as const;
      return answer(logFollowUp(book, deal, input, TODAY));
    },
    before: '',
    after: '同时记为 首次接触',
  },
  {
    setting: ['来源渠道', '抖音', 'b'],
    row: { ...DEAL, 来源渠道: '抖音', 当前阶段: '线索获取' },
    look: (look) => stateOf(look, 'priority'),
    before: 'missing',
    after: 'done',
  },
  {
    setting: ['规则', '流失原因', '价格;换人'],
    row: DEAL,
    look: ({ book, deal }) =>
      answer(loseDeal(book, deal, { on: TODAY, reason: '换人', invalid: false, note: '' }, TODAY)).slice(
        0,
        8,
      ),
    before: expect.stringContaining('换人'),
    after: '',
  },
  {
    setting: ['规则', '无效原因', '同行'],
    row: { ...DEAL, 当前阶段: '线索获取' },
    look: ({ book, deal }) =>
      answer(loseDeal(book, deal, { on: TODAY, reason: '同行', invalid: true, note: '' }, TODAY)).slice(0, 8),
    before: expect.stringContaining('同行'),
    after: '',
  },
  {
    setting: ['阶段用语', '跟进中', '方案呈现'],
    row: { ...DEAL, 当前阶段: '跟进中' },
    look: ({ deal }) => deal.stage,
    before: null,
    after: 'proposal',
  },
  {
    setting: ['规则', '调研补充问题', '预算来源?；现有系统'],
    row: DEAL,
    first: recordOn('survey', '2026-11-20', survey),
    look: (look) => stateOf(look, 'survey'),
    before: 'done',
    after: 'missing',
  },
  {
    setting: ['规则', '资料清单', '演示PPT'],
    row: { ...DEAL, 当前阶段: '方案呈现' },
    first: recordOn('materials', '2026-11-20', { '--parts': '演示PPT' }),
    look: (look) => [stateOf(look, 'materials')],
    before: ['missing'],
    after: ['done'],
  },
  {
    setting: ['期限', '首次接触', '30'],
    row: { ...DEAL, 当前阶段: '线索获取' },
    first: adoptOn('2026-11-02'),
    look: (look) => levels(look, 'D1'),
    before: ['D1 overdue'],
    after: [],
  },
  {
    setting: ['期限', '资料交付', '30'],
    row: { ...DEAL, 当前阶段: '方案呈现' },
    first: recordOn('demo', '2026-11-10', { '--note': '安全' }),
    look: (look) => levels(look, 'D2'),
    before: ['D2 overdue'],
    after: [],
  },
  {
    setting: ['期限', '满意度调研', '30'],
    row: { ...DEAL, 当前阶段: '售后维护', 交付日期: '2026-11-10' },
    first: adoptOn('2026-11-10'),
    look: (look) => levels(look, 'D4'),
    before: ['D4 overdue'],
    after: [],
  },
  {
    setting: ['规则', '入池满意度', '3'],
    row: { ...DEAL, 当前阶段: '售后维护', 满意度: '3', 交付日期: '2026-11-10' },
    look: (look) => stateOf(look, 'satisfaction'),
    before: 'missing',
    after: 'done',
  },
  {
    setting: ['规则', '搁置上限', '5'],
    row: DEAL,
    look: ({ book, deal, calendar }) => {
      const hold = { until: day('2026-12-31'), reason: '预算冻结' };
      return isDecision(holdDeal(book, deal, hold, { today: TODAY, calendar }));
    },
    before: true,
    after: false,
  },
  {
    setting: ['规则', '约定上限', '1'],
    row: { ...DEAL, 下次跟进日期: '2026-12-10', 跟进记录: '2026-11-05:电话', 意向等级: '中意向' },
    look: (look) => levels(look, 'idle'),
    before: [],
    after: ['idle stalled'],
  },
  {
    setting: ['规则', '停滞计日', '自然日'],
    row: { ...DEAL, 线索录入日期: '2026-10-28', 当前阶段: '方案呈现' },
    first: adoptOn('2026-10-28'),
    look: (look) => levels(look, 'stay'),
    before: [],
    after: ['stay stalled'],
  },
  {
    setting: ['停滞', '需求挖掘(高意向) 未跟进提醒', '2'],
    row: { ...DEAL, 意向等级: '高意向', 跟进记录: '2026-11-18:电话' },
    look: (look) => levels(look, 'idle'),
    before: [],
    after: ['idle stalled'],
  },
  {
    setting: ['停滞', '方案呈现 停留提醒', '3'],
    row: { ...DEAL, 当前阶段: '方案呈现', 跟进记录: '2026-11-16:电话' },
    look: (look) => levels(look, 'stay'),
    before: [],
    after: ['stay stalled'],
  },
  {
    setting: ['停滞', '方案呈现 未跟进严重', '不提醒'],
    row: { ...DEAL, 当前阶段: '方案呈现', 跟进记录: '2026-11-03:电话' },
    look: (look) => levels(look, 'idle'),
    before: ['idle severe'],
    after: ['idle stalled'],
  },
  {
    setting: ['规则', '改期次数', '1'],
    row: { ...DEAL, 当前阶段: '方案呈现', 预计成交日期: '2026-11-23' },
    first: (memory) => {
      writeMemory(memory, TODAY, (book) => ({
        ...EMPTY_DECISION,
        events: book.deals.map(({ row }) => ({
          date: TODAY,
          dealId: row.id ?? '',
          customer: row.customer,
          type: 'edited' as const,
          from: null,
          to: null,
          item: null,
          values: new Map([
            ['列', '预计成交日期'],
            ['原值', '2026-11-01'],
            ['新值', '2026-11-23'],
          ]),
          note: '',
          evidence: '',
          marks: new Set<never>(),
        })),
      }));
    },
    look: (look) => levels(look, 'D5'),
    before: ['D5 dueSoon'],
    after: ['D5 severe'],
  },
  {
    setting: ['表格', '金额单位', '万元'],
    row: { ...DEAL, 预计金额: '15' },
    look: ({ deal }) => deal.row.amount?.low ?? null,
    before: null,
    after: 15_000_000,
  },
  {
    setting: ['放假', '公司年会', '2026-11-24'],
    row: DEAL,
    look: ({ calendar }) => formatDay(addWorkingDays(calendar, TODAY, 1).due),
    before: '2026-11-24',
    after: '2026-11-25',
  },
  {
    setting: ['调休', '补班', '2026-11-28'],
    row: DEAL,
    look: ({ calendar }) => formatDay(addWorkingDays(calendar, TODAY, 5).due),
    before: '2026-11-30',
    after: '2026-11-28',
  },
];

/** What is read for commands that do not exist yet: the value is what a test can see. */
const UNUSED: readonly { setting: readonly [string, string, string]; read: unknown; value: unknown }[] = [
  {
    setting: ['团队', '团队名称', '华东一组'],
    read: ({ team }: typeof DEFAULT_SETTINGS) => team,
    value: '华东一组',
  },
  {
    setting: ['表格', '财年起始月', '4'],
    read: (s: typeof DEFAULT_SETTINGS) => s.fiscalYearStart,
    value: 4,
  },
  {
    setting: ['目标', '季度权重', '15,25,25,35'],
    read: (s: typeof DEFAULT_SETTINGS) => s.quarterWeights,
    value: [15, 25, 25, 35],
  },
  {
    setting: ['目标', '平均合同额', '15万'],
    read: (s: typeof DEFAULT_SETTINGS) => s.averageContract,
    value: 15_000_000,
  },
  {
    setting: ['目标份额', '王芳', '60%'],
    read: (s: typeof DEFAULT_SETTINGS) => [...s.ownerShares],
    value: [['王芳', 60]],
  },
  ...['线索获取', '需求挖掘', '方案呈现', '谈判推进', '成交签约'].map((stage) => ({
    setting: ['目标率', stage, '45%'] as const,
    read: (s: typeof DEFAULT_SETTINGS) => [...s.targetRates.values()],
    value: [0.45],
  })),
  {
    setting: ['表格', '占用时', '排队'],
    read: (s: typeof DEFAULT_SETTINGS) => s.queueWhenBusy,
    value: true,
  },
];

function lookAt(row: Row, setting: Case['setting'] | null, first: Case['first']): Look {
  const memory = bookOf([row]);
  first?.(memory);
  if (setting) {
    const texts = ['类别', '名称', '值'] as const;
    applyPatches(memory, [
      { op: 'addSheet', sheet: SHEETS.settings, headers: texts },
      {
        op: 'append',
        sheet: SHEETS.settings,
        cells: new Map(setting.map((text, index) => [index + 1, { kind: 'text', text }])),
      },
    ]);
  }
  const book = readMemory(memory, TODAY);
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  expect(book.findings.filter(({ rule }) => rule === 'bad-setting')).toEqual([]);
  const calendar = buildCalendar(book.holidays, book.settings.ownDays);
  return { book, deal, settings: book.settings, calendar, today: TODAY };
}

describe('a changed setting changes the decision', () => {
  it.each(CASES)('$setting', ({ setting, row, first, look, before, after }) => {
    expect(look(lookAt(row, null, first))).toEqual(before);
    expect(look(lookAt(row, setting, first))).toEqual(after);
  });

  it.each(ITEMS.map(({ key, name }) => ({ key, name: name.zh })))(
    '推进条件 $key, by key and by name: off is not looked at',
    ({ key, name }) => {
      for (const written of [key, name]) {
        const look = lookAt(DEAL, ['推进条件', written, '不检查'], undefined);
        expect(stateOf(look, key)).toBe('off');
      }
      expect(stateOf(lookAt(DEAL, null, undefined), key)).not.toBe('off');
    },
  );

  it.each(SETTINGS.filter(({ category }) => category === '停滞').map(({ name, value }) => ({ name, value })))(
    '停滞 $name, $value by default',
    ({ name }) => {
      const changed = readSettings([{ sheet: '设置', row: 2, category: '停滞', name, value: '77' }]).settings;
      const all = (settings: typeof changed) =>
        (['lead', 'discovery', 'proposal', 'negotiation', 'closing', 'aftercare', 'pool'] as const).flatMap(
          (stage) =>
            (['high', 'medium', 'low'] as const).flatMap((intent) => {
              if (stage !== 'discovery' && intent !== 'high') return [];
              return Object.entries(stallLimitsOf(settings, stage, intent)).map(
                ([clock, limit]) => [`${stage} ${intent} ${clock}`, limit] as const,
              );
            }),
        );
      const before = new Map<string, unknown>(all(DEFAULT_SETTINGS));
      const differing = all(changed).filter(([key, limit]) => before.get(key) !== limit);
      expect(differing.map(([, limit]) => limit)).toEqual([77]);
    },
  );

  it.each(UNUSED)('$setting is read', ({ setting: [category, name, value], read, value: wanted }) => {
    const { settings, findings } = readSettings([{ sheet: '设置', row: 2, category, name, value }]);
    expect(findings).toEqual([]);
    expect(typeof read === 'function' ? read(settings) : null).toEqual(wanted);
    expect(typeof read === 'function' ? read(DEFAULT_SETTINGS) : null).not.toEqual(wanted);
  });

  it('no setting is left without such a test', () => {
    const elsewhere: readonly (readonly [string, string])[] = [
      // Played on files, in test/tables/settings-files.test.ts.
      ['表格', '跟踪表'],
      ['表格', '语言'],
      ['表格', '时区'],
      // A team's own median: test/rules/stalls.test.ts.
      ['规则', '停留倍数'],
      ['规则', '停留样本'],
      // A team's own probability: test/reports/forecast.test.ts.
      ['规则', '预测样本'],
    ];
    const tested = new Set(
      [...CASES, ...UNUSED].map(({ setting: [category, name] }) => `${category} ${name.replace(/\s/g, '')}`),
    );
    for (const [category, name] of elsewhere) tested.add(`${category} ${name}`);
    const left = SETTINGS.filter(
      ({ category, names }) =>
        !['推进条件', '停滞', '默认概率'].includes(category) &&
        !names.some((name) => tested.has(`${category} ${name}`)),
    );
    expect(left.map(({ category, name }) => `${category} ${name}`)).toEqual([]);
  });
});

describe('what 设置 says', () => {
  const read = (category: string, name: string, value: string) =>
    readSettings([{ sheet: '设置', row: 7, category, name, value }]);

  it.each(settingRows())('$category $name: the default that init writes is what holds without it', (row) => {
    const { settings, findings } = read(row.category, row.name, row.value);
    expect(findings).toEqual([]);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(row.explanation).not.toBe('');
  });

  it.each([
    ['表格', '金额单位', '美元'],
    ['表格', '财年起始月', '13'],
    ['表格', '语言', '法语'],
    ['表格', '时区', '上海'],
    ['表格', '占用时', '等一等'],
    ['期限', '首次接触', '三天'],
    ['期限', '首次接触', '-1'],
    ['期限', '首次接触', '1.5'],
    ['期限', '首次接处', '3'],
    ['规则', '首次接触方式', '传真'],
    ['规则', '入池满意度', '6'],
    ['规则', '改期次数', '0'],
    ['规则', '停留倍数', '0.5'],
    ['规则', '调研补充问题', '预算=多少'],
    ['规则', '调研补充问题', '业务痛点'],
    ['规则', '停滞计日', '周'],
    ['推进条件', 'demo', '也许'],
    ['推进条件', '演示', 'off'],
    ['停滞', '方案呈现 未跟进提醒', '很久'],
    ['默认概率', '方案呈现', '50'],
    ['目标', '季度权重', '30,30,40'],
    ['目标', '季度权重', '0,0,0,0'],
    ['目标', '平均合同额', '很多'],
    ['目标率', '方案呈现', '0%'],
    ['目标率', '方案呈现', '145%'],
    ['目标份额', '王芳', '一半'],
    ['来源渠道', '抖音', 'D'],
    ['阶段用语', '跟进中', '某处'],
    ['列对应', '甲方', '某列'],
    ['放假', '年会', '某天'],
    ['法定年份', '明年', 'x'],
  ])(
    '%s %s=%s cannot be used: the default holds, and the finding names the cell',
    (category, name, value) => {
      const { settings, findings } = read(category, name, value);
      expect(settings).toEqual(DEFAULT_SETTINGS);
      expect(findings.map(({ rule, place }) => [rule, place])).toEqual([
        ['bad-setting', { sheet: '设置', row: 7, col: 3 }],
      ]);
      expect(findings[0]?.words().explain.zh).toContain(value);
    },
  );

  it.each([
    ['备注', '周会', '周一上午', 'people’s own remarks'],
    ['期限', '首次接触', '', 'an empty value'],
    ['', '首次接触', '5', 'no category'],
  ])('%s %s %s is passed over: %s', (category, name, value) => {
    expect(read(category, name, value)).toEqual({ settings: DEFAULT_SETTINGS, findings: [] });
  });
});
