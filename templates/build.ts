// Builds the workbook that `funnel init` hands out: `npx tsx templates/build.ts`, or to a PATH given. The same sources
// give the same bytes.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { SHEETS } from '../src/core/book.ts';
import { LEAD_HEADERS, SETTING_HEADERS } from '../src/core/decode.ts';
import { LOG_HEADERS } from '../src/core/decode-log.ts';
import { FIELDS, type FieldInfo, type FieldKey } from '../src/core/fields.ts';
import { CONVERSION_TABLE } from '../src/core/reports/block-columns.ts';
import { TARGET_TABLE } from '../src/core/reports/target.ts';
import { settingRows } from '../src/core/setting-table.ts';
import { DEFAULT_SETTINGS } from '../src/core/settings.ts';
import { columnLetters } from '../src/core/sheet.ts';
import { isOpenStage, STAGES, type StageInfo } from '../src/core/stages.ts';
import { displayWidth } from '../src/core/text.ts';
import { fixClock } from './fixed-clock.ts';
import { GUIDE_SHEETS, GUIDE_STEPS, GUIDE_TITLE, guideColumns, STAGE_COLORS } from './guide.ts';

const FONT = '微软雅黑';
const HEAD = 'FF1F4E78';
const OURS_HEAD = 'FF548235';
const LINE = 'FFBFBFBF';
const DATE = 'yyyy-mm-dd';
const MONEY = '#,##0.00';
const TEXT = '@';
/** Rows that drop-downs and colours reach in advance; funnel carries them further where a table grows longer. */
const LAST_ROW = 2000;
const OWNER_ROWS = 8;
const PAGE: Partial<ExcelJS.PageSetup> = {
  paperSize: 9,
  orientation: 'landscape',
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
};

/** The template's 表2, with what tells its rows apart. */
const CONVERSION_HEADERS = CONVERSION_TABLE.columns
  .filter(({ optional }) => !optional)
  .map(({ header }) => header);
const CONVERSION_WIDTHS: Readonly<Record<string, number>> = {
  统计周期: 14,
  阶段名称: 12,
  期初客户数: 12,
  期末客户数: 12,
  '平均停留(天)': 14,
  '停留中位(天)': 14,
  '其中客户(家)': 14,
  截至: 12,
  口径: 16,
  说明: 36,
};

/** Columns that are not as wide as their header. */
const WIDTHS: Readonly<Record<string, number>> = {
  客户名称: 24,
  联系人: 12,
  联系方式: 16,
  客户规模: 14,
  预算范围: 14,
  需求标签: 26,
  来源渠道: 14,
  当前阶段: 15,
  预计金额: 14,
  销售负责人: 12,
  跟进记录: 60,
  商机编号: 16,
  客户关注点: 28,
  合同金额: 14,
  合同编号: 16,
  关联商机: 16,
  流失原因: 14,
  筛选结果: 18,
  无效原因: 16,
  日期: 12,
  录入日期: 12,
  检查项: 16,
  内容: 60,
  证据: 24,
  操作人: 10,
  记录时间: 20,
  统计周期: 14,
  阶段名称: 14,
  截至: 12,
  口径: 16,
  期间: 14,
  负责人: 12,
  目标金额: 16,
  说明: 70,
  类别: 14,
  名称: 24,
  值: 40,
};
const WRAPPED: ReadonlySet<string> = new Set([
  '需求标签',
  '跟进记录',
  '客户关注点',
  '内容',
  '证据',
  '说明',
  '值',
]);
const FORMATS: Readonly<Record<string, string>> = {
  联系方式: TEXT,
  商机编号: TEXT,
  日期: DATE,
  录入日期: DATE,
  记录时间: TEXT,
  目标金额: MONEY,
  转化率: '0.0%',
  截至: DATE,
};

/** One column of a new sheet. */
interface Column {
  readonly header: string;
  readonly width: number;
  readonly format: string;
  readonly wrap: boolean;
  readonly head: string;
}

/** Conditional formats are numbered over the whole book. */
let priority = 0;

fixClock('2026-01-01T00:00:00Z');
const book = new ExcelJS.Workbook();
book.creator = book.lastModifiedBy = 'funnel';
book.created = book.modified = new Date();
addGuide();
addTracking();
addTable(SHEETS.leads, LEAD_HEADERS.map(columnOf));
addTable(SHEETS.log, LOG_HEADERS.map(columnOf));
addTable(
  SHEETS.conversion,
  // Sixteen numbers have to fit on a page beside the remarks.
  CONVERSION_HEADERS.map((header) => ({ ...columnOf(header), width: CONVERSION_WIDTHS[header] ?? 10 })),
);
addTable(
  SHEETS.targets,
  TARGET_TABLE.columns.map(({ header }) => columnOf(header)),
);
addSettings();
await writeFile(
  process.argv[2] ?? join(import.meta.dirname, 'funnel.xlsx'),
  Buffer.from(await book.xlsx.writeBuffer()),
);

/** 客户信息跟踪表: header, formats, drop-downs and colours, and not one row. */
function addTracking(): void {
  const sheet = addTable(
    SHEETS.tracking,
    FIELDS.map((field) => ({
      ...columnOf(field.header.zh),
      ...formatOf(field),
      head: field.template ? HEAD : OURS_HEAD,
    })),
    1,
  );
  const letters = (key: FieldKey) => columnLetters(FIELDS.findIndex((field) => field.key === key) + 1);
  const area = (key: FieldKey) => `${letters(key)}2:${letters(key)}${LAST_ROW}`;
  const choose = (key: FieldKey, formula: string, prompt: string) =>
    addList(sheet, area(key), formula, prompt);
  const listed = (category: string) =>
    `OFFSET('${SHEETS.settings}'!$B$1,MATCH("${category}",'${SHEETS.settings}'!$A:$A,0)-1,0,MAX(1,COUNTIFS('${SHEETS.settings}'!$A:$A,"${category}",'${SHEETS.settings}'!$B:$B,"?*")),1)`;
  choose('stage', words(STAGES.flatMap(statusWordsOf)), '阶段或状态;最好用 funnel advance 推进');
  choose('source', listed('来源渠道'), '渠道在「设置」里增减');
  choose('owner', listed('销售负责人'), '名单在「设置」里增减');
  choose('lostReason', words(DEFAULT_SETTINGS.lostReasons), '也可另写');
  for (const { key, kind, words: allowed } of FIELDS)
    if (kind === 'choice') choose(key, words(allowed), '从下拉中选');
  addValidation(sheet, area('satisfaction'), {
    type: 'whole',
    operator: 'between',
    formulae: [1, 5],
    allowBlank: true,
    showErrorMessage: true,
    errorStyle: 'warning',
    error: '1 到 5 分',
  });

  const stage = `$${letters('stage')}2`;
  const close = `$${letters('expectedClose')}2`;
  const over = STAGES.filter(({ key }) => !isOpenStage(key) || key === 'aftercare');
  const signed = STAGES.find(({ key }) => key === 'closing');
  const done = oneOf(stage, [
    ...over.flatMap(allWords),
    ...(signed ? [signed.completeWord ?? '', ...signed.statusWords] : []),
  ]);
  addColor(
    sheet,
    area('expectedClose'),
    `AND(ISNUMBER(${close}),${close}<TODAY(),NOT(${done}))`,
    'FFFFC7CE',
    'FF9C0006',
  );
  const next = `$${letters('nextFollowUp')}2`;
  addColor(
    sheet,
    area('nextFollowUp'),
    `AND(ISNUMBER(${next}),${next}<TODAY(),NOT(${oneOf(stage, STAGES.filter(({ key }) => !isOpenStage(key)).flatMap(allWords))}))`,
    'FFFFEB9C',
    'FF7F6000',
  );
  for (const info of STAGES)
    addColor(sheet, area('stage'), oneOf(stage, allWords(info)), STAGE_COLORS[info.key]);
}

/** 使用说明: what the sheets are, what to do, and the sample row set upright, so that nobody counts it. */
function addGuide(): void {
  const sheet = book.addWorksheet('使用说明', {
    views: [{ showGridLines: false }],
    pageSetup: PAGE,
    properties: { tabColor: { argb: HEAD } },
  });
  sheet.columns = [{ width: 24 }, { width: 54 }, { width: 54 }];
  const heading = (text: string) => {
    sheet.addRow([]);
    sheet.addRow([text]).font = { name: FONT, size: 12, bold: true, color: { argb: HEAD } };
  };
  sheet.addRow([GUIDE_TITLE]).font = { name: FONT, size: 16, bold: true, color: { argb: HEAD } };
  heading('怎么用');
  for (const step of GUIDE_STEPS) plainRow(sheet, [step]).alignment = { vertical: 'middle', wrapText: false };
  heading('各张表');
  for (const row of GUIDE_SHEETS) plainRow(sheet, row);
  heading('阶段与状态词(离开一个阶段之前,它的推进条件要齐)');
  for (const info of STAGES) {
    const row = plainRow(sheet, [
      info.name.zh,
      info.completeWord ? `条件齐备后写作「${info.completeWord}」` : '',
      info.aliases.length > 0 ? `也认得:${info.aliases.join('、')}` : '',
    ]);
    row.getCell(1).fill = solid(STAGE_COLORS[info.key]);
  }
  heading('各列怎么填(「示例」一栏只供对照,不是客户,不计入任何统计)');
  dressHeader(sheet.addRow(['列', '示例', '填法']), [HEAD, HEAD, HEAD]);
  for (const row of guideColumns()) plainRow(sheet, row);
}

/** 设置: every setting with its default and what it means; below, the names the owner drop-down offers. */
function addSettings(): void {
  const sheet = addTable(SHEETS.settings, SETTING_HEADERS.map(columnOf));
  const rows = [
    ...settingRows().map(({ category, name, value, explanation }) => [
      category,
      name,
      value === '' || Number.isNaN(Number(value)) ? value : Number(value),
      explanation,
    ]),
    ...Array.from({ length: OWNER_ROWS }, () => [
      '销售负责人',
      '',
      '',
      '名称一栏填姓名,跟踪表的下拉就有;不够时在下面接着加行',
    ]),
  ];
  for (const row of rows) plainRow(sheet, row);
}

/** A sheet with one frozen, filtered header row. The columns carry the formats, so that a first row has them too. */
function addTable(name: string, columns: readonly Column[], frozenColumns = 0): ExcelJS.Worksheet {
  const sheet = book.addWorksheet(name, {
    views: [{ state: 'frozen', xSplit: frozenColumns, ySplit: 1 }],
    pageSetup: PAGE,
  });
  sheet.pageSetup.printTitlesRow = '1:1';
  sheet.columns = columns.map(({ width, format, wrap }) => ({
    width,
    style: { numFmt: format, font: { name: FONT, size: 10 }, alignment: { vertical: 'top', wrapText: wrap } },
  }));
  dressHeader(
    sheet.addRow(columns.map(({ header }) => header)),
    columns.map(({ head }) => head),
  );
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } };
  return sheet;
}

function dressHeader(row: ExcelJS.Row, colors: readonly string[]): void {
  row.height = 24;
  for (const [index, color] of colors.entries()) {
    const cell = row.getCell(index + 1);
    cell.numFmt = 'General';
    cell.font = { name: FONT, size: 10, bold: true, color: { argb: 'FFFFFFFF' } };
    cell.fill = solid(color);
    cell.alignment = { vertical: 'middle', horizontal: 'center', wrapText: true };
    cell.border = {
      bottom: { style: 'thin', color: { argb: LINE } },
      right: { style: 'thin', color: { argb: LINE } },
    };
  }
}

/** A row of text, as high as its longest cell needs: nobody measures it again when the file is opened. */
function plainRow(sheet: ExcelJS.Worksheet, values: readonly (string | number)[]): ExcelJS.Row {
  const row = sheet.addRow(values.map((value) => (value === '' ? null : value)));
  row.font = { name: FONT, size: 10 };
  row.alignment = { vertical: 'middle', horizontal: 'left', wrapText: true };
  const lines = values.map((value, index) =>
    Math.ceil((displayWidth(String(value)) + 1) / (sheet.getColumn(index + 1).width ?? 10)),
  );
  row.height = 18 * (values.length > 1 ? Math.max(1, ...lines) : 1);
  return row;
}

function columnOf(header: string): Column {
  return {
    header,
    width: WIDTHS[header] ?? Math.max(10, header.length * 2 + 4),
    format: FORMATS[header] ?? 'General',
    wrap: WRAPPED.has(header),
    head: HEAD,
  };
}

/** The format of a column of 客户信息跟踪表, by its kind. */
function formatOf({ kind, header }: FieldInfo): Pick<Column, 'format'> {
  if (kind === 'date') return { format: DATE };
  if (kind === 'amount') return { format: MONEY };
  return { format: kind === 'text' || kind === 'id' ? TEXT : (FORMATS[header.zh] ?? 'General') };
}

/** Words a status cell may hold, as the drop-down offers them. */
function statusWordsOf({ name, completeWord, statusWords }: StageInfo): readonly string[] {
  return [
    name.zh,
    ...(completeWord && statusWords.length === 0 ? [completeWord] : []),
    ...statusWords,
    ...(completeWord && statusWords.length > 0 ? [completeWord] : []),
  ];
}

function allWords(info: StageInfo): readonly string[] {
  return [...statusWordsOf(info), ...info.aliases];
}

/** A literal list for a drop-down. Excel takes 255 characters of it. */
function words(list: readonly string[]): string {
  const text = `"${list.join(',')}"`;
  if (text.length > 255) throw new Error(`too long for a drop-down: ${text}`);
  return text;
}

/** Whether a cell holds one of some words. Conditional formats take no array constants. */
function oneOf(cell: string, list: readonly string[]): string {
  return `AND(${cell}<>"",ISNUMBER(FIND("|"&${cell}&"|","|${list.join('|')}|")))`;
}

/** A drop-down that offers and does not forbid: a team has words of its own. */
function addList(sheet: ExcelJS.Worksheet, area: string, formula: string, prompt: string): void {
  addValidation(sheet, area, {
    type: 'list',
    formulae: [formula],
    allowBlank: true,
    showErrorMessage: false,
    showInputMessage: true,
    prompt,
  });
}

/** exceljs can put a validation on an area, and does not say so in its types. */
function addValidation(sheet: ExcelJS.Worksheet, area: string, validation: ExcelJS.DataValidation): void {
  (
    sheet as unknown as { dataValidations: { add(area: string, validation: ExcelJS.DataValidation): void } }
  ).dataValidations.add(area, validation);
}

function addColor(
  sheet: ExcelJS.Worksheet,
  ref: string,
  formula: string,
  fill: string,
  font = 'FF000000',
): void {
  sheet.addConditionalFormatting({
    ref,
    rules: [
      {
        type: 'expression',
        formulae: [formula],
        priority: ++priority,
        style: {
          fill: { type: 'pattern', pattern: 'solid', bgColor: { argb: fill } },
          font: { color: { argb: font } },
        },
      },
    ],
  });
}

function solid(argb: string): ExcelJS.Fill {
  return { type: 'pattern', pattern: 'solid', fgColor: { argb } };
}
