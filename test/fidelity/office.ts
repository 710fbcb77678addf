import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A colleague who works in a real LibreOffice. */
export interface Office {
  /** What `office.py` is told; throws with what went wrong. */
  tell(...words: readonly string[]): Promise<void>;
  /** Closes what is open, and the program. */
  close(): Promise<void>;
}

/** Why there is none here; null where there is one. */
export function whyNoOffice(): string | null {
  if (spawnSync('soffice', ['--version']).error) return 'LibreOffice is not installed';
  return findPython() ? null : 'LibreOffice has no Python here (python3-uno)';
}

/** The name stands in the mark that LibreOffice leaves beside what it has open. */
export function startOffice(user: string): Office {
  const profile = mkdtempSync(join(tmpdir(), 'funnel-office-'));
  mkdirSync(join(profile, 'user'));
  writeFileSync(join(profile, 'user/registrymodifications.xcu'), registry(user));
  const python = spawn(findPython() ?? 'python3', [join(import.meta.dirname, 'office.py'), profile]);
  python.stderr.pipe(process.stderr);
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return {
    async tell(...words) {
      python.stdin.write(`${JSON.stringify(words)}\n`);
      const { value } = await answers.next();
      if (value !== 'ok') throw new Error(`LibreOffice, ${words.join(' ')}: ${value}`);
    },
    async close() {
      await ended(python);
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function ended(python: ChildProcessWithoutNullStreams): Promise<void> {
  const exit = new Promise<void>((done) => python.once('exit', () => done()));
  python.stdin.end();
  if (python.exitCode === null) await exit;
}

/** Debian's Python knows LibreOffice; one that is installed beside it does not. */
function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((each) => spawnSync(each, ['-c', 'import uno']).status === 0);
}

const registry = (user: string) => `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.UserProfile/Data"><prop oor:name="givenname" oor:op="fuse"><value>${user}</value></prop></item>
</oor:items>
`;
