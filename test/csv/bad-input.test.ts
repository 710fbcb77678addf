import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';

const TRACKING = '客户信息跟踪表.csv';
const HEAD = '商机编号,客户名称,当前阶段,备注\r\n';
const LOG_HEAD = '序号,日期,商机编号,客户名称,类型,原阶段,新阶段,检查项,内容,证据,操作人,标记,记录时间\r\n';
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
const latin = (text: string) => Buffer.from(text, 'latin1');

/** A store in `team/` with these files; what is not given is sound. */
function lay(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = freshFolder();
  mkdirSync(join(folder, 'team'));
  const sound = { [TRACKING]: `${HEAD}L20261101-001,华东机械,线索获取,\r\n`, '过程记录.csv': LOG_HEAD };
  for (const [name, content] of Object.entries({ ...sound, ...files }))
    writeFileSync(join(folder, 'team', name), content);
  return folder;
}

function bytesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

describe('a broken CSV file: exit 3, the file, the line, what to do, and every byte as it was', () => {
  const bad: readonly {
    readonly why: string;
    readonly file?: string;
    readonly content: string | Uint8Array;
    readonly says: string;
  }[] = [
    {
      why: 'a NUL byte',
      content: `${HEAD}L1,华\0东,线索获取,\r\n`,
      says: '第 2 行第 5 列:有一个 NUL 字节(0x00),不是文字',
    },
    { why: 'UTF-16 without a BOM', content: utf16(HEAD).subarray(2), says: '第 1 行' },
    {
      why: 'a record too short',
      content: `${HEAD}L1,甲,线索获取\r\n`,
      says: '第 2 行第 10 列:这条记录有 3 格,表头有 4 格',
    },
    {
      why: 'a record too long',
      content: `${HEAD}L1,甲,线索获取,a,b\r\n`,
      says: '第 2 行第 13 列:这条记录有 5 格,表头有 4 格',
    },
    {
      why: 'a quote never closed',
      content: `${HEAD}L1,甲,线索获取,"未完\r\nL2,乙,线索获取,\r\n`,
      says: '第 2 行第 11 列:从这里开始的引号一直没有结束',
    },
    {
      why: 'text behind a quote',
      content: `${HEAD}L1,"甲"乙,线索获取,\r\n`,
      says: '第 2 行第 7 列:引号结束之后还有文字',
    },
    {
      why: 'a broken byte in UTF-8',
      content: Buffer.concat([Buffer.from(`\uFEFF${HEAD}L1,甲`), latin('\xff,线\r\n')]),
      says: '第 2 行第 5 列:字节 0xFF 不是有效的 UTF-8 文字',
    },
    {
      why: 'a broken byte in GB18030',
      content: latin('\xbf\xcd\xbb\xa7\xc3\xfb\xb3\xc6,\xb5\xb1\r\n\xff\xff,a\r\n'),
      says: '第 2 行第 1 列:字节 0xFF 不是有效的 GB18030 文字',
    },
    {
      why: 'a lone surrogate in UTF-16',
      content: Buffer.concat([utf16(HEAD), Buffer.from('00d80d000a00', 'hex')]),
      says: '第 2 行第 1 列',
    },
    {
      why: 'a renamed workbook',
      content: latin('PK\x03\x04rest'),
      says: '不是 CSV,是改了名字的 Excel 工作簿',
    },
    {
      why: 'a broken log',
      file: '过程记录.csv',
      content: `${LOG_HEAD}1,2\r\n`,
      says: '第 2 行第 4 列:这条记录有 2 格,表头有 13 格',
    },
    { why: 'no header', content: '', says: '找不到客户信息跟踪表的表头' },
  ];
  it.each(bad)('$why', async ({ file = TRACKING, content, says }) => {
    const folder = lay({ [file]: content });
    const before = bytesIn(join(folder, 'team'));
    for (const command of [['check'], ['list'], ['log', '华东', '电话'], ['adopt', `team/${TRACKING}`]]) {
      const named = command[0] === 'adopt' ? command : [...command, '--file', 'team'];
      const { code, err, out } = await runIn(folder, named);
      expect({ command, code, out }).toEqual({ command, code: 3, out: '' });
      expect(err).toContain(says);
      expect(err).toContain(file.replace('.csv', ''));
    }
    const { out } = await runIn(folder, ['check', '--file', 'team', '--json']);
    expect(JSON.parse(out).error).toMatchObject({ code: 'file', file: expect.stringContaining('team') });
    expect(bytesIn(join(folder, 'team'))).toEqual(before);
    expect(readdirSync(join(folder, 'team')).some((name) => name.startsWith('.~'))).toBe(false);
  });

  it('a broken file that is no sheet of ours disturbs nobody', async () => {
    const folder = lay({ '名片.csv': 'a,b\n1\n' });
    expect((await runIn(folder, ['list', '--file', 'team'])).code).toBe(0);
    expect((await runIn(folder, ['log', '华东', '电话', '--file', 'team'])).code).toBe(0);
  });
});

describe('a path that is no CSV store', () => {
  it.each([
    ['a folder without CSV files', 'empty', /文件夹,里面没有 CSV 表/],
    ['a file that is not there', 'nothing.csv', /没有这个文件/],
    ['a folder that is not there', 'nothing', /没有这个文件/],
    ['a folder called like a sheet', 'odd', /客户信息跟踪表\.csv 不是普通文件/],
    ['links in a ring', 'ring', /循环的符号链接/],
    ['some other text file', 'note.txt', /不是 .*工作簿/],
  ])('%s', async (_, path, says) => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'odd', TRACKING), { recursive: true });
    symlinkSync('ring', join(folder, 'ring'));
    writeFileSync(join(folder, 'note.txt'), '');
    const { code, err } = await runIn(folder, ['check', '--file', path]);
    expect({ path, code }).toEqual({ path, code: 3 });
    expect(err).toMatch(says);
  });
});

describe('adopting a CSV file', () => {
  it('makes its folder the store: the file keeps its name and its rows their bytes, the other sheets come beside it', async () => {
    const folder = freshFolder();
    const gb = Buffer.from(
      'bfcdbba7c3fbb3c62cb5b1c7b0bdd7b6ce2cb1b8d7a20d0abbaab6ab2ccfdfcbf7bbf1c8a12c220a220d0a',
      'hex',
    );
    writeFileSync(join(folder, '我们的客户.csv'), gb);
    writeFileSync(join(folder, '名片.csv'), 'a,b\n1\n');
    expect(await runIn(folder, ['list'])).toMatchObject({ code: 0, out: expect.stringContaining('华东') });
    expect((await runIn(folder, ['adopt', '我们的客户.csv', '--dry-run'])).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['名片.csv', '我们的客户.csv']);
    expect(await runIn(folder, ['adopt', '我们的客户.csv'])).toMatchObject({ code: 0 });
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.csv'))
        .sort(),
    ).toEqual(['名片.csv', '我们的客户.csv', '线索信息表.csv', '设置.csv', '过程记录.csv'].sort());
    const now = readFileSync(join(folder, '我们的客户.csv'));
    expect(now.toString('latin1').startsWith(gb.toString('latin1').slice(0, 22))).toBe(true);
    expect(
      now
        .toString('latin1')
        .split('\r\n')[1]
        ?.startsWith(gb.toString('latin1').split('\r\n')[1] ?? 'x'),
    ).toBe(true);
    // Found again without being told, by the file as by its folder.
    for (const flags of [[], ['--file', '我们的客户.csv'], ['--file', '.']])
      expect(await runIn(folder, ['log', '华东', '电话', ...flags])).toMatchObject({ code: 0 });
    for (let n = 0; n < 4; n++) expect(await runIn(folder, ['undo'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, '我们的客户.csv')).equals(gb)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['.funnel', '名片.csv', '我们的客户.csv'].sort());
  });
});
