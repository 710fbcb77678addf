import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Io } from '../../src/io.ts';
import { hashPieces } from '../../src/storage/files.ts';
import { type SaveRequest, saveBook, withLock } from '../../src/storage/save.ts';
import type { Plan } from '../../src/storage/store.ts';

export function testIo(folder: string, more: Partial<Io> = {}): Io {
  return {
    argv: ['log', '华东', '电话 沟通'],
    env: { FUNNEL_USER: '王芳' },
    cwd: folder,
    now: () => Date.parse('2026-11-23T02:00:00Z'),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 80,
    platform: 'linux',
    nodeVersion: '20.20.2',
    codePage: null,
    pid: process.pid,
    program: ['/usr/bin/node', '/opt/funnel/bin/funnel.cjs'],
    hostname: hostname(),
    user: 'tester',
    out: () => {},
    err: () => {},
    readStdin: async () => new Uint8Array(),
    ...more,
  };
}

/** A plan that puts `text` into `files` in place of what stands there now. */
export function planOf(files: readonly string[], text: string): Plan {
  return {
    changes: [],
    files: files.map((path) => ({
      path,
      baseHash: hashPieces([readFileSync(path)]),
      pieces: [Buffer.from(text.slice(0, 1)), Buffer.from(text.slice(1))],
    })),
  };
}

/** One write as a command does it: locked, planned on what stands there, saved. */
export function writeText(
  book: string,
  folder: string,
  text: string,
  more: Partial<SaveRequest> = {},
): Promise<void> {
  const io = testIo(folder);
  return withLock({ book, files: [book], wait: 0, ignoreLock: false, io }, () =>
    saveBook({
      store: { path: book, book, verify: async () => {} },
      plan: planOf([book], text),
      io,
      user: '王芳',
      command: io.argv,
      ...more,
    }),
  );
}

/** One write to several files of a CSV folder, as a command does it. */
export function writeFiles(folder: string, files: readonly string[], text: string): Promise<void> {
  const io = testIo(folder);
  return withLock({ book: folder, files, wait: 0, ignoreLock: false, io }, () =>
    saveBook({
      store: { path: folder, book: folder, verify: async () => {} },
      plan: planOf(files, text),
      io,
      user: '王芳',
      command: io.argv,
    }),
  );
}
