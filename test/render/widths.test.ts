import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/core/text.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// What the tool prints, on the screens people have. A command to be pasted is never broken into two lines.

let folder = '';
const NAME = '华东🚀机械制造股份有限公司(上海)第二分公司 East China Machinery';
const run = (line: string, columns: number) => runIn(folder, splitWords(line), { columns });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-widths-'));
  await run('init book.xlsx --sample', 80);
  await run(
    `add-lead --customer "${NAME}" --contact 李总 --phone 13800000000 --tags 需要CRM系统,预算10-20万 --source 行业展会 --owner 欧阳娜娜 --amount 15万 --on 2026-11-05`,
    80,
  );
  await run(
    'log 华东🚀 "打了电话👍🏽,客户说要先看一份完整的实施计划和报价明细,下周再约时间详谈" --type 电话',
    80,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINES = [
  'list',
  'list --limit 5 --columns 客户名称,联系方式,来源渠道,录入日期,预计金额,需求标签,跟进记录',
  'show 华东🚀',
  'show L20261105-001',
  'check',
  'check --all --verbose',
  'today',
  'why 华东🚀',
  'report --quarter last',
  'report --by owner',
  'report --quarter last --by owner --compare last',
  'report --quarter last --compare 2025Q4',
  'report --cohort',
  'report --year --cohort --by priority --compare last',
  'report --year --cohort --explain 谈判推进.未完',
  'report --snapshot',
  'report --snapshot --by source',
  'report --snapshot --explain 需求挖掘.数量',
  'report --explain 需求挖掘.流失',
  'forecast',
  'forecast --backtest',
  'undo --list',
  'weekly',
  'dupes',
  'verify',
  'calendar show 2026-10-01',
  'calendar add 2026-09-28 10',
  'calendar years',
];
const TOO_LONG = (columns: number) => (line: string) =>
  displayWidth(line) > columns && !/funnel (?:[a-z-]+)|→ /.test(line);

describe.each([40, 80, 120])('at %i columns', (columns) => {
  it.each(LINES)('%s stays within the screen', async (line) => {
    for (const lang of ['zh', 'en'] as const) {
      const { out, err, code } = await run(`${line} --lang ${lang}`, columns);
      expect([0, 10], err).toContain(code);
      expect(out.split('\n').filter(TOO_LONG(columns)), lang).toEqual([]);
    }
  });
});
