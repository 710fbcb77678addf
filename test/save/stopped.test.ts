import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli.ts';
import { bundleScript } from '../bundle.ts';
import { freshFolder } from './support.ts';
import { testIo } from './write-text.ts';

// Ctrl-C and SIGTERM: what had not been written is not, what was is said, and nothing of ours stays behind.

const LEAD =
  'add-lead --customer 甲方机械 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会'.split(' ');
const MARK = '.~lock.漏斗.xlsx#';

/** Asked to stop once `isAsked` says so; how often it is held meanwhile. */
function stopsWhen(isAsked: () => boolean) {
  const stops = {
    holds: 0,
    hold: () => {
      stops.holds++;
      return () => stops.holds--;
    },
    asked: isAsked,
  };
  return stops;
}

async function funnel(folder: string, argv: readonly string[], stops = stopsWhen(() => false)) {
  let [out, err] = ['', ''];
  const code = await run(
    testIo(folder, {
      argv: [...argv, '--file', '漏斗.xlsx'],
      env: { FUNNEL_USER: '王芳', FUNNEL_LANG: 'zh' },
      out: (text) => (out += text),
      err: (text) => (err += text),
      stops,
    }),
  );
  expect(stops.holds).toBe(0);
  return { code, out, err };
}

async function team(): Promise<string> {
  const folder = freshFolder();
  expect(await run(testIo(folder, { argv: ['init', '漏斗.xlsx'] }))).toBe(0);
  expect(await funnel(folder, LEAD)).toMatchObject({ code: 0 });
  return folder;
}

const temporary = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.~funnel|\.tmp|pending\.json/.test(name),
  );

describe('asked to stop', () => {
  it('before its first rename, a command has written nothing and leaves nothing', async () => {
    const folder = await team();
    const before = readFileSync(join(folder, '漏斗.xlsx'));
    const ran = await funnel(
      folder,
      ['log', '甲方', '打了电话'],
      stopsWhen(() => true),
    );
    expect(ran).toEqual({ code: 130, out: '', err: expect.stringContaining('已中断,没有写入任何内容。\n') });
    expect(readFileSync(join(folder, '漏斗.xlsx')).equals(before)).toBe(true);
    expect(temporary(folder)).toEqual([]);
  });

  it('in the middle of a queue, it names what it had written; the rest waits', async () => {
    const folder = await team();
    writeFileSync(join(folder, MARK), ',王芳,PC,,;');
    for (const text of ['第一次', '第二次', '第三次'])
      expect(
        await funnel(folder, ['log', '甲方', text, '--type', '电话', '--queue', '--wait', '0']),
      ).toMatchObject({ code: 0 });
    rmSync(join(folder, MARK));
    const journal = join(folder, '.funnel/漏斗.xlsx/journal');
    const isWritten = () => readdirSync(journal).includes('000003.json');
    const ran = await funnel(folder, ['sync'], stopsWhen(isWritten));
    expect(ran.code).toBe(130);
    expect(ran.err).toContain('已中断,没有写入任何内容(但排队的第 1、2 条在这之前已经写入)。');
    expect(temporary(folder)).toEqual([]);
    const waiting = JSON.parse((await funnel(folder, ['pending', '--json'])).out);
    expect(waiting).toMatchObject([{ n: 3, reason: null }]);
    expect(await funnel(folder, ['sync'])).toMatchObject({ code: 0, out: '已补写 1 条排队的命令\n' });
  });
});

describe.skipIf(process.platform !== 'linux')('a process without a terminal that waits for the book', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends at %s with %i, says so and leaves nothing', async (signal, exit) => {
    const folder = await team();
    const script = join(freshFolder(), 'main.cjs');
    writeFileSync(script, await bundleScript(join(import.meta.dirname, '../../src/main.ts')));
    writeFileSync(join(folder, MARK), ',王芳,PC,,;');
    const child = spawn(
      process.execPath,
      [script, 'log', '甲方', '打了电话', '--file', '漏斗.xlsx', '--wait', '60', '--lang', 'zh'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(code ?? by)));
    // It waits once its process listens for SIGHUP: until then it would die of it as any program does.
    for (;;) {
      await pause(100);
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const caught = BigInt(`0x${/SigCgt:\s*(\w+)/.exec(status)?.[1] ?? '0'}`);
      if ((caught & 1n) !== 0n) break;
    }
    child.kill(signal);
    expect(await ended).toBe(exit);
    expect(err).toContain('已中断,没有写入任何内容。');
    expect(temporary(folder)).toEqual([]);
  });
});
