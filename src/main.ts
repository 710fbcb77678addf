import { hostname, userInfo } from 'node:os';
import { run } from './cli.ts';
import type { Io } from './io.ts';

const written: string[] = [];

const io: Io = {
  argv: process.argv.slice(2),
  program: [process.execPath, process.argv[1] ?? ''],
  env: process.env,
  cwd: process.cwd(),
  now: () => Date.now(),
  stdinIsTerminal: process.stdin.isTTY === true,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns || 80,
  platform: process.platform,
  pid: process.pid,
  hostname: hostname(),
  user: systemUser(),
  out: (text) => {
    written.push(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks);
  },
  ...(process.stdin.isTTY && process.stdout.isTTY
    ? {
        terminal: {
          input: process.stdin,
          output: process.stdout,
          flush: () => {
            process.stdout.write(written.splice(0).join(''));
          },
          onInterrupt: (listener) => {
            process.on('SIGINT', listener);
            return () => process.off('SIGINT', listener);
          },
        },
      }
    : {}),
};

// A reader that has gone away (`| head`) is silence; a full disk behind `>` is said and is no success.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`stdout: ${error.message}\n`);
  process.exitCode = process.exitCode || 3;
});

run(io).then((code) => {
  process.exitCode = code;
  if (written.length > 0) process.stdout.write(written.join(''));
});

/** Null where the system does not know the user (a container with a bare number). */
function systemUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
