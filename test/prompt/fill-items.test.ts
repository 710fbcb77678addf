import { describe, expect, it } from 'vitest';
import { addLead } from '../../src/core/add-lead.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import { type Decision, isDecision } from '../../src/core/decision.ts';
import { flagsOf } from '../../src/core/gates.ts';
import { type ItemKey, itemInfo } from '../../src/core/items.ts';
import { advanceDeals } from '../../src/core/move.ts';
import { type ItemRecord, recordItems } from '../../src/core/record.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { joinDecisions } from '../../src/core/simulate.ts';
import { isInterrupt } from '../../src/interrupt.ts';
import { askItems, fillItems } from '../../src/prompt/ask-item.ts';
import type { Reading } from '../../src/read-book.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';
import { type Memory, newMemory, readMemory, writeMemory } from '../core-domain/memory-book.ts';
import { KEYS, openFakeTerminal } from './fake-terminal.ts';

const { enter, down } = KEYS;
const TODAY = parseIsoDay('2026-11-23') ?? 0;
const CALENDAR = buildCalendar(officialHolidays(), DEFAULT_SETTINGS.ownDays);
const CONTEXT = { today: TODAY, calendar: CALENDAR, by: '王芳' };

describe('filling in what a gate misses', () => {
  it('takes one deal from a lead to the pool, each gate in one sitting and one save', async () => {
    const memory = newMemory();
    writeMemory(memory, TODAY, (book) =>
      addLead(
        book,
        {
          ...EMPTY,
          customer: '华东机械',
          contact: '李总',
          phone: '13800000000',
          tags: 'CRM',
          source: '行业展会',
        },
        CONTEXT,
      ),
    );
    const sittings: readonly (readonly string[])[] = [
      ['行业规模预算相符', enter],
      // 首次接触 (方式, 备注), 需求调研, 意向判定
      [
        down,
        enter,
        '有兴趣',
        enter,
        '报表靠手工',
        enter,
        '年底前',
        enter,
        '李总',
        enter,
        '协作',
        enter,
        enter,
        enter,
        enter,
      ],
      // 建议书 (all with a), 方案讲解 (日期, 备注, 形式), 资料 (all), 关注点
      ['a', enter, '今天', enter, '关注安全', enter, enter, 'a', enter, '数据安全', enter],
      // 异议: some were raised; 答复人 is left empty
      [
        'n',
        enter,
        '太贵',
        enter,
        '分期',
        enter,
        enter,
        'a',
        enter,
        '今天',
        enter,
        '李总',
        enter,
        '月底',
        enter,
        '15万',
        enter,
      ],
      [
        '一致',
        enter,
        '今天',
        enter,
        'HT-2026-001',
        enter,
        'a',
        enter,
        '今天',
        enter,
        '一期月底',
        enter,
        '王工',
        enter,
      ],
      // 交付日期; 满意度调研: there was a reply, 5
      ['今天', enter, 'n', enter, '5', enter, '响应快', enter],
    ];
    for (const keys of sittings) await fillGate(memory, keys);
    const [deal] = readMemory(memory, TODAY).deals;
    expect(deal?.stage).toBe('pool');
    expect(deal?.row).toMatchObject({
      clarity: '明确',
      concerns: '数据安全',
      contractNumber: 'HT-2026-001',
      satisfaction: 5,
      deliveryOwner: '王工',
    });
    expect(deal?.events.find(({ item }) => item === 'objections')?.values).toEqual(
      new Map([
        ['异议', '太贵'],
        ['答复', '分期'],
      ]),
    );
  });

  it('leads back by <, over items too: what was answered stands ready, and what a changed answer rules out is dropped', async () => {
    const { terminal, records } = startFilling(['objections', 'terms', 'satisfaction']);
    await terminal.type('<', enter);
    await terminal.shows('已是第一项');
    await terminal.type('y', enter);
    await terminal.shows('? 条款确认');
    await terminal.type('<');
    await terminal.shows(/无异议\?[\s\S]*❯ 2\. 是[\s\S]*无异议\?[\s\S]*❯ 2\. 是/);
    await terminal.type('n', enter, '太贵', enter, '分期', enter, '<', enter);
    await terminal.shows('(分期)');
    await terminal.type(enter, enter, 'a', enter);
    await terminal.type('n', enter, '2', enter, '太慢', enter, '加人', enter, '王工', enter);
    await terminal.type('<', enter, '<', enter, '<', enter, '<', enter);
    await terminal.shows('(2)');
    await terminal.type('5', enter, enter);
    expect((await records).map(({ item, values }) => ({ item, ...Object.fromEntries(values) }))).toEqual([
      { item: 'objections', '--objection': '太贵', '--answer': '分期' },
      { item: 'terms', '--parts': '价格,付款方式,服务标准,违约责任' },
      { item: 'satisfaction', '--score': '5', '--note': '太慢' },
    ]);
  });

  it('whoever leaves has told what was answered', async () => {
    const { terminal, records, kept } = startFilling(['survey', 'terms']);
    const ended = records.catch((error: unknown) => error);
    await terminal.type('报表靠手工', enter, '年底前', enter, '李', KEYS.ctrlC);
    expect(isInterrupt(await ended)).toBe(true);
    expect(kept.at(-1)?.map(({ item, values }) => ({ item, ...Object.fromEntries(values) }))).toEqual([
      { item: 'survey', '--pain': '报表靠手工', '--timeline': '年底前' },
    ]);
  });
});

/** These items asked for at once, whatever the stage. */
function startFilling(keys: readonly ItemKey[]) {
  const reading = { ...CONTEXT, book: readMemory(newMemory(), TODAY) } as Reading;
  const terminal = openFakeTerminal();
  const kept: (readonly ItemRecord[])[] = [];
  const items = keys.map((key) => ({
    item: itemInfo(key),
    flags: flagsOf(itemInfo(key), reading.book.settings),
    needsOn: false,
  }));
  const records = askItems(terminal.session, items, reading, (answered) => kept.push(answered));
  return { terminal, records, kept };
}

const EMPTY = {
  customer: '',
  contact: '',
  phone: '',
  tags: '',
  source: '',
  on: '',
  priority: '',
  industry: '',
  size: '',
  budget: '',
  owner: '',
  amount: '',
  close: '',
  next: '',
  set: [],
  screened: '',
  invalid: '',
};

/** `advance` of the only deal as a terminal does it: refused, filled in, recorded and moved. */
async function fillGate(memory: Memory, keys: readonly string[]): Promise<void> {
  const book = readMemory(memory, TODAY);
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  const move = { to: null, on: TODAY, force: false, reason: '' };
  const refusal = advanceDeals(book, [deal], move, TODAY);
  if (!('missing' in refusal)) throw new Error('not refused');
  const terminal = openFakeTerminal();
  const filled = fillItems(terminal.session, refusal.missing, { ...CONTEXT, book } as Reading, () => {});
  await terminal.type(...keys);
  const records = await filled;
  writeMemory(memory, TODAY, (current) => {
    const [again] = current.deals;
    const recorded = again && recordItems(current, again, records, CONTEXT);
    if (!recorded || !isDecision(recorded)) throw new Error(JSON.stringify(recorded));
    const moved = advanceDeals(current, [recorded.deal ?? again], move, TODAY);
    return isDecision(moved) ? joinDecisions(recorded as Decision, moved) : moved;
  });
}
