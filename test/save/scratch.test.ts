import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/io.ts';
import { createBook, createFolder } from '../../src/storage/create.ts';
import { writeOutput } from '../../src/storage/output.ts';
import { withScratch } from '../../src/storage/scratch.ts';
import { freshFolder } from './support.ts';
import { testIo } from './write-text.ts';

const ENDED = spawnSync(process.execPath, ['--version']).pid;
const DAYS = 24 * 60 * 60 * 1000;
const NEW = Buffer.from('new');

/** The name a temporary file has that a process of this kind makes. */
async function nameOf(folder: string, more: Partial<Io>): Promise<string> {
  return withScratch(folder, testIo(folder, more), async (temp) => basename(temp));
}

const WRITERS: readonly (readonly [string, (folder: string, io: Io) => Promise<void>, string])[] = [
  ['a report', (folder, io) => writeOutput({ path: join(folder, 'r.csv'), exists: false }, NEW, io), 'r.csv'],
  ['init', (folder, io) => createBook(join(folder, '漏斗.xlsx'), [NEW], io), '漏斗.xlsx'],
  [
    'init --format csv',
    (folder, io) => createFolder(join(folder, '漏斗'), new Map([['a.csv', [NEW]]]), io),
    '漏斗',
  ],
];

describe('what a run that was killed left beside a new file', () => {
  it.each(WRITERS)('is cleared by the next one that writes there: %s', async (_why, write, made) => {
    const folder = freshFolder();
    writeFileSync(join(folder, await nameOf(folder, { pid: ENDED })), 'half');
    const half = join(folder, await nameOf(folder, { pid: ENDED }));
    mkdirSync(half);
    writeFileSync(join(half, 'a.csv'), 'half');
    await write(folder, testIo(folder));
    expect(readdirSync(folder)).toEqual([made]);
  });

  it('stays while its process runs, where nobody can tell for a day, and whatever is only called alike', async () => {
    const folder = freshFolder();
    const now = Date.now();
    const kept = [
      await nameOf(folder, {}),
      await nameOf(folder, { hostname: 'other', pid: ENDED }),
      `${await nameOf(folder, { pid: ENDED })}.bak`,
      `x${await nameOf(folder, { pid: ENDED })}`,
      '.~funnel-new-ours.tmp',
    ];
    const old = await nameOf(folder, { hostname: 'other', pid: ENDED });
    for (const name of [...kept, old]) writeFileSync(join(folder, name), 'half');
    utimesSync(join(folder, old), (now - 2 * DAYS) / 1000, (now - 2 * DAYS) / 1000);
    await writeOutput(
      { path: join(folder, 'r.csv'), exists: false },
      NEW,
      testIo(folder, { now: () => now }),
    );
    expect(readdirSync(folder).sort()).toEqual([...kept, 'r.csv'].sort());
  });
});

describe('asked to stop while a new file is written', () => {
  it.each(WRITERS)('nothing is written and nothing left: %s', async (_why, write) => {
    const folder = freshFolder();
    let holds = 0;
    const stops = {
      hold: () => {
        holds++;
        return () => holds--;
      },
      asked: () => holds > 0,
    };
    await expect(write(folder, testIo(folder, { stops }))).rejects.toMatchObject({
      name: 'AbortPromptError',
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(holds).toBe(0);
  });
});
