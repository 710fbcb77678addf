import { expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

it('a deal is not offered on a day before it was entered, and its absence is explained', async () => {
  const folder = freshFolder();
  const run = (line: string) => runIn(folder, splitWords(line));
  await run('init 漏斗.xlsx');
  await run('add-lead --customer 甲方 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会');
  for (const query of ['甲方', '甲', 'L20261123-001', '001'])
    for (const line of [`show ${query}`, `log ${query} 打了电话`]) {
      const { code, err } = await run(`${line} --as-of 2026-11-20`);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(
          /^L20261123-001 · 甲方 在 2026-11-20 还没有录入。要看今天的,去掉 --as-of;.*电脑的日期\n$/,
        ),
      ]);
    }
  await run('add-lead --customer 甲乙 --contact 张总 --phone 13900000000 --tags ERP --source 行业展会');
  expect(await run('show 甲 --as-of 2026-11-20')).toMatchObject({
    code: 2,
    err: expect.stringContaining('L20261123-001 · 甲方 等 2 个在 2026-11-20 还没有录入'),
  });
  expect(await run('show 乙方 --as-of 2026-11-20')).toMatchObject({
    code: 2,
    err: expect.stringContaining('找不到商机「乙方」'),
  });
});
