import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPackage, readEntry } from '../../src/storage/xlsx/package.ts';
import { freshFolder } from '../save/support.ts';
import { bytesOf, STORES, type StoreKind } from '../store/stores.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { CUSTOMER, nameEverywhere, PHONE } from './named-everywhere.ts';

/** The person, in every spelling that must be gone. */
const NAMES = ['李建国', '13912345678', '139 1234 5678'];
const TABLE = [
  [
    '客户名称',
    '联系人',
    '联系方式',
    '当前阶段',
    '线索录入日期',
    '销售负责人',
    '跟进记录',
    '备注',
    '预计金额',
  ],
  [
    '李建国工作室',
    '李建国',
    '139 1234 5678',
    '线索获取',
    '2026-05-04',
    '王芳',
    '2026-05-05:李建国来电',
    '住在城东',
    '8万',
  ],
  ['乙方电子', '张总', '13800000002', '需求挖掘', '2026-05-04', '赵六', '2026-05-06:拜访', '好说话', '12万'],
];

interface Team {
  readonly folder: string;
  readonly book: string;
  /** Runs a command on a day; throws where the exit code is another. */
  run(line: string, code?: number, day?: string): Promise<{ readonly out: string; readonly err: string }>;
}

async function adoptedTeam(store: StoreKind, more: Parameters<StoreKind['make']>[1] = {}): Promise<Team> {
  const folder = freshFolder();
  const book = await store.make(folder, { 客户信息跟踪表: TABLE, ...more });
  const team: Team = {
    folder,
    book,
    async run(line, code = 0, day = '2026-11-23') {
      const words = [...splitWords(line), ...(line.startsWith('adopt') ? [book] : ['--file', book])];
      const ran = await runIn(folder, words, { now: Date.parse(`${day}T02:00:00Z`) });
      expect({ line, code: ran.code, err: ran.err }).toEqual({ line, code, err: ran.err });
      return ran;
    },
  };
  await team.run('adopt', 0, '2026-05-07');
  for (const [day, line] of WORK) await team.run(line, 0, day);
  return team;
}

/** What was done before the customer asks: two quarters, two 商机 of the person, one of somebody else. */
const WORK: readonly (readonly [string, string])[] = [
  ['2026-05-08', 'record 李建国 first-contact --type 电话 --note 李建国说月底再谈'],
  ['2026-05-11', 'edit 李建国 --set 联系方式=13912345678 --set 预计金额=9万'],
  ['2026-05-12', 'edit 乙方 --set 客户规模=100人'],
  ['2026-06-01', 'advance 李建国 --to 方案呈现 --force --reason 李建国催得急'],
  ['2026-06-02', 'record 李建国 demo --on 2026-06-02 --note 李建国关注安全 --evidence 李建国.pdf'],
  ['2026-06-10', 'record 李建国 materials --parts 演示PPT,案例集'],
  ['2026-06-20', 'log 李建国 "李建国问折扣" --type 电话 --next 2026-07-01'],
  ['2026-07-03', 'lose 李建国 --reason 价格 --note 李建国嫌贵'],
  [
    '2026-07-06',
    'add-lead --customer 李建国工作室 --contact 李建国 --phone 13912345678 --tags 李建国要报表 --source 行业展会 --owner 王芳',
  ],
];

/** Every byte under a folder as text, zips inflated: what a search would find. */
type Found = readonly [string, string];

function everyText(folder: string): readonly Found[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name): readonly Found[] => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return [];
    const bytes = readFileSync(path);
    if (!/\.xlsx$/.test(name)) {
      const gb = new TextDecoder('gb18030').decode(bytes);
      return [[name, `${name} ${bytes.toString('utf8')} ${gb}`]];
    }
    const pkg = openPackage(path, bytes);
    return pkg.entries.map(
      (entry): Found => [`${name} ${entry.name}`, readEntry(pkg, entry).toString('utf8')],
    );
  });
}

function filesNaming(folder: string): readonly string[] {
  return everyText(folder).flatMap(([name, text]) => (NAMES.some((each) => text.includes(each)) ? name : []));
}

/** The closed quarters and the running one, as the contract has them, without names. */
async function reportsOf({ run }: Team): Promise<readonly string[]> {
  const lines = ['2026Q2', '2026Q3', 'this'].flatMap((quarter) => [
    `report --quarter ${quarter} --json`,
    `report --quarter ${quarter} --by owner --json`,
    `report --quarter ${quarter} --cohort --json`,
  ]);
  const reports: string[] = [];
  for (const line of lines) reports.push((await run(line)).out.replaceAll('李建国工作室', '#'));
  return reports;
}

describe.each(STORES)('forget over $name', (store) => {
  it('leaves no trace of the person in the book, the journal and the kept files, and every report as it was', async () => {
    const team = await adoptedTeam(store);
    const reports = await reportsOf(team);
    expect(filesNaming(team.folder).length).toBeGreaterThan(5);
    const { out, err } = await team.run('forget L20260504-001 --name 李建国工作室');
    expect(out).toContain('已删除 L20260504-001、L20260706-001 的个人信息');
    expect(filesNaming(team.folder)).toEqual([]);
    expect(await reportsOf(team)).toEqual(reports);
    expect(err).not.toContain('还提到');
    // The days stay, for the clocks; the texts do not.
    const shown = JSON.parse((await team.run('show L20260504-001 --json')).out);
    expect(shown).toMatchObject({
      customer: '已删除 L20260504-001',
      contact: null,
      phone: null,
      amount: 90000,
    });
    expect(JSON.parse((await team.run('show 乙方 --json')).out)).toMatchObject({ contact: '张总' });
    await team.run('check --json', 10);
  });

  it('cannot be undone, nor can what was done before; what comes after can', async () => {
    const team = await adoptedTeam(store);
    await team.run('forget L20260504-001 --name 李建国工作室');
    const after = bytesOf(team.book);
    expect(JSON.parse((await team.run('undo --list --json')).out)).toEqual([]);
    expect((await team.run('undo', 4)).err).toContain('forget');
    await team.run('log 乙方 打了电话');
    await team.run('undo');
    expect(bytesOf(team.book)).toBe(after);
  });

  const refused: readonly { readonly why: string; readonly line: string; readonly code: number }[] = [
    { why: 'the name is not said', line: 'forget L20260504-001', code: 2 },
    { why: '--yes alone is not enough', line: 'forget L20260504-001 --yes', code: 2 },
    { why: 'it is another name', line: 'forget L20260504-001 --name 乙方电子', code: 2 },
    { why: 'part of the name is not the name', line: 'forget L20260504-001 --name 李建国', code: 2 },
    { why: 'two deals match', line: 'forget 李建国 --name 李建国工作室', code: 2 },
    { why: 'a dry run only shows', line: 'forget L20260504-001 --dry-run', code: 0 },
  ];
  it.each(refused)('$line changes nothing: $why', async ({ line, code }) => {
    const team = await adoptedTeam(store);
    const before = everyText(team.folder);
    const { out } = await team.run(line, code);
    expect(everyText(team.folder)).toEqual(before);
    if (code === 0) expect(out).toContain('客户信息跟踪表!A2 客户名称: 李建国工作室 → 已删除 L20260504-001');
  });

  it('is refused while a queued command speaks of the person', async () => {
    const team = await adoptedTeam(store);
    writeFileSync(store.mark(team.book), '');
    await team.run('log L20260706-001 说下周再来 --queue --wait 0');
    rmSync(store.mark(team.book));
    const before = everyText(team.folder);
    const { err } = await team.run('forget L20260504-001 --name 李建国工作室', 4);
    expect(err).toContain('排队');
    expect(everyText(team.folder)).toEqual(before);
    await team.run('sync');
    await team.run('forget L20260504-001 --name 李建国工作室');
    expect(everyText(team.folder).filter(([, text]) => text.includes('说下周再来'))).toEqual([]);
  });

  it('killed after the book was replaced, the next run takes away the file that was kept for the rename', async () => {
    const team = await adoptedTeam(store);
    await team.run('forget L20260504-001 --name 李建国工作室');
    const state = join(statSync(team.book).isDirectory() ? team.book : team.folder, '.funnel');
    const journal = readdirSync(state, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\d\.json$/.test(name))
      .sort();
    const entry = join(state, journal.at(-1) ?? '');
    const [{ kept }] = JSON.parse(readFileSync(entry, 'utf8').split('\n')[0] ?? '').files;
    writeFileSync(join(entry, '../../kept', kept), '李建国');
    renameSync(entry, entry.replace('.json', '.pending.json'));
    await team.run('log 乙方 打了电话');
    expect(filesNaming(team.folder)).toEqual([]);
    expect(JSON.parse((await team.run('undo --list --json')).out)).toHaveLength(1);
  });

  it('leaves nothing in what a sync client or a fault has made of the journal', async () => {
    const team = await adoptedTeam(store);
    const state = join(statSync(team.book).isDirectory() ? team.book : team.folder, '.funnel');
    const [first = '', second = ''] = readdirSync(state, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\d\.json$/.test(name))
      .sort()
      .map((name) => join(state, name));
    const text = readFileSync(second, 'utf8');
    writeFileSync(second.replace('.json', ' (1).json'), text);
    writeFileSync(second, text.slice(0, -9));
    expect(filesNaming(team.folder).some((name) => name.endsWith('(1).json'))).toBe(true);
    await team.run('forget L20260504-001 --name 李建国工作室');
    expect(filesNaming(team.folder)).toEqual([]);
    expect(readFileSync(first, 'utf8')).toContain('adopt');
  });

  it('tells where others still name the person, and leaves their cells', async () => {
    const team = await adoptedTeam(store, { 备忘: [['说明'], ['李建国工作室的发票']] });
    const { err } = await team.run('forget L20260504-001 --name 李建国工作室');
    expect(err).toContain('还提到这位客户,请自己看过再改:备忘!A2');
    expect(filesNaming(team.folder)).toHaveLength(1);
  });
});

describe('forget in a workbook with everything in it', () => {
  it('empties the comments on its row, and what pivot table and chart remember of it; nothing else', async () => {
    const folder = freshFolder();
    const book = join(folder, '全.xlsx');
    writeFileSync(book, nameEverywhere());
    const run = async (line: string) => {
      const ran = await runIn(folder, [
        ...splitWords(line),
        ...(line.startsWith('adopt') ? [book] : ['--file', book]),
      ]);
      expect([line, ran.code, ran.code === 0 ? '' : ran.err]).toEqual([line, 0, '']);
      return ran;
    };
    await run('adopt');
    const [{ id, phone }] = JSON.parse((await run(`list ${CUSTOMER} --json`)).out);
    await run(`edit ${id} --set 联系方式=${PHONE}`);
    const texts = () => new Map(everyText(folder).map(([name, text]) => [name.replace(/^\S+ /, ''), text]));
    const naming = () =>
      [...texts()].flatMap(([name, text]) =>
        [CUSTOMER, PHONE, phone].some((each) => text.includes(each)) ? name : [],
      );
    for (const part of [
      'comments1',
      'threadedComment1',
      'pivotCacheDefinition1',
      'pivotCacheRecords1',
      'chart1',
    ])
      expect(naming().join()).toContain(part);
    const { err } = await run(`forget ${id} --name ${CUSTOMER}`);
    expect(naming()).toEqual([]);
    expect(err).not.toContain('还提到');
    const after = texts();
    expect(after.get('xl/comments1.xml')).toContain(
      '<comment ref="A3" authorId="0" shapeId="0"><text><t>已删除</t></text></comment>',
    );
    expect(after.get('xl/comments1.xml')).toContain('<text><t>别处</t></text>');
    expect(after.get('xl/threadedComments/threadedComment1.xml')).toContain(
      '<text>已删除</text></threadedComment>',
    );
    expect(after.get('xl/pivotCache/pivotCacheDefinition1.xml')).toContain('refreshOnLoad="1"');
    expect(after.get('xl/pivotCache/pivotCacheDefinition1.xml')).toContain(
      '<s v="张敏"/><s v="已删除-1"/><s v="已删除-3"/><n v="2"/>',
    );
    expect(after.get('xl/charts/chart1.xml')).toContain(
      '<c:v>澄江</c:v></c:pt><c:pt idx="1"><c:v>已删除-1</c:v>',
    );
  });
});
