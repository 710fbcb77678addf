import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/message.ts';
import { isInterrupt } from '../../src/prompt/interrupt.ts';
import { askConfirm, askText, chooseMany, chooseOne } from '../../src/prompt/question.ts';
import { KEYS, openFakeTerminal } from './fake-terminal.ts';

const NAME: Message = { zh: '客户名称', en: 'Customer' };
const CHOICES = ['行业展会', '官网表单', '合作伙伴推荐'].map((value) => ({
  value,
  label: { zh: value, en: value },
}));
const { left, home, enter, backspace, down, up, ctrlC, ctrlD } = KEYS;

describe('a line of text', () => {
  it.each([
    {
      keys: ['abcd', left, left, '中文输入', enter],
      text: 'ab中文输入cd',
      why: 'an input method commits several characters in mid-line',
    },
    {
      keys: ['有限公司', home, '华东机械', enter],
      text: '华东机械有限公司',
      why: 'and before the first one',
    },
    {
      keys: ['华东公司', left, left, '机械', '有限', enter],
      text: '华东机械有限公司',
      why: 'two commits, one after the other',
    },
    { keys: ['ab', left, '😀好', enter], text: 'a😀好b', why: 'a character of two UTF-16 units' },
    {
      keys: ['华东', left, backspace, '江', enter],
      text: '江东',
      why: 'Backspace takes the whole character before the cursor',
    },
    {
      keys: [Buffer.from('中').subarray(0, 2), Buffer.from('中').subarray(2), enter],
      text: '中',
      why: 'a character that arrives in two reads',
    },
    { keys: ['ab', '\x1b', '[', 'D', '中', enter], text: 'a中b', why: 'an arrow key that arrives in three' },
    { keys: ['  华东  ', enter], text: '华东', why: 'spaces around it are none of it' },
    { keys: [enter], text: '', why: 'nothing, where nothing is needed' },
  ])('$why', async ({ keys, text }) => {
    const terminal = openFakeTerminal();
    const answer = askText(terminal.session, { message: NAME });
    await terminal.type(...keys);
    expect(await answer).toBe(text);
  });

  it('says at once what is wrong, and keeps the line to be put right', async () => {
    const terminal = openFakeTerminal();
    const validate = (text: string) =>
      /^\d+$/.test(text) ? null : { zh: `「${text}」不是电话`, en: 'no phone' };
    const answer = askText(terminal.session, { message: NAME, validate });
    await terminal.type('138x', enter);
    await terminal.shows('「138x」不是电话');
    await terminal.type(backspace, '00', enter);
    expect(await answer).toBe('13800');
  });

  it('Enter alone takes the initial value', async () => {
    const terminal = openFakeTerminal();
    const answer = askText(terminal.session, { message: NAME, initial: '今天' });
    await terminal.type(enter);
    expect(await answer).toBe('今天');
  });

  it('a message from a cell cannot steer the terminal', async () => {
    const terminal = openFakeTerminal();
    const answer = askText(terminal.session, { message: { zh: '客户\x1b]0;x\x07', en: '' } });
    await terminal.type(enter);
    await answer;
    expect(terminal.raw()).not.toContain('\x1b]0');
  });
});

describe('a choice', () => {
  it.each([
    { keys: [enter], value: '行业展会', why: 'the first stands ready' },
    { keys: [down, enter], value: '官网表单', why: 'an arrow moves on' },
    { keys: ['3', enter], value: '合作伙伴推荐', why: 'a number names its line' },
    { keys: [down, down, down, enter], value: null, why: 'the last line is none of these' },
    { keys: [down, up, up, enter], value: '行业展会', why: 'it stops at the top' },
  ])('$why', async ({ keys, value }) => {
    const terminal = openFakeTerminal();
    const answer = chooseOne(terminal.session, NAME, CHOICES);
    await terminal.type(...keys);
    expect(await answer).toBe(value);
  });

  it('several are ticked with the space bar, and none is not enough', async () => {
    const terminal = openFakeTerminal();
    const answer = chooseMany(terminal.session, NAME, CHOICES);
    await terminal.type(enter);
    await terminal.shows('至少选一项');
    await terminal.type(' ', down, down, ' ', enter);
    expect(await answer).toEqual(['行业展会', '合作伙伴推荐']);
  });

  it.each([
    { keys: [enter], initial: true, yes: true },
    { keys: [enter], initial: false, yes: false },
    { keys: ['n', enter], initial: true, yes: false },
    { keys: ['y', enter], initial: false, yes: true },
    { keys: ['x', enter, backspace, 'y', enter], initial: false, yes: true },
  ])('yes or no: $keys with $initial ready is $yes', async ({ keys, initial, yes }) => {
    const terminal = openFakeTerminal();
    const answer = askConfirm(terminal.session, NAME, initial);
    await terminal.type(...keys);
    expect(await answer).toBe(yes);
    expect(terminal.screen()).toContain(initial ? '(Y/n)' : '(y/N)');
  });
});

describe('leaving', () => {
  it.each([
    { key: ctrlC, why: 'Ctrl-C' },
    { key: ctrlD, why: 'Ctrl-D' },
  ])('$why is an interrupt, whatever stands in the line', async ({ key }) => {
    const terminal = openFakeTerminal();
    const answer = askText(terminal.session, { message: NAME }).catch((error: unknown) => error);
    await terminal.type('华东', key);
    expect(isInterrupt(await answer)).toBe(true);
  });

  it('so is a terminal that goes away', async () => {
    const terminal = openFakeTerminal();
    const answer = chooseOne(terminal.session, NAME, CHOICES).catch((error: unknown) => error);
    await terminal.type(down);
    terminal.hangUp();
    expect(isInterrupt(await answer)).toBe(true);
  });
});

describe('what is shown', () => {
  it('has no colour where none is wanted', async () => {
    const terminal = openFakeTerminal('zh', { NO_COLOR: '1' });
    const answer = chooseOne(terminal.session, NAME, CHOICES);
    await terminal.type(enter);
    await answer;
    expect(
      terminal
        .raw()
        .split('\x1b[')
        .filter((piece) => /^[0-9;]*m/.test(piece)),
    ).toEqual([]);
  });

  it('speaks the language of the session', async () => {
    const [zh, en] = [openFakeTerminal('zh'), openFakeTerminal('en')];
    for (const terminal of [zh, en]) {
      const answer = chooseOne(terminal.session, NAME, CHOICES);
      await terminal.type(enter);
      await answer;
    }
    expect(zh.screen()).toContain('↑↓ 移动');
    expect(zh.screen()).toContain('都不是');
    expect(en.screen()).toContain('↑↓ navigate');
    expect(en.screen()).toContain('none of these');
  });
});
