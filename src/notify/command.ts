import { spawn } from 'node:child_process';
import type { Message } from '../core/message.ts';
import { errnoOf } from '../storage/files.ts';

const TIMEOUT_MS = 60_000;

/** Runs a program with the JSON on its stdin; null when it ends with 0. Its own output goes nowhere. */
export function tellCommand(argv: readonly string[], json: string): Promise<Message | null> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: TIMEOUT_MS });
    child.on('error', (error) => {
      const code = errnoOf(error) ?? error.name;
      resolve({ zh: `不能运行 ${program}(${code})`, en: `${program} cannot be run (${code})` });
    });
    child.on('close', (code, signal) =>
      resolve(
        code === 0
          ? null
          : { zh: `${program} 以 ${code ?? signal} 结束`, en: `${program} ended with ${code ?? signal}` },
      ),
    );
    // A program that does not read its input is no error of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(json);
  });
}
