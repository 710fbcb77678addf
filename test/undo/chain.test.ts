import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { bytesOf, STORES } from '../store/stores.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

const TABLE = [
  ['客户名称', '联系人', '联系方式', '当前阶段', '线索录入日期', '销售负责人', '预计金额', '备注'],
  ['甲方机械', '张总', '13800000001', '线索获取', '2026-05-04', '王芳', '8万', '老朋友'],
  ['乙方电子', '李总', '13800000002', '需求挖掘', '2026-05-04', '王芳', '12万', ''],
  ['乙方电子公司', '李总', '13800000002', '需求挖掘', '2026-06-04', '赵六', '', ''],
  ['丙方物流', '周总', '13800000003', '售后维护', '2026-01-12', '王芳', '30万', ''],
];

/** Twenty commands of every kind, the first of which takes the table over. */
const COMMANDS: readonly string[] = [
  'adopt BOOK',
  'add-lead --customer 丁方化工 --contact 吴工 --phone 13800000004 --tags CRM --source 行业展会',
  'import 名单/名单.csv --source 行业展会',
  'log 甲方 打了电话 --next +3wd',
  'record 甲方 first-contact --type 电话 --note 有兴趣',
  'record 甲方 screened --note 相符',
  'advance 甲方 --force --reason 老客户',
  'back 甲方 --to 线索获取 --reason 预算没了',
  'advance 甲方 --to 方案呈现 --force --reason 又有了',
  'hold 甲方 --until 2026-12-31 --reason 年底冻结',
  'edit 甲方 --set 客户规模=100人 --set 备注=改过',
  'assign 李强 甲方 丁方',
  'release 丁方',
  'assign 李强 --from 王芳',
  'merge L20260504-002 L20260604-001',
  'repurchase 丙方 --tags 扩容 --amount 5万',
  'lose 丁方 --reason 价格 --note 太贵',
  'reopen 丁方 --to 线索获取 --reason 又来了',
  'report --quarter 2026Q3 --write',
  'calendar import 放假.json',
];
const HOLIDAYS = { year: 2027, days: [{ name: '元旦', date: '2027-01-01', isOffDay: true }] };

describe.each(STORES.slice(0, 2))('twenty commands and twenty undos over $name', (store) => {
  it('every undo gives back the bytes of before, through every kind of command', async () => {
    const folder = freshFolder();
    const book = await store.make(folder, { 客户信息跟踪表: TABLE });
    mkdirSync(join(folder, '名单'));
    const list = Array.from(
      { length: 30 },
      (_, index) => `展会${index + 1},孙工,${13900000000 + index},CRM\n`,
    );
    writeFileSync(join(folder, '名单', '名单.csv'), `客户名称,联系人,联系方式,需求标签\n${list.join('')}`);
    writeFileSync(join(folder, '放假.json'), JSON.stringify(HOLIDAYS));
    const run = async (line: string) => {
      const words = splitWords(line).map((word) => (word === 'BOOK' ? book : word));
      const ran = await runIn(folder, [...words, ...(words.includes(book) ? [] : ['--file', book])]);
      expect([line, ran.code, ran.code === 0 ? '' : ran.err]).toEqual([line, 0, '']);
      return ran.out;
    };
    const states = [bytesOf(book)];
    for (const line of COMMANDS) {
      await run(line);
      expect(states, line).not.toContain(bytesOf(book));
      states.push(bytesOf(book));
    }
    expect(JSON.parse(await run('undo --list --json'))).toHaveLength(20);
    for (const [index, state] of states.slice(0, -1).reverse().entries()) {
      const out = await run('undo');
      expect(out).toContain('文件与之前完全一样');
      expect(bytesOf(book) === state, `undo ${index + 1}, of ${COMMANDS.at(-1 - index)}`).toBe(true);
    }
    expect(JSON.parse(await run('undo --list --json'))).toEqual([]);
  });

  it('what is kept is bounded, and as open as the book', async () => {
    const folder = freshFolder();
    const book = await store.make(folder, { 客户信息跟踪表: TABLE });
    const sheets = statSync(book).isDirectory() ? readdirSync(book).map((name) => join(book, name)) : [book];
    for (const sheet of sheets) chmodSync(sheet, 0o640);
    await runIn(folder, ['adopt', book]);
    for (let n = 1; n <= 25; n++)
      expect((await runIn(folder, ['edit', '甲方', '--set', `备注=${n}`, '--file', book])).code).toBe(0);
    const state = join(statSync(book).isDirectory() ? book : folder, '.funnel');
    const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const kept = files.filter(({ parentPath }) => parentPath.endsWith('kept'));
    expect(new Set(kept.map(({ name }) => Number.parseInt(name, 10))).size).toBe(20);
    const modes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o640]));
  });
});
