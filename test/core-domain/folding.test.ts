import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Day, formatDay } from '../../src/core/date.ts';
import { type Decision, isDecision } from '../../src/core/decision.ts';
import { EMPTY_DECISION, newEvent } from '../../src/core/draft.ts';
import type { EventType, NewEvent } from '../../src/core/event.ts';
import { editedEvent } from '../../src/core/item-effects.ts';
import { advanceDeals, loseDeal, moveBack, reopenDeal } from '../../src/core/move.ts';
import { OPEN_STAGES, stageRank } from '../../src/core/stages.ts';
import { bookOf, cellOf, day, dealOf, writeItem } from './a-deal.ts';
import { type Memory, newMemory, readMemory, writeMemory } from './memory-book.ts';

const today = day('2026-05-20');

/** Writes one event of the deal as it is. */
function writeEvent(
  memory: Memory,
  on: string,
  event: Partial<NewEvent> & { readonly type: EventType },
): void {
  writeMemory(memory, day(on), (book) => {
    const [deal] = book.deals;
    if (!deal) throw new Error('no deal');
    return { ...EMPTY_DECISION, ids: [], events: [newEvent(deal, { date: day(on), ...event })] };
  });
}

describe('random histories', () => {
  const step = fc.record({
    move: fc.constantFrom('advance', 'skip', 'back', 'lose', 'invalid', 'reopen'),
    days: fc.integer({ min: -2, max: 9 }),
    to: fc.constantFrom(...OPEN_STAGES),
  });
  it('keep stays contiguous, the last one open, the cell and the log of one mind (property)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const memory = bookOf();
        let now: Day = day('2026-05-11');
        let last = now;
        for (const { move, days, to } of steps) {
          const on = now + days;
          now = Math.max(now, on);
          const book = readMemory(memory, now);
          const [deal] = book.deals;
          if (!deal) throw new Error('no deal');
          const how = { to, on, reason: '原因', force: true };
          const loss = { on, reason: '价格', invalid: move === 'invalid', note: '' };
          const outcome =
            move === 'advance' || move === 'skip'
              ? advanceDeals(book, [deal], { ...how, to: move === 'skip' ? to : null }, now)
              : move === 'back'
                ? moveBack(book, deal, how, now)
                : move === 'reopen'
                  ? reopenDeal(book, deal, how, now)
                  : loseDeal(book, deal, loss, now);
          if (!isDecision(outcome)) continue;
          expect(on).toBeGreaterThanOrEqual(last);
          last = on;
          writeMemory(memory, now, () => outcome);
        }
        const deal = dealOf(memory, now);
        const { stays } = deal;
        expect(stays[0]).toMatchObject({ stage: 'lead', entry: 'created' });
        expect(stays.at(-1)).toMatchObject({ to: null, exit: null, stage: deal.stage });
        stays.slice(1).forEach((stay, index) => {
          const before = stays[index];
          expect([before?.to, before?.stage === stay.stage]).toEqual([stay.from, false]);
        });
        expect(deal.drift).toBeNull();
        expect(deal.row.stage).toBe(deal.stage);
        const furthest = Math.max(...stays.map(({ stage }) => stageRank(stage) ?? 0));
        for (const { stage, entry } of stays)
          if (entry === 'reopened') expect(stageRank(stage) ?? 0).toBeLessThanOrEqual(furthest);
      }),
      { numRuns: 40 },
    );
  });
  it('say for every past day what they said on that day (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('advance', 'lose', 'reopen'), { minLength: 1, maxLength: 6 }),
        (moves) => {
          const memory = bookOf();
          const told = new Map<Day, string>();
          moves.forEach((move, index) => {
            const now = day('2026-05-12') + index * 3;
            const book = readMemory(memory, now);
            const [deal] = book.deals;
            if (!deal) throw new Error('no deal');
            const how = {
              to: move === 'reopen' ? ('lead' as const) : null,
              on: now,
              reason: '原因',
              force: true,
            };
            const outcome =
              move === 'advance'
                ? advanceDeals(book, [deal], how, now)
                : move === 'lose'
                  ? loseDeal(book, deal, { on: now, reason: '价格', invalid: false, note: '' }, now)
                  : reopenDeal(book, deal, how, now);
            if (isDecision(outcome)) writeMemory(memory, now, () => outcome);
            told.set(now, JSON.stringify(dealOf(memory, now).stays));
          });
          for (const [now, stays] of told) expect(JSON.stringify(dealOf(memory, now).stays)).toBe(stays);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a row whose log says nothing about its stage', () => {
  const head = ['客户名称', '当前阶段', '线索录入日期', '商机编号', '跟进记录'];
  it('is new, its history assumed, and the next write gives it one', () => {
    const memory = newMemory([head, ['甲', '方案呈现', '2026-05-11', 'L20260511-001', '2026-05-15:讲方案']]);
    writeEvent(memory, '2026-05-18', { type: 'followup', note: '电话', values: new Map([['方式', '电话']]) });
    const deal = dealOf(memory, today);
    expect(deal.events.map(({ type, date, marks }) => [type, formatDay(date), [...marks].join()])).toEqual([
      ['created', '2026-05-11', 'assumed'],
      ['skipped', '2026-05-15', 'assumed'],
      ['followup', '2026-05-18', ''],
    ]);
  });
  it('keeps its log while its word is unknown, and is whole once the word is put right', () => {
    const memory = newMemory([head, ['甲', '再看看', '2026-05-11', 'L20260511-001', null]]);
    writeEvent(memory, '2026-05-18', { type: 'followup', note: '电话', values: new Map([['方式', '电话']]) });
    expect(dealOf(memory, today)).toMatchObject({ stage: null, stays: [] });
    const [header, row] = memory.get('客户信息跟踪表') ?? [];
    if (!header || !row) throw new Error('no row');
    memory.set('客户信息跟踪表', [
      header,
      { ...row, cells: row.cells.with(1, { kind: 'text', text: '方案呈现' }) },
    ]);
    expect(dealOf(memory, today)).toMatchObject({ stage: 'proposal', drift: null });
    writeItem(memory, today, { item: 'concerns', values: { '--note': '安全' } });
    expect(dealOf(memory, today).stays.map(({ stage }) => stage)).toEqual(['lead', 'proposal']);
  });
  it('cannot be moved or lost while its word is unknown', () => {
    const book = readMemory(newMemory([head, ['甲', '再看看', '2026-05-11', 'L20260511-001', null]]), today);
    const [deal] = book.deals;
    if (!deal) throw new Error('no deal');
    const how = { to: 'discovery', on: today, reason: '原因', force: true } as const;
    for (const outcome of [
      advanceDeals(book, [deal], how, today),
      moveBack(book, deal, how, today),
      loseDeal(book, deal, { on: today, reason: '价格', invalid: false, note: '' }, today),
    ]) {
      expect('text' in outcome && outcome.text.zh).toContain('再看看');
    }
  });
});

describe('搁置', () => {
  const hold = (until: string, on: string) => ({
    type: 'held' as const,
    date: day(on),
    values: new Map([
      ['至', until],
      ['原因', '等预算'],
    ]),
  });
  it('lasts until its date passes a check, a move, or a hold until today', () => {
    const memory = bookOf();
    writeEvent(memory, '2026-05-12', hold('2026-06-01', '2026-05-12'));
    expect(dealOf(memory, today).hold).toEqual({
      since: day('2026-05-12'),
      until: day('2026-06-01'),
      reason: '等预算',
    });
    expect(dealOf(memory, day('2026-06-02')).hold?.until).toBe(day('2026-06-01'));
    writeEvent(memory, '2026-05-15', hold('2026-05-15', '2026-05-15'));
    expect([dealOf(memory, day('2026-05-14')).hold?.until, dealOf(memory, today).hold]).toEqual([
      day('2026-06-01'),
      null,
    ]);
    writeEvent(memory, '2026-05-16', hold('2026-06-30', '2026-05-16'));
    writeMemory(memory, today, (book) =>
      advanceDeals(book, book.deals, { to: null, on: today, force: true, reason: '急' }, today),
    );
    expect(dealOf(memory, today).hold).toBeNull();
  });
});

describe('follow-ups', () => {
  const logged = (kind: string, note: string) => ({
    type: 'followup' as const,
    note,
    values: new Map([['方式', kind]]),
  });
  it('of the cell and of the log count once', () => {
    const memory = bookOf({ 跟进记录: '2026-05-12:打了电话,有兴趣;2026-05-13:寄资料' });
    writeEvent(memory, '2026-05-12', logged('电话', '打了电话，有兴趣'));
    expect(dealOf(memory, today).followUps.map(({ date, kind }) => [formatDay(date), kind])).toEqual([
      ['2026-05-12', '电话'],
      ['2026-05-13', null],
    ]);
  });
  it.each([
    { events: [logged('未接通', '一'), logged('未接通', '二')], attempts: 2, why: 'nobody answered twice' },
    {
      events: [logged('未接通', '一'), logged('电话', '通了'), logged('未接通', '二')],
      attempts: 1,
      why: 'a call counts from there',
    },
    {
      events: [logged('未接通', '一'), logged('推送', '新品'), logged('未接通', '二')],
      attempts: 2,
      why: '推送 is no follow-up',
    },
    {
      events: [logged('未接通', '一'), { type: 'item' as const, item: 'demo' as const, note: '好' }],
      attempts: 0,
      why: 'a demo is one',
    },
    {
      events: [logged('未接通', '一'), { type: 'item' as const, item: 'survey' as const, note: '好' }],
      attempts: 1,
      why: 'a survey form is none',
    },
  ])('$attempts attempts: $why', ({ events, attempts }) => {
    const memory = bookOf();
    for (const event of events) writeEvent(memory, '2026-05-12', event);
    expect(dealOf(memory, today).attempts).toBe(attempts);
  });
});

describe('columns as they were on a past day', () => {
  const change = (memory: Memory, on: string, header: string, before: string, after: string) =>
    writeMemory(memory, day(on), (book): Decision => {
      const [deal] = book.deals;
      if (!deal) throw new Error('no deal');
      return { ...EMPTY_DECISION, events: [editedEvent(deal, day(on), header, before, after)] };
    });
  it.each([
    {
      header: '预计成交日期',
      cell: '2026-07-31',
      before: '2026-06-30',
      key: 'expectedClose',
      once: day('2026-06-30'),
      now: day('2026-07-31'),
    },
    {
      header: '预计金额',
      cell: '20万',
      before: '150000',
      key: 'amount',
      once: { low: 15e6, high: 15e6 },
      now: { low: 20e6, high: 20e6 },
    },
    {
      header: '预算范围',
      cell: '20万',
      before: '100000-200000',
      key: 'budget',
      once: { low: 10e6, high: 20e6 },
      now: { low: 20e6, high: 20e6 },
    },
    { header: '销售负责人', cell: '李雷', before: '王芳', key: 'owner', once: '王芳', now: '李雷' },
    { header: '意向等级', cell: '高意向', before: '中意向', key: 'intent', once: 'medium', now: 'high' },
    { header: '需求标签', cell: 'CRM', before: 'CRM、OA', key: 'tags', once: ['CRM', 'OA'], now: ['CRM'] },
    {
      header: '下次跟进日期',
      cell: '2026-06-01',
      before: '',
      key: 'nextFollowUp',
      once: null,
      now: day('2026-06-01'),
    },
  ] as const)('$header', ({ header, cell, before, key, once, now }) => {
    const memory = bookOf({ [header]: cell });
    change(memory, '2026-05-18', header, before, cell);
    expect(dealOf(memory, day('2026-05-17')).row[key]).toEqual(once);
    expect(dealOf(memory, day('2026-05-18')).row[key]).toEqual(now);
  });
  it('of two changes the first is put back last', () => {
    const memory = bookOf({ 销售负责人: '丙' });
    change(memory, '2026-05-14', '销售负责人', '甲', '乙');
    change(memory, '2026-05-16', '销售负责人', '乙', '丙');
    expect(
      ['2026-05-13', '2026-05-15', '2026-05-16'].map((each) => dealOf(memory, day(each)).row.owner),
    ).toEqual(['甲', '乙', '丙']);
  });
  it('a contract, a delivery and a survey of a later day have not happened', () => {
    const memory = bookOf({ 当前阶段: '成交签约' });
    writeItem(memory, day('2026-05-14'), {
      item: 'contract',
      values: { '--number': 'HT-1' },
      on: '2026-05-14',
    });
    writeItem(memory, day('2026-05-16'), { item: 'delivery', on: '2026-05-16' });
    writeItem(memory, day('2026-05-18'), {
      item: 'satisfaction',
      values: { '--score': '5', '--note': '好' },
    });
    const row = (iso: string) => {
      const { contractDate, deliveryDate, satisfaction } = dealOf(memory, day(iso)).row;
      return [contractDate, deliveryDate, satisfaction].map((value) => value !== null);
    };
    expect(['2026-05-13', '2026-05-14', '2026-05-16', '2026-05-18'].map(row)).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});

describe('moves say what they do to the row', () => {
  it('a loss keeps its reason, a new word is accepted and said, a blank one is asked for', () => {
    const memory = bookOf();
    const lose = (reason: string) => (book: ReturnType<typeof readMemory>) =>
      loseDeal(book, book.deals[0] as never, { on: today, reason, invalid: true, note: '空号' }, today);
    expect(lose(' ')(readMemory(memory, today))).toHaveProperty('badInput');
    const decision = writeMemory(memory, today, lose('号码停机'));
    expect(decision.notes[0]?.zh).toContain('新的原因');
    expect([cellOf(memory, '当前阶段'), cellOf(memory, '流失原因')]).toEqual(['无效线索', '号码停机']);
    expect(dealOf(memory, today).events.at(-1)).toMatchObject({ type: 'lost', to: 'invalid', note: '空号' });
  });
  it('a customer in aftercare never goes back to the first two stages', () => {
    const memory = bookOf({ 当前阶段: '售后维护' });
    const book = readMemory(memory, today);
    const back = (to: 'lead' | 'discovery' | 'closing') =>
      moveBack(book, book.deals[0] as never, { to, on: today, reason: '复购' }, today);
    expect(['lead', 'discovery', 'closing'].map((to) => isDecision(back(to as 'lead')))).toEqual([
      false,
      false,
      true,
    ]);
  });
  it('what is in the pool stays there', () => {
    const book = readMemory(bookOf({ 当前阶段: '老客户池' }), today);
    const outcome = advanceDeals(book, book.deals, { to: null, on: today, force: true, reason: 'x' }, today);
    expect('text' in outcome && outcome.text.zh).toContain('funnel repurchase L20260511-001');
  });
  it('several deals move together or not at all', () => {
    const ready = { 联系人: '李', 联系方式: '138', 需求标签: 'CRM', 来源渠道: '行业展会' };
    const memory = bookOf(ready, [
      {
        ...ready,
        客户名称: '南方电子',
        当前阶段: '线索获取',
        商机编号: 'L20260511-002',
        线索录入日期: '2026-05-11',
      },
    ]);
    const move = (book: ReturnType<typeof readMemory>) =>
      advanceDeals(book, book.deals, { to: null, on: today, force: false, reason: '' }, today);
    writeItem(memory, today, { item: 'screened', values: { '--note': '相符' } });
    const refused = move(readMemory(memory, today));
    expect('missing' in refused && refused.missing.map(({ argv }) => argv.join(' '))).toEqual([
      'record L20260511-002 screened',
    ]);
    expect(dealOf(memory, today).stage).toBe('lead');
  });
});
