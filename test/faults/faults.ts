import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

/**
 * Faults in the file system, at every call that changes something: a write, a flush, a rename, a link, a removal. They go
 * into node:fs/promises itself, so that the program under test is the very program people run, without a seam of its own.
 */
export type Fault =
  /** The process is killed: from here on nothing happens any more. `half`: in the middle of a write. */
  | { readonly kind: 'kill'; readonly half: boolean }
  /** Somebody else reads the book at this moment. */
  | { readonly kind: 'read' }
  /** The system refuses: this once, or from here on (a full disk stays full). `short`: half of a write is done first. */
  | { readonly kind: 'error'; readonly code: string; readonly lasts: boolean; readonly short: boolean };

/** What a killed run throws where it would not run on. */
export const KILLED = Symbol('killed');

/** From now on the system does not let anybody read this file (EBUSY: another program has it to itself). Ends by what it returns. */
export function refuseReading(file: string, code: string): () => void {
  const fs = process.getBuiltinModule('node:fs/promises') as unknown as Record<string, Call>;
  const { readFile, open } = fs;
  const refuse =
    (call: Call): Call =>
    (path, ...rest) =>
      path === file
        ? Promise.reject(
            Object.assign(new Error(`${code}: injected, read`), { code, errno: -1, syscall: 'read' }),
          )
        : call(path, ...rest);
  Object.assign(fs, { readFile: refuse(readFile as Call), open: refuse(open as Call) });
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, { readFile, open });
    syncBuiltinESMExports();
  };
}

/** One call that changes something, by name: `rename 客户.xlsx`. */
export interface Armed {
  readonly points: readonly string[];
  /** Whether the fault has come to pass. */
  readonly struck: () => boolean;
  disarm(): void;
}

type Call = (...args: unknown[]) => Promise<unknown>;
interface Handle {
  [name: string]: unknown;
}

const PATH_CALLS = ['rename', 'link', 'rm', 'mkdir', 'copyFile', 'chmod', 'chown', 'unlink', 'writeFile'];
const HANDLE_CALLS = [
  'write',
  'writev',
  'writeFile',
  'appendFile',
  'truncate',
  'sync',
  'datasync',
  'chmod',
  'chown',
];

/**
 * From now on the `at`-th call (from 0) that changes something meets `fault`; −1 only counts. `act` is what a kill does
 * before everything stops, or what reads the book.
 */
export function armFaults(
  at: number,
  fault: Fault | null,
  act: () => void | Promise<void> = () => {},
): Armed {
  const fs = process.getBuiltinModule('node:fs/promises') as unknown as Record<string, Call>;
  const real = { ...fs };
  const points: string[] = [];
  let isDead = false;
  let struck = false;

  const strike = async (
    name: string,
    path: unknown,
    half: (() => Promise<unknown>) | null,
    call: () => Promise<unknown>,
  ) => {
    if (isDead) throw KILLED;
    const index = points.length;
    points.push(`${name} ${basename(String(path))}`);
    const meets =
      fault !== null && at >= 0 && (index === at || (fault.kind === 'error' && fault.lasts && index > at));
    if (!meets) return call();
    struck = true;
    if (fault.kind === 'kill') {
      if (fault.half) await half?.();
      isDead = true;
      await act();
      throw KILLED;
    }
    if (fault.kind === 'read') {
      await act();
      return call();
    }
    // Giving room back works on a full disk, and a removal needs no write permission on the file.
    if (fault.lasts && name === 'rm') return call();
    if (fault.short) await half?.();
    throw Object.assign(new Error(`${fault.code}: injected, ${name}`), {
      code: fault.code,
      errno: -1,
      syscall: name,
    });
  };

  for (const name of PATH_CALLS) {
    const call = real[name];
    if (!call) continue;
    fs[name] = (...args) =>
      strike(name, args.at(name === 'rename' || name === 'link' ? 1 : 0), null, () => call(...args));
  }
  fs.open = async (path, flags, ...rest) => {
    const writes = flags !== undefined && flags !== 'r';
    const open = () => real.open?.(path, flags, ...rest) ?? Promise.reject(new Error('no open'));
    const handle = (writes ? await strike('open', path, null, open) : await open()) as Handle;
    for (const name of writes ? HANDLE_CALLS : ['sync']) {
      const call = (handle[name] as Call).bind(handle);
      handle[name] = (...args: unknown[]) => {
        const [data] = args;
        const half =
          name.startsWith('write') && data instanceof Uint8Array
            ? () => call(data.subarray(0, data.length >> 1), ...args.slice(1))
            : null;
        return strike(name, path, half, () => call(...args));
      };
    }
    return handle;
  };
  syncBuiltinESMExports();
  return {
    points,
    struck: () => struck,
    disarm() {
      Object.assign(fs, real);
      syncBuiltinESMExports();
    },
  };
}
