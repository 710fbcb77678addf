// Builds the charts that report workbooks carry: `npx tsx templates/build-charts.ts`, or to a PATH given. One of each
// kind over an invented table; a report takes their looks and puts in its own cells. The same sources give the same bytes.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import type { GridChart } from '../src/core/grid.ts';
import { OUTPUT_MARK } from '../src/core/text.ts';
import { openPackage } from '../src/storage/xlsx/package.ts';
import { placeCharts } from '../src/storage/xlsx/place-charts.ts';
import { openWorkbook } from '../src/storage/xlsx/workbook.ts';
import { fixClock } from './fixed-clock.ts';

const SHEET = '图表';
/** Converted, lost, back, still there; for lines and columns the first ones. */
const COLORS = ['1F6FB2', 'C0392B', 'B7950B', '85929E'];
const HEADER = ['阶段', '转化', '流失', '退回', '期末'];
const ROWS = [
  ['线索获取', 14, 1, 0, 2],
  ['需求挖掘', 11, 3, 1, 2],
  ['方案呈现', 8, 1, 0, 3],
];
const TITLES: Readonly<Record<GridChart['kind'], string>> = { bars: '条形', columns: '柱形', lines: '折线' };

const AXES = '<c:axId val="1"/><c:axId val="2"/>';

fixClock('2026-01-01T00:00:00Z');
const book = new ExcelJS.Workbook();
book.creator = book.lastModifiedBy = 'funnel';
book.created = book.modified = new Date();
const sheet = book.addWorksheet(SHEET);
sheet.addRow(HEADER);
for (const row of ROWS) sheet.addRow(row);
sheet.getCell('A1').name = OUTPUT_MARK;
const bytes = new Uint8Array(await book.xlsx.writeBuffer());
const charts = (Object.keys(TITLES) as GridChart['kind'][]).map((kind, index) => ({
  place: { sheet: SHEET, top: 6 + index * 17, bottom: 21 + index * 17, left: 1, right: 7 },
  xml: Buffer.from(chartXml(kind)),
}));
await writeFile(
  process.argv[2] ?? join(import.meta.dirname, 'charts.xlsx'),
  placeCharts(openWorkbook(openPackage('charts.xlsx', bytes)), charts),
);

/** A chart of the table above, in the order of elements that the schema wants. */
function chartXml(kind: GridChart['kind']): string {
  const series = COLORS.map((color, index) => seriesXml(kind, color, index)).join('');
  const plot =
    kind === 'lines'
      ? `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series}<c:marker val="1"/>${AXES}</c:lineChart>`
      : [
          `<c:barChart><c:barDir val="${kind === 'bars' ? 'bar' : 'col'}"/>`,
          `<c:grouping val="${kind === 'bars' ? 'stacked' : 'clustered'}"/><c:varyColors val="0"/>${series}`,
          `<c:gapWidth val="${kind === 'bars' ? 40 : 60}"/>`,
          kind === 'bars' ? '<c:overlap val="100"/>' : '',
          `${AXES}</c:barChart>`,
        ].join('');
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    '<c:roundedCorners val="0"/><c:chart>',
    `<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="1"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1100" b="1"/><a:t>${TITLES[kind]}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`,
    `<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>${plot}${axesXml(kind)}</c:plotArea>`,
    '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>',
    '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>',
  ].join('');
}

function seriesXml(kind: GridChart['kind'], color: string, index: number): string {
  const letter = String.fromCharCode(66 + index);
  const fill = `<a:solidFill><a:srgbClr val="${color}"/></a:solidFill>`;
  const looks =
    kind === 'lines'
      ? `<c:spPr><a:ln w="28575">${fill}</a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr>${fill}</c:spPr></c:marker>`
      : `<c:spPr>${fill}</c:spPr><c:invertIfNegative val="0"/>`;
  return [
    `<c:ser><c:idx val="${index}"/><c:order val="${index}"/>`,
    `<c:tx><c:strRef><c:f>'${SHEET}'!$${letter}$1</c:f></c:strRef></c:tx>`,
    looks,
    labelsXml(kind, index),
    `<c:cat><c:strRef><c:f>'${SHEET}'!$A$2:$A$4</c:f></c:strRef></c:cat>`,
    `<c:val><c:numRef><c:f>'${SHEET}'!$${letter}$2:$${letter}$4</c:f></c:numRef></c:val>`,
    kind === 'lines' ? '<c:smooth val="0"/>' : '',
    '</c:ser>',
  ].join('');
}

/** Every number at its mark; within a bar none where it is 0, and white so that it can be read there. */
function labelsXml(kind: GridChart['kind'], index: number): string {
  const format = kind === 'bars' ? '<c:numFmt formatCode="0;;" sourceLinked="0"/>' : '';
  const color = kind === 'bars' ? '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' : '';
  const place = kind === 'bars' ? 'ctr' : kind === 'columns' ? 'outEnd' : index === 0 ? 't' : 'b';
  return [
    `<c:dLbls>${format}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>`,
    `<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900">${color}</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`,
    `<c:dLblPos val="${place}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>`,
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>',
  ].join('');
}

/**
 * Names along one axis (of bars the first on top); the other starts at 0 and is not drawn: every mark has its number.
 * Below the zero of lines there is room for the number under a point that lies on it.
 */
function axesXml(kind: GridChart['kind']): string {
  const [names, values] = kind === 'bars' ? ['l', 't'] : ['b', 'l'];
  const rest = `<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="${kind === 'lines' ? 'low' : 'nextTo'}"/>`;
  return [
    `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="${kind === 'bars' ? 'maxMin' : 'minMax'}"/></c:scaling>`,
    `<c:delete val="0"/><c:axPos val="${names}"/><c:numFmt formatCode="General" sourceLinked="0"/>${rest}`,
    '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>',
    '<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>',
    `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="${kind === 'lines' ? -0.12 : 0}"/></c:scaling>`,
    `<c:delete val="1"/><c:axPos val="${values}"/><c:numFmt formatCode="General" sourceLinked="0"/>${rest}`,
    '<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>',
  ].join('');
}
