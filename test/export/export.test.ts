import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli.ts';
import { openExport, replaceTeam, teamFolderName } from '../../src/storage/export-folder.ts';
import { armFaults, KILLED } from '../faults/faults.ts';
import { testIo } from '../save/write-text.ts';

const LEAD =
  'add-lead --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --owner 王芳 --customer';
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-export-'));
  await ok('init 华东.xlsx');
  await ok(`${LEAD} 甲方机械 --file 华东.xlsx`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function funnel(line: string): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const io = testIo(folder, {
    argv: line.split(' '),
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code: await run(io), out, err };
}

async function ok(line: string): Promise<string> {
  const { code, out, err } = await funnel(line);
  expect([code, err]).toEqual([0, expect.anything()]);
  return out;
}

/** Every file under a folder with its bytes and the time it was written. */
function stateOf(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((name) => statSync(join(path, name)).isFile())
      .map((name) => [
        name,
        `${statSync(join(path, name)).mtimeMs} ${readFileSync(join(path, name)).toString('base64')}`,
      ]),
  );
}

describe('export', () => {
  it.skipIf(process.platform !== 'linux')(
    'ends where the system makes no folders, instead of trying for ever',
    async () => {
      for (const place of ['/proc/导出', '/proc/导出/里面'])
        expect(await funnel(`export ${place} --file 华东.xlsx`)).toMatchObject({
          code: 5,
          err: expect.stringContaining('没有写入任何内容'),
        });
      // Folders on the way are made as ever.
      await ok('export 多层/里面/导出 --file 华东.xlsx');
    },
  );

  it('writes five tables in a folder of the team, and nothing again while nothing has changed', async () => {
    const said = JSON.parse(await ok('export 导出 --file 华东.xlsx --json'));
    expect(said).toMatchObject({
      format: 'parquet',
      teams: [{ team: '华东', folder: '华东', changed: true, rows: { deals: 1, events: 1, stages: 9 } }],
    });
    const before = stateOf(join(folder, '导出'));
    expect(Object.keys(before)).toEqual(
      [
        '.funnel-book',
        ...['days', 'deadlines', 'deals', 'events', 'stages'].map((name) => `${name}.parquet`),
      ].map((name) => `华东/${name}`),
    );
    expect(JSON.parse(await ok('export 导出 --file 华东.xlsx --json')).teams[0].changed).toBe(false);
    expect(stateOf(join(folder, '导出'))).toEqual(before);
  });

  it('writes a changed book again, in CSV where asked: no phone, no contact, no formula', async () => {
    await ok('edit 甲方 --set 客户名称==甲方 --file 华东.xlsx');
    await ok('export 表 --format csv --file 华东.xlsx');
    const deals = readFileSync(join(folder, '表', '华东', 'deals.csv'), 'utf8');
    expect(deals).toContain(`"'=甲方"`);
    expect(Object.values(stateOf(join(folder, '表'))).join('')).not.toMatch(/13800000000|李总/);
    expect(deals.split('\n')[0]).toBe(
      'team,deal_key,deal_id,customer,customer_key,owner,source,priority,industry,size,intent,amount,amount_high,lead_date,expected_close,contract_date,delivery_date,stage_unread,row_deleted,valid_from,valid_to',
    );
  });

  it.each(['csv', 'parquet'])(
    'writes no control or mark of direction into %s: engines print what they read',
    async (format) => {
      await ok(`init 恶意.xlsx`);
      await ok(`${LEAD} 甲\u009b31m\u202e方 --file 恶意.xlsx`);
      await ok(`export 恶意 --format ${format} --file 恶意.xlsx`);
      const table = readFileSync(join(folder, '恶意', '恶意', `deals.${format}`)).toString('latin1');
      const utf8 = (text: string) => Buffer.from(text).toString('latin1');
      expect(table).not.toContain(utf8('\u009b'));
      expect(table).not.toContain(utf8('\u202e'));
      expect(table).toContain(utf8('甲\\x9b31m\\u202e方'));
      rmSync(join(folder, '恶意.xlsx'));
      rmSync(join(folder, '恶意'), { recursive: true });
    },
  );

  it('touches no folder in which something else lies, nor a file, nor the folder of a CSV book', async () => {
    mkdirSync(join(folder, '别的', '华东'), { recursive: true });
    writeFileSync(join(folder, '别的', '华东', '笔记.txt'), '要留着');
    expect(await funnel('export 别的 --file 华东.xlsx')).toMatchObject({
      code: 4,
      err: expect.stringContaining('笔记.txt'),
    });
    expect(readFileSync(join(folder, '别的', '华东', '笔记.txt'), 'utf8')).toBe('要留着');
    writeFileSync(join(folder, '文件'), '');
    expect((await funnel('export 文件 --file 华东.xlsx')).code).toBe(4);
    await ok('init 表格 --format csv');
    expect((await funnel('export 表格 --file 表格')).code).toBe(4);
    expect((await funnel('export 导出 --format xlsx --file 华东.xlsx')).code).toBe(2);
  });

  it('killed at any point leaves the old tables or the new ones, and the next run leaves the new ones alone', async () => {
    const files = (text: string) =>
      new Map(['deals', 'events'].map((name) => [`${name}.parquet`, Buffer.from(`${name} ${text}`)]));
    const known = (name: string) => name.endsWith('.parquet');
    const mine = { book: '/华东.xlsx', known, yes: false };
    const root = join(folder, '杀');
    let points = 0;
    for (let at = 0; ; at++) {
      rmSync(root, { recursive: true, force: true });
      await openExport(root);
      await replaceTeam(root, '华东', files('old'), mine);
      const armed = armFaults(at, { kind: 'kill', half: true });
      const ended = await replaceTeam(root, '华东', files('new'), mine).then(
        () => 'done',
        (error: unknown) => error,
      );
      armed.disarm();
      if (!armed.struck()) break;
      points += 1;
      expect(ended).toSatisfy((end) => end === KILLED || end === 'done');
      await openExport(root);
      const texts = readdirSync(join(root, '华东'))
        .filter(known)
        .map((name) => readFileSync(join(root, '华东', name), 'utf8'));
      expect(texts.map((text) => text.slice(-3))).toSatisfy(
        (ends) => ends.join() === 'old,old' || ends.join() === 'new,new',
      );
      expect(readdirSync(root)).toEqual(['华东']);
    }
    expect(points).toBeGreaterThan(6);
  });

  it('does not replace the tables of another book of the same name, unless it is said that it may', async () => {
    mkdirSync(join(folder, '别处'));
    await ok('init 别处/华东.xlsx');
    await ok('export 共 --file 华东.xlsx');
    const before = stateOf(join(folder, '共'));
    expect(await funnel('export 共 --file 别处/华东.xlsx')).toMatchObject({
      code: 4,
      err: expect.stringContaining('另一本工作簿'),
    });
    expect(stateOf(join(folder, '共'))).toEqual(before);
    await ok('export 共 --file 别处/华东.xlsx --yes');
    expect(stateOf(join(folder, '共'))).not.toEqual(before);
  });

  it('calls folders so that no engine reads a pattern into them, nor Windows a device', () => {
    expect(
      ['华东/一组', '*', '..', '', "O'Neil", 'a[1]{2}?', 'con', 'Nul.东', 'Conny'].map(teamFolderName),
    ).toEqual(['华东_一组', '_', '_', '_', 'O_Neil', 'a_1__2__', '_con', '_Nul.东', 'Conny']);
  });
});

describe('sql', () => {
  it('prints one query, over bare table names or over the files', async () => {
    const bare = await ok('sql conversion --quarter 2026Q2');
    expect(bare).toContain('FROM events AS e');
    await ok('export 导出 --file 华东.xlsx');
    const over = await ok('sql conversion --quarter 2026Q2 --data 导出 --dialect clickhouse');
    expect(over).toContain(`file('${join(folder, '导出')}/*/events.parquet', Parquet)`);
    expect(JSON.parse(await ok('sql snapshot --json')).sql).toContain('Where every deal stands');
  });

  it('reads no folder of which it would miss a team: one in CSV beside one in Parquet', async () => {
    await ok('export 混 --file 华东.xlsx');
    await ok('init 华南.xlsx');
    await ok('export 混 --format csv --file 华南.xlsx');
    expect(await funnel('sql conversion --data 混')).toMatchObject({
      code: 3,
      err: expect.stringContaining('华南/deals.csv'),
    });
    await ok('export 混 --file 华南.xlsx');
    expect(await ok('sql conversion --data 混')).toContain('deals.parquet');
  });

  it.each([
    ['sql umsatz', 2, 'a view that there is none of'],
    ['sql conversion --dialect oracle', 2, 'an engine'],
    ['sql conversion --by 电话', 2, 'a column that is not exported'],
    ['sql snapshot --quarter 2026Q1', 2, 'a period for a day'],
    ['sql deadlines --by owner', 2, 'groups of a list'],
    ['sql conversion --data 没有', 3, 'a folder without tables'],
  ])('%s ends with %i: %s', async (line, code) => {
    expect((await funnel(line)).code).toBe(code);
  });
});
