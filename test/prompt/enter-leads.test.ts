import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';
import { HAS_TMUX, openTerminal, type RealTerminal } from './tmux.ts';

describe.skipIf(!HAS_TMUX)('add-lead beside what is there', { timeout: 120_000 }, () => {
  let folder = '';
  let terminal: RealTerminal | null = null;
  const run = (...argv: readonly string[]) => runIn(folder, argv, { now: Date.now() });
  const open = (...words: readonly string[]) => {
    terminal = openTerminal(folder, ['add-lead', ...words], { columns: 80, rows: 24 });
    return terminal;
  };
  const lead = '--contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --owner 王芳'.split(' ');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'funnel-enter-'));
    await run('init', 'book.xlsx');
    await run('add-lead', '--customer', '华东机械有限公司', ...lead);
  });

  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a customer who has signed buys again, linked to the old deal', async () => {
    await run('advance', '华东', '--to', '成交签约', '--force', '--reason', '现场签约');
    await run('record', '华东', 'contract', '--on', '今天', '--number', 'HT-1');
    const screen = open();
    await screen.shows('? 客户名称');
    await screen.type('华东机械\r');
    await screen.shows('复购/增购:新商机关联');
    await screen.type('fugou\r');
    await screen.shows('? 复购/增购什么');
    await screen.type('续费一年\r');
    await screen.shows('? 再录一条');
    await screen.type('n\r');
    await screen.shows('exit=0');
    const listed = JSON.parse((await run('list', '--json')).out) as { tags: string[]; source: string }[];
    expect(listed).toHaveLength(2);
    expect(listed[1]).toMatchObject({ tags: ['续费一年'], source: '老客户复购' });
  });

  it('--dry-run asks once and writes nothing', async () => {
    const before = readFileSync(join(folder, 'book.xlsx'));
    const screen = open('--dry-run');
    await screen.shows('? 客户名称');
    await screen.type('江北商行\r陈工\r13900000000\r询价\r\r\r\r\r');
    await screen.shows('没有写入任何内容');
    await screen.shows('exit=0');
    expect(screen.screen()).not.toContain('再录一条');
    expect(readFileSync(join(folder, 'book.xlsx')).equals(before)).toBe(true);
  });

  it('a flag that cannot be used is refused before anything is asked', async () => {
    const screen = open('--amount', '很多');
    await screen.shows('exit=2');
    expect(screen.screen()).toContain('很多');
    expect(screen.screen()).not.toContain('? 客户名称');
  });

  it('what was not finished goes on where it was left: the command printed asks for the rest', async () => {
    const other = lead.map((word) => (word === '13800000000' ? '13900000000' : word));
    const again = open('--customer', '江南商行', ...other, '--ask');
    await again.shows('? 初步筛选');
    await again.type('通过\r相符\r');
    await again.shows('? 所属行业');
    await again.type('\x03');
    await again.shows(/接着录: funnel add-lead --customer 江南商行 [\s\S]*--screened[\s\S]*--ask/);
    await again.shows('exit=130');
    again.close();
    const last = open('--customer', '江南商行', ...other, '--screened', '相符', '--ask');
    await last.shows('? 所属行业');
    await last.type('\r\r\r\r');
    await last.shows('写入?');
    expect(JSON.parse((await run('list', '江南', '--json')).out)).toEqual([]);
    await last.type('\r');
    await last.shows('再录一条?');
    // What the unfinished one said is not said of the next.
    await last.type('y\r');
    await last.shows('第 2 条');
    await last.type('江东商行\r');
    await last.shows('? 联系人');
    await last.type('陈工\r13911112222\r');
    await last.shows('? 需求标签');
    await last.type('\x03');
    await last.shows('exit=130');
  });

  it('--ask without a terminal is refused, and nothing is written', async () => {
    const ran = await run('add-lead', '--customer', '江北商行', ...lead, '--ask');
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('--ask 要在终端里')]);
    expect(JSON.parse((await run('list', '江北', '--json')).out)).toEqual([]);
  });

  it('without a terminal nothing is asked, and every flag that is missing is named', async () => {
    const { code, err } = await run('add-lead', '--customer', '江北商行');
    expect(code).toBe(2);
    expect(err).toContain('--contact --phone --tags --source');
  });
});
