import { join } from 'node:path';

/** The workbook `init` hands out. templates/ lies beside src/ and beside dist/, where the bundle is. */
export const TEMPLATE_PATH = join(__dirname, '../templates/funnel.xlsx');
/** The charts of report workbooks: what they look like. */
export const CHARTS_PATH = join(__dirname, '../templates/charts.xlsx');
