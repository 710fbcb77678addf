import { spawnSync } from 'node:child_process';
import { constants, hostname, userInfo } from 'node:os';
import { run } from './cli.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { pickLang } from './lang.ts';
import { watchOutput } from './lost-output.ts';
import { choosePager, isLonger } from './pager.ts';
import { narrowText, readCodePage, WIDE_PAGES } from './render/narrow.ts';

const written: string[] = [];
const codePage = consoleCodePage();
/** What a console of an East Asian code page draws two columns wide is put in ASCII: borders, bars, arrows. */
const shown = codePage !== null && WIDE_PAGES.has(codePage) ? narrowText : (text: string) => text;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let stopped: (typeof SIGNALS)[number] | null = null;
let holds = 0;

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
  nodeVersion: process.versions.node,
  codePage,
  pid: process.pid,
  hostname: hostname(),
  user: systemUser(),
  out: (text) => {
    written.push(text);
  },
  err: (text) => {
    process.stderr.write(process.stderr.isTTY ? shown(text) : text);
  },
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return Buffer.concat(chunks);
  },
  stops: {
    hold: () => {
      if (holds++ === 0) for (const signal of SIGNALS) process.on(signal, noteStop);
      return () => {
        if (--holds === 0) for (const signal of SIGNALS) process.off(signal, noteStop);
      };
    },
    asked: () => stopped !== null,
  },
  ...(process.stdout.isTTY ? { page: showPaged } : {}),
  ...(process.stdin.isTTY && process.stdout.isTTY
    ? {
        terminal: {
          input: process.stdin,
          output: process.stdout,
          flush: () => {
            process.stdout.write(shown(written.splice(0).join('')));
          },
          onInterrupt: (listener) => {
            process.on('SIGINT', listener);
            return () => process.off('SIGINT', listener);
          },
        },
      }
    : {}),
};

watchOutput(
  process.stdout,
  process.stderr,
  () => pickLang(io.argv, io.env),
  () => {
    process.exitCode = process.exitCode || EXIT.file;
  },
);

run(io).then((code) => {
  process.exitCode = code === EXIT.interrupted && stopped ? 128 + constants.signals[stopped] : code;
  const text = written.join('');
  if (text !== '') process.stdout.write(process.stdout.isTTY ? shown(text) : text);
});

/** Asked twice: somebody means it, or a disk does not answer. */
function noteStop(signal: (typeof SIGNALS)[number]): void {
  if (stopped) process.exit(128 + constants.signals[signal]);
  stopped = signal;
}

/** A pager that cannot be started (Windows has no less) changes nothing: the text is printed. */
function showPaged(): void {
  const text = shown(written.splice(0).join(''));
  const { columns = 80, rows = 24 } = process.stdout;
  const pager = isLonger(text, { columns, rows }) ? choosePager(process.env) : null;
  if (pager === null) {
    process.stdout.write(text);
    return;
  }
  // Ctrl-C belongs to the pager while it runs.
  const stay = () => {};
  process.on('SIGINT', stay);
  const { error, status } = spawnSync(pager.command, pager.args, {
    input: text,
    shell: pager.shell,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, ...pager.env },
  });
  process.off('SIGINT', stay);
  // EPIPE is a reader that left before the end; 127 and 9009 are shells that know no such command.
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  if (isMissing || status === 127 || status === 9009) process.stdout.write(text);
}

/** Asked for on Windows, in a console only: a pipe takes UTF-8 as it is. */
function consoleCodePage(): number | null {
  if (process.platform !== 'win32' || !(process.stdout.isTTY || process.stderr.isTTY)) return null;
  return readCodePage(spawnSync('chcp.com', { encoding: 'latin1', windowsHide: true }).stdout ?? '');
}

/** Null where the system does not know the user (a container with a bare number). */
function systemUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
