import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { listDueDays } from '../../src/core/due-days.ts';
import { renderIcs } from '../../src/render/ics.ts';
import { freshFolder } from '../save/support.ts';
import { runIn, splitWords } from '../transcripts/run-transcript.ts';
import { contextOf, type DealScript, day } from './build-deal.ts';

const STAMP = Date.parse('2026-05-15T02:00:00Z');

/** What a calendar program reads: `2026-05-14 首次接触 客户1 (王芳)`. ical.js is not what writes the file. */
function readBack(text: string): string[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const { summary, startDate, endDate, uid } = new ICAL.Event(component);
    expect(startDate.isDate && endDate.isDate).toBe(true);
    expect(endDate.subtractDate(startDate).toSeconds()).toBe(86_400);
    expect(uid).toMatch(/@funnel$/);
    return `${startDate.toString()} ${summary}`;
  });
}

const listed = (scripts: readonly DealScript[], today: string, owner: string | null = null) =>
  readBack(renderIcs(listDueDays(contextOf(scripts, today), owner), { lang: 'zh', stamp: STAMP }));

describe('a calendar of what is due', () => {
  it('holds open deadlines, agreed days and ends of holds on their days', () => {
    expect(
      listed(
        [
          {},
          {
            moves: ['2026-05-12 discovery'],
            log: ['2026-05-12 电话 谈'],
            row: { nextFollowUp: day('2026-05-20') },
          },
          {
            moves: ['2026-05-12 proposal'],
            log: ['2026-05-12 电话 谈'],
            hold: '2026-05-13 2026-06-30 预算待批',
          },
          { moves: ['2026-05-12 lost'] },
          {
            moves: ['2026-05-12 negotiation'],
            log: ['2026-05-12 电话 谈'],
            items: ['2026-05-13 demo', '2026-05-14 demo'],
            closes: ['2026-05-31'],
          },
        ],
        '2026-05-15',
      ),
    ).toEqual([
      '2026-05-14 首次接触 客户1 (王芳)',
      '2026-05-18 资料交付 客户5 (王芳)',
      '2026-05-19 资料交付 客户5 (王芳)',
      '2026-05-20 约定跟进 客户2 (王芳)',
      '2026-05-31 预计成交 客户5 (王芳)',
      '2026-06-30 搁置到期 客户3 (王芳)',
    ]);
  });

  it('of one owner only, without what was overdue when the table was adopted, and without a D5 that is put aside', () => {
    expect(listed([{ row: { owner: '李强' } }, {}], '2026-05-15', '李强')).toEqual([
      '2026-05-14 首次接触 客户1 (李强)',
    ]);
    expect(listed([{ adopted: '2026-09-01' }], '2026-09-15')).toEqual([]);
    const held: DealScript = {
      moves: ['2026-05-12 negotiation'],
      log: ['2026-05-12 电话 谈'],
      closes: ['2026-05-31'],
      hold: '2026-05-13 2026-06-30 预算待批',
    };
    expect(listed([held], '2026-05-15')).toEqual(['2026-06-30 搁置到期 客户1 (王芳)']);
  });

  it('keeps the same identity from day to day, another for each duty', () => {
    const uids = (today: string) =>
      listDueDays(
        contextOf([{ moves: ['2026-05-12 proposal'], items: ['2026-05-13 demo', '2026-05-14 demo'] }], today),
        null,
      ).map(({ uid }) => uid);
    expect(uids('2026-05-15')).toEqual(uids('2026-05-18'));
    expect(new Set(uids('2026-05-15')).size).toBe(3);
  });

  it('a name with commas, semicolons, emoji, line breaks, a phone and 200 characters comes back as one line of text', () => {
    const customer = `甲,乙;丙\\丁\n戊🎈 13800000000 ${'长'.repeat(200)}`;
    const text = renderIcs(listDueDays(contextOf([{ row: { customer } }], '2026-05-12'), null), {
      lang: 'zh',
      stamp: STAMP,
    });
    const [entry = ''] = readBack(text);
    expect(entry).toBe(`2026-05-14 首次接触 甲,乙;丙\\丁\n戊🎈 138****0000 ${'长'.repeat(200)} (王芳)`);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

describe('check --out', () => {
  const LEAD =
    'add-lead --customer 甲方机械 --contact 李总 --phone 13800000000 --tags CRM --source 行业展会 --on 2026-05-11 --owner 王芳';

  it('writes the file beside the page; an existing one needs --yes', async () => {
    const folder = freshFolder();
    const run = (line: string) => runIn(folder, splitWords(line), { now: STAMP });
    await run('init');
    await run(LEAD);
    const { code, err } = await run('check --out 期限.ics');
    expect({ code, said: err.includes('1 个期限和约定已写到') }).toEqual({ code: 10, said: true });
    expect(readBack(readFileSync(join(folder, '期限.ics'), 'utf8'))).toEqual([
      '2026-05-14 首次接触 甲方机械 (王芳)',
    ]);
    writeFileSync(join(folder, '期限.ics'), 'mine');
    expect(await run('check --out 期限.ics')).toMatchObject({ code: 4 });
    expect(readFileSync(join(folder, '期限.ics'), 'utf8')).toBe('mine');
    const { out } = await run('check --out 期限.ics --yes --json');
    expect(JSON.parse(out).out).toMatchObject({ entries: 1 });
  });

  it('knows no other ending', async () => {
    const folder = freshFolder();
    await runIn(folder, ['init']);
    const { code, err } = await runIn(folder, ['check', '--out', '期限.xlsx']);
    expect({ code, said: err.includes('.ics 结尾') }).toEqual({ code: 2, said: true });
  });
});
