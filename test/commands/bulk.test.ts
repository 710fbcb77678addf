import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runIn } from '../transcripts/run-transcript.ts';

// One command on several deals: by ids, or by the lines of stdin.

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'funnel-bulk-'));
  copyFileSync(join(import.meta.dirname, '../../templates/funnel.xlsx'), join(folder, 'book.xlsx'));
  for (const customer of ['华东机械', '江北商行', '海川电子'])
    await run(
      ...['add-lead', '--customer', customer, '--contact', '李总', '--phone', '13800000000'],
      ...['--tags', 'CRM', '--source', '行业展会', '--owner', '王芳'],
    );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<Ran> => runIn(folder, argv);
const piped = (stdin: string, ...argv: string[]): Promise<Ran> =>
  runIn(folder, argv, { stdin: new TextEncoder().encode(stdin) });
const bytes = () => readFileSync(join(folder, 'book.xlsx'));
const listed = async (...argv: string[]) =>
  JSON.parse((await run('list', ...argv, '--json')).out) as { id: string; owner: string; industry: string }[];
const journal = async () => JSON.parse((await run('undo', '--list', '--json')).out) as unknown[];

const ONE = 'L20261123-001';
const TWO = 'L20261123-002';

describe('one command on several deals', () => {
  it('edits them in one save', async () => {
    const saves = (await journal()).length;
    const { code, out } = await run('edit', ONE, TWO, '--set', '所属行业=制造业', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as { ids: string[] }).ids).toEqual([ONE, TWO]);
    expect((await listed()).map(({ industry }) => industry)).toEqual(['制造业', '制造业', null]);
    expect(await journal()).toHaveLength(saves + 1);
    await run('undo');
    expect((await listed()).map(({ industry }) => industry)).toEqual([null, null, null]);
  });

  it('counts those that say it already', async () => {
    await run('edit', ONE, '--set', '所属行业=制造业');
    const { err } = await run('edit', ONE, TWO, '--set', '所属行业=制造业');
    expect(err).toContain('1 个的值本来就是这样');
  });

  it.each([
    {
      argv: ['edit', ONE, '没有的', '--set', '所属行业=制造业'],
      code: 2,
      says: '没有的',
      why: 'one is unknown',
    },
    {
      argv: ['edit', ONE, TWO, '--set', '合同编号=HT-1'],
      code: 4,
      says: '2 个客户',
      why: 'one contract number for two customers',
    },
    { argv: ['advance', ONE, TWO], code: 4, says: '江北商行', why: 'a gate is not complete' },
    { argv: ['log', '-', '打了电话'], code: 2, says: '标准输入里没有商机', why: 'nothing came from stdin' },
  ])('writes nothing where $why', async ({ argv, code, says }) => {
    const before = bytes();
    const ran = await run(...argv);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
    expect(bytes().equals(before)).toBe(true);
  });
});

describe('ids from stdin', () => {
  it.each([
    { argv: ['assign', '李强', '-'], why: 'assign' },
    { argv: ['edit', '-', '--set', '销售负责人=李强'], why: 'edit' },
  ])('are what `list --format ids` prints: $why', async ({ argv }) => {
    const { out } = await run('list', '--owner', '王芳', '--limit', '2', '--format', 'ids');
    expect(await piped(out, ...argv)).toMatchObject({ code: 0 });
    expect((await listed()).map(({ owner }) => owner)).toEqual(['李强', '李强', '王芳']);
  });

  it('may have CRLF, blank lines and a mark at the beginning, and stand beside arguments', async () => {
    expect(await piped(`\ufeff${TWO}\r\n\r\n${TWO}\r\n`, 'release', ONE, '-')).toMatchObject({ code: 0 });
    expect((await listed()).map(({ owner }) => owner)).toEqual([null, null, '王芳']);
  });

  it('log is one save, with the same words everywhere', async () => {
    const saves = (await journal()).length;
    const ran = await piped(`${ONE}\n${TWO}\n`, 'log', '-', '发了邮件', '资料', '--next', '+3wd', '--json');
    expect((JSON.parse(ran.out) as { ids: string[] }).ids).toEqual([ONE, TWO]);
    expect(await journal()).toHaveLength(saves + 1);
    for (const id of [ONE, TWO]) expect((await run('show', id)).out).toContain('发了邮件 资料');
  });

  it('one that is no deal stops all of them', async () => {
    const before = bytes();
    const ran = await piped(`${ONE}\n商机编号,客户\n`, 'release', '-');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('商机编号,客户');
    expect(bytes().equals(before)).toBe(true);
  });
});
