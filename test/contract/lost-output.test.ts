import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from '../bundle.ts';

// What is printed may go to a full disk, or to a reader that has left.

const folder = mkdtempSync(join(tmpdir(), 'funnel-lost-'));
const full = existsSync('/dev/full') ? openSync('/dev/full', 'w') : -1;

beforeAll(async () => {
  for (const name of ['start', 'main'])
    writeFileSync(
      join(folder, `${name}.cjs`),
      await bundleScript(join(import.meta.dirname, `../../src/${name}.ts`)),
    );
  writeFileSync(join(folder, 'help.zh.txt'), 'help\n');
});
afterAll(() => {
  if (full >= 0) closeSync(full);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the program as a process of its own: its exit code, and what it says on stderr. */
async function run(line: string, stdout: number | 'pipe') {
  const child = spawn(process.execPath, [join(folder, 'start.cjs'), ...line.split(' ')], {
    cwd: folder,
    env: { ...process.env, FUNNEL_LANG: 'zh' },
    stdio: ['ignore', stdout, 'pipe'],
  });
  child.stdout?.destroy();
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, err };
}

// The first two are answered by the fast path, which does not load the program.
const LINES = ['--version', '--help', 'help dates', 'completion bash'];

describe.skipIf(full < 0)('what cannot be printed', () => {
  it.each(LINES)('because the disk is full is said with exit code 3: %s', async (line) => {
    const { code, err } = await run(line, full);
    expect([code, err]).toEqual([
      3,
      expect.stringMatching(
        /^结果写不到 stdout\(ENOSPC.*\):输出不完整,但命令本身已经执行完。请腾出空间.*\n$/,
      ),
    ]);
  });

  it.each(LINES)('because nobody reads it any more is silence: %s', async (line) => {
    expect(await run(line, 'pipe')).toEqual({ code: 0, err: '' });
  });
});
