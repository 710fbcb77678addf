import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open.ts';
import { freshFolder } from '../save/support.ts';
import { runIn } from '../transcripts/run-transcript.ts';
import { readEntries } from '../xlsx/compare.ts';
import { RAW } from './outcome.ts';

interface Hostile {
  readonly why: string;
  readonly text: string;
}

const TEXTS: readonly Hostile[] = [
  { why: 'colours of a terminal', text: '甲\u001b[31m红\u001b[0m公司' },
  { why: 'a title of a terminal', text: '\u001b]0;标题\u0007乙公司' },
  { why: 'a C1 control', text: '丙\u009b31m公司' },
  { why: 'marks of direction', text: '丁\u202e司公\u202c\u2066x\u2069公司' },
  { why: 'a formula', text: '=1+1公司' },
  { why: 'a command of DDE', text: "=cmd|' /C calc'!A0" },
  { why: 'a plus', text: '+86公司' },
  { why: 'an at', text: '@SUM(A1)公司' },
  { why: 'a name that JavaScript knows', text: '__proto__' },
  { why: 'another', text: 'constructor' },
  { why: 'an escape of Excel', text: '戊_x000D_公司_x001B_[31m' },
  { why: 'markup', text: '<b>&amp;]]></t>"己\'公司' },
  { why: 'half a surrogate pair', text: '庚\ud800公司' },
  { why: 'an emoji and a rare character', text: '😀𠮷野家公司' },
  { why: 'separators of ours', text: '辛;2026-01-01:假的;公司' },
];
const LONG = '很长'.repeat(16_000);

const STORES = [
  { name: 'xlsx', init: ['init', '漏斗.xlsx'], book: '漏斗.xlsx' },
  { name: 'csv', init: ['init', '漏斗', '--format', 'csv'], book: '漏斗' },
] as const;

describe.each(STORES)('hostile text in $name', ({ init, book }) => {
  it.each(TEXTS)(
    'is kept as typed, and is never raw on a screen or in a spreadsheet: $why',
    async ({ text }) => {
      const folder = freshFolder();
      const run = async (...argv: string[]) => runIn(folder, [...argv, '--file', book]);
      await runIn(folder, [...init]);
      const add = [
        'add-lead',
        '--customer',
        text,
        '--contact',
        text,
        '--phone',
        '13812345678',
        '--tags',
        'CRM',
        '--source',
        text,
        '--owner',
        text,
      ];
      const screens = [
        await run(...add),
        await run('log', '001', text, '--type', '电话'),
        await run('edit', '001', '--set', `客户关注点=${text}`),
      ];
      if (book === '漏斗' && text.includes('\ud800')) {
        // No encoding of CSV holds half a pair: said, and nothing written.
        expect(screens[0]).toMatchObject({ code: 3, err: expect.stringMatching(/U\+D800.*没有写入/) });
        return;
      }
      expect(screens.map(({ code, err }) => [code, code === 0 ? '' : err])).toEqual(
        screens.map(() => [0, '']),
      );
      const [listed] = JSON.parse((await run('list', '--json')).out) as Record<string, unknown>[];
      expect(listed).toMatchObject({ customer: text, contact: text, owner: text, source: text });
      const shown = JSON.parse((await run('show', '001', '--json')).out) as { events: { note: string }[] };
      expect(shown.events.map(({ note }) => note)).toContain(text);
      for (const argv of [
        ['list'],
        ['show', '001'],
        ['check'],
        ['why', '001'],
        ['list', '--json'],
        ['check', '--json'],
        ['report', '--by', 'owner'],
        ['undo', '--list'],
      ])
        screens.push(await run(...argv));
      for (const { out, err } of screens) {
        expect(out).not.toMatch(RAW);
        expect(err).not.toMatch(RAW);
      }
      for (const ending of ['csv', 'xlsx', 'md', 'json', 'html']) {
        const made = await run('report', '--by', 'owner', '--out', `报表.${ending}`);
        if (made.code === 0 && ending !== 'xlsx')
          expect(readFileSync(join(folder, `报表.${ending}`), 'utf8').replaceAll('\r\n', '\n')).not.toMatch(
            RAW,
          );
      }
      const csv = readFileSync(join(folder, '报表.csv'), 'utf8').replace(/^\uFEFF/, '');
      for (const cell of csv.split(/[\r\n,]+/)) expect(cell).not.toMatch(/^"?[=+@]/);
      const sheets = readEntries(readFileSync(join(folder, '报表.xlsx'))).filter(({ name }) =>
        name.includes('worksheets/sheet'),
      );
      for (const { content } of sheets) expect(content.toString('utf8')).not.toMatch(/<f[\s>]/);
      await openStore(join(folder, '报表.xlsx'));
      expect((await run('list', '--format', 'csv')).out).not.toMatch(/(^|[\n,])"?[=+@]/);
    },
  );

  it('takes 32,000 characters in a cell, and refuses more without writing', async () => {
    const folder = freshFolder();
    await runIn(folder, [...init]);
    const run = async (...argv: string[]) => runIn(folder, [...argv, '--file', book]);
    await run(
      'add-lead',
      '--customer',
      '示例公司',
      '--contact',
      '李总',
      '--phone',
      '13812345678',
      '--tags',
      'CRM',
      '--source',
      '行业展会',
    );
    expect((await run('edit', '001', '--set', `客户关注点=${LONG}`)).code).toBe(0);
    const before = snapshot(folder, book);
    const refused = await run('edit', '001', '--set', `客户关注点=${LONG}${'再长'.repeat(400)}`);
    expect([2, 3, 4]).toContain(refused.code);
    expect(refused.err).toMatch(/32767|32,767/);
    expect(snapshot(folder, book)).toEqual(before);
  });
});

function snapshot(folder: string, book: string): readonly string[] {
  const path = join(folder, book);
  const files = book.endsWith('.xlsx') ? [path] : readdirSync(path).map((name) => join(path, name));
  return files
    .filter((file) => !file.includes('.funnel'))
    .map((file) => readFileSync(file).toString('base64'));
}
