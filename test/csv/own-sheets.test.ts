import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';

// A header of ours that people renamed: nothing is read with half its columns, least of all before a write.

let folder = '';
const funnel = (...words: string[]) => runIn(folder, [...words, '--as-of', '2026-06-01', '--json']);
const path = (sheet: string) => join(folder, '账', `${sheet}.csv`);
const rename = (sheet: string, from: string, to: string) =>
  writeFileSync(path(sheet), readFileSync(path(sheet), 'utf8').replace(from, to));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-own-'));
  await funnel('init', '账', '--format', 'csv');
  const lead = ['--customer', '华东机械', '--contact', '李总', '--phone', '13800000000', '--tags', 'CRM'];
  await funnel('add-lead', ...lead, '--source', '行业展会');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a sheet of ours whose header was changed by hand', () => {
  it.each([
    ['过程记录', '商机编号', '编号x', 'its records would not count, and histories begin anew'],
    ['过程记录', '序号', '#', 'the header row itself is not known any more'],
    ['设置', '值', '取值', 'every threshold and gate would be the default without a word'],
  ])('%s with %s called %s is a file failure (%s)', async (sheet, header, other) => {
    rename(sheet, header, other);
    const before = readFileSync(path(sheet));
    for (const words of [['check'], ['log', '华东', '电话'], ['list']]) {
      const { code, out } = await funnel(...words);
      expect(code).toBe(3);
      expect(JSON.parse(out).error).toMatchObject({ code: 'file', sheet, cell: 'A1' });
      expect(JSON.parse(out).error.expected).toContain(header);
    }
    expect(readFileSync(path(sheet)).equals(before)).toBe(true);
    rename(sheet, other, header);
    expect((await funnel('log', '华东', '电话')).code).toBe(0);
  });

  it("a column of no consequence may go, one of the team's own may come", async () => {
    rename('过程记录', '证据', '我们的备注');
    expect((await funnel('log', '华东', '电话')).code).toBe(0);
  });

  it("a team's own sheet of that name is read past before adopting, and named when it is adopted", async () => {
    const old = join(folder, '旧');
    await funnel('init', '旧', '--format', 'csv');
    for (const sheet of ['过程记录', '设置']) rmSync(join(old, `${sheet}.csv`));
    writeFileSync(
      join(old, '客户信息跟踪表.csv'),
      '客户名称,当前阶段,线索录入日期\r\n甲,线索获取,2026-05-29\r\n',
    );
    writeFileSync(join(old, '过程记录.csv'), '日期,内容\r\n2026-05-30,见面\r\n');
    expect((await funnel('list', '--file', '旧')).code).toBe(0);
    const { code, out } = await funnel('adopt', '旧');
    expect(code).toBe(3);
    expect(JSON.parse(out).error.message).toContain('团队自己的表');
  });
});
