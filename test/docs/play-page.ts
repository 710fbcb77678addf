import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../../src/version.ts';
import { playStep, runIn, type State, splitWords } from '../transcripts/run-transcript.ts';

const PACKAGE = join(import.meta.dirname, '../../package.json');
const FENCE = /^```console(?: head=(\d+))?$/;

/**
 * Plays a page of docs/: the commands of its ```console blocks (`$ funnel …`), one after another in a fresh folder, and
 * returns the page with what they printed below them: stdout, then stderr. `head=N` on a block keeps the first N lines of
 * each command and says with … that there were more. `<!-- % … -->` is a step of a transcript, not seen by readers.
 */
export async function playPage(page: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'funnel-docs-'));
  const state: State = {
    folder,
    format: 'xlsx',
    now: Date.parse('2026-11-25T02:00:00Z'),
    user: '王芳',
    kept: new Map(),
    releases: [],
  };
  try {
    const played: string[] = [];
    let head: number | null = null;
    for (const line of page.split('\n')) {
      const fence = FENCE.exec(line);
      const step = /^<!-- % (.+) -->$/.exec(line)?.[1];
      if (head === null) {
        played.push(line);
        if (step) await playStep(step, state);
        if (fence) head = Number(fence[1] ?? Number.POSITIVE_INFINITY);
      } else if (line === '```') {
        played.push(line);
        head = null;
      } else if (line.startsWith('$ funnel ')) {
        played.push(line, ...cut(await playCommand(line.slice('$ funnel '.length), state), head));
      }
    }
    return played.join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playCommand(line: string, { folder, now, user }: State): Promise<readonly string[]> {
  const { out, err } = await runIn(folder, splitWords(line), { now, env: { FUNNEL_USER: user } });
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  const text = `${out}${err}`.replaceAll(folder, '~/销售').replaceAll(VERSION, version).trimEnd();
  return text === '' ? [] : text.split('\n').map((each) => each.trimEnd());
}

function cut(lines: readonly string[], head: number): readonly string[] {
  return lines.length <= head ? lines : [...lines.slice(0, head), '…'];
}
