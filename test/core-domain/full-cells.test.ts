import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/core/date.ts';
import { isDecision } from '../../src/core/decision.ts';
import { followUpKey, realFollowUpDays } from '../../src/core/fold.ts';
import { relieveFullCells } from '../../src/core/full-cells.ts';
import { logFollowUp } from '../../src/core/log-follow-up.ts';
import { bookOf, day, dealAt } from '../commands/support.ts';
import { type Memory, writeMemory } from './memory-book.ts';

const TODAY = day('2026-11-23');
/** As many as fill a cell. */
const COUNT = 114;
const LONG = '客户对报价有保留意见,希望我们补充实施案例;'.repeat(13).slice(0, -1);

/** A book of one deal with this 跟进记录; adopted by a first write. */
function book(followUps: string, leadDate = '2023-01-10'): Memory {
  return bookOf([{ 客户名称: '甲公司', 线索录入日期: leadDate, 当前阶段: '需求挖掘', 跟进记录: followUps }]);
}

function log(memory: Memory, text: string) {
  return writeMemory(memory, TODAY, (read) => {
    const [deal] = read.deals;
    if (!deal) throw new Error('no deal');
    const input = { text, kind: '电话', on: TODAY, next: null, evidence: '', reason: '' } as const;
    const outcome = logFollowUp(read, deal, input, TODAY);
    return isDecision(outcome) ? relieveFullCells(read, outcome) : outcome;
  });
}

const keysOf = (memory: Memory) => {
  const { followUps } = dealAt(memory, TODAY);
  return followUps.map(({ date, text }) => followUpKey(date, text)).sort();
};

/** `count` entries, a week apart, oldest first. */
const entries = (count: number, write: (iso: string, n: number) => string, from = '2023-01-12') =>
  Array.from({ length: count }, (_, n) => write(formatDay(day(from) + 7 * n), n));
const short = (iso: string) => `${Number(iso.slice(5, 7))}.${Number(iso.slice(8))}`;

describe('a 跟进记录 cell near the limit of Excel', () => {
  it.each([
    {
      why: "the template's form",
      cell: entries(COUNT, (iso, n) => `${iso}:${n} ${LONG}`).join(';'),
      mark: /^（20\d\d-\d\d-\d\d 及更早的跟进见 过程记录）;20/,
    },
    {
      why: 'years that are not written, a line each, over four years',
      cell: entries(COUNT, (iso, n) => `${short(iso)} ${n} ${LONG}`).join('\n'),
      mark: /^（20\d\d-\d\d-\d\d 及更早的跟进见 过程记录）\n\d+\.\d+ /,
    },
    {
      why: 'the newest first, years not written',
      cell: entries(COUNT, (iso, n) => `【${short(iso)}】${n} ${LONG}`)
        .reverse()
        .join('\n'),
      mark: /\n（20\d\d-\d\d-\d\d 及更早的跟进见 过程记录）$/,
    },
    {
      why: 'no entry date to count years from',
      leadDate: '',
      cell: entries(COUNT, (iso, n) => `${short(iso)}:${n} ${LONG}`, '2024-10-10').join(';'),
      mark: /^（20/,
    },
    {
      why: 'text without a date before the first entry stays where it stood',
      cell: `老客户介绍;${entries(COUNT, (iso, n) => `${iso}:${n} ${LONG}`).join(';')}`,
      mark: /^老客户介绍;（20\d\d-\d\d-\d\d 及更早的跟进见 过程记录）;20/,
    },
  ])('$why: the oldest move to 过程记录, every day and text counts as before', ({ cell, mark, leadDate }) => {
    expect(cell.length).toBeGreaterThan(31_990);
    const memory = book(cell, leadDate ?? '2023-01-10');
    const before = keysOf(memory);
    const decision = log(memory, '又谈了一次');
    const after = dealAt(memory, TODAY);
    expect(keysOf(memory)).toEqual([...before, followUpKey(TODAY, '又谈了一次')].sort());
    expect(after.row.followUpsText.length).toBeLessThan(25_000);
    expect(after.row.followUpsText).toMatch(mark);
    expect(decision.notes.map(({ zh }) => zh).join()).toMatch(/最早的 \d+ 条/);
    const moved = after.events.filter(({ type, values }) => type === 'followup' && !values.has('方式'));
    expect(moved.length).toBeGreaterThan(20);
    expect(moved.length + after.row.followUps.length).toBe(COUNT + 1);
    // The next one needs no room, and the one after the cell is full again moves further ones.
    for (let n = 0; n < 40; n++) log(memory, `第 ${n} 次 ${LONG}`);
    expect(keysOf(memory)).toEqual(expect.arrayContaining(before));
    expect(keysOf(memory)).toHaveLength(before.length + 41);
    expect(dealAt(memory, TODAY).row.followUpsText.match(/更早的跟进见/g)).toHaveLength(1);
  });

  it('an entry that log wrote is in 过程记录 already: it leaves the cell and is not written twice', () => {
    const memory = book('');
    for (let n = 0; n < 140; n++) log(memory, `第 ${n} 次 ${LONG}`);
    const deal = dealAt(memory, TODAY);
    expect(deal.followUps).toHaveLength(140);
    expect(deal.events.filter(({ type }) => type === 'followup')).toHaveLength(140);
    expect(deal.row.followUps.length).toBeLessThan(140);
  });

  it('text without any date moves last of all, as a remark and no follow-up', () => {
    const cell = `张三说:${LONG.repeat(140)}`.slice(0, 31_995);
    const memory = book(cell);
    const { notes } = log(memory, '约了下周');
    const deal = dealAt(memory, TODAY);
    expect(deal.row.followUpsText).toBe('（更早的跟进见 过程记录）;2026-11-23:约了下周');
    const remarks = deal.events.filter(({ type }) => type === 'edited');
    expect(remarks.map(({ note }) => note).join('')).toBe(cell);
    expect(new Set(realFollowUpDays(deal))).toEqual(new Set([TODAY]));
    expect(notes.map(({ zh }) => zh).join()).toContain('没有日期的文字');
  });

  it('an entry dated in the future stays: the log holds nothing that has not happened', () => {
    const cell = ['2027-01-01:写错年份', ...entries(COUNT, (iso, n) => `${iso}:${n} ${LONG}`)].join(';');
    const memory = book(cell);
    log(memory, '又谈了一次');
    expect(dealAt(memory, TODAY).row.followUpsText).toContain('2027-01-01:写错年份');
  });

  it('a cell with room is left as it is', () => {
    const memory = book(entries(20, (iso) => `${iso}:${LONG}`).join(';'));
    expect(log(memory, '又谈了一次').events.filter(({ type }) => type === 'followup')).toHaveLength(1);
  });

  it('whatever was typed, in either order: no entry is lost and none counts twice (property)', () => {
    const entry = fc.record({
      gap: fc.integer({ min: 0, max: 40 }),
      text: fc.constantFrom('电话;再约', '报价=15万；含税', '3.20 万可谈', '客户\n没空', `${LONG}\\`, LONG),
      form: fc.constantFrom('iso', 'short', 'bracket'),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 80, maxLength: 100 }),
        fc.constantFrom(';', '；', '\n'),
        fc.boolean(),
        (list, separator, newestFirst) => {
          let at = day('2023-01-10');
          const typed = list.map(({ gap, text, form }, n) => {
            at = Math.min(at + gap, TODAY - 1);
            const iso = formatDay(at);
            const date = { iso: `${iso}:`, short: `${short(iso)}:`, bracket: `【${short(iso)}】` }[form];
            return `${date}${n} ${text} ${'补'.repeat(240)}`;
          });
          const memory = book((newestFirst ? typed.reverse() : typed).join(separator));
          const before = keysOf(memory);
          const idle = new Set(realFollowUpDays(dealAt(memory, TODAY)));
          for (const text of ['一', '二', '三']) log(memory, text.repeat(4000));
          expect(new Set(keysOf(memory))).toEqual(
            new Set([...before, ...['一', '二', '三'].map((text) => followUpKey(TODAY, text.repeat(4000)))]),
          );
          expect(new Set(realFollowUpDays(dealAt(memory, TODAY)))).toEqual(new Set([...idle, TODAY]));
          expect(dealAt(memory, TODAY).row.followUpsText.length).toBeLessThan(32_768);
        },
      ),
      { numRuns: 15 },
    );
  });
});
