// `node test/bench/size.mjs [DEALS] [ROUNDS] [--others]`: every command that matters on a book of DEALS 商机 and five times as many
// events, interleaved with `unzip -p` of the same file in one run. Prints ratios of medians with their spread, CPU seconds and the
// most memory; it judges nothing. `--others` adds exceljs (load, change, save) and, where PYTHON (or python3) has it, openpyxl.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBigBook } from './big-book.mjs';

const numbers = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const [deals = 100_000, rounds = 3] = numbers;
const bin = join(import.meta.dirname, '../../bin/funnel.cjs');
const folder = mkdtempSync(join(tmpdir(), 'funnel-bench-'));
const book = join(folder, 'book.xlsx');
const foreign = join(folder, 'foreign.xlsx');
const { bytes, inflated } = await makeBigBook(book, deals, deals * 5);
console.log(
  `${deals} deals, ${deals * 5} events: ${(bytes / 1e6).toFixed(1)} MB, ${(inflated / 1e6).toFixed(0)} MB inflated`,
);

const day = ['--as-of', '2026-11-26'];
const name = String(Math.floor(deals / 2)).padStart(6, '0');
const lead =
  '--customer 新客户测试有限公司 --contact 李总 --phone 13900001111 --tags 需要CRM系统 --source 行业展会'.split(
    ' ',
  );
const funnel = (file, ...words) => [process.execPath, bin, ...words, '--file', file, ...day];
/** A foreign file is one that funnel has not written yet: a fresh copy each time. */
const fresh = () => copyFileSync(book, foreign);
const contenders = [
  { name: 'unzip -p', argv: ['unzip', '-p', book] },
  { name: 'log, first on a foreign file', before: fresh, argv: funnel(foreign, 'log', name, '打了电话') },
  { name: 'log, later', argv: funnel(foreign, 'log', name, '又打了电话') },
  { name: 'add-lead, first on a foreign file', before: fresh, argv: funnel(foreign, 'add-lead', ...lead) },
  { name: 'add-lead, later', argv: funnel(foreign, 'add-lead', ...lead) },
  { name: 'check', argv: funnel(book, 'check') },
  { name: 'report --quarter', argv: funnel(book, 'report', '--quarter') },
  { name: 'list NAME', argv: funnel(book, 'list', name) },
  ...(process.argv.includes('--others') ? others() : []),
];
const runs = contenders.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, { before, argv, once }] of contenders.entries()) {
    if (once && round > 0) continue;
    before?.();
    runs[index].push(measure(argv));
  }
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const floor = median(runs[0].map(({ wall }) => wall));
const floorCpu = median(runs[0].map(({ cpu }) => cpu));
console.log('ratio (min–max)       CPU    seconds   memory');
for (const [index, { name }] of contenders.entries()) {
  if (runs[index].length === 0) continue;
  const walls = runs[index].map(({ wall }) => wall);
  const ratio = (wall) => `${(wall / floor).toFixed(2)}×`;
  const spread = `${ratio(median(walls))} (${ratio(Math.min(...walls))}–${ratio(Math.max(...walls))})`;
  const cpu = median(runs[index].map((run) => run.cpu));
  const memory = Math.max(...runs[index].map((run) => run.memory));
  console.log(
    `${spread.padEnd(20)} ${`${(cpu / floorCpu).toFixed(2)}×`.padStart(6)} ${median(walls).toFixed(2).padStart(8)} s ${`${memory} MB`.padStart(8)}  ${name}`,
  );
}
rmSync(folder, { recursive: true });

/** Seconds on the clock and of all cores, and the most memory in MB, as the system tells them (GNU time). */
function measure(argv) {
  const start = process.hrtime.bigint();
  const { stderr } = spawnSync('/usr/bin/time', ['-f', 'time %U %S %M', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    cwd: folder,
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const [, user = 0, system = 0, memory = 0] = /^time (\S+) (\S+) (\d+)$/m.exec(stderr) ?? [];
  return { wall, cpu: Number(user) + Number(system), memory: Math.round(Number(memory) / 1024) };
}

/** Reading the book, and changing one cell, with the packages people would take instead: once, for it takes minutes. */
function others() {
  const copy = join(folder, 'other.xlsx');
  const script = join(folder, 'exceljs.mjs');
  const exceljs = new URL('../../node_modules/exceljs/excel.js', import.meta.url).href;
  writeFileSync(
    script,
    `import ExcelJS from ${JSON.stringify(exceljs)};
const book = new ExcelJS.Workbook();
await book.xlsx.readFile(${JSON.stringify(book)});
if (process.argv[2] === 'write') {
  book.worksheets[0].getCell('M5').value = 'x';
  await book.xlsx.writeFile(${JSON.stringify(copy)});
}`,
  );
  const python = (write) =>
    `import openpyxl\nbook = openpyxl.load_workbook(${JSON.stringify(book)}, read_only=${write ? 'False' : 'True'})\n${
      write
        ? `book.worksheets[0]['M5'] = 'x'\nbook.save(${JSON.stringify(copy)})`
        : 'for sheet in book.worksheets:\n  for row in sheet.iter_rows(values_only=True): pass'
    }`;
  const node = [process.execPath, '--max-old-space-size=16000', script];
  const interpreter = process.env.PYTHON ?? 'python3';
  const hasOpenpyxl = spawnSync(interpreter, ['-c', 'import openpyxl']).status === 0;
  return [
    { name: 'exceljs reads', argv: [...node, 'read'], once: true },
    { name: 'exceljs changes one cell', argv: [...node, 'write'], once: true },
    ...(hasOpenpyxl
      ? [
          { name: 'openpyxl reads', argv: [interpreter, '-c', python(false)], once: true },
          { name: 'openpyxl changes one cell', argv: [interpreter, '-c', python(true)], once: true },
        ]
      : []),
  ];
}
