import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import { appendFollowUp, parseFollowUps } from '../../src/core/follow-ups.ts';

const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;
const today = day('2026-11-24');
const lead = day('2024-03-15');
const read = (text: string, leadDate: number | null = lead) =>
  parseFollowUps(text, { leadDate, today }).entries.map(
    ({ date, text: content }) => `${formatDay(date)} ${content}`,
  );

describe('跟进记录: where an entry begins', () => {
  it.each([
    {
      text: '2024-03-20:方案演示,客户关注数据安全模块;2024-03-25:确认分期付款方案',
      entries: ['2024-03-20 方案演示,客户关注数据安全模块', '2024-03-25 确认分期付款方案'],
      why: "the template's own",
    },
    {
      text: '2024-03-20:谈了价格;交付;付款\n2024-03-25：再谈；',
      entries: ['2024-03-20 谈了价格;交付;付款', '2024-03-25 再谈'],
      why: 'a separator without a date behind it is content',
    },
    {
      text: '2024/3/20 甲；2024.3.21乙\r\n２０２４年３月２２日：丙',
      entries: ['2024-03-20 甲', '2024-03-21 乙', '2024-03-22 丙'],
      why: 'dates as people write them, separated in every way',
    },
    { text: '3.20 演示\n3.25 报价', entries: ['2024-03-20 演示', '2024-03-25 报价'], why: 'an older habit' },
    { text: '3/20:演示;3-25：报价', entries: ['2024-03-20 演示', '2024-03-25 报价'], why: 'another' },
    { text: '【3.20】演示;[3.25] 报价', entries: ['2024-03-20 演示', '2024-03-25 报价'], why: 'brackets' },
    {
      text: '3月20日演示;3月25号:报价',
      entries: ['2024-03-20 演示', '2024-03-25 报价'],
      why: 'month and day',
    },
    {
      text: '2024-03-20:降到 3.20 万;3.5 折;3.20 万可谈',
      entries: ['2024-03-20 降到 3.20 万;3.5 折;3.20 万可谈'],
      why: 'a bare 3.20 is text',
    },
    {
      text: '2024-03-20:要求\n3月25日前交付;3.2版',
      entries: ['2024-03-20 要求\n3月25日前交付;3.2版'],
      why: 'a deadline and a version are no entries',
    },
    {
      text: '2024-03-20:演示;13.40 元;2024-02-30:没有这天',
      entries: ['2024-03-20 演示;13.40 元;2024-02-30:没有这天'],
      why: 'nor is a day that never was',
    },
    {
      text: '2024-03-20 10:30 电话;2024-03-20:邮件',
      entries: ['2024-03-20 10:30 电话', '2024-03-20 邮件'],
      why: 'two on one day',
    },
    {
      text: '20240320 演示;20240325:报价;20240399 x',
      entries: ['2024-03-20 演示', '2024-03-25 报价;20240399 x'],
      why: 'eight digits',
    },
    {
      text: '24.3.20 演示;24-03-25:报价',
      entries: ['2024-03-20 演示', '2024-03-25 报价'],
      why: 'a year of two',
    },
    {
      text: '1、3.20 演示\n2、3.25 报价\n3)4.1 签约',
      entries: ['2024-03-20 演示', '2024-03-25 报价', '2024-04-01 签约'],
      why: 'a numbered list',
    },
    {
      text: '3.20，演示;3月25 报价;1.5,2.0 版',
      entries: ['2024-03-20 演示', '2024-03-25 报价;1.5,2.0 版'],
      why: 'a comma behind the date, no 日; two numbers are no date',
    },
    { text: '已电话沟通', entries: [], why: 'no date: no entry' },
    { text: ' ;；\n ', entries: [], why: 'only separators' },
    { text: '', entries: [], why: 'empty' },
  ])('$why', ({ text, entries }) => {
    expect(read(text)).toEqual(entries);
  });

  it('keeps what stands before the first date', () => {
    expect(parseFollowUps('老客户介绍;很急\n2024-03-20:演示', { leadDate: lead, today })).toEqual({
      entries: [{ date: day('2024-03-20'), text: '演示', inferredYear: false }],
      newestFirst: false,
      yearless: '',
      undated: '老客户介绍;很急',
    });
  });
});

describe('跟进记录: years that are not written', () => {
  it.each([
    {
      text: '3/20:演示；12/25:问候；1/8:签约',
      entries: ['2024-03-20', '2024-12-25', '2025-01-08'],
      why: 'the year turns',
    },
    { text: '3.25 报价\n3.20 演示', entries: ['2024-03-25', '2024-03-20'], why: 'newest first' },
    {
      text: '1.8 签约\n12.25 问候\n3.20 演示',
      entries: ['2025-01-08', '2024-12-25', '2024-03-20'],
      why: 'newest first over a year',
    },
    {
      text: '2024-12-20:甲;1.5 乙',
      entries: ['2024-12-20', '2025-01-05'],
      why: 'the neighbour before says which',
    },
    {
      text: '3.1 展会认识;3.20 演示',
      entries: ['2024-03-01', '2024-03-20'],
      why: 'met shortly before the lead was entered',
    },
    {
      text: '3.20 甲;3.18 乙;3.25 丙',
      entries: ['2024-03-20', '2024-03-18', '2024-03-25'],
      why: 'a little out of order',
    },
    { text: '3.20 甲', leadDate: day('2026-11-01'), entries: ['2026-03-20'], why: 'never in the future' },
    {
      text: '12.25 甲;1.8 乙',
      leadDate: null,
      entries: ['2025-12-25', '2026-01-08'],
      why: 'no entry date: back from today',
    },
    {
      text: '3.20 甲;12.25 乙',
      leadDate: null,
      entries: ['2025-03-20', '2025-12-25'],
      why: 'the last one is the latest that has been',
    },
    { text: '2.29 甲', leadDate: null, entries: ['2024-02-29'], why: 'a leap day' },
  ])('$text ($why)', ({ text, entries, leadDate = lead }) => {
    expect(read(text, leadDate).map((entry) => entry.slice(0, 10))).toEqual(entries);
    expect(parseFollowUps(text, { leadDate, today }).entries.some(({ inferredYear }) => inferredYear)).toBe(
      true,
    );
  });
});

describe('跟进记录: one entry more', () => {
  const on = day('2024-03-26');
  const append = (text: string, content: string) =>
    appendFollowUp(text, on, content, parseFollowUps(text, { leadDate: lead, today }).newestFirst);
  it.each([
    { text: '', content: '乙', after: '2024-03-26:乙', why: 'the first' },
    { text: '2024-03-20:甲', content: '乙', after: '2024-03-20:甲;2024-03-26:乙', why: 'behind the others' },
    {
      text: '2024-03-20:甲；\n',
      content: ' 乙。 ',
      after: '2024-03-20:甲;2024-03-26:乙。',
      why: 'one separator is enough',
    },
    { text: '已沟通', content: '乙', after: '已沟通;2024-03-26:乙', why: 'behind text without a date' },
    {
      text: '3.20 甲\n3.21 丙',
      content: '乙',
      after: '3.20 甲\n3.21 丙\n2024-03-26:乙',
      why: 'each on its own line',
    },
    {
      text: '2024-03-20:甲\n又',
      content: '乙',
      after: '2024-03-20:甲\n又;2024-03-26:乙',
      why: 'a line break inside an entry is none',
    },
    {
      text: '2024-03-25:丙;2024-03-20:甲',
      content: '乙',
      after: '2024-03-26:乙;2024-03-25:丙;2024-03-20:甲',
      why: 'newest first',
    },
    {
      text: '急!\n3.25 丙\n3.20 甲',
      content: '乙',
      after: '急!\n2024-03-26:乙\n3.25 丙\n3.20 甲',
      why: 'newest first, behind what has no date',
    },
    {
      text: '',
      content: '见面;2024-04-01:演示\n4.2 报价;付款',
      after: '2024-03-26:见面，2024-04-01:演示，4.2 报价;付款',
      why: 'content that would read as further entries',
    },
    {
      text: '',
      content: ';2024-04-01:演示;',
      after: '2024-03-26:2024-04-01:演示',
      why: 'separators around the content',
    },
    {
      text: '',
      content: '!\n3.20;【3.20】',
      after: '2024-03-26:!，3.20，【3.20】',
      why: 'the comma that joins a date on makes a bare 3.20 before it one too',
    },
  ])('$why', ({ text, content, after }) => {
    expect(append(text, content)).toBe(after);
  });

  const words = fc.array(
    fc.oneof(
      fc.constantFrom(
        '甲',
        '演示',
        '3.20',
        '3/20:',
        '2024-04-01',
        '【3.20】',
        '3月5日',
        ';',
        '；',
        '\n',
        '\r\n',
        ' ',
        ':',
        '：',
        ',',
        '，',
        '万',
        '２０２４－０５－０６：',
        '😀',
        '=',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 14 },
  );
  const cell = words.map((parts) => parts.join(''));
  const content = cell.filter((text) => text.replace(/[;；\s]/g, '') !== '');

  it('any text of a cell and any content: the entries there were, and one more (property)', () => {
    fc.assert(
      fc.property(cell, content, fc.integer({ min: 0, max: 3 }), (text, added, later) => {
        const before = parseFollowUps(text, { leadDate: lead, today });
        const newest = Math.max(lead, ...before.entries.map(({ date }) => date));
        const date = Math.max(newest + later, today - later);
        const after = parseFollowUps(appendFollowUp(text, date, added, before.newestFirst), {
          leadDate: lead,
          today,
        });
        const at = before.newestFirst ? 0 : before.entries.length;
        expect(after.entries.toSpliced(at, 1)).toEqual(before.entries);
        expect(after.entries[at]).toMatchObject({ date, inferredYear: false });
        expect(after.undated).toBe(before.undated);
      }),
      { numRuns: 3000 },
    );
  });

  it('plain content comes back as it was (property)', () => {
    fc.assert(
      fc.property(
        cell,
        fc.constantFrom('电话沟通,报价 15万', '甲;乙；丙\n丁', '3.20 万元', ':好', '=1+1'),
        (text, added) => {
          const { newestFirst } = parseFollowUps(text, { leadDate: lead, today });
          const { entries } = parseFollowUps(appendFollowUp(text, today, added, newestFirst), {
            leadDate: lead,
            today,
          });
          expect(entries.map((entry) => entry.text)).toContain(added);
        },
      ),
    );
  });
});
