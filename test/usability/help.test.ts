import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { displayWidth } from '../../src/core/text.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const FOLDER = import.meta.dirname;
const help = async (words: readonly string[], lang: string) =>
  (await runIn(FOLDER, [...words, '--help', '--lang', lang])).out.split('\n');

describe.each(['zh', 'en'])('help in %s at 80 columns', (lang) => {
  it.each(COMMANDS.map(({ name }) => name))(
    '%s: no line is wider, but commands to be pasted',
    async (name) => {
      const lines = await help([name], lang);
      expect(lines.length).toBeGreaterThan(10);
      const wide = lines.filter((line) => displayWidth(line) > 80);
      expect(wide.filter((line) => !/^ {2}funnel \S/.test(line))).toEqual([]);
    },
  );

  it('the list of commands: two lines each at most, none wider', async () => {
    const lines = await help([], lang);
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
    const list = lines.slice(lines.findIndex((line) => /^(命令|Commands):/.test(line)) + 1);
    const long = list.filter(
      (line, index) => index > 1 && /^ {20}/.test(line) && /^ {20}/.test(list[index - 1] ?? ''),
    );
    // help itself names every topic.
    expect(long.filter((line) => !/stages|holidays|files/.test(line))).toEqual([]);
  });
});

describe('help in English', () => {
  it('says no amount in 万 but in examples, and no option or summary without a translation', async () => {
    for (const { name, summary, brief, options } of COMMANDS) {
      for (const text of [summary, brief, ...options.map((option) => option.text)]) {
        if (text === undefined) continue;
        // Names of sheets and of what people type are the workbook's own.
        expect(text.en, name).toMatch(/[A-Za-z]{2}/);
        expect(text.en.replace(/万元/g, ''), name).not.toMatch(/万|。|，/);
      }
    }
  });

  it('what goes on from a line of a list stands deeper than the line', async () => {
    const { out } = await runIn('.', ['help', 'dates', '--lang', 'en']);
    expect(out).toMatch(/\n {2}\+10d .*\n {4}\S.*\n\n/);
  });
});
