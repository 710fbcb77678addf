import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { type Ran, runIn, splitWords } from '../transcripts/run-transcript.ts';

// A sync client, or a window that was open since this morning, saves an old state over the book.

interface Team {
  run(
    line: string,
    more?: { readonly user?: string; readonly at?: string; readonly code?: number },
  ): Promise<Ran>;
  json(line: string): Promise<unknown>;
  /** Keeps the book as it is now. */
  keep(): void;
  /** Saves what was kept over the book. */
  putBack(): void;
  /** Changes the text of one sheet of a CSV store. */
  edit(sheet: string, change: (text: string) => string): void;
}

async function newTeam(format: 'xlsx' | 'csv'): Promise<Team> {
  const folder = freshFolder();
  const name = format === 'csv' ? '漏斗' : '漏斗.xlsx';
  const aside = join(freshFolder(), name);
  const run: Team['run'] = async (line, { user = '王芳', at = '2026-11-23T02:00:00Z', code = 0 } = {}) => {
    const ran = await runIn(folder, [...splitWords(line), '--file', name], {
      env: { FUNNEL_USER: user },
      now: Date.parse(at),
    });
    expect({ line, code: ran.code, err: ran.code === code ? '' : ran.err }).toEqual({ line, code, err: '' });
    return ran;
  };
  expect(await runIn(folder, ['init', name, '--format', format])).toMatchObject({ code: 0 });
  const isState = (path: string) => path.includes('.funnel');
  return {
    run,
    json: async (line) => JSON.parse((await run(`${line} --json`)).out),
    keep() {
      rmSync(aside, { recursive: true, force: true });
      cpSync(join(folder, name), aside, { recursive: true, filter: (path) => !isState(path) });
    },
    edit(sheet, change) {
      const path = join(folder, name, `${sheet}.csv`);
      writeFileSync(path, change(readFileSync(path, 'utf8')));
    },
    putBack: () => cpSync(aside, join(folder, name), { recursive: true }),
  };
}

const lead = (customer: string) =>
  `add-lead --customer ${customer} --contact 李总 --phone 13800000000 --tags 需要CRM系统 --source 行业展会`;

describe.each(['xlsx', 'csv'] as const)('what another program saved over (%s)', (format) => {
  it('is noticed by every command, named by verify, and written again as it was', async () => {
    const team = await newTeam(format);
    await team.run(`${lead('甲方机械')} --screened 相符`);
    team.keep();
    await team.run('log 甲方 打了电话 --next +3wd', { at: '2026-11-23T03:00:00Z' });
    await team.run(`${lead('乙方电子')} --amount 15万 --set 客户关注点=安全`, { user: '李强' });
    await team.run('advance 甲方');
    await team.run('log 乙方 发了邮件');
    const whole = [await team.json('list'), await team.json('show 甲方'), await team.json('show 乙方')];
    expect((await team.run('list')).err).toBe('');
    team.putBack();
    expect((await team.run('list')).err).toContain('4 条记录被别的程序覆盖');
    expect((await team.run('list --quiet')).err).toBe('');
    const verified = JSON.parse((await team.run('verify --json', { code: 10 })).out);
    const named = verified.findings.filter(({ rule }: { rule: string }) => rule === 'overwritten');
    expect(named).toHaveLength(4);
    expect(named[0].message).toContain('log 甲方 打了电话');
    const trial = await team.run('restore --dry-run');
    expect(trial.out).toContain('没有写入任何内容');
    expect((await team.run('check --level overdue')).err).toContain('4 条记录被别的程序覆盖');
    const restored = JSON.parse((await team.run('restore --json')).out);
    expect(restored.restored.map(({ events }: { events: number }) => events)).toEqual([1, 1, 1, 1]);
    expect(restored.left).toEqual([]);
    expect([await team.json('list'), await team.json('show 甲方'), await team.json('show 乙方')]).toEqual(
      whole,
    );
    expect((await team.run('verify --level overdue')).err).toBe('');
    expect((await team.run('restore')).err).toContain('没有被覆盖的记录');
    // Taken back, they are lost again; dismissed, nobody speaks of them any more.
    await team.run('undo');
    expect((await team.run('list')).err).toContain('4 条记录被别的程序覆盖');
    await team.run('restore --dismiss');
    expect((await team.run('list')).err).toBe('');
    expect(await team.json('undo --list')).toHaveLength(5);
  }, 60_000);

  it('is written beside what was done meanwhile; what somebody has said otherwise stays, and is told', async () => {
    const team = await newTeam(format);
    await team.run(`${lead('甲方机械')} --screened 相符`);
    team.keep();
    await team.run('log 甲方 打了电话');
    await team.run('edit 甲方 --set 客户规模=100人 所属行业=制造业');
    await team.run(lead('乙方电子'));
    await team.run('log 乙方 发了邮件');
    team.putBack();
    const at = '2026-11-24T02:00:00Z';
    await team.run('log 甲方 拜访了客户', { at });
    await team.run('edit 甲方 --set 客户规模=300人', { at });
    // The number of 乙方电子 is free again, so it is given again.
    await team.run(`${lead('丙方商行')} --on 2026-11-23`, { at });
    const { left } = JSON.parse((await team.run('restore --json', { at })).out);
    expect(left).toMatchObject([{ column: '客户规模', before: null, after: '100人', now: '300人' }]);
    const deals = JSON.parse((await team.run('list --json', { at })).out);
    expect(deals).toMatchObject([
      { id: 'L20261123-001', customer: '甲方机械', size: '300人', industry: '制造业' },
      { id: 'L20261123-002', customer: '丙方商行', lastFollowUp: null },
      { id: 'L20261123-003', customer: '乙方电子', lastFollowUp: '2026-11-23' },
    ]);
    const shown = JSON.parse((await team.run('show 甲方 --json', { at })).out);
    const told = shown.events.filter(({ type }: { type: string }) => type === 'followup');
    expect(told.map(({ note }: { note: string }) => note)).toEqual(['打了电话', '拜访了客户']);
    expect(JSON.parse((await team.run('verify --json', { at })).out)).toEqual({ findings: [] });
  }, 60_000);

  it('stands in 跟进记录 behind what came there meanwhile', async () => {
    const team = await newTeam(format);
    await team.run(lead('甲方机械'));
    team.keep();
    await team.run('log 甲方 打了电话');
    await team.run('log 甲方 拜访了客户');
    team.putBack();
    await team.run('log 甲方 拜访了客户', { at: '2026-11-24T02:00:00Z' });
    const [cell] = JSON.parse((await team.run('restore --json')).out).changes.filter(
      ({ column }: { column: string }) => column === '跟进记录',
    );
    expect(cell.after).toBe('2026-11-24:拜访了客户;2026-11-23:打了电话;2026-11-23:拜访了客户');
  }, 60_000);

  it('is not what undo took back', async () => {
    const team = await newTeam(format);
    await team.run(lead('甲方机械'));
    await team.run('undo');
    expect((await team.run('list')).err).toBe('');
    expect((await team.run('restore')).err).toContain('没有被覆盖的记录');
  });
});

describe('what is no loss', () => {
  it('a follow-up that somebody has typed again: it is not written a second time', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    team.keep();
    await team.run('log 甲方 打了电话');
    team.putBack();
    team.edit('客户信息跟踪表', (text) => text.replace(',,L2026', ',又来电;2026-11-23:打了电话,L2026'));
    const { changes } = JSON.parse((await team.run('restore --json')).out);
    expect(changes.map(({ sheet }: { sheet: string }) => sheet)).not.toContain('客户信息跟踪表');
    expect(changes.length).toBeGreaterThan(5);
  });

  it('Excel writing the times of a CSV file its own way', async () => {
    const team = await newTeam('csv');
    await team.run(lead('甲方机械'));
    await team.run('log 甲方 打了电话');
    team.edit('过程记录', (text) => text.replaceAll('2026-11-23 10:00:00', '2026/11/23 10:00'));
    expect((await team.run('list')).err).toBe('');
    team.edit('过程记录', (text) => text.replaceAll('2026/11/23 10:00', ''));
    expect((await team.run('list')).err).toBe('');
    team.edit('过程记录', (text) => text.replace(/^2,.*\r\n/m, ''));
    expect((await team.run('list')).err).toContain('1 条记录被别的程序覆盖');
  });
});
