import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { HAS_TMUX, openTerminal, type RealTerminal } from './tmux.ts';

// The built program in a real terminal. `.ci/run` installs tmux; without it these are reported as skipped.

describe.skipIf(!HAS_TMUX)('in a real terminal', { timeout: 120_000 }, () => {
  let folder = '';
  let terminal: RealTerminal | null = null;
  /** Without a terminal, on the day the terminal's clock says. */
  const run = (...argv: readonly string[]) => runIn(folder, argv, { now: Date.now() });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'funnel-terminal-'));
    await run('init', 'book.xlsx');
    const flags = [
      '--contact',
      '李总',
      '--phone',
      '13800000000',
      '--tags',
      '需要CRM系统',
      '--source',
      '行业展会',
      '--owner',
      '王芳',
    ];
    await run('add-lead', '--customer', '华东机械有限公司', ...flags);
  });

  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('enters a lead in Chinese, with a word put into mid-line, a wrong phone, a wrong date and a known customer', async () => {
    terminal = openTerminal(folder, ['add-lead']);
    await terminal.shows('? 客户名称');
    await terminal.type('华东公司');
    await terminal.press('Left', 'Left');
    await terminal.type('机械有限');
    await terminal.press('Enter');
    await terminal.shows('这个客户已有 华东机械有限公司');
    await answer(terminal, '怎么办', '仍然新建');
    await answer(terminal, '联系人', '张工');
    await answer(terminal, '联系方式', '1380000');
    await terminal.shows('「1380000」不像电话');
    await terminal.type('1111');
    await terminal.press('Enter');
    await answer(terminal, '需求标签', '需要ERP系统，预算１０－２０万');
    await answer(terminal, '来源渠道', '合作');
    await answer(terminal, '初步筛选', '通过');
    await answer(terminal, '筛选说明', '行业规模相符');
    await answer(terminal, '所属行业', '制造业');
    await answer(terminal, '客户规模', '');
    await answer(terminal, '下次跟进日期', '2026-02-30');
    await terminal.shows('「2026-02-30」不是日期');
    await terminal.press('C-u');
    await terminal.type('明天');
    await terminal.press('Enter');
    await answer(terminal, '写入', '金额');
    await answer(terminal, '预计金额', '15万');
    await terminal.shows(/预计金额 +15万[\s\S]*\? 写入/);
    await terminal.press('Enter');
    await answer(terminal, '再录一条', '');
    await terminal.shows('exit=0');
    const listed: readonly Record<string, unknown>[] = JSON.parse((await run('list', '--json')).out);
    expect(listed).toHaveLength(2);
    expect(listed[1]).toMatchObject({
      customer: '华东机械有限公司',
      contact: '张工',
      phone: '13800001111',
      industry: '制造业',
      owner: '王芳',
      amount: 150000,
      source: '合作伙伴推荐',
      priority: 'A',
    });
  });

  it.each([
    { answered: 0, when: 'at the first question' },
    { answered: 2, when: 'after two answers' },
  ])('Ctrl-C $when ends with 130, and not a byte is written', async ({ answered }) => {
    const before = readFileSync(join(folder, 'book.xlsx'));
    const files = readdirSync(folder);
    terminal = openTerminal(folder, ['add-lead']);
    await terminal.shows('? 客户名称');
    for (const [title, text] of [
      ['客户名称', '江北商行'],
      ['联系人', '陈工'],
    ].slice(0, answered))
      await answer(terminal, title ?? '', text ?? '');
    await terminal.type('半句话');
    await terminal.press('C-c');
    await terminal.shows('exit=130');
    expect(terminal.screen()).toContain('没有写入任何内容');
    expect(readFileSync(join(folder, 'book.xlsx')).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(files);
  });

  it('a refused move offers to fill in what is missing, and one save takes it all', async () => {
    terminal = openTerminal(folder, ['advance', '华东']);
    await terminal.shows('现在补齐并推进?');
    await terminal.press('Enter');
    await answer(terminal, '初步筛选', '行业规模预算相符');
    await terminal.shows('exit=0');
    const shown = JSON.parse((await run('show', '华东', '--json')).out);
    expect(shown).toMatchObject({ stage: 'discovery', gate: { 'first-contact': 'missing' } });
    expect((await run('undo', '--yes')).code).toBe(0);
    expect(JSON.parse((await run('show', '华东', '--json')).out).stage).toBe('lead');
  });

  it('answers to a gate that nobody lets be written are printed as commands that ask for the rest', async () => {
    await run('record', '华东', 'screened', '--note', '相符');
    await run('advance', '华东');
    const before = readFileSync(join(folder, 'book.xlsx'));
    terminal = openTerminal(folder, ['advance', '华东'], { columns: 200 });
    await terminal.shows('现在补齐并推进?');
    await terminal.press('Enter');
    await answer(terminal, '首次接触 · 方式', '电话');
    await answer(terminal, '首次接触 · 备注', '有兴趣');
    await answer(terminal, '需求调研 · 业务痛点', '报表 靠手工');
    await terminal.press('C-c');
    await terminal.shows('exit=130');
    expect(readFileSync(join(folder, 'book.xlsx')).equals(before)).toBe(true);
    const printed = [...terminal.screen().matchAll(/^ {2}funnel (record .*)$/gm)].map(([, words]) => words);
    expect(printed).toEqual([
      expect.stringMatching(/^record L\S+ first-contact --type 电话 --note 有兴趣$/),
      expect.stringMatching(/^record L\S+ survey --pain "报表 靠手工"$/),
    ]);
    terminal.close();
    expect((await run(...splitWords(printed[0] ?? ''))).code).toBe(0);
    const rest = await run(...splitWords(printed[1] ?? ''));
    expect([rest.code, rest.err]).toEqual([2, expect.stringContaining('--timeline')]);
  });

  it('so are those of a refused record, with what the command line gave', async () => {
    await run(
      'add-lead',
      '--customer',
      '江北商行',
      ...'--contact 陈工 --phone 13911112222 --tags CRM --source 行业展会'.split(' '),
    );
    await run('record', '江北', 'contract', '--on', '今天', '--number', 'HT-1');
    terminal = openTerminal(folder, ['record', '华东', 'contract', '--on', '昨天'], { columns: 200 });
    await terminal.shows('? 合同签订 · 合同编号');
    await terminal.type('HT-1');
    await terminal.press('Enter');
    await terminal.shows('exit=4');
    expect(terminal.screen()).toMatch(
      /^ {2}funnel record L\S+ contract --number HT-1 --on \d{4}-\d\d-\d\d$/m,
    );
  });

  it('asks before one of two deals is lost to a merge, and takes Enter for no', async () => {
    const flags = [
      '--phone',
      '13800000000',
      '--tags',
      '需要CRM系统',
      '--source',
      '行业展会',
      '--owner',
      '李强',
    ];
    await run('add-lead', '--customer', '华东机械', '--contact', '李志强', '--amount', '15万', ...flags);
    const [keep, drop] = (JSON.parse((await run('list', '--json')).out) as { id: string }[]).map(
      ({ id }) => id,
    );
    const before = readFileSync(join(folder, 'book.xlsx'));
    terminal = openTerminal(folder, ['merge', String(keep), String(drop)]);
    await terminal.shows('补上 预计金额');
    await terminal.shows(/记为无效\? \(y\/N\)/);
    await terminal.press('Enter');
    await terminal.shows('exit=4');
    expect(readFileSync(join(folder, 'book.xlsx')).equals(before)).toBe(true);
    terminal.close();
    terminal = openTerminal(folder, ['merge', String(keep), String(drop)]);
    await terminal.shows(/\(y\/N\)/);
    await terminal.type('y');
    await terminal.press('Enter');
    await terminal.shows('exit=0');
    expect(JSON.parse((await run('show', String(drop), '--json')).out)).toMatchObject({ stage: 'invalid' });
  });

  it('asks what is bought again, and whether a list that is there may be replaced', async () => {
    await run('advance', '华东', '--to', '成交签约', '--force', '--reason', '现场签约');
    await run('record', '华东', 'contract', '--on', '今天', '--number', 'HT-1');
    terminal = openTerminal(folder, ['repurchase', '华东']);
    await answer(terminal, '复购/增购什么', '');
    await terminal.shows('写一个需求标签');
    await terminal.type('续费一年');
    await terminal.press('Enter');
    await terminal.shows('exit=0');
    const listed = JSON.parse((await run('list', '--json')).out) as { tags: string[]; source: string }[];
    expect(listed[1]).toMatchObject({ tags: ['续费一年'], source: '老客户复购' });
    terminal.close();
    writeFileSync(join(folder, '交接.csv'), 'theirs');
    terminal = openTerminal(folder, ['assign', '李强', '--from', '王芳', '--handover', '交接.csv']);
    await terminal.shows('交接.csv 已存在,覆盖它?');
    await terminal.press('Enter');
    await terminal.shows('exit=4');
    expect(readFileSync(join(folder, '交接.csv'), 'utf8')).toBe('theirs');
  });
});

/** Waits for a question, answers it (nothing: what stands ready) and goes on. */
async function answer(terminal: RealTerminal, title: string, text: string): Promise<void> {
  await terminal.shows(`? ${title}`);
  if (text !== '') await terminal.type(text);
  await terminal.press('Enter');
}
