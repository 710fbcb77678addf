// `node test/bench/startup.mjs [RUNS]`: --version, --help and `check` on 1,000 rows with 5,000 events, each side by side with
// an empty Node in the same run. Prints ratios of medians with their spread; it judges nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';

const runs = Number(process.argv[2] ?? 30);
const bin = join(import.meta.dirname, '../../bin/funnel.cjs');
const folder = mkdtempSync(join(tmpdir(), 'funnel-bench-'));
const book = join(folder, 'book.xlsx');
await makeBook(book, 1000, 5000);

const contenders = {
  'node -e 0': ['-e', '0'],
  'funnel --version': [bin, '--version'],
  'funnel --help': [bin, '--help'],
  'funnel check (1,000 rows, 5,000 events)': [bin, 'check', '--file', book],
};
const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let run = -1; run < runs; run++) {
  for (const [name, args] of Object.entries(contenders)) {
    const start = process.hrtime.bigint();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (run >= 0) times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const floor = median(times['node -e 0']);
for (const [name, list] of Object.entries(times)) {
  const range = `${Math.min(...list).toFixed(0)}–${Math.max(...list).toFixed(0)}`;
  console.log(`${(median(list) / floor).toFixed(2)}×  ${median(list).toFixed(1)} ms (${range})  ${name}`);
}
rmSync(folder, { recursive: true });

/** An adopted book as Excel saves it: shared strings, dates as serials. */
async function makeBook(path, deals, events) {
  const workbook = new ExcelJS.Workbook();
  const tracking = workbook.addWorksheet('客户信息跟踪表');
  tracking.addRow([
    '客户名称',
    '联系人',
    '联系方式',
    '所属行业',
    '客户规模',
    '需求标签',
    '来源渠道',
    '线索录入日期',
    '当前阶段',
    '预计成交日期',
    '预计金额',
    '销售负责人',
    '跟进记录',
    '商机编号',
  ]);
  const log = workbook.addWorksheet('过程记录');
  log.addRow([
    '序号',
    '日期',
    '商机编号',
    '客户名称',
    '类型',
    '原阶段',
    '新阶段',
    '检查项',
    '内容',
    '证据',
    '操作人',
    '标记',
    '记录时间',
  ]);
  const each = events / deals;
  for (let deal = 0; deal < deals; deal++) {
    const id = `L20260105-${String(deal + 1).padStart(3, '0')}`;
    const name = `示例${deal + 1}有限公司`;
    const entered = new Date(Date.UTC(2026, deal % 10, (deal % 27) + 1));
    tracking.addRow([
      name,
      '李总',
      `138${String(deal).padStart(8, '0')}`,
      '制造业',
      '100-500人',
      '需要CRM系统',
      '行业展会',
      entered,
      '需求挖掘',
      null,
      150000,
      '王芳',
      '2026-10-09:电话沟通',
      id,
    ]);
    log.addRow([
      deal * each + 1,
      entered,
      id,
      name,
      '新增',
      null,
      '线索获取',
      null,
      null,
      null,
      '王芳',
      null,
      '2026-01-05 10:00:00',
    ]);
    log.addRow([
      deal * each + 2,
      entered,
      id,
      name,
      '推进',
      '线索获取',
      '需求挖掘',
      null,
      null,
      null,
      '王芳',
      null,
      '2026-01-05 10:00:00',
    ]);
    for (let n = 2; n < each; n++)
      log.addRow([
        deal * each + n + 1,
        entered,
        id,
        name,
        '跟进',
        null,
        null,
        null,
        '方式=电话；沟通需求',
        null,
        '王芳',
        null,
        '2026-01-05 10:00:00',
      ]);
  }
  await workbook.xlsx.writeFile(path);
}
