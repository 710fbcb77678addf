import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/core/book.ts';
import { decodeSettings, LEAD_HEADERS, SETTING_HEADERS } from '../../src/core/decode.ts';
import { LOG_HEADERS } from '../../src/core/decode-log.ts';
import { FIELDS } from '../../src/core/fields.ts';
import { findHeader } from '../../src/core/header.ts';
import { settingRows } from '../../src/core/setting-table.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import type { SheetRow } from '../../src/core/sheet.ts';
import { openStore } from '../../src/storage/open.ts';
import { TEMPLATE_PATH } from '../../src/templates.ts';

const book = new ExcelJS.Workbook();
beforeAll(() => book.xlsx.readFile(TEMPLATE_PATH).then(() => undefined));

const sheetOf = (name: string) => {
  const sheet = book.getWorksheet(name);
  if (!sheet) throw new Error(`no sheet ${name}`);
  return sheet;
};
const headersOf = (name: string) => (sheetOf(name).getRow(1).values as unknown[]).slice(1);

describe('the template workbook', () => {
  it('is what its sources build, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'funnel-template-'));
    const built = join(folder, 'built.xlsx');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../templates/build.ts'), built],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readFileSync(built).equals(readFileSync(TEMPLATE_PATH)), 'run npx tsx templates/build.ts').toBe(
      true,
    );
    rmSync(folder, { recursive: true });
  });

  it('has every sheet, each with its headers frozen and filtered', () => {
    expect(book.worksheets.map(({ name }) => name)).toEqual([
      '使用说明',
      SHEETS.tracking,
      SHEETS.leads,
      SHEETS.log,
      SHEETS.conversion,
      SHEETS.targets,
      SHEETS.settings,
    ]);
    expect(headersOf(SHEETS.tracking)).toEqual(FIELDS.map(({ header }) => header.zh));
    expect(headersOf(SHEETS.leads)).toEqual([...LEAD_HEADERS]);
    expect(headersOf(SHEETS.log)).toEqual([...LOG_HEADERS]);
    expect(headersOf(SHEETS.settings)).toEqual([...SETTING_HEADERS]);
    for (const sheet of book.worksheets.slice(1)) {
      expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
      expect(sheet.autoFilter).toBeTruthy();
    }
  });

  it('has no live row: the sample stands in 使用说明 only, where nothing takes it for a table', async () => {
    expect(sheetOf(SHEETS.tracking).actualRowCount).toBe(1);
    expect(sheetOf(SHEETS.log).actualRowCount).toBe(1);
    const store = await openStore(TEMPLATE_PATH);
    const rows: SheetRow[] = [];
    await store.readRows('使用说明', (row) => {
      rows.push(row);
      return undefined;
    });
    expect(JSON.stringify(rows)).toContain(
      '2024-03-20:方案演示,客户关注数据安全模块;2024-03-25:确认分期付款方案',
    );
    expect(findHeader(rows)?.missing.length ?? 1).not.toBe(0);
  });

  it('explains every setting and holds its default', () => {
    const rows = sheetOf(SHEETS.settings).getRows(2, settingRows().length) ?? [];
    expect(rows.map((row) => [1, 2, 3, 4].map((col) => row.getCell(col).text))).toEqual(
      settingRows().map(({ category, name, value, explanation }) => [category, name, value, explanation]),
    );
  });

  it('reads its own settings without complaint, and they are the defaults', async () => {
    const store = await openStore(TEMPLATE_PATH);
    const rows: SheetRow[] = [];
    await store.readRows(SHEETS.settings, (row) => {
      rows.push(row);
      return undefined;
    });
    expect(decodeSettings({ sheet: SHEETS.settings, rows }, false)).toMatchObject({
      settings: DEFAULT_SETTINGS,
      findings: [],
    });
  });

  it('offers words for stage, source, owner and the judgements, and forbids none', () => {
    const rules = (
      sheetOf(SHEETS.tracking) as unknown as {
        dataValidations: { model: Record<string, ExcelJS.DataValidation> };
      }
    ).dataValidations.model;
    const at = (header: string) =>
      rules[sheetOf(SHEETS.tracking).getCell(2, headersOf(SHEETS.tracking).indexOf(header) + 1).address];
    expect(at('当前阶段')?.formulae[0]).toContain('商务谈判完成');
    expect(at('来源渠道')?.formulae[0]).toContain('"来源渠道"');
    expect(at('销售负责人')?.formulae[0]).toContain('"销售负责人"');
    expect(at('意向等级')?.formulae[0]).toBe('"高意向,中意向,低意向"');
    expect(
      Object.values(rules).every(
        ({ errorStyle, showErrorMessage }) => !showErrorMessage || errorStyle === 'warning',
      ),
    ).toBe(true);
  });
});
