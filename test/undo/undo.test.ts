import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const NAME = '销售漏斗.xlsx';

interface Team {
  readonly folder: string;
  /** Runs a command as `user`; throws where the exit code is another. */
  run(
    line: string,
    more?: { readonly user?: string; readonly code?: number },
  ): Promise<{ readonly out: string; readonly err: string }>;
  bytes(): string;
  /** Another program opens the workbook, changes cells of the tracking sheet and saves it all anew. */
  edit(cells: Readonly<Record<string, string>>): Promise<void>;
  cell(address: string, sheet?: string): Promise<string>;
}

/** A new workbook with 甲方机械 (row 2) and 乙方电子 (row 3), entered by 王芳. */
async function newTeam(leads: readonly string[] = ['甲方机械', '乙方电子']): Promise<Team> {
  const folder = freshFolder();
  const book = join(folder, NAME);
  const team: Team = {
    folder,
    run: async (line, { user = '王芳', code = 0 } = {}) => {
      const ran = await runIn(folder, line.split(' '), { env: { FUNNEL_USER: user } });
      expect({ line, code: ran.code, err: code === 0 ? '' : ran.err }).toEqual({
        line,
        code,
        err: code === 0 ? '' : ran.err,
      });
      return ran;
    },
    bytes: () => readFileSync(book).toString('base64'),
    edit: async (cells) => {
      const workbook = await load(book);
      for (const [address, text] of Object.entries(cells))
        sheetOf(workbook, SHEETS.tracking).getCell(address).value = text;
      await workbook.xlsx.writeFile(book);
    },
    cell: async (address, sheet = SHEETS.tracking) => sheetOf(await load(book), sheet).getCell(address).text,
  };
  await team.run('init');
  for (const lead of leads) await team.run(addLead(lead));
  return team;
}

async function load(book: string): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  return workbook.xlsx.readFile(book);
}

function sheetOf(workbook: ExcelJS.Workbook, name: string): ExcelJS.Worksheet {
  const sheet = workbook.getWorksheet(name);
  if (!sheet) throw new Error(`no sheet ${name}`);
  return sheet;
}

const addLead = (customer: string) =>
  `add-lead --customer ${customer} --contact 李总 --phone 13800000000 --tags 需要CRM系统 --source 行业展会 --owner 王芳`;

describe('undo of a book that nobody touched since', () => {
  it('gives the exact bytes back, command by command, down to the empty book', async () => {
    const team = await newTeam([]);
    const states = [team.bytes()];
    for (const line of [
      addLead('甲方机械'),
      'log 甲方 打了电话',
      'edit 甲方 --set 客户规模=100-500人',
      addLead('乙方电子'),
    ]) {
      await team.run(line);
      states.push(team.bytes());
    }
    for (const state of states.slice(0, -1).reverse()) {
      const { out } = await team.run('undo');
      expect(out).toContain('文件与之前完全一样');
      expect(team.bytes()).toBe(state);
    }
    await team.run('undo', { code: 4 });
  });

  it('walks back further than twenty steps of writing and undoing in turn', async () => {
    const team = await newTeam(['甲方机械']);
    const states: string[] = [];
    for (let n = 1; n <= 11; n++) {
      states.push(team.bytes());
      await team.run(`edit 甲方 --set 客户规模=${n}人`);
    }
    for (const state of states.reverse()) {
      await team.run('undo');
      expect(team.bytes()).toBe(state);
    }
    await team.run(`edit 甲方 --set 客户规模=20人`);
    await team.run('undo');
    expect(team.bytes()).toBe(states.at(-1));
  });

  it('--dry-run lists the cells and writes nothing', async () => {
    const team = await newTeam();
    const before = team.bytes();
    const { out } = await team.run('undo --dry-run');
    expect(out).toContain('客户信息跟踪表!A3 客户名称: 乙方电子 → ∅');
    expect(team.bytes()).toBe(before);
    await team.run('undo');
    expect(team.bytes()).not.toBe(before);
  });

  it('--json and --list --json answer with the keys of the contract', async () => {
    const team = await newTeam();
    const list = JSON.parse((await team.run('undo --list --json')).out);
    expect(list.map(({ n }: { n: number }) => n)).toEqual([2, 1]);
    expect(Object.keys(list[0])).toEqual(['n', 'time', 'user', 'command', 'sheets', 'cells']);
    const done = JSON.parse((await team.run('undo --json')).out);
    expect(done).toMatchObject({ undone: { n: 2 }, left: [] });
    expect(done.changes[0]).toEqual({
      sheet: '客户信息跟踪表',
      cell: 'A3',
      column: '客户名称',
      before: '乙方电子',
      after: null,
    });
    expect(JSON.parse((await team.run('undo --list --json')).out)).toHaveLength(1);
  });

  it('--list leaves out what is kept no longer, and says how many', async () => {
    const team = await newTeam();
    for (let n = 1; n <= 20; n++) await team.run(`edit 甲方 --set 客户规模=${n}人`);
    const listed = await team.run('undo --list');
    expect(listed.out.match(/^\d+ {2}/gm)).toHaveLength(20);
    expect(listed.err).toContain('另有 2 条不能再撤销');
    expect((await team.run('undo --number 2 --yes', { code: 4 })).err).toContain('只保留最近 20 本');
  });

  it('settles first what a crash left unconfirmed', async () => {
    const team = await newTeam();
    const journal = join(team.folder, '.funnel', NAME, 'journal');
    renameSync(join(journal, '000002.json'), join(journal, '000002.pending.json'));
    await team.run('undo');
    expect(await team.cell('A3')).toBe('');
    expect(await team.cell('A2')).toBe('甲方机械');
  });
});

describe("undo and others' commands", () => {
  it('takes back my own last one, not the last one, and asks first', async () => {
    const team = await newTeam(['甲方机械']);
    await team.run(addLead('乙方电子'), { user: '李强' });
    const before = team.bytes();
    const { err } = await team.run('undo', { code: 2 });
    expect(err).toContain('--yes');
    expect(team.bytes()).toBe(before);
    await team.run('undo --yes');
    expect(await team.cell('A2')).toBe('');
    expect(await team.cell('A3')).toBe('乙方电子');
    expect(
      JSON.parse((await team.run('list --json')).out).map(({ customer }: { customer: string }) => customer),
    ).toEqual(['乙方电子']);
    await team.run('undo', { code: 4 });
  });

  it('names whose command it is, and takes it back with --any', async () => {
    const team = await newTeam(['甲方机械']);
    const before = team.bytes();
    await team.run(addLead('乙方电子'), { user: '李强' });
    const { err } = await team.run('undo', { user: '赵磊', code: 4 });
    expect(err).toContain('李强');
    const any = await team.run('undo --any', { user: '赵磊' });
    expect(any.err).toContain('这是 李强 在 2026-11-23 10:00 的命令:add-lead');
    expect(team.bytes()).toBe(before);
  });
});

describe('undo after a hand edit', () => {
  it('takes back its own cells and leaves what was typed', async () => {
    const team = await newTeam();
    await team.run('log 甲方 打了电话');
    await team.edit({ C3: '13911112222' });
    const { out } = await team.run('undo --dry-run');
    expect(out).toContain('客户信息跟踪表!M2 跟进记录: 2026-11-23:打了电话 → ∅');
    await team.run('undo', { code: 2 });
    const done = JSON.parse((await team.run('undo --yes --json')).out);
    expect(done).toMatchObject({ undone: { n: 3 }, left: [], exact: false });
    expect(await team.cell('M2')).toBe('');
    expect(await team.cell('A4', SHEETS.log)).toBe('');
    expect(await team.cell('C3')).toBe('13911112222');
    await team.run('check --json');
  });

  it('says what it leaves', async () => {
    const team = await newTeam();
    await team.run('edit 甲方 --set 客户规模=100人 --set 所属行业=制造业');
    await team.edit({ E2: '200人' });
    const done = JSON.parse((await team.run('undo --yes --json')).out);
    expect(done.left).toMatchObject([
      { sheet: '客户信息跟踪表', cell: 'E2', column: '客户规模', before: null, after: '100人', now: '200人' },
    ]);
    expect([await team.cell('D2'), await team.cell('E2')]).toEqual(['', '200人']);
  });

  it('is refused where nothing of it holds', async () => {
    const team = await newTeam();
    await team.run('log 甲方 打了电话');
    await team.edit({ M2: '改写了' });
    const before = team.bytes();
    const { err } = await team.run('undo --yes', { code: 4 });
    expect(err).toContain('保留 客户信息跟踪表!M2 跟进记录');
    expect(team.bytes()).toBe(before);
  });

  it('names the command before one that cannot be taken back, and takes that one by its number', async () => {
    const team = await newTeam();
    await team.run('edit 乙方 --set 客户规模=100人');
    await team.run('log 甲方 打了电话');
    await team.edit({ M2: '改写了' });
    const { err } = await team.run('undo --yes', { code: 4 });
    const [, command = ''] = /要撤销更早的一条\(edit .*\): funnel (undo --number 3)$/m.exec(err) ?? [];
    await team.run(`${command} --yes`);
    expect([await team.cell('E3'), await team.cell('M2')]).toEqual(['', '改写了']);
    const listed = JSON.parse((await team.run('undo --list --json')).out);
    expect(listed.map(({ n }: { n: number }) => n)).toEqual([4, 2, 1]);
  });

  it.each([
    ['undo --number 99', '没有可以撤销的第 99 条命令'],
    ['undo --number x', '--number「x」要是 undo --list 里的编号'],
  ])('%s is a usage error', async (line, text) => {
    const team = await newTeam(['甲方机械']);
    expect((await team.run(line, { code: 2 })).err).toContain(text);
  });

  it('a number of a colleague is refused without --any', async () => {
    const team = await newTeam(['甲方机械']);
    const { err } = await team.run('undo --number 1', { code: 4, user: '李雷' });
    expect(err).toContain('funnel undo --number 1 --any');
  });

  it('finds its rows again after the table was sorted', async () => {
    const team = await newTeam();
    await team.run('edit 甲方 --set 客户规模=100人');
    const workbook = await load(join(team.folder, NAME));
    const sheet = sheetOf(workbook, SHEETS.tracking);
    const [first, second] = [sheet.getRow(2).values, sheet.getRow(3).values];
    sheet.getRow(2).values = second;
    sheet.getRow(3).values = first;
    await workbook.xlsx.writeFile(join(team.folder, NAME));
    expect(await team.cell('E3')).toBe('100人');
    await team.run('undo --yes');
    expect([await team.cell('A3'), await team.cell('E3'), await team.cell('E2')]).toEqual([
      '甲方机械',
      '',
      '',
    ]);
  });

  it('is refused where the old workbook is not kept any more', async () => {
    const team = await newTeam();
    rmSync(join(team.folder, '.funnel', NAME, 'kept'), { recursive: true });
    const { err } = await team.run('undo', { code: 4 });
    expect(err).toContain('只保留最近 20 本');
  });
});

describe('undo with nothing to take back', () => {
  it('is refused, and no state folder appears: not for reading, not for init', async () => {
    const team = await newTeam([]);
    for (const line of ['list', 'undo --list']) await team.run(line);
    await team.run('undo', { code: 4 });
    expect(readdirSync(team.folder)).toEqual([NAME]);
  });

  it('a journal that cannot be read is passed over', async () => {
    const team = await newTeam([]);
    const journal = join(team.folder, '.funnel', NAME, 'journal');
    mkdirSync(journal, { recursive: true });
    writeFileSync(join(journal, '000001.json'), '{');
    await team.run('undo', { code: 4 });
    await team.run(addLead('甲方机械'));
    expect(existsSync(join(journal, '000002.json'))).toBe(true);
    await team.run('undo');
  });
});
