import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkBook } from '../../src/core/check.ts';
import type { Level } from '../../src/core/finding.ts';
import { isNews, rememberTold } from '../../src/core/told.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { contextOf, findingOf } from './build-deal.ts';

const NAME = '销售漏斗.xlsx';
const LEAD = 'add-lead --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --on 2026-05-11';

/** Two leads of two owners, entered on Monday 2026-05-11: due on Thursday. */
async function newTeam() {
  const folder = freshFolder();
  const funnel = (line: string) => runIn(folder, splitWords(line));
  await funnel('init');
  await funnel(`${LEAD} --customer 甲方机械 --owner 王芳`);
  await funnel(`${LEAD} --customer 乙方电子 --owner 李强 --phone 13800000001`);
  const since = async (day: string, more = '') => {
    const { code, out } = await funnel(`check --since --json --as-of ${day} ${more}`);
    const { findings, since: before } = JSON.parse(out);
    return {
      code,
      before,
      news: findings.map(
        ({ rule, level, customer }: Record<string, string>) => `${rule} ${level} ${customer}`,
      ),
    };
  };
  return { folder, funnel, since };
}

describe('check --since', () => {
  it('shows what is new or worse than at the last look, and nothing twice', async () => {
    const { since, funnel } = await newTeam();
    expect(await since('2026-05-13')).toEqual({
      code: 10,
      before: null,
      news: ['D1 dueSoon 甲方机械', 'D1 dueSoon 乙方电子'],
    });
    expect(await since('2026-05-13')).toMatchObject({ code: 0, before: '2026-05-13', news: [] });
    expect((await funnel('check --since --quiet --as-of 2026-05-14')).out).toBe('');
    expect(await since('2026-05-15')).toMatchObject({
      code: 10,
      before: '2026-05-14',
      news: ['D1 overdue 甲方机械', 'D1 overdue 乙方电子'],
    });
    expect(await since('2026-05-18')).toMatchObject({ code: 0, news: [] });
  });

  it('what was settled and comes again is news again', async () => {
    const { since, funnel } = await newTeam();
    await since('2026-05-15');
    await funnel('log 甲方机械 打了电话谈需求 --type 电话 --on 2026-05-15 --as-of 2026-05-15');
    expect((await since('2026-05-18')).news).toEqual([]);
    await funnel('undo');
    expect((await since('2026-05-19')).news).toEqual(['D1 overdue 甲方机械']);
  });

  it('a look at one owner or level leaves the others to be told', async () => {
    const { since } = await newTeam();
    expect((await since('2026-05-15', '--owner 王芳')).news).toEqual(['D1 overdue 甲方机械']);
    expect((await since('2026-05-15', '--level severe')).news).toEqual([]);
    expect((await since('2026-05-15')).news).toEqual(['D1 overdue 乙方电子']);
  });

  it('the page says from when, and counts all there is', async () => {
    const { funnel } = await newTeam();
    expect((await funnel('check --since --as-of 2026-05-15')).out).toContain(
      '2026-05-15 · 逾期 2\n第一次查看,2 条都列出',
    );
    expect((await funnel('check --since --as-of 2026-05-18')).out).toContain(
      '2026-05-18 · 逾期 2\n比 2026-05-15 没有新的或更严重的',
    );
    expect((await funnel('check --since --as-of 2026-05-21')).out).toContain(
      '比 2026-05-18 新的或更严重的 2 条',
    );
  });

  it('without --since nothing is remembered; the workbook is never written', async () => {
    const { folder, funnel, since } = await newTeam();
    const before = readFileSync(join(folder, NAME));
    await funnel('check --as-of 2026-05-15');
    expect(existsSync(join(folder, '.funnel', NAME, 'since.json'))).toBe(false);
    expect((await since('2026-05-15')).news).toHaveLength(2);
    expect(readFileSync(join(folder, NAME))).toEqual(before);
  });

  it('a state folder that cannot be written is said even under --quiet, and fails nothing', async () => {
    const { folder, funnel } = await newTeam();
    rmSync(join(folder, '.funnel'), { recursive: true });
    writeFileSync(join(folder, '.funnel'), 'a file where the folder should be');
    const { code, out, err } = await funnel('check --since --quiet --as-of 2026-05-15');
    expect({ code, listed: out.includes('甲方机械') }).toEqual({ code: 10, listed: true });
    expect(err).toContain('状态文件夹不可写');
    expect((await funnel('check --since --quiet --as-of 2026-05-11')).err).toBe('');
  });

  it('a table never adopted gets no state folder, and it is said that nothing is remembered', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, '表.csv'), '客户名称,当前阶段,线索录入日期\n甲,报价,2026-03-02\n');
    for (let n = 0; n < 2; n++) {
      const { code, out, err } = await runIn(folder, [
        'check',
        '--since',
        '--file',
        '表.csv',
        '--as-of',
        '2026-05-15',
      ]);
      expect({ code, listed: out.includes('甲'), said: err.includes('不记上次查看') }).toEqual({
        code: 10,
        listed: true,
        said: true,
      });
    }
    expect(readdirSync(folder)).toEqual(['表.csv']);
  });

  it('a state that cannot be read counts as none', async () => {
    const { folder, since } = await newTeam();
    mkdirSync(join(folder, '.funnel', NAME), { recursive: true });
    for (const text of ['{', '[]', '{"asOf":"x","told":{}}', '{"asOf":"2026-05-14","told":{"D1 L":"?"}}']) {
      writeFileSync(join(folder, '.funnel', NAME, 'since.json'), text);
      expect((await since('2026-05-15')).news).toHaveLength(2);
    }
  });
});

describe('what was told', () => {
  const [one] = checkBook(contextOf([{}], '2026-05-15')).findings;
  if (!one) throw new Error('no finding');
  const at = (level: Level) => ({ ...one, level });
  const key = 'D1 L20260511-001';

  it('is news where it is worse, not where it is milder', () => {
    expect(isNews(new Map([[key, 'stalled']]), at('overdue'))).toBe(true);
    expect(isNews(new Map([[key, 'overdue']]), at('overdue'))).toBe(false);
    expect(isNews(new Map([[key, 'severe']]), at('overdue'))).toBe(false);
  });

  it('keeps what was not in view, drops what is gone, and takes the present level of what was seen', () => {
    const other = findingOf('D1', { lead: '2026-05-12' }, '2026-05-18');
    const told = new Map<string, Level>([
      [key, 'severe'],
      ['D1 L20260512-001', 'dueSoon'],
      ['D2 gone', 'overdue'],
    ]);
    expect([...rememberTold(told, [one, other], [one])]).toEqual([
      [key, 'overdue'],
      ['D1 L20260512-001', 'dueSoon'],
    ]);
  });
});
