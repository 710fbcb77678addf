import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agreeToLarge, type LargeChange } from '../../src/large-change.ts';
import type { Reading } from '../../src/read-book.ts';
import { KEYS, openFakeTerminal } from '../prompt/fake-terminal.ts';
import { bytesOf, STORES } from '../store/stores.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { freshFolder } from './support.ts';

interface Case {
  readonly why: string;
  /** Rows of 王芳, who hands over, and of somebody else. */
  readonly mine: number;
  readonly others: number;
  readonly line: string;
  readonly asks: string | null;
}

const HAND_OVER = 'assign 李强 --from 王芳';
const CASES: readonly Case[] = [
  { why: '100 rows are not more than 100', mine: 100, others: 0, line: HAND_OVER, asks: null },
  { why: '101 rows, all there are', mine: 101, others: 0, line: HAND_OVER, asks: '101 行(共 101 行,100%)' },
  { why: '20 % are not more than 20 %', mine: 101, others: 404, line: HAND_OVER, asks: null },
  { why: 'a little more than 20 %', mine: 101, others: 403, line: HAND_OVER, asks: '101 行(共 504 行,20%)' },
  { why: 'one row of many', mine: 1, others: 150, line: 'log 王芳1号 打了电话', asks: null },
  {
    why: 'rows that are added touch none',
    mine: 1,
    others: 1,
    line: 'import 名单/名单.csv --source 行业展会',
    asks: null,
  },
];

describe.each(STORES.slice(0, 2))('a write into many rows of $name', (store) => {
  const table = (mine: number, others: number) => [
    ['客户名称', '当前阶段', '销售负责人'],
    ...Array.from({ length: mine }, (_, index) => [`王芳${index + 1}号`, '线索获取', '王芳']),
    ...Array.from({ length: others }, (_, index) => [`别人${index + 1}号`, '线索获取', '赵六']),
  ];

  it.each(CASES)('$line: $why', async ({ mine, others, line, asks }) => {
    const folder = freshFolder();
    const book = await store.make(folder, { 客户信息跟踪表: table(mine, others) });
    const run = (words: string) => runIn(folder, [...words.split(' '), '--file', book]);
    // Adopting writes into every row and asks nothing: it is shown by --dry-run, and undone by one command.
    expect((await runIn(folder, ['adopt', book])).code).toBe(0);
    const rows = Array.from(
      { length: 150 },
      (_, index) => `展会${index + 1},张工,${13000000000 + index},CRM\n`,
    );
    mkdirSync(join(folder, '名单'));
    writeFileSync(join(folder, '名单', '名单.csv'), `客户名称,联系人,联系方式,需求标签\n${rows.join('')}`);
    const before = bytesOf(book);
    if (asks === null) {
      expect((await run(line)).code).toBe(0);
      expect(bytesOf(book)).not.toBe(before);
      return;
    }
    const trial = await run(`${line} --dry-run`);
    expect([trial.code, trial.err]).toEqual([0, expect.stringContaining(asks)]);
    const refused = await run(line);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(asks)]);
    expect(refused.err).toContain('--yes');
    expect(JSON.parse((await run(`${line} --json`)).out).error).toMatchObject({
      code: 'usage',
      value: String(mine),
      expected: '--yes',
    });
    expect(bytesOf(book)).toBe(before);
    expect((await run(`${line} --yes`)).code).toBe(0);
    expect((await run('undo')).code).toBe(0);
    expect(bytesOf(book)).toBe(before);
  });
});

describe('in a terminal', () => {
  const large: LargeChange = { rows: 150, of: 200 };
  const reading = { store: { path: '漏斗.xlsx' } } as Reading;

  it('a large write is asked about, and Enter alone is no', async () => {
    const terminal = openFakeTerminal();
    const answer = agreeToLarge(terminal.session, reading, large).catch(({ code }) => code);
    await terminal.shows('这条命令会改 150 行(共 200 行,75%),继续?');
    await terminal.type(KEYS.enter);
    expect(await answer).toBe('refused');
  });

  it('and done with a yes', async () => {
    const terminal = openFakeTerminal('en');
    const answer = agreeToLarge(terminal.session, reading, large).then(() => 'agreed');
    await terminal.shows('This command changes 150 of 200 rows (75%). Go on?');
    await terminal.type('y', KEYS.enter);
    expect(await answer).toBe('agreed');
  });
});
