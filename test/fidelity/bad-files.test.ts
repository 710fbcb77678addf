import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { BAD_TABLES } from './bad-tables.ts';
import { BAD_WORKBOOKS, type BadFile, GOOD } from './bad-workbooks.ts';
import { type Outcome, outcomeFaults } from './outcome.ts';

const LEAD =
  'add-lead --customer 新示例公司 --contact 李总 --phone 13912345678 --tags CRM --source 行业展会'.split(' ');

/** The bad file in a folder of its own: as the team's book, and as a list to import into a good one. */
function lay(file: BadFile): { readonly folder: string; readonly path: string; readonly book: string } {
  const folder = freshFolder();
  const isTable = file.name.endsWith('.csv');
  const path = join(folder, isTable ? '漏斗' : '.', file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.bytes());
  return { folder, path, book: isTable ? dirname(path) : path };
}

/** A book to import into. */
let adopted: Promise<Buffer> | undefined;
async function adoptGood(): Promise<Buffer> {
  const folder = freshFolder();
  writeFileSync(join(folder, '好.xlsx'), GOOD);
  await runIn(folder, ['adopt', '好.xlsx', '--yes']);
  return readFileSync(join(folder, '好.xlsx'));
}

async function faultsOf(file: BadFile): Promise<readonly string[]> {
  adopted ??= adoptGood();
  const { folder, path, book } = lay(file);
  writeFileSync(join(folder, '好.xlsx'), await adopted);
  const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = hash();
  const start = performance.now();
  const outcomes: Outcome[] = [];
  for (const argv of [
    ['check', '--file', book],
    ['check', '--json', '--file', book],
    [...LEAD, '--file', book],
    ['adopt', book, '--dry-run'],
    ['import', path, '--file', join(folder, '好.xlsx'), '--dry-run'],
  ])
    outcomes.push({ argv, ...(await runIn(folder, argv)) });
  const faults = outcomes.flatMap((outcome) => outcomeFaults(outcome, file.says, path));
  if (hash() !== before) faults.push('the file was changed');
  const left = readdirSync(dirname(book)).filter((name) => ![file.name, '好.xlsx', '漏斗'].includes(name));
  if (existsSync(join(folder, '.funnel'))) faults.push('a state folder was made');
  if (left.length > 0) faults.push(`left behind: ${left}`);
  if (performance.now() - start > 10_000) faults.push('it took more than 10 s');
  return faults;
}

describe('a bad file ends in one clear message, quickly, and stays as it is', () => {
  const light = [...BAD_WORKBOOKS, ...BAD_TABLES].filter(({ heavy }) => !heavy);
  it.each(light)('$name: $why', async (file) => {
    expect(await faultsOf(file)).toEqual([]);
  });
});
