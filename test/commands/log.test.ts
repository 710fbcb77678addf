import { describe, expect, it } from 'vitest';
import { lastRealFollowUp } from '../../src/core/fold.ts';
import { type FollowUpInput, inferKind, logFollowUp } from '../../src/core/log-follow-up.ts';
import { type Memory, readMemory, writeMemory } from '../core-domain/memory-book.ts';
import { bookOf, day, dealAt } from './support.ts';

const TODAY = day('2026-11-23');
const row = {
  客户名称: '华东机械',
  当前阶段: '线索获取',
  线索录入日期: '2026-11-16',
  商机编号: 'L20261116-001',
};

function log(memory: Memory, input: Partial<FollowUpInput>) {
  return writeMemory(memory, TODAY, (book) => decide(book, input));
}

function decide(book: ReturnType<typeof readMemory>, input: Partial<FollowUpInput>) {
  const [deal] = book.deals;
  if (!deal) throw new Error('no deal');
  return logFollowUp(
    book,
    deal,
    { text: '聊了聊', kind: '电话', on: TODAY, next: null, evidence: '', reason: '', ...input },
    TODAY,
  );
}

describe('the kind of a follow-up, from its words', () => {
  it.each([
    { text: '打了电话,客户要报价', kind: '电话' },
    { text: '打了电话,约下周拜访', kind: '电话', why: 'the visit is a plan' },
    { text: '发邮件后又打电话', kind: '邮件', why: 'the first word speaks' },
    { text: '没接电话', kind: '未接通', why: 'an attempt, wherever it is said' },
    { text: '客户没接受报价', kind: null, why: '接受 is no call' },
    { text: '上门演示', kind: '拜访' },
    { text: '微信聊了报价', kind: '微信' },
    { text: '约周五开会', kind: null, why: 'only a plan' },
    { text: 'called him', kind: '电话' },
    { text: '每周同步进展', kind: '同步' },
    { text: '客户在考虑', kind: null, why: 'nothing is said' },
  ])('$text → $kind ($why)', ({ text, kind }) => {
    expect(inferKind(text)).toBe(kind);
  });
});

describe('log', () => {
  it.each([
    { why: 'a full date behind a ; would be an entry', text: '要求报价;2026-03-20:已付款', said: true },
    { why: 'on a new line too', text: '要求报价\n3/20: 已付款', said: true },
    { why: 'a ; alone begins nothing', text: '要求报价;下周再谈', said: false },
    { why: 'a date in mid-sentence begins nothing', text: '要求 2026-03-20 前报价', said: false },
  ])('keeps the text one entry of the cell, and says where it had to change it: $why', ({ text, said }) => {
    const memory = bookOf([row]);
    const { notes } = log(memory, { text });
    expect(notes.some(({ zh }) => zh.includes('逗号连接'))).toBe(said);
    const deal = dealAt(memory, TODAY);
    expect(deal.row.followUps).toHaveLength(1);
    expect(deal.events.at(-1)?.note).toBe(text);
  });

  it('writes the cell entry and one row in 过程记录 that also ticks the first contact', () => {
    const memory = bookOf([row]);
    log(memory, { text: '介绍了产品', kind: '电话', on: day('2026-11-18') });
    const deal = dealAt(memory, TODAY);
    expect(deal.row.followUpsText).toBe('2026-11-18:介绍了产品');
    const events = deal.events.filter(({ type }) => type === 'followup');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ item: 'first-contact', note: '介绍了产品' });
    expect(deal.followUps).toEqual([{ date: day('2026-11-18'), text: '介绍了产品', kind: '电话' }]);
    log(memory, { text: '又打了一次' });
    expect(dealAt(memory, TODAY).events.at(-1)?.item).toBe(null);
  });

  it.each([
    { kind: '微信', why: 'is no first contact by default' },
    { kind: '未接通', why: 'is an attempt' },
    { kind: '其他', why: 'says nothing' },
  ] as const)('$kind $why', ({ kind }) => {
    const memory = bookOf([row]);
    log(memory, { kind });
    expect(dealAt(memory, TODAY).events.at(-1)?.item).toBe(null);
  });

  it('an attempt meets nothing and resets nothing', () => {
    const memory = bookOf([{ ...row, 下次跟进日期: '2026-11-20' }]);
    log(memory, { kind: '未接通', text: '没接' });
    const deal = dealAt(memory, TODAY);
    expect(lastRealFollowUp(deal)).toBe(null);
    expect(deal.attempts).toBe(1);
    expect(deal.row.nextFollowUp).toBe(day('2026-11-20'));
  });

  it.each([
    { agreed: '2026-11-20', next: null, after: null, why: 'an agreed date that has come is cleared' },
    { agreed: '2026-11-23', next: null, after: null, why: 'on the day itself too' },
    { agreed: '2026-12-05', next: null, after: '2026-12-05', why: 'a later one stays' },
    { agreed: '2026-11-20', next: '2026-12-01', after: '2026-12-01', why: '--next replaces it' },
  ])('$why', ({ agreed, next, after }) => {
    const memory = bookOf([{ ...row, 下次跟进日期: agreed }]);
    log(memory, { next: next === null ? null : day(next) });
    expect(dealAt(memory, TODAY).row.nextFollowUp).toBe(after === null ? null : day(after));
  });

  it('a past day is looked at with the date that was agreed then', () => {
    const memory = bookOf([{ ...row, 下次跟进日期: '2026-11-20' }]);
    log(memory, { next: day('2026-12-01') });
    expect(dealAt(memory, TODAY - 1).row.nextFollowUp).toBe(day('2026-11-20'));
    expect(dealAt(memory, TODAY).row.nextFollowUp).toBe(day('2026-12-01'));
  });

  it('推送 counts for 老客户池 only: elsewhere it clears no agreed date', () => {
    const memory = bookOf([{ ...row, 下次跟进日期: '2026-11-20' }]);
    log(memory, { kind: '推送', text: '推送了新功能' });
    expect(dealAt(memory, TODAY).row.nextFollowUp).toBe(day('2026-11-20'));
  });

  it('may be dated before the entry of its lead, never in the future', () => {
    const memory = bookOf([row]);
    log(memory, { on: day('2026-11-10'), text: '展会上见过' });
    expect(dealAt(memory, TODAY).followUps[0]?.date).toBe(day('2026-11-10'));
    expect(decide(readMemory(memory, TODAY), { on: TODAY + 1 })).toMatchObject({ refused: true });
  });

  it('in a closed quarter it is marked 补录, with its reason', () => {
    const memory = bookOf([{ ...row, 线索录入日期: '2026-09-01' }]);
    log(memory, { on: day('2026-09-10'), reason: '忘了记' });
    const event = dealAt(memory, TODAY).events.find(({ type }) => type === 'followup');
    expect(event?.marks.has('backdated')).toBe(true);
    expect(event?.values.get('补录原因')).toBe('忘了记');
  });

  it('a text that holds separators and dates stays one entry', () => {
    const memory = bookOf([row]);
    log(memory, { text: '说好了;2026-12-01:签约' });
    expect(dealAt(memory, TODAY).row.followUps).toHaveLength(1);
  });
});
