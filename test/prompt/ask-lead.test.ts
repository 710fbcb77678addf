import { describe, expect, it } from 'vitest';
import { addLead, type LeadInput } from '../../src/core/add-lead.ts';
import { buildCalendar } from '../../src/core/calendar.ts';
import { parseIsoDay } from '../../src/core/date.ts';
import type { Lang } from '../../src/core/message.ts';
import { isInterrupt } from '../../src/interrupt.ts';
import { askLead } from '../../src/prompt/ask-lead.ts';
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
/** Nobody the book knows. */
const OTHER: LeadInput = {
  ...KNOWN,
  customer: '江北商行',
  contact: '陈工',
  phone: '13900000000',
  tags: '询价',
};

describe('asking for a lead, as on the phone', () => {
  it('asks in order, puts wrong answers right at once, warns of a known customer, and confirms once', async () => {
    const { terminal, answer } = startAsking(NOTHING);
    await terminal.type('华东机械', enter);
    await terminal.shows('这个客户已有 华东机械有限公司 L20261102-001(线索获取,王芳)');
    await terminal.type(enter, '张工', enter, '1380000000', enter);
    await terminal.shows('「1380000000」不像电话');
    await terminal.type('0', enter);
    await terminal.shows('→ 手机 138 0000 0000');
    await terminal.type('需要ERP，预算10-20万', enter);
    await terminal.shows('→ 需要ERP、预算10-20万');
    await terminal.type(
      '老客',
      enter,
      '通过',
      enter,
      '行业规模相符',
      enter,
      '制造业',
      enter,
      enter,
      '2026-02-30',
      enter,
    );
    await terminal.shows('「2026-02-30」不是日期');
    await terminal.type(...Array.from({ length: 10 }, () => backspace), '+3工作日', enter);
    await terminal.shows('→ 2026-11-26 周四');
    await terminal.shows(
      /新线索[\s\S]*客户名称 +华东机械[\s\S]*来源优先级 +A[\s\S]*录入日期 +2026-11-23\(今天\)[\s\S]*写入\?/,
    );
    expect(terminal.screen()).toContain('未填:客户规模、预算范围、预计金额、预计成交日期');
    await terminal.type(enter);
    expect(await answer).toEqual({
      input: {
        ...NOTHING,
        customer: '华东机械',
        contact: '张工',
        phone: '13800000000',
        tags: '需要ERP，预算10-20万',
        source: '老客户复购',
        owner: '王芳',
        industry: '制造业',
        next: '2026-11-26',
        screened: '行业规模相符',
      },
      said: [expect.objectContaining({ zh: expect.stringContaining('这个客户已有') })],
    });
  });

  it('asks only for what the flags left out', async () => {
    const { terminal, answer } = startAsking({
      ...KNOWN,
      customer: '江北商行',
      phone: '13900000000',
      contact: '',
    });
    await terminal.type('陈工', enter, enter, enter, enter);
    expect(inputOf(await answer).contact).toBe('陈工');
    expect(terminal.screen()).not.toContain('? 客户名称');
    expect(terminal.screen()).not.toContain('? 来源渠道');
  });

  it('the channel of one’s last lead stands ready, and a new one is asked for its priority', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, source: '' });
    await terminal.shows('❯ 3. 行业展会(A)');
    await terminal.type('电话开发');
    await terminal.shows('新渠道「电话开发」');
    await terminal.type(enter, 'C', enter, enter, enter, enter);
    expect(inputOf(await answer)).toMatchObject({ source: '电话开发', priority: 'C' });
  });

  it.each([
    { word: '<', why: 'the sign' },
    { word: '《', why: 'what a Chinese keyboard makes of it' },
    { word: '上一步', why: 'the word' },
    { word: 'back', why: 'the English word' },
  ])('goes back to earlier questions ($why), whose answers stand ready', async ({ word }) => {
    const { terminal, answer } = startAsking({ ...NOTHING, ...OTHER, customer: '', contact: '', phone: '' });
    await terminal.type(word, enter);
    await terminal.shows('已是第一项');
    await terminal.type('江北商行', enter, '陈工', enter, word, enter);
    await terminal.shows('? 联系人 (陈工)');
    await terminal.type(word, enter);
    await terminal.shows('? 客户名称 (江北商行)');
    await terminal.type('江南商行', enter, enter, '13900000000', enter);
    // Out of a list, and out of the confirmation.
    await terminal.shows('? 初步筛选');
    await terminal.type('<', enter);
    await terminal.shows('? 联系方式 (13900000000)');
    await terminal.type(enter, enter, enter);
    await terminal.shows('写入?');
    await terminal.type(word, enter);
    await terminal.shows(/写入\?[\s\S]*下次跟进日期/);
    await terminal.type(enter, enter);
    expect(inputOf(await answer)).toMatchObject({
      customer: '江南商行',
      contact: '陈工',
      phone: '13900000000',
    });
  });

  it.each([
    { keys: ['n', enter, '1', enter, '江南商行', enter], why: 'a no leads to a list' },
    { keys: ['客户名称', enter, '江南商行', enter], why: 'its name leads straight there' },
    { keys: ['customer', enter, '江南商行', enter], why: 'in English too' },
    {
      keys: ['n', enter, '<', enter, '客户名', enter, '江南商行', enter],
      why: 'and nothing need be changed',
    },
  ])('any answer can be changed at the end: $why', async ({ keys }) => {
    const { terminal, answer } = startAsking({ ...OTHER, contact: '' });
    await terminal.type('陈工', enter, enter, enter, ...keys, enter);
    expect(inputOf(await answer)).toMatchObject({ customer: '江南商行', contact: '陈工' });
  });

  it('what is not asked is filled in by its name, and emptied again by a dash', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, contact: '' });
    await terminal.type('陈工', enter, enter, enter);
    await terminal.type('金额', enter, '１５万', enter);
    await terminal.shows(/预计金额 +15万/);
    await terminal.type(
      '成交',
      enter,
      '月底',
      enter,
      '录入',
      enter,
      '昨天',
      enter,
      '行业',
      enter,
      'x',
      enter,
    );
    await terminal.shows(/所属行业 +x/);
    await terminal.type('行业', enter, '-', enter, '录入', enter, '明天', enter);
    await terminal.shows('2026-11-24 在今天之后');
    await terminal.type(backspace, backspace, '昨天', enter, enter);
    expect(inputOf(await answer)).toMatchObject({
      amount: '15万',
      close: '2026-11-30',
      on: '2026-11-22',
      industry: '',
    });
  });

  it.each([
    { keys: [down, enter], result: { command: 'log', id: 'L20261102-001' }, why: 'a follow-up there' },
    { keys: ['<', enter, '江北', enter], result: '江北', why: 'or the answer was wrong' },
  ])('a known customer need not be entered again: $why', async ({ keys, result }) => {
    const { terminal, answer } = startAsking({ ...OTHER, customer: '' });
    await terminal.type('华东机械', enter);
    await terminal.shows('怎么办?');
    await terminal.type(...keys);
    if (typeof result === 'string') {
      await terminal.type(enter, enter, enter);
      expect(inputOf(await answer).customer).toBe(result);
    } else expect(await answer).toEqual(result);
  });

  it('a customer with a contract may buy again', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, customer: '' }, [
      '合同签订日期=2026-11-20',
      '合同编号=HT-1',
    ]);
    await terminal.type('华东机械', enter, '复购', enter);
    expect(await answer).toEqual({ command: 'repurchase', id: 'L20261102-001' });
  });

  it('a phone that came with the command line is told to be known at once', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, phone: '138-0000-0000', contact: '' });
    await terminal.shows('这个联系方式已有 华东机械有限公司');
    await terminal.type(enter, '陈工', enter, enter, enter, enter);
    expect(inputOf(await answer).contact).toBe('陈工');
  });

  it('a lead is screened out with its reason, and nothing is asked that it needs no more', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, contact: '' });
    await terminal.type('陈工', enter, '不通过', enter, '需求不符', enter);
    await terminal.shows(/初步筛选 +无效线索:需求不符/);
    await terminal.type(enter);
    expect(inputOf(await answer)).toMatchObject({ invalid: '需求不符', screened: '' });
    expect(terminal.screen()).not.toContain('? 下次跟进日期');
  });

  it('a wrong phone that is all there is screens it out', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, phone: '' });
    await terminal.type('1380', enter);
    await terminal.shows('再答一次,按「联系方式错误」剔除');
    await terminal.type(enter);
    await terminal.shows(/初步筛选 +无效线索:联系方式错误/);
    await terminal.type(enter);
    expect(inputOf(await answer)).toMatchObject({ phone: '1380', invalid: '联系方式错误' });
    expect(terminal.screen()).not.toContain('? 初步筛选');
  });

  it.each([
    { keys: ['华东', ctrlC], kept: null, why: 'Ctrl-C in the middle of a word' },
    { keys: ['江北', enter, '李总', enter, ctrlC], kept: '李总', why: 'Ctrl-C at a later question' },
    {
      keys: ['江北', enter, '李总', enter, '13900000000', enter, enter, enter, 'n', enter, '放弃', enter],
      kept: '李总',
      why: 'a no to everything',
    },
  ])('$why ends it, and the answers so far are known', async ({ keys, kept }) => {
    const { terminal, answer, answers } = startAsking({ ...OTHER, customer: '', contact: '', phone: '' });
    const ended = answer.catch((error: unknown) => error);
    await terminal.type(...keys);
    expect(isInterrupt(await ended)).toBe(true);
    expect(answers.at(-1)?.contact ?? null).toBe(kept);
  });

  it('speaks English', async () => {
    const { terminal, answer } = startAsking({ ...OTHER, phone: '' }, [], 'en');
    await terminal.type('13900000000', enter);
    await terminal.shows('→ mobile 139 0000 0000');
    await terminal.type('later', enter, 'fri', enter);
    await terminal.shows('→ 2026-11-27 Fri');
    await terminal.type('amount', enter, '10-20万', enter);
    await terminal.shows('¥100,000–¥200,000');
    await terminal.shows(/New lead[\s\S]*Not filled in: Screening, Industry, Size/);
    await terminal.type('yes', enter);
    expect(inputOf(await answer)).toMatchObject({ next: '2026-11-27', amount: '10-20万' });
    expect(
      terminal
        .screen()
        .replace(/[^\p{Script=Han}]/gu, '')
        .replace(/江北商行|陈工|行业展会|询价|王芳|万/g, ''),
    ).toBe('');
  });
});

function inputOf(asked: Awaited<ReturnType<typeof askLead>>): LeadInput {
  if ('command' in asked) throw new Error(asked.command);
  return asked.input;
}

/** A book with one deal of 华东机械, and a person at the keyboard. */
function startAsking(given: LeadInput, set: readonly string[] = [], lang: Lang = 'zh') {
  const memory = newMemory();
  const calendar = buildCalendar(readMemory(memory, TODAY).holidays, { off: new Map(), work: new Map() });
  writeMemory(memory, TODAY, (book) =>
    addLead(book, { ...KNOWN, on: '2026-11-02', set }, { today: TODAY, calendar, by: '王芳' }),
  );
  const terminal = openFakeTerminal(lang);
  const reading = { book: readMemory(memory, TODAY), calendar, today: TODAY, by: '王芳' } as Reading;
  const answers: LeadInput[] = [];
  const answer = askLead(terminal.session, reading, given, (input) => answers.push(input));
  return { terminal, answer, answers };
}
