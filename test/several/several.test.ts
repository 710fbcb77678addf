import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellText, type SheetRow } from '../../src/core/sheet.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { bundleScript } from '../bundle.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// Two teams that use the same ids and both work on 甲方机械, a third that has nothing to do with them, and a broken book.

const root = mkdtempSync(join(tmpdir(), 'funnel-several-'));
const whole = join(root, 'whole');
const broken = join(root, 'broken');
const NAMES = ['东部', '西部', '样例'];
const LEAD = '--contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --on 2026-11-20';

interface Report {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly totals: Readonly<Record<string, number>>;
  readonly groups: readonly { readonly key: string; readonly rows: Report['rows'] }[];
  readonly incomplete: readonly { readonly file: string; readonly error: { readonly code: string } }[];
}

const funnel = (folder: string, line: string) => runIn(folder, splitWords(line));
const jsonOf = async (folder: string, line: string) =>
  JSON.parse((await funnel(folder, `${line} --json`)).out);

async function must(folder: string, line: string): Promise<void> {
  const { code, err } = await funnel(folder, line);
  if (code !== 0) throw new Error(`${line}: ${code} ${err}`);
}

async function rowsIn(store: Store, sheet: string): Promise<{ readonly rows: readonly SheetRow[] }> {
  const rows: SheetRow[] = [];
  await store.readRows(sheet, (row) => rows.push(row) > 0);
  return { rows };
}

beforeAll(async () => {
  mkdirSync(whole);
  await must(whole, 'init 东部.xlsx');
  copyFileSync(join(whole, '东部.xlsx'), join(whole, '西部.xlsx'));
  await must(whole, `add-lead --file 东部.xlsx --customer 甲方机械有限公司 --owner 王芳 ${LEAD}`);
  await must(whole, `add-lead --file 西部.xlsx --customer 甲方机械 --owner 李强 ${LEAD}`);
  await must(whole, `add-lead --file 西部.xlsx --customer 乙方电子 --owner 王芳 ${LEAD}`);
  await must(whole, 'init 样例.xlsx --sample');
  symlinkSync(join(whole, '东部.xlsx'), join(root, '也叫东部.xlsx'));
  cpSync(whole, broken, { recursive: true });
  writeFileSync(join(broken, '坏的.xlsx'), 'no zip');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Numbers that may be added up: counts and amounts, no rates, no distinct customers. */
function countsOf({ rows }: Pick<Report, 'rows'>): readonly Readonly<Record<string, number>>[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([key, value]) =>
        typeof value === 'number' && !/^(rate|share|customers)$/.test(key) ? [[key, value]] : [],
      ),
    ),
  );
}

function addUp(tables: readonly ReturnType<typeof countsOf>[]): ReturnType<typeof countsOf> {
  const [first = []] = tables;
  return first.map((row, index) =>
    Object.fromEntries(
      Object.keys(row).map((key) => [
        key,
        tables.reduce((sum, table) => sum + (table[index]?.[key] ?? 0), 0),
      ]),
    ),
  );
}

describe('a report over several books', () => {
  it.each(['--year', '--year --cohort', '--snapshot'])('%s is the sum of its teams', async (view) => {
    const all: Report = await jsonOf(whole, `report ${view} --by team --file .`);
    const each = await Promise.all(NAMES.map((name) => jsonOf(whole, `report ${view} --file ${name}.xlsx`)));
    expect(all.groups.map(({ key }) => key).sort()).toEqual([...NAMES].sort());
    expect(addUp(each.map(countsOf))).toEqual(countsOf(all));
    expect(addUp(all.groups.map(countsOf))).toEqual(countsOf(all));
    for (const [index, name] of NAMES.entries())
      expect(all.groups.find(({ key }) => key === name)?.rows).toEqual(each[index].rows);
    expect(all.incomplete).toEqual([]);
  });

  it('groups across teams by what the rows say', async () => {
    const all: Report = await jsonOf(whole, 'report --year --by owner --file .');
    expect(addUp(all.groups.map(countsOf))).toEqual(countsOf(all));
    const owners = all.groups.map(({ key }) => key);
    expect(owners.filter((key) => key === '王芳')).toHaveLength(1);
  });

  it('tells apart 商机 of two books with one id', async () => {
    const files = '--file 东部.xlsx --file 西部.xlsx';
    const cell = await jsonOf(whole, `report --year --explain 线索获取.新增 ${files}`);
    expect(cell.count).toBe(3);
    const named = cell.opportunities.map((each: { team: string; id: string }) => `${each.team} ${each.id}`);
    expect(named).toEqual(['东部 L20261120-001', '西部 L20261120-001', '西部 L20261120-002']);
    const { out } = await funnel(whole, `report --year --explain 线索获取.新增 ${files}`);
    expect(out).toMatch(/西部 +L20261120-001 +甲方机械/);
  });
});

describe('which books', () => {
  const wanted = '["东部","样例","西部"]';
  const teamsOf = async (folder: string, line: string) => {
    const { out } = await funnel(folder, `report --snapshot --by team --json ${line}`);
    return JSON.stringify((JSON.parse(out) as Report).groups.map(({ key }) => key).sort());
  };

  it.each([
    ['--file 东部.xlsx --file 西部.xlsx --file 样例.xlsx', 'each by its name'],
    ['--file *.xlsx', 'a pattern that no shell has spread'],
    ['--file 东部.xlsx 样例.xlsx 西部.xlsx', 'a pattern that the shell has spread'],
    ['--file .', 'the folder'],
    ['--file ../who?e', 'a pattern that names folders'],
    ['--file . --file 东部.xlsx', 'one named twice is counted once'],
    ['--file *.xlsx --file ../也叫东部.xlsx', 'so is one under another name'],
  ])('%s', async (line, why) => {
    expect(await teamsOf(whole, line), why).toBe(wanted);
  });

  it('come from "files" in funnel.config.json, beside it', async () => {
    const folder = join(root, 'config');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'funnel.config.json'),
      '{"files": ["../whole/*部.xlsx", "../whole/样例.xlsx"]}',
    );
    expect(await teamsOf(folder, '')).toBe(wanted);
    const written = await funnel(folder, 'log 甲方机械 打了电话');
    expect([written.code, written.err]).toEqual([2, expect.stringContaining('东部.xlsx、西部.xlsx')]);
    writeFileSync(join(folder, 'funnel.config.json'), '{"files": "whole"}');
    expect((await funnel(folder, 'report')).code).toBe(3);
  });

  it('of funnel.config.json are "files" where it has "file" too', async () => {
    const folder = join(root, 'both');
    mkdirSync(folder);
    const write = (files: readonly string[]) =>
      writeFileSync(
        join(folder, 'funnel.config.json'),
        JSON.stringify({ file: '../whole/样例.xlsx', files }),
      );
    write(['../whole/东部.xlsx']);
    expect((await jsonOf(folder, 'list')).map(({ customer }: { customer: string }) => customer)).toEqual([
      '甲方机械有限公司',
    ]);
    expect(JSON.parse((await funnel(folder, 'show 启帆 --json')).out).customer).toMatch(/启帆/);
  });

  it('may be a CSV file, which means its folder', async () => {
    const folder = join(root, 'csv');
    mkdirSync(folder);
    await must(folder, 'init 南部 --format csv');
    await must(folder, `add-lead --file 南部 --customer 丙方物流 --owner 王芳 ${LEAD}`);
    copyFileSync(join(whole, '东部.xlsx'), join(folder, '东部.xlsx'));
    for (const files of [
      '--file 南部/客户信息跟踪表.csv --file 东部.xlsx',
      '--file 南部 --file 东部.xlsx',
      '--file .',
      '--file 南部 --file 南部/设置.csv --file 东部.xlsx',
    ]) {
      const found = (await jsonOf(folder, `check --as-of 2026-11-27 ${files}`)).findings.filter(
        ({ rule }: { rule: string }) => rule === 'D1',
      );
      const named = found.map(({ team, id }: { team: string; id: string }) => `${team} ${id}`);
      expect(named.sort(), files).toEqual(['东部 L20261120-001', '南部 L20261120-001']);
    }
  });

  it('are no copies, lock files or reports that funnel wrote', async () => {
    const folder = join(root, 'copies');
    cpSync(whole, folder, { recursive: true });
    copyFileSync(join(folder, '东部.xlsx'), join(folder, '东部 副本.xlsx'));
    copyFileSync(join(folder, '东部.xlsx'), join(folder, '~$东部.xlsx'));
    await must(folder, 'report --file 样例.xlsx --out 季报.xlsx');
    for (const files of ['.', '*.xlsx']) expect(await teamsOf(folder, `--file ${files}`), files).toBe(wanted);
    // As bash spreads `--file 东部*.xlsx 西部.xlsx`.
    const spread = [
      '--file',
      '东部 副本.xlsx',
      '东部.xlsx',
      '西部.xlsx',
      '--json',
      '--snapshot',
      '--by',
      'team',
    ];
    const ran = await runIn(folder, ['report', ...spread]);
    expect((JSON.parse(ran.out) as Report).groups.map(({ key }) => key)).toEqual(['西部', '东部']);
    expect(ran.err).toBe('副本和 funnel 写的报表不算:东部 副本.xlsx\n');
    copyFileSync(join(folder, '西部.xlsx'), join(folder, '西部 副本.xlsx'));
    // Nothing but copies: they are meant, and never another book that lies about.
    const meant = await runIn(folder, ['list', '--json', '--file', '东部 副本.xlsx', '西部 副本.xlsx']);
    const teams = JSON.parse(meant.out).map(({ team }: { team: string }) => team);
    expect(teams).toEqual(['东部 副本', '西部 副本', '西部 副本']);
    rmSync(join(folder, '西部 副本.xlsx'));
    const { code, err } = await funnel(folder, 'check --file . --quiet');
    expect([code, err]).toEqual([10, '']);
    expect((await funnel(folder, 'check --file .')).err).toBe(
      '副本和 funnel 写的报表不算:东部 副本.xlsx、季报.xlsx\n',
    );
  });
});

describe('a book that cannot be read', () => {
  it('is named, the others are reported, and the report says that it is not whole', async () => {
    const { code, out, err } = await funnel(broken, 'report --snapshot --file .');
    expect(code).toBe(3);
    expect(out).toMatch(/^当前状况 .* \(不完整\)\n/);
    expect(out).toContain('不完整:3 本计入,1 本没有读到(坏的.xlsx)');
    expect(err).toMatch(/^未计入 坏的\.xlsx: .+\n$/);
    const json: Report = await jsonOf(broken, 'report --snapshot --file .');
    expect(json.incomplete).toEqual([
      { file: '坏的.xlsx', error: expect.objectContaining({ code: 'file' }) },
    ]);
    expect(json.rows).toEqual((await jsonOf(whole, 'report --snapshot --file .')).rows);
  });

  it.each(['check', 'list', 'verify', 'report', 'forecast'])(
    'is named on the page of %s, which may go into a log or a pipe',
    async (command) => {
      const { code, out } = await funnel(broken, `${command} --file .`);
      expect([code, out]).toEqual([3, expect.stringContaining('不完整:3 本计入,1 本没有读到(坏的.xlsx)')]);
    },
  );

  it('makes check exit 3, with the findings of the others', async () => {
    const { code, out } = await funnel(broken, 'check --file . --json');
    expect(code).toBe(3);
    expect(JSON.parse(out).findings).toEqual((await jsonOf(whole, 'check --file .')).findings);
  });

  it('may be a pattern that matches nothing', async () => {
    const { code, out } = await funnel(whole, 'report --json --file 东*.xlsx --file ../北/*.xlsx');
    const incomplete = [{ file: '../北/*.xlsx', error: expect.objectContaining({ code: 'file' }) }];
    expect([code, JSON.parse(out).incomplete]).toEqual([3, incomplete]);
    expect((await funnel(whole, 'log 甲方 打了电话 --file 北*.xlsx')).code).toBe(3);
  });

  it('says once what is wrong with the command line itself', async () => {
    const { code, err } = await funnel(whole, 'report --file . --as-of 改天');
    expect([code, err]).toEqual([2, '--as-of「改天」不是日期;请写成 2026-11-23\n']);
  });

  it.each([
    'check --notify',
    'check --nightly',
    'list --format ids',
    'check --level heute',
    'list --limit 0',
    'report --out x.txt',
  ])('is not even looked for where the command line itself is refused: %s', async (line) => {
    const { code, err } = await funnel(broken, `${line} --file .`);
    expect(code).toBe(2);
    expect(err).not.toContain('坏的');
  });

  it('is a failure where there is no other', async () => {
    const { code, out } = await funnel(broken, 'report --file 坏?.xlsx --file 没有.xlsx --json');
    expect([code, JSON.parse(out).error.code]).toEqual([3, 'file']);
    expect((await funnel(broken, 'report --file nothing*.xlsx')).code).toBe(3);
  });
});

describe('what other programs did to one of several books', () => {
  it('is said with its own command: records saved over, conflict copies', async () => {
    const folder = join(root, 'damage');
    cpSync(whole, folder, { recursive: true });
    for (const name of ['东部', '西部']) {
      const path = join(folder, `${name}.xlsx`);
      const old = readFileSync(path);
      await must(folder, `log L20261120-001 打了电话 --file ${name}.xlsx`);
      writeFileSync(path, old);
    }
    copyFileSync(join(folder, '样例.xlsx'), join(folder, '样例-冲突.xlsx'));
    const { code, err } = await funnel(folder, 'list --file 东部.xlsx --file 西部.xlsx --file 样例.xlsx');
    const lost = (name: string) =>
      `1 条记录被别的程序覆盖。看看能写回什么: funnel restore --dry-run --file ${name}.xlsx\n`;
    const copies = '同步冲突留下了副本 样例-冲突.xlsx:别人写的内容可能只在里面,对照之后请移走\n';
    expect([code, err]).toEqual([0, `${lost('东部')}${lost('西部')}${copies}`]);
  });
});

describe('check over several books', () => {
  it('finds the customer that two teams work on, and only there', async () => {
    const { findings } = await jsonOf(whole, 'check --file .');
    const shared = findings.filter(({ rule }: { rule: string }) => rule === 'two-teams');
    expect(shared).toEqual([
      expect.objectContaining({
        level: 'data',
        team: '东部',
        id: 'L20261120-001',
        explain: '同一客户还有别的团队在跟:西部 李强 L20261120-001',
        next: 'funnel show L20261120-001 --file 西部.xlsx',
      }),
      expect.objectContaining({ team: '西部', customer: '甲方机械', owner: '李强' }),
    ]);
    const one = await jsonOf(whole, 'check --file 东部.xlsx');
    expect(JSON.stringify(one)).not.toMatch(/two-teams|"team"|incomplete/);
  });

  it('finds of each team what its own check finds', async () => {
    const { findings, counts } = await jsonOf(whole, 'check --file .');
    const own = findings.filter(({ rule }: { rule: string }) => rule !== 'two-teams');
    for (const name of NAMES) {
      const alone = await jsonOf(whole, `check --file ${name}.xlsx`);
      const its = own.filter(({ team }: { team: string }) => team === name);
      expect(its.map(({ team: _, file: __, ...finding }: { team: string; file: string }) => finding)).toEqual(
        alone.findings,
      );
    }
    expect(Object.values<number>(counts).reduce((sum, n) => sum + n, 0)).toBe(findings.length);
  });

  it('heads its page by team and owner, and takes an owner of any team', async () => {
    const { code, out } = await funnel(whole, 'check --file . --owner 李强 --all');
    expect(code).toBe(10);
    expect(out).toContain('西部 · 李强 · ');
    expect(out).toContain('样例 · 李强 · ');
    expect((await funnel(whole, 'check --file . --owner 张三')).code).toBe(2);
  });
});

describe('two books of one team', () => {
  const folder = join(root, 'one-team');
  const FILES = '--file 甲组.xlsx --file 乙组.xlsx --file 空.xlsx';

  beforeAll(async () => {
    mkdirSync(folder);
    await must(folder, 'init 甲组.xlsx');
    const store = await openStore(join(folder, '甲组.xlsx'));
    const { rows } = await rowsIn(store, '设置');
    const row = rows.find(({ cells }) => cells.some((cell) => cell && cellText(cell) === '团队名称'))?.row;
    const place = { sheet: '设置', row: row ?? 0, col: 3 };
    const { files } = await store.plan([{ op: 'set', place, input: { kind: 'text', text: '华东' } }]);
    for (const { path, pieces } of files) writeFileSync(path, Buffer.concat(pieces ?? []));
    for (const name of ['乙组', '空']) copyFileSync(join(folder, '甲组.xlsx'), join(folder, `${name}.xlsx`));
    await must(folder, `add-lead --file 甲组.xlsx --customer 丁方纺织 --owner 王芳 ${LEAD}`);
    await must(folder, `add-lead --file 乙组.xlsx --customer 戊方能源 --owner 王芳 ${LEAD}`);
    await must(folder, 'init 新队.xlsx');
  });

  it('keep their 商机 apart where both use one id: on the page and in JSON', async () => {
    const { out } = await funnel(folder, `check --as-of 2026-11-27 ${FILES}`);
    for (const [customer, file] of [
      ['丁方纺织', '甲组'],
      ['戊方能源', '乙组'],
    ])
      expect(out).toMatch(new RegExp(`${customer} [^→]*→ funnel record L20261120-001 .*--file ${file}`));
    const all = await jsonOf(folder, `check --as-of 2026-11-27 ${FILES}`);
    const homes = all.findings.map(({ team, file }: { team: string; file: string }) => `${team} ${file}`);
    expect(new Set(homes)).toEqual(new Set(['华东 甲组.xlsx', '华东 乙组.xlsx']));
    const list = await jsonOf(folder, `list ${FILES}`);
    expect(list.map(({ file }: { file: string }) => file)).toEqual(['甲组.xlsx', '乙组.xlsx']);
    const cell = await jsonOf(folder, `report --explain 线索获取.新增 ${FILES}`);
    expect(cell.opportunities.map(({ file }: { file: string }) => file)).toEqual(['甲组.xlsx', '乙组.xlsx']);
  });

  it('are one group of the report, which says so; a team that has nobody yet is a group too', async () => {
    const all: Report & { readonly notes: readonly string[] } = await jsonOf(
      folder,
      'report --by team --file .',
    );
    expect(all.groups.map(({ key, rows }) => [key, rows[0]?.entered])).toEqual([
      ['华东', 2],
      ['新队', 0],
    ]);
    expect(all.notes).toContain('团队「华东」合计 3 本:乙组.xlsx、甲组.xlsx、空.xlsx');
  });
});

describe('a column that not every book has', () => {
  it('groups those that have it, and the report names the others', async () => {
    const folder = join(root, 'columns');
    const table = (name: string, header: string, value: string) => {
      mkdirSync(join(folder, name), { recursive: true });
      const lines = [`客户名称,线索录入日期,当前阶段${header}`, `客户${name},2026-11-02,线索获取${value}`];
      writeFileSync(join(folder, name, '客户信息跟踪表.csv'), `${lines.join('\r\n')}\r\n`);
    };
    table('甲', ',区域', ',华东');
    table('乙', ',区域', ',华南');
    table('丙', '', '');
    const report: Report & { readonly notes: readonly string[] } = await jsonOf(
      folder,
      'report --by 区域 --file .',
    );
    const counts = report.groups.map(({ key, rows }) => `${key} ${rows[0]?.entered}`);
    expect([...counts].sort()).toEqual(['null 1', '华东 1', '华南 1']);
    expect(report.notes).toContain('1 本没有「区域」这一列,归入(空):丙');
    expect((await funnel(folder, 'report --by 部门 --file .')).code).toBe(2);
    const all = await jsonOf(folder, 'list --where 区域=华南 --file .');
    expect(all.map(({ team }: { team: string }) => team)).toEqual(['乙']);
  });
});

describe('words of its own', () => {
  const folder = join(root, 'words');
  const book = async (
    name: string,
    header: string,
    value: string,
    stages: readonly (readonly [string, string])[],
  ) => {
    mkdirSync(join(folder, name), { recursive: true });
    const put = (sheet: string, lines: readonly string[]) =>
      writeFileSync(join(folder, name, `${sheet}.csv`), `${lines.join('\r\n')}\r\n`);
    const word = stages[0]?.[0] ?? '谈判推进';
    put('客户信息跟踪表', [
      `客户名称,线索录入日期,当前阶段${header}`,
      `客户${name},2026-11-02,${word}${value}`,
    ]);
    put('设置', ['类别,名称,值,说明', ...stages.map(([own, stage]) => `阶段用语,${own},${stage},`)]);
  };
  const teamsOf = async (line: string) =>
    (await jsonOf(folder, line)).map(({ team }: { team: string }) => team);
  beforeAll(async () => {
    await book('甲', ',ABC', ',一', [['在谈', '谈判推进']]);
    await book('乙', ',ＡＢＣ', ',二', [['在谈', '方案呈现']]);
    await book('丙', '', '', []);
  });

  it('name the stages of its own rows', async () => {
    expect(await teamsOf('list --stage 在谈 --file .')).toEqual(['乙', '甲']);
    expect(await teamsOf('list --stage 方案呈现 --file .')).toEqual(['乙']);
    // Where the others agree on a word, it means the same in a book that does not have it.
    expect(await teamsOf('list --stage 在谈 --file 甲 --file 丙')).toEqual(['甲', '丙']);
    expect((await funnel(folder, 'list --stage 没这个 --file .')).code).toBe(2);
  });

  it('head its own columns, in half or full width', async () => {
    for (const name of ['ABC', 'ＡＢＣ']) {
      const rows = await jsonOf(folder, `list --where ${name}=二 --columns ${name} --file .`);
      expect(rows.map(({ team }: { team: string }) => team)).toEqual(['乙']);
      expect(Object.values(rows[0].columns)).toEqual(['二']);
      const report: Report & { readonly notes: readonly string[] } = await jsonOf(
        folder,
        `report --by ${name} --quarter 2026Q4 --file .`,
      );
      expect(report.groups.map(({ key }) => key).sort()).toEqual([null, '一', '二'].sort());
      expect(report.notes.filter((note) => note.includes('这一列'))).toEqual([
        expect.stringMatching(/^1 本没有.*:丙$/),
      ]);
    }
  });
});

describe('a table nobody has taken over, among others', () => {
  it('is counted, and check says how to take it over', async () => {
    const folder = join(root, 'unadopted');
    mkdirSync(folder);
    copyFileSync(join(whole, '东部.xlsx'), join(folder, '东部.xlsx'));
    copyFileSync(join(import.meta.dirname, '../../fixtures/sample-row.xlsx'), join(folder, '旧表.xlsx'));
    const { code, out } = await funnel(folder, 'check --file .');
    const adopt = `funnel adopt ${join(folder, '旧表.xlsx')} --dry-run`;
    expect([code, out]).toEqual([
      10,
      expect.stringContaining(`有 1 张表还没有接管,以上只读。看接管计划: ${adopt}`),
    ]);
    const { findings } = await jsonOf(folder, 'check --file .');
    const old = findings.filter(({ file }: { file: string }) => file === '旧表.xlsx');
    expect(new Set(old.map(({ next }: { next: string }) => next))).toEqual(new Set([adopt]));
    const known = await funnel(folder, 'report --known-on 2026-11-20 --file .');
    expect([known.code, known.err]).toEqual([2, expect.stringContaining(adopt)]);
  });
});

describe('what check and report print to be pasted', () => {
  it.each([
    ['--file 东部.xlsx --file 样例.xlsx', '--file 东部.xlsx --file 样例.xlsx'],
    ['--file .', '--file .'],
    ['--file "*.xlsx"', '--file "*.xlsx"'],
  ])('names what %s named', async (files, printed) => {
    const folder = join(root, 'pasted');
    cpSync(whole, folder, { recursive: true, force: false });
    copyFileSync(join(import.meta.dirname, '../../fixtures/old-200.xlsx'), join(folder, '旧.xlsx'));
    const line = `check ${files} --file 旧.xlsx`;
    const many = `${printed} --file 旧.xlsx`;
    const { out } = await funnel(folder, line);
    const commands = [...out.matchAll(/funnel [^\n()(]+/g)].map(([command]) => command.trim());
    expect(commands.filter((command) => command.includes(many))).not.toEqual([]);
    expect(commands.filter((command) => !/--file|funnel adopt/.test(command))).toEqual([]);
  });

  it('imports next year into the book that lacks it', async () => {
    const { out } = await funnel(whole, 'check --file 东部.xlsx --file 西部.xlsx --as-of 2026-12-01');
    expect(out).toContain('funnel calendar import 2027.json --file 东部.xlsx');
  });

  it('needs no --file where funnel.config.json names the books', async () => {
    const folder = join(root, 'configured');
    mkdirSync(folder);
    writeFileSync(join(folder, 'funnel.config.json'), '{"files": ["../pasted/*.xlsx"]}');
    const { out } = await funnel(folder, 'check');
    expect(out).toContain('(funnel check --legacy 列出)');
    expect(out).toMatch(/历史遗留 旧 · 王芳 \d+ 条/);
  });
});

describe('more books than fit into memory', () => {
  const folder = join(root, 'heavy');
  const run = (line: string, megabytes: number) => {
    const script = join(root, 'funnel.cjs');
    const argv = [`--max-old-space-size=${megabytes}`, script, ...splitWords(line)];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, FUNNEL_LANG: 'zh' },
    });
    return { status, stdout, stderr };
  };

  beforeAll(async () => {
    mkdirSync(folder);
    writeFileSync(
      join(root, 'funnel.cjs'),
      await bundleScript(join(import.meta.dirname, '../../src/main.ts')),
    );
    // A script without types: named in a way that the compiler does not follow.
    const { makeBigBook } = await import(join(import.meta.dirname, '../bench', 'big-book.mjs'));
    await makeBigBook(join(folder, '队0.xlsx'), 3_000, 15_000);
    for (let n = 1; n < 10; n++) copyFileSync(join(folder, '队0.xlsx'), join(folder, `队${n}.xlsx`));
  }, 60_000);

  it('are refused before they are read where all must be held, and read one by one where not', () => {
    const { status, stderr } = run('report --file .', 64);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^这 10 本一起超过了能用的内存.*funnel export/),
    ]);
    const verified = run('verify --file . --json', 64);
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    const { status: ended, stdout } = run('report --file . --by team --json', 512);
    expect([ended, JSON.parse(stdout).groups.length]).toEqual([0, 10]);
  }, 120_000);
});

describe('an output', () => {
  it.each(['东部.xlsx', '坏的.xlsx'])('never takes the place of a book: %s', async (name) => {
    const before = readFileSync(join(broken, name));
    const { code } = await funnel(broken, `report --file . --out ${name} --yes`);
    expect(code).toBe(4);
    expect(readFileSync(join(broken, name)).equals(before)).toBe(true);
  });
});

describe('what keeps to one book', () => {
  it.each([
    ['log 甲方机械 打了电话 --file 东部.xlsx --file 西部.xlsx', 'two named'],
    ['log 甲方机械 打了电话 --file *.xlsx', 'a pattern that means several'],
    ['log 甲方机械 打了电话 --file .', 'a folder with several'],
    ['report --write --file .', 'a report that is written'],
    ['check --since --file .', 'what is remembered beside a book'],
    ['check --notify --file .', "a team's robots"],
  ])('%s', async (line, why) => {
    const { code, err } = await funnel(whole, line);
    expect([code, err], why).toEqual([2, expect.stringContaining('--file 指定一本')]);
  });

  it.each(['report --quarter last --write', 'verify --fix --yes'])(
    '%s with two named touches no third one',
    async (line) => {
      const folder = join(root, line.split(' ')[0] ?? '');
      mkdirSync(folder);
      copyFileSync(join(whole, '样例.xlsx'), join(folder, '只此一本.xlsx'));
      const before = readFileSync(join(folder, '只此一本.xlsx'));
      const files = ['东部', '西部'].map((name) => `--file ../whole/${name}.xlsx`).join(' ');
      const { code, err } = await funnel(folder, `${line} ${files}`);
      expect([code, err]).toEqual([2, expect.stringContaining('--file 指定一本')]);
      expect(readFileSync(join(folder, '只此一本.xlsx')).equals(before)).toBe(true);
    },
  );

  it('takes a pattern that means one', async () => {
    expect((await funnel(whole, 'show 甲方机械 --file 东*.xlsx --json')).code).toBe(0);
  });
});

describe('the other commands that read', () => {
  it('list: every 商机 with its team, sorted over all of them; ids only of one book', async () => {
    const all = await jsonOf(whole, 'list --file . --sort 客户名称');
    const each = await Promise.all(NAMES.map((name) => jsonOf(whole, `list --file ${name}.xlsx`)));
    expect(all).toHaveLength(each.flat().length);
    const ours = await jsonOf(whole, 'list 方 --file 东部.xlsx --file 西部.xlsx --sort -客户名称');
    expect(ours.map(({ team, id }: { team: string; id: string }) => `${team} ${id}`)).toEqual([
      '西部 L20261120-002',
      '东部 L20261120-001',
      '西部 L20261120-001',
    ]);
    expect((await funnel(whole, 'list --file . --format ids')).code).toBe(2);
    const { code, out } = await funnel(broken, 'list 甲方 --file .');
    expect([code, out]).toEqual([3, expect.stringMatching(/东部 +L20261120-001 +甲方机械有限公司/)]);
  });

  it('forecast: the sum of what each team expects by its own chances', async () => {
    const all = await jsonOf(whole, 'forecast --backtest --file .');
    const each = await Promise.all(
      NAMES.map((name) => jsonOf(whole, `forecast --backtest --file ${name}.xlsx`)),
    );
    for (const key of ['periods', 'backtest'])
      for (const { label, weighted, n } of all[key]) {
        const own = each.flatMap((one) => one[key]).filter((period) => period.label === label);
        expect([weighted, n]).toEqual([
          own.reduce((sum, period) => sum + period.weighted, 0),
          own.reduce((sum, period) => sum + period.n, 0),
        ]);
      }
    expect(all.teams.map(({ periods }: { periods: unknown }) => periods).sort()).toEqual(
      [...each.map(({ periods }) => periods)].sort(),
    );
    expect((await funnel(broken, 'forecast --file .')).code).toBe(3);
  });

  it('verify: what is wrong with which book', async () => {
    const { code, out } = await funnel(broken, 'verify --file . --json');
    expect([code, JSON.parse(out).incomplete[0].file]).toEqual([3, '坏的.xlsx']);
    expect((await funnel(whole, 'verify --file .')).out).toMatch(/^东部\n没有问题.*\n\n样例\n没有问题/s);
    expect((await funnel(whole, 'verify --fix --file .')).code).toBe(2);
  });

  it('export: a folder for each team, and no two books into one', async () => {
    const out = join(root, 'out');
    const { teams, incomplete } = await jsonOf(whole, `export ${out} --format csv --file .`);
    expect(teams.map(({ team }: { team: string }) => team)).toEqual(['东部', '样例', '西部']);
    expect(incomplete).toEqual([]);
    const twice = await funnel(
      whole,
      `export ${out} --format csv --file 东部.xlsx --file ../broken/东部.xlsx`,
    );
    expect([twice.code, twice.err]).toEqual([3, expect.stringContaining('的团队也是「东部」')]);
  });
});
