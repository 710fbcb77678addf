import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { actingUser } from '../../src/storage/config.ts';
import { findCopies, isCopyName } from '../../src/storage/copies.ts';
import { locateBook } from '../../src/storage/locate.ts';
import { TEMPLATE_PATH } from '../../src/templates.ts';
import { freshFolder } from './support.ts';
import { testIo } from './write-text.ts';

const locate = (cwd: string, fileOption: string | null = null, env: Readonly<Record<string, string>> = {}) =>
  locateBook({ fileOption, env, cwd });

const addBook = (folder: string, name: string) => copyFileSync(TEMPLATE_PATH, join(folder, name));

async function addOther(folder: string, name: string): Promise<void> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('报价').addRow(['产品', '单价']);
  await book.xlsx.writeFile(join(folder, name));
}

describe('which workbook', () => {
  it('--file goes before FUNNEL_FILE, that before funnel.config.json, that before the only one here', async () => {
    const folder = freshFolder();
    addBook(folder, '这里.xlsx');
    expect(await locate(folder)).toBe(join(folder, '这里.xlsx'));
    mkdirSync(join(folder, 'deep/deeper'), { recursive: true });
    writeFileSync(join(folder, 'funnel.config.json'), '\uFEFF{"file": "表/团队.xlsx", "user": "王芳"}');
    expect(await locate(join(folder, 'deep/deeper'))).toBe(join(folder, '表/团队.xlsx'));
    expect(await locate(folder, null, { FUNNEL_FILE: 'env.xlsx' })).toBe(join(folder, 'env.xlsx'));
    expect(await locate(folder, 'flag.xlsx', { FUNNEL_FILE: 'env.xlsx' })).toBe(join(folder, 'flag.xlsx'));
  });

  it('one of several is chosen by its tracking table, under whatever name', async () => {
    const folder = freshFolder();
    await addOther(folder, '报价.xlsx');
    writeFileSync(join(folder, '坏的.xlsx'), 'not a zip');
    addBook(folder, '客户.XLSX');
    expect(await locate(folder)).toBe(join(folder, '客户.XLSX'));
  });

  it('two with a tracking table are refused, naming both', async () => {
    const folder = freshFolder();
    for (const name of ['东区.xlsx', '西区.xlsx']) addBook(folder, name);
    await expect(locate(folder)).rejects.toSatisfy(
      (error) =>
        error instanceof Failure &&
        error.code === 'usage' &&
        error.text.zh.includes('东区.xlsx') &&
        error.text.en.includes('西区.xlsx'),
    );
  });

  it('two names of one file are one workbook', async () => {
    const folder = freshFolder();
    addBook(folder, '客户.xlsx');
    symlinkSync('客户.xlsx', join(folder, '又一个名字.xlsx'));
    symlinkSync(join(folder, '客户.xlsx'), join(folder, '第三个.xlsx'));
    expect(await locate(folder)).toBe(join(folder, '又一个名字.xlsx'));
  });

  it('copies and lock files are no candidates', async () => {
    const folder = freshFolder();
    addBook(folder, '漏斗.xlsx');
    for (const name of [
      '漏斗 (1).xlsx',
      '漏斗 - 副本.xlsx',
      '漏斗-DESKTOP-A1B2.xlsx',
      '~$漏斗.xlsx',
      '.~漏斗.xlsx',
      '._漏斗.xlsx',
    ])
      addBook(folder, name);
    expect(await locate(folder)).toBe(join(folder, '漏斗.xlsx'));
  });

  describe('a folder of CSV files', () => {
    const addSheets = (folder: string, ...sheets: readonly string[]) => {
      mkdirSync(folder, { recursive: true });
      for (const sheet of sheets) writeFileSync(join(folder, `${sheet}.csv`), '客户名称,当前阶段\n');
    };

    it('is the working folder, or one in it; a CSV file means the folder it lies in', async () => {
      const folder = freshFolder();
      const team = join(folder, '团队');
      addSheets(team, '客户信息跟踪表', '过程记录');
      expect(await locate(folder)).toBe(team);
      addSheets(join(team, '去年'), '客户信息跟踪表');
      expect(await locate(team)).toBe(team);
      expect(await locate(folder, '团队/客户信息跟踪表.csv')).toBe(team);
      expect(await locate(folder, null, { FUNNEL_FILE: '团队' })).toBe(team);
      writeFileSync(join(folder, 'funnel.config.json'), '{"file": "团队/过程记录.csv"}');
      expect(await locate(folder)).toBe(team);
    });

    it('under another name is known by what adopt added, or by its headers where nothing else is there', async () => {
      const folder = freshFolder();
      addSheets(join(folder, '已接管'), '客户', '过程记录', '设置');
      expect(await locate(folder)).toBe(join(folder, '已接管'));
      const plain = freshFolder();
      addSheets(plain, '我的客户');
      writeFileSync(join(plain, '坏的.csv'), 'a,b\n1\n');
      expect(await locate(plain)).toBe(plain);
      addBook(plain, '漏斗.xlsx');
      expect(await locate(plain)).toBe(join(plain, '漏斗.xlsx'));
    });

    it('beside a workbook is one of two: both are named', async () => {
      const folder = freshFolder();
      addBook(folder, '漏斗.xlsx');
      addSheets(folder, '客户信息跟踪表');
      await expect(locate(folder)).rejects.toSatisfy(
        (error) =>
          error instanceof Failure && error.code === 'usage' && error.text.zh.includes('漏斗.xlsx、.。'),
      );
    });

    it('of other things is none', async () => {
      const folder = freshFolder();
      writeFileSync(join(folder, '报价.csv'), '产品,单价\n');
      await expect(locate(folder)).rejects.toThrow(/No workbook with a tracking table/);
      await expect(locate(folder, '没有.csv')).resolves.toBe(join(folder, '没有.csv'));
    });
  });

  it('where only copies lie, they are named, and none is taken', async () => {
    const folder = freshFolder();
    addBook(folder, '漏斗 (1).xlsx');
    await expect(locate(folder)).rejects.toSatisfy(
      (error) => error instanceof Failure && error.text.zh.includes('副本不算:漏斗 (1).xlsx'),
    );
  });

  it('a copy that somebody names, and conflict copies beside the book or among its CSV files, are told', async () => {
    const folder = freshFolder();
    for (const name of [
      '漏斗.xlsx',
      '漏斗-PC-7.xlsx',
      '漏斗_冲突_王芳.xlsx',
      '漏斗 (1).xlsx',
      '别的_冲突.xlsx',
    ])
      addBook(folder, name);
    const look = (name: string) =>
      findCopies({ path: join(folder, name), book: join(folder, name), format: 'xlsx' });
    expect(await look('漏斗.xlsx')).toEqual({
      itself: false,
      conflicts: ['漏斗-PC-7.xlsx', '漏斗_冲突_王芳.xlsx'],
    });
    expect(await look('漏斗 (1).xlsx')).toEqual({ itself: true, conflicts: [] });
    const team = join(folder, '团队');
    mkdirSync(team);
    for (const name of ['客户信息跟踪表', '过程记录', '过程记录 conflicted copy', '设置 - 副本'])
      writeFileSync(join(team, `${name}.csv`), '客户名称,当前阶段\n');
    expect(await findCopies({ path: team, book: team, format: 'csv' })).toEqual({
      itself: false,
      conflicts: ['过程记录 conflicted copy.csv'],
    });
  });

  it('none is a failure that tells how to begin', async () => {
    const folder = freshFolder();
    addBook(folder, '漏斗 - 副本.xlsx');
    await addOther(folder, 'a.xlsx');
    await addOther(folder, 'b.xlsx');
    await expect(locate(folder)).rejects.toSatisfy(
      (error) =>
        error instanceof Failure &&
        error.code === 'file' &&
        error.text.zh.includes('funnel init') &&
        error.text.zh.includes('a.xlsx'),
    );
  });

  const broken: readonly (readonly [why: string, text: string])[] = [
    ['no JSON', '{file: x}'],
    ['a list', '[]'],
    ['a number where a text should be', '{"file": 3}'],
  ];
  for (const [why, text] of broken) {
    it(`a funnel.config.json that is ${why} is named`, async () => {
      const folder = freshFolder();
      writeFileSync(join(folder, 'funnel.config.json'), text);
      await expect(locate(folder)).rejects.toMatchObject({
        code: 'file',
        place: { file: join(folder, 'funnel.config.json') },
      });
    });
  }

  const names: readonly (readonly [name: string, copy: boolean, why: string])[] = [
    ['漏斗.xlsx', false, 'the original'],
    ['漏斗-2025.xlsx', false, 'a year is no computer'],
    ['漏斗-华东.xlsx', false, 'a region is no computer'],
    ['copyright.xlsx', false, 'copy inside a word'],
    ['photocopies.xlsx', false, 'copy inside a word'],
    ['漏斗(2025).xlsx', false, 'a year in brackets is no counter'],
    ['漏斗(1).xlsx', true, 'a second download'],
    ['漏斗(2).xlsx', true, 'a third download'],
    ['漏斗 - Copy.xlsx', true, 'Windows'],
    ['Copy of 漏斗.xlsx', true, 'Windows of old'],
    ['漏斗 copy 2.xlsx', true, 'the Mac'],
    ['漏斗 - 副本 (2).xlsx', true, 'Chinese Windows'],
    ['漏斗_备份1123.xlsx', true, 'a careful person'],
    ["漏斗 (王芳's conflicted copy 2026-11-23).xlsx", true, 'Dropbox'],
    ['漏斗.sync-conflict-20261123-100000-ABCDEFG.xlsx', true, 'Syncthing'],
    ['漏斗_冲突文件_王芳_20261123.xlsx', true, '坚果云'],
    ['漏斗-LAPTOP-7.xlsx', true, 'OneDrive, beside the original'],
  ];
  it.each(names)('%s: a copy? %s (%s)', (name, copy) => {
    expect(isCopyName(name, ['漏斗.xlsx', name])).toBe(copy);
  });
});

describe('who acts', () => {
  it('FUNNEL_USER, else the config, else the system', () => {
    const folder = freshFolder();
    expect(actingUser(testIo(folder))).toBe('王芳');
    expect(actingUser(testIo(folder, { env: {} }))).toBe('tester');
    writeFileSync(join(folder, 'funnel.config.json'), '{"user": "李强"}');
    expect(actingUser(testIo(folder, { env: { FUNNEL_USER: ' ' } }))).toBe('李强');
  });
});
