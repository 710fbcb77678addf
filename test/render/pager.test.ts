import { describe, expect, it } from 'vitest';
import { choosePager, isLonger } from '../../src/pager.ts';

describe('the pager', () => {
  it.each([
    { env: {}, command: 'less', why: 'less, where nothing else is named' },
    { env: { PAGER: 'more -s' }, command: 'more -s', why: 'what PAGER names, for the shell' },
    {
      env: { PAGER: 'more', FUNNEL_PAGER: 'less -S' },
      command: 'less -S',
      why: 'ours before the common one',
    },
    { env: { PAGER: '' }, command: null, why: 'none, where PAGER is empty' },
    { env: { PAGER: 'cat' }, command: null, why: 'none, where it would only print' },
    { env: { FUNNEL_PAGER: '', PAGER: 'less' }, command: null, why: 'none for us alone' },
    { env: { TERM: 'dumb' }, command: null, why: 'none where a screen cannot be drawn' },
  ])('is $command: $why', ({ env, command }) => {
    expect(choosePager(env)?.command ?? null).toBe(command);
  });

  it('leaves the options of less to whoever has set them, and reads UTF-8 in any locale', () => {
    expect(choosePager({})?.args[0]).toBe('-FRX');
    expect(choosePager({ LESS: '-S' })?.args).toEqual([]);
    expect(choosePager({ LANG: 'C' })?.env.LESSCHARSET).toBe('utf-8');
    expect(choosePager({ PAGER: 'less' })?.env.LESS).toBe('FRX');
  });

  it.each([
    { text: 'a\n'.repeat(9), longer: false, why: 'nine lines and the prompt' },
    { text: 'a\n'.repeat(10), longer: true, why: 'no line is left for the prompt' },
    { text: `${'华'.repeat(200)}\n`, longer: true, why: 'one line that takes ten' },
    { text: '', longer: false, why: 'nothing' },
  ])('$longer on ten lines of forty columns: $why', ({ text, longer }) => {
    expect(isLonger(text, { columns: 40, rows: 10 })).toBe(longer);
  });
});
