import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// `report` and `list` as people and scripts call them, on the sample team and on an old table nobody has adopted.

const folderOf = () => mkdtempSync(join(tmpdir(), 'funnel-report-'));
const team = folderOf();
const old = folderOf();
const funnel = (folder: string, line: string) => runIn(folder, splitWords(line));
const jsonOf = async (folder: string, line: string) =>
  JSON.parse((await funnel(folder, `${line} --json`)).out);
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeAll(async () => {
  await funnel(team, 'init --sample');
  cpSync(join(import.meta.dirname, '../../fixtures/old-200.xlsx'), join(old, 'old-200.xlsx'));
});

describe('report --out', () => {
  it.each(['csv', 'md', 'json', 'html', 'xlsx'])(
    'writes .%s, says where, and replaces nothing unasked',
    async (ending) => {
      const line = `report --quarter last --out 季报.${ending}`;
      const first = await funnel(team, line);
      expect([first.code, first.err, first.out]).toEqual([0, '', `已写成 ${join(team, `季报.${ending}`)}\n`]);
      const bytes = readFileSync(join(team, `季报.${ending}`));
      expect(bytes.length).toBeGreaterThan(300);
      // Also: a workbook of ours beside the team's own is not taken for it, so that no --file is needed.
      const again = await funnel(team, line.replace('--quarter last', '--year'));
      expect(again.code).toBe(4);
      expect(readFileSync(join(team, `季报.${ending}`)).equals(bytes)).toBe(true);
      expect((await funnel(team, `${line} --yes`)).code).toBe(0);
    },
  );

  it('holds the figures of --json', async () => {
    await funnel(team, 'report --year --out 年.json --yes');
    expect(JSON.parse(readFileSync(join(team, '年.json'), 'utf8'))).toEqual(
      await jsonOf(team, 'report --year'),
    );
    await funnel(team, 'report --year --out 年.csv --yes');
    const { rows } = await jsonOf(team, 'report --year');
    const csv = readFileSync(join(team, '年.csv'), 'utf8');
    for (const { name, opening, entered } of rows) expect(csv).toContain(`\n${name},${opening},${entered}`);
  });

  it('is a page under 300 KB, every group under its own heading', async () => {
    await funnel(team, 'report --year --by owner --compare last --out 年.html --yes');
    const html = readFileSync(join(team, '年.html'));
    expect(html.length).toBeLessThan(300 * 1024);
    const { groups } = await jsonOf(team, 'report --year --by owner');
    for (const { key } of groups)
      expect(html.toString()).toMatch(new RegExp(`<h2 id="t\\d+">${key ?? '\\(空\\)'}</h2>`));
  });

  it.each(['csv', 'md', 'html', 'json'])('holds every group in .%s', async (ending) => {
    await funnel(team, `report --year --by owner --out 组.${ending} --yes`);
    const written = readFileSync(join(team, `组.${ending}`), 'utf8');
    const { groups } = await jsonOf(team, 'report --year --by owner');
    expect(groups.length).toBeGreaterThan(2);
    for (const { key } of groups) if (key !== null) expect(written).toContain(key);
  });

  describe('with what somebody put into the table', () => {
    const BAD = ['<img src=x onerror=alert(1)>', '=HYPERLINK("http://x.invalid")', '王|芳 13812345678'];
    const hostile = folderOf();
    const written = async (line: string, name: string) => {
      const ran = await funnel(hostile, `report --year ${line} --out ${name} --yes`);
      expect([ran.code, ran.err]).toEqual([0, '']);
      return readFileSync(join(hostile, name), 'utf8');
    };

    beforeAll(() => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = BAD.map(
        (owner, index) =>
          `客户${index},李总,1380000000${index},需要CRM,行业展会,2026-01-05,需求挖掘,${quoted(owner)}`,
      );
      const head = '客户名称,联系人,联系方式,需求标签,来源渠道,线索录入日期,当前阶段,销售负责人';
      writeFileSync(join(hostile, '客户信息跟踪表.csv'), [head, ...lines, ''].join('\n'));
      mkdirSync(join(hostile, '输出'));
    });

    it.each(['--by owner', '--explain 需求挖掘.期末'])(
      '%s: no page runs it, no sheet computes it, no table breaks',
      async (line) => {
        const html = await written(line, '输出/报.html');
        expect(html).not.toContain('<img');
        expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;');
        const csv = await written(line, '输出/报.csv');
        expect(csv).toContain(`'=HYPERLINK(""http`);
        expect(csv).not.toMatch(/(^|,|")=HYPERLINK/m);
        const md = await written(line, '输出/报.md');
        expect(md).toContain('\\<img src=x onerror=alert(1)\\>');
        expect(md).toContain('王\\|芳');
        for (const text of [html, csv, md]) expect(text).not.toContain('13812345678');
        await written(line, '输出/报.xlsx');
        const book = new ExcelJS.Workbook();
        await book.xlsx.readFile(join(hostile, '输出/报.xlsx'));
        const texts: string[] = [];
        for (const sheet of book.worksheets)
          sheet.eachRow((row) => {
            row.eachCell((cell) => {
              expect(cell.formula).toBeUndefined();
              texts.push(cell.text);
            });
          });
        expect(texts).toEqual(expect.arrayContaining([BAD[0], BAD[1], '王|芳 138****5678']));
      },
    );
  });

  it('opens a cell into a file', async () => {
    const { opportunities } = await jsonOf(team, 'report --year --explain 方案呈现.流失');
    await funnel(team, 'report --year --explain 方案呈现.流失 --out 流失.csv --yes');
    const csv = readFileSync(join(team, '流失.csv'), 'utf8');
    for (const { id } of opportunities) expect(csv).toContain(id);
  });

  it.each([
    ['report --out 季报.xls', 2, '是不是 .xlsx'],
    ['report --out 季报', 2, '可用'],
    ['report --out 没有/季报.csv', 3, '没有'],
    ['report --write --out 季报.csv', 2, '只能给一个'],
    ['report --out 销售漏斗.xlsx --yes', 4, '客户表自己的文件'],
  ])('%s: exit %i', async (line, code, text) => {
    const ran = await funnel(team, line);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(text)]);
  });
});

describe('list --format', () => {
  it('csv and md are the table, ids one a line, json that of --json', async () => {
    const deals = await jsonOf(team, 'list --owner 王芳');
    const ids = deals.map(({ id }: { id: string }) => id);
    expect((await funnel(team, 'list --owner 王芳 --format ids')).out.trim().split('\n')).toEqual(ids);
    const csv = (await funnel(team, 'list --owner 王芳 --format csv')).out.trim().split('\r\n');
    expect(csv[0]).toBe('商机编号,客户名称,当前阶段,预计金额,销售负责人,最后跟进');
    expect(csv.slice(1).map((line) => line.split(',')[0])).toEqual(ids);
    const md = (await funnel(team, 'list --owner 王芳 --format md')).out.trim().split('\n');
    expect(md.slice(2)).toHaveLength(ids.length);
    expect(JSON.parse((await funnel(team, 'list --owner 王芳 --format json')).out)).toEqual(deals);
    expect((await funnel(team, 'list --owner 王芳 --format table')).out).toBe(
      (await funnel(team, 'list --owner 王芳')).out,
    );
  });

  it.each([
    ['list --format xlsx', '可用'],
    ['list --format csvv', '是不是 csv'],
    ['list --format csv --json', '只能给一个'],
  ])('%s is refused', async (line, text) => {
    const ran = await funnel(team, line);
    expect(ran.code).toBe(2);
    expect(ran.err + ran.out).toContain(text);
  });
});

describe('report', () => {
  it('is the current quarter without any flag, headed by the day it is read', async () => {
    const bare = await funnel(team, 'report');
    expect(bare.code).toBe(0);
    expect(bare.err).toBe('');
    expect(bare.out.split('\n')[0]).toBe('阶段转化率统计 2026Q4 (2026-10-01…2026-12-31) 截至 2026-11-23');
    expect((await funnel(team, 'report --quarter')).out).toBe(bare.out);
  });

  it('opens each cell of its JSON to as many 商机 as it counts', async () => {
    const { rows } = await jsonOf(team, 'report --quarter last');
    for (const row of rows.slice(0, 3)) {
      for (const column of ['converted', 'lost']) {
        const cell = await jsonOf(team, `report --quarter last --explain ${row.stage}.${column}`);
        expect(cell).toMatchObject({ cell: `${row.stage}.${column}`, count: row[column] });
        expect(cell.opportunities).toHaveLength(row[column]);
      }
    }
  });

  it('groups by a column of the sheet beside the whole', async () => {
    const { groups, rows } = await jsonOf(team, 'report --year --by 销售负责人');
    expect(groups.length).toBeGreaterThan(1);
    rows.forEach((row: Record<string, number>, index: number) => {
      const sum = groups.reduce(
        (total: number, group: { rows: Record<string, number>[] }) =>
          total + (group.rows[index]?.entered ?? 0),
        0,
      );
      expect(sum).toBe(row.entered);
    });
    expect((await jsonOf(team, 'report --year --by owner')).groups).toEqual(groups);
  });

  it('prints the same bytes for what was known, on whatever day it is asked', async () => {
    const line = 'report --quarter 2026Q3 --known-on 2026-12-31';
    expect((await funnel(team, `${line} --as-of 2027-03-01`)).out).toBe(
      (await funnel(team, `${line} --as-of 2027-05-01`)).out,
    );
  });

  it.each([
    { line: 'report --quarter 2026Q5', says: '不是季度' },
    { line: 'report --month 13', says: '不是月份' },
    { line: 'report --from 2026-02-30', says: '不是日期' },
    { line: 'report --quarter Q1 --month 3', says: '只能给一个' },
    { line: 'report --by 渠道商', says: '没有「渠道商」这一列' },
    { line: 'report --explain 方案呈现.流逝', says: '是不是 流失' },
    { line: 'report --explain 不在的人.方案呈现.流失 --by owner', says: '不是报表里的格子' },
    { line: 'report --explain 王芳.方案呈现.流失', says: '不是报表里的格子' },
    { line: 'report --known-on 某天', says: '--known-on「某天」不是日期' },
    { line: 'report --cohorts', says: '没有「--cohorts」这个选项' },
    { line: 'report --cohort --snapshot', says: '--cohort 和 --snapshot 口径不同' },
    { line: 'report --snapshot --quarter last', says: '不能加 --quarter' },
    { line: 'report --snapshot --known-on 2026-07-05', says: '不能加 --known-on' },
    { line: 'report --snapshot --compare last', says: '不能加 --compare' },
    { line: 'report --compare 上上季', says: '--compare「上上季」不是期间' },
    { line: 'list --stage 方案呈递', says: '是不是 方案呈现' },
    { line: 'list --intent 很高', says: '没有意向等级「很高」' },
    { line: 'list --where 区域', says: '要写成 列=值' },
    { line: 'list --where 负责认=王芳', says: '没有「负责认」这一列' },
    { line: 'list --where 预计金额=很多', says: '不是金额' },
    { line: 'list --sort 负责认', says: '没有「负责认」这一列' },
    { line: 'list --amount 很多', says: '不是金额' },
    { line: 'list --columns 负责认', says: '没有「负责认」这一列' },
    { line: 'list --columns ,', says: '要有列名' },
    { line: 'list --limit 0', says: '要是正整数' },
  ])('$line is refused: $says', async ({ line, says }) => {
    const ran = await funnel(team, line);
    expect(ran.err).toContain(says);
    expect(ran.out).toBe('');
    expect(ran.code).toBe(2);
    const { error } = await jsonOf(team, line);
    expect(error).toMatchObject({ code: 'usage' });
  });
});

describe('list', () => {
  it('gives every row as JSON, in the order of the table, and --limit fewer', async () => {
    const all = await jsonOf(team, 'list');
    expect(all.length).toBeGreaterThan(20);
    expect(Object.keys(all[0])).toEqual(
      expect.arrayContaining([
        'id',
        'customer',
        'contact',
        'phone',
        'industry',
        'size',
        'tags',
        'source',
        'priority',
        'leadDate',
        'stage',
        'status',
        'intent',
        'expectedClose',
        'amount',
        'owner',
        'lastFollowUp',
        'nextFollowUp',
      ]),
    );
    expect(await jsonOf(team, 'list --limit 3')).toEqual(all.slice(0, 3));
  });

  it('takes a range of amounts, and sorts by it', async () => {
    const all = await jsonOf(team, 'list');
    const amounts = all.map(({ amount }: { amount: number | null }) => amount ?? -1);
    const within = amounts.filter((amount: number) => amount >= 100000 && amount <= 200000);
    expect(within.length).toBeGreaterThan(2);
    const listed = await jsonOf(team, 'list --amount 10万-20万 --sort -预计金额');
    expect(listed.map(({ amount }: { amount: number }) => amount)).toEqual(
      within.sort((a: number, b: number) => b - a),
    );
    expect(await jsonOf(team, 'list --amount 10万以上')).toEqual(
      await jsonOf(team, 'list --where 预计金额=10万以上'),
    );
  });

  it('shows the columns that are asked for, phones masked where others read them', async () => {
    const argv = 'list --limit 1 --columns 客户名称,联系方式,最后跟进';
    expect((await funnel(team, argv)).out.split('\n')[0]?.split(/ +/)).toEqual([
      '客户名称',
      '联系方式',
      '最后跟进',
    ]);
    const [deal] = await jsonOf(team, argv);
    expect(deal.columns).toMatchObject({ 客户名称: deal.customer, 联系方式: deal.phone });
    const csv = (await funnel(team, `${argv} --format csv`)).out;
    expect(csv.split('\r\n')[0]).toBe('客户名称,联系方式,最后跟进');
    expect(csv).toMatch(/\d{3}\*{4}\d{4}/);
  });

  it('lists as stalled and overdue what check finds stalled and overdue', async () => {
    const { findings } = await jsonOf(team, 'check');
    const ids = (rows: readonly { id: string }[]) => [...new Set(rows.map(({ id }) => id))].sort();
    const stalled = findings.filter(({ rule }: { rule: string }) => ['idle', 'stay', 'slow'].includes(rule));
    const overdue = findings.filter(
      ({ rule, level }: { rule: string; level: string }) =>
        /^D|agreed|hold/.test(rule) && ['overdue', 'severe'].includes(level),
    );
    expect(ids(await jsonOf(team, 'list --stalled'))).toEqual(ids(stalled));
    expect(ids(await jsonOf(team, 'list --overdue'))).toEqual(ids(overdue));
  });

  it('sorts when told to', async () => {
    const amounts = (await jsonOf(team, 'list --sort -预计金额'))
      .map(({ amount }: { amount: number | null }) => amount)
      .filter((amount: number | null) => amount !== null);
    expect(amounts).toEqual([...amounts].sort((a: number, b: number) => b - a));
  });

  it('says so where nothing matches, and that is no error', async () => {
    const ran = await funnel(team, 'list 没有这家');
    expect(ran.out).toBe('没有符合条件的商机\n');
    expect(ran.code).toBe(0);
    expect(await jsonOf(team, 'list 没有这家')).toEqual([]);
    const slip = await funnel(team, 'list --owner 王方 --json');
    expect([JSON.parse(slip.out), slip.code]).toEqual([[], 0]);
    expect(slip.err).toBe('没有「销售负责人」是「王方」的商机;是不是 王芳?\n');
  });
});

describe('a table nobody has adopted', () => {
  it('is listed and reported, ids null, history assumed, and nothing is written', async () => {
    const before = hashOf(join(old, 'old-200.xlsx'));
    const rows = await jsonOf(old, 'list');
    expect(rows).toHaveLength(200);
    expect(rows.every(({ id }: { id: string | null }) => id === null)).toBe(true);
    const report = await jsonOf(old, 'report --year');
    expect(report.notes.join('\n')).toMatch(/含推定历史 \d+ 条/);
    for (const row of report.rows)
      expect(row.opening + row.entered).toBe(row.converted + row.lost + row.back + row.closing);
    expect((await jsonOf(old, 'list --stalled')).length).toBeGreaterThan(0);
    expect(readdirSync(old)).toEqual(['old-200.xlsx']);
    expect(hashOf(join(old, 'old-200.xlsx'))).toBe(before);
  });

  it('refuses --known-on, since nothing says what was recorded when', async () => {
    const ran = await funnel(old, 'report --known-on 2026-07-05');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('funnel adopt');
  });
});
