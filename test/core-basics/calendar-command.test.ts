import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';

// An empty folder: everything here works without a workbook.
const folder = mkdtempSync(join(tmpdir(), 'funnel-calendar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 2026-11-23, ten in the morning in Shanghai. */
const NOW = Date.parse('2026-11-23T02:00:00Z');
const funnel = (line: string, now = NOW) => runIn(folder, splitWords(`calendar ${line}`), { now });

describe('funnel calendar', () => {
  it('add names what it counted and what it skipped', async () => {
    expect(await funnel('add 2026-09-30 3')).toMatchObject({
      code: 0,
      err: '',
      out: '2026-09-30 周三 + 3 个工作日 = 2026-10-10 周六\n  计入 10-08…10-09、10-10 周六 调休上班\n  跳过 10-01…10-07 国庆节 放假\n',
    });
    expect((await funnel('add 2026-09-30 3 --lang en')).out).toBe(
      '2026-09-30 Wed + 3 working days = 2026-10-10 Sat\n  counted 10-08…10-09, 10-10 Sat, make-up working day\n  skipped 10-01…10-07 National Day (day off)\n',
    );
  });

  it.each([
    ['2024-03-15', '2024-03-20'],
    ['2024-02-08', '2024-02-19'],
    ['2025-09-30', '2025-10-11'],
    ['2026-02-13', '2026-02-25'],
    ['2026-02-18', '2026-02-26'],
    ['2026-04-30', '2026-05-08'],
    ['2026-09-30', '2026-10-10'],
  ])('add %s 3 is %s', async (date, due) => {
    const { out, code } = await funnel(`add ${date} 3 --json`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ date, add: 3, due, provisional: false, missingYears: [] });
  });

  it.each(['America/New_York', 'Pacific/Kiritimati'])(
    'the machine’s zone %s changes nothing',
    async (zone) => {
      const lines = ['add 2026-09-30 3', 'show 今天', 'show 2026-03-08'];
      const here = await Promise.all(lines.map((line) => funnel(line)));
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        expect(await Promise.all(lines.map((line) => funnel(line)))).toEqual(here);
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
    },
  );

  it('add --json lists every day', async () => {
    expect(JSON.parse((await funnel('add 2026-10-08 2 --json')).out)).toEqual({
      date: '2026-10-08',
      add: 2,
      due: '2026-10-10',
      provisional: false,
      missingYears: [],
      counted: [
        { date: '2026-10-09', name: '' },
        { date: '2026-10-10', name: '调休上班' },
      ],
      skipped: [],
    });
    const { skipped } = JSON.parse((await funnel('add 2024-03-15 1 --json')).out);
    expect(skipped).toEqual([
      { date: '2024-03-16', name: '周六', kind: 'weekend' },
      { date: '2024-03-17', name: '周日', kind: 'weekend' },
    ]);
  });

  it('a year without data says 暂定 and which year', async () => {
    const { out } = await funnel('add 2026-12-30 3');
    expect(out).toContain('2027-01-05');
    expect(out).toContain('暂定(缺 2027 年放假安排)');
    expect(JSON.parse((await funnel('add 2026-12-30 3 --json')).out)).toMatchObject({
      provisional: true,
      missingYears: [2027],
    });
  });

  it.each([
    ['show 2026-10-10', '2026-10-10 周六: 上班(调休上班)'],
    ['show 2026-10-01', '2026-10-01 周四: 休息(国庆节)'],
    ['show 2026-11-28', '2026-11-28 周六: 休息'],
    ['show 今天', '2026-11-23 周一: 上班'],
    ['show 明天 --as-of 2026-09-30', '2026-10-01 周四: 休息(国庆节)'],
    ['show 10-01', '2027-10-01 周五: 休息(国庆节);暂定(缺 2027 年放假安排)'],
    ['show 2026-10-10 --lang en', '2026-10-10 Sat: working day (make-up working day)'],
  ])('%s: %s', async (line, text) => {
    expect(await funnel(line)).toMatchObject({ code: 0, out: `${text}\n` });
  });

  it('show --json has the keys of the contract', async () => {
    expect(JSON.parse((await funnel('show 2026-10-10 --json')).out)).toEqual({
      date: '2026-10-10',
      working: true,
      kind: 'makeup',
      name: '调休上班',
      provisional: false,
    });
  });

  it('today is the team’s day, not the machine’s', async () => {
    expect((await funnel('show 今天', Date.parse('2026-11-23T17:00:00Z'))).out).toContain('2026-11-24');
  });

  it('years are the ones that are known, with their source', async () => {
    const { years } = JSON.parse((await funnel('years --json')).out);
    expect(years).toHaveLength(23);
    expect(years.at(-1)).toEqual({ year: 2026, source: 'chinese-days' });
    expect((await funnel('years')).out.split('\n')[0]).toBe('2004  chinese-days');
  });

  it.each([
    ['add 2026-02-30 3', '「2026-02-30」不是日期', 'no such day'],
    ['add 2026-09-30 -3', '-3', 'a negative number'],
    ['add 2026-09-30 1.5', '「1.5」', 'half a day'],
    ['add 2026-09-30 三', '「三」', 'no number'],
    ['add 2026-09-30 99999', '9999', 'thirty years'],
    ['add 2026-09-30', '缺少工作日数', 'no number at all'],
    ['add', '缺少日期', 'no date at all'],
    ['show 2026-09-30 3', 'funnel calendar add 2026-09-30 3', 'the other action was meant'],
    ['ad 2026-09-30 3', '是不是 add', 'a slip'],
    ['holidays', 'show、add、import、years', 'no such action'],
    ['show 今天 --as-of 某天', '--as-of', 'no such today'],
  ])('%s is a usage error that says %s (%s)', async (line, says) => {
    const plain = await funnel(line);
    expect(plain).toMatchObject({ code: 2, out: '' });
    expect(plain.err).toContain(says);
    const { error } = JSON.parse((await funnel(`${line} --json`)).out);
    expect(error.code).toBe('usage');
  });
});
