import { describe, expect, it } from 'vitest';
import { TOPICS } from '../../src/commands/help-topics.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { CHINESE_VERBS } from '../../src/commands/verbs.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const FOLDER = import.meta.dirname;

describe('Chinese verbs', () => {
  it('every command has one', () => {
    expect(COMMANDS.filter(({ name }) => !CHINESE_VERBS[name]?.length)).toEqual([]);
  });

  it('none of them means two commands', () => {
    const words = Object.values(CHINESE_VERBS).flat();
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it.each(['今天', '新增', '跟进', '推进', '检查', '报表', '撤销', '列表', '查', '查看', '导入'])(
    '%s is a command',
    async (verb) => {
      const { code, out } = await runIn(FOLDER, [verb, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(verb);
    },
  );

  it.each([
    { typed: '检察', near: '检查', why: 'one character of two' },
    { typed: '新增线', near: '新增线索', why: 'one is missing' },
    { typed: 'add-laed', near: 'add-lead', why: 'English ones all the same' },
  ])('$typed: did you mean $near? ($why)', async ({ typed, near }) => {
    const { code, err } = await runIn(FOLDER, [typed]);
    expect(code).toBe(2);
    expect(err).toContain(`是不是 `);
    expect(err).toContain(near);
  });

  it('--help shows them to those who read Chinese, the arguments to everybody', async () => {
    expect((await runIn(FOLDER, ['--help'])).out).toMatch(/ log 跟进 <deal> \[text\.\.\.\] /);
    expect((await runIn(FOLDER, ['--help', '--lang', 'en'])).out).toMatch(/ log <deal> \[text\.\.\.\] /);
  });
});

describe('help', () => {
  it.each(TOPICS.flatMap(({ name, also }) => [name, ...also]))(
    'help %s is a page in both languages',
    async (word) => {
      for (const lang of ['zh', 'en']) {
        const { code, out } = await runIn(FOLDER, ['help', word, '--lang', lang]);
        expect(code).toBe(0);
        expect(out.split('\n').length).toBeGreaterThan(4);
      }
    },
  );

  it('no topic is hidden behind a command of its name', () => {
    const commands = [...COMMANDS.map(({ name }) => name), ...Object.values(CHINESE_VERBS).flat()];
    expect(
      TOPICS.flatMap(({ name, also }) => [name, ...also]).filter((word) => commands.includes(word)),
    ).toEqual([]);
  });

  it.each([
    { words: ['help', '--nope'], why: 'an unknown option' },
    { words: ['help', 'nope'], why: 'neither a command nor a topic' },
    { words: ['help', 'log', 'show'], why: 'two words' },
    { words: ['log', '--nope'], why: 'an unknown option of a command' },
  ])('$words ends with 2: $why', async ({ words }) => {
    const { code, out, err } = await runIn(FOLDER, words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });

  it('without a terminal funnel alone prints the help', async () => {
    const bare = await runIn(FOLDER, []);
    expect(bare).toEqual(await runIn(FOLDER, ['help']));
    expect(bare.code).toBe(0);
  });
});
