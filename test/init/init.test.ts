import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli.ts';
import { initCommand } from '../../src/commands/init.ts';
import { readBook } from '../../src/read-book.ts';
import { openSession } from '../../src/session.ts';
import { TEMPLATE_PATH } from '../../src/templates.ts';
import { freshFolder } from '../save/support.ts';
import { testIo } from '../save/write-text.ts';

async function runInit(
  folder: string,
  args: readonly string[],
  given: Readonly<Record<string, string | boolean>> = {},
) {
  const out: string[] = [];
  const io = testIo(folder, { argv: ['init', ...args], out: (text) => void out.push(text) });
  const code = await initCommand.run(openSession(io, 'zh', given, 'init'), args, given);
  return { code, out: out.join('') };
}

describe('init', () => {
  it('makes 销售漏斗.xlsx here, the template byte for byte, and nothing beside it', async () => {
    const folder = freshFolder();
    const { code, out } = await runInit(folder, []);
    expect(code).toBe(0);
    expect(out).toContain('已新建 销售漏斗.xlsx');
    expect(readdirSync(folder)).toEqual(['销售漏斗.xlsx']);
    expect(readFileSync(join(folder, '销售漏斗.xlsx')).equals(readFileSync(TEMPLATE_PATH))).toBe(true);
  });

  it('says --file only where a command would not find the book by itself', async () => {
    const folder = freshFolder();
    expect((await runInit(folder, ['华东.xlsx'])).out).toMatch(/funnel add-lead\n$/);
    expect((await runInit(folder, [])).out).toMatch(/funnel add-lead --file 销售漏斗\.xlsx\n$/);
    expect((await runInit(freshFolder(), ['team'], { format: 'csv' })).out).toMatch(/funnel add-lead\n$/);
  });

  it('answers --json with the file and its sheets', async () => {
    const folder = freshFolder();
    const { out } = await runInit(folder, ['book.xlsx'], { json: true });
    const { file, sheets } = JSON.parse(out);
    expect([basename(file), existsSync(file)]).toEqual(['book.xlsx', true]);
    expect(sheets).toContain('客户信息跟踪表');
  });

  it('knows no --wait and no --ignore-lock: nobody has open what is not there yet', async () => {
    const folder = freshFolder();
    const out: string[] = [];
    const init = (...words: readonly string[]) =>
      run(testIo(folder, { argv: ['init', ...words], out: (text) => void out.push(text) }));
    expect(await init('--help')).toBe(0);
    expect(out.join('')).toContain('--dry-run');
    expect(out.join('')).not.toMatch(/--wait|--ignore-lock/);
    expect(await init('--wait', '3')).toBe(2);
    expect(await init('--ignore-lock')).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--dry-run writes nothing', async () => {
    const folder = freshFolder();
    await runInit(folder, [], { dryRun: true });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--sample fills in an invented team: the same day gives the same bytes, and reading it needs no excuse', async () => {
    const folder = freshFolder();
    await runInit(folder, ['one.xlsx'], { sample: true, asOf: '2026-11-23' });
    await runInit(folder, ['two.xlsx'], { sample: true, asOf: '2026-11-23' });
    const [one, two] = ['one.xlsx', 'two.xlsx'].map((name) => readFileSync(join(folder, name)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    expect(readdirSync(folder)).toEqual(['one.xlsx', 'two.xlsx']);
    const session = openSession(testIo(folder), 'zh', { asOf: '2026-11-23' }, 'list');
    const { book } = await readBook(session, join(folder, 'one.xlsx'));
    expect(book.findings).toEqual([]);
    expect(book.deals.length).toBeGreaterThan(50);
  });

  it('--format csv makes a folder with one file per sheet, the same sheets, in UTF-8 with BOM and CRLF', async () => {
    const folder = freshFolder();
    const { out } = await runInit(folder, [], {
      format: 'csv',
      sample: true,
      asOf: '2026-11-23',
      json: true,
    });
    const { file, sheets } = JSON.parse(out);
    expect([file, readdirSync(folder)]).toEqual([join(folder, '销售漏斗'), ['销售漏斗']]);
    expect(readdirSync(file)).toEqual(sheets.map((sheet: string) => `${sheet}.csv`).sort());
    const text = readFileSync(join(file, '过程记录.csv'), 'utf8');
    expect(text.startsWith('\uFEFF序号,日期,商机编号,')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    await runInit(folder, ['same.xlsx'], { sample: true, asOf: '2026-11-23' });
    const session = openSession(testIo(folder), 'zh', { asOf: '2026-11-23' }, 'list');
    const [csv, xlsx] = [await readBook(session, file), await readBook(session, join(folder, 'same.xlsx'))];
    expect(csv.book.deals).toEqual(xlsx.book.deals);
    expect(csv.book.findings).toEqual([]);
  });

  const refused: readonly { readonly why: string; readonly lay: (path: string) => void }[] = [
    { why: 'a file', lay: (path) => writeFileSync(path, '') },
    { why: 'a folder', lay: (path) => mkdirSync(path) },
    { why: 'a link that leads nowhere', lay: (path) => symlinkSync('nowhere', path) },
  ];
  for (const { why, lay } of refused) {
    it(`refuses a target that exists: ${why}`, async () => {
      const folder = freshFolder();
      lay(join(folder, 'book.xlsx'));
      await expect(runInit(folder, ['book.xlsx'])).rejects.toMatchObject({ code: 'refused' });
      await expect(runInit(folder, ['book.xlsx'], { dryRun: true })).rejects.toMatchObject({
        code: 'refused',
      });
      expect(readdirSync(folder)).toEqual(['book.xlsx']);
    });
  }

  const bad: readonly {
    readonly why: string;
    readonly args: readonly string[];
    readonly given: Readonly<Record<string, string>>;
    readonly code: string;
  }[] = [
    {
      why: 'a folder of CSV files that is called like a file',
      args: ['book.csv'],
      given: { format: 'csv' },
      code: 'usage',
    },
    {
      why: 'a folder of CSV files where something is',
      args: ['file'],
      given: { format: 'csv' },
      code: 'refused',
    },
    { why: 'a format nobody knows', args: [], given: { format: 'ods' }, code: 'usage' },
    { why: 'a name that promises macros', args: ['book.xlsm'], given: {}, code: 'usage' },
    { why: 'a name without an ending', args: ['book'], given: {}, code: 'usage' },
    { why: 'a folder that is not there', args: ['nowhere/book.xlsx'], given: {}, code: 'file' },
    { why: 'a file where a folder should be', args: ['file/book.xlsx'], given: {}, code: 'file' },
  ];
  for (const { why, args, given, code } of bad) {
    it(`makes nothing of ${why}`, async () => {
      const folder = freshFolder();
      writeFileSync(join(folder, 'file'), '');
      await expect(runInit(folder, args, given)).rejects.toMatchObject({ code });
      expect(readdirSync(folder)).toEqual(['file']);
    });
  }
});
