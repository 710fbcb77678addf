import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const NOW = Date.parse('2026-11-26T02:00:00Z');
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const HEADER = '客户名称,联系人,联系方式,需求标签,来源渠道';
const GOOD = '启源精密有限公司,李总,13800000001,CRM,行业展会';
const BAD = '恒达食品,,13800000002,CRM,行业展会';

/** A folder with an empty book of the template. */
async function freshTeam(): Promise<string> {
  const folder = freshFolder();
  await runIn(folder, ['init'], { now: NOW });
  return folder;
}

const funnel = (folder: string, words: readonly string[], stdin = new Uint8Array()) =>
  runIn(folder, words, { now: NOW, stdin });

async function importJson(folder: string, words: readonly string[], stdin?: Buffer<ArrayBuffer>) {
  const { code, out } = await funnel(folder, ['import', ...words, '--json'], stdin);
  return { code, json: JSON.parse(out) };
}

const book = (folder: string) => readFileSync(join(folder, '销售漏斗.xlsx'));
const journal = async (folder: string) =>
  JSON.parse((await funnel(folder, ['undo', '--list', '--json'])).out);
const list = async (folder: string) => JSON.parse((await funnel(folder, ['list', '--json'])).out);
const csv = (folder: string, name: string, ...lines: readonly string[]) =>
  writeFileSync(join(folder, name), lines.map((line) => `${line}\r\n`).join(''));

describe('the same 600 leads of three programs', () => {
  const FILES = [
    { name: 'leads.csv', firstRow: 2, why: 'UTF-8 with BOM, commas, CRLF' },
    { name: 'leads-gb18030.csv', firstRow: 2, why: 'what Chinese Excel saves: GB18030, semicolons, LF' },
    {
      name: 'leads.xlsx',
      firstRow: 3,
      why: 'a title, another order, real dates, phones as numbers, a sum below',
    },
  ];
  it.each(FILES)('$name: $why', async ({ name, firstRow }) => {
    const folder = await freshTeam();
    cpSync(join(FIXTURES, name), join(folder, name));
    const { code, json } = await importJson(folder, [name]);
    expect([code, json.read, json.added, json.duplicates, json.rejected, json.invalid]).toEqual([
      0, 600, 525, 40, 25, 10,
    ]);
    expect(json.rows.map(({ row }: { row: number }) => row)).toEqual(
      Array.from({ length: 600 }, (_, index) => index + firstRow),
    );
    expect(
      new Set(
        json.rows.flatMap(({ result, id }: { result: string; id: string }) => (result === 'added' ? id : [])),
      ).size,
    ).toBe(525);
    expect(await list(folder)).toHaveLength(525);
    expect(await journal(folder)).toHaveLength(1);

    const rejectsName = `${name.replace(/\..*/, '')}-未导入.csv`;
    const rejects = readFileSync(join(folder, rejectsName), 'utf8');
    expect(json.rejects).toBe(rejectsName);
    expect(rejects.startsWith('\ufeff')).toBe(true);
    const [head = '', first = ''] = rejects.slice(1).split('\r\n');
    expect(head.split(',').slice(-3)).toEqual(['来源文件', '行号', '原因']);
    expect(first).toContain("'=1+1 展台边聊过");
    expect(rejects.match(new RegExp(`${name},\\d+,`, 'g'))).toHaveLength(25);

    const before = book(folder);
    const again = await importJson(folder, [name]);
    expect([again.json.added, again.json.duplicates, again.json.rejected, again.json.invalid]).toEqual([
      0, 575, 25, 0,
    ]);
    expect(again.json.undo).toBe(null);
    expect(book(folder).equals(before)).toBe(true);
    expect(await journal(folder)).toHaveLength(1);
    expect(readdirSync(folder).filter((each) => each.includes('未导入'))).toEqual([rejectsName]);
  });

  it('into a book of CSV files: the same leads, one save over its files, the rejects outside its folder', async () => {
    const folder = freshFolder();
    await runIn(folder, ['init', '客户', '--format', 'csv'], { now: NOW });
    const store = join(folder, '客户');
    const sheets = () =>
      readdirSync(store)
        .filter((name) => name.endsWith('.csv'))
        .map((name) => [name, readFileSync(join(store, name), 'utf8')]);
    const before = sheets();
    cpSync(join(FIXTURES, 'leads.csv'), join(folder, 'leads.csv'));
    const words = ['leads.csv', '--file', '客户'];
    const { json } = await importJson(folder, words);
    expect([json.added, json.rejected, json.rejects]).toEqual([525, 25, 'leads-未导入.csv']);
    expect((await importJson(folder, words)).json.added).toBe(0);
    await funnel(folder, ['undo', '--yes', '--file', '客户']);
    expect(sheets()).toEqual(before);

    cpSync(join(FIXTURES, 'leads.csv'), join(store, 'leads.csv'));
    await importJson(folder, ['客户/leads.csv', '--file', '客户', '--owner', '王芳']);
    expect(readdirSync(store).filter((name) => name.includes('未导入'))).toEqual([]);
  });

  it('together they add each lead once, in one save that one undo takes back', async () => {
    const folder = await freshTeam();
    const before = book(folder);
    for (const { name } of FILES) cpSync(join(FIXTURES, name), join(folder, name));
    const { json } = await importJson(
      folder,
      FILES.map(({ name }) => name),
    );
    expect([json.read, json.added, json.rejected]).toEqual([600 * FILES.length, 525, 25 * FILES.length]);
    await funnel(folder, ['undo', '--yes']);
    expect(book(folder).equals(before)).toBe(true);
  });
});

describe('rejected rows', () => {
  it('are added once they are corrected, guarded cells as they were typed, and still no duplicate', async () => {
    const folder = await freshTeam();
    csv(
      folder,
      '名单.csv',
      `${HEADER},客户关注点`,
      `${GOOD},`,
      `${BAD},=1+1`,
      `睿讯包装,王工,+86 13800000003,,行业展会,-`,
    );
    await importJson(folder, ['名单.csv']);
    const path = join(folder, '名单-未导入.csv');
    const rejects = readFileSync(path, 'utf8');
    expect(rejects.split('\r\n').slice(1, 3)).toEqual([
      "恒达食品,,13800000002,CRM,行业展会,'=1+1,名单.csv,3,缺 联系人",
      "睿讯包装,王工,'+86 13800000003,,行业展会,'-,名单.csv,4,缺 需求标签",
    ]);
    writeFileSync(
      path,
      rejects.replace('恒达食品,,', '恒达食品,王工,').replace("3,,行业展会,'-", "3,报表,行业展会,'-"),
    );
    const { json } = await importJson(folder, ['名单-未导入.csv']);
    expect([json.read, json.added, json.rejects]).toEqual([2, 2, null]);
    const phones = (await list(folder)).map(({ phone }: { phone: string }) => phone);
    expect(phones).toEqual(['13800000001', '13800000002', '+86 13800000003']);
    const kept = new ExcelJS.Workbook();
    await kept.xlsx.readFile(join(folder, '销售漏斗.xlsx'));
    const concerns = kept.getWorksheet('客户信息跟踪表')?.getColumn('U').values.slice(1);
    expect(concerns).toEqual(['客户关注点', undefined, '=1+1', '-']);
    expect((await importJson(folder, ['名单.csv'])).json.added).toBe(0);
  });

  it('go where --rejects says; a file that is there is refused, and nothing is imported', async () => {
    const folder = await freshTeam();
    csv(folder, '名单.csv', HEADER, GOOD, BAD);
    writeFileSync(join(folder, 'r.csv'), 'theirs');
    const { code, json } = await importJson(folder, ['名单.csv', '--rejects', 'r.csv']);
    expect([code, json.error.code]).toEqual([4, 'refused']);
    expect([readFileSync(join(folder, 'r.csv'), 'utf8'), await list(folder)]).toEqual(['theirs', []]);
    mkdirSync(join(folder, 'out'));
    expect((await importJson(folder, ['名单.csv', '--rejects', 'out/r.csv'])).json.rejects).toBe('out/r.csv');
    expect(readFileSync(join(folder, 'out/r.csv'), 'utf8')).toContain('缺 联系人');
  });

  it('take a free name where theirs is taken', async () => {
    const folder = await freshTeam();
    csv(folder, '名单.csv', HEADER, BAD);
    writeFileSync(join(folder, '名单-未导入.csv'), 'theirs');
    expect((await importJson(folder, ['名单.csv'])).json.rejects).toBe('名单-未导入-2.csv');
    expect(readFileSync(join(folder, '名单-未导入.csv'), 'utf8')).toBe('theirs');
  });

  it('leave no file where the save fails', async () => {
    const folder = await freshTeam();
    csv(folder, '名单.csv', HEADER, GOOD, BAD);
    // Where the replaced books would be kept, a file: saving fails.
    mkdirSync(join(folder, '.funnel/销售漏斗.xlsx'), { recursive: true });
    writeFileSync(join(folder, '.funnel/销售漏斗.xlsx/kept'), '');
    const { code } = await importJson(folder, ['名单.csv']);
    expect([code, existsSync(join(folder, '名单-未导入.csv'))]).toEqual([5, false]);
  });
});

describe('--atomic and --dry-run', () => {
  it('atomic: one rejected row and nothing is written, exit 4', async () => {
    const folder = await freshTeam();
    csv(folder, '名单.csv', HEADER, GOOD, BAD);
    const before = book(folder);
    const { code, json } = await importJson(folder, ['名单.csv', '--atomic']);
    expect([code, json.error.code]).toEqual([4, 'refused']);
    expect(json.error.message).toContain('名单.csv 第 3 行: 缺 联系人');
    expect([book(folder).equals(before), readdirSync(folder).sort()]).toEqual([
      true,
      ['.funnel', '名单.csv', '销售漏斗.xlsx'].filter((name) => existsSync(join(folder, name))),
    ]);
    csv(folder, '名单.csv', HEADER, GOOD);
    expect((await importJson(folder, ['名单.csv', '--atomic'])).json.added).toBe(1);
  });

  it('dry run: the same report with every cell, and no file', async () => {
    const folder = await freshTeam();
    csv(folder, '名单.csv', HEADER, GOOD, BAD);
    const before = book(folder);
    const files = readdirSync(folder);
    const { code, json } = await importJson(folder, ['名单.csv', '--dry-run']);
    expect([code, json.added, json.rejected, json.rejects, json.undo]).toEqual([0, 1, 1, null, null]);
    expect(json.changes).toContainEqual({
      sheet: '客户信息跟踪表',
      cell: 'A2',
      column: '客户名称',
      before: null,
      after: '启源精密有限公司',
    });
    expect([book(folder).equals(before), readdirSync(folder)]).toEqual([true, files]);
  });
});

describe('stdin', () => {
  const TEXT = `${HEADER}\n${GOOD}\n${BAD}\n`;
  it.each([
    { bytes: Buffer.from(TEXT), why: 'UTF-8' },
    { bytes: Buffer.from(`\ufeff${TEXT.replaceAll(',', '\t')}`, 'utf16le'), why: 'UTF-16 with tabs' },
    { bytes: Buffer.from(TEXT.replaceAll(',', ';')), why: 'semicolons' },
  ])('is read as a CSV file is: $why', async ({ bytes }) => {
    const folder = await freshTeam();
    const { json } = await importJson(folder, ['-'], bytes);
    expect([json.added, json.rejected, json.rejects]).toEqual([1, 1, 'stdin-未导入.csv']);
    expect(json.rows[1]).toEqual({ file: '-', row: 3, result: 'rejected', reason: '缺 联系人', id: null });
  });
});

describe('stdin that a pipe has destroyed', () => {
  it.each([
    { text: '????,???\n????,??\n', why: 'a console that knows no Chinese' },
    { text: 'Company,Contact,CRM??\nA,B,C\n', why: 'a part of a header' },
    { text: 'Company,Contact,Phone\n????????,??,13800000001\n', why: 'an English header over lost cells' },
    { text: `${HEADER}\n${GOOD.replace('启源', '\ufffd\ufffd')}\n`, why: 'decoded as something else' },
  ])('is refused, and the file itself asked for: $why', async ({ text }) => {
    const { code, json } = await importJson(await freshTeam(), ['-'], Buffer.from(text));
    expect([code, json.error.message]).toEqual([3, expect.stringContaining('请直接给出文件名')]);
  });
});

describe('a file that is no list of leads', () => {
  const BROKEN: readonly {
    readonly words: readonly string[];
    readonly code: number;
    readonly says: RegExp;
    readonly why: string;
  }[] = [
    { words: ['没有.csv'], code: 3, says: /没有\.csv.*没有这个文件/, why: 'a missing file' },
    { words: ['.'], code: 3, says: /不是普通文件/, why: 'a folder' },
    { words: ['empty.csv'], code: 3, says: /文件是空的/, why: 'nothing in it' },
    { words: ['other.csv'], code: 3, says: /找不到线索名单的表头.*a、b/, why: 'other columns, named' },
    {
      words: ['nameless.csv'],
      code: 3,
      says: /找不到线索名单的表头.*联系人、电话.*--map/,
      why: 'no customer',
    },
    { words: ['twice.csv'], code: 3, says: /两列表头都是「客户名称」/, why: 'a header twice' },
    { words: ['ragged.csv'], code: 3, says: /ragged\.csv 第 3 行/, why: 'a record that is too short' },
    { words: ['old.xls'], code: 3, says: /另存为 \.xlsx/, why: 'another format' },
    { words: ['two.xlsx'], code: 2, says: /第一天、第二天.*--sheet/, why: 'two sheets that fit' },
    {
      words: ['two.xlsx', '--sheet', '第三天'],
      code: 2,
      says: /没有工作表「第三天」;有:第一天、第二天/,
      why: 'no such sheet',
    },
    {
      words: ['good.csv', '--map', '单位=客户名称'],
      code: 2,
      says: /没有「单位」这一列/,
      why: '--map of no column',
    },
    {
      words: ['good.csv', '--map', '联系人=客户名'],
      code: 2,
      says: /是不是 客户名称/,
      why: '--map to no field',
    },
    {
      words: ['good.csv', '--map', '联系人=合同编号'],
      code: 2,
      says: /不能用/,
      why: '--map to a field of later stages',
    },
    { words: ['good.csv', '--map', '联系人'], code: 2, says: /应为 列=字段/, why: '--map without =' },
    { words: [], code: 2, says: /缺少参数/, why: 'no file at all' },
  ];
  it.each(BROKEN)('$why: exit $code', async ({ words, code, says }) => {
    const folder = await freshTeam();
    csv(folder, 'good.csv', HEADER, GOOD);
    csv(folder, 'other.csv', 'a,b', '1,2');
    csv(folder, 'nameless.csv', '联系人,电话', '李总,13800000001');
    csv(folder, 'twice.csv', `${HEADER},客户名称`, `${GOOD},x`);
    csv(folder, 'ragged.csv', HEADER, GOOD, '恒达食品,王工');
    csv(folder, 'empty.csv');
    writeFileSync(join(folder, 'old.xls'), 'x');
    const two = new ExcelJS.Workbook();
    for (const name of ['第一天', '第二天']) {
      const sheet = two.addWorksheet(name);
      for (const line of [HEADER, GOOD]) sheet.addRow(line.split(','));
    }
    await two.xlsx.writeFile(join(folder, 'two.xlsx'));
    const before = book(folder);
    const ran = await funnel(folder, ['import', ...words, '--file', '销售漏斗.xlsx']);
    expect(ran.err).toMatch(says);
    expect([ran.code, book(folder).equals(before)]).toEqual([code, true]);
  });

  it('the one sheet that fits is taken, hidden ones only where --sheet names them', async () => {
    const folder = await freshTeam();
    const file = new ExcelJS.Workbook();
    file.addWorksheet('说明').addRow(['请勿改动']);
    file.addWorksheet('名单').addRows([HEADER.split(','), GOOD.split(',')]);
    const hidden = file.addWorksheet('旧名单', { state: 'hidden' });
    hidden.addRows([HEADER.split(','), BAD.split(','), BAD.split(',')]);
    await file.xlsx.writeFile(join(folder, 'one.xlsx'));
    const counts = async (...words: readonly string[]) => {
      const { json } = await importJson(folder, ['one.xlsx', '--file', '销售漏斗.xlsx', ...words]);
      return [json.read, json.added, json.rejected];
    };
    expect(await counts()).toEqual([1, 1, 0]);
    expect(await counts('--sheet', '旧名单')).toEqual([2, 0, 2]);
  });

  it('into a table that was never adopted: exit 4 with the command that adopts it', async () => {
    const folder = freshFolder();
    cpSync(join(FIXTURES, 'sample-row.xlsx'), join(folder, '客户表.xlsx'));
    csv(folder, '名单.csv', HEADER, GOOD);
    const ran = await funnel(folder, ['import', '名单.csv']);
    expect([ran.code, ran.err]).toEqual([4, expect.stringContaining('funnel adopt')]);
  });
});

describe('hostile cells', () => {
  it('reach the book as they were typed, and neither terminal nor rejects raw', async () => {
    const folder = await freshTeam();
    const evil = '\u001b]0;pwned\u0007\u202e坏公司';
    csv(
      folder,
      '名单.csv',
      HEADER,
      `${evil},李总,13800000001,CRM,行业展会`,
      `${evil}二,,13800000002,CRM,@SUM(1)`,
    );
    const ran = await funnel(folder, ['import', '名单.csv']);
    const rejects = readFileSync(join(folder, '名单-未导入.csv'), 'utf8');
    for (const text of [ran.out, ran.err, rejects])
      expect([...'\u001b\u0007\u202e'].filter((char) => text.includes(char))).toEqual([]);
    expect(rejects).toContain("'@SUM(1)");
    expect((await list(folder))[0].customer).toBe(evil);
  });
});

describe('what --map said', () => {
  const LIST = [
    '单位,称呼,手机,想要,来源渠道,备注',
    '启源精密有限公司,李总,13800000001,CRM,行业展会,',
    '恒达食品厂,,13800000002,CRM,行业展会,',
  ];
  const MAPS = ['--map', '称呼=联系人', '--map', '想要=需求标签'];

  it('is remembered for lists with the same headers, shown, and changed by another --map; no row of the list is kept', async () => {
    const folder = await freshTeam();
    csv(folder, '一.csv', ...LIST);
    csv(folder, '二.csv', ...LIST.map((line) => line.replace('启源', '睿讯').replace('0001', '0009')));
    expect((await importJson(folder, ['一.csv', ...MAPS])).json.added).toBe(1);
    const kept = readFileSync(join(folder, '.funnel/销售漏斗.xlsx/import-columns.json'), 'utf8');
    expect([kept.includes('称呼=联系人'), /启源|1380000/.test(kept)]).toEqual([true, false]);

    const ran = await funnel(folder, ['import', '二.csv']);
    expect(ran.err).toContain('用了上次同样表头的 --map:称呼=联系人、想要=需求标签');
    expect(ran.out).toContain('新增 1');
    // The rejects have three columns more: the command brings the mapping along.
    expect(ran.out).toContain('import 二-未导入.csv --map 称呼=联系人 --map 想要=需求标签');
    const changed = await importJson(folder, ['二.csv', '--map', '称呼=-', '--dry-run']);
    expect([changed.json.rejected, changed.json.rows[0].reason]).toEqual([2, '缺 联系人']);
    expect(changed.json.columns).toContainEqual({
      file: '二.csv',
      column: 'D',
      header: '想要',
      field: '需求标签',
    });
  });

  it('is said not to be kept where the state folder takes nothing, and the import is done all the same', async () => {
    const folder = await freshTeam();
    csv(folder, '一.csv', ...LIST);
    mkdirSync(join(folder, '.funnel/销售漏斗.xlsx/import-columns.json'), { recursive: true });
    const ran = await funnel(folder, ['import', '一.csv', ...MAPS]);
    expect([ran.code, ran.err]).toEqual([0, expect.stringContaining('没能记下')]);
    expect(ran.out).toContain('新增 1');
  });
});
