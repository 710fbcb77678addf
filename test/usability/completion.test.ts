import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';

const CUSTOMERS = ['华东机械有限公司', '江南 (苏州) 商行', "O'Neil & Söhne $HOME", '换行\n公司'];
let folder = '';
/** What a shell is offered behind `funnel WORD…`; the last word is where the cursor is. */
const complete = async (shell: string, ...words: readonly string[]) =>
  (await runIn(folder, ['__complete', shell, String(words.length), 'funnel', ...words])).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-completion-'));
  await runIn(folder, ['init']);
  for (const [index, customer] of CUSTOMERS.entries()) {
    const phone = `1380000000${index}`;
    const { code, err } = await runIn(folder, [
      ...['add-lead', '--customer', customer, '--contact', '李总', '--phone', phone],
      ...['--tags', `需求${index}`, '--source', '行业展会', '--owner', '王芳'],
    ]);
    if (code !== 0) throw new Error(err);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('completion', () => {
  it.each([
    { words: ['ad'], found: ['adopt', 'add-lead', 'advance'], why: 'a verb' },
    { words: ['检'], found: ['检查'], why: 'a Chinese verb' },
    { words: ['show', '华'], found: ['华东机械有限公司'], why: 'a customer' },
    { words: ['查看', '东机'], found: ['华东机械有限公司'], why: 'the only one that holds it' },
    { words: ['advance', 'L20261123-001'], found: ['L20261123-001'], why: 'an id' },
    { words: ['advance', 'L1', '华'], found: ['华东机械有限公司'], why: 'a second deal' },
    { words: ['list', '--stage', '谈'], found: ['谈判推进'], why: 'a stage word' },
    { words: ['--lang', 'en', 'list', '--owner', ''], found: ['王芳'], why: 'behind a common option' },
    { words: ['record', '华东', 'sur'], found: ['survey'], why: 'an item' },
    { words: ['log', '--ty'], found: ['--type'], why: 'an option' },
    { words: ['help', 'exit'], found: ['exit-codes'], why: 'a topic' },
    { words: ['completion', 'f'], found: ['fish'], why: 'a shell' },
    { words: ['nope', 'x'], found: [], why: 'no such verb: files' },
    { words: ['show', '--file', '没有.xlsx', '华'], found: [], why: 'no such workbook: silence' },
  ])('$words → $found ($why)', async ({ words, found }) => {
    expect(await complete('fish', ...words)).toEqual(found);
  });

  it('offers no name that a line break would tear', async () => {
    expect((await complete('zsh', 'show', '')).filter((name) => name.startsWith('换行'))).toEqual([]);
  });

  it('leaves nothing behind: no lock, no state folder of its own', async () => {
    const before = readdirSync(folder);
    await complete('bash', 'show', '');
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each([
    { typed: '江', word: '江南\\ \\(苏州\\)\\ 商行', why: 'backslashes without a quote' },
    { typed: '"江', word: '江南 (苏州) 商行', why: 'as it is within a quote' },
    { typed: '"O', word: "O'Neil & Söhne \\$HOME", why: '$ is escaped within double quotes' },
    { typed: 'O', word: "O\\'Neil\\ \\&\\ Söhne\\ \\$HOME", why: 'everything bash would obey' },
  ])('bash: $typed → $word ($why)', async ({ typed, word }) => {
    expect(await complete('bash', 'show', typed)).toEqual([word]);
  });

  it('PowerShell: a name with spaces and quotes comes in single quotes, doubled inside', async () => {
    expect(await complete('powershell', 'show', 'O')).toEqual(["'O''Neil & Söhne $HOME'"]);
  });

  it('a shell that nobody knows is a usage error naming those there are', async () => {
    const { code, err } = await runIn(folder, ['completion', 'fihs']);
    expect([code, err]).toEqual([2, '没有「fihs」的补全;是不是 fish?\n']);
  });
});

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const real = (shell: string, script: string) => {
  writeFileSync(join(folder, 'funnel'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(folder, 'funnel'), 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
  return spawnSync(shell, ['-c', script], { cwd: folder, env, encoding: 'utf8' });
};
const BIN = join(import.meta.dirname, '../../bin/funnel.cjs');

describe('in real shells', () => {
  it.skipIf(!has('bash'))(
    'bash completes a Chinese name, and what it puts into the line is one word again',
    () => {
      const { stdout, stderr } = real(
        'bash',
        `source <(funnel completion bash)
for typed in 华 江 O; do
  COMP_WORDS=(funnel show "$typed"); COMP_CWORD=2; _funnel
  eval "set -- \${COMPREPLY[0]}"; printf '%s|%s\\n' $# "$1"
done`,
      );
      expect([stdout, stderr]).toEqual([`1|${CUSTOMERS[0]}\n1|${CUSTOMERS[1]}\n1|${CUSTOMERS[2]}\n`, '']);
    },
  );

  it.skipIf(!has('fish'))('fish completes a Chinese name', () => {
    const { stdout } = real('fish', "funnel completion fish | source; complete -C 'funnel show 华'");
    expect(stdout).toBe(`${CUSTOMERS[0]}\tL20261123-001\n`);
  });

  it.skipIf(!has('zsh'))('zsh takes the script', () => {
    const { status, stderr } = real('zsh', 'source <(funnel completion zsh) && (( $+functions[_funnel] ))');
    expect([status, stderr]).toEqual([0, '']);
  });
});
