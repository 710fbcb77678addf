import { describe, expect, it } from 'vitest';
import { addLead, type LeadInput } from '../../src/core/add-lead.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import { askLead } from '../../src/prompt/ask-lead.ts';
import { isInterrupt } from '../../src/prompt/interrupt.ts';
import type { Reading } from '../../src/read-book.ts';
import { newMemory, readMemory, writeMemory } from '../core-domain/memory-book.ts';
import { KEYS, openFakeTerminal } from './fake-terminal.ts';

const { enter, down, backspace, ctrlC } = KEYS;
const TODAY = parseIsoDay('2026-11-23') ?? 0;
const NOTHING: LeadInput = {
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
const KNOWN: LeadInput = {
  ...NOTHING,
  customer: '华东机械有限公司',
  contact: '李总',
  phone: '13800000000',
  tags: '需要CRM系统',
  source: '行业展会',
  owner: '王芳',
};

describe('asking for a lead, as on the phone', () => {
  it('asks in order, puts wrong answers right at once, warns of a known customer and phone, and confirms once', async () => {
    const { terminal, answer } = startAsking(NOTHING);
    await terminal.type('华东机械', enter);
    await terminal.shows('这个客户已有 华东机械有限公司 L20261102-001');
    await terminal.type('张工', enter, '1380000000', enter);
    await terminal.shows('「1380000000」不像电话');
    await terminal.type('0', enter);
    await terminal.shows('这个联系方式已有 华东机械有限公司');
    await terminal.type(enter, enter, '需要ERP,预算10-20万', enter, '很多', enter);
    await terminal.shows('「很多」不是金额');
    await terminal.type(backspace, backspace, '10-20万', enter, down, enter);
    await terminal.type(enter, enter, '2026-02-30', enter);
    await terminal.shows('「2026-02-30」不是日期');
    await terminal.type(
      ...Array.from({ length: 10 }, () => backspace),
      '+3工作日',
      enter,
      enter,
      '行业规模相符',
      enter,
      '明天',
      enter,
    );
    await terminal.shows('2026-11-24 在今天之后');
    await terminal.type(backspace, backspace, '昨天', enter);
    await terminal.shows(/新线索[\s\S]*客户名称 +华东机械[\s\S]*录入日期 +2026-11-22[\s\S]*写入\? \(Y\/n\)/);
    await terminal.type(enter);
    const { input, said } = await answer;
    expect(input).toEqual({
      ...NOTHING,
      customer: '华东机械',
      contact: '张工',
      phone: '13800000000',
      tags: '需要ERP,预算10-20万',
      budget: '10-20万',
      source: '老客户复购',
      owner: '王芳',
      next: '2026-11-26',
      screened: '行业规模相符',
      on: '2026-11-22',
    });
    expect(said).toHaveLength(2);
  });

  it('asks only for what the flags left out', async () => {
    const { terminal, answer } = startAsking({
      ...KNOWN,
      contact: '',
      industry: '制造业',
      size: '500人',
      budget: '10万',
      amount: '15万',
      next: '+3wd',
      screened: '相符',
      on: '今天',
    });
    await terminal.type('陈工', enter, enter);
    expect((await answer).input.contact).toBe('陈工');
    expect(terminal.screen()).not.toContain('? 客户名称');
    expect(terminal.screen()).not.toContain('? 所属行业');
  });

  it('asks for the priority of a channel that has none', async () => {
    const { terminal, answer } = startAsking({
      ...KNOWN,
      source: '',
      owner: '王芳',
      industry: 'x',
      size: 'x',
      budget: '1万',
      amount: '1万',
      next: '+1wd',
      screened: 'x',
      on: '今天',
    });
    await terminal.type(down, down, down, down, enter, '电话开发', enter, down, down, enter, enter);
    expect((await answer).input).toMatchObject({ source: '电话开发', priority: 'C' });
  });

  it('a no at the end leads back to any answer', async () => {
    const { terminal, answer } = startAsking({
      ...KNOWN,
      contact: '',
      industry: 'x',
      size: 'x',
      budget: '1万',
      amount: '1万',
      next: '+1wd',
      screened: 'x',
      on: '今天',
    });
    await terminal.type('陈工', enter, 'n', enter, '1', enter, '江北商行', enter, enter);
    expect((await answer).input).toMatchObject({ customer: '江北商行', contact: '陈工' });
  });

  it.each([
    { keys: ['华东', ctrlC], why: 'Ctrl-C in the middle of a word' },
    { keys: ['华东', enter, '李总', enter, ctrlC], why: 'Ctrl-C at a later question' },
  ])('$why ends it', async ({ keys }) => {
    const { terminal, answer } = startAsking(NOTHING);
    const ended = answer.catch((error: unknown) => error);
    await terminal.type(...keys);
    expect(isInterrupt(await ended)).toBe(true);
  });

  it('so does a no to everything at the end', async () => {
    const { terminal, answer } = startAsking({
      ...KNOWN,
      contact: '',
      industry: 'x',
      size: 'x',
      budget: '1万',
      amount: '1万',
      next: '+1wd',
      screened: 'x',
      on: '今天',
    });
    const ended = answer.catch((error: unknown) => error);
    await terminal.type('陈工', enter, 'n', enter, ...Array.from({ length: 14 }, () => down), enter);
    expect(isInterrupt(await ended)).toBe(true);
  });
});

/** A book with one deal of 华东机械, and a person at the keyboard. */
function startAsking(given: LeadInput) {
  const memory = newMemory();
  const calendar = buildCalendar(readMemory(memory, TODAY).holidays, { off: new Map(), work: new Map() });
  writeMemory(memory, TODAY, (book) =>
    addLead(book, { ...KNOWN, on: '2026-11-02' }, { today: TODAY, calendar, by: '王芳' }),
  );
  const terminal = openFakeTerminal();
  const reading = { book: readMemory(memory, TODAY), calendar, today: TODAY, by: '王芳' } as Reading;
  return { terminal, answer: askLead(terminal.session, reading, given) };
}
