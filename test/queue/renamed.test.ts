import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// A workbook is renamed while a command waits: its history and queue lie under the old name.

const LEAD = 'add-lead --customer 甲方 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会';

async function renamed(queued: boolean) {
  const folder = freshFolder();
  const run = (line: string) => runIn(folder, splitWords(line));
  for (const line of ['init 旧.xlsx', LEAD]) expect(await run(line)).toMatchObject({ code: 0 });
  if (queued) {
    writeFileSync(join(folder, '~$旧.xlsx'), '');
    expect(await run('log 甲方 排着队 --type 电话 --queue --wait 0')).toMatchObject({ code: 0 });
    rmSync(join(folder, '~$旧.xlsx'));
  }
  renameSync(join(folder, '旧.xlsx'), join(folder, '新.xlsx'));
  return { folder, run };
}

it('every command says where they are, and the folder renamed too goes on with them', async () => {
  const { folder, run } = await renamed(true);
  for (const line of ['list', 'check', 'pending', 'sync', 'verify']) {
    const { err } = await run(line);
    expect(err, line).toContain(
      `${join(folder, '.funnel/旧.xlsx')} 是 旧.xlsx 的,其中 1 条排队的命令还没有写入,而 旧.xlsx 已不在。若 新.xlsx 就是它改了名:把这个文件夹也改名为 新.xlsx`,
    );
  }
  expect((await run('list --quiet')).err).toBe('');
  renameSync(join(folder, '.funnel/旧.xlsx'), join(folder, '.funnel/新.xlsx'));
  expect(await run('sync')).toMatchObject({ code: 0, out: '已补写 1 条排队的命令\n' });
  expect((await run('list')).err).toBe('');
});

it('what waits is still named once the workbook has a history under its new name', async () => {
  const { folder, run } = await renamed(true);
  expect(await run('log 甲方 新的 --type 电话')).toMatchObject({ code: 0 });
  const { err } = await run('pending');
  expect(err).toContain('先把工作簿改回 旧.xlsx,执行 funnel sync,再改名');
  renameSync(join(folder, '新.xlsx'), join(folder, '旧.xlsx'));
  expect(await run('sync')).toMatchObject({ code: 0, out: '已补写 1 条排队的命令\n' });
});

it('another workbook that has gone says nothing to one with a history of its own', async () => {
  const { run, folder } = await renamed(false);
  expect((await run('list')).err).toContain('撤销和排队就接上了');
  expect(await run('log 甲方 新的 --type 电话')).toMatchObject({ code: 0 });
  expect((await run('list')).err).toBe('');
  mkdirSync(join(folder, '.funnel/别的东西'));
  expect((await run('list')).err).toBe('');
});

it('undo takes back what stands in the renamed workbook, whatever bears its old name now', async () => {
  const { folder, run } = await renamed(false);
  const [old, now] = [join(folder, '旧.xlsx'), join(folder, '新.xlsx')];
  renameSync(join(folder, '.funnel/旧.xlsx'), join(folder, '.funnel/新.xlsx'));
  copyFileSync(now, old);
  const copy = readFileSync(old);
  expect(await run('undo --yes --file 新.xlsx')).toMatchObject({ code: 0 });
  expect((await run('list --file 新.xlsx')).out).not.toContain('甲方');
  expect(readFileSync(old).equals(copy)).toBe(true);
});
