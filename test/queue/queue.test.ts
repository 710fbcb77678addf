import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/core/text.ts';
import { freshFolder } from '../save/support.ts';
import { type Ran, runIn, splitWords } from '../transcripts/run-transcript.ts';

// A table that is open in WPS from nine to six: commands are kept, shown, and written once it is closed.

interface Team {
  readonly folder: string;
  /** A command line, as 王芳 on 2026-11-23 unless it says so. */
  run(line: string, more?: { readonly user?: string; readonly at?: string }): Promise<Ran>;
  json(line: string): Promise<Record<string, unknown>[]>;
  open(): void;
  close(): void;
}

async function newTeam(format: 'xlsx' | 'csv'): Promise<Team> {
  const folder = freshFolder();
  const [name, mark] =
    format === 'csv' ? ['漏斗', '漏斗/.~lock.客户信息跟踪表.csv#'] : ['漏斗.xlsx', '~$漏斗.xlsx'];
  const run: Team['run'] = (line, { user = '王芳', at = '2026-11-23T02:00:00Z' } = {}) =>
    runIn(folder, [...splitWords(line), '--file', name], {
      env: { FUNNEL_USER: user },
      now: Date.parse(at),
    });
  const init = await runIn(folder, ['init', name, '--format', format]);
  expect(init.code).toBe(0);
  return {
    folder,
    run,
    json: async (line) => JSON.parse((await run(`${line} --json`)).out),
    open: () => writeFileSync(join(folder, mark), ',王芳,PC,,;'),
    close: () => rmSync(join(folder, mark)),
  };
}

const lead = (customer: string) =>
  `add-lead --customer ${customer} --contact 李总 --phone 13800000000 --tags 需要CRM系统 --source 行业展会`;

/** One of every verb that can wait, in an order in which each is possible. */
const DAY = [
  `${lead('甲方机械')} --owner 王芳 --amount 15万 --budget 10-20万 --set 客户关注点=数据安全`,
  `${lead('乙方电子')} --screened 相符 --owner 王芳`,
  `${lead('丙方商行')} --invalid 需求不符`,
  'log 甲方 "打了电话, \\"要\\"报价" --next +3wd --on 昨天',
  'record 甲方 screened --note 相符',
  'advance 甲方 乙方',
  'record 甲方 survey --pain 手工慢 --timeline 年底 --deciders 总经理 --needs CRM',
  'record 甲方 intent --clarity 明确 --budget-fit 充足 --cycle ≤1个月',
  'advance 甲方 --on 今天',
  'record 甲方 objections --none',
  'back 甲方 --to 需求挖掘 --reason 重新调研',
  'hold 乙方 --until +5wd --reason "等 预算"',
  'edit 乙方 --set 预计金额=20万 所属行业=制造业',
  'assign 李强 甲方',
  'release 乙方',
  'lose 乙方 --reason 价格 --note=-太贵',
  'reopen 乙方 --to 需求挖掘 --reason 又来了',
  lead('甲方机械有限公司'),
  'merge 001 003 --reason 名片录了两次',
] as const;

describe.each(['xlsx', 'csv'] as const)('the queue of a table in use (%s)', (format) => {
  it('holds a day of every verb: seen as it will be, and in the end as if it had been free', async () => {
    const [free, busy] = [await newTeam(format), await newTeam(format)];
    for (const line of DAY) expect(await free.run(line)).toMatchObject({ code: 0 });
    busy.open();
    for (const line of DAY) {
      const { code, out, err } = await busy.run(`${line} --queue --wait 0`);
      expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' });
      expect(out).toContain('已排队');
    }
    const plainly = (deals: Record<string, unknown>[]) => deals.map(({ queued: _, ...deal }) => deal);
    const expected = await free.json('list');
    const ahead = await busy.json('list');
    expect(ahead.map(({ queued }) => queued)).toEqual([11, 7, 2]);
    expect(plainly(ahead)).toEqual(expected);
    busy.close();
    expect(await busy.run('sync')).toMatchObject({ code: 0, out: `已补写 ${DAY.length} 条排队的命令\n` });
    expect(await busy.json('list')).toEqual(expected);
    for (const id of ['001', '002', '003'])
      expect(await busy.json(`show ${id}`)).toEqual(await free.json(`show ${id}`));
    expect(await busy.json('pending')).toEqual([]);
  }, 120_000);

  it('is written by the next writing command, before it, and each can be undone by itself', async () => {
    const team = await newTeam(format);
    await team.run(lead('甲方机械'));
    team.open();
    const queued = await team.run('log 甲方 打了电话 --queue --wait 0 --json');
    expect(JSON.parse(queued.out)).toMatchObject({
      id: 'L20261123-001',
      changes: [],
      queued: true,
      undo: `funnel pending --drop 1 --file ${format === 'csv' ? '漏斗' : '漏斗.xlsx'}`,
    });
    team.close();
    const { err } = await team.run('edit 甲方 --set 客户规模=100人');
    expect(err).toContain('已补写排队的命令 王芳 1「log L20261123-001 打了电话');
    const commands = (await team.json('undo --list')).map(({ command }) => command);
    expect(commands[0]).toContain('edit');
    expect(commands[1]).toContain('log L20261123-001 打了电话');
    expect(await team.run('undo')).toMatchObject({ code: 0 });
    expect(await team.run('undo')).toMatchObject({ code: 0 });
    expect((await team.json('list'))[0]).toMatchObject({ size: null, lastFollowUp: null });
  });
});

describe('a queued command', () => {
  it('keeps the day on which it was given, and is marked as back-dated where the quarter has closed since', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'), { at: '2026-09-28T02:00:00Z' });
    team.open();
    await team.run('log 甲方 "电话 聊了" --on 昨天 --next +3wd --queue --wait 0', {
      at: '2026-09-30T02:00:00Z',
    });
    team.close();
    await team.run('sync', { at: '2026-10-09T02:00:00Z' });
    const shown = JSON.parse((await team.run('show 甲方 --json', { at: '2026-10-09T02:00:00Z' })).out);
    expect(shown.nextFollowUp).toBe('2026-10-10');
    expect(shown.events.at(-1)).toMatchObject({
      date: '2026-09-29',
      type: 'followup',
      recordedAt: '2026-10-09 10:00:00',
      backdated: true,
    });
  });

  it('that would be refused is refused at once, also for what is wrong with it', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    expect(await team.run('advance 甲方 --queue --wait 0')).toMatchObject({ code: 4 });
    expect(await team.run('edit 甲方 --set 预计金鹅=1 --queue --wait 0')).toMatchObject({ code: 2 });
    expect(await team.run('log 无此客户 聊了 --queue --wait 0')).toMatchObject({ code: 2 });
    expect(await team.run('log 甲方 聊了 --wait 0')).toMatchObject({ code: 5 });
    expect(await team.json('pending')).toEqual([]);
  });

  it('refused when its time comes stays with its reason, is tried again when told to, or dropped', async () => {
    const team = await newTeam('csv');
    await team.run(`${lead('甲方机械')} --screened 相符`);
    await team.run(lead('乙方电子'));
    team.open();
    await team.run('advance 甲方 --queue --wait 0');
    await team.run('log 乙方 打了电话 --queue --wait 0');
    // Somebody at the open table takes the stage word away.
    const table = join(team.folder, '漏斗', '客户信息跟踪表.csv');
    const text = readFileSync(table, 'utf8');
    writeFileSync(table, text.replace('线索获取', '看不懂'));
    team.close();
    const synced = await team.run('sync --quiet');
    expect(synced).toMatchObject({ code: 4, out: '已补写 1 条排队的命令\n' });
    expect(synced.err).toContain('第 1 条没有写入');
    const [left, ...others] = await team.json('pending');
    expect(others).toEqual([]);
    expect(left).toMatchObject({ n: 1, user: '王芳', command: 'advance L20261123-001' });
    expect(left?.reason).toContain('看不懂');
    // It is not tried again by itself, and not shown as waiting.
    expect(await team.run('sync')).toMatchObject({ code: 0 });
    expect((await team.json('list')).map(({ queued }) => queued)).toEqual([undefined, undefined]);
    expect(await team.run('pending --retry 1')).toMatchObject({ code: 4 });
    writeFileSync(table, readFileSync(table, 'utf8').replace('看不懂', '线索获取'));
    expect(await team.run('pending --retry 1')).toMatchObject({ code: 0 });
    expect((await team.json('list'))[0]).toMatchObject({ stage: 'discovery' });
    expect(await team.run('pending --drop 1')).toMatchObject({ code: 2 });
  });

  it('is listed within the width of the screen, all of it, also by sync --dry-run', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    const text = '客户说下个月初再谈价格，对我们的方案还算满意，但要先看到同行业的案例和报价明细'.repeat(3);
    await team.run(`log 甲方 ${text} --queue --wait 0`);
    const listed = [(await team.run('pending')).out, (await team.run('sync --dry-run')).out];
    for (const out of listed) {
      for (const line of out.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
      expect(out.replaceAll('\n   ', '')).toContain(text);
    }
  });

  it('of a colleague is dropped only with --yes; numbers are never given twice', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    await team.run('log 甲方 李强打了电话 --queue --wait 0', { user: '李强' });
    const refused = await team.run('pending --drop 1');
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.err).toContain('李强');
    expect(await team.run('pending --drop 1 --yes')).toMatchObject({ code: 0 });
    await team.run('log 甲方 打了电话 --queue --wait 0');
    expect((await team.json('pending')).map(({ n }) => n)).toEqual([2]);
    expect(await team.run('pending --drop 1')).toMatchObject({ code: 2 });
    expect(await team.run('pending --drop 二')).toMatchObject({ code: 2 });
    expect(await team.run('pending --drop 2 --retry 2')).toMatchObject({ code: 2 });
  });

  it('of two users is applied in order of time', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    const at = (minute: number) => `2026-11-23T02:${String(minute).padStart(2, '0')}:00Z`;
    await team.run('edit 甲方 --set 客户规模=1人 --queue --wait 0', { at: at(3) });
    await team.run('edit 甲方 --set 客户规模=2人 --queue --wait 0', { at: at(5), user: '李强' });
    await team.run('edit 甲方 --set 客户规模=3人 --queue --wait 0', { at: at(7) });
    await team.run('edit 甲方 --set 客户规模=4人 --queue --wait 0', { at: at(4), user: '李强' });
    expect((await team.json('pending')).map(({ n }) => n)).toEqual([1, 4, 2, 3]);
    team.close();
    await team.run('sync');
    const { events } = JSON.parse((await team.run('show 甲方 --json')).out);
    const said = events.flatMap(({ values, by }: { values: Record<string, string>; by: string }) =>
      values.列 === '客户规模' ? [`${values.新值} ${by}`] : [],
    );
    expect(said).toEqual(['1人 王芳', '4人 李强', '2人 李强', '3人 王芳']);
  });

  it('that a crash left in the queue after its write is not written again', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    await team.run('log 甲方 打了电话 --queue --wait 0');
    const queue = join(team.folder, '漏斗/.funnel/csv/queue');
    const [name = ''] = readdirSync(queue);
    const before = readFileSync(join(queue, name));
    team.close();
    await team.run('sync');
    writeFileSync(join(queue, name), before);
    // Not even where it has been taken back meanwhile.
    expect(await team.json('pending')).toEqual([]);
    await team.run('undo');
    writeFileSync(join(queue, name), before);
    expect(await team.run('sync')).toMatchObject({ code: 0, out: '' });
    await team.run('edit 甲方 --set 客户规模=1人');
    expect(JSON.parse(readFileSync(join(queue, name), 'utf8')).commands).toEqual([]);
    expect((await team.json('list'))[0]).toMatchObject({ lastFollowUp: null, size: '1人' });
  });

  it('that a sync client has laid down twice is one command', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.open();
    await team.run('log 甲方 打了电话 --queue --wait 0');
    const queue = join(team.folder, '漏斗/.funnel/csv/queue');
    const [name = ''] = readdirSync(queue);
    copyFileSync(join(queue, name), join(queue, name.replace('.json', ' (冲突副本).json')));
    expect(await team.json('pending')).toHaveLength(1);
    team.close();
    expect(await team.run('sync')).toMatchObject({ code: 0, out: '已补写 1 条排队的命令\n' });
    expect(await team.json('pending')).toEqual([]);
    const { events } = JSON.parse((await team.run('show 甲方 --json')).out);
    expect(events.map(({ type }: { type: string }) => type)).toEqual(['created', 'followup']);
  });

  it('may be about a lead that waits itself, whatever number that comes to', async () => {
    const team = await newTeam('csv');
    team.open();
    await team.run(`${lead('甲方机械')} --queue --wait 0`);
    await team.run('log 甲方 打了电话 --queue --wait 0');
    expect((await team.json('pending'))[1]?.command).toBe('log 甲方机械 打了电话 --type 电话');
    // Somebody types a row in by hand: it takes the number.
    const table = join(team.folder, '漏斗', '客户信息跟踪表.csv');
    const text = readFileSync(table, 'utf8');
    const columns = text.split('\r\n')[0]?.split(',').length ?? 0;
    const row = ['手工行', '张工', '13900000000', '', '', '', '官网表单', '2026-11-23', '线索获取'];
    writeFileSync(table, `${text}${[...row, ...Array(columns - row.length).fill('')].join(',')}\r\n`);
    team.close();
    expect(await team.run('sync')).toMatchObject({ code: 0 });
    expect(await team.json('list')).toMatchObject([
      { customer: '手工行', id: 'L20261123-001', lastFollowUp: null },
      { customer: '甲方机械', id: 'L20261123-002', lastFollowUp: '2026-11-23' },
    ]);
  });

  it('is kept without being asked where 设置 says 占用时=排队', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    const settings = join(team.folder, '漏斗', '设置.csv');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('占用时,拒绝', '占用时,排队'));
    team.open();
    expect(await team.run('log 甲方 打了电话 --wait 0')).toMatchObject({ code: 0 });
    expect(await team.json('pending')).toHaveLength(1);
    const page = await team.run('check --all');
    expect(page.out).toContain('含 1 条排队的命令(待写)');
    expect((await team.run('show 甲方')).out).toContain('含 1 条排队的命令(待写)');
    expect((await team.run('list')).out).toContain('线索获取,待写');
  });

  it('about several deals from stdin waits as one: shown with them, written or refused as a whole, dropped by one number', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    await team.run(lead('乙方电子'));
    team.open();
    const logBoth = () =>
      runIn(
        team.folder,
        ['log', '-', '发了新品资料', '--type', '邮件', '--queue', '--wait', '0', '--file', '漏斗'],
        { stdin: Buffer.from('甲方\n002\n'), env: { FUNNEL_USER: '王芳' } },
      );
    const ids = ['L20261123-001', 'L20261123-002'];
    expect((await logBoth()).out).toContain('已排队(第 1 条)');
    expect(await team.json('pending')).toMatchObject([
      { n: 1, command: `log --type 邮件 -- - 发了新品资料 < ${ids.join(' ')}` },
    ]);
    expect((await team.json('list')).map(({ queued }) => queued)).toEqual([1, 1]);
    expect(await team.run('pending --drop 1')).toMatchObject({ code: 0 });
    await logBoth();
    team.close();
    expect(JSON.parse((await team.run('sync --json')).out).written).toMatchObject([{ n: 2, ids }]);
    expect((await team.json('undo --list')).slice(0, 1)).toMatchObject([{ cells: 20 }]);
    // One of them goes: then neither is written.
    team.open();
    await logBoth();
    const table = join(team.folder, '漏斗', '客户信息跟踪表.csv');
    writeFileSync(table, readFileSync(table, 'utf8').replace(/^乙方电子.*\r\n/m, ''));
    team.close();
    expect(await team.run('sync')).toMatchObject({ code: 4 });
    expect(await team.json('pending')).toMatchObject([{ n: 3, reason: expect.stringContaining('002') }]);
    const shown = JSON.parse((await team.run('show 甲方 --json')).out);
    expect(shown.events.map(({ type }: { type: string }) => type)).toEqual(['created', 'followup']);
  });

  it('a list from stdin cannot wait: it is gone by then', async () => {
    const team = await newTeam('csv');
    team.open();
    const ran = await runIn(team.folder, ['import', '-', '--queue', '--wait', '0', '--file', '漏斗'], {
      stdin: Buffer.from('客户名称,联系人,联系方式,需求标签,来源渠道\n甲,李,13800000000,CRM,行业展会\n'),
    });
    expect(ran.code).toBe(5);
    expect(await team.json('pending')).toEqual([]);
  });

  it.each([
    '{"last":1,',
    'null',
    '7',
    '{"last":1,"commands":[null]}',
    '{"last":1,"commands":[{"n":1,"id":"a","time":"2026-11-23T02:00:00Z","day":"2026-11-23","user":"王芳","cwd":"/","argv":"sync","after":0}]}',
  ])('whose file is broken stops nobody from looking, and is named: %s', async (text) => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    const queue = join(team.folder, '漏斗/.funnel/csv/queue');
    mkdirSync(queue);
    writeFileSync(join(queue, '王芳-00000000.json'), text);
    const listed = await team.run('list');
    expect(listed.code).toBe(0);
    expect(listed.err).toContain('王芳-00000000.json');
    for (const line of ['sync', 'pending', 'log 甲方 打了电话'])
      expect(await team.run(line), line).toMatchObject({ code: 3 });
  });
});
