import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandText } from '../../src/core/paste.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// Every command that is printed on a run with --file names the workbook itself: pasted into the same folder it works.

const folder = mkdtempSync(join(tmpdir(), 'funnel-file-'));
const FILE = '团队 表/book 1.xlsx';
const TAIL = `--file "${FILE}"`;
const funnel = (line: string) => runIn(folder, splitWords(`${line} ${TAIL}`));
/** Commands with nothing left open (…) that stand alone on their line or behind a colon. */
const printed = (text: string) =>
  [...text.matchAll(/(?:^\s*(?:→ )?|[:：(] ?)(funnel [^\n。;;)]*)/gm)].map(([, command = '']) =>
    command.trim(),
  );

beforeAll(async () => {
  mkdirSync(join(folder, '团队 表'));
  const made = await runIn(folder, ['init', FILE, '--sample']);
  expect(printed(made.out + made.err)).toEqual([`funnel check ${TAIL}`]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a command printed on a run with --file', () => {
  it.each([
    { file: null, words: ['log', '甲方'], printed: 'funnel log 甲方', why: 'no --file' },
    { file: FILE, words: ['log', '甲方'], printed: `funnel log 甲方 ${TAIL}`, why: 'repeated' },
    {
      file: "王's/a.xlsx",
      words: ['undo'],
      printed: 'funnel undo --file …',
      why: 'a path no shell may read is left open',
    },
    { file: FILE, words: ['log', '$x'], printed: `funnel log … ${TAIL}`, why: 'so is a cell' },
    { file: '$a.xlsx', words: ['log', '$x'], printed: 'funnel log … --file …', why: 'or both' },
  ])('$printed ($why)', ({ file, words: [verb = '', ...words], printed }) => {
    expect(commandText({ named: file }, verb, ...words)).toBe(printed);
  });

  it.each([
    ['check', 10],
    ['check --legacy --all', 10],
    ['why 华东', 0],
    ['list 没有这家', 0],
    ['show 没有这家', 2],
    ['undo', 4],
    ['add-lead --customer 甲方', 2],
  ])('%s: each names the workbook', async (line, code) => {
    const customer = JSON.parse((await funnel('list --stage 需求挖掘 --limit 1 --json')).out)[0].id;
    const ran = await funnel(line.replace('华东', customer));
    expect(ran.code).toBe(code);
    for (const command of printed(ran.out + ran.err)) expect(command).toContain(TAIL);
  });

  it('works as it stands: every `next` of check finds its 商机 in the workbook', async () => {
    const { findings, movable } = JSON.parse((await funnel('check --json')).out);
    const commands: string[] = [...findings.map(({ next }: { next: string }) => next), movable.next];
    const given = [...new Set(commands.filter(Boolean))].slice(0, 30);
    expect(given.length).toBeGreaterThan(10);
    for (const command of given) {
      expect(command.endsWith(TAIL)).toBe(true);
      const { out } = await runIn(folder, [...splitWords(command.replace(/^funnel /, '')), '--json']);
      // Done, a refusal that names what is missing, or the flags it still needs: never a file or a 商机 not found.
      const { error } = JSON.parse(out);
      expect([command, error?.code ?? 'usage']).toEqual([
        command,
        expect.stringMatching(/^(usage|refused)$/),
      ]);
    }
  });

  it('a refusal prints each record command with it, and leaves argv as the contract has it', async () => {
    const [{ id }] = JSON.parse((await funnel('list --stage 谈判推进 --limit 1 --json')).out);
    const refused = await funnel(`advance ${id}`);
    expect(refused.code).toBe(4);
    const commands = printed(refused.err);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(command).toMatch(new RegExp(`^funnel record ${id} [a-z-]+ ${TAIL}$`));
    const { error } = JSON.parse((await funnel(`advance ${id} --json`)).out);
    for (const { argv, item } of error.missing) expect(argv).toEqual(['record', id, item]);
  });

  it('a write says how it is undone, and that undoes it', async () => {
    const [{ id }] = JSON.parse((await funnel('list --stage 谈判推进 --limit 1 --json')).out);
    const { out } = await funnel(`log ${id} 打了电话`);
    const [undo = ''] = printed(out);
    expect(undo).toBe(`funnel undo ${TAIL}`);
    expect((await runIn(folder, splitWords(undo.replace(/^funnel /, '')))).code).toBe(0);
  });

  it('without --file none names a workbook', async () => {
    const { out } = await runIn(join(folder, '团队 表'), ['check']);
    expect(printed(out).length).toBeGreaterThan(0);
    expect(out).not.toContain('--file');
  });
});
