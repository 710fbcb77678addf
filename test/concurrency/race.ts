import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScript } from '../bundle.ts';
import { runIn } from '../transcripts/run-transcript.ts';

export interface Race {
  readonly format: 'xlsx' | 'csv';
  readonly processes: number;
  /** Of each process. */
  readonly commands: number;
  /** Seconds that each waits for its turn. */
  readonly wait: number;
}

export interface Outcome {
  readonly done: number;
  /** Exit 5: somebody else had the book. */
  readonly busy: number;
  /** Anything else that a command ended as. */
  readonly strange: readonly string[];
  /** Commands that said they were done and are not in the book, or not once. */
  readonly lost: readonly string[];
  /** What is in the book though its command said that nothing was written. */
  readonly uncalled: readonly string[];
  readonly ids: number;
  readonly distinctIds: number;
  /** Entries of the journal beside those the book began with. */
  readonly journal: number;
  readonly leftovers: readonly string[];
}

/** Several processes write one book at once, each command after command; what came of it. */
export async function runRace({ format, processes, commands, wait }: Race): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'funnel-race-'));
  try {
    const name = format === 'csv' ? '漏斗' : '漏斗.xlsx';
    const play = async (...argv: readonly string[]) => {
      const ran = await runIn(folder, [...argv, '--file', name], { now: Date.now() });
      if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.err}`);
      return ran.out;
    };
    await runIn(folder, ['init', name, '--format', format]);
    await play(
      ...'add-lead --customer 甲方机械 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会'.split(
        ' ',
      ),
    );
    const script = join(folder, 'worker.cjs');
    writeFileSync(script, await bundleScript(join(import.meta.dirname, 'worker.ts')));
    const people = Array.from({ length: processes }, (_, index) => `p${index + 1}`);
    const said = await Promise.all(
      people.map((who) => runWorker(script, [folder, name, who, String(commands), String(wait)])),
    );
    const results = said.flat();
    const done = results.filter(({ code }) => code === 0);
    const busy = results.filter(({ code }) => code === 5);
    const deals = JSON.parse(await play('list', '--json')) as { id: string; customer: string }[];
    const { events } = JSON.parse(await play('show', '甲方机械', '--json')) as {
      events: { note: string; type: string }[];
    };
    const written = [
      ...deals.slice(1).map(({ customer }) => customer),
      ...events.filter(({ type }) => type === 'followup').map(({ note }) => note),
    ];
    const times = (what: string) => written.filter((each) => each === what).length;
    const state = format === 'csv' ? join(folder, name, '.funnel/csv') : join(folder, '.funnel', name);
    const home = format === 'csv' ? join(folder, name) : folder;
    return {
      done: done.length,
      busy: busy.length,
      strange: results
        .filter(({ code }) => code !== 0 && code !== 5)
        .map(({ what, code, err }) => `${what}: ${code} ${err}`),
      lost: done.filter(({ what }) => times(what) !== 1).map(({ what }) => what),
      uncalled: results.filter(({ what, code }) => code !== 0 && times(what) > 0).map(({ what }) => what),
      ids: deals.length,
      distinctIds: new Set(deals.map(({ id }) => id)).size,
      journal: readdirSync(join(state, 'journal')).length - 1,
      leftovers: readdirSync(home).filter((each) => each.startsWith('.~')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Said {
  readonly what: string;
  readonly code: number;
  readonly err: string;
}

function runWorker(script: string, args: readonly string[]): Promise<readonly Said[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      const lines = Buffer.concat(chunks).toString('utf8').trim().split('\n');
      if (code === 0) resolve(lines.map((line) => JSON.parse(line) as Said));
      else reject(new Error(`worker ${args[2]} ended with ${code}`));
    });
  });
}
