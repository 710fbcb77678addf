import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../../src/core/calendar.ts';
import { formatDay, parseIsoDay } from '../../src/core/date.ts';
import { parseDateWords } from '../../src/core/date-words.ts';
import { appendFollowUp, parseFollowUps } from '../../src/core/follow-ups.ts';
import { formatAmount, parseAmount } from '../../src/core/money.ts';
import { displayWidth, maskPhones, nearest, normalizeWidth, padEndTo, splitTags, visible, wrapText } from '../../src/core/text.ts';
import { readDateCell, readTextCell } from '../../src/core/values.ts';
import { officialHolidays } from '../../src/storage/holidays.ts';

const day = (iso: string) => parseIsoDay(iso) ?? Number.NaN;
const calendar = buildCalendar(officialHolidays(), { off: new Map(), work: new Map() });

describe('amounts are read as people write them, and never as 0', () => {
  it.each([
    ['15万', 1, 15000000, 15000000],
    ['15万元', 1, 15000000, 15000000],
    ['1.5亿', 1, 15000000000, 15000000000],
    ['￥150,000.00', 1, 15000000, 15000000],
    ['10-20万', 1, 10000000, 20000000],
    ['10万-20万', 1, 10000000, 20000000],
    ['8千', 1, 800000, 800000],
    ['15', 10000, 15000000, 15000000],
    ['１５万', 1, 15000000, 15000000],
    ['3000元', 10000, 300000, 300000],
  ])('%s (a bare number is %i yuan)', (text, unit, low, high) => {
    expect(parseAmount(text, unit)).toEqual({ kind: 'amount', low, high });
  });
  it('面议 and empty are no amount; nonsense is unreadable', () => {
    expect(parseAmount('面议', 1)).toEqual({ kind: 'none' });
    expect([parseAmount('十五万', 1), parseAmount('15x', 1), parseAmount('-5', 1), parseAmount('20-10万', 1)]).toEqual([null, null, null, null]);
  });
  it('is printed in 万 in Chinese and never in English', () => {
    expect(formatAmount(15000000, 'zh')).toBe('15万');
    expect(formatAmount(12350000, 'zh')).toBe('12.35万');
    expect(formatAmount(12345600, 'zh')).toBe('123,456元');
    expect(formatAmount(15000000, 'en')).toBe('¥150,000');
  });
});

describe('dates people type', () => {
  const today = day('2026-11-24'); // a Tuesday
  it.each([
    ['2026-11-23', 'past', '2026-11-23'],
    ['2026年3月5日', 'past', '2026-03-05'],
    ['11-30', 'past', '2025-11-30'],
    ['11-30', 'coming', '2026-11-30'],
    ['11月24日', 'past', '2026-11-24'],
    ['昨天', 'past', '2026-11-23'],
    ['后天', 'coming', '2026-11-26'],
    ['周五', 'past', '2026-11-20'],
    ['周五', 'coming', '2026-11-27'],
    ['fri', 'coming', '2026-11-27'],
    ['下周三', 'coming', '2026-12-02'],
    ['月底', 'coming', '2026-11-30'],
    ['季度末', 'coming', '2026-12-31'],
    ['10天后', 'coming', '2026-12-04'],
    ['+3工作日', 'coming', '2026-11-27'],
    ['+3wd', 'coming', '2026-11-27'],
    ['＋３ｗｄ', 'coming', '2026-11-27'],
  ] as const)('%s (%s) is %s', (text, sense, iso) => {
    const read = parseDateWords(text, { today, sense, calendar });
    expect(read === null ? null : formatDay(read)).toBe(iso);
  });
  it('节后 is the first working day after the next holiday', () => {
    expect(parseDateWords('节后', { today: day('2026-09-28'), sense: 'coming', calendar })).toBe(day('2026-10-08'));
  });
  it.each(['2026-02-30', '13-01', '很快', ''])('%s is no date', (text) => {
    expect(parseDateWords(text, { today, sense: 'past', calendar })).toBeNull();
  });
});

describe('cells are read as what they show', () => {
  const near = day('2026-11-24');
  it.each([
    [{ kind: 'number', value: 45366, format: 'date' }, false, '2024-03-15'],
    [{ kind: 'number', value: 45366.9, format: 'plain' }, false, '2024-03-15'],
    [{ kind: 'number', value: 43904, format: 'date' }, true, '2024-03-15'],
    [{ kind: 'number', value: 1, format: 'date' }, false, '1900-01-01'],
    [{ kind: 'number', value: 61, format: 'date' }, false, '1900-03-01'],
    [{ kind: 'text', text: '2024/3/15' }, false, '2024-03-15'],
    [{ kind: 'text', text: '2024.3.15' }, false, '2024-03-15'],
    [{ kind: 'text', text: '２０２４年３月１５日' }, false, '2024-03-15'],
    [{ kind: 'text', text: '3月15日' }, false, '2026-03-15'],
    [{ kind: 'text', text: '2024-03-15 09:30' }, false, '2024-03-15'],
    [{ kind: 'isoDate', text: '2024-03-15T00:00:00' }, false, '2024-03-15'],
  ] as const)('%o', (value, dates1904, iso) => {
    const read = readDateCell(value, dates1904, near);
    expect(read && formatDay(read.day)).toBe(iso);
  });
  it('what is no date is null: words, 2024-02-30, serial 60 (1900-02-29 never was)', () => {
    const texts = ['待定', '2024-02-30'].map((text) => readDateCell({ kind: 'text', text }, false, near));
    expect([...texts, readDateCell({ kind: 'number', value: 60, format: 'date' }, false, near)]).toEqual([null, null, null]);
  });
  it('a phone kept as a number shows all its digits', () => {
    expect(readTextCell({ kind: 'number', value: 13800000000, format: 'plain' })).toBe('13800000000');
  });
});

describe('跟进记录', () => {
  const hints = { leadDate: day('2024-03-15'), today: day('2026-11-24') };
  const read = (text: string, leadDate = hints.leadDate) =>
    parseFollowUps(text, { ...hints, leadDate }).entries.map(({ date, text: content }) => `${formatDay(date)} ${content}`);
  it.each([
    ['2024-03-20:方案演示,客户关注数据安全模块;2024-03-25:确认分期付款方案', ['2024-03-20 方案演示,客户关注数据安全模块', '2024-03-25 确认分期付款方案'], "the template's own"],
    ['2024-03-20:谈了价格;交付;付款\n2024-03-25：再谈', ['2024-03-20 谈了价格;交付;付款', '2024-03-25 再谈'], 'a separator without a date behind it is content'],
    ['3.20 演示\n3.25 报价', ['2024-03-20 演示', '2024-03-25 报价'], 'older habit, the year from the entry date'],
    ['3/20:演示；12/25:圣诞问候；1/8:签约', ['2024-03-20 演示', '2024-12-25 圣诞问候', '2025-01-08 签约'], 'the year turns'],
    ['【3.20】演示', ['2024-03-20 演示'], 'brackets'],
    ['2024-03-25:报价\n2024-03-20:演示', ['2024-03-25 报价', '2024-03-20 演示'], 'newest first'],
    ['2024-03-20:价格降到 3.20 万;3.5 折', ['2024-03-20 价格降到 3.20 万', '2024-03-05 折'], 'a bare 3.20 in mid-sentence is text'],
    ['已电话沟通', [], 'no date: no entry'],
  ])('%s (%s)', (text, entries) => {
    expect(read(text)).toEqual(entries);
  });
  it('a new entry goes behind, or before the others where the newest comes first', () => {
    expect(appendFollowUp('2024-03-20:甲', day('2024-03-25'), '乙', false)).toBe('2024-03-20:甲;2024-03-25:乙');
    expect(appendFollowUp('2024-03-20:甲\n2024-03-19:零', day('2024-03-25'), '乙', true)).toBe('2024-03-25:乙\n2024-03-20:甲\n2024-03-19:零');
    expect(appendFollowUp('', day('2024-03-25'), '乙', false)).toBe('2024-03-25:乙');
  });
  it('whatever is appended reads back as one more entry (property)', () => {
    const content = fc.stringMatching(/^[甲乙0-9;；:：.\-\n ]{1,30}$/).filter((text) => text.replace(/[;；\s]/g, '') !== '');
    fc.assert(
      fc.property(content, fc.integer({ min: 0, max: 900 }), (text, offset) => {
        const before = appendFollowUp('', day('2024-03-20'), '首次', false);
        const after = parseFollowUps(appendFollowUp(before, day('2024-03-21') + offset, text, false), hints).entries;
        expect(after).toHaveLength(2);
        expect(after[1]?.date).toBe(day('2024-03-21') + offset);
      }),
    );
  });
});

describe('text', () => {
  it('Chinese takes two columns', () => {
    expect(displayWidth('线索A获取')).toBe(9);
    expect(padEndTo('线索', 6)).toBe('线索  ');
    expect(wrapText('客户信息跟踪表里的每一行', 10)).toEqual(['客户信息跟', '踪表里的每', '一行']);
    expect(wrapText('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  });
  it('what a terminal would obey is shown instead', () => {
    expect(visible('a\x1b[31mb\u202ec\nd')).toBe('a\\x1b[31mb\\u202ec⏎d');
  });
  it('near words are suggested, far ones not', () => {
    expect(nearest('advnace', ['advance', 'list', 'adopt'])).toEqual(['advance']);
    expect(nearest('zzz', ['advance', 'list'])).toEqual([]);
  });
  it('full width, tags, phones', () => {
    expect(normalizeWidth('１５万　ＡＢＣ，')).toBe('15万 ABC,');
    expect(splitTags('需要CRM系统、预算10-20万,报表')).toEqual(['需要CRM系统', '预算10-20万', '报表']);
    expect(maskPhones('李总 13812345678')).toBe('李总 138****5678');
  });
});
