import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/message.ts';
import { isInterrupt } from '../../src/interrupt.ts';
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

  it.each([
    { typed: '１３８－００００', meant: '138-0000', why: 'digits and dashes' },
    { typed: 'Ｌｉ　Ｍｉｎｇ', meant: 'Li Ming', why: 'letters and spaces' },
    { typed: '华东（上海）ＡＢＣ', meant: '华东（上海）ＡＢＣ', why: 'a text in Chinese is as it was typed' },
  ])('full width is read as meant: $why', async ({ typed, meant }) => {
    const terminal = openFakeTerminal();
    const answer = askText(terminal.session, { message: NAME });
    await terminal.type(typed, enter);
    expect(await answer).toBe(meant);
    expect(terminal.screen().includes(`→ ${meant}`)).toBe(typed !== meant);
  });

  it('shows what an answer was understood as', async () => {
    const terminal = openFakeTerminal();
    const means = (text: string) => ({ zh: `${text.length} 位`, en: '' });
    const answer = askText(terminal.session, { message: NAME, means });
    await terminal.type('138', enter);
    expect(await answer).toBe('138');
    expect(terminal.screen()).toContain('138 → 3 位');
  });

  it('two answers that arrive in one piece answer two questions', async () => {
    const terminal = openFakeTerminal();
    const first = askText(terminal.session, { message: NAME });
    await terminal.type(`华东${enter}李总${enter}`);
    expect(await first).toBe('华东');
    expect(await askText(terminal.session, { message: NAME })).toBe('李总');
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

  it.each([
    { keys: ['官网', enter], value: '官网表单', why: 'a part of it, in Chinese' },
    { keys: ['２', enter], value: '官网表单', why: 'its number in full width' },
    { keys: ['hyzh', enter], value: '行业展会', why: 'its initials, 行 read háng' },
    { keys: ['guanwang', enter], value: '官网表单', why: 'its pinyin in full' },
    { keys: ['tuijian', enter], value: '合作伙伴推荐', why: 'the pinyin of a part' },
    { keys: ['官网', backspace, backspace, '合作', enter], value: '合作伙伴推荐', why: 'another part' },
    { keys: ['电话开发', enter], value: '电话开发', why: 'a new one, where there may be' },
    { keys: ['官网', '表单', enter], value: '官网表单', why: 'a known one typed whole is none that is new' },
  ])('finds a line by what is typed: $why', async ({ keys, value }) => {
    const terminal = openFakeTerminal();
    const answer = chooseOne(terminal.session, NAME, CHOICES, {
      other: (typed) => ({ zh: `新:${typed}`, en: `new: ${typed}` }),
    });
    await terminal.type(...keys);
    expect(await answer).toBe(value);
  });

  it('takes nothing for an answer that fits no line', async () => {
    const terminal = openFakeTerminal();
    const answer = chooseOne(terminal.session, NAME, CHOICES);
    await terminal.type('没有的', enter);
    await terminal.shows('没有这一项');
    await terminal.type(backspace, backspace, backspace, enter);
    expect(await answer).toBe('行业展会');
  });

  it('several are ticked with the space bar, and none is not enough', async () => {
    const terminal = openFakeTerminal();
    const answer = chooseMany(terminal.session, NAME, CHOICES);
    await terminal.type(enter);
    await terminal.shows('至少选一项');
    await terminal.type(' ', down, down, ' ', enter);
    expect(await answer).toEqual(['行业展会', '合作伙伴推荐']);
  });

  it.each(['<', '《'])(
    'a %s leads back from a list to be ticked, and what was ticked stands ready',
    async (word) => {
      const terminal = openFakeTerminal();
      const left = chooseMany(terminal.session, NAME, CHOICES);
      await terminal.type(' ', word);
      expect(await left).toBeNull();
      const again = chooseMany(terminal.session, NAME, CHOICES, ['行业展会', '合作伙伴推荐']);
      await terminal.type(enter);
      expect(await again).toEqual(['行业展会', '合作伙伴推荐']);
    },
  );

  it.each([
    { keys: [enter], initial: true, yes: true },
    { keys: [enter], initial: false, yes: false },
    { keys: ['n', enter], initial: true, yes: false },
    { keys: ['y', enter], initial: false, yes: true },
    { keys: ['x', enter, backspace, 'y', enter], initial: false, yes: true },
    ...['是', '好', '好的', 'ｙ', 'Y', '1', '１', 'yes', 'ok'].map((word) => ({
      keys: [word, enter],
      initial: false,
      yes: true,
    })),
    ...['否', '不', '不要', 'ｎ', '0', '０', 'no'].map((word) => ({
      keys: [word, enter],
      initial: true,
      yes: false,
    })),
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

describe.each([
  { name: 'a terminal that cannot draw (TERM=dumb)', env: { TERM: 'dumb' }, options: {} },
  { name: 'a screen reader (--plain)', env: {}, options: { plain: true } },
])('$name', ({ env, options }) => {
  const open = () => openFakeTerminal('zh', env, options);

  it('asks in lines, and never moves the cursor', async () => {
    const terminal = open();
    const validate = (text: string) => (text === '甲' ? { zh: '不要甲', en: '' } : null);
    const text = askText(terminal.session, { message: NAME, initial: '今天', validate });
    await terminal.type('甲\n', '乙\n');
    expect(await text).toBe('乙');
    const kept = askText(terminal.session, { message: NAME, initial: '今天' });
    await terminal.type('\n');
    expect(await kept).toBe('今天');
    const yes = askConfirm(terminal.session, NAME, false);
    await terminal.type('也许\n', '好\n');
    expect(await yes).toBe(true);
    expect(terminal.screen()).toContain('? 客户名称 [今天]: > 不要甲');
    expect(terminal.raw()).not.toContain('\x1b');
  });

  it.each([
    { lines: ['\n'], value: '行业展会', why: 'Enter takes what stands ready' },
    { lines: ['2\n'], value: '官网表单', why: 'a number' },
    { lines: ['合作\n'], value: '合作伙伴推荐', why: 'a part of one' },
    { lines: ['hzhb\n'], value: '合作伙伴推荐', why: 'its initials' },
    { lines: ['9\n', '4\n'], value: null, why: 'a number that is none is asked for again' },
  ])('chooses by number or words: $why', async ({ lines, value }) => {
    const terminal = open();
    const answer = chooseOne(terminal.session, NAME, CHOICES);
    await terminal.type(...lines);
    expect(await answer).toBe(value);
  });

  it.each([
    { lines: ['官网\n'], value: '官网表单', why: 'a part of a known one is that one' },
    { lines: ['电话开发\n'], value: '电话开发', why: 'what fits none is new' },
    { lines: ['合\n'], value: '合作伙伴推荐', why: 'one character is enough' },
    { lines: ['表\n', '3\n'], value: '报表系统', why: 'several are asked about' },
  ])('takes a new one where there may be: $why', async ({ lines, value }) => {
    const terminal = open();
    const label = { zh: '报表系统', en: '报表系统' };
    const choices = [...CHOICES.slice(1), { value: '报表系统', label }];
    const answer = chooseOne(terminal.session, NAME, choices, {
      other: (typed) => ({ zh: `新:${typed}`, en: `new: ${typed}` }),
    });
    await terminal.type(...lines);
    expect(await answer).toBe(value);
    expect(terminal.screen()).toContain(`${value}\n`);
  });

  it('ticks by numbers', async () => {
    const terminal = open();
    const answer = chooseMany(terminal.session, NAME, CHOICES);
    await terminal.type('\n', '3，1\n');
    expect(await answer).toEqual(['行业展会', '合作伙伴推荐']);
    const all = chooseMany(terminal.session, NAME, CHOICES);
    await terminal.type('全部\n');
    expect(await all).toHaveLength(3);
    const again = chooseMany(terminal.session, NAME, CHOICES, ['行业展会', '合作伙伴推荐']);
    await terminal.type('\n');
    expect(await again).toEqual(['行业展会', '合作伙伴推荐']);
    const left = chooseMany(terminal.session, NAME, CHOICES);
    await terminal.type('<\n');
    expect(await left).toBeNull();
  });

  it('what was typed ahead answers the next question', async () => {
    const terminal = open();
    const first = askText(terminal.session, { message: NAME });
    await terminal.type('甲\r\n乙\n');
    expect(await first).toBe('甲');
    expect(await askText(terminal.session, { message: NAME })).toBe('乙');
  });

  it.each([{ how: 'interrupt' }, { how: 'hang-up' }])('$how ends it', async ({ how }) => {
    const terminal = open();
    const answer = askText(terminal.session, { message: NAME }).catch((error: unknown) => error);
    await terminal.type('半句');
    if (how === 'interrupt') terminal.interrupt();
    else terminal.hangUp();
    expect(isInterrupt(await answer)).toBe(true);
  });
});
