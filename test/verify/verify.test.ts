import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

const NAME = '销售漏斗.xlsx';
const ONE = 'L20260511-001';
const TWO = 'L20260511-002';

/** Two leads of 2026-05-11, one of them moved on; `edit` is another program that changes cells. */
async function newTeam() {
  const folder = freshFolder();
  const book = join(folder, NAME);
  const run = (line: string) => runIn(folder, splitWords(line), { now: Date.parse('2026-05-20T02:00:00Z') });
  const lead =
    'add-lead --contact 李总 --tags CRM --source 行业展会 --on 2026-05-11 --owner 王芳 --screened 相符';
  await run('init');
  await run(`${lead} --customer 甲方机械 --phone 13800000000`);
  await run(`${lead} --customer 乙方电子 --phone 13800000001`);
  const edit = async (change: (sheet: (name: string) => ExcelJS.Worksheet) => void) => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(book);
    change((name) => {
      const sheet = workbook.getWorksheet(name);
      if (!sheet) throw new Error(name);
      return sheet;
    });
    await workbook.xlsx.writeFile(book);
  };
  const verify = async (more = '') => {
    const { code, out } = await run(`verify --json ${more}`);
    return { code, findings: JSON.parse(out).findings as Readonly<Record<string, string | null>>[] };
  };
  return { folder, book, run, edit, verify };
}

/** The column of a header, and a cell under it. */
function cellOf(sheet: ExcelJS.Worksheet, header: string, row: number): ExcelJS.Cell {
  const headers = sheet.getRow(1).values as unknown[];
  const col = headers.indexOf(header);
  if (col < 0) throw new Error(header);
  return sheet.getRow(row).getCell(col);
}

describe('verify', () => {
  it('a sound book, and every sample team, has nothing: exit 0, silent with --quiet', async () => {
    const { run } = await newTeam();
    expect(await run('verify')).toMatchObject({ code: 0, out: '没有问题: 2 个商机,4 条过程记录\n' });
    expect(await run('verify --quiet')).toEqual({ code: 0, out: '', err: '' });
    const sample = freshFolder();
    const { code, out } = await runIn(sample, ['init', '--sample', '--as-of', '2026-10-09']).then(() =>
      runIn(sample, ['verify', '--as-of', '2026-10-09', '--lang', 'en']),
    );
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^All is well: \d+ deals, \d+ records\n$/),
    });
  });

  it.each<
    readonly [string, (sheet: (name: string) => ExcelJS.Worksheet) => void, string, string | null, string]
  >([
    [
      'a row that was deleted',
      (sheet) => sheet(SHEETS.tracking).spliceRows(3, 1),
      'deleted-row',
      '过程记录!A4',
      `${TWO} 乙方电子 的行不在`,
    ],
    [
      'an id that stands twice',
      (sheet) => {
        cellOf(sheet(SHEETS.tracking), '商机编号', 3).value = ONE;
      },
      'duplicate-id',
      '客户信息跟踪表!N3',
      `${ONE} 出现两次`,
    ],
    [
      'a stage changed by hand',
      (sheet) => {
        cellOf(sheet(SHEETS.tracking), '当前阶段', 2).value = '需求挖掘';
      },
      'drift',
      '客户信息跟踪表!I2',
      '表里改成了「需求挖掘」',
    ],
    [
      'a word nobody knows',
      (sheet) => {
        cellOf(sheet(SHEETS.tracking), '当前阶段', 2).value = '跟进ing';
      },
      'unknown-stage',
      '客户信息跟踪表!I2',
      '跟进ing',
    ],
    [
      'a cell nobody can read',
      (sheet) => {
        cellOf(sheet(SHEETS.tracking), '预计成交日期', 2).value = '年底前后';
      },
      'unread',
      '客户信息跟踪表!J2',
      '年底前后',
    ],
    [
      'a record nobody can read',
      (sheet) => {
        cellOf(sheet(SHEETS.log), '类型', 3).value = '???';
      },
      'unread',
      '过程记录!E3',
      '???',
    ],
    [
      'a record of the future',
      (sheet) => {
        cellOf(sheet(SHEETS.log), '日期', 3).value = '2026-06-30';
      },
      'event-order',
      '过程记录!A3',
      '2026-06-30) 在今天之后',
    ],
    [
      'an item before the entry',
      (sheet) => {
        cellOf(sheet(SHEETS.log), '日期', 3).value = '2026-05-01';
      },
      'event-order',
      '过程记录!A3',
      '早于录入 2026-05-11',
    ],
    [
      'a number that stands twice',
      (sheet) => {
        cellOf(sheet(SHEETS.log), '序号', 3).value = 1;
      },
      'event-order',
      '过程记录!A2',
      '序号 1 出现不止一次',
    ],
    [
      'a setting that cannot be used',
      (sheet) => {
        sheet(SHEETS.settings).addRow(['期限', '首次接触', '三天']);
      },
      'bad-setting',
      null,
      '首次接触',
    ],
  ])('%s is named with its cell: exit 10', async (_why, change, rule, place, says) => {
    const { edit, verify } = await newTeam();
    await edit(change);
    const { code, findings } = await verify();
    expect(code).toBe(10);
    const found = findings.find((each) => each.rule === rule);
    expect(found).toMatchObject({ rule, level: 'data' });
    expect(found?.message).toContain(says);
    if (place !== null) expect(`${found?.sheet}!${found?.cell}`).toBe(place);
    expect(Object.keys(found ?? {})).toEqual(['rule', 'level', 'sheet', 'cell', 'id', 'message', 'fix']);
  });

  it('moves that go back in time, or from where the deal never was, are one finding', async () => {
    const { run, edit, verify } = await newTeam();
    await run(`advance ${ONE} --on 2026-05-14 --force --reason 测试`);
    await run(`advance ${ONE} --on 2026-05-18 --force --reason 测试`);
    expect((await verify()).findings.filter(({ rule }) => rule === 'event-order')).toEqual([]);
    await edit((sheet) => {
      const log = sheet(SHEETS.log);
      for (let row = 2; row <= log.rowCount; row++)
        if (cellOf(log, '新阶段', row).value === '方案呈现') cellOf(log, '日期', row).value = '2026-05-12';
    });
    const [found, more] = (await verify()).findings.filter(({ rule }) => rule === 'event-order');
    expect(more).toBe(undefined);
    expect(found?.message).toContain('早于上一次阶段变化 2026-05-14');
    await edit((sheet) => {
      const log = sheet(SHEETS.log);
      for (let row = 2; row <= log.rowCount; row++) {
        if (cellOf(log, '新阶段', row).value !== '方案呈现') continue;
        cellOf(log, '日期', row).value = '2026-05-18';
        cellOf(log, '原阶段', row).value = '谈判推进';
      }
    });
    const [moved] = (await verify()).findings.filter(({ rule }) => rule === 'event-order');
    expect(moved?.message).toContain('原阶段写「谈判推进」,之前却在「需求挖掘」');
  });

  it('a table that does not balance is named with the report that mends it', async () => {
    const { run, edit, verify } = await newTeam();
    await run('report --quarter 2026Q1 --write');
    await run('report --quarter 2026Q2 --write');
    expect((await verify()).findings).toEqual([]);
    await edit((sheet) => {
      const table = sheet(SHEETS.conversion);
      cellOf(table, '新增', 8).value = 5;
    });
    const { findings } = await verify();
    expect(findings).toMatchObject([
      { rule: 'unbalanced', sheet: SHEETS.conversion, fix: 'funnel report --quarter 2026Q2 --write' },
    ]);
    expect(findings[0]?.message).toContain('0 + 5 ≠ 0 + 0 + 0 + 2');
    expect(await run('report --quarter 2026Q2 --write')).toMatchObject({ code: 0 });
    expect((await verify()).findings).toEqual([]);
    await edit((sheet) => {
      cellOf(sheet(SHEETS.conversion), '期末客户数', 2).value = 3;
      cellOf(sheet(SHEETS.conversion), '期初客户数', 2).value = 3;
    });
    expect((await verify()).findings[0]?.message).toContain('期初 0 ≠ 2026Q1 的期末 3');
  });

  it('for people: by rule, each with what to do', async () => {
    const { run, edit } = await newTeam();
    await edit((sheet) => {
      cellOf(sheet(SHEETS.tracking), '当前阶段', 2).value = '需求挖掘';
    });
    const { code, out } = await run('verify');
    expect(code).toBe(10);
    expect(out).toMatch(/^手工改阶段 · 1\n {2}表里改成了「需求挖掘」/);
    expect(out).toContain('    → funnel verify --fix\n');
    expect(await run('verify --level severe')).toMatchObject({ code: 0 });
    expect(await run('verify --level nix')).toMatchObject({ code: 2 });
  });

  it('reads a table that was never adopted', async () => {
    const { run } = await newTeam();
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('客户');
    sheet.addRows([
      ['客户名称', '当前阶段', '预计金额'],
      ['甲', '???', '十五'],
    ]);
    const folder = freshFolder();
    await workbook.xlsx.writeFile(join(folder, '客户表.xlsx'));
    const { code, out } = await runIn(folder, ['verify', '--json']);
    expect(code).toBe(10);
    expect(JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule)).toContain('unknown-stage');
    expect(await run('verify --file 没有.xlsx')).toMatchObject({ code: 3 });
  });
});

describe('verify --fix', () => {
  it('lists first and writes with --yes: a second id for the copied row, the hand-made move as 人工', async () => {
    const { book, run, edit, verify } = await newTeam();
    await edit((sheet) => {
      cellOf(sheet(SHEETS.tracking), '当前阶段', 2).value = '需求挖掘';
      cellOf(sheet(SHEETS.tracking), '商机编号', 3).value = ONE;
    });
    const before = readFileSync(book);
    const trial = await run('verify --fix');
    expect(trial).toMatchObject({ code: 0 });
    expect(trial.out).toContain('L20260511-003');
    expect(trial.err).toContain('写入: funnel verify --fix --yes');
    expect(readFileSync(book)).toEqual(before);
    expect(await run('verify --fix --yes')).toMatchObject({ code: 0 });
    const left = (await verify()).findings.map(({ rule, id }) => `${rule} ${id}`);
    // The events of the row whose id was typed over are left: nobody can tell whose they are.
    expect(left).toEqual([`deleted-row ${TWO}`]);
    expect((await run(`show ${ONE} --json`)).out).toContain('"to": "discovery"');
    await run('undo');
    expect(readFileSync(book)).toEqual(before);
  });

  it('what only people can decide is left alone', async () => {
    const { book, run, edit } = await newTeam();
    await edit((sheet) => {
      cellOf(sheet(SHEETS.tracking), '当前阶段', 2).value = '跟进ing';
    });
    const before = readFileSync(book);
    const { code, err } = await run('verify --fix --yes');
    expect({ code, said: err.includes('没有能自动修复的') }).toEqual({ code: 0, said: true });
    expect(readFileSync(book)).toEqual(before);
  });
});
