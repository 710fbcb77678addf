// What stays of a workbook with everything in it when one cell is changed: `npm run fidelity-table` (which installs SheetJS
// beside this script). Prints a Markdown table; --write puts it into README.md.
import '../from-source.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { edit } from '../xlsx/make-book.ts';
import { FEATURES, keptOf, makeEverything } from './everything.ts';

const SHEET = '客户信息跟踪表';
const TEXT = '只改这一格';
const [FROM, TO] = ['<!-- table -->', '<!-- end of table -->'];

const before = makeEverything();
const programs: readonly (readonly [string, () => Promise<Buffer>])[] = [
  [
    'funnel',
    async () =>
      (
        await edit(before, [
          { op: 'set', place: { sheet: SHEET, row: 3, col: 6 }, input: { kind: 'text', text: TEXT } },
        ])
      ).bytes,
  ],
  ['exceljs', saveWithExceljs],
  ['SheetJS', async () => saveWithSheetJs()],
];
const columns: { readonly name: string; readonly kept: readonly string[] }[] = [];
for (const [name, save] of programs) {
  try {
    const after = await save();
    columns.push({ name, kept: FEATURES.map((feature) => keptOf(feature, before, after)) });
  } catch (error) {
    columns.push({
      name,
      kept: FEATURES.map(() => `threw: ${error instanceof Error ? error.message.slice(0, 40) : error}`),
    });
  }
}
const count = (kept: readonly string[], word: string) => kept.filter((each) => each === word).length;
const lines = [
  `| feature | ${columns.map(({ name }) => name).join(' | ')} |`,
  `|---|${columns.map(() => '---').join('|')}|`,
  ...FEATURES.map(({ name }, index) => `| ${name} | ${columns.map(({ kept }) => kept[index]).join(' | ')} |`),
  `| **kept · altered · lost of ${FEATURES.length}** | ${columns.map(({ kept }) => `**${['kept', 'altered', 'lost'].map((word) => count(kept, word)).join(' · ')}**`).join(' | ')} |`,
];
console.log(lines.join('\n'));
if (process.argv.includes('--write')) {
  const readme = join(import.meta.dirname, 'README.md');
  const [head = '', rest = ''] = readFileSync(readme, 'utf8').split(FROM);
  writeFileSync(readme, `${head}${FROM}\n${lines.join('\n')}\n${TO}${rest.split(TO)[1] ?? '\n'}`);
}

async function saveWithExceljs(): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(before).buffer as ArrayBuffer);
  const sheet = workbook.getWorksheet(SHEET);
  if (!sheet) throw new Error('no sheet');
  sheet.getCell('F3').value = TEXT;
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** With every option that keeps something. */
function saveWithSheetJs(): Buffer {
  const xlsx = createRequire(import.meta.url)('xlsx');
  const workbook = xlsx.read(before, {
    bookVBA: true,
    cellStyles: true,
    cellNF: true,
    cellFormula: true,
    cellDates: false,
    bookFiles: true,
  });
  workbook.Sheets[SHEET].F3 = { t: 's', v: TEXT };
  return xlsx.write(workbook, {
    type: 'buffer',
    bookType: 'xlsm',
    bookVBA: true,
    cellStyles: true,
    compression: true,
  });
}
