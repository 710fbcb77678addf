// `npm run demo`: the main job on a sample team, in a folder of its own that is removed afterwards.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '../bin/funnel.cjs');
const folder = mkdtempSync(join(tmpdir(), 'funnel-demo-'));

const STORY = [
  ['一支示例团队的工作簿', 'init --sample', 0],
  [
    '来了一条新线索',
    'add-lead --customer 演示精密机械有限公司 --contact 李总 --phone 13800000000 --tags 需要CRM系统,预算10-20万 --source 行业展会 --owner 王芳 --amount 15万',
    0,
  ],
  ['想推进?先看还缺什么', 'advance 演示精密', 4],
  ['按提示补上', 'record 演示精密 screened --note 行业规模预算相符', 0],
  ['现在可以了', 'advance 演示精密', 0],
  ['今晚谁逾期、谁停滞', 'check', 10],
  ['上季度的转化率表', 'report --quarter last', 0],
  ['最后一步可以撤销', 'undo', 0],
];

try {
  for (const [title, command, expected] of STORY) {
    console.log(`\n\u001b[1m# ${title}\u001b[0m\n$ funnel ${command}`);
    const { status } = spawnSync(process.execPath, [bin, ...command.split(' ')], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        FUNNEL_USER: '王芳',
        FUNNEL_FILE: '',
        FUNNEL_LANG: process.env.FUNNEL_LANG ?? 'zh',
      },
    });
    if (status !== expected) throw new Error(`funnel ${command}: exit ${status}, expected ${expected}`);
    if (status !== 0) console.log(`(退出码 ${status})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
