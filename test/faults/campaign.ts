import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../../src/cli.ts';
import { testIo } from '../save/write-text.ts';
import { armFaults, type Fault, KILLED } from './faults.ts';

/** One command on one book, tried with a fault at every point of it. */
export interface Scenario {
  readonly name: string;
  readonly format: 'xlsx' | 'csv';
  /** Commands that make the book what it is before. */
  readonly before: readonly string[];
  /** WPS has the book open while these are given: they wait. */
  readonly queued?: readonly string[];
  readonly command: string;
  /** The command is given while WPS has the book open. */
  readonly isOpen?: boolean;
  /** What the next run does, once the fault is gone and the book closed. */
  readonly next: string;
}

const LEAD = 'add-lead --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --customer';

export const SCENARIOS: readonly Scenario[] = [
  ...(['xlsx', 'csv'] as const).flatMap((format): Scenario[] => [
    {
      name: `a follow-up (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      command: 'log 甲方 打了电话 --next +3wd',
      next: 'edit 甲方 --set 客户规模=100人',
    },
    {
      name: `a lead, the first write of all (${format})`,
      format,
      before: [],
      command: `${LEAD} 甲方机械`,
      next: `${LEAD} 乙方电子`,
    },
    {
      name: `undo (${format})`,
      format,
      before: [`${LEAD} 甲方机械`, 'log 甲方 打了电话'],
      command: 'undo',
      next: `${LEAD} 乙方电子`,
    },
    {
      name: `a command that is queued (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      command: 'log 甲方 打了电话 --queue --wait 0',
      isOpen: true,
      next: `${LEAD} 乙方电子`,
    },
    {
      name: `a queue of two people that is written (${format})`,
      format,
      before: [`${LEAD} 甲方机械`],
      queued: ['log 甲方 打了电话', `${LEAD} 丙方商行`, 'edit 甲方 --set 所属行业=制造业'],
      command: 'sync',
      next: `${LEAD} 乙方电子`,
    },
  ]),
];

/** For the long form alone: two people's day, queued; killed at every point, each command is written once or still waits. */
export const LONG: readonly Scenario[] = (['xlsx', 'csv'] as const).map((format) => ({
  name: `thirty commands that waited (${format})`,
  format,
  before: [`${LEAD} 甲方机械`],
  queued: Array.from({ length: 30 }, (_, n) =>
    n % 3 === 0
      ? `${LEAD} 客户${n}`
      : n % 3 === 1
        ? `log 甲方 第${n}次沟通`
        : `edit 甲方 --set 客户规模=${n}人`,
  ),
  command: 'sync',
  next: `${LEAD} 乙方电子`,
}));

/** What came of one point. Empty `wrong`: all is as it should be. */
export interface Tried {
  readonly point: string;
  readonly fault: Fault;
  readonly wrong: readonly string[];
}

export interface Campaign {
  readonly points: readonly string[];
  tryPoint(at: number, fault: Fault): Promise<Tried>;
  /** The same in a process of its own that dies there: `script` is killed.ts, bundled. */
  killAt(at: number, script: string): Promise<Tried>;
  close(): void;
}

/** A process that no longer runs, as the tried ones do not once they have ended: its lock may be taken over. */
const DEAD = spawnSync(process.execPath, ['-e', '0']).pid;

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
  const { code: made } = await runLine(base, ['init', name, '--format', scenario.format]);
  if (made !== 0) throw new Error('init');
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
  // Old and new, each with what the next run makes of it.
  const untouched = copy();
  const old = hashOf(untouched, name);
  const isQueue = scenario.queued !== undefined;
  await finish(untouched);
  const oldThen = hashOf(untouched, name);
  const clean = copy();
  if (scenario.isOpen) open(clean);
  const armed = armFaults(-1, null);
  try {
    await play(clean, scenario.command);
  } finally {
    armed.disarm();
  }
  const fresh = hashOf(clean, name);
  await finish(clean);
  const freshThen = hashOf(clean, name);
  /** What is wrong with what a fault has left; `ran` null: killed, which says nothing. */
  const judge = async (folder: string, fault: Fault, ran: Ran | null): Promise<readonly string[]> => {
    const code = ran?.code ?? null;
    const wrong: string[] = [];
    const now = hashOf(folder, name);
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
    try {
      await finish(folder);
      const then = hashOf(folder, name);
      const written = then === freshThen;
      if (!written && (isQueue || then !== oldThen)) wrong.push('the next run does not come to old or new');
      if (!isQueue && code === 0 && !written) wrong.push('exit 0, and lost');
      if (code === 5 && written && !isQueue && oldThen !== freshThen) wrong.push('exit 5, and kept');
    } catch (error) {
      wrong.push(`the next run: ${error instanceof Error ? error.message : String(error)}`);
    }
    wrong.push(...leftovers(folder, name));
    rmSync(folder, { recursive: true, force: true });
    return wrong;
  };
  return {
    points: armed.points,
    async tryPoint(at, fault) {
      const folder = copy();
      if (scenario.isOpen) open(folder);
      const bugs: string[] = [];
      const faults = armFaults(at, fault);
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
  if (fault.kind === 'kill') return fault.half ? 'killed in mid-write' : 'killed';
  return `${fault.code}${fault.lasts ? ' from here on' : ' once'}${fault.short ? ', short' : ''}`;
}

interface Ran {
  readonly code: number;
  readonly err: string;
}

/** A command line inside this process. */
async function runLine(
  folder: string,
  argv: readonly string[],
  pid = process.pid,
  user = '王芳',
): Promise<Ran> {
  let err = '';
  const env = { FUNNEL_USER: user, FUNNEL_LANG: 'zh' };
  const code = await run(testIo(folder, { argv, pid, env, err: (text) => (err += text) }));
  return { code, err };
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

/** Files that nobody should find after a run that ended well. */
function leftovers(folder: string, name: string): readonly string[] {
  const state = existsSync(join(folder, name, '.funnel')) ? join(name, '.funnel') : '.funnel';
  const known = [
    /^journal\/\d{6}\.json$/,
    /^kept\/\d{6}(-\d+)?\.(xlsx|csv)$/,
    /^queue\/[^/]+-[\da-f]{8}\.json$/,
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
  const journal = numbers('journal');
  const orphans = [...numbers('kept')].filter((n) => !journal.has(n));
  return [
    ...strange.map((each) => `left over: ${each}`),
    ...orphans.map((n) => `kept without an entry: ${n}`),
  ];
}
