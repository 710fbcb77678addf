import { describe, expect, it } from 'vitest';
import { isDecision, type Outcome } from '../../src/core/decision.ts';
import { gateItems } from '../../src/core/gates.ts';
import { recordItems } from '../../src/core/record.ts';
import {
  bookOf,
  CALENDAR,
  cellOf,
  cellsOf,
  day,
  dealOf,
  decideItem,
  type Recording,
  writeItem,
} from './a-deal.ts';
import { type Memory, readMemory, writeMemory } from './memory-book.ts';

const today = day('2026-05-20');
const verdict = (outcome: Outcome) =>
  isDecision(outcome) ? 'done' : 'badInput' in outcome ? 'bad input' : 'refused';
const decide = (memory: Memory, recording: Recording) =>
  decideItem(readMemory(memory, today), today, recording);
const PHONED = { '--type': '电话', '--note': '有兴趣' };

describe('what may be recorded when (1.10)', () => {
  it.each([
    {
      recording: { item: 'screened', values: { '--note': '相符' } },
      is: 'done',
      why: 'today is the default',
    },
    {
      recording: { item: 'screened', values: { '--note': '相符' }, on: '2026-05-21' },
      is: 'refused',
      why: 'the future',
    },
    {
      recording: { item: 'screened', values: { '--note': '相符' }, on: '2026-05-10' },
      is: 'refused',
      why: 'an item before the entry',
    },
    {
      recording: { item: 'first-contact', values: PHONED, on: '2026-05-01' },
      is: 'done',
      why: 'met at an exhibition before the entry',
    },
    {
      recording: { item: 'demo', values: { '--note': '关注安全' }, on: '2026-05-16' },
      is: 'done',
      why: 'a demo on a day off is fine',
    },
    {
      recording: { item: 'demo', values: { '--note': '关注安全' } },
      is: 'bad input',
      why: 'a demo needs its day',
    },
    { recording: { item: 'demo', on: '2026-05-18' }, is: 'bad input', why: 'a demo needs the feedback' },
    {
      recording: { item: 'first-contact', values: { '--type': '微信', '--note': '在吗' } },
      is: 'refused',
      why: '微信 is no first contact by default',
    },
    {
      recording: { item: 'first-contact', values: { '--type': '飞鸽', '--note': '在吗' } },
      is: 'bad input',
      why: 'no kind at all',
    },
    { recording: { item: 'priority', values: { '--priority': 'D' } }, is: 'bad input', why: 'no priority' },
    {
      recording: { item: 'priority', values: { '--priority': 'ｂ类' } },
      is: 'done',
      why: 'full width, with 类',
    },
    {
      recording: { item: 'proposal', values: { '--parts': '需求匹配' } },
      is: 'bad input',
      why: 'no such part',
    },
    {
      recording: { item: 'proposal', values: { '--parts': '报价明细' } },
      is: 'done',
      why: 'a part alone is recorded, though not enough',
    },
    {
      recording: {
        item: 'intent',
        values: { '--clarity': '明确', '--budget-fit': '充足', '--cycle': '<=1个月' },
      },
      is: 'done',
      why: 'the sign as keyboards have it',
    },
    {
      recording: { item: 'intent', values: { '--clarity': '明确', '--budget-fit': '充足' } },
      is: 'bad input',
      why: 'a dimension is missing',
    },
    {
      recording: { item: 'deal-figures', values: { '--close': '2026-06-30', '--amount': '15万' } },
      is: 'done',
      why: 'a coming date and an amount',
    },
    {
      recording: { item: 'deal-figures', values: { '--close': '2026-05-01', '--amount': '15万' } },
      is: 'bad input',
      why: 'to be closed before today',
    },
    {
      recording: {
        item: 'deal-figures',
        values: { '--close': '2026-05-15', '--amount': '15万' },
        on: '2026-05-12',
      },
      is: 'done',
      why: 'coming as seen from its own day',
    },
    {
      recording: { item: 'deal-figures', values: { '--close': '2026-06-31', '--amount': '15万' } },
      is: 'bad input',
      why: 'no such day',
    },
    {
      recording: { item: 'deal-figures', values: { '--close': '月底', '--amount': '十五' } },
      is: 'bad input',
      why: 'no amount',
    },
    {
      recording: { item: 'deal-figures', values: { '--close': '月底', '--amount': '10-20万' } },
      is: 'bad input',
      why: 'a contract has one amount',
    },
    { recording: { item: 'objections', values: {} }, is: 'bad input', why: 'which one, or none?' },
    { recording: { item: 'objections', values: { '--none': '' } }, is: 'done', why: 'none raised' },
    {
      recording: { item: 'satisfaction', values: { '--score': '5', '--note': '好' } },
      is: 'refused',
      why: 'a survey before any delivery',
    },
    {
      recording: {
        item: 'survey',
        values: { '--pain': '手工', '--timeline': '年底', '--deciders': ' ', '--needs': '协作' },
      },
      is: 'bad input',
      why: 'blank is not given',
    },
  ] as const)('$recording.item: $is ($why)', ({ recording, is }) => {
    expect(verdict(decide(bookOf(), recording as Recording))).toBe(is);
  });
  it.each([
    {
      values: { '--score': '5', '--note': '好' },
      on: '2026-05-17',
      is: 'refused',
      why: 'before the delivery',
    },
    { values: { '--score': '5', '--note': '好' }, on: '2026-05-18', is: 'done', why: 'on its day' },
    { values: { '--score': '6', '--note': '好' }, is: 'bad input', why: 'beyond the scale' },
    { values: { '--score': '4.5', '--note': '好' }, is: 'bad input', why: 'no whole number' },
    {
      values: { '--score': '3', '--note': '慢' },
      is: 'bad input',
      why: 'a low score asks for a measure, who and by when',
    },
    {
      values: {
        '--score': '3',
        '--note': '慢',
        '--measure': '加人',
        '--responsible': '王工',
        '--next': '+5wd',
      },
      is: 'done',
      why: 'and here they are',
    },
    { values: { '--no-reply': '' }, is: 'done', why: 'nobody answered' },
  ])('a survey: $is ($why)', ({ is, why: _, ...rest }) => {
    const memory = bookOf({ 当前阶段: '售后维护', 交付日期: '2026-05-18' });
    expect(verdict(decide(memory, { item: 'satisfaction', ...rest }))).toBe(is);
  });
  it('a lost deal is reopened first, also where the loss was typed into the sheet', () => {
    const memory = bookOf();
    setStage(memory, '已流失');
    expect(verdict(decide(memory, { item: 'screened', values: { '--note': '相符' } }))).toBe('refused');
  });
});

describe('where it goes', () => {
  it('first-contact is one 跟进 event that carries the item, and an entry of the cell', () => {
    const memory = bookOf({ 跟进记录: '2026-05-12:收到名片' });
    writeItem(memory, today, { item: 'first-contact', values: PHONED, on: '2026-05-19' });
    expect(cellOf(memory, '跟进记录')).toBe('2026-05-12:收到名片;2026-05-19:有兴趣');
    const row = cellsOf(memory, '过程记录').at(-1) ?? [];
    expect(row.slice(1, 10)).toEqual([
      '2026-05-19',
      'L20260511-001',
      '华东机械',
      '跟进',
      '',
      '',
      'first-contact',
      '方式=电话；有兴趣',
      '',
    ]);
    const { followUps } = dealOf(memory, today);
    expect(followUps.map(({ text, kind }) => [text, kind])).toEqual([
      ['收到名片', null],
      ['有兴趣', '电话'],
    ]);
  });
  it('the intent is graded, and its reason kept beside the remark', () => {
    const memory = bookOf();
    const decision = writeItem(memory, today, {
      item: 'intent',
      values: { '--clarity': '明确', '--budget-fit': '待确认', '--cycle': '≤1个月', '--note': '李总说的' },
    });
    expect([cellOf(memory, '意向等级'), cellOf(memory, '预算匹配度')]).toEqual(['中意向', '待确认']);
    expect(dealOf(memory, today).events.at(-1)?.note).toBe('预算待确认 → 中;李总说的');
    expect(decision.notes.map(({ zh }) => zh)).toEqual(['意向等级:中意向(预算待确认 → 中)']);
  });
  it('the channel brings its priority; an unknown one says that it has none', () => {
    const memory = bookOf();
    writeItem(memory, today, { item: 'source', values: { '--source': '官网表单' } });
    expect(cellOf(memory, '来源优先级')).toBe('B');
    const decision = writeItem(bookOf(), today, { item: 'source', values: { '--source': '抖音' } });
    expect(decision.notes[0]?.zh).toMatch(/没有优先级/);
  });
  it('what has a column goes there, in the unit of its header', () => {
    const memory = bookOf({ '合同金额(万元)': '' });
    writeItem(memory, today, {
      item: 'deal-figures',
      values: { '--close': '2026-06-30', '--amount': '15万' },
    });
    expect([cellOf(memory, '预计成交日期'), cellOf(memory, '合同金额(万元)')]).toEqual(['2026-06-30', '15']);
    expect(dealOf(memory, today).row.contractAmount?.low).toBe(15_000_000);
  });
  it('an amount that would read as one without a unit is written out', () => {
    const memory = bookOf();
    writeItem(memory, today, {
      item: 'deal-figures',
      values: { '--close': '2026-06-30', '--amount': '800' },
    });
    expect(cellOf(memory, '合同金额')).toBe('800元');
    expect(dealOf(memory, today).row.contractAmount?.low).toBe(80_000);
    expect(readMemory(memory, today).findings).toEqual([]);
  });
  it('moving 预计成交日期 later is a postponement, earlier is none', () => {
    const memory = bookOf({ 预计成交日期: '2026-06-30', 合同金额: '15万' });
    for (const close of ['2026-07-31', '2026-07-15', '2026-08-31']) {
      writeItem(memory, today, { item: 'deal-figures', values: { '--close': close, '--amount': '15万' } });
    }
    expect(dealOf(memory, today).postponements).toBe(2);
  });
  it('线索信息 fills what is empty and leaves what is there', () => {
    const memory = bookOf({ 联系人: '李总', 联系方式: '' });
    writeItem(memory, today, {
      item: 'lead-form',
      values: {
        '--contact': '王总',
        '--phone': '13800000000',
        '--tags': '需要CRM 预算10-20万',
        '--source': '行业展会',
      },
    });
    expect([cellOf(memory, '联系人'), cellOf(memory, '联系方式'), cellOf(memory, '需求标签')]).toEqual([
      '李总',
      '13800000000',
      '需要CRM,预算10-20万',
    ]);
    expect(dealOf(memory, today).row.budget).toEqual({ low: 10_000_000, high: 20_000_000 });
  });
  it('线索信息 gives an entry date to a row without one, even one before its assumed creation', () => {
    const memory = bookOf({ 线索录入日期: '', 联系人: '李', 联系方式: '1', 需求标签: 'x', 来源渠道: '展会' });
    expect(verdict(decide(memory, { item: 'lead-form' }))).toBe('done');
    writeItem(memory, today, { item: 'lead-form', on: '2026-05-06' });
    const deal = dealOf(memory, today);
    expect(cellOf(memory, '线索录入日期')).toBe('2026-05-06');
    expect(deal.events.map(({ type }) => type)).toEqual(['created', 'item']);
  });
  it('an older survey that is recorded late does not replace a newer score', () => {
    const memory = bookOf({ 当前阶段: '售后维护', 交付日期: '2026-05-12' });
    writeItem(memory, today, {
      item: 'satisfaction',
      values: { '--score': '5', '--note': '好' },
      on: '2026-05-19',
    });
    writeItem(memory, today, {
      item: 'satisfaction',
      values: {
        '--score': '2',
        '--note': '慢',
        '--measure': '加人',
        '--responsible': '王工',
        '--next': '+5wd',
      },
      on: '2026-05-13',
    });
    expect(cellOf(memory, '满意度')).toBe('5');
  });
});

describe('合同编号', () => {
  const other = (more: Record<string, string>) => ({
    客户名称: '南方电子',
    当前阶段: '成交签约',
    商机编号: 'L20260511-002',
    ...more,
  });
  it.each([
    { number: 'HT-1', taken: 'HT-1', customer: '南方电子', is: 'refused', why: 'another customer’s' },
    { number: 'ｈｔ－１', taken: 'HT-1', customer: '南方电子', is: 'refused', why: 'the same in full width' },
    {
      number: 'HT-1',
      taken: 'HT-1',
      customer: '华东机械',
      is: 'done',
      why: 'a framework contract of the same customer',
    },
    {
      number: 'HT-1',
      taken: 'HT-1',
      customer: '华东机械有限公司',
      is: 'done',
      why: 'the same customer with its legal form',
    },
    { number: 'HT-2', taken: 'HT-1', customer: '南方电子', is: 'done', why: 'a new one' },
  ])('$number where $customer has $taken: $is ($why)', ({ number, taken, customer, is }) => {
    const memory = bookOf({ 当前阶段: '成交签约' }, [other({ 客户名称: customer, 合同编号: taken })]);
    const outcome = decide(memory, { item: 'contract', values: { '--number': number }, on: '2026-05-19' });
    expect(verdict(outcome)).toBe(is);
    if (isDecision(outcome)) expect(outcome.notes.length).toBe(customer.startsWith('华东机械') ? 1 : 0);
  });
  it('its example is free in the whole book', () => {
    const memory = bookOf({ 当前阶段: '成交签约' }, [other({ 合同编号: 'HT-2026-001' })]);
    const item = readMemory(memory, today);
    expect(
      item.deals[0] &&
        gateItems(item.deals[0], 'closing', item.settings).find((each) => each.item.key === 'contract')
          ?.state,
    ).toBe('missing');
  });
});

describe('recording again', () => {
  it('an objection stays open until the same words are answered', () => {
    const memory = bookOf({ 当前阶段: '谈判推进' });
    const state = () =>
      gateItems(dealOf(memory, today), 'negotiation', readMemory(memory, today).settings).find(
        ({ item }) => item.key === 'objections',
      )?.state;
    writeItem(memory, today, { item: 'objections', values: { '--none': '' } });
    expect(state()).toBe('done');
    const raised = writeItem(memory, today, { item: 'objections', values: { '--objection': '价格高' } });
    expect([state(), raised.notes[0]?.zh]).toEqual(['missing', '还没有答复的异议:「价格高」']);
    writeItem(memory, today, { item: 'objections', values: { '--none': '' } });
    expect(state()).toBe('missing');
    writeItem(memory, today, {
      item: 'objections',
      values: { '--objection': '价格高', '--answer': '分期', '--by': '王工' },
    });
    expect(state()).toBe('done');
  });
  it('two incomplete deliveries are no complete one, and what lacks is said', () => {
    const memory = bookOf({ 当前阶段: '方案呈现' });
    const first = writeItem(memory, today, { item: 'materials', values: { '--parts': '演示PPT,案例集' } });
    writeItem(memory, today, { item: 'materials', values: { '--parts': '合同模板' } });
    const item = gateItems(dealOf(memory, today), 'proposal', readMemory(memory, today).settings).find(
      (each) => each.item.key === 'materials',
    );
    expect([item?.state, item?.problem?.zh, first.notes[0]?.zh]).toEqual([
      'missing',
      '还缺 合同模板',
      '已记录;还缺 合同模板',
    ]);
  });
  it('materials delivered before the last demo do not do', () => {
    const memory = bookOf({ 当前阶段: '方案呈现' });
    writeItem(memory, today, { item: 'materials', values: { '--parts': '全部' }, on: '2026-05-18' });
    writeItem(memory, today, { item: 'demo', values: { '--note': '好' }, on: '2026-05-19' });
    const state = () =>
      gateItems(dealOf(memory, today), 'proposal', readMemory(memory, today).settings).find(
        ({ item }) => item.key === 'materials',
      )?.state;
    expect(state()).toBe('missing');
    writeItem(memory, today, { item: 'materials', values: { '--parts': '全部' }, on: '2026-05-19' });
    expect(state()).toBe('done');
  });
});

describe('当前阶段', () => {
  it('says the gate is complete once its last item is recorded, and no longer when one opens again', () => {
    const memory = bookOf({ 当前阶段: '谈判推进', 预计成交日期: '2026-06-30', 合同金额: '15万' });
    for (const recording of [
      { item: 'objections', values: { '--none': '' } },
      { item: 'terms', values: { '--parts': '全部' } },
    ] as const)
      writeItem(memory, today, recording);
    expect(cellOf(memory, '当前阶段')).toBe('谈判推进');
    writeItem(memory, today, { item: 'letter-of-intent', values: { '--signer': '李总' }, on: '2026-05-20' });
    expect(cellOf(memory, '当前阶段')).toBe('商务谈判完成');
    writeItem(memory, today, { item: 'objections', values: { '--objection': '交期长' } });
    expect(cellOf(memory, '当前阶段')).toBe('谈判推进');
  });
  it('says 已签约 with date and number, 已交接 when all is done', () => {
    const memory = bookOf({ 当前阶段: '成交签约' });
    writeItem(memory, today, { item: 'contract', values: { '--number': 'HT-1' }, on: '2026-05-20' });
    expect(cellOf(memory, '当前阶段')).toBe('已签约');
    writeItem(memory, today, { item: 'legal-review', values: { '--note': '一致' } });
    writeItem(memory, today, { item: 'handover', values: { '--parts': '全部' } });
    writeItem(memory, today, {
      item: 'kickoff',
      values: { '--milestones': '月底', '--responsible': '王工' },
      on: '2026-05-20',
    });
    expect(cellOf(memory, '当前阶段')).toBe('已交接');
  });
  it.each([
    { word: '赢单', item: 'legal-review', values: { '--note': '一致' }, why: 'an alias' },
    { word: '客户说再看看', item: 'screened', values: { '--note': '相符' }, why: 'a word nobody knows' },
    {
      word: '商务谈判完成',
      item: 'terms',
      values: { '--parts': '全部' },
      why: 'a gate the team says is complete',
    },
  ] as const)('keeps the team’s own wording $word ($why) while nothing changes', ({ word, item, values }) => {
    const memory = bookOf({
      当前阶段: word === '客户说再看看' ? '线索获取' : word === '商务谈判完成' ? '谈判推进' : word,
    });
    setStage(memory, word);
    writeItem(memory, today, { item, values });
    expect(cellOf(memory, '当前阶段')).toBe(word);
  });
  it('follows values that were typed into their columns, with the next write', () => {
    const memory = bookOf({ 当前阶段: '成交签约', 合同签订日期: '2026-05-18', 合同编号: 'HT-9' });
    writeItem(memory, today, { item: 'legal-review', values: { '--note': '一致' } });
    expect(cellOf(memory, '当前阶段')).toBe('已签约');
  });
  it('a stage changed by hand is recorded first, dated today, and not taken back', () => {
    const memory = bookOf();
    setStage(memory, '已报价');
    const decision = writeItem(memory, today, { item: 'demo', values: { '--note': '好' }, on: '2026-05-18' });
    expect(cellOf(memory, '当前阶段')).toBe('已报价');
    expect(decision.notes[0]?.zh).toContain('手工');
    const deal = dealOf(memory, today);
    expect([deal.stage, deal.drift]).toEqual(['proposal', null]);
    expect(deal.events.find(({ marks }) => marks.has('manual'))).toMatchObject({
      date: today,
      type: 'skipped',
      from: 'lead',
      to: 'proposal',
    });
  });
});

describe('back-dating', () => {
  it.each([
    {
      today: '2026-07-01',
      on: '2026-06-30',
      reason: '出差',
      marks: ['backdated'],
      why: 'the day before the quarter',
    },
    {
      today: '2026-07-01',
      on: '2026-06-30',
      reason: '',
      marks: ['backdated'],
      why: 'accepted without a reason, marked all the same',
    },
    { today: '2026-06-30', on: '2026-05-12', reason: '出差', marks: [], why: 'the quarter is still running' },
  ])('$on recorded on $today: $why', ({ today: now, on, reason, marks }) => {
    const memory = bookOf();
    const decision = writeItem(memory, day(now), {
      item: 'screened',
      values: { '--note': '相符' },
      on,
      reason,
    });
    const event = dealOf(memory, day(now)).events.at(-1);
    expect([...(event?.marks ?? [])]).toEqual(marks);
    expect(event?.values.get('补录原因')).toBe(marks.length > 0 && reason !== '' ? reason : undefined);
    expect(decision.notes.some(({ zh }) => zh.includes('补录'))).toBe(marks.length > 0);
  });
});

describe('several items in one save', () => {
  it('each builds on the one before: delivery, then its survey; one refusal and none is written', () => {
    const memory = bookOf({ 当前阶段: '售后维护' });
    const record = (
      item: 'delivery' | 'satisfaction',
      values: Record<string, string>,
      on: string | null,
    ) => ({
      item,
      values: new Map(Object.entries(values)),
      on: on === null ? null : day(on),
      evidence: '',
      reason: '',
    });
    const survey = record('satisfaction', { '--score': '5', '--note': '好' }, null);
    const decideAll = (records: ReturnType<typeof record>[]) => (book: ReturnType<typeof readMemory>) =>
      recordItems(book, book.deals[0] as never, records, { today, calendar: CALENDAR });
    expect(
      verdict(decideAll([survey, record('delivery', {}, '2026-05-19')])(readMemory(memory, today))),
    ).toBe('refused');
    writeMemory(memory, today, decideAll([record('delivery', {}, '2026-05-19'), survey]));
    expect([cellOf(memory, '交付日期'), cellOf(memory, '满意度')]).toEqual(['2026-05-19', '5']);
  });
});

function setStage(memory: Memory, word: string): void {
  const rows = memory.get('客户信息跟踪表') ?? [];
  const [head, row] = rows;
  const col = head?.cells.findIndex((cell) => cell?.kind === 'text' && cell.text === '当前阶段') ?? -1;
  if (!row) throw new Error('no row');
  const cells = [...row.cells];
  cells[col] = { kind: 'text', text: word };
  rows[1] = { ...row, cells };
}
