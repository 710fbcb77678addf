import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import { type Day, parseIsoDay } from '../../src/core/date.ts';
import { isDecision } from '../../src/core/decision.ts';
import { CONTENT_LABELS } from '../../src/core/decode-log.ts';
import { EMPTY_DECISION } from '../../src/core/draft.ts';
import { gateItems, statusWord } from '../../src/core/gates.ts';
import { gradeIntent } from '../../src/core/intent.ts';
import { isItemKey } from '../../src/core/items.ts';
import { readContent, writeContent } from '../../src/core/log-text.ts';
import { advanceDeals, loseDeal, moveBack, reopenDeal } from '../../src/core/move.ts';
import { recordItem } from '../../src/core/record.ts';
import { readStageWord, STAGES, type StageKey } from '../../src/core/stages.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import { type Memory, newMemory, readMemory, writeMemory } from './memory-book.ts';

const day = (iso: string): Day => parseIsoDay(iso) ?? Number.NaN;
const calendar = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });
const HEAD = [
  '客户名称',
  '联系人',
  '联系方式',
  '所属行业',
  '客户规模',
  '需求标签',
  '来源渠道',
  '线索录入日期',
  '当前阶段',
  '预计成交日期',
  '预计金额',
  '销售负责人',
  '跟进记录',
  '商机编号',
];

/** One adopted deal in `stage`, entered on 2026-05-11. */
function oneDeal(stage = '线索获取', more: Readonly<Record<string, string>> = {}): Memory {
  const values: Readonly<Record<string, string>> = {
    客户名称: '华东机械',
    线索录入日期: '2026-05-11',
    当前阶段: stage,
    商机编号: 'L20260511-001',
    ...more,
  };
  return newMemory([HEAD, HEAD.map((header) => values[header] ?? null)]);
}

const firstDeal = (memory: Memory, today: Day) => {
  const [deal] = readMemory(memory, today).deals;
  if (!deal) throw new Error('no deal');
  return deal;
};

describe('the way from a lead to the pool, without force', () => {
  const today = day('2026-05-20');
  const memory = oneDeal();
  const stages: StageKey[] = ['discovery', 'proposal', 'negotiation', 'closing', 'aftercare', 'pool'];

  it.each(stages)(
    'to %s: refused naming all missing items, each settled by its argv with the examples',
    (stage) => {
      const advance = (book: ReturnType<typeof readMemory>) =>
        advanceDeals(book, book.deals, { to: null, on: today, force: false, reason: '' }, today);
      writeMemory(memory, today, () => ({
        ids: [],
        events: [],
        fields: [],
        newRows: [],
        leads: [],
        notes: [],
      }));
      const book = readMemory(memory, today);
      const outcome = advance(book);
      if (isDecision(outcome) || 'badInput' in outcome) throw new Error(`${stage} should be refused first`);
      const open = gateItems(
        firstDeal(memory, today),
        firstDeal(memory, today).stage as never,
        book.settings,
      ).filter(({ state }) => state === 'missing');
      expect(outcome.missing.map(({ item }) => item)).toEqual(open.map(({ item }) => item.key));
      for (const missing of outcome.missing) {
        const required = missing.fields.filter(({ required: needed }) => needed);
        const key = missing.argv[2] ?? '';
        if (!isItemKey(key)) throw new Error(key);
        const on = required.find(({ flag }) => flag === '--on')?.example;
        writeMemory(memory, today, (current) => {
          const [deal] = current.deals;
          if (!deal) throw new Error('no deal');
          const values = new Map(
            required.filter(({ flag }) => flag !== '--on').map(({ flag, example }) => [flag, example]),
          );
          return recordItem(
            current,
            deal,
            { item: key, values, on: on ? day(on) : null, evidence: '', reason: '' },
            { today, calendar },
          );
        });
      }
      writeMemory(memory, today, advance);
      const deal = firstDeal(memory, today);
      expect(deal.stage).toBe(stage);
      expect(deal.drift).toBeNull();
      expect(deal.row.stageWord).toBe(statusWord(deal, readMemory(memory, today).settings));
      expect(deal.events.some((event) => event.marks.has('forced'))).toBe(false);
    },
  );
});

describe('moves', () => {
  const today = day('2026-05-20');
  const move = (to: StageKey | null, more = {}) => ({ to, on: today, force: false, reason: '', ...more });
  const outcomeOf = (memory: Memory, decide: Parameters<typeof writeMemory>[2]) =>
    decide(readMemory(memory, today));

  it('a skip checks every gate between', () => {
    const outcome = outcomeOf(oneDeal(), (book) => advanceDeals(book, book.deals, move('proposal'), today));
    const stages = 'missing' in outcome ? new Set(outcome.missing.map(({ stage }) => stage)) : new Set();
    expect([...stages]).toEqual(['lead', 'discovery']);
  });
  it('a forced move is marked and needs its reason', () => {
    expect(
      outcomeOf(oneDeal(), (book) => advanceDeals(book, book.deals, move(null, { force: true }), today)),
    ).toHaveProperty('badInput');
    const memory = oneDeal();
    writeMemory(memory, today, (book) =>
      advanceDeals(book, book.deals, move(null, { force: true, reason: '老板要求' }), today),
    );
    const last = firstDeal(memory, today).events.at(-1);
    expect({ type: last?.type, forced: last?.marks.has('forced'), reason: last?.values.get('原因') }).toEqual(
      { type: 'advanced', forced: true, reason: '老板要求' },
    );
  });
  it('the future, and a day before the last move, are refused', () => {
    expect(
      outcomeOf(oneDeal(), (book) => advanceDeals(book, book.deals, move(null, { on: today + 1 }), today)),
    ).toHaveProperty('refused');
    expect(
      outcomeOf(oneDeal(), (book) =>
        advanceDeals(book, book.deals, move(null, { on: day('2026-05-10') }), today),
      ),
    ).toHaveProperty('refused');
  });
  it('lost, then reopened at most to the furthest stage it had reached', () => {
    const memory = oneDeal('方案呈现');
    writeMemory(memory, today, (book) =>
      loseDeal(book, book.deals[0] as never, { on: today, reason: '价格', invalid: false, note: '' }, today),
    );
    expect(firstDeal(memory, today)).toMatchObject({
      stage: 'lost',
      row: { stageWord: '已流失', lostReason: '价格' },
    });
    const reopen = (to: StageKey) => (book: ReturnType<typeof readMemory>) =>
      reopenDeal(book, book.deals[0] as never, move(to, { reason: '客户回来了' }), today);
    expect(outcomeOf(memory, reopen('negotiation'))).toHaveProperty('refused');
    writeMemory(memory, today, reopen('proposal'));
    expect(firstDeal(memory, today).stays.at(-1)).toMatchObject({ stage: 'proposal', entry: 'reopened' });
    expect(firstDeal(memory, today).row.lostReason).toBe('');
  });
  it.each(['价格', '手工改的'])(
    'reopening empties 流失原因 (%s); on the day of the loss it still says so',
    (said) => {
      const memory = oneDeal('方案呈现');
      const lost = day('2026-05-19');
      writeMemory(memory, lost, (book) =>
        loseDeal(book, book.deals[0] as never, { on: lost, reason: '价格', invalid: false, note: '' }, lost),
      );
      writeMemory(memory, lost, () => ({
        ...EMPTY_DECISION,
        fields: [{ row: 2, field: 'lostReason', input: { kind: 'text', text: said } }],
      }));
      writeMemory(memory, today, (book) =>
        reopenDeal(book, book.deals[0] as never, move('proposal', { reason: '客户回来了' }), today),
      );
      expect(firstDeal(memory, today).row.lostReason).toBe('');
      expect(firstDeal(memory, lost).row.lostReason).toBe(said);
    },
  );
  it('a step back has no gate', () => {
    const memory = oneDeal('方案呈现');
    writeMemory(memory, today, (book) =>
      moveBack(book, book.deals[0] as never, move('discovery', { reason: '需求变了' }), today),
    );
    expect(firstDeal(memory, today).stage).toBe('discovery');
  });
  it('a stage changed by hand is recorded first, marked 人工', () => {
    const memory = oneDeal();
    writeMemory(memory, today, (book) =>
      loseDeal(book, book.deals[0] as never, { on: today, reason: '价格', invalid: false, note: '' }, today),
    );
    const rows = memory.get('客户信息跟踪表') ?? [];
    rows[1] = {
      ...(rows[1] as never as { row: number; hidden: boolean }),
      cells: (rows[1]?.cells ?? []).map((cell, index) =>
        HEAD[index] === '当前阶段' ? { kind: 'text' as const, text: '报价' } : cell,
      ),
    };
    expect(firstDeal(memory, today).drift).toBe('proposal');
    writeMemory(memory, today, (book) =>
      moveBack(book, book.deals[0] as never, move('discovery', { reason: 'x' }), today),
    );
    expect(
      firstDeal(memory, today)
        .events.slice(-2)
        .map(({ type, to, marks }) => [type, to, [...marks]]),
    ).toEqual([
      ['reopened', 'proposal', ['manual']],
      ['back', 'discovery', []],
    ]);
  });
});

describe('the words of the table', () => {
  it.each(
    STAGES.flatMap((info) =>
      [info.name.zh, ...info.aliases, ...info.statusWords].map((word) => [word, info.key] as const),
    ),
  )('%s is %s', (word, key) => {
    expect(readStageWord(word, new Map())).toEqual({ stage: key, complete: false });
  });
  it.each([
    ['意向客户', 'discovery'],
    ['方案评估', 'proposal'],
    ['商务谈判完成', 'negotiation'],
    ['已交接', 'closing'],
  ])('%s is %s with its gate complete', (word, key) => {
    expect(readStageWord(word, new Map())).toEqual({ stage: key, complete: true });
  });
  it('an unknown word is a finding with near words, and the row stays visible', () => {
    const book = readMemory(oneDeal('商务谈盘'), day('2026-05-20'));
    expect(book.deals).toHaveLength(1);
    expect(book.findings.find(({ rule }) => rule === 'unknown-stage')?.words().explain.zh).toContain(
      '商务谈判',
    );
  });
});

describe('意向等级', () => {
  it.each([
    ['明确', '充足', '≤1个月', 'high', 'all three'],
    ['明确', '充足', '1-3个月', 'medium', 'at most 中 unless the cycle is short'],
    ['明确', '待确认', '≤1个月', 'medium', 'the lowest of 需求 and 预算'],
    ['模糊', '充足', '≤1个月', 'low', 'the lowest of 需求 and 预算'],
    ['部分明确', '未定', '未知', 'low', 'the lowest of 需求 and 预算'],
    ['明确', '充足', '未知', 'medium', 'an unknown cycle is not a short one'],
  ])('%s %s %s is %s (%s)', (clarity, budget, cycle, intent) => {
    expect(gradeIntent(clarity, budget, cycle)?.intent).toBe(intent);
  });
});

describe('what is written into 内容 reads back', () => {
  it('whatever it holds (property)', () => {
    const labels = [...CONTENT_LABELS];
    const values = fc.dictionary(
      fc.constantFrom(...labels),
      fc.string({ unit: fc.constantFrom('甲', '；', '=', '\\', 'a', ' '), minLength: 1, maxLength: 8 }),
    );
    const note = fc.string({ unit: fc.constantFrom('乙', '；', '=', '\\', '备', '注'), maxLength: 10 });
    fc.assert(
      fc.property(values, note, (given, text) => {
        const map = new Map(Object.entries(given));
        const read = readContent(writeContent(map, text), CONTENT_LABELS);
        expect([...read.values].sort()).toEqual([...map].sort());
        expect(read.note).toBe(text);
      }),
    );
  });
});

describe('a stage word that nobody can read', () => {
  it('is never overwritten: a move is refused and a record leaves the cell', () => {
    const today = day('2026-05-20');
    const memory = oneDeal();
    writeMemory(memory, today, (book) => {
      const [deal] = book.deals;
      if (!deal) throw new Error('no deal');
      const values = new Map([['--note', '相符']]);
      return recordItem(
        book,
        deal,
        { item: 'screened', values, on: null, evidence: '', reason: '' },
        { today, calendar },
      );
    });
    const rows = memory.get('客户信息跟踪表') ?? [];
    const row = rows[1];
    if (!row) throw new Error('no row');
    rows[1] = {
      ...row,
      cells: row.cells.map((cell, index) =>
        HEAD[index] === '当前阶段' ? { kind: 'text', text: '谈着呢' } : cell,
      ),
    };
    const book = readMemory(memory, today);
    expect(
      advanceDeals(book, book.deals, { to: null, on: today, force: true, reason: '急' }, today),
    ).toHaveProperty('refused');
    writeMemory(memory, today, (current) => {
      const [deal] = current.deals;
      if (!deal) throw new Error('no deal');
      return recordItem(
        current,
        deal,
        { item: 'source', values: new Map([['--source', '行业展会']]), on: null, evidence: '', reason: '' },
        { today, calendar },
      );
    });
    expect(firstDeal(memory, today).row.stageWord).toBe('谈着呢');
  });
});
