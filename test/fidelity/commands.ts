// What a command leaves untouched, counted: `npx tsx test/fidelity/commands.ts` (after a build). Each command runs on the workbook
// with everything in it; the files before and after are compared by code that knows nothing of the editor.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparePackages, compareSheets, contentOf } from '../xlsx/compare.ts';

const ROOT = join(import.meta.dirname, '../..');
const PART = 'xl/worksheets/sheet1.xml';
const COMMANDS: readonly (readonly string[])[] = [
  ['adopt'],
  [
    'add-lead',
    '--customer',
    '试写示例科技有限公司',
    '--contact',
    '钱总',
    '--phone',
    '13900000001',
    '--tags',
    '需要CRM系统',
    '--source',
    '行业展会',
    '--screened',
    '行业规模预算相符',
  ],
  ['log', '北岭', '电话沟通预算', '--type', '电话'],
  ['edit', '北岭', '--set', '区域=华中'],
  ['advance', '北岭', '--force', '--reason', '核对'],
];

const folder = mkdtempSync(join(tmpdir(), 'funnel-fidelity-'));
const book = join(folder, '跟踪表.xlsx');
let failed = false;
try {
  copyFileSync(join(ROOT, 'fixtures/rich.xlsx'), book);
  const rows = COMMANDS.map(measure);
  printTable(
    [
      'command',
      'entries',
      'identical',
      'rewritten',
      'added',
      'rows',
      'identical',
      'changed',
      'added',
      'rest',
      'ranges that followed',
    ],
    rows,
  );
  tryLibreOffice();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function measure(command: readonly string[]): readonly string[] {
  const before = readFileSync(book);
  runFunnel(command[0] === 'adopt' ? ['adopt', book] : [...command, '--file', book]);
  const after = readFileSync(book);
  const entries = comparePackages(before, after);
  const sheet = compareSheets(contentOf(before, PART), contentOf(after, PART));
  const lost = entries.removed.length > 0 || !sheet.frameSame;
  failed ||= lost || entries.identical + entries.changed.length !== entries.entries;
  return [
    command[0] ?? '',
    String(entries.entries),
    String(entries.identical),
    entries.changed.map((name) => name.replace(/^.*\//, '')).join(' '),
    String(entries.added.length),
    String(sheet.rows),
    String(sheet.identicalRows),
    sheet.changedRows.join(',') || '-',
    sheet.addedRows.join(',') || '-',
    sheet.frameSame ? 'same' : 'CHANGED',
    sheet.ranges.join(', ') || '-',
  ];
}

/** PDF and CSV without complaint, the new row in them; then saved again by LibreOffice and worked on by funnel. */
function tryLibreOffice(): void {
  if (spawnSync('soffice', ['--version']).error) {
    console.log('LibreOffice: not installed, not tried');
    return;
  }
  const convert = (format: string, outdir: string) => {
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const run = spawnSync(
      'soffice',
      [profile, '--headless', '--convert-to', format, '--outdir', outdir, book],
      {
        encoding: 'utf8',
      },
    );
    return run.status === 0 && !/error/i.test(`${run.stdout}${run.stderr}`);
  };
  const check = (what: string, good: boolean) => {
    console.log(`LibreOffice: ${what}: ${good ? 'yes' : 'NO'}`);
    failed ||= !good;
  };
  check('converts the result to PDF', convert('pdf', folder));
  const csv = convert('csv:Text - txt - csv (StarCalc):44,34,76,1', folder);
  const lines = csv ? readFileSync(join(folder, '跟踪表.csv'), 'utf8') : '';
  check('converts it to CSV and shows the new row', lines.includes('试写示例科技有限公司'));
  check('saves it again', convert('xlsx', join(folder, 'again')));
  copyFileSync(join(folder, 'again/跟踪表.xlsx'), book);
  runFunnel(['log', '试写', '拜访客户', '--type', '拜访', '--file', book]);
  check(
    'and funnel goes on working on that',
    runFunnel(['show', '试写', '--file', book]).includes('拜访客户'),
  );
}

function runFunnel(args: readonly string[]): string {
  return execFileSync(
    'node',
    [join(ROOT, 'bin/funnel.cjs'), ...args, '--as-of', '2026-11-24', '--lang', 'zh'],
    {
      encoding: 'utf8',
      env: { ...process.env, FUNNEL_USER: '王芳' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, col) =>
    Math.max(title.length, ...rows.map((row) => row[col]?.length ?? 0)),
  );
  for (const row of [head, widths.map((width) => '-'.repeat(width)), ...rows]) {
    console.log(
      row
        .map((cell, col) => cell.padEnd(widths[col] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
