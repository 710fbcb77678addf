import { describe, expect, it } from 'vitest';
import { addLead } from '../../src/core/add-lead.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import { type Decision, isDecision } from '../../src/core/decision.ts';
import { advanceDeals } from '../../src/core/move.ts';
import { recordItems } from '../../src/core/record.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { joinDecisions } from '../../src/core/simulate.ts';
import { fillItems } from '../../src/prompt/ask-item.ts';
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
});

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
  const filled = fillItems(terminal.session, refusal.missing, { ...CONTEXT, book } as Reading);
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
