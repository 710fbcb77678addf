import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// The sample team on 2026-10-09: the second working day after 国庆, before the make-up Saturday.
const NAME = '销售漏斗.xlsx';
const NOW = Date.parse('2026-10-09T02:00:00Z');
const home = mkdtempSync(join(tmpdir(), 'funnel-night-watch-'));

interface Found {
  readonly rule: string;
  readonly id: string;
  readonly level: string;
  readonly next: string;
}

const run = (folder: string, argv: readonly string[], now = NOW) => runIn(folder, argv, { now });
const check = async (folder: string, now = NOW): Promise<readonly Found[]> =>
  JSON.parse((await run(folder, ['check', '--json', '--all'], now)).out).findings;

beforeAll(async () => {
  expect(await run(home, ['init', '--sample', '--as-of', '2026-10-09'])).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What somebody would answer where a command asks, by the words that name it. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/first-contact$/, '--type 电话 --note 有兴趣'],
  [/materials$/, '--parts 全部'],
  [/satisfaction$/, '--score 5 --note 满意'],
  [/ contract$/, '--on 2026-10-09 --number HT-2026-901'],
  [/deal-figures$/, '--close 2026-12-31 --amount 15万'],
  [/^log /, '打了电话,谈了下一步 --type 电话'],
];

describe('every next of the sample team', () => {
  it('pasted as it stands settles its finding, shows what is missing, or asks for it by name', async () => {
    const findings = await check(home);
    expect(findings.length).toBeGreaterThan(20);
    const seen = new Set<string>();
    for (const { rule, id, next } of findings) {
      expect(next, `${rule} ${id}`).toMatch(/^funnel /);
      const words = splitWords(next).slice(1);
      const folder = mkdtempSync(join(tmpdir(), 'funnel-next-'));
      try {
        cpSync(join(home, NAME), join(folder, NAME));
        const pasted = await run(folder, words);
        seen.add(`${words[0]} ${pasted.code}`);
        const isSettled = async () =>
          !(await check(folder)).some((each) => each.rule === rule && each.id === id);
        if (words[0] === 'why' || words[0] === 'show') {
          expect({ next, code: pasted.code }).toEqual({ next, code: 0 });
          expect(pasted.out.length).toBeGreaterThan(40);
          continue;
        }
        if (pasted.code === 0) {
          expect({ next, settled: await isSettled() }).toEqual({ next, settled: true });
          continue;
        }
        // Without a terminal it cannot ask: it names what it would have asked for.
        expect({ next, code: pasted.code }).toEqual({ next, code: 2 });
        expect(pasted.err).toMatch(/--[a-z]+|跟进内容/);
        const answer = ANSWERS.find(([words]) => words.test(next.replace(/^funnel /, '')))?.[1];
        if (answer === undefined) throw new Error(`no answer for ${next}: ${pasted.err}`);
        const answered = await run(folder, [...words, ...splitWords(answer)]);
        expect({ next, code: answered.code, err: answered.code === 0 ? '' : answered.err }).toEqual({
          next,
          code: 0,
          err: '',
        });
        expect({ next, settled: await isSettled() }).toEqual({ next, settled: true });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    expect([...seen].map((each) => each.split(' ')[0])).toEqual(
      expect.arrayContaining(['log', 'record', 'why']),
    );
  }, 180_000);

  it('the command of 可推进 moves those it names', async () => {
    const { movable } = JSON.parse((await run(home, ['check', '--json'])).out);
    expect(movable.n).toBeGreaterThan(0);
    const folder = mkdtempSync(join(tmpdir(), 'funnel-next-'));
    try {
      cpSync(join(home, NAME), join(folder, NAME));
      expect(await run(folder, splitWords(movable.next).slice(1))).toMatchObject({ code: 0 });
      const after = JSON.parse((await run(folder, ['check', '--json'])).out).movable;
      expect(after.n).toBeLessThan(movable.n);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('show explains every line of check: the same rule, level and due day', async () => {
    for (const { rule, id, level } of await check(home)) {
      const { out, code } = await run(home, ['show', id, '--json']);
      expect(code).toBe(0);
      const { findings } = JSON.parse(out) as { findings: readonly Found[] };
      expect(findings.map((each) => `${each.rule} ${each.level}`)).toContain(`${rule} ${level}`);
    }
  });
});

describe('a holiday raises no alarm by itself', () => {
  /** Rules that count working days: nothing of theirs may come or grow worse while nobody works. */
  const COUNTED = new Set(['D1', 'D2', 'D3', 'D4', 'idle', 'stay', 'slow']);
  const alarms = async (folder: string, day: string) =>
    (await check(folder, Date.parse(`${day}T02:00:00Z`)))
      .filter(({ rule, level }) => COUNTED.has(rule) && level !== 'dueSoon')
      .map(({ rule, id, level }) => `${rule} ${id} ${level}`);

  it.each([
    ['2026-10-09', '2026-09-30', ['2026-10-01', '2026-10-03', '2026-10-05', '2026-10-07']],
    ['2026-02-27', '2026-02-14', ['2026-02-15', '2026-02-18', '2026-02-21', '2026-02-23']],
    ['2026-05-08', '2026-04-30', ['2026-05-01', '2026-05-03', '2026-05-05']],
  ] as const)(
    'sample of %s: what is late on %s is late the day after, and nothing more through %j',
    async (asOf, eve, off) => {
      const folder = mkdtempSync(join(tmpdir(), 'funnel-holiday-'));
      try {
        await run(folder, ['init', '--sample', '--as-of', asOf], Date.parse(`${asOf}T02:00:00Z`));
        const first = await alarms(folder, off[0]);
        const before = await alarms(folder, eve);
        // What was late on the eve stays so; what was due on it is late from the first day off on.
        const subject = (alarm: string) => alarm.split(' ').slice(0, 2).join(' ');
        expect(first.map(subject)).toEqual(expect.arrayContaining(before.map(subject)));
        for (const day of off.slice(1)) expect(await alarms(folder, day)).toEqual(first);
        expect(first.length).toBeGreaterThan(0);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
