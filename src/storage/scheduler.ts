import { spawn } from 'node:child_process';
import type { Message } from '../core/message.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { errnoOf } from './files.ts';

/** The user's crontab; empty where there is none. Throws Failure('busy') where it may not be read. */
export async function readCrontab({ env }: Pick<Io, 'env'>): Promise<string> {
  const { code, out, err } = await runTool('crontab', ['-l'], '', env);
  if (code === 0) return out;
  if (/no crontab/i.test(err) || (err === '' && out === '')) return '';
  throw refused('crontab -l', err);
}

/** Replaces the user's crontab. Throws Failure('busy') where it may not be written: then it is as it was. */
export async function writeCrontab({ env }: Pick<Io, 'env'>, text: string): Promise<void> {
  const { code, err } = await runTool('crontab', ['-'], text, env);
  if (code !== 0) throw refused('crontab -', err);
}

/** Runs schtasks of Windows. Throws Failure('busy') where it refuses. */
export async function runSchtasks({ env }: Pick<Io, 'env'>, args: readonly string[]): Promise<void> {
  const { code, out, err } = await runTool('schtasks', args, '', env);
  if (code !== 0) throw refused('schtasks', err || out);
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function runTool(tool: string, args: readonly string[], input: string, env: Io['env']): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { env: { ...env, LC_ALL: 'C' }, stdio: 'pipe' });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.err += text;
    });
    child.on('error', (error) => reject(refused(tool, errnoOf(error) ?? error.message)));
    child.on('close', (code) => resolve({ code, ...texts }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function refused(tool: string, said: string): Failure {
  const reason = said.trim().split('\n')[0] ?? '';
  const text: Message = {
    zh: `${tool} 不成功(${reason}),定时任务没有改动。可用 funnel cron --print 看这一行,自己加进去`,
    en: `${tool} failed (${reason}); nothing was changed. funnel cron --print shows the line, to be added by hand`,
  };
  return new Failure('busy', text, { file: tool });
}
