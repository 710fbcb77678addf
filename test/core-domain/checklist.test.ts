import { describe, expect, it } from 'vitest';
import { isDecision } from '../../src/core/decision.ts';
import { gateItems } from '../../src/core/gates.ts';
import { ITEMS, type ItemKey, isItemKey } from '../../src/core/items.ts';
import { missingItems } from '../../src/core/missing.ts';
import { advanceDeals } from '../../src/core/move.ts';
import { isOpenStage, type StageKey } from '../../src/core/stages.ts';
import { bookOf, day, dealOf, decideItem, type Recording, writeItem } from './a-deal.ts';
import { type Memory, newMemory, readMemory } from './memory-book.ts';

const today = day('2026-05-20');

/** Mode, state and problem of one item for the deal of `memory`. */
function stateOf(memory: Memory, key: ItemKey) {
  const { settings } = readMemory(memory, today);
  const stage = ITEMS.find((item) => item.key === key)?.stage ?? 'lead';
  const found = gateItems(dealOf(memory, today), stage, settings).find(({ item }) => item.key === key);
  return { mode: found?.mode, state: found?.state, problem: found?.problem?.zh ?? null };
}

const setting = (memory: Memory, ...rows: string[][]) =>
  memory.set('设置', newMemory([['类别', '名称', '值', '说明'], ...rows]).get('客户信息跟踪表') ?? []);

describe('a value that has a column counts where it is typed (2.1)', () => {
  it.each([
    { key: 'source', row: { 来源渠道: '抖音' }, state: 'done' },
    {
      key: 'priority',
      row: { 来源渠道: '抖音' },
      state: 'missing',
      why: 'an unknown channel has no priority',
    },
    { key: 'priority', row: { 来源渠道: '行业展会' }, state: 'done', why: 'looked up in the channel list' },
    { key: 'priority', row: { 来源渠道: '抖音', 来源优先级: 'C' }, state: 'done' },
    {
      key: 'lead-form',
      row: { 联系人: '李', 联系方式: '138', 需求标签: 'CRM', 来源渠道: '展会' },
      state: 'done',
    },
    {
      key: 'lead-form',
      row: { 联系人: '李', 联系方式: '138', 来源渠道: '展会' },
      state: 'missing',
      why: 'no tags',
    },
    { key: 'intent', row: { 意向等级: '高意向' }, state: 'done' },
    {
      key: 'intent',
      row: { 需求明确度: '明确', 预算匹配度: '充足', 决策周期: '≤1个月' },
      state: 'done',
      why: 'the three dimensions say it',
    },
    { key: 'intent', row: { 需求明确度: '明确', 预算匹配度: '充足' }, state: 'missing' },
    { key: 'intent', row: { 意向等级: '低' }, state: 'done', mode: 'warn', why: '低意向 warns' },
    { key: 'concerns', row: { 客户关注点: '安全' }, state: 'done' },
    { key: 'deal-figures', row: { 预计成交日期: '2026-06-30', 合同金额: '15万' }, state: 'done' },
    {
      key: 'deal-figures',
      row: { 预计成交日期: '2026-06-30', 预计金额: '15万' },
      state: 'missing',
      why: 'an estimate is no contract amount',
    },
    { key: 'contract', row: { 合同签订日期: '2026-05-18', 合同编号: 'HT-1' }, state: 'done' },
    { key: 'contract', row: { 合同签订日期: '2026-05-18' }, state: 'missing', why: 'no number' },
    {
      key: 'contract',
      row: { 合同签订日期: '2026-06-18', 合同编号: 'HT-1' },
      state: 'missing',
      why: 'it is to be signed next month',
    },
    { key: 'delivery', row: { 交付日期: '2026-05-18' }, state: 'done' },
    { key: 'delivery', row: { 交付日期: '2026-06-18' }, state: 'missing', why: 'a plan is no delivery' },
    { key: 'satisfaction', row: { 满意度: 4 }, state: 'done' },
    { key: 'satisfaction', row: { 满意度: '3分' }, state: 'missing', why: 'below the mark' },
  ] as const)('$key with $row is $state', ({ key, row, state, ...rest }) => {
    const { mode, state: is } = stateOf(bookOf(row), key);
    expect({ mode, state: is }).toEqual({ mode: 'mode' in rest ? rest.mode : 'block', state });
  });
});

describe('settings of the gates', () => {
  it.each([
    { mode: 'off', blocks: false, notes: 0, why: 'not looked at' },
    { mode: 'warn', blocks: false, notes: 1, why: 'said, and passed' },
    { mode: 'block', blocks: true, notes: 0, why: 'the default' },
  ])('$mode: $why', ({ mode, blocks, notes }) => {
    const memory = bookOf({ 联系人: '李', 联系方式: '138', 需求标签: 'CRM', 来源渠道: '行业展会' });
    setting(memory, ['推进条件', 'screened', mode, '']);
    const book = readMemory(memory, today);
    const outcome = advanceDeals(book, book.deals, { to: null, on: today, force: false, reason: '' }, today);
    expect(isDecision(outcome)).toBe(!blocks);
    if (isDecision(outcome)) expect(outcome.notes.length).toBe(notes);
  });
  it('the list of documents and the mark are the team’s', () => {
    const memory = bookOf({ 满意度: 4, 交付日期: '2026-05-12' });
    setting(memory, ['规则', '资料清单', '白皮书,报价单', ''], ['规则', '入池满意度', '5', '']);
    expect(stateOf(memory, 'satisfaction').problem).toMatch(/低于 5/);
    writeItem(memory, today, { item: 'materials', values: { '--parts': '白皮书' } });
    expect(stateOf(memory, 'materials').problem).toBe('还缺 报价单');
  });
});

describe('history that was assumed', () => {
  it.each([
    { word: '谈判推进', stage: 'proposal', states: ['assumed'], why: 'gates before its stage' },
    { word: '谈判推进', stage: 'negotiation', states: ['missing'], why: 'not its own' },
    {
      word: '商务谈判完成',
      stage: 'negotiation',
      states: ['assumed'],
      why: 'its own where the word says so',
    },
    { word: '商务谈判完成', stage: 'closing', states: ['missing'], why: 'nothing after it' },
    {
      word: '已流失',
      stage: 'lead',
      states: ['missing'],
      why: 'a lost one has no gate behind it that is known',
    },
  ] as const)('$word: $why', ({ word, stage, states }) => {
    const memory = newMemory([
      ['客户名称', '当前阶段'],
      ['甲', word],
    ]);
    const book = readMemory(memory, today);
    const deal = book.deals[0];
    const found = deal
      ? gateItems(deal, stage, book.settings).filter(({ item }) => item.key !== 'lead-form')
      : [];
    expect([...new Set(found.map(({ state }) => state))]).toEqual(states);
  });
});

describe('what is missing is a command that settles it as it stands', () => {
  const settles = (memory: Memory, from: StageKey, to: StageKey) => {
    const book = readMemory(memory, today);
    for (const missing of missingItems(book, dealOf(memory, today), from, to, today).blocking) {
      const [command, id, key = ''] = missing.argv;
      expect([command, id]).toEqual(['record', 'L20260511-001']);
      if (!isItemKey(key)) throw new Error(key);
      const given = missing.fields
        .filter(({ required }) => required)
        .map(({ flag, example }) => [flag, example] as const);
      const on = given.find(([flag]) => flag === '--on')?.[1];
      const values = Object.fromEntries(given.filter(([flag]) => flag !== '--on'));
      writeItem(memory, today, { item: key, values, ...(on === undefined ? {} : { on }) });
    }
    expect(missingItems(readMemory(memory, today), dealOf(memory, today), from, to, today).blocking).toEqual(
      [],
    );
  };
  const answered: Recording = {
    item: 'objections',
    values: { '--objection': '周期长', '--answer': '分阶段' },
  };
  it.each([
    { why: 'nothing is there', row: {}, before: [], from: 'lead', to: 'pool' },
    {
      why: 'part of the lead form is there',
      row: { 联系人: '李总' },
      before: [],
      from: 'lead',
      to: 'discovery',
    },
    { why: 'there is no entry date', row: { 线索录入日期: '' }, before: [], from: 'lead', to: 'discovery' },
    {
      why: 'two objections are open',
      row: {},
      before: [
        answered,
        { item: 'objections', values: { '--objection': '价格 高;"太"高' } },
        { item: 'objections', values: { '--objection': '要折扣' } },
      ],
      from: 'negotiation',
      to: 'closing',
    },
    {
      why: 'the score was low',
      row: { 交付日期: '2026-05-18' },
      before: [
        {
          item: 'satisfaction',
          values: {
            '--score': '2',
            '--note': '慢',
            '--measure': '加人',
            '--responsible': '王工',
            '--next': '+3wd',
          },
        },
      ],
      from: 'aftercare',
      to: 'pool',
    },
    {
      why: 'nobody answered the survey',
      row: { 交付日期: '2026-05-18' },
      before: [{ item: 'satisfaction', values: { '--no-reply': '' } }],
      from: 'aftercare',
      to: 'pool',
    },
    {
      why: 'the delivery is only planned',
      row: { 交付日期: '2026-06-18' },
      before: [],
      from: 'aftercare',
      to: 'pool',
    },
    {
      why: 'the materials came before the demo',
      row: {},
      before: [
        { item: 'materials', values: { '--parts': '全部' }, on: '2026-05-12' },
        { item: 'demo', values: { '--note': '好' }, on: '2026-05-18' },
      ],
      from: 'proposal',
      to: 'negotiation',
    },
    {
      why: 'the contract lacks its number',
      row: { 合同签订日期: '2026-05-18' },
      before: [],
      from: 'closing',
      to: 'aftercare',
    },
  ] as const)('where $why', ({ row, before, from, to }) => {
    const memory = bookOf(row);
    for (const recording of before) writeItem(memory, today, recording);
    settles(memory, from, to);
  });
  it('also where the team has its own kinds of first contact and documents', () => {
    const memory = bookOf();
    setting(memory, ['规则', '首次接触方式', '同步,微信', ''], ['规则', '资料清单', '白皮书', '']);
    settles(memory, 'discovery', 'negotiation');
  });
  it('asks for the empty fields of the lead form only', () => {
    const memory = bookOf({ 联系人: '李总', 需求标签: 'CRM' });
    const form = missingItems(
      readMemory(memory, today),
      dealOf(memory, today),
      'lead',
      'discovery',
      today,
    ).blocking.find(({ item }) => item === 'lead-form');
    expect(form?.fields.map(({ flag }) => flag)).toEqual(['--phone', '--source']);
  });
});

describe('monotone: recording an item never opens another one', () => {
  it.each(ITEMS.filter(({ key }) => key !== 'demo').map(({ key }) => key))('%s', (key) => {
    const stage = ITEMS.find((item) => item.key === key)?.stage ?? 'lead';
    const memory = bookOf({ 交付日期: '2026-05-18' });
    const open = () => {
      const { settings } = readMemory(memory, today);
      const deal = dealOf(memory, today);
      return (['lead', 'discovery', 'proposal', 'negotiation', 'closing', 'aftercare'] as const).flatMap(
        (each) =>
          isOpenStage(each)
            ? gateItems(deal, each, settings)
                .filter(({ state }) => state === 'missing')
                .map(({ item }) => item.key)
            : [],
      );
    };
    const before = open();
    const missing = missingItems(
      readMemory(memory, today),
      dealOf(memory, today),
      stage,
      'pool',
      today,
    ).blocking.find(({ item }) => item === key);
    const values = Object.fromEntries(
      (missing?.fields ?? [])
        .filter(({ flag, required }) => required && flag !== '--on')
        .map(({ flag, example }) => [flag, example]),
    );
    if (missing) writeItem(memory, today, { item: key, values, on: '2026-05-20' });
    expect(open().filter((each) => !before.includes(each))).toEqual([]);
    expect(
      isDecision(decideItem(readMemory(memory, today), today, { item: key, values, on: '2026-05-20' })) ||
        missing === undefined,
    ).toBe(true);
  });
});
