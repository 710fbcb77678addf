import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BadFile } from './bad-workbooks.ts';
import { type Outcome, outcomeFaults } from './outcome.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface Measured extends Outcome {
  /** MB. */
  readonly memory: number;
  /** Seconds of processor time: the clock on the wall depends on what else the machine does. */
  readonly time: number;
}

/** Runs the built program as people do, in `folder`; killed after a minute (exit −1). */
export function runProgram(folder: string, argv: readonly string[]): Measured {
  const report = join(folder, '.measured.json');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', join(ROOT, 'test/fidelity/measure.cjs'), join(ROOT, 'bin/funnel.cjs'), ...argv],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MEASURE_TO: report, FUNNEL_USER: '王芳', FUNNEL_LANG: 'zh', NO_COLOR: '1' },
    },
  );
  const measured = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { memory: 0, time: 0 };
  rmSync(report, { force: true });
  return {
    argv,
    code: status ?? -1,
    out: stdout,
    err: stderr,
    memory: Math.round(measured.memory / 1024),
    time: measured.time / 1000,
  };
}

const MAX_MEMORY = 500;
const MAX_TIME = 10;

/** What is wrong with a run, and that it took too much. */
export function faultsOf(ran: Measured, says: RegExp | undefined, path: string): readonly string[] {
  return [
    ...outcomeFaults(ran, says, path),
    ...(ran.code === -1 ? ['it had to be killed'] : []),
    ...(ran.memory > MAX_MEMORY ? [`${ran.memory} MB`] : []),
    ...(ran.time > MAX_TIME ? [`${ran.time} s`] : []),
  ];
}

/** Runs commands on a bad file in `folder`: what they took, and what went wrong. */
export function tryFile(
  folder: string,
  file: BadFile,
  commands: readonly (readonly string[])[],
): { readonly runs: readonly Measured[]; readonly faults: readonly string[] } {
  const path = join(folder, '漏斗', file.name);
  mkdirSync(dirname(path));
  writeFileSync(path, file.bytes());
  const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = hash();
  const book = file.name.endsWith('.csv') ? dirname(path) : path;
  const runs = commands.map((command) => runProgram(folder, [...command, '--file', book]));
  return {
    runs,
    faults: [
      ...runs.flatMap((ran) => faultsOf(ran, file.says, path)),
      ...(hash() === before ? [] : ['the file was changed']),
      ...readdirSync(dirname(path)).filter((name) => name !== file.name),
    ],
  };
}
