import { SHEETS } from '../book.ts';
import type { TableSpec } from '../kept-table.ts';

/** Columns of 销售阶段转化率统计表 by key. */
export type BlockKey = (typeof COLUMNS)[number]['key'];

// The template's columns (L154) behind 统计周期: every row says of which period it is, so that people can sort, filter and
// pivot the sheet, and a row is found again wherever it has gone.
const COLUMNS = [
  { key: 'period', header: '统计周期', aliases: ['统计期间', '统计时间', '期间', '周期', '季度', 'Period'] },
  { key: 'stage', header: '阶段名称', aliases: ['阶段', '销售阶段', 'Stage'] },
  { key: 'opening', header: '期初客户数', aliases: ['期初', '期初数', 'Opening'] },
  { key: 'entered', header: '新增', aliases: ['新增客户数', '新增数', '本期新增', 'Entered'] },
  { key: 'converted', header: '转化', aliases: ['转化客户数', '转化数', '本期转化', 'Converted'] },
  { key: 'lost', header: '流失', aliases: ['流失客户数', '流失数', '本期流失', 'Lost'] },
  { key: 'back', header: '退回', aliases: ['退回客户数', '退回数', 'Back'] },
  { key: 'closing', header: '期末客户数', aliases: ['期末', '期末数', 'Closing'] },
  { key: 'rate', header: '转化率', aliases: ['阶段转化率', 'Rate', 'Conversion rate'] },
  { key: 'stay', header: '平均停留(天)', aliases: ['平均停留天数', '平均停留时间', '平均停留时长'] },
  { key: 'stayMedian', header: '停留中位(天)', aliases: ['停留中位数'] },
  { key: 'stays', header: '停留段数', aliases: [] },
  { key: 'customers', header: '其中客户(家)', aliases: ['客户数'] },
  { key: 'reentered', header: '其中回流', aliases: ['回流'] },
  { key: 'skipped', header: '其中跳级', aliases: ['跳级'] },
  { key: 'invalid', header: '其中无效', aliases: ['无效'] },
  { key: 'convertedAmount', header: '转化金额(元)', aliases: [], optional: true },
  { key: 'lostAmount', header: '流失金额(元)', aliases: [], optional: true },
  { key: 'closingAmount', header: '期末金额(元)', aliases: [], optional: true },
  { key: 'reached', header: '曾到达', aliases: [], optional: true },
  { key: 'advanced', header: '其后继续', aliases: [], optional: true },
  { key: 'ended', header: '止于流失', aliases: [], optional: true },
  { key: 'unfinished', header: '未完', aliases: [], optional: true },
  { key: 'asOf', header: '截至', aliases: ['截至日期', '统计截至'] },
  { key: 'scope', header: '口径', aliases: ['统计口径'] },
  { key: 'by', header: '分组', aliases: ['分组方式'], optional: true },
  { key: 'group', header: '组别', aliases: [], optional: true },
  { key: 'notes', header: '说明', aliases: ['统计说明'] },
] as const;

/** 表2 of the template, as `report --write` finds and fills it. */
export const CONVERSION_TABLE: TableSpec = {
  sheet: SHEETS.conversion,
  columns: COLUMNS,
  required: ['stage', 'opening', 'entered'],
};
