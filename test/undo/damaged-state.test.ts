import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// The state folder is ours, but it lies on a disk that fails, on a drive that others tidy up.

const BOOK = '漏斗.xlsx';
const LEAD = 'add-lead --customer 甲方 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会';
const READING = ['list', 'check --quiet', 'verify', 'undo --list', 'pending', 'restore --dry-run', 'doctor'];

/** A book with one deal and two follow-ups. */
async function team() {
  const folder = freshFolder();
  const run = (line: string) => runIn(folder, splitWords(line));
  for (const line of [`init ${BOOK}`, LEAD, 'log 甲方 打了电话一', 'log 甲方 打了电话二'])
    expect(await run(line), line).toMatchObject({ code: 0 });
  return { folder, run, state: join(folder, '.funnel', BOOK) };
}

describe('a journal entry that the disk has altered', () => {
  it.each([
    ['a word of its cells', (entry: string) => entry.replace(',null,', ',nqll,')],
    ['a text of its cells, still well formed', (entry: string) => entry.replace('打了电话一', '打了电话七')],
    ['a key of its head', (entry: string) => entry.replace('"command":', '"commaod":')],
    ['its end', (entry: string) => entry.slice(0, -40)],
    ['all behind its head', (entry: string) => entry.slice(0, entry.indexOf('\n') + 30)],
  ])('%s: is passed over, and nothing of it is put into the book', async (_why, damage) => {
    const { state, run } = await team();
    const path = join(state, 'journal/000003.json');
    const entry = readFileSync(path, 'utf8');
    expect(damage(entry)).not.toBe(entry);
    writeFileSync(path, damage(entry));
    for (const line of READING) expect((await run(line)).code, line).toBeOneOf([0, 10]);
    expect(await run('log 甲方 打了电话三')).toMatchObject({ code: 0 });
    const listed = JSON.parse((await run('undo --list --json')).out) as { readonly n: number }[];
    expect(listed.map(({ n }) => n)).toEqual([4, 2, 1]);
    expect(await run('undo --yes')).toMatchObject({ code: 0 });
    const { out } = await run('show 甲方');
    expect(out).toContain('打了电话二');
    expect(out).not.toContain('打了电话七');
  });

  it.each(['5', 'null', '{}', '[null]', '[[1,2]]', '[["过程记录",5]]'])(
    'is passed over without a sum too, where its cells are none: %s',
    async (cells) => {
      const { state, run } = await team();
      const path = join(state, 'journal/000003.json');
      writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n${cells}\n`);
      for (const line of READING) expect((await run(line)).code, line).toBeOneOf([0, 10]);
      expect(await run('log 甲方 打了电话三')).toMatchObject({ code: 0 });
    },
  );

  it('is read as earlier versions wrote it: without the sum', async () => {
    const { state, run } = await team();
    const path = join(state, 'journal/000003.json');
    writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);
    expect(await run('undo')).toMatchObject({ code: 0, out: expect.stringContaining('打了电话二') });
  });
});

describe('something that is no folder in the place of the state folder', () => {
  it.each([
    ['a file', (path: string) => writeFileSync(path, 'x')],
    ['a broken link', (path: string) => symlinkSync('/nowhere/at/all', path)],
  ])('%s: everything can be read, and a write says what is in the way', async (_why, put) => {
    for (const name of ['.funnel', join('.funnel', BOOK)]) {
      const { folder, run } = await team();
      rmSync(join(folder, name), { recursive: true });
      put(join(folder, name));
      const before = readFileSync(join(folder, BOOK));
      for (const line of READING) expect((await run(line)).code, line).toBeOneOf([0, 10]);
      const { code, err } = await run('log 甲方 打了电话三');
      expect([code, err]).toEqual([5, expect.stringContaining(`${join(folder, name)}。那里应当是文件夹`)]);
      expect(readFileSync(join(folder, BOOK)).equals(before)).toBe(true);
      expect(readdirSync(folder).sort()).toEqual(['.funnel', BOOK]);
    }
  });

  it('a folder in the place of a file of the queue: looking goes on, and it is named', async () => {
    const { state, run } = await team();
    mkdirSync(join(state, 'queue/王芳-00000000.json'), { recursive: true });
    const { code, err } = await run('list');
    expect([code, err]).toEqual([0, expect.stringContaining('王芳-00000000.json 读不了(EISDIR)')]);
    for (const line of ['sync', 'pending', 'log 甲方 打了电话三'])
      expect(await run(line), line).toMatchObject({ code: 3, err: expect.stringContaining('请移走') });
  });
});

it('a kept file that may not be read: undo names it, and the book stays as it is', async () => {
  const { folder, state, run } = await team();
  const path = join(state, 'kept/000003.xlsx');
  rmSync(path);
  symlinkSync(basename(path), path);
  const before = readFileSync(join(folder, BOOK));
  expect(await run('undo --yes')).toMatchObject({
    code: 3,
    err: expect.stringContaining('000003.xlsx 读不了(ELOOP)'),
  });
  expect(readFileSync(join(folder, BOOK)).equals(before)).toBe(true);
});

// A link to itself: refused to everybody, as a folder of somebody else's is (root may read all folders, in tests too).
describe('a state folder that may not be read', () => {
  it.each([
    [
      '.',
      [
        'sync',
        'pending',
        'undo --list',
        'verify',
        'log 甲方 打了电话三',
        'forget 甲方 --name 甲方',
        'doctor',
      ],
    ],
    [
      'journal',
      [
        'undo --list',
        'undo --yes',
        'restore --dry-run',
        'verify',
        'log 甲方 打了电话三',
        'forget 甲方 --name 甲方',
      ],
    ],
    ['queue', ['sync', 'pending', 'log 甲方 打了电话三', 'doctor']],
  ])('looking goes on, what needs it says so: %s', async (name, needing) => {
    const { folder, state, run } = await team();
    const place = join(state, name);
    rmSync(place, { recursive: true, force: true });
    symlinkSync(basename(place), place);
    const before = readFileSync(join(folder, BOOK));
    for (const line of ['list', 'show 甲方', 'check --quiet', 'report'])
      expect((await run(line)).code, line).toBeOneOf([0, 10]);
    for (const line of needing) {
      const { code, out, err } = await run(line);
      expect([line, code, out + err]).toEqual([
        line,
        expect.toBeOneOf([3, 5]),
        expect.stringContaining('ELOOP'),
      ]);
    }
    expect(readFileSync(join(folder, BOOK)).equals(before)).toBe(true);
  });

  it('an unconfirmed entry in it is not cleared away by who may not read it', async () => {
    const { folder, state, run } = await team();
    symlinkSync('000009.pending.json', join(state, 'journal/000009.pending.json'));
    const temp = readdirSync(folder).length;
    expect(await run('log 甲方 打了电话三')).toMatchObject({
      code: 3,
      err: expect.stringContaining('000009.pending.json 读不了'),
    });
    expect(readdirSync(folder)).toHaveLength(temp);
  });
});
