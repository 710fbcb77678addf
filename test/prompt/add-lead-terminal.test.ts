import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';
import { HAS_TMUX, NODES, openTerminal, type RealTerminal, type TerminalKind } from './tmux.ts';

// add-lead of the built program in terminals as people have them.

interface Listed {
  readonly id: string;
  readonly customer: string;
  readonly contact: string;
  readonly source: string;
  readonly owner: string;
  readonly tags: readonly string[];
}

describe.skipIf(!HAS_TMUX)('a stack of cards in a real terminal', { timeout: 120_000 }, () => {
  let folder = '';
  let terminal: RealTerminal | null = null;
  const run = (...argv: readonly string[]) => runIn(folder, argv, { now: Date.now() });
  const list = async (): Promise<readonly Listed[]> => JSON.parse((await run('list', '--json')).out);
  const open = (kind: TerminalKind = {}, ...words: readonly string[]) => {
    terminal = openTerminal(folder, ['add-lead', ...words], { columns: 80, rows: 24, ...kind });
    return terminal;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'funnel-cards-'));
    await run('init', 'book.xlsx');
    await run(
      ...'add-lead --customer 华东机械有限公司 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --owner 王芳'.split(
        ' ',
      ),
    );
  });

  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('three cards, one of them a known customer, with channel, owner and date kept; Ctrl-C says what is saved', async () => {
    const cards = open({}, '--on', '昨天');
    await answer(cards, '客户名称', '江北商行');
    await answer(cards, '联系人', '陈工');
    await answer(cards, '联系方式', '021-61234567');
    await cards.shows('→ 座机');
    await answer(cards, '需求标签', '询价');
    await answer(cards, '来源渠道', 'gwbd');
    await answer(cards, '初步筛选', '');
    await answer(cards, '下次跟进日期', '');
    await answer(cards, '写入', '好');
    await cards.shows('已写入 L');
    await answer(cards, '再录一条', 'ｙ');
    await cards.shows('第 2 条 · 沿用 官网表单 · 王芳 · 昨天');
    await answer(cards, '客户名称', '华东机械');
    await cards.shows(/已有 华东机械有限公司 L\d{8}-001\(线索获取,王芳\)/);
    await answer(cards, '怎么办', '跟进');
    await answer(cards, '跟进内容', '展会上打了电话');
    await cards.shows('按内容记为:电话');
    await cards.shows('再录一条? (Y/n)');
    await cards.press('Enter');
    await cards.shows('第 3 条');
    await cards.shows(/第 3 条[\s\S]*\? 客户名称/);
    await cards.type('江南商行');
    await cards.press('Enter');
    await cards.shows(/第 3 条[\s\S]*\? 联系人/);
    await cards.type('半句');
    await cards.press('C-c');
    await cards.shows('exit=130');
    expect(cards.screen()).toMatch(/接着录: funnel add-lead --customer 江南商行 --source 官网表单/);
    expect(cards.screen()).toMatch(/已中断。已录入 2 条:L\d{8}-001 江北商行、L\d{8}-001\(跟进\)/);
    expect(cards.screen()).not.toContain('没有写入任何内容');
    const [first, second, ...more] = await list();
    expect(more).toEqual([]);
    expect(second).toMatchObject({ customer: '江北商行', source: '官网表单', owner: '王芳' });
    expect((await run('show', String(first?.id))).out).toContain('展会上打了电话');
  });

  it('in 40 columns: a wrong channel put right by going back, and a lead screened out, kept with its reason', async () => {
    await run('init', 'cards', '--format', 'csv');
    const cards = open({ columns: 40 }, '--file', 'cards');
    await answer(cards, '客户名称', '江北商行');
    await answer(cards, '联系人', '陈工');
    await answer(cards, '联系方式', '１３９００００００００');
    await answer(cards, '需求标签', '询价');
    await answer(cards, '来源渠道', '官网');
    await answer(cards, '销售负责人', '王芳');
    await answer(cards, '初步筛选', '<');
    await cards.shows(/初步筛选 上一步[\s\S]*\? 销售负责人/);
    await cards.type('<');
    await cards.press('Enter');
    await cards.shows(/销售负责人 上一步[\s\S]*❯ 4\. 官网表单\(B\)/);
    await cards.type('zhanhui');
    await cards.press('Enter');
    await cards.shows(/行业展会\(A\)[\s\S]*\? 销售负责人/);
    await cards.press('Enter');
    await cards.shows(/销售负责人 王芳[\s\S]*\? 初步筛选/);
    await cards.type('不通过');
    await cards.press('Enter');
    await answer(cards, '无效原因', '需求不符');
    await cards.shows(/无效线索:需求不符[\s\S]*\? 写入/);
    await cards.press('Enter');
    await answer(cards, '再录一条', '');
    await cards.shows('exit=0');
    const sheet = (name: string) => readFileSync(join(folder, 'cards', `${name}.csv`), 'utf8');
    expect(sheet('线索信息表')).toMatch(/江北商行,陈工,13900000000,.*询价,行业展会,A,.*剔除,需求不符/);
    expect(sheet('客户信息跟踪表')).not.toContain('江北商行');
  });

  it('in a terminal that cannot draw, line by line', async () => {
    const cards = open({ env: ['TERM=dumb'] });
    await answer(cards, '客户名称', '江北商店');
    await answer(cards, '联系人', '<');
    await cards.shows('? 客户名称 [江北商店]');
    // The terminal's own line editing.
    await cards.type('江北商行们');
    await cards.press('BSpace', 'Enter');
    await cards.shows(/\[江北商店\][\s\S]*\? 联系人/);
    await cards.type('陈工');
    await cards.press('Enter');
    await answer(cards, '联系方式', '微信:chen_gong');
    await answer(cards, '需求标签', '询价');
    await cards.shows('1. 合作伙伴推荐(A)');
    await answer(cards, '编号或文字 [3]', '官网');
    await cards.shows(/初步筛选[\s\S]*\? 编号或文字 \[1\]/);
    await cards.press('Enter');
    await answer(cards, '下次跟进日期', '');
    await answer(cards, '写入', '是');
    await answer(cards, '再录一条', '否');
    await cards.shows('exit=0');
    expect((await list())[1]).toMatchObject({ customer: '江北商行', contact: '陈工', source: '官网表单' });
    expect(cards.screen()).not.toMatch(/\[\?25|\[2K|\[\d*G/);
  });

  it.each(NODES.map((node) => ({ node })))(
    'eight cards pasted in one piece are eight leads ($node)',
    async ({ node }) => {
      const cards = open({ node });
      await cards.shows('? 客户名称');
      const names = ['甲方', '乙方', '丙方', '丁方', '戊方', '己方', '庚方', '辛方'].map(
        (name) => `${name}化工`,
      );
      const keys = names.flatMap((name, index) => [
        ...[name, '陈工', `1390000000${index}`, '询价'],
        ...(index === 0 ? ['guanwang'] : []),
        ...['', index % 2 === 0 ? '周五' : '', '是', index === names.length - 1 ? '不' : '好'],
      ]);
      await cards.type(keys.map((key) => `${key}\r`).join(''));
      await cards.shows('exit=0');
      expect((await list()).slice(1)).toMatchObject(
        names.map((customer) => ({ customer, contact: '陈工', source: '官网表单', owner: '王芳' })),
      );
    },
  );

  it.each(NODES.map((node) => ({ node, name: basename(node) })))(
    'a word is put into mid-line by an input method ($node)',
    async ({ node }) => {
      const cards = open({ node });
      await cards.shows('? 客户名称');
      await cards.type('江北公司');
      await cards.press('Left', 'Left');
      await cards.type('精密机械');
      await cards.type('有限');
      await cards.press('BSpace', 'BSpace', 'Home');
      await cards.type('长江');
      await cards.press('Enter');
      await cards.shows('✔ 客户名称 长江江北精密机械公司');
      await answer(cards, '联系人', '陈工');
      await cards.press('C-c');
      await cards.shows('exit=130');
      expect(cards.screen()).toContain('没有写入任何内容');
    },
  );

  it('a book in use: what was answered comes back as a command', async () => {
    writeFileSync(join(folder, '~$book.xlsx'), 'x');
    const cards = open({}, '--wait', '0');
    await answer(cards, '客户名称', '江北商行');
    await answer(cards, '联系人', '陈工');
    await answer(cards, '联系方式', '13900000000');
    await answer(cards, '需求标签', '询价');
    await answer(cards, '来源渠道', '');
    await answer(cards, '初步筛选', '');
    await answer(cards, '下次跟进日期', '');
    await answer(cards, '写入', '');
    await answer(cards, '先排队', '不');
    await cards.shows('exit=5');
    const command =
      'funnel add-lead --customer 江北商行 --contact 陈工 --phone 13900000000 --tags 询价 --source 行业展会 --owner 王芳';
    // Broken by the screen, which keeps no space at the end of a line.
    expect(cards.screen().replace(/\s/g, '')).toContain(command.replace(/\s/g, ''));
    expect(await list()).toHaveLength(1);
  });
});

/** Waits for a question, answers it (nothing: what stands ready) and goes on. */
async function answer(terminal: RealTerminal, title: string, text: string): Promise<void> {
  await terminal.shows(`? ${title}`);
  if (text !== '') await terminal.type(text);
  await terminal.press('Enter');
}
