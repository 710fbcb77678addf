import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { runIn } from '../transcripts/run-transcript.ts';

/** 01:00 of 24 November in Shanghai, 17:00 of the 23rd in London. */
const NOW = Date.parse('2026-11-23T17:00:00Z');
const SILENT = { FUNNEL_LANG: '', LANG: 'C', LC_ALL: '', LC_MESSAGES: '' };

/** A workbook with two tables under the names people gave them, and this 设置. */
async function folderWith(...settings: readonly (readonly [string, string, string])[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'funnel-settings-'));
  const book = new ExcelJS.Workbook();
  for (const name of ['张三', '李四']) {
    const sheet = book.addWorksheet(name);
    sheet.addRow(['甲方', '当前阶段', '客户名称']);
    sheet.addRow([`${name}的客户`, '方案呈现', '同名']);
  }
  const sheet = book.addWorksheet('设置');
  sheet.addRow(['类别', '名称', '值', '说明']);
  for (const row of settings) sheet.addRow([...row]);
  await book.xlsx.writeFile(join(folder, '客户.xlsx'));
  return folder;
}

const play = (folder: string, argv: readonly string[], env: Readonly<Record<string, string>> = SILENT) =>
  runIn(folder, argv, { now: NOW, env });

describe('settings that are read before the table is', () => {
  it('跟踪表 says which sheet it is; without it both are named', async () => {
    const both = await play(await folderWith(), ['list']);
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('张三、李四')]);
    const one = await play(await folderWith(['表格', '跟踪表', '李四']), ['list', '--json']);
    expect(JSON.parse(one.out)).toHaveLength(1);
  });

  it('列对应 says what a header means', async () => {
    const folder = await folderWith(
      ['表格', '跟踪表', '李四'],
      ['列对应', '甲方', '客户名称'],
      ['列对应', '客户名称', '-'],
    );
    const { out } = await play(folder, ['list', '--json']);
    expect(JSON.parse(out)[0].customer).toBe('李四的客户');
  });

  it.each([
    { zone: 'Asia/Shanghai', asOf: '2026-11-24' },
    { zone: 'Europe/London', asOf: '2026-11-23' },
  ])('时区 $zone: today is $asOf', async ({ zone, asOf }) => {
    const folder = await folderWith(['表格', '跟踪表', '李四'], ['表格', '时区', zone]);
    const { out } = await play(folder, ['check', '--json']);
    expect(JSON.parse(out).asOf).toBe(asOf);
  });

  it.each([
    { argv: ['list'], env: SILENT, english: true, why: 'neither the command line nor FUNNEL_LANG says' },
    { argv: ['list'], env: { ...SILENT, LANG: 'zh_CN.UTF-8' }, english: true, why: 'before the locale' },
    { argv: ['list', '--lang', 'zh'], env: SILENT, english: false, why: 'behind --lang' },
    { argv: ['list'], env: { ...SILENT, FUNNEL_LANG: 'zh' }, english: false, why: 'behind FUNNEL_LANG' },
    { argv: ['list', 'nobody'], env: SILENT, english: true, why: 'remarks too' },
    { argv: ['show', 'nobody'], env: SILENT, english: true, why: 'failures too' },
  ])('语言 en: $why', async ({ argv, env, english }) => {
    const folder = await folderWith(['表格', '跟踪表', '李四'], ['表格', '语言', 'en']);
    const { out, err } = await play(folder, argv, env);
    expect(/[a-z]{4} [a-z]/i.test((out + err).replace(/nobody/g, ''))).toBe(english);
  });
});
