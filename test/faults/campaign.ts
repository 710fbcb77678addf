import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../../src/cli.ts';
// @ts-expect-error: a script that prints and makes, written in JavaScript
import { makeBigBook } from '../bench/big-book.mjs';
import { testIo } from '../save/write-text.ts';
import { readEntries } from '../xlsx/compare.ts';
import { armFaults, type Fault, KILLED } from './faults.ts';
import type { Scenario } from './scenarios.ts';

/** What came of one point. Empty `wrong`: all is as it should be. */
export interface Tried {
  readonly point: string;
  readonly fault: Fault;
  readonly wrong: readonly string[];
}

export interface Campaign {
  readonly points: readonly string[];
  /** The numbers of those that the scenario is about. */
  readonly meant: readonly number[];
  tryPoint(at: number, fault: Fault): Promise<Tried>;
  /** The same in a process of its own that dies there: `script` is killed.ts, bundled. */
  killAt(at: number, script: string): Promise<Tried>;
  close(): void;
}

/** A process that no longer runs, as the tried ones do not once they have ended: its lock may be taken over. */
const DEAD = spawnSync(process.execPath, ['-e', '0']).pid;

/** 商机 and records: the least that come to the megabyte from which there is an index. */
const BIG = [3500, 17_500] as const;

/** Prepares a scenario: plays it once without a fault, and knows then what it must come to. */
export async function openCampaign(scenario: Scenario): Promise<Campaign> {
  const root = mkdtempSync(join(tmpdir(), 'funnel-faults-'));
  const name = scenario.format === 'csv' ? '漏斗' : '漏斗.xlsx';
  const mark = scenario.format === 'csv' ? '漏斗/.~lock.过程记录.csv#' : '.~lock.漏斗.xlsx#';
  const base = join(root, 'base');
  const file = ['--file', name];
  const play = async (folder: string, line: string, pid = process.pid, user = '王芳') => {
    const { code, err } = await runLine(folder, [...line.split(' '), ...file], pid, user);
    if (code !== 0) throw new Error(`${scenario.name}: ${line} ended with ${code}: ${err}`);
  };
  cpSync(mkdtempSync(join(root, 'empty-')), base, { recursive: true });
  if (scenario.isBig) await makeBigBook(join(base, name), ...BIG);
  else {
    const { code, err } = await runLine(base, ['init', name, '--format', scenario.format]);
    if (code !== 0) throw new Error(`init: ${err}`);
  }
  for (const line of scenario.before) await play(base, line);
  const open = (folder: string) => writeFileSync(join(folder, mark), ',王芳,PC,,;');
  const close = (folder: string) => rmSync(join(folder, mark), { force: true });
  if (scenario.queued) {
    open(base);
    for (const [index, line] of scenario.queued.entries())
      await play(base, `${line} --queue --wait 0`, process.pid, index % 2 === 0 ? '王芳' : '李强');
    close(base);
  }
  let folders = 0;
  const copy = () => {
    const folder = join(root, String(folders++));
    cpSync(base, folder, { recursive: true });
    return folder;
  };
  const finish = async (folder: string) => {
    close(folder);
    await play(folder, scenario.next);
  };
  const answer = async (folder: string) => {
    const ran = await runLine(folder, [...scenario.question.split(' '), '--json', ...file]);
    return ran.code === 0 ? ran.out : `exit ${ran.code}: ${ran.err}`;
  };
  // How a big book is deflated may depend on what was known of it before; what it holds may not.
  const contents = (folder: string) =>
    scenario.isBig ? contentsOf(join(folder, name)) : hashOf(folder, name);
  // Old and new, each with what the next run makes of it.
  const untouched = copy();
  const old = contents(untouched);
  const oldAnswer = await answer(untouched);
  const isQueue = scenario.queued !== undefined;
  await finish(untouched);
  const oldThen = contents(untouched);
  const clean = copy();
  if (scenario.isOpen) open(clean);
  const armed = armFaults(-1, null);
  try {
    await play(clean, scenario.command);
  } finally {
    armed.disarm();
  }
  const fresh = contents(clean);
  const freshAnswer = await answer(clean);
  await finish(clean);
  const freshThen = contents(clean);
  /** What is wrong with what a fault has left; `ran` null: killed, which says nothing. */
  const judge = async (folder: string, fault: Fault, ran: Ran | null): Promise<readonly string[]> => {
    const code = ran?.code ?? null;
    const wrong: string[] = [];
    const now = contents(folder);
    // A queue is written command by command: between old and new there are whole books too.
    if (!isQueue && scenario.format === 'xlsx' && now !== old && now !== fresh)
      wrong.push('neither old nor new');
    // Several files, the first is there and the disk takes nothing any more, not even what was there before: said so,
    // and the next run finishes it.
    const isStuck = code === 3 && scenario.format === 'csv' && fault.kind === 'error' && fault.lasts;
    if (code !== null && code !== 0 && code !== 5 && !isStuck) wrong.push(`exit ${code}`);
    if (code === 0 && now !== fresh) wrong.push('exit 0, and not written');
    if (code === 5 && !isQueue && now !== old) wrong.push('exit 5, and written');
    const isDenied = ran?.err.includes('没有写入') && !ran.err.includes('在这之前已经写入');
    if (code === 5 && isDenied && now !== old) wrong.push('it says that nothing was written');
    // On a full disk files are still removed: nothing waits there for the next run (an office program's mark stays, and
    // the record of a command of the queue that had been written before).
    if (code === 5 && fault.kind === 'error' && fault.code === 'ENOSPC' && fault.lasts)
      wrong.push(
        ...leftovers(folder, name)
          .filter((each) => !each.includes('.~lock.') && !(isQueue && each.endsWith('.pending.json')))
          .map((each) => `after exit 5 ${each}`),
      );
    if (scenario.isBig) wrong.push(...(await indexFaults(folder)));
    try {
      await finish(folder);
      const then = contents(folder);
      const written = then === freshThen;
      if (!written && (isQueue || then !== oldThen)) wrong.push('the next run does not come to old or new');
      if (!isQueue && code === 0 && !written) wrong.push('exit 0, and lost');
      if (code === 5 && written && !isQueue && oldThen !== freshThen) wrong.push('exit 5, and kept');
    } catch (error) {
      wrong.push(`the next run: ${error instanceof Error ? error.message : String(error)}`);
    }
    wrong.push(...leftovers(folder, name));
    if (scenario.isBig) wrong.push(...(await indexFaults(folder)));
    if (scenario.isBig && !existsSync(indexOf(folder, name))) wrong.push('the next run leaves no index');
    rmSync(folder, { recursive: true, force: true });
    return wrong;
  };
  /** Through whatever is left of an index the book says what it says without one. */
  const indexFaults = async (folder: string): Promise<readonly string[]> => {
    const said = await answer(folder);
    const [index, aside] = [indexOf(folder, name), join(folder, 'aside')];
    if (!existsSync(index)) return [];
    renameSync(index, aside);
    const isSame = said === (await answer(folder));
    renameSync(aside, index);
    return isSame ? [] : ['the index says something else than the book'];
  };
  return {
    points: armed.points,
    meant: [...armed.points.keys()].filter((index) => scenario.at?.test(armed.points[index] ?? '') !== false),
    async tryPoint(at, fault) {
      const folder = copy();
      if (scenario.isOpen) open(folder);
      const bugs: string[] = [];
      // The reader sees the book before the command or after it; of several files he may meet some of each.
      const read = async () => {
        const said = await answer(folder);
        const expected = contents(folder) === old ? oldAnswer : freshAnswer;
        const isOne = scenario.format === 'xlsx' && !isQueue && !scenario.isOpen;
        if (isOne && said !== expected) bugs.push(`read meanwhile: ${said}`);
      };
      const faults = armFaults(at, fault, fault.kind === 'read' ? read : undefined);
      let ran: Ran | null = null;
      try {
        ran = await runLine(folder, [...scenario.command.split(' '), ...file], DEAD);
      } catch (error) {
        if (error !== KILLED || fault.kind !== 'kill') bugs.push(`a bug: ${error}`);
      } finally {
        faults.disarm();
      }
      if (!faults.struck()) bugs.push('the fault did not come to pass');
      const wrong = await judge(folder, fault, fault.kind === 'kill' ? null : ran);
      return { point: faults.points[at] ?? '?', fault, wrong: [...bugs, ...wrong] };
    },
    async killAt(at, script) {
      const folder = copy();
      if (scenario.isOpen) open(folder);
      const argv = [script, folder, String(at), at % 2 === 0 ? 'half' : 'whole'];
      const child = spawnSync(process.execPath, [...argv, ...scenario.command.split(' '), ...file]);
      const wrong = await judge(folder, { kind: 'kill', half: at % 2 === 0 }, null);
      const survived = child.signal === 'SIGKILL' ? [] : [`not killed: ${child.stderr.toString('utf8')}`];
      return {
        point: armed.points[at] ?? '?',
        fault: { kind: 'kill', half: at % 2 === 0 },
        wrong: [...survived, ...wrong],
      };
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

const FAULT_CODES = ['ENOSPC', 'EIO', 'EACCES', 'EROFS'] as const;

/** Every fault there is. */
export const FAULTS: readonly Fault[] = [
  { kind: 'read' },
  { kind: 'kill', half: false },
  { kind: 'kill', half: true },
  ...FAULT_CODES.flatMap((code): Fault[] => [
    { kind: 'error', code, lasts: false, short: false },
    { kind: 'error', code, lasts: true, short: false },
  ]),
  { kind: 'error', code: 'ENOSPC', lasts: true, short: true },
];

/** One point on one line. */
export function triedText({ point, fault, wrong }: Tried): string {
  return `${faultName(fault)} at ${point}: ${wrong.join('; ') || 'whole'}`;
}

function faultName(fault: Fault): string {
  if (fault.kind === 'read') return 'read meanwhile';
  if (fault.kind === 'kill') return fault.half ? 'killed in mid-write' : 'killed';
  return `${fault.code}${fault.lasts ? ' from here on' : ' once'}${fault.short ? ', short' : ''}`;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command line inside this process. */
async function runLine(
  folder: string,
  argv: readonly string[],
  pid = process.pid,
  user = '王芳',
): Promise<Ran> {
  let [out, err] = ['', ''];
  const env = { FUNNEL_USER: user, FUNNEL_LANG: 'zh' };
  const say = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const code = await run(testIo(folder, { argv, pid, env, ...say }));
  return { code, out, err };
}

/** Of everything that is the team's: the workbook, or the CSV files of the folder. */
function hashOf(folder: string, name: string): string {
  const path = join(folder, name);
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((each) => each.endsWith('.csv'))
        .sort()
        .map((each) => join(path, each))
    : [path];
  const hash = createHash('sha256');
  for (const each of files) hash.update(relative(folder, each)).update(readFileSync(each));
  return hash.digest('hex');
}

/** What a workbook holds, inflated, part by part. */
function contentsOf(path: string): string {
  const hash = createHash('sha256');
  for (const { name, content } of readEntries(readFileSync(path))) hash.update(name).update(content);
  return hash.digest('hex');
}

function indexOf(folder: string, name: string): string {
  return join(folder, '.funnel', name, 'index');
}

/** Files that nobody should find after a run that ended well. */
function leftovers(folder: string, name: string): readonly string[] {
  const state = existsSync(join(folder, name, '.funnel')) ? join(name, '.funnel') : '.funnel';
  const known = [
    /^journal\/\d{6}\.json$/,
    /^kept\/\d{6}(-\d+)?\.(xlsx|csv)$/,
    /^queue\/[^/]+-[\da-f]{8}\.json$/,
    /^index\/(now\.json|(base|texts)-[\da-f]{16})$/,
  ];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
    statSync(join(folder, each)).isFile(),
  );
  const strange = files.filter((each) => {
    if (each === name || /^漏斗\/[^./][^/]*\.csv$/.test(each)) return false;
    const inside = relative(state, each).split('/').slice(1).join('/');
    return !each.startsWith(state) || !known.some((shape) => shape.test(inside));
  });
  const numbers = (part: string) =>
    new Set(
      files.filter((each) => each.includes(`/${part}/`)).map((each) => /(\d{6})[^/]*$/.exec(each)?.[1]),
    );
  const index = files.filter((each) => each.includes('/index/'));
  const journal = numbers('journal');
  const orphans = [...numbers('kept')].filter((n) => !journal.has(n));
  return [
    ...strange.map((each) => `left over: ${each}`),
    ...(index.length > 3 ? [`left over in the index: ${index.join(', ')}`] : []),
    ...orphans.map((n) => `kept without an entry: ${n}`),
  ];
}
